package plan

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/calctest"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// published holds a test for each row of calctest/testdata/published.csv that is about
// shards or behaviour, by the row's id. The expected numbers, and where each
// was published, stand in that file.
var published = map[string]func(*testing.T){
	"otc-35kb": func(t *testing.T) {
		wantShards(t, workload(35*unit.KiB, 50, 50), 2)
	},
	"put-5kb": func(t *testing.T) {
		wantShards(t, workload(5*unit.KiB, 1000, 1000), 5)
	},
	"tie": func(t *testing.T) {
		const bytes, records = 4.5 * float64(unit.MiB), 4600
		wantShards(t, workload(unit.Bytes(bytes/records), records, records), 5,
			"producer-limit.bytes.peak", "producer-limit.records.peak")
	},
	"small-records": func(t *testing.T) {
		wantShards(t, workload(100, 10_000, 10_000), 10, "producer-limit.records.peak")
	},
	"small-records-packed": func(t *testing.T) {
		w := workload(100, 10_000, 10_000)
		w.Producer.Aggregation = model.Aggregation{Producers: 1, Buffer: second, MaxSize: unit.MiB}
		p := wantShards(t, w, 2, "producer-limit.bytes.peak")
		wantNeed(t, p, "producer-limit.bytes.peak", 1.049, 0.0005)
	},
	"defaults": func(t *testing.T) {
		p := wantShards(t, calctest.PublicDefaults(), 20, "producer-limit.records.peak", "consumption-speed.c1")
		wantCounts(t, p, map[string]int{
			"producer-limit.bytes.peak":   4,
			"producer-limit.records.peak": 20,
			"consumer-limit.bytes":        1,
			"consumption-speed.c1":        20,
		})
	},
	"defaults-surge": func(t *testing.T) {
		w := calctest.PublicSurge()
		p := wantShards(t, w, 50, "producer-limit.records.surge")
		wantCounts(t, p, map[string]int{
			"producer-limit.bytes.peak":    4,
			"producer-limit.bytes.surge":   10,
			"producer-limit.records.peak":  20,
			"producer-limit.records.surge": 50,
			"consumer-limit.bytes":         1,
			"consumption-speed.c1":         20,
			"acceptable-latency.c1":        28, // (50,000·10 + 20,000·30) ÷ (1,000·40) = 27.5
		})
		w.Consumers[0].LatencyBound = model.DelayBound
		p = wantShards(t, w, 50, "producer-limit.records.surge")
		wantCounts(t, p, map[string]int{"acceptable-latency.c1": 20}) // the peak's own 20; the surge's is 12.5
	},
	"five-readers": func(t *testing.T) {
		var readers []model.Consumer
		for _, name := range []model.Name{"a", "b", "c", "d", "e"} {
			readers = append(readers, model.NewConsumer(name))
		}
		w := workload(2000, 5000, 20_000, readers...)
		wantShards(t, w, 96, "consumer-limit.bytes")
		w.SizeReadsFor = model.ReadAverage
		p := wantShards(t, w, 39, "producer-limit.bytes.peak")
		wantCounts(t, p, map[string]int{"consumer-limit.bytes": 24})
	},
	"kpl-512": func(t *testing.T) {
		w := workload(512, 1000, 1000)
		w.Producer.Aggregation = model.DefaultAggregation()
		p := wantShards(t, w, 1)
		perSecond := 1000 * constraint(t, &p, "producer-limit.records.peak").Utilization.Value
		if math.Abs(perSecond-10) > 0.5 {
			t.Errorf("%v Kinesis records a second, want about 10", perSecond)
		}
	},
	"ceiling-5000": func(t *testing.T) {
		wantShards(t, workload(1, 5e6, 5e6), 5000, "producer-limit.records.peak")
		wantShards(t, workload(2*unit.KiB, 512*5000, 512*5000), 5000, "producer-limit.bytes.peak")
	},
	"polling": func(t *testing.T) {
		w := workload(100, 10, 10, with("a", poll(250*millisecond)), with("b", poll(250*millisecond)))
		p := planned(&w)
		wantNeed(t, p, "consumer-limit.calls", 8, 0)
		if p.Feasible || !strings.Contains(p.Infeasible[0].Remedy, "every 400ms or more") {
			t.Errorf("feasible: %v, %+v", p.Feasible, p.Infeasible)
		}
		w.Producer.Peak = 1e6 // and no shard count mends it
		if p := planned(&w); p.Feasible {
			t.Error("feasible on more shards")
		}
	},
	"propagation":        propagation,
	"lambda-concurrency": lambdaConcurrency,
	"on-demand-doubling": func(t *testing.T) {
		for peak, want := range map[float64]float64{40: 80, 50: 100, 0: 4} {
			if got := calc.OnDemandCapacity(&limits, "us-east-1", model.Throughput{Bytes: peak * float64(unit.MiB)}).Bytes / float64(unit.MiB); got != want {
				t.Errorf("after a peak of %v MB/s it takes %v, want %v", peak, got, want)
			}
		}
		w := workload(unit.MiB, 1, 40)
		if got := planned(&w).OnDemand; got.NewStream.Bytes != 4*float64(unit.MiB) ||
			got.AfterPeak.Bytes != 80*float64(unit.MiB) {
			t.Errorf("on-demand: %+v", got)
		}
	},
	"iterator-age": func(t *testing.T) {
		for outage, want := range map[unit.Duration]bool{12 * hour: false, 12*hour + 1: true} {
			c := with("a", latency(hour))
			c.Outage = outage
			w := workload(100, 10, 10, c)
			if got := warned(&w, "retention-outage.a") != nil; got != want {
				t.Errorf("outage of %v: warned %v, want %v", outage, got, want)
			}
		}
	},
	"efo-cap": func(t *testing.T) {
		if got := limits.FanOutConsumersMost.Value; got != 50 {
			t.Errorf("with On-demand Advantage %d, want 50", got)
		}
		for consumers, want := range map[int]bool{20: true, 21: false} {
			w := workload(100, 10, 10, calctest.ManyFanOut(consumers)...)
			if got := planned(&w).Feasible; got != want {
				t.Errorf("%d consumers: feasible %v, want %v", consumers, got, want)
			}
		}
	},
	"wrong-batch-25": func(t *testing.T) {
		p := wantShards(t, workload(25*unit.KiB, 4000, 4000), 98, "producer-limit.bytes.peak")
		wantNeed(t, p, "producer-limit.bytes.peak", 97.66, 0.005)
		wantCounts(t, p, map[string]int{"producer-limit.records.peak": 4}) // what was published
	},
}

