package calc

import (
	"math"
	"slices"
	"testing"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"pgregory.net/rapid"
)

// last is what last bits may differ by when the same need is computed of
// numbers in another order.
const last = 1e-12

// wantNoLess checks that no constraint of before needs less after a change.
// Needs are compared and not counts: a need that becomes infinite is an
// obstacle, which no count shows.
func wantNoLess(t *rapid.T, change string, before, after model.Workload, except ...string) {
	t.Helper()
	needs := solved(&after)
	for id, n := range solved(&before) {
		m, ok := needs[id]
		if !ok {
			t.Fatalf("%s: %s is gone", change, id)
		}
		if slices.Contains(except, n.Constraint.Topic) {
			continue
		}
		if m.Full < n.Full*(1-last) || m.Target < n.Target*(1-last) {
			t.Fatalf("%s: %s falls from %v to %v, at the target from %v to %v", change, id, n.Full, m.Full, n.Target, m.Target)
		}
	}
}

// raised draws the workload with one thing made larger.
func raisedAverage(t *rapid.T, w model.Workload) model.Workload {
	p := &w.Producer
	p.Average += (p.Peak - p.Average) * drawRise(t)
	return w
}

func raisedPeak(t *rapid.T, w model.Workload) model.Workload {
	p := &w.Producer
	if p.Surge.Duration > 0 {
		p.Peak += (p.Surge.Throughput - p.Peak) * drawRise(t)
	} else {
		p.Peak *= 1 + 10*drawRise(t)
	}
	return w
}

func raisedSurge(t *rapid.T, w model.Workload) model.Workload {
	w.Producer.Surge.Throughput *= 1 + 10*drawRise(t)
	return w
}

func drawRise(t *rapid.T) unit.RecordsPerSecond {
	return unit.RecordsPerSecond(rapid.Float64Range(0, 1).Draw(t, "rise"))
}

// More traffic, one more consumer or larger records never need fewer shards.
func TestMoreNeedsNoLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorkload(t, false)
		wantNoLess(t, "average", w, raisedAverage(t, w))
		wantNoLess(t, "peak", w, raisedPeak(t, w))
		wantNoLess(t, "surge", w, raisedSurge(t, w))
		wantNoLess(t, "consumer", w, oneMore(t, w))

		larger := w
		larger.Producer.RecordSize *= unit.Bytes(rapid.Float64Range(1, 3).Draw(t, "larger"))
		wantNoLess(t, "record size", w, larger)
	})
}

func oneMore(t *rapid.T, w model.Workload) model.Workload {
	w.Consumers = append(slices.Clone(w.Consumers), drawConsumer(t, "more"))
	return w
}

// With aggregation it is so for the surge and for a consumer, but not for the
// rates by themselves, where a constraint moves traffic of one rate in
// aggregates that another fills: a higher peak packs what a surge leaves behind,
// and a backlog of so many records, better, and a higher average what a replay reads. Nor is it so for the record
// size: where two records do not fit into an aggregate any more, the format's
// bytes are saved. More producers or a shorter buffer, which pack worse, need
// no less, except with a Lambda function: smaller aggregates can fill its
// payload better. TestBetterPacking has examples. A shorter buffer leaves more of a
// delay bound, too.
func TestMoreNeedsNoLessPacked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorkload(t, true)
		wantNoLess(t, "average", w, raisedAverage(t, w), "acceptable-latency.reprocess")
		wantNoLess(t, "peak", w, raisedPeak(t, w), "acceptable-latency", "acceptable-latency.backlog")
		wantNoLess(t, "surge", w, raisedSurge(t, w))
		wantNoLess(t, "consumer", w, oneMore(t, w))

		w.Consumers = slices.DeleteFunc(
			slices.Clone(w.Consumers),
			func(c model.Consumer) bool { return c.Lambda.BatchSize > 0 },
		)
		more := w
		more.Producer.Aggregation.Producers += unit.Count(rapid.IntRange(1, 1000).Draw(t, "more producers"))
		wantNoLess(t, "producers", w, more)
		faster := w
		faster.Producer.Aggregation.Buffer /= 2
		wantNoLess(t, "buffer", w, faster, "acceptable-latency")
	})
}

// The exceptions that TestMoreNeedsNoLessPacked makes are none of chance: in
// each of these, more traffic or larger records need less.
func TestBetterPacking(t *testing.T) {
	base := workload(200, 10, 1000, with("fn", lambda(100, 1, second), latency(60*second)))
	base.Producer.Aggregation = model.DefaultAggregation()
	base.Producer.Surge = model.Surge{Throughput: 20_000, Duration: 60 * second}
	base.Consumers[0].Reprocess = 60 * second
	large := workload(25_580, 100, 100)
	large.Producer.Aggregation = model.DefaultAggregation()
	filled := workload(1000, 1e6, 1e6, with("fn", lambda(10_000, 1, second)))
	filled.Producer.Aggregation = model.Aggregation{Producers: 1, Buffer: second, MaxSize: 2 * unit.MiB}
	backlog := base
	backlog.Consumers = []model.Consumer{with("fn", latency(60*second))}
	backlog.Consumers[0].Backlog = 1e7
	for _, c := range []struct {
		name, id string
		w        model.Workload
		more     func(p *model.Producer)
	}{
		{"backlog", "acceptable-latency.fn.backlog", backlog, func(p *model.Producer) { p.Peak *= 2 }},
		{"peak", "acceptable-latency.fn", base, func(p *model.Producer) { p.Peak *= 2 }},
		{"average", "acceptable-latency.fn.reprocess", base, func(p *model.Producer) { p.Average *= 2 }},
		{"producers", "consumption-speed.fn", filled, func(p *model.Producer) { p.Aggregation.Producers = 200 }},
		{"record size", "producer-limit.bytes.peak", large, func(p *model.Producer) { p.RecordSize++ }},
	} {
		t.Run(c.id+"/"+c.name, func(t *testing.T) {
			before := solved(&c.w)[c.id].Full
			c.more(&c.w.Producer)
			if after := solved(&c.w)[c.id].Full; after >= before {
				t.Errorf("the need rises from %v to %v", before, after)
			}
		})
	}
}

