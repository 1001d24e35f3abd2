package calc

import (
	"fmt"
	"math"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// acceptableLatency are the constraints of how late a consumer may be: after a surge
// or a busiest second, after an outage, and when it reprocesses the past.
var acceptableLatency = []*Constraint{
	{
		Topic: "acceptable-latency", Family: "acceptable-latency", PerConsumer: true,
		Reads:   Reads{Consumer: []string{"latency", "latency_bound"}},
		applies: func(_ Sizing, c *model.Consumer) bool { return c.Latency > 0 },
		terms: func(s Sizing, c *model.Consumer) terms {
			_, drained := s.hardest(c)
			// A surge delays every standard consumer at once, and never one with
			// enhanced fan-out, which reads at twice the write limit.
			if c.Type == model.EnhancedFanOut {
				return terms{s.speedTerm(c, drained, s.Peak)}
			}
			return s.drainTerms(c, drained, (s.Standard-1)*drained, s.Peak)
		},
		moved: func(s *Sizing, c *model.Consumer, t *term) string { return s.consumersText(t) + s.rushText(c) },
		lever: func(s *Sizing, n *Need) Lever {
			return timeLever(
				s,
				n,
				"Give %s a latency of %s instead of %s.",
				func(c *model.Consumer) *unit.Duration { return &c.Latency },
			)
		},
	},
	{
		Topic: "acceptable-latency.outage", Family: "acceptable-latency", PerConsumer: true,
		Reads:   Reads{Workload: []string{"retention"}, Consumer: []string{"outage", "catch_up"}},
		applies: func(_ Sizing, c *model.Consumer) bool { return c.Outage > 0 },
		terms: func(s Sizing, c *model.Consumer) terms {
			return s.backlogTerms(c, s.Peak*s.kept(c.Outage).Seconds(), s.Peak)
		},
		moved: func(s *Sizing, c *model.Consumer, t *term) string {
			return s.backlogText(c, t, s.Workload.Producer.Peak.Prose()+" × "+s.kept(c.Outage).String())
		},
		lever: catchUpLever,
	},
	backlogNow,
	{
		Topic: "acceptable-latency.reprocess", Family: "acceptable-latency", PerConsumer: true,
		Reads:   Reads{Workload: []string{"retention", "producer.average"}, Consumer: []string{"reprocess", "catch_up"}},
		applies: func(_ Sizing, c *model.Consumer) bool { return c.Reprocess > 0 },
		terms: func(s Sizing, c *model.Consumer) terms {
			return s.backlogTerms(c, s.Average*(s.kept(c.Reprocess)+s.ahead()).Seconds(), s.Average)
		},
		moved: func(s *Sizing, c *model.Consumer, t *term) string {
			return s.backlogText(c, t, s.Workload.Producer.Average.Prose()+" × "+s.timeText(s.kept(c.Reprocess), s.ahead()))
		},
		lever: catchUpLever,
	},
}

// backlogTerms returns the terms of a backlog that drains within a consumer's time
// to catch up while traffic goes on and the other consumers are current. The
// aggregates that set the sizes are those of the traffic that made it.
func (s *Sizing) backlogTerms(c *model.Consumer, backlog, packed float64) terms {
	within := c.TimeToCatchUp()
	current := s.currentRate(within)
	return s.drainTerms(c, backlog/within.Seconds()+current, (s.Standard-1)*current, packed)
}

// drainTerms returns the terms of one consumer that drains a rate: its own speed,
// the bandwidth that it reads with, of which the other standard consumers take
// theirs, and what its calls return.
func (s *Sizing) drainTerms(c *model.Consumer, drained, others, packed float64) (t terms) {
	t[0] = s.speedTerm(c, drained, packed)
	if c.Type == model.EnhancedFanOut {
		t[1] = term{counts: bytesWritten, moved: drained, packed: packed, limit: float64(s.Limits.FanOutBytes.Value)}
		return t
	}
	t[1] = term{
		counts: bytesWritten,
		moved:  drained + others,
		packed: packed,
		limit:  float64(s.Limits.ShardReadBytes.Value),
	}
	s.callTerms(t[2:], c.PollInterval, drained, packed)
	return t
}

// kept returns how much of the past the stream still has: nothing is older than its
// retention.
func (s *Sizing) kept(past unit.Duration) unit.Duration { return min(past, s.Workload.Retention) }

// backlogText writes what is drained while traffic goes on.
func (s *Sizing) backlogText(c *model.Consumer, t *term, backlog string) string {
	within := c.TimeToCatchUp()
	consumers := s.consumersText(t)
	if c.Type == model.EnhancedFanOut {
		consumers = ""
	}
	current := s.Workload.Producer.Peak.Prose()
	if ahead := s.ahead(); ahead > 0 {
		current += " × " + s.timeText(within, ahead) + " ÷ " + within.String()
	}
	return "(" + backlog + " ÷ " + within.String() + " + " + consumers + current + ")"
}

// timeText writes a time, and by how much of it bursts are ahead, if they are.
func (s *Sizing) timeText(lasts, ahead unit.Duration) string {
	if ahead == 0 {
		return lasts.String()
	}
	return "(" + lasts.String() + " + " + ahead.String() + ")"
}

// rushText writes what a consumer must drain in a surge or in a busiest second.
func (s *Sizing) rushText(c *model.Consumer) string {
	peak := s.Workload.Producer.Peak.Prose()
	r, drained := s.hardest(c)
	if drained == s.Peak {
		return peak
	}
	rushing, after := s.times(r, c)
	text, within := r.declared.Prose()+" × "+s.timeText(rushing-s.ahead(), s.ahead()), c.Latency
	switch {
	case c.LatencyBound == model.DelayBound:
		within = s.queued(c)
	case after > 0:
		text = "(" + text + " + " + peak + " × " + s.timeText(after-s.ahead(), s.ahead()) + ")"
	}
	return text + " ÷ (" + r.lasts.String() + " + " + within.String() + ")"
}

// catchUpLever allows a consumer more time to catch up.
func catchUpLever(s *Sizing, n *Need) Lever {
	return timeLever(s, n, "Allow %s to take %s to catch up instead of %s.", func(c *model.Consumer) *unit.Duration {
		c.CatchUp = c.TimeToCatchUp()
		return &c.CatchUp
	})
}

// timeLever allows a consumer more time.
func timeLever(s *Sizing, n *Need, what string, at func(*model.Consumer) *unit.Duration) Lever {
	i, c := n.Consumer, s.Workload.Consumers[n.Consumer]
	from := *at(&c)
	return Lever{
		ID:   relaxID + "." + n.Constraint.ID(c.Name),
		Most: mostRelaxed,
		Apply: func(w *model.Workload, times float64) {
			*at(&w.Consumers[i]) = roundTime(float64(from) * times)
		},
		Describe: func(w *model.Workload) string {
			return fmt.Sprintf(what, c.Name, *at(&w.Consumers[i]), from)
		},
	}
}

// In this file S and P are the surge's and the peak's throughput, d the surge's
// duration and L a consumer's acceptable latency. X is the user records a second
// that all shards together must drain for one consumer: one that drains D a shard
// needs X/D shards.

// rush is a time in which more comes than usual.
type rush struct {
	rate     float64
	declared unit.RecordsPerSecond // the rate, as declared
	lasts    unit.Duration         // d; 0 where there is no rush
	rest     unit.Duration         // for how long the rate goes on after it
}

// rushes are the surge, and the busiest second in it; without a surge that of the
// peak, where it is busier than the mean.
func (s *Sizing) rushes() (list [2]rush) {
	const busiest unit.Duration = 1e9
	p := &s.Workload.Producer
	r := rush{s.Peak, p.Peak, busiest, math.MaxInt64}
	if s.SurgeSeconds > 0 {
		r = rush{s.Surge, p.Surge.Throughput, busiest, max(0, p.Surge.Duration-busiest)}
		list[0] = rush{r.rate, r.declared, p.Surge.Duration, 0}
	}
	if s.ahead() > 0 {
		list[1] = r
	}
	return list
}

// ahead is b = (β − 1) · 1 s: by how much of the time that it lasts, at most, a rate
// is ahead of its mean. A busiest second has brought β seconds' records.
func (s *Sizing) ahead() unit.Duration { return unit.Duration((s.Burst - 1) * 1e9) }

// recoveryRate bounds the time from a rush's end until the consumer has caught up.
// What came within d and what comes within L drains within both:
// X = (S·d + P·L)/(d + L).
func recoveryRate(rushed, meanwhile, d, latency float64) float64 {
	return (rushed + meanwhile) / (d + latency)
}

// delayRate bounds how long any record waits. The last one of a rush waits
// S·d/X − d ≤ L, hence X = S·d/(d + L).
func delayRate(rushed, d, latency float64) float64 { return rushed / (d + latency) }

// rate returns what a consumer must drain to be over a rush in time.
func (s *Sizing) rate(r rush, c *model.Consumer) float64 {
	rushing, after := s.times(r, c)
	rushed := r.rate * rushing.Seconds()
	if c.LatencyBound == model.DelayBound {
		return delayRate(rushed, r.lasts.Seconds(), s.queued(c).Seconds())
	}
	return recoveryRate(rushed, s.Peak*after.Seconds(), r.lasts.Seconds(), c.Latency.Seconds())
}

// times are for how long a rush's rate counts, and then the peak's. Each is ahead of
// its mean once. A delay is that of the records of the rush; a recovery drains what
// comes meanwhile as well.
func (s *Sizing) times(r rush, c *model.Consumer) (rushing, after unit.Duration) {
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
func (s *Sizing) hardest(c *model.Consumer) (of rush, drained float64) {
	drained = s.Peak
	for _, r := range s.rushes() {
		if r.lasts == 0 {
			continue
		}
		if rate := s.rate(r, c); rate > drained {
			of, drained = r, rate
		}
	}
	return of, drained
}

// queued is how long a record may wait behind others within a consumer's delay
// bound: what its floor leaves of it.
func (s *Sizing) queued(c *model.Consumer) unit.Duration { return max(0, c.Latency-s.Floor(c)) }

// currentRate is what comes while a backlog is drained in a time T:
// P·(T + b)/T.
func (s *Sizing) currentRate(within unit.Duration) float64 {
	return s.Peak * (within + s.ahead()).Seconds() / within.Seconds()
}

// surgeDelay returns how long the record waits that is written at the surge's
// end, when all shards together drain a rate: S·d/(N·D) − d.
func surgeDelay(surge, drained, d float64) float64 {
	return max(0, surge*d/drained-d)
}

// SurgeAge returns how old records get in a surge before a consumer reads them.
func (s *Sizing) SurgeAge(c *model.Consumer, shards float64) unit.Duration {
	even := s.Skew.Even(shards)
	drained := even * s.drain(c, even)
	if s.SurgeSeconds == 0 || drained == 0 {
		return 0
	}
	return DurationOf(surgeDelay(s.Surge, drained, s.SurgeSeconds))
}

// drain returns D: the user records a second that a consumer can drain from one
// shard in a surge, of so many that all get the same; 0 where nothing is known to
// bound it.
func (s *Sizing) drain(c *model.Consumer, shards float64) float64 {
	slowest := s.processed(c, shards)
	if c.Type == model.Standard {
		share := float64(s.Limits.ShardReadBytes.Value) / (s.Standard * s.Packing.Wire(s.Peak, shards))
		if slowest == 0 || share < slowest {
			slowest = share
		}
	}
	return slowest
}

// processed returns the user records a second that a consumer's processors get through of
// what a shard brings, of so many shards that all get the same: those that a filter leaves
// out cost them nothing. It is 0 where nothing is known to bound it.
func (s *Sizing) processed(c *model.Consumer, shards float64) float64 {
	t := s.speedTerm(c, s.Peak, s.Peak)
	speed := 0.0
	switch t.counts {
	case userRecords:
		speed = t.limit
	case invocations:
		fn := NewFunction(s.Limits, &c.Lambda)
		speed = fn.PackedSpeed(&s.Packing, s.Peak, shards) * fn.atOnce(shards) / shards
	}
	if t.total > 0 {
		speed = math.Min(speed, t.total/shards)
	}
	return speed / c.Processed()
}
