package report

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/fatih/color"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// WriteCosts writes what a stream costs in a format. Only the table looks at
// the terminal.
func WriteCosts(w io.Writer, c *model.Costs, format Format, terminal Terminal) error {
	return answer{c, func() *document { return costDocument(c) }, costRecords(c).csv}.write(w, format, terminal)
}

// dollars returns an amount for people: rounded to cents, half away from zero.
func dollars(u unit.USD) string { return u.Prose() }

// dollarsOrDash returns an amount for people, or a dash where it is not known.
func dollarsOrDash(u model.Maybe[unit.USD]) string {
	if !u.Known {
		return dash
	}
	return dollars(u.Value)
}

// planCost says what the plan costs, and the other modes in a line each.
func planCost(p *model.Plan) []item {
	if !p.Cost.Known {
		return nil
	}
	c := &p.Cost.Value
	text := fmt.Sprintf("%s %s with %s: ", dollars(c.Monthly), c.Mode, unit.Plural(c.Shards, "shard"))
	for i, l := range c.Lines {
		if i > 0 {
			text += ", "
		}
		text += l.ID + " " + dollars(l.Amount)
	}
	items := []item{{"$", color.Bold, text + "."}}
	for i, o := range c.Others {
		text := dollarsOrDash(o.Monthly) + " " + string(o.Mode)
		if !o.Monthly.Known {
			text = string(o.Mode) + ": not known, for want of a price of " + strings.Join(o.Missing, ", ")
		}
		switch fails := p.Feasible && o.Fit.Known && !o.Fit.Value.Carries; {
		case fails && i > 0 && c.Others[i-1].Fit.Known && !c.Others[i-1].Fit.Value.Carries:
			text += ", which does not carry it either."
		case fails:
			text += ". " + o.Fit.Value.Reasons[0].Message
		default:
			text += "."
		}
		items = append(items, item{" ", color.Reset, text})
	}
	return items
}

// costDocument returns the costs of a stream for people.
func costDocument(c *model.Costs) *document {
	d := &document{headline: costHeadline(c), tone: color.Reset}
	d.table("", modeGrid(c))
	d.add("", append(meanUtilization(c), advantageNote(c)...))
	for i := range c.Modes {
		m := &c.Modes[i]
		d.table(string(m.Mode), lineGrid(m))
	}
	d.add("", notes(c))
	d.table("What each consumer costs: price tag, and fair share"+splitWords(c.Split), consumerGrid(c))
	d.add("", omittedConsumers(c))
	d.add("", sampling(c))
	d.add("Where the answer flips", breakEvens(c))
	d.add("Which consumers should use enhanced fan-out (provisioned)", fanOut(c))
	d.warn(c.Warnings, allWarnings)
	d.add("Sources of the prices", sources(c))
	return d
}

// splitWords returns how the producer's part is split, for a heading.
func splitWords(s model.ProducerSplit) string {
	switch s {
	case model.SplitEqually:
		return " with an equal part of the producer's"
	case model.SplitByBytes:
		return " with a part of the producer's by the bytes that it reads"
	}
	return ""
}

// lineGrid returns the table of a mode's cost lines.
func lineGrid(m *model.Cost) grid {
	g := grid{header: []string{"line", "quantity", "unit price", "amount", "unit"},
		right: []bool{false, true, true, true, false}, optional: [][]int{{4}}}
	for _, l := range m.Lines {
		g.row(false, l.ID, unit.Grouped(l.Quantity, 2), "$"+l.UnitPrice.String(), dollars(l.Amount), l.Unit)
	}
	for _, id := range m.Missing {
		g.row(false, id, dash, "not known", dash, dash)
	}
	for _, id := range m.NeedsSize {
		g.row(false, id, "not known", dash, dash, dash)
	}
	return g
}

// notes returns what a reader has to know of cost lines.
func notes(c *model.Costs) []item {
	return byText(c, "≈", func(l *model.CostLine) string { return l.Note })
}

// sources returns where the prices of cost lines are from.
func sources(c *model.Costs) []item {
	return byText(c, " ", func(l *model.CostLine) string {
		return fmt.Sprintf("%s, as of %s, confidence %s", l.Source, l.AsOf, l.Confidence)
	})
}

// byText returns each text that lines have once, behind the ids of the lines that have it.
func byText(c *model.Costs, bullet string, of func(*model.CostLine) string) []item {
	var texts []string
	lines := map[string][]string{}
	for i := range c.Modes {
		for j := range c.Modes[i].Lines {
			l := &c.Modes[i].Lines[j]
			text := of(l)
			if text == "" {
				continue
			}
			if lines[text] == nil {
				texts = append(texts, text)
			}
			if !slices.Contains(lines[text], l.ID) {
				lines[text] = append(lines[text], l.ID)
			}
		}
	}
	items := make([]item, len(texts))
	for i, text := range texts {
		items[i] = item{bullet, color.FgYellow, strings.Join(lines[text], ", ") + ": " + text + "."}
	}
	return items
}

