package fit

import (
	"math"
	"slices"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"gonum.org/v1/gonum/stat/distuv"
)

// Growth is how fast traffic rises from one week to the next, as a share: 0.01 is
// 1 % a week. The interval from Low to High holds the truth with 95 % confidence, if
// days depart from the trend independently of each other.
type Growth struct {
	PerWeek float64 `json:"per_week"`
	Low     float64 `json:"per_week_low"`
	High    float64 `json:"per_week_high"`
	Pairs   int     `json:"pairs_of_days"` // whose slopes it is the median of
}

// growth returns the trend as a share a week.
func (t trend) growth() Growth {
	week := func(slope float64) float64 { return math.Expm1(daysPerWeek * slope) }
	return Growth{PerWeek: week(t.slope), Low: week(t.low), High: week(t.high), Pairs: t.pairs}
}

// RunOut is when a capacity is used up if growth goes on. A moment that is not known
// is more than ten years away, or never comes.
type RunOut struct {
	Expected model.Maybe[time.Time] `json:"expected"`
	Earliest model.Maybe[time.Time] `json:"earliest"`
	Latest   model.Maybe[time.Time] `json:"latest"`
}

// horizon is how far a trend is carried on, in weeks: ten years.
const horizon = 522

// RunsOut returns when a peak of so much at a moment will have grown to a capacity,
// in records or in bytes, whichever comes first: after
//
//	ln(capacity ÷ peak) ÷ ln(1 + growth)
//
// weeks. Earliest and Latest are those of the fastest and the slowest growth of the
// interval.
func (g Growth) RunsOut(at time.Time, peak, capacity model.Throughput) RunOut {
	room := math.Log(min(capacity.Records/peak.Records, capacity.Bytes/peak.Bytes))
	reaches := func(perWeek float64) model.Maybe[time.Time] {
		weeks := max(0, room) / math.Log1p(perWeek)
		switch {
		case room <= 0:
			return model.Known(at)
		case !(perWeek > 0) || weeks > horizon:
			return model.Maybe[time.Time]{}
		}
		return model.Known(at.Add(time.Duration(weeks * float64(unit.Week))))
	}
	return RunOut{Expected: reaches(g.PerWeek), Earliest: reaches(g.High), Latest: reaches(g.Low)}
}

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
