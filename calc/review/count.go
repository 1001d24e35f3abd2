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

	past     *replayer // of the traffic; nil where nothing is known of it
	formulas int       // the shards that the formulas and the past ask for
	check    model.Maybe[ReplayCheck]
	fewest   int // shards on which the traffic of the past holds; 0 where that is not known
	growth   model.Maybe[Growth]
	odds     model.Maybe[Odds]
	patience model.Maybe[Patience]
	kept     bool // the shards of today, though fewer would do by formulas and past
}

// evidence returns what forbids to call shards too many: what was measured against it, and
// that reads are not known.
func (c *counter) evidence() []notice.Notice {
	if c.readsUnknown() {
		return append(c.against[:len(c.against):len(c.against)], notice.ReadsUnknown(c.formulas))
	}
	return c.against
}

// plan returns the plan of the formulas; for more shards where the past asks for them, or
// where evidence keeps those of today. Then no constraint binds, and no advice goes below
// that count.
func (c *counter) plan(ctx context.Context, traffic *fit.Traffic) (model.Plan, error) {
	p, err := plan.AtLeast(ctx, c.Limits, c.workload, c.Tariff, 0)
	if err != nil {
		return p, err
	}
	past, err := newReplayer(ctx, c.Basis, c.workload, traffic, &checkRequest)
	if err != nil {
		past = nil // nothing is known of the traffic
	}
	c.past = past
	c.check, c.fewest = past.checkReplay(&p)
	c.growth = c.growthOver(c.workload)
	var likely *chances
	most := ask{shards: p.Shards.Recommended}
	if !c.declared() && p.Feasible {
		likely = newChances(past, traffic, c.growth)
		most = largest(append([]ask{most}, c.asks(likely)...))
		p.Shards.Minimum = max(p.Shards.Minimum, c.fewest)
	}
	c.formulas = most.shards
	most = c.keep(most, growthAgainst(&p.Shards, most.shards, c.growth))
	minimum := p.Shards.Minimum
	if most.id != "" {
		if p, err = plan.AtLeast(ctx, c.Limits, c.workload, c.Tariff, most.shards); err != nil {
			return p, err
		}
		p.Binding, p.Shards.Minimum = []string{most.id}, minimum
	}
	if !c.declared() {
		c.patience = past.waitingWriters(&p, c.fewest)
	}
	c.odds = likely.summary(p.Shards.Current.Value, minimum, p.Shards.Recommended)
	beside, err := c.onDemandBeside(ctx, &p, likely)
	p.Warnings = append(beside, p.Warnings...)
	return p, err
}

// keep returns the shards of today where evidence, or the growth, forbids the fewer ones that
// were asked for.
func (c *counter) keep(asked ask, growth []notice.Notice) ask {
	today := int(c.workload.CurrentShards)
	if c.onDemand() || today <= asked.shards {
		return asked
	}
	c.against = append(c.against, growth...)
	e := c.evidence()
	if len(e) == 0 {
		return asked
	}
	kind, _ := notice.Find(e[0].ID)
	c.kept, c.check = true, model.Maybe[ReplayCheck]{}
	return ask{kind.Page, today}
}
