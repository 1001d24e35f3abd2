package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/calc/cost"
	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/calc/plan"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
	"github.com/spf13/cobra"
)

// costOptions are the flags of cost.
type costOptions struct {
	source       sourceFlags
	output       outputFlag
	mode, period string
	split        string
	shards       textFlag
}

// allModes asks for every mode.
const allModes = "all"

func newCost(s streams) *cobra.Command {
	var o costOptions
	cmd := &cobra.Command{
		Use:   "cost",
		Short: "What a stream costs, line by line, in every billing mode",
		Long: `Cost answers what a stream costs: each line of the bill with its quantity, unit
price, source and date, in every billing mode; what each consumer costs; where
another mode becomes the cheapest; and which consumers should use enhanced
fan-out. It prices what it is told, whether it fits or not. A mode that does not
carry the workload, by the formulas or in the replay of its traffic, is listed
last with the reason, and is never the cheapest.

Provisioned, it prices the recommended number of shards, or that of --shards, and
beside it what the stream has now. The workload comes from where 'kcalc recommend'
has it from: --stream, --history, a workload file (-f) and flags.`,
		Example: `  kcalc cost --record-size 2KB --average 3k --peak 9k --consumers 2 --region us-east-1
  kcalc cost -f stream.yaml --mode provisioned --shards 40 --period year
  kcalc cost -f stream.yaml --discount 12% -o json
  kcalc cost --stream orders --since 14d --split-producer equally
  kcalc cost -f stream.yaml --shard-level-metrics IncomingBytes,IteratorAgeMilliseconds`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runCost(cmd, s, &o)
		},
	}
	cmd.Flags().SortFlags = false
	groupFlags(cmd, "What is priced", func() { o.bind(cmd) })
	o.source.bind(cmd)
	groupFlags(cmd, answerHeading, func() { o.output.bind(cmd) })
	return cmd
}

func (o *costOptions) bind(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&o.mode, "mode", allModes, "billing `mode`: "+strings.Join(modeNames(), ", "))
	flags.StringVar(&o.period, "period", string(model.Month), "`period` of the cost: "+strings.Join(periodNames(), ", "))
	o.shards.kind = "count"
	flags.Var(&o.shards, "shards", "price so many shards (default: the recommended number)")
	flags.StringVar(&o.split, "split-producer", string(model.SplitNone),
		"`way` to split the producer's part among the consumers: "+strings.Join(model.Words(model.ProducerSplits()), ", "))
	must(cmd.RegisterFlagCompletionFunc("split-producer",
		cobra.FixedCompletions(model.Words(model.ProducerSplits()), cobra.ShellCompDirectiveNoFileComp)))
	must(cmd.RegisterFlagCompletionFunc("mode", cobra.FixedCompletions(modeNames(), cobra.ShellCompDirectiveNoFileComp)))
	must(cmd.RegisterFlagCompletionFunc("period",
		cobra.FixedCompletions(periodNames(), cobra.ShellCompDirectiveNoFileComp)))
	must(cmd.RegisterFlagCompletionFunc("shards", cobra.NoFileCompletions))
}

func modeNames() []string {
	names := []string{allModes}
	for _, m := range model.Modes() {
		names = append(names, string(m))
	}
	return names
}

func periodNames() []string {
	var names []string
	for _, p := range model.Periods() {
		names = append(names, string(p))
	}
	return names
}

// parse reads the flags of cost alone, and returns all that is wrong with them.
func (o *costOptions) parse(cmd *cobra.Command) (q review.CostRequest, faults input.Errors) {
	fault := func(name, value, problem, allowed string) {
		faults = append(faults, input.Error{Where: input.Position{Name: "--" + name}, Value: value, Problem: problem,
			Allowed: allowed})
	}
	if !slices.Contains(modeNames(), o.mode) {
		fault("mode", o.mode, "unknown mode"+didYouMean(o.mode, modeNames()), strings.Join(modeNames(), ", "))
	}
	if !slices.Contains(periodNames(), o.period) {
		fault("period", o.period, "unknown period"+didYouMean(o.period, periodNames()), strings.Join(periodNames(), ", "))
	}
	splits := model.Words(model.ProducerSplits())
	if !slices.Contains(splits, o.split) {
		fault("split-producer", o.split, "unknown way"+didYouMean(o.split, splits), strings.Join(splits, ", "))
	}
	if cmd.Flags().Changed("shards") {
		n, err := unit.ParseCount(o.shards.text)
		if err != nil {
			fault("shards", o.shards.text, err.Error(), allowedShards)
		} else if n < 1 || n > maxShards {
			fault("shards", o.shards.text, "out of range", allowedShards)
		}
		q.Shards = int(n)
	}
	q.Modes, q.Split = model.Modes(), model.ProducerSplit(o.split)
	if o.mode != allModes {
		q.Modes = []model.Mode{model.Mode(o.mode)}
	}
	return q, faults
}

// maxShards is more than any account has.
const (
	maxShards     = 100_000_000
	allowedShards = "a whole number from 1 to 100000000"
)

func runCost(cmd *cobra.Command, s streams, o *costOptions) error {
	format, formatErr := o.output.parse()
	q, faults := o.parse(cmd)
	b, err := o.source.read(cmd, s, joinUsageErrors(questionError(cmd, faults), formatErr), nil)
	if err != nil {
		return err
	}
	b.Tariff.Hours = model.Period(o.period).Hours()
	b.pricePlanned(cmd, &q)
	answer, err := review.Costs(cmd.Context(), &b.Basis, &b.workload, &q)
	if err != nil {
		return err
	}
	answer.Period, answer.Discount, answer.Inputs = model.Period(o.period), b.Tariff.Discount, b.Inputs
	answer.Warnings = append(answer.Warnings, plan.UsesOf(b.Limits, &b.workload, true).Unused(b.Inputs)...)
	answer.Warnings = misspeltFirst(append(answer.Warnings, b.warnings(bills(&answer)...)...))
	if err := unpriced(&answer); err != nil {
		return err
	}
	above, err := b.decision(cmd.Context(), format)
	if err != nil {
		return err
	}
	return o.output.print(cmd.Context(), s, func(w io.Writer, t report.Terminal) error {
		t.Above = above
		return report.WriteCosts(w, &answer, format, t)
	})
}

func bills(c *model.Costs) [][]model.CostLine {
	lines := make([][]model.CostLine, len(c.Modes))
	for i := range c.Modes {
		lines[i] = c.Modes[i].Lines
	}
	return lines
}

// unpriced returns an error where nothing that was asked for has a price. A cost that is too
// large to compute is no such error: the answer says so.
func unpriced(c *model.Costs) error {
	region := cmp.Or(c.Prices, c.Region)
	var missing []error
	for i := range c.Modes {
		m := &c.Modes[i]
		if m.Total.Known || len(m.NeedsSize) > 0 {
			return nil
		}
		if len(m.Missing) > 0 {
			missing = append(missing, fmt.Errorf("%s: no price of %s for %s%s", region, m.Mode,
				strings.Join(m.Missing, ", "), knownPart(m)))
		}
	}
	if missing == nil {
		return nil
	}
	hints := regionHints(region)
	return hintedError{errors.Join(missing...), append(hints, price.Supply(region), "--price-region us-east-1 prices by another "+
		"Region's prices")}
}

// knownPart returns what a mode costs at least, where a part of it is known.
func knownPart(m *model.Cost) string {
	if known := cost.AtLeast(m); known != "" {
		return "; it is at least " + known + ", without"
	}
	return ""
}
