package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/fatih/color"
	"github.com/kcalc/kcalc/calc/fleet"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/cmd/internal/words"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// AWSCLI is the format of commands of the AWS CLI.
const AWSCLI Format = "aws-cli"

// FleetFormats returns the formats of a fleet, the default first.
func FleetFormats() []Format { return append(Formats(), HTML, AWSCLI) }

// WriteFleet writes what is known and proposed of a fleet in a format.
func WriteFleet(w io.Writer, a *fleet.Answer, format Format, terminal Terminal) error {
	switch format {
	case AWSCLI:
		_, err := io.WriteString(w, fleetCommands(a))
		return err
	case HTML:
		words.ExpandAll(a)
		page, err := fleetPage(a)
		if err != nil {
			return err
		}
		return page.html(w, fleetHeadline(a)+": kcalc fleet")
	}
	return answer{a, func() *document { return fleetDocument(a) }, fleetRecords(a).csv}.write(w, format, terminal)
}

// WriteFleetPart writes the rows of a part of a fleet.
func WriteFleetPart(w io.Writer, p *fleet.Piece) error {
	words.ExpandAll(p)
	return encodeJSON(w, p)
}

// fleetDocument returns a fleet for people: what there is to do and what that saves, the streams,
// the Regions.
func fleetDocument(a *fleet.Answer) *document {
	d := &document{headline: fleetHeadline(a), money: fleetMoney(a), tone: fleetTone(a)}
	d.lead = append(d.lead, failedItems(a)...)
	d.lead = append(d.lead, fleetLead(a)...)
	d.table("Streams", fleetGrid(a))
	d.add("", hiddenItems(a))
	d.table("Regions", regionGrid(a))
	d.add("", regionItems(a))
	d.add("Enhanced fan-out", upToTwenty(consumerItems(a)))
	if a.Bill.Known {
		d.billSections(&a.Bill.Value)
	}
	d.add("Besides, not in the totals", upToTwenty(optionItems(a)))
	return d
}

// upToTwenty returns the first of a list of sentences, and how many more there are.
func upToTwenty(items []item) []item {
	const most = 20
	rest := len(items) - most
	if rest <= 1 {
		return items
	}
	return append(items[:most:most], item{" ", color.Reset, fmt.Sprintf("And %s more (-o json).", number(rest))})
}

// fleetHeadline returns how many streams there are, and what is wrong with how many.
func fleetHeadline(a *fleet.Answer) string {
	t := &a.Totals
	parts := []string{}
	add := func(n int, what string) {
		if n > 0 {
			parts = append(parts, number(n)+" "+what)
		}
	}
	few := t.Verdicts[fleet.TooFew] + t.Verdicts[fleet.DoesNotFit]
	add(few, "too small")
	add(t.Verdicts[fleet.TooMany], "too large")
	add(t.Verdicts[fleet.Idle]+t.Verdicts[fleet.Unwritten], "idle")
	add(t.OtherMode, "cheaper in another mode")
	add(t.Verdicts[fleet.Undecided]+t.Verdicts[fleet.Resharded], "undecided")
	if t.IdleConsumers > 0 {
		parts = append(parts, unit.Plural(t.IdleConsumers, "idle consumer"))
	}
	text := unit.Plural(t.Streams, "stream")
	if len(parts) == 0 {
		return text + ": nothing to change"
	}
	return text + ": " + strings.Join(parts, ", ")
}

func fleetTone(a *fleet.Answer) color.Attribute {
	switch t := &a.Totals; {
	case t.Verdicts[fleet.TooFew]+t.Verdicts[fleet.DoesNotFit] > 0 || len(a.Failed) > 0:
		return color.FgRed
	case t.Saves > 0:
		return color.FgYellow
	}
	return color.FgGreen
}

// fleetMoney returns what the plan costs a month, and how much less that is than today.
func fleetMoney(a *fleet.Answer) string {
	t := &a.Totals
	return fmt.Sprintf("%s a month (%s → %s)", change(-t.Saves), dollars(t.Now), dollars(t.Proposed))
}

// change returns an amount with its sign.
func change(d unit.USD) string {
	switch {
	case d < 0:
		return "−" + dollars(-d)
	case d > 0:
		return "+" + dollars(d)
	}
	return dollars(0)
}

func failedItems(a *fleet.Answer) (items []item) {
	const most = 3
	for i, f := range a.Failed {
		if rest := len(a.Failed) - most; i == most && rest > 1 {
			return append(items, item{labelNote, color.FgRed, unit.Plural(rest, "more file") + " not looked at"})
		}
		items = append(items, item{labelNote, color.FgRed, "not looked at: " + f.Problem})
	}
	return items
}

