package report

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fatih/color"
	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/cmd/internal/picture"
	"github.com/kcalc/kcalc/model/unit"
)

// WriteReplay writes what traffic does to the capacities of a stream in a format.
func WriteReplay(w io.Writer, r *review.ReplayReport, format Format, terminal Terminal) error {
	return answer{r, func() *document { return replayDocument(r) }, replayRecords(r).csv}.write(w, format, terminal)
}

func replayDocument(r *review.ReplayReport) *document {
	d := &document{headline: streamName(r.Stream, r.Region) + ": " + outcomeOf(r) + butMeasured(r), tone: color.FgRed,
		lead: append(obstacles(r.Infeasible), settingItems(r)...)}
	if len(r.Infeasible) == 0 && r.Because == "" && slices.ContainsFunc(r.Candidates, func(c review.Candidate) bool { return c.Holds }) {
		d.tone = color.FgGreen
	}
	shown := indicesAround(len(r.Candidates), chosen(r), maxCapacityRows)
	d.table("What the stream would have done", capacityGrid(r, shown))
	d.add("", omittedRows(len(shown), len(r.Candidates), "capacities", "those around the marked one"))
	d.add("", heldByProducers(r, shown))
	if c, ok := loadChart(r); ok {
		d.sections = append(d.sections, section{heading: c.Title, chart: &c})
	}
	all := consumerRows(r, shown)
	rows := worstConsumerRows(all, chosen(r))
	d.table("What its consumers would have done", consumerReplayGrid(r, rows))
	d.add("", omittedRows(len(rows), len(all), "rows",
		"the consumers of the marked capacity, and those that break a bound near it"))
	d.add("Why not", reasons(r, shown))
	d.table("The trade: what each step down saves a month, and adds to the worst latency", tradeGrid(r))
	d.warn(r.Warnings, allWarnings)
	return d
}

// heldByProducers returns what producers have to hold at worst, where something waits for the
// shards: for the most that were run, and so the least to hold.
func heldByProducers(r *review.ReplayReport, shown []int) []item {
	for _, i := range slices.Backward(shown) {
		if c := &r.Candidates[i]; c.HeldBytes > 0 && c.Shards.Known {
			return []item{{" ", color.Reset, fmt.Sprintf("On %s producers have to hold up to %s MiB, in memory or on disk, until the "+
				"shards take it.", unit.Plural(c.Shards.Value, "shard"), unit.Grouped(c.HeldBytes/float64(unit.MiB), 1))}}
		}
	}
	return nil
}

// chosen returns the index of the candidate that matters most: the fewest shards that hold of
// those that were run, or where none does the most shards, which are the nearest to holding.
func chosen(r *review.ReplayReport) int {
	if first := slices.IndexFunc(r.Candidates, func(c review.Candidate) bool { return c.Holds }); first >= 0 {
		return first
	}
	return max(0, len(r.Candidates)-1)
}

// outcomeOf returns which capacities hold. Where the formulas refuse every count, that is the answer, and
// what the replay shows is said to be of less.
func outcomeOf(r *review.ReplayReport) string {
	holds := r.Fewest.Known || slices.ContainsFunc(r.Candidates, func(c review.Candidate) bool { return c.Holds })
	if len(r.Infeasible) == 0 || !holds {
		return replayed(r)
	}
	return "no number of shards carries it; of what a replay runs, " + replayed(r)
}

// replayed returns which capacities hold in the replay.
func replayed(r *review.ReplayReport) string {
	var hold, fail []int
	for i := range r.Candidates {
		switch c := &r.Candidates[i]; {
		case !c.Shards.Known:
			return verdictOf(c)
		case c.Now && !c.Asked:
		case c.Holds:
			hold = append(hold, c.Shards.Value)
		default:
			fail = append(fail, c.Shards.Value)
		}
	}
	fewest := r.Fewest.Value
	are := fmt.Sprintf(" %s the fewest that %s", verbForm(fewest, "is", "are"), verbForm(fewest, "holds", "hold"))
	switch {
	case r.Fewest.Known && (slices.Contains(hold, fewest) || len(r.Candidates) == 0):
		return unit.Plural(fewest, "shard") + are
	case len(hold) == 0 && !r.Fewest.Known:
		return "no number of shards holds"
	}
	text := holdsAndFails(hold, fail)
	if r.Fewest.Known {
		text += "; " + number(fewest) + are
	}
	return text
}

