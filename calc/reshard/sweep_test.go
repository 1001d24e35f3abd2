package reshard_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/keys"
	"github.com/kcalc/kcalc/calc/reshard"
	"github.com/kcalc/kcalc/model"
)

// run carries out steps on a stream of its own, as AWS would: it splits an open shard above
// its first two hash keys and below its last, and merges neighbours.
func run(t *testing.T, from keys.Ranges, steps []reshard.Step) keys.Ranges {
	t.Helper()
	open := map[model.HashRange]bool{}
	for i := range from {
		open[from.Range(i)] = true
	}
	for _, s := range steps {
		lower, upper := model.HashRange{First: s.Shard.First, Last: s.At.Before()}, model.HashRange{First: s.At, Last: s.Shard.Last}
		if s.Kind == reshard.Merge {
			upper = s.Adjacent.Value
			if !open[s.Shard] || !open[upper] || s.Shard.Last.Plus(1) != upper.First || s.At != upper.First {
				t.Fatalf("cannot merge %v", s)
			}
			delete(open, s.Shard)
			delete(open, upper)
			open[model.HashRange{First: s.Shard.First, Last: upper.Last}] = true
		} else {
			if !open[s.Shard] || !s.Shard.First.Plus(1).Less(s.At) || !s.At.Less(s.Shard.Last) {
				t.Fatalf("cannot split %v", s)
			}
			delete(open, s.Shard)
			open[lower], open[upper] = true, true
		}
		if len(open) != s.Open {
			t.Fatalf("%d open, the step says %d", len(open), s.Open)
		}
	}
	var r keys.Ranges
	for shard := range open {
		r = append(r, shard.First)
	}
	slices.SortFunc(r, model.Hash.Compare)
	return r
}

// For all N and M up to 60 the steps lead from N equal shards to M, are as many as the closed
// form says, and never more than the larger of the two and one more are open.
func TestSweepOfEqualShards(t *testing.T) {
	for n := 1; n <= 60; n++ {
		for m := 1; m <= 60; m++ {
			from, to := keys.Uniform(n), keys.Uniform(m)
			steps := reshard.Sweep(from, to)
			if got := run(t, from, steps); !slices.Equal(got, to) {
				t.Fatalf("%d to %d leads to %v", n, m, got)
			}
			splits, merges, open := reshard.Count(steps, n)
			wantSplits, wantMerges := calc.UniformOperations(n, m)
			if splits != wantSplits || merges != wantMerges || open > max(n, m)+1 {
				t.Fatalf("%d to %d: %d splits, %d merges, %d open; want %d, %d", n, m, splits, merges, open, wantSplits, wantMerges)
			}
		}
	}
}

// The steps between any ranges are those of the boundaries that come and go.
func TestSweepOfAnyRanges(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	ranges := func() keys.Ranges {
		r := keys.Ranges{{}}
		for range random.IntN(12) {
			r = append(r, model.Hash{Hi: uint64(1+random.IntN(20)) << 58})
		}
		slices.SortFunc(r, model.Hash.Compare)
		return slices.Compact(r)
	}
	for range 5000 {
		from, to := ranges(), ranges()
		steps := reshard.Sweep(from, to)
		if got := run(t, from, steps); !slices.Equal(got, to) {
			t.Fatalf("%v to %v leads to %v", from, to, got)
		}
		come, gone := 0, 0
		for _, h := range to {
			if !slices.Contains(from, h) {
				come++
			}
		}
		for _, h := range from {
			if !slices.Contains(to, h) {
				gone++
			}
		}
		if splits, merges, _ := reshard.Count(steps, len(from)); splits != come || merges != gone {
			t.Fatalf("%v to %v: %d and %d, want %d and %d", from, to, splits, merges, come, gone)
		}
	}
}

// risingwavelabs/risingwave issue 9961 shows what 4 to 3 leaves: shards 6, 9 and 10, the ids
// of two splits and three merges in this order.
func TestSweepFourToThree(t *testing.T) {
	var kinds []reshard.Kind
	for _, s := range reshard.Sweep(keys.Uniform(4), keys.Uniform(3)) {
		kinds = append(kinds, s.Kind)
	}
	if want := []reshard.Kind{reshard.Split, reshard.Merge, reshard.Split, reshard.Merge, reshard.Merge}; !slices.Equal(kinds, want) {
		t.Errorf("%v, want %v", kinds, want)
	}
}
