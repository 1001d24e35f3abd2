package fit

import (
	"math"
	"slices"

	"github.com/kcalc/kcalc/model"
	"gonum.org/v1/gonum/floats"
)

// sweeps is how often medians are taken out: after the second they hardly move.
const sweeps = 2

// polish splits logarithms of rates into a level of each day and a course of the
// day, by taking medians out of days and times of day in turn: neither a spike
// nor an outage moves them. Days count as far as there is traffic at that time.
// (Tukey, "Exploratory Data Analysis", 1977: median polish)
func polish(c *calendar, x []float64, floor float64) (level, course []float64) {
	level = withoutNaN(c.byDay.medians(func(i int32) float64 { return x[i] }))
	for range sweeps {
		course = withoutNaN(c.byBin.medians(func(i int32) float64 { return x[i] - level[c.day[i]] }))
		along := c.along(course)
		busy := math.Log(2*floor) - median(slices.Clone(level))
		level = withoutNaN(c.byDay.medians(func(i int32) float64 {
			if along[i] < busy {
				return model.MissingValue()
			}
			return x[i] - along[i]
		}))
	}
	usual := median(slices.Clone(level))
	floats.AddConst(-usual, level)
	floats.AddConst(usual, course)
	return level, course
}

// withoutNaN puts the median of what is known where nothing is, 0 if nothing is
// at all.
func withoutNaN(x []float64) []float64 {
	usual := medianOr(points(x), 0)
	for i, v := range x {
		if !model.IsPoint(v) {
			x[i] = usual
		}
	}
	return x
}

// points are the numbers that are known.
func points(x []float64) []float64 {
	known := make([]float64, 0, len(x))
	for _, v := range x {
		if model.IsPoint(v) {
			known = append(known, v)
		}
	}
	return known
}

// fewCorrections make the median absolute deviation of 2 to 9 numbers that of many,
// in the mean.
// (Croux, Rousseeuw, "Time-Efficient Algorithms for Two Highly Robust Estimators
// of Scale", 1992)
var fewCorrections = [...]float64{2: 1.196, 3: 1.495, 4: 1.363, 5: 1.206, 6: 1.200, 7: 1.140, 8: 1.129, 9: 1.107}

// deviation answers the standard deviation of some numbers from their median
// absolute deviation: one that is out of the ordinary among three does not raise
// it much. It changes them.
func deviation(x []float64) float64 {
	n := float64(len(x))
	floats.AddConst(-median(x), x)
	if len(x) < len(fewCorrections) {
		return fewCorrections[len(x)] * spread(x)
	}
	return n / (n - 0.8) * spread(x)
}

// enough is how many periods an hour of the day has to have for a noise of its
// own.
const enough = 100

// noise answers, for each hour of the day, the standard deviation of a period's
// logarithm: how far a time of one day lies off the same of other days, in the
// mean over the times of the hour. It needs no curve, and rises where few records
// make much chance.
func noise(c *calendar, x, level []float64) []float64 {
	var sums, bins, periods [hoursPerDay]float64
	var same []float64
	for k := range c.bins {
		same = same[:0]
		for _, i := range c.byBin.of(k) {
			if model.IsPoint(x[i]) {
				same = append(same, x[i]-level[c.day[i]])
			}
		}
		if len(same) > 1 {
			hour := c.hourOfBin(k)
			periods[hour] += float64(len(same))
			sums[hour] += deviation(same)
			bins[hour]++
		}
	}
	pooled := floats.Sum(sums[:]) / max(1, floats.Sum(bins[:]))
	out := make([]float64, hoursPerDay)
	for h := range out {
		out[h] = pooled
		if periods[h] >= enough {
			out[h] = sums[h] / bins[h]
		}
	}
	return out
}
