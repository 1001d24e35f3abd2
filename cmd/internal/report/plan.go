package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/fatih/color"

	"github.com/kcalc/kcalc/model"
)

// planDocument is a plan for people.
func planDocument(p *model.Plan) *document {
	d := &document{headline: headline(p), grid: constraintGrid(p)}
	d.tone = color.FgGreen
	if !p.Feasible {
		d.tone = color.FgRed
	}
	for _, o := range p.Infeasible {
		d.lead = append(d.lead, item{"✗", color.FgRed, o.Message + " " + o.Remedy})
	}
	d.lead = append(d.lead, bindings(p)...)
	d.add("Scaling", scaling(p))
	d.add("Warnings", warnings(p))
	d.add("What would change it", advice(p))
	return d
}

func (d *document) add(heading string, items []item) {
	if len(items) > 0 {
		d.sections = append(d.sections, section{heading, items})
	}
}

func headline(p *model.Plan) string {
	name := string(p.Stream)
	if name == "" {
		name = "This stream"
	}
	region := ""
	if p.Region != "" {
		region = " in " + string(p.Region)
	}
	if !p.Feasible {
		return fmt.Sprintf("%s%s does not fit, with any number of shards", name, region)
	}
	return fmt.Sprintf("%s%s: %s recommended, %s at least", name, region, plural(p.Shards.Recommended, "shard"), number(p.Shards.Minimum))
}

func number(n int) string { return model.Grouped(float64(n), 0) }

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return number(n) + " " + what + "s"
}

// bindings say why: the formulas of what decides.
func bindings(p *model.Plan) []item {
	var items []item
	for i := range p.Constraints {
		c := &p.Constraints[i]
		if !c.Binding {
			continue
		}
		items = append(items, item{"▸", color.Bold, fmt.Sprintf("%s decides: %s = %s", c.ID, c.Formula, need(c))})
	}
	if len(items) == 0 {
		return []item{{"▸", color.Bold, "Nothing asks for a shard; a stream has one at least."}}
	}
	const most = 3
	if rest := len(items) - most; rest > 0 {
		items = append(items[:most], item{" ", color.Bold, fmt.Sprintf("and %d more, marked below.", rest)})
	}
	return items
}

func constraintGrid(p *model.Plan) grid {
	g := grid{
		header: []string{"constraint", "need", "minimum", "shards", "used", "carries at most"},
		right:  []bool{false, true, true, true, true, true},
	}
	for i := range p.Constraints {
		c := &p.Constraints[i]
		g.rows = append(g.rows, []string{c.ID, need(c), shards(c.Minimum), shards(c.Recommended), used(c), carries(c)})
		g.marked = append(g.marked, c.Binding)
	}
	return g
}

// none stands where a constraint has no such number.
const none = "–"

func need(c *model.Constraint) string {
	switch {
	case !c.Need.Known:
		return "∞"
	case c.Limit.Known:
		return model.Grouped(c.Need.Value, 2) + " calls/s"
	case c.Need.Value > 0 && c.Need.Value < 0.01:
		return "<0.01"
	}
	return model.Grouped(c.Need.Value, 2)
}

func shards(n model.Maybe[int]) string {
	if !n.Known {
		return none
	}
	return number(n.Value)
}

func used(c *model.Constraint) string {
	if !c.Utilization.Known {
		return none
	}
	return model.Grouped(100*c.Utilization.Value, 1) + "%"
}

func carries(c *model.Constraint) string {
	if !c.Carries.Known {
		return none
	}
	decimals := 0
	if c.Carries.Value.Largest < 100 {
		decimals = 2
	}
	return c.Carries.Value.Rate + " " + model.Grouped(c.Carries.Value.Largest, decimals) + "/s"
}

func scaling(p *model.Plan) []item {
	if !p.Scaling.Known {
		return nil
	}
	s := &p.Scaling.Value
	var items []item
	switch s.Verdict {
	case model.Right:
		return []item{{"=", color.FgGreen, fmt.Sprintf("The %s that it has are right.", plural(s.From, "shard"))}}
	case model.TooFew:
		text := fmt.Sprintf("The %s that it has are too few.", plural(s.From, "shard"))
		if s.From >= p.Shards.Minimum {
			text += " They hold the declared traffic, but not at the target utilization."
		}
		items = append(items, item{"↑", color.FgRed, text})
	case model.TooMany:
		items = append(items, item{"↓", color.FgYellow, fmt.Sprintf("The %s that it has are too many.", plural(s.From, "shard"))})
	}
	if len(s.Calls) > 0 {
		steps := make([]string, len(s.Calls))
		for i, c := range s.Calls {
			steps[i] = number(c)
		}
		items = append(items, item{" ", color.Reset, fmt.Sprintf("UpdateShardCount from %s to %s.", number(s.From), strings.Join(steps, ", then "))})
	}
	for _, e := range s.Expect {
		items = append(items, item{" ", color.Reset, e})
	}
	return items
}

func warnings(p *model.Plan) []item {
	var items []item
	for _, w := range p.Warnings {
		items = append(items, item{"!", color.FgYellow, w.Message + " " + w.Remedy})
	}
	return items
}

func advice(p *model.Plan) []item {
	var items []item
	for i := range p.Advice {
		a := &p.Advice[i]
		result := plural(a.Shards, "shard")
		if a.Plan.Feasible && !p.Feasible {
			result = "fits with " + result
		}
		items = append(items, item{"→", color.FgCyan, result + ": " + a.Change})
	}
	return items
}

// planRecords are a plan's constraints for programs, unrounded.
func planRecords(p *model.Plan) records {
	rows := records{{"id", "family", "consumer", "need", "minimum", "recommended", "utilization", "binding", "formula"}}
	for i := range p.Constraints {
		c := &p.Constraints[i]
		rows = append(rows, []string{
			c.ID, c.Family, string(c.Consumer.Value), exact(c.Need), whole(c.Minimum), whole(c.Recommended),
			exact(c.Utilization), strconv.FormatBool(c.Binding), c.Formula,
		})
	}
	return rows
}

func exact(x model.Maybe[float64]) string {
	if !x.Known {
		return ""
	}
	return strconv.FormatFloat(x.Value, 'f', -1, 64)
}

func whole(n model.Maybe[int]) string {
	if !n.Known {
		return ""
	}
	return strconv.Itoa(n.Value)
}
