package fleet

import (
	"cmp"
	"slices"
	"time"

	"github.com/kcalc/kcalc/calc/cost"
	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/billfile"
	"github.com/kcalc/kcalc/model/unit"
)

// Bill is what was billed over a time, beside what it comes to at the prices that are known, and
// what the streams of the fleet would cost over that time as they are today.
type Bill struct {
	From       time.Time `json:"from"`
	To         time.Time `json:"to"`
	Hours      float64   `json:"hours"`
	Incomplete bool      `json:"incomplete"` // the time goes on

	Billed   unit.USD              `json:"billed_usd"`
	Listed   model.Maybe[unit.USD] `json:"at_list_prices_usd"`
	Discount model.Maybe[float64]  `json:"implied_discount"` // 1 − billed ÷ at list prices
	Residual model.Maybe[unit.USD] `json:"residual_usd"`     // billed less what list prices with the known discount come to

	Usage     []BilledUsage  `json:"usage"`
	Streams   []BilledStream `json:"streams"`
	Missing   []BilledStream `json:"billed_not_found"`
	NotBilled []model.Name   `json:"found_not_billed"`
	Nameless  unit.USD       `json:"billed_without_a_stream_usd"`
	Unknown   []UnknownUsage `json:"unknown_usage_types"`
}

// BilledUsage is what was billed of a cost line in a Region.
type BilledUsage struct {
	Region   model.Region          `json:"region"`
	Mode     model.Mode            `json:"mode"`
	Line     string                `json:"line"`
	Quantity float64               `json:"quantity"`
	Billed   unit.USD              `json:"billed_usd"`
	Listed   model.Maybe[unit.USD] `json:"at_list_prices_usd"`
	Discount model.Maybe[float64]  `json:"implied_discount"`
	Residual model.Maybe[unit.USD] `json:"residual_usd"`
	Modelled unit.USD              `json:"modelled_usd"` // of the streams that were found
}

// BilledStream is what was billed of a stream.
type BilledStream struct {
	Account  string                `json:"account"`
	Region   model.Region          `json:"region"`
	Stream   model.Name            `json:"stream"`
	Hours    float64               `json:"hours"` // in which something was billed
	Shards   float64               `json:"mean_shards"`
	Billed   unit.USD              `json:"billed_usd"`
	Modelled model.Maybe[unit.USD] `json:"modelled_usd"`
	Rest     model.Maybe[unit.USD] `json:"difference_usd"` // billed less modelled
}

// UnknownUsage is a usage type that no cost line is of.
type UnknownUsage struct {
	Usage  string   `json:"usage_type"`
	Billed unit.USD `json:"billed_usd"`
}

// Ledger adds up a bill line by line.
type Ledger struct {
	asOf     time.Time
	discount unit.Discount
	from, to time.Time
	cut      bool
	usage    map[usageKey]*BilledUsage
	streams  map[streamKey]*ledgerStream
	unknown  map[string]unit.USD
	nameless unit.USD
}

type usageKey struct {
	region model.Region
	mode   model.Mode
	line   string
}

type streamKey struct {
	account string
	region  model.Region
	stream  model.Name
}

type ledgerStream struct {
	from, to   time.Time
	billed     unit.USD
	shardHours float64
}

// NewLedger returns an empty ledger. What is billed to a time after asOf is billed to it: the last
// month of a bill is not over. The discount is the one that is known.
func NewLedger(asOf time.Time, discount unit.Discount) *Ledger {
	return &Ledger{asOf: asOf, discount: discount, usage: map[usageKey]*BilledUsage{},
		streams: map[streamKey]*ledgerStream{}, unknown: map[string]unit.USD{}}
}

