package fit

import "time"

// QuietTime is how much of the clock a stream never has a point at, in an otherwise known
// window: nobody writes or reads then.
type QuietTime struct {
	Hours int `json:"hours_of_the_day"` // UTC
	Days  int `json:"days_of_the_week"` // UTC
}

// leastQuiet is how often an hour of the day, or a day of the week, must come without a point
// until that is a habit.
const leastQuiet = 2

// clockHabit counts how often a part of the clock comes in a window, and how often it has a
// point.
type clockHabit struct{ all, known int }

// quiet reports whether it never has a point.
func (c clockHabit) quiet() bool { return c.all >= leastQuiet && c.known == 0 }

// quietHours are the hours, since 1970, that belong to the quiet hours of the day or to the
// quiet days of the week.
type quietHours struct {
	ofDay  [hoursPerDay]clockHabit
	ofWeek [daysPerWeek]clockHabit
}

// weekday returns the day of the week of an hour since 1970.
func weekday(hour int64) int { return int(time.Unix(hour*secondsPerHour, 0).UTC().Weekday()) }

// has reports whether an hour is quiet.
func (q *quietHours) has(hour int64) bool {
	return q.ofDay[hour%hoursPerDay].quiet() || q.ofWeek[weekday(hour)].quiet()
}

// time returns how much of the clock is quiet.
func (q *quietHours) time() (t QuietTime) {
	for _, h := range q.ofDay {
		if h.quiet() {
			t.Hours++
		}
	}
	for _, d := range q.ofWeek {
		if d.quiet() {
			t.Days++
		}
	}
	return t
}

// quiet returns the hours at which the stream never has a point. ok is false where there are
// none, or where too much of the other time is not known either.
func (t *timeline) quiet() (q quietHours, ok bool) {
	first, end := (t.from+secondsPerHour-1)/secondsPerHour, t.to/secondsPerHour // whole hours
	observed := t.observedHours()
	days := map[int64]bool{}
	for hour := first; hour < end; hour++ {
		h := &q.ofDay[hour%hoursPerDay]
		h.all++
		if observed[hour] {
			h.known++
			days[hour/hoursPerDay] = true
		}
	}
	for day := (first + hoursPerDay - 1) / hoursPerDay; day < end/hoursPerDay; day++ {
		d := &q.ofWeek[weekday(day*hoursPerDay)]
		d.all++
		if days[day] {
			d.known++
		}
	}
	var others, known int
	for hour := first; hour < end; hour++ {
		if q.has(hour) {
			continue
		}
		others++
		if observed[hour] {
			known++
		}
	}
	return q, known > 0 && q.time() != QuietTime{} && float64(known) >= minKnownShare*float64(others)
}

// observedHours returns the hours since 1970 in which any metric of the stream has a point.
func (t *timeline) observedHours() map[int64]bool {
	hours := map[int64]bool{}
	for i, observed := range t.observed {
		if !observed {
			continue
		}
		for hour := t.start[i] / secondsPerHour; hour*secondsPerHour < t.end(i); hour++ {
			hours[hour] = true
		}
	}
	return hours
}

// addQuiet makes periods of the quiet hours, and counts them as observed: nothing was counted
// in them.
func (t *timeline) addQuiet() {
	q, ok := t.quiet()
	if !ok {
		return
	}
	t.quietTime = q.time()
	for hour := t.from / secondsPerHour; hour*secondsPerHour < t.to; hour++ {
		if q.has(hour) {
			t.addGrids(t.uncovered(t.quietHour(hour).within(t.from, t.to)))
		}
	}
	t.observe()
	for i := range t.start {
		quiet := true
		for hour := t.start[i] / secondsPerHour; hour*secondsPerHour < t.end(i); hour++ {
			quiet = quiet && q.has(hour)
		}
		t.observed[i] = t.observed[i] || quiet
	}
}

// quietHour returns an hour in periods of the length that the last ones before it have, or the
// first ones of all.
func (t *timeline) quietHour(hour int64) grid {
	period := t.grids[0].period
	for _, g := range t.grids {
		if g.start <= hour*secondsPerHour {
			period = g.period
		}
	}
	if period > secondsPerHour || secondsPerHour%period != 0 {
		period = secondsPerHour
	}
	return grid{start: hour * secondsPerHour, period: period, n: int(secondsPerHour / period)}
}
