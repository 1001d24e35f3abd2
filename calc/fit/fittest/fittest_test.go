package fittest

import (
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/kcalc/kcalc/model"
)

func bursting() *Stream {
	return &Stream{
		Seed: 7, Start: time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC), Parts: []Part{{Length: 2 * time.Hour, Period: time.Minute}},
		Rate: 2500, Size: 100, Noise: 0.05,
		Shards: Shards{Loads: []float64{1.5, 1, 0.5}, Metrics: true, Burst: 1.4, Retry: 0.5},
	}
}

func sum(t *testing.T, h *model.History, level model.Level, metric, of string) float64 {
	t.Helper()
	s := h.Find(model.SeriesID{Level: level, Metric: metric, Owner: of})
	if s == nil {
		t.Fatalf("no %s of %s %q", metric, level, of)
	}
	var total float64
	for p := range s.Points() {
		total += p.Value
	}
	return total
}

// The same specification makes the same history, another seed another one.
func TestSeeds(t *testing.T) {
	a, b := bursting().History(), bursting().History()
	if !reflect.DeepEqual(a, b) {
		t.Error("two histories of one specification differ")
	}
	other := bursting()
	other.Seed++
	if reflect.DeepEqual(a.Series, other.History().Series) {
		t.Error("two seeds make one history")
	}
}

// No shard takes more than its limit, what the shards took is what the stream did,
// and what was not sent again is what came less what was taken.
func TestNothingIsLost(t *testing.T) {
	s := bursting()
	s.Noise, s.Shards.Retry = 0, 0
	h := s.History()
	for _, metric := range []string{model.IncomingRecords, model.WriteThrottled} {
		var total float64
		for i := range s.Shards.Loads {
			total += sum(t, h, model.ShardLevel, metric, s.Shards.id(i))
		}
		if of := sum(t, h, model.StreamLevel, metric, ""); math.Abs(of-total) > 1e-6*of || of == 0 {
			t.Errorf("%s: %v, of the shards %v", metric, of, total)
		}
	}
	came := sum(
		t,
		h,
		model.StreamLevel,
		model.IncomingRecords,
		"",
	) + sum(
		t,
		h,
		model.StreamLevel,
		model.WriteThrottled,
		"",
	)
	if want := s.Rate * s.end().Sub(s.Start).Seconds(); math.Abs(came-want) > 1e-6*want {
		t.Errorf("%v records came, want %v", came, want)
	}
	for p := range h.Find(model.SeriesID{Level: model.ShardLevel, Metric: model.IncomingRecords, Owner: s.Shards.id(0)}).Points() {
		if p.Rate() > shardRecords {
			t.Fatalf("a shard took %v records/s", p.Rate())
		}
	}
}

// The busiest second of each minute is as busy as the burst says: with a limit just
// above it nothing is rejected, and just below something is in every minute.
func TestBurst(t *testing.T) {
	for rate, rejects := range map[float64]bool{1000 / 1.4 * 0.999: false, 1000 / 1.4 * 1.001: true} {
		s := bursting()
		s.Rate, s.Noise, s.Shards.Loads, s.Shards.Count = rate, 0, nil, 1
		for p := range s.History().Find(model.SeriesID{Level: model.StreamLevel, Metric: model.WriteThrottled}).Points() {
			if (p.Value > 0) != rejects {
				t.Fatalf("at %v records/s %v are rejected", rate, p.Value)
			}
		}
	}
}

// The peak is the highest of the curve, and of its end.
func TestPeak(t *testing.T) {
	s := &Stream{Start: bursting().Start, Parts: []Part{{Length: 48 * time.Hour, Period: time.Hour}}, Rate: 100,
		Waves: []Wave{{PerDay: 1, Amplitude: 0.5, Hour: 6}}}
	if got := s.Peak(); math.Abs(got-150) > 1e-9 {
		t.Errorf("%v, want 150", got)
	}
	s.Growth = 0.1
	if got := s.Peak(); math.Abs(got-150*1.1*1.1) > 1e-9 {
		t.Errorf("growing: %v, want %v", got, 150*1.1*1.1)
	}
	s.Growth = -0.1
	if got, want := s.Peak(), 150*math.Pow(0.9, 0.25); math.Abs(got-want) > 0.5 || got < want {
		t.Errorf("shrinking: %v, want %v", got, want)
	}
}
