package fit_test

import (
	"context"
	"testing"

	"github.com/kcalc/kcalc/calc/fit"
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

// A fit looks at its context before each of its stages, and ends with it.
func TestAFitHeedsTheContext(t *testing.T) {
	limits := model.PublishedLimits()
	whole := patience{Context: t.Context(), most: 1 << 30}
	if _, err := fit.FitContext(&whole, &model.History{}, &limits); err != nil || whole.looks < 5 {
		t.Fatalf("%d looks at the context, %v", whole.looks, err)
	}
	for most := range whole.looks {
		short := patience{Context: t.Context(), most: most}
		if _, err := fit.FitContext(&short, &model.History{}, &limits); err != context.Canceled || short.looks > most+2 {
			t.Errorf("done after %d looks: %v, %d looks more", most, err, short.looks-most)
		}
	}
}
