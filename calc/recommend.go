package calc

import (
	"context"
	"math"

	"github.com/kcalc/kcalc/model"
)

// Recommend answers how many shards a workload needs, with everything that a
// reader needs to check it and to act on it, and with what the plan, its advice
// and its scaling cost a month, provisioned, and what the other modes would.
// Where a price is missing, or the amount is too large, the plan has no cost but
// a warning; without a tariff it has neither. The workload must make sense, as
// those that model.Draft resolves do.
func Recommend(l *model.Limits, w *model.Workload, t *Tariff) model.Plan {
	plan, _ := RecommendAtLeast(context.Background(), l, w, t, 0)
	return plan
}

// RecommendAtLeast is Recommend where something besides the formulas asks for a
// number of shards, 0 for none. If they ask for fewer, none of the constraints
// binds; advice is what the formulas alone would make of a change. The error is the
// context's, once that is done.
func RecommendAtLeast(ctx context.Context, l *model.Limits, w *model.Workload, t *Tariff, least int) (model.Plan, error) {
	a := assess(l, w, nil)
	a.recommended = max(a.recommended, least)
	a.tariff = t
	p := a.plan(true)
	p.Advice = a.advice(ctx)
	if t != nil {
		a.price(&p)
	}
	return p, ctx.Err()
}

// assessment is a solved workload, before any text is made of it but that of
// its obstacles.
type assessment struct {
	situation
	needs                []Need
	minimum, recommended int
	obstacles            []model.Infeasibility
	tariff               *Tariff // nil where nothing is priced
}

// assess solves a workload. It writes the needs over those in buffer.
func assess(l *model.Limits, w *model.Workload, buffer []Need) assessment {
	a := assessment{situation: newSituation(l, w)}
	a.needs = a.solve(buffer[:0])
	a.minimum, a.recommended = Counts(a.needs)
	a.obstacles = a.situation.obstacles(a.needs, a.minimum)
	return a
}

// Counts answers the shards that satisfy every need at the whole limits, and at
// the target utilization: the largest need of each, and at least one.
func Counts(needs []Need) (minimum, recommended int) {
	minimum, recommended = 1, 1
	for i := range needs {
		if n := &needs[i]; n.countsShards() {
			minimum = max(minimum, shards(n.Full))
			recommended = max(recommended, shards(n.Target))
		}
	}
	return minimum, recommended
}

// Stress answers the largest of the exact needs that leave no headroom: those of
// surges, outages and replays. Of two surges the one with the larger needs more.
func Stress(needs []Need) float64 {
	var most float64
	for i := range needs {
		if n := &needs[i]; n.countsShards() && !kinds[n.Kind].headroom {
			most = max(most, n.Full)
		}
	}
	return most
}

// countsShards tells whether a need is a number of shards: it is not for calls,
// nor where no number would do.
func (n *Need) countsShards() bool {
	return n.Kind != ConsumerCalls && !math.IsInf(n.Full, 1)
}

// binds tells whether a need decides the recommended count.
func (a *assessment) binds(n *Need) bool {
	return n.countsShards() && shards(n.Target) == a.recommended
}

// plan writes the assessment down, without advice; with what each constraint
// could carry only where that is wanted.
func (a *assessment) plan(carries bool) model.Plan {
	p := model.Plan{
		Schema:      model.PlanSchema,
		Stream:      a.w.Stream,
		Region:      a.w.Region,
		Shards:      model.Shards{Minimum: a.minimum, Recommended: a.recommended},
		Target:      a.w.TargetUtilization,
		Feasible:    len(a.obstacles) == 0,
		Infeasible:  a.obstacles,
		Binding:     []string{},
		Constraints: make([]model.Constraint, len(a.needs)),
		OnDemand:    a.onDemand(a.recommended),
		Warnings:    a.warnings(a.needs, a.minimum, a.recommended),
	}
	for i := range a.needs {
		p.Constraints[i] = a.constraint(&a.needs[i])
		if n := &a.needs[i]; carries && n.countsShards() {
			p.Constraints[i].Carries = a.carries(n)
		}
		if p.Constraints[i].Binding {
			p.Binding = append(p.Binding, p.Constraints[i].ID)
		}
	}
	if from := int(a.w.CurrentShards); from > 0 {
		p.Shards.Current = model.Known(from)
		p.Scaling = model.Known(scale(a.l, from, a.recommended, p.Feasible))
	}
	return p
}

// constraint writes one need down.
func (a *assessment) constraint(n *Need) model.Constraint {
	name := consumerName(a.w, n.Consumer)
	c := model.Constraint{
		ID:       n.Kind.ID(name),
		Family:   n.Kind.Family(),
		Consumer: model.Maybe[model.Name]{Value: name, Known: n.Consumer >= 0},
		Binding:  a.binds(n),
		Headroom: kinds[n.Kind].headroom,
		Formula:  n.formula(&a.situation),
	}
	if n.Kind == ConsumerCalls {
		c.Limit = model.Known(a.l.ShardReadCalls.Value)
	}
	if math.IsInf(n.Full, 1) {
		return c
	}
	c.Need = model.Known(n.Full)
	c.Utilization = model.Known(n.utilization(&a.situation, float64(a.recommended)))
	if n.countsShards() {
		c.Minimum = model.Known(shards(n.Full))
		c.Recommended = model.Known(shards(n.Target))
	}
	return c
}
