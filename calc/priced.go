package calc

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// price adds what a plan costs.
func (a *assessment) price(p *model.Plan) {
	t := a.tariff
	cost, err := t.Bill(a.l, a.w, model.Provisioned, a.recommended)
	if warning := costWarning(a.w, &cost, err); warning != nil {
		p.Warnings = append(p.Warnings, *warning)
	}
	if err != nil || !cost.Total.Known {
		return
	}
	p.Cost = model.Known(model.PlanCost{Mode: cost.Mode, Shards: a.recommended, Monthly: cost.Total.Value, Lines: cost.Lines, Others: a.otherModes()})
	for i := range p.Advice {
		if c := &p.Advice[i]; c.Cost.Known {
			c.Saves = model.Known(cost.Total.Value - c.Cost.Value)
		}
	}
	if p.Scaling.Known && p.Scaling.Value.Verdict != model.Undecided {
		if now, err := t.total(a.l, a.w, model.Provisioned, p.Scaling.Value.From, nil); err == nil {
			p.Scaling.Value.Saves = model.Known(now - cost.Total.Value)
		}
	}
}

// otherModes answers what the stream would cost where AWS scales it.
func (a *assessment) otherModes() []model.ModeCost {
	list := []model.ModeCost{}
	for _, mode := range model.Modes()[1:] {
		c := model.ModeCost{Mode: mode, Missing: []string{}}
		if bill, err := a.tariff.Bill(a.l, a.w, mode, a.recommended); err == nil {
			c.Monthly, c.Missing = bill.Total, bill.Missing
		}
		list = append(list, c)
	}
	return list
}

// costWarning says why a cost is missing.
func costWarning(w *model.Workload, cost *model.Cost, err error) *notice.Notice {
	switch {
	case errors.Is(err, unit.ErrTooMuch):
		return &notice.Notice{ID: idCostTooLarge,
			Message: fmt.Sprintf("The cost of %s is %v, more than kcalc reckons with; it is left out.", cost.Mode, err),
			Remedy:  "Check the workload: no stream costs that much."}
	case len(cost.Missing) > 0:
		return &notice.Notice{ID: idPriceUnknown, Message: missingMessage(w.Region, cost), Remedy: price.Supply(w.Region) + "."}
	}
	return nil
}

// Costs answers what a workload costs in each of some modes, with a number of
// shards where it is provisioned, or with the recommended number where that is
// 0; what each consumer costs; and what a reader should know of it.
func Costs(l *model.Limits, w *model.Workload, t *Tariff, modes []model.Mode, shards int) model.Costs {
	costs, _ := CostsContext(context.Background(), l, w, t, modes, shards)
	return costs
}

// CostsContext is Costs until the context is done, whose error it then returns.
func CostsContext(ctx context.Context, l *model.Limits, w *model.Workload, t *Tariff, modes []model.Mode, shards int) (model.Costs, error) {
	answer := model.Costs{Schema: model.CostSchema, Stream: w.Stream, Region: w.Region, Modes: []model.Cost{}, Warnings: []notice.Notice{}}
	_, recommended := Counts(Solve(l, w, nil))
	for _, mode := range modes {
		fixed := shards
		if mode != model.Provisioned {
			fixed = 0
		}
		cost, err := t.Bill(l, w, mode, cmp.Or(fixed, recommended))
		if err != nil {
			cost.Total, cost.Lines = model.Maybe[unit.USD]{}, []model.CostLine{}
		}
		if warning := costWarning(w, &cost, err); warning != nil {
			answer.Warnings = append(answer.Warnings, *warning)
		}
		if err := t.Shares(ctx, l, w, fixed, &cost); err != nil {
			cost.Consumers, cost.Producer = []model.ConsumerCost{}, model.Maybe[unit.USD]{}
			answer.Warnings = append(answer.Warnings, shareWarning(w.Region, mode, err))
		}
		answer.Modes = append(answer.Modes, cost)
		for _, warning := range modeWarnings(w, t, mode, shards) {
			if !slices.Contains(answer.Warnings, warning) {
				answer.Warnings = append(answer.Warnings, warning)
			}
		}
	}
	answer.Cheapest = cheapest(answer.Modes)
	answer.BreakEven = t.BreakEven(l, w, modes, shards)
	answer.Warnings = append(answer.Warnings, fitWarnings(l, w, modes, shards)...)
	if shards == 0 {
		var why string
		if answer.FanOut, why = t.FanOut(ctx, l, w); why != "" {
			answer.Warnings = append(answer.Warnings, notice.Notice{ID: idFanOutUndecided,
				Message: "Which consumers should use enhanced fan-out is not fully decided: " + why + ".",
				Remedy:  "Try assignments by hand: --consumer NAME,type=efo."})
		}
	}
	return answer, ctx.Err()
}

