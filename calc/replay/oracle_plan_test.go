package replay_test

import (
	"context"
	"flag"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/plan"
	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/modeltest"
	"github.com/kcalc/kcalc/model/unit"
)

var plansDrawn = flag.Int("plans", 2_000, "how many random plans are held against their replay")

// A plan and the replay of the days that its workload declares, with every limit on,
// from both sides. On the recommended count nothing is throttled, nothing expires,
// and every consumer is within its bounds. The minimum is no less than the fewest
// shards that hold. Where the pages say that a need is exact, one shard less than it
// does not hold, and the recommendation is no more than the fewest and the headroom
// take.
func TestPlansMeetTheirReplay(t *testing.T) {
	var met counts
	drawn := modeltest.Draws(*plansDrawn)
	for i := range drawn {
		w := newSource(i).plan()
		limits := model.PublishedLimits()
		p := must(plan.AtLeast(context.Background(), &limits, &w, nil, 0))
		if !p.Feasible {
			met.infeasible++
			continue
		}
		s := replay.Setup{Limits: &limits, Workload: &w}
		s.Traffic, s.Incidents = replay.Scenario(&w)
		if err := met.meet(&s, &p.Shards); err != nil {
			t.Fatalf("plan %d: %v: %+v\n%s", i, err, p.Shards, shown(&s))
		}
	}
	t.Logf("%+v of %d", met, drawn)
	if least := drawn / 10; met.exact < least || met.above < 1 {
		t.Errorf("too few plans tell anything: %+v", met)
	}
	if met.turns > 1+drawn/2000 {
		t.Errorf("too many plans do not hold by a little: %+v", met)
	}
}

// counts are how many plans there were of a kind.
type counts struct {
	infeasible int
	exact      int // decided by a need that is exact
	above      int // recommended more than the fewest and the headroom take, as the pages say
	turns      int // takes a little longer, because two limits take turns
}

// meet holds a plan against its replay.
func (m *counts) meet(s *replay.Setup, n *model.Shards) error {
	for _, shards := range []int{n.Recommended, n.Minimum} {
		broken := broken(s, shards)
		if takesTurns(s.Workload, broken) {
			m.turns++
		} else if len(broken) > 0 {
			return fmt.Errorf("%d shards do not hold: %+v", shards, broken)
		}
	}
	fewest, ok := replay.Fewest(n.Minimum, n.Minimum, func(shards int) bool { return len(broken(s, shards)) == 0 })
	if !ok {
		return nil // two limits take turns
	}
	limits := s.Limits
	full, target, peak := exactNeeds(limits, s.Workload)
	if fewest < ceil(peak) {
		return nil
	}
	if fewest < ceil(full) {
		return fmt.Errorf("%d shards hold, and exactly %v are needed", fewest, full)
	}
	most := float64(fewest)/float64(s.Workload.TargetUtilization) + 1
	switch decides := max(1, ceil(target)) == n.Recommended; {
	case decides && float64(n.Recommended) > most:
		return fmt.Errorf("%d are recommended, and %d are the fewest", n.Recommended, fewest)
	case decides:
		m.exact++
	case float64(n.Recommended) > most:
		m.above++
	}
	return nil
}

func ceil(need float64) int { return int(math.Ceil(need * (1 - 1e-9))) }

// exactNeeds are the largest needs of which the pages say that they are exact: those
// of write limits, of an outage at the peak, and of the latency of enhanced fan-out
// in a surge. The others are bounds from above: a replay's, because the hours before
// a peak are below the average; the latency of standard consumers, which get what
// slower ones leave; and what keeps up with the peak, because who does not catches
// up when it is over. An outage is taken at the peak; where consumers are outrun
// by it, or aggregates thin out, others decide how much there is to read.
//
// Headroom is not exact with skew where one shard would do without it: up to κ shards
// the hottest gets everything, so that it takes κ shards to leave any.
//
// Peak is what consumers need to keep up with the peak. On fewer shards they lag behind
// until it is over, and so they do after all else.
func exactNeeds(l *model.Limits, w *model.Workload) (full, target, peak float64) {
	for _, need := range calc.Solve(l, w, nil) {
		if need.Constraint.Topic == "consumption-speed" || need.Constraint.Topic == "consumer-limit.bytes" {
			peak = max(peak, need.Full)
		}
		if !isExact(w, &need) {
			continue
		}
		full = max(full, need.Full)
		if headroomIsExact(w, &need) {
			target = max(target, need.Target)
		}
	}
	return full, target, peak
}

