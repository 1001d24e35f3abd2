package calc

import (
	"math"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// In this file S and P are the surge's and the peak's throughput, d the surge's
// duration and L a consumer's acceptable latency. X is the user records a second
// that all shards together must drain for one consumer: one that drains D a shard
// needs X/D shards.

// rush is a time in which more comes than usual.
type rush struct {
	rate  float64
	text  string        // of the rate, as declared
	lasts unit.Duration // d
	rest  unit.Duration // for how long the rate goes on after it
}

// rushes are the surge, and the busiest second in it; without a surge that of the
// peak, where it is busier than the mean.
func (s *situation) rushes() []rush {
	const busiest unit.Duration = 1e9
	p := &s.w.Producer
	r := rush{s.peak, p.Peak.Prose(), busiest, math.MaxInt64}
	var list []rush
	if s.duration > 0 {
		r = rush{s.surge, p.Surge.Throughput.Prose(), busiest, max(0, p.Surge.Duration-busiest)}
		list = append(list, rush{r.rate, r.text, p.Surge.Duration, 0})
	}
	if s.ahead() > 0 {
		list = append(list, r)
	}
	return list
}

// ahead is b = (β − 1) · 1 s: by how much of the time that it lasts, at most, a rate
// is ahead of its mean. A busiest second has brought β seconds' records.
func (s *situation) ahead() unit.Duration { return unit.Duration((s.burst - 1) * 1e9) }

// recoveryRate bounds the time from a rush's end until the consumer has caught up.
// What came within d and what comes within L drains within both:
// X = (S·d + P·L)/(d + L).
func recoveryRate(rushed, meanwhile, d, latency float64) float64 {
	return (rushed + meanwhile) / (d + latency)
}

// delayRate bounds how long any record waits. The last one of a rush waits
// S·d/X − d ≤ L, hence X = S·d/(d + L).
func delayRate(rushed, d, latency float64) float64 { return rushed / (d + latency) }

// rate answers what a consumer must drain to be over a rush in time.
func (s *situation) rate(r rush, c *model.Consumer) float64 {
	rushing, after := s.times(r, c)
	rushed := r.rate * rushing.Seconds()
	if c.LatencyBound == model.DelayBound {
		return delayRate(rushed, r.lasts.Seconds(), s.queued(c).Seconds())
	}
	return recoveryRate(rushed, s.peak*after.Seconds(), r.lasts.Seconds(), c.Latency.Seconds())
}

// times are for how long a rush's rate counts, and then the peak's. Each is ahead of
// its mean once. A delay is that of the records of the rush; a recovery drains what
// comes meanwhile as well.
func (s *situation) times(r rush, c *model.Consumer) (rushing, after unit.Duration) {
	rushing = r.lasts + s.ahead()
	if c.LatencyBound == model.DelayBound {
		return rushing, 0
	}
	during := min(r.rest, c.Latency)
	if during < c.Latency {
		after = c.Latency - during + s.ahead()
	}
	return rushing + during, after
}

// hardest is the rush for which a consumer must drain the most, and how much that
// is: no less than the peak, nor than that without any rush.
func (s *situation) hardest(c *model.Consumer) (of rush, drained float64) {
	drained = s.peak
	for _, r := range s.rushes() {
		if rate := s.rate(r, c); rate > drained {
			of, drained = r, rate
		}
	}
	return of, drained
}

// queued is how long a record may wait behind others within a consumer's delay
// bound: what its floor leaves of it.
func (s *situation) queued(c *model.Consumer) unit.Duration { return max(0, c.Latency-s.floor(c)) }

// currentRate is what comes while a backlog is drained in a time T:
// P·(T + b)/T.
func (s *situation) currentRate(within unit.Duration) float64 {
	return s.peak * (within + s.ahead()).Seconds() / within.Seconds()
}

// surgeDelay answers how long the record waits that is written at the surge's
// end, when all shards together drain a rate: S·d/(N·D) − d.
func surgeDelay(surge, drained, d float64) float64 {
	return max(0, surge*d/drained-d)
}
