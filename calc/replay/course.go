package replay

import (
	"cmp"
	"slices"
)

// course goes through what producers offer to a class, in parts of constant
// flow: steps, the busiest second of each minute, and surges.
type course struct {
	setup *Setup
	class *class
	turns []float64 // when incidents begin or end, in order

	comes  []*Incident // that have not begun, in order
	surges []*Incident // that are on

	step       int
	end        float64 // of the step
	mean       Flow    // in it
	cell       float64 // end of the minute that has a busiest second, or of the step
	burst      float64 // end of that second
	busy, calm Flow    // in that second, and besides

	// What next has found.
	flow      Flow
	at, until float64
	turned    bool        // incidents begin or end with it
	begins    []*Incident // those that begin
}

func newCourse(s *Setup, c *class) *course {
	o := &course{setup: s, class: c, step: -1}
	for k := range s.Incidents {
		i := &s.Incidents[k]
		o.turns = append(o.turns, i.At, i.end())
		o.comes = append(o.comes, i)
	}
	slices.Sort(o.turns)
	slices.SortStableFunc(o.comes, func(a, b *Incident) int { return cmp.Compare(a.At, b.At) })
	return o
}

// next goes on to the next part. There is none when the traffic ends.
func (c *course) next() bool {
	c.at = c.until
	for c.at >= c.end {
		if c.step++; c.step == len(c.setup.Traffic.Steps) {
			return false
		}
		c.mean = c.class.flow(c.setup.Traffic, c.step)
		c.cell = c.end
		c.end += c.setup.Traffic.Steps[c.step]
	}
	if c.at >= c.cell {
		c.load()
	}
	c.turn()
	c.until, c.flow = c.cell, c.calm
	if c.at < c.burst {
		c.until, c.flow = c.burst, c.busy
	}
	if len(c.turns) > 0 {
		c.until = min(c.until, c.turns[0])
	}
	if len(c.surges) > 0 {
		c.flow = c.surged()
	}
	return true
}

// load finds what is offered from now on: to the end of the step, or where it comes
// in bursts for a minute, of whose seconds one has β times the mean.
func (c *course) load() {
	c.calm, c.burst, c.cell = c.mean, c.at, c.end
	beta := float64(c.setup.Workload.Producer.Burst)
	seconds := min(minute, c.end-c.at)
	if beta <= 1 || seconds <= 1 {
		return
	}
	c.cell = c.at + seconds
	if c.busy = c.mean.times(beta); beta >= seconds {
		c.burst, c.calm = c.at+seconds/beta, Flow{}
		return
	}
	c.burst, c.calm = c.at+1, c.mean.times((seconds-beta)/(seconds-1))
}

func (f Flow) times(x float64) Flow { return Flow{f.Records * x, f.Bytes * x} }

// turn finds the incidents that begin now, and the surges that are on.
func (c *course) turn() {
	c.begins, c.turned = c.begins[:0], false
	for len(c.turns) > 0 && c.turns[0] <= c.at {
		c.turns, c.turned = c.turns[1:], true
	}
	if !c.turned {
		return
	}
	for len(c.comes) > 0 && c.comes[0].At <= c.at {
		c.begins, c.comes = append(c.begins, c.comes[0]), c.comes[1:]
	}
	c.surges = slices.DeleteFunc(append(c.surges, c.begins...), func(i *Incident) bool { return i.Kind != Surge || i.end() <= c.at })
}

// surged is the flow in surges: all of them multiply it, and the stream gets at
// least what the highest of those is that are said as a throughput.
func (c *course) surged() Flow {
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
	rate *= c.class.keys(c.setup.Traffic)
	return Flow{rate, rate * size}
}
