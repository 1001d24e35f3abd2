package review

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/plan"
	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// Replay answers what the traffic of a history, or without one of the scenario
// that a workload declares, does to the capacities that are asked for. The error is
// model.Faults of what-ifs, that nothing is known of the traffic, or the context's.
func Replay(ctx context.Context, b *Basis, w *model.Workload, q *ReplayRequest) (ReplayReport, error) {
	var t fit.Traffic
	if b.History != nil {
		t = fit.TrafficOf(b.History)
	}
	rig, err := newReplayer(ctx, b, w, &t, q)
	if err != nil {
		return ReplayReport{}, err
	}
	r := ReplayReport{
		Schema: ReplaySchema, Stream: w.Stream, Region: w.Region, Source: b.Source, Window: rig.window(),
		Writes: q.Writes, SavesUp: q.SavesUp, MaxThrottled: q.MaxThrottled, WhatIf: rig.whatIf, Bounds: bounds(w),
		Feasible: true, Infeasible: []model.Infeasibility{}, Candidates: []Candidate{}, Trade: []TradeOff{}, Inputs: b.Inputs, Warnings: []notice.Notice{},
	}
	if q.Mode == model.Provisioned {
		rig.runProvisioned(&r)
	} else {
		r.Candidates = append(r.Candidates, rig.runOnDemand())
	}
	plan, err := plan.AtLeast(ctx, b.Limits, w, b.Tariff, 0)
	if err != nil {
		return ReplayReport{}, err
	}
	r.Infeasible = append(r.Infeasible, plan.Infeasible...)
	r.Warnings = rig.warnings(&r, &plan)
	return r, ctx.Err()
}

// runProvisioned runs the counts that are asked for, and the fewest that hold.
func (r *replayer) runProvisioned(out *ReplayReport) {
	fewest, ok := r.fewest(r.guess())
	out.Fewest = model.Maybe[int]{Value: fewest, Known: ok}
	out.Trade = r.trade(r.request.Shards, out.Fewest)
	for n, c := range r.candidates { // a recovery may be shorter on fewer shards
		if c.Holds && n < fewest {
			fewest, out.Fewest = n, model.Known(n)
		}
	}
	counts := slices.Clone(r.request.Shards)
	if r.request.Auto {
		out.Feasible = out.Fewest.Known
		counts = append(counts, fewest)
	}
	slices.Sort(counts)
	for _, n := range slices.Compact(counts) {
		out.Candidates = append(out.Candidates, r.candidate(n, seriesParts))
	}
}

// seriesParts is how many parts the series of a candidate has: more than a picture
// can show.
const seriesParts = 480

// replayer is a replay that is set up. Once its context is done, what it runs holds
// nothing, and whoever set it up has to look at the context in the end.
type replayer struct {
	ctx context.Context
	*Basis
	workload   *model.Workload
	request    *ReplayRequest
	setup      replay.Setup
	whatIf     []WhatIf
	candidates map[int]Candidate // that were run, without series

	newStream     bool          // on-demand, it begins as a new stream
	longestPeriod time.Duration // period of the history
	groupedShards bool          // its shards are too many to replay each
}

func newReplayer(ctx context.Context, b *Basis, w *model.Workload, t *fit.Traffic, q *ReplayRequest) (*replayer, error) {
	r := &replayer{ctx: ctx, Basis: b, workload: w, request: q, candidates: map[int]Candidate{}}
	r.setup = replay.Setup{Limits: b.Limits, Workload: w, DropThrottled: q.Writes == Lose, SaveUnused: q.SavesUp}
	switch {
	case b.History == nil:
		r.setup.Traffic, r.setup.Incidents = replay.Scenario(w)
	case !hasTraffic(t):
		return nil, errors.New("the history does not tell what was written: there is nothing to replay")
	default:
		r.setup.Traffic = replayTraffic(t, float64(w.Producer.RecordSize+w.Producer.PartitionKeySize), !b.declares("producer.skew"))
		r.groupedShards = len(t.Shards) > 1 && tooMany(t)
		for _, p := range t.Periods {
			r.longestPeriod = max(r.longestPeriod, p.Length)
		}
	}
	var err error
	if r.whatIf, err = resolve(q, r.setup.Traffic, w); err != nil {
		return nil, err
	}
	for k := range r.whatIf {
		if i := &r.whatIf[k]; i.Kind == replay.Poison && i.For == 0 {
			i.For = r.givesUp(i.Consumer)
		}
		r.setup.Incidents = append(r.setup.Incidents, r.whatIf[k].Incident)
	}
	return r, nil
}

// hasTraffic tells whether anything is known of what was written.
func hasTraffic(t *fit.Traffic) bool {
	return slices.ContainsFunc(t.Periods, func(p fit.Period) bool { return model.IsPoint(p.Records) || model.IsPoint(p.Bytes) })
}

// declares tells whether an input was declared, not measured or assumed.
func (b *Basis) declares(name string) bool {
	return slices.ContainsFunc(b.Inputs, func(in model.Input) bool {
		return in.Name == name && (in.Source == model.File || in.Source == model.Flag)
	})
}

// window is the time that the traffic is of.
func (r *replayer) window() ReplayWindow {
	t := r.setup.Traffic
	out := ReplayWindow{Seconds: t.Seconds(), Steps: len(t.Steps)}
	if !t.Start.IsZero() {
		out.From = model.Known(t.Start)
		out.To = model.Known(t.Start.Add(time.Duration(out.Seconds * float64(time.Second))))
	}
	return out
}

func bounds(w *model.Workload) []Bound {
	list := make([]Bound, len(w.Consumers))
	for i := range w.Consumers {
		c := &w.Consumers[i]
		list[i] = Bound{c.Name, c.Latency.Seconds(), c.LatencyBound, c.TimeToCatchUp().Seconds()}
	}
	return list
}

