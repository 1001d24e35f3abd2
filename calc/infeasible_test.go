package calc

import (
	"math"
	"strings"
	"testing"

	"github.com/kcalc/kcalc/calc/calctest"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// reason is why a workload is infeasible, by id, with the source of the limit.
func reason(w *model.Workload, id string) (message, remedy string, ok bool) {
	s := NewSizing(&limits, w)
	needs := s.Solve(nil)
	for _, o := range s.Infeasible(needs) {
		if o.ID == id {
			return o.Message, o.Remedy, !s.Fits(needs) && strings.HasPrefix(o.Source, "https://")
		}
	}
	return "", "", false
}

func withReaders(w model.Workload, n int) model.Workload {
	for i := range n {
		w.Consumers = append(w.Consumers, with(model.Name(rune('p'+i)), poll(10*second)))
	}
	return w
}

func pollAllEvery(w *model.Workload, named unit.Duration) {
	for i := range w.Consumers {
		w.Consumers[i].PollInterval = named
	}
}

func toFanOut(w *model.Workload, _ unit.Duration) { fanOut(&w.Consumers[0]) }

// Limits: 10,000 shards of 1,000 records/s; 5 calls/s; 20 consumers; 70 ms for
// enhanced fan-out; a payload of 6 MiB ≥ 4/3·4,718,367 B + 300 B.
func TestObstacles(t *testing.T) {
	for name, c := range map[string]calctest.Case{
		"more shards than a stream has": {
			ID: "stream-shards", Has: workload(10, 1e7+1, 1e7+1), Not: workload(10, 1e7, 1e7),
			Names: []string{"10,001 shards", "10,000", "2 streams"},
		},
		"four times the shards": {
			ID: "stream-shards", Has: workload(10, 4e7, 4e7), Not: workload(10, 1e7, 1e7),
			Names: []string{"40,000 shards", "4 streams"},
		},
		"polls too often": {
			ID: "consumer-limit.calls", Has: calctest.Polled(250*millisecond, 250*millisecond), Not: calctest.Polled(400*millisecond, 400*millisecond),
			Names:  []string{"2 standard consumers", "8 times", "5 GetRecords calls", "400ms"},
			Remedy: pollAllEvery,
		},
		"polls a little too often": {
			ID: "consumer-limit.calls", Has: calctest.Polled(400*millisecond, 399*millisecond), Not: calctest.Polled(400*millisecond, 400*millisecond),
			Names: []string{"5.01 times", "400ms"},
		},
		"a key above a shard's records": {
			ID: "key-limit", Has: keyed(2501, 0, 0.4), Not: keyed(2500, 0, 0.4),
			Names:  []string{"40%", "1,000.4 records/s", "1,000 records/s at most", "2 values"},
			Remedy: func(w *model.Workload, _ unit.Duration) { w.Producer.LargestKey.Share = 0.2 },
		},
		"one key": {
			ID: "key-limit", Has: keyed(2500, 1, 0), Not: keyed(1000, 1, 0),
			Names:  []string{"one partition key", "2,500 records/s", "3 values"},
			Remedy: func(w *model.Workload, _ unit.Duration) { w.Producer.Keys = 400 },
		},
		"a skew that one key makes": {
			ID: "key-limit", Has: skewedOn(8, 3.2, 5000), Not: skewedOn(8, 3.2, 3181), // 2.2/7 · 3,181 = 999.7
			Names:  []string{"skew of 3.2 on 8 shards", "40%", "2,000 records/s", "2 values"},
			Remedy: func(w *model.Workload, _ unit.Duration) { w.Producer.Skew = 1 },
		},
		"a key above a consumer's speed": {
			ID: "key-beyond.consumption-speed.a", Has: slowOnKeys(249), Not: slowOnKeys(250),
			Names:  []string{"5%", "1 times", "consumption-speed.a"},
			Remedy: func(w *model.Workload, _ unit.Duration) { w.Consumers[0].Speed = 500 },
		},
		"too many consumers of fan-out": {
			ID: "fan-out-consumers", Has: workload(10, 10, 10, calctest.ManyFanOut(21)...), Not: workload(10, 10, 10, calctest.ManyFanOut(20)...),
			Names:  []string{"21 consumers", "at most 20", "50"},
			Remedy: func(w *model.Workload, _ unit.Duration) { w.Consumers[0].Type = model.Standard },
		},
		"a record larger than a payload": {
			ID: "consumption-speed.fn", Has: calctest.OnFunction(4_718_368, 1, 10, 1), Not: calctest.OnFunction(4_718_367, 1, 10, 1),
			Names:  []string{"4,718,368 B", "6 MiB", "fn", "300 B"},
			Remedy: func(w *model.Workload, _ unit.Duration) { w.Producer.RecordSize /= 2 },
		},
		"a delay below the poll interval": {
			ID: "acceptable-latency.a", Has: calctest.Delayed(999 * millisecond), Not: calctest.Delayed(second),
			Names: []string{"up to 1s", "999ms", "70ms"}, Remedy: calctest.PollEvery,
		},
		"a delay of the fastest poll": {
			ID: "acceptable-latency.a", Has: calctest.Delayed(200 * millisecond), Not: calctest.Delayed(200*millisecond, poll(200*millisecond)),
			Names: []string{"every 200ms"}, Remedy: calctest.PollEvery,
		},
		"a delay below the fastest poll": {
			ID: "acceptable-latency.a", Has: calctest.Delayed(199*millisecond, poll(200*millisecond)), Not: calctest.Delayed(200*millisecond, poll(200*millisecond)),
			Names: []string{"200ms", "199ms", "70ms"}, Remedy: toFanOut,
		},
		"a delay below that of two readers": {
			ID: "acceptable-latency.a", Has: withReaders(calctest.Delayed(399*millisecond, poll(400*millisecond)), 1), Not: withReaders(calctest.Delayed(400*millisecond, poll(400*millisecond)), 1),
			Names: []string{"400ms", "399ms"}, Remedy: calctest.PollEvery,
		},
		"a delay below that of fan-out": {
			ID: "acceptable-latency.a", Has: calctest.Delayed(69*millisecond, fanOut), Not: calctest.Delayed(70*millisecond, fanOut),
			Names: []string{"69ms", "Allow 70ms or more"}, Remedy: calctest.Allow,
		},
		"a delay below that of fan-out and buffer": {
			ID: "acceptable-latency.a", Has: calctest.Buffered(calctest.Delayed(169*millisecond, fanOut)), Not: calctest.Buffered(calctest.Delayed(170*millisecond, fanOut)),
			Names:  []string{"170ms", "169ms", "aggregation buffer of 100ms"},
			Remedy: func(w *model.Workload, named unit.Duration) { w.Producer.Aggregation.Buffer = named },
		},
		"a delay below poll and buffer": {
			ID: "acceptable-latency.a", Has: calctest.Buffered(calctest.Delayed(1099 * millisecond)), Not: calctest.Buffered(calctest.Delayed(1100 * millisecond)),
			Names: []string{"up to 1.1s", "every 999ms"}, Remedy: calctest.PollEvery,
		},
	} {
		t.Run(c.ID+"/"+name, func(t *testing.T) { c.Check(t, reason) })
	}
}

// A remedy speaks of no buffer where none is, and names nothing that another
// obstacle forbids.
func TestRemediesCanBeFollowed(t *testing.T) {
	w := calctest.Delayed(50 * millisecond)
	if _, remedy, _ := reason(&w, "acceptable-latency.a"); strings.Contains(remedy, "buffer") {
		t.Errorf("no aggregation: %s", remedy)
	}
	w = withReaders(calctest.Delayed(400*millisecond), 1)
	w.Consumers[1].PollInterval = 250 * millisecond
	_, remedy, _ := reason(&w, "acceptable-latency.a")
	if strings.HasPrefix(remedy, "Let it poll") {
		calctest.PollEvery(&w, calctest.NamedDuration(remedy))
		if ids := reasons(&w); len(ids) > 0 {
			t.Errorf("%s: then %v", remedy, ids)
		}
	} else if !strings.HasSuffix(remedy, "move it to enhanced fan-out, which takes about 70ms.") {
		t.Error(remedy)
	}
}

// Who uses all calls of a shard leaves none to another, not even a few last bits of
// one: no interval is fast enough then.
func TestNoRemedyToPollBesideWhoTakesAllCalls(t *testing.T) {
	w := workload(
		100,
		10,
		10,
		with("a", poll(200*millisecond)),
		with("b", poll(245*millisecond), delayBound, latency(240*millisecond)),
	)
	if _, remedy, ok := reason(&w, "acceptable-latency.b"); !ok ||
		!strings.HasPrefix(remedy, "Polling is not fast enough") {
		t.Errorf("%v: %s", ok, remedy)
	}
}

// A workload has all its obstacles, and no others.
func TestObstaclesTogether(t *testing.T) {
	w := calctest.Polled(200*millisecond, 200*millisecond)
	w.Producer.Peak = 2e7
	delayBound(&w.Consumers[0])
	w.Consumers[0].Latency = millisecond
	if got := strings.Join(reasons(&w), " "); got != "stream-shards consumer-limit.calls acceptable-latency.a" {
		t.Error(got)
	}
}

// reasons are the ids of all reasons.
func reasons(w *model.Workload) (ids []string) {
	s := NewSizing(&limits, w)
	for _, o := range s.Infeasible(s.Solve(nil)) {
		ids = append(ids, o.ID)
	}
	return ids
}

// keyed returns a workload with partition keys, the largest one with a share.
func keyed(rate unit.RecordsPerSecond, keys unit.Count, share unit.Fraction) model.Workload {
	w := workload(10, rate, rate)
	w.Producer.Keys, w.Producer.LargestKey.Share = keys, share
	return w
}

// skewedOn returns a workload with a skew that was seen on so many shards.
func skewedOn(shards unit.Count, skew unit.Factor, rate unit.RecordsPerSecond) model.Workload {
	w := uneven(workload(10, rate, rate), skew)
	w.CurrentShards = shards
	return w
}

// slowOnKeys returns twenty keys of 250 records/s each, and a consumer of a speed.
func slowOnKeys(each unit.RecordsPerSecond) model.Workload {
	w := keyed(5000, 20, 0)
	w.Consumers = []model.Consumer{with("a", speed(each))}
	return w
}

// A largest key that was declared, or shards that were measured, speak for themselves.
func TestSkewThatIsNoKey(t *testing.T) {
	for name, change := range map[string]func(p *model.Producer){
		"declared":                     func(p *model.Producer) { p.LargestKey.Rate = 500 },
		"measured":                     func(p *model.Producer) { p.MeasuredSkew = true },
		"of a range of twice the size": func(p *model.Producer) { p.Skew, p.Peak, p.Average = 2, 8000, 8000 },
	} {
		w := skewedOn(8, 3.2, 5000)
		change(&w.Producer)
		if got := reasons(&w); len(got) > 0 {
			t.Errorf("%s: %v", name, got)
		}
		if _, recommended := Counts(Solve(&limits, &w, nil)); recommended != 16 {
			t.Errorf("%s: %d shards", name, recommended) // 3.2 × 5,000 ÷ 1,000
		}
	}
}

// The limits of a key are those of a shard: of records, of bytes, in the busiest second, and
// of packed records that of the records that one shard gets.
func TestKeyLimit(t *testing.T) {
	for name, c := range map[string]struct {
		change      func(p *model.Producer)
		need, limit float64
	}{
		"records":      {func(p *model.Producer) {}, 500, 1000},
		"bytes":        {func(p *model.Producer) { p.RecordSize, p.PartitionKeySize = 2000, 97 }, 500, 1 << 20 / 2097.0},
		"unknown size": {func(p *model.Producer) { p.RecordSize = 0 }, 500, 1000},
		"burst":        {func(p *model.Producer) { p.Burst = 1.5 }, 750, 1000},
		"surge":        {func(p *model.Producer) { p.Surge = model.Surge{Throughput: 20_000, Duration: second} }, 2000, 1000},
		// 1 + 500·0.1 s = 51 records in an aggregate of 51·20 + 20 B: 1 MiB/s ÷ 20.39 B are fewer.
		"packed": {func(p *model.Producer) { p.Aggregation = model.DefaultAggregation() }, 500, 51_000},
	} {
		w := keyed(5000, 10, 0)
		c.change(&w.Producer)
		s := NewSizing(&limits, &w)
		n := solved(&w)["key-limit"]
		m, ok := n.Measured(&s, 1)
		if !ok || m.Need != c.need || math.Abs(m.Limit-c.limit) > 1e-9*c.limit || n.CountsShards() {
			t.Errorf("%s: %+v, want %v of %v", name, m, c.need, c.limit)
		}
	}
}

// The solved count is the least whose hottest shard fits, and the skew in its text is that
// of the count.
func TestNeedOfFewKeys(t *testing.T) {
	w := at(1, keyed(5000, 10, 0))
	s := NewSizing(&limits, &w)
	n := solved(&w)["producer-limit.records.peak"]
	fits := func(shards int) bool { return s.Skew.keys.share(shards)*5000 <= 1000*(1+1e-9) }
	if !fits(int(n.Full)) || fits(int(n.Full)-1) || n.Utilization(&s, n.Full) > 1+1e-9 {
		t.Errorf("%v shards, of which %v is used", n.Full, n.Utilization(&s, n.Full))
	}
	if got := n.Formula(&s, 32); got != "least N with skew(N) (6.4) × 5,000 records/s ÷ 1,000 records/s ≤ N" {
		t.Error(got)
	}
	w.Producer.Skew = 1.5 // one that is declared goes before
	if n := solved(&w)["producer-limit.records.peak"]; n.Full != 7.5 {
		t.Errorf("%v shards with a skew of 1.5", n.Full)
	}
}
