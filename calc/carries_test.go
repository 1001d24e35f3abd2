package calc

import (
	"testing"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"pgregory.net/rapid"
)

// The rate that a constraint carries fits on the recommended shards, and a
// ten-thousandth more does not.
func TestCarries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorkload(t, rapid.Bool().Draw(t, "packed"))
		s := NewSizing(&limits, &w)
		needs := s.Solve(nil)
		_, shards := Counts(needs)
		for i := range needs {
			n := &needs[i]
			if !n.CountsShards() {
				continue
			}
			carries := s.Carries(n, shards)
			if !carries.Known {
				continue
			}
			id, c := n.ID(&w), carries.Value
			declared := *rateNamed(&w, c.Rate)
			if float64(declared) > c.Largest*(1+1e-8) { // it has nine digits
				t.Fatalf("%s carries %v, less than the %v declared", id, c, declared)
			}
			if at := countAt(w, id, c, 1); at > shards {
				t.Fatalf("%s carries %v on %d shards, it says, but needs %d", id, c, shards, at)
			}
			if at := countAt(w, id, c, 1.0001); at <= shards {
				t.Fatalf("%s carries more than %v on %d shards", id, c, shards)
			}
		}
	})
}

// countAt returns what a constraint asks for at some times the largest rate that it
// carries.
func countAt(w model.Workload, id string, c model.Carries, times float64) int {
	*rateNamed(&w, c.Rate) = unit.RecordsPerSecond(c.Largest * times)
	if p := &w.Producer; p.Surge.Duration > 0 { // a peak above the surge raises it
		p.Surge.Throughput = max(p.Surge.Throughput, p.Peak)
	}
	return Shards(solved(&w)[id].Target)
}

func rateNamed(w *model.Workload, name string) *unit.RecordsPerSecond {
	switch name {
	case "average":
		return &w.Producer.Average
	case "surge":
		return &w.Producer.Surge.Throughput
	}
	return &w.Producer.Peak
}

// Packed, what a surge leaves behind needs more shards at a low peak, which
// packs it worse, than at a higher one. The largest peak that the shards carry
// is above the declared one all the same, as they carry that.
func TestCarriesOfPackedLatency(t *testing.T) {
	w := workload(200, 1000, 1000, with("fn", lambda(100, 1, second), latency(60*second)))
	w.Producer.Aggregation = model.DefaultAggregation()
	w.Producer.Surge = model.Surge{Throughput: 20_000, Duration: 60 * second}
	s := NewSizing(&limits, &w)
	needs := s.Solve(nil)
	_, shards := Counts(needs)
	n := solved(&w)["acceptable-latency.fn"]
	if c := s.Carries(&n, shards); !c.Known || c.Value.Largest < float64(w.Producer.Peak) {
		t.Errorf("carries %+v, less than the declared peak of %v", c, w.Producer.Peak)
	}
}
