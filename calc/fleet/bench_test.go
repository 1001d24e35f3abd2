package fleet_test

import (
	"testing"
	"time"

	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/fleet"
	"github.com/kcalc/kcalc/calc/fleet/fleettest"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
)

// BenchmarkLook is what a fleet takes of a stream once its file is read: the fit of its history and the look at it,
// of one stream of each kind over a fortnight.
func BenchmarkLook(b *testing.B) {
	for name, period := range map[string]time.Duration{"minutes": time.Minute, "hours": time.Hour} {
		b.Run(name, func(b *testing.B) {
			var streams []*model.History
			points := 0
			for i := range fleettest.Kinds() {
				_, h := fleettest.Stream(1, i, period)
				streams = append(streams, h)
				for k := range h.Series {
					_, periods := h.Series[k].Count()
					points += periods
				}
			}
			for b.Loop() {
				for _, h := range streams {
					look(b, h)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(points), "ns/point")
		})
	}
}

// look looks at a stream as the program does.
func look(b *testing.B, h *model.History) {
	e := fit.Fit(h, &limits)
	w, inputs, err := review.Workload(&limits, &e, input.Declaration{})
	if err != nil {
		b.Fatal(err)
	}
	w.Region, w.Stream = h.Region, h.Stream
	basis := review.Basis{Limits: &limits, History: h, Evidence: &e, Inputs: inputs, Tariff: prices()}
	if _, err := fleet.Look(b.Context(), &fleet.Subject{Basis: &basis, Workload: &w}); err != nil {
		b.Fatal(err)
	}
}
