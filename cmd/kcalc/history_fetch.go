package main

import (
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/kcalc/kcalc/cmd/internal/words"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/historyfile"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
	"github.com/kcalc/kcalc/model/untrusted"
	"github.com/spf13/cobra"
)

// fetchOptions are the flags of history fetch.
type fetchOptions struct {
	streamFlags
	save   string
	dryRun bool
}

func newHistoryFetch(s streams) *cobra.Command {
	var o fetchOptions
	cmd := &cobra.Command{
		Use:   "fetch --stream NAME",
		Short: "Save a stream's CloudWatch metrics and configuration to a file",
		Long: `Fetch reads what a stream really did from CloudWatch, and what it is set to and
who reads it from Kinesis and Lambda, and writes both as one file, which other
commands take with --history. All of its calls read and change nothing.

Each part of the window comes at the finest period that CloudWatch still has:
a minute for 15 days, five minutes for 63, an hour for 455. The calls are
planned before the first is made; --dry-run shows them and what they cost. What
costs more than $0.10 is asked about, or needs --yes.

A fetch with --save that was interrupted goes on where it was when the command
is repeated within the hour: what it has read is in FILE.partial till then. A pipe
or a device is written as it is, and has no such file beside it.`,
		Example: `  kcalc history fetch --stream orders --save orders.json
  kcalc history fetch --stream orders --since 60d --dry-run
  kcalc history fetch --stream orders --since 2026-11-01 --until 2026-11-08 | gzip > week.json.gz`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return fetchHistory(cmd, s, &o) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	o.streamFlags.bind(cmd)
	flags.StringVar(
		&o.region,
		"region",
		"",
		"`region` of the stream (default AWS_REGION, AWS_DEFAULT_REGION, else the profile's)",
	)
	flags.StringVar(&o.save, "save", "", "`file` to write, gzipped where its name ends in .gz (default standard output)")
	flags.BoolVar(&o.dryRun, "dry-run", false, "show the calls and what they cost, and make none to CloudWatch")
	must(cmd.MarkFlagFilename("save", "json", "gz"))
	must(cmd.RegisterFlagCompletionFunc("region", completeRegions))
	return cmd
}

func fetchHistory(cmd *cobra.Command, s streams, o *fetchOptions) error {
	t, err := o.target()
	if err != nil {
		return err
	}
	f, err := o.prepare(cmd, s, t)
	if err != nil {
		return err
	}
	printWarnings(s.err, f.warnings)
	if o.dryRun {
		return printAnswer(s.out, func(w io.Writer) error {
			return report.WriteFetchPlan(w, f.plan, f.account.region,
				terminal(s.out))
		})
	}
	h, err := f.run(cmd.Context())
	if err != nil {
		return err
	}
	if t == nil {
		return printAnswer(s.out, func(w io.Writer) error { return historyfile.Write(w, h) })
	}
	if err := t.write(cmd.Context(), func(w io.Writer) error {
		return writeHistory(w, h,
			strings.HasSuffix(o.save, ".gz"))
	}); err != nil {
		return f.keepJournal(err, f.read)
	}
	f.removeJournal()
	return printAnswer(s.out, func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "%s: %d series of %s from %s to %s, for $%s\n", untrusted.Printable(o.save), len(h.Series),
			h.Stream,
			h.From.Format(time.RFC3339), h.To.Format(time.RFC3339), f.paid)
		return err
	})
}

// target returns the file of --save, and nil where the history goes to standard output or
// nowhere.
func (o *fetchOptions) target() (*target, error) {
	if o.save == "" || o.save == "-" { // as elsewhere
		return nil, nil
	}
	t, err := findTarget(o.save)
	switch {
	case errors.Is(err, errFolder):
		return nil, usageError{input.Error{Where: input.Position{Name: "--save"}, Value: o.save, Problem: err.Error(),
			Allowed: "the name of a file"}, nil}
	case err != nil:
		return nil, err
	case t.standardOutput() || o.dryRun && t.special:
		return nil, nil
	}
	return t, nil
}

