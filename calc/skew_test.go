package calc

import (
	"math"
	"testing"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

func uneven(w model.Workload, k unit.Factor) model.Workload {
	w.Producer.Skew = k
	return w
}

// The hottest shard gets min(κ/N, 1) of the traffic: what fits on one shard takes one,
// whatever the skew, and what does not takes more than κ.
func TestOneShardTakesWhatOneCan(t *testing.T) {
	for _, c := range []struct {
		peak                 unit.RecordsPerSecond
		skew                 unit.Factor
		target               unit.Fraction
		minimum, recommended int
	}{
		{500, 10_000, 0.8, 1, 1},
		{500, 4, 0.8, 1, 1},
		{800, 4, 0.8, 1, 1},
		{801, 4, 0.8, 1, 5}, // headroom takes the hottest 4·0.801/0.8 shards
		{1000, 40, 1, 1, 1},
		{1001, 40, 1, 41, 41},
		{589, 43.46, 0.8, 1, 1},
		{2000, 1.5, 1, 3, 3},
	} {
		w := at(c.target, uneven(workload(100, c.peak, c.peak), c.skew))
		p := Recommend(&limits, &w, nil)
		if got := p.Shards; got.Minimum != c.minimum || got.Recommended != c.recommended {
			t.Errorf("%+v: %+v", c, got)
		}
	}
}

// So do consumers, in what they process, read and catch up with.
func TestOneShardServesWhatOneCan(t *testing.T) {
	a := with("a", speed(1000), latency(60*second))
	a.Outage, a.CatchUp = hour, hour
	w := uneven(workload(100, 400, 400, a), 30)
	w.Producer.Surge = model.Surge{Throughput: 900, Duration: 10 * second}
	if p := Recommend(&limits, &w, nil); p.Shards.Recommended != 1 {
		t.Errorf("%+v", p.Shards)
	}
	w.Consumers[0].Speed = 799 // 800/s drain the outage
	p := Recommend(&limits, &w, nil)
	if want := 30 * 800.0 / 799; math.Abs(constraint(t, &p, "acceptable-latency.a.outage").Need.Value-want) > 1e-9 {
		t.Errorf("%+v", constraint(t, &p, "acceptable-latency.a.outage"))
	}
}

// What it could carry is what one shard can, its text says that skew does not count,
// and spreading the keys saves nothing.
func TestSkewThatDoesNotCount(t *testing.T) {
	w := at(0.8, uneven(workload(100, 500, 500), 10_000))
	p := Recommend(&limits, &w, nil)
	c := constraint(t, &p, "producer-limit.records.peak")
	if c.Carries.Value.Largest != 800 || c.Utilization.Value != 0.5 || c.Need.Value != 0.5 {
		t.Errorf("%+v", c)
	}
	if want := "all on one shard: 500 records/s ÷ 1,000 records/s"; c.Formula != want {
		t.Errorf("%s, want %s", c.Formula, want)
	}
	for _, a := range p.Advice {
		t.Errorf("advice %s: %s", a.ID, a.Change)
	}
}

// On a number of shards, and on those that are as hot each.
func TestSkewBothWays(t *testing.T) {
	for _, c := range []struct{ skew, shards, even float64 }{
		{1, 0.5, 0.5}, {1, 7, 7}, {4, 0.5, 0.5}, {4, 1, 1}, {4, 3, 1}, {4, 4, 1}, {4, 6, 1.5},
	} {
		k := Skew(c.skew)
		if got := k.Even(c.shards); got != c.even {
			t.Errorf("κ = %v, %v shards: %v, want %v", c.skew, c.shards, got, c.even)
		}
		if got := k.Shards(c.even); got > c.shards || k.Even(got) != c.even {
			t.Errorf("κ = %v, %v as hot each: %v shards", c.skew, c.even, got)
		}
	}
}
