package report

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/fatih/color"
	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/docs"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// The first screen of an answer is its decision: how many shards, what they cost, why, how
// the stream is now, how sure that is, what to do, and what else would do. Each line begins
// with one of these words.
const (
	labelWhy  = "why"
	labelNow  = "now"
	labelOdds = "odds"
	labelRead = "read"
	labelDo   = "do"
	labelElse = "else"
	labelMore = "more"
	labelNote = "!"
)

// planDecision returns the first screen of a plan.
func planDecision(p *model.Plan) *document {
	d := &document{headline: planHeadline(p), money: planMoney(p), tone: planTone(p)}
	d.lead = append(d.lead, changing(p.Warnings)...)
	d.lead = append(d.lead, obstacles(p.Infeasible)...)
	d.lead = append(d.lead, why(p)...)
	d.lead = append(d.lead, writtenRates(p.Inputs)...)
	d.lead = append(d.lead, takenFrom(p)...)
	d.lead = append(d.lead, fanOutLine(p)...)
	d.lead = append(d.lead, planSteps(p)...)
	d.lead = append(d.lead, weakening(p.Warnings)...)
	d.lead = append(d.lead, otherwise(p)...)
	d.lead = append(d.lead, more(p))
	return d
}

// reviewDecision returns the first screen of a review.
func reviewDecision(r *review.Review) *document {
	d := &document{headline: reviewHeadline(r), money: planMoney(r.Plan), tone: verdictTone(r)}
	for _, u := range r.Undecided {
		d.lead = append(d.lead, item{"?", color.FgYellow, u.Message + " " + u.Remedy})
	}
	d.lead = append(d.lead, changing(r.Warnings)...)
	d.lead = append(d.lead, obstacles(r.Infeasible)...)
	if r.Because == "" || r.Shards.Recommended > 1 { // one that falls behind is not told that one shard is enough
		d.lead = append(d.lead, why(r.Plan)...)
	}
	for _, i := range labelled(labelWhy, pastDecides(r)) {
		if _, reason, found := strings.Cut(i.text, " decides: "); found { // the id is in the last line
			i.text = reason
		}
		d.lead = append(d.lead, i)
	}
	d.lead = append(d.lead, writtenRates(r.Inputs)...)
	d.lead = append(d.lead, nowLine(r)...)
	for _, i := range labelled(labelOdds, oddsItems(r)) {
		i.text, _, _ = strings.Cut(i.text, " Nine of ten days")
		for _, end := range []string{" days: ", " day: "} {
			if _, counts, found := strings.Cut(i.text, end); found {
				i.text = counts
			}
		}
		d.lead = append(d.lead, i)
	}
	if needsFanOut(r.Plan) { // one that is only not needed stands with what else would do
		d.lead = append(d.lead, fanOutLine(r.Plan)...)
	}
	d.lead = append(d.lead, reviewSteps(r)...)
	d.lead = append(d.lead, weakening(r.Warnings)...)
	d.lead = append(d.lead, otherwise(r.Plan)...)
	d.lead = append(d.lead, more(r.Plan))
	return d
}

// fanOutLine returns which consumers must and should use enhanced fan-out, and what it costs and
// gains, where that is a question.
func fanOutLine(p *model.Plan) []item {
	if !p.FanOut.Known {
		return nil
	}
	f := &p.FanOut.Value
	return []item{{labelRead, color.Reset, "On " + unit.Plural(f.Shards, "shard") + ": " + strings.ToLower(f.Verdict[:1]) + f.Verdict[1:]}}
}

// needsFanOut reports whether a consumer must or should have enhanced fan-out.
func needsFanOut(p *model.Plan) bool {
	return slices.ContainsFunc(p.FanOut.Value.Options, func(o model.FanOutOption) bool {
		return (o.Which == model.FanOutMust || o.Which == model.FanOutShould) && len(o.Consumers) > 0
	})
}

// labelled returns items of the whole document with the word that begins their line on the
// first screen.
func labelled(label string, items []item) []item {
	for i := range items {
		items[i].bullet, items[i].text = label, strings.TrimPrefix(items[i].text, "Odds ")
	}
	return items
}