// consumerCostRows returns which consumers a table shows: those with the highest price tag.
func consumerCostRows(list []model.ConsumerCost) []int {
	return largest(len(list), mostConsumerRows, func(a, b int) int { return cmp.Compare(list[b].PriceTag, list[a].PriceTag) })
}

// omittedConsumers says which consumers a table leaves out.
func omittedConsumers(c *model.Costs) []item {
	for i := range c.Modes {
		if all := len(c.Modes[i].Consumers); all > 0 {
			return omittedRows(min(all, mostConsumerRows), all, "consumers", "those with the highest price tag")
		}
	}
	return nil
}

// consumerGrid returns the table of what each consumer costs in each mode.
func consumerGrid(c *model.Costs) grid {
	g := grid{header: []string{"consumer"}, right: []bool{false}}
	var known []*model.Cost
	for i := range c.Modes {
		if m := &c.Modes[i]; len(m.Consumers) > 0 {
			known = append(known, m)
			g.header = append(g.header, shortMode(m.Mode), "share")
			g.right = append(g.right, true, true)
		}
	}
	if len(known) == 0 {
		return g
	}
	for _, i := range consumerCostRows(known[0].Consumers) {
		cells := []string{string(known[0].Consumers[i].Name)}
		for _, m := range known {
			one := &m.Consumers[i]
			cells = append(cells, dollars(one.PriceTag), dollars(one.FairShare+one.ProducerPart.Value))
		}
		g.row(false, cells...)
	}
	for k := len(known) - 1; k > 0; k-- {
		g.optional = append(g.optional, []int{2*k + 1, 2*k + 2}) // a mode's two columns
	}
	if c.Split == model.SplitEqually || c.Split == model.SplitByBytes {
		return g
	}
	cells := []string{"(producer)"}
	for _, m := range known {
		cells = append(cells, "", dollarsOrDash(m.Producer))
	}
	g.row(false, cells...)
	return g
}

// sampling says that fair shares are not exact, where they are not.
func sampling(c *model.Costs) []item {
	var errors []string
	var how model.Sampling
	for i := range c.Modes {
		m := &c.Modes[i]
		if !m.Sampling.Known {
			continue
		}
		how = m.Sampling.Value
		var largest unit.USD
		for _, consumer := range m.Consumers {
			largest = max(largest, consumer.Error.Value)
		}
		errors = append(errors, dollars(largest)+" ("+string(m.Mode)+")")
	}
	if len(errors) == 0 {
		return nil
	}
	return []item{{" ", color.Reset, fmt.Sprintf("Fair shares of so many consumers are sampled: %s random orders with "+
		"seed %d. Their standard error is at most %s.",
		unit.Grouped(float64(how.Orders), 0), how.Seed, strings.Join(errors, ", "))}}
}

// shortMode returns the name of a mode for the head of a column.
func shortMode(m model.Mode) string {
	if m == model.OnDemandAdvantage {
		return "advantage"
	}
	return string(m)
}

func breakEvens(c *model.Costs) []item {
	var items []item
	for i := range c.BreakEven {
		b := &c.BreakEven[i]
		where := averageRange(b) + ", the rest unchanged"
		if b.Unit == "consumers" {
			where = consumerRange(b)
		}
		text := fmt.Sprintf("%s, %s is cheaper than %s", where, b.To, b.From)
		if b.Utilization.Known {
			text += fmt.Sprintf(" (%s of what the shards take)", unit.Fraction(b.Utilization.Value).Prose())
		}
		items = append(items, item{"⇄", color.FgCyan, text + "."})
	}
	return items
}

// averageRange returns the averages for which another mode is the cheapest. Those of a band,
// which may be narrow, have all digits.
func averageRange(b *model.BreakEven) string {
	const digits, all = 4, 9
	if b.Until.Known {
		return fmt.Sprintf("From an average of %s records/s to one of %s", roundedRate(b.Value, all, b.Falling),
			roundedRate(b.Until.Value, all, !b.Falling))
	}
	if b.Falling {
		return fmt.Sprintf("Below an average of %s records/s", roundedRate(b.Value, digits, true))
	}
	return fmt.Sprintf("From an average of %s records/s", roundedRate(b.Value, digits, false))
}

// consumerRange returns the numbers of consumers with which another mode is the cheapest.
func consumerRange(b *model.BreakEven) string {
	if b.Until.Known && b.Until.Value > b.Value+1 {
		return fmt.Sprintf("With %.0f to %.0f consumers, more of them standard", b.Value, b.Until.Value-1)
	}
	if b.Until.Known {
		return fmt.Sprintf("With %s, more of them standard", unit.Plural(int(b.Value), "consumer"))
	}
	return fmt.Sprintf("From %s, more of them standard", unit.Plural(int(b.Value), "consumer"))
}

// roundedRate writes a rate with some digits, and all of its whole ones, rounded down or
// up: to where what is said of it holds.
func roundedRate(rate float64, digits int, down bool) string {
	if rate == 0 {
		return "0"
	}
	const rounding = 1e-11
	decimals := max(0, digits-1-int(math.Floor(math.Log10(rate))))
	symbol := math.Pow10(-decimals)
	if down {
		return unit.Grouped(math.Floor(rate/symbol*(1+rounding))*symbol, decimals)
	}
	return unit.Grouped(math.Ceil(rate/symbol*(1-rounding))*symbol, decimals)
}

