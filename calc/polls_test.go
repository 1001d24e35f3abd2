package calc

import (
	"math/bits"
	"testing"

	"github.com/kcalc/kcalc/calc/calctest"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"pgregory.net/rapid"
)

// drawPolling draws up to twelve consumers that poll at all intervals, some of them
// functions, some with a delay bound or enhanced fan-out.
func drawPolling(t *rapid.T) model.Workload {
	w := model.NewWorkload()
	w.Producer.RecordSize, w.Producer.Average, w.Producer.Peak = 1024, 100, 100
	for i := range rapid.IntRange(0, 12).Draw(t, "consumers") {
		c := model.NewConsumer(model.Name("c" + unit.Count(i).String()))
		if rapid.Bool().Draw(t, "function") {
			c.Lambda = model.Lambda{BatchSize: 100, Duration: 1e8, ParallelizationFactor: 1}
		} else {
			c.PollInterval = calctest.DrawDuration(t, "poll", model.ShortestPoll, model.LongestPoll)
		}
		if rapid.IntRange(0, 3).Draw(t, "bound") == 0 {
			c.LatencyBound, c.Latency = model.DelayBound, calctest.DrawDuration(t, "latency", 100e6, 20e9)
		}
		if rapid.IntRange(0, 5).Draw(t, "fan-out") == 0 {
			c.Type = model.EnhancedFanOut
		}
		w.Consumers = append(w.Consumers, c)
	}
	return w
}

// polls reports, the long way round, whether a shard serves the standard consumers of a
// workload, and none is later than its delay bound.
func polls(w *model.Workload) bool {
	var calls float64
	for i := range w.Consumers {
		c := &w.Consumers[i]
		if c.Type != model.Standard {
			continue
		}
		calls += float64(unit.Duration(1e9)) / float64(c.PollInterval)
		if c.LatencyBound == model.DelayBound && c.Latency > 0 && c.PollInterval > c.Latency {
			return false
		}
	}
	return calls <= 5*(1+1e-12)
}

// The fewest that move are as few as among all 2^n ways to move some, and move enough.
func TestFewestToFanOutEqualsBruteForce(t *testing.T) {
	limits := model.PublishedLimits()
	rapid.Check(t, func(t *rapid.T) {
		w := drawPolling(t)
		s := NewSizing(&limits, &w)
		moves := s.FewestToFanOut()
		after := calctest.Clone(w)
		for _, i := range moves {
			if after.Consumers[i].Type != model.Standard {
				t.Fatalf("%d has enhanced fan-out", i)
			}
			after.Consumers[i].Type = model.EnhancedFanOut
		}
		if !polls(&after) {
			t.Fatalf("%v are not enough", moves)
		}
		for mask := range 1 << len(w.Consumers) {
			if bits.OnesCount(uint(mask)) >= len(moves) {
				continue
			}
			trial := calctest.Clone(w)
			for i := range trial.Consumers {
				if mask>>i&1 == 1 {
					trial.Consumers[i].Type = model.EnhancedFanOut
				}
			}
			if polls(&trial) {
				t.Fatalf("%b is enough, not the %d of %v", mask, len(moves), moves)
			}
		}
	})
}

// Where an interval is offered, all that can poll less often do, it is enough, and one
// millisecond less is not; it is one that the input takes.
func TestSlowerPollIsTheLeast(t *testing.T) {
	limits := model.PublishedLimits()
	rapid.Check(t, func(t *rapid.T) {
		w := drawPolling(t)
		s := NewSizing(&limits, &w)
		every := s.SlowerPoll()
		if every == 0 || !s.TooManyCalls() {
			return
		}
		if every < model.ShortestPoll || every > model.LongestPoll {
			t.Fatalf("%v is no interval that a consumer may have", every)
		}
		for _, at := range []unit.Duration{every, every - 1e6} {
			slow := calctest.Clone(w)
			for i := range slow.Consumers {
				if c := &slow.Consumers[i]; c.Type == model.Standard && c.Lambda.BatchSize == 0 {
					c.PollInterval = max(c.PollInterval, at)
				}
				slow.Consumers[i].Latency = 0
			}
			if polls(&slow) != (at == every) {
				t.Fatalf("every %v, of %v: %v", at, every, polls(&slow))
			}
		}
	})
}

// Five polls a second a stream, of which k − 1 are the relays': 4k + 1 consumers.
func TestRelayStreams(t *testing.T) {
	limits := model.PublishedLimits()
	for consumers, want := range map[int]int{1: 0, 5: 0, 6: 2, 9: 2, 10: 3, 13: 3, 25: 6, 26: 7, 29: 7} {
		w := model.NewWorkload()
		for i := range consumers {
			w.Consumers = append(w.Consumers, model.NewConsumer(model.Name("c"+unit.Count(i).String())))
		}
		if s := NewSizing(&limits, &w); s.RelayStreams() != want {
			t.Errorf("%d consumers: %d streams, want %d", consumers, s.RelayStreams(), want)
		}
		w.Consumers[0].PollInterval = 500e6
		if s := NewSizing(&limits, &w); s.RelayStreams() != 0 {
			t.Errorf("one polls twice a second: %d streams", s.RelayStreams())
		}
	}
}
