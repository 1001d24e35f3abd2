package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/calc/cost"
	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/calc/plan"
	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
	"github.com/spf13/cobra"
)

// costOptions are the flags of cost.
type costOptions struct {
	input        workloadFlags
	tariff       tariffFlags
	output       outputFlag
	mode, period string
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
fan-out. It prices what it is told, whether it fits or not.

Provisioned, it prices the recommended number of shards, or that of --shards.`,
		Example: `  kcalc cost --record-size 2KB --average 3k --peak 9k --consumers 2 --region us-east-1
  kcalc cost -f stream.yaml --mode provisioned --shards 40 --period year
  kcalc cost -f stream.yaml --discount 12% -o json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runCost(cmd, s, &o)
		},
	}
	groupFlags(cmd, workloadHeading, func() { o.input.bind(cmd) })
	groupFlags(cmd, tariffHeading, func() {
		o.bind(cmd)
		o.tariff.bind(cmd)
	})
	groupFlags(cmd, answerHeading, func() { o.output.bind(cmd) })
	return cmd
}

func (o *costOptions) bind(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&o.mode, "mode", allModes, "billing `mode`: "+strings.Join(modeNames(), ", "))
	flags.StringVar(&o.period, "period", string(model.Month), "`period` of the cost: "+strings.Join(periodNames(), ", "))
	o.shards.kind = "count"
	flags.Var(&o.shards, "shards", "price so many shards (default: the recommended number)")
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

// parse reads the flags of cost alone.
func (o *costOptions) parse(cmd *cobra.Command) (modes []model.Mode, shards int, err error) {
	var faults input.Errors
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
	if cmd.Flags().Changed("shards") {
		n, err := unit.ParseCount(o.shards.text)
		if err != nil {
			fault("shards", o.shards.text, err.Error(), allowedShards)
		} else if n < 1 || n > maxShards {
			fault("shards", o.shards.text, "out of range", allowedShards)
		}
		shards = int(n)
	}
	if len(faults) > 0 {
		return nil, 0, usageError{faults, []string{helpHint(cmd)}}
	}
	if o.mode == allModes {
		return model.Modes(), shards, nil
	}
	return []model.Mode{model.Mode(o.mode)}, shards, nil
}

// maxShards is more than any account has.
const (
	maxShards     = 100_000_000
	allowedShards = "a whole number from 1 to 100000000"
)

func runCost(cmd *cobra.Command, s streams, o *costOptions) error {
	format, err := o.output.parse()
	if err != nil {
		return err
	}
	modes, shards, err := o.parse(cmd)
	draft, warning, inputErr := o.input.draft(cmd)
	if inputErr != nil {
		return inputErr
	}
	w, inputs, resolveErr := draft.Resolve()
	tariff, tariffErr := o.tariff.tariff(cmd)
	if err := joinUsageErrors(joinUsageErrors(inputError(cmd, resolveErr), err), tariffErr); err != nil {
		return err
	}
	tariff.Hours = model.Period(o.period).Hours()
	limits := model.PublishedLimits()
	answer, err := cost.Of(cmd.Context(), &limits, &w, tariff, modes, shards)
	if err != nil {
		return err
	}
	answer.Period, answer.Discount, answer.Inputs = model.Period(o.period), tariff.Discount,
		append(inputs, o.tariff.inputs(cmd, tariff)...)
	answer.Warnings = append(answer.Warnings, plan.UsesOf(&limits, &w, true).Unused(inputs)...)
	answer.Warnings = append(answer.Warnings, staleness(w.Region, bills(&answer)...)...)
	if warning != nil {
		answer.Warnings = append(answer.Warnings, *warning)
	}
	if err := unpriced(&answer); err != nil {
		return err
	}
	return o.output.print(cmd.Context(), s, func(w io.Writer, t report.Terminal) error {
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
	var missing []error
	for i := range c.Modes {
		m := &c.Modes[i]
		if m.Total.Known || len(m.NeedsSize) > 0 {
			return nil
		}
		if len(m.Missing) > 0 {
			missing = append(missing, fmt.Errorf("%s: no price of %s for %s", c.Region, m.Mode, strings.Join(m.Missing, ", ")))
		}
	}
	if missing == nil {
		return nil
	}
	return hintedError{errors.Join(missing...), []string{price.Supply(c.Region)}}
}
