package calc

import (
	"context"
	"testing"

	"github.com/kcalc/kcalc/model"
)

// benchmarked is a workload of ten consumers with all that they can have.
func benchmarked(packed bool) model.Workload {
	w := model.NewWorkload()
	w.Region, w.CurrentShards = "eu-central-1", 12
	w.Producer = model.Producer{
		RecordSize: 200, PartitionKeySize: 36, Average: 10_000, Peak: 20_000,
		Surge: model.Surge{Throughput: 50_000, Duration: 10 * second}, Skew: 1.2, Burst: 1.6,
	}
	if packed {
		w.Producer.Aggregation = model.DefaultAggregation()
		w.Producer.Aggregation.Producers = 40
	}
	for i := range 10 {
		c := with("c"+model.Name(rune('0'+i)), speed(1000), latency(30*second), poll(2*second))
		switch {
		case i%5 == 1:
			c.Outage, c.CatchUp = 2*hour, hour
		case i%5 == 2:
			c.Reprocess, c.CatchUp, c.Type = 12*hour, 6*hour, model.EnhancedFanOut
		case i%5 == 3:
			c.Speed, c.Lambda = 0, model.Lambda{BatchSize: 500, Duration: 400 * millisecond, ParallelizationFactor: 2}
		case i%5 == 4:
			c.LatencyBound = model.DelayBound
		}
		w.Consumers = append(w.Consumers, c)
	}
	return w
}

// eachWorkload runs a benchmark on both.
func eachWorkload(b *testing.B, run func(*model.Workload)) {
	for _, name := range []string{"plain", "aggregated"} {
		b.Run(name, func(b *testing.B) {
			w := benchmarked(name == "aggregated")
			b.ReportAllocs()
			for b.Loop() {
				run(&w)
			}
		})
	}
}

// BenchmarkSolve is the numbers alone, into a buffer that is used again.
func BenchmarkSolve(b *testing.B) {
	var buffer []Need
	eachWorkload(b, func(w *model.Workload) { buffer = Solve(&limits, w, buffer[:0]) })
}

// BenchmarkRecommend is the whole plan, with its text and advice.
func BenchmarkRecommend(b *testing.B) {
	eachWorkload(b, func(w *model.Workload) { Recommend(&limits, w, nil) })
}

// BenchmarkTotals is what a month costs in all modes, as the many plans of a
// comparison are priced.
func BenchmarkTotals(b *testing.B) {
	tariff, buffer := monthly(), make([]charge, 0, 16)
	eachWorkload(b, func(w *model.Workload) {
		w.Region = "us-east-1"
		for _, mode := range model.Modes() {
			if _, err := tariff.total(&limits, w, mode, 50, buffer); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkBill is the same, line by line.
func BenchmarkBill(b *testing.B) {
	tariff := monthly()
	eachWorkload(b, func(w *model.Workload) {
		w.Region = "us-east-1"
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
	eachWorkload(b, func(w *model.Workload) {
		w.Region = "us-east-1"
		for len(w.Consumers) < 12 {
			w.Consumers = append(w.Consumers, model.NewConsumer("more"))
		}
		_, shards := Counts(Solve(&limits, w, nil))
		cost := bill(b, tariff, w, model.Provisioned, shards)
		if err := tariff.Shares(context.Background(), &limits, w, 0, &cost); err != nil {
			b.Fatal(err)
		}
	})
}
