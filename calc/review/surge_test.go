package review_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
	"pgregory.net/rapid"
)

const (
	short = time.Minute
	long  = 2 * time.Hour
)

// The surge that needs the most shards feeds the plan; without a consumer that
// has to catch up that is the highest, and of equal ones the longest.
func TestHeaviestSurge(t *testing.T) {
	high, lower := surge(20_000, short), surge(18_000, long)
	slow := consumer("fraud", "speed", "500", "latency", "30s")
	for name, c := range map[string]struct {
		surges   []fit.Surge
		declared input.Declaration
		want     string
	}{
		"none":                 {nil, input.Declaration{}, "none"},
		"the highest":          {[]fit.Surge{high, lower}, input.Declaration{}, "20000/s for 1m"},
		"in any order":         {[]fit.Surge{lower, high}, input.Declaration{}, "20000/s for 1m"},
		"the longer of equals": {[]fit.Surge{high, surge(20_000, long)}, input.Declaration{}, "20000/s for 2h"},
		// By the formula of acceptable-latency the high one needs
		// (20,000 × 60 + 10,000 × 30) ÷ (500 × 90) = 33.3 shards, the low one
		// (18,000 × 7,200 + 10,000 × 30) ÷ (500 × 7,230) = 35.9.
		"a longer one for a slow consumer": {[]fit.Surge{high, lower}, consumers(slow), "18000/s for 2h"},
		// With 1,000 records/s it is 16.7 against 18, and the producers' 20.
		"not for a faster one":      {[]fit.Surge{high, lower}, consumers(consumer("fraud", "speed", "1k", "latency", "30s")), "20000/s for 1m"},
		"one below the peak":        {[]fit.Surge{surge(9_000, long)}, input.Declaration{}, "none"},
		"one as high as the peak":   {[]fit.Surge{surge(10_000, long)}, input.Declaration{}, "none"},
		"a declared one":            {[]fit.Surge{high, lower}, flags("producer.surge.throughput", "12k", "producer.surge.duration", "10s"), "12000/s for 10s"},
		"a peak above all":          {[]fit.Surge{high, lower}, flags("producer.peak", "21k"), "none"},
		"a peak between the two":    {[]fit.Surge{high, lower}, flags("producer.peak", "19k"), "20000/s for 1m"},
		"and for a slow consumer":   {[]fit.Surge{high, lower}, drafts(flags("producer.peak", "19k"), consumers(slow)), "20000/s for 1m"},
		"a higher peak below both":  {[]fit.Surge{high, lower}, flags("producer.peak", "15k"), "20000/s for 1m"},
		"a lower peak, same surges": {[]fit.Surge{high, lower}, flags("producer.peak", "8k"), "20000/s for 1m"},
	} {
		e := orders()
		e.Surges = c.surges
		w, _ := workload(t, e, c.declared)
		got := "none"
		if s := w.Producer.Surge; s.Duration > 0 {
			got = fmt.Sprintf("%s for %s", s.Throughput, s.Duration)
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// drafts are layers, the lowest first.
func drafts(layers ...input.Declaration) input.Declaration {
	var d input.Declaration
	for _, l := range layers {
		d.Merge(l)
	}
	return d
}

// Surges that the plan does not take are in the answer all the same.
func TestAllSurgesAreListed(t *testing.T) {
	e := orders()
	e.Surges = []fit.Surge{surge(20_000, short), surge(18_000, long), surge(9_000, long)}
	for _, declared := range []input.Declaration{{}, flags("producer.peak", "30k"), flags("producer.surge.throughput", "12k", "producer.surge.duration", "10s")} {
		r := reviewed(t, e, declared)
		if diff := cmp.Diff([]fit.Surge{surge(20_000, short), surge(18_000, long), surge(9_000, long)}, r.Evidence.Surges); diff != "" {
			t.Error(diff)
		}
	}
}

// Where the peak at the target utilization needs more than any surge, the
// minimum still is that of the surge: 12,000 records/s are 12 shards, though 13
// are recommended for the peak.
func TestSurgeBelowThePeaksHeadroom(t *testing.T) {
	e := orders()
	e.Surges = []fit.Surge{surge(12_000, short), surge(11_000, long)}
	if s := reviewed(t, e, input.Declaration{}).Shards; s.Minimum != 12 || s.Recommended != 13 {
		t.Errorf("%d shards at least and %d recommended, want 12 and 13", s.Minimum, s.Recommended)
	}
}

// No other surge that was seen would need more shards than the one of the plan,
// as one plan for each of them tells.
func TestNoOtherSurgeNeedsMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := orders()
		for range rapid.IntRange(1, 5).Draw(t, "surges") {
			records := rapid.Float64Range(9_000, 15_000).Draw(t, "records")
			length := rapid.Int64Range(1, 12*60).Draw(t, "minutes")
			e.Surges = append(e.Surges, surge(unit.RecordsPerSecond(records), time.Duration(length)*time.Minute))
		}
		var declared input.Declaration
		for _, name := range []string{"a", "b"}[:rapid.IntRange(0, 2).Draw(t, "consumers")] {
			speed := rapid.IntRange(300, 3000).Draw(t, "speed")
			declared.Consumers = append(
				declared.Consumers,
				consumer(
					name,
					"speed",
					fmt.Sprint(speed),
					"latency",
					rapid.SampledFrom([]string{"10s", "10m", "3h"}).Draw(t, "latency"),
				),
			)
		}
		w, _, err := review.Workload(&limits, e, declared)
		if err != nil {
			t.Fatal(err)
		}
		got := counts(&w)
		for _, s := range e.Surges {
			if s.Plan <= e.Peak.Value.Plan {
				continue
			}
			w.Producer.Surge = s.ForWorkload()
			if other := counts(&w); other[0] > got[0] || other[1] > got[1] {
				t.Fatalf("%v need %v shards, the surge of the plan %v", s.ForWorkload(), other, got)
			}
		}
	})
}

// counts are the minimum and the recommended shards.
func counts(w *model.Workload) [2]int {
	minimum, recommended := calc.Counts(calc.Solve(&limits, w, nil))
	return [2]int{minimum, recommended}
}
