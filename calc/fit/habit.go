package fit

import (
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/kcalc/kcalc/model"
)

// week is what the hours of the week depart from the course of a usual day and
// the level of their own, as logarithms, Sunday's first.
type week [hoursPerWeek]float64

// at is the departure at a second of the week: between the middles of two hours
// that both depart in proportion, else that of the hour.
func (w *week) at(second int64) float64 {
	hours := float64(second)/secondsPerHour - 0.5
	before := math.Floor(hours)
	i := (int(before) + hoursPerWeek) % hoursPerWeek
	j := (i + 1) % hoursPerWeek
	if w[i] == 0 || w[j] == 0 {
		return w[second/secondsPerHour]
	}
	return w[i] + (hours-before)*(w[j]-w[i])
}

// leastHabit is the smallest departure of an hour of the week that is worth
// telling: 5 %.
const leastHabit = 0.05

// habits answers what most weeks agree on that an hour of theirs departs, if it is
// more than chance. It takes two weeks.
func habits(c *calendar, e []float64) (out week) {
	medians := c.byHour.medians(func(i int32) float64 { return e[i] })
	weeks := make([][]float64, hoursPerWeek)
	var all []float64
	for cell, m := range medians {
		if model.IsPoint(m) {
			hour := c.weekday(cell/hoursPerDay)*hoursPerDay + cell%hoursPerDay
			weeks[hour] = append(weeks[hour], m)
			all = append(all, m)
		}
	}
	if len(all) == 0 {
		return out
	}
	chance := spread(all)
	for hour, m := range weeks {
		if len(m) < 2 {
			continue
		}
		least := max(leastHabit, apart*chance/math.Sqrt(float64(len(m))))
		if usual := agreed(m); common(m, usual, least) {
			out[hour] = usual
		}
	}
	out.forgetSurges(weeks)
	return out
}

const (
	// sureWeeks is how many weeks cannot well have a surge at the same hour each.
	sureWeeks = 3

	// aCourse is how many hours of a weekday depart when it has a course of its own.
	aCourse = 7
)

// forgetSurges takes back what a weekday departs for some hours alone, if there
// are just two weeks: that is rather a surge in each of them.
func (w *week) forgetSurges(weeks [][]float64) {
	for from := 0; from < hoursPerWeek; from += hoursPerDay {
		hours := w[from : from+hoursPerDay]
		departing := floats.Count(func(v float64) bool { return v != 0 }, hours)
		for h := range hours {
			if departing < aCourse && len(weeks[from+h]) < sureWeeks {
				hours[h] = 0
			}
		}
	}
}

// mostWeeks is the share of the weeks that have to depart alike for it to be a
// habit: of two or three, each.
const mostWeeks = 0.75

// common tells whether most weeks depart by more than the least, to the same side.
func common(weeks []float64, side, least float64) bool {
	alike := 0.0
	for _, m := range weeks {
		if math.Abs(m) > least && m*side > 0 {
			alike++
		}
	}
	return alike >= mostWeeks*float64(len(weeks))
}
