package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/fatih/color"
	"github.com/kcalc/kcalc/calc/plan"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// planDocument returns a plan for people.
func planDocument(p *model.Plan) *document {
	d := &document{headline: planHeadline(p), money: planMoney(p), tone: planTone(p)}
	d.lead = append(d.lead, obstacles(p.Infeasible)...)
	d.lead = append(d.lead, bindings(p)...)
	d.lead = append(d.lead, largestPeak(p)...)
	d.lead = append(d.lead, writtenRates(p.Inputs)...)
	d.constraints(p)
	d.add("Producers", putRecords(p))
	d.add("Consumers", consumerUses(p))
	d.add("What it costs a month", planCost(p))
	d.add("How much room there is", room(p))
	d.add("Scaling", scaling(p))
	d.warn(p.Warnings, allWarnings)
	d.add("What would change it", advice(p))
	return d
}

// obstacles returns why a workload does not fit, and what would help.
func obstacles(list []model.Infeasibility) []item {
	var notices []notice.Notice
	for _, o := range list {
		notices = append(notices, notice.Notice{ID: o.ID, Message: o.Message, Remedy: o.Remedy})
	}
	few, more := fewOfAKind(notices)
	var items []item
	for _, o := range few {
		items = append(items, item{"✗", color.FgRed, o.Message + " " + o.Remedy})
	}
	return moreItems(items, "✗", color.FgRed, more)
}

// streamName returns what a headline calls a stream.
func streamName(name model.Name, region model.Region) string {
	if name == "" {
		name = "This stream"
	}
	if region == "" {
		return string(name)
	}
	return string(name) + " in " + string(region)
}

func number(n int) string { return unit.Grouped(float64(n), 0) }

// bindings returns why the plan has its count: the formulas of the constraints that decide.
func bindings(p *model.Plan) []item {
	if p.Shards.Recommended == 1 && !p.Feasible {
		return nil
	}
	if p.Shards.Recommended == 1 {
		return []item{{"▸", color.Bold, "One shard is enough for every constraint."}}
	}
	var items []item
	for i := range p.Constraints {
		c := &p.Constraints[i]
		if !c.Binding {
			continue
		}
		items = append(items, item{"▸", color.Bold, fmt.Sprintf("%s decides: %s = %s, so %s%s.", c.ID, c.Formula, need(c),
			unit.Plural(c.Recommended.Value, "shard"), headroom(p, c))})
	}
	if slices.Equal(p.Binding, []string{review.ReplayID}) {
		items = append(items, item{"▸", color.Bold,
			fmt.Sprintf("%s decides: the replayed traffic takes %s; the formulas ask for fewer.", review.ReplayID,
				unit.Plural(p.Shards.Recommended, "shard"))})
	}
	items = append(items, aheadDecides(p, plan.AheadID)...)
	const most = 3
	if rest := len(items) - most; rest > 0 {
		items = append(items[:most], item{" ", color.Bold, fmt.Sprintf("and %d more, marked below.", rest)})
	}
	return items
}

// largestPeak returns the peak that the recommended count could carry.
func largestPeak(p *model.Plan) []item {
	var first *model.Constraint
	for i := range p.Constraints {
		c := &p.Constraints[i]
		if c.Carries.Known && c.Carries.Value.Rate != "average" &&
			(first == nil || c.Carries.Value.Largest < first.Carries.Value.Largest) {
			first = c
		}
	}
	if first == nil || !p.Feasible {
		return nil
	}
	return []item{{" ", color.Reset, fmt.Sprintf("A peak of up to %s would fit; beyond it %s asks for more.",
		peakText(first.Carries.Value.Largest), first.ID)}}
}

// writtenRates returns the rates that were written in another form than records a second.
func writtenRates(inputs []model.Input) []item {
	var texts []string
	for _, in := range inputs {
		r, err := unit.ParseRate(in.Text)
		if err != nil || r.IsPlain() {
			continue
		}
		text := shortName(in.Name) + " " + in.Text + " is " + unit.Grouped(in.Value.(float64), 2) + " records/s"
		if r.IsBandwidth() {
			text += ", " + r.Bandwidth().Short()
		}
		texts = append(texts, text)
	}
	if len(texts) == 0 {
		return nil
	}
	return []item{{" ", color.Reset, "As written: " + strings.Join(texts, "; ") + "."}}
}

