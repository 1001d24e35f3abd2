package keys

import (
	"math"
	"sort"

	"github.com/kcalc/kcalc/model"
)

// span is a part of the hash keys that is to be cut: keys i to j - 1, from a hash key on up to
// the one before end, which is nil where the span ends with the last hash key.
//
// All cuts are at even hash keys: SplitShard wants two hash keys or more on either side, and
// so they have them. Two keys 2m and 2m + 1 are never parted.
type span struct {
	*Set
	first model.Hash
	end   *model.Hash
	i, j  int
}

// whole returns the span of all hash keys.
func (s *Set) whole() span { return span{Set: s, j: len(s.hashes)} }

// spanOf returns the span of shard i of some ranges.
func (s *Set) spanOf(r Ranges, i int) span {
	sp := span{Set: s, first: r[i], i: s.keyAt(r[i]), j: len(s.hashes)}
	if i+1 < len(r) {
		sp.end, sp.j = &r[i+1], s.keyAt(r[i+1])
	}
	return sp
}

// width returns the share of the hash keys from one to the one before another.
func width(from model.Hash, to *model.Hash) float64 {
	if to == nil {
		return 1 - from.Share()
	}
	return to.Minus(from).Share()
}

// load returns what the span brings.
func (sp *span) load() Load { return sp.between(sp.i, sp.j, width(sp.first, sp.end)) }

// evenAfter returns the first even hash key behind one. It is nil behind the last pair.
func evenAfter(h model.Hash) *model.Hash {
	if h.Hi == math.MaxUint64 && h.Lo >= math.MaxUint64-1 {
		return nil
	}
	next := model.Hash{Hi: h.Hi, Lo: h.Lo | 1}.Plus(1)
	return &next
}

func even(h model.Hash) model.Hash { return model.Hash{Hi: h.Hi, Lo: h.Lo &^ 1} }

// next returns where the longest range ends that begins the span and whose fill is at most a
// limit, and the first key behind it. It reports false where not even the first keys fit.
func (sp *span) next(limit float64) (cut *model.Hash, key int, ok bool) {
	key = sp.i + sp.reach(limit)
	if key == sp.j && sp.Fill(sp.load()) <= limit {
		return sp.end, key, true
	}
	for key > sp.i && key < sp.j && even(sp.hashes[key-1]) == even(sp.hashes[key]) {
		key--
	}
	if key == sp.i && sp.rest == (Load{}) {
		return nil, 0, false
	}
	least, most := sp.gap(key)
	if least == nil || most != nil && most.Less(*least) || sp.Fill(sp.between(sp.i, key, width(sp.first, least))) > limit {
		return nil, 0, false
	}
	at := sp.cutBetween(key, *least, most, limit)
	return &at, key, true
}

// gap returns the first and the last hash key at which the span can be cut behind the keys
// before one. The last is nil for the last that there is.
func (sp *span) gap(key int) (least, most *model.Hash) {
	least = evenAfter(sp.first.Plus(1))
	if key > sp.i {
		least = evenAfter(sp.hashes[key-1])
	}
	if sp.end != nil {
		bound := even(sp.end.Before().Before())
		most = &bound
	}
	if key < sp.j {
		if bound := even(sp.hashes[key]); most == nil || bound.Less(*most) {
			most = &bound
		}
	}
	return least, most
}

// reach returns how many of the span's first keys fit below a limit, with what all other keys
// bring up to the last of them.
func (sp *span) reach(limit float64) int {
	fits := func(n int) bool {
		end := evenAfter(sp.hashes[sp.i+n-1])
		if sp.end != nil && (end == nil || sp.end.Less(*end)) {
			end = sp.end
		}
		return sp.Fill(sp.between(sp.i, sp.i+n, width(sp.first, end))) <= limit
	}
	low, high, all := 0, 1, sp.j-sp.i
	for high <= all && fits(high) {
		low, high = high, 2*high
	}
	high = min(high, all+1)
	return low + sort.Search(high-low-1, func(n int) bool { return !fits(low + n + 1) })
}

