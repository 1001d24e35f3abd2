package replay

import (
	"cmp"
	"slices"
)

// segmentIterator goes through what producers offer to a class, in parts of constant
// flow: steps, the busiest second of each minute, and surges.
type segmentIterator struct {
	setup   *Setup
	class   *class
	changes []float64 // when incidents begin or end, in order

	upcoming []*Incident // that have not begun, in order
	surges   []*Incident // that are on

	step       int
	stepEnd    float64 // of the step
	mean       Flow    // in it
	minuteEnd  float64 // end of the minute that has a busiest second, or of the step
	burstEnd   float64 // end of that second
	busy, calm Flow    // in that second, and besides

	// What next has found.
	flow      Flow
	at, until float64
	changed   bool        // incidents begin or end with it
	begins    []*Incident // those that begin
}

func newSegmentIterator(s *Setup, c *class) *segmentIterator {
	o := &segmentIterator{setup: s, class: c, step: -1}
	for k := range s.Incidents {
		i := &s.Incidents[k]
		o.changes = append(o.changes, i.At, i.end())
		o.upcoming = append(o.upcoming, i)
	}
	slices.Sort(o.changes)
	slices.SortStableFunc(o.upcoming, func(a, b *Incident) int { return cmp.Compare(a.At, b.At) })
	return o
}

// next goes on to the next part. There is none when the traffic ends.
func (c *segmentIterator) next() bool {
	c.at = c.until
	for c.at >= c.stepEnd {
		if c.step++; c.step == len(c.setup.Traffic.Steps) {
			return false
		}
		c.mean = c.class.flow(c.setup.Traffic, c.step)
		c.minuteEnd = c.stepEnd
		c.stepEnd += c.setup.Traffic.Steps[c.step]
	}
	if c.at >= c.minuteEnd {
		c.setLoad()
	}
	c.updateIncidents()
	c.until, c.flow = c.minuteEnd, c.calm
	if c.at < c.burstEnd {
		c.until, c.flow = c.burstEnd, c.busy
	}
	if len(c.changes) > 0 {
		c.until = min(c.until, c.changes[0])
	}
	if len(c.surges) > 0 {
		c.flow = c.surgedFlow()
	}
	return true
}

// setLoad finds what is offered from now on: to the end of the step, or where it comes
// in bursts for a minute, of whose seconds one has β times the mean.
func (c *segmentIterator) setLoad() {
	c.calm, c.burstEnd, c.minuteEnd = c.mean, c.at, c.stepEnd
	beta := float64(c.setup.Workload.Producer.Burst)
	seconds := min(minute, c.stepEnd-c.at)
	if beta <= 1 || seconds <= 1 {
		return
	}
	c.minuteEnd = c.at + seconds
	if c.busy = c.mean.times(beta); beta >= seconds {
		c.burstEnd, c.calm = c.at+seconds/beta, Flow{}
		return
	}
	c.burstEnd, c.calm = c.at+1, c.mean.times((seconds-beta)/(seconds-1))
}

func (f Flow) times(x float64) Flow { return Flow{f.Records * x, f.Bytes * x} }

// updateIncidents finds the incidents that begin now, and the surges that are on.
func (c *segmentIterator) updateIncidents() {
	c.begins, c.changed = c.begins[:0], false
	for len(c.changes) > 0 && c.changes[0] <= c.at {
		c.changes, c.changed = c.changes[1:], true
	}
	if !c.changed {
		return
	}
	for len(c.upcoming) > 0 && c.upcoming[0].At <= c.at {
		c.begins, c.upcoming = append(c.begins, c.upcoming[0]), c.upcoming[1:]
	}
	c.surges = slices.DeleteFunc(append(c.surges, c.begins...), func(i *Incident) bool { return i.Kind != Surge || i.end() <= c.at })
}

// surgedFlow is the flow in surges: all of them multiply it, and the stream gets at
// least what the highest of those is that are said as a throughput.
func (c *segmentIterator) surgedFlow() Flow {
	times, rate := 1.0, 0.0
	for _, i := range c.surges {
		if i.Rate > 0 {
			rate = max(rate, float64(i.Rate))
		} else {
			times *= i.Times
		}
	}
	if total := c.setup.Traffic.Total(c.step); total.Records > 0 {
		return c.flow.times(max(times, rate/total.Records))
	}
	size := c.setup.Traffic.size()
	if p := &c.setup.Workload.Producer; size == 0 {
		size = float64(p.RecordSize + p.PartitionKeySize)
	}
	rate *= c.class.keyShare(c.setup.Traffic)
	return Flow{rate, rate * size}
}
