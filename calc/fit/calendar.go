package fit

import (
	"math"
	"time"

	"github.com/kcalc/kcalc/model"
	"gonum.org/v1/gonum/floats"
)

// calendar places each period of a timeline in its day and week. All days begin at
// the same hour, which need not be midnight in UTC. Where clocks were changed within
// the window, lag moves a period by an hour, so that the daily curve stays in place.
type calendar struct {
	timeline *timeline
	width    int64 // of a bin of the day, in seconds
	bins     int
	first    int64 // start of the first day, in Unix seconds
	days     int
	lag      []int // of each hour since first, in hours; see possibleLags

	day    []int32 // of each period
	bin    []int32 // of its day; -1 for a period longer than a bin
	byDay  groups
	byBin  groups
	byHour groups // hours since first, by the clocks of the last week
}

// newCalendar returns the calendar of a timeline that has at least one period, with
// days that begin so many hours after midnight in UTC.
func newCalendar(t *timeline, begin int64) *calendar {
	begin *= secondsPerHour
	firstDay := floorDiv(t.start[0]-begin, secondsPerDay)*secondsPerDay + begin
	c := &calendar{timeline: t, width: t.binWidth(), first: firstDay - secondsPerDay}
	c.bins = int((secondsPerDay + c.width - 1) / c.width)
	c.days = int((t.end(len(t.start)-1)-c.first+secondsPerDay-1)/secondsPerDay) + 1
	c.lag = make([]int, c.days*hoursPerDay)
	c.day, c.bin = make([]int32, len(t.start)), make([]int32, len(t.start))
	c.placePeriods()
	return c
}

// placePeriods finds the day, the bin and the hour of each period, from the lags.
// The calendar has one day more at either end than the window, for periods that a
// lag moves across it.
func (c *calendar) placePeriods() {
	hour := make([]int32, len(c.bin))
	for i := range c.bin {
		since := c.timeline.start[i] - c.first
		since -= c.lagSeconds(since)
		c.day[i] = int32(since / secondsPerDay)
		c.bin[i], hour[i] = -1, -1
		if int64(c.timeline.period[i]) <= c.width {
			c.bin[i] = int32(since % secondsPerDay / c.width)
		}
		if c.timeline.period[i] <= secondsPerHour {
			hour[i] = int32(since / secondsPerHour)
		}
	}
	c.byDay, c.byBin = newGroups(c.day, c.days), newGroups(c.bin, c.bins)
	c.byHour = newGroups(hour, c.days*hoursPerDay)
}

// setClocks finds where clocks were changed, from the logarithms x of a rate, and
// places the periods again.
func (c *calendar) setClocks(x []float64) {
	c.lag = clockLags(c.byHour.medians(func(i int32) float64 { return x[i] }))
	c.placePeriods()
}

// timeOfDay returns how many seconds after the start of its day a period begins.
func (c *calendar) timeOfDay(slot int) int64 {
	since := c.timeline.start[slot] - c.first
	return (since - c.lagSeconds(since) + secondsPerDay) % secondsPerDay
}

// hourOfBin returns the hour of the day in which a bin begins.
func (c *calendar) hourOfBin(bin int) int64 { return int64(bin) * c.width / secondsPerHour }

// lagSeconds returns the lag, in seconds, at a moment, in seconds since the first
// day began.
func (c *calendar) lagSeconds(since int64) int64 {
	return int64(c.lag[since/secondsPerHour]) * secondsPerHour
}

// timeOfWeek returns the middle of a period, in seconds since Sunday began.
func (c *calendar) timeOfWeek(slot int) int64 {
	middle := int64(c.timeline.period[slot] / 2)
	return (int64(c.weekday(int(c.day[slot])))*secondsPerDay + c.timeOfDay(slot) + middle) % secondsPerWeek
}

const (
	hoursPerDay  = 24
	hoursPerWeek = daysPerWeek * hoursPerDay

	secondsPerWeek = daysPerWeek * secondsPerDay
)

// weekday returns the day of the week, 0 for Sunday, on which the middle of a day
// lies. 1 January 1970 was a Thursday.
func (c *calendar) weekday(day int) int {
	const thursday = 4
	return int((floorDiv(c.first+secondsPerDay/2, secondsPerDay) + int64(day) + thursday) % daysPerWeek)
}

// binTime returns when a bin of a day begins, in UTC.
func (c *calendar) binTime(day, bin int) time.Time {
	since := int64(day)*secondsPerDay + int64(bin)*c.width
	return time.Unix(c.first+since+c.lagSeconds(since), 0).UTC()
}

// timesRecur reports whether the median time of day is known on minDays days or
// more, which a daily curve takes.
func (c *calendar) timesRecur(x []float64) bool {
	var counts []float64
	for k := range c.bins {
		days, last := 0, int32(-1)
		for _, i := range c.byBin.members(k) {
			if day := c.day[i]; day != last && model.IsPoint(x[i]) {
				days, last = days+1, day
			}
		}
		if days > 0 {
			counts = append(counts, float64(days))
		}
	}
	return medianOr(counts, 0) >= minDays
}

// perPeriod returns the logarithm of a daily curve, one value a bin, in each period.
// A period that is longer than a bin gets the logarithm of the mean rate of its
// bins.
func (c *calendar) perPeriod(curve []float64) []float64 {
	out := make([]float64, len(c.bin))
	var sums []float64
	for i, b := range c.bin {
		if b >= 0 {
			out[i] = curve[b]
			continue
		}
		if sums == nil {
			sums = exponentialSums(curve)
		}
		first := c.timeOfDay(i) / c.width
		n := max(1, int64(c.timeline.period[i])/c.width)
		out[i] = math.Log(circularSum(sums, first, n) / float64(n))
	}
	return out
}

// exponentialSums returns the running sums of the exponentials of a curve.
func exponentialSums(curve []float64) []float64 {
	sums := make([]float64, len(curve))
	for b := range curve {
		sums[b] = math.Exp(curve[b])
	}
	return floats.CumSum(sums, sums)
}

// circularSum returns the sum of n terms of a circle from the first on. sums are the
// running sums of the terms.
func circularSum(sums []float64, first, n int64) float64 {
	size := int64(len(sums))
	upTo := func(k int64) float64 { // of the first k terms
		whole := float64(k/size) * sums[size-1]
		if k%size == 0 {
			return whole
		}
		return whole + sums[k%size-1]
	}
	return upTo(first+n) - upTo(first)
}
