package picture

import (
	"cmp"
	"fmt"
	"image/color"
	"math"
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

// overTime returns the panels over the time of the replay that there is something in.
func (p *Replay) overTime() []*panel {
	r := p.Answer
	c := &r.Candidates[p.Candidate]
	s := &c.Series.Value
	if len(s.Write) == 0 {
		return []*panel{{heading: loadHeading, reason: "Not drawn: nothing is known of the traffic over time."}}
	}
	var list []*panel
	if slices.Max(s.Write) > 0 {
		list = append(list, p.loadPanel(c))
	}
	if !c.Shards.Known {
		list = append(list, shardsPanel(r, s))
	}
	switch {
	case len(s.Ages) == 0:
		list = append(list, &panel{heading: ageHeading, reason: "Not drawn: no consumer is declared, and none was measured."})
	case slices.ContainsFunc(s.Ages, func(a replay.Ages) bool { return slices.Max(a.Seconds) > 0 }):
		list = append(list, agePanel(r, c, s, p.Size.column()))
	}
	return list
}

// overShards returns the panel over numbers of shards.
func (p *Replay) overShards() []*panel {
	r := p.Answer
	c := &r.Candidates[p.Candidate]
	t := trade{steps: r.Trade, odds: oddsOf(r.Candidates), shown: c.Shards, refuted: len(r.Infeasible) > 0}
	switch {
	case !c.Shards.Known:
		return []*panel{{heading: curveHeading, reason: "Not drawn: on demand, AWS chooses the number of shards."}}
	case len(t.steps) < 2:
		return []*panel{{heading: curveHeading, reason: "Not drawn: the traffic leaves one number of shards to choose from."}}
	}
	plot := t.curve()
	if p.Size == Wide {
		plot.height *= 1.5 // beside two panels over time
	}
	return []*panel{plot}
}

// oddsOf returns how likely each candidate of which something is known holds the time after the
// history, by its shards.
func oddsOf(list []review.Candidate) map[int]string {
	odds := map[int]string{}
	for i := range list {
		if c := &list[i]; c.Shards.Known && c.Odds.Known && c.Odds.Value.Told() {
			odds[c.Shards.Value] = c.Odds.Value.String()
		}
	}
	return odds
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

// The headings of panels that may have a reason in their place.
const (
	loadHeading = "Load of the hottest shard in its busiest second, in % of its limit"
	ageHeading  = "Iterator age of each consumer"
)

// Of the two capacities that are drawn, the proposed one and that of today.
var (
	proposedStyle = wide(lineStyles[0])
	todayStyle    = lineStyle{color: vermillion, width: 1.75, dashes: []float64{6, 2.5}}
)

// today returns the capacity of today, if it is another than the proposed one.
func (p *Replay) today() (c *review.Candidate, ok bool) {
	i := slices.IndexFunc(p.Answer.Candidates, func(c review.Candidate) bool { return c.Now })
	if i < 0 || i == p.Candidate || len(p.Answer.Candidates[i].Series.Value.Write) == 0 {
		return nil, false
	}
	return &p.Answer.Candidates[i], true
}

// loadPanel returns what was offered to the hottest shard of the proposed capacity and of that
// of today, against its write limit, and how much was throttled when.
func (p *Replay) loadPanel(proposed *review.Candidate) *panel {
	plot := timePanel(p.Answer, loadHeading, tallPlot)
	top := 100.0
	draw := func(c *review.Candidate, style lineStyle, text string) {
		s := &c.Series.Value
		percent := make([]float64, len(s.Write))
		for i, v := range s.Write {
			percent[i] = 100 * v
		}
		top = max(top, slices.Max(percent))
		plot.line(stairs(s, percent), style, text)
	}
	now, ok := p.today()
	if ok {
		draw(now, todayStyle, "now: "+capacity(now))
	}
	draw(proposed, proposedStyle, capacity(proposed))
	plot.line(flat(p.Answer.Window.Seconds, 100), limitStyle, "limit")
	plot.y.max = 1.15 * top
	plot.y.ticks = every(0, plot.y.max, step(plot.y.max), func(v float64) string { return unit.Grouped(v, 0) + "%" })
	plot.throttled(now, proposed)
	return plot
}

// capacity returns the name of a capacity.
func capacity(c *review.Candidate) string {
	if c.Shards.Known {
		return unit.Plural(c.Shards.Value, "shard")
	}
	return string(c.Mode)
}

// bars mark on the axis when a capacity throttled, and how much of the records.
type bars struct {
	c      *review.Candidate
	color  color.RGBA
	shares []float64 // of the records of each part of the series
}

// highestBar is the part of the height of a plot that the highest bar takes.
const highestBar = 0.15

// throttled marks on the axis when something was throttled, on the capacity of today, if there
// is one, and on the proposed one: with bars whose heights are to each other as the shares of
// the records in excess. The bars of what throttled less stand before the others.
func (p *panel) throttled(now, proposed *review.Candidate) {
	list := []bars{{c: proposed, color: proposedStyle.color}}
	if now != nil {
		list = append(list, bars{c: now, color: todayStyle.color})
	}
	highest := 0.0
	for i := range list {
		list[i].shares = throttledShares(&list[i].c.Series.Value)
		highest = max(highest, slices.Max(list[i].shares))
	}
	slices.SortStableFunc(list, func(a, b bars) int { return cmp.Compare(b.c.ThrottledShare, a.c.ThrottledShare) })
	list = slices.DeleteFunc(list, func(b bars) bool { return slices.Max(b.shares) == 0 })
	for _, b := range list {
		p.legend = append(p.legend, key{mark: filled(b.color), text: fmt.Sprintf("throttled %s: up to %s of the records of %s",
			onCapacity(b.c), share(slices.Max(b.shares)), unit.Elapsed(math.Round(b.c.Series.Value.Seconds)))})
	}
	p.shade = func(a *plotArea) {
		for _, b := range list {
			a.bars(&b, highest)
		}
	}
}

// onCapacity returns what a throttle was on: so many shards, or on demand.
func onCapacity(c *review.Candidate) string {
	if c.Shards.Known {
		return "on " + unit.Grouped(float64(c.Shards.Value), 0)
	}
	return "on demand"
}

// share returns a share of records as a text that is never 0%.
func share(of float64) string {
	if of < 0.0001 {
		return "0.01%"
	}
	return unit.Percent(of, 2)
}

// throttledShares returns which part of the records of each part of a series was in excess.
func throttledShares(s *replay.Series) []float64 {
	list := make([]float64, len(s.Throttled))
	for i, records := range s.Throttled {
		if records > 0 {
			list[i] = min(1, records/max(records, s.Offered[i]))
		}
	}
	return list
}

// bars draws a bar for each stretch in which something was throttled: as high as its share of the
// highest one is, and at least so high and wide that it is seen.
func (a *plotArea) bars(b *bars, highest float64) {
	const narrowest, lowest = 2.0, 3.0
	seconds := b.c.Series.Value.Seconds
	for _, part := range stretches(b.shares) {
		var tops []point
		for k := part[0]; k < part[1]; k++ {
			from, to := a.at(float64(k)*seconds, 0).x, a.at(float64(k+1)*seconds, 0).x
			if part[1]-part[0] == 1 && to-from < narrowest {
				to = min(from+narrowest, a.right)
				from = min(from, to-narrowest)
			}
			top := a.bottom - max(lowest, highestBar*(a.bottom-a.top)*b.shares[k]/highest)
			tops = append(tops, point{from, top}, point{to, top})
		}
		foot := []point{{tops[len(tops)-1].x, a.bottom}, {tops[0].x, a.bottom}}
		a.add(area{append(tops, foot...), b.color})
	}
}

// stretches returns where values are above 0: from the first index until the second.
func stretches(values []float64) [][2]int {
	var list [][2]int
	for i, v := range values {
		last := len(list) - 1
		switch {
		case !(v > 0): // nor what is not known
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
func agePanel(r *review.ReplayReport, c *review.Candidate, s *replay.Series, width float64) *panel {
	ages := oldest(c, s.Ages)
	peaks, bounded := []float64{0}, false
	for _, a := range ages {
		bound := boundFor(r, a.Consumer).Latency
		peaks, bounded = append(peaks, slices.Max(a.Seconds), bound), bounded || bound > 0
	}
	heading := ageHeading
	if c.Shards.Known {
		heading += " on " + capacity(c)
	}
	if len(ages) < len(s.Ages) {
		heading = fmt.Sprintf("Iterator age of the worst %d of %s on %s", len(ages), unit.Plural(len(s.Ages), "consumer"), capacity(c))
	}
	if bounded {
		heading += ", and latencies allowed (thin dashes)"
	}
	p := timePanel(r, heading, tallPlot)
	foot := p.scale(peaks)
	for i, a := range ages {
		text := shortened(a.Consumer, width)
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
