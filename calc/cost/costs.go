package cost

import (
	"cmp"
	"context"
	"slices"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// Of returns what a workload costs in each of some modes, with a number of shards
// where it is provisioned, or with the recommended number where that is 0; what each
// consumer costs; and what a reader should know of it. The error is the context's,
// once that is done.
func Of(
	ctx context.Context,
	l *model.Limits,
	w *model.Workload,
	t *Tariff,
	modes []model.Mode,
	shards int,
) (model.Costs, error) {
	answer := model.Costs{
		Schema:   model.CostSchema,
		Stream:   w.Stream,
		Region:   w.Region,
		Modes:    []model.Cost{},
		Warnings: []notice.Notice{},
	}
	s := calc.NewSizing(l, w)
	needs := s.Solve(nil)
	_, recommended := calc.Counts(needs)
	for _, mode := range modes {
		bill, notices := t.inMode(ctx, l, w, mode, shards, recommended)
		answer.Modes = append(answer.Modes, bill)
		for _, n := range notices {
			if !slices.Contains(answer.Warnings, n) {
				answer.Warnings = append(answer.Warnings, n)
			}
		}
	}
	answer.Cheapest = cheapest(answer.Modes)
	answer.BreakEven = t.BreakEven(l, w, modes, shards)
	answer.Warnings = append(answer.Warnings, fitNotices(&s, needs, modes, shards)...)
	if shards == 0 {
		var why string
		if answer.FanOut, why = t.FanOut(ctx, l, w); why != "" {
			answer.Warnings = append(answer.Warnings, notice.FanOutUndecided(why))
		}
	}
	return answer, ctx.Err()
}

// inMode returns what a workload costs in one mode, and what is to be known of it.
func (t *Tariff) inMode(
	ctx context.Context,
	l *model.Limits,
	w *model.Workload,
	mode model.Mode,
	shards, recommended int,
) (model.Cost, []notice.Notice) {
	fixed := shards
	if mode != model.Provisioned {
		fixed = 0
	}
	bill, err := t.Bill(l, w, mode, cmp.Or(fixed, recommended))
	if err != nil {
		bill.Total, bill.Lines = model.Maybe[unit.USD]{}, []model.CostLine{}
	}
	list := BillNotices(w.Region, &bill, err)
	if err := t.Shares(ctx, l, w, fixed, &bill); err != nil {
		bill.Consumers, bill.Producer = []model.ConsumerCost{}, model.Maybe[unit.USD]{}
		list = append(list, notice.SharesUnknown(string(mode), err, TooLarge(err), price.Supply(w.Region)))
	}
	return bill, append(list, t.modeNotices(w, mode, shards)...)
}

// BillNotices returns why a bill, or a part of it, is missing.
func BillNotices(region model.Region, bill *model.Cost, err error) []notice.Notice {
	switch {
	case TooLarge(err):
		return []notice.Notice{notice.CostTooLarge(string(bill.Mode), err)}
	case len(bill.NeedsSize) > 0:
		return []notice.Notice{notice.CostNeedsSize(string(bill.Mode), bill.NeedsSize, known(bill.Lines))}
	case len(bill.Missing) > 0:
		return []notice.Notice{notice.PriceUnknown(string(bill.Mode), string(region), bill.Missing, price.Supply(region))}
	}
	return nil
}

// known returns the lines of a bill with their amounts.
func known(lines []model.CostLine) (texts []string) {
	for i := range lines {
		texts = append(texts, lines[i].ID+" "+lines[i].Amount.Prose())
	}
	return texts
}

// fitNotices returns what is to be known of the records that are priced, and that a
// workload does not fit. It is priced all the same.
func fitNotices(s *calc.Sizing, needs []calc.Need, modes []model.Mode, shards int) []notice.Notice {
	minimum, recommended := calc.Counts(needs)
	list := s.RecordNotices()
	if slices.ContainsFunc(modes, func(m model.Mode) bool { return m != model.Provisioned }) {
		list = append(list, QuotaNotices(s, recommended)...)
	}
	for _, o := range s.Infeasible(needs) {
		list = append(list, notice.Notice{ID: o.ID, Severity: notice.Changes, Message: o.Message, Remedy: o.Remedy})
	}
	if 0 < shards && shards < minimum && slices.Contains(modes, model.Provisioned) {
		list = append(list, notice.TooFewShards(shards, minimum))
	}
	return list
}

// cheapest returns the mode that costs least, where more than one is known.
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

// modeNotices returns what a mode does not do, or does to others.
func (t *Tariff) modeNotices(w *model.Workload, mode model.Mode, shards int) (list []notice.Notice) {
	if mode == model.Provisioned {
		return nil
	}
	if mode == model.OnDemandAdvantage && t.Account.Streams > 0 {
		list = append(list, notice.AccountWide(t.Account.Streams))
	}
	if shards > 0 {
		list = append(list, notice.OnDemandShards(shards))
	}
	if slices.ContainsFunc(w.Consumers, func(c model.Consumer) bool { return c.Speed > 0 || c.Lambda.BatchSize > 0 }) {
		list = append(list, notice.OnDemandSpeed())
	}
	return list
}
