package fit

import "math"

const (
	// recurReach is how much earlier or later a job may come on another day or in another
	// hour, in seconds.
	recurReach = 300

	// recurHeight is how far it rises out of what surrounds it then, at least, as a share of
	// how far it does so otherwise; of logarithms.
	recurHeight = 0.7
)

// recurs reports whether a run within a part of even periods comes again and again: jobs that
// are late by some minutes, or whose minute moves over the weeks, are part of the usual course,
// though no curve of a day shows them where they are.
func (s *surgeScan) recurs(r, part run) bool {
	b := s.baseline
	period := b.calendar.timeline.period[part.from]
	perHour := int(secondsPerHour / period)
	if b.level == nil || float64(perHour)*period != secondsPerHour {
		return false
	}
	return s.recursDaily(r, part, perHour*hoursPerDay) || s.recursHourly(r, part, perHour)
}

// recursDaily reports whether a run comes on most other days too, at about that time and about
// as high.
func (s *surgeScan) recursDaily(r, part run, perDay int) bool {
	least := s.usualHeight(r) - (1-recurHeight)*s.rise(r, part)
	return s.recursEvery(perDay, part.len(), minDays, r, part, func(other run) bool { return s.usualHeight(other) >= least })
}

// recursHourly reports whether a run of less than half an hour comes in most hours of the day
// before and after too, at about that minute, and rises about as much. Half of these hours
// have to be known.
func (s *surgeScan) recursHourly(r, part run, perHour int) bool {
	if 2*r.len() >= perHour {
		return false
	}
	least := recurHeight * s.rise(r, part)
	return s.recursEvery(perHour, hoursPerDay*perHour, hoursPerDay, r, part,
		func(other run) bool { return s.rise(other, part) >= least })
}

// recursEvery reports whether most of the runs that lie so many periods before and behind a
// run, twice as many, and so on up to a reach, are alike, or those up to recurReach beside
// them. There must be so many at least.
func (s *surgeScan) recursEvery(every, reach, atLeast int, r, part run, alike func(run) bool) bool {
	beside := int(recurReach / s.baseline.calendar.timeline.period[part.from])
	all, found := 0, 0
	for offset := -(min(reach, r.from-part.from) / every * every); offset <= min(reach, part.to-r.to); offset += every {
		if offset == 0 {
			continue
		}
		all++
		for shift := offset - beside; shift <= offset+beside; shift++ {
			other := run{r.from + shift, r.to + shift}
			if other.from >= part.from && other.to <= part.to && alike(other) {
				found++
				break
			}
		}
	}
	return all >= atLeast && 2*found > all
}

// usualHeight returns the mean logarithm of the rate of a run, where its day has the level of
// a usual one; NaN if no period of it is known.
func (s *surgeScan) usualHeight(r run) float64 {
	b := s.baseline
	var sum float64
	known := 0
	for i := r.from; i < r.to; i++ {
		if h := s.departure[i] + math.Log(b.expected[i]) - b.level[b.calendar.day[i]]; !math.IsNaN(h) {
			sum += h
			known++
		}
	}
	return sum / float64(known)
}
