package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/kcalc/kcalc/model"
)

// recommendOptions are the flags of recommend.
type recommendOptions struct {
	past   past
	input  input
	tariff tariffFlags
	output output
}

func newRecommend(s streams) *cobra.Command {
	var o recommendOptions
	cmd := &cobra.Command{
		Use:   "recommend",
		Short: "How many shards a stream needs, and which constraint decides",
		Long: `Recommend answers how many shards a stream needs, which constraint decides,
what each of the others would need, and what would make the stream smaller.

The workload comes from what the stream did, read from AWS (--stream) or from a
file of 'kcalc history fetch' (--history); from a workload file (-f); and from
flags. Flags override the file, and the file what was measured. With a history
the answer has the evidence: the busiest minute, surges, throttles, growth.

The exit code is 3 when no shard count fits; the answer is printed all the same.`,
		Example: `  kcalc recommend --record-size 200 --average 10k --peak 20k
  kcalc recommend --record-size 1KB --average 5MiB/s --consumer fraud,speed=1000,latency=30s
  kcalc recommend --record-size 200 --peak 20k --surge 50k --surge-duration 10s --consumers 3 -o json
  kcalc recommend -f stream.yaml --current-shards 12
  kcalc recommend --stream orders --since 14d
  kcalc recommend --history orders.json --consumer fraud,speed=1000,latency=30s`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return recommend(cmd, s, &o)
		},
	}
	cmd.Flags().SortFlags = false
	o.past.bind(cmd)
	o.input.bind(cmd)
	o.tariff.bind(cmd)
	o.output.bind(cmd)
	return cmd
}

func recommend(cmd *cobra.Command, s streams, o *recommendOptions) error {
	format, err := o.output.parse()
	if err != nil {
		return err
	}
	if o.past.given(cmd) {
		return o.review(cmd, s, format)
	}
	draft, warning, err := o.input.draft(cmd)
	if err != nil {
		return err
	}
	w, inputs, err := draft.Resolve()
	tariff, tariffErr := o.tariff.tariff(cmd)
	if err := both(inputError(cmd, err), tariffErr); err != nil {
		return err
	}
	limits := model.PublishedLimits()
	plan := calc.Recommend(&limits, &w, tariff)
	o.complete(cmd, &plan, inputs, tariff, warning)
	err = printAnswer(s.out, func(b io.Writer) error { return report.WritePlan(b, &plan, format, terminal(s.out)) })
	if err == nil && !plan.Feasible {
		return errDoesNotFit
	}
	return err
}

// complete puts into a plan what the command knows beside the workload.
func (o *recommendOptions) complete(cmd *cobra.Command, plan *model.Plan, inputs []model.Input, tariff *calc.Tariff, warning *model.Warning) {
	plan.Inputs = append(inputs, o.tariff.inputs(cmd, tariff)...)
	plan.Warnings = append(plan.Warnings, staleness(plan.Region, plan.Cost.Value.Lines)...)
	if warning != nil {
		plan.Warnings = append(plan.Warnings, *warning)
	}
}

// review recommends from what the stream did, and shows the evidence.
func (o *recommendOptions) review(cmd *cobra.Command, s streams, format report.Format) error {
	declared, err := o.input.declared(cmd)
	if err != nil {
		return err
	}
	tariff, err := o.tariff.tariff(cmd)
	if err != nil {
		return err
	}
	h, source, err := o.past.history(cmd, s, declared)
	if err != nil {
		return err
	}
	limits := model.PublishedLimits()
	evidence := fit.Fit(h, &limits)
	var warning *model.Warning
	if evidence.Region == "" {
		warning = assumeRegion(cmd.Context(), &declared)
	}
	w, inputs, err := review.Workload(&limits, &evidence, declared)
	if err != nil {
		return measuredError(cmd, &evidence, err)
	}
	r := review.Write(&review.Basis{Limits: &limits, History: h, Evidence: &evidence, Source: source, Inputs: inputs, Tariff: tariff}, &w)
	o.complete(cmd, r.Plan, inputs, tariff, warning)
	err = printAnswer(s.out, func(b io.Writer) error { return report.WriteReview(b, &r, format, terminal(s.out)) })
	if err == nil && !r.Feasible {
		return errDoesNotFit
	}
	return err
}

// measuredError is what is wrong with a workload that was measured in parts, with
// what the history lacks.
func measuredError(cmd *cobra.Command, e *fit.Evidence, err error) error {
	err = inputError(cmd, err)
	var usage usageError
	if !errors.As(err, &usage) {
		return err
	}
	for _, reason := range slices.Concat(e.Undecided, e.Unknown) {
		if reason.ID == "record-size-unknown" || reason.ID == "history-without-records" {
			usage.hints = append(usage.hints, reason.Message+" "+reason.Remedy)
		}
	}
	usage.hints = append(usage.hints, "flags and a workload file (-f) override what the history says: --average, --peak, --surge and so on")
	return usage
}

// inputError makes faults of a workload an error of usage, with a hint for
// what is missing.
func inputError(cmd *cobra.Command, err error) error {
	if err == nil {
		return nil
	}
	var faults model.Faults
	if !errors.As(err, &faults) {
		return err
	}
	var hints []string
	for _, f := range faults {
		if hint := missingHint(f); hint != "" && !slices.Contains(hints, hint) {
			hints = append(hints, hint)
		}
	}
	if len(hints) == 0 {
		hints = []string{helpHint(cmd)}
	}
	return usageError{faults, hints}
}

// helpHint says where a command's flags are explained.
func helpHint(cmd *cobra.Command) string {
	return "'" + cmd.CommandPath() + " --help' lists the flags and what they allow; the keys of a workload file allow the same"
}

// missingHint says how to give an input that is missing.
func missingHint(f model.Fault) string {
	if !strings.HasPrefix(f.Problem, "missing") {
		return ""
	}
	for _, flag := range workloadFlags {
		if flag.key == f.Path {
			return fmt.Sprintf("give it with --%s, or as %s in a workload file (-f)", flag.name, f.Path)
		}
	}
	return ""
}
