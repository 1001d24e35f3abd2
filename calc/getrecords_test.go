package calc

import (
	"math"
	"testing"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// polling is a consumer that had an outage, and polls the least often.
func polling(outage, within unit.Duration) model.Workload {
	c := with("a", poll(10*second), speed(5000))
	c.Outage, c.CatchUp = outage, within
	return workload(100, 20_000, 20_000, c)
}

// A call returns 10,000 records or 10 MiB, and there is one in a poll interval: the
// slowest consumer reads the peak on P · max(w/10 MiB, q/10,000) × interval shards.
func TestGetRecordsLimitsThePeak(t *testing.T) {
	small, large := workload(
		100,
		5000,
		5000,
		with("a", poll(4*second)),
		with("b"),
	), workload(
		100_000,
		50,
		50,
		with("a", poll(4*second)),
		with("b"),
	)
	for name, c := range map[string]struct {
		w    model.Workload
		want float64
	}{
		"small records": {small, 5000 * 4.0 / 10_000},
		"large records": {large, 50 * 100_000 * 4.0 / (10 * mebibyte)},
		"skew":          {uneven(small, 3), 3 * 5000 * 4.0 / 10_000},
		"average":       {lagging(small, 1000), 1000 * 4.0 / 10_000},
	} {
		t.Run("consumer-limit.get-records/"+name, func(t *testing.T) {
			if got := solved(&c.w)["consumer-limit.get-records"].Full; math.Abs(got-c.want) > 1e-9 {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
	packed := small
	packed.Producer.Aggregation = model.Aggregation{Producers: 1, Buffer: second, MaxSize: 10*110 + 20}
	want := 5000 * 4.0 * max(112.0/(10*mebibyte), 1/(10*10_000.0)) // of 110 B and a tenth of 20 B
	if got := solved(&packed)["consumer-limit.get-records"].Full; math.Abs(got-want) > 1e-9 {
		t.Errorf("ten records in one: %v, want %v", got, want)
	}
	small.Consumers[0].Type, small.Consumers[1].Type = model.EnhancedFanOut, model.EnhancedFanOut
	if _, ok := solved(&small)["consumer-limit.get-records"]; ok {
		t.Error("enhanced fan-out does not call GetRecords")
	}
}

func lagging(w model.Workload, average unit.RecordsPerSecond) model.Workload {
	w.Producer.Average, w.SizeReadsFor = average, model.ReadAverage
	return w
}

// What drains a backlog, or is over a surge in time, comes through the same calls.
func TestGetRecordsLimitsCatchingUp(t *testing.T) {
	w := polling(hour, hour)
	if got := solved(&w)["acceptable-latency.a.outage"].Full; got != 40 { // 40,000/s, 10,000 in 10 s
		t.Errorf("acceptable-latency.a.outage: %v, want 40", got)
	}
	w.Consumers[0].Outage, w.Consumers[0].Reprocess = 0, 3*hour
	if got := solved(&w)["acceptable-latency.a.reprocess"].Full; got != 80 {
		t.Errorf("acceptable-latency.a.reprocess: %v, want 80", got)
	}
	w = polling(0, 0)
	w.Producer.Surge = model.Surge{Throughput: 50_000, Duration: 10 * second}
	w.Consumers[0].Latency = 20 * second
	if got := solved(&w)["acceptable-latency.a"].Full; got != 30 { // (500,000 + 400,000)/30 s
		t.Errorf("acceptable-latency.a: %v, want 30", got)
	}
	w.Consumers[0].LatencyBound, w.Consumers[0].Latency = model.DelayBound, 15*second
	if got := solved(&w)["acceptable-latency.a"].Full; math.Abs(got-500.0/15) > 1e-9 { // of 15 s the poll takes 10
		t.Errorf("acceptable-latency.a, delay: %v, want 500,000/(10 s + 5 s) a thousand", got)
	}
}
