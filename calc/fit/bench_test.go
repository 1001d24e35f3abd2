package fit

import (
	"testing"
	"time"

	"github.com/kcalc/kcalc/calc/fit/fittest"
	"github.com/kcalc/kcalc/model"
)

// wide is a stream with twelve series, some of whose minutes are throttled.
func wide(part fittest.Part) *model.History {
	s := plants[0].stream(2)
	s.Parts = []fittest.Part{part}
	s.Consumers = fittest.Consumers{
		Standard:       2,
		EnhancedFanOut: []model.FanOutConsumer{{Name: "audit"}, {Name: "search"}},
		Functions: []model.Function{
			{Name: "enrich", State: "Enabled", BatchSize: 100},
			{Name: "index", State: "Enabled", BatchSize: 500},
		},
		Duration: 300 * time.Millisecond,
	}
	h := s.History()
	rejected := h.Find(model.SeriesID{Level: model.StreamLevel, Metric: model.WriteThrottled}).Runs[0].Values
	for i := 700; i < len(rejected); i += 1440 {
		rejected[i] = 1000
	}
	return h
}

func bench(b *testing.B, h *model.History) {
	if len(h.Series) < 12 {
		b.Fatalf("%d series", len(h.Series))
	}
	b.ReportAllocs()
	for b.Loop() {
		Fit(h, &limits)
	}
}

func BenchmarkFit14DaysOfMinutes(b *testing.B) {
	bench(b, wide(fittest.Part{Length: 14 * day, Period: time.Minute}))
}

func BenchmarkFit455DaysOfHours(b *testing.B) {
	bench(b, wide(fittest.Part{Length: 455 * day, Period: time.Hour}))
}