// butMeasured returns the end of a headline where what was measured refutes the replay.
func butMeasured(r *review.ReplayReport) string {
	if r.Because == "" || len(r.Infeasible) > 0 {
		return ""
	}
	return ", but " + r.Because
}

// holdsAndFails returns which numbers of shards hold and which do not.
func holdsAndFails(hold, fail []int) string {
	switch {
	case len(hold) == 0:
		return counts(fail, " shards") + verbForm(grammaticalNumber(fail), " does not hold", " do not hold")
	case len(fail) == 0:
		return counts(hold, " shards") + verbForm(grammaticalNumber(hold), " holds", " hold")
	}
	return holdsAndFails(hold, nil) + ", " + counts(fail, "") + verbForm(grammaticalNumber(fail), " does not", " do not")
}

// verdictOf returns whether a capacity holds, in words.
func verdictOf(c *review.Candidate) string {
	switch n := []int{c.Shards.Value}; {
	case c.Shards.Known && c.Holds:
		return holdsAndFails(n, nil)
	case c.Shards.Known:
		return holdsAndFails(nil, n)
	case c.Holds:
		return string(c.Mode) + " holds"
	}
	return string(c.Mode) + " does not hold"
}

// counts returns numbers of shards as a text, of many the first and the last. The noun may be
// empty.
func counts(list []int, noun string) string {
	const most = 4
	last := len(list) - 1
	switch {
	case len(list) > most:
		return fmt.Sprintf("%s to %s%s (%s counts)", number(list[0]), number(list[last]), noun, number(len(list)))
	case grammaticalNumber(list) == 1:
		noun = strings.TrimSuffix(noun, "s")
	}
	text := number(list[0])
	for i, n := range list[1:] {
		between := ", "
		if i+1 == last {
			between = " and "
		}
		text += between + number(n)
	}
	return text + noun
}

// grammaticalNumber returns the number that a verb agrees with whose subject is a list of
// shard counts.
func grammaticalNumber(list []int) int {
	if len(list) == 1 {
		return list[0]
	}
	return len(list)
}

// settingItems returns what was replayed, and what a capacity has to hold.
func settingItems(r *review.ReplayReport) []item {
	texts := []string{windowOf(r), holdsWhen(r)}
	for i := range r.WhatIf {
		texts = append(texts, whatIfText(r, &r.WhatIf[i]))
	}
	if c := r.Reshard.Value; r.Reshard.Known {
		texts = append(texts, fmt.Sprintf("After %s each of them goes to %s: a consumer that is behind reads the parents "+
			"first.", elapsed(c.At), unit.Plural(c.Shards, "shard")))
	}
	if n := r.BacklogIn.Value; r.BacklogIn.Known {
		texts = append(texts, fmt.Sprintf("What consumers have not read now is in today's %s, and each count takes their place at "+
			"once: a consumer reads the parents first. That is run by itself.", unit.Plural(n, "shard")))
	}
	if text := inputText(r.Inputs); text != "" {
		texts = append(texts, text)
	}
	items := make([]item, len(texts))
	for i, text := range texts {
		items[i] = item{"·", color.Reset, text}
	}
	return items
}

func windowOf(r *review.ReplayReport) string {
	text := "A declared scenario of " + elapsed(r.Window.Seconds)
	if w := r.Window; w.From.Known && w.To.Known {
		text = fmt.Sprintf("%s to %s UTC (%s)", w.From.Value.UTC().Format(minute), w.To.Value.UTC().Format(minute),
			elapsed(w.Seconds))
	}
	text += " in " + unit.Plural(r.Window.Steps, "step")
	if r.Source != "" {
		text += "; from " + r.Source
	}
	return text + "."
}

