package review

import (
	"testing"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/calctest"
	"github.com/kcalc/kcalc/calc/cost"
	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/modeltest"
	"github.com/kcalc/kcalc/model/unit"
	"pgregory.net/rapid"
)

// The mode that heads a cost holds in its replay, as the command replay runs it, and by
// arithmetic: no consumer of a known speed processes less than what comes. No mode that
// costs less holds. Of 2,000 workloads, fewer with -short.
func TestCheapestModeHolds(t *testing.T) {
	limits := model.PublishedLimits()
	tariff := cost.Tariff{Catalogue: price.Embedded(), Hours: cost.HoursPerMonth}
	const draws = 2000
	heads := map[model.Mode]int{}
	for seed := range modeltest.NightlyDraws(draws) {
		w := rapid.Custom(drawJudged).Example(seed)
		b := Basis{Limits: &limits, Tariff: &tariff}
		got, err := Costs(t.Context(), &b, &w, &CostRequest{Modes: model.Modes()})
		if err != nil {
			t.Fatal(err)
		}
		if !got.Cheapest.Known {
			heads[""]++
			for _, m := range got.Modes {
				if m.Total.Known && holdsAs(t, &b, w, &m) {
					t.Errorf("%d: %s holds, and no mode is called the cheapest: %q", seed, m.Mode, m.WhyNot.Value)
				}
			}
			continue
		}
		heads[got.Cheapest.Value]++
		for i := range got.Modes {
			m := &got.Modes[i]
			if m.Total.Value > costOf(&got, got.Cheapest.Value) {
				continue
			}
			if holds := holdsAs(t, &b, w, m); holds != m.Carries.Value {
				t.Errorf("%d: %s with %v shards holds %v: carries %v, %q", seed, m.Mode, m.Shards, holds, m.Carries.Value,
					m.WhyNot.Value)
			}
			if m.Mode == got.Cheapest.Value && keepsLess(&limits, &w, m) {
				t.Errorf("%d: %s is the cheapest, and a consumer does not keep up", seed, m.Mode)
			}
		}
	}
	t.Log(heads)
	for _, mode := range []model.Mode{"", model.Provisioned, model.OnDemandStandard} {
		if heads[mode] == 0 {
			t.Errorf("%q never heads an answer: %v", mode, heads)
		}
	}
}

// costOf returns what a mode of an answer costs.
func costOf(c *model.Costs, mode model.Mode) unit.USD {
	for i := range c.Modes {
		if c.Modes[i].Mode == mode {
			return c.Modes[i].Total.Value
		}
	}
	return 0
}

// drawJudged draws a workload of up to some consumers, slow ones among them.
func drawJudged(t *rapid.T) model.Workload {
	w := calctest.DrawBilled(t)
	if len(w.Consumers) > 0 && rapid.Bool().Draw(t, "slow") {
		w.Consumers[0].Speed = unit.RecordsPerSecond(calctest.DrawLog(t, "speed", 1, 2000))
		w.Consumers[0].Lambda = model.Lambda{}
	}
	return w
}

// holdsAs reports whether a mode holds the scenario of a workload, and its plan has nothing
// against it. On-demand the stream has grown to twice the peak.
func holdsAs(t *testing.T, b *Basis, w model.Workload, m *model.Cost) bool {
	t.Helper()
	q := ReplayRequest{Mode: m.Mode, Writes: Wait}
	capacity := replay.Capacity{Shards: float64(m.Shards.Value), OnDemand: m.Mode != model.Provisioned}
	s := calc.NewSizing(calc.LimitsIn(b.Limits, m.Mode), &w)
	needs := s.Solve(nil)
	if !s.Fits(needs) {
		return false
	}
	if _, recommended := calc.Counts(needs); capacity.OnDemand {
		if len(cost.QuotaNotices(&s, recommended)) > 0 {
			return false
		}
		capacity.Shards = s.OnDemandShards(recommended)
	}
	r, err := newReplayer(t.Context(), b, &w, nil, &q)
	if err != nil {
		t.Fatal(err)
	}
	return r.run(capacity, 0).Holds
}

// keepsLess reports whether a consumer with a speed of its own processes less than the
// average, on the shards that a mode has: on-demand twice what the peak takes, and four at
// least.
func keepsLess(l *model.Limits, w *model.Workload, m *model.Cost) bool {
	if w.Producer.Aggregation.Producers > 0 || w.Producer.Skew > 1 {
		return false
	}
	p := &w.Producer
	size := float64(p.RecordSize + p.PartitionKeySize)
	shards := float64(m.Shards.Value)
	if m.Mode != model.Provisioned {
		shards = max(4, 2*float64(p.Peak)/1000, 2*float64(p.Peak)*size/(1<<20))
	}
	for i := range w.Consumers {
		if c := &w.Consumers[i]; c.Speed > 0 && float64(c.Speed)*shards < float64(p.Average)*(1-1e-9) {
			return true
		}
	}
	return false
}
