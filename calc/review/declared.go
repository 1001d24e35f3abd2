package review

import (
	"context"
	"slices"

	"github.com/kcalc/kcalc/calc/plan"
	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
)

// DeclaredPlan returns the plan of a workload that is only declared. Its counts hold in the
// replay of the days that the workload declares: where the formulas' do not, the fewest that
// do take their place, and the replay binds. Formulas take the bursts, the aggregates and
// the default bounds of consumers as they are in the mean. Where no count holds, nothing
// fits; but where data is lost on all of them, the plan is that of the formulas, which warns
// of it. The error is the context's, once that is done.
func DeclaredPlan(ctx context.Context, b *Basis, w *model.Workload) (model.Plan, error) {
	p, err := plan.AtLeast(ctx, b.Limits, w, b.Tariff, 0)
	if err != nil || !p.Feasible {
		return p, err
	}
	scenario := *b
	scenario.History = nil
	r, err := newReplayer(ctx, &scenario, w, nil, &ReplayRequest{Mode: model.Provisioned, Writes: Wait})
	if err != nil {
		return p, err
	}
	formula := p.Shards.Recommended
	most := &r.Limits.StreamShards
	fewest, why := r.fewestFrom(formula, most.Value)
	if fewest == 0 && !r.losesData(formula) {
		n := notice.NoCountHolds(most.Value, why)
		p.Feasible, p.Advice = false, []model.Advice{}
		p.Infeasible = append(p.Infeasible,
			model.Infeasibility{ID: n.ID, Message: n.Message, Remedy: n.Remedy, Source: most.Source})
		return p, ctx.Err()
	}
	if fewest > formula {
		if p, err = plan.AtLeast(ctx, b.Limits, w, b.Tariff, fewest); err != nil {
			return p, err
		}
		p.Binding = []string{ReplayID}
		p.Warnings = append(p.Warnings, notice.ReplayDecides(formula, fewest, why))
	}
	if least, _ := r.fewestFrom(p.Shards.Minimum, p.Shards.Recommended); least > 0 {
		p.Shards.Minimum = least
	}
	return p, ctx.Err()
}

// losesData reports whether a consumer loses data on a number of shards because it is too
// old, which more shards do not change.
func (r *replayer) losesData(shards int) bool {
	c := r.candidate(shards, 0)
	return slices.ContainsFunc(c.Consumers, func(c replay.ConsumerResult) bool { return c.ReachedRetention })
}

// fewestFrom returns the fewest of some shards and more that hold, and what fewer of them
// do not; 0 if none do.
func (r *replayer) fewestFrom(least, most int) (fewest int, why string) {
	c := r.candidate(least, 0)
	if c.Holds || len(c.Breaches) == 0 {
		return least, ""
	}
	fewest, ok := replay.Fewest(least+1, most, func(n int) bool { return n > least && r.candidate(n, 0).Holds })
	if !ok {
		fewest = 0
	}
	return fewest, c.Breaches[0].Message
}
