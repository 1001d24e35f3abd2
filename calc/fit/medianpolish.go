package fit

import (
	"math"
	"slices"

	"github.com/kcalc/kcalc/model"
	"gonum.org/v1/gonum/floats"
)

// polishPasses is how often medians are taken out: after the second they hardly move.
const polishPasses = 2

// medianPolish splits logarithms of rates into a level of each day and a daily
// curve. It takes medians out of days and times of day in turn, which neither a
// spike nor an outage moves. In the level of a day only times count at which a usual
// day has twice the floor. The median of the levels is 0.
// (Tukey, "Exploratory Data Analysis", 1977: median polish)
func medianPolish(c *calendar, x []float64, floor float64) (level, curve []float64) {
	level = fillMissing(c.byDay.medians(func(i int32) float64 { return x[i] }))
	for range polishPasses {
		curve = fillMissing(c.byBin.medians(func(i int32) float64 { return x[i] - level[c.day[i]] }))
		along := c.perPeriod(curve)
		busy := math.Log(2*floor) - median(slices.Clone(level))
		level = fillMissing(c.byDay.medians(func(i int32) float64 {
			if along[i] < busy {
				return model.MissingValue()
			}
			return x[i] - along[i]
		}))
	}
	usual := median(slices.Clone(level))
	floats.AddConst(-usual, level)
	floats.AddConst(usual, curve)
	return level, curve
}

// fillMissing replaces each NaN by the median of the other numbers, 0 if there are
// none, and returns x.
func fillMissing(x []float64) []float64 {
	usual := medianOr(knownValues(x), 0)
	for i, v := range x {
		if !model.IsPoint(v) {
			x[i] = usual
		}
	}
	return x
}

// knownValues returns the numbers that are not NaN, in a new slice.
func knownValues(x []float64) []float64 {
	known := make([]float64, 0, len(x))
	for _, v := range x {
		if model.IsPoint(v) {
			known = append(known, v)
		}
	}
	return known
}

// smallSampleFactors make the median absolute deviation of 2 to 9 numbers an
// unbiased estimate.
// (Croux, Rousseeuw, "Time-Efficient Algorithms for Two Highly Robust Estimators of
// Scale", 1992)
var smallSampleFactors = [...]float64{2: 1.196, 3: 1.495, 4: 1.363, 5: 1.206, 6: 1.200, 7: 1.140, 8: 1.129, 9: 1.107}

// sigmaAroundMedian returns the standard deviation of two numbers or more from their
// median absolute deviation, which one unusual number among three hardly raises. It
// changes x.
func sigmaAroundMedian(x []float64) float64 {
	n := float64(len(x))
	floats.AddConst(-median(x), x)
	if len(x) < len(smallSampleFactors) {
		return smallSampleFactors[len(x)] * sigmaAroundZero(x)
	}
	return n / (n - 0.8) * sigmaAroundZero(x)
}

// minHourPeriods is how many periods an hour of the day must have for a noise of its
// own; others get the mean of all.
const minHourPeriods = 100

// hourlyNoise returns the standard deviation of a period's logarithm in each hour of
// the day: how far a time of one day lies off the same time of other days, averaged
// over the times of the hour. It needs no curve, and it is higher where there are so
// few records that their number varies by chance.
func hourlyNoise(c *calendar, x, level []float64) []float64 {
	var sums, bins, periods [hoursPerDay]float64
	var same []float64
	for k := range c.bins {
		same = same[:0]
		for _, i := range c.byBin.members(k) {
			if model.IsPoint(x[i]) {
				same = append(same, x[i]-level[c.day[i]])
			}
		}
		if len(same) > 1 {
			hour := c.hourOfBin(k)
			periods[hour] += float64(len(same))
			sums[hour] += sigmaAroundMedian(same)
			bins[hour]++
		}
	}
	pooled := floats.Sum(sums[:]) / max(1, floats.Sum(bins[:]))
	out := make([]float64, hoursPerDay)
	for h := range out {
		out[h] = pooled
		if periods[h] >= minHourPeriods {
			out[h] = sums[h] / bins[h]
		}
	}
	return out
}
