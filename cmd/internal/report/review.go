package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/fatih/color"
	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/cmd/internal/picture"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// WriteReview writes a plan with the evidence that it rests on in a format.
func WriteReview(w io.Writer, r *review.Review, format Format, terminal Terminal) error {
	draw := func() *document { return reviewDocument(r) }
	if format == Table && !terminal.All {
		draw = func() *document { return reviewDecision(r) }
	}
	return answer{r, draw, planRecords(r.Plan).csv}.write(w, format, terminal)
}

// reviewDocument returns a review for people. It is kept to one screen; the rest is in the
// other formats.
func reviewDocument(r *review.Review) *document {
	d := &document{headline: reviewHeadline(r), money: planMoney(r.Plan), tone: verdictTone(r)}
	for _, u := range r.Undecided {
		d.lead = append(d.lead, item{"?", color.FgYellow, u.Message + " " + u.Remedy})
	}
	d.lead = append(d.lead, obstacles(r.Infeasible)...)
	d.lead = append(d.lead, replayVerdict(r)...)
	if r.Because == "" || r.Shards.Recommended > 1 { // one that falls behind is not told that one shard is enough
		d.lead = append(d.lead, bindings(r.Plan)...)
	}
	d.lead = append(d.lead, writtenRates(r.Inputs)...)
	d.lead = append(d.lead, pastDecides(r)...)
	d.lead = append(d.lead, oddsItems(r)...)
	if c, ok := trafficChart(r); ok {
		d.sections = append(d.sections, section{heading: c.Title, chart: &c})
	}
	d.add("Evidence", evidence(r))
	d.constraints(r.Plan)
	d.add("What it costs a month", reviewCost(r))
	d.add("What these shards carry", askedRoom(r.Plan))
	d.add("What to do", steps(r))
	d.warn(r.Warnings, maxFirstItems)
	d.add("What would change it", firstItems(advice(r.Plan)))
	return d
}

func reviewHeadline(r *review.Review) string {
	name := streamName(r.Stream, r.Region)
	take := "take " + unit.Plural(r.Shards.Recommended, "shard") + atTheLimit(r.Plan)
	switch mode := r.Today.Mode; {
	case mode.Known && mode.Value != model.Provisioned && r.Because != "":
		return fmt.Sprintf("%s is %s, and %s; provisioned, %s", name, mode.Value, r.Because, take)
	case mode.Known && mode.Value != model.Provisioned:
		return fmt.Sprintf("%s is %s; provisioned, %s", name, mode.Value, take)
	case !r.Feasible && r.Because != "":
		return fmt.Sprintf("%s does not fit, and %s", name, r.Because)
	case keepsToday(r):
		return fmt.Sprintf("%s: undecided, because %s; keep %s, no fewer than today", name, r.Because,
			unit.Plural(r.Shards.Recommended, "shard"))
	case len(r.Undecided) > 0 && r.Because != "":
		return fmt.Sprintf("%s: undecided, because %s; from what is known, %s", name, r.Because, take)
	case len(r.Undecided) > 0:
		return fmt.Sprintf("%s: undecided; from what is known, %s", name, take)
	case !r.Feasible:
		return name + " does not fit: no number of shards carries it"
	case !r.Scaling.Known:
		return name + ": " + take
	}
	if r.Because != "" {
		name += ": " + r.Because
	}
	if fewerNotSure(r) {
		return fmt.Sprintf("%s: %s too many for the %s days seen, which %s held%s", name, countIs(r.Shards.Current.Value),
			unit.Grouped(r.Odds.Value.DaysSeen, 1), number(r.Shards.Recommended), atTheLimit(r.Plan))
	}
	text := fmt.Sprintf("%s: %s %s", name, countIs(r.Shards.Current.Value), strings.ReplaceAll(string(r.Verdict), "-", " "))
	if r.Verdict != model.Right {
		text += ", take " + number(r.Shards.Recommended) + atTheLimit(r.Plan)
	}
	return text
}

// keepsToday reports whether evidence speaks against fewer shards than there are, and those are
// recommended.
func keepsToday(r *review.Review) bool {
	return len(r.Undecided) > 0 && r.Because != "" && r.Shards.Current == model.Known(r.Shards.Recommended)
}

