package keys

import (
	"math"
	"slices"

	"github.com/kcalc/kcalc/model"
)

// Split returns n ranges of which the hottest has the least fill that n ranges can have:
// linear partitioning over both limits, exact to a part in 1e13. Where the keys fill fewer,
// the others are cut where it is warmest. n is at least 1.
func (s *Set) Split(n int) Ranges { return s.fillUp(s.whole().split(n), n) }

// piece is a range while others are cut.
type piece struct {
	span
	fill     float64
	cuttable bool
}

func (s *Set) piece(r Ranges, i int) piece {
	sp := s.spanOf(r, i)
	return piece{sp, s.Fill(sp.load()), sp.cuttable()}
}

// fillUp cuts the hottest ranges that can be cut, and, where no keys are left to part, the
// widest ones, until there are n.
func (s *Set) fillUp(r Ranges, n int) Ranges {
	pieces := make([]piece, len(r))
	for i := range r {
		pieces[i] = s.piece(r, i)
	}
	for len(r) < n {
		at := hottestCuttable(pieces)
		parts := Ranges{}
		if at >= 0 {
			parts = pieces[at].split(2)
		}
		if len(parts) < 2 {
			at = widest(r)
			ends := r.Range(at)
			parts = Ranges{ends.First, even(ends.First.Add(ends.Last.Minus(ends.First).Half()).Plus(1))}
		}
		r = slices.Insert(r, at+1, parts[1])
		pieces[at] = s.piece(r, at)
		pieces = slices.Insert(pieces, at+1, s.piece(r, at+1))
	}
	return r
}

// hottestCuttable returns the hottest of the pieces that can be cut, -1 where none can.
func hottestCuttable(pieces []piece) int {
	at := -1
	for i := range pieces {
		if p := &pieces[i]; p.cuttable && (at < 0 || p.fill > pieces[at].fill) {
			at = i
		}
	}
	return at
}

// widest returns the widest of some ranges.
func widest(r Ranges) (at int) {
	for i := range r {
		if r.width(i) > r.width(at) {
			at = i
		}
	}
	return at
}

// Fewest returns the fewest ranges that keep the fill of each at a limit or below. It reports
// false where one key is above the limit, or where it would take more than most ranges.
func (s *Set) Fewest(limit float64, most int) (Ranges, bool) {
	r, ok := s.whole().cut(limit, most)
	if !ok {
		return nil, false
	}
	return s.whole().split(len(r)), true // as many, and even
}

// FewestUniform returns the fewest equal ranges, of up to most, that keep the fill of each at
// a limit or below; false where none do. More equal ranges can be hotter than fewer.
func (s *Set) FewestUniform(limit float64, most int) (int, bool) {
	if _, largest := s.Largest(); s.Fill(largest) > limit {
		return 0, false
	}
	least := max(1, int(math.Floor(s.Fill(s.Total())/limit*(1-1e-9))))
	for n := least; n <= most; n++ {
		if s.uniformFits(n, limit) {
			return n, true
		}
	}
	return 0, false
}

// suspects is how many of the heaviest keys tell of nearly every count that it is too small.
const suspects = 16

// uniformFits reports whether n equal ranges keep the fill of each at a limit or below. It
// looks at the shards of the heaviest keys first.
func (s *Set) uniformFits(n int, limit float64) bool {
	for _, h := range s.heavy[:min(suspects, len(s.heavy))] {
		if s.Fill(s.uniformLoad(shardOf(h.key.Hash, n), n)) > limit {
			return false
		}
	}
	for i := range n {
		if s.Fill(s.uniformLoad(i, n)) > limit {
			return false
		}
	}
	return true
}

// shardOf returns which of n equal shards has a hash key: ⌊hash·n/2^128⌋, or the next where
// that one's range ends before it.
func shardOf(h model.Hash, n int) int {
	i := min(int(h.Share()*float64(n)), n-1)
	for i > 0 && h.Less(model.UniformStart(i, n)) {
		i--
	}
	for i+1 < n && !h.Less(model.UniformStart(i+1, n)) {
		i++
	}
	return i
}

// uniformLoad returns what shard i of n equal ones gets.
func (s *Set) uniformLoad(i, n int) Load {
	last := len(s.hashes)
	if i+1 < n {
		last = s.keyAt(model.UniformStart(i+1, n))
	}
	return s.between(s.keyAt(model.UniformStart(i, n)), last, 1/float64(n))
}

// SplitHot returns the ranges with the fewest splits of today's that keep the fill of each at
// a limit or below. No boundary is taken away: that would cost a merge, and save one split at
// most. Where keys are above the limit by themselves, their range is cut down to as little
// beside them as can be.
func (s *Set) SplitHot(today Ranges, limit float64) Ranges {
	var r Ranges
	for i := range today {
		sp := s.spanOf(today, i)
		if parts, ok := sp.cut(limit, math.MaxInt); ok {
			r = append(r, sp.split(len(parts))...)
		} else {
			r = append(r, sp.isolate(limit)...)
		}
	}
	return r
}

// MergeCold returns the ranges with neighbours merged, from the first on, whose fill together
// is at a limit or below.
func (s *Set) MergeCold(r Ranges, limit float64) Ranges {
	loads := s.Place(r)
	merged, sum := Ranges{r[0]}, loads[0]
	for i := 1; i < len(r); i++ {
		if together := sum.plus(loads[i]); s.Fill(together) <= limit {
			sum = together
			continue
		}
		merged, sum = append(merged, r[i]), loads[i]
	}
	return merged
}