func headroomIsExact(w *model.Workload, need *calc.Need) bool {
	return w.Producer.Aggregation.Producers == 0 && (need.Full > 1 || need.Target <= 1)
}

func isExact(w *model.Workload, need *calc.Need) bool {
	if need.Constraint.Family == "producer-limit" {
		return true
	}
	if p := &w.Producer; p.Burst > 1 || p.Aggregation.Producers > 0 || w.SizeReadsFor == model.ReadAverage {
		return false
	}
	switch need.Constraint.Topic {
	case "acceptable-latency.outage":
		return true
	case "acceptable-latency":
		return w.Consumers[need.Consumer].Type == model.EnhancedFanOut && w.Producer.Surge.Duration > 0
	}
	return false
}

// takesTurns reports whether all that does not hold is a time to catch up that is a
// little too long, where bursts or aggregates have a consumer read at its speed now and
// at what it gets of the bandwidth then. Each of the two alone is as fast as it must be.
func takesTurns(w *model.Workload, broken []replay.Breach) bool {
	const little = 1.1
	if w.Producer.Burst == 1 && w.Producer.Aggregation.Producers == 0 {
		return false
	}
	return len(broken) > 0 && !slices.ContainsFunc(broken, func(b replay.Breach) bool {
		return b.ID != "catch-up" || b.Value > little*b.Allowed
	})
}

// broken is what a number of shards does not hold, but for what expires where the plan
// warns that data is lost: bursts were written faster than they are read again at the
// edge of the retention.
func broken(s *replay.Setup, shards int) []replay.Breach {
	return slices.DeleteFunc(breaches(s, shards), func(b replay.Breach) bool {
		return b.ID == "expired" && slices.ContainsFunc(s.Workload.Consumers, func(c model.Consumer) bool {
			return c.Name == b.Consumer.Value && c.Reprocess > s.Workload.Retention
		})
	})
}

func breaches(s *replay.Setup, shards int) []replay.Breach {
	r := must(s.Run(context.Background(), replay.Capacity{Shards: float64(shards)}, 0))
	return s.Breaches(&r, 0)
}

// plan draws a workload with everything: skew and bursts, aggregates, functions,
// enhanced fan-out, polls that are slow, consumers that lag at the peak, surges,
// outages and replays. The average is at least a 24th of the peak, as the scenario's
// peak lasts an hour at least. A stream keeps what an outage leaves, but not all that
// is to be read again.
func (r source) plan() model.Workload {
	w := r.trial().workload
	p := &w.Producer
	p.Peak, p.Average = p.Peak/10, p.Average/10 // so that some fit on one shard
	p.Skew, p.Burst = r.skew(), r.factor(5)
	w.Retention = unit.Day * unit.Duration(1+r.IntN(14))
	w.TargetUtilization = unit.Fraction(r.between(0.5, 1))
	if r.chance(0.3) {
		w.TargetUtilization = 1
	}
	if r.chance(0.3) {
		w.SizeReadsFor = model.ReadAverage
	}
	if r.chance(0.5) {
		r.surge(p)
	}
	if r.chance(0.3) {
		r.packs(p)
	}
	for i := range w.Consumers {
		r.asks(&w.Consumers[i], w.Retention)
	}
	return w
}

// skew draws one, half of them large.
func (r source) skew() unit.Factor {
	if r.chance(0.2) {
		return unit.Factor(r.log(1, 10_000))
	}
	return r.factor(4)
}

// asks has a consumer process and want anything.
func (r source) asks(c *model.Consumer, kept unit.Duration) {
	c.PollInterval = r.duration(0.8, 10)
	if r.chance(0.7) {
		r.processes(c)
	}
	if r.chance(0.5) {
		c.Latency = r.duration(1, 3600)
		if r.chance(0.5) {
			c.LatencyBound = model.DelayBound
		}
	}
	c.AnyLatency = c.Latency == 0 // no formula has the minute in which others keep up
	if r.chance(0.3) {
		c.Outage = r.duration(1, kept.Seconds()*0.99)
	}
	if r.chance(0.3) {
		c.Reprocess = r.duration(1, 20*86_400)
	}
	if stressed := c.Outage > 0 || c.Reprocess > 0; stressed && (c.Latency == 0 || r.chance(0.5)) {
		c.CatchUp = r.duration(1, 86_400)
	}
}