func peakText(rate float64) string { return unit.Grouped(rate, rateDecimals(rate)) + " records/s" }

// rateDecimals keeps small rates from vanishing.
func rateDecimals(rate float64) int {
	if rate < 100 {
		return 2
	}
	return 0
}

// headroom returns why a peak gets more shards than it needs.
func headroom(p *model.Plan, c *model.Constraint) string {
	if !c.Headroom || p.Target == 1 || c.Utilization.Value > float64(p.Target)*(1+1e-9) {
		return "" // a key that leaves less has none
	}
	return " at " + p.Target.Prose() + " utilization"
}

// constraints adds the table of constraints.
func (d *document) constraints(p *model.Plan) {
	g := constraintGrid(p)
	d.table("", g)
	d.add("", omittedRows(len(g.rows), len(p.Constraints), "constraints", "those of the consumers that use the most"))
}

func constraintGrid(p *model.Plan) grid {
	g := grid{
		header: []string{"constraint", "need", "minimum", "shards", "used", "carries at most"},
		right:  []bool{false, true, true, true, true, true},

		optional: [][]int{{5}},
	}
	for _, i := range constraintRows(p) {
		c := &p.Constraints[i]
		g.row(c.Binding, c.ID, need(c), shards(c.Minimum), shards(c.Recommended), used(c), carries(c))
	}
	return g
}

// dash stands where a constraint has no such number.
const dash = "–"

func need(c *model.Constraint) string {
	switch {
	case !c.Need.Known:
		return "∞"
	case c.Limit.Known:
		return unit.Grouped(c.Need.Value, 2) + " " + c.Unit
	case c.Need.Value > 0 && c.Need.Value < 0.01:
		return "<0.01"
	}
	return unit.Grouped(c.Need.Value, needDecimals(c))
}

// needDecimals returns how many decimals show why the minimum is what it is: 2, or more where
// the need would round to fewer shards, as 2.0035 of 3 does.
func needDecimals(c *model.Constraint) int {
	decimals := 2
	for scale := 100.0; decimals < 9; scale *= 10 {
		if math.Ceil(math.Round(c.Need.Value*scale)/scale) == float64(c.Minimum.Value) {
			break
		}
		decimals++
	}
	return decimals
}

func shards(n model.Maybe[int]) string {
	if !n.Known {
		return dash
	}
	return number(n.Value)
}

func used(c *model.Constraint) string {
	if !c.Utilization.Known {
		return dash
	}
	return unit.Grouped(100*c.Utilization.Value, 1) + "%"
}

func carries(c *model.Constraint) string {
	if !c.Carries.Known {
		return dash
	}
	largest := c.Carries.Value.Largest
	return c.Carries.Value.Rate + " " + unit.Grouped(largest, rateDecimals(largest)) + "/s"
}

func scaling(p *model.Plan) []item {
	if !p.Scaling.Known {
		return nil
	}
	s := &p.Scaling.Value
	var items []item
	switch s.Verdict {
	case model.Undecided:
		return []item{{"?", color.FgYellow, fmt.Sprintf("Whether %s would do is undecided: no count does.",
			unit.Plural(s.From, "shard"))}}
	case model.Right:
		return []item{{"=", color.FgGreen, currentShardsAre(s.From) + " right."}}
	case model.TooFew:
		text := currentShardsAre(s.From) + " too few."
		if s.From >= p.Shards.Minimum {
			text += " They hold the declared traffic, but not at the target utilization."
		}
		items = append(items, item{"↑", color.FgRed, text})
	case model.TooMany:
		items = append(items, item{"↓", color.FgYellow, currentShardsAre(s.From) + " too many."})
	}
	if s.Saves.Known {
		text := "The recommended count saves " + dollars(s.Saves.Value) + " a month."
		if s.Saves.Value < 0 {
			text = "The recommended count costs " + dollars(-s.Saves.Value) + " more a month."
		}
		items = append(items, item{" ", color.Reset, text})
	}
	if len(s.Calls) > 0 {
		steps := make([]string, len(s.Calls))
		for i, c := range s.Calls {
			steps[i] = number(c)
		}
		items = append(items, item{" ", color.Reset, fmt.Sprintf("UpdateShardCount from %s to %s.", number(s.From),
			strings.Join(steps, ", then "))})
	}
	for _, e := range s.Expect {
		items = append(items, item{" ", color.Reset, e})
	}
	return append(items, onDemand(p))
}

