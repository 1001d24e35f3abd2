package main

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"
	"unicode/utf8"

	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/kcalc/kcalc/cmd/internal/words"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/spf13/cobra"
)

// reviewOptions are the flags of review.
type reviewOptions struct {
	source sourceFlags
	output outputFlag
	note   string
}

func newReview(s streams) *cobra.Command {
	o := reviewOptions{output: outputFlag{formats: report.DocumentFormats()}}
	cmd := &cobra.Command{
		Use:   "review",
		Short: "One document to decide a stream's size by: decision, assumptions, alternatives, steps",
		Long: `Review puts all that a decision on one stream rests on into one document: what is
proposed against what there is and what that costs, why, how sure it is, what a
fifth less and more of each assumption does, the constraints, the cost by mode and
by consumer, the alternatives that were rejected and by what, the risks, the steps
and the way back, the questions that are open, and what it was made with.

It takes what 'kcalc recommend' takes: --stream, --history, files (-f), flags. With
-o html the document is one page with its picture in it, without a script, that asks
for nothing. The same inputs give the same bytes.

The exit code is 3 when no shard count fits; the document is printed all the same.`,
		Example: `  kcalc review -f stream.yaml
  kcalc review --history orders.json -o html --out orders.html
  kcalc review --stream orders --since 14d -o markdown --note why-now.md
  kcalc review -f plan.json --resource aws_kinesis_stream.orders -o json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runReview(cmd, s, &o)
		},
	}
	cmd.Flags().SortFlags = false
	o.source.bind(cmd)
	groupFlags(cmd, answerHeading, func() {
		cmd.Flags().StringVar(&o.note, "note", "", "`file` with words of yours to put into the document, in plain "+
			"Markdown: headings, paragraphs, lists, code")
		must(cmd.MarkFlagFilename("note", "md", "txt"))
		o.output.bind(cmd)
	})
	return cmd
}

func runReview(cmd *cobra.Command, s streams, o *reviewOptions) error {
	format, formatErr := o.output.parse()
	note, noteErr := o.readNote(cmd.Context(), s)
	b, err := o.source.read(cmd, s, joinUsageErrors(formatErr, noteErr), nil)
	if err != nil {
		return err
	}
	q := review.DocumentRequest{Note: note, Program: buildVersion(debug.ReadBuildInfo()).Version, Limits: limitDates()}
	d, err := review.NewDocument(cmd.Context(), &b.Basis, &b.workload, &q)
	if err != nil {
		return err
	}
	b.addWarnings(&d)
	words.AddCommands(&d)
	if b.History != nil {
		d.Answer.Next = words.Next(d.Answer)
	}
	if err := o.output.print(cmd.Context(), s, func(w io.Writer, t report.Terminal) error {
		return report.WriteDocument(w, &d, format, t)
	}); err != nil {
		return err
	}
	return fitsError(d.Decision.Feasible)
}

// addWarnings adds what is to be said of prices, the Region and files to a document.
func (b *basis) addWarnings(d *review.Document) {
	var lines [][]model.CostLine
	if d.Costs.Known {
		lines = bills(&d.Costs.Value)
	}
	d.Answer.Warnings = append(d.Answer.Warnings, b.warnings(lines...)...)
}

// mostNote is how long a note may be: longer than any that is read.
const mostNote = 1 << 20

// readNote reads the words of the author, "" where there are none.
func (o *reviewOptions) readNote(ctx context.Context, s streams) (string, error) {
	if o.note == "" {
		return "", nil
	}
	text, err := readInput(ctx, s.in, o.note)
	if err != nil {
		return "", usageError{fmt.Errorf("--note: %w", err), nil}
	}
	fault := input.Error{Where: input.Position{Name: "--note"}, Value: o.note, Allowed: "text of at most 1 MiB, in UTF-8"}
	switch {
	case len(text) > mostNote:
		fault.Problem = "too large"
	case !utf8.Valid(text):
		fault.Problem = "no text"
	default:
		return string(text), nil
	}
	return "", usageError{fault, nil}
}
