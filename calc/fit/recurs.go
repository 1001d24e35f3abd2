package fit

import "math"

const (
	// recurReach is how much earlier or later a job may come on another day, in seconds.
	recurReach = 300

	// recurHeight is how far it rises out of what surrounds it then, at least, as a share of
	// how far it does so otherwise; of logarithms.
	recurHeight = 0.7
)

// recurs reports whether a run within a part of even periods comes on most other days of it
// too, at about that time and about as high: jobs that are late by some minutes are part of the
// usual course, though no curve of a day shows them where they are.
func (s *surgeScan) recurs(r, part run) bool {
	b := s.baseline
	period := b.calendar.timeline.period[part.from]
	perDay := int(secondsPerDay / period)
	if b.level == nil || float64(perDay)*period != secondsPerDay {
		return false
	}
	least := s.usualHeight(r) - (1-recurHeight)*s.rise(r, part)
	reach := int(recurReach / period)
	days, alike := 0, 0
	for offset := -(r.from - part.from) / perDay * perDay; r.to+offset <= part.to; offset += perDay {
		if offset == 0 || r.from+offset < part.from {
			continue
		}
		days++
		for shift := offset - reach; shift <= offset+reach; shift++ {
			other := run{r.from + shift, r.to + shift}
			if other.from >= part.from && other.to <= part.to && s.usualHeight(other) >= least {
				alike++
				break
			}
		}
	}
	return days >= minDays && 2*alike > days
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
