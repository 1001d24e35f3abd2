package replay

import (
	"cmp"
	"slices"
)

// segmentIterator goes through what producers offer to a class, in segments of
// constant flow. A segment ends with its step, with the busiest second of a minute
// or the rest of that minute, and wherever an incident begins or ends.
type segmentIterator struct {
	setup    *Setup
	class    *class
	changes  []float64   // when incidents begin or end, in order
	upcoming []*Incident // that have not begun, in order
	surges   []*Incident // that are on

	step       int
	stepEnd    float64
	mean       Flow    // of the step
	minuteEnd  float64 // of the minute that has a busiest second, or of the step
	burstEnd   float64 // of that second
	busy, calm Flow    // in that second, and in the rest of the minute

	segment
}

// segment is a time of constant flow.
type segment struct {
	flow      Flow
	at, until float64
	changed   bool        // incidents begin or end with it
	begins    []*Incident // those that begin
}

func newSegmentIterator(s *Setup, c *class) *segmentIterator {
	it := &segmentIterator{setup: s, class: c, step: -1}
	for k := range s.Incidents {
		i := &s.Incidents[k]
		it.changes = append(it.changes, i.At, i.end())
		it.upcoming = append(it.upcoming, i)
	}
	slices.Sort(it.changes)
	slices.SortStableFunc(it.upcoming, func(a, b *Incident) int { return cmp.Compare(a.At, b.At) })
	return it
}

// newIteratorAt returns an iterator that begins with the step which goes on at a time.
func newIteratorAt(s *Setup, c *class, at float64) *segmentIterator {
	it := newSegmentIterator(s, c)
	for it.step+2 < len(s.Traffic.Steps) && it.stepEnd+s.Traffic.Steps[it.step+1] <= at {
		it.step++
		it.stepEnd += s.Traffic.Steps[it.step]
	}
	it.until = it.stepEnd
	return it
}

// next goes on to the next segment, and reports whether there is one.
func (it *segmentIterator) next() bool {
	it.at = it.until
	if !it.nextStep() {
		return false
	}
	if it.at >= it.minuteEnd {
		it.nextMinute()
	}
	it.updateIncidents()
	it.until, it.flow = it.minuteEnd, it.calm
	if it.at < it.burstEnd {
		it.until, it.flow = it.burstEnd, it.busy
	}
	if len(it.changes) > 0 {
		it.until = min(it.until, it.changes[0])
	}
	if len(it.surges) > 0 {
		it.flow = it.surgeFlow()
	}
	return true
}

// nextStep goes on to the step that the segment lies in, and reports whether there
// is one.
func (it *segmentIterator) nextStep() bool {
	for it.at >= it.stepEnd {
		if it.step++; it.step == len(it.setup.Traffic.Steps) {
			return false
		}
		it.mean = it.class.flow(it.setup.Traffic, it.step)
		it.minuteEnd = it.stepEnd
		it.stepEnd += it.setup.Traffic.Steps[it.step]
	}
	return true
}

// nextMinute finds what is offered from now on: the mean of the step until it ends,
// or, where traffic comes in bursts, a minute of whose seconds the first has β times
// the mean. A step that is shorter than a minute has a busiest second too.
func (it *segmentIterator) nextMinute() {
	it.calm, it.burstEnd, it.minuteEnd = it.mean, it.at, it.stepEnd
	beta := float64(it.setup.Workload.Producer.Burst)
	seconds := min(minute, it.stepEnd-it.at)
	if beta <= 1 || seconds <= 1 {
		return
	}
	it.minuteEnd = it.at + seconds
	if it.busy = it.mean.times(beta); beta >= seconds { // all of the minute comes at once
		it.burstEnd, it.calm = it.at+seconds/beta, Flow{}
		return
	}
	it.burstEnd, it.calm = it.at+1, it.mean.times((seconds-beta)/(seconds-1))
}

// updateIncidents finds the incidents that begin now, and the surges that are on.
func (it *segmentIterator) updateIncidents() {
	it.begins, it.changed = it.begins[:0], false
	for len(it.changes) > 0 && it.changes[0] <= it.at {
		it.changes, it.changed = it.changes[1:], true
	}
	if !it.changed {
		return
	}
	for len(it.upcoming) > 0 && it.upcoming[0].At <= it.at {
		it.begins, it.upcoming = append(it.begins, it.upcoming[0]), it.upcoming[1:]
	}
	it.surges = slices.DeleteFunc(append(it.surges, it.begins...), func(i *Incident) bool {
		return i.Kind != Surge || i.end() <= it.at
	})
}

// surgeFlow returns the flow in surges. Factors multiply it. The stream gets at least
// the highest of the throughputs that surges name, and the class its part of that;
// where nothing is written else, by its share of the hash keys and with records of the
// usual size.
func (it *segmentIterator) surgeFlow() Flow {
	times, rate := 1.0, 0.0
	for _, i := range it.surges {
		if i.Rate > 0 {
			rate = max(rate, float64(i.Rate))
		} else {
			times *= i.Times
		}
	}
	if total := it.setup.Traffic.Total(it.step); total.Records > 0 {
		return it.flow.times(max(times, rate/total.Records))
	}
	size := it.setup.Traffic.recordSize()
	if p := &it.setup.Workload.Producer; size == 0 {
		size = float64(p.RecordSize + p.PartitionKeySize)
	}
	rate *= it.class.keyShare(it.setup.Traffic)
	return Flow{rate, rate * size}
}
