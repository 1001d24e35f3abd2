package cost

import (
	"context"
	"testing"

	"github.com/kcalc/kcalc/calc/calctest"
	"github.com/kcalc/kcalc/model"
)

// Fair shares and the choice of enhanced fan-out take the longest: as often as the
// context is looked at grows with the consumers, and once it is done next to nothing
// follows.
func TestPricingHeedsTheContext(t *testing.T) {
	few, many := calctest.Benchmarked(false), calctest.Benchmarked(false)
	for i := range 20 {
		many.Consumers = append(many.Consumers, with("more-"+model.Name(rune('a'+i)), speed(700)))
	}
	for name, c := range map[string]struct {
		w      *model.Workload
		modes  []model.Mode
		shards int
		looks  int
	}{
		"sampled shares":           {&many, model.Modes(), 7, 10_000},
		"exact shares and fan-out": {&few, model.Modes()[:1], 0, 1 << 11},
	} {
		t.Run(name, func(t *testing.T) {
			calctest.HeedsContext(t, c.looks, func(ctx context.Context) error {
				_, err := Of(ctx, &limits, c.w, monthly(), &Request{Modes: c.modes, Counts: Counts{Fixed: c.shards}})
				return err
			})
		})
	}
}
