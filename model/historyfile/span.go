package historyfile

import (
	"cmp"
	"slices"
)

// stamped is the time of a row of a table.
type stamped struct {
	time int64 // nanoseconds since 1970
	line int32
	row  int32
}

// span is a part of the times that are evenly spaced.
type span struct {
	start, period int64
	first, last   int // of the times
}

// end returns when the last period of the span ends.
func (s span) end(times []stamped) int64 { return times[s.last].time + s.period }

func (s span) count() int { return s.last - s.first + 1 }

// phase returns where the span's grid lies.
func (s span) phase() int64 { return s.start % s.period }

// spans are in the order of time.
type spans []span

// at returns the span that has begun by a time, or else the first.
func (s spans) at(ns int64) span {
	i, found := slices.BinarySearchFunc(s, ns, func(s span, ns int64) int { return cmp.Compare(s.start, ns) })
	if !found && i > 0 {
		i--
	}
	return s[i]
}

// period returns the period at a time, 0 if there are no spans.
func (s spans) period(ns int64) int64 {
	if len(s) == 0 {
		return 0
	}
	return s.at(ns).period
}

// longestGap is how many periods in a row may be empty within a run, 45 days of
// minutes. A longer gap ends the run: one wrong year must not fill the memory.
const longestGap = 1 << 16

// grid parts times that are in order and differ into spans, and returns those
// that fit into none. The whole file's spans are what a time belongs to that does
// not say otherwise.
func grid(times []stamped, whole spans) (found spans, off []int) {
	if len(times) == 0 {
		return nil, nil
	}
	all := stretches(times, periodsOf(times, whole))
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].period == all[0].period {
			n++
		}
		kept, left := keepOnGrid(times, all[:n])
		found, off = append(found, kept...), append(off, left...)
		all = all[n:]
	}
	return found, off
}

// stretches cuts times where the period changes and where a step does not fit
// it.
func stretches(times []stamped, periods []int64) spans {
	all := spans{{start: times[0].time, period: periods[0]}}
	for i := 1; i < len(times); i++ {
		s := &all[len(all)-1]
		length := times[i].time - times[i-1].time
		if periods[i] == s.period && length%s.period == 0 && length/s.period <= longestGap {
			s.last = i
			continue
		}
		all = append(all, span{start: times[i].time, period: periods[i], first: i, last: i})
	}
	return all
}

// ownGrid is how many times in a row make a grid of their own: two have a step
// between them, which may be wrong, and a third confirms it.
const ownGrid = 3

// keepOnGrid keeps of stretches with one period those on the grid that most of the
// times are on, and those of at least three times that have a grid of their own
// and room for it. What is left is off the grid.
func keepOnGrid(times []stamped, all spans) (kept spans, off []int) {
	most := mainPhase(all)
	for i, s := range all {
		room := (i == 0 || all[i-1].end(times) <= s.start) && (i == len(all)-1 || s.end(times) <= all[i+1].start)
		if s.phase() == most || s.count() >= ownGrid && room {
			kept = append(kept, s)
			continue
		}
		for at := s.first; at <= s.last; at++ {
			off = append(off, at)
		}
	}
	return kept, off
}

// mainPhase returns the phase that most times have, of equal ones the first.
func mainPhase(all spans) (most int64) {
	counts := map[int64]int{}
	for _, s := range all {
		counts[s.phase()] += s.count()
	}
	highest := 0
	for _, s := range all {
		if n := counts[s.phase()]; n > highest {
			most, highest = s.phase(), n
		}
	}
	return most
}
