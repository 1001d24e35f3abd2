package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/fatih/color"
	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// WritePrices writes the prices of a catalogue in a format. As csv they are a
// price file.
func WritePrices(w io.Writer, l *price.List, format Format, terminal Terminal) error {
	csv := func(w io.Writer) error { return price.Write(w, l.Prices) }
	return answer{l, func() *document { return priceDocument(l) }, csv}.write(w, format, terminal)
}

// priceDocument returns prices for people, a table for each Region and mode. The sources are
// behind them, because many prices share one.
func priceDocument(l *price.List) *document {
	d := &document{headline: "Known prices, in USD"}
	sources := sourcesOf(l.Prices)
	for rest := l.Prices; len(rest) > 0; {
		n := sameMode(rest)
		d.table(string(rest[0].Region)+", "+string(rest[0].Mode), priceGrid(rest[:n], sources))
		rest = rest[n:]
	}
	d.warn(l.Warnings, allWarnings)
	d.add("Sources", numbered(sources))
	return d
}

// sameMode returns how many prices at the head are of one Region and mode.
func sameMode(prices []price.Price) int {
	end := slices.IndexFunc(prices, func(p price.Price) bool {
		return p.Region != prices[0].Region || p.Mode != prices[0].Mode
	})
	if end < 0 {
		return len(prices)
	}
	return end
}

func priceGrid(prices []price.Price, sources []string) grid {
	g := grid{header: []string{"line", "USD", "for a", "as of", "from"}, right: []bool{false, true, false, false, true},
		optional: [][]int{{4}, {3}}}
	for i := range prices {
		p := &prices[i]
		name := p.Line
		if p.Above > 0 {
			name = " " + beyond(p.Above)
		}
		g.row(false, name, p.USD.String(), p.Unit, p.AsOf, strconv.Itoa(1+slices.Index(sources, sourceText(p))))
	}
	return g
}

// sourcesOf returns the sources of prices, each once.
func sourcesOf(prices []price.Price) []string {
	var sources []string
	for i := range prices {
		if text := sourceText(&prices[i]); !slices.Contains(sources, text) {
			sources = append(sources, text)
		}
	}
	return sources
}

func sourceText(p *price.Price) string { return p.Source + " (confidence: " + p.Confidence + ")" }

// beyond says above which unit of a month a tier's price holds.
func beyond(above float64) string {
	if above == 0 {
		return ""
	}
	return " above " + unit.Grouped(above, 0)
}

func numbered(texts []string) []item {
	items := make([]item, len(texts))
	for i, text := range texts {
		items[i] = item{" ", color.Reset, fmt.Sprintf("%d: %s", i+1, text)}
	}
	return items
}

// WriteDiff writes what changed from one catalogue to another in a format.
func WriteDiff(w io.Writer, d *price.Diff, format Format, terminal Terminal) error {
	return answer{d, func() *document { return diffDocument(d) }, diffRecords(d).csv}.write(w, format, terminal)
}

func diffDocument(d *price.Diff) *document {
	count := "no price changed"
	if n := len(d.Changes); n > 0 {
		count = unit.Plural(n, "price") + " changed"
	}
	doc := &document{headline: fmt.Sprintf("From %s to %s: %s", d.From, d.To, count)}
	g := grid{header: []string{"price", "change", "old USD", "new USD", "for a"},
		right: []bool{false, true, true, true, false}, optional: [][]int{{4}}}
	for i := range d.Changes {
		c := &d.Changes[i]
		name := strings.Join([]string{string(c.Region), string(c.Mode), c.Line}, ".")
		g.row(false, name, changeText(c), amount(c.Old, dash), amount(c.New, dash), c.Unit+beyond(c.Above))
	}
	doc.table("", g)
	return doc
}

// changeText returns how much a price changed, or that only one catalogue has it.
func changeText(c *price.Change) string {
	if !c.Percent.Known {
		return string(c.Kind)
	}
	sign := ""
	if c.Percent.Value > 0 {
		sign = "+"
	}
	return sign + unit.Grouped(c.Percent.Value, 1) + "%"
}

func amount(d model.Maybe[price.Dated], otherwise string) string {
	if !d.Known {
		return otherwise
	}
	return d.Value.USD.String()
}

// diffRecords returns the changes for programs, unrounded.
func diffRecords(d *price.Diff) records {
	rows := records{{"change", "region", "mode", "line", "above", "unit", "old_price_usd", "new_price_usd",
		"change_percent", "old_as_of", "new_as_of"}}
	for i := range d.Changes {
		c := &d.Changes[i]
		rows = append(rows, []string{string(c.Kind), string(c.Region), string(c.Mode), c.Line,
			strconv.FormatFloat(c.Above, 'f', -1, 64), c.Unit,
			amount(c.Old, ""), amount(c.New, ""), exactOrEmpty(c.Percent), c.Old.Value.AsOf, c.New.Value.AsOf})
	}
	return rows
}
