package review_test

import (
	"context"
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