func TestPublished(t *testing.T) { calctest.PublishedShards(t, published) }

// propagation holds the delays that AWS names against the least delay bound
// that is feasible: a millisecond less is not, whoever polls as fast as a
// shard returns.
func propagation(t *testing.T) {
	standard := func(readers int, bound unit.Duration) model.Workload {
		w := workload(100, 10, 10)
		for i := range readers {
			w.Consumers = append(
				w.Consumers,
				with(model.Name(rune('a'+i)), delayBound, latency(bound), poll(max(bound, 200*millisecond))),
			)
		}
		return w
	}
	for _, c := range []struct {
		name string
		make func(bound unit.Duration) model.Workload
		want unit.Duration
	}{
		{"one", func(bound unit.Duration) model.Workload { return standard(1, bound) }, 200 * millisecond},
		{"five", func(bound unit.Duration) model.Workload { return standard(5, bound) }, 1000 * millisecond},
		{"fan-out", func(bound unit.Duration) model.Workload {
			return workload(100, 10, 10, with("a", fanOut, delayBound, latency(bound)))
		}, 70 * millisecond},
	} {
		exact, below := c.make(c.want), c.make(c.want-millisecond)
		if !planned(&exact).Feasible || planned(&below).Feasible {
			t.Errorf("%s: the least feasible delay is not %v", c.name, c.want)
		}
	}
}

// lambdaConcurrency holds the invocations at once that a plan warns of against a quota
// that is as many, and one that is one more.
func lambdaConcurrency(t *testing.T) {
	for shards, want := range map[int]int{100: 200, 150: 300} {
		w := onFn(10, unit.RecordsPerSecond(shards*1000), 10_000, 2)
		for _, quota := range []int{want, want + 1} {
			l := limits
			l.LambdaConcurrency.Value = quota
			p, err := AtLeast(t.Context(), &l, &w, nil, 0)
			i := slices.IndexFunc(p.Warnings, func(n notice.Notice) bool { return n.ID == "lambda-concurrency.fn" })
			if err != nil || p.Shards.Recommended != shards || (i >= 0) != (quota == want) {
				t.Fatalf("%d shards × 2, a quota of %d: %+v", shards, quota, p.Warnings)
			}
			if i >= 0 && !strings.Contains(p.Warnings[i].Message, fmt.Sprint(want)) {
				t.Errorf("%d shards × 2: %s, want %d", shards, p.Warnings[i].Message, want)
			}
		}
	}
}

// wantShards checks the recommended count and, if named, what binds.
func wantShards(t *testing.T, w model.Workload, want int, binding ...string) model.Plan {
	t.Helper()
	p := planned(&w)
	if p.Shards.Recommended != want {
		t.Errorf("recommended %d, want %d", p.Shards.Recommended, want)
	}
	if len(binding) > 0 && !slices.Equal(p.Binding, binding) {
		t.Errorf("%v bind, want %v", p.Binding, binding)
	}
	return p
}

func wantCounts(t *testing.T, p model.Plan, want map[string]int) {
	t.Helper()
	for id, n := range want {
		if got := constraint(t, &p, id).Recommended; !got.Known || got.Value != n {
			t.Errorf("%s: %+v, want %d", id, got, n)
		}
	}
}

func wantNeed(t *testing.T, p model.Plan, id string, want, tolerance float64) {
	t.Helper()
	if got := constraint(t, &p, id).Need.Value; math.Abs(got-want) > tolerance {
		t.Errorf("%s: need %v, want %v", id, got, want)
	}
}
