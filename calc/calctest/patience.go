package calctest

import (
	"context"
	"testing"
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

// HeedsContext checks that what is run looks at its context a number of times, and
// does next to nothing more once that is done.
func HeedsContext(t *testing.T, least int, run func(context.Context) error) {
	t.Helper()
	whole := patience{Context: t.Context(), most: 1 << 30}
	if err := run(&whole); err != nil || whole.looks < least {
		t.Errorf("the context is looked at %d times, %d at least; %v", whole.looks, least, err)
	}
	for _, most := range []int{0, 1, 20} {
		short := patience{Context: t.Context(), most: most}
		if err := run(&short); err != context.Canceled || short.looks > most+10 {
			t.Errorf("done after %d looks: %v, and %d looks more", most, err, short.looks-most)
		}
	}
}