// planHeadline returns the verdict on the shards that there are, and how many to take.
func planHeadline(p *model.Plan) string {
	name := streamName(p.Stream, p.Region)
	take := "take " + number(p.Shards.Recommended) + atTheLimit(p)
	switch s := &p.Scaling.Value; {
	case !p.Feasible:
		return name + " does not fit: no number of shards carries it"
	case onDemandToday(p):
		return fmt.Sprintf("%s is on demand; provisioned, take %s%s", name, unit.Plural(p.Shards.Recommended, "shard"),
			atTheLimit(p))
	case !p.Scaling.Known:
		return name + ": take " + unit.Plural(p.Shards.Recommended, "shard") + atTheLimit(p)
	case s.Verdict == model.Right:
		return fmt.Sprintf("%s: %s right", name, countIs(s.From))
	case s.Verdict == model.Undecided:
		return fmt.Sprintf("%s: undecided; from what is known, %s", name, take)
	default:
		return fmt.Sprintf("%s: %s %s, %s", name, countIs(s.From), strings.ReplaceAll(string(s.Verdict), "-", " "), take)
	}
}

// atTheLimit returns the least count, at which every limit is used up, where it is another.
func atTheLimit(p *model.Plan) string {
	if p.Shards.Minimum == p.Shards.Recommended {
		return ""
	}
	return fmt.Sprintf(" (%s at the limit)", number(p.Shards.Minimum))
}

// countIs returns a number of shards with its verb.
func countIs(n int) string { return unit.Plural(n, "shard") + verbForm(n, " is", " are") }

func planTone(p *model.Plan) color.Attribute {
	switch {
	case !p.Feasible || p.Scaling.Value.Verdict == model.TooFew:
		return color.FgRed
	case p.Scaling.Value.Verdict == model.TooMany:
		return color.FgYellow
	}
	return color.FgGreen
}

// planMoney returns what the recommended shards cost a month, and how much more or less than
// those that there are.
func planMoney(p *model.Plan) string {
	if !p.Cost.Known || !p.Feasible {
		return ""
	}
	c, s := &p.Cost.Value, &p.Scaling.Value
	if !p.Scaling.Known || !s.Saves.Known || s.Saves.Value == 0 {
		return fmt.Sprintf("%s a month %s", dollars(c.Monthly), c.Mode)
	}
	sign := "+"
	difference := -s.Saves.Value
	if difference < 0 {
		sign, difference = "−", s.Saves.Value
	}
	return fmt.Sprintf("%s%s a month (%s → %s %s)", sign, dollars(difference), dollars(c.Monthly+s.Saves.Value),
		dollars(c.Monthly), c.Mode)
}

// changing returns the notices without which the answer must not be acted on.
func changing(list []notice.Notice) (items []item) {
	for _, w := range list {
		if w.Severity == notice.Changes {
			items = append(items, item{labelNote, color.FgRed, w.Message + " " + w.Remedy})
		}
	}
	return items
}

// weakening returns the notices that weaken the answer, and how many are worth knowing
// beside.
func weakening(list []notice.Notice) (items []item) {
	notes := 0
	for _, w := range list {
		switch w.Severity {
		case notice.Weakens:
			items = append(items, item{labelNote, color.FgYellow, w.Message + " " + w.Remedy})
		case notice.Note:
			if !notice.IsTaken(w) {
				notes++
			}
		}
	}
	const most = 3
	if rest := len(items) - most; rest > 0 {
		items = append(items[:most], item{labelNote, color.FgYellow, unit.Plural(rest, "more warning") + ": --all"})
	}
	if notes > 0 {
		items = append(items, item{labelNote, color.Reset, unit.Plural(notes, "note") + ": --all"})
	}
	return items
}

// why returns what decides: the cause, the formula with its numbers, and the headroom.
func why(p *model.Plan) []item {
	switch {
	case !p.Feasible:
		return nil // the obstacle says it
	case p.Shards.Recommended == 1:
		return []item{{labelWhy, color.Bold, "One shard is enough for every constraint."}}
	}
	var items []item
	var others []string
	for i := range p.Constraints {
		c := &p.Constraints[i]
		if !c.Binding {
			continue
		}
		if len(items) > 0 {
			others = append(others, cause(c))
			continue
		}
		items = append(items, item{labelWhy, color.Bold, fmt.Sprintf("%s: %s = %s, so %s%s", cause(c), c.Formula, need(c),
			unit.Plural(c.Recommended.Value, "shard"), freeShare(p, c))})
	}
	if len(items) > 0 {
		items[0] = alike(items[0], others)
	}
	if slices.Equal(p.Binding, []string{review.ReplayID}) {
		items = append(items, item{labelWhy, color.Bold, fmt.Sprintf(
			"the traffic of the past, replayed, needs %s; the formulas ask for fewer", unit.Plural(p.Shards.Recommended, "shard"))})
	}
	return items
}

