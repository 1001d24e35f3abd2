package fit

import (
	"math"

	"github.com/kcalc/kcalc/model"
)

const (
	// leastInCommon is how many weekdays two weeks must have in common for a change.
	leastInCommon = 6

	// usualSpread is how much the traffic of real streams changes from one week to the
	// next where each of their days looks like the same weekday before: holidays and the
	// like.
	usualSpread = 0.08
)

// growth returns the median change from one week to the next, and its interval for one
// week. Weeks are counted back from the end of the window. Before a change is seen, its
// spread is taken for usualSpread and, by its own, the spread of the changes of single
// days from a week before; this counts like priorDegrees changes:
//
//	s² = (Σ (cᵢ − m)² + 2·(0.08² + σ²)) ÷ (n − 1 + 2)
//
// ok is false unless two weeks have six weekdays in common.
func (t *timeline) growth(rates []float64) (g Growth, ok bool) {
	days := t.meanOfDays(rates)
	var changes []float64
	for later := 0; later+daysPerWeek < len(days); later += daysPerWeek {
		if c, ok := changeOfWeek(days, later); ok {
			changes = append(changes, c)
		}
	}
	if len(changes) == 0 {
		return Growth{}, false
	}
	middle := medianOr(changes, 0)
	sum := priorDegrees * (usualSpread*usualSpread + daySpread(days)*daySpread(days))
	for _, c := range changes {
		sum += (c - middle) * (c - middle)
	}
	n := len(changes)
	g = Growth{PerWeek: math.Expm1(middle), Changes: n, Spread: math.Sqrt(sum / float64(n-1+priorDegrees))}
	return g.Over(1), true
}

// meanOfDays returns the mean rate of each day, counted back from the end of the
// window, the last one first; NaN where less than half of the day is known.
func (t *timeline) meanOfDays(rates []float64) []float64 {
	n := int((t.to - t.from + secondsPerDay - 1) / secondsPerDay)
	sum, known := make([]float64, n), make([]float64, n)
	for i, rate := range rates {
		if middle := t.start[i] + int64(t.period[i]/2); model.IsPoint(rate) && middle >= t.from && middle < t.to {
			day := (t.to - middle - 1) / secondsPerDay
			sum[day] += rate * t.period[i]
			known[day] += t.period[i]
		}
	}
	for d := range sum {
		if sum[d] /= known[d]; known[d] < minDayShare*secondsPerDay {
			sum[d] = model.MissingValue()
		}
	}
	return sum
}

// changeOfWeek returns the logarithm of the traffic of a week ÷ that of the week
// before, of the weekdays that are known of both. A day without traffic beside one with
// some is an outage, or the end of one, and no change. later is the last day of the week.
func changeOfWeek(days []float64, later int) (change float64, ok bool) {
	var now, before float64
	common := 0
	for d := later; d < later+daysPerWeek && d+daysPerWeek < len(days); d++ {
		if (days[d] > 0) == (days[d+daysPerWeek] > 0) && model.IsPoint(days[d]) && model.IsPoint(days[d+daysPerWeek]) {
			now, before, common = now+days[d], before+days[d+daysPerWeek], common+1
		}
	}
	return math.Log(now / before), common >= leastInCommon && now > 0 && before > 0
}

// daySpread returns the robust standard deviation of the changes of days from the same
// weekday before.
func daySpread(days []float64) float64 {
	var changes []float64
	for d := 0; d+daysPerWeek < len(days); d++ {
		if now, before := days[d], days[d+daysPerWeek]; now > 0 && before > 0 {
			changes = append(changes, math.Log(now/before))
		}
	}
	if len(changes) == 0 {
		return 0
	}
	return sigmaAroundZero(centered(changes))
}
