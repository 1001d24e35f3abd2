package review

import (
	"context"

	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// DefaultMaxThrottled is the share of the records that may be in excess, unless
// another is asked for: one in ten thousand.
const DefaultMaxThrottled unit.Fraction = 0.0001

// ReplayID is what binds a plan whose count the replay decides.
const ReplayID = "replay"

// checkReplay runs the history against the count that the formulas recommend. Nothing
// is known if the plan does not fit, or too little is known of the traffic.
func (b *Basis) checkReplay(
	ctx context.Context, w *model.Workload, p *model.Plan, t *fit.Traffic,
) model.Maybe[ReplayCheck] {
	if !p.Feasible || len(b.Evidence.Undecided) > 0 {
		return model.Maybe[ReplayCheck]{}
	}
	q := ReplayRequest{Mode: model.Provisioned, MaxThrottled: DefaultMaxThrottled, Writes: Wait}
	r, err := newReplayer(ctx, b, w, t, &q)
	if err != nil {
		return model.Maybe[ReplayCheck]{}
	}
	c := r.candidate(p.Shards.Recommended, 0)
	worst := tradeOff(&c)
	check := ReplayCheck{Holds: c.Holds, Formula: p.Shards.Recommended, Throttled: c.ThrottledShare, Seconds: c.Seconds,
		Delay: worst.Delay, Consumer: worst.Consumer, Breaches: c.Breaches}
	if check.Holds && stressedConsumers(w) != nil {
		return model.Known(check) // fewer would not get through what was not replayed
	}
	if fewest, ok := r.fewest(p.Shards.Recommended); ok {
		check.Fewest = model.Known(fewest)
	}
	return model.Known(check)
}

// stressedConsumers returns the consumers that have to get through an outage, or to
// reprocess, by a workload.
func stressedConsumers(w *model.Workload) (names []string) {
	for i := range w.Consumers {
		if c := &w.Consumers[i]; c.Outage > 0 || c.Reprocess > 0 {
			names = append(names, c.Name.String())
		}
	}
	return names
}