// Add adds a line of a bill. The error is unit.ErrTooMuch.
func (g *Ledger) Add(l *billfile.Line) error {
	to := l.To
	if to.After(g.asOf) && l.From.Before(g.asOf) {
		to, g.cut = g.asOf, true
	}
	g.from, g.to = span(g.from, g.to, l.From, to)
	mode, line, known := price.Billed(l.Usage, l.Operation)
	if !known {
		return add(&l.Cost, g.unknown[l.Usage], func(sum unit.USD) { g.unknown[l.Usage] = sum })
	}
	key := usageKey{l.Region, mode, line}
	u := g.usage[key]
	if u == nil {
		u = &BilledUsage{Region: l.Region, Mode: mode, Line: line}
		g.usage[key] = u
	}
	u.Quantity += l.Quantity
	if err := add(&l.Cost, u.Billed, func(sum unit.USD) { u.Billed = sum }); err != nil {
		return err
	}
	if l.Stream() == "" {
		return add(&l.Cost, g.nameless, func(sum unit.USD) { g.nameless = sum })
	}
	id := streamKey{l.Account, l.Region, l.Stream()}
	s := g.streams[id]
	if s == nil {
		s = &ledgerStream{}
		g.streams[id] = s
	}
	s.from, s.to = span(s.from, s.to, l.From, to)
	if line == "shard-hours" {
		s.shardHours += l.Quantity
	}
	return add(&l.Cost, s.billed, func(sum unit.USD) { s.billed = sum })
}

// add adds an amount to a sum.
func add(amount *unit.USD, sum unit.USD, set func(unit.USD)) error {
	total, err := sum.Plus(*amount)
	if err == nil {
		set(total)
	}
	return err
}

// span returns a time that has another one in it.
func span(from, to, first, last time.Time) (time.Time, time.Time) {
	if from.IsZero() || first.Before(from) {
		from = first
	}
	if last.After(to) {
		to = last
	}
	return from, to
}

// Against returns the bill beside the rows of a fleet: what the billed quantities come to at the
// prices of a tariff, and what the streams would cost over the same hours as they are today.
func (g *Ledger) Against(rows []Row, t *cost.Tariff) Bill {
	b := Bill{From: g.from, To: g.to, Hours: g.to.Sub(g.from).Hours(), Incomplete: g.cut, Nameless: g.nameless,
		Usage: []BilledUsage{}, Streams: []BilledStream{}, Missing: []BilledStream{}, NotBilled: []model.Name{},
		Unknown: []UnknownUsage{}}
	for usage, billed := range g.unknown {
		b.Unknown = append(b.Unknown, UnknownUsage{usage, billed})
		b.Billed += billed
	}
	slices.SortFunc(b.Unknown, func(x, y UnknownUsage) int { return cmp.Compare(x.Usage, y.Usage) })
	modelled := g.join(&b, rows)
	b.Listed = model.Known(unit.USD(0))
	for key, u := range g.usage {
		u.Modelled = modelled[key]
		g.list(u, t)
		b.Usage = append(b.Usage, *u)
		b.Billed += u.Billed
		b.Listed = plus(b.Listed, u.Listed)
	}
	slices.SortFunc(b.Usage, func(x, y BilledUsage) int {
		return cmp.Or(cmp.Compare(x.Region, y.Region), cmp.Compare(x.Mode, y.Mode), cmp.Compare(y.Billed, x.Billed),
			cmp.Compare(x.Line, y.Line))
	})
	b.Discount, b.Residual = g.compare(b.Billed, b.Listed)
	return b
}

// list notes what the quantity of a usage comes to at the prices of a Region, tier by tier.
func (g *Ledger) list(u *BilledUsage, t *cost.Tariff) {
	tiers, err := t.Catalogue.Find(t.PricesOf(u.Region), u.Mode, u.Line)
	if err != nil {
		return
	}
	var total unit.USD
	for i := range tiers {
		quantity := u.Quantity - tiers[i].Above
		if i+1 < len(tiers) {
			quantity = min(quantity, tiers[i+1].Above-tiers[i].Above)
		}
		if quantity <= 0 {
			break
		}
		part, err := tiers[i].USD.Times(quantity, 0)
		if err != nil {
			return
		}
		total += part
	}
	u.Listed = model.Known(total)
	u.Discount, u.Residual = g.compare(u.Billed, u.Listed)
}

// cent is what rounding may be off by.
const cent = unit.Dollar / 100

