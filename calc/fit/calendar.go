package fit

import (
	"math"
	"time"

	"gonum.org/v1/gonum/floats"

	"github.com/kcalc/kcalc/model"
)

// calendar says where in its day and week each period of a timeline lies. Days
// begin at the same hour, which need not be midnight in UTC. Where clocks were
// changed within the window, lag says by how much the course of the day comes
// later than in the last week.
type calendar struct {
	t     *timeline
	width int64 // of a bin of the day, seconds
	bins  int
	first int64 // when the first day begins, Unix seconds
	days  int
	lag   []int // of each hour since then, in hours

	day    []int32
	bin    []int32 // of the day; -1 for a period that is longer than one
	byDay  groups
	byBin  groups
	byHour groups // since the first day began, by the clocks of the last week
}

// newCalendar answers the days of a timeline, which has a period, when days begin
// so many hours after midnight.
func newCalendar(t *timeline, begin int64) *calendar {
	begin *= secondsPerHour
	c := &calendar{t: t, width: t.binWidth(), first: floorDiv(t.start[0]-begin, secondsPerDay)*secondsPerDay + begin - secondsPerDay}
	c.bins = int((secondsPerDay + c.width - 1) / c.width)
	c.days = int((t.end(len(t.start)-1)-c.first+secondsPerDay-1)/secondsPerDay) + 1
	c.lag = make([]int, c.days*hoursPerDay)
	c.day, c.bin = make([]int32, len(t.start)), make([]int32, len(t.start))
	c.place()
	return c
}

// place finds the days and the bins of the periods, by the lags. The first day and
// the last are there for what a lag moves out of the window.
func (c *calendar) place() {
	hour := make([]int32, len(c.bin))
	for i := range c.bin {
		since := c.t.start[i] - c.first
		since -= c.later(since)
		c.day[i] = int32(since / secondsPerDay)
		c.bin[i], hour[i] = -1, -1
		if int64(c.t.period[i]) <= c.width {
			c.bin[i] = int32(since % secondsPerDay / c.width)
		}
		if c.t.period[i] <= secondsPerHour {
			hour[i] = int32(since / secondsPerHour)
		}
	}
	c.byDay, c.byBin = newGroups(c.day, c.days), newGroups(c.bin, c.bins)
	c.byHour = newGroups(hour, c.days*hoursPerDay)
}

// setClocks finds where clocks were changed, from the logarithms of a rate.
func (c *calendar) setClocks(x []float64) {
	c.lag = changedClocks(c.byHour.medians(func(i int32) float64 { return x[i] }))
	c.place()
}

// timeOfDay is when in its day's course a period begins, in seconds.
func (c *calendar) timeOfDay(slot int) int64 {
	since := c.t.start[slot] - c.first
	return (since - c.later(since) + secondsPerDay) % secondsPerDay
}

// hourOfBin is the hour of the day that a bin begins in.
func (c *calendar) hourOfBin(bin int) int64 { return int64(bin) * c.width / secondsPerHour }

// later is the lag of a moment, both in seconds.
func (c *calendar) later(since int64) int64 {
	return int64(c.lag[since/secondsPerHour]) * secondsPerHour
}

// timeOfWeek is when in its week's course the middle of a period is, in seconds
// since Sunday began.
func (c *calendar) timeOfWeek(slot int) int64 {
	middle := int64(c.t.period[slot] / 2)
	return (int64(c.weekday(int(c.day[slot])))*secondsPerDay + c.timeOfDay(slot) + middle) % secondsPerWeek
}

const (
	hoursPerDay  = 24
	hoursPerWeek = daysPerWeek * hoursPerDay

	secondsPerWeek = daysPerWeek * secondsPerDay
)

// weekday answers the day of the week, of which Sunday is 0: that of the middle of
// the day. The first of January 1970 was a Thursday.
func (c *calendar) weekday(day int) int {
	const thursday = 4
	return int((floorDiv(c.first+secondsPerDay/2, secondsPerDay) + int64(day) + thursday) % daysPerWeek)
}

// at is when a bin of a day begins, in UTC.
func (c *calendar) at(day, bin int) time.Time {
	since := int64(day)*secondsPerDay + int64(bin)*c.width
	return time.Unix(c.first+since+c.later(since), 0).UTC()
}

// recurs tells whether the usual time of day is known on three days or more.
func (c *calendar) recurs(x []float64) bool {
	var counts []float64
	for k := range c.bins {
		days, last := 0, int32(-1)
		for _, i := range c.byBin.of(k) {
			if day := c.day[i]; day != last && model.IsPoint(x[i]) {
				days, last = days+1, day
			}
		}
		if days > 0 {
			counts = append(counts, float64(days))
		}
	}
	return medianOr(counts, 0) >= leastDays
}

// along answers the logarithm of a daily course in each period, of the mean over
// those that are longer than a bin.
func (c *calendar) along(course []float64) []float64 {
	out := make([]float64, len(c.bin))
	var sums []float64
	for i, b := range c.bin {
		if b >= 0 {
			out[i] = course[b]
			continue
		}
		if sums == nil {
			sums = exponentialSums(course)
		}
		first := c.timeOfDay(i) / c.width
		n := max(1, int64(c.t.period[i])/c.width)
		out[i] = math.Log(circularSum(sums, first, n) / float64(n))
	}
	return out
}

func exponentialSums(course []float64) []float64 {
	sums := make([]float64, len(course))
	for b := range course {
		sums[b] = math.Exp(course[b])
	}
	return floats.CumSum(sums, sums)
}

// circularSum is the sum of n terms from the first on, of a circle whose sums up
// to each place are given.
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
