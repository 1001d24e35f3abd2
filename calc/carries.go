package calc

import (
	"math"

	"github.com/kcalc/kcalc/model"
)

// mostCarried is where the search for a largest rate gives up: no stream sees
// such a rate, so the constraint does not bound it.
const mostCarried = 1e13

// carries answers the largest declared rate for which a constraint needs no
// more than the recommended count. It is not there where the rate does not
// matter.
func (a *assessment) carries(n *Need) model.Maybe[model.Carries] {
	rate, declared, set := a.rateOf(n)
	if rate == "" || n.Target > mostShards {
		return model.Maybe[model.Carries]{}
	}
	probe := a.situation
	need := func(declared float64) float64 {
		set(&probe, declared)
		again := probe.need(n.Kind, n.Consumer)
		return again.Target * (1 - tolerance)
	}
	largest := largestWithin(need, declared, float64(a.recommended))
	if largest > mostCarried {
		return model.Maybe[model.Carries]{}
	}
	return model.Known(model.Carries{Rate: rate, Largest: largest})
}

// largestWithin answers the largest x at which a function is at most a bound,
// above a known place where it is. Most needs are straight lines, so a few
// secants land on it; a bracket that opens around where they land, and
// bisection, serve the others.
func largestWithin(f func(float64) float64, known, bound float64) float64 {
	guess := max(known, secant(f, known, bound))
	low, high := guess, guess
	for step := 2 * tolerance; low > known && f(low) > bound; step *= 16 {
		low, high = max(known, guess*(1-step)), low
	}
	for step := 2 * tolerance; high <= mostCarried && f(high) <= bound; step *= 16 {
		low, high = high, max(guess, 1)*(1+step)
	}
	for high-low > 4*tolerance*high && low <= mostCarried {
		if middle := low + (high-low)/2; f(middle) <= bound {
			low = middle
		} else {
			high = middle
		}
	}
	if even := significant(low, 9); even >= known && f(even) <= bound {
		return even
	}
	return low
}

// secant follows f from a known point towards a bound. What it answers is near
// the place where f reaches it if f is straight, and anything above 0 if not.
func secant(f func(float64) float64, known, bound float64) float64 {
	const steps = 3
	x0, y0 := known, f(known)
	x1 := max(1, 2*x0)
	for range steps {
		y1 := f(x1)
		x2 := x1 + (bound-y1)*(x1-x0)/(y1-y0)
		if !(x2 > 0) || x2 > mostCarried {
			break
		}
		x0, y0, x1 = x1, y1, x2
		if math.Abs(x1-x0) <= tolerance*x1 {
			break
		}
	}
	return x1
}

// rateOf answers which rate a constraint is about, what was declared for it, and
// how to change it.
func (a *assessment) rateOf(n *Need) (rate string, declared float64, set func(*situation, float64)) {
	p := &a.w.Producer
	switch {
	case n.Kind == ProducerBytesSurge || n.Kind == ProducerRecordsSurge:
		return "surge", float64(p.Surge.Throughput), func(s *situation, x float64) { s.surge = x }
	case (n.Kind == ConsumerBytes || n.Kind == ConsumerGetRecords) && a.w.SizeReadsFor == model.ReadAverage:
		return "average", float64(p.Average), func(s *situation, x float64) { s.average = x }
	case n.decisive(&a.situation).moved == 0:
		return "", 0, nil
	}
	// A peak above the declared surge raises that as well.
	surge := float64(p.Surge.Throughput)
	return "peak", float64(p.Peak), func(s *situation, x float64) { s.peak, s.surge = x, max(surge, x) }
}

// significant rounds to a number of significant digits.
func significant(x float64, digits int) float64 {
	if x == 0 {
		return 0
	}
	scale := math.Pow10(digits - 1 - int(math.Floor(math.Log10(math.Abs(x)))))
	return math.Round(x*scale) / scale
}
