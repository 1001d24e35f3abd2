package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// fileFlag is where a command writes its answer to.
type fileFlag struct {
	name   string
	target *target // once it was tried; nil for standard output
}

func (f *fileFlag) bind(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.name, "out", "", "`file` to write the answer to (default standard output)")
}

// outputFlag is how a command writes its answer, and where to.
type outputFlag struct {
	fileFlag
	format  string
	formats []report.Format // nil for those of most answers
}

func (o *outputFlag) bind(cmd *cobra.Command) {
	names := o.names()
	cmd.Flags().StringVarP(&o.format, "output", "o", names[0], "`format` of the answer: "+strings.Join(names, ", "))
	o.fileFlag.bind(cmd)
	must(cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp)))
}

// names returns the formats that the answer can have, the default first.
func (o *outputFlag) names() []string {
	if o.formats == nil {
		return model.Words(report.Formats())
	}
	return model.Words(o.formats)
}

// parse returns the format, and tries the file of --out before work is done for it.
func (o *outputFlag) parse() (report.Format, error) {
	if names := o.names(); !slices.Contains(names, o.format) {
		return "", usageError{fmt.Errorf("--output: %q: unknown format%s (allowed: %s)", o.format,
			didYouMean(o.format, names), strings.Join(names, ", ")), nil}
	}
	return report.Format(o.format), o.find()
}

// find looks up the file, and tries it before work is done for it.
func (f *fileFlag) find() (err error) {
	if f.name == "" || f.name == "-" {
		return nil
	}
	f.target, err = findTarget(f.name)
	switch {
	case errors.Is(err, errFolder):
		return usageError{input.Error{Where: input.Position{Name: "--out"}, Value: f.name, Problem: errFolder.Error(),
			Allowed: "the name of a file"}, nil}
	case err != nil:
		return err
	case f.target.standardOutput():
		f.target = nil
	case !f.target.special: // a pipe opens when somebody reads from it
		return f.target.prepare(context.Background())
	}
	return nil
}

// print writes an answer to the file or to standard output, whole or not at all.
func (f *fileFlag) print(ctx context.Context, s streams, write func(io.Writer, report.Terminal) error) error {
	if f.target == nil {
		return printAnswer(s.out, func(w io.Writer) error { return write(w, terminal(s.out)) })
	}
	var b bytes.Buffer
	if err := write(&b, report.Terminal{Width: pipeWidth}); err != nil {
		return err
	}
	if f.target.special {
		if err := f.target.prepare(ctx); err != nil {
			return err
		}
	}
	return f.target.write(ctx, func(w io.Writer) error {
		_, err := w.Write(b.Bytes())
		return err
	})
}

// pipeWidth is how wide a table is where no terminal says it.
const pipeWidth = 100

// terminal returns what a table is drawn for. Colour is for terminals alone, and for users who
// did not ask for none (https://no-color.org).
func terminal(w io.Writer) report.Terminal {
	width, _, ok := terminalSize(w)
	if !ok {
		return report.Terminal{Width: pipeWidth}
	}
	if width <= 0 {
		width = pipeWidth
	}
	return report.Terminal{Width: width, Color: os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"}
}

// terminalSize returns the columns and lines of a terminal, 0 where it does not say them. It
// reports false for what is no terminal.
func terminalSize(w io.Writer) (width, height int, ok bool) {
	file, ok := underlying(w).(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return 0, 0, false
	}
	width, height, err := term.GetSize(int(file.Fd()))
	if err != nil {
		return 0, 0, true
	}
	return width, height, true
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
