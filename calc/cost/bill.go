package cost

import (
	"cmp"
	"errors"
	"math"

	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Tariff is what a cost rests on besides the workload.
type Tariff struct {
	Catalogue *price.Catalogue
	Discount  unit.Discount
	Account   Account
	Region    model.Region // whose prices are taken by choice; "" where they are the stream's own
	Metrics   int          // shard-level metrics that each shard has on
	Hours     float64      // of the period; a month has 730
}

// Account is what the other on-demand streams of the account carry in the
// Region. On-demand Advantage is a setting of both, not of a stream.
type Account struct {
	Ingest, Retrieval unit.BytesPerSecond
	Streams           int
}

// A month has 730 h, 2,628,000 s, as AWS counts.
const (
	HoursPerMonth   = model.HoursPerMonth
	secondsPerMonth = HoursPerMonth * 3600
)

// Bill returns what a workload costs in a mode with a number of shards, line by
// line. Lines whose price is not known are named in Missing, those whose quantity hangs on
// a record size that is not known in NeedsSize; there is no total then, but what it is at
// least, if anything is known. The error is
// [unit.ErrTooMuch].
func (t *Tariff) Bill(l *model.Limits, w *model.Workload, mode model.Mode, shards int) (model.Cost, error) {
	cost := model.Cost{Mode: mode, Missing: []string{}, Lines: []model.CostLine{}, Consumers: []model.ConsumerCost{}}
	if mode == model.Provisioned {
		cost.Shards = model.Known(shards)
	}
	u := t.usage(l, w, shards)
	total, err := t.add(w.Region, mode, &u, &cost)
	switch {
	case err != nil:
	case len(cost.Missing) == 0 && len(cost.NeedsSize) == 0:
		cost.Total = model.Known(total)
	case len(cost.Lines) > 0:
		cost.AtLeast = model.Known(total)
	}
	return cost, err
}

// Total returns what [Tariff.Bill] adds up to, without the lines: for the many plans
// that are only compared. The error is a [*price.MissingError], [ErrNoRecordSize] or
// [unit.ErrTooMuch].
func (t *Tariff) Total(l *model.Limits, w *model.Workload, mode model.Mode, shards int) (unit.USD, error) {
	u := t.usage(l, w, shards)
	return t.add(w.Region, mode, &u, nil)
}

// PricesOf returns the Region whose prices a stream of a Region is priced by.
func (t *Tariff) PricesOf(region model.Region) model.Region { return cmp.Or(t.Region, region) }

// ErrNoRecordSize is that a quantity hangs on a record size that is not known.
var ErrNoRecordSize = errors.New("the record size is not known")

// add returns the sum of a mode's lines, and appends them to a bill. A price that is
// not known is an error where there is no bill to name it.
func (t *Tariff) add(region model.Region, mode model.Mode, u *usage, into *model.Cost) (total unit.USD, err error) {
	for i := range lines {
		n := &lines[i]
		if n.mode != mode {
			continue
		}
		quantity := n.quantity(u)
		if u.larger != nil && n.quantity(u.larger) != quantity {
			if into == nil {
				return 0, ErrNoRecordSize
			}
			into.NeedsSize = append(into.NeedsSize, n.id)
			continue
		}
		if quantity <= 0 {
			continue
		}
		prices, err := t.Catalogue.Find(t.PricesOf(region), mode, n.id)
		if err != nil && into == nil {
			return 0, err
		} else if err != nil {
			into.Missing = append(into.Missing, n.id)
			continue
		}
		if total, err = t.price(n, u, prices, quantity, total, into); err != nil {
			return 0, err
		}
	}
	return total, nil
}

// price adds what a month's quantity of a line costs in the period to a total, each
// tier rounded by itself, and appends it to a bill if there is one.
func (t *Tariff) price(
	n *line,
	u *usage,
	prices []price.Price,
	quantity float64,
	total unit.USD,
	into *model.Cost,
) (unit.USD, error) {
	for i := range prices {
		p := &prices[i]
		part := t.forPeriod(tier(prices, i, quantity))
		if part <= 0 {
			continue
		}
		amount, err := p.USD.Times(part, t.Discount)
		if err != nil {
			return 0, err
		}
		if total, err = total.Plus(amount); err != nil {
			return 0, err
		}
		if into != nil {
			into.Lines = append(
				into.Lines,
				model.CostLine{ID: n.id, Quantity: part, Unit: p.Unit, UnitPrice: p.USD, Amount: amount,
					Source: p.Source, AsOf: p.AsOf, Confidence: p.Confidence, Note: n.text(u)},
			)
		}
	}
	return total, nil
}

// tier returns the part of a month's quantity that the price number i holds for: what
// is above its number of units, and not above the next one's.
func tier(prices []price.Price, i int, quantity float64) float64 {
	top := math.Inf(1)
	if i+1 < len(prices) {
		top = prices[i+1].Above
	}
	return math.Min(quantity, top) - prices[i].Above
}

// forPeriod returns what of a month's quantity falls into the period.
func (t *Tariff) forPeriod(quantity float64) float64 {
	if t.Hours == HoursPerMonth {
		return quantity
	}
	return quantity * t.Hours / HoursPerMonth
}

// TooLarge reports whether an error says that an amount is too large to count.
func TooLarge(err error) bool { return errors.Is(err, unit.ErrTooMuch) }
