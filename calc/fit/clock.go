package fit

import (
	"math"
	"slices"

	"github.com/kcalc/kcalc/model"
	"gonum.org/v1/gonum/floats"
)

// In this file the hours of the window tell when days begin and where clocks
// were changed. An hour is the median of its periods.

const (
	// dayStartGain is the share of the error with days that begin at midnight in UTC
	// that may be left with another hour, for that hour to be taken.
	dayStartGain = 0.8

	// dayStartDays is how many days, the last ones, decide when days begin.
	dayStartDays = 8 * daysPerWeek

	// maxHourError is how many times the usual error an hour counts at most.
	maxHourError = 30
)

// dayStart returns how many hours after midnight in UTC the level of one day gives
// way to that of the next: the hour that leaves the least error between the hours
// and the levels of their days. hours are logarithms of rates without the daily
// curve, one an hour, NaN where not known. Far from Greenwich the answer is not 0.
func dayStart(hours []float64) int64 {
	hours = hours[max(0, len(hours)-dayStartDays*hoursPerDay):]
	midnight := offDayLevels(hours, 0)
	most := maxHourError * max(minNoise/maxHourError, sigmaAroundZero(knownValues(midnight)))
	best, least := 0, dayStartGain
	for begin := 1; begin < hoursPerDay; begin++ {
		var rest, before float64
		for h, v := range offDayLevels(hours, begin) {
			if model.IsPoint(v) && model.IsPoint(midnight[h]) {
				rest += min(math.Abs(v), most)
				before += min(math.Abs(midnight[h]), most)
			}
		}
		if rest < least*before {
			best, least = begin, rest/before
		}
	}
	return int64(best)
}

// offDayLevels returns how far each hour lies off the median of its day, if days
// begin at an hour; NaN in a day of which less than half is known.
func offDayLevels(hours []float64, begin int) []float64 {
	off := slices.Repeat([]float64{model.MissingValue()}, len(hours))
	for from := begin - hoursPerDay; from < len(hours); from += hoursPerDay {
		first, end := max(0, from), min(len(hours), from+hoursPerDay)
		known := knownValues(hours[first:end])
		if len(known) < hoursPerDay/2 {
			continue
		}
		usual := median(known)
		for h := first; h < end; h++ {
			off[h] = hours[h] - usual
		}
	}
	return off
}

// possibleLags are by how many hours the daily curve can come later, in UTC, than in
// the last week: clocks go an hour forward or back.
var possibleLags = [...]int{0, 1, -1}

const (
	// maxMisfit is how much one hour counts at most, in squared standard deviations: a
	// surge must not look like a changed clock.
	maxMisfit = 9

	// changeCost is how much the hours after a moment must gain, in squared standard
	// deviations, for clocks to be taken as changed then. 50 is what half a dozen
	// hours gain that did not fit at all and then fit well: 6 × maxMisfit = 54.
	changeCost = 50

	// minClockDays is how many days it takes to look for changed clocks.
	minClockDays = 4
)

// clockLags returns for each hour how many hours later than in the last week the
// daily curve comes. It compares the change from one hour to the next, which has no
// level. The curve to compare with is that of the last week first, then twice that
// of all weeks, each moved by the lags found so far.
func clockLags(hours []float64) []int {
	changes := make([]float64, len(hours))
	for h := range changes {
		changes[h] = hours[h] - hours[max(0, h-1)]
	}
	path := make([]int, len(hours))
	if len(hours) < minClockDays*hoursPerDay {
		return path
	}
	for _, from := range [...]int{len(hours) - hoursPerDay*(daysPerWeek+1), 0, 0} {
		path = cheapestPath(misfits(changes, path, max(0, from)))
	}
	return path
}

// misfits returns for each hour and each of possibleLags how far the change in that
// hour lies off that of the daily curve moved by the lag, in squared standard
// deviations, maxMisfit at most. The curve is the median change at each hour of the
// day over the hours from one on, moved by their lags. An unknown hour costs 0.
func misfits(changes []float64, lag []int, from int) [][len(possibleLags)]float64 {
	var curve [hoursPerDay][]float64
	for h := from; h < len(changes); h++ {
		if at := hourOfDay(h - lag[h]); model.IsPoint(changes[h]) {
			curve[at] = append(curve[at], changes[h])
		}
	}
	var usual [hoursPerDay]float64
	var off []float64
	for at, same := range curve {
		usual[at] = medianOr(same, model.MissingValue())
		for _, v := range same {
			off = append(off, v-usual[at])
		}
	}
	sigma := max(minNoise, sigmaAroundZero(off))
	costs := make([][len(possibleLags)]float64, len(changes))
	for h, v := range changes {
		for k, later := range possibleLags {
			if z := (v - usual[hourOfDay(h-later)]) / sigma; model.IsPoint(z) {
				costs[h][k] = min(z*z, maxMisfit)
			}
		}
	}
	return costs
}

// hourOfDay returns the hour of the day of an hour of the window, -1 at least.
func hourOfDay(h int) int { return (h + hoursPerDay) % hoursPerDay }

// cheapestPath returns the lag of each hour for which the sum of all misfits and of
// changeCost for each change is the least.
// (Viterbi, "Error Bounds for Convolutional Codes", 1967)
func cheapestPath(costs [][len(possibleLags)]float64) []int {
	from := make([][len(possibleLags)]int, len(costs))
	var total [len(possibleLags)]float64
	for h := range costs {
		var next [len(possibleLags)]float64
		best := floats.MinIdx(total[:])
		for k := range possibleLags {
			from[h][k], next[k] = k, total[k]
			if total[best]+changeCost < total[k] {
				from[h][k], next[k] = best, total[best]+changeCost
			}
			next[k] += costs[h][k]
		}
		total = next
	}
	path := make([]int, len(costs))
	state := floats.MinIdx(total[:])
	for h := len(costs) - 1; h >= 0; h-- {
		path[h] = possibleLags[state]
		state = from[h][state]
	}
	return path
}
