package fit

import (
	"math"
	"slices"

	"github.com/kcalc/kcalc/model"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// trend is how fast the level of the days rises: a logarithm a day, and the
// interval that holds it with 95 % confidence.
type trend struct {
	slope, low, high float64
	pairs            int
}

const confidence = 0.95

// seasonalTrend answers the median slope between days of the same weekday, so
// that the course of the week takes no part, and its interval from how many of
// the slopes rise by chance. Days that are not known are NaN. Not ok: too few
// days for an interval, which takes six pairs.
// (Hirsch, Slack, Smith, "Techniques of Trend Analysis for Monthly Water Quality
// Data", 1982; the interval: Sen, "Estimates of the Regression Coefficient Based
// on Kendall's Tau", 1968)
func seasonalTrend(level []float64) (t trend, ok bool) {
	var slopes []float64
	var variance float64 // of how many more slopes rise than fall
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
	const leastPairs = 6 // all of which lie on one side of the truth once in 32 times
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
		slope: middle(slopes),
		low:   slopes[first],
		high:  slopes[last],
		pairs: len(slopes),
	}, true
}

// middle is the median of sorted numbers.
func middle(sorted []float64) float64 {
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// steep is a trend that makes 38 times of a stream within a year: 1 % a day.
const steep = 0.01

// weekdayFactors answers what each day of the week departs from a usual day, as
// a logarithm, after the trend is taken out. Two weeks that differ by a step look
// like a steep trend that each weekday departs from in its own way; a step it is
// where fewer weekdays depart without a trend.
func weekdayFactors(c *calendar, level []float64, slope float64) (factors []float64, step bool) {
	factors = weekdayDepartures(c, level, slope)
	least := math.Abs(slope)
	if least < steep {
		return factors, false
	}
	if flat := weekdayDepartures(c, level, 0); departing(flat, least) < departing(factors, least)-1 {
		return flat, true
	}
	return factors, false
}

// departing counts the weekdays that depart by more than a day's trend.
func departing(factors []float64, least float64) int {
	return floats.Count(func(f float64) bool { return math.Abs(f) > least }, factors)
}

// weekdayDepartures answers what at least half of the weeks agree on that a
// weekday departs from the median of its week, if it is more than chance.
func weekdayDepartures(c *calendar, level []float64, slope float64) []float64 {
	departures := make([]float64, len(level))
	for d := range departures {
		departures[d] = model.MissingValue()
	}
	end := len(level)
	for end > 0 && !model.IsPoint(level[end-1]) {
		end--
	}
	for ; end > 0; end -= daysPerWeek {
		centerWeek(level, departures, max(0, end-daysPerWeek), end, slope)
	}
	factors := make([]float64, daysPerWeek)
	chance, certain := betweenWeeks(departures)
	for w := range daysPerWeek {
		var same []float64
		for d := range departures {
			if c.weekday(d) == w && model.IsPoint(departures[d]) {
				same = append(same, departures[d])
			}
		}
		if len(same) < 2 {
			continue
		}
		if a := agreed(same); math.Abs(a) > certain*chance/math.Sqrt(float64(len(same))) {
			factors[w] = skippedMean(same, a, outlying*chance)
		}
	}
	return factors
}

// skippedMean is the mean of the numbers that lie within reach of a center, or
// the center where none does.
func skippedMean(x []float64, center, reach float64) float64 {
	var near []float64
	for _, v := range x {
		if math.Abs(v-center) <= reach {
			near = append(near, v)
		}
	}
	if len(near) == 0 {
		return center
	}
	return stat.Mean(near, nil)
}

// centerWeek puts what the days of a week depart from its median into
// departures. It takes four days to have one.
func centerWeek(level, departures []float64, from, to int, slope float64) {
	var week []float64
	for d := from; d < to; d++ {
		if model.IsPoint(level[d]) {
			week = append(week, level[d]-slope*float64(d))
		}
	}
	if len(week) <= daysPerWeek/2 {
		return
	}
	usual := median(week)
	for d := from; d < to; d++ {
		departures[d] = level[d] - slope*float64(d) - usual
	}
}

// betweenWeeks is the standard deviation of a day's level: from the median
// difference between a day and the same of the next week, ÷ √2; and how many of
// them are as certain as three would be, were it known.
// (Student, "The Probable Error of a Mean", 1908)
func betweenWeeks(x []float64) (sigma, certain float64) {
	var differences []float64
	for d := daysPerWeek; d < len(x); d++ {
		if diff := x[d] - x[d-daysPerWeek]; model.IsPoint(diff) {
			differences = append(differences, diff)
		}
	}
	if len(differences) < 2 {
		return 0, math.Inf(1)
	}
	t := distuv.StudentsT{Sigma: 1, Nu: float64(len(differences) - 1)}
	return spread(differences) / math.Sqrt2, t.Quantile(distuv.UnitNormal.CDF(outlying))
}
