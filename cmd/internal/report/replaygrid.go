package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/fatih/color"
	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// How many rows the tables of a replay have at most, and of how many capacities it
// is told why they do not hold. The rest is in the other formats.
const (
	maxCapacityRows = 12
	maxConsumerRows = 16
	maxReasons      = 4
)

// indicesAround returns the indices of a list of n that a table has room for: at most so many,
// around one of them.
func indicesAround(n, at, most int) []int {
	from := max(0, min(at-most/2, n-most))
	var list []int
	for i := from; i < min(n, from+most); i++ {
		list = append(list, i)
	}
	return list
}

// omittedRows returns a line on the rows that a table leaves out, and on those that it has.
func omittedRows(shown, all int, what, which string) []item {
	if shown == all {
		return nil
	}
	return []item{{" ", color.Reset, fmt.Sprintf("Of %s %s the table has %s: %s. All are in the other formats (-o csv).",
		number(all), what, number(shown), which)}}
}

// yesOrNo returns whether a capacity or a bound holds, as a cell.
func yesOrNo(holds bool) string {
	if holds {
		return "yes"
	}
	return "no"
}

// shardRange returns a capacity's number of shards; on-demand, the fewest and the most that
// AWS made.
func shardRange(c *review.Candidate) string {
	if c.Shards.Known {
		return shardsNow(c.Shards.Value, c.Now)
	}
	least, most := unit.Grouped(math.Ceil(c.Result.Shards.Least), 0), unit.Grouped(math.Ceil(c.Result.Shards.Most), 0)
	if least == most {
		return most
	}
	return least + "–" + most
}

// capacityGrid returns the table of what happened to the writes.
func capacityGrid(r *review.ReplayReport, shown []int) grid {
	g := grid{header: []string{"shards", "holds", "a month", "in excess", "for", "waited", "longest", "expired",
		"write peak"},
		right: []bool{true, false, true, true, true, true, true, true, true}, optional: [][]int{{8}, {6}, {5}, {4}}}
	if r.Writes == review.Lose {
		g.header = slices.Replace(g.header, 5, 7, "lost")
		g.right = slices.Delete(g.right, 5, 6)
		g.optional = [][]int{{7}, {4}, {2}}
	}
	for _, i := range shown {
		c := &r.Candidates[i]
		cells := []string{shardRange(c), yesOrNo(c.Holds), dollarsOrDash(c.Monthly), excessText(c), elapsed(c.Seconds)}
		if r.Writes == review.Lose {
			cells = append(cells, recordsOf(c.Lost))
		} else {
			cells = append(cells, recordsOf(c.Waited), elapsed(c.LongestWait))
		}
		expired := 0.0
		for k := range c.Consumers {
			expired += c.Consumers[k].Expired
		}
		cells = append(cells, recordsOf(expired), portion(c.WriteUtilization))
		if c.Odds.Known {
			cells = append(cells, c.Odds.Value.String())
		}
		g.row(i == chosen(r), cells...)
	}
	if len(shown) > 0 && r.Candidates[shown[0]].Odds.Known {
		g.optional = append(g.optional, []int{len(g.header)})
		g.header, g.right = append(g.header, "odds"), append(g.right, true)
	}
	return g
}

// excessText returns how many records were offered beyond the write limits, and their share.
func excessText(c *review.Candidate) string {
	if c.Throttled == 0 {
		return "0"
	}
	return fmt.Sprintf("%s (%s)", recordsOf(c.Throttled), portion(c.ThrottledShare))
}

// consumerRow is a consumer of a candidate.
type consumerRow struct {
	candidate, consumer int
	fails               bool
	delay               float64
}

// consumerRows returns the consumers of some candidates, consumer by consumer.
func consumerRows(r *review.ReplayReport, shown []int) []consumerRow {
	var list []consumerRow
	for _, i := range shown {
		c := &r.Candidates[i]
		for k := range c.Consumers {
			one := consumerRow{candidate: i, consumer: k, delay: c.Consumers[k].Delay}
			one.fails = slices.ContainsFunc(c.Breaches, func(b replay.Breach) bool {
				return b.Consumer == model.Known(c.Consumers[k].Name)
			})
			list = append(list, one)
		}
	}
	slices.SortStableFunc(list, func(a, b consumerRow) int { return cmp.Compare(a.consumer, b.consumer) })
	return list
}

