package main

import (
	"cmp"
	"context"
	"io"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/kcalc/kcalc/model"
	"github.com/spf13/cobra"
)

func newVersion(s streams) *cobra.Command {
	var out outputFlag
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Version, commit, and the dates of the limits and prices that are built in",
		Long: `Version shows what this kcalc was built from: its version and commit, the version
of Go, and the dates of the limits and of the prices that are built in. 'kcalc
--version' prints the first three on one line.`,
		Example: `  kcalc version
  kcalc version -o json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return showVersion(cmd.Context(), s, &out) },
	}
	out.bind(cmd)
	return cmd
}

func showVersion(ctx context.Context, s streams, out *outputFlag) error {
	format, err := out.parse()
	if err != nil {
		return err
	}
	v := buildVersion(debug.ReadBuildInfo())
	v.Limits, v.Prices = limitDates(), priceDates()
	return out.print(ctx, s, func(w io.Writer, t report.Terminal) error {
		return report.WriteVersion(w, &v, format, t)
	})
}

// buildVersion returns the code that a program was built from. Known is false where
// the build left no information, as the second result of debug.ReadBuildInfo is.
func buildVersion(info *debug.BuildInfo, known bool) report.Version {
	v := report.Version{Schema: report.VersionSchema, Version: "(unknown)", Go: runtime.Version()}
	if !known {
		return v
	}
	v.Version, v.Go = cmp.Or(info.Main.Version, "(devel)"), info.GoVersion
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			v.Commit = model.Known(s.Value)
		case "vcs.modified":
			v.Modified = s.Value == "true"
		}
	}
	return v
}

// versionLine returns what --version prints behind the program's name. The commit is
// left out where the version has it.
func versionLine(v report.Version) string {
	text := v.Version
	if short := v.Commit.Value[:min(12, len(v.Commit.Value))]; !strings.Contains(text, short) {
		text += " " + short
	}
	return text + " " + v.Go
}

func limitDates() model.Dates {
	kinesis, metrics := model.PublishedLimits(), cloudwatch.PublishedLimits()
	var dates []string
	for _, l := range slices.Concat(kinesis.List(), metrics.List()) {
		dates = append(dates, l.AsOf)
	}
	return model.DatesOf(dates)
}

func priceDates() model.Dates {
	var dates []string
	for _, p := range price.Embedded().Prices() {
		dates = append(dates, p.AsOf)
	}
	return model.DatesOf(dates)
}
