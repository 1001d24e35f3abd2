package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/cmd/internal/picture"
	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/kcalc/kcalc/model/input"
	"github.com/spf13/cobra"
)

// plotFlag is the flag of a picture: a file, in the format that its name ends in.
type plotFlag struct {
	file   string
	target *target // once it was tried
}

// plotFormats returns the formats of pictures.
func plotFormats() []string { return picture.Formats() }

// bind adds the flag to a command; what names the subject of the picture.
func (p *plotFlag) bind(cmd *cobra.Command, what string) {
	cmd.Flags().StringVar(&p.file, "plot", "", "`file` for a picture of "+what+"; its name ends in .svg, .png or .pdf")
	must(cmd.MarkFlagFilename("plot", plotFormats()...))
}

// given reports whether a picture is wanted.
func (p *plotFlag) given(cmd *cobra.Command) bool { return cmd.Flags().Changed("plot") }

func (p *plotFlag) format() string {
	return strings.ToLower(strings.TrimPrefix(filepath.Ext(p.file), "."))
}

// check returns an error where the file is no picture's, before anything is read or run.
func (p *plotFlag) check(cmd *cobra.Command) input.Errors {
	if !p.given(cmd) {
		return nil
	}
	problem := ""
	if info, err := os.Stat(p.file); err == nil && info.IsDir() {
		problem = "a folder"
	} else if !slices.Contains(plotFormats(), p.format()) {
		problem = "not the name of a picture"
	}
	if problem == "" {
		return nil
	}
	return input.Errors{{Where: input.Position{Name: "--plot"}, Value: p.file, Problem: problem,
		Allowed: "a file whose name ends in .svg, .png or .pdf"}}
}

// prepareBeforeFetch tries the file before AWS is asked for what is drawn, which costs.
// Without a fetch the answer comes first, whatever becomes of the picture.
func (p *plotFlag) prepareBeforeFetch(cmd *cobra.Command) error {
	if !p.given(cmd) || !cmd.Flags().Changed("stream") {
		return nil
	}
	return p.prepare(cmd.Context())
}

func (p *plotFlag) prepare(ctx context.Context) error {
	t, err := findTarget(p.file)
	if err != nil {
		return err
	}
	t.folders = true
	p.target = t
	return t.prepare(ctx)
}

// write draws a replay, and puts the picture in the file's place once it is whole.
func (p *plotFlag) write(ctx context.Context, r *review.ReplayReport) error {
	var b bytes.Buffer
	if err := report.Plot(&b, r, p.format()); err != nil {
		return err
	}
	if p.target == nil {
		if err := p.prepare(ctx); err != nil {
			return err
		}
	}
	return p.target.write(ctx, func(w io.Writer) error {
		_, err := w.Write(b.Bytes())
		return err
	})
}
