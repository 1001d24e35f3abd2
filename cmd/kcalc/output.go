package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// outputFlag is how a command writes its answer.
type outputFlag struct{ format string }

func (o *outputFlag) bind(cmd *cobra.Command) {
	names := formatNames()
	cmd.Flags().StringVarP(&o.format, "output", "o", names[0], "`format` of the answer: "+strings.Join(names, ", "))
	must(cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp)))
}

func formatNames() []string {
	var names []string
	for _, f := range report.Formats() {
		names = append(names, string(f))
	}
	return names
}

func (o *outputFlag) parse() (report.Format, error) {
	format := report.Format(o.format)
	if !slices.Contains(report.Formats(), format) {
		return "", usageError{fmt.Errorf("--output: %q: unknown format (allowed: %s)", o.format,
			strings.Join(formatNames(), ", ")), nil}
	}
	return format, nil
}

// pipeWidth is how wide a table is where no terminal says it.
const pipeWidth = 100

// terminal returns what a table is drawn for. Colour is for terminals alone, and for users who
// did not ask for none (https://no-color.org).
func terminal(w io.Writer) report.Terminal {
	file, ok := underlying(w).(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return report.Terminal{Width: pipeWidth}
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil || width <= 0 {
		width = pipeWidth
	}
	return report.Terminal{Width: width, Color: os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"}
}

// printAnswer writes an answer to standard output, whole or not at all.
func printAnswer(out io.Writer, write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	if _, err := out.Write(b.Bytes()); err != nil {
		return fmt.Errorf("standard output: %w", err)
	}
	return nil
}
