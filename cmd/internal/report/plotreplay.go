package report

import (
	"cmp"
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
)

// How high the plots are.
const (
	tallPlot = 2.4 * vg.Inch
	lowPlot  = 1.7 * vg.Inch
)

// panelsOf are the panels of a replay that there is something in.
func panelsOf(r *review.Replayed) []*panel {
	if len(r.Candidates) == 0 {
		return nil
	}
	var list []*panel
	c := &r.Candidates[chosen(r)]
	if s := &c.Series.Value; len(s.Write) > 0 {
		list = append(list, loadPanel(r, c, s))
		if !c.Shards.Known {
			list = append(list, shardsPanel(r, s))
		}
		if len(s.Ages) > 0 {
			list = append(list, agePanel(r, c, s))
		}
	}
	if len(r.Trade) > 1 {
		list = append(list, latencyPanel(r))
		if slices.ContainsFunc(r.Trade, func(t review.TradeOff) bool { return t.Monthly.Known }) {
			list = append(list, costPanel(r))
		}
	}
	return list
}

// timePanel is a panel over the time of the replay.
func timePanel(r *review.Replayed, heading string, body vg.Length) *panel {
	p := newPanel(heading, body)
	p.X.Max = r.Window.Seconds
	p.X.Tick.Marker = moments(&r.Window)
	p.X.Label.Text = "UTC"
	if !r.Window.From.Known {
		p.X.Label.Text = "since the beginning"
	}
	return p
}

// stairs are the values of the parts of a series, each as long as its part.
func stairs(s *replay.Series, values []float64) plotter.XYs {
	points := make(plotter.XYs, 0, 2*len(values))
	for i, v := range values {
		points = append(points, plotter.XY{X: float64(i) * s.Seconds, Y: v}, plotter.XY{X: float64(i+1) * s.Seconds, Y: v})
	}
	return points
}

// flat is a line of one value.
func flat(seconds, value float64) plotter.XYs {
	return plotter.XYs{{X: 0, Y: value}, {X: seconds, Y: value}}
}

// loadPanel holds what was offered to the hottest shard against its write limit,
// and shows when something was throttled.
func loadPanel(r *review.Replayed, c *review.Candidate, s *replay.Series) *panel {
	p := timePanel(r, "Writes to the hottest shard, in % of its write limit", tallPlot)
	percent := make([]float64, len(s.Write))
	for i, v := range s.Write {
		percent[i] = 100 * v
	}
	p.Y.Max = 1.15 * max(100, slices.Max(percent))
	p.Y.Tick.Marker = every(0, p.Y.Max, step(p.Y.Max), func(v float64) string { return model.Grouped(v, 0) + "%" })
	if len(stretches(s.Throttled)) > 0 {
		p.Add(throttled{s})
		p.legend = append(p.legend, key{text: "throttled (bar on top)", line: throttledStyle})
	}
	p.line(stairs(s, percent), wide(lineStyles[0]), "offered")
	p.line(flat(r.Window.Seconds, 100), draw.LineStyle{Color: color.Black, Width: 1.5, Dashes: []vg.Length{8, 4}}, "limit")
	return p
}

// throttled marks the parts of a series in which something was throttled: with a
// bar at the top, and with colour below.
type throttled struct{ series *replay.Series }

// throttledStyle is the bar, and throttledShade what is below it.
var (
	throttledStyle = draw.LineStyle{Color: vermillion, Width: 8}
	throttledShade = color.RGBA{R: 0xF8, G: 0xDD, B: 0xC8, A: 0xFF}
)

// Plot draws each stretch at least so wide that it is seen.
func (t throttled) Plot(c draw.Canvas, p *plot.Plot) {
	const narrowest = vg.Length(2)
	x, _ := p.Transforms(&c)
	for _, part := range stretches(t.series.Throttled) {
		from, to := x(float64(part[0])*t.series.Seconds), x(float64(part[1])*t.series.Seconds)
		to = min(max(to, from+narrowest), c.Max.X)
		from = min(from, to-narrowest)
		c.FillPolygon(throttledShade, []vg.Point{{X: from, Y: c.Min.Y}, {X: to, Y: c.Min.Y}, {X: to, Y: c.Max.Y}, {X: from, Y: c.Max.Y}})
		y := c.Max.Y - throttledStyle.Width/2
		c.StrokeLine2(throttledStyle, from, y, to, y)
	}
}

