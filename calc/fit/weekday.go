package fit

import (
	"math"

	"github.com/kcalc/kcalc/model"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat/distuv"
)

// steepTrend is a trend that may be a step: 1 % a day, by which a stream grows to 38
// times within a year.
const steepTrend = 0.01

// weekdayFactors returns by how much each day of the week departs from a usual day, as
// a logarithm, without the trend, and whether the levels make a step instead of a
// trend. Two weeks that differ by a step look like a steep trend, from which each
// weekday departs in its own way. So it is a step if fewer weekdays depart when no
// trend is taken out.
func weekdayFactors(c *calendar, level []float64, slope float64) (factors []float64, step bool) {
	factors = weekdayDepartures(c, level, slope)
	least := math.Abs(slope)
	if least < steepTrend {
		return factors, false
	}
	if flat := weekdayDepartures(c, level, 0); departing(flat, least) < departing(factors, least)-1 {
		return flat, true
	}
	return factors, false
}

// departing returns how many weekdays depart by more than least.
func departing(factors []float64, least float64) int {
	return floats.Count(func(f float64) bool { return math.Abs(f) > least }, factors)
}

// weekdayDepartures returns by how much each weekday departs from the median of its
// week, if at least half of the weeks agree and sigma does not explain it; else 0.
// Weeks are counted back from the last known day.
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
	sigma, certain := weekToWeekSigma(departures)
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
		if a := cautiousMedian(same); math.Abs(a) > certain*sigma/math.Sqrt(float64(len(same))) {
			factors[w] = skippedMean(same, a, outlierSigmas*sigma)
		}
	}
	return factors
}

// centerWeek sets the departures of the days of a week from its median, without the
// trend. It takes four known days.
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

// weekToWeekSigma returns the standard deviation of a day's level: the differences
// between a day and the same of the next week have √2 times that. certain is how
// many such deviations are as certain as outlierSigmas would be if sigma were known
// exactly; with few weeks that is more.
// (Student, "The Probable Error of a Mean", 1908)
func weekToWeekSigma(x []float64) (sigma, certain float64) {
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
	return sigmaAroundZero(differences) / math.Sqrt2, t.Quantile(distuv.UnitNormal.CDF(outlierSigmas))
}
