package fit_test

import (
	"context"
	"testing"

	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/modeltest"
)

// A fit looks at its context before each of its stages, and ends with it.
func TestAFitHeedsTheContext(t *testing.T) {
	limits := model.PublishedLimits()
	whole := modeltest.Patience{Context: t.Context(), Most: 1 << 30}
	if _, err := fit.FitContext(&whole, &model.History{}, &limits); err != nil || whole.Looks < 5 {
		t.Fatalf("%d looks at the context, %v", whole.Looks, err)
	}
	for most := range whole.Looks {
		short := modeltest.Patience{Context: t.Context(), Most: most}
		if _, err := fit.FitContext(&short, &model.History{}, &limits); err != context.Canceled || short.Looks > most+2 {
			t.Errorf("done after %d looks: %v, %d looks more", most, err, short.Looks-most)
		}
	}
}
