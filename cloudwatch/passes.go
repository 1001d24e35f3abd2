package cloudwatch

import (
	"slices"
	"time"

	"github.com/kcalc/kcalc/model/unit"
)

// Passes are the two fetches of many streams: hours of all of them, and then finer
// periods of those of which the hours do not suffice.
//
// A metric costs the same at any period, so that minutes of all streams at once would cost
// less money than both; but a fortnight has sixty times the points by the minute, for which
// CloudWatch takes minutes where it takes seconds, and so does whoever looks at them. Most
// streams of an account are far from any limit.
type Passes struct {
	Hours *Plan

	// Most is the second pass if every stream needs it, the most that it may cost. It is nil
	// where CloudWatch has nothing finer than hours of the window.
	Most *Plan
}

// hour is the period of the first pass.
const hour = unit.Duration(time.Hour)

// Passes plans both passes over a window that is seen at the time now.
func (l *Limits) Passes(asks []Ask, from, to, now time.Time) (*Passes, error) {
	var p Passes
	coarse := l.AtLeast(hour)
	bands, err := coarse.Bands(from, to, now)
	if err != nil {
		return nil, err
	}
	if p.Hours, err = coarse.Plan(asks, bands); err != nil {
		return nil, err
	}
	if bands, err = l.Bands(from, to, now); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(bands, func(b Band) bool { return b.Period < hour }) {
		p.Most, err = l.Plan(asks, bands)
	}
	return &p, err
}

// AtLeast returns the limits of who asks for no period shorter than one.
func (l *Limits) AtLeast(period unit.Duration) Limits {
	coarse := *l
	coarse.Tiers = slices.DeleteFunc(slices.Clone(l.Tiers), func(t Tier) bool { return t.Period < period })
	return coarse
}
