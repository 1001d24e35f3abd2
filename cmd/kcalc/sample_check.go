package main

import (
	"slices"
	"strings"

	"github.com/kcalc/kcalc/calc/sample"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
	"github.com/spf13/cobra"
)

// flagFault returns what is wrong with a flag.
func flagFault(name, value, problem, allowed string) input.Error {
	return input.Error{Where: input.Position{Name: "--" + name}, Value: value, Problem: problem, Allowed: allowed}
}

// check reads the flags, and returns all that is wrong with them.
func (o *sampleOptions) check(cmd *cobra.Command, q *sample.Options, request *sampleRequest) (faults input.Errors) {
	faults = o.checkSource(cmd)
	if cmd.Flags().Changed("stream") {
		faults = append(faults, o.stream.check(request)...)
	}
	if cmd.Flags().Changed("athena") {
		faults = append(faults, o.athena.check()...)
	}
	const most = 100_000_000
	n, err := unit.ParseCount(strings.ReplaceAll(o.maxKeys.text, ",", ""))
	switch {
	case err != nil:
		faults = append(faults, flagFault("max-keys", o.maxKeys.text, err.Error(), "a whole number"))
	case n < 1 || n > most:
		faults = append(faults, flagFault("max-keys", o.maxKeys.text, "out of range", "1 to "+unit.Grouped(most, 0)))
	}
	q.MostKeys = int(n)
	return faults
}

// sampleSources are the flags that say where records come from, and those that go with one of
// them alone.
var sampleSources = []struct {
	name, allowed string
	with          []string
}{
	{"stream", "with --stream NAME", []string{"from", "for", "shards", "max-calls-per-second", "yes", "dry-run"}},
	{"from-file", "", nil},
	{"athena", "with --athena TABLE", []string{"key-column", "data-column"}},
}

// checkSource holds that records come from one source, and that no flag is of another.
func (o *sampleOptions) checkSource(cmd *cobra.Command) (faults input.Errors) {
	var given []string
	for _, source := range sampleSources {
		if cmd.Flags().Changed(source.name) {
			given = append(given, source.name)
			continue
		}
		for _, name := range source.with {
			if cmd.Flags().Changed(name) {
				faults = append(faults, flagFault(name, "", "without --"+source.name, source.allowed))
			}
		}
	}
	switch len(given) {
	case 0:
		faults = append(faults, flagFault("stream", "", "missing", "a stream; or --from-file FILE, or --athena TABLE"))
	case 1:
	default:
		faults = append(faults, flagFault(given[1], "", "beside --"+given[0], "one of the two"))
	}
	if first := slices.Index(o.files, "-"); first >= 0 && slices.Contains(o.files[first+1:], "-") {
		faults = append(faults, flagFault("from-file", "-", "given twice", "standard input once"))
	}
	return faults
}