// fitWarnings say what is to be known of the records that are priced, and that a
// workload does not fit. It is priced all the same.
func fitWarnings(l *model.Limits, w *model.Workload, modes []model.Mode, shards int) []notice.Notice {
	a := assess(l, w, nil)
	list := a.recordWarnings(nil)
	if slices.ContainsFunc(modes, func(m model.Mode) bool { return m != model.Provisioned }) {
		list = a.quotaWarnings(list, a.recommended)
	}
	for _, o := range a.obstacles {
		list = append(list, notice.Notice{ID: o.ID, Message: o.Message, Remedy: o.Remedy})
	}
	if 0 < shards && shards < a.minimum && slices.Contains(modes, model.Provisioned) {
		list = append(list, notice.Notice{ID: idTooFewShards,
			Message: fmt.Sprintf("%s do not carry the workload: it needs %s at least.", count(shards), unit.Plural(a.minimum, "shard")),
			Remedy:  "'kcalc recommend' shows which constraint decides."})
	}
	return list
}

// cheapest names the mode that costs least, where more than one is known.
func cheapest(costs []model.Cost) model.Maybe[model.Mode] {
	var best model.Maybe[model.Mode]
	var least unit.USD
	known := 0
	for i := range costs {
		if c := &costs[i]; c.Total.Known {
			known++
			if !best.Known || c.Total.Value < least {
				best, least = model.Known(c.Mode), c.Total.Value
			}
		}
	}
	if known < 2 {
		return model.Maybe[model.Mode]{}
	}
	return best
}

// shareWarning says why it is not known what each consumer costs, although it is
// known what all of them do.
func shareWarning(region model.Region, mode model.Mode, err error) notice.Notice {
	w := notice.Notice{ID: idPriceUnknown, Remedy: price.Supply(region) + ".",
		Message: fmt.Sprintf("What each consumer costs in the mode %s is not known, because the cost without some of them is not: %v.", mode, err)}
	if errors.Is(err, unit.ErrTooMuch) {
		w.ID, w.Remedy = idCostTooLarge, "Check the workload: no stream costs that much."
	}
	return w
}

func missingMessage(region model.Region, cost *model.Cost) string {
	return fmt.Sprintf("The prices of %s in %s are not known for: %s. There is no total without them.", cost.Mode, region, strings.Join(cost.Missing, ", "))
}

// modeWarnings say what a mode does not do, or does to others.
func modeWarnings(w *model.Workload, t *Tariff, mode model.Mode, shards int) []notice.Notice {
	var list []notice.Notice
	if mode == model.Provisioned {
		return list
	}
	if mode == model.OnDemandAdvantage && t.Account.Streams > 0 {
		list = append(list, notice.Notice{ID: idAccountWide,
			Message: fmt.Sprintf("On-demand Advantage is a setting of the account in the Region: it holds for the other %s as well.", unit.Plural(t.Account.Streams, "on-demand stream")),
			Remedy:  "Price those too before you turn it on; their stream-hours go, their GB get cheaper."})
	}
	if shards > 0 {
		list = append(list, notice.Notice{ID: idOnDemandShards,
			Message: fmt.Sprintf("On-demand has no shards to choose: AWS sets them, and %s has no effect on its cost.", unit.Plural(shards, "shard")),
			Remedy:  "Leave --shards out, or look at the provisioned mode alone."})
	}
	if slices.ContainsFunc(w.Consumers, func(c model.Consumer) bool { return c.Speed > 0 || c.Lambda.BatchSize > 0 }) {
		list = append(list, notice.Notice{ID: idOnDemandSpeed,
			Message: "On-demand splits shards by what is written, not by what consumers process: that each keeps its speed and latency is not assured.",
			Remedy:  "Where a consumer's speed decides ('kcalc recommend' says so), stay provisioned or make it faster."})
	}
	return list
}
