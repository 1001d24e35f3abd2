package reshard

import (
	"slices"

	"github.com/kcalc/kcalc/calc/keys"
	"github.com/kcalc/kcalc/model"
)

// Kind is what a step does.
type Kind string

// The kinds of steps.
const (
	Split Kind = "split" // a shard into two
	Merge Kind = "merge" // two neighbours into one
)

// Step is one call of SplitShard or MergeShards.
type Step struct {
	Kind  Kind            `json:"kind"`
	Shard model.HashRange `json:"shard"` // the one that is split, or the lower of the two that are merged

	// At is where the upper shard begins: the NewStartingHashKey of a split, and where the
	// boundary is that a merge takes away.
	At model.Hash `json:"at_hash_key"`

	Adjacent model.Maybe[model.HashRange] `json:"adjacent_shard"` // the upper of the two that are merged

	Open int `json:"open_shards"` // behind the step
}

// Sweep returns the fewest steps from some ranges to others, from the lowest hash key on: a
// split for each boundary that is new, and a merge for each that goes.
//
//	splits = |new \ old|, merges = |old \ new|
//
// Each boundary comes once and goes once, so that what was done can be seen from the open
// shards at any time.
func Sweep(from, to keys.Ranges) []Step {
	s := sweep{open: slices.Clone(from), steps: []Step{}}
	for i := range to {
		s.reach(i, end(to, i))
	}
	return s.steps
}

// sweep is a stream while its steps are planned.
type sweep struct {
	open  keys.Ranges
	steps []Step
}

// end returns where the shard behind shard i begins, nil behind the last.
func end(r keys.Ranges, i int) *model.Hash {
	if i+1 < len(r) {
		return &r[i+1]
	}
	return nil
}

// beyond reports whether an end lies behind another.
func beyond(a, b *model.Hash) bool { return b != nil && (a == nil || b.Less(*a)) }

// reach makes open shard i end where it has to.
func (s *sweep) reach(i int, to *model.Hash) {
	for {
		at := end(s.open, i)
		switch {
		case beyond(at, to):
			s.split(i, *to)
			return
		case !beyond(to, at):
			return
		case beyond(end(s.open, i+1), to):
			s.split(i+1, *to)
		}
		s.merge(i)
	}
}

func (s *sweep) split(i int, at model.Hash) {
	step := Step{Kind: Split, Shard: s.open.Range(i), At: at}
	s.open = slices.Insert(s.open, i+1, at)
	step.Open = len(s.open)
	s.steps = append(s.steps, step)
}

func (s *sweep) merge(i int) {
	step := Step{Kind: Merge, Shard: s.open.Range(i), At: s.open[i+1], Adjacent: model.Known(s.open.Range(i + 1))}
	s.open = slices.Delete(s.open, i+1, i+2)
	step.Open = len(s.open)
	s.steps = append(s.steps, step)
}

// Count returns the splits and merges of steps, and the most shards that are open on the way
// from so many.
func Count(steps []Step, from int) (splits, merges, open int) {
	open = from
	for i := range steps {
		open = max(open, steps[i].Open)
		if steps[i].Kind == Split {
			splits++
		} else {
			merges++
		}
	}
	return splits, merges, open
}
