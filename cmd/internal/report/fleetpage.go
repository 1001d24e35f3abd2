package report

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/fatih/color"
	"github.com/kcalc/kcalc/calc/fleet"
	"github.com/kcalc/kcalc/cmd/internal/picture"
	"github.com/kcalc/kcalc/model/unit"
)

// fold is what a page of HTML shows when it is opened.
type fold struct {
	summary string
	items   []item
}

// fleetPage returns a fleet as a page: with its picture, and what is known of each stream folded.
func fleetPage(a *fleet.Answer) (*document, error) {
	d := fleetDocument(a)
	svg, err := fleetPicture(a)
	if err != nil {
		return nil, err
	}
	details := section{heading: "Each stream"}
	for i := range a.Streams {
		details.folds = append(details.folds, streamFold(a, &a.Streams[i]))
	}
	var pages []section
	if svg != "" {
		pages = append(pages, section{heading: "The fleet", svg: svg})
	}
	d.sections = append(append(pages, d.sections...), details)
	return d, nil
}

// fleetPicture returns the picture of the streams whose use and cost are known; "" where none is.
func fleetPicture(a *fleet.Answer) (string, error) {
	p := picture.Fleet{Title: fleetHeadline(a), Alarm: fleetTone(a) == color.FgRed,
		About: "A stream at the upper left costs much for what it carries; right of the line it had more shards than today."}
	labels := mostChanged(a)
	for i := range a.Streams {
		r := &a.Streams[i]
		if !r.Shown.Known || !r.Now.Monthly.Known {
			continue
		}
		s := picture.FleetStream{Used: r.Shown.Value, Cost: float64(r.Now.Monthly.Value) / float64(unit.Dollar)}
		switch {
		case r.Verdict == fleet.TooFew || r.Verdict == fleet.DoesNotFit:
			s.Kind = picture.FleetSmall
		case r.Saves.Value > 0:
			s.Kind = picture.FleetSaves
		}
		if slices.Contains(labels, i) {
			s.Label = string(r.Stream)
		}
		p.Streams = append(p.Streams, s)
	}
	if len(p.Streams) == 0 {
		return "", nil
	}
	p.Footer = fmt.Sprintf("%s of %s, whose use and cost are known", unit.Plural(len(p.Streams), "stream"),
		number(len(a.Streams)))
	var b bytes.Buffer
	err := p.Write(&b, "svg")
	return withoutStyle(b.String()), err
}

// mostChanged returns the streams whose names stand in the picture: the ten that change by the most
// money.
func mostChanged(a *fleet.Answer) []int {
	const most = 10
	var list []int
	for i := range a.Streams {
		if r := &a.Streams[i]; r.Saves.Known && r.Saves.Value != 0 {
			list = append(list, i)
		}
	}
	size := func(i int) unit.USD { return max(a.Streams[i].Saves.Value, -a.Streams[i].Saves.Value) }
	slices.SortStableFunc(list, func(i, k int) int { return cmp.Compare(size(k), size(i)) })
	return list[:min(most, len(list))]
}

// streamFold returns what is known of a stream.
func streamFold(a *fleet.Answer, r *fleet.Row) fold {
	f := fold{summary: fmt.Sprintf("%s: %s", fleetName(a, r), strings.ReplaceAll(string(r.Verdict), "-", " "))}
	if text := changeOf(r); text != "" {
		f.summary += ", " + text + " a month"
	}
	add := func(format string, texts ...any) {
		f.items = append(f.items, item{"·", color.Reset, fmt.Sprintf(format, texts...)})
	}
	if r.Why != "" {
		add("%s", r.Why)
	}
	add("mode %s, shards %s, cost %s, retention %s", modeText(r), shardsCell(r), moneyText(r),
		unit.Duration(r.Now.Retention*float64(second)).Prose())
	if r.Shown.Known {
		add("its busiest mean used %s of the limits; odds %s", unit.Percent(r.Shown.Value, 0), oddsText(r))
	}
	add("%s confidence: %s", r.Confidence, r.Because)
	for i := range r.Steps {
		text := stepText(&r.Steps[i])
		if s := r.Steps[i].Saves; s.Known {
			text += ": " + change(-s.Value) + " a month"
		}
		add("%s", text)
	}
	for i := range r.FanOut {
		add("enhanced fan-out %s: %s: %s", r.FanOut[i].Consumer, r.FanOut[i].Verdict, r.FanOut[i].Because)
	}
	for _, o := range r.Options {
		add("besides: %s", o.Change)
	}
	for _, n := range r.Notices {
		add("%s %s", n.Message, n.Remedy)
	}
	if r.Guard != "" {
		add("guarded: %s", r.Guard)
	}
	if len(r.Tags) > 0 {
		var tags []string
		for _, t := range r.Tags {
			tags = append(tags, t.Key+"="+t.Value)
		}
		add("tags: %s", strings.Join(tags, ", "))
	}
	add("from %s", r.Source)
	return f
}

// second is a second of a duration.
const second = 1e9