// stretches are where values are above 0: from the first index until the second.
func stretches(values []float64) [][2]int {
	var list [][2]int
	for i, v := range values {
		last := len(list) - 1
		switch {
		case v <= 0:
		case last >= 0 && list[last][1] == i:
			list[last][1]++
		default:
			list = append(list, [2]int{i, i + 1})
		}
	}
	return list
}

// shardsPanel is what AWS makes of an on-demand stream.
func shardsPanel(r *review.Replayed, s *replay.Series) *panel {
	p := timePanel(r, "Capacity that AWS gives, in shards", lowPlot)
	if len(s.Shards) > 0 {
		p.Y.Max = 1.1 * slices.Max(s.Shards)
	}
	p.Y.Tick.Marker = every(0, p.Y.Max, max(step(p.Y.Max), 1), func(v float64) string { return model.Grouped(v, 0) })
	p.line(stairs(s, s.Shards), wide(lineStyles[0]), "")
	return p
}

// agePanel holds the iterator ages of consumers against their bounds.
func agePanel(r *review.Replayed, c *review.Candidate, s *replay.Series) *panel {
	ages := oldest(c, s.Ages)
	peaks, bounded := []float64{0}, false
	for _, a := range ages {
		bound := boundFor(r, a.Consumer).Latency
		peaks, bounded = append(peaks, slices.Max(a.Seconds), bound), bounded || bound > 0
	}
	heading := "Iterator age of each consumer"
	if len(ages) < len(s.Ages) {
		heading = fmt.Sprintf("Iterator age of the worst %d of %s", len(ages), model.Plural(len(s.Ages), "consumer"))
	}
	if bounded {
		heading += ", and latencies allowed (thin dashes)"
	}
	p := timePanel(r, heading, tallPlot)
	foot := p.scale(peaks)
	for i, a := range ages {
		text := shortened(a.Consumer)
		if bound := boundFor(r, a.Consumer); bound.Latency > 0 {
			p.line(flat(r.Window.Seconds, max(bound.Latency, foot)), thin(lineStyles[i]), "")
			text += fmt.Sprintf(" (%s %s)", bound.Bounds, elapsed(bound.Latency)) // an age may be above a recovery
		}
		points := make(plotter.XYs, len(a.Seconds))
		for k, age := range a.Seconds {
			points[k] = plotter.XY{X: (float64(k) + 0.5) * s.Seconds, Y: max(age, foot)}
		}
		p.line(points, wide(lineStyles[i]), text)
	}
	return p
}

