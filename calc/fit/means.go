package fit

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

const (
	// outlierSigmas is how many standard deviations off the median a period may lie for
	// a mean to include it.
	outlierSigmas = 3

	// weeklyPasses is how often the weekly pattern and the levels are taken out of each
	// other.
	weeklyPasses = 2
)

// fitMeans turns the medians of level and curve into means of all periods that are
// no outliers, and smooths the daily curve. For normal noise the standard error of a
// mean is a fifth smaller than a median's. Periods within known surges take no part,
// nor do busy times of day without traffic, which are outages. It sets the weekly
// pattern, the daily curve, the levels and the expected rates.
// (Huber's skipped mean, in Hampel, "The Breakdown Points of the Mean Combined With
// Some Rejection Rules", 1985)
func (b *baseline) fitMeans(x, level, curve []float64) {
	c := b.calendar
	level = slices.Clone(level)
	along := c.perPeriod(curve)
	off, factor := b.removeWeeklyPattern(x, along, level)
	busy := math.Log(2 * b.floor)
	surging := make([]bool, len(x))
	for _, r := range b.surges {
		for i := r.from; i < r.to; i++ {
			surging[i] = true
		}
	}
	fits := func(i int32) bool {
		return !surging[i] && math.Abs(off[i]) <= outlierSigmas*b.sigma[i] && (along[i] <= busy || b.rate[i] > b.floor)
	}
	b.dailyCurve = logarithms(smoothDailyCurve(b.binMeans(fits, factor, level, curve), c.width), b.floor/100)
	usual := exponentials(c.perPeriod(b.dailyCurve))
	floats.Mul(usual, factor)
	b.level, b.levelErrors = b.dayLevels(fits, usual, level)
	times := exponentials(b.level)
	b.expected = usual
	for i := range usual {
		b.expected[i] *= times[c.day[i]]
	}
}

// removeWeeklyPattern finds the weekly pattern, and corrects the levels of the days
// by it. It returns what remains of the logarithm of each period, and the factor of
// its hour of the week.
func (b *baseline) removeWeeklyPattern(x, along, level []float64) (off, factor []float64) {
	c := b.calendar
	off, factor = make([]float64, len(x)), make([]float64, len(x))
	takeOut := func() {
		least := math.Log(b.floor)
		for i := range x {
			off[i] = x[i] - max(level[c.day[i]]+along[i], least)
		}
	}
	takeOut()
	for range weeklyPasses {
		if b.weekly = fitWeeklyPattern(c, off); b.weekly == (weeklyPattern{}) {
			break
		}
		for i := range factor {
			factor[i] = b.weekly.at(c.timeOfWeek(i))
		}
		floats.Add(level, fillMissing(c.byDay.medians(func(i int32) float64 { return off[i] - factor[i] })))
		takeOut()
	}
	floats.Sub(off, factor)
	return off, exponentials(factor)
}

// binMeans returns the mean rate of each bin on a day of usual level, over the
// periods that fit, with its standard error. A bin in which none does keeps the
// median.
func (b *baseline) binMeans(fits func(i int32) bool, factor, level, curve []float64) estimate {
	c := b.calendar
	times := exponentials(level)
	means := estimate{exponentials(curve), make([]float64, c.bins)}
	var rates []float64
	for k := range c.bins {
		rates = rates[:0]
		for _, i := range c.byBin.members(k) {
			if fits(i) {
				rates = append(rates, b.rate[i]/(times[c.day[i]]*factor[i]))
			}
		}
		if n := float64(len(rates)); n > 0 {
			means.value[k] = stat.Mean(rates, nil)
			means.err[k] = means.value[k] * b.noise[c.hourOfBin(k)] / math.Sqrt(n)
		}
	}
	return means
}

// dayLevels returns the level of each day, ln(Σ written ÷ Σ usual) over the periods
// that fit, with its standard error. A day on which none does keeps its level.
func (b *baseline) dayLevels(fits func(i int32) bool, usual, level []float64) (levels, unsure []float64) {
	c := b.calendar
	levels, unsure = slices.Clone(level), make([]float64, c.days)
	for d := range levels {
		var came, want, noise, n float64
		for _, i := range c.byDay.members(d) {
			if fits(i) {
				came += b.rate[i] * c.timeline.period[i]
				want += usual[i] * c.timeline.period[i]
				noise += b.sigma[i]
				n++
			}
		}
		if came > 0 && want > 0 {
			levels[d], unsure[d] = math.Log(came/want), noise/n/math.Sqrt(n)
		}
	}
	return levels, unsure
}
