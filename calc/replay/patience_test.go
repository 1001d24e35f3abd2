package replay_test

import (
	"context"
	"testing"

	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/modeltest"
)

// A run looks at its context all along, and ends with it.
func TestARunHeedsTheContext(t *testing.T) {
	limits := model.PublishedLimits()
	s := replay.Setup{Limits: &limits, Workload: tenConsumers(1000, 100), Traffic: segmentIterator(14, 60)}
	parts := 14 * 24 * 60
	whole := modeltest.Patience{Context: t.Context(), Most: 1 << 30}
	if _, err := s.Run(&whole, replay.Capacity{Shards: 20}, 0); err != nil || whole.Looks < parts/2048 {
		t.Fatalf("%d looks at the context in %d parts, %v", whole.Looks, parts, err)
	}
	for most := range whole.Looks {
		short := modeltest.Patience{Context: t.Context(), Most: most}
		if _, err := s.Run(&short, replay.Capacity{Shards: 20}, 480); err != context.Canceled || short.Looks > most+2 {
			t.Errorf("done after %d looks: %v, %d looks more", most, err, short.Looks-most)
		}
	}
}
