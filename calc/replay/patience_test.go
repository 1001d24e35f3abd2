package replay_test

import (
	"context"
	"testing"

	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
)

// patience is a context that is done once it has been looked at so many times.
type patience struct {
	context.Context
	looks, most int
}

func (p *patience) Err() error {
	if p.looks++; p.looks > p.most {
		return context.Canceled
	}
	return nil
}

// A run looks at its context all along, and ends with it.
func TestARunHeedsTheContext(t *testing.T) {
	limits := model.PublishedLimits()
	s := replay.Setup{Limits: &limits, Workload: tenConsumers(1000, 100), Traffic: segmentIterator(14, 60)}
	parts := 14 * 24 * 60
	whole := patience{Context: t.Context(), most: 1 << 30}
	if _, err := s.Run(&whole, replay.Capacity{Shards: 20}, 0); err != nil || whole.looks < parts/2048 {
		t.Fatalf("%d looks at the context in %d parts, %v", whole.looks, parts, err)
	}
	for most := range whole.looks {
		short := patience{Context: t.Context(), most: most}
		if _, err := s.Run(&short, replay.Capacity{Shards: 20}, 480); err != context.Canceled || short.looks > most+2 {
			t.Errorf("done after %d looks: %v, %d looks more", most, err, short.looks-most)
		}
	}
}
