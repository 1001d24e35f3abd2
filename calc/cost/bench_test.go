package cost

import (
	"context"
	"testing"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/calctest"
	"github.com/kcalc/kcalc/model"
)

// BenchmarkTotals is what a month costs in all modes, as the many plans of a
// comparison are priced.
func BenchmarkTotals(b *testing.B) {
	tariff := monthly()
	calctest.EachWorkload(b, func(w *model.Workload) {
		for _, mode := range model.Modes() {
			if _, err := tariff.Total(&limits, w, mode, 50); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkBill is the same, line by line.
func BenchmarkBill(b *testing.B) {
	tariff := monthly()
	calctest.EachWorkload(b, func(w *model.Workload) {
		for _, mode := range model.Modes() {
			if _, err := tariff.Bill(&limits, w, mode, 50); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkFairShares is what each of twelve consumers costs: 4,096 plans.
func BenchmarkFairShares(b *testing.B) {
	tariff := monthly()
	calctest.EachWorkload(b, func(w *model.Workload) {
		for len(w.Consumers) < 12 {
			w.Consumers = append(w.Consumers, model.NewConsumer("more"))
		}
		_, shards := calc.Counts(calc.Solve(&limits, w, nil))
		cost := bill(b, tariff, w, model.Provisioned, shards)
		if err := tariff.Shares(context.Background(), &limits, w, Counts{}, &cost); err != nil {
			b.Fatal(err)
		}
	})
}
