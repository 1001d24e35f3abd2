package replay_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// What a step needs to be written is what a run of that step alone uses of its shards,
// with and without parts, skew, bursts and aggregation.
func TestNeedsOfWrites(t *testing.T) {
	limits := model.PublishedLimits()
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 21))
		w := model.NewWorkload()
		w.Producer.Skew, w.Producer.Burst = unit.Factor(1+r.Float64()), unit.Factor(1+2*r.Float64())
		if r.IntN(3) == 0 {
			w.Producer.Aggregation = model.DefaultAggregation()
		}
		traffic := &replay.Traffic{Steps: []float64{60, 300, 30}}
		ends := []float64{0, 1}
		if r.IntN(2) == 0 {
			ends = []float64{0, 0.2 + 0.5*r.Float64(), 1}
		}
		for i := range len(ends) - 1 {
			p := replay.Part{From: ends[i], To: ends[i+1]}
			for range traffic.Steps {
				rate := 8000 * r.Float64()
				p.Flows = append(p.Flows, replay.Flow{Records: rate, Bytes: rate * 2000 * r.Float64()})
			}
			traffic.Parts = append(traffic.Parts, p)
		}
		shards := float64(4 + r.IntN(80))
		s := replay.Setup{Limits: &limits, Workload: &w, Traffic: traffic}
		for step, need := range s.Needs(shards) {
			alone := &replay.Traffic{Steps: traffic.Steps[step : step+1]}
			for _, p := range traffic.Parts {
				alone.Parts = append(alone.Parts, replay.Part{From: p.From, To: p.To, Flows: p.Flows[step : step+1]})
			}
			one := replay.Setup{Limits: &limits, Workload: &w, Traffic: alone}
			result, err := one.Run(context.Background(), replay.Capacity{Shards: shards}, 0)
			if want := shards * result.WriteUtilization; err != nil || math.Abs(need/want-1) > 1e-9 {
				t.Fatalf("seed %d, step %d: %v, want %v, %v", seed, step, need, want, err)
			}
		}
	}
}

// A consumer of 500 records/s a shard needs 1,500 ÷ 500 = 3 shards; two that poll share
// 2 MiB/s, of 2,000 B records at 1,500 a second 2·3,000,000 ÷ 2,097,152 = 2.861; and the
// mean load of a minute at 3,000 and a minute at 1,000 is that of 2,000, if there are two
// minutes to keep up, or a day.
func TestNeedsOfConsumers(t *testing.T) {
	limits := model.PublishedLimits()
	traffic := func(rates ...float64) *replay.Traffic {
		out := &replay.Traffic{Parts: []replay.Part{{To: 1}}}
		for _, rate := range rates {
			out.Steps = append(out.Steps, 60)
			out.Parts[0].Flows = append(out.Parts[0].Flows, replay.Flow{Records: rate, Bytes: 2000 * rate})
		}
		return out
	}
	consumer := func(change func(*model.Consumer)) model.Consumer {
		c := model.NewConsumer("a")
		change(&c)
		return c
	}
	slow := consumer(func(c *model.Consumer) { c.Speed = 500 })
	patient := consumer(func(c *model.Consumer) { c.Speed, c.Latency = 250, 120e9 })
	lambda := consumer(func(c *model.Consumer) {
		c.Type = model.EnhancedFanOut
		c.Lambda = model.Lambda{BatchSize: 100, Duration: 1e9, ParallelizationFactor: 2}
	})
	for name, c := range map[string]struct {
		traffic   *replay.Traffic
		consumers []model.Consumer
		average   bool
		want      []float64
	}{
		"none":           {traffic(1500), nil, false, []float64{2000 * 1500 / 1048576.0}},
		"slow":           {traffic(1500), []model.Consumer{slow}, false, []float64{3}},
		"function":       {traffic(1500), []model.Consumer{lambda}, false, []float64{7.5}},
		"four poll":      {traffic(1500), make([]model.Consumer, 4), false, []float64{4 * 2000 * 1500 / 2097152.0}},
		"at once":        {traffic(3000, 1000), []model.Consumer{slow}, false, []float64{6, 2}},
		"patient":        {traffic(3000, 1000), []model.Consumer{patient}, false, []float64{12, 8}},
		"for the day":    {traffic(3000, 1000), []model.Consumer{slow}, true, []float64{6, 4}},
		"nothing at all": {traffic(0), []model.Consumer{slow, lambda}, false, []float64{0}},
	} {
		w := model.NewWorkload()
		for i := range c.consumers {
			if c.consumers[i].Name == "" {
				c.consumers[i] = model.NewConsumer(model.Name(string(rune('a' + i))))
			}
		}
		if w.Consumers = c.consumers; c.average {
			w.SizeReadsFor = model.ReadAverage
		}
		s := replay.Setup{Limits: &limits, Workload: &w, Traffic: c.traffic}
		for step, got := range s.Needs(20) {
			if math.Abs(got-c.want[step]) > 1e-9 {
				t.Errorf("%s, step %d: %v, want %v", name, step, got, c.want[step])
			}
		}
	}
}
