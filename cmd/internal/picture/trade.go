package picture

import (
	"math"
	"slices"

	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// trade is what numbers of shards come to, the most first, and the number that the
// panels over time are of.
type trade struct {
	steps []review.TradeOff
	shown model.Maybe[int]
}

// panel returns a panel over the numbers of shards.
func (t *trade) panel(heading string) *panel {
	p := newPanel(heading, lowPlot)
	first, last := float64(t.steps[len(t.steps)-1].Shards), float64(t.steps[0].Shards)
	if n := t.shown; n.Known {
		first, last = min(first, float64(n.Value)), max(last, float64(n.Value))
	}
	edge := 0.03 * (last - first)
	p.x.min, p.x.max = first-edge, last+edge
	p.x.ticks = every(p.x.min, p.x.max, max(step(p.x.max-p.x.min), 1), wholeNumber)
	p.x.name = "shards"
	return p
}

func wholeNumber(v float64) string { return unit.Grouped(v, 0) }

// draw draws what the numbers of shards come to: a dot where they hold, a cross where
// they do not, and a line at the one that is shown.
func (t *trade) draw(p *panel, value func(*review.TradeOff) (y float64, known bool)) {
	var points, hold, fail []point
	for i := range t.steps {
		y, known := value(&t.steps[i])
		if !known {
			continue
		}
		at := point{float64(t.steps[i].Shards), y}
		points = append(points, at)
		if t.steps[i].Holds {
			hold = append(hold, at)
		} else {
			fail = append(fail, at)
		}
	}
	if n := t.shown; n.Known {
		x := float64(n.Value)
		p.line([]point{{x, p.y.min}, {x, p.y.max}}, limitStyle, unit.Plural(n.Value, "shard"))
	}
	if i := slices.IndexFunc(t.steps, func(t review.TradeOff) bool { return t.Now }); i >= 0 {
		x := float64(t.steps[i].Shards)
		p.line([]point{{x, p.y.min}, {x, p.y.max}}, lineStyles[1], "now: "+unit.Plural(t.steps[i].Shards, "shard"))
	}
	p.line(points, wide(lineStyles[0]), "")
	p.marks(hold, dot, "holds")
	p.marks(fail, cross, "does not hold")
}

// marks draws a mark at each of some values, and explains it.
func (p *panel) marks(values []point, draw mark, text string) {
	if len(values) == 0 {
		return
	}
	p.layer(func(a *plotArea) {
		for _, v := range values {
			draw(a.drawing, a.at(v.x, v.y))
		}
	})
	p.legend = append(p.legend, key{text: text, mark: draw})
}

func (t *trade) latencyPanel() *panel {
	p := t.panel("Worst latency, by number of shards")
	var latencies []float64
	for i := range t.steps {
		latencies = append(latencies, t.steps[i].Latency)
	}
	foot := p.scale(latencies)
	t.draw(p, func(t *review.TradeOff) (float64, bool) { return max(t.Latency, foot), true })
	return p
}

// costPanel returns the cost of the numbers of shards. Its marks are those that the
// panel above it explains.
func (t *trade) costPanel() *panel {
	p := t.panel("Cost a month, by number of shards")
	highest := 0.0
	for i := range t.steps {
		y, _ := dollars(&t.steps[i])
		highest = max(highest, y)
	}
	p.y.max = 1.1 * max(highest, 0.01)
	each := step(p.y.max)
	decimals := max(0, -int(math.Floor(math.Log10(each))))
	p.y.ticks = every(0, p.y.max, each, func(v float64) string { return "$" + unit.Grouped(v, decimals) })
	t.draw(p, dollars)
	p.legend = nil
	return p
}

// dollars returns the cost of a month, if it is known.
func dollars(t *review.TradeOff) (y float64, known bool) {
	return float64(t.Monthly.Value) / float64(unit.Dollar), t.Monthly.Known
}
