package main

import (
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
what is in a file: one of kcalc, what the AWS CLI printed of metrics, or CSV.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newHistoryFetch(s), newHistoryShow(s))
	return cmd
}

func newHistoryShow(s streams) *cobra.Command {
	var out outputFlag
	var zone zoneFlag
	cmd := &cobra.Command{
		Use:   "show FILE…",
		Short: "What is in a history file: series, coverage, extremes",
		Long: `Show prints what a history file holds: the stream, the window, and of each series
its periods, how much of the window it covers, its lowest and highest point with
their times, and a chart.

A FILE is one of 'kcalc history fetch', what 'aws cloudwatch get-metric-data' or
'get-metric-statistics' printed as JSON or YAML, or CSV with a column of times and
columns with the names of metrics, such as CloudWatch's console exports; gzipped or
not; - is standard input. Several make one history: a file of each metric, or of
each part of the window. What is wrong with them, and what is missing in them, is
told with its line.`,
		Example: `  kcalc history show orders.json
  kcalc history show metrics.csv -o markdown
  kcalc history show IncomingBytes.json IncomingRecords.json
  kcalc history show console.csv --timezone Europe/Berlin`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			format, err := out.parse()
			if err != nil {
				return err
			}
			h, err := readHistory(cmd, s, args, &zone)
			if err != nil {
				return err
			}
			summary := historyfile.Summarize(h)
			return out.print(cmd.Context(), s, func(w io.Writer, t report.Terminal) error {
				return report.WriteHistory(w, summary, format, t)
			})
		},
	}
	zone.bind(cmd)
	out.bind(cmd)
	return cmd
}

// readHistory reads the files of a history. What is odd about them goes to standard
// error. A file has no severities: the warnings that were saved with a history get those
// of their kinds, and what is of no kind is worth knowing.
func readHistory(cmd *cobra.Command, s streams, names []string, zone *zoneFlag) (*model.History, error) {
	location, err := zone.location(cmd)
	if err != nil {
		return nil, err
	}
	files := make([]historyfile.File, len(names))
	for i, name := range names {
		source := openInput(cmd.Context(), s.in, name)
		defer source.Close()
		files[i] = historyfile.File{Name: inputName(name), In: source}
	}
	h, warnings, err := historyfile.ReadAll(files, historyfile.Options{Zone: location})
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