// candidate runs a number of shards.
func (r *replayer) candidate(shards, parts int) Candidate {
	if c, ok := r.candidates[shards]; ok && parts == 0 {
		return c
	}
	c := r.run(replay.Capacity{Shards: float64(shards)}, parts)
	c.Mode, c.Shards = model.Provisioned, model.Known(shards)
	c.Monthly = r.monthlyCost(model.Provisioned, shards)
	if parts == 0 {
		r.candidates[shards] = c
	}
	return c
}

// runOnDemand runs the stream with the shards that AWS makes of those it has.
func (r *replayer) runOnDemand() Candidate {
	shards := int(r.workload.CurrentShards)
	if shards == 0 && r.Evidence != nil {
		shards = r.Evidence.Shards.Value
	}
	r.newStream = shards == 0
	c := r.run(replay.Capacity{Shards: float64(shards), OnDemand: true}, seriesParts)
	c.Mode = r.request.Mode
	c.Monthly = r.monthlyCost(r.request.Mode, max(shards, 1))
	return c
}

// run runs a capacity and judges it.
func (r *replayer) run(c replay.Capacity, parts int) Candidate {
	result, err := r.setup.Run(r.ctx, c, parts)
	if err != nil {
		return Candidate{}
	}
	out := Candidate{Result: result, Breaches: []Broken{}}
	for _, breach := range r.setup.Breaches(&out.Result, float64(r.request.MaxThrottled)) {
		out.Breaches = append(out.Breaches, Broken{breach, r.breachMessage(breach)})
	}
	out.Holds = len(out.Breaches) == 0
	return out
}

// monthlyCost is what a capacity costs a month with the traffic of the workload.
func (r *replayer) monthlyCost(mode model.Mode, shards int) model.Maybe[unit.USD] {
	if r.Tariff == nil {
		return model.Maybe[unit.USD]{}
	}
	bill, err := r.Tariff.Bill(r.Limits, r.workload, mode, shards)
	if err != nil {
		return model.Maybe[unit.USD]{}
	}
	return bill.Total
}

// fewest looks for the fewest shards that hold, up to what a stream can have.
func (r *replayer) fewest(guess int) (shards int, ok bool) {
	most := r.Limits.StreamShards.Value
	shards, ok = replay.Fewest(guess, most, func(n int) bool { return r.candidate(n, 0).Holds })
	return min(shards, most), ok
}

// guess is what the highest load needs.
func (r *replayer) guess() int {
	_, most := r.shardsFilled()
	return int(math.Ceil(min(most, float64(r.Limits.StreamShards.Value))))
}

// shardsFilled is how many shards the traffic fills at their whole write limits, in the
// mean and at most; at most as the hottest shard does.
func (r *replayer) shardsFilled() (mean, most float64) {
	t := r.setup.Traffic
	highest := 1.0
	for step := range t.Steps {
		f := t.Total(step)
		highest = max(highest, r.filled(f.Records, f.Bytes))
	}
	at := min(math.Ceil(highest), float64(r.Limits.StreamShards.Value))
	run := r.candidate(int(at), 0) // which packs records as the producer does
	if seconds := t.Seconds(); seconds > 0 {
		mean = r.filled(run.Offered/seconds, run.Bytes/seconds)
	}
	return max(1, mean), max(1, at*run.WriteUtilization)
}

// breachMessage says what a breach is.
func (r *replayer) breachMessage(b replay.Breach) string {
	time := func(seconds float64) string { return unit.Duration(seconds * float64(time.Second)).Prose() }
	if time(b.Value) == time(b.Allowed) { // by rounding alone
		time = func(seconds float64) string { return unit.Grouped(seconds, 3) + " s" }
	}
	switch b.ID {
	case replay.BreachThrottled:
		return fmt.Sprintf("%s of the records were in excess of the write limits; %s may be.", percent(b.Value), percent(b.Allowed))
	case replay.BreachLost:
		return fmt.Sprintf("Producers gave up %s.", records(b.Value))
	case replay.BreachExpired:
		what, them := records(b.Value), "them"
		if what == oneRecord {
			them = "it"
		}
		return fmt.Sprintf("%s expired before %s read %s.", what, b.Consumer.Value, them)
	case replay.BreachCatchUp:
		return fmt.Sprintf("%s needs %s to catch up; it has %s.", b.Consumer.Value, time(b.Value), time(b.Allowed))
	case replay.BreachBehind:
		return fmt.Sprintf("%s has not read all for %s when the traffic ends, and may never again.", b.Consumer.Value, time(b.Value))
	}
	what := "%s needs %s to recover; it has %s."
	for i := range r.workload.Consumers {
		if c := &r.workload.Consumers[i]; c.Name == b.Consumer.Value && c.LatencyBound == model.DelayBound {
			what = "Records waited for %s up to %s; %s is allowed."
		}
	}
	return fmt.Sprintf(what, b.Consumer.Value, time(b.Value), time(b.Allowed))
}

const oneRecord = "1 record"

// records writes a number of them, of which a part is one.
func records(n float64) string {
	const rounding = 1e-6 // of sums
	whole := math.Ceil(max(0, n-rounding))
	if whole == 1 {
		return oneRecord
	}
	return unit.Grouped(whole, 0) + " records"
}

// percent is a share, to two digits.
func percent(share float64) string {
	const most = 8
	decimals := 0
	for x := 100 * share; x > 0 && x < 10 && decimals < most; x *= 10 {
		decimals++
	}
	return unit.Grouped(100*share, decimals) + "%"
}
