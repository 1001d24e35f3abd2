package calctest

import (
	"context"
	"testing"

	"github.com/kcalc/kcalc/model/modeltest"
)

// HeedsContext checks that what is run looks at its context a number of times, and
// does next to nothing more once that is done.
func HeedsContext(t *testing.T, least int, run func(context.Context) error) {
	t.Helper()
	whole := modeltest.Patience{Context: t.Context(), Most: 1 << 30}
	if err := run(&whole); err != nil || whole.Looks < least {
		t.Errorf("the context is looked at %d times, %d at least; %v", whole.Looks, least, err)
	}
	for _, most := range []int{0, 1, 20} {
		short := modeltest.Patience{Context: t.Context(), Most: most}
		if err := run(&short); err != context.Canceled || short.Looks > most+10 {
			t.Errorf("done after %d looks: %v, and %d looks more", most, err, short.Looks-most)
		}
	}
}
