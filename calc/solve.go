package calc

import "github.com/kcalc/kcalc/model"

// Need is what one constraint asks for, in numbers. It keeps its operands; text
// is made of them later, if at all.
type Need struct {
	Kind     Kind
	Consumer int // index into the workload's consumers; -1 for none

	// Full is the exact number of shards at the whole limit, Target at the
	// target utilization where the constraint is a peak's. Both are +Inf where
	// no count would do. For ConsumerCalls, Full is calls per second.
	Full, Target float64

	drained float64 // user records per second that a consumer must drain
	terms   [2]term
}

// Solve appends what every constraint of a workload needs. The workload must
// make sense, as those that model.Draft resolves do.
func Solve(l *model.Limits, w *model.Workload, needs []Need) []Need {
	s := newSituation(l, w)
	return s.solve(needs)
}

// situation is a workload in the numbers of the formulas. Every rate is κ times
// the declared one, so that the hottest shard fits.
type situation struct {
	l                    *model.Limits
	w                    *model.Workload
	packing              packing
	average, peak, surge float64 // A, P, S
	duration             float64 // d; 0 without a surge
	burst                float64 // β
	standard, enhanced   float64 // m, e
	calls                float64 // Σ 1/poll interval
}

func newSituation(l *model.Limits, w *model.Workload) situation {
	p := &w.Producer
	skew := float64(p.Skew)
	s := situation{
		l: l, w: w, packing: newPacking(l, p),
		average:  skew * float64(p.Average),
		peak:     skew * float64(p.Peak),
		surge:    skew * float64(p.Surge.Throughput),
		duration: p.Surge.Duration.Seconds(),
		burst:    float64(p.Burst),
	}
	for i := range w.Consumers {
		if c := &w.Consumers[i]; c.Type == model.EnhancedFanOut {
			s.enhanced++
		} else {
			s.standard++
			s.calls += 1 / c.PollInterval.Seconds()
		}
	}
	return s
}

