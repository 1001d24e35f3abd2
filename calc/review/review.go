// Package review joins what a stream did with what it needs: the evidence of its
// history, the plan that follows from it, the verdict on the shards that it has,
// and what both cost.
//
// A caller lays what was declared over what was measured with [Workload], and gets a
// [Review] of the stream from [New], or a [ReplayReport] of its traffic on other
// capacities from [Replay]. Both rest on a [Basis].
package review

import (
	"context"
	"slices"
	"time"

	"github.com/kcalc/kcalc/calc/cost"
	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/plan"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// Review is a plan that rests on a stream's history, with the evidence for it. In
// machine formats it is the plan, with more.
type Review struct {
	*model.Plan

	Source  string        `json:"source"`  // where the history is from
	Verdict model.Verdict `json:"verdict"` // on the shards that the stream has

	// Undecided says why the history does not suffice for a verdict, and what would
	// decide it; empty where it does, or where traffic was declared.
	Undecided []notice.Notice `json:"undecided"`

	// Because is what the gravest evidence against a verdict amounts to, as the end of a
	// sentence; "" where there is none. That data is being lost is there beside any verdict.
	Because string `json:"because,omitzero"`

	Today   Today   `json:"today"`
	RunsOut RunsOut `json:"runs_out"`

	// Growth is where the traffic goes over the horizon, and Odds how likely numbers of
	// shards hold it; unknown of a history that does not tell, and where traffic was declared.
	Growth model.Maybe[Growth] `json:"growth"`
	Odds   model.Maybe[Odds]   `json:"odds"`

	// Replay says whether the formulas' count holds the history's traffic. Where it does
	// not, the plan is for the fewest shards that do; but one for traffic that was
	// declared stays.
	Replay model.Maybe[ReplayCheck] `json:"replay"`

	// Patience is the fewest shards on which nothing of the history's traffic would have been
	// lost if writers wait; unknown where no fewer do.
	Patience model.Maybe[Patience] `json:"patience"`

	Evidence *fit.Evidence `json:"evidence"`
	Next     []string      `json:"next"` // commands that go further, which the program adds

	// Traffic is what was written over the window, and the load that it was, for a chart.
	Traffic Traffic `json:"-"`

	evidence []notice.Notice // what was measured against fewer shards
	refuted  bool            // it refutes that what holds in the replay carries the stream
}

// Today is what the stream is now, and what that costs.
type Today struct {
	Mode    model.Maybe[model.Mode] `json:"mode"`
	Shards  model.Maybe[int]        `json:"shards"`
	Monthly model.Maybe[unit.USD]   `json:"monthly_usd"`

	// Shown is the highest mean of a period that CloudWatch shows of what was accepted,
	// as a share of the write limits of these shards: the larger of bytes and records.
	Shown model.Maybe[unit.Fraction] `json:"shown_utilization"`

	// ShownWhy is why that stays below the limits although records were throttled, as a
	// clause; "" where it does not, or nothing was throttled.
	ShownWhy string `json:"shown_why,omitzero"`
}

// Basis is what a review rests on.
type Basis struct {
	Limits   *model.Limits
	History  *model.History
	Evidence *fit.Evidence
	Source   string        // where the history is from
	Inputs   []model.Input // of the workload
	Tariff   *cost.Tariff  // nil where nothing is priced

	// Zone is the time zone whose days those of the odds are, nil of UTC.
	Zone *time.Location
}

// New reviews the stream of a history that carries a workload. The minimum of the plan is
// what the formulas ask for at the least and the history's own traffic holds on; the
// recommended count is the largest of the minimum, of what the formulas recommend, and of
// what holds the horizon with the confidence of the workload; and that of today where
// something measured speaks against fewer. A plan for traffic that was declared is that of
// the formulas. The error is the context's, once that is done.
func New(ctx context.Context, b *Basis, w *model.Workload) (Review, error) {
	return b.review(ctx, w, true)
}

// Sized reviews a stream as [New] does, but looks at no advice and has no traffic to draw: the
// verdict, the counts and their odds are the same, in a part of the time. It is for many streams.
func Sized(ctx context.Context, b *Basis, w *model.Workload) (Review, error) {
	return b.review(ctx, w, false)
}

// review reviews a stream: all that there is to say, or its size alone.
func (b *Basis) review(ctx context.Context, w *model.Workload, all bool) (Review, error) {
	traffic := fit.TrafficOf(b.History)
	c := counter{Basis: b, workload: w, against: b.against(w.Retention)}
	p, err := c.plan(ctx, &traffic)
	if err != nil {
		return Review{}, err
	}
	if !all {
		p.Advice = []model.Advice{}
	} else if err := b.advise(ctx, w, &p, b.today(w)); err != nil {
		return Review{}, err
	}
	p.Warnings = slices.Concat(p.Warnings, b.idleConsumers(w), b.filteredConsumers(), b.Evidence.Warnings)
	p.Warnings = b.withoutKeySize(p.Warnings)
	if w.CurrentShards > 0 { // declared, if the history does not say it
		p.Warnings = slices.DeleteFunc(p.Warnings, func(n notice.Notice) bool { return n.ID == notice.ShardsUnknownID })
	}
	uses := plan.UsesOf(b.Limits, w, b.Tariff != nil).WithAdvice()
	uses.Read(plan.OfPast...)
	p.Warnings = append(p.Warnings, uses.Unused(b.Inputs)...)
	p.Inputs = b.Inputs
	r := Review{
		Plan:      &p,
		Source:    b.Source,
		Evidence:  b.Evidence,
		Verdict:   model.Undecided,
		Undecided: b.undecided(),
		Next:      []string{},
		Growth:    c.growth,
		Odds:      c.odds,
		Replay:    c.check,
		Today:     b.today(w),
		RunsOut:   b.runsOut(w, &p, c.growth, c.fewest),
	}
	if all {
		r.Traffic = b.traffic(&traffic, c.past, &p)
	}
	r.Today.ShownWhy = r.shownWhy()
	r.decide(&c)
	return r, ctx.Err()
}

// withoutKeySize returns warnings without the one that partition keys lack, where bytes were
// measured: CloudWatch counts the keys in them.
func (b *Basis) withoutKeySize(list []notice.Notice) []notice.Notice {
	measured := slices.ContainsFunc(b.Inputs, func(in model.Input) bool {
		return in.Name == "producer.record_size" && in.Source == model.Measured
	})
	return slices.DeleteFunc(list, func(n notice.Notice) bool { return measured && n.ID == notice.PartitionKeySizeID })
}

// undecided returns why the history does not suffice for a verdict.
func (b *Basis) undecided() []notice.Notice {
	list := []notice.Notice{}
	if !b.declared() {
		list = append(list, b.Evidence.Undecided...)
	}
	if b.onDemand() {
		list = append(list, notice.OnDemandScales())
	}
	return list
}

// decide gives the verdict on the shards that the stream has. An on-demand stream has
// none to scale, and what is undecided has no calls to make. Where evidence keeps the
// shards of today, or speaks against them, nothing is decided; beside a verdict of too
// few it is a warning, the first of all.
func (r *Review) decide(c *counter) {
	s, onDemand, evidence := &r.Scaling, c.onDemand(), c.evidence()
	few := s.Known && s.Value.Verdict == model.TooFew && !c.fails(evidence, r.Binding)
	r.evidence, r.refuted = evidence, c.kept || len(evidence) > 0 && !few
	decides := c.kept || len(c.against) > 0 && !onDemand && !few
	if len(evidence) > 0 && (decides || rank(evidence[0]) == 0) {
		r.Because = notice.Because(evidence[0])
	}
	if decides {
		r.Undecided, r.Advice = append(evidence, r.Undecided...), []model.Advice{}
	} else {
		r.Warnings = append(evidence, r.Warnings...)
	}
	if !few && len(c.against) > 0 && r.Replay.Value.Holds {
		r.Replay = model.Maybe[ReplayCheck]{} // what was measured refutes it
	}
	switch {
	case onDemand:
		*s = model.Maybe[model.Scaling]{}
	case s.Known && len(r.Undecided) > 0:
		*s = model.Known(model.Scaling{From: s.Value.From, To: s.Value.To, PerDay: s.Value.PerDay,
			Verdict: model.Undecided, Calls: []int{}, Expect: []string{}})
	case s.Known:
		r.Verdict = s.Value.Verdict
	}
	r.Warnings = append(r.unsureOfFewer(), r.Warnings...)
	if !r.refuted && len(evidence) == 0 && !onDemand {
		r.Patience = c.patience
	}
}

// declared reports whether the traffic that sizes the stream was declared: then it does
// not matter how much of the history is known. Of average and peak one follows from the
// other.
func (b *Basis) declared() bool {
	any, measured := false, false
	for _, in := range b.Inputs {
		if in.Name == "producer.average" || in.Name == "producer.peak" {
			any = any || in.Source == model.File || in.Source == model.Flag
			measured = measured || in.Source == model.Measured
		}
	}
	return any && !measured
}

// onDemand reports whether the stream is on-demand, as far as the history shows.
func (b *Basis) onDemand() bool {
	return b.Evidence.Mode.Known && b.Evidence.Mode.Value != model.Provisioned
}

// today returns the stream's mode and shards, and their cost with the traffic of the
// workload. A mode that the history does not have is assumed to be provisioned, if the
// workload says how many shards there are.
func (b *Basis) today(w *model.Workload) Today {
	t := Today{Mode: b.Evidence.Mode, Shards: b.Evidence.Shards}
	if w.CurrentShards > 0 {
		t.Shards = model.Known(int(w.CurrentShards))
		if !t.Mode.Known {
			t.Mode = model.Known(model.Provisioned)
		}
	}
	t.Shown = b.shown(t.Shards)
	if b.Tariff == nil || !t.Mode.Known || !t.Shards.Known {
		return t
	}
	if bill, err := b.Tariff.Bill(b.Limits, w, t.Mode.Value, t.Shards.Value); err == nil {
		t.Monthly = bill.Total
	}
	return t
}

// shown returns the highest mean that CloudWatch shows of what so many shards accepted, as a
// share of their write limits.
func (b *Basis) shown(shards model.Maybe[int]) model.Maybe[unit.Fraction] {
	busiest := &b.Evidence.Busiest.Value
	if !b.Evidence.Busiest.Known || !shards.Known || shards.Value < 1 {
		return model.Maybe[unit.Fraction]{}
	}
	n := float64(shards.Value)
	most := float64(busiest.Accepted.Accepted) / (n * float64(b.Limits.ShardWriteRecords.Value))
	if bytes := busiest.Bytes.Value.Bytes; busiest.Bytes.Known && bytes.Known {
		most = max(most, float64(bytes.Value)/(n*float64(b.Limits.ShardWriteBytes.Value)))
	}
	return model.Known(unit.Fraction(most))
}