// replayVerdict returns whether the count of the formulas carries the traffic of the history.
func replayVerdict(r *review.Review) []item {
	if !r.Replay.Known {
		return nil
	}
	s := &r.Replay.Value
	count := unit.Plural(s.Formula, "shard")
	if s.Holds {
		text := fmt.Sprintf("Replay: %s %s the traffic: %s%s.", count, verbForm(s.Formula, "carries", "carry"),
			throttledAndDelay(s), fewestThatCarry(r))
		if patient := patienceText(r); patient != "" {
			text += " " + patient + "."
		}
		return []item{{"✓", color.FgGreen, text}}
	}
	text := fmt.Sprintf("Replay: the %s of the formulas %s not carry the traffic. %s", count,
		verbForm(s.Formula, "does", "do"), messages(s.Breaches))
	switch n := s.Fewest; {
	case !n.Known:
		text += " No count does."
	case slices.Equal(r.Binding, []string{review.ReplayID}):
		text += fmt.Sprintf(" %s do, and are recommended.", number(n.Value))
	case r.Shards.Recommended >= n.Value:
		text += fmt.Sprintf(" %s do.", number(n.Value))
	default:
		text += fmt.Sprintf(" %s do; the plan is for the traffic that was declared.", number(n.Value))
	}
	return []item{{"✗", color.FgRed, text}}
}

// throttledAndDelay returns what was throttled, and how far the slowest consumer fell behind.
func throttledAndDelay(s *review.ReplayCheck) string {
	text := "nothing throttled"
	if s.Throttled > 0 {
		text = fmt.Sprintf("%s of the records in excess of the write limits, for %s", portion(s.Throttled),
			elapsed(s.Seconds))
	}
	if s.Consumer.Known {
		text += fmt.Sprintf(", the slowest consumer (%s) %s behind", s.Consumer.Value, elapsed(s.Delay))
	}
	return text
}

// fewestThatCarry returns how few shards would carry the traffic, where that is known and
// the minimum does not say it.
func fewestThatCarry(r *review.Review) string {
	s := &r.Replay.Value
	switch n := s.Fewest.Value; {
	case !s.Fewest.Known || n == r.Shards.Minimum && n < s.Formula:
		return ""
	case n < s.Formula:
		return fmt.Sprintf("; %s would have been enough for it", number(n))
	}
	return "; fewer do not"
}

// verbForm returns the form of a verb that agrees with a number.
func verbForm(n int, one, several string) string {
	if n == 1 {
		return one
	}
	return several
}

func verdictTone(r *review.Review) color.Attribute {
	switch {
	case len(r.Undecided) > 0 || r.Verdict == model.TooMany:
		return color.FgYellow
	case !r.Feasible || r.Verdict == model.TooFew:
		return color.FgRed
	}
	return color.FgGreen
}

// trafficChart returns the chart of the load on the recommended shards and on those of today, and
// of when CloudWatch counted throttled writes.
func trafficChart(r *review.Review) (picture.Chart, bool) {
	t := &r.Traffic
	if !slices.ContainsFunc(t.Proposed, func(v float64) bool { return v > 0 }) {
		return picture.Chart{}, false
	}
	c := loadOn(t.From, t.To, capacityLoad{unit.Plural(r.Shards.Recommended, "shard"), t.Proposed},
		capacityLoad{"now: " + unit.Plural(r.Shards.Current.Value, "shard"), t.Today})
	c.Mark("throttled, as CloudWatch counts", t.Throttled)
	return c, true
}

// evidence returns what the history says, in sentences.
func evidence(r *review.Review) []item {
	e := r.Evidence
	var items []item
	add := func(text string) {
		if text != "" {
			items = append(items, item{"·", color.Reset, text})
		}
	}
	add(windowText(r))
	add(busiestText(e))
	add(usualText(e))
	add(throttleText(e))
	add(readThrottleText(e))
	add(surgeText(r))
	add(factorText(e))
	add(consumersText(e))
	add(ageText(e))
	add(growthText(r))
	add(inputText(r.Inputs))
	return items
}

func windowText(r *review.Review) string {
	w := r.Evidence.Window
	var periods []string
	for _, p := range w.Periods {
		periods = append(periods, unit.Duration(p.Period).String())
	}
	return fmt.Sprintf("%s to %s UTC (%s) in points of %s, %s%% of it known; from %s.", w.From.UTC().Format(minute),
		w.To.UTC().Format(minute),
		unit.Duration(w.To.Sub(w.From)), strings.Join(slices.Compact(periods), " and "), unit.Grouped(100*w.Share, 1),
		r.Source)
}

