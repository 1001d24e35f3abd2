package plan

import (
	"context"
	"testing"

	"github.com/kcalc/kcalc/calc/calctest"
	"github.com/kcalc/kcalc/model"
)

// Advice takes the longest: as often as the context is looked at grows with the
// consumers, and once it is done next to nothing follows.
func TestAdviceHeedsTheContext(t *testing.T) {
	w := calctest.Benchmarked(false)
	for i := range 20 {
		w.Consumers = append(w.Consumers, with("more-"+model.Name(rune('a'+i)), speed(700), poll(20*second)))
	}
	calctest.HeedsContext(t, 30, func(ctx context.Context) error {
		_, err := AtLeast(ctx, &limits, &w, monthly(), 0)
		return err
	})
}
