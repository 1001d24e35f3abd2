package calc

import (
	"math"

	"github.com/kcalc/kcalc/model"
)

// mostCarried is where the search for a largest rate gives up: no stream sees
// such a rate, so the constraint does not bound it.
const mostCarried = 1e13

// Carries returns the largest declared rate for which a constraint needs no more
// than a number of shards, to nine digits: more or less
// than the declared one. It is not known where the rate does not
// matter, or where no stream sees so much.
func (s *Sizing) Carries(n *Need, shards int) model.Maybe[model.Carries] {
	rate, declared := "peak", float64(s.Workload.Producer.Peak)
	if n.Constraint.rate != nil {
		rate, declared = n.Constraint.rate(s.Workload)
	}
	if rate == "peak" && n.decisive(s).moved == 0 || n.Target > mostShards {
		return model.Maybe[model.Carries]{}
	}
	probe := *s
	share := s.shareOf(n)
	need := func(declared float64) float64 {
		probe.setRate(rate, declared)
		if s.Skew.placed() {
			placed := Need{Constraint: n.Constraint, Consumer: n.Consumer}
			placed.terms = n.Constraint.terms(probe, probe.consumer(n.Consumer))
			return placed.filled(&probe, float64(shards), share) * (1 - Tolerance)
		}
		again := probe.need(n.Constraint, n.Consumer)
		return again.Target * (1 - Tolerance)
	}
	known := declared
	if need(declared) > float64(shards) {
		known = 0 // the shards do not carry what is declared
	}
	largest := largestWithin(need, known, float64(shards))
	if largest > mostCarried {
		return model.Maybe[model.Carries]{}
	}
	return model.Known(model.Carries{Rate: rate, Largest: largest})
}

// setRate changes a declared rate. A peak above the declared surge raises that as
// well.
func (s *Sizing) setRate(rate string, x float64) {
	switch rate {
	case "surge":
		s.Surge = x
	case "average":
		s.Average = x
	default:
		s.Peak, s.Surge = x, max(float64(s.Workload.Producer.Surge.Throughput), x)
	}
}

// largestWithin returns the largest x at which a function is at most a bound,
// above a known place where it is. Most needs are straight lines, so a few
// secants land on it; a bracket that opens around where they land, and
// bisection, serve the others.
func largestWithin(f func(float64) float64, known, bound float64) float64 {
	guess := max(known, secant(f, known, bound))
	low, high := guess, guess
	for step := 2 * Tolerance; low > known && f(low) > bound; step *= 16 {
		low, high = max(known, guess*(1-step)), low
	}
	for step := 2 * Tolerance; high <= mostCarried && f(high) <= bound; step *= 16 {
		low, high = high, max(guess, 1)*(1+step)
	}
	for high-low > 4*Tolerance*high && low <= mostCarried {
		if middle := low + (high-low)/2; f(middle) <= bound {
			low = middle
		} else {
			high = middle
		}
	}
	if even := Significant(low, 9); even >= known && f(even) <= bound {
		return even
	}
	return low
}

// secant follows f from a known point towards a bound. What it returns is near
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
		if math.Abs(x1-x0) <= Tolerance*x1 {
			break
		}
	}
	return x1
}

// Significant rounds to a number of significant digits.
func Significant(x float64, digits int) float64 {
	if x == 0 {
		return 0
	}
	scale := math.Pow10(digits - 1 - int(math.Floor(math.Log10(math.Abs(x)))))
	return math.Round(x*scale) / scale
}