func busiestText(e *fit.Evidence) string {
	if !e.Busiest.Known || e.Busiest.Value.Demanded.Demanded == 0 {
		return ""
	}
	b := e.Busiest.Value.Demanded
	text := fmt.Sprintf("Busiest at %s UTC: %s", b.Start.UTC().Format(minute), b.Demanded.Short())
	if b.MostBytes.Known {
		text += " and " + b.MostBytes.Value.Short()
	}
	if b.Accepted < b.Demanded {
		text += fmt.Sprintf(", of which %s were accepted", b.Accepted.Short())
	}
	text += ", in the mean of " + unit.Duration(b.Period).String() + "."
	if most := e.Busiest.Value.Bytes; most.Known && !most.Value.Start.Equal(b.Start) &&
		most.Value.MostBytes.Value > 1.1*b.MostBytes.Value {
		text += fmt.Sprintf(" Most bytes at %s UTC: %s.", most.Value.Start.UTC().Format(minute),
			most.Value.MostBytes.Value.Short())
	}
	return text
}

func usualText(e *fit.Evidence) string {
	if !e.Peak.Known || e.Peak.Value.Most == 0 {
		return ""
	}
	text := fmt.Sprintf("Usual peak %s (%s, %s UTC), average %s", e.Peak.Value.Most.Short(), e.Peak.Value.Weekday,
		e.Peak.Value.TimeOfDay, e.Average.Value.Least.Short())
	if e.RecordSize.Known {
		text += ", records of " + e.RecordSize.Value.Short()
	}
	return text + "."
}

func throttleText(e *fit.Evidence) string {
	t := e.ThrottledRecords
	if !throttlesKnown(e) {
		return "Whether writes were throttled is not known."
	}
	if t.Total == 0 {
		return "No write was throttled."
	}
	return fmt.Sprintf("%s writes were throttled in %s, at worst %s at %s UTC.", unit.Grouped(t.Total, 0),
		unit.Plural(t.Periods, "period"),
		unit.Grouped(t.Worst.Value.Count, 0), t.Worst.Value.Start.UTC().Format(minute))
}

// readThrottleText says how many GetRecords calls were rejected.
func readThrottleText(e *fit.Evidence) string {
	t := e.ThrottledReads
	if t.Total == 0 {
		return ""
	}
	return fmt.Sprintf("%s reads were throttled in %s, at worst %s at %s UTC.", unit.Grouped(t.Total, 0),
		unit.Plural(t.Periods, "period"), unit.Grouped(t.Worst.Value.Count, 0), t.Worst.Value.Start.UTC().Format(minute))
}

func surgeText(r *review.Review) string {
	surges := r.Evidence.Surges
	if len(surges) == 0 {
		return "No surge stood out."
	}
	s := surges[0]
	text := fmt.Sprintf("%s; the highest at %s UTC: %s for %s, %s times the usual.", unit.Plural(len(surges), "surge"),
		s.Start.UTC().Format(minute),
		s.Records.Short(), unit.Duration(s.Length), unit.Grouped(s.Times, 1))
	if planned, ok := plannedSurge(r); ok && planned.Start != s.Start {
		text += fmt.Sprintf(" Planned for is that of %s UTC: %s for %s.", planned.Start.UTC().Format(minute),
			planned.Records.Short(), unit.Duration(planned.Length))
	}
	if len(surges) > 1 {
		text += " All are in -o json."
	}
	return text
}

// plannedSurge returns the measured surge that the plan is for, if it is for one.
func plannedSurge(r *review.Review) (fit.Surge, bool) {
	var throughput, seconds any
	for _, in := range r.Inputs {
		switch in.Name {
		case "producer.surge.throughput":
			throughput = in.Value
		case "producer.surge.duration":
			seconds = in.Value
		}
	}
	for _, s := range r.Evidence.Surges {
		if load := s.ForWorkload(); float64(load.Throughput) == throughput && load.Duration.Seconds() == seconds {
			return s, true
		}
	}
	return fit.Surge{}, false
}

func factorText(e *fit.Evidence) string {
	var texts []string
	if e.Burst.Known {
		texts = append(texts, fmt.Sprintf("Bursts within a minute of at least %s times its mean, which %s prove.",
			unit.Grouped(float64(e.Burst.Value.Factor), 2), unit.Plural(e.Burst.Value.Minutes, "throttled minute")))
	}
	if e.Skew.Known {
		texts = append(texts, fmt.Sprintf("The hottest shard, %s, takes %s times the mean.", e.Skew.Value.Shard,
			unit.Grouped(float64(e.Skew.Value.Factor), 2)))
	}
	return strings.Join(texts, " ")
}

