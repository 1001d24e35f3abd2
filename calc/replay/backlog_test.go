package replay_test

import (
	"math"
	"testing"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"pgregory.net/rapid"
)

// backlogPlan returns a workload whose consumer has not read so many seconds of its
// traffic, on some shards, and may take a time to.
func backlogPlan(c model.Consumer, rate, behind float64, now unit.Count, within float64) model.Workload {
	w := model.NewWorkload()
	w.TargetUtilization, w.Retention = 1, 300*unit.Day
	w.Producer.RecordSize, w.Producer.Average, w.Producer.Peak = 1, unit.RecordsPerSecond(rate), unit.RecordsPerSecond(rate)
	c.Behind, c.CatchUp, c.PollInterval = unit.Duration(behind*1e9), unit.Duration(within*1e9), 1e9
	w.CurrentShards, w.Consumers = now, []model.Consumer{c}
	return w
}

// backlogNeed returns what acceptable-latency.backlog needs.
func backlogNeed(t rapid.TB, w *model.Workload) float64 {
	limits := model.PublishedLimits()
	for _, n := range calc.Solve(&limits, w, nil) {
		if n.Constraint.Topic == "acceptable-latency.backlog" {
			return n.Full
		}
	}
	t.Fatal("it needs nothing")
	return 0
}

// replayedBacklog returns how long the consumer of a workload takes to catch up where its
// shards of today become others at once.
func replayedBacklog(w *model.Workload, behind, to float64) float64 {
	rate, c := float64(w.Producer.Peak), w.Consumers[0]
	c.PollInterval = 0 // nothing is said of what calls return
	s := written(stepsOf(behind+2*w.Consumers[0].CatchUp.Seconds(), rate, 1), c)
	s.Workload.Retention = w.Retention
	s = withIncidents(s, replay.Incident{Kind: replay.Stop, Consumer: c.Name, For: behind})
	return resharded(s, float64(w.CurrentShards), behind, to).Consumers[0].CatchUp
}

// On exactly the shards that are needed the backlog of today's shards is read in the time
// that is allowed: 1 → 5 shards, 500/s, 600/s a shard and 20 h behind in 20 h, and random
// ones, whatever bounds the consumer.
func TestBacklogIsReadInTime(t *testing.T) {
	const hour = 3600.0
	five := backlogPlan(reads("a", 600), 500, 20*hour, 1, 20*hour)
	expect(t, "need", backlogNeed(t, &five), 5)
	expect(t, "1 to 5 shards", replayedBacklog(&five, 20*hour, 5), 20*hour)

	limits := model.PublishedLimits()
	s := calc.NewSizing(&limits, &five)
	expect(t, "caught up on 5", s.CaughtUp(&five.Consumers[0], 36e6, 5), 20*hour)
	expect(t, "caught up on 1", s.CaughtUp(&five.Consumers[0], 36e6, 1), 100*hour)

	rapid.Check(t, func(t *rapid.T) {
		now := unit.Count(rapid.IntRange(1, 20).Draw(t, "today"))
		speed := rapid.Float64Range(50, 900).Draw(t, "speed")
		rate := rapid.Float64Range(0.05, 0.95).Draw(t, "rate") * speed * float64(now)
		behind := math.Round(rapid.Float64Range(1, 100).Draw(t, "behind")) * hour
		c := reads("a", unit.RecordsPerSecond(speed))
		if rapid.Bool().Draw(t, "filters") {
			c.Filter = 0.5
			c.Speed /= 2
		}
		parents := rate * behind / (speed * float64(now))
		within := math.Round(parents * rapid.Float64Range(1.1, 5).Draw(t, "allowed"))
		w := backlogPlan(c, rate, behind, now, within)
		need := backlogNeed(t, &w)
		if got := replayedBacklog(&w, behind, need); !(math.Abs(got-within) <= 1e-6*within) {
			t.Fatalf("%d → %v shards: %v s, want %v", now, need, got, within)
		}
	})
}
