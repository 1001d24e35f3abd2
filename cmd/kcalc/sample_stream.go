package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/kcalc/kcalc/calc/sample"
	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/cloudwatch/records"
	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// sampleRun is reading a stream that is planned.
type sampleRun struct {
	account *account
	plan    *records.Plan
	open    model.Maybe[int]
	unread  int // shards
	mode    model.Maybe[model.Mode]
	clock   func() time.Time
}

// prepare asks AWS for the stream's shards, and plans how they are read.
func (f *sampleStreamFlags) prepare(ctx context.Context, s streams, q *sampleRequest) (*sampleRun, error) {
	a, err := f.aws.open(ctx, f.region)
	if err != nil {
		return nil, err
	}
	inv, err := a.inventory.ReadShards(ctx, q.Stream)
	if err != nil {
		return nil, awsError(err, q.Stream, a)
	}
	at, warnings := awsTime(inv.Skew)
	printWarnings(s.err, warnings)
	ahead := time.Until(at)
	if err := errors.Join(f.window(q, at), keptSince(f.from, q.From, at, inv)); err != nil {
		return nil, err
	}
	r := &sampleRun{account: a, open: inv.OpenShards, mode: inv.Mode,
		clock: func() time.Time { return time.Now().Add(ahead) }}
	reader := records.Reader{Client: a.inventory.Kinesis}
	list, err := reader.Shards(ctx, q.Stream, q.From)
	if err != nil {
		return nil, awsError(err, q.Stream, a)
	}
	all := len(list)
	if list, err = f.chosen(list); err != nil {
		return nil, err
	}
	r.unread = all - len(list)
	limits := model.PublishedLimits()
	r.plan = q.Request.Plan(list, &limits, at)
	return r, nil
}

// unaskedShare is the share of a shard's read limits that is taken without asking.
const unaskedShare = 0.2

// confirm tells what reading takes, and asks where that is much. The error says that it shall not
// be, or that nobody can be asked.
func (f *sampleStreamFlags) confirm(ctx context.Context, s streams, r *sampleRun) error {
	if r.plan.Share <= unaskedShare*(1+1e-9) || f.yes {
		return nil
	}
	text := fmt.Sprintf("reading takes up to %s of each shard's read limits, which its standard consumers share",
		unit.Percent(r.plan.Share, 1))
	return confirm(ctx, s, text, "not read: the answer was no", "--yes reads, --dry-run shows the plan, a lower "+
		"--max-calls-per-second takes less")
}

// read reads the stream. What was read is kept where it ends early.
func (r *sampleRun) read(ctx context.Context, s streams, q sample.Options) (*model.Sample, error) {
	const percent = 100
	bar := startProgress(s.err, percent, "reading "+string(r.plan.Stream))
	defer bar.stop()
	reader := records.Reader{Client: r.account.inventory.Kinesis, Now: r.clock, Policy: cloudwatch.DefaultRetryPolicy(),
		Progress: func(share float64) { bar.reach(int(share * percent)) }}
	a, err := reader.Read(ctx, r.plan, sample.New(q))
	a.Region, a.OpenShards, a.Unread = model.Known(r.account.region), r.open, r.unread
	if err != nil && !errors.Is(err, context.Canceled) {
		err = awsError(err, r.plan.Stream, r.account)
	}
	return a, err
}

// show writes the plan.
func (r *sampleRun) show(w io.Writer, t report.Terminal) error {
	return report.WriteSamplePlan(w, r.plan, r.account.region, r.mode, r.clock().Sub(r.plan.From), t)
}

// fromStream reads a stream as the flags say. It returns nil where that was only to be shown.
func (f *sampleStreamFlags) fromStream(
	ctx context.Context, s streams, q *sampleRequest, options sample.Options,
) (*model.Sample, error) {
	r, err := f.prepare(ctx, s, q)
	if err != nil {
		return nil, err
	}
	if f.dryRun {
		return nil, printAnswer(s.out, func(w io.Writer) error { return r.show(w, terminal(s.out)) })
	}
	if err := f.confirm(ctx, s, r); err != nil {
		return nil, err
	}
	p := r.plan
	printLine(s.err, "note", fmt.Sprintf("reading %s from %s to %s: up to %s, %s of the read limits of %s, and %s",
		p.Stream, p.From.UTC().Format(time.RFC3339), p.To.UTC().Format(time.RFC3339), unit.Plural(p.Calls, "call"),
		unit.Percent(p.Share, 1), unit.Plural(len(p.Shards), "shard"), unit.Duration(p.Duration).Short()))
	return r.read(ctx, s, options)
}
