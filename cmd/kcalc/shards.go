package main

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// fewestShards asks for the fewest shards that hold.
const fewestShards = "auto"

// A replay takes so many counts, up to so many shards: a run of each is made and
// shown.
const (
	maxCounts         = 200
	maxReplayedShards = 100_000
	allowedCounts     = "auto, whole numbers from 1 to 100000 and ranges such as 4..64, with commas between them; at " +
		"most 200 counts"
)

// parseShards reads the counts of --shards, such as "8,12..16,auto", into
// ascending order, each once, and whether the fewest are to be looked for. All
// that is wrong with the pieces is told at once.
func parseShards(text string) (counts []int, auto bool, faults input.Errors) {
	fault := func(value, problem string) {
		faults = append(faults, input.Error{Where: input.Position{Name: "--shards"}, Value: value, Problem: problem,
			Allowed: allowedCounts})
	}
	found := map[int]bool{}
	for piece := range strings.SplitSeq(text, ",") {
		piece = strings.TrimSpace(piece)
		if strings.EqualFold(piece, fewestShards) {
			auto = true
			continue
		}
		first, last, err := parseRange(piece)
		if err != nil {
			fault(piece, err.Error())
			continue
		}
		for n := first; n <= last; n++ {
			found[n] = true
		}
	}
	if len(faults) == 0 && len(found) > maxCounts {
		fault(text, unit.Plural(len(found), "count"))
	}
	return slices.Sorted(maps.Keys(found)), auto, faults
}

// parseRange reads "12" or "4..64".
func parseRange(text string) (first, last int, err error) {
	from, to, several := strings.Cut(text, "..")
	if first, err = parseShardCount(from); err != nil || !several {
		return first, first, err
	}
	if last, err = parseShardCount(to); err != nil {
		return 0, 0, err
	}
	if last < first {
		return 0, 0, errors.New("ends before it begins")
	}
	return first, last, nil
}

func parseShardCount(text string) (int, error) {
	text = strings.TrimSpace(text)
	n, err := unit.ParseCount(text)
	switch {
	case text == "":
		return 0, errors.New("a count is missing")
	case err != nil:
		return 0, err
	case n < 1 || n > maxReplayedShards:
		return 0, errors.New("out of range")
	}
	return int(n), nil
}