// printWarnings writes warnings that are not part of an answer, each in a line.
func printWarnings(w io.Writer, warnings []notice.Notice) {
	for _, one := range warnings {
		printLine(w, "warning", words.Expand(one.Message+" "+one.Remedy))
	}
}

func writeHistory(w io.Writer, h *model.History, zipped bool) error {
	if !zipped {
		return historyfile.Write(w, h)
	}
	z := gzip.NewWriter(w)
	if err := historyfile.Write(z, h); err != nil {
		return err
	}
	return z.Close()
}

// streamFlags says which stream's history is read from AWS, and of which time.
type streamFlags struct {
	stream, region string
	since, until   string
	yes            bool
	aws            awsFlags
}

// defaultSince is a fortnight, of which CloudWatch still has every minute.
const defaultSince = "14d"

func (l *streamFlags) bind(cmd *cobra.Command) {
	cmd.Flags().StringVar(&l.stream, "stream", "", "`name` of the stream")
	must(cmd.RegisterFlagCompletionFunc("stream", completeStreams))
	l.bindWindow(cmd)
}

// bindWindow adds all flags but the one that names the stream.
func (l *streamFlags) bindWindow(cmd *cobra.Command) {
	l.bindTimes(cmd)
	l.aws.bind(cmd)
}

// bindTimes adds the flags that say which time is read, and whether what costs more is asked about.
func (l *streamFlags) bindTimes(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&l.since, "since", defaultSince,
		"begin of the window: how long ago, as 14d, or a `time` such as 2026-11-01 or 2026-11-01T18:00Z")
	flags.StringVar(&l.until, "until", "", "end of the window: how long ago, or a `time` (default now)")
	flags.BoolVar(&l.yes, "yes", false, "make a fetch that costs more than $0.10 without asking")
	for _, name := range []string{"since", "until"} {
		must(cmd.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions))
	}
}

// fetch is one that is planned.
type fetch struct {
	streams
	account  *account
	request  cloudwatch.Request
	now      time.Time
	plan     *cloudwatch.Plan
	saved    *journalFile
	read     *cloudwatch.Journal // of what this run and the ones before have read
	config   model.Configuration
	number   string // of the stream's account, "" where it is not known
	warnings []notice.Notice
	yes      bool
	paid     unit.USD // for the calls of this run
}

// streamName returns the name of --stream.
func (l *streamFlags) streamName(cmd *cobra.Command) (name model.Name, err error) {
	if err := name.UnmarshalText([]byte(l.stream)); err != nil {
		return "", usageError{input.Error{Where: input.Position{Name: "--stream"}, Value: l.stream, Problem: err.Error(),
			Allowed: "the name of a stream: " + model.NamePattern}, []string{helpHint(cmd)}}
	}
	return name, nil
}

// prepare reads the stream's inventory and plans the fetch of its history. It goes on with an
// interrupted fetch to the same file. It tries the file before it asks AWS for anything.
func (l *streamFlags) prepare(cmd *cobra.Command, s streams, save *target) (*fetch, error) {
	stream, err := l.streamName(cmd)
	if err != nil {
		return nil, err
	}
	if _, _, err := l.window(cloudwatch.Settled(now())); err != nil {
		return nil, err
	}
	if save != nil {
		if err := save.prepare(cmd.Context()); err != nil {
			return nil, err
		}
	}
	a, err := l.aws.open(cmd.Context(), l.region)
	if err != nil {
		return nil, err
	}
	inv, err := a.inventory.Read(cmd.Context(), stream)
	if err != nil {
		return nil, awsError(err, stream, a)
	}
	f := &fetch{streams: s, account: a, config: inv.Configuration, number: inv.Account(),
		warnings: inv.Warnings, yes: l.yes,
		request: cloudwatch.Request{ARN: inv.ARN, Stream: stream, Region: a.region,
			Endpoint: aws.ToString(a.cloudwatch.Options().BaseEndpoint), Since: l.since, Until: l.until}}
	var warnings []notice.Notice
	f.now, warnings = awsTime(inv.Skew)
	f.warnings = append(f.warnings, warnings...)
	series := cloudwatch.SeriesOf(&inv.Configuration, inv.ClosedShards)
	if path, ok := save.journal(); ok {
		if f.saved, err = openJournal(path, f.request, series, f.now); err != nil {
			return nil, err
		}
		if f.saved.journal != nil {
			f.plan = f.saved.journal.Plan
			return f, nil
		}
	}
	if f.plan, err = l.planFetch(stream, series, f.now); err != nil {
		return nil, err
	}
	f.warnings = append(f.warnings, l.clippedWarnings(f.plan, f.now)...)
	return f, nil
}

