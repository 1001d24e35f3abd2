package plan

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/calctest"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"pgregory.net/rapid"
)

// 1,000 records/s of 1 KiB are 0.977 MiB/s: at 80 % two shards for what is written, which
// consumers of 3.2 MiB/s read: three of them, and a fourth needs a third shard. That one
// costs a shard more, $10.95; with enhanced fan-out it costs two shards, 2 × $10.95, and
// 2,506.3 GB × $0.013 = $32.58.
func TestRoomOnPaper(t *testing.T) {
	w := at(0.8, in("us-east-1", workload(1024, 1000, 1000, with("a"), with("b"), with("c"))))
	w.CurrentShards = 1
	p := pricedPlan(&w, monthly())
	if len(p.Room) != 2 || p.Shards.Recommended != 2 {
		t.Fatalf("%+v", p.Room)
	}
	r := p.Room[0]
	const cents = unit.Dollar / 100
	if r.Standard != 0 || r.NextLimit != "consumer-limit.bytes" || r.NextStandard.Value/cents != 1095 ||
		(r.NextFanOut.Value+cents/2)/cents != 2190+3258 {
		t.Errorf("%+v", r)
	}
	if now := p.Room[1]; now.Of != "now" || now.Holds || now.Peak.Value != 546.133333 || now.Limit != "consumer-limit.bytes" {
		t.Errorf("%+v", now)
	}
}

// As many more consumers fit as a room says, and one more does not; a peak as large does,
// and a hundredth more does not.
func TestRoomIsWhatFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := calctest.DrawWorkload(t, rapid.Bool().Draw(t, "packed"))
		for _, r := range planned(&w).Room {
			for more := range 3 {
				v := clone(w)
				for i := range r.Standard + more - 1 {
					v.Consumers = append(v.Consumers, model.NewConsumer(model.Name("more"+unit.Count(i).String())))
				}
				s := calc.NewSizing(&limits, &v)
				needs := s.Solve(nil)
				_, recommended := calc.Counts(needs)
				if fits := s.Fits(needs) && recommended <= r.Shards; r.Holds && fits != (more < 2) && r.Standard+more > 0 {
					t.Fatalf("%+v: %d more fit: %v", r, r.Standard+more-1, fits)
				}
			}
			if !r.Peak.Known || !r.Holds {
				continue
			}
			for times, want := range map[float64]bool{1: true, 1.01: false} {
				v := clone(w)
				v.Producer.Peak = unit.RecordsPerSecond(r.Peak.Value * times)
				v.Producer.Surge.Throughput = max(v.Producer.Surge.Throughput, v.Producer.Peak)
				if v.Producer.Surge.Duration == 0 {
					v.Producer.Surge.Throughput = 0
				}
				s := calc.NewSizing(&limits, &v)
				needs := s.Solve(nil)
				_, recommended := calc.Counts(needs)
				unbounded := slices.ContainsFunc(needs, func(n calc.Need) bool { return math.IsInf(n.Full, 1) })
				fits := !unbounded && recommended <= r.Shards
				if fits != want && !(fits && packsBetter(&w, r.Limit)) {
					t.Fatalf("%+v: a peak of %v fits: %v", r, v.Producer.Peak, fits)
				}
			}
		}
	})
}

// packsBetter reports whether a larger peak can ask for fewer shards: a backlog, of so many
// records or of a surge, is read in aggregates that the peak fills. All other needs grow with it.
func packsBetter(w *model.Workload, limit string) bool {
	return w.Producer.Aggregation.Producers > 0 && strings.HasPrefix(limit, "acceptable-latency.")
}
