package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/cmd/internal/picture"
	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/kcalc/kcalc/model/input"
	"github.com/spf13/cobra"
)

// plotFlag is the flags of a picture: a file, in the format that its name ends in, and how it is
// laid out.
type plotFlag struct {
	file   string
	size   string
	target *target // once it was tried
}

// plotFormats returns the formats of pictures.
func plotFormats() []string { return picture.Formats() }

// bind adds the flag to a command; what names the subject of the picture.
func (p *plotFlag) bind(cmd *cobra.Command, what string) {
	cmd.Flags().StringVar(&p.file, "plot", "", "`file` for a picture of "+what+"; its name ends in .svg, .png or .pdf")
	must(cmd.MarkFlagFilename("plot", plotFormats()...))
	sizes := picture.Sizes()
	cmd.Flags().StringVar(&p.size, "plot-size", sizes[0], "`size` of the picture: tall for a page or a telephone, wide for a slide")
	must(cmd.RegisterFlagCompletionFunc("plot-size", cobra.FixedCompletions(sizes, cobra.ShellCompDirectiveNoFileComp)))
}

// given reports whether a picture is wanted.
func (p *plotFlag) given(cmd *cobra.Command) bool { return cmd.Flags().Changed("plot") }

func (p *plotFlag) format() string {
	return strings.ToLower(strings.TrimPrefix(filepath.Ext(p.file), "."))
}

// check returns what is wrong with the flags, before anything is read or run: the file is no
// picture's, or the size is none.
func (p *plotFlag) check(cmd *cobra.Command) (faults input.Errors) {
	sizes := picture.Sizes()
	size := input.Error{Where: input.Position{Name: "--plot-size"}, Value: p.size, Allowed: strings.Join(sizes, ", ")}
	switch {
	case !slices.Contains(sizes, p.size):
		size.Problem = "unknown size" + didYouMean(p.size, sizes)
		faults = append(faults, size)
	case cmd.Flags().Changed("plot-size") && !p.given(cmd):
		size.Problem, size.Allowed = "there is no picture", "with --plot FILE"
		faults = append(faults, size)
	}
	return append(faults, p.checkFile(cmd)...)
}

func (p *plotFlag) checkFile(cmd *cobra.Command) input.Errors {
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

// write draws the picture of a replay, and puts it in the file's place once it is whole.
func (p *plotFlag) write(ctx context.Context, drawn *report.Picture) error {
	drawn.Size, drawn.Version = picture.Size(p.size), pictureVersion()
	return p.put(ctx, drawn.Write)
}

// pictureVersion returns the version that stands below a picture.
func pictureVersion() string { return buildVersion(debug.ReadBuildInfo()).Version }

// put puts what is drawn in the file's place once it is whole.
func (p *plotFlag) put(ctx context.Context, draw func(w io.Writer, format string) error) error {
	var b bytes.Buffer
	if err := draw(&b, p.format()); err != nil {
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
