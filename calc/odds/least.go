package odds

import (
	"math"
	"sort"
)

// Least returns the fewest shards, a real number, that hold a horizon with a
// probability of at least the confidence, which is between 0 and 1. ok is false if
// that is not known, for the reason that [Odds.Missing] returns.
func (o *Odds) Least(confidence float64, h Horizon) (shards float64, ok bool) {
	all := h.days()
	if len(o.needs) == 0 || all <= 0 {
		return 0, len(o.needs) > 0
	}
	least, ok := o.leastOfPast(confidence, all)
	if !ok || len(h) == 1 {
		return least * h[0].Times, ok
	}
	low, high := math.Inf(1), 0.0
	for _, l := range h {
		low, high = min(low, least*l.Times), max(high, least*l.Times)
	}
	return bisect(low, high, func(n float64) bool {
		p, _ := o.Holds(n, h)
		return p >= confidence
	}), true
}

// leastOfPast returns the fewest shards that hold so many days like those of the past.
func (o *Odds) leastOfPast(confidence, days float64) (shards float64, ok bool) {
	goal := math.Log(confidence)
	// With k days above it, a count is the need of the next highest day.
	k := sort.Search(len(o.needs), func(k int) bool { return logNone(o.seen, days, float64(k+1)) < goal })
	switch {
	case k > 0:
		return o.needs[k-1], true
	case o.lacks != Nothing:
		return 0, false
	}
	minus := bisect(-1, 0, func(minus float64) bool { return logNone(o.seen, days, -minus) >= goal })
	return o.needs[0] * math.Pow(-minus, -1/o.tail), true
}

// bisect returns the least number between low and high from which on a property
// holds, to the last bit. It holds at high.
func bisect(low, high float64, holds func(float64) bool) float64 {
	if holds(low) {
		return low
	}
	for {
		middle := low + (high-low)/2
		switch {
		case middle <= low || middle >= high:
			return high
		case holds(middle):
			high = middle
		default:
			low = middle
		}
	}
}