// fleetLead returns what the plan is made of.
func fleetLead(a *fleet.Answer) (items []item) {
	t := &a.Totals
	if t.IdleConsumers > 0 {
		items = append(items, item{labelWhy, color.Bold, fmt.Sprintf("%s of enhanced fan-out that nobody uses: %s a month",
			unit.Plural(t.IdleConsumers, "consumer"), dollars(t.IdleCost))})
	}
	for i := range a.Regions {
		if r := &a.Regions[i]; r.Advantage.Now != r.Advantage.Proposed {
			items = append(items, item{labelWhy, color.Bold, advantageText(r)})
		}
	}
	if t.Guarded > 0 {
		text := unit.Plural(t.Guarded, "guarded stream") + verbForm(t.Guarded, " stays", " stay") + " as they are"
		if t.Guarded == 1 {
			text = "1 guarded stream stays as it is"
		}
		if t.Withheld > 0 {
			text += ", which would save " + dollars(t.Withheld)
		}
		items = append(items, item{labelNote, color.Reset, text})
	}
	if t.Unpriced > 0 {
		items = append(items, item{labelNote, color.FgYellow, fmt.Sprintf("the cost of %s is not known, and in no total",
			unit.Plural(t.Unpriced, "stream"))})
	}
	items = append(items, item{labelNote, color.Reset, "the savings are those of one plan, not of alternatives; " +
		askedText(a) + ", and none of the commands (-o aws-cli) is run"})
	return items
}

// askedText returns what CloudWatch was asked for.
func askedText(a *fleet.Answer) string {
	if !a.Asked.Known {
		return "no call was made to AWS"
	}
	q := &a.Asked.Value
	return fmt.Sprintf("CloudWatch was asked for %s metrics in %s, for $%s", unit.Grouped(float64(q.Metrics), 0),
		unit.Plural(q.Calls, "call"), q.Cost)
}

// fleetGrid returns a row for each stream.
func fleetGrid(a *fleet.Answer) grid {
	g := grid{
		header:   []string{"stream", "mode", "shards", "$ a month", "change", "odds", "why", "sure", "owner"},
		right:    []bool{false, false, true, true, true, true, false, false, false},
		optional: [][]int{{8}, {7}, {1}, {3}},
	}
	for i := range a.Streams {
		r := &a.Streams[i]
		g.row(r.Verdict == fleet.TooFew || r.Verdict == fleet.DoesNotFit, fleetName(a, r), modeText(r), shardsCell(r), moneyText(r),
			changeOf(r), oddsText(r), fleetWhy(r), string(r.Confidence), r.Owner)
	}
	return g
}

// fleetName returns the name of a stream, with its Region where there are several, and with its
// account.
func fleetName(a *fleet.Answer, r *fleet.Row) string {
	name := string(r.Stream)
	regions, accounts := map[model.Region]bool{}, map[string]bool{}
	for i := range a.Regions {
		regions[a.Regions[i].Region], accounts[a.Regions[i].Account] = true, true
	}
	if len(regions) > 1 {
		name += " " + string(r.Region)
	}
	if len(accounts) > 1 {
		name += " " + r.Account
	}
	return name
}

func modeText(r *fleet.Row) string {
	now := string(r.Now.Mode.Value)
	switch {
	case !r.Now.Mode.Known:
		return dash
	case r.Proposed.Mode.Known && r.Proposed.Mode != r.Now.Mode:
		return now + " → " + string(r.Proposed.Mode.Value)
	}
	return now
}

func shardsCell(r *fleet.Row) string {
	switch {
	case !r.Now.Shards.Known || r.Now.Mode.Value != model.Provisioned && r.Proposed.Mode.Value != model.Provisioned:
		return dash
	case r.Proposed.Shards.Known && r.Proposed.Shards != r.Now.Shards:
		return number(r.Now.Shards.Value) + " → " + number(r.Proposed.Shards.Value)
	}
	return number(r.Now.Shards.Value)
}

func moneyText(r *fleet.Row) string {
	switch {
	case !r.Now.Monthly.Known:
		return dash
	case !r.Proposed.Monthly.Known || r.Proposed.Monthly == r.Now.Monthly:
		return dollars(r.Now.Monthly.Value)
	}
	return dollars(r.Now.Monthly.Value) + " → " + dollars(r.Proposed.Monthly.Value)
}

func changeOf(r *fleet.Row) string {
	if !r.Saves.Known || r.Saves.Value == 0 {
		return ""
	}
	return change(-r.Saves.Value)
}

// oddsText returns how likely the shards of today hold, and the proposed ones.
func oddsText(r *fleet.Row) string {
	if !r.Odds.Known {
		if r.OddsThen.Known && r.Proposed.Mode != r.Now.Mode && r.Proposed.Mode.Value == model.Provisioned {
			return "→ " + chance(r.OddsThen.Value)
		}
		return dash
	}
	text := chance(r.Odds.Value)
	if r.OddsThen.Known && r.Proposed.Shards.Known && r.Proposed.Shards != r.Now.Shards {
		text += " → " + chance(r.OddsThen.Value)
	}
	return text
}