// currentShardsAre returns the beginning of the sentence on the current count.
func currentShardsAre(n int) string {
	if n == 1 {
		return "The 1 shard that it has is"
	}
	return fmt.Sprintf("The %s that it has are", unit.Plural(n, "shard"))
}

// onDemand returns how on-demand mode would scale instead.
func onDemand(p *model.Plan) item {
	text := fmt.Sprintf("In on-demand mode AWS scales: a new stream takes %s, one that has seen this peak %s.",
		throughput(p.OnDemand.NewStream), throughput(p.OnDemand.AfterPeak))
	if !p.OnDemand.CarriesSurge {
		text += " The surge does not fit into that."
	}
	return item{" ", color.Reset, text}
}

func throughput(t model.Throughput) string {
	return unit.Grouped(t.Bytes/float64(unit.MiB), 1) + " MiB/s and " + unit.Grouped(t.Records, 0) + " records/s"
}

// advice returns what would change the plan. Many consumers can change it in the same way:
// they share a line.
func advice(p *model.Plan) []item {
	const fanOut = "enhanced-fan-out."
	var items []item
	for i := 0; i < len(p.Advice); i++ {
		a := &p.Advice[i]
		change := a.Change
		if name, ok := strings.CutPrefix(a.ID, fanOut); ok {
			names := []string{name}
			for ; i+1 < len(p.Advice); i++ {
				next := &p.Advice[i+1]
				name, ok := strings.CutPrefix(next.ID, fanOut)
				if !ok || next.Shards != a.Shards || next.Cost != a.Cost || next.Plan.Feasible != a.Plan.Feasible {
					break
				}
				names = append(names, name)
			}
			if len(names) > 1 {
				change = fmt.Sprintf("Move %s to enhanced fan-out.", someNames(names, "or"))
			}
		}
		if a.Condition != "" {
			change += " " + a.Condition
		}
		items = append(items, item{"→", color.FgCyan, outcome(p, a) + ": " + change})
	}
	return items
}

// someNames returns names as a list in a sentence: of many the first, and how many more.
func someNames(names []string, word string) string {
	const most = 5
	rest := names[min(len(names), most):]
	switch {
	case len(rest) > 0:
		return fmt.Sprintf("%s %s %s more", strings.Join(names[:most], ", "), word, number(len(rest)))
	case len(names) > 1:
		last := len(names) - 1
		return fmt.Sprintf("%s %s %s", strings.Join(names[:last], ", "), word, names[last])
	}
	return strings.Join(names, "")
}

// outcome returns what a change leads to.
func outcome(p *model.Plan, a *model.Advice) string {
	result := unit.Plural(a.Shards, "shard")
	switch {
	case a.Mode != model.Provisioned:
		result = string(a.Mode)
	case a.Streams > 1:
		result = unit.Plural(a.Streams, "stream") + " of " + result + " in all"
	}
	if p.Feasible {
		if a.Mode == model.Provisioned && a.Shards == p.Shards.Recommended && a.Streams <= 1 {
			result = "the same " + result
		}
		return result + saving(a)
	}
	if a.Cost.Known {
		result += " for " + dollars(a.Cost.Value) + " a month"
	}
	return "fits with " + result
}

// saving returns what a change saves a month, or costs.
func saving(a *model.Advice) string {
	switch s := a.Saves.Value; {
	case !a.Saves.Known:
		return ""
	case s < 0:
		return " (costs " + dollars(-s) + " more a month)"
	default:
		return " (saves " + dollars(s) + " a month)"
	}
}

