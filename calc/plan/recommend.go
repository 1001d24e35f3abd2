package plan

import (
	"context"
	"math"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/cost"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// For returns how many shards a workload needs, with everything that a reader needs
// to check it and to act on it, and with what the plan, its advice and its scaling
// cost a month, provisioned, and what the other modes would. Where a price is
// missing, or the amount is too large, the plan has no cost but a notice; without a
// tariff it has neither.
//
// What the workload leaves at 0 gets its default. The error is [input.Errors]: all of
// the workload that does not make sense, by the keys of the workload file.
func For(l *model.Limits, w *model.Workload, t *cost.Tariff) (model.Plan, error) {
	full, err := resolved(w)
	if err != nil {
		return model.Plan{}, err
	}
	return AtLeast(context.Background(), l, &full, t, 0)
}

// AtLeast returns the plan of a workload, which must make sense, where something
// besides the formulas asks for a number of shards, 0 for none. If they ask for
// fewer, none of the constraints binds, and no advice goes below it. The error is the context's, once that is done.
func AtLeast(ctx context.Context, l *model.Limits, w *model.Workload, t *cost.Tariff, least int) (model.Plan, error) {
	a := assess(l, w, nil)
	a.recommended, a.least, a.tariff = a.From(a.needs, max(a.recommended, least)), least, t
	if total := unit.USD(0); t != nil && a.addCost(w, a.recommended, &total) {
		a.cost = model.Known(total)
	}
	p := a.plan(true)
	p.Advice = a.advice(ctx)
	p.Room = a.rooms()
	a.remedies(&p)
	if t != nil {
		a.price(&p)
	}
	return p, ctx.Err()
}

// assessment is a solved workload, before any text is made of it.
type assessment struct {
	calc.Sizing
	needs                []calc.Need
	minimum, recommended int
	ahead                int                   // what declared growth or an event asks for
	least                int                   // that something besides the formulas asks for
	tariff               *cost.Tariff          // nil where nothing is priced
	cost                 model.Maybe[unit.USD] // a month, of the recommended count
}

// assess solves a workload. It writes the needs over those in buffer.
func assess(l *model.Limits, w *model.Workload, buffer []calc.Need) assessment {
	a := assessment{Sizing: calc.NewSizing(l, w)}
	a.needs = a.Solve(buffer[:0])
	a.minimum, a.recommended = calc.Counts(a.needs)
	a.ahead = shardsAhead(l, w)
	a.recommended = a.From(a.needs, max(a.recommended, a.ahead))
	return a
}

// binds reports whether a need decides the recommended count.
func (a *assessment) binds(n *calc.Need) bool {
	return n.CountsShards() && calc.Shards(n.Target) == a.recommended
}

// plan writes the assessment down, without advice; with what each constraint
// could carry only where that is wanted.
func (a *assessment) plan(carries bool) model.Plan {
	w := a.Workload
	p := model.Plan{
		Schema:      model.PlanSchema,
		Stream:      w.Stream,
		Region:      w.Region,
		Shards:      model.Shards{Minimum: a.minimum, Recommended: a.recommended},
		Target:      w.TargetUtilization,
		Infeasible:  a.Infeasible(a.needs),
		Binding:     []string{},
		Constraints: make([]model.Constraint, len(a.needs)),
		OnDemand:    onDemand(&a.Sizing, a.recommended),
		Consumers:   a.consumers(),
		PutRecords:  a.putRecords(),
		Warnings:    a.notices(),
	}
	p.Feasible = len(p.Infeasible) == 0
	for i := range a.needs {
		p.Constraints[i] = a.constraint(&a.needs[i])
		if n := &a.needs[i]; carries && n.CountsShards() {
			p.Constraints[i].Carries = a.Carries(n, a.recommended)
		}
		if p.Constraints[i].Binding {
			p.Binding = append(p.Binding, p.Constraints[i].ID)
		}
	}
	if len(p.Binding) == 0 && a.ahead == a.recommended {
		p.Binding = append(p.Binding, AheadID)
	}
	if from := int(w.CurrentShards); from > 0 {
		p.Shards.Current = model.Known(from)
		p.Scaling = model.Known(scale(a.Limits, from, a.recommended, p.Feasible))
	}
	return p
}

// constraint writes one need down.
func (a *assessment) constraint(n *calc.Need) model.Constraint {
	c := model.Constraint{
		ID:       n.ID(a.Workload),
		Family:   n.Constraint.Family,
		Consumer: model.Maybe[model.Name]{Value: n.ConsumerName(a.Workload), Known: n.Consumer >= 0},
		Binding:  a.binds(n),
		Headroom: n.Constraint.Headroom,
		Formula:  n.Formula(&a.Sizing, float64(a.recommended)),
	}
	if m, ok := n.Measured(&a.Sizing, float64(a.recommended)); ok {
		c.Need, c.Limit, c.Unit = model.Known(m.Need), model.Known(m.Limit), m.Unit
		c.Utilization = model.Known(m.Need / m.Limit)
		return c
	}
	if math.IsInf(n.Full, 1) {
		return c
	}
	c.Need = model.Known(n.Full)
	c.Utilization = model.Known(n.Utilization(&a.Sizing, float64(a.recommended)))
	c.Minimum = model.Known(calc.Shards(n.Full))
	c.Recommended = model.Known(calc.Shards(n.Target))
	return c
}
