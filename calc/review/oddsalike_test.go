package review_test

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
)

// A replay has the odds that the recommendation has, with declared growth too, which counts
// once: in what is to come, and not in what was.
func TestOddsAreAlike(t *testing.T) {
	for name, declared := range map[string]input.Declaration{"level": {}, "growing": flags("growth", "10%/week")} {
		h, e := peaks(fortnight...), small()
		r := likely(t, h, e, declared)
		w, inputs := workload(t, e, declared)
		b := &review.Basis{Limits: &limits, History: h, Evidence: e, Inputs: inputs, Tariff: prices()}
		var counts []int
		for i := range r.Odds.Value.Counts { // the other way round, so that no count is the first in both
			counts = append(counts, r.Odds.Value.Counts[len(r.Odds.Value.Counts)-1-i].Shards)
		}
		q := review.ReplayRequest{Shards: counts, Mode: model.Provisioned, Writes: review.Wait}
		got := must(review.Replay(context.Background(), b, &w, &q))
		for _, want := range r.Odds.Value.Counts {
			for i := range got.Candidates {
				if c := &got.Candidates[i]; c.Shards == model.Known(want.Shards) && c.Odds != model.Known(want) {
					t.Errorf("%s: %+v in the replay, %+v", name, c.Odds, want)
				}
			}
		}
		if len(counts) < 2 {
			t.Errorf("%s: %+v", name, r.Odds)
		}
	}
}

// What all processors of a consumer do together does not grow with the shards, so from some
// count on more shards have no better odds. On paper: 12,000 records a second of which the
// busiest day takes 10,000 are 1.2 times it on any number of shards.
func TestOddsOfABoundedConsumer(t *testing.T) {
	h, e := peaks(fortnight...), small()
	for name, c := range map[string]struct {
		declared input.Declaration
		want     func(shards float64) float64
	}{
		"bounded": {consumers(consumer("app", "total_speed", "12000")), func(float64) float64 { return 12 }},
		"any":     {consumers(consumer("app", "speed", "5000")), func(shards float64) float64 { return shards }},
	} {
		w, inputs := workload(t, e, c.declared)
		b := &review.Basis{Limits: &limits, History: h, Evidence: e, Inputs: inputs, Tariff: prices()}
		q := review.ReplayRequest{Shards: []int{14, 20, 40}, Mode: model.Provisioned, Writes: review.Wait}
		got := must(review.Replay(context.Background(), b, &w, &q))
		for _, one := range got.Candidates {
			want := holds(c.want(float64(one.Shards.Value)), 28, fortnight)
			if !one.Odds.Known || math.Abs(one.Odds.Value.Holds-want) > 1e-9 {
				t.Errorf("%s: %d shards have %+v, want %v", name, one.Shards.Value, one.Odds, want)
			}
		}
		if len(got.Candidates) < 3 {
			t.Errorf("%s: %d candidates", name, len(got.Candidates))
		}
	}
}

// Each moment is in a day that has begun and not ended, also where clocks skip midnight.
func TestDaysWithoutMidnight(t *testing.T) {
	for _, name := range []string{"America/Santiago", "America/Havana", "Europe/Berlin"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Skip(err)
		}
		h, e := peaks(fortnight...), small()
		w, inputs := workload(t, e, input.Declaration{})
		b := &review.Basis{Limits: &limits, History: h, Evidence: e, Inputs: inputs, Tariff: prices(), Zone: zone}
		if r := must(review.New(context.Background(), b, &w)); !r.Odds.Known || r.Odds.Value.DaysSeen < 13.9 {
			t.Errorf("%s: %+v", name, r.Odds)
		}
	}
}
