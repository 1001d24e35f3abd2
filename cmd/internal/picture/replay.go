package picture

import (
	"cmp"
	"fmt"
	"image/color"
	"slices"

	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// How high the plots are.
const (
	tallPlot = 2.4 * inch
	lowPlot  = 1.7 * inch
)

// panels returns the panels of a replay that there is something in.
func (p *Replay) panels() []*panel {
	r := p.Answer
	if len(r.Candidates) == 0 {
		return nil
	}
	var list []*panel
	c := &r.Candidates[p.Candidate]
	if s := &c.Series.Value; len(s.Write) > 0 {
		list = append(list, loadPanel(r, s))
		if !c.Shards.Known {
			list = append(list, shardsPanel(r, s))
		}
		if len(s.Ages) > 0 {
			list = append(list, agePanel(r, c, s))
		}
	}
	if t := (trade{r.Trade, c.Shards}); len(t.steps) > 1 {
		list = append(list, t.latencyPanel())
		if slices.ContainsFunc(t.steps, func(t review.TradeOff) bool { return t.Monthly.Known }) {
			list = append(list, t.costPanel())
		}
	}
	return list
}

// timePanel returns a panel over the time of the replay.
func timePanel(r *review.ReplayReport, heading string, height float64) *panel {
	p := newPanel(heading, height)
	p.x.max = r.Window.Seconds
	p.x.ticks = moments(&r.Window)
	p.x.name = "UTC"
	if !r.Window.From.Known {
		p.x.name = "since the beginning"
	}
	return p
}

// stairs returns the values of the parts of a series, each as long as its part.
func stairs(s *replay.Series, values []float64) []point {
	points := make([]point, 0, 2*len(values))
	for i, v := range values {
		points = append(points, point{float64(i) * s.Seconds, v}, point{float64(i+1) * s.Seconds, v})
	}
	return points
}

// flat returns a line of one value.
func flat(seconds, value float64) []point {
	return []point{{0, value}, {seconds, value}}
}

// loadPanel returns what was offered to the hottest shard against its write limit, and
// when something was throttled.
func loadPanel(r *review.ReplayReport, s *replay.Series) *panel {
	p := timePanel(r, "Writes to the hottest shard, in % of its write limit", tallPlot)
	percent := make([]float64, len(s.Write))
	for i, v := range s.Write {
		percent[i] = 100 * v
	}
	p.y.max = 1.15 * max(100, slices.Max(percent))
	p.y.ticks = every(0, p.y.max, step(p.y.max), func(v float64) string { return unit.Grouped(v, 0) + "%" })
	if len(stretches(s.Throttled)) > 0 {
		p.shade = func(a *plotArea) { a.throttled(s) }
		p.legend = append(p.legend, key{text: "throttled (bar on top)", style: throttledStyle})
	}
	p.line(stairs(s, percent), wide(lineStyles[0]), "offered")
	p.line(flat(r.Window.Seconds, 100), limitStyle, "limit")
	return p
}

// throttledStyle is the bar, and throttledShade what is below it.
var (
	throttledStyle = lineStyle{color: vermillion, width: 8}
	throttledShade = color.RGBA{R: 0xF8, G: 0xDD, B: 0xC8, A: 0xFF}
)

// throttled marks the parts of a series in which something was throttled, with a bar
// at the top and with colour below, each at least so wide that it is seen.
func (a *plotArea) throttled(s *replay.Series) {
	const narrowest = 2.0
	for _, part := range stretches(s.Throttled) {
		from, to := a.at(float64(part[0])*s.Seconds, 0).x, a.at(float64(part[1])*s.Seconds, 0).x
		to = min(max(to, from+narrowest), a.right)
		from = min(from, to-narrowest)
		a.add(area{[]point{{from, a.bottom}, {to, a.bottom}, {to, a.top}, {from, a.top}}, throttledShade})
		y := a.top + throttledStyle.width/2
		a.stroke(throttledStyle, point{from, y}, point{to, y})
	}
}

// stretches returns where values are above 0: from the first index until the second.
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

// shardsPanel returns what AWS makes of an on-demand stream.
func shardsPanel(r *review.ReplayReport, s *replay.Series) *panel {
	p := timePanel(r, "Capacity that AWS gives, in shards", lowPlot)
	if len(s.Shards) > 0 {
		p.y.max = 1.1 * slices.Max(s.Shards)
	}
	p.y.ticks = every(0, p.y.max, max(step(p.y.max), 1), wholeNumber)
	p.line(stairs(s, s.Shards), wide(lineStyles[0]), "")
	return p
}

// agePanel returns the iterator ages of consumers against their bounds.
func agePanel(r *review.ReplayReport, c *review.Candidate, s *replay.Series) *panel {
	ages := oldest(c, s.Ages)
	peaks, bounded := []float64{0}, false
	for _, a := range ages {
		bound := boundFor(r, a.Consumer).Latency
		peaks, bounded = append(peaks, slices.Max(a.Seconds), bound), bounded || bound > 0
	}
	heading := "Iterator age of each consumer"
	if len(ages) < len(s.Ages) {
		heading = fmt.Sprintf("Iterator age of the worst %d of %s", len(ages), unit.Plural(len(s.Ages), "consumer"))
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
			text += fmt.Sprintf(" (%s %s)", bound.Bounds, unit.Elapsed(bound.Latency)) // an age may be above a recovery
		}
		points := make([]point, len(a.Seconds))
		for k, age := range a.Seconds {
			points[k] = point{(float64(k) + 0.5) * s.Seconds, max(age, foot)}
		}
		p.line(points, wide(lineStyles[i]), text)
	}
	return p
}

// oldest returns the ages of as many consumers as there are styles of lines: first of
// those that break a bound, then of those that are farthest behind. They are in
// their order.
func oldest(c *review.Candidate, ages []replay.Ages) []replay.Ages {
	rank := make([]int, len(ages))
	for i := range rank {
		rank[i] = i
	}
	fails := func(name model.Name) int {
		if slices.ContainsFunc(c.Breaches, func(b replay.Breach) bool { return b.Consumer == model.Known(name) }) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(rank, func(a, b int) int {
		return cmp.Or(
			cmp.Compare(fails(ages[a].Consumer), fails(ages[b].Consumer)),
			cmp.Compare(slices.Max(ages[b].Seconds), slices.Max(ages[a].Seconds)),
		)
	})
	rank = rank[:min(len(rank), len(lineStyles))]
	slices.Sort(rank)
	var list []replay.Ages
	for _, i := range rank {
		list = append(list, ages[i])
	}
	return list
}

// boundFor returns the bound of a consumer; of one that has none it is empty.
func boundFor(r *review.ReplayReport, name model.Name) (bound review.Bound) {
	for _, b := range r.Bounds {
		if b.Consumer == name {
			bound = b
		}
	}
	return bound
}
