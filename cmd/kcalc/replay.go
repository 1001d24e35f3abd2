package main

import (
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
	"github.com/spf13/cobra"
)

// replayOptions are the flags of replay.
type replayOptions struct {
	source   sourceFlags
	question questionFlags
	plot     plotFlag
	output   outputFlag
}

func newReplay(s streams) *cobra.Command {
	var o replayOptions
	cmd := &cobra.Command{
		Use:   "replay",
		Short: "What would have happened: past traffic against other shard counts",
		Long: `Replay answers what would have happened: it runs the traffic of the past against
each shard count that is asked for, and tells what was throttled, how far every
consumer fell behind and for how long, what expired before it was read, and what
it costs a month.

The traffic is what a stream did, read from AWS (--stream) or from a file of
'kcalc history fetch' (--history). Without either it is what a workload declares
(-f and flags): days with its average and peak, and its surge, outages and
replays. Consumers and their bounds come from where 'kcalc recommend' has them
from, and flags override the file, and the file what was measured.

--what-if adds an incident, and repeats. It is a kind and its key=value pairs, in
any order:
` + whatIfHelp() + `TIME is a date and time such as 2026-11-20T18:00Z, or how long after the traffic
begins, such as 36h.

A shard count holds when at most --max-throttled of the records are in excess of
the write limits, none is lost or expires, and every consumer keeps its latency,
catches up in its time and does not lose ground. --shards auto looks for the
fewest that hold. The exit code is 3 when none of the counts that --shards asks
for holds, or where the formulas refuse every count, which a replay cannot mend;
the answer is printed all the same.`,
		Example: `  kcalc replay --history orders.json
  kcalc replay --history orders.json --shards 4..16 --plot orders.svg
  kcalc replay --stream orders --since 7d --shards 12,auto --max-throttled 0
  kcalc replay -f stream.yaml --what-if stop,consumer=fraud,at=20h,for=90m
  kcalc replay -f stream.yaml --shards 20 --what-if surge,at=18h,for=10m,times=3
  kcalc replay -f stream.yaml --shards 1 --reshard 5@20h --what-if stop,consumer=fraud,at=0s,for=20h
  kcalc replay --history orders.json --mode on-demand -o json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.run(cmd, s)
		},
	}
	cmd.Flags().SortFlags = false
	groupFlags(cmd, "What is replayed", func() { o.question.bind(cmd) })
	o.source.bind(cmd)
	groupFlags(cmd, answerHeading, func() {
		o.plot.bind(cmd, "the replay")
		o.output.bind(cmd)
	})
	return cmd
}

// questionFlags are what a replay is asked.
type questionFlags struct {
	shards, throttledShare textFlag
	reshard                string
	writes, mode           string
	savesUp                bool
	whatIf                 []string
}

func (f *questionFlags) bind(cmd *cobra.Command) {
	flags := cmd.Flags()
	f.shards = textFlag{fewestShards, "counts"}
	f.throttledShare = textFlag{unit.Grouped(100*float64(review.DefaultMaxThrottled), 6) + "%", "fraction"}
	flags.Var(&f.shards, "shards", "shard counts to run, such as 8,12,16 or 4..64; auto is the fewest that hold")
	flags.StringVar(&f.mode, "mode", string(model.Provisioned),
		"billing `mode`: "+strings.Join(replayModes(), ", ")+"; in all but the first, AWS chooses the shards")
	flags.StringArrayVar(&f.whatIf, "what-if", nil, "an `incident`, such as stop,consumer=fraud,at=36h,for=2h; repeats")
	flags.StringVar(&f.reshard, "reshard", "", "`N@TIME`: each count goes to N shards then, such as 5@20h; a consumer "+
		"reads the parents first")
	flags.Var(&f.throttledShare, "max-throttled",
		"share of the records that may be in excess of the write limits; 0 unless it is given, for a declared scenario; "+
			"with --throttled lose nothing may be")
	flags.StringVar(&f.writes, "throttled", string(review.Wait),
		"what happens to throttled `writes`: they wait at their producer, or it gives them up (wait, lose)")
	flags.BoolVar(&f.savesUp, "write-bucket", false, "a shard saves up a second of its write limits for a burst")
	for name, words := range map[string][]string{"mode": replayModes(), "throttled": writeChoices(), "shards": nil, "reshard": nil,
		"max-throttled": nil} {
		must(cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)))
	}
	must(cmd.RegisterFlagCompletionFunc("what-if", completeWhatIf))
}

func replayModes() []string { return modeNames()[1:] }

func writeChoices() []string { return []string{string(review.Wait), string(review.Lose)} }

// parse reads the question and its incidents, and returns all that is wrong with them. An
// incident becomes part of the question once the size of a record is known.
func (f *questionFlags) parse(cmd *cobra.Command) (q review.ReplayRequest, asked []incident, faults input.Errors) {
	fault := func(name, value, problem, allowed string) {
		faults = append(faults, input.Error{Where: input.Position{Name: "--" + name}, Value: value, Problem: problem,
			Allowed: allowed})
	}
	q.Mode, q.Writes, q.SavesUp = model.Mode(f.mode), review.Writes(f.writes), f.savesUp
	q.Shards, q.Auto, faults = parseShards(f.shards.text)
	switch {
	case !slices.Contains(replayModes(), f.mode):
		fault("mode", f.mode, "unknown mode"+didYouMean(f.mode, replayModes()), strings.Join(replayModes(), ", "))
	case q.Mode != model.Provisioned && cmd.Flags().Changed("shards"):
		fault("shards", f.shards.text, "AWS chooses the shards of "+f.mode, "with --mode "+string(model.Provisioned))
	}
	var wrong input.Errors
	q.Reshard, wrong = parseReshard(f.reshard)
	faults = append(faults, wrong...)
	if !slices.Contains(writeChoices(), f.writes) {
		fault("throttled", f.writes, "unknown"+didYouMean(f.writes, writeChoices()), strings.Join(writeChoices(), ", "))
	}
	if err := q.MaxThrottled.UnmarshalText([]byte(f.throttledShare.text)); err != nil {
		fault("max-throttled", f.throttledShare.text, err.Error(), allowedShare)
	} else if q.MaxThrottled > 1 {
		fault("max-throttled", f.throttledShare.text, "out of range", allowedShare)
	}
	if q.Writes == review.Lose && cmd.Flags().Changed("max-throttled") {
		fault("max-throttled", f.throttledShare.text, "what is throttled is lost, and nothing may be",
			"with --throttled "+string(review.Wait))
	}
	for _, text := range f.whatIf {
		w, wrong := parseIncident(text)
		asked, faults = append(asked, w), append(faults, wrong...)
	}
	return q, asked, faults
}

const allowedShare = "0% to 100%, as 0.01% or 0.0001"

func (o *replayOptions) run(cmd *cobra.Command, s streams) error {
	format, formatErr := o.output.parse()
	q, asked, faults := o.question.parse(cmd)
	if !cmd.Flags().Changed("max-throttled") && !o.source.history.given(cmd) {
		q.MaxThrottled = 0 // what is declared is to fit: how much of the scenario it is says nothing
	}
	faults = append(faults, o.plot.check(cmd)...)
	b, err := o.source.read(cmd, s, joinUsageErrors(questionError(cmd, faults), formatErr), &o.plot)
	if err != nil {
		return o.suggestPast(cmd, err)
	}
	q.WhatIf = resolveIncidents(asked, b.workload.Producer.RecordSize)
	r, err := review.Replay(cmd.Context(), &b.Basis, &b.workload, &q)
	if err != nil {
		return inputError(cmd, err)
	}
	r.Warnings = append(r.Warnings, b.replayWarnings(q.Mode)...)
	above, err := b.decision(cmd.Context(), format)
	if err != nil {
		return err
	}
	if err := o.output.print(cmd.Context(), s, func(w io.Writer, t report.Terminal) error {
		t.Above = above
		return report.WriteReplay(w, &r, format, t)
	}); err != nil {
		return err
	}
	if o.plot.given(cmd) {
		if err := o.plot.write(cmd.Context(), &report.Picture{Replay: &r, Prices: b.pricesOf(q.Mode)}); err != nil {
			return err
		}
	}
	return fitsError(r.Feasible && len(r.Infeasible) == 0)
}

// suggestPast adds a hint at --stream and --history where neither a history nor a workload was
// given.
func (o *replayOptions) suggestPast(cmd *cobra.Command, err error) error {
	var usage usageError
	flags := cmd.Flags()
	if o.source.history.given(cmd) || flags.Changed("file") || flags.Changed("record-size") || !errors.As(err, &usage) {
		return err
	}
	usage.hints = append(usage.hints, "or take what a stream did, with --stream NAME or --history FILE")
	return usage
}

// replayWarnings returns the warnings about the Region and its prices, which are the same for
// every shard count.
func (b *basis) replayWarnings(mode model.Mode) []notice.Notice { return b.warnings(b.pricesOf(mode)) }

// pricesOf returns the cost lines of a mode, whose prices are the same for every shard count.
func (b *basis) pricesOf(mode model.Mode) []model.CostLine {
	bill, err := b.Tariff.Bill(b.Limits, &b.workload, mode, 1)
	if err != nil {
		return nil
	}
	return bill.Lines
}

// questionError makes what is wrong with flags an error of usage. Where an incident is wrong,
// a hint says what one is made of.
func questionError(cmd *cobra.Command, faults input.Errors) error {
	if len(faults) == 0 {
		return nil
	}
	hints := []string{helpHint(cmd)}
	if slices.ContainsFunc(faults, func(f input.Error) bool { return f.Where.Name == "--what-if" }) {
		hints = []string{whatIfHint, helpHint(cmd)}
	}
	return usageError{faults, hints}
}
