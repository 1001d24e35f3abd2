package calc

import (
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Need is what one constraint asks for, in numbers. It keeps its operands; text
// is made of them later, if at all.
type Need struct {
	Kind     Kind
	Consumer int // index into the workload's consumers; -1 for none

	// Full is the exact number of shards at the whole limit, Target at the
	// target utilization where the constraint is a peak's. Both are +Inf where
	// no count would do. For ConsumerCalls, Full is calls per second.
	Full, Target float64

	terms [4]term
}

// Solve appends what every constraint of a workload needs. The workload must
// make sense, as those that model.Draft resolves do.
func Solve(l *model.Limits, w *model.Workload, needs []Need) []Need {
	s := newSituation(l, w)
	return s.solve(needs)
}

// situation is a workload in the numbers of the formulas. Rates are those of an
// even stream; skew turns the shards that it needs into those on which the hottest
// fits, which is the same as rates that are κ times the declared ones.
type situation struct {
	l                    *model.Limits
	w                    *model.Workload
	packing              packing
	average, peak, surge float64       // A, P, S
	duration             float64       // d; 0 without a surge, which is then no more than the peak
	skew                 skew          // κ
	burst                float64       // β
	standard, enhanced   float64       // m, e
	calls                float64       // Σ 1/poll interval
	slowest              unit.Duration // the longest poll interval of a standard consumer
}

func newSituation(l *model.Limits, w *model.Workload) situation {
	p := &w.Producer
	s := situation{
		l: l, w: w, packing: newPacking(l, p),
		average:  float64(p.Average),
		peak:     float64(p.Peak),
		surge:    float64(max(p.Surge.Throughput, p.Peak)),
		duration: p.Surge.Duration.Seconds(),
		skew:     skew(p.Skew),
		burst:    float64(p.Burst),
	}
	for i := range w.Consumers {
		if c := &w.Consumers[i]; c.Type == model.EnhancedFanOut {
			s.enhanced++
		} else {
			s.standard++
			s.calls += 1 / c.PollInterval.Seconds()
			s.slowest = max(s.slowest, c.PollInterval)
		}
	}
	return s
}

func (s *situation) solve(needs []Need) []Need {
	needs = append(needs, s.need(ProducerBytesPeak, -1), s.need(ProducerRecordsPeak, -1))
	if s.duration > 0 {
		needs = append(needs, s.need(ProducerBytesSurge, -1), s.need(ProducerRecordsSurge, -1))
	}
	needs = append(needs, s.need(ConsumerBytes, -1), s.need(ConsumerCalls, -1))
	if s.standard > 0 {
		needs = append(needs, s.need(ConsumerGetRecords, -1))
	}
	for i := range s.w.Consumers {
		if c := &s.w.Consumers[i]; c.Speed > 0 || c.Lambda.BatchSize > 0 {
			needs = append(needs, s.need(ConsumptionSpeed, i))
		}
	}
	for i := range s.w.Consumers {
		c := &s.w.Consumers[i]
		if c.Latency > 0 {
			needs = append(needs, s.need(Latency, i))
		}
		if c.Outage > 0 {
			needs = append(needs, s.need(Outage, i))
		}
		if c.Reprocess > 0 {
			needs = append(needs, s.need(Reprocess, i))
		}
	}
	return needs
}

// need answers one constraint.
func (s *situation) need(k Kind, consumer int) Need {
	n := Need{Kind: k, Consumer: consumer}
	if k == ConsumerCalls {
		n.Full, n.Target = s.calls, s.calls
		return n
	}
	if consumer < 0 {
		s.streamTerms(&n)
	} else {
		s.consumerTerms(&n)
	}
	fn := s.function(consumer)
	n.Full = n.at(s, fn, 1)
	n.Target = n.Full
	if u := float64(s.w.TargetUtilization); kinds[k].headroom && u != 1 {
		n.Target = n.at(s, fn, u)
	}
	return n
}

// at answers the need against a share of the limits.
func (n *Need) at(s *situation, fn function, share float64) float64 {
	return s.skew.shards(n.even(s, &fn, share))
}

// even answers the need where all shards get the same.
func (n *Need) even(s *situation, fn *function, share float64) float64 {
	var most float64
	for i := range n.terms {
		most = max(most, n.terms[i].need(s, fn, share))
	}
	return most
}

// utilization answers the share of its limit that a constraint uses at a number
// of shards.
func (n *Need) utilization(s *situation, shards float64) float64 {
	if n.Kind == ConsumerCalls {
		return n.Full / s.l.ShardReadCalls.Value
	}
	fn := s.function(n.Consumer)
	var most float64
	for i := range n.terms {
		most = max(most, n.terms[i].utilization(s, &fn, s.skew.even(shards)))
	}
	return most
}

// function is the Lambda function of a consumer, if it has one.
func (s *situation) function(consumer int) function {
	if consumer < 0 || s.w.Consumers[consumer].Lambda.BatchSize == 0 {
		return function{}
	}
	return newFunction(s.l, &s.w.Consumers[consumer].Lambda)
}

// streamTerms are those of the limits of a shard: P·w/Wb, P·q/Wr, the same of
// the surge, m·B·w/Rb, and what a call of the slowest consumer returns. The
// producer's limits hold within each second, so there the busiest second counts;
// readers average over seconds.
func (s *situation) streamTerms(n *Need) {
	peak, surge := s.peak*s.burst, s.surge*s.burst
	t := &n.terms[0]
	switch n.Kind {
	case ProducerBytesPeak:
		*t = term{counts: bytesWritten, moved: peak, packed: peak, limit: float64(s.l.ShardWriteBytes.Value)}
	case ProducerRecordsPeak:
		*t = term{counts: kinesisRecords, moved: peak, packed: peak, limit: float64(s.l.ShardWriteRecords.Value)}
	case ProducerBytesSurge:
		*t = term{counts: bytesWritten, moved: surge, packed: surge, limit: float64(s.l.ShardWriteBytes.Value)}
	case ProducerRecordsSurge:
		*t = term{counts: kinesisRecords, moved: surge, packed: surge, limit: float64(s.l.ShardWriteRecords.Value)}
	case ConsumerBytes:
		read := s.read()
		*t = term{counts: bytesWritten, moved: s.standard * read, packed: read, limit: float64(s.l.ShardReadBytes.Value)}
	case ConsumerGetRecords:
		s.callTerms(n.terms[:], s.slowest, s.read(), s.read())
	}
}

// read is B, the traffic that standard consumers are sized for.
func (s *situation) read() float64 {
	if s.w.SizeReadsFor == model.ReadAverage {
		return s.average
	}
	return s.peak
}

// callTerms are those of what GetRecords returns to one consumer, which asks each
// shard once in a poll interval: X·w/10 MiB and X·q/10,000, times the interval.
func (s *situation) callTerms(terms []term, every unit.Duration, moved, packed float64) {
	limits := [...]float64{float64(s.l.PollBytes.Value), float64(s.l.PollRecords.Value)}
	for i, counts := range [...]quantity{bytesWritten, kinesisRecords} {
		terms[i] = term{counts: counts, moved: moved, packed: packed, limit: limits[i] / every.Seconds(), every: every}
	}
}

// consumerTerms are those of one consumer: its own speed, the bandwidth that it
// reads with, and what its calls return. Where a backlog is drained, the aggregates
// that set the sizes are those of the traffic that made it: the peak's, for a
// replay the average's.
func (s *situation) consumerTerms(n *Need) {
	c := &s.w.Consumers[n.Consumer]
	if n.Kind == ConsumptionSpeed {
		n.terms[0] = s.speedTerm(c, s.peak, s.peak)
		return
	}
	drained, packed := s.drained(n.Kind, c)
	n.terms[0] = s.speedTerm(c, drained, packed)
	switch {
	case c.Type == model.Standard:
		n.terms[1] = term{counts: bytesWritten, moved: drained + s.besides(n.Kind, c, drained), packed: packed, limit: float64(s.l.ShardReadBytes.Value)}
		s.callTerms(n.terms[2:], c.PollInterval, drained, packed)
	case n.Kind != Latency: // a surge never delays what reads at twice the write limit
		n.terms[1] = term{counts: bytesWritten, moved: drained, packed: packed, limit: float64(s.l.FanOutBytes.Value)}
	}
}

// drained answers the user records a second that a consumer must drain, and those
// that set how full aggregates get. A backlog drains within T while traffic goes on.
func (s *situation) drained(k Kind, c *model.Consumer) (moved, packed float64) {
	within := c.TimeToCatchUp()
	switch k {
	case Outage:
		return s.peak*s.kept(c.Outage).Seconds()/within.Seconds() + s.currentRate(within), s.peak
	case Reprocess:
		return s.average*(s.kept(c.Reprocess)+s.ahead()).Seconds()/within.Seconds() + s.currentRate(within), s.average
	}
	_, moved = s.hardest(c)
	return moved, s.peak
}

// besides is what the other standard consumers read while one drains. A surge
// delays all of them at once; else they are current.
func (s *situation) besides(k Kind, c *model.Consumer, drained float64) float64 {
	if k == Latency {
		return (s.standard - 1) * drained
	}
	return (s.standard - 1) * s.currentRate(c.TimeToCatchUp())
}

// kept is how much of the past the stream still has: none that is older than its
// retention.
func (s *situation) kept(past unit.Duration) unit.Duration { return min(past, s.w.Retention) }

// speedTerm is that of a consumer's own speed, if it is known.
func (s *situation) speedTerm(c *model.Consumer, moved, packed float64) term {
	switch {
	case c.Speed > 0:
		return term{counts: userRecords, moved: moved, packed: packed, limit: float64(c.Speed)}
	case c.Lambda.BatchSize == 0:
		return term{}
	case s.packing.on():
		return term{counts: invocations, moved: moved, packed: packed}
	}
	fn := newFunction(s.l, &c.Lambda)
	return term{counts: userRecords, moved: moved, packed: packed, limit: fn.speed(s.packing.bare, float64(c.Lambda.ParallelizationFactor))}
}