// alike returns the first of the constraints that decide, and what else asks for as many.
func alike(first item, others []string) item {
	switch len(others) {
	case 0:
	case 1:
		first.text += "; as many " + others[0]
	default:
		first.text += fmt.Sprintf("; as many %s, and for %d more (--all)", others[0], len(others)-1)
	}
	return first
}

// cause returns what a constraint is about: what its page is called, and which part of the
// traffic makes it so large.
func cause(c *model.Constraint) string {
	page, _ := docs.Page(topicOf(c))
	_, what, _ := strings.Cut(docs.Title(page), ": ")
	what = strings.TrimPrefix(what, "shards ")
	if c.Consumer.Known {
		what = strings.Replace(what, "a consumer", string(c.Consumer.Value), 1)
	}
	skew, burst := strings.Contains(c.Formula, "skew "), strings.Contains(c.Formula, "burst ")
	switch {
	case skew && burst:
		return what + ", in the hottest shard's busiest second"
	case skew:
		return what + ", in the hottest shard"
	case burst:
		return what + ", in the busiest second"
	}
	return what
}

// topicOf returns the page of a constraint: its id without the name of its consumer.
func topicOf(c *model.Constraint) string {
	if !c.Consumer.Known {
		return c.ID
	}
	return strings.Replace(c.ID, "."+string(c.Consumer.Value), "", 1)
}

// freeShare returns how much of a shard stays free for what nobody declared, where it does.
func freeShare(p *model.Plan, c *model.Constraint) string {
	const slack = 1e-9                                                                 // of the last bits
	if !c.Headroom || p.Target == 1 || c.Utilization.Value > float64(p.Target)+slack { // as where one key is nearly a shard
		return ""
	}
	return ": " + (1 - p.Target).Prose() + " of each stays free at that rate"
}

// nowLine returns how the stream is: what was throttled, what CloudWatch shows of it, and how
// far consumers are behind.
func nowLine(r *review.Review) []item {
	e := r.Evidence
	var parts []string
	if t := e.ThrottledRecords; t.Total > 0 {
		text := fmt.Sprintf("writes were throttled in %s", unit.Plural(t.Periods, r.PeriodName()))
		if n := periodsOf(r); n > 0 {
			text = fmt.Sprintf("writes were throttled in %s of %s", number(t.Periods), unit.Plural(n, r.PeriodName()))
		}
		if e.Skew.Known && e.Skew.Value.Factor > 1 {
			text += "; the hottest shard is " + string(e.Skew.Value.Shard)
		}
		parts = append(parts, text)
	} else if throttlesKnown(e) {
		parts = append(parts, "no write was throttled")
	}
	if shown := r.Today.Shown; shown.Known {
		parts = append(parts, shownText(shown.Value, r.Today.ShownWhy))
	}
	for _, text := range []string{fewerText(r), patienceText(r)} {
		if text != "" {
			parts = append(parts, text)
		}
	}
	if age := ageText(e); age != "" && farBehind(e) {
		parts = append(parts, strings.ToLower(age[:1])+strings.TrimSuffix(age[1:], "."))
	}
	if r.Growth.Known && r.Growth.Value.Direction == fit.Grows {
		parts = append(parts, fmt.Sprintf("traffic grows by %s a week", howMuch(r.Growth.Value.PerWeek)))
	}
	if len(parts) == 0 {
		return nil
	}
	return []item{{labelNow, color.Reset, strings.Join(parts, "; ")}}
}

// shownText returns the highest mean that CloudWatch shows, and why it is not higher where
// records were throttled below the limits.
func shownText(shown unit.Fraction, why string) string {
	text := fmt.Sprintf("CloudWatch's highest mean is %s of the limit", shown.Prose())
	if why != "" {
		text += ", but " + why
	}
	return text
}

// farBehind reports whether a consumer was behind long enough to speak of it.
func farBehind(e *fit.Evidence) bool {
	const least = fit.Seconds(time.Minute)
	behind := e.IteratorAge.Value.Behind >= least
	for _, c := range e.Consumers.EnhancedFanOut {
		behind = behind || c.WorstBehind.Value.Behind >= least
	}
	return behind
}

