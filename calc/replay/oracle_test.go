package replay_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// On exactly as many shards as a formula asks for, the replay takes as long as the
// workload allows, and longer on 1 % less.
//
// Aggregates are left out of surges, and of replays unless the average is the peak:
// a formula packs at one rate, the replay packs what is written at each moment. They
// are left out of Lambda functions too: where one more aggregate fits into an
// invocation from some number of shards on, that number may be the need, and the
// time then jumps from above the bound to below it.
func TestBoundsAreMet(t *testing.T) {
	check(t, 10_000, []func(source) trial{surgeTrial, outageTrial, replayTrial}, func(c *trial) error {
		if took := c.took(c.need()); !(math.Abs(took-c.bound) <= 0.001*c.bound) {
			return fmt.Errorf("took %v s, not %v s", took, c.bound)
		}
		if took := c.took(less * c.need()); !(took > 1.001*c.bound) {
			return fmt.Errorf("on 1 %% less took %v s, no more than %v s", took, c.bound)
		}
		return nil
	})
}

// took returns how long what the constraint bounds took for the first consumer, in
// seconds; +Inf where it never recovered.
func (t *trial) took(shards float64) float64 {
	c := &t.replayed(shards).Consumers[0]
	switch {
	case t.workload.Consumers[0].LatencyBound == model.DelayBound:
		return c.Delay
	case c.Behind:
		return math.Inf(1)
	}
	return c.Recovery
}

// surgeTrial has a surge between times of the peak, which decides over the first
// consumer's latency. Enhanced fan-out has bandwidth enough for what is written, as
// its lane is twice the write limit; here that is lifted and so the lane is too.
func surgeTrial(r source) trial {
	t := r.trial()
	p, c := &t.workload.Producer, &t.workload.Consumers[0]
	r.surge(p)
	t.topic, t.consumer = "acceptable-latency", 0
	c.Latency = r.duration(1, 3600)
	t.limit(r, c)
	t.limits.FanOutBytes = lifted().FanOutBytes
	t.bound = c.Latency.Seconds()
	peak, surge, d := float64(p.Peak), float64(p.Surge.Throughput), p.Surge.Duration.Seconds()
	if r.chance(0.5) && surge*d > 1.02*peak*(d+t.bound) {
		c.LatencyBound = model.DelayBound
	}
	t.write(step{100, peak}, step{d, surge}, step{2*t.bound + d, peak})
	return t
}

// outageTrial has the first consumer down at the peak.
func outageTrial(r source) trial {
	t := r.trial()
	p, c := &t.workload.Producer, &t.workload.Consumers[0]
	t.topic, t.consumer = "acceptable-latency.outage", 0
	c.Outage = r.duration(1, 3*86400)
	t.catchesUp(r, c)
	if c.Lambda.BatchSize == 0 && r.chance(0.5) {
		r.packs(p)
	}
	u := c.Outage.Seconds()
	t.write(step{100 + u + 2*t.bound, float64(p.Peak)})
	t.incidents = []replay.Incident{{Kind: replay.Stop, Consumer: c.Name, At: 100, For: u}}
	return t
}

// replayTrial has the first consumer read an average time again, when the peak
// begins.
func replayTrial(r source) trial {
	t := r.trial()
	p, c := &t.workload.Producer, &t.workload.Consumers[0]
	t.topic, t.consumer = "acceptable-latency.reprocess", 0
	c.Reprocess = r.duration(1, 9*86400)
	t.catchesUp(r, c)
	if c.Lambda.BatchSize == 0 && r.chance(0.5) {
		p.Average = p.Peak
		r.packs(p)
	}
	h := c.Reprocess.Seconds()
	t.write(step{h, float64(p.Average)}, step{2 * t.bound, float64(p.Peak)})
	t.incidents = []replay.Incident{{Kind: replay.Reprocess, Consumer: c.Name, At: h, Last: h}}
	return t
}

// catchesUp gives a consumer the time to read a backlog.
func (t *trial) catchesUp(r source, c *model.Consumer) {
	c.Latency = r.duration(1, 3600)
	if r.chance(0.5) {
		c.CatchUp = r.duration(1, 86400)
	}
	t.bound = c.TimeToCatchUp().Seconds()
	t.limit(r, c)
}

