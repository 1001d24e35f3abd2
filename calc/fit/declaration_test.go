package fit

import (
	"testing"
	"time"

	"github.com/kcalc/kcalc/calc/fit/fittest"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// The evidence of any history makes a workload without a fault, each of whose
// inputs was measured, and whose numbers are those of the evidence.
func TestDraftResolves(t *testing.T) {
	s := plants[1].stream(2)
	s.Rate, s.Size = 900, 250
	s.Shards = fittest.Shards{Loads: []float64{1.3, 0.7, 1}, Burst: 1.5, Metrics: true}
	s.Consumers = fittest.Consumers{Standard: 2, EnhancedFanOut: []model.FanOutConsumer{{Name: "audit"}},
		Functions: []model.Function{{Name: "a:b", State: "Enabled", BatchSize: 100}}, Duration: 1234567 * time.Microsecond}
	e := Fit(s.History(), &limits)
	d := e.Declaration(nil)
	w, inputs, err := d.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	measured := 0
	for _, in := range inputs {
		if in.Source == model.Measured {
			measured++
		}
	}
	if measured < 15 {
		t.Errorf("%d inputs are measured: %+v", measured, inputs)
	}
	p := w.Producer
	if w.Stream != "planted" || w.Region != "eu-west-1" || w.CurrentShards != 3 || w.Retention != unit.Day ||
		len(w.Consumers) != 3 {
		t.Errorf("%+v", w)
	}
	for what, pair := range map[string][2]float64{
		"record size": {float64(p.RecordSize), 250},
		"average":     {float64(p.Average), float64(e.Average.Value.Least)},
		"peak":        {float64(p.Peak), float64(e.Peak.Value.Plan)},
		"skew":        {float64(p.Skew), float64(e.Skew.Value.Factor)},
		"burst":       {float64(p.Burst), float64(e.Burst.Value.Factor)},
	} {
		if differs(pair[0], pair[1], 1e-3) {
			t.Errorf("%s: %v, want %v", what, pair[0], pair[1])
		}
	}
	if p.Burst > e.Burst.Value.Factor {
		t.Errorf("burst %v is above the %v that are proven", p.Burst, e.Burst.Value.Factor)
	}
}

// Of all classes of histories the draft resolves.
func TestEveryDraftResolves(t *testing.T) {
	for _, p := range plants {
		for seed := range uint64(10) {
			e := Fit(p.stream(seed).History(), &limits)
			d := e.Declaration(nil)
			if _, _, err := d.Resolve(); err != nil {
				t.Errorf("%s, seed %d: %v", p.name, seed, err)
			}
		}
	}
}

// The surge that needs the most shards feeds the plan: by throughput, of equal ones
// the longer, or by what the caller says. One below the peak does not.
func TestHeaviest(t *testing.T) {
	surge := func(plan unit.RecordsPerSecond, length time.Duration) Surge {
		return Surge{Plan: plan, Length: Seconds(length)}
	}
	e := Evidence{Peak: model.Known(Peak{Plan: 1000}), Surges: []Surge{
		surge(3000, time.Minute), surge(3000, 2*time.Minute), surge(2000, time.Hour), surge(1000, day), surge(900, day),
	}}
	if u, ok := e.HeaviestSurge(nil); !ok || u != e.Surges[1] {
		t.Errorf("%+v", u)
	}
	volume := func(s model.Surge) float64 { return float64(s.Throughput) * s.Duration.Seconds() }
	if u, ok := e.HeaviestSurge(volume); !ok || u != e.Surges[2] {
		t.Errorf("by volume: %+v", u)
	}
	if s := e.Declaration(volume).Settings; s["producer.surge.throughput"].Text != "2000/s" ||
		s["producer.surge.duration"].Text != "1h" {
		t.Errorf("%+v", s)
	}
	e.Surges = e.Surges[3:]
	if u, ok := e.HeaviestSurge(nil); ok {
		t.Errorf("below the peak: %+v", u)
	}
	if _, ok := e.Declaration(nil).Settings["producer.surge.duration"]; ok {
		t.Error("a surge below the peak is in the draft")
	}
}

// Of an on-demand stream AWS chooses the shards: there is no current count to
// judge.
func TestOnDemandHasNoCount(t *testing.T) {
	h := plants[1].stream(1).History()
	for mode, want := range map[model.Mode]bool{model.Provisioned: true, model.OnDemandStandard: false, model.OnDemandAdvantage: false} {
		h.Configuration.Value.Mode = model.Known(mode)
		e := Fit(h, &limits)
		if _, ok := e.Declaration(nil).Settings["current_shards"]; ok != want {
			t.Errorf("%s: %v", mode, ok)
		}
	}
}

// The throughput that stands for records and bytes needs as many shards as they do.
func TestPlan(t *testing.T) {
	f := fitter{limits: &limits, evidence: &Evidence{RecordSize: model.Known(unit.Bytes(200))}}
	need := func(records, bytes float64) float64 {
		return max(records/1000, bytes/float64(unit.MiB))
	}
	for _, c := range [][2]float64{{1000, 200_000}, {1000, 4e6}, {10, 3e6}, {5000, 1e5}} {
		got := float64(f.planRate(c[0], c[1]))
		if want := need(c[0], c[1]); differ(need(got, got*200), want) || got < c[0] {
			t.Errorf("%v: %v records/s need %v shards, want %v", c, got, need(got, got*200), want)
		}
	}
	if got := f.planRate(1000, 200_000); got != 1000 {
		t.Errorf("records of mean size: %v", got)
	}
	f.evidence.RecordSize.Value = 10_000
	if got := f.planRate(100, 100*1000); got != 100 {
		t.Errorf("small records among large ones: %v", got)
	}
	f.evidence.RecordSize = model.Maybe[unit.Bytes]{}
	if got := f.planRate(1000, none); got != 1000 {
		t.Errorf("without a size: %v", got)
	}
}

func TestUnique(t *testing.T) {
	taken := map[string]bool{}
	for _, c := range [][2]string{{"fn", "fn"}, {"fn", "fn-2"}, {"a:b/ü", "a-b--"}, {"", "-2"}, {"fn", "fn-3"}} {
		if got := uniqueName(c[0], taken); got != c[1] {
			t.Errorf("%q: %q, want %q", c[0], got, c[1])
		}
	}
}
