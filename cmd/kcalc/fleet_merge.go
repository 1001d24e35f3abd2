package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/kcalc/kcalc/calc/fleet"
	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/spf13/cobra"
)

func newFleetMerge(s streams) *cobra.Command {
	o := fleetOptions{output: outputFlag{formats: report.FleetFormats()}}
	cmd := &cobra.Command{
		Use:   "merge PART…",
		Short: "The answer for a fleet from its parts",
		Long: `Merge answers for all streams from what 'kcalc fleet --part i/n' printed of each
part: the same as one run over all of them would, to the byte. Whatever runs the
parts (an array job, some processes) does not matter, nor in which order.

A part that is missing, is there twice, or is of other files, flags or another
version is an error.`,
		Example: `  kcalc fleet histories/ --part 1/2 --out part-1.json
  kcalc fleet histories/ --part 2/2 --out part-2.json
  kcalc fleet merge part-1.json part-2.json
  kcalc fleet merge part-*.json -o html --out fleet.html`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return mergeFleet(cmd, s, &o, args) },
	}
	cmd.Flags().SortFlags = false
	groupFlags(cmd, tariffHeading, func() { o.bindBill(cmd) })
	groupFlags(cmd, answerHeading, func() { o.bindAnswer(cmd) })
	return cmd
}

func mergeFleet(cmd *cobra.Command, s streams, o *fleetOptions, args []string) error {
	format, formatErr := o.output.parse()
	query, queryErr := o.query(cmd)
	tariff, err := o.tariff.tariff(cmd)
	if err := joinUsageErrors(joinUsageErrors(queryErr, formatErr), err); err != nil {
		return err
	}
	var pieces []fleet.Piece
	for _, name := range args {
		p, err := readPiece(cmd, name)
		if err != nil {
			return err
		}
		pieces = append(pieces, p)
	}
	all, err := fleet.Merge(pieces)
	if err != nil {
		return usageError{err, []string{"'kcalc fleet DIR --part i/n --out FILE' makes a part"}}
	}
	ledger, err := readBill(cmd.Context(), s, o.bills, tariff.Discount)
	if err != nil {
		return err
	}
	limits := model.PublishedLimits()
	a := all.Answer(&limits)
	if ledger != nil {
		a.Bill = model.Known(ledger.Against(a.Streams, tariff))
	}
	return o.write(cmd, s, &a, &query, format)
}

// write writes the rows of an answer that are asked for. What could not be looked at is the error.
func (o *fleetOptions) write(cmd *cobra.Command, s streams, a *fleet.Answer, q *fleet.Query, format report.Format) error {
	a.Select(q)
	if err := o.output.print(cmd.Context(), s, func(w io.Writer, t report.Terminal) error {
		return report.WriteFleet(w, a, format, t)
	}); err != nil {
		return err
	}
	return failures(a.Failed)
}

// mostPiece is how large the file of a part may be.
const mostPiece = 1 << 30

// readPiece reads what a run printed of its part.
func readPiece(cmd *cobra.Command, name string) (p fleet.Piece, err error) {
	source := openInput(cmd.Context(), cmd.InOrStdin(), name)
	defer source.Close()
	if err := json.NewDecoder(io.LimitReader(source, mostPiece)).Decode(&p); err != nil || p.Schema != fleet.PartSchema {
		var syntax *json.SyntaxError
		var kind *json.UnmarshalTypeError
		if err != nil && !errors.As(err, &syntax) && !errors.As(err, &kind) && !errors.Is(err, io.ErrUnexpectedEOF) &&
			!errors.Is(err, io.EOF) {
			return p, fileError(name, err)
		}
		return p, usageError{fmt.Errorf("%s: no part of a fleet (allowed: what 'kcalc fleet --part i/n' printed)",
			inputName(name)), nil}
	}
	return p, nil
}

// arrayIndices are the variables in which array jobs have their index, from 0: of a Job of Kubernetes
// and of AWS Batch.
var arrayIndices = []string{"JOB_COMPLETION_INDEX", "AWS_BATCH_JOB_ARRAY_INDEX"}

// parsePart reads --part: i/n, or array/n for the index that an array job has.
func parsePart(text string) (part, of int, err error) {
	left, right, ok := strings.Cut(text, "/")
	if left == "array" {
		if left = arrayPart(); left == "" {
			return 0, 0, usageError{fmt.Errorf("--part: %s: no array job: none of %s is set", text,
				strings.Join(arrayIndices, ", ")), []string{"give the part by its number, from 1"}}
		}
	}
	part, errPart := strconv.Atoi(left)
	of, errOf := strconv.Atoi(right)
	const most = 10_000
	if !ok || errPart != nil || errOf != nil || part < 1 || part > of || of > most {
		return 0, 0, usageError{input.Errors{{Where: input.Position{Name: "--part"}, Value: text, Problem: "no part",
			Allowed: "i/n, from 1/n to n/n, of at most 10000 parts, or array/n"}}, nil}
	}
	return part, of, nil
}

// arrayPart returns the part of an array job, from 1; "" outside of one.
func arrayPart() string {
	for _, name := range arrayIndices {
		if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
			return strconv.Itoa(n + 1)
		}
	}
	return ""
}

// errPartFlags is that flags of the answer were given for a part, which has all rows.
func errPartFlags(cmd *cobra.Command) error {
	for _, name := range []string{"output", "filter", "min-savings", "sort", "top", "bill"} {
		if cmd.Flags().Changed(name) && !(name == "output" && cmd.Flags().Lookup(name).Value.String() == string(report.JSON)) {
			return usageError{fmt.Errorf("--%s: not with --part, which has all rows as JSON", name),
				[]string{"give it to 'kcalc fleet merge'"}}
		}
	}
	return nil
}
