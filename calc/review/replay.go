package review

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/plan"
	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
)

// Replay returns what the traffic of a history, or without one of the scenario that a
// workload declares, does to the capacities of a request. The error is input.Errors of
// what-ifs, that nothing is known of the traffic, or the context's.
func Replay(ctx context.Context, b *Basis, w *model.Workload, q *ReplayRequest) (ReplayReport, error) {
	if w.Producer.RecordSize == 0 {
		return ReplayReport{}, input.Errors{{Path: "producer.record_size", Problem: "missing: a replay counts bytes",
			Allowed: "1 B to 10 MiB"}}
	}
	var t fit.Traffic
	if b.History != nil {
		t = fit.TrafficOf(b.History)
	}
	r, err := newReplayer(ctx, b, w, &t, q)
	if err != nil {
		return ReplayReport{}, err
	}
	likely := r.chancesOf(&t)
	r.addAhead()
	report := ReplayReport{
		Schema: ReplaySchema, Stream: w.Stream, Region: w.Region, Source: b.Source, Window: r.window(),
		Writes: q.Writes, SavesUp: q.SavesUp, MaxThrottled: q.MaxThrottled, WhatIf: r.whatIf, Reshard: r.reshard, Bounds: b.bounds(w),
		BacklogIn: r.backlogIn(), Feasible: true, Infeasible: []model.Infeasibility{}, Candidates: []Candidate{}, Trade: []TradeOff{},
		Inputs: b.Inputs, Warnings: []notice.Notice{},
	}
	if q.Mode == model.Provisioned {
		report.Now = r.now()
		r.runProvisioned(&report)
	} else {
		report.Candidates = append(report.Candidates, r.runOnDemand())
	}
	likely.addTo(report.Candidates)
	plan, err := plan.AtLeast(ctx, b.Limits, w, b.Tariff, 0)
	if err != nil {
		return ReplayReport{}, err
	}
	report.Infeasible = append(report.Infeasible, plan.Infeasible...)
	evidence := r.evidenceAgainst(&report, max(1, plan.Shards.Recommended))
	if len(evidence) > 0 && report.todayHolds() {
		report.Because = notice.Because(evidence[0])
	}
	report.Warnings = append(append(report.Warnings, evidence...), r.warnings(&report, &plan)...)
	return report, ctx.Err()
}

// replayer is a replay that is set up, and runs candidates. Once its context is done,
// no candidate holds, and its caller has to look at the context in the end.
type replayer struct {
	ctx context.Context
	*Basis
	workload   *model.Workload
	request    *ReplayRequest
	setup      replay.Setup
	backlog    *backlogReplay // what consumers have not read now, in shards that are known; nil where they are not
	whatIf     []WhatIf
	reshard    model.Maybe[Reshard]
	candidates map[int]Candidate // that were run, without series, by shards

	// What warnings tell of it.
	newStream     bool          // on-demand, it begins as a new stream
	longestPeriod time.Duration // of the history
	groupedShards bool          // there are too many shards to replay each
}

// newReplayer sets up the replay of a request. The traffic is that of the history, if
// the basis has one.
func newReplayer(
	ctx context.Context, b *Basis, w *model.Workload, t *fit.Traffic, q *ReplayRequest,
) (*replayer, error) {
	r := &replayer{ctx: ctx, Basis: b, workload: w, request: q, candidates: map[int]Candidate{}}
	r.setup = replay.Setup{Limits: b.Limits, Workload: w, DropThrottled: q.Writes == Lose, SaveUnused: q.SavesUp}
	sizing := calc.NewSizing(b.Limits, w)
	if sizing.Skew.Varies() {
		r.setup.Skew = func(shards float64) replay.Skew {
			return replay.Skew{Records: sizing.Skew.Factor(shards), Bytes: sizing.Skew.BytesFactor(shards)}
		}
	}
	switch {
	case b.History == nil:
		r.addScenario(&sizing)
	case !hasTraffic(t):
		return nil, errors.New("the history does not tell what was written: there is nothing to replay")
	default:
		size := float64(w.Producer.RecordSize + w.Producer.PartitionKeySize)
		r.setup.Traffic = replayTraffic(t, size, !b.declares("producer.skew") && w.Producer.Placed == nil)
		r.groupedShards = len(t.Shards) > 1 && tooMany(t)
		for _, p := range t.Periods {
			r.longestPeriod = max(r.longestPeriod, p.Length)
		}
	}
	if err := r.addWhatIfs(); err != nil {
		return r, err
	}
	return r, r.addReshard()
}

// addWhatIfs adds the incidents of the request to those of the setup. The error is
// input.Errors.
func (r *replayer) addWhatIfs() (err error) {
	if r.whatIf, err = resolve(r.request, r.setup.Traffic, r.workload); err != nil {
		return err
	}
	for k := range r.whatIf {
		i := &r.whatIf[k]
		if i.Kind == replay.Poison && i.For == 0 {
			i.For = r.givesUp(i.Consumer)
		}
		r.setup.Incidents = append(r.setup.Incidents, i.Incident)
	}
	return nil
}

// hasTraffic reports whether anything is known of what was written.
func hasTraffic(t *fit.Traffic) bool {
	return slices.ContainsFunc(t.Periods, func(p fit.Period) bool {
		return model.IsPoint(p.Records) || model.IsPoint(p.Bytes)
	})
}

// declares reports whether an input was declared, not measured or assumed.
func (b *Basis) declares(name string) bool {
	return slices.ContainsFunc(b.Inputs, func(in model.Input) bool {
		return in.Name == name && (in.Source == model.File || in.Source == model.Flag)
	})
}

// sourceOf returns where an input is from, or another source if it is not among the inputs.
func (b *Basis) sourceOf(name string, otherwise model.Source) model.Source {
	if i := slices.IndexFunc(b.Inputs, func(in model.Input) bool { return in.Name == name }); i >= 0 {
		return b.Inputs[i].Source
	}
	return otherwise
}

// window returns the time that the traffic is of.
func (r *replayer) window() ReplayWindow {
	t := r.setup.Traffic
	out := ReplayWindow{Seconds: t.Seconds(), Steps: len(t.Steps)}
	if !t.Start.IsZero() {
		out.From = model.Known(t.Start)
		out.To = model.Known(t.Start.Add(time.Duration(out.Seconds * float64(time.Second))))
	}
	return out
}

// bounds returns what each consumer of a workload has to keep.
func (b *Basis) bounds(w *model.Workload) []Bound {
	list := make([]Bound, len(w.Consumers))
	for i := range w.Consumers {
		c := &w.Consumers[i]
		bound := c.Bound(w.SizeReadsFor)
		if bound.Source != model.Default {
			bound.Source = b.sourceOf(input.ConsumerPath(i, string(c.Name))+"latency", bound.Source)
		}
		list[i] = Bound{c.Name, bound.Within.Seconds(), bound.Of, bound.Source, c.TimeToCatchUp().Seconds()}
	}
	return list
}
