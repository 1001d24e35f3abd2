package replay_test

import (
	"testing"

	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

func TestPollInterval(t *testing.T) {
	// Wants of 1, 2, 4 and 0.1 calls of five: (5 − 0.1 − 1)/2 are left for two each.
	delays := func(seconds ...float64) (got []float64) {
		s := written(stepsOf(100, 100, 1))
		for i, interval := range seconds {
			c := reads(model.Name(rune('a'+i)), 0)
			c.PollInterval = unit.Duration(interval * 1e9)
			s.Workload.Consumers = append(s.Workload.Consumers, c)
		}
		for _, c := range runs(s, 3).Consumers {
			got = append(got, c.Delay, c.ApartFromIncidents.Delay)
		}
		return got
	}
	for i, want := range []float64{1, 1, 1 / 1.95, 1 / 1.95, 1 / 1.95, 1 / 1.95, 10, 10} {
		expect(t, "different polls", delays(1, 0.5, 0.25, 10)[i], want)
	}
	for _, got := range delays(1, 1, 1, 1, 1, 1, 1, 1, 1, 1) {
		expect(t, "ten polls a second", got, 2)
	}
}

// A record that is read right before a stop has waited for its poll as well.
func TestPollDelayBeforeStop(t *testing.T) {
	// At 60 s it reads what was written at 30 s, and asks every 5 s. It then stops for
	// good: what is next has waited for 31 s in the end.
	s := withIncidents(
		written(stepsOf(60, 1000, 1, 1, 0, 1), reads("a", 500)),
		replay.Incident{Kind: replay.Stop, Consumer: "a", At: 60, For: 100},
	)
	s.Workload.Consumers[0].PollInterval = 5e9
	expect(t, "delay", runs(s, 1).Consumers[0].Delay, 35)
}

func TestPollsReturnSoMuch(t *testing.T) {
	catchUp := func(size float64) float64 {
		s := stopAll(written(stepsOf(500, 400, size), reads("a", 0)), 100)
		s.Workload.Consumers[0].PollInterval = 10e9
		return runs(s, 1).Consumers[0].CatchUp
	}
	// 10,000 in 10 s drain at 1,000 − 400, and 10 MiB at 1,024 − 400 a second.
	expect(t, "records", catchUp(1), 40_000/600.0)
	expect(t, "bytes", catchUp(kib), 40_000/600.0) // 1,024 are above the 1,000
	expect(t, "bytes that hold", catchUp(2*kib), 40_000/(512-400.0))
}

func TestFunction(t *testing.T) {
	catchUp := func(size float64, fn model.Lambda, packs bool) float64 {
		s := stopAll(written(stepsOf(1000, 2, size), reads("fn", 0)), 55)
		s.Workload.Consumers[0].Lambda = fn
		if packs {
			s.Workload.Producer.Aggregation = model.Aggregation{Producers: 1, MaxSize: 51_200, Buffer: 500e6}
		}
		return runs(s, 1).Consumers[0].CatchUp
	}
	// ⌊6 MiB ÷ (4/3·150,000 + 300)⌋ = 31 in 10 s drain at 3.1 − 2 a second.
	expect(
		t,
		"payload",
		catchUp(150_000, model.Lambda{BatchSize: 100, Duration: 10e9, ParallelizationFactor: 1}, false),
		100,
	)
	// ⌊6 MiB ÷ (4/3·300 + 300)⌋ = 8,987 of at most 10,000, in 1,000 s, drain at 8.987 − 2 a
	// second.
	expect(
		t,
		"envelopes",
		catchUp(300, model.Lambda{BatchSize: 10_000, Duration: 1000e9, ParallelizationFactor: 1}, false),
		110/6.987,
	)
	// Batches of 10 in 2.5 s, 2 at a time, drain at 8 − 2 a second; of aggregates one
	// at a time: those of two records are 4 − 1 a second of 55.
	parallel := model.Lambda{BatchSize: 10, Duration: 2_500_000_000, ParallelizationFactor: 2}
	expect(t, "parallel", catchUp(1, parallel, false), 110/6.0)
	expect(t, "aggregates", catchUp(1, parallel, true), 55/3.0)
}

func TestFanOut(t *testing.T) {
	// Each has 2 MiB/s for itself: 2,048 − 256 a second drain, whatever the others do.
	// A record is pushed within 70 ms.
	s := stopAll(written(stepsOf(1000, 256, kib), reads("a", 0), reads("b", 0), reads("c", 0)), 100)
	for i := range 2 {
		s.Workload.Consumers[i].Type = model.EnhancedFanOut
	}
	r := runs(s, 1)
	for i := range 2 {
		expect(t, "catch-up", r.Consumers[i].CatchUp, 25_600/1792.0)
		expect(t, "delay", r.Consumers[i].Delay, 100.07)
		expect(t, "usual delay", r.Consumers[i].ApartFromIncidents.Delay, 0.07)
	}
}
