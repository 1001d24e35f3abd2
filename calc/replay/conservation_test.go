package replay

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// mixed is a setup of anything that can happen within some minutes: steps of other
// sizes and of nothing, consumers of all kinds, incidents at any time.
func mixed(random *rand.Rand) (*Setup, Capacity) {
	limits, w := model.PublishedLimits(), model.NewWorkload()
	w.Retention = unit.Duration(20+random.IntN(200)) * 1e9
	w.Producer.Skew, w.Producer.Burst = unit.Factor(1+2*random.Float64()), unit.Factor(1+2*random.Float64())
	limits.OnDemandLag.Value, limits.OnDemandMemory.Value = 60e9, 300e9
	c := Capacity{Shards: 0.5 + 5*random.Float64(), OnDemand: random.IntN(4) == 0}
	s := &Setup{Limits: &limits, Workload: &w, DropThrottled: random.IntN(2) == 0, SaveUnused: random.IntN(2) == 0}
	if random.IntN(3) == 0 {
		w.Producer.Aggregation = model.DefaultAggregation()
	}
	s.Traffic = &Traffic{Parts: [][]Part{{{To: 1}}, {{To: 0.3}, {From: 0.3, To: 1}}}[random.IntN(2)]}
	steps := 1 + random.IntN(10)
	if random.IntN(3) == 0 && !c.OnDemand {
		c.Reshard = Reshard{At: 50 * float64(steps) * random.Float64(), Shards: c.Shards * (0.3 + 3*random.Float64())}
	}
	for range steps {
		s.Traffic.Steps = append(s.Traffic.Steps, 100*random.Float64())
		for i := range s.Traffic.Parts {
			rate := c.Shards * 700 * math.Exp(random.NormFloat64()) * float64(min(1, random.IntN(4)))
			s.Traffic.Parts[i].Flows = append(s.Traffic.Parts[i].Flows, Flow{rate, rate * math.Exp(4+2*random.NormFloat64())})
		}
	}
	for i := range random.IntN(5) {
		consumer := model.NewConsumer(model.Name(rune('a' + i)))
		consumer.Type = []model.ConsumerType{model.Standard, model.Standard, model.EnhancedFanOut}[random.IntN(3)]
		consumer.PollInterval = unit.Duration(random.IntN(5)) * 500e6
		consumer.Speed = unit.RecordsPerSecond(float64(random.IntN(3)) * 1000 * random.Float64())
		if consumer.Speed == 0 && random.IntN(2) == 0 {
			consumer.Lambda = model.Lambda{
				BatchSize:             unit.Count(1 + random.IntN(1000)),
				Duration:              500e6,
				ParallelizationFactor: 2,
			}
		}
		w.Consumers = append(w.Consumers, consumer)
	}
	kinds := []IncidentKind{Stop, Slow, Reprocess, Poison, Surge}
	for range random.IntN(6) {
		i := Incident{
			Kind:     kinds[random.IntN(5)],
			Consumer: model.Name(rune('a' + random.IntN(5))),
			At:       s.Traffic.Seconds() * random.Float64(),
			For:      100 * random.Float64() * float64(random.IntN(2)),
			Last:     300 * random.Float64(),
			Times:    0.1 + random.Float64(),
		}
		if i.Kind == Surge {
			i.Consumer, i.Times = "", 1+2*random.Float64()
		}
		s.Incidents = append(s.Incidents, i)
	}
	return s, c
}

// standing returns what a consumer has read, what expired, and where in its piece it is, as
// of now: its result is as of when it changed last.
func (r *run) standing(c *consumerState) (read, expired, at float64) {
	if !c.behind {
		return c.result.Read + r.totals.accepted - c.counted, c.result.Expired, r.now
	}
	seconds := r.now - c.since
	records := r.log.pieces[c.piece].records
	read, expired, at = c.result.Read, c.result.Expired, c.at
	if seconds > 0 {
		read += c.speed * records * seconds
		expired += max(0, c.cursorSpeed-c.speed) * records * seconds
		at += c.cursorSpeed * seconds
	}
	return read, expired, at
}