// clippedWarnings returns a warning where CloudWatch has nothing left of the window's
// beginning.
func (l *streamFlags) clippedWarnings(p *cloudwatch.Plan, now time.Time) []notice.Notice {
	from, _, err := l.window(cloudwatch.Settled(now))
	first := p.Bands[0]
	if err != nil || first.Start.Sub(from) < time.Duration(first.Period) {
		return nil
	}
	return []notice.Notice{notice.WindowClipped(first.Start, from)}
}

// window reads --since and --until: times, or how long before the end of what is known. So a
// day is a whole one.
func (l *streamFlags) window(known time.Time) (from, to time.Time, err error) {
	var faults input.Errors
	read := func(flag, text string) time.Time {
		at, err := parseWindowEnd(text, known)
		if err != nil {
			faults = append(faults, input.Error{Where: input.Position{Name: flag}, Value: text, Problem: err.Error(),
				Allowed: "how long ago, as 14d or 6h, or a time such as 2026-11-01, 2026-11-01T18:00 (UTC) or " +
					"2026-11-01T18:00:00+01:00"})
		}
		return at
	}
	from, to = read("--since", l.since), known
	if l.until != "" {
		to = read("--until", l.until)
	}
	if len(faults) > 0 {
		return from, to, usageError{faults, nil}
	}
	return from, to, nil
}

// parseWindowEnd reads a time, or how long before the end of what is known it is.
func parseWindowEnd(text string, known time.Time) (time.Time, error) {
	if ago, err := unit.ParseDuration(text); err == nil {
		return known.Add(-time.Duration(ago)), nil
	}
	return unit.ParseMoment(text)
}

func (l *streamFlags) planFetch(stream model.Name, series []model.SeriesID, now time.Time) (*cloudwatch.Plan, error) {
	from, to, err := l.window(cloudwatch.Settled(now))
	if err != nil {
		return nil, err
	}
	limits := cloudwatch.PublishedLimits()
	bands, err := limits.Bands(from, to, now)
	if err != nil {
		return nil, usageError{fmt.Errorf("--since %s, --until %s: %w", l.since, cmp.Or(l.until, "now"), err), nil}
	}
	points := 0
	for _, band := range bands {
		points += len(series) * band.Points()
	}
	if points > historyfile.MaxPeriods {
		return nil, usageError{fmt.Errorf("--since %s: %d series have %s points in this window, more than the %s that a "+
			"history holds", l.since, len(series),
			unit.Grouped(float64(points), 0), unit.Grouped(historyfile.MaxPeriods, 0)), []string{"take a shorter --since"}}
	}
	return limits.Plan([]cloudwatch.Ask{{Stream: stream, Series: series}}, bands)
}

