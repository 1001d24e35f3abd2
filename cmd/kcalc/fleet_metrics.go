package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/kcalc/kcalc/calc/fleet"
	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/cloudwatch/inventory"
	"github.com/kcalc/kcalc/cmd/internal/words"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/historyfile"
	"github.com/kcalc/kcalc/model/unit"
)

// fleetFetch reads the metrics of the streams of an account in a Region, and writes a history file of each:
// hours of all, and then minutes of those that their hours do not decide. What a run that was interrupted has
// written is not paid for again within the hour.
type fleetFetch struct {
	fetcher cloudwatch.Fetcher
	limits  cloudwatch.Limits
	reader  *fleetReader // that looks at the files
	account string
	region  model.Region
	now     time.Time
	window  func(known time.Time) (from, to time.Time, err error) // as it was asked for
	streams []fetchedStream

	folder string      // of the Region's files
	about  accountFile // what is about the account there
	left   cloudwatch.Passes

	planned time.Time // when the window was planned: now, or by the run that is gone on with
	whole   *cloudwatch.Passes
	spent   cloudwatch.Spent
	failed  []fleet.Failure
}

// fetchedStream is a stream and the file that its history goes to.
type fetchedStream struct {
	name      model.Name
	inventory *inventory.Inventory
	file      string
	has       pass
}

// pass is what is there of a stream.
type pass int

const (
	nothing pass = iota
	hourly
	finest
)

// plan returns both passes over what is not there yet, the second as the most that it may ask for. A pass of
// which nothing is left is nil.
func (f *fleetFetch) plan(ctx context.Context) (left cloudwatch.Passes, err error) {
	known := make([]*model.History, len(f.streams))
	f.planned = f.now.Truncate(time.Second)
	for i := range f.streams {
		if known[i] = f.saved(ctx, &f.streams[i]); known[i] != nil {
			if age := f.now.Sub(known[i].Fetched); age >= 0 && age < cloudwatch.Slack {
				f.planned = known[i].Fetched
			}
		}
	}
	from, to, err := f.window(cloudwatch.Settled(f.planned))
	if err != nil {
		return left, err
	}
	if f.whole, err = f.limits.Passes(f.asks(f.without(finest)), from, to, f.planned); err != nil {
		return left, err
	}
	for i, h := range known {
		f.streams[i].has = f.passOf(h)
	}
	if list := f.without(hourly); len(list) > 0 {
		if left.Hours, err = f.planOf(list, hourly); err != nil {
			return left, err
		}
	}
	if list := f.without(finest); len(list) > 0 && f.whole.Most != nil {
		left.Most, err = f.planOf(list, finest)
	}
	return left, err
}

// saved returns the history that an earlier run wrote of a stream; nil where there is none.
func (f *fleetFetch) saved(ctx context.Context, s *fetchedStream) *model.History {
	if _, err := os.Stat(s.file); err != nil {
		return nil
	}
	h, err := f.reader.read(ctx, s.file)
	if err != nil || h.Stream != s.name || h.Region != f.region || h.Account != f.account {
		return nil
	}
	return h
}

// passOf returns what a history has of the window: nothing where it is of another one.
func (f *fleetFetch) passOf(h *model.History) pass {
	is := func(p *cloudwatch.Plan) bool {
		return p != nil && h.From.Equal(p.Bands[0].Start) && h.To.Equal(p.Bands[len(p.Bands)-1].End)
	}
	switch {
	case h == nil || !h.Fetched.Equal(f.planned):
		return nothing
	case is(f.whole.Most) && (!is(f.whole.Hours) || hasFiner(h)):
		return finest
	case is(f.whole.Hours):
		return hourly
	}
	return nothing
}

// hasFiner reports whether a history has periods of less than an hour.
func hasFiner(h *model.History) bool {
	for i := range h.Series {
		for _, r := range h.Series[i].Runs {
			if time.Duration(r.Period) < time.Hour {
				return true
			}
		}
	}
	return false
}

// without returns the streams that have less than a pass, by their place.
func (f *fleetFetch) without(p pass) (list []int) {
	for i := range f.streams {
		if f.streams[i].has < p {
			list = append(list, i)
		}
	}
	return list
}

func (f *fleetFetch) asks(list []int) (asks []cloudwatch.Ask) {
	for _, i := range list {
		s := &f.streams[i]
		asks = append(asks, cloudwatch.Ask{Stream: s.name,
			Series: cloudwatch.SeriesOf(&s.inventory.Configuration, s.inventory.ClosedShards)})
	}
	return asks
}

// planOf returns the plan of a pass over some streams.
func (f *fleetFetch) planOf(list []int, p pass) (*cloudwatch.Plan, error) {
	if p == hourly {
		return f.limits.Plan(f.asks(list), f.whole.Hours.Bands)
	}
	return f.limits.Plan(f.asks(list), f.whole.Most.Bands)
}

