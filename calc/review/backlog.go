package review

import (
	"slices"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
)

// backlogReplay is a replay of what consumers have not read now. It lies in today's shards,
// which the shards of a candidate take the place of.
type backlogReplay struct {
	setup  replay.Setup
	shards float64 // today's
	now    float64 // in seconds since its traffic begins
}

// addScenario makes the traffic that the workload declares. Where today's shards are known, and
// the request does not change shards itself, what consumers have not read now is a replay of
// its own: before it the other days have the shards of the candidate, and all of its skew.
func (r *replayer) addScenario(s *calc.Sizing) {
	w := *r.workload
	defer func() { r.setup.Traffic, r.setup.Incidents = replay.Scenario(&w) }()
	if w.CurrentShards == 0 || r.request.Reshard.Known || r.request.Mode != model.Provisioned || w.Producer.Peak == 0 ||
		!isBehind(&w) {
		return
	}
	backlogs := make([]float64, len(w.Consumers))
	w.Consumers = slices.Clone(w.Consumers)
	for i := range w.Consumers {
		if c := &w.Consumers[i]; c.Backlog > 0 || c.Behind > 0 {
			backlogs[i] = s.BacklogOf(c)
			c.Backlog, c.Behind = 0, 0
		}
	}
	b := &backlogReplay{setup: r.setup, shards: float64(w.CurrentShards)}
	smooth := w // a burst would be throttled in shards that just take the rate
	smooth.Producer.Burst = 1
	b.setup.Workload = &smooth
	b.setup.Traffic, b.setup.Incidents, b.now = replay.BacklogScenario(&smooth, s.BacklogRate()*(1-calc.Tolerance), backlogs)
	r.backlog = b
}

// isBehind reports whether a consumer has not read something now.
func isBehind(w *model.Workload) bool {
	return slices.ContainsFunc(w.Consumers, func(c model.Consumer) bool { return c.Backlog > 0 || c.Behind > 0 })
}

// backlogIn returns how many shards have what consumers have not read now.
func (r *replayer) backlogIn() model.Maybe[int] {
	if r.backlog == nil {
		return model.Maybe[int]{}
	}
	return model.Known(int(r.backlog.shards))
}

// addBacklog adds to a result of so many shards what happens to the backlog, if there is one.
func (r *replayer) addBacklog(result replay.Result, shards float64) (replay.Result, error) {
	if r.backlog == nil {
		return result, nil
	}
	b := r.backlog
	c := replay.Capacity{Shards: b.shards}
	if shards != b.shards {
		c.Reshard = replay.Reshard{At: b.now, Shards: shards}
	}
	other, err := b.setup.Run(r.ctx, c, 0)
	if err != nil {
		return result, err
	}
	return result.Then(&other), nil
}
