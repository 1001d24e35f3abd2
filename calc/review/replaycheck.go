package review

import (
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// DefaultMaxThrottled is the share of the records that may be in excess, unless
// another is asked for: one in ten thousand.
const DefaultMaxThrottled unit.Fraction = 0.0001

// ReplayID is what binds a plan whose count the replay decides.
const ReplayID = "replay"

// checkRequest is how a history is replayed for a review.
var checkRequest = ReplayRequest{Mode: model.Provisioned, MaxThrottled: DefaultMaxThrottled, Writes: Wait}

// checkReplay runs the history against the count that the formulas recommend, and looks
// for the fewest shards that hold: 0 where none do, or more than a stream can have. r may
// be nil, where nothing is known of the traffic.
func (r *replayer) checkReplay(p *model.Plan) (check model.Maybe[ReplayCheck], fewest int) {
	if r == nil || !p.Feasible {
		return check, 0
	}
	c := r.candidate(p.Shards.Recommended, 0)
	worst := tradeOff(&c)
	s := ReplayCheck{Holds: c.Holds, Formula: p.Shards.Recommended, Throttled: c.ThrottledShare, Seconds: c.Seconds,
		Delay: worst.Delay, Consumer: worst.Consumer, Breaches: c.Breaches}
	fewest, ok := r.fewest(p.Shards.Recommended)
	if !ok {
		return model.Known(s), 0
	}
	if fewest > 1 {
		below := r.candidate(fewest-1, 0)
		s.Fewer = model.Known(Fewer{Shards: fewest - 1, Throttled: below.ThrottledShare})
	}
	if !s.Holds || stressedConsumers(r.workload) == nil { // else fewer would not get through what was not replayed
		s.Fewest = model.Known(fewest)
	}
	return model.Known(s), fewest
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
