package main

import (
	"context"
	"errors"
	"io"

	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/historyfile"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/spf13/cobra"
)

func newHistory(s streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "history",
		Short: "What a stream really did: save it to a file, show what is in one",
		Long: `A history is what a stream really did, by its CloudWatch metrics, and what it is
set to. 'kcalc history fetch' saves one to a file; 'kcalc history show' prints
what is in a file: one of kcalc, what 'aws cloudwatch get-metric-data' printed, or
CSV.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newHistoryFetch(s), newHistoryShow(s))
	return cmd
}

func newHistoryShow(s streams) *cobra.Command {
	var out outputFlag
	cmd := &cobra.Command{
		Use:   "show FILE",
		Short: "What is in a history file: series, coverage, extremes",
		Long: `Show prints what a history file holds: the stream, the window, and of each series
its periods, how much of the window it covers, its lowest and highest point with
their times, and a chart.

FILE is a file of 'kcalc history fetch', the JSON that 'aws cloudwatch
get-metric-data' printed, or CSV with the columns timestamp,incoming_bytes,
incoming_records and so on; gzipped or not; - is standard input. What is wrong
with it, and what is missing in it, is told with its line.`,
		Example: `  kcalc history show orders.json
  kcalc history show metrics.csv -o markdown`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			format, err := out.parse()
			if err != nil {
				return err
			}
			h, err := readHistory(cmd.Context(), s, args[0])
			if err != nil {
				return err
			}
			summary := historyfile.Summarize(h)
			return out.print(cmd.Context(), s, func(w io.Writer, t report.Terminal) error {
				return report.WriteHistory(w, summary, format, t)
			})
		},
	}
	out.bind(cmd)
	return cmd
}

// readHistory reads a history file. What is odd about it goes to standard error. A file
// has no severities: the warnings that were saved with a history get those of their
// kinds, and what is of no kind is worth knowing.
func readHistory(ctx context.Context, s streams, file string) (*model.History, error) {
	source := openInput(ctx, s.in, file)
	defer source.Close()
	h, warnings, err := historyfile.Read(inputName(file), source)
	if err != nil {
		return nil, historyError(err)
	}
	printWarnings(s.err, warnings)
	for i := range h.Warnings {
		w := &h.Warnings[i]
		w.Severity = notice.Note
		if kind, ok := notice.Find(w.ID); ok {
			w.Severity = kind.Severity
		}
	}
	return h, nil
}

// historyError makes what is wrong with a history file an error of usage.
func historyError(err error) error {
	var faults input.Errors
	if errors.As(err, &faults) {
		return usageError{faults, []string{"'kcalc explain history' shows what a history file looks like"}}
	}
	return err
}
