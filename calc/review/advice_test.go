package review_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/calctest"
	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/modeltest"
	"github.com/kcalc/kcalc/model/unit"
	"pgregory.net/rapid"
)

// drawAdvised draws a workload that gets a lot of advice: several functions and enhanced
// fan-out consumers, and rates at which a stream fits.
func drawAdvised(t *rapid.T) model.Workload {
	w := calctest.DrawBilled(t)
	w.Producer.Peak = min(w.Producer.Peak, 50_000)
	w.Producer.Average = min(w.Producer.Average, w.Producer.Peak)
	w.Producer.Surge.Throughput = min(w.Producer.Surge.Throughput, 4*w.Producer.Peak)
	for i := range rapid.IntRange(0, 12).Draw(t, "functions") {
		c := model.NewConsumer(model.Name(fmt.Sprintf("fn%d", i)))
		c.Lambda = model.Lambda{BatchSize: 100, Duration: 50 * calctest.Millisecond, ParallelizationFactor: 2}
		if rapid.IntRange(0, 3).Draw(t, "fan-out") == 0 {
			c.Type = model.EnhancedFanOut
		}
		w.Consumers = append(w.Consumers, c)
	}
	for i := range w.Consumers {
		c := &w.Consumers[i]
		c.Reprocess = min(c.Reprocess, w.Retention, 2*unit.Day) // so that replays are short
		c.Outage = min(c.Outage, w.Retention)
	}
	return w
}

// breached returns what a workload's scenario breaches on a capacity.
func breached(t *testing.T, w *model.Workload, c replay.Capacity) map[string]bool {
	s := replay.Setup{Limits: &limits, Workload: w}
	s.Traffic, s.Incidents = replay.Scenario(w)
	result, err := s.Run(t.Context(), c, 0)
	if err != nil {
		t.Fatal(err)
	}
	list := map[string]bool{}
	for _, b := range s.Breaches(&result, 0) {
		list[b.ID+" "+string(b.Consumer.Value)] = true
	}
	return list
}

// No advice makes a constraint of its plan fail, or a replay that the plan itself holds; each
// saves a shard or a hundredth of the cost, or makes a workload fit.
func TestNoAdviceFails(t *testing.T) {
	b := &review.Basis{Limits: &limits, Tariff: prices()}
	n := modeltest.NightlyDraws(2000)
	for seed := range n {
		w := rapid.Custom(drawAdvised).Example(seed)
		if checkAdvice(t, b, &w); t.Failed() {
			t.Fatalf("workload %d: %+v", seed, w)
		}
	}
}

// inTodaysShards reports whether a breach is of a consumer that has a backlog in shards that
// are known: the scenario of this test has none of those.
func inTodaysShards(w *model.Workload, breach string) bool {
	return w.CurrentShards > 0 && slices.ContainsFunc(w.Consumers, func(c model.Consumer) bool {
		return (c.Backlog > 0 || c.Behind > 0) && breach == "catch-up "+string(c.Name)
	})
}

func checkAdvice(t *testing.T, b *review.Basis, w *model.Workload) {
	p, err := review.Plan(t.Context(), b, w)
	if err != nil {
		t.Fatal(err)
	}
	base := map[string]bool{}
	if p.Feasible {
		base = breached(t, w, replay.Capacity{Shards: float64(p.Shards.Recommended)})
	}
	for i := range p.Advice {
		a := &p.Advice[i]
		if p.Feasible && a.Shards >= p.Shards.Recommended && a.Saves.Value*100 < p.Cost.Value.Monthly {
			t.Errorf("%s saves %v of %v", a.ID, a.Saves.Value, p.Cost.Value.Monthly)
		}
		for _, c := range a.Carried {
			s := calc.NewSizing(calc.LimitsIn(&limits, a.Mode), c.Workload)
			needs := s.Solve(nil)
			capacity := replay.Capacity{Shards: float64(c.Shards), OnDemand: a.Mode != model.Provisioned}
			if !s.Fits(needs) {
				t.Errorf("%s: %+v", a.ID, s.Infeasible(needs))
			}
			if _, recommended := calc.Counts(needs); !capacity.OnDemand && c.Shards < recommended {
				t.Errorf("%s: %d shards, the formulas ask for %d", a.ID, c.Shards, recommended)
			}
			for breach := range breached(t, c.Workload, capacity) {
				if inTodaysShards(w, breach) {
					continue
				}
				if !base[breach] || capacity.OnDemand {
					t.Errorf("%s (%s): %s", a.ID, a.Change, breach)
				}
			}
		}
	}
}
