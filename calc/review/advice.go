package review

import (
	"context"
	"reflect"
	"slices"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/plan"
	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// Plan returns the plan of a declared workload. Its advice is that of [DeclaredPlan] which the
// replay bears out, and the modes that cost less and carry the workload. The error is the
// context's, once that is done.
func Plan(ctx context.Context, b *Basis, w *model.Workload) (model.Plan, error) {
	p, err := DeclaredPlan(ctx, b, w)
	if err != nil {
		return model.Plan{}, err
	}
	return p, b.advise(ctx, w, &p, Today{})
}

// advise looks at the advice of a plan: it drops what the replay does not bear out, and adds
// the modes that are worth it. The error is the context's.
func (b *Basis) advise(ctx context.Context, w *model.Workload, p *model.Plan, today Today) error {
	if err := b.dropUnheld(ctx, w, p); err != nil {
		return err
	}
	if err := b.fitModes(ctx, w, p); err != nil {
		return err
	}
	b.addModes(ctx, w, p, today)
	plan.SortAdvice(p.Advice)
	return ctx.Err()
}

// dropUnheld drops the advice whose plan does something in the replay that the plan that it
// changes does not.
func (b *Basis) dropUnheld(ctx context.Context, w *model.Workload, p *model.Plan) error {
	if len(p.Advice) == 0 {
		return nil
	}
	var known []string
	if p.Feasible {
		breaches, err := b.breaches(ctx, w, w, p.Shards.Recommended)
		if err != nil {
			return err
		}
		known = breaches
	}
	kept := []model.Advice{}
	for _, a := range p.Advice {
		holds, err := b.bearsOut(ctx, w, &a, known)
		if err != nil {
			return err
		}
		if holds {
			kept = append(kept, a)
		}
	}
	p.Advice = kept
	return nil
}

// bearsOut reports whether all streams of an advice hold in the replay but for what is known.
func (b *Basis) bearsOut(ctx context.Context, w *model.Workload, a *model.Advice, known []string) (bool, error) {
	for _, c := range a.Carried {
		if c.Workload.Retention < w.Retention && c.Workload.Retention < 2*b.FarthestBehind() {
			return false, nil
		}
		breaches, err := b.breaches(ctx, w, c.Workload, c.Shards)
		if err != nil {
			return false, err
		}
		for _, one := range breaches {
			if !slices.Contains(known, one) {
				return false, nil
			}
		}
	}
	return true, nil
}

// FarthestBehind returns how old the oldest record was that a consumer had still to read, in
// the history; 0 without one.
func (b *Basis) FarthestBehind() (behind unit.Duration) {
	if b.Evidence == nil {
		return 0
	}
	behind = unit.Duration(b.Evidence.IteratorAge.Value.Behind)
	for _, c := range b.Evidence.Consumers.EnhancedFanOut {
		behind = max(behind, unit.Duration(c.WorstBehind.Value.Behind))
	}
	return behind
}

// breaches returns what a changed workload does not hold on some shards, by kind and
// consumer. The traffic is that of the history, if the change leaves it as it is.
func (b *Basis) breaches(ctx context.Context, asked, w *model.Workload, shards int) ([]string, error) {
	basis := *b
	if changesTraffic(&asked.Producer, w.Producer) {
		basis.History = nil
	}
	r, err := basis.trafficReplayer(ctx, w, model.Provisioned)
	if err != nil {
		return nil, err
	}
	c := r.run(replay.Capacity{Shards: float64(shards)}, 0)
	var list []string
	for i := range c.Breaches {
		list = append(list, c.Breaches[i].ID+" "+string(c.Breaches[i].Consumer.Value))
	}
	return list, ctx.Err()
}

// changesTraffic reports whether a changed producer writes something else. How it packs
// records is left to the replay.
func changesTraffic(asked *model.Producer, changed model.Producer) bool {
	changed.Aggregation = asked.Aggregation
	return !reflect.DeepEqual(*asked, changed)
}

// fitModes notes whether the other modes of a plan's cost carry the workload.
func (b *Basis) fitModes(ctx context.Context, w *model.Workload, p *model.Plan) error {
	for i := range p.Cost.Value.Others {
		one := &p.Cost.Value.Others[i]
		fit, err := CarriesMode(ctx, b, w, one.Mode, p.Shards.Recommended)
		if err != nil {
			return err
		}
		one.Fit = model.Known(fit)
	}
	return nil
}

// addModes adds to the advice of a plan that has a cost what it takes to switch to another
// mode that carries the workload and costs less. A stream that is on-demand today is held
// against what it costs today.
func (b *Basis) addModes(ctx context.Context, w *model.Workload, p *model.Plan, today Today) {
	if !p.Cost.Known {
		return
	}
	if mode := today.Mode.Value; today.Mode.Known && mode != model.Provisioned {
		if today.Monthly.Known && p.Feasible {
			b.addMode(p, w, model.Provisioned, today.Monthly.Value, p.Cost.Value.Monthly, p.Shards.Recommended)
		}
		return
	}
	for i := range p.Cost.Value.Others {
		one := &p.Cost.Value.Others[i]
		carried, moved := w, false
		if !one.Fit.Value.Carries && one.Mode == model.OnDemandAdvantage && !p.Feasible {
			s := calc.NewSizing(b.Limits, w)
			fewest, _ := s.MoveFewest()
			carried, moved = &fewest, true
		}
		fit, cost := one.Fit.Value, one.Monthly
		if moved {
			var err error
			if fit, err = CarriesMode(ctx, b, carried, one.Mode, p.Shards.Recommended); err != nil {
				return
			}
			total, err := b.Tariff.Total(b.Limits, carried, one.Mode, p.Shards.Recommended)
			cost = model.Maybe[unit.USD]{Value: total, Known: err == nil}
		}
		if fit.Carries && cost.Known {
			b.addMode(p, carried, one.Mode, p.Cost.Value.Monthly, cost.Value, calc.Shards(fit.Shards))
		}
	}
}

// addMode adds a switch to a mode, if it makes a workload fit or saves a hundredth.
func (b *Basis) addMode(p *model.Plan, w *model.Workload, mode model.Mode, from, to unit.USD, shards int) {
	const hundredth = 100
	if saved := from - to; p.Feasible && (saved <= 0 || saved < from/hundredth) {
		return
	}
	costs := to.Prose() + " a month"
	if p.Feasible {
		costs = from.Prose() + " → " + costs
	}
	if n := int(calc.NewSizing(b.Limits, w).Enhanced); !p.Feasible && n > 0 {
		costs += ", with " + unit.Plural(n, "consumer") + " on enhanced fan-out"
	}
	n := notice.SwitchMode(string(mode), costs, notice.ModeCondition(mode == model.OnDemandAdvantage))
	changed := *p
	changed.Advice, changed.Inputs, changed.Room = nil, nil, nil
	changed.Feasible, changed.Infeasible = true, []model.Infeasibility{}
	p.Advice = append(p.Advice, model.Advice{ID: n.ID, Change: n.Message, Condition: n.Remedy, Mode: mode, Streams: 1,
		Shards: shards, Cost: model.Known(to), Saves: model.Known(from - to), Plan: &changed,
		Carried: []model.Carried{{Workload: w, Shards: shards}}})
}
