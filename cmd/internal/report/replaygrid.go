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
	mostCapacities = 12
	mostReaders    = 16
	mostReasons    = 4
)

// near are the indices of a list that a table has room for: those around one.
func near(n, at, most int) []int {
	from := max(0, min(at-most/2, n-most))
	var list []int
	for i := from; i < min(n, from+most); i++ {
		list = append(list, i)
	}
	return list
}

// leftOut says that a table does not have all, and what it has.
func leftOut(shown, all int, what, which string) []item {
	if shown == all {
		return nil
	}
	return []item{{" ", color.Reset, fmt.Sprintf("Of %s %s the table has %s: %s. All are in the other formats (-o csv).", number(all), what, number(shown), which)}}
}

// yes writes whether something holds.
func yes(holds bool) string {
	if holds {
		return "yes"
	}
	return "no"
}

// counted is a capacity's number of shards: on-demand, the fewest and the most that
// AWS made of it.
func counted(c *review.Candidate) string {
	if c.Shards.Known {
		return number(c.Shards.Value)
	}
	least, most := unit.Grouped(math.Ceil(c.Result.Shards.Least), 0), unit.Grouped(math.Ceil(c.Result.Shards.Most), 0)
	if least == most {
		return most
	}
	return least + "–" + most
}

// capacityGrid is what happened to the writes.
func capacityGrid(r *review.ReplayReport, shown []int) grid {
	g := grid{header: []string{"shards", "holds", "a month", "in excess", "for", "waited", "longest", "expired", "write peak"},
		right: []bool{true, false, true, true, true, true, true, true, true}, optional: []int{1, 1, 1}}
	if r.Writes == review.Lose {
		g.header = slices.Replace(g.header, 5, 7, "lost")
		g.right = slices.Delete(g.right, 5, 6)
	}
	for _, i := range shown {
		c := &r.Candidates[i]
		cells := []string{counted(c), yes(c.Holds), sum(c.Monthly), excess(c), elapsed(c.Seconds)}
		if r.Writes == review.Lose {
			cells = append(cells, recordsOf(c.Lost))
		} else {
			cells = append(cells, recordsOf(c.Waited), elapsed(c.LongestWait))
		}
		expired := 0.0
		for k := range c.Consumers {
			expired += c.Consumers[k].Expired
		}
		g.row(i == chosen(r), append(cells, recordsOf(expired), portion(c.WriteUtilization))...)
	}
	return g
}

// excess is how many records were offered beyond the write limits, and their share.
func excess(c *review.Candidate) string {
	if c.Throttled == 0 {
		return "0"
	}
	return fmt.Sprintf("%s (%s)", recordsOf(c.Throttled), portion(c.ThrottledShare))
}

// reader is a consumer of a candidate.
type reader struct {
	candidate, consumer int
	fails               bool
	delay               float64
}

// readersOf are the consumers of some candidates, consumer by consumer.
func readersOf(r *review.ReplayReport, shown []int) []reader {
	var list []reader
	for _, i := range shown {
		c := &r.Candidates[i]
		for k := range c.Consumers {
			one := reader{candidate: i, consumer: k, delay: c.Consumers[k].Delay}
			one.fails = slices.ContainsFunc(c.Breaches, func(b replay.Breach) bool {
				return b.Consumer == model.Known(c.Consumers[k].Name)
			})
			list = append(list, one)
		}
	}
	slices.SortStableFunc(list, func(a, b reader) int { return cmp.Compare(a.consumer, b.consumer) })
	return list
}

// worstReaders are those that a table has room for: of the capacity that matters
// most the ones that break a bound, or have the longest delays, and then those that
// break one of the capacities around it.
func worstReaders(all []reader, chosen int) []reader {
	if len(all) <= mostReaders {
		return all
	}
	list := slices.DeleteFunc(slices.Clone(all), func(one reader) bool { return one.candidate != chosen && !one.fails })
	away := func(one reader) int { return max(one.candidate-chosen, chosen-one.candidate) }
	slices.SortStableFunc(list, func(a, b reader) int {
		if a.fails != b.fails && away(a) == away(b) {
			return map[bool]int{true: -1, false: 1}[a.fails]
		}
		return cmp.Or(cmp.Compare(away(a), away(b)), cmp.Compare(b.delay, a.delay))
	})
	list = list[:min(mostReaders, len(list))]
	slices.SortFunc(list, func(a, b reader) int {
		return cmp.Or(cmp.Compare(a.consumer, b.consumer), cmp.Compare(a.candidate, b.candidate))
	})
	return list
}

func readerGrid(r *review.ReplayReport, rows []reader) grid {
	g := grid{header: []string{"consumer", "shards", "holds", "record delay", "iterator age", "recovery", "bound", "expired records"},
		right: []bool{false, true, false, true, true, true, false, true}, optional: []int{1, 1, 1}}
	for _, one := range rows {
		c := &r.Candidates[one.candidate]
		consumer := &c.Consumers[one.consumer]
		recovery := elapsed(consumer.Recovery)
		if consumer.Behind {
			recovery = ">" + recovery
		}
		g.row(len(r.Candidates) > 1 && one.candidate == chosen(r), string(consumer.Name), counted(c), yes(!one.fails), elapsed(consumer.Delay), elapsed(consumer.Age),
			recovery, boundOf(r, consumer), recordsOf(consumer.Expired))
	}
	return g
}

// boundOf is what a consumer has to keep, and if it had an incident of its own,
// after that.
func boundOf(r *review.ReplayReport, c *replay.ConsumerResult) string {
	at := slices.IndexFunc(r.Bounds, func(b review.Bound) bool { return b.Consumer == c.Name })
	if at < 0 {
		return none
	}
	var texts []string
	b := &r.Bounds[at]
	if b.Latency > 0 {
		texts = append(texts, string(b.Bounds)+" "+elapsed(b.Latency))
	}
	if b.CatchUp > 0 && c.CatchUp > 0 {
		texts = append(texts, "catch-up "+elapsed(b.CatchUp))
	}
	return cmp.Or(strings.Join(texts, ", "), none)
}

// tradeGrid is what fewer shards cost in latency, and save. Times to catch up are
// of incidents.
func tradeGrid(r *review.ReplayReport) grid {
	g := grid{header: []string{"shards", "holds", "worst latency", "a month", "saves", "adds", "in excess", "expired records", "catch-up"},
		right: []bool{true, false, true, true, true, true, true, true, true}, optional: []int{1, 1, 1}}
	for i := range r.Trade {
		t := &r.Trade[i]
		adds := none
		if t.Adds.Known {
			adds = more(t.Adds.Value)
		}
		g.row(model.Known(t.Shards) == r.Fewest, number(t.Shards), yes(t.Holds), elapsed(t.Latency), sum(t.Monthly), sum(t.Saves), adds, portion(t.Throttled), recordsOf(t.Expired), elapsed(t.CatchUp))
	}
	return g
}

// more is a time that is added, or taken away.
func more(seconds float64) string {
	switch {
	case seconds < 0:
		return "−" + elapsed(-seconds)
	case seconds == 0:
		return elapsed(0)
	}
	return "+" + elapsed(seconds)
}
