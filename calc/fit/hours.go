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
	// muchBetter is how much less days that begin at another hour than midnight in
	// UTC must leave unexplained.
	muchBetter = 0.8

	// enoughDays is how many days, the last ones, tell when days begin.
	enoughDays = 8 * daysPerWeek

	// oddHour is how many times the usual an hour counts at most.
	oddHour = 30
)

// dayBegins answers how many hours after midnight in UTC one day's level gives way
// to the next one's: the hour that leaves the least between the hours and the
// levels of their days. Where people live far from Greenwich that is not 0.
func dayBegins(hours []float64) int64 {
	hours = hours[max(0, len(hours)-enoughDays*hoursPerDay):]
	midnight := offDays(hours, 0)
	most := oddHour * max(leastNoise/oddHour, spread(points(midnight)))
	best, least := 0, muchBetter
	for begin := 1; begin < hoursPerDay; begin++ {
		var rest, before float64
		for h, v := range offDays(hours, begin) {
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

// offDays answers how far hours lie off the medians of their days, if days begin at
// an hour. In days of which less than half is known, nothing is.
func offDays(hours []float64, begin int) []float64 {
	off := slices.Repeat([]float64{model.MissingValue()}, len(hours))
	for from := begin - hoursPerDay; from < len(hours); from += hoursPerDay {
		first, end := max(0, from), min(len(hours), from+hoursPerDay)
		known := points(hours[first:end])
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

// lags are how many hours the course of a day can come later when clocks are
// changed.
var lags = [...]int{0, 1, -1}

const (
	// mostMisfit is what one hour counts at most, in squared standard deviations:
	// a surge must not look like a changed clock.
	mostMisfit = 9

	// changeCost is what the hours from one on have to gain before clocks are taken
	// to have been changed at it: half a dozen hours that fit well and did not fit
	// at all before.
	changeCost = 50

	// leastAligned is how many days it takes.
	leastAligned = 4
)

// changedClocks answers how many hours later than in the last week the course of
// the day comes in each hour. What tells is the change from the hour before,
// which has no level. The last week is what the others are held against first,
// then all of them, laid over each other.
func changedClocks(hours []float64) []int {
	changes := make([]float64, len(hours))
	for h := range changes {
		changes[h] = hours[h] - hours[max(0, h-1)]
	}
	path := make([]int, len(hours))
	if len(hours) < leastAligned*hoursPerDay {
		return path
	}
	for _, from := range [...]int{len(hours) - hoursPerDay*(daysPerWeek+1), 0, 0} {
		path = cheapestPath(misfits(changes, path, max(0, from)))
	}
	return path
}

// misfits answers how far the change in each hour lies off that of the course of
// the day when it comes so many hours later, in squared standard deviations. The
// course is that of the hours from one on, each moved by its lag.
func misfits(changes []float64, lag []int, from int) [][len(lags)]float64 {
	var course [hoursPerDay][]float64
	for h := from; h < len(changes); h++ {
		if at := hourOfDay(h - lag[h]); model.IsPoint(changes[h]) {
			course[at] = append(course[at], changes[h])
		}
	}
	var usual [hoursPerDay]float64
	var off []float64
	for at, same := range course {
		usual[at] = medianOr(same, model.MissingValue())
		for _, v := range same {
			off = append(off, v-usual[at])
		}
	}
	sigma := max(leastNoise, spread(off))
	costs := make([][len(lags)]float64, len(changes))
	for h, v := range changes {
		for k, later := range lags {
			if z := (v - usual[hourOfDay(h-later)]) / sigma; model.IsPoint(z) {
				costs[h][k] = min(z*z, mostMisfit)
			}
		}
	}
	return costs
}

func hourOfDay(h int) int { return (h + hoursPerDay) % hoursPerDay }

// cheapestPath answers which lag each hour has when all misfits and changes
// together cost the least.
// (Viterbi, "Error Bounds for Convolutional Codes", 1967)
func cheapestPath(costs [][len(lags)]float64) []int {
	from := make([][len(lags)]int, len(costs))
	var total [len(lags)]float64
	for h := range costs {
		var next [len(lags)]float64
		best := floats.MinIdx(total[:])
		for k := range lags {
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
		path[h] = lags[state]
		state = from[h][state]
	}
	return path
}
