package fit

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

const (
	// outlying is how many standard deviations a period may lie off for a mean to
	// take it in.
	outlying = 3

	// turns is how often habits and levels are taken out of each other.
	turns = 2
)

// refine turns medians into means of all that is not outlying, which are more
// exact by a quarter, and smooths the course of the day. Known surges take no
// part.
// (Huber's skipped mean, in Hampel, "The Breakdown Points of the Mean Combined
// With Some Rejection Rules", 1985)
func (b *baseline) refine(x, level, course []float64) {
	c := b.c
	level = slices.Clone(level)
	along := c.along(course)
	off, habit := b.takeHabits(x, along, level)
	busy := math.Log(2 * b.floor)
	surging := make([]bool, len(x))
	for _, r := range b.surges {
		for i := r.from; i < r.to; i++ {
			surging[i] = true
		}
	}
	fits := func(i int32) bool {
		return !surging[i] && math.Abs(off[i]) <= outlying*b.sigma[i] && (along[i] <= busy || b.rate[i] > b.floor)
	}
	b.course = logarithms(smoothDay(b.means(fits, habit, level, course), c.width), b.floor/100)
	usual := exponentials(c.along(b.course))
	floats.Mul(usual, habit)
	b.level, b.unsure = b.levels(fits, usual, level)
	times := exponentials(b.level)
	b.expected = usual
	for i := range usual {
		b.expected[i] *= times[c.day[i]]
	}
}

// takeHabits finds what hours of the week depart, and mends the levels of the days
// by it. It answers what is left of each period's logarithm, and how many times
// the usual its hour is.
func (b *baseline) takeHabits(x, along, level []float64) (off, habit []float64) {
	c := b.c
	off, habit = make([]float64, len(x)), make([]float64, len(x))
	takeOut := func() {
		least := math.Log(b.floor)
		for i := range x {
			off[i] = x[i] - max(level[c.day[i]]+along[i], least)
		}
	}
	takeOut()
	for range turns {
		if b.habit = habits(c, off); b.habit == (week{}) {
			break
		}
		for i := range habit {
			habit[i] = b.habit.at(c.timeOfWeek(i))
		}
		floats.Add(level, withoutNaN(c.byDay.medians(func(i int32) float64 { return off[i] - habit[i] })))
		takeOut()
	}
	floats.Sub(off, habit)
	return off, exponentials(habit)
}

// means answers the mean of each bin of a usual day, over the periods that fit.
func (b *baseline) means(fits func(i int32) bool, habit, level, course []float64) rung {
	c := b.c
	times := exponentials(level)
	means := rung{exponentials(course), make([]float64, c.bins)}
	var rates []float64
	for k := range c.bins {
		rates = rates[:0]
		for _, i := range c.byBin.of(k) {
			if fits(i) {
				rates = append(rates, b.rate[i]/(times[c.day[i]]*habit[i]))
			}
		}
		if n := float64(len(rates)); n > 0 {
			means.value[k] = stat.Mean(rates, nil)
			means.err[k] = means.value[k] * b.noise[c.hourOfBin(k)] / math.Sqrt(n)
		}
	}
	return means
}

// levels answers the level of each day, as a logarithm: what came ÷ what comes on
// a usual day, over the periods that fit; and their standard errors.
func (b *baseline) levels(fits func(i int32) bool, usual, level []float64) (levels, unsure []float64) {
	c := b.c
	levels, unsure = slices.Clone(level), make([]float64, c.days)
	for d := range levels {
		var came, want, noise, n float64
		for _, i := range c.byDay.of(d) {
			if fits(i) {
				came += b.rate[i] * c.t.period[i]
				want += usual[i] * c.t.period[i]
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