// cutBetween returns where to cut between two neighbouring keys: in the middle, or, where all
// other keys bring something, as far on as the limit lets.
func (sp *span) cutBetween(key int, least model.Hash, most *model.Hash, limit float64) model.Hash {
	last := model.MaxHash
	if most != nil {
		last = *most
	}
	if sp.rest == (Load{}) {
		return even(least.Add(last.Minus(least).Half()))
	}
	own := sp.loads[key].minus(sp.loads[sp.i])
	share := math.Inf(1)
	if sp.rest.Records > 0 {
		share = (limit*sp.takes.Records - own.Records) / sp.rest.Records
	}
	if sp.rest.Bytes > 0 {
		share = min(share, (limit*sp.takes.Bytes-own.Bytes)/sp.rest.Bytes)
	}
	end := sp.first.Share() + share
	if end >= last.Share() {
		return even(last)
	}
	if at := even(model.HashAt(end)); least.Less(at) {
		return at
	}
	return least
}

// cut cuts the span into the fewest ranges whose fill is at most a limit, and returns where
// they begin. It gives up, and reports false, where some keys are above the limit by
// themselves, or where there would be more than most ranges.
func (sp span) cut(limit float64, most int) (Ranges, bool) {
	r := Ranges{sp.first}
	for {
		cut, key, ok := sp.next(limit)
		switch {
		case !ok:
			return nil, false
		case cut == sp.end:
			return r, true
		case len(r) == most:
			return nil, false
		}
		r = append(r, *cut)
		sp.first, sp.i = *cut, key
	}
}

// isolate cuts the span as cut does, but that keys which are above the limit by themselves have
// a range of their own, with as little beside them as can be.
func (sp span) isolate(limit float64) Ranges {
	r := Ranges{sp.first}
	for {
		cut, key, ok := sp.next(limit)
		if !ok {
			if cut, key = sp.behind(sp.i + 1); cut == nil {
				return r
			}
		} else if cut == sp.end {
			return r
		}
		r = append(r, *cut)
		sp.first, sp.i = *cut, key
	}
}

// behind returns where to cut behind the keys before one, and the first key behind that. It is
// nil where the span ends with them.
func (sp *span) behind(key int) (cut *model.Hash, next int) {
	for key < sp.j && even(sp.hashes[key-1]) == even(sp.hashes[key]) {
		key++
	}
	least, most := sp.gap(key)
	if least == nil || most != nil && most.Less(*least) || key == sp.j && sp.rest == (Load{}) {
		return nil, key
	}
	at := *least
	if sp.rest == (Load{}) {
		at = sp.cutBetween(key, *least, most, 0)
	}
	return &at, key
}

// cuttable reports whether the span can be cut so that both parts bring something.
func (sp *span) cuttable() bool {
	least, most := sp.gap(sp.i)
	wide := least != nil && (most == nil || !most.Less(*least))
	return sp.rest != (Load{}) && wide || sp.j-sp.i > 1 && even(sp.hashes[sp.i]) != even(sp.hashes[sp.j-1])
}

// hottest returns the largest fill of the ranges that begin at some hash keys of the span.
func (sp *span) hottest(r Ranges) (fill float64) {
	first := sp.i
	for i := range r {
		last, end := sp.j, sp.end
		if i+1 < len(r) {
			last, end = sp.keyAt(r[i+1]), &r[i+1]
		}
		fill = max(fill, sp.Fill(sp.between(first, last, width(r[i], end))))
		first = last
	}
	return fill
}

// split cuts the span into at most n ranges of which the hottest has the least: by bisection
// over its fill.
func (sp span) split(n int) Ranges {
	best := Ranges{sp.first}
	high := sp.hottest(best)
	low := high / float64(n) * (1 - 1e-12)
	if r, ok := sp.cut(low, n); ok {
		return r
	}
	for high-low > 1e-13*high {
		middle := low + (high-low)/2
		if r, ok := sp.cut(middle, n); ok {
			best, high = r, min(middle, sp.hottest(r))
		} else {
			low = middle
		}
	}
	return best
}
