package picture

import (
	"math"
	"slices"

	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// trade is what numbers of shards come to, the most first, and the number that is proposed.
type trade struct {
	steps   []review.TradeOff
	odds    map[int]string // of the candidates whose odds are known, by their shards
	shown   model.Maybe[int]
	refuted bool // the workload does not fit, whatever holds in the replay
}

const curveHeading = "Worst latency against cost a month, for each number of shards"

// wholeNumber returns a number without decimals.
func wholeNumber(v float64) string { return unit.Grouped(v, 0) }

// curve returns cost against latency as one line through the numbers of shards. Where a price
// is not known, it goes over the numbers instead.
func (t *trade) curve() *panel {
	priced := !slices.ContainsFunc(t.steps, func(s review.TradeOff) bool { return !s.Monthly.Known })
	p := newPanel(curveHeading, tallPlot)
	value, format := dollars, t.dollarTicks()
	p.x.name = "a month"
	if !priced {
		value, format = shards, wholeNumber
		p.heading, p.x.name = "Worst latency of each number of shards (what they cost is not known)", "shards"
	}
	t.stretch(p, value, format)
	var latencies []float64
	for i := range t.steps {
		latencies = append(latencies, t.steps[i].Latency)
	}
	foot := p.scale(latencies)
	if p.y.logarithmic { // room for texts below and above the points
		p.y.min, p.y.max = p.y.min/3, 2*p.y.max
	} else {
		p.y.min -= 0.15 * p.y.max
	}
	t.draw(p, func(s *review.TradeOff) point { return point{value(s), max(s.Latency, foot)} })
	return p
}

// stretch sets the horizontal axis to the values of the steps.
func (t *trade) stretch(p *panel, value func(*review.TradeOff) float64, format func(float64) string) {
	first, last := value(&t.steps[len(t.steps)-1]), value(&t.steps[0])
	edge := max(0.06*(last-first), 1e-9)
	p.x.min, p.x.max = first-edge, last+edge
	least := 0.01
	if p.x.name == "shards" {
		least = 1
	}
	p.x.ticks = every(p.x.min, p.x.max, max(step(p.x.max-p.x.min), least), format)
}

// draw draws the numbers of shards: a dot where they hold, a cross where they do not, a ring
// around the proposed one and that of today, and beside each what it is.
func (t *trade) draw(p *panel, at func(*review.TradeOff) point) {
	var points, hold, fail []point
	var names []callout
	for i := range t.steps {
		s := &t.steps[i]
		place := at(s)
		points = append(points, place)
		if s.Holds {
			hold = append(hold, place)
		} else {
			fail = append(fail, place)
		}
		names = append(names, t.name(s, place))
	}
	p.line(points, wide(lineStyle{color: gray}), "")
	holds := "holds"
	if t.refuted {
		holds = "holds in the replay"
	}
	p.marks(hold, dot, holds)
	p.marks(fail, cross, "does not hold")
	for i := range t.steps {
		switch s := &t.steps[i]; {
		case model.Known(s.Shards) == t.shown:
			p.marks(points[i:i+1], ring(lineStyle{color: proposedStyle.color, width: 2.5}), unit.Plural(s.Shards, "shard"))
		case s.Now:
			p.marks(points[i:i+1], ring(lineStyle{color: todayStyle.color, width: 2.5}), "now: "+unit.Plural(s.Shards, "shard"))
		}
	}
	p.layer(func(a *plotArea) { a.callOut(names, points) })
}

// name returns what stands beside a number of shards.
func (t *trade) name(s *review.TradeOff, at point) callout {
	text, short := wholeNumber(float64(s.Shards)), wholeNumber(float64(s.Shards))
	if s.Now {
		text = "now " + text
	}
	if s.Monthly.Known {
		text += ": " + t.dollarTicks()(dollars(s))
	}
	forms := []string{text, short}
	odds, asked := t.odds[s.Shards]
	if asked {
		forms = []string{text + ", odds " + odds, text, short + ", odds " + odds, short}
	}
	rank := 2
	switch {
	case model.Known(s.Shards) == t.shown:
		rank = 0
	case s.Now, asked:
		rank = 1
	}
	return callout{at, forms, rank}
}

// marks draws a mark at each of some values, and explains it.
func (p *panel) marks(values []point, draw mark, text string) {
	if len(values) == 0 {
		return
	}
	p.layer(func(a *plotArea) {
		for _, at := range a.places(values) {
			draw(a.drawing, at)
		}
	})
	p.legend = append(p.legend, key{text: text, mark: draw})
}

// dollars returns the cost of a month.
func dollars(t *review.TradeOff) float64 { return float64(t.Monthly.Value) / float64(unit.Dollar) }

func shards(t *review.TradeOff) float64 { return float64(t.Shards) }

// dollarTicks returns how dollars are written: in full cents where they are few, or close.
func (t *trade) dollarTicks() func(float64) string {
	first, last := dollars(&t.steps[len(t.steps)-1]), dollars(&t.steps[0])
	decimals := 0
	if math.Abs(last-first) < 10 {
		decimals = 2
	}
	return func(v float64) string { return "$" + unit.Grouped(v, decimals) }
}