// When all rates grow alike, so do all needs, packed or not: what one producer
// sends to one shard is then the same. With skew that is so of the shards that an
// even stream needs: from one of them on κ counts.
func TestNeedsAreProportionalToTraffic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorkload(t, rapid.Bool().Draw(t, "packed"))
		f := drawLog(t, "factor", 0.1, 100)
		more := w
		p := &more.Producer
		for _, rate := range []*unit.RecordsPerSecond{&p.Average, &p.Peak, &p.Surge.Throughput} {
			*rate *= unit.RecordsPerSecond(f)
		}
		more.Consumers = slices.Clone(w.Consumers)
		for i := range w.Consumers {
			w.CurrentShards, more.CurrentShards = 0, 0    // which a backlog is in
			w.Consumers[i].Lambda.ReservedConcurrency = 0 // it does not grow with the traffic
			more.Consumers[i].Lambda.ReservedConcurrency = 0
			more.Consumers[i].TotalSpeed *= unit.RecordsPerSecond(f)
			more.Consumers[i].Backlog *= unit.Records(f)
		}
		needs := solved(&more)
		for id, n := range solved(&w) {
			even := func(need float64) float64 { return alike(&w, need) }
			if m := needs[id]; n.Constraint.countsShards() &&
				(differ(even(n.Full)*f, even(m.Full)) || differ(even(n.Target)*f, even(m.Target))) {
				t.Fatalf("%s: %v and %v times as much, %v", id, n.Full, f, m.Full)
			}
		}
	})
}

// differ allows for the condition of packed needs, see wantLeast.
func differ(a, b float64) bool { return a != b && math.Abs(a-b) > 1e-9*math.Abs(a) }

// When a second is worth f of them, for traffic, times and limits alike, nothing
// changes. A burst is one of a second, so there is none.
func TestScaleFree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorkload(t, false)
		w.Producer.Burst = 1
		f := rapid.SampledFrom([]int{2, 5, 10, 100}).Draw(t, "factor")
		l := limits
		fast := clone(w)
		quicken(&fast, &l, f)
		before, after := Solve(&limits, &w, nil), Solve(&l, &fast, nil)
		for i, n := range before {
			m := after[i]
			if n.Constraint.Topic == "consumer-limit.calls" {
				n.Full, n.Target = n.Full*float64(f), n.Target*float64(f)
			}
			if differ(n.Full, m.Full) || differ(n.Target, m.Target) {
				t.Fatalf("%s: %v, scaled %v", n.ID(&w), n, m)
			}
		}
	})
}

// quicken makes everything that is per second f times as fast.
func quicken(w *model.Workload, l *model.Limits, f int) {
	p, x := &w.Producer, float64(f)
	for _, rate := range []*unit.RecordsPerSecond{&p.Average, &p.Peak, &p.Surge.Throughput, &l.ShardWriteRecords.Value} {
		*rate *= unit.RecordsPerSecond(x)
	}
	for _, bandwidth := range []*unit.BytesPerSecond{&l.ShardWriteBytes.Value, &l.ShardReadBytes.Value, &l.FanOutBytes.Value} {
		*bandwidth *= unit.BytesPerSecond(x)
	}
	l.ShardReadCalls.Value *= x
	l.FanOutDelay.Value /= unit.Duration(f)
	w.Retention /= unit.Duration(f)
	p.Surge.Duration /= unit.Duration(f)
	p.PutRecords.Wait /= unit.Duration(f)
	for i := range w.Consumers {
		c := &w.Consumers[i]
		c.Speed *= unit.RecordsPerSecond(x)
		c.TotalSpeed *= unit.RecordsPerSecond(x)
		for _, d := range []*unit.Duration{&c.PerRecord, &c.Behind, &c.Lambda.BatchingWindow, &c.Lambda.Duration, &c.PollInterval, &c.Latency, &c.Outage, &c.Reprocess, &c.CatchUp} {
			*d /= unit.Duration(f)
		}
	}
}

// The counts are the largest ceilings of the needs.
func TestCountsAreTheLargestCeilings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorkload(t, rapid.Bool().Draw(t, "packed"))
		minimum, recommended := counted(solved(&w))
		if m, r := Counts(Solve(&limits, &w, nil)); m != minimum || r != recommended {
			t.Fatalf("%d and %d, want %d and %d", m, r, minimum, recommended)
		}
		if recommended < minimum || minimum < 1 {
			t.Fatalf("recommended %d, minimum %d", recommended, minimum)
		}
	})
}
