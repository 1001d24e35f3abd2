package cloudwatch

import (
	"fmt"
	"time"

	"github.com/kcalc/kcalc/model/unit"
)

// Band is a part of a window that CloudWatch has points of one period of.
type Band struct {
	Start  time.Time     `json:"start"`
	End    time.Time     `json:"end"` // exclusive
	Period unit.Duration `json:"-"`
}

// Points returns how many periods the band has.
func (b Band) Points() int { return int(b.End.Sub(b.Start) / time.Duration(b.Period)) }

// Slack is how long a plan stays good: points that CloudWatch is about to drop
// within it are asked for at the next coarser period. An interrupted fetch can
// go on for as long.
const Slack = time.Hour

// settling is how old a minute is before its points are asked for: metrics come
// in late, and a minute that is half counted looks like a quiet one.
const settling = 5 * time.Minute

// Settled returns the time up to which points are asked for at the time now. A window
// that is to be a day long ends there, and begins a day before it.
func Settled(now time.Time) time.Time { return now.Add(-settling) }

// Bands returns the parts of the window from one time to another, oldest first,
// each at the finest period that CloudWatch still has at the time now. Edges are
// on whole hours, the window's own on whole periods; what is older than the
// oldest points is left out, and what has not settled. The error says that
// nothing is left.
func (l *Limits) Bands(from, to, now time.Time) ([]Band, error) {
	if settled := Settled(now); to.After(settled) {
		to = settled
	}
	if !from.Before(to) {
		return nil, fmt.Errorf("the window is empty: it has to begin before it ends, and to end before the last %s",
			unit.Duration(settling))
	}
	var bands []Band
	for _, tier := range l.Tiers {
		period := time.Duration(tier.Period)
		oldest := ceil(now.Add(Slack-time.Duration(tier.Kept.Value)), time.Hour)
		start, end := later(from.Truncate(period), oldest), to.Truncate(period)
		if start.Before(end) {
			bands = append([]Band{{start.UTC(), end.UTC(), tier.Period}}, bands...)
			to = start
		}
		if !from.Before(to) {
			break
		}
	}
	if len(bands) == 0 {
		oldest := l.Tiers[len(l.Tiers)-1]
		return nil, fmt.Errorf("CloudWatch has no points of this window: "+
			"it keeps them for %s, and the shortest period is %s", oldest.Kept.Value, l.Tiers[0].Period)
	}
	return bands, nil
}

// ceil returns the first multiple of a period at or after t.
func ceil(t time.Time, period time.Duration) time.Time {
	if floor := t.Truncate(period); floor.Before(t) {
		return floor.Add(period)
	}
	return t
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
