package report

import (
	"fmt"
	"slices"

	"github.com/fatih/color"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// costHeadline returns which mode is the cheapest of those that carry the workload.
func costHeadline(c *model.Costs) string {
	text := fmt.Sprintf("%s, per %s", streamName(c.Stream, c.Region), c.Period)
	if c.Prices != "" {
		text += ", at the prices of " + string(c.Prices)
	}
	if c.Discount > 0 {
		text += ", less " + c.Discount.String()
	}
	switch best, less := cheapestOf(c); {
	case best == nil && slices.ContainsFunc(c.Modes, func(m model.Cost) bool { return m.Carries != model.Known(false) }):
	case best == nil && len(c.Modes) > 1:
		text += ": no mode carries the workload"
	case best == nil:
		text += fmt.Sprintf(": %s does not carry the workload", c.Modes[0].Mode)
	case less:
		text += fmt.Sprintf(": %s %s is the cheapest that works", best.Mode, dollars(best.Total.Value))
	default:
		text += ": " + string(best.Mode) + " is the cheapest"
	}
	if c.Because != "" {
		text += ", but " + c.Because
	}
	return text
}

// cheapestOf returns the cheapest mode, nil where there is none, and reports whether one that
// does not carry the workload costs less.
func cheapestOf(c *model.Costs) (best *model.Cost, less bool) {
	for i := range c.Modes {
		if m := &c.Modes[i]; c.Cheapest == model.Known(m.Mode) {
			best = m
		}
	}
	return best, best != nil && slices.ContainsFunc(c.Modes, func(m model.Cost) bool {
		return m.Carries == model.Known(false) && m.Total.Known && m.Total.Value <= best.Total.Value
	})
}

// meanUtilization returns what the average uses of provisioned shards.
func meanUtilization(c *model.Costs) (items []item) {
	for i := range c.Modes {
		m := &c.Modes[i]
		u := &m.Utilization.Value
		if !m.Utilization.Known {
			continue
		}
		text := fmt.Sprintf("On average %s of the write bandwidth of %s is used (%s of the records a second)",
			unit.Fraction(u.WriteBytes).Prose(), unit.Plural(m.Shards.Value, "shard"), unit.Fraction(u.WriteRecords).Prose())
		if u.ReadBytes > 0 {
			text += fmt.Sprintf(", and %s of the bandwidth that standard consumers share", unit.Fraction(u.ReadBytes).Prose())
		}
		items = append(items, item{"·", color.Reset, text + "."})
	}
	return items
}

// advantageNote says what On-demand Advantage is: not a mode of one stream.
func advantageNote(c *model.Costs) []item {
	if !slices.ContainsFunc(c.Modes, func(m model.Cost) bool { return m.Mode == model.OnDemandAdvantage }) {
		return nil
	}
	return []item{{"·", color.Reset, fmt.Sprintf("On-demand Advantage is a setting of the whole account in this Region, which "+
		"commits to %s each way; what is not used of that is in the total.",
		model.PublishedLimits().AdvantageCommitment.Value.Prose())}}
}

// modeGrid returns the table that compares the billing modes, with what the stream has now.
func modeGrid(c *model.Costs) grid {
	g := grid{header: []string{"mode", "shards", "total", "more than the cheapest"},
		right: []bool{false, true, true, true}}
	judged := slices.ContainsFunc(c.Modes, func(m model.Cost) bool { return m.Carries.Known })
	if judged {
		g.header, g.right = append(g.header, "carries"), append(g.right, false)
	} else {
		g.optional = [][]int{{3}}
	}
	best, _ := cheapestOf(c)
	add := func(m *model.Cost, name string) {
		more := dash
		if best != nil && m.Total.Known {
			more = dollars(m.Total.Value - best.Total.Value)
		}
		total := dollarsOrDash(m.Total)
		if m.AtLeast.Known {
			total = "at least " + dollars(m.AtLeast.Value)
		}
		cells := []string{name, shards(m.Shards), total, more}
		if judged {
			cells = append(cells, carriesText(m.Carries))
		}
		g.row(m == best, cells...)
	}
	today, listed := &c.Today.Value, !c.Today.Known
	for i := range c.Modes {
		m := &c.Modes[i]
		switch {
		case listed || m.Mode != today.Mode:
			add(m, string(m.Mode))
		case m.Shards == today.Shards:
			add(m, string(m.Mode)+", now")
			listed = true
		default:
			add(m, string(m.Mode))
			add(today, string(today.Mode)+", now")
			listed = true
		}
	}
	if !listed {
		add(today, string(today.Mode)+", now")
	}
	return g
}

// carriesText returns whether a mode carries the workload, as a cell.
func carriesText(carries model.Maybe[bool]) string {
	if !carries.Known {
		return dash
	}
	return yesOrNo(carries.Value)
}