func fanOut(c *model.Costs) []item {
	items := fanOutOptions(c)
	if !c.FanOut.Known {
		return items
	}
	f := &c.FanOut.Value
	items = append(items, item{"→", color.FgCyan, "The cheapest that keeps every latency, with as many shards as it needs: " +
		fanOutText(&f.Choice)})
	if f.RunnerUp.Known {
		items = append(items, item{" ", color.Reset, "Next best: " + fanOutText(&f.RunnerUp.Value)})
	}
	return items
}

// fanOutWays are the ways to part the consumers, in words.
var fanOutWays = map[model.FanOutWhich]string{
	model.FanOutNone: "None", model.FanOutMust: "The fewest that must", model.FanOutShould: "Those that should",
	model.FanOutAll: "All",
}

// fanOutOptions returns what enhanced fan-out costs and gains on the shards at hand: a verdict,
// and a line for each way.
func fanOutOptions(c *model.Costs) (items []item) {
	if !c.FanOutAtHand.Known {
		return nil
	}
	f := &c.FanOutAtHand.Value
	items = append(items, item{"→", color.FgCyan, f.Verdict})
	for i := range f.Options {
		o := &f.Options[i]
		text := fmt.Sprintf("%s%s: %s with %s, records reach every consumer within %s.", fanOutWays[o.Which],
			whoInBrackets(o), dollarsOrDash(o.Cost),
			unit.Plural(f.Shards, "shard"), unit.Duration(o.Delay*1e9).Prose())
		if o.WhyNot.Known {
			text += " It does not work: " + o.WhyNot.Value
		}
		items = append(items, item{" ", color.Reset, text})
	}
	return items
}

// whoInBrackets names the consumers of a way, but of none and of all.
func whoInBrackets(o *model.FanOutOption) string {
	if o.Which == model.FanOutNone || o.Which == model.FanOutAll {
		return ""
	}
	return " (" + someConsumers(o.Consumers) + ")"
}

// someConsumers returns the names of consumers, of many the first.
func someConsumers(list []model.Name) string {
	names := make([]string, len(list))
	for i, n := range list {
		names[i] = string(n)
	}
	return someNames(names, "and")
}

func fanOutText(p *model.FanOutPlan) string {
	who := cmp.Or(someConsumers(p.Consumers), "none")
	delay := unit.Duration(p.Delay * 1e9).Prose()
	return fmt.Sprintf("%s: %s with %s, records reach every consumer within %s.", who, dollars(p.Cost),
		unit.Plural(p.Shards, "shard"), delay)
}

// costRecords returns the lines of all modes for programs, unrounded, and behind them those of
// what the stream has now, if that is none of the modes.
func costRecords(c *model.Costs) records {
	rows := records{{"mode", "line", "quantity", "unit", "unit_price_usd", "amount_usd", "source", "as_of", "confidence",
		"note", "shards", "carries", "now", "stream", "region", "period", "total_usd", "total_rounded_usd",
		"amount_rounded_usd", "quantity_rounded"}}
	listed := !c.Today.Known
	for i := range c.Modes {
		m := &c.Modes[i]
		now := c.Today.Known && m.Mode == c.Today.Value.Mode && m.Shards == c.Today.Value.Shards
		rows, listed = append(rows, modeRecords(c, m, now)...), listed || now
	}
	if !listed {
		rows = append(rows, modeRecords(c, &c.Today.Value, true)...)
	}
	return rows
}

// modeRecords returns the lines of a mode, and those of which something is not known. The
// total is that of the mode, and empty where a line of it is not known.
func modeRecords(c *model.Costs, m *model.Cost, now bool) (rows records) {
	carries := ""
	if m.Carries.Known {
		carries = strconv.FormatBool(m.Carries.Value)
	}
	add := func(amount model.Maybe[unit.USD], quantity model.Maybe[float64], cells ...string) {
		rows = append(rows, slices.Concat([]string{string(m.Mode)}, cells, []string{
			countOrEmpty(m.Shards), carries, strconv.FormatBool(now), string(c.Stream), string(c.Region), string(c.Period),
			exactUSD(m.Total), centsUSD(m.Total), centsUSD(amount), roundedOrEmpty(quantity, 1),
		}))
	}
	for _, l := range m.Lines {
		add(model.Known(l.Amount), model.Known(l.Quantity), l.ID, strconv.FormatFloat(l.Quantity, 'f', -1, 64), l.Unit,
			l.UnitPrice.String(), l.Amount.String(), l.Source, l.AsOf, l.Confidence, l.Note)
	}
	unknown := func(ids []string, note string) {
		for _, id := range ids {
			add(model.Maybe[unit.USD]{}, model.Maybe[float64]{}, id, "", "", "", "", "", "", "", note)
		}
	}
	unknown(m.Missing, "the price is not known")
	unknown(m.NeedsSize, "the quantity is not known")
	return rows
}
