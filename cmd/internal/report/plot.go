package report

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/cmd/internal/picture"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Picture is a picture of an answer: what is decided, what traffic does to that many shards and
// to those of today, and what other numbers of shards cost and delay.
type Picture struct {
	Replay *review.ReplayReport
	Plan   *model.Plan    // whose shards are proposed, if any: else the fewest that hold
	Review *review.Review // whose verdict is the title, if any; its plan is the Plan

	Prices  []model.CostLine // which the dollars are made of
	Version string           // of the program
	Size    picture.Size
}

// Write writes the picture in one of [picture.Formats].
func (p *Picture) Write(w io.Writer, format string) error {
	title, alarm := p.title()
	drawn := picture.Replay{Title: title, Alarm: alarm, About: p.about(), Footer: p.footer(), Answer: p.Replay,
		Candidate: p.proposed(), Size: p.Size}
	return drawn.Write(w, format)
}

// SVG returns the picture as an SVG document that can stand within a page of HTML: it has no ids
// and no scripts, and names no other file.
func (p *Picture) SVG() ([]byte, error) {
	var b bytes.Buffer
	err := p.Write(&b, "svg")
	return b.Bytes(), err
}

// proposed returns the index of the candidate that the picture is of: that of the plan, or
// without one the one that matters most.
func (p *Picture) proposed() int {
	if p.Plan != nil {
		is := func(c review.Candidate) bool { return c.Shards == model.Known(p.Plan.Shards.Recommended) }
		if i := slices.IndexFunc(p.Replay.Candidates, is); i >= 0 {
			return i
		}
	}
	return chosen(p.Replay)
}

// title returns the decision in a line, and reports whether it is that something does not fit.
func (p *Picture) title() (text string, alarm bool) {
	switch {
	case p.Review != nil:
		return reviewTitle(p.Review), !p.Review.Feasible
	case p.Plan != nil:
		return planTitle(p.Plan), !p.Plan.Feasible
	}
	return replayTitle(p.Replay)
}

// nameOf returns what a title calls a stream.
func nameOf(stream model.Name) string { return streamName(stream, "") }

// reviewTitle returns the decision on a running stream.
func reviewTitle(r *review.Review) string {
	name, n := nameOf(r.Stream), unit.Plural(r.Shards.Recommended, "shard")
	because := ""
	if r.Because != "" {
		because = ", because " + r.Because
	}
	switch mode := r.Today.Mode; {
	case r.Feasible && fewerNotSure(r) && r.Because == "":
		return fmt.Sprintf("%s: keep %s for now; %s held the %s days seen%s", name,
			unit.Plural(r.Shards.Current.Value, "shard"), number(r.Shards.Recommended),
			unit.Grouped(r.Odds.Value.DaysSeen, 1), difference(r.Scaling.Value.Saves))
	case !r.Feasible, r.Because == "" && len(r.Undecided) == 0 && (!mode.Known || mode.Value == model.Provisioned):
		return planTitle(r.Plan)
	case mode.Known && mode.Value != model.Provisioned:
		return fmt.Sprintf("%s is %s; provisioned: %s%s", name, mode.Value, n, monthly(r.Plan))
	case keepsToday(r):
		return fmt.Sprintf("%s: keep %s; undecided%s", name, n, because)
	case len(r.Undecided) > 0:
		return fmt.Sprintf("%s: undecided%s; from what is known, %s%s", name, because, n, monthly(r.Plan))
	}
	return planTitle(r.Plan) + "; " + r.Because
}

// planTitle returns the decision of a plan.
func planTitle(p *model.Plan) string {
	name := nameOf(p.Stream)
	switch s := &p.Scaling.Value; {
	case !p.Feasible:
		return name + " does not fit: no number of shards carries it"
	case onDemandToday(p):
		return fmt.Sprintf("%s is on demand; provisioned: %s%s", name, unit.Plural(p.Shards.Recommended, "shard"), monthly(p))
	case !p.Scaling.Known:
		return fmt.Sprintf("%s: %s%s", name, unit.Plural(p.Shards.Recommended, "shard"), monthly(p))
	case s.From == s.To:
		return fmt.Sprintf("%s: %s right%s", name, countIs(s.From), monthly(p))
	default:
		return fmt.Sprintf("%s: %s → %s%s", name, number(s.From), unit.Plural(s.To, "shard"), difference(s.Saves))
	}
}

// monthly returns what a plan costs, as the end of a title; nothing where it is not known.
func monthly(p *model.Plan) string {
	if !p.Cost.Known {
		return ""
	}
	return ", " + rounded(p.Cost.Value.Monthly) + " a month"
}

