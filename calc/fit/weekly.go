package fit

import (
	"math"

	"github.com/kcalc/kcalc/model"
	"gonum.org/v1/gonum/floats"
)

// weeklyPattern is by how much each hour of the week departs from the daily curve at
// the level of its day, as a logarithm, from Sunday midnight on.
type weeklyPattern [hoursPerWeek]float64

// at returns the departure at a second of the week, interpolated between the middles
// of two hours if both depart, else that of the hour.
func (w *weeklyPattern) at(second int64) float64 {
	hours := float64(second)/secondsPerHour - 0.5
	before := math.Floor(hours)
	i := (int(before) + hoursPerWeek) % hoursPerWeek
	j := (i + 1) % hoursPerWeek
	if w[i] == 0 || w[j] == 0 {
		return w[second/secondsPerHour]
	}
	return w[i] + (hours-before)*(w[j]-w[i])
}

// minDeparture is the smallest departure of an hour of the week that counts: 5 %.
const minDeparture = 0.05

// fitWeeklyPattern returns the departures that most weeks agree on, if sigma does
// not explain them. e are the departures of the periods from level and daily curve.
// An hour must be known in two weeks.
func fitWeeklyPattern(c *calendar, e []float64) (out weeklyPattern) {
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
	sigma := sigmaAroundZero(all)
	for hour, m := range weeks {
		if len(m) < 2 {
			continue
		}
		least := max(minDeparture, agreementErrors*sigma/math.Sqrt(float64(len(m))))
		if usual := cautiousMedian(m); mostAgree(m, usual, least) {
			out[hour] = usual
		}
	}
	out.dropLikelySurges(weeks)
	return out
}

const (
	// surgeProofWeeks is in how many weeks an hour must be known for its departure not
	// to be a surge in each of them.
	surgeProofWeeks = 3

	// ownCurveHours is how many hours of a weekday depart if it has a curve of its own.
	ownCurveHours = 7
)

// dropLikelySurges removes the departures of weekdays of which only some hours
// depart, in two weeks: each of these rather had a surge.
func (w *weeklyPattern) dropLikelySurges(weeks [][]float64) {
	for from := 0; from < hoursPerWeek; from += hoursPerDay {
		hours := w[from : from+hoursPerDay]
		departing := floats.Count(func(v float64) bool { return v != 0 }, hours)
		for h := range hours {
			if departing < ownCurveHours && len(weeks[from+h]) < surgeProofWeeks {
				hours[h] = 0
			}
		}
	}
}

// agreeingWeeks is the share of the weeks that must depart alike for a pattern: of
// two or three, all.
const agreeingWeeks = 0.75

// mostAgree reports whether most weeks depart by more than least, to the given side.
func mostAgree(weeks []float64, side, least float64) bool {
	alike := 0.0
	for _, m := range weeks {
		if math.Abs(m) > least && m*side > 0 {
			alike++
		}
	}
	return alike >= agreeingWeeks*float64(len(weeks))
}