// holdsWhen returns when a capacity holds, and what becomes of throttled writes.
func holdsWhen(r *review.ReplayReport) string {
	text := "A shard count holds when "
	if len(r.Candidates) > 0 && !r.Candidates[0].Shards.Known {
		text = "On-demand holds when "
	}
	switch {
	case r.Writes == review.Lose:
		text += "no record is lost or expires unread,"
	case r.MaxThrottled == 0:
		text += "no record is in excess of the write limits or expires unread,"
	default:
		text += "no more than " + portion(float64(r.MaxThrottled)) +
			" of the records are in excess of the write limits, none expires unread,"
	}
	if r.Writes == review.Wait {
		text += " what waits drains,"
	}
	text += " and every consumer keeps its bound."
	switch r.Writes {
	case review.Wait:
		text += " What is in excess waits at its producers, and what comes behind it too."
	case review.Lose:
		text += " What is in excess is lost."
	}
	if r.SavesUp {
		text += " A shard saves up a second of its write limits."
	}
	if slices.ContainsFunc(r.Candidates, func(c review.Candidate) bool { return c.Odds.Known }) {
		text += " The odds are stricter: that no period of the days to come is above the limits."
	}
	return text
}

func whatIfText(r *review.ReplayReport, w *review.WhatIf) string {
	text := "What if: " + w.Text
	if r.Window.From.Known && !w.Moment.Known {
		at := r.Window.From.Value.Add(time.Duration(w.At * float64(time.Second)))
		text += " (" + at.UTC().Format(minute) + " UTC)"
	}
	return text + "."
}

// elapsed returns a number of seconds as a text.
func elapsed(seconds float64) string { return unit.Elapsed(seconds) }

// portion returns a share as a percentage, with one decimal, or with two digits where it is
// below 1 %.
func portion(share float64) string {
	percent, decimals := 100*share, 1
	if 0 < percent && percent < 1 {
		decimals = min(1-int(math.Floor(math.Log10(percent))), 9)
	}
	return unit.Grouped(percent, decimals) + "%"
}

// recordsOf returns a number of records as a text, rounded up: part of a record is one.
func recordsOf(n float64) string {
	const rounding = 1e-6 // of sums, in records
	return unit.Grouped(math.Ceil(max(0, n-rounding)), 0)
}

// capacityName returns what a sentence calls a capacity.
func capacityName(c *review.Candidate) string {
	if c.Shards.Known {
		return unit.Plural(c.Shards.Value, "shard")
	}
	return string(c.Mode)
}

// shardsNow returns a number of shards as a cell, marked if the stream has so many.
func shardsNow(shards int, now bool) string {
	if now {
		return "now " + number(shards)
	}
	return number(shards)
}

// loadChart returns the chart of the load on the candidate that matters most and on that of
// today, and of when each throttles.
func loadChart(r *review.ReplayReport) (picture.Chart, bool) {
	if len(r.Candidates) == 0 {
		return picture.Chart{}, false
	}
	proposed, today := &r.Candidates[chosen(r)], &review.Candidate{}
	if !slices.ContainsFunc(proposed.Series.Value.Write, func(v float64) bool { return v > 0 }) {
		return picture.Chart{}, false
	}
	if i := slices.IndexFunc(r.Candidates, func(c review.Candidate) bool { return c.Now }); i >= 0 && i != chosen(r) {
		today = &r.Candidates[i]
	}
	from := r.Window.From.Value
	c := loadOn(from, from.Add(time.Duration(r.Window.Seconds*float64(time.Second))),
		capacityLoad{capacityName(proposed), proposed.Series.Value.Write},
		capacityLoad{"now: " + capacityName(today), today.Series.Value.Write})
	marked := []*review.Candidate{proposed, today}
	slices.SortStableFunc(marked, func(a, b *review.Candidate) int { return cmp.Compare(b.ThrottledShare, a.ThrottledShare) })
	for _, m := range marked {
		name := "throttled"
		if m.Shards.Known {
			name += " on " + number(m.Shards.Value)
		}
		c.Mark(name, m.Series.Value.Throttled)
	}
	return c, true
}

// capacityLoad is the load of the hottest shard of a capacity, as shares of its limit.
type capacityLoad struct {
	name string
	load []float64
}