func chance(o fleet.Odds) string { return review.Chance{Holds: o.Holds, AtLeast: o.AtLeast}.String() }

// fleetWhy returns what a stream is, and what there is to do, in a few words.
func fleetWhy(r *fleet.Row) string {
	switch {
	case r.Guard != "":
		return "guarded: " + brief(r.Guard)
	case r.Verdict == fleet.DoesNotFit:
		return "no number of shards carries it"
	}
	var parts []string
	for i := range r.Steps {
		if s := &r.Steps[i]; s.ID == fleet.StepDeregister {
			parts = append(parts, "idle: "+string(s.Consumer))
		}
	}
	switch r.Verdict {
	case fleet.TooFew, fleet.TooMany:
		parts = append(parts, strings.ReplaceAll(string(r.Verdict), "-", " "))
	case fleet.Idle:
		parts = append(parts, "nobody writes or reads")
	case fleet.Unwritten:
		parts = append(parts, "nobody writes")
	case fleet.Undecided:
		parts = append(parts, "undecided")
	case fleet.Resharded:
		parts = append(parts, "its shards changed")
	}
	for i := range r.Steps {
		if s := &r.Steps[i]; s.ID == fleet.StepMode {
			parts = append(parts, string(s.Mode)+" costs less")
		}
	}
	return strings.Join(parts, ", ")
}

func hiddenItems(a *fleet.Answer) []item {
	if a.Hidden == 0 {
		return nil
	}
	return []item{{" ", color.Reset, unit.Plural(a.Hidden, "stream") + verbForm(a.Hidden, " is", " are") +
		" not shown; the totals are of all."}}
}

// regionGrid returns what the streams of an account take in a Region.
func regionGrid(a *fleet.Answer) grid {
	g := grid{header: []string{"Region", "streams", "on-demand", "shards", "quota of shards", "Lambda at once", "quota"},
		right: []bool{false, true, true, true, true, true, true}, optional: [][]int{{6}, {5}, {4}}}
	for i := range a.Regions {
		r := &a.Regions[i]
		name := string(r.Region)
		if r.Account != "" {
			name += " " + r.Account
		}
		over := r.Shards.Proposed > r.ShardQuota || r.Lambda.Proposed > r.LambdaMost
		g.row(over, name, number(r.Streams), number(r.OnDemand), fromTo(r.Shards), number(r.ShardQuota), fromTo(r.Lambda),
			number(r.LambdaMost))
	}
	return g
}

func fromTo(c fleet.Count) string {
	if c.Now == c.Proposed {
		return number(c.Now)
	}
	return number(c.Now) + " → " + number(c.Proposed)
}

// regionItems returns what On-demand Advantage would be in each Region, and which quotas are not
// enough.
func regionItems(a *fleet.Answer) (items []item) {
	for i := range a.Regions {
		r := &a.Regions[i]
		if text := advantageText(r); text != "" {
			items = append(items, item{"·", color.Reset, text})
		}
		if r.Shards.Proposed > r.ShardQuota {
			items = append(items, item{labelNote, color.FgYellow, fmt.Sprintf("%s: %s are above the quota of %s",
				r.Region, unit.Plural(r.Shards.Proposed, "shard"), number(r.ShardQuota))})
		}
		if r.Lambda.Proposed > r.LambdaMost {
			items = append(items, item{labelNote, color.FgYellow, fmt.Sprintf("%s: the functions of these streams may run %s "+
				"invocations at once, above the quota of %s that all functions share", r.Region, number(r.Lambda.Proposed),
				number(r.LambdaMost))})
		}
	}
	return items
}

// advantageText returns what a Region's commitment would do.
func advantageText(r *fleet.Region) string {
	if !r.Floor.Known {
		return ""
	}
	setting := "keep On-demand Advantage off"
	switch {
	case r.Advantage.Proposed && r.Advantage.Now:
		setting = "keep On-demand Advantage"
	case r.Advantage.Proposed:
		setting = "commit to On-demand Advantage"
	case r.Advantage.Now:
		setting = "leave On-demand Advantage"
	case r.OnDemand == 0 && len(r.Join) == 0:
		return ""
	}
	text := fmt.Sprintf("%s: %s", r.Region, setting)
	if r.Standard.Known && r.Committed.Known {
		text += fmt.Sprintf("; %s on demand cost %s in Standard and %s in Advantage, at least %s", unit.Plural(r.OnDemand, "stream"),
			dollars(r.Standard.Value), dollars(r.Committed.Value), dollars(r.Floor.Value.Total()))
	}
	if len(r.Join) > 0 {
		text += fmt.Sprintf("; %s become on-demand", unit.Plural(len(r.Join), "stream"))
	}
	if r.BreakEven.Known {
		text += fmt.Sprintf("; it pays from %s like these", unit.Plural(r.BreakEven.Value, "stream"))
	}
	return text
}