// oldest are the ages of as many consumers as there are styles of lines: first of
// those that break a bound, then of those that are farthest behind. They are in
// their order.
func oldest(c *review.Candidate, ages []replay.Ages) []replay.Ages {
	rank := make([]int, len(ages))
	for i := range rank {
		rank[i] = i
	}
	fails := func(name model.Name) int {
		if slices.ContainsFunc(c.Broken, func(b review.Broken) bool { return b.Consumer == model.Known(name) }) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(rank, func(a, b int) int {
		return cmp.Or(cmp.Compare(fails(ages[a].Consumer), fails(ages[b].Consumer)), cmp.Compare(slices.Max(ages[b].Seconds), slices.Max(ages[a].Seconds)))
	})
	rank = rank[:min(len(rank), len(lineStyles))]
	slices.Sort(rank)
	var list []replay.Ages
	for _, i := range rank {
		list = append(list, ages[i])
	}
	return list
}

// boundFor is a consumer's; of one that has none it is empty.
func boundFor(r *review.Replayed, name model.Name) (bound review.Bound) {
	for _, b := range r.Bounds {
		if b.Consumer == name {
			bound = b
		}
	}
	return bound
}

// tradePanel is a panel over the numbers of shards of the trade, with the one that
// the other panels are of.
func tradePanel(r *review.Replayed, heading string) *panel {
	p := newPanel(heading, lowPlot)
	first, last := float64(r.Trade[len(r.Trade)-1].Shards), float64(r.Trade[0].Shards)
	if n := r.Candidates[chosen(r)].Shards; n.Known {
		first, last = min(first, float64(n.Value)), max(last, float64(n.Value))
	}
	edge := 0.03 * (last - first)
	p.X.Min, p.X.Max = first-edge, last+edge
	p.X.Tick.Marker = every(p.X.Min, p.X.Max, max(step(p.X.Max-p.X.Min), 1), func(v float64) string { return model.Grouped(v, 0) })
	p.X.Label.Text = "shards"
	return p
}

// trade draws what the numbers of shards come to: a disc where they hold, a cross
// where they do not, and a line at the one that is chosen.
func (p *panel) trade(r *review.Replayed, value func(*review.TradeOff) (y float64, known bool)) {
	var points, hold, fail plotter.XYs
	for i := range r.Trade {
		y, known := value(&r.Trade[i])
		if !known {
			continue
		}
		point := plotter.XY{X: float64(r.Trade[i].Shards), Y: y}
		points = append(points, point)
		if r.Trade[i].Holds {
			hold = append(hold, point)
		} else {
			fail = append(fail, point)
		}
	}
	if n := r.Candidates[chosen(r)].Shards; n.Known {
		x := float64(n.Value)
		p.line(plotter.XYs{{X: x, Y: p.Y.Min}, {X: x, Y: p.Y.Max}}, draw.LineStyle{Color: color.Black, Width: 1.5, Dashes: []vg.Length{8, 4}}, model.Plural(n.Value, "shard"))
	}
	p.line(points, wide(lineStyles[0]), "")
	p.marks(hold, draw.CircleGlyph{}, "holds")
	p.marks(fail, cross{}, "does not hold")
}

func (p *panel) marks(points plotter.XYs, shape draw.GlyphDrawer, text string) {
	if len(points) == 0 {
		return
	}
	p.Add(&plotter.Scatter{XYs: points, GlyphStyle: draw.GlyphStyle{Color: color.Black, Radius: markRadius, Shape: shape}})
	p.legend = append(p.legend, key{text: text, mark: shape})
}

// cross is a cross that is as heavy as a disc.
type cross struct{}

// DrawGlyph draws it.
func (cross) DrawGlyph(c *draw.Canvas, s draw.GlyphStyle, at vg.Point) {
	style := draw.LineStyle{Color: s.Color, Width: 2.5}
	c.StrokeLine2(style, at.X-s.Radius, at.Y-s.Radius, at.X+s.Radius, at.Y+s.Radius)
	c.StrokeLine2(style, at.X-s.Radius, at.Y+s.Radius, at.X+s.Radius, at.Y-s.Radius)
}

func latencyPanel(r *review.Replayed) *panel {
	p := tradePanel(r, "Worst latency, by number of shards")
	var latencies []float64
	for i := range r.Trade {
		latencies = append(latencies, r.Trade[i].Latency)
	}
	foot := p.scale(latencies)
	p.trade(r, func(t *review.TradeOff) (float64, bool) { return max(t.Latency, foot), true })
	return p
}

func costPanel(r *review.Replayed) *panel {
	p := tradePanel(r, "Cost a month, by number of shards")
	cost := func(t *review.TradeOff) (float64, bool) {
		return float64(t.Monthly.Value) / float64(model.Dollar), t.Monthly.Known
	}
	highest := 0.0
	for i := range r.Trade {
		y, _ := cost(&r.Trade[i])
		highest = max(highest, y)
	}
	p.Y.Max = 1.1 * max(highest, 0.01)
	each := step(p.Y.Max)
	decimals := max(0, -int(math.Floor(math.Log10(each))))
	p.Y.Tick.Marker = every(0, p.Y.Max, each, func(v float64) string { return "$" + model.Grouped(v, decimals) })
	p.trade(r, cost)
	p.legend = nil
	return p
}