// loadOn returns the chart of the load of the hottest shard on the proposed capacity and on that
// of today, if there is another, in percent of its limit. It is cut where the limit would not have
// a row of its own.
func loadOn(from, to time.Time, proposed, today capacityLoad) picture.Chart {
	c := picture.Chart{Title: "Load of the hottest shard in its busiest second, in % of its limit", From: from, To: to,
		Label: func(v float64) string { return unit.Grouped(v, 0) + "%" }}
	top := 0.0
	for _, one := range []capacityLoad{proposed, today} {
		if len(one.load) == 0 {
			continue
		}
		highest, percent := 0.0, make([]float64, len(one.load))
		for i, v := range one.load {
			percent[i] = min(100*v, highestTop)
			if 100*v > highest { // not of what is not known
				highest = 100 * v
			}
		}
		if highest > highestTop {
			one.name += fmt.Sprintf(", cut at %d%%", highestTop)
		}
		top = max(top, min(highest, highestTop))
		c.Line(one.name, percent)
	}
	c.Level("limit", 100)
	c.Top = topOf(top)
	return c
}

// highestTop is the highest top of an axis on which 100% is the first row above 0.
const highestTop = 100 * picture.TallHeight

// topOf returns the top of an axis on which 100% has a row of its own and what is higher has
// room.
func topOf(percent float64) float64 {
	const room = 0.98 // so that what comes close to the limit has a row above it
	for rows := picture.TallHeight; rows > 1; rows-- {
		if top := 100 * picture.TallHeight / float64(rows); percent <= room*top {
			return top
		}
	}
	return highestTop
}

// reasons returns why capacities do not hold, those first that are nearest to the one that
// matters most.
func reasons(r *review.ReplayReport, shown []int) []item {
	failed := slices.DeleteFunc(slices.Clone(shown), func(i int) bool { return r.Candidates[i].Holds })
	at := chosen(r)
	slices.SortStableFunc(failed, func(a, b int) int { return cmp.Compare(max(a-at, at-a), max(b-at, at-b)) })
	var items []item
	for _, i := range failed[:min(len(failed), maxReasons)] {
		c := &r.Candidates[i]
		items = append(items, item{"✗", color.FgRed, capacityName(c) + ": " + messages(c.Breaches)})
	}
	return items
}

// messages returns the first breaches, and how many more there are.
func messages(broken []replay.Breach) string {
	const most = 3
	var texts []string
	for _, b := range broken[:min(len(broken), most)] {
		texts = append(texts, b.Message)
	}
	if rest := len(broken) - most; rest > 0 {
		texts = append(texts, fmt.Sprintf("And %d more (-o json).", rest))
	}
	return strings.Join(texts, " ")
}

// replayRecords returns a row for each candidate and consumer, unrounded. A candidate without
// consumers has a row too.
func replayRecords(r *review.ReplayReport) records {
	rows := records{{"mode", "shards", "holds", "offered_records", "throttled_records", "throttled_share",
		"throttled_seconds", "waited_records", "longest_producer_wait_seconds", "lost_records", "highest_write_utilization",
		"consumer", "largest_record_delay_seconds", "largest_iterator_age_seconds", "longest_recovery_seconds",
		"longest_catch_up_seconds", "behind_at_the_end", "expired_records", "monthly_usd", "odds"}}
	plain := func(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
	for i := range r.Candidates {
		c := &r.Candidates[i]
		monthly := ""
		if c.Monthly.Known {
			monthly = c.Monthly.Value.String()
		}
		head := []string{string(c.Mode), countOrEmpty(c.Shards), strconv.FormatBool(c.Holds), plain(c.Offered),
			plain(c.Throttled), plain(c.ThrottledShare), plain(c.Seconds), plain(c.Waited), plain(c.LongestWait), plain(c.Lost),
			plain(c.WriteUtilization)}
		odds := ""
		if c.Odds.Known {
			odds = plain(c.Odds.Value.Holds)
		}
		for k := range c.Consumers {
			one := &c.Consumers[k]
			rows = append(rows, slices.Concat(head, []string{string(one.Name), plain(one.Delay), plain(one.Age),
				plain(one.Recovery), plain(one.CatchUp), strconv.FormatBool(one.Behind), plain(one.Expired), monthly, odds}))
		}
		if len(c.Consumers) == 0 {
			rows = append(rows, slices.Concat(head, []string{"", "", "", "", "", "", "", monthly, odds}))
		}
	}
	return rows
}