// consumerItems returns the enhanced fan-out consumers that are idle, or may be.
func consumerItems(a *fleet.Answer) (items []item) {
	for i := range a.Streams {
		r := &a.Streams[i]
		for k := range r.FanOut {
			f := &r.FanOut[k]
			if f.Verdict == fleet.UseUsed {
				continue
			}
			text := fmt.Sprintf("%s of %s: %s: %s", f.Consumer, fleetName(a, r), f.Verdict, f.Because)
			if f.Monthly.Known {
				text += "; " + dollars(f.Monthly.Value) + " a month"
			}
			items = append(items, item{"·", color.Reset, text})
		}
	}
	return items
}

// optionItems returns what else would save something.
func optionItems(a *fleet.Answer) (items []item) {
	for i := range a.Streams {
		r := &a.Streams[i]
		for _, o := range r.Options {
			text := fmt.Sprintf("%s: %s", fleetName(a, r), o.Change)
			if o.Saves.Known {
				text += ": saves " + dollars(o.Saves.Value)
				if o.Instead {
					text += " against today"
				}
			}
			items = append(items, item{"·", color.Reset, text})
		}
	}
	return items
}

// fleetRecords returns a row for each stream for programs.
func fleetRecords(a *fleet.Answer) records {
	list := records{{"account", "region", "stream", "owner", "guard", "verdict", "why", "mode_now", "mode_proposed",
		"shards_now", "shards_proposed", "monthly_usd_now", "monthly_usd_proposed", "saves_monthly_usd", "odds_now",
		"odds_proposed", "shown_utilization", "confidence", "confidence_because", "idle_consumers", "steps", "source",
		"billed_hours", "billed_usd", "modelled_usd", "difference_usd"}}
	for i := range a.Streams {
		r := &a.Streams[i]
		list = append(list, []string{r.Account, string(r.Region), string(r.Stream), r.Owner, r.Guard, string(r.Verdict), r.Why,
			string(r.Now.Mode.Value), string(r.Proposed.Mode.Value), shardsOrEmpty(r.Now.Shards), shardsOrEmpty(r.Proposed.Shards),
			usdOrEmpty(r.Now.Monthly), usdOrEmpty(r.Proposed.Monthly), usdOrEmpty(r.Saves),
			exactOrEmpty(model.Maybe[float64]{Value: r.Odds.Value.Holds, Known: r.Odds.Known}),
			exactOrEmpty(model.Maybe[float64]{Value: r.OddsThen.Value.Holds, Known: r.OddsThen.Known}), exactOrEmpty(r.Shown),
			string(r.Confidence), r.Because, strings.Join(idleOf(r), " "), strings.Join(stepTexts(r), "; "), r.Source})
		last := &list[len(list)-1]
		*last = append(*last, billedCells(a, r)...)
	}
	return list
}

// billedCells returns over how many hours something was billed of a stream, what was, what its model comes
// to over these, and the difference; nothing where there is no bill, or nothing of the stream in it.
func billedCells(a *fleet.Answer, r *fleet.Row) []string {
	billed := a.Bill.Value.Of(r)
	if !billed.Known {
		return make([]string, 4)
	}
	b := &billed.Value
	return []string{exactOrEmpty(model.Known(b.Hours)), b.Billed.String(), usdOrEmpty(b.Modelled), usdOrEmpty(b.Rest)}
}

func shardsOrEmpty(n model.Maybe[int]) string {
	if !n.Known {
		return ""
	}
	return strconv.Itoa(n.Value)
}

func usdOrEmpty(d model.Maybe[unit.USD]) string {
	if !d.Known {
		return ""
	}
	return d.Value.String()
}

func idleOf(r *fleet.Row) (names []string) {
	for i := range r.FanOut {
		if r.FanOut[i].Verdict == fleet.UseIdle {
			names = append(names, string(r.FanOut[i].Consumer))
		}
	}
	return names
}

// stepTexts returns the steps of a stream in words.
func stepTexts(r *fleet.Row) (texts []string) {
	for i := range r.Steps {
		texts = append(texts, stepText(&r.Steps[i]))
	}
	return texts
}

func stepText(s *fleet.Step) string {
	switch s.ID {
	case fleet.StepDeregister:
		return "deregister " + string(s.Consumer)
	case fleet.StepDelete:
		return "delete the stream"
	case fleet.StepMode:
		if s.Mode == model.Provisioned {
			return "switch to provisioned with " + unit.Plural(s.Shards, "shard")
		}
		return "switch to " + string(s.Mode)
	}
	return "scale to " + unit.Plural(s.Shards, "shard")
}