// room returns what each count has left.
func room(p *model.Plan) []item {
	var items []item
	for i := range p.Room {
		r := &p.Room[i]
		text := unit.Plural(r.Shards, "shard") + " (" + r.Of + ")"
		if r.Peak.Known && i > 0 { // the first is the recommended count, whose peak is said already
			text += fmt.Sprintf(" %s a peak of up to %s (%s)", verbForm(r.Shards, "carries", "carry"),
				peakText(r.Peak.Value), r.Limit)
		}
		items = append(items, item{" ", color.Reset, text + ": " + moreConsumers(r) + nextConsumer(r) + "."})
	}
	return items
}

// askedRoom returns what the counts have left that were asked for.
func askedRoom(p *model.Plan) []item {
	if len(p.Room) == 0 || p.Room[len(p.Room)-1].Of != "asked" {
		return nil
	}
	return room(p)
}

// moreConsumers returns how many more standard consumers fit.
func moreConsumers(r *model.Room) string {
	switch {
	case !r.Holds:
		return "not enough for the workload"
	case r.NextLimit == "":
		return unit.Plural(r.Standard, "more standard consumer") + " fit"
	}
	return fmt.Sprintf("%s (%s)", unit.Plural(r.Standard, "more standard consumer"), r.NextLimit)
}

// nextConsumer returns what the next consumer costs.
func nextConsumer(r *model.Room) string {
	var prices []string
	if r.NextStandard.Known {
		prices = append(prices, dollars(r.NextStandard.Value)+" a month")
	}
	if r.NextFanOut.Known {
		prices = append(prices, dollars(r.NextFanOut.Value)+" with enhanced fan-out")
	}
	if prices == nil {
		return ""
	}
	return "; the next one costs " + strings.Join(prices, ", ")
}

// planRecords returns a plan's constraints for programs, unrounded, and behind them what the
// stream is and what the plan costs a month, with rounded columns for people.
func planRecords(p *model.Plan) records {
	rows := records{{"id", "family", "consumer", "need", "minimum", "recommended", "utilization", "binding", "formula",
		"stream", "region", "period", "total_usd", "total_rounded_usd", "need_rounded", "utilization_percent"}}
	total := model.Maybe[unit.USD]{Value: p.Cost.Value.Monthly, Known: p.Cost.Known}
	for i := range p.Constraints {
		c := &p.Constraints[i]
		rows = append(rows, []string{
			c.ID, c.Family, string(c.Consumer.Value), exactOrEmpty(c.Need), countOrEmpty(c.Minimum), countOrEmpty(c.Recommended),
			exactOrEmpty(c.Utilization), strconv.FormatBool(c.Binding), c.Formula,
			string(p.Stream), string(p.Region), string(model.Month), exactUSD(total), centsUSD(total),
			roundedOrEmpty(c.Need, 1), roundedOrEmpty(c.Utilization, 100),
		})
	}
	return rows
}

// roundedOrEmpty returns a number, times a scale, with two decimals.
func roundedOrEmpty(x model.Maybe[float64], scale float64) string {
	if !x.Known {
		return ""
	}
	return strconv.FormatFloat(x.Value*scale, 'f', 2, 64)
}

// exactUSD returns an amount unrounded.
func exactUSD(u model.Maybe[unit.USD]) string {
	if !u.Known {
		return ""
	}
	return u.Value.String()
}

// centsUSD returns an amount rounded to cents, as programs read it.
func centsUSD(u model.Maybe[unit.USD]) string {
	if !u.Known {
		return ""
	}
	return u.Value.Cents().String()
}

func exactOrEmpty(x model.Maybe[float64]) string {
	if !x.Known {
		return ""
	}
	return strconv.FormatFloat(x.Value, 'f', -1, 64)
}

func countOrEmpty(n model.Maybe[int]) string {
	if !n.Known {
		return ""
	}
	return strconv.Itoa(n.Value)
}
