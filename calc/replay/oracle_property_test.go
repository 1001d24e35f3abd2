package replay_test

import (
	"context"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/modeltest"
	"github.com/kcalc/kcalc/model/unit"
)

// With more shards nothing gets worse.
//
// What consumers go through is compared where nothing is throttled on the fewer
// shards, because what waits at a producer does not wait for a consumer, nor expire.
// Incidents end before the traffic does, because the wait for a poll is not known of
// a record that nobody asks for. There are at least 2κ shards: below κ + √(κ² − κ)
// the hottest shard loses to each of the others more than one more shard takes from
// them. A poisonous record is left out: a consumer that is further ahead tries a
// younger one, for longer.
func TestMoreShardsAreNoWorse(t *testing.T) {
	for i := range 10_000 {
		r := newSource(i)
		s, shards := r.setup(2)
		more := shards * r.log(1.001, 3)
		a, b := must(
			s.Run(context.Background(), replay.Capacity{Shards: shards}, 0),
		), must(
			s.Run(context.Background(), replay.Capacity{Shards: more}, 0),
		)
		noWorse := func(what string, before, after float64) {
			if after > before+1e-9*(1+before) {
				t.Fatalf("trial %d: %s rises from %v on %v shards to %v on %v: %s", i, what, before, shards, after, more, shown(&s))
			}
		}
		noWorse("throttled", a.Throttled, b.Throttled)
		noWorse("throttled seconds", a.Seconds, b.Seconds)
		noWorse("wait at a producer", a.LongestWait, b.LongestWait)
		noWorse("write utilization", a.WriteUtilization, b.WriteUtilization)
		if a.Throttled > 0 {
			continue
		}
		for k := range a.Consumers {
			noWorse("delay", a.Consumers[k].Delay, b.Consumers[k].Delay)
			noWorse("age", a.Consumers[k].Age, b.Consumers[k].Age)
			noWorse("expired", a.Consumers[k].Expired, b.Consumers[k].Expired)
		}
	}
}

// Nor does a recovery get longer, where there is one backlog only. Of several that
// run into each other on the fewer shards the last may be the highest, and the time
// from it the shorter one.
func TestMoreShardsRecoverNoLater(t *testing.T) {
	for i := range 10_000 {
		r := newSource(i)
		s, shards := r.setup(2)
		seconds, flow := s.Traffic.Seconds(), s.Traffic.Parts[0].Flows[0]
		s.Traffic.Steps, s.Traffic.Parts[0].Flows = []float64{seconds}, []replay.Flow{flow}
		s.Incidents = []replay.Incident{r.incident(s.Workload, seconds)}
		more := shards * r.log(1.001, 3)
		a, b := must(
			s.Run(context.Background(), replay.Capacity{Shards: shards}, 0),
		), must(
			s.Run(context.Background(), replay.Capacity{Shards: more}, 0),
		)
		for k := range a.Consumers {
			if before, after := recovery(&a, k), recovery(&b, k); a.Throttled == 0 && after > before+1e-9*(1+before) {
				t.Fatalf("trial %d: recovery rises from %v on %v shards to %v on %v: %s", i, before, shards, after, more, shown(&s))
			}
		}
	}
}

func recovery(r *replay.Result, consumer int) float64 {
	if c := &r.Consumers[consumer]; !c.Behind {
		return c.Recovery
	}
	return math.Inf(1)
}

// Times and shares are the same where the traffic and the shards are some times as
// large. There is no skew: one shard is the hottest, of many shards as of few.
func TestReplayIsFreeOfScale(t *testing.T) {
	for i := range modeltest.Draws(10_000) {
		r := newSource(i)
		s, shards := r.setup(1)
		s.DropThrottled, s.SaveUnused = r.chance(0.5), r.chance(0.5)
		p := &s.Workload.Producer
		p.Skew, p.Burst = 1, r.factor(10)
		if r.chance(0.3) {
			r.packs(p)
		}
		times := r.log(1, 100)
		a, b := must(
			s.Run(context.Background(), replay.Capacity{Shards: shards}, 0),
		), must(
			larger(&s, times).Run(context.Background(), replay.Capacity{Shards: times * shards}, 0),
		)
		if d := cmp.Diff(scaled(a, times), b, cmpopts.EquateApprox(1e-6, 1e-6)); d != "" {
			t.Fatalf("trial %d: on %v shards, and on %v times as many: %s\n%s", i, shards, times, d, shown(&s))
		}
	}
}

