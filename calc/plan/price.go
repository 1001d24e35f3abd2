package plan

import (
	"github.com/kcalc/kcalc/calc/cost"
	"github.com/kcalc/kcalc/model"
)

// price adds what a plan costs.
func (a *assessment) price(p *model.Plan) {
	t := a.tariff
	bill, err := t.Bill(a.Limits, a.Workload, model.Provisioned, a.recommended)
	p.Warnings = append(p.Warnings, cost.BillNotices(t.PricesOf(a.Workload.Region), &bill, err)...)
	if err != nil || !bill.Total.Known {
		return
	}
	total := bill.Total.Value
	p.Cost = model.Known(
		model.PlanCost{Mode: bill.Mode, Shards: a.recommended, Monthly: total, Lines: bill.Lines, Others: a.otherModes()},
	)
	if p.Feasible {
		p.FanOut = t.FanOutMatters(a.Limits, a.Workload, a.recommended)
	}
	for i := range p.Advice {
		if c := &p.Advice[i]; c.Cost.Known {
			c.Saves = model.Known(total - c.Cost.Value)
		}
	}
	if p.Scaling.Known && p.Scaling.Value.Verdict != model.Undecided {
		if now, err := t.Total(a.Limits, a.Workload, model.Provisioned, p.Scaling.Value.From); err == nil {
			p.Scaling.Value.Saves = model.Known(now - total)
		}
	}
}

// otherModes returns what the stream would cost where AWS scales it.
func (a *assessment) otherModes() []model.ModeCost {
	list := []model.ModeCost{}
	for _, mode := range model.Modes()[1:] {
		c := model.ModeCost{Mode: mode, Missing: []string{}}
		if bill, err := a.tariff.Bill(a.Limits, a.Workload, mode, a.recommended); err == nil {
			c.Monthly, c.Missing = bill.Total, bill.Missing
		}
		list = append(list, c)
	}
	return list
}