// planSteps returns what to do with a plan for a stream that is declared.
func planSteps(p *model.Plan) []item {
	s := &p.Scaling.Value
	switch {
	case !p.Feasible:
		return nil
	case onDemandToday(p):
		return []item{{labelDo, color.FgCyan, "nothing to scale: AWS does it on demand; kcalc cost compares the modes"}}
	case !p.Scaling.Known:
		return []item{{labelDo, color.FgCyan, "create the stream with " + unit.Plural(p.Shards.Recommended, "shard") +
			", provisioned"}}
	case isPlanned(p) && len(s.Calls) > 0:
		return []item{{labelDo, color.FgCyan, fmt.Sprintf("declare %s (shard_count, ShardCount) instead of %s",
			unit.Plural(s.To, "shard"), number(s.From))}}
	case len(s.Calls) == 0:
		return []item{{labelDo, color.FgCyan, "nothing: keep " + unit.Plural(s.From, "shard")}}
	}
	return []item{{labelDo, color.FgCyan, callsText(s)}}
}

// onDemandToday reports whether a description or infrastructure as code says that the stream is
// in an on-demand mode.
func onDemandToday(p *model.Plan) bool {
	return slices.ContainsFunc(p.Inputs, func(in model.Input) bool {
		return in.Name == "mode" && in.Value != string(model.Provisioned)
	})
}

// takenFrom returns what was taken of a description of the stream, or of infrastructure as
// code.
func takenFrom(p *model.Plan) (items []item) {
	for _, w := range p.Warnings {
		if notice.IsTaken(w) {
			items = append(items, item{labelNow, color.Reset, w.Message})
		}
	}
	return items
}

// isPlanned reports whether the shards that are judged are those of infrastructure as code.
func isPlanned(p *model.Plan) bool {
	return slices.ContainsFunc(p.Inputs, func(in model.Input) bool {
		return in.Name == "current_shards" && in.Source == model.Planned
	})
}

// callsText returns the calls of UpdateShardCount, and what they take.
func callsText(s *model.Scaling) string {
	calls := make([]string, len(s.Calls))
	for i, c := range s.Calls {
		calls[i] = number(c)
	}
	text := fmt.Sprintf("UpdateShardCount from %s to %s", number(s.From), strings.Join(calls, ", then "))
	if !isSimple(s) {
		text += ": " + effortText(s)
	}
	return text
}

// furtherText returns the calls behind the first, and what all of them take.
func furtherText(s *model.Scaling) string {
	further := make([]string, 0, len(s.Calls))
	for _, c := range s.Calls[1:] {
		further = append(further, number(c))
	}
	return "to " + strings.Join(further, ", then ") + ": " + effortText(s)
}

// isSimple reports whether a reshard doubles or halves a stream in one call, or hardly does anything:
// each shard is split once, or merged.
func isSimple(s *model.Scaling) bool {
	const few = 4
	return len(s.Calls) == 1 && (s.Splits == 0 || s.Merges == 0) || s.Operations <= few
}

// effortText says how many calls, if several, splits and merges a reshard takes, and how long.
func effortText(s *model.Scaling) string {
	text := splitsText(s) + ", about " + minutesText(s.Duration)
	if n := len(s.Calls); n > 1 {
		text = unit.Plural(n, "call") + ", " + text
	}
	return text
}

func splitsText(s *model.Scaling) string {
	switch {
	case s.Merges == 0:
		return unit.Plural(s.Splits, "split")
	case s.Splits == 0:
		return unit.Plural(s.Merges, "merge")
	}
	return number(s.Operations) + " splits and merges"
}

// minutesText returns a range of times in whole minutes, or hours where there are many of them.
func minutesText(t model.ReshardTime) string {
	const minute, hour = 60, 3600
	least, most, name := math.Floor(t.Least/minute), math.Ceil(t.Most/minute), "min"
	if t.Least >= 3*hour {
		least, most, name = math.Floor(t.Least/hour), math.Ceil(t.Most/hour), "h"
	}
	return unit.Grouped(max(1, least), 0) + "–" + unit.Grouped(most, 0) + " " + name
}

