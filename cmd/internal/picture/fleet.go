package picture

import (
	"io"
	"math"

	"github.com/kcalc/kcalc/model/unit"
)

// Fleet is a picture of many streams: what each uses of its limits against what it costs.
type Fleet struct {
	Title, About, Footer string
	Alarm                bool // the title says that something is too small
	Streams              []FleetStream
}

// FleetStream is a stream in the picture of a fleet.
type FleetStream struct {
	Used  float64 // the highest mean of a period, as a share of its limits
	Cost  float64 // dollars a month
	Kind  FleetKind
	Label string // "" for none
}

// FleetKind is how a stream is marked.
type FleetKind int

// The kinds of streams.
const (
	FleetFine FleetKind = iota
	FleetSaves
	FleetSmall // too small
)

// Write writes the picture in one of [Formats].
func (p *Fleet) Write(w io.Writer, format string) error {
	f := figure{title: p.Title, about: p.About, footer: p.Footer, alarm: p.Alarm}
	f.arrange(Tall, []*panel{p.panel()}, nil)
	return f.draw().write(w, format)
}

// fleetPlot is how high the plot is.
const fleetPlot = 4 * inch

// panel returns the streams by what they use, to the right, and what they cost, upward: those in
// the upper left cost much for little.
func (p *Fleet) panel() *panel {
	plot := newPanel("Dollars a month of each stream, against the highest mean that it has used of its limits", fleetPlot)
	used, least, most := 1.0, math.Inf(1), 0.0
	for _, s := range p.Streams {
		used, least, most = max(used, s.Used), min(least, s.Cost), max(most, s.Cost)
	}
	plot.x = axis{min: 0, max: 1.05 * used, name: "used of the limits, at most"}
	plot.x.ticks = every(0, plot.x.max, step(plot.x.max), func(v float64) string { return unit.Percent(v, 0) })
	plot.y = dollarAxis(least, most)
	plot.layer(func(a *plotArea) {
		a.stroke(limitStyle, a.at(1, a.y.min), a.at(1, a.y.max))
	})
	for _, kind := range []struct {
		kind FleetKind
		mark mark
		text string
	}{
		{FleetFine, ring(lineStyle{color: gray, width: 1.5}), "as it should be, or undecided"},
		{FleetSaves, dot, "saves money"},
		{FleetSmall, cross, "too small"},
	} {
		var at []point
		for _, s := range p.Streams {
			if s.Kind == kind.kind {
				at = append(at, point{s.Used, s.Cost})
			}
		}
		plot.marks(at, kind.mark, kind.text)
	}
	plot.layer(p.labels)
	return plot
}

// labels writes the names of some streams beside their marks, where there is room for them.
func (p *Fleet) labels(a *plotArea) {
	var names []callout
	var points []point
	for i, s := range p.Streams {
		at := point{s.Used, s.Cost}
		points = append(points, at)
		if s.Label != "" {
			names = append(names, callout{at, []string{line(s.Label)}, i})
		}
	}
	a.callOut(names, points)
}

// dollarAxis returns an axis of dollars by powers of ten.
func dollarAxis(least, most float64) axis {
	low := math.Pow(10, math.Floor(math.Log10(max(min(least, most), 1))))
	high := math.Pow(10, math.Ceil(math.Log10(max(most, 10*low))))
	a := axis{min: low, max: high, logarithmic: true}
	for v := low; v <= high*(1+1e-9); v *= 10 {
		a.ticks = append(a.ticks, tick{v, "$" + unit.Grouped(v, 0)})
	}
	return a
}
