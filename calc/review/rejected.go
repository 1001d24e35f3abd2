package review

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Rejected is an alternative that a document does not propose, and what speaks against it.
type Rejected struct {
	Mode    model.Mode            `json:"mode"`
	Shards  model.Maybe[int]      `json:"shards"` // on-demand has none to choose
	Of      string                `json:"of"`     // "now", "one-fewer", "minimum" or "mode"
	Monthly model.Maybe[unit.USD] `json:"monthly_usd"`

	// By is the id of the constraint or of the notice that rejects it; "cost" where it does
	// carry the workload, and costs more.
	By  string `json:"by"`
	Why string `json:"why"`
}

// What a rejected alternative is, and what rejects one that carries the workload.
const (
	ofNow      = "now"
	ofFewer    = "one-fewer"
	ofMinimum  = "minimum"
	ofMode     = "mode"
	RejectCost = "cost"
)

// rejectedAlternatives returns what else a stream could have, and what speaks against each: the
// shards that it has, one fewer than proposed, the minimum, and the other modes. The error is
// the context's.
func (b *Basis) rejectedAlternatives(ctx context.Context, w *model.Workload, d *Document) ([]Rejected, error) {
	list := []Rejected{}
	p := d.Answer.Plan
	proposed := p.Shards.Recommended
	seen := []int{proposed}
	add := func(of string, shards int) {
		if shards < 1 || !p.Feasible || slices.Contains(seen, shards) {
			return
		}
		seen = append(seen, shards)
		r := Rejected{Mode: model.Provisioned, Shards: model.Known(shards), Of: of}
		if b.Tariff != nil {
			total, err := b.Tariff.Total(b.Limits, w, model.Provisioned, shards)
			r.Monthly = model.Maybe[unit.USD]{Value: total, Known: err == nil}
		}
		r.By, r.Why = b.speaksAgainst(ctx, w, d, shards, r.Monthly)
		list = append(list, r)
	}
	if now := d.Answer.Today; !now.Mode.Known || now.Mode.Value == model.Provisioned {
		add(ofNow, cmp.Or(p.Shards.Current.Value, now.Shards.Value))
	}
	add(ofFewer, proposed-1)
	add(ofMinimum, p.Shards.Minimum)
	return append(list, rejectedModes(d)...), ctx.Err()
}

// speaksAgainst returns what speaks against a number of shards.
func (b *Basis) speaksAgainst(
	ctx context.Context, w *model.Workload, d *Document, shards int, monthly model.Maybe[unit.USD],
) (by, why string) {
	p := d.Answer.Plan
	if shards > p.Shards.Recommended {
		return RejectCost, "It carries the workload, and costs more" + more(monthly, d.Decision.Monthly) + "."
	}
	if c := exceeded(p, shards); c != nil {
		why = fmt.Sprintf("%s = %s, for which it takes %s", c.Formula, unit.Grouped(c.Need.Value, 2),
			unit.Plural(c.Recommended.Value, "shard"))
		if c.Minimum.Value <= shards && c.Headroom {
			why += fmt.Sprintf(": it fits, but leaves less free than %s", (1 - p.Target).Prose())
		}
		return c.ID, why + "."
	}
	if fit, err := CarriesMode(ctx, b, w, model.Provisioned, shards); err == nil && !fit.Carries {
		return fit.Reasons[0].ID, fit.Reasons[0].Message
	}
	if o := d.Answer.Odds.Value; slices.Contains(p.Binding, OddsID) || o.Least.Known && shards < o.Least.Value {
		return OddsID, fmt.Sprintf("It does not hold the next %s with odds of %s.",
			unit.Duration(o.HorizonDays*float64(unit.Day)), o.Confidence.Prose())
	}
	return strings.Join(p.Binding, ", "), "It is fewer than what decides asks for."
}

// exceeded returns the constraint that asks for the most shards, if it asks for more than so
// many.
func exceeded(p *model.Plan, shards int) (most *model.Constraint) {
	for i := range p.Constraints {
		c := &p.Constraints[i]
		if c.Recommended.Known && c.Need.Known && c.Recommended.Value > shards &&
			(most == nil || c.Recommended.Value > most.Recommended.Value) {
			most = c
		}
	}
	return most
}

// more returns by how much an alternative costs more, where that is known.
func more(cost, proposed model.Maybe[unit.USD]) string {
	if !cost.Known || !proposed.Known || cost.Value <= proposed.Value {
		return ""
	}
	return fmt.Sprintf(", by %s a month", (cost.Value - proposed.Value).Prose())
}

// rejectedModes returns the other modes that do not carry the workload, or cost no less.
func rejectedModes(d *Document) (list []Rejected) {
	for i := range d.Costs.Value.Modes {
		m := &d.Costs.Value.Modes[i]
		r := Rejected{Mode: m.Mode, Shards: m.Shards, Of: ofMode, Monthly: m.Total}
		switch {
		case m.Mode == d.Decision.Mode:
			continue
		case m.Carries == model.Known(false):
			r.By, r.Why = "mode-does-not-carry", cmp.Or(m.WhyNot.Value, "It does not carry the workload.")
		case !m.Total.Known:
			r.By, r.Why = "price-unknown", "Its price is not known: "+strings.Join(append(m.Missing, m.NeedsSize...), ", ")+"."
		case d.Decision.Monthly.Known && m.Total.Value < d.Decision.Monthly.Value:
			continue // it is no worse: advice, or an open question
		default:
			r.By, r.Why = RejectCost, "It costs more"+more(m.Total, d.Decision.Monthly)+"."
		}
		list = append(list, r)
	}
	return list
}