func consumersText(e *fit.Evidence) string {
	var texts []string
	if e.Consumers.UsualFanOut.Known {
		texts = append(
			texts,
			fmt.Sprintf("standard consumers read it %s times", unit.Grouped(e.Consumers.UsualFanOut.Value, 1)),
		)
	}
	for _, c := range e.Consumers.EnhancedFanOut {
		text := fmt.Sprintf("%s by enhanced fan-out", c.Name)
		if c.Registered.Known && c.Registered.Value.After(e.Window.From) {
			text += ", registered at " + c.Registered.Value.UTC().Format(minute) + " UTC"
		}
		if c.Idle {
			text = fmt.Sprintf("%s is registered for enhanced fan-out, and received nothing", c.Name)
		}
		texts = append(texts, text)
	}
	for _, f := range e.Consumers.Functions {
		if f.Speed.Known {
			texts = append(texts, fmt.Sprintf("function %s takes %s a shard", f.Name, f.Speed.Value.Short()))
		}
	}
	if len(texts) == 0 {
		return ""
	}
	text := strings.Join(texts, "; ")
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

func ageText(e *fit.Evidence) string {
	worst, who := e.IteratorAge, "standard consumers"
	for _, c := range e.Consumers.EnhancedFanOut {
		if c.WorstBehind.Known && (!worst.Known || c.WorstBehind.Value.Behind > worst.Value.Behind) {
			worst, who = c.WorstBehind, string(c.Name)
		}
	}
	if !worst.Known || worst.Value.Behind == 0 {
		return ""
	}
	return fmt.Sprintf("Farthest behind: %s by %s at %s UTC.", who, unit.Duration(worst.Value.Behind).Short(),
		worst.Value.Start.UTC().Format(minute))
}

// inputText returns which inputs came from where.
func inputText(inputs []model.Input) string {
	type named struct {
		source model.Source
		name   string
	}
	from, seen := map[model.Source][]string{}, map[named]bool{}
	for _, in := range inputs {
		if one := (named{in.Source, shortName(in.Name)}); !seen[one] {
			seen[one] = true
			from[in.Source] = append(from[in.Source], one.name)
		}
	}
	var texts []string
	for _, source := range []model.Source{model.Measured, model.File, model.Flag} {
		if list := from[source]; len(list) > 0 {
			texts = append(texts, fmt.Sprintf("%s: %s", source, names(list)))
		}
	}
	if len(texts) == 0 {
		return ""
	}
	return "Inputs " + strings.Join(texts, "; ") + "."
}

// shortName returns an input's own name; for the inputs of a consumer, the consumer's.
func shortName(path string) string {
	if rest, ok := strings.CutPrefix(path, "consumers."); ok {
		name, _, _ := strings.Cut(rest, ".")
		return "consumer " + name
	}
	return strings.TrimPrefix(path, "producer.")
}

func reviewCost(r *review.Review) []item {
	var items []item
	if r.Today.Monthly.Known && !(r.Today.Mode.Value == model.Provisioned &&
		r.Today.Shards.Value == r.Shards.Recommended) {
		text := fmt.Sprintf("%s now, %s", dollars(r.Today.Monthly.Value), r.Today.Mode.Value)
		if r.Today.Mode.Value == model.Provisioned {
			text += " with " + unit.Plural(r.Today.Shards.Value, "shard")
		}
		items = append(items, item{"$", color.FgGreen, text + "."})
	}
	return append(items, planCost(r.Plan)...)
}

// steps returns the calls that scale the stream, and the commands that go further.
func steps(r *review.Review) []item {
	var items []item
	if s := r.Scaling; s.Known && len(s.Value.Calls) > 0 {
		calls := make([]string, len(s.Value.Calls))
		for i, c := range s.Value.Calls {
			calls[i] = number(c)
		}
		items = append(items, item{"→", color.FgCyan, fmt.Sprintf("UpdateShardCount from %s to %s.", number(s.Value.From),
			strings.Join(calls, ", then "))})
	}
	for _, command := range r.Next {
		items = append(items, item{"$", color.Reset, command})
	}
	return items
}

// maxFirstItems is how many of a kind the screen has room for.
const maxFirstItems = 2

func firstItems(items []item) []item {
	if rest := len(items) - maxFirstItems; rest > 1 {
		items = append(items[:maxFirstItems:maxFirstItems],
			item{" ", color.Reset, fmt.Sprintf("and %d more (-o json).", rest)})
	}
	return items
}