// On as many shards as a formula asks for, everything is written and read at once,
// and not on 1 % less. A billionth is added to them, so that rounding does not undo
// a batch of aggregates that just fits.
func TestNothingPilesUp(t *testing.T) {
	check(t, 10_000, []func(source) trial{writeTrial, readTrial, speedTrial, delayTrial}, func(c *trial) error {
		if c.grows((1 + 1e-9) * c.need()) {
			return errors.New("grows")
		}
		if !c.grows(less * c.need()) {
			return errors.New("does not grow on 1 % less")
		}
		return nil
	})
}

// grows reports whether anything was not accepted at once, or not read at once by
// those whom the constraint is about.
func (t *trial) grows(shards float64) bool {
	r := t.replayed(shards)
	for i, c := range r.Consumers {
		if (t.consumer == i || t.consumer < 0) && (c.Behind || c.Delay > 0) {
			return true
		}
	}
	return r.Throttled > 0
}

// writeTrial has a peak or a surge, against one of the limits of writing.
func writeTrial(r source) trial {
	t := r.trial()
	p := &t.workload.Producer
	p.Burst = r.factor(10)
	if r.chance(0.3) {
		r.packs(p)
	}
	steps := []step{{100, float64(p.Peak)}}
	when := "peak"
	if r.chance(0.5) {
		r.surge(p)
		when = "surge"
		steps = append(steps, step{p.Surge.Duration.Seconds(), float64(p.Surge.Throughput)}, steps[0])
	}
	t.write(steps...)
	published := model.PublishedLimits()
	if r.chance(0.5) {
		t.limits.ShardWriteBytes = published.ShardWriteBytes
		t.topic = "producer-limit.bytes." + when
	} else {
		t.limits.ShardWriteRecords = published.ShardWriteRecords
		t.topic = "producer-limit.records." + when
	}
	return t
}

// readTrial has several consumers share what a shard lets them read. Readers average
// over seconds, so bursts within one are none of theirs.
func readTrial(r source) trial {
	t := r.trial()
	p := &t.workload.Producer
	t.limits.ShardReadBytes = model.PublishedLimits().ShardReadBytes
	t.topic = "consumer-limit.bytes"
	rate := p.Peak
	if r.chance(0.3) {
		t.workload.SizeReadsFor = model.ReadAverage
		rate = p.Average
	}
	if r.chance(0.3) {
		r.packs(p)
	}
	t.write(step{1000, float64(rate)})
	return t
}

// speedTrial has a consumer that processes the peak.
func speedTrial(r source) trial {
	t := r.trial()
	p := &t.workload.Producer
	r.processes(&t.workload.Consumers[0])
	t.topic, t.consumer = "consumption-speed", 0
	if r.chance(0.3) {
		r.packs(p)
	}
	t.write(step{1000, float64(p.Peak)})
	return t
}

// delayTrial has a delay bound over which the peak decides, as the surge is so short.
func delayTrial(r source) trial {
	t := r.shortSurge()
	if p := &t.workload.Producer; r.chance(0.3) {
		r.packs(p)
		t.workload.Consumers[0].Latency += p.Aggregation.Buffer // which is a part of it
	}
	t.write(step{1000, float64(t.workload.Producer.Peak)})
	return t
}

// shortSurge has a surge that delays records by less than the first consumer allows
// where it can keep up with the peak.
func (r source) shortSurge() trial {
	t := r.trial()
	p, c := &t.workload.Producer, &t.workload.Consumers[0]
	t.topic, t.consumer = "acceptable-latency", 0
	c.Latency, c.LatencyBound = r.duration(1, 3600), model.DelayBound
	t.limit(r, c)
	t.limits.FanOutBytes = lifted().FanOutBytes
	t.bound = c.Latency.Seconds()
	r.surge(p)
	longest := t.bound / (float64(p.Surge.Throughput/p.Peak) - 1) // S·d/(d + L) = P
	p.Surge.Duration = unit.Duration(1e9 * longest * r.between(0.01, 0.99))
	return t
}

// What keeps up with the peak takes a short surge within its delay bound.
func TestShortSurgesDelayLess(t *testing.T) {
	check(t, 1_000, []func(source) trial{source.shortSurge}, func(c *trial) error {
		p := &c.workload.Producer
		d, peak := p.Surge.Duration.Seconds(), float64(p.Peak)
		c.write(step{100, peak}, step{d, float64(p.Surge.Throughput)}, step{c.bound + d, peak})
		most := d * (float64(p.Surge.Throughput/p.Peak) - 1) // S·d/P − d
		if took := c.took(c.need()); !(math.Abs(took-most) <= 0.001*most && most < c.bound) {
			return fmt.Errorf("delays by %v s, not %v s of %v s", took, most, c.bound)
		}
		return nil
	})
}