// worstConsumerRows returns the rows that a table has room for: of the capacity that matters
// most the consumers that break a bound, or have the longest delays; then those that break a
// bound of the capacities around it.
func worstConsumerRows(all []consumerRow, chosen int) []consumerRow {
	if len(all) <= maxConsumerRows {
		return all
	}
	list := slices.DeleteFunc(slices.Clone(all),
		func(one consumerRow) bool { return one.candidate != chosen && !one.fails })
	away := func(one consumerRow) int { return max(one.candidate-chosen, chosen-one.candidate) }
	slices.SortStableFunc(list, func(a, b consumerRow) int {
		if a.fails != b.fails && away(a) == away(b) {
			return map[bool]int{true: -1, false: 1}[a.fails]
		}
		return cmp.Or(cmp.Compare(away(a), away(b)), cmp.Compare(b.delay, a.delay))
	})
	list = list[:min(maxConsumerRows, len(list))]
	slices.SortFunc(list, func(a, b consumerRow) int {
		return cmp.Or(cmp.Compare(a.consumer, b.consumer), cmp.Compare(a.candidate, b.candidate))
	})
	return list
}

func consumerReplayGrid(r *review.ReplayReport, rows []consumerRow) grid {
	g := grid{header: []string{"consumer", "shards", "holds", "record delay", "iterator age", "recovery", "bound",
		"expired records"},
		right: []bool{false, true, false, true, true, true, false, true}, optional: [][]int{{4}, {6}, {3}}}
	for _, one := range rows {
		c := &r.Candidates[one.candidate]
		consumer := &c.Consumers[one.consumer]
		recovery := elapsed(consumer.Recovery)
		switch {
		case consumer.SteadyLoss > 0:
			recovery = "loses " + portion(consumer.SteadyLoss)
		case consumer.Behind:
			recovery = ">" + recovery
		}
		g.row(len(r.Candidates) > 1 && one.candidate == chosen(r), string(consumer.Name), shardRange(c), yesOrNo(!one.fails),
			elapsed(consumer.Delay), elapsed(consumer.Age),
			recovery, boundOf(r, consumer), recordsOf(consumer.Expired))
	}
	return g
}

// boundOf returns what a consumer has to keep; where it had an incident of its own, also the
// time to catch up.
func boundOf(r *review.ReplayReport, c *replay.ConsumerResult) string {
	at := slices.IndexFunc(r.Bounds, func(b review.Bound) bool { return b.Consumer == c.Name })
	if at < 0 {
		return dash
	}
	var texts []string
	b := &r.Bounds[at]
	switch {
	case b.Latency > 0 && b.Source == model.Default && b.Bounds == model.DelayBound:
		texts = append(texts, "default "+elapsed(b.Latency))
	case b.Latency > 0:
		texts = append(texts, string(b.Bounds)+" "+elapsed(b.Latency))
	}
	if b.CatchUp > 0 && c.CatchUp > 0 {
		texts = append(texts, "catch-up "+elapsed(b.CatchUp))
	}
	return cmp.Or(strings.Join(texts, ", "), dash)
}

// tradeGrid returns the table of what fewer shards save, and cost in latency. Times to catch
// up are of incidents.
func tradeGrid(r *review.ReplayReport) grid {
	g := grid{header: []string{"shards", "holds", "worst latency", "a month", "saves", "adds", "in excess",
		"expired records", "catch-up"},
		right: []bool{true, false, true, true, true, true, true, true, true}, optional: [][]int{{8}, {3}, {2}}}
	for i := range r.Trade {
		t := &r.Trade[i]
		adds := dash
		if t.Adds.Known {
			adds = signedElapsed(t.Adds.Value)
		}
		g.row(model.Known(t.Shards) == r.Fewest, shardsNow(t.Shards, t.Now), yesOrNo(t.Holds), elapsed(t.Latency),
			dollarsOrDash(t.Monthly), dollarsOrDash(t.Saves), adds, portion(t.Throttled), recordsOf(t.Expired),
			elapsed(t.CatchUp))
	}
	return g
}

// signedElapsed returns a time that is added, or taken away, with its sign.
func signedElapsed(seconds float64) string {
	switch {
	case seconds < 0:
		return "−" + elapsed(-seconds)
	case seconds == 0:
		return elapsed(0)
	}
	return "+" + elapsed(seconds)
}