// difference returns what is saved, or costs more, as the end of a title.
func difference(saves model.Maybe[unit.USD]) string {
	switch {
	case !saves.Known:
		return ""
	case saves.Value > 0:
		return ", −" + rounded(saves.Value) + " a month"
	}
	return ", +" + rounded(-saves.Value) + " a month"
}

// rounded returns an amount in whole dollars, or where it is small in cents.
func rounded(u unit.USD) string {
	const small = 10 * unit.Dollar
	if u < small {
		return dollars(u)
	}
	return "$" + unit.Grouped(float64(u)/float64(unit.Dollar), 0)
}

// replayTitle returns what the past, or a scenario, says of numbers of shards: no decision, since
// what comes may be more.
func replayTitle(r *review.ReplayReport) (text string, alarm bool) {
	name := nameOf(r.Stream)
	if len(r.Candidates) == 0 {
		return name, false
	}
	c := &r.Candidates[chosen(r)]
	i := slices.IndexFunc(r.Candidates, func(c review.Candidate) bool { return c.Now })
	change := ""
	if i >= 0 && c.Monthly.Known && r.Candidates[i].Monthly.Known {
		change = difference(model.Known(r.Candidates[i].Monthly.Value - c.Monthly.Value))
	}
	switch {
	case len(r.Infeasible) > 0:
		return name + ": the workload does not fit, whatever the number of shards", true
	case r.Because != "":
		return fmt.Sprintf("%s: %s, but %s", name, verdictOf(c), r.Because), true
	case !c.Holds:
		return fmt.Sprintf("%s: %s", name, verdictOf(c)), true
	case !c.Shards.Known, i < 0, c.Now:
		text = fmt.Sprintf("%s: %s", name, verdictOf(c))
		if c.Monthly.Known {
			text += ", " + rounded(c.Monthly.Value) + " a month"
		}
		return text, false
	}
	would := "would have held"
	if !r.Window.From.Known {
		would = "would hold"
	}
	return fmt.Sprintf("%s: %s → %s %s%s", name, number(r.Candidates[i].Shards.Value),
		unit.Plural(c.Shards.Value, "shard"), would, change), false
}

// about returns what the picture rests on, what stands against the proposed shards, and how
// likely they and those of today hold what comes.
func (p *Picture) about() string {
	r := p.Replay
	parts := []string{windowOf(r)}
	if len(r.Candidates) == 0 {
		return parts[0]
	}
	for _, o := range r.Infeasible[:min(1, len(r.Infeasible))] {
		parts = append(parts, o.Message+" "+o.Remedy)
	}
	c := &r.Candidates[p.proposed()]
	if !c.Holds && len(c.Breaches) > 0 {
		parts = append(parts, verdictOf(c)+": "+messages(c.Breaches[:1]))
	}
	for i := range r.WhatIf {
		parts = append(parts, whatIfText(r, &r.WhatIf[i]))
	}
	if text := p.odds(); text != "" {
		parts = append(parts, text)
	}
	return strings.Join(parts, " ")
}

// odds returns how likely the candidates hold the time after the history: of many, those that
// are drawn over time.
func (p *Picture) odds() string {
	const most = 6
	few := len(p.Replay.Candidates) <= most
	var parts []string
	told := false
	for i := range p.Replay.Candidates {
		c := &p.Replay.Candidates[i]
		if c.Odds.Known && (few || c.Now || i == p.proposed()) {
			text := unit.Plural(c.Shards.Value, "shard")
			if c.Now {
				text += " (now)"
			}
			parts = append(parts, text+" "+c.Odds.Value.String())
			told = told || c.Odds.Value.Told()
		}
	}
	switch {
	case len(parts) == 0:
		return ""
	case !told:
		return "So few days do not tell how likely they hold what comes."
	}
	return "Odds to hold what comes: " + strings.Join(parts, ", ") + "."
}

// footer returns where the numbers are from: the program, the Region and its prices.
func (p *Picture) footer() string {
	parts := []string{strings.TrimSpace("kcalc " + p.Version)}
	if region := p.Replay.Region; region != "" {
		parts = append(parts, string(region))
	}
	var dates []string
	for _, l := range p.Prices {
		if l.AsOf != "" {
			dates = append(dates, l.AsOf)
		}
	}
	switch {
	case len(dates) == 0:
		parts = append(parts, "without prices")
	case slices.Min(dates) == slices.Max(dates):
		parts = append(parts, "prices of "+dates[0])
	default:
		parts = append(parts, "prices of "+slices.Min(dates)+" to "+slices.Max(dates))
	}
	return strings.Join(parts, " · ")
}