// run makes both passes over what was planned. A stream that fails is named, and the rest goes on. The error
// is the context's, or that of a file that cannot be written.
func (f *fleetFetch) run(ctx context.Context) error {
	if err := f.fetch(ctx, f.without(hourly), hourly, "reading hours"); err != nil || f.whole.Most == nil {
		return err
	}
	near, err := f.near(ctx)
	if err != nil {
		return err
	}
	return f.fetch(ctx, near, finest, "reading minutes")
}

// fetch makes a pass over some streams.
func (f *fleetFetch) fetch(ctx context.Context, list []int, p pass, what string) error {
	if len(list) == 0 {
		return nil
	}
	plan, err := f.planOf(list, p)
	if err != nil {
		return err
	}
	bar := startProgress(f.reader.streams.err, len(list), what)
	defer bar.stop()
	handed := 0
	var broken error // a file that cannot be written
	spent, err := f.fetcher.FetchStreams(ctx, plan, func(b cloudwatch.Brought) error {
		handed++
		bar.add()
		s := &f.streams[list[b.Ask]]
		if b.Failure != nil {
			f.fail(s.file, fmt.Sprintf("%s in %s: %v", s.name, f.region, b.Failure))
			return nil
		}
		if broken = f.write(ctx, s, plan, b.Series); broken == nil {
			s.has = p
		}
		return broken
	})
	f.spent.Calls, f.spent.Metrics = f.spent.Calls+spent.Calls, f.spent.Metrics+spent.Metrics
	switch {
	case err == nil:
		return nil
	case broken != nil || ctx.Err() != nil:
		return cmp.Or(broken, ctx.Err())
	}
	f.fail(string(f.region), fmt.Sprintf("%s: %v; %s", f.region, err, unread(len(list)-handed, p)))
	return nil
}

// unread says what streams lack that a pass did not come to.
func unread(streams int, p pass) string {
	if p == finest {
		return unit.Plural(streams, "stream") + " by the hour alone"
	}
	return unit.Plural(streams, "stream") + " without metrics"
}

func (f *fleetFetch) fail(source, problem string) {
	f.failed = append(f.failed, fleet.Failure{Source: source, Problem: problem})
}

// near returns the streams of which minutes may decide what their hours leave open, and which are no more than a
// history holds.
func (f *fleetFetch) near(ctx context.Context) (list []int, err error) {
	candidates := f.without(finest)
	bar := startProgress(f.reader.streams.err, len(candidates), "looking at hours")
	defer bar.stop()
	for _, i := range candidates {
		bar.add()
		s := &f.streams[i]
		if s.has != hourly {
			continue
		}
		within, err := f.within(ctx, s)
		switch points := f.points(i); {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil:
			f.fail(s.file, err.Error())
		case within && points > historyfile.MaxPeriods:
			f.fail(s.file, fmt.Sprintf("%s in %s: %s points are more than a history holds; it is by the hour", s.name, f.region,
				unit.Grouped(float64(points), 0)))
		case within:
			list = append(list, i)
		}
	}
	return list, nil
}

// within reports whether the minutes of a stream may decide more than its hours.
func (f *fleetFetch) within(ctx context.Context, s *fetchedStream) (bool, error) {
	subject, err := f.reader.subject(ctx, s.file)
	if err != nil {
		return false, err
	}
	row, err := fleet.Look(ctx, subject)
	if err != nil {
		return false, err
	}
	_, within := fleet.WithinReach(subject, &row)
	return within, nil
}

// points returns how many points the second pass brings of a stream.
func (f *fleetFetch) points(i int) (n int) {
	for _, band := range f.whole.Most.Bands {
		n += band.Points() * len(f.asks([]int{i})[0].Series)
	}
	return n
}

// newTarget returns a file to write, whose folders are made.
func newTarget(name string) (*target, error) {
	t, err := findTarget(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	t.folders = true
	return t, nil
}

// write writes the history of a stream, whole or not at all.
func (f *fleetFetch) write(ctx context.Context, s *fetchedStream, p *cloudwatch.Plan, series []model.Series) error {
	t, err := newTarget(s.file)
	if err != nil {
		return err
	}
	words.ExpandAll(&s.inventory.Warnings) // a file of the history has them as people read them
	h := &model.History{Stream: s.name, Region: f.region, Account: f.account, From: p.Bands[0].Start,
		To: p.Bands[len(p.Bands)-1].End, Fetched: f.planned.UTC(), Series: series,
		Configuration: model.Known(s.inventory.Configuration), Warnings: s.inventory.Warnings}
	return t.write(ctx, func(w io.Writer) error { return writeHistory(w, h, strings.HasSuffix(s.file, ".gz")) })
}
