package review

import (
	"context"

	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/plan"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
)

// counter finds the number of shards that a review recommends.
type counter struct {
	*Basis
	workload *model.Workload
	against  []notice.Notice // what was measured that speaks against fewer shards

	formulas int // the shards that the formulas and the replay ask for
	check    model.Maybe[ReplayCheck]
	kept     bool // the shards of today, though fewer would do by formulas and replay
}

// evidence returns what forbids to call shards too many: what was measured against it, and
// that reads are not known.
func (c *counter) evidence() []notice.Notice {
	if c.readsUnknown() {
		return append(c.against[:len(c.against):len(c.against)], notice.ReadsUnknown(c.formulas))
	}
	return c.against
}

// plan returns the plan of the formulas; for more shards where the traffic of the history
// takes them, or where evidence keeps those of today. Then neither of them binds, and there is
// no advice, which would be for the formulas alone.
func (c *counter) plan(ctx context.Context, traffic *fit.Traffic) (model.Plan, error) {
	p, err := plan.AtLeast(ctx, c.Limits, c.workload, c.Tariff, 0)
	if err != nil {
		return p, err
	}
	c.check = c.checkReplay(ctx, c.workload, &p, traffic)
	least, binding := p.Shards.Recommended, ""
	if s := &c.check.Value; c.check.Known && !s.Holds && s.Fewest.Known && !c.declared() {
		least, binding = s.Fewest.Value, ReplayID
	}
	c.formulas = least
	if today, e := int(c.workload.CurrentShards), c.evidence(); len(e) > 0 && !c.onDemand() && today > least {
		kind, _ := notice.Find(e[0].ID)
		least, binding, c.kept, c.check = today, kind.Page, true, model.Maybe[ReplayCheck]{}
	}
	if binding == "" {
		return p, nil
	}
	p, err = plan.AtLeast(ctx, c.Limits, c.workload, c.Tariff, least)
	p.Binding, p.Advice = []string{binding}, []model.Advice{}
	return p, err
}
