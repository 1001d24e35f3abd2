package replay_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// segmentIterator is traffic of a daily curve with noise, in steps of so many seconds.
func segmentIterator(days int, step float64) *replay.Traffic {
	random := rand.New(rand.NewPCG(1, 2))
	n := int(float64(days) * 86400 / step)
	t := &replay.Traffic{Parts: []replay.Part{{To: 1}}}
	for i := range n {
		phase := 2 * math.Pi * float64(i) * step / 86400
		rate := 12_000 * (1 + 0.5*math.Sin(phase)) * math.Exp(0.05*random.NormFloat64())
		if i%997 < 5 {
			rate *= 1.8
		}
		size := 600 * math.Exp(0.03*random.NormFloat64())
		t.Steps = append(t.Steps, step)
		t.Parts[0].Flows = append(t.Parts[0].Flows, replay.Flow{Records: rate, Bytes: rate * size})
	}
	return t
}

// tenConsumers are two that poll and eight with enhanced fan-out, of which the
// slowest has a speed, and each next one more.
func tenConsumers(speed, more unit.RecordsPerSecond) *model.Workload {
	w := model.NewWorkload()
	for i := range 10 {
		c := model.NewConsumer(model.Name(fmt.Sprintf("c%d", i)))
		c.Speed, c.Latency, c.PollInterval = speed+unit.RecordsPerSecond(i)*more, 60e9, 2e9
		if i >= 2 {
			c.Type = model.EnhancedFanOut
		}
		w.Consumers = append(w.Consumers, c)
	}
	return &w
}

func BenchmarkRun(b *testing.B) {
	limits := model.PublishedLimits()
	two := segmentIterator(14, 60)
	quick, slow := tenConsumers(1000, 100), tenConsumers(520, 40) // of 480 records/s a shard in the mean, 720 at the peak
	skewed := tenConsumers(1000, 100)
	skewed.Producer.Skew = 1.2
	for _, bench := range []struct {
		name     string
		traffic  *replay.Traffic
		workload *model.Workload
		shards   float64
	}{
		{"14d of minutes, holds", two, quick, 36},
		{"14d of minutes, surges throttle", two, quick, 20},
		{"14d of minutes, days throttle", two, quick, 15},
		{"14d of minutes, never catches up", two, quick, 11},
		{"14d of minutes, consumers behind every day", two, slow, 25},
		{"28d of minutes, surges throttle", segmentIterator(28, 60), quick, 20},
		{"14d of minutes, hottest and rest, surges throttle", two, skewed, 24},
		{"455d of hours", segmentIterator(455, 3600), quick, 20},
	} {
		s := replay.Setup{Limits: &limits, Workload: bench.workload, Traffic: bench.traffic}
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				must(s.Run(context.Background(), replay.Capacity{Shards: bench.shards}, 0))
			}
		})
	}
}

func BenchmarkFewest(b *testing.B) {
	limits := model.PublishedLimits()
	s := replay.Setup{Limits: &limits, Workload: tenConsumers(1000, 100), Traffic: segmentIterator(14, 60)}
	b.ReportAllocs()
	for b.Loop() {
		replay.Fewest(1, 10_000, func(n int) bool {
			r := must(s.Run(context.Background(), replay.Capacity{Shards: float64(n)}, 0))
			return len(s.Breaches(&r, 0.0001)) == 0
		})
	}
}
