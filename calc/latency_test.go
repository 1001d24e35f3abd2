package calc

import (
	"math"
	"testing"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"pgregory.net/rapid"
)

// phase is a time in which records arrive at one rate and a consumer can drain
// another. The last phase of a history has no end.
type phase struct {
	length, arrive, drain float64
}

// history is what happens to a consumer whose records flow like water, exactly:
// rates are constant within a phase, so the backlog is linear in it, and it
// empties in the last one.
//
// emptied is the time from the start of the last phase until there is no
// backlog. longest is the longest that any record waits: at the end of each
// phase the one that arrives last has the whole backlog before it.
func history(backlog float64, phases ...phase) (emptied, longest float64) {
	last := phases[len(phases)-1]
	for _, p := range phases[:len(phases)-1] {
		backlog = max(0, backlog+(p.arrive-p.drain)*p.length)
		longest = max(longest, backlog/last.drain)
	}
	if backlog == 0 {
		return 0, longest
	}
	return backlog / (last.drain - last.arrive), longest
}

// drawStream draws a stream with a peak, a surge of at least 5 % more, and
// others that read besides the consumer c that it tests.
func drawStream(t *rapid.T) model.Workload {
	w := workload(unit.Bytes(drawLog(t, "size", 250, 1e5)), 0, unit.RecordsPerSecond(drawLog(t, "peak", 1, 1e6)))
	p := &w.Producer
	p.Average = p.Peak * unit.RecordsPerSecond(rapid.Float64Range(0.1, 1).Draw(t, "average ÷ peak"))
	p.Surge.Throughput = p.Peak * unit.RecordsPerSecond(rapid.Float64Range(1.05, 20).Draw(t, "surge ÷ peak"))
	p.Surge.Duration = drawDuration(t, "surge", second, hour)
	p.Skew = unit.Factor(drawFactor(t, "skew", 5))
	w.Consumers = []model.Consumer{with("c", latency(drawDuration(t, "latency", 100*millisecond, hour)))}
	for _, name := range []model.Name{"d", "e", "f"}[:rapid.IntRange(0, 3).Draw(t, "others")] {
		w.Consumers = append(w.Consumers, with(name))
	}
	return w
}

// flows are the rates of the stream.
func flows(w *model.Workload) (average, peak, surge, d float64) {
	p := &w.Producer
	return float64(p.Average), float64(p.Peak), float64(p.Surge.Throughput), p.Surge.Duration.Seconds()
}

// alike is how many shards drain the stream as fast as a number of them does of which
// the hottest gets κ times the mean, but not more than everything.
func alike(w *model.Workload, shards float64) float64 {
	return shards / min(float64(w.Producer.Skew), max(1, shards))
}

// drawBottleneck makes the consumer's speed or, for a standard one, its even
// share of each shard's 2 MiB/s what it drains, and returns that per shard.
func drawBottleneck(t *rapid.T, w *model.Workload) float64 {
	if rapid.Bool().Draw(t, "by speed") {
		w.Consumers[0].Type = model.EnhancedFanOut
		w.Consumers[0].Speed = unit.RecordsPerSecond(drawLog(t, "speed", 1, 1e5))
		return float64(w.Consumers[0].Speed)
	}
	return 2 * mebibyte / float64(len(w.Consumers)) / float64(w.Producer.RecordSize)
}

// On as many shards as the need says, a surge is caught up with in the
// acceptable latency to the second, counted from its end.
func TestRecoveryTakesTheLatency(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawStream(t)
		perShard := drawBottleneck(t, &w)
		_, peak, surge, d := flows(&w)
		drained := alike(&w, solved(&w)["acceptable-latency.c"].Full) * perShard
		emptied, _ := history(0, phase{d, surge, drained}, phase{0, peak, drained})
		wantTime(t, "acceptable-latency.c, recovery", emptied, w.Consumers[0].Latency)
	})
}

// With the delay bound no record waits longer than the latency, its poll included;
// where the surge decides, the one written at its end waits just so long. Where the peak does,
// the consumer drains it and no record waits too long.
func TestDelayIsTheLatency(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawStream(t)
		perShard := drawBottleneck(t, &w)
		c := &w.Consumers[0]
		c.LatencyBound = model.DelayBound
		_, peak, surge, d := flows(&w)
		drained := alike(&w, solved(&w)["acceptable-latency.c"].Full) * perShard
		_, longest := history(0, phase{d, surge, drained}, phase{0, peak, drained})
		left := second // of which a poll, or a push, takes its part
		if c.Type == model.EnhancedFanOut {
			left = 70 * millisecond
		}
		left = max(0, c.Latency-left)
		if drained > peak*(1+1e-9) {
			wantTime(t, "acceptable-latency.c, longest wait", longest, left)
			return
		}
		if drained < peak*(1-1e-9) || longest > left.Seconds()*(1+1e-9)+1e-9 {
			t.Fatalf("drains %v of %v, longest wait %v of %v", drained, peak, longest, c.Latency)
		}
	})
}

