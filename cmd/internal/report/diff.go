package report

import (
	"fmt"
	"io"
	"strconv"

	"github.com/fatih/color"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// diffMarker ends a comment, so that it is updated and not repeated.
const diffMarker = "<!-- kcalc:diff -->"

// WriteChanges writes what changes of streams in a format.
func WriteChanges(w io.Writer, d *review.Diff, format Format, terminal Terminal) error {
	if err := (answer{d, func() *document { return diffedStreams(d) }, diffedRecords(d).csv}).write(w, format, terminal); err != nil {
		return err
	}
	if format == Markdown {
		_, err := fmt.Fprintf(w, "\n%s\n", diffMarker)
		return err
	}
	return nil
}

// diffedStreams returns what changes of streams for people.
func diffedStreams(d *review.Diff) *document {
	doc := &document{headline: diffHeadline(d), money: diffMoney(&d.Monthly), tone: diffTone(d)}
	doc.lead = append(doc.lead, item{" ", color.Reset, "From " + d.Before + " to " + d.After + "."})
	g := changesGrid(d)
	doc.table("", g)
	doc.add("", omittedRows(len(g.rows), len(d.Streams), "streams", "those that change the cost the most"))
	doc.add("What decides", decisions(d))
	const most = 20
	for i := range d.Streams[:min(most, len(d.Streams))] {
		if s := &d.Streams[i]; len(s.Inputs) > 0 {
			doc.table("What moved in "+s.Name, movedGrid(s))
			doc.add("", omittedRows(min(len(s.Inputs), mostMovedRows), len(s.Inputs), "inputs", "those that matter the most"))
		}
	}
	doc.warn(d.Warnings, allWarnings)
	return doc
}

// diffHeadline returns how many streams change.
func diffHeadline(d *review.Diff) string {
	n := map[review.StreamChange]int{}
	for i := range d.Streams {
		n[d.Streams[i].Change]++
	}
	var parts []string
	for _, change := range []review.StreamChange{review.StreamChanged, review.StreamAdded, review.StreamRemoved} {
		if n[change] > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", unit.Plural(n[change], "stream"), change))
		}
	}
	if len(parts) == 0 {
		return "No stream changes"
	}
	return names(parts)
}

func diffTone(d *review.Diff) color.Attribute {
	for i := range d.Streams {
		s := &d.Streams[i]
		if s.After.Value.Carries == model.Known(false) {
			return color.FgRed
		}
	}
	if d.Monthly.Adds.Value > 0 {
		return color.FgYellow
	}
	return color.FgGreen
}

// diffMoney returns a difference, with what was and what will be paid.
func diffMoney(m *review.Money) string {
	if !m.Adds.Known {
		return "cost not known"
	}
	return fmt.Sprintf("%s a month (%s → %s)", signed(m.Adds.Value), dollars(m.Before.Value), dollars(m.After.Value))
}

// signed returns an amount with its sign.
func signed(u unit.USD) string {
	switch {
	case u > 0:
		return "+" + dollars(u)
	case u < 0:
		return "−" + dollars(-u)
	}
	return dollars(u)
}

func signedOrDash(u model.Maybe[unit.USD]) string {
	if !u.Known {
		return dash
	}
	return signed(u.Value)
}

// mostDiffRows and mostMovedRows are how many rows a table shows; the other formats have all.
const (
	mostDiffRows  = 50
	mostMovedRows = 12
)

// changesGrid returns the table of streams.
func changesGrid(d *review.Diff) grid {
	g := grid{header: []string{"stream", "change", "shards", "needs", "a month", "difference"},
		right: []bool{false, false, true, true, true, true}, optional: [][]int{{3}}}
	for i := range d.Streams[:min(mostDiffRows, len(d.Streams))] {
		s := &d.Streams[i]
		b, a := &s.Before.Value, &s.After.Value
		g.row(a.Carries == model.Known(false), s.Name, string(s.Change), wasAndIs(shardsText(s.Before), shardsText(s.After)),
			wasAndIs(shards(b.Needs), shards(a.Needs)), wasAndIs(dollarsOrDash(s.Monthly.Before), dollarsOrDash(s.Monthly.After)),
			signedOrDash(s.Monthly.Adds))
	}
	return g
}

// wasAndIs returns what was and what is, once where that is the same.
func wasAndIs(from, to string) string {
	if from == to {
		return to
	}
	return from + " → " + to
}