func (s *situation) solve(needs []Need) []Need {
	needs = append(needs, s.need(ProducerBandwidthPeak, -1), s.need(ProducerThroughputPeak, -1))
	if s.duration > 0 {
		needs = append(needs, s.need(ProducerBandwidthSurge, -1), s.need(ProducerThroughputSurge, -1))
	}
	needs = append(needs, s.need(ConsumerBandwidth, -1), s.need(ConsumerCalls, -1))
	for i := range s.w.Consumers {
		if c := &s.w.Consumers[i]; c.Speed > 0 || c.Lambda.BatchSize > 0 {
			needs = append(needs, s.need(ConsumptionSpeed, i))
		}
	}
	for i := range s.w.Consumers {
		c := &s.w.Consumers[i]
		if c.Latency > 0 && s.duration > 0 {
			needs = append(needs, s.need(Latency, i))
		}
		if c.Outage > 0 {
			needs = append(needs, s.need(Outage, i))
		}
		if c.Replay > 0 {
			needs = append(needs, s.need(Replay, i))
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
	return max(n.terms[0].need(s, &fn, share), n.terms[1].need(s, &fn, share))
}

// utilization answers the share of its limit that a constraint uses at a number
// of shards.
func (n *Need) utilization(s *situation, shards float64) float64 {
	if n.Kind == ConsumerCalls {
		return n.Full / s.l.ShardReadCalls.Value
	}
	fn := s.function(n.Consumer)
	return max(n.terms[0].utilization(s, &fn, shards), n.terms[1].utilization(s, &fn, shards))
}

// function is the Lambda function of a consumer, if it has one.
func (s *situation) function(consumer int) function {
	if consumer < 0 || s.w.Consumers[consumer].Lambda.BatchSize == 0 {
		return function{}
	}
	return newFunction(s.l, &s.w.Consumers[consumer].Lambda)
}

// streamTerms are those of the limits of a shard: P·w/Wb, P·q/Wr, the same of
// the surge, and m·B·w/Rb. The producer's limits hold within each second, so
// there the busiest second counts; readers average over seconds.
func (s *situation) streamTerms(n *Need) {
	peak, surge := s.peak*s.burst, s.surge*s.burst
	t := &n.terms[0]
	switch n.Kind {
	case ProducerBandwidthPeak:
		*t = term{bytesWritten, peak, peak, float64(s.l.ShardWriteBandwidth.Value)}
	case ProducerThroughputPeak:
		*t = term{kinesisRecords, peak, peak, float64(s.l.ShardWriteThroughput.Value)}
	case ProducerBandwidthSurge:
		*t = term{bytesWritten, surge, surge, float64(s.l.ShardWriteBandwidth.Value)}
	case ProducerThroughputSurge:
		*t = term{kinesisRecords, surge, surge, float64(s.l.ShardWriteThroughput.Value)}
	case ConsumerBandwidth:
		read := s.peak
		if s.w.SizeReadsFor == model.ReadAverage {
			read = s.average
		}
		*t = term{bytesWritten, s.standard * read, read, float64(s.l.ShardReadBandwidth.Value)}
	}
}

// consumerTerms are those of one consumer: its own speed, and the bandwidth that
// it reads with. Where a backlog is drained, the aggregates that set the sizes
// are those of the traffic that made it: the peak's, for a replay the average's.
func (s *situation) consumerTerms(n *Need) {
	c := &s.w.Consumers[n.Consumer]
	packed := s.peak
	others := s.standard - 1 // they read on while this one drains
	switch n.Kind {
	case ConsumptionSpeed:
		n.drained = s.peak
		n.terms[0] = s.speedTerm(c, s.peak, packed)
		return
	case Latency:
		n.drained = s.surgeRate(c)
		n.terms[0] = s.speedTerm(c, n.drained, packed)
		// A surge delays every standard consumer at once, and enhanced fan-out,
		// which reads at twice the write limit, never.
		if c.Type == model.Standard {
			n.terms[1] = term{bytesWritten, s.standard * n.drained, packed, float64(s.l.ShardReadBandwidth.Value)}
		}
		return
	case Outage:
		n.drained = catchUpRate(s.peak*c.Outage.Seconds(), c.TimeToCatchUp().Seconds(), s.peak)
	case Replay:
		n.drained = catchUpRate(s.average*c.Replay.Seconds(), c.TimeToCatchUp().Seconds(), s.peak)
		packed = s.average
	}
	n.terms[0] = s.speedTerm(c, n.drained, packed)
	if c.Type == model.EnhancedFanOut {
		n.terms[1] = term{bytesWritten, n.drained, packed, float64(s.l.FanOutBandwidth.Value)}
	} else {
		n.terms[1] = term{bytesWritten, n.drained + others*s.peak, packed, float64(s.l.ShardReadBandwidth.Value)}
	}
}

// surgeRate answers what a consumer must drain to keep its latency in a surge.
func (s *situation) surgeRate(c *model.Consumer) float64 {
	if c.LatencyBound == model.DelayBound {
		return delayRate(s.surge, s.peak, s.duration, c.Latency.Seconds())
	}
	return recoveryRate(s.surge, s.peak, s.duration, c.Latency.Seconds())
}

// speedTerm is that of a consumer's own speed, if it is known.
func (s *situation) speedTerm(c *model.Consumer, moved, packed float64) term {
	switch {
	case c.Speed > 0:
		return term{userRecords, moved, packed, float64(c.Speed)}
	case c.Lambda.BatchSize == 0:
		return term{}
	case s.packing.on():
		return term{counts: invocations, moved: moved, packed: packed}
	}
	fn := newFunction(s.l, &c.Lambda)
	return term{userRecords, moved, packed, fn.speed(s.packing.bare, float64(c.Lambda.ParallelizationFactor))}
}
