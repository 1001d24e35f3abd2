package calc

import (
	"math"
	"testing"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

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
		if minimum, recommended := Counts(Solve(&limits, &w, nil)); minimum != c.minimum || recommended != c.recommended {
			t.Errorf("%+v: %d, %d", c, minimum, recommended)
		}
	}
}

// So do consumers, in what they process, read and catch up with.
func TestOneShardServesWhatOneCan(t *testing.T) {
	a := with("a", speed(1000), latency(60*second))
	a.Outage, a.CatchUp = hour, hour
	w := uneven(workload(100, 400, 400, a), 30)
	w.Producer.Surge = model.Surge{Throughput: 900, Duration: 10 * second}
	if _, recommended := Counts(Solve(&limits, &w, nil)); recommended != 1 {
		t.Errorf("%d shards", recommended)
	}
	w.Consumers[0].Speed = 799 // 800/s drain the outage
	if got, want := solved(&w)["acceptable-latency.a.outage"].Full, 30*800.0/799; math.Abs(got-want) > 1e-9 {
		t.Errorf("%v, want %v", got, want)
	}
}

// What it could carry is what one shard can, and its text says that skew does not
// count.
func TestSkewThatDoesNotCount(t *testing.T) {
	w := at(0.8, uneven(workload(100, 500, 500), 10_000))
	s, n := NewSizing(&limits, &w), solved(&w)["producer-limit.records.peak"]
	if c, u := s.Carries(&n, 1).Value, n.Utilization(&s, 1); c.Largest != 800 || u != 0.5 || n.Full != 0.5 {
		t.Errorf("carries %v, uses %v, needs %v", c, u, n.Full)
	}
	if got, want := n.Formula(&s, 1), "all on one shard: 500 records/s ÷ 1,000 records/s"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// On a number of shards, and on those that are as hot each.
func TestSkewBothWays(t *testing.T) {
	for _, c := range []struct{ skew, shards, even float64 }{
		{1, 0.5, 0.5}, {1, 7, 7}, {4, 0.5, 0.5}, {4, 1, 1}, {4, 3, 1}, {4, 4, 1}, {4, 6, 1.5},
	} {
		k := Skew{factor: c.skew}
		if got := k.Even(c.shards); got != c.even {
			t.Errorf("κ = %v, %v shards: %v, want %v", c.skew, c.shards, got, c.even)
		}
		if got := k.Shards(c.even); got > c.shards || k.Even(got) != c.even {
			t.Errorf("κ = %v, %v as hot each: %v shards", c.skew, c.even, got)
		}
	}
}
