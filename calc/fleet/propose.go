package fleet

import (
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// propose writes what a mode makes of a stream: what it is then, the steps there, and what each
// saves. The consumers that go are first, in the shards of today. A guarded stream stays as it is,
// but for what its account commits to.
func (r *Row) propose(onDemand, advantage bool) {
	r.Steps, r.Proposed = []Step{}, r.Now
	if r.Guard != "" {
		r.Withheld = r.withheld()
	}
	switch {
	case r.gone():
		r.Proposed = State{Monthly: model.Known(unit.USD(0)), Shards: model.Known(0)}
		r.Steps = append(r.Steps, Step{ID: StepDelete, Saves: r.Now.Monthly})
	case onDemand && r.isOnDemand():
		r.Proposed.Mode, r.Proposed.Monthly = model.Known(modeOf(advantage)), r.onDemandChoice(advantage).Monthly
	case r.Guard != "" || !r.changes():
	default:
		r.deregister()
		r.change(onDemand, advantage)
	}
	r.Saves = minus(r.Now.Monthly, r.Proposed.Monthly)
	r.Lambda.Proposed = r.Lambda.with(r.Proposed.Shards, r.Now.Shards)
	r.addOptions(onDemand, advantage)
}

// with returns how many invocations run at once at most with proposed shards: those of today, none, or
// those that the stream takes.
func (c *Concurrency) with(proposed, now model.Maybe[int]) int {
	switch {
	case proposed == now:
		return c.Now
	case proposed.Value == 0:
		return 0
	}
	return c.Provisioned
}

// modeOf returns the mode of an on-demand stream.
func modeOf(advantage bool) model.Mode {
	if advantage {
		return model.OnDemandAdvantage
	}
	return model.OnDemandStandard
}

// changes reports whether anything may be changed: it is known what the stream is. What it costs need
// not be: a stream that is too small is so at any price.
func (r *Row) changes() bool { return r.Now.Mode.Known && r.Now.Shards.Known }

// withheld returns what a guarded stream would save without its guard, in its mode.
func (r *Row) withheld() model.Maybe[unit.USD] {
	switch {
	case r.Verdict == Idle:
		return r.Now.Monthly
	case r.isOnDemand() || !r.Provisioned.Allowed:
		return model.Known(unit.USD(0))
	}
	return minus(r.Now.Monthly, r.Provisioned.Monthly)
}

// deregister takes off the consumers that are idle. They cost nothing on-demand.
func (r *Row) deregister() {
	if r.isOnDemand() {
		return
	}
	for i := range r.FanOut {
		if f := &r.FanOut[i]; f.Verdict == UseIdle {
			r.Steps = append(r.Steps, Step{ID: StepDeregister, Consumer: f.Consumer, Saves: f.Monthly})
			r.Proposed.FanOut--
		}
	}
}

// change goes to the shards and the mode that were chosen.
func (r *Row) change(onDemand, advantage bool) {
	used := r.Now.Monthly
	used.Value -= r.IdleCost
	p := &r.Proposed
	choice := &r.Provisioned
	if onDemand {
		choice = r.onDemandChoice(advantage)
		p.Mode = model.Known(modeOf(advantage))
	} else {
		p.Mode, p.Shards = model.Known(model.Provisioned), choice.Shards
	}
	p.Monthly = choice.Monthly
	if !choice.Allowed { // nothing may be chosen
		p.Mode, p.Shards, p.Monthly = r.Now.Mode, r.Now.Shards, used
		return
	}
	saves := minus(used, choice.Monthly)
	switch {
	case p.Mode != r.Now.Mode:
		r.Steps = append(r.Steps, Step{ID: StepMode, Mode: p.Mode.Value, Shards: choice.Shards.Value, Saves: saves})
	case p.Shards != r.Now.Shards:
		r.Steps = append(r.Steps, Step{ID: StepShards, Shards: p.Shards.Value, Calls: r.Calls, Saves: saves})
	}
}

// addOptions adds what the plan does not have: deleting what nobody writes to, and the other mode
// where that would save as well, in place of what is proposed.
func (r *Row) addOptions(onDemand, advantage bool) {
	if r.Guard != "" {
		return
	}
	if r.Verdict == Unwritten {
		r.Options = append(r.Options, Option{ID: "delete", Saves: r.Proposed.Monthly,
			Change: "delete it, if what reads it waits for nothing"})
	}
	if !r.free(advantage) {
		return
	}
	if saves := r.Now.Monthly.Value - r.cost(!onDemand, advantage); saves > 0 && r.Now.Monthly.Known {
		mode := model.Provisioned
		if !onDemand {
			mode = modeOf(advantage)
		}
		r.Options = append(r.Options, Option{ID: "mode", Saves: model.Known(saves), Instead: true,
			Change: string(mode) + " in place of that"})
	}
}