// reviewSteps returns the first command of what to do.
func reviewSteps(r *review.Review) []item {
	s := &r.Scaling
	if fewerNotSure(r) {
		return []item{{labelDo, color.FgCyan, fmt.Sprintf("keep %s for now; then, if more days show the same: %s",
			unit.Plural(s.Value.From, "shard"), callsText(&s.Value))}}
	}
	if len(r.Next) > 0 && strings.HasPrefix(r.Next[0], "aws ") {
		items := []item{{labelDo, color.FgCyan, r.Next[0]}}
		switch {
		case len(s.Value.Calls) > 1:
			items = append(items, item{labelDo, color.FgCyan, "and so on: " + furtherText(&s.Value)})
		case len(s.Value.Calls) == 1 && !isSimple(&s.Value):
			items[0].text += "  # " + effortText(&s.Value) // which a shell takes as a comment
		}
		return items
	}
	switch {
	case len(r.Undecided) > 0:
		return []item{{labelDo, color.FgCyan, "change nothing yet: see what would decide, above"}}
	case s.Known && len(s.Value.Calls) > 0:
		return []item{{labelDo, color.FgCyan, callsText(&s.Value)}}
	case s.Known:
		return []item{{labelDo, color.FgCyan, "nothing: keep " + unit.Plural(s.Value.From, "shard")}}
	case r.Feasible:
		return []item{{labelDo, color.FgCyan, "set " + unit.Plural(r.Shards.Recommended, "shard") +
			"; --current-shards says how many there are now, and then the way there is shown"}}
	}
	return nil
}

// fewerNotSure reports whether too few days were seen to take shards away.
func fewerNotSure(r *review.Review) bool {
	return slices.ContainsFunc(r.Warnings, func(n notice.Notice) bool { return n.ID == notice.FewerNotSureID })
}

// otherwise returns what else would do, with what it saves, and what the other modes cost.
func otherwise(p *model.Plan) []item {
	const most = 2
	var parts []string
	for i := range p.Advice {
		a := &p.Advice[i]
		if len(parts) == most {
			break
		}
		parts = append(parts, outcome(p, a)+": "+brief(a.Change))
	}
	for _, o := range p.Cost.Value.Others {
		switch {
		case !p.Feasible || !o.Monthly.Known || !withinReach(o.Mode, o.Monthly.Value, p.Cost.Value.Monthly):
		case !o.Fit.Known:
			parts = append(parts, fmt.Sprintf("%s %s", o.Mode, dollars(o.Monthly.Value))+commitment(o.Mode))
		case o.Fit.Value.Carries:
			parts = append(parts, fmt.Sprintf("%s %s, which carries it", o.Mode, dollars(o.Monthly.Value))+commitment(o.Mode))
		default:
			parts = append(parts, fmt.Sprintf("not %s, which does not carry it", o.Mode))
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return []item{{labelElse, color.Reset, strings.Join(parts, " · ")}}
}

// withinReach reports whether a mode is worth a line: on-demand always is, since nothing is to
// be scaled in it; Advantage, whose commitment is of a whole account, where it costs no more.
func withinReach(m model.Mode, costs, plan unit.USD) bool {
	return m != model.OnDemandAdvantage || costs <= plan
}

// commitment returns what a mode asks of the whole account.
func commitment(m model.Mode) string {
	if m != model.OnDemandAdvantage {
		return ""
	}
	return ", and needs an account commitment of " + model.PublishedLimits().AdvantageCommitment.Value.Prose() +
		" each way in this Region"
}

// brief returns the beginning of a sentence on a change, without its conditions.
func brief(change string) string {
	for _, end := range []string{" (", ", so that", "; ", ". ", ": "} {
		change, _, _ = strings.Cut(change, end)
	}
	return strings.ToLower(change[:1]) + strings.TrimSuffix(change[1:], ".")
}

// more returns the commands that say more.
func more(p *model.Plan) item {
	list := []string{"--all", "kcalc cost", "kcalc replay"}
	if len(p.Binding) > 0 {
		list = append(list, "kcalc explain "+p.Binding[0])
	}
	return item{labelMore, color.Reset, strings.Join(list, ", ")}
}

// periodsOf returns how many periods of the window are known.
func periodsOf(r *review.Review) int {
	var periods float64
	for _, part := range r.Evidence.Window.Periods {
		if seconds := unit.Duration(part.Period).Seconds(); seconds > 0 {
			periods += part.To.Sub(part.From).Seconds() / seconds
		}
	}
	return int(periods*r.Evidence.Window.Share + 0.5)
}

// throttlesKnown reports whether the history says what was throttled.
func throttlesKnown(e *fit.Evidence) bool {
	return !slices.ContainsFunc(e.Unknown, func(u notice.Notice) bool { return u.ID == "throttles-unknown" })
}
