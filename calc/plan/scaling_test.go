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

// UpdateShardCount goes to at most twice and at least half of the current
// count, to at most 10,000, and from more than 10,000 only to fewer than
// 10,000 (its API reference). 13 is half of 25, rounded up.
func TestScalingCalls(t *testing.T) {
	for _, c := range []struct {
		from, to int
		want     []int
		stops    bool // short of the goal
	}{
		{12, 50, []int{24, 48, 50}, false},
		{50, 12, []int{25, 13, 12}, false},
		{12, 12, []int{}, false},
		{1, 2, []int{2}, false},
		{2, 1, []int{1}, false},
		{3, 1, []int{2, 1}, false},
		{4, 2, []int{2}, false},
		{10_000, 1, []int{5000, 2500, 1250, 625, 313, 157, 79, 40, 20, 10, 5, 3, 2, 1}, false},
		{8000, 12_000, []int{10_000}, true},
		{10_000, 12_000, []int{}, true},
		{15_000, 5000, []int{7500, 5000}, false},
		{19_998, 9000, []int{9999, 9000}, false},
		{19_999, 9000, []int{}, true},
		{20_000, 5000, []int{}, true},
		{15_000, 20_000, []int{}, true},
		{15_000, 12_000, []int{}, true}, // it stays above the goal rather than go below it
	} {
		got := scale(&limits, c.from, c.to, true)
		if n := got.Splits + got.Merges; n != got.Operations || (n > 0) != (len(got.Calls) > 0) {
			t.Errorf("%d to %d: %d operations of %d calls", c.from, c.to, got.Operations, len(got.Calls))
		}
		if !slices.Equal(got.Calls, c.want) {
			t.Errorf("%d to %d: %v, want %v", c.from, c.to, got.Calls, c.want)
		}
		if stops := strings.Contains(strings.Join(got.Expect, " "), "does not lead to"); stops != c.stops {
			t.Errorf("%d to %d: stops %v, want %v", c.from, c.to, stops, c.stops)
		}
	}
}

// Up to 10,000 shards each call is allowed, the last is for the goal, and no
// plan takes fewer: ⌈log2 of the ratio⌉.
func TestScalingIsLegalAndShortest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := int(calctest.DrawLog(t, "from", 1, 10_000))
		to := int(calctest.DrawLog(t, "to", 1, 10_000))
		calls := calc.ReshardCalls(&limits, from, to)
		at := from
		for _, next := range calls {
			if next > 2*at || 2*next < at || next > 10_000 || next < 1 || next == at {
				t.Fatalf("%d to %d: %v, from %d to %d is not allowed", from, to, calls, at, next)
			}
			at = next
		}
		if at != to {
			t.Fatalf("%d to %d: ends at %d", from, to, at)
		}
		ratio := math.Max(float64(from)/float64(to), float64(to)/float64(from))
		if want := int(math.Ceil(math.Log2(ratio))); len(calls) != want {
			t.Fatalf("%d to %d: %d calls, want %d", from, to, len(calls), want)
		}
	})
}

func TestVerdict(t *testing.T) {
	for _, c := range []struct {
		current unit.Count
		want    model.Verdict
	}{{4, model.TooFew}, {5, model.Right}, {6, model.TooMany}} {
		w := workload(10, 5000, 5000)
		w.CurrentShards = c.current
		p := planned(&w)
		if got := p.Scaling.Value; !p.Scaling.Known || got.Verdict != c.want || got.From != int(c.current) || got.To != 5 ||
			got.PerDay != 10 {
			t.Errorf("%d shards now: %+v", c.current, got)
		}
		if p.Shards.Current.Value != int(c.current) {
			t.Errorf("current %+v", p.Shards.Current)
		}
	}
}

// A stream has ten calls in 24 hours; from 1 to 2,000 shards are eleven.
func TestScalingTakesDays(t *testing.T) {
	for to, want := range map[int]string{2: "One call", 1024: "10 calls of UpdateShardCount, of the 10 ", 2000: "11 calls of UpdateShardCount; a stream has 10 in 24 hours, so this takes 2 days"} {
		if got := scale(&limits, 1, to, true).Expect[0]; !strings.HasPrefix(got, want) {
			t.Errorf("1 to %d: %q", to, got)
		}
	}
}

// What a stream could take in on-demand mode: 4 MiB/s new, twice its peak
// afterwards; a surge of twice the peak is carried and a record more is not.
func TestOnDemand(t *testing.T) {
	for surge, want := range map[unit.RecordsPerSecond]bool{20_000: true, 20_001: false} {
		w := workload(unit.KiB, 10_000, 10_000)
		w.Producer.Surge = model.Surge{Throughput: surge, Duration: second}
		got := planned(&w).OnDemand
		if got.AfterPeak.Bytes != 20_000*1024 || got.AfterPeak.Records != 20_000 || got.CarriesSurge != want {
			t.Errorf("surge of %v: %+v", surge, got)
		}
	}
}

// A surge above the quota of the Region is not carried on demand: twice the peak is 300 MiB/s, the
// quota 200.
func TestOnDemandSurgeAboveQuota(t *testing.T) {
	w := in("us-east-2", workload(unit.MiB, 150, 150))
	w.Producer.Surge = model.Surge{Throughput: 250, Duration: second}
	if planned(&w).OnDemand.CarriesSurge {
		t.Error("on-demand carries a surge above the quota")
	}
}
