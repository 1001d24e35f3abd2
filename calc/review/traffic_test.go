package review_test

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// measured is a series of the stream, minute for minute from the window's begin.
func measured(metric string, from time.Time, values ...float64) model.Series {
	return model.Series{SeriesID: model.SeriesID{Level: model.StreamLevel, Metric: metric},
		Runs: []model.Run{{Start: from, Period: unit.Duration(time.Minute), Values: values}}}
}

// traffic is that of a window of 144 minutes, two of which are a part of the
// chart.
func traffic(t *testing.T, records, bytes, throttled func(minute int) float64) review.Traffic {
	t.Helper()
	const minutes = 144
	var r, b, w []float64
	for i := range minutes {
		r, b, w = append(r, records(i)), append(b, bytes(i)), append(w, throttled(i))
	}
	from := end.Add(-minutes * time.Minute)
	h := &model.History{From: from, To: end, Series: []model.Series{
		measured(
			model.IncomingBytes,
			from,
			b...), measured(model.IncomingRecords, from, r...), measured(model.WriteThrottled, from, w...)}}
	e := orders()
	workload, _ := workload(t, e, input.Declaration{})
	return must(
		review.New(context.Background(), &review.Basis{Limits: &limits, History: h, Evidence: e}, &workload),
	).Traffic
}

func never(int) float64 { return 0 }

func unknown(int) float64 { return model.MissingValue() }

// Of each part of the window the chart has the highest, in shards: 60,000
// records or 60 MiB a minute fill one.
func TestTraffic(t *testing.T) {
	const perShard = 60_000
	odd := func(i int) float64 { return perShard * float64(i/2+i%2) } // the second minute of a part is higher
	for name, c := range map[string]struct {
		records, bytes, throttled func(int) float64
		demanded                  func(part int) float64
	}{
		"records":               {odd, unknown, never, func(p int) float64 { return float64(p + 1) }},
		"bytes, which are more": {odd, func(int) float64 { return 200 * 60 << 20 }, never, func(int) float64 { return 200 }},
		"bytes alone":           {unknown, func(int) float64 { return 3 * 60 << 20 }, unknown, func(int) float64 { return 3 }},
		"throttled":             {func(int) float64 { return perShard }, unknown, func(int) float64 { return perShard / 2 }, func(int) float64 { return 1.5 }},
		"all of it throttled":   {never, never, func(int) float64 { return perShard / 2 }, func(int) float64 { return 0.5 }},
		"throttled bytes":       {func(int) float64 { return 1000 }, func(int) float64 { return 60 << 20 }, func(int) float64 { return 3000 }, func(int) float64 { return 4 }},
		"throttled in another minute": {func(i int) float64 { return perShard * float64(1+9*(i%2)) }, unknown, func(i int) float64 { return perShard * float64(1-i%2) },
			func(int) float64 { return 10 }},
		"a gap": {func(i int) float64 {
			if i < 10 {
				return model.MissingValue()
			}
			return perShard
		}, unknown, unknown, gap},
	} {
		got := traffic(t, c.records, c.bytes, c.throttled)
		if len(got.Demanded) != 72 || !got.To.Equal(end) {
			t.Fatalf("%s: %d parts to %v", name, len(got.Demanded), got.To)
		}
		for i := range got.Demanded {
			if !same(got.Demanded[i], c.demanded(i)) {
				t.Errorf("%s: part %d has %v shards, want %v", name, i, got.Demanded[i], c.demanded(i))
				break
			}
		}
	}
}

// gap is no point in the first five parts.
func gap(part int) float64 {
	if part < 5 {
		return model.MissingValue()
	}
	return 1
}

func same(a, b float64) bool { return math.Abs(a-b) < 1e-9 || !model.IsPoint(a) && !model.IsPoint(b) }

// A history without a metric has no line of it, and does not fail.
func TestTrafficOfNothing(t *testing.T) {
	got := reviewed(t, orders(), input.Declaration{}).Traffic
	for i := range got.Demanded {
		if model.IsPoint(got.Demanded[i]) {
			t.Fatalf("part %d: %v", i, got.Demanded[i])
		}
	}
}

// The hottest shard in its busiest second takes 1.2 × 1.5 = 1.8 times what is demanded of a shard
// in the mean: 60,000 × 9 records a minute are 9,000/s, on the 20 shards of today 450/s and so
// 0.81 of a shard's 1,000/s. What was throttled is counted, and what is not known has no load.
func TestLoadOfTheHottestShard(t *testing.T) {
	const minutes = 144
	var records, throttled []float64
	for i := range minutes {
		records, throttled = append(records, 60_000*9), append(throttled, 0)
		if i < 10 {
			records[i], throttled[i] = model.MissingValue(), model.MissingValue()
		}
	}
	throttled[100] = 600
	records[100] -= 600
	from := end.Add(-minutes * time.Minute)
	h := &model.History{From: from, To: end, Series: []model.Series{measured(model.IncomingRecords, from, records...),
		measured(model.WriteThrottled, from, throttled...)}}
	e := orders()
	workload, _ := workload(t, e, layer(model.Flag, "producer.skew", "1.2", "producer.burst", "1.5"))
	r := must(review.New(context.Background(), &review.Basis{Limits: &limits, History: h, Evidence: e}, &workload))
	got, n := r.Traffic, float64(r.Shards.Recommended)
	if n == 20 || len(got.Proposed) != 72 || len(got.Today) != 72 {
		t.Fatal(n, got)
	}
	for i := range got.Today {
		today, proposed := 1.8*9/20, 1.8*9/n
		if i < 5 {
			today, proposed = model.MissingValue(), model.MissingValue()
		}
		if !same(got.Today[i], today) || !same(got.Proposed[i], proposed) {
			t.Errorf("part %d: %g and %g, want %g and %g", i, got.Today[i], got.Proposed[i], today, proposed)
		}
		if (got.Throttled[i] > 0) != (i == 50) {
			t.Errorf("part %d: %g throttled", i, got.Throttled[i])
		}
	}
}
