package report

import (
	"fmt"
	"strings"

	"github.com/fatih/color"
	"github.com/kcalc/kcalc/calc/fleet"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// billSections adds what was billed beside what is known.
func (d *document) billSections(b *fleet.Bill) {
	text := fmt.Sprintf("The bill of %s to %s, %s: %s", b.From.Format(minute), b.To.Format(minute),
		unit.Plural(int(b.Hours+0.5), "hour"), dollars(b.Billed))
	if b.Incomplete {
		text += ", which goes on"
	}
	d.table(text, usageGrid(b))
	d.add("", billItems(b))
	d.table("Billed streams", billedGrid(b))
}

// usageGrid returns what was billed of each cost line.
func usageGrid(b *fleet.Bill) grid {
	g := grid{header: []string{"usage", "quantity", "billed", "at list prices", "discount", "residual", "modelled"},
		right: []bool{false, true, true, true, true, true, true}, optional: [][]int{{4}, {3}}}
	for i := range b.Usage {
		u := &b.Usage[i]
		g.row(false, fmt.Sprintf("%s %s %s", u.Region, u.Mode, u.Line), unit.Grouped(u.Quantity, 3), dollars(u.Billed),
			amountOrDash(u.Listed), discountText(u.Discount), amountOrDash(u.Residual), dollars(u.Modelled))
	}
	return g
}

func amountOrDash(d model.Maybe[unit.USD]) string {
	switch {
	case !d.Known:
		return dash
	case d.Value < 0:
		return "−" + dollars(-d.Value)
	}
	return dollars(d.Value)
}

func discountText(d model.Maybe[float64]) string {
	if !d.Known {
		return dash
	}
	return unit.Percent(d.Value, 1)
}

// billedGrid returns what was billed of each stream, and what its model comes to over the same hours.
func billedGrid(b *fleet.Bill) grid {
	g := grid{header: []string{"stream", "hours", "mean shards", "billed", "modelled", "difference"},
		right: []bool{false, true, true, true, true, true}, optional: [][]int{{1}}}
	for i := range b.Streams {
		s := &b.Streams[i]
		g.row(false, string(s.Stream), unit.Grouped(s.Hours, 0), unit.Grouped(s.Shards, 1), dollars(s.Billed),
			amountOrDash(s.Modelled), amountOrDash(s.Rest))
	}
	return g
}

// billItems returns what the bill and the fleet do not have in common.
func billItems(b *fleet.Bill) (items []item) {
	add := func(tone color.Attribute, format string, texts ...any) {
		items = append(items, item{"·", tone, fmt.Sprintf(format, texts...)})
	}
	const most = 5
	for i := range b.Missing[:min(most, len(b.Missing))] {
		s := &b.Missing[i]
		add(color.FgYellow, "billed and not among these streams: %s in %s, %s", s.Stream, s.Region, dollars(s.Billed))
	}
	if n := len(b.Missing) - most; n > 0 {
		add(color.FgYellow, "and %s more, which -o json has", unit.Plural(n, "billed stream"))
	}
	if n := len(b.NotBilled); n > 0 {
		names := strings.Join(model.Words(b.NotBilled[:min(most, n)]), ", ")
		if n > most {
			names += " and " + number(n-most) + " more"
		}
		add(color.FgYellow, "not billed: %s", names)
	}
	if b.Nameless > 0 {
		add(color.Reset, "billed of no stream: %s", dollars(b.Nameless))
	}
	for _, u := range b.Unknown {
		add(color.FgYellow, "usage type %s is none that is known: %s", u.Usage, dollars(u.Billed))
	}
	if b.Discount.Known && b.Discount.Value > 0 {
		add(color.Reset, "the bill is %s below list prices", unit.Percent(b.Discount.Value, 1))
	}
	return items
}
