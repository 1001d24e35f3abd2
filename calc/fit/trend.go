package fit

import (
	"math"
	"slices"

	"github.com/kcalc/kcalc/model"
	"gonum.org/v1/gonum/stat/distuv"
)

// trend is how fast the level of the days rises: a slope in logarithms a day, and
// the interval that holds it with 95 % confidence.
type trend struct {
	slope, low, high float64
	pairs            int
}

// confidence is that of the interval of a trend.
const confidence = 0.95

// seasonalTrend returns the median slope between days of the same weekday, which
// the course of the week does not touch. The interval leaves out, at either end of
// the sorted slopes, so many of the m slopes:
//
//	(m − z·√(Σ n(n − 1)(2n + 5)/18)) ÷ 2
//
// n is the number of days of each weekday, z the normal quantile. Days that are not
// known are NaN. ok is false with fewer than six pairs of days.
// (Hirsch, Slack, Smith, "Techniques of Trend Analysis for Monthly Water Quality
// Data", 1982; the interval: Sen, "Estimates of the Regression Coefficient Based on
// Kendall's Tau", 1968)
func seasonalTrend(level []float64) (t trend, ok bool) {
	var slopes []float64
	var variance float64 // of the number of rising − falling slopes
	for w := range daysPerWeek {
		n := 0.0
		for i := w; i < len(level); i += daysPerWeek {
			if !model.IsPoint(level[i]) {
				continue
			}
			n++
			for j := i + daysPerWeek; j < len(level); j += daysPerWeek {
				if model.IsPoint(level[j]) {
					slopes = append(slopes, (level[j]-level[i])/float64(j-i))
				}
			}
		}
		variance += n * (n - 1) * (2*n + 5) / 18
	}
	const leastPairs = 6 // all on one side of the truth once in 2⁵ times
	if len(slopes) < leastPairs {
		return trend{}, false
	}
	slices.Sort(slopes)
	pairs := float64(len(slopes))
	z := distuv.UnitNormal.Quantile((1 + confidence) / 2)
	reach := z * math.Sqrt(variance)
	first := max(0, int(math.Floor((pairs-reach)/2))-1)
	last := len(slopes) - 1 - first
	return trend{
		slope: medianOfSorted(slopes),
		low:   slopes[first],
		high:  slopes[last],
		pairs: len(slopes),
	}, true
}

// medianOfSorted returns the median of sorted numbers.
func medianOfSorted(sorted []float64) float64 {
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