// After an outage at the peak, and in a replay of average traffic, the consumer
// catches up in the time allowed; the other standard consumers keep up with the
// peak meanwhile, and enhanced fan-out has 2 MiB/s of its own.
func TestCatchingUpTakesTheTimeAllowed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawStream(t)
		c := &w.Consumers[0]
		c.Outage = drawDuration(t, "outage", second, unit.Day)
		c.Reprocess = drawDuration(t, "replay", second, unit.Week)
		c.CatchUp = drawDuration(t, "catch up", second, unit.Day)
		w.Retention = unit.Week
		average, peak, _, _ := flows(&w)
		drains := drawCatchUp(t, &w)
		needs := solved(&w)

		down := drains(alike(&w, needs["acceptable-latency.c.outage"].Full))
		emptied, _ := history(0, phase{c.Outage.Seconds(), peak, 0}, phase{0, peak, down})
		wantTime(t, "acceptable-latency.c.outage", emptied, c.CatchUp)

		again := drains(alike(&w, needs["acceptable-latency.c.reprocess"].Full))
		emptied, _ = history(average*c.Reprocess.Seconds(), phase{0, peak, again})
		wantTime(t, "acceptable-latency.c.reprocess", emptied, c.CatchUp)
	})
}

// drawCatchUp makes one thing the bottleneck and returns what the consumer
// drains on a number of shards.
func drawCatchUp(t *rapid.T, w *model.Workload) func(shards float64) float64 {
	c, size := &w.Consumers[0], float64(w.Producer.RecordSize)
	_, peak, _, _ := flows(w)
	switch rapid.IntRange(0, 2).Draw(t, "bottleneck") {
	case 0: // so slow that bandwidth does not matter
		c.Speed = unit.RecordsPerSecond(2 * mebibyte / size / 10)
		return func(shards float64) float64 { return shards * float64(c.Speed) }
	case 1:
		c.Type = model.EnhancedFanOut
		return func(shards float64) float64 { return shards * 2 * mebibyte / size }
	}
	others := float64(len(w.Consumers) - 1)
	return func(shards float64) float64 { return shards*2*mebibyte/size - others*peak }
}

// wantTime allows for what is lost when a rate is taken off one that is nearly
// the same.
func wantTime(t *rapid.T, what string, got float64, want unit.Duration) {
	t.Helper()
	if s := want.Seconds(); math.Abs(got-s) > 1e-9*max(s, 1) {
		t.Fatalf("%s takes %v s, want %v", what, got, s)
	}
}

// The example of the headline: 50,000/s for 10 s over a peak of 20,000/s, and
// 30 s to recover, is 27.5 consumers of 1,000/s; ComcastSamples/KinesisShardCalculator
// gives that. A record that waits up to 30 s, the last one polled for, needs 12.8.
func TestSurgeRates(t *testing.T) {
	if got := recoveryRate(500_000, 600_000, 10, 30); got != 27_500 {
		t.Errorf("recovery: %v", got)
	}
	if got := delayRate(500_000, 10, 29); math.Round(got) != 12_821 {
		t.Errorf("delay: %v", got)
	}
	if got := surgeDelay(50_000, 12_500, 10); got != 30 {
		t.Errorf("longest wait: %v", got)
	}
}

// Without a surge a latency asks that a consumer keeps up with the peak, by its speed
// and with its bandwidth; of enhanced fan-out whose speed is not known it asks nothing.
// An outage and a replay need no surge (model.md).
func TestLatencyWithoutASurge(t *testing.T) {
	for _, bound := range []model.LatencyBound{model.RecoveryBound, model.DelayBound} {
		c := with("c", latency(5*second), speed(10))
		c.LatencyBound = bound
		w := workload(20_000, 50, 500, c, with("d"), with("e"))
		w.Producer.PartitionKeySize, w.SizeReadsFor = 36, model.ReadAverage
		if got := solved(&w)["acceptable-latency.c"].Full; got != 50 {
			t.Errorf("%s: %v, want 500/10", bound, got)
		}
		w.Consumers[0].Speed = 0
		got := solved(&w)["acceptable-latency.c"].Full
		if want := 3 * 500 * 20_036.0 / (2 * mebibyte); math.Abs(got-want) > 1e-9 {
			t.Errorf("%s: %v, want %v", bound, got, want)
		}
		w.Consumers[0].Type = model.EnhancedFanOut
		if got := solved(&w)["acceptable-latency.c"].Full; got != 0 {
			t.Errorf("%s, enhanced fan-out: %v", bound, got)
		}
	}
	w := workload(100, 10, 10, with("c", latency(second), fanOut))
	w.Producer.Surge = model.Surge{Throughput: 1e6, Duration: hour}
	if got := solved(&w)["acceptable-latency.c"].Full; got != 0 {
		t.Errorf("a surge delays enhanced fan-out: %v", got)
	}
}
