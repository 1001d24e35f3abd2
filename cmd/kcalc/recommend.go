package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/kcalc/kcalc/model"
)

// recommendOptions are the flags of recommend.
type recommendOptions struct {
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

The workload comes from a file (-f), from flags, or from both; flags override the file.
The exit code is 3 when no shard count fits; the answer is printed all the same.`,
		Example: `  kcalc recommend --record-size 200 --average 10k --peak 20k
  kcalc recommend --record-size 1KB --average 5MiB/s --consumer fraud,speed=1000,latency=30s
  kcalc recommend --record-size 200 --peak 20k --surge 50k --surge-duration 10s --consumers 3 -o json
  kcalc recommend -f stream.yaml --current-shards 12`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return recommend(cmd, s, &o)
		},
	}
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
	plan.Inputs = append(inputs, o.tariff.inputs(cmd, tariff)...)
	plan.Warnings = append(plan.Warnings, staleness(w.Region, plan.Cost.Value.Lines)...)
	if warning != nil {
		plan.Warnings = append(plan.Warnings, *warning)
	}
	err = printAnswer(s.out, func(b io.Writer) error { return report.WritePlan(b, &plan, format, terminal(s.out)) })
	if err == nil && !plan.Feasible {
		return errDoesNotFit
	}
	return err
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