// scaled is a result of so many times the records.
func scaled(r replay.Result, times float64) replay.Result {
	for _, records := range []*float64{&r.Offered, &r.Bytes, &r.Accepted, &r.Waiting, &r.Undrained, &r.Lost, &r.Throttled, &r.Waited, &r.HeldBytes, &r.Shards.Least, &r.Shards.Most} {
		*records *= times
	}
	for i := range r.Consumers {
		c := &r.Consumers[i]
		for _, records := range []*float64{&c.Read, &c.Reprocessed, &c.Backlog, &c.Expired} {
			*records *= times
		}
	}
	return r
}

// larger is a setup with so many times the traffic.
func larger(s *replay.Setup, times float64) *replay.Setup {
	more := *s
	part := replay.Part{To: 1}
	for _, f := range s.Traffic.Parts[0].Flows {
		part.Flows = append(part.Flows, replay.Flow{Records: times * f.Records, Bytes: times * f.Bytes})
	}
	more.Traffic = &replay.Traffic{Steps: s.Traffic.Steps, Parts: []replay.Part{part}}
	return &more
}

// setup draws random steps of records of one size, consumers that poll, and
// incidents, all under the published limits; and about as many shards as that takes,
// no fewer than some times κ.
func (r source) setup(leastSkews float64) (s replay.Setup, shards float64) {
	t := r.trial()
	t.limits = model.PublishedLimits()
	w := &t.workload
	w.Retention = r.duration(60, 86_400)
	peak := float64(w.Producer.Peak)
	for range 1 + r.IntN(12) {
		t.write(step{r.log(1, 1000), peak * max(0, r.between(-0.3, 1))})
	}
	size := float64(w.Producer.RecordSize + w.Producer.PartitionKeySize)
	filled := max(peak/float64(t.limits.ShardWriteRecords.Value), peak*size/float64(t.limits.ShardWriteBytes.Value))
	for i := range w.Consumers {
		r.slows(&w.Consumers[i], peak/filled)
	}
	for range r.IntN(4) {
		t.incidents = append(t.incidents, r.incident(w, t.traffic.Seconds()))
	}
	skew := float64(w.Producer.Skew)
	return t.setup(), max(leastSkews*skew, skew*filled*r.between(0.3, 1.5))
}

// slows has a consumer poll, and three in four process about what a full shard
// takes, or anything.
func (r source) slows(c *model.Consumer, full float64) {
	c.PollInterval = r.duration(0.2, 5)
	if r.chance(0.5) {
		c.Speed = unit.RecordsPerSecond(full * r.between(0.3, 2))
	} else if r.chance(0.5) {
		r.processes(c)
	}
}

// incident draws one that ends before so many seconds are over, even if what is read
// again may not be read by then.
func (r source) incident(w *model.Workload, seconds float64) replay.Incident {
	i := replay.Incident{At: r.between(0, seconds/2), For: r.log(0.001, 0.4) * seconds, Times: r.Float64(),
		Consumer: w.Consumers[r.IntN(len(w.Consumers))].Name}
	switch r.IntN(4) {
	case 0:
		i.Kind = replay.Stop
	case 1:
		i.Kind = replay.Slow
	case 2:
		i.Kind, i.For, i.At, i.Last = replay.Reprocess, 0, r.between(0, seconds), r.log(0.01, 1)*seconds
	case 3:
		i.Kind, i.Consumer, i.Times = replay.Surge, "", 1+3*i.Times
	}
	return i
}
