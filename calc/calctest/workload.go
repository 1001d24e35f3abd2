package calctest

import (
	"slices"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Durations of the tests.
const (
	Millisecond unit.Duration = 1e6
	Second                    = 1000 * Millisecond
	Hour                      = 3600 * Second
)

// Workload returns one without a surge, sized for its whole limits.
func Workload(size unit.Bytes, average, peak unit.RecordsPerSecond, consumers ...model.Consumer) model.Workload {
	w := model.NewWorkload()
	w.TargetUtilization = 1
	w.Producer.RecordSize, w.Producer.Average, w.Producer.Peak = size, average, peak
	w.Consumers = consumers
	return w
}

// At returns a workload that is sized for a target.
func At(target unit.Fraction, w model.Workload) model.Workload {
	w.TargetUtilization = target
	return w
}

// In returns a workload in a Region.
func In(region model.Region, w model.Workload) model.Workload {
	w.Region = region
	return w
}

// Uneven returns a workload with a skew.
func Uneven(w model.Workload, k unit.Factor) model.Workload {
	w.Producer.Skew = k
	return w
}

// Buffered returns a workload that aggregates its records, with the KPL's defaults.
func Buffered(w model.Workload) model.Workload {
	w.Producer.Aggregation = model.DefaultAggregation()
	return w
}

// Clone returns a workload whose consumers can be changed.
func Clone(w model.Workload) model.Workload {
	w.Consumers = slices.Clone(w.Consumers)
	return w
}

// PublicDefaults returns what the public calculator opens with.
func PublicDefaults() model.Workload {
	w := Workload(200, 10_000, 20_000, With("c1", Speed(1000)))
	w.SizeReadsFor = model.ReadAverage
	return w
}

// PublicSurge returns that with a surge, and a consumer that must recover from it.
func PublicSurge() model.Workload {
	w := PublicDefaults()
	w.Producer.Surge = model.Surge{Throughput: 50_000, Duration: 10 * Second}
	w.Consumers[0].Latency = 30 * Second
	return w
}

// OnFunction returns a stream that the Lambda function fn reads.
func OnFunction(size unit.Bytes, rate unit.RecordsPerSecond, batch, factor unit.Count) model.Workload {
	return Workload(size, rate, rate, With("fn", Lambda(batch, factor, Second)))
}

// Polled returns a stream whose consumers, from a on, poll so often.
func Polled(every ...unit.Duration) model.Workload {
	w := Workload(100, 10, 10)
	for i, interval := range every {
		w.Consumers = append(w.Consumers, With(model.Name(rune('a'+i)), Poll(interval)))
	}
	return w
}

// Delayed returns a stream whose consumer a has a delay bound.
func Delayed(bound unit.Duration, settings ...func(*model.Consumer)) model.Workload {
	return Workload(100, 10, 10, With("a", append(settings, DelayBound, Latency(bound))...))
}

// Benchmarked returns a workload of ten consumers with all that they can have.
func Benchmarked(packed bool) model.Workload {
	w := model.NewWorkload()
	w.Region, w.CurrentShards = "us-east-1", 12
	w.Producer = model.Producer{
		RecordSize: 200, PartitionKeySize: 36, Average: 10_000, Peak: 20_000,
		Surge: model.Surge{Throughput: 50_000, Duration: 10 * Second}, Skew: 1.2, Burst: 1.6,
	}
	if packed {
		w.Producer.Aggregation = model.DefaultAggregation()
		w.Producer.Aggregation.Producers = 40
	}
	for i := range 10 {
		c := With("c"+model.Name(rune('0'+i)), Speed(1000), Latency(30*Second), Poll(2*Second))
		switch {
		case i%5 == 1:
			c.Outage, c.CatchUp = 2*Hour, Hour
		case i%5 == 2:
			c.Reprocess, c.CatchUp, c.Type = 12*Hour, 6*Hour, model.EnhancedFanOut
		case i%5 == 3:
			c.Speed, c.Lambda = 0, model.Lambda{BatchSize: 500, Duration: 400 * Millisecond, ParallelizationFactor: 2}
		case i%5 == 4:
			c.LatencyBound = model.DelayBound
		}
		w.Consumers = append(w.Consumers, c)
	}
	return w
}
