package main

import (
	"errors"
	"io"

	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
	"github.com/spf13/cobra"
)

// backtestOptions are the flags of backtest.
type backtestOptions struct {
	source      sourceFlags
	split, seen textFlag
	output      outputFlag
}

func newBacktest(s streams) *cobra.Command {
	var o backtestOptions
	cmd := &cobra.Command{
		Use:   "backtest",
		Short: "What past recommendations would have done: one part of a history against the next",
		Long: `Backtest answers how far a recommendation can be trusted: it hides the last part of
a history, recommends from the first, and replays the rest on the counts that
follow: recommended, minimum, the busiest period and a quarter more, and
on-demand. It tells what each would have throttled, and how likely the odds
called that it holds.

With --seen the history is tested again and again: windows of that length, each
followed by the time that the count is to hold (--for), move along by a week. Then
it says how often each rule held, at how many times the shards that were needed,
and what the odds said against what held.`,
		Example: `  kcalc backtest --history orders.json
  kcalc backtest --history orders.json --split 50%
  kcalc backtest --history orders.json --seen 14d --for 28d -o json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd, s) },
	}
	cmd.Flags().SortFlags = false
	groupFlags(cmd, "How the history is split", func() {
		o.split.kind, o.seen.kind = "fraction", "duration"
		cmd.Flags().Var(&o.split, "split", "share of the history that is seen (10% to 90%; default 60%)")
		cmd.Flags().Var(&o.seen, "seen", "instead: windows of this length, which move along by a week (1d to 365d)")
		must(cmd.RegisterFlagCompletionFunc("split", cobra.NoFileCompletions))
		must(cmd.RegisterFlagCompletionFunc("seen", cobra.NoFileCompletions))
	})
	o.source.bind(cmd)
	groupFlags(cmd, answerHeading, func() { o.output.bind(cmd) })
	return cmd
}

// request returns how the history is to be split, or what is wrong with that.
func (o *backtestOptions) request(cmd *cobra.Command) (q review.BacktestRequest, err error) {
	q.Split = 0.6
	wrong := func(flag, value, allowed string) error {
		return usageError{input.Errors{{Where: input.Position{Name: flag}, Value: value, Problem: "out of range",
			Allowed: allowed}}, []string{helpHint(cmd)}}
	}
	if flags := cmd.Flags(); flags.Changed("split") && flags.Changed("seen") {
		return q, usageError{errors.New("--split and --seen exclude each other"), []string{helpHint(cmd)}}
	} else if flags.Changed("split") {
		if q.Split, err = unit.ParseFraction(o.split.text); err != nil || q.Split < 0.1 || q.Split > 0.9 {
			return q, wrong("--split", o.split.text, "10% to 90%, or 0.1 to 0.9")
		}
	} else if flags.Changed("seen") {
		if q.Seen, err = unit.ParseDuration(o.seen.text); err != nil || q.Seen < unit.Day || q.Seen > 365*unit.Day {
			return q, wrong("--seen", o.seen.text, "1d to 365d")
		}
	}
	return q, nil
}

func (o *backtestOptions) run(cmd *cobra.Command, s streams) error {
	format, formatErr := o.output.parse()
	q, err := o.request(cmd)
	others := joinUsageErrors(err, formatErr)
	if !o.source.history.given(cmd) {
		missing := errors.New("--history: missing: a backtest is of what a stream did (--history or --stream)")
		return joinUsageErrors(others, usageError{missing, []string{helpHint(cmd)}})
	}
	b, err := o.source.read(cmd, s, others, &plotFlag{})
	if err != nil {
		return err
	}
	q.Ahead = b.workload.Horizon
	answer, err := review.NewBacktest(cmd.Context(), &b.Basis, b.declaration, q)
	if err != nil {
		return inputError(cmd, err)
	}
	return o.output.print(cmd.Context(), s, func(w io.Writer, t report.Terminal) error {
		return report.WriteBacktest(w, &answer, format, t)
	})
}
