package report

import (
	"cmp"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/fatih/color"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/cmd/internal/words"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// DocumentFormats returns the formats that a document can have, the default first.
func DocumentFormats() []Format { return append(Formats(), HTML) }

// WriteDocument writes all that a decision rests on in a format of [DocumentFormats]. The same
// document gives the same bytes.
func WriteDocument(w io.Writer, d *review.Document, format Format, terminal Terminal) error {
	words.ExpandAll(d)
	if format == HTML {
		page, err := decisionDocument(d, true)
		if err != nil {
			return err
		}
		return page.html(w, string(cmp.Or(d.Stream, "this stream"))+": kcalc review")
	}
	page, err := decisionDocument(d, false)
	if err != nil {
		return err
	}
	if err := (answer{d, func() *document { return page }, assumptionRecords(d).csv}).write(w, format, terminal); err != nil {
		return err
	}
	if format == Markdown {
		_, err = fmt.Fprintf(w, "\n<!-- kcalc:review:%s -->\n", markerName(d.Stream))
	}
	return err
}

// markerName returns a name as a comment of HTML can have it: two dashes could end it.
func markerName(name model.Name) string { return strings.ReplaceAll(string(name), "--", "-\u200b-") }

// decisionDocument returns a document for people, with pictures for pages that can show them.
func decisionDocument(r *review.Document, pictures bool) (*document, error) {
	d := firstPart(r)
	d.table("Now against proposed", nowGrid(r))
	if err := d.traffic(r, pictures); err != nil {
		return nil, err
	}
	if r.Answer.Evidence != nil {
		d.add("How sure it is", append(replayVerdict(r.Answer), oddsItems(r.Answer)...))
		d.add("Evidence", evidence(r.Answer))
	}
	d.table("What each assumption does", assumptionGrid(r))
	d.add("", []item{{" ", color.Reset, "A fifth less and a fifth more of each, all else as it is: the whole plan, computed anew. " +
		"A dash: no amount, or not possible."}})
	d.table("Constraints", constraintGrid(r.Answer.Plan))
	d.costs(r)
	d.add("Rejected alternatives, and by what", rejectedItems(r))
	d.add("What would change it", advice(r.Answer.Plan))
	d.add("Risks", warningItems(risks(r), color.FgYellow))
	d.add("Steps, and the way back", documentSteps(r))
	d.add("Open questions", questionItems(r.Questions))
	if blocks := noteBlocks(r.Note); len(blocks) > 0 {
		d.sections = append(d.sections, section{heading: "Note of the author", prose: blocks})
	}
	d.add("What this was made with", versionItems(r))
	return d, nil
}

// firstPart returns the decision: the first screen of the answer.
func firstPart(r *review.Document) *document {
	var d *document
	if r.Answer.Evidence != nil {
		d = reviewDecision(r.Answer)
	} else {
		d = planDecision(r.Answer.Plan)
	}
	var lead []item
	for _, i := range d.lead {
		if i.bullet != labelMore && !strings.HasSuffix(i.text, ": --all") {
			i.text = strings.Replace(i.text, " (--all)", "", 1)
			lead = append(lead, i)
		}
	}
	d.lead = lead
	return d
}

// nowGrid returns the table of what there is, and what is proposed.
func nowGrid(r *review.Document) grid {
	g := grid{header: []string{"", "mode", "shards", "a month"}, right: []bool{false, false, true, true}}
	p := &r.Decision
	if now := &p.Now; now.Mode.Known || now.Shards.Known {
		g.row(false, "now", string(cmp.Or(now.Mode.Value, model.Provisioned)), shards(now.Shards), dollarsOrDash(now.Monthly))
	}
	if p.Feasible {
		g.row(true, "proposed", string(p.Mode), number(p.Shards), dollarsOrDash(p.Monthly))
	}
	if p.Adds.Known && p.Feasible {
		difference := dollars(p.Adds.Value)
		if p.Adds.Value > 0 {
			difference = "+" + difference
		}
		g.row(false, "difference", "", "", difference)
	}
	return g
}

// traffic adds the chart of the traffic, or the picture of its replay.
func (d *document) traffic(r *review.Document, pictures bool) error {
	const heading = "The traffic, on the proposed shards"
	if pictures && r.Replay.Known && len(r.Replay.Value.Candidates) > 0 {
		p := Picture{Replay: &r.Replay.Value, Plan: r.Answer.Plan, Prices: r.Answer.Cost.Value.Lines, Version: r.Versions.Program}
		if r.Answer.Evidence != nil {
			p.Review = r.Answer
		}
		svg, err := p.SVG()
		if err != nil {
			return err
		}
		d.sections = append(d.sections, section{heading: heading, svg: withoutStyle(string(svg))})
		return nil
	}
	if r.Answer.Evidence == nil {
		return nil
	}
	if c, ok := trafficChart(r.Answer); ok {
		d.sections = append(d.sections, section{heading: c.Title, chart: &c})
	}
	return nil
}

// inlineStyle is what an SVG document says of its own width. The policy of a page forbids styles in
// elements, and its sheet says the same.
var inlineStyle = regexp.MustCompile(`^(<svg [^>]*?) style="[^"]*"`)

func withoutStyle(svg string) string { return inlineStyle.ReplaceAllString(svg, "$1") }

// assumptionGrid returns the table of inputs, with what a fifth less and more of each does.
func assumptionGrid(r *review.Document) grid {
	g := grid{header: []string{"assumption", "value", "source", "−20 %", "+20 %"},
		right: []bool{false, true, false, true, true}}
	g.row(r.Traffic.Moves, "all traffic", "100%", dash, outcomeText(r, r.Traffic.Less), outcomeText(r, r.Traffic.More))
	for i := range r.Assumptions {
		a := &r.Assumptions[i]
		if isName(a.Name) {
			continue
		}
		g.row(a.Moves, a.Name, inputValue(a.Value, a.Unit), string(a.Source), outcomeText(r, a.Less), outcomeText(r, a.More))
	}
	return g
}

// isName reports whether an input only names something.
func isName(key string) bool {
	return key == "stream" || key == "region" || strings.HasSuffix(key, ".name")
}

// inputValue returns the value of an input for people.
func inputValue(value any, of string) string {
	var x float64
	switch v := value.(type) {
	case float64:
		x = v
	case int:
		return number(v)
	default:
		return fmt.Sprint(v)
	}
	switch of {
	case "B":
		return unit.Bytes(x).Short()
	case "s":
		return unit.Elapsed(x)
	case "records/s":
		return unit.RecordsPerSecond(x).Short()
	}
	return strings.TrimSpace(unit.Exact(x) + " " + of)
}

// outcomeText returns what a plan becomes: its shards, and by how much its cost changes.
func outcomeText(r *review.Document, o model.Maybe[review.Outcome]) string {
	switch {
	case !o.Known:
		return dash
	case !o.Value.Feasible:
		return "does not fit"
	}
	text := number(o.Value.Shards)
	if o.Value.Monthly.Known && r.Decision.Monthly.Known {
		switch difference := o.Value.Monthly.Value - r.Decision.Monthly.Value; {
		case difference > 0:
			text += " (+" + dollars(difference) + ")"
		case difference < 0:
			text += " (−" + dollars(-difference) + ")"
		}
	}
	return text
}

// costs adds what the stream costs by mode and by consumer, and what enhanced fan-out does.
func (d *document) costs(r *review.Document) {
	if !r.Costs.Known {
		return
	}
	c := &r.Costs.Value
	d.table("What it costs a month, by mode", modeGrid(c))
	for i := range c.Modes {
		if m := &c.Modes[i]; m.Mode == r.Decision.Mode {
			d.table("Lines of "+string(m.Mode), lineGrid(m))
		}
	}
	d.table("What each consumer costs: price tag, and fair share", consumerGrid(c))
	d.add("", omittedConsumers(c))
	d.add("Where the answer flips", breakEvens(c))
	d.add("Enhanced fan-out", fanOut(c))
}

// rejectedItems returns the alternatives, with what rejects each.
func rejectedItems(r *review.Document) (items []item) {
	names := map[string]string{"now": ", as it is now", "one-fewer": ", one fewer", "minimum": ", the least at the limit"}
	for i := range r.Rejected {
		one := &r.Rejected[i]
		text := string(one.Mode)
		if one.Shards.Known {
			text = unit.Plural(one.Shards.Value, "shard") + names[one.Of]
		}
		if one.Monthly.Known {
			text += ", " + dollars(one.Monthly.Value) + " a month"
		}
		items = append(items, item{"✗", color.FgRed, text + ": " + one.By + ". " + one.Why})
	}
	return items
}

// risks returns the warnings of an answer, those of its costs that it does not have among them,
// and without what is told of rejected alternatives.
func risks(r *review.Document) []notice.Notice {
	list := append([]notice.Notice{}, r.Answer.Warnings...)
	told := map[string]bool{}
	for i := range r.Rejected {
		told[r.Rejected[i].By] = true
	}
	for _, n := range list {
		told[n.ID] = true
	}
	for _, n := range r.Costs.Value.Warnings {
		if !told[n.ID] {
			list = append(list, n)
		}
	}
	return list
}

// documentSteps returns the steps, each with its commands and the way back.
func documentSteps(r *review.Document) (items []item) {
	for i := range r.Steps {
		s := &r.Steps[i]
		items = append(items, item{"→", color.FgCyan, s.Do})
		if s.Command != "" {
			items = append(items, item{"$", color.Reset, s.Command})
		}
		items = append(items, item{"←", color.FgYellow, "Back: " + s.Undo})
		if s.UndoCommand != "" {
			items = append(items, item{"$", color.Reset, s.UndoCommand})
		}
	}
	if len(items) == 0 {
		switch {
		case !r.Decision.Feasible:
			return []item{{"→", color.FgCyan, "None: no number of shards carries it. Change what the obstacle names, and review again."}}
		case len(r.Answer.Undecided) > 0:
			return []item{{"→", color.FgCyan, "None yet: answer the open questions first."}}
		}
		return []item{{"→", color.FgCyan, "None: it stays as it is."}}
	}
	for _, e := range r.Answer.Scaling.Value.Expect {
		items = append(items, item{"·", color.Reset, e})
	}
	return items
}

// questionItems returns open questions.
func questionItems(list []notice.Notice) (items []item) {
	for _, n := range list {
		items = append(items, item{"?", color.FgYellow, n.Message + " " + n.Remedy})
	}
	return items
}

// versionItems returns what a document was made with.
func versionItems(r *review.Document) []item {
	v := &r.Versions
	items := []item{{"·", color.Reset, "kcalc " + v.Program + "; limits of AWS " + datesText(v.Limits) + "."}}
	if v.Prices.Newest != "" {
		items = append(items, item{"·", color.Reset, "Prices " + datesText(v.Prices) + "."})
	}
	return append(items, item{"·", color.Reset, "From " + r.Source + ". Fingerprint (SHA-256) of inputs, history, note, limits and prices together: " +
		v.Inputs + "."})
}

// assumptionRecords returns the assumptions for programs, unrounded.
func assumptionRecords(r *review.Document) records {
	rows := records{{"name", "value", "unit", "source", "less_shards", "less_monthly_usd", "more_shards", "more_monthly_usd",
		"moves_shards"}}
	for _, a := range append([]review.Assumption{r.Traffic}, r.Assumptions...) {
		cells := []string{a.Name, fmt.Sprint(a.Value), a.Unit, string(a.Source)}
		if x, ok := a.Value.(float64); ok {
			cells[1] = unit.Exact(x)
		}
		for _, o := range []model.Maybe[review.Outcome]{a.Less, a.More} {
			shards, monthly := "", ""
			if o.Known {
				shards = fmt.Sprint(o.Value.Shards)
				if o.Value.Monthly.Known {
					monthly = o.Value.Monthly.Value.String()
				}
			}
			cells = append(cells, shards, monthly)
		}
		rows = append(rows, append(cells, fmt.Sprint(a.Moves)))
	}
	return rows
}
