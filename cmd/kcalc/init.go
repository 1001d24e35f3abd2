package main

import (
	"fmt"
	"io"

	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/spf13/cobra"
)

// initOptions are the flags of init.
type initOptions struct {
	source sourceFlags
	file   fileFlag
}

func newInit(s streams) *cobra.Command {
	var o initOptions
	cmd := &cobra.Command{
		Use:   "init",
		Short: "A commented workload file to start from",
		Long: `Init writes a workload file with every key, what it means and what is allowed.
Without flags it is a start: a record size and an average to change, the rest
commented out. With --stream or --history it has what the stream did, and with
-f or flags what they say; each value with where it comes from.`,
		Example: `  kcalc init --out orders.yaml
  kcalc init --stream orders --out orders.yaml
  kcalc init --history orders.json --consumer fraud,speed=1000,latency=30s`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return initWorkload(cmd, s, &o) },
	}
	cmd.Flags().SortFlags = false
	groupFlags(cmd, historyHeading, func() { o.source.history.bind(cmd) })
	groupFlags(cmd, workloadHeading, func() { o.source.input.bind(cmd) })
	groupFlags(cmd, answerHeading, func() { o.file.bind(cmd) })
	return cmd
}

func initWorkload(cmd *cobra.Command, s streams, o *initOptions) error {
	err := o.file.find()
	if err != nil {
		return err
	}
	w, inputs := model.NewWorkload(), []model.Input(nil)
	if o.source.given(cmd) {
		b, err := o.source.read(cmd, s, nil, &plotFlag{})
		if err != nil {
			return err
		}
		w, inputs = b.workload, b.Inputs
	}
	text, err := input.Template(&w, inputs)
	if err != nil {
		return err
	}
	return o.file.print(cmd.Context(), s, func(w io.Writer, _ report.Terminal) error {
		_, err := fmt.Fprintf(w, "# A workload of kcalc: 'kcalc recommend -f FILE' reads it.\n\n%s", text)
		return err
	})
}