// conserves fails where records appear or vanish, or where more is done than the
// limits allow.
func (r *run) conserves(t *testing.T) {
	t.Helper()
	offered := r.totals.offered
	same := func(what string, a, b float64) {
		if !(math.Abs(a-b) <= 1e-9*offered) {
			t.Fatalf("at %v s: %s: %v, want %v", r.now, what, a, b)
		}
	}
	waiting := r.producers.queue.records(r.now)
	same("offered", r.totals.accepted+waiting+r.totals.dropped, offered)
	if !(waiting >= -1e-9*offered) || r.producers.queue.waiting && r.producers.drops {
		t.Fatalf("at %v s: %v wait", r.now, waiting)
	}
	polled := map[bool]float64{} // of the shards, and of their parents
	shared := map[bool]float64{
		false: r.shards * float64(r.setup.Limits.ShardReadBytes.Value),
		true:  r.parents.shards * float64(r.setup.Limits.ShardReadBytes.Value),
	}
	for i := range r.consumers {
		c := &r.consumers[i]
		read, expired, at := r.standing(c)
		backlog := 0.0
		if c.behind {
			p := &r.log.pieces[c.piece]
			backlog = r.log.total(r.now) - p.written(at)
			if at < p.start-1e-6 || at > r.now+1e-6 || r.now-at > r.log.retention+1e-6 {
				t.Fatalf("at %v s: %s is at %v, in a piece from %v", r.now, c.Name, at, p.start)
			}
			if !c.dedicated && c.due > r.now {
				polled[c.onParents] += c.speed * p.bytes
			}
			if before := at < r.parents.until-1e-6; c.onParents != before && math.Abs(at-r.parents.until) > 1e-6 {
				t.Fatalf("at %v s: %s is at %v, and on the parents: %v", r.now, c.Name, at, c.onParents)
			}
		}
		same("accepted, by "+string(c.Name), read+backlog+expired-c.result.Reprocessed, r.totals.accepted)
	}
	for of, most := range shared {
		if r.keepUp.behind > 0 && polled[of] > most*(1+1e-9) {
			t.Fatalf("at %v s: %v B/s are read, of %v", r.now, polled, shared)
		}
	}
	for i, saved := range r.producers.saved {
		if !(saved >= 0 && saved <= r.producers.limits[i]) {
			t.Fatalf("at %v s: %v are saved, of %v", r.now, saved, r.producers.limits[i])
		}
	}
}

// At every event, what was offered was accepted, waits or is lost; and what was
// accepted each consumer has read, or is to read, or let expire.
func TestConservation(t *testing.T) {
	events := 0
	for seed := range uint64(3000) {
		s, c := mixed(rand.New(rand.NewPCG(seed, 3)))
		var r run
		for _, class := range s.classes(c) {
			r.reset(s, class, c, nil)
			events += r.conserved(t, seed)
		}
	}
	if events < 100_000 {
		t.Errorf("only %d events", events)
	}
}

// conserved plays a run, looks after each event, and returns how many there were.
func (r *run) conserved(t *testing.T, seed uint64) (events int) {
	defer func() {
		if t.Failed() {
			t.Logf(
				"seed %d, class %+v, workload %+v, traffic %+v, incidents %+v",
				seed,
				r.class,
				*r.setup.Workload,
				*r.setup.Traffic,
				r.setup.Incidents,
			)
		}
	}()
	it := newSegmentIterator(r.setup, &r.class)
	for it.next() {
		r.begin(&it.segment)
		for r.now < it.until {
			r.advance(min(it.until, r.nextEvent()))
			r.conserves(t)
			if events++; events > 100_000 {
				t.Fatalf("at %v s: no end of events", r.now)
			}
		}
	}
	r.finish()
	return events
}