// compare returns the discount that an amount has of list prices, and what it is above or below list
// prices with the known discount; less than a cent is rounding.
func (g *Ledger) compare(billed unit.USD, listed model.Maybe[unit.USD]) (model.Maybe[float64], model.Maybe[unit.USD]) {
	if !listed.Known {
		return model.Maybe[float64]{}, model.Maybe[unit.USD]{}
	}
	reduced, err := listed.Value.Times(1, g.discount)
	if err != nil {
		return model.Maybe[float64]{}, model.Maybe[unit.USD]{}
	}
	rest := billed - reduced
	if max(rest, -rest) < cent {
		rest = 0
	}
	discount := model.Maybe[float64]{}
	if listed.Value > 0 {
		discount = model.Known(1 - float64(billed)/float64(listed.Value))
		if gap := billed - listed.Value; max(gap, -gap) < cent {
			discount = model.Known(0.0)
		}
	}
	return discount, model.Known(rest)
}

// join finds the streams of the bill among the rows, and returns what is modelled of each usage.
func (g *Ledger) join(b *Bill, rows []Row) map[usageKey]unit.USD {
	modelled := map[usageKey]unit.USD{}
	found := map[streamKey]bool{}
	for i := range rows {
		row := &rows[i]
		id, s := g.billed(row)
		if s == nil {
			b.NotBilled = append(b.NotBilled, row.Stream)
			continue
		}
		found[id] = true
		one := s.stream(id)
		share := one.Hours / model.HoursPerMonth
		if row.Now.Monthly.Known {
			part, err := row.Now.Monthly.Value.Times(share, 0)
			one.Modelled = model.Maybe[unit.USD]{Value: part, Known: err == nil}
			one.Rest = minus(model.Known(one.Billed), one.Modelled)
		}
		for _, line := range row.Lines {
			if part, err := line.Amount.Times(share, 0); err == nil {
				modelled[usageKey{row.Region, row.Now.Mode.Value, line.ID}] += part
			}
		}
		b.Streams = append(b.Streams, one)
	}
	for id, s := range g.streams {
		if !found[id] {
			b.Missing = append(b.Missing, s.stream(id))
		}
	}
	most := func(x, y BilledStream) int {
		return cmp.Or(cmp.Compare(y.Billed, x.Billed), cmp.Compare(x.Region, y.Region), cmp.Compare(x.Stream, y.Stream),
			cmp.Compare(x.Account, y.Account))
	}
	slices.SortFunc(b.Streams, most)
	slices.SortFunc(b.Missing, most)
	slices.Sort(b.NotBilled)
	return modelled
}

// billed returns what was billed of the stream of a row, nil where nothing was. Where the account of
// the row is not known, that of the only one of its name is taken.
func (g *Ledger) billed(row *Row) (id streamKey, s *ledgerStream) {
	id = streamKey{row.Account, row.Region, row.Stream}
	if s := g.streams[id]; s != nil || row.Account != "" {
		return id, s
	}
	for other, billed := range g.streams {
		if other.region == row.Region && other.stream == row.Stream {
			if s != nil {
				return id, nil
			}
			id, s = other, billed
		}
	}
	return id, s
}

// Of returns what was billed of the stream of a row; unknown where nothing was, or where the account of
// the row is not known and streams of several were billed under its name.
func (b *Bill) Of(row *Row) (one model.Maybe[BilledStream]) {
	for _, list := range [][]BilledStream{b.Streams, b.Missing} {
		for i := range list {
			s := &list[i]
			if s.Region != row.Region || s.Stream != row.Stream || row.Account != "" && s.Account != row.Account {
				continue
			}
			if one.Known {
				return model.Maybe[BilledStream]{}
			}
			one = model.Known(*s)
		}
	}
	return one
}

// stream returns what was billed of a stream.
func (s *ledgerStream) stream(id streamKey) BilledStream {
	one := BilledStream{Account: id.account, Region: id.region, Stream: id.stream, Hours: s.to.Sub(s.from).Hours(),
		Billed: s.billed}
	if one.Hours > 0 {
		one.Shards = s.shardHours / one.Hours
	}
	return one
}
