package calc

import (
	"context"
	"testing"

	"github.com/kcalc/kcalc/model"
)

// patience is a context that is done once it has been looked at so many times, and
// that counts how often it is.
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

// Advice and fair shares take the longest: as often as the context is looked at
// grows with the consumers, and once it is done next to nothing follows.
func TestSolvingHeedsTheContext(t *testing.T) {
	w := inRegion("us-east-1", benchmarked(false))
	for i := range 20 {
		w.Consumers = append(w.Consumers, with("more-"+model.Name(rune('a'+i)), speed(700)))
	}
	few := inRegion("us-east-1", benchmarked(false))
	for name, solve := range map[string]struct {
		least int // looks
		run   func(context.Context) error
	}{
		"advice": {30, func(ctx context.Context) error {
			_, err := RecommendAtLeast(ctx, &limits, &w, monthly(), 0)
			return err
		}},
		"sampled shares": {10_000, func(ctx context.Context) error {
			_, err := CostsContext(ctx, &limits, &w, monthly(), model.Modes(), 7)
			return err
		}},
		"exact shares and fan-out": {1 << 11, func(ctx context.Context) error {
			_, err := CostsContext(ctx, &limits, &few, monthly(), []model.Mode{model.Provisioned}, 0)
			return err
		}},
	} {
		whole := patience{Context: t.Context(), most: 1 << 30}
		if err := solve.run(&whole); err != nil || whole.looks < solve.least {
			t.Errorf("%s: the context is looked at %d times, %d at least; %v", name, whole.looks, solve.least, err)
		}
		for _, most := range []int{0, 1, 20} {
			short := patience{Context: t.Context(), most: most}
			if err := solve.run(&short); err != context.Canceled || short.looks > most+10 {
				t.Errorf("%s, done after %d looks: %v, and %d looks more", name, most, err, short.looks-most)
			}
		}
	}
}