// shardsText returns the shards of a state, or its mode where AWS chooses them.
func shardsText(s model.Maybe[review.State]) string {
	switch {
	case !s.Known:
		return "0"
	case s.Value.Mode != model.Provisioned:
		return string(s.Value.Mode)
	case s.Value.Shards.Known:
		return shards(s.Value.Shards)
	}
	return shards(s.Value.Needs)
}

// decisions returns what decides in each stream whose traffic is known, and where its shards do
// not carry that.
func decisions(d *review.Diff) (items []item) {
	for i := range d.Streams[:min(mostDiffRows, len(d.Streams))] {
		s := &d.Streams[i]
		a := &s.After.Value
		switch {
		case !s.After.Known || !a.Needs.Known:
		case a.Feasible == model.Known(false):
			items = append(items, item{"✗", color.FgRed, s.Name + ": no number of shards carries the traffic."})
		case a.Carries == model.Known(false):
			items = append(items, item{"✗", color.FgRed, fmt.Sprintf("%s: %s does not carry the traffic, which asks for %s (%s).",
				s.Name, capacityOf(a), unit.Plural(a.Needs.Value, "shard"), decides(s))})
		default:
			items = append(items, item{"·", color.Reset, s.Name + ": " + decides(s) + "."})
		}
	}
	return items
}

// capacityOf returns the shards of a state, or its mode where AWS chooses them.
func capacityOf(s *review.State) string {
	if s.Mode != model.Provisioned || !s.Shards.Known {
		return string(s.Mode)
	}
	return string(s.Mode) + " with " + unit.Plural(s.Shards.Value, "shard")
}

// decides returns what binds a stream, before and after where that is not the same.
func decides(s *review.StreamDiff) string {
	first := func(binding []string) string {
		if len(binding) == 0 {
			return "nothing"
		}
		return binding[0]
	}
	if !s.Before.Value.Needs.Known {
		return first(s.After.Value.Binding)
	}
	return wasAndIs(first(s.Before.Value.Binding), first(s.After.Value.Binding))
}

// movedGrid returns the table of the inputs that moved.
func movedGrid(s *review.StreamDiff) grid {
	g := grid{header: []string{"input", "before", "after", "needs", "a month"}, right: []bool{false, true, true, true, true}}
	for i := range s.Inputs[:min(mostMovedRows, len(s.Inputs))] {
		in := &s.Inputs[i]
		needs := dash
		if in.Shards.Known {
			needs = signedCount(in.Shards.Value)
		}
		g.row(false, in.Name, movedValue(in.Before, in.Unit), movedValue(in.After, in.Unit), needs, signedOrDash(in.Adds))
	}
	return g
}

// signedCount returns a number of shards with its sign.
func signedCount(n int) string {
	switch {
	case n > 0:
		return "+" + number(n)
	case n < 0:
		return "−" + number(-n)
	}
	return "0"
}

func movedValue(value any, of string) string {
	if value == nil {
		return dash
	}
	return inputValue(value, of)
}

// diffedRecords returns the streams for programs, unrounded.
func diffedRecords(d *review.Diff) records {
	rows := records{{"stream", "change", "mode_before", "mode_after", "shards_before", "shards_after", "needs_before", "needs_after",
		"monthly_usd_before", "monthly_usd_after", "adds_monthly_usd", "binding_before", "binding_after", "carries_after"}}
	text := func(u model.Maybe[unit.USD]) string {
		if !u.Known {
			return ""
		}
		return u.Value.String()
	}
	first := func(list []string) string {
		if len(list) == 0 {
			return ""
		}
		return list[0]
	}
	for i := range d.Streams {
		s := &d.Streams[i]
		b, a := &s.Before.Value, &s.After.Value
		carries := ""
		if a.Carries.Known {
			carries = strconv.FormatBool(a.Carries.Value)
		}
		rows = append(rows, []string{s.Name, string(s.Change), string(b.Mode), string(a.Mode), countOrEmpty(b.Shards),
			countOrEmpty(a.Shards), countOrEmpty(b.Needs), countOrEmpty(a.Needs), text(s.Monthly.Before), text(s.Monthly.After),
			text(s.Monthly.Adds), first(b.Binding), first(a.Binding), carries})
	}
	return rows
}
