package review

import (
	"fmt"
	"strings"
	"time"

	"github.com/kcalc/kcalc/model/unit"
)

// PeriodName returns what a period of the window is called: a minute or an hour where all of
// them are that long, a period of so long, or just a period where their lengths differ.
func (r *Review) PeriodName() string {
	periods := r.Evidence.Window.Periods
	for i := range periods {
		if periods[i].Period != periods[0].Period {
			return "period"
		}
	}
	if len(periods) == 0 {
		return "period"
	}
	switch length := time.Duration(unit.Duration(periods[0].Period)); length {
	case time.Minute:
		return "minute"
	case time.Hour:
		return "hour"
	default:
		return strings.TrimSuffix(length.String(), "0s") + " period"
	}
}

// shownWhy returns why what CloudWatch shows stays below the limits of the shards although
// records were throttled: the hottest shard, the busiest second, or both, as far as they are
// known; "" where nothing was throttled, or what it shows reaches the limits.
func (r *Review) shownWhy() string {
	e, shown := r.Evidence, r.Today.Shown
	if e.ThrottledRecords.Total <= 0 || !shown.Known || shown.Value >= 1 {
		return ""
	}
	var parts []string
	if e.Skew.Known && e.Skew.Value.Factor > 1 {
		parts = append(parts, fmt.Sprintf("the hottest shard takes %s times the mean of all shards", times(e.Skew.Value.Factor)))
	}
	if e.Burst.Known && e.Burst.Value.Factor > 1 {
		parts = append(parts, fmt.Sprintf("the busiest second of a minute has at least %s times its mean", times(e.Burst.Value.Factor)))
	}
	if len(parts) == 0 {
		return "a mean hides a hot shard, and a burst within the " + r.PeriodName()
	}
	return strings.Join(parts, ", and ")
}

// times returns a factor for a sentence.
func times(f unit.Factor) string { return unit.Grouped(float64(f), 2) }
