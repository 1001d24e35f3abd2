package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/kcalc/kcalc/iac"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/spf13/cobra"
)

// diffOptions are the flags of diff.
type diffOptions struct {
	stream streamFlags
	input  workloadFlags
	tariff tariffFlags
	output outputFlag
}

func newDiff(s streams) *cobra.Command {
	var o diffOptions
	cmd := &cobra.Command{
		Use:   "diff BEFORE [AFTER]",
		Short: "What changes between two states of streams: shards, dollars, what decides, inputs",
		Long: `Diff compares two states of one stream or of several: the shards that there are
and those that the traffic asks for, what they cost a month, which constraint
decides, and which inputs moved, what matters most first. What an input does by
itself is computed: everything as it is after the change, but this as it was.

A state is a workload file, a history, what the AWS CLI printed of a stream, a
Terraform plan in JSON, a CloudFormation template, a change set, or stream:NAME, a
running stream, which is read from AWS. Streams are matched by their address, then
by their name; two files with one stream each need not agree on it. With one file,
a plan or a change set, its own before and after are compared.

A plan says nothing of traffic: without it only the cost of shards, streams,
retention and consumers is compared. Flags, and a workload file (-f), are laid over
both sides.`,
		Example: `  terraform show -json plan.out | kcalc diff -
  kcalc diff plan.json -f stream.yaml -o markdown
  kcalc diff old.yaml new.yaml
  kcalc diff stream:orders template.yaml --average 3k --record-size 1KB
  kcalc diff last-month.json this-month.json -o json`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runDiff(cmd, s, &o, args)
		},
	}
	cmd.Flags().SortFlags = false
	groupFlags(cmd, "Running streams", func() { o.stream.bindWindow(cmd) })
	groupFlags(cmd, workloadHeading, func() { o.input.bind(cmd) })
	groupFlags(cmd, tariffHeading, func() { o.tariff.bind(cmd) })
	groupFlags(cmd, answerHeading, func() { o.output.bind(cmd) })
	return cmd
}

func runDiff(cmd *cobra.Command, s streams, o *diffOptions, args []string) error {
	format, formatErr := o.output.parse()
	tariff, tariffErr := o.tariff.tariff(cmd)
	declared, err := o.declared(cmd)
	if err := joinUsageErrors(joinUsageErrors(formatErr, tariffErr), err); err != nil {
		return err
	}
	r := sideReader{cmd: cmd, streams: s, options: o, declared: declared, tariff: tariff}
	before, after, err := r.both(args)
	if err != nil {
		return err
	}
	pairs, err := paired(before, after, o.input.planned.resource)
	if err != nil {
		return err
	}
	d, err := review.Compare(cmd.Context(), pairs)
	if err != nil {
		return err
	}
	d.Before, d.After = before.name, after.name
	d.Warnings = append(d.Warnings, r.notices...)
	return o.output.print(cmd.Context(), s, func(w io.Writer, t report.Terminal) error {
		return report.WriteChanges(w, &d, format, t)
	})
}

// both reads the two sides: of one file what is before and after the change that it plans.
func (r *sideReader) both(args []string) (before, after *sides, err error) {
	if len(args) == 2 {
		if args[0] == "-" && args[1] == "-" {
			return nil, nil, usageError{errors.New("-, -: standard input has one file"), nil}
		}
		if before, err = r.read(args[0]); err == nil {
			after, err = r.read(args[1])
		}
		return before, after, err
	}
	file, err := r.read(args[0])
	switch {
	case err != nil:
		return nil, nil, err
	case file.stack == nil || file.stack.Format == iac.Template:
		return nil, nil, usageError{fmt.Errorf("%s: it has no before and after of its own, as a Terraform plan or a change set has",
			file.name), []string{"name two states: kcalc diff BEFORE AFTER"}}
	}
	earlier := *file.stack.Before()
	before, err = r.planned(file.name+" (before)", &earlier)
	file.name += " (after)"
	return before, file, err
}

// sides is what a file or a running stream has.
type sides struct {
	name  string
	list  []review.Side
	stack *iac.Stack // of infrastructure as code

	previous map[string]string // by address, the one before
}

// paired matches the streams of two sides: the only ones, those of an address, and those of a
// name. A file of one stream is compared with that one of the others.
func paired(before, after *sides, resource string) ([]review.Pair, error) {
	for _, s := range []*sides{before, after} {
		if err := s.choose(resource); err != nil {
			return nil, err
		}
	}
	if len(before.list) == 1 && len(after.list) == 1 && !(before.stack != nil && after.stack != nil) {
		return []review.Pair{{Before: &before.list[0], After: &after.list[0]}}, nil
	}
	var pairs []review.Pair
	taken := map[*review.Side]bool{}
	for i := range after.list {
		side := &after.list[i]
		was := before.match(side, after.previous[side.Name], taken)
		taken[was] = true
		pairs = append(pairs, review.Pair{Before: was, After: side})
	}
	for i := range before.list {
		if was := &before.list[i]; !taken[was] {
			pairs = append(pairs, review.Pair{Before: was})
		}
	}
	if before.stack == nil || after.stack == nil { // the one stream of a file is compared, and no other
		pairs = slices.DeleteFunc(pairs, func(p review.Pair) bool { return p.Before == nil || p.After == nil })
		if len(pairs) == 0 {
			return nil, usageError{fmt.Errorf("%s and %s have no stream of the same name: one has %s, the other %s", before.name, after.name,
				before.names(), after.names()), []string{"--resource names the stream of a file that has several"}}
		}
	}
	return pairs, nil
}

// choose keeps the streams of an address or a name, if one is given and there is such a one.
func (s *sides) choose(resource string) error {
	if resource == "" || s.stack == nil {
		return nil
	}
	var kept []review.Side
	for _, one := range s.list {
		if one.Name == resource || string(one.Workload.Stream) == resource {
			kept = append(kept, one)
		}
	}
	if len(kept) == 0 && len(s.list) > 0 {
		return usageError{fmt.Errorf("%s: no stream %q, but %s", s.name, resource, s.names()), nil}
	}
	s.list = kept
	return nil
}

func (s *sides) names() string {
	var names []string
	for i := range s.list {
		names = append(names, s.list[i].Name)
	}
	const most = 10
	if len(names) > most {
		names = append(names[:most], "…")
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// match returns the stream that another one was before; nil where there is none.
func (s *sides) match(side *review.Side, previous string, taken map[*review.Side]bool) *review.Side {
	for _, is := range []func(*review.Side) bool{
		func(b *review.Side) bool { return b.Name == side.Name },
		func(b *review.Side) bool { return previous != "" && b.Name == previous },
		func(b *review.Side) bool {
			return side.Workload.Stream != "" && b.Workload.Stream == side.Workload.Stream &&
				b.Workload.Region == side.Workload.Region
		},
	} {
		for i := range s.list {
			if b := &s.list[i]; !taken[b] && is(b) {
				return b
			}
		}
	}
	return nil
}

// addNotices adds what is to be known of a side, once.
func (r *sideReader) addNotices(list ...notice.Notice) {
	for _, n := range list {
		told := func(other notice.Notice) bool { return other.ID == n.ID && other.Message == n.Message }
		if !notice.IsTaken(n) && !slices.ContainsFunc(r.notices, told) {
			r.notices = append(r.notices, n)
		}
	}
}

// shardsOf returns the shards that a workload declares that there are.
func shardsOf(w *model.Workload) model.Maybe[int] {
	return model.Maybe[int]{Value: int(w.CurrentShards), Known: w.CurrentShards > 0}
}
