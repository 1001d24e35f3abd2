package cost

import (
	"context"
	"math"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// Of returns what a workload costs in each of some modes, those that do not carry it
// last; what it costs as the stream is today; what each consumer costs; and what a
// reader should know of it. The error is the context's, once that is done.
func Of(ctx context.Context, l *model.Limits, w *model.Workload, t *Tariff, q *Request) (model.Costs, error) {
	a := answer{ctx: ctx, l: l, w: w, t: t, q: q, reasons: map[model.Mode][]notice.Notice{}, Costs: model.Costs{
		Schema:   model.CostSchema,
		Stream:   w.Stream,
		Region:   w.Region,
		Prices:   t.Region,
		Split:    q.Split.OrNone(),
		Modes:    []model.Cost{},
		Warnings: []notice.Notice{},
	}}
	s := calc.NewSizing(l, w)
	needs := s.Solve(nil)
	_, a.recommended = calc.Counts(needs)
	for _, mode := range q.Modes {
		a.addMode(mode)
	}
	slices.SortStableFunc(a.Modes, func(x, y model.Cost) int { return fails(&x) - fails(&y) })
	a.addToday()
	a.Cheapest = cheapest(a.Modes)
	a.warnOfFailing()
	a.BreakEven = []model.BreakEven{}
	if a.Cheapest.Known {
		a.BreakEven = t.BreakEven(l, w, carrying(a.Modes), q)
	}
	a.warn(fitNotices(&s, needs, q)...)
	a.warn(a.leftOut()...)
	a.FanOutAtHand = t.fanOutAtHand(l, w, q.Counts)
	if q.Counts.Fixed == 0 {
		var why string
		if a.FanOut, why = t.FanOut(ctx, l, w, q.Counts); why != "" {
			a.warn(notice.FanOutUndecided(why))
		}
	}
	return a.Costs, ctx.Err()
}

// answer is one in the making.
type answer struct {
	ctx         context.Context
	l           *model.Limits
	w           *model.Workload
	t           *Tariff
	q           *Request
	recommended int                            // by the formulas
	reasons     map[model.Mode][]notice.Notice // why modes do not carry the workload
	model.Costs
}

// warn adds notices that the answer does not have yet.
func (a *answer) warn(list ...notice.Notice) {
	for _, n := range list {
		if !slices.Contains(a.Warnings, n) {
			a.Warnings = append(a.Warnings, n)
		}
	}
}

// addMode adds what the workload costs in a mode, and what is to be known of it.
func (a *answer) addMode(mode model.Mode) {
	counts := a.q.Counts
	if mode != model.Provisioned {
		counts.Fixed = 0
	}
	c, reasons := a.price(mode, counts)
	a.Modes = append(a.Modes, c)
	a.reasons[mode] = reasons
	a.warn(modeNotices(a.t, a.w, &c, a.q.Counts.Fixed)...)
}

// warnOfFailing warns of why modes do not carry the workload. It changes the answer where
// the mode would be the cheapest, or no other is.
func (a *answer) warnOfFailing() {
	best := unit.USD(math.MaxInt64)
	for i := range a.Modes {
		if c := &a.Modes[i]; a.Cheapest == model.Known(c.Mode) {
			best = c.Total.Value
		}
	}
	for i := range a.Modes {
		c := &a.Modes[i]
		for _, n := range a.reasons[c.Mode] {
			if c.Total.Known && c.Total.Value > best {
				n.Severity = notice.Note
			}
			told := func(w notice.Notice) bool { return w.ID == n.ID && w.Message == n.Message }
			if !slices.ContainsFunc(a.Warnings, told) {
				a.warn(n)
			}
		}
	}
}

// addToday adds what the workload costs in the mode and with the shards of today.
func (a *answer) addToday() {
	if !a.q.Today.Known {
		return
	}
	now := a.q.Today.Value
	for i := range a.Modes {
		if c := &a.Modes[i]; c.Mode == now.Mode && (c.Shards == model.Known(now.Shards) || !c.Shards.Known) {
			a.Today = model.Known(*c)
			return
		}
	}
	counts := Counts{}
	if now.Mode == model.Provisioned {
		counts.Fixed = now.Shards
	}
	c, _ := a.price(now.Mode, counts)
	a.Today = model.Known(c)
}

// price returns what the workload costs in a mode with some shards, and why it is not
// carried there. It warns of what is not known of that.
func (a *answer) price(mode model.Mode, counts Counts) (model.Cost, []notice.Notice) {
	shards := counts.of(a.recommended)
	c, err := a.t.Bill(a.l, a.w, mode, shards)
	if err != nil {
		c.Total, c.Lines = model.Maybe[unit.USD]{}, []model.CostLine{}
	}
	a.warn(BillNotices(a.t.PricesOf(a.w.Region), &c, err)...)
	if err := a.t.Shares(a.ctx, a.l, a.w, counts, &c); err != nil {
		c.Consumers, c.Producer = []model.ConsumerCost{}, model.Maybe[unit.USD]{}
		a.warn(notice.SharesUnknown(string(mode), err, TooLarge(err), price.Supply(a.t.PricesOf(a.w.Region))))
	}
	u := a.t.usage(a.l, a.w, shards)
	u.splitProducer(a.q.Split, a.w, &c)
	if mode == model.Provisioned && u.larger == nil {
		c.Utilization = model.Known(u.utilization())
	}
	return c, a.judge(&c, mode, shards)
}

// judge notes whether a mode carries the workload, and returns why it does not.
func (a *answer) judge(c *model.Cost, mode model.Mode, shards int) []notice.Notice {
	if a.q.Fit == nil {
		return nil
	}
	fit := a.q.Fit(a.w, mode, shards)
	if !fit.Known {
		return nil
	}
	c.Carries = model.Known(fit.Value.Carries)
	var texts []string
	for _, n := range fit.Value.Reasons {
		texts = append(texts, n.Message)
	}
	if texts != nil {
		c.WhyNot = model.Known(strings.Join(texts, " "))
	}
	return fit.Value.Reasons
}

// fails returns 1 where a mode is known not to carry the workload, else 0.
func fails(c *model.Cost) int {
	if c.Carries == model.Known(false) {
		return 1
	}
	return 0
}

// carrying returns the modes that carry the workload, as far as that is known.
func carrying(costs []model.Cost) (modes []model.Mode) {
	for i := range costs {
		if fails(&costs[i]) == 0 {
			modes = append(modes, costs[i].Mode)
		}
	}
	return modes
}

// BillNotices returns why a bill, or a part of it, is missing.
func BillNotices(region model.Region, bill *model.Cost, err error) []notice.Notice {
	switch {
	case TooLarge(err):
		return []notice.Notice{notice.CostTooLarge(string(bill.Mode), err)}
	case len(bill.NeedsSize) > 0:
		return []notice.Notice{notice.CostNeedsSize(string(bill.Mode), bill.NeedsSize, known(bill.Lines))}
	case len(bill.Missing) > 0:
		return []notice.Notice{
			notice.PriceUnknown(string(bill.Mode), string(region), bill.Missing, AtLeast(bill), price.Supply(region)),
		}
	}
	return nil
}

// AtLeast returns the part of a bill that is known, as text; "" where it is nothing.
func AtLeast(bill *model.Cost) string {
	if !bill.AtLeast.Known {
		return ""
	}
	return bill.AtLeast.Value.Prose()
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
func fitNotices(s *calc.Sizing, needs []calc.Need, q *Request) []notice.Notice {
	minimum, recommended := calc.Counts(needs)
	list := s.RecordNotices()
	if slices.ContainsFunc(q.Modes, func(m model.Mode) bool { return m != model.Provisioned }) {
		list = append(list, QuotaNotices(s, recommended)...)
	}
	for _, o := range s.Infeasible(needs) {
		list = append(list, notice.Notice{ID: o.ID, Severity: notice.Changes, Message: o.Message, Remedy: o.Remedy})
	}
	if n := q.Counts.Fixed; 0 < n && n < minimum && slices.Contains(q.Modes, model.Provisioned) {
		list = append(list, notice.TooFewShards(n, minimum))
	}
	return list
}

// cheapest returns the mode that costs least, of those that are not known to fail,
// where the total of more than one mode is known. It is none where a mode of which a part
// is not known may cost less.
func cheapest(costs []model.Cost) model.Maybe[model.Mode] {
	var best model.Maybe[model.Mode]
	var least unit.USD
	known := 0
	for i := range costs {
		c := &costs[i]
		if !c.Total.Known {
			continue
		}
		known++
		if fails(c) == 0 && (!best.Known || c.Total.Value < least) {
			best, least = model.Known(c.Mode), c.Total.Value
		}
	}
	mayBeLess := slices.ContainsFunc(costs, func(c model.Cost) bool {
		return fails(&c) == 0 && len(c.Missing)+len(c.NeedsSize) > 0 && c.AtLeast.Value < least
	})
	if known < 2 || mayBeLess {
		return model.Maybe[model.Mode]{}
	}
	return best
}

// modeNotices returns what a mode does not do, or does to others.
func modeNotices(t *Tariff, w *model.Workload, c *model.Cost, shards int) (list []notice.Notice) {
	if c.Mode == model.Provisioned {
		return nil
	}
	if c.Mode == model.OnDemandAdvantage && t.Account.Streams > 0 {
		list = append(list, notice.AccountWide(t.Account.Streams))
	}
	if shards > 0 {
		list = append(list, notice.OnDemandShards(shards))
	}
	hasSpeed := func(c model.Consumer) bool { return c.HasSpeed() }
	if slices.ContainsFunc(w.Consumers, hasSpeed) && fails(c) == 0 {
		list = append(list, notice.OnDemandSpeed())
	}
	return list
}
