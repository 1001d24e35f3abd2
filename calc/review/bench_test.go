package review_test

import (
	"context"
	"testing"

	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/fit/fittest"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
)

// All of a review of two weeks of minutes, in twelve series and more: the fit, the formulas,
// the replay, and the odds of each count.
func BenchmarkReview14DaysOfMinutes(b *testing.B) {
	s := daily(14)
	s.Consumers = fittest.Consumers{
		Standard:       2,
		EnhancedFanOut: []model.FanOutConsumer{{Name: "audit"}, {Name: "search"}},
		Functions: []model.Function{{Name: "enrich", State: "Enabled", BatchSize: 100},
			{Name: "index", State: "Enabled", BatchSize: 500}},
	}
	s.Surges = []fittest.Surge{{Start: begin.Add(9 * day), Length: 20 * 60e9, Times: 3}}
	h := history(s, 40)
	if len(h.Series) < 12 {
		b.Fatalf("%d series", len(h.Series))
	}
	b.ReportAllocs()
	for b.Loop() {
		e := fit.Fit(h, &limits)
		w, inputs, err := review.Workload(&limits, &e, input.Declaration{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := review.New(context.Background(), &review.Basis{Limits: &limits, History: h, Evidence: &e, Inputs: inputs,
			Tariff: prices()}, &w); err != nil {
			b.Fatal(err)
		}
	}
}
