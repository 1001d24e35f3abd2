package calc

import (
	"math"

	"github.com/kcalc/kcalc/model"
)

// mostCarried is where the search for a largest rate gives up: no stream sees
// such a rate, so the constraint does not bound it.
const mostCarried = 1e13

// carries answers the largest declared rate for which a constraint needs no
// more than the recommended count. A need grows with its rate, so bisection
// finds it; it is not there where the rate does not matter.
func (a *assessment) carries(n *Need) model.Maybe[model.Carries] {
	rate, set := a.rateOf(n)
	if rate == "" {
		return model.Maybe[model.Carries]{}
	}
	probe := a.situation
	skew := float64(a.w.Producer.Skew)
	fits := func(declared float64) bool {
		set(&probe, skew*declared)
		again := probe.need(n.Kind, n.Consumer)
		return again.Target*(1-tolerance) <= float64(a.recommended)
	}
	low, high := 0.0, 1.0
	for ; fits(high); high *= 2 {
		if high > mostCarried {
			return model.Maybe[model.Carries]{}
		}
		low = high
	}
	for high-low > tolerance*high {
		middle := low + (high-low)/2
		if fits(middle) {
			low = middle
		} else {
			high = middle
		}
	}
	if even := significant(low, 9); fits(even) {
		low = even
	}
	return model.Known(model.Carries{Rate: rate, Largest: low})
}

// rateOf answers which rate a constraint is about, and how to change it.
func (a *assessment) rateOf(n *Need) (rate string, set func(*situation, float64)) {
	switch {
	case n.Kind == ProducerBandwidthSurge || n.Kind == ProducerThroughputSurge:
		return "surge", func(s *situation, x float64) { s.surge = x }
	case n.Kind == ConsumerBandwidth && a.w.SizeReadsFor == model.ReadAverage:
		return "average", func(s *situation, x float64) { s.average = x }
	case n.terms[0].moved == 0 && n.terms[1].moved == 0:
		return "", nil
	}
	return "peak", func(s *situation, x float64) { s.peak = x }
}

// significant rounds to a number of significant digits.
func significant(x float64, digits int) float64 {
	if x == 0 {
		return 0
	}
	scale := math.Pow10(digits - 1 - int(math.Floor(math.Log10(math.Abs(x)))))
	return math.Round(x*scale) / scale
}