// run makes the calls that were not made yet, and returns the history.
func (f *fetch) run(ctx context.Context) (*model.History, error) {
	journal := f.journal()
	if err := f.confirmCost(ctx, journal); err != nil {
		return nil, err
	}
	if f.saved != nil && f.saved.journal == nil {
		if err := f.saved.begin(journal); err != nil {
			return nil, err
		}
	}
	bar := startProgress(f.err, len(f.plan.Calls), "reading "+string(f.request.Stream))
	defer bar.stop()
	fetcher := cloudwatch.Fetcher{Client: f.account.cloudwatch, Policy: cloudwatch.DefaultRetryPolicy()}
	for i, call := range f.plan.Calls {
		if journal.Done[i] == nil {
			values, err := fetcher.Fetch(ctx, f.plan, call)
			if err == nil {
				err = journal.WriteCall(f.saved.writer(), i, values)
			}
			if err != nil {
				bar.stop()
				return nil, f.keepJournal(awsError(err, f.request.Stream, f.account), journal)
			}
		}
		bar.add()
	}
	words.ExpandAll(&f.warnings) // a file of the history has them as people read them
	bands := f.plan.Bands
	return &model.History{Stream: f.request.Stream, Region: f.account.region, Account: f.number, From: bands[0].Start,
		To:      bands[len(bands)-1].End,
		Fetched: f.now.UTC().Truncate(time.Second), Series: cloudwatch.Assemble(f.plan, journal.Done),
		Configuration: model.Known(f.config), Warnings: f.warnings}, nil
}

// journal returns the journal of the fetch: that of the interrupted one, else a new one.
func (f *fetch) journal() *cloudwatch.Journal {
	if f.saved == nil || f.saved.journal == nil {
		return cloudwatch.NewJournal(f.request, f.now, f.plan)
	}
	made := len(f.plan.Calls) - f.saved.journal.Left()
	if damaged := f.saved.journal.Damaged; damaged > 0 {
		printLine(f.err, "note", fmt.Sprintf("%s: %s not what was written; the calls that brought them are made again",
			f.saved.path, countIs(damaged, "line")))
	}
	printLine(f.err, "note", fmt.Sprintf("going on with the fetch that was interrupted: %d of %s made", made,
		unit.Plural(len(f.plan.Calls), "call")))
	return f.saved.journal
}

// countIs returns a number of things with its verb.
func countIs(n int, what string) string {
	if n == 1 {
		return unit.Plural(n, what) + " is"
	}
	return unit.Plural(n, what) + " are"
}

// maxUnconfirmedCost is what a fetch may cost without anybody being asked.
const maxUnconfirmedCost = unit.Dollar / 10

// confirmCost asks whether an expensive fetch shall be made. The error says that it shall not,
// or that nobody can be asked.
func (f *fetch) confirmCost(ctx context.Context, journal *cloudwatch.Journal) error {
	metrics := 0
	for i, call := range f.plan.Calls {
		if journal.Done[i] == nil {
			metrics += call.Last - call.First
		}
	}
	limits := cloudwatch.PublishedLimits()
	cost, err := limits.MetricPrice.Value.Times(float64(metrics), 0)
	f.paid = cost
	if err != nil || cost <= maxUnconfirmedCost || f.yes {
		return err
	}
	price := fmt.Sprintf("the fetch makes %s for %s metrics, which costs $%s", unit.Plural(journal.Left(), "call"),
		unit.Grouped(float64(metrics), 0), cost)
	return confirm(ctx, f.streams, price, "not fetched: the answer was no",
		"--yes makes it, --dry-run shows it, a shorter --since makes it cheaper")
}

// keepJournal returns the error of a fetch that failed, with a hint at what is kept for the
// next one. A journal without a call is removed.
func (f *fetch) keepJournal(err error, journal *cloudwatch.Journal) error {
	if f.saved == nil {
		return err
	}
	made := len(f.plan.Calls) - journal.Left()
	if made == 0 {
		f.removeJournal()
		return err
	}
	f.saved.close()
	hint := fmt.Sprintf("%d of %s are kept in %s; the same command goes on from there within %s", made,
		unit.Plural(len(f.plan.Calls), "call"), f.saved.path, unit.Duration(cloudwatch.Slack))
	var usage usageError
	if errors.As(err, &usage) {
		return usageError{usage.error, append(usage.hints, hint)}
	}
	return hintedError{err, append(hints(err), hint)}
}

// removeJournal removes the journal.
func (f *fetch) removeJournal() {
	if f.saved != nil {
		f.saved.close()
		os.Remove(f.saved.path)
	}
}
