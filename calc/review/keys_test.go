package review_test

import (
	"testing"

	"github.com/kcalc/kcalc/calc/plan"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// The replay has the skew of few keys on each number of shards: the fewest shards that hold a
// declared scenario are the minimum of the plan, and one fewer does not.
func TestReplayHasTheSkewOfKeys(t *testing.T) {
	for _, c := range []struct {
		keys  unit.Count
		share unit.Fraction
	}{{300, 0}, {50, 0}, {10, 0}, {0, 0.15}, {40, 0.1}} {
		w := model.NewWorkload()
		w.Region = "us-east-1"
		w.Producer.RecordSize, w.Producer.Average, w.Producer.Peak = 100, 2000, 5000
		w.Producer.Keys, w.Producer.LargestKey.Share = c.keys, c.share
		p, err := plan.AtLeast(t.Context(), &limits, &w, nil, 0)
		if err != nil || !p.Feasible {
			t.Fatal(err, p.Infeasible)
		}
		b := review.Basis{Limits: &limits}
		for shards, holds := range map[int]bool{p.Shards.Minimum: true, p.Shards.Minimum - 1: false} {
			r, err := review.Replay(t.Context(), &b, &w, &review.ReplayRequest{Shards: []int{shards}, Mode: model.Provisioned,
				Writes: review.Wait})
			if err != nil || r.Candidates[0].Holds != holds {
				t.Errorf("%+v on %d shards of %d: %v, %v", c, shards, p.Shards.Minimum, r.Candidates[0].Holds, err)
			}
		}
	}
}
