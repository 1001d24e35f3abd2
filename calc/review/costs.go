package review

import (
	"context"
	"slices"

	"github.com/kcalc/kcalc/calc/cost"
	"github.com/kcalc/kcalc/calc/plan"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
)

// CostRequest is what is asked of the cost of a stream.
type CostRequest struct {
	Modes  []model.Mode
	Shards int // of the provisioned mode; 0 for the recommended ones
	Split  model.ProducerSplit
}

// Costs returns what a workload costs in some modes, each with whether it carries the
// workload, and what it costs as the stream is today. The recommended shards are those of
// its plan, or of its review if it has a history; what changes that answer changes this one
// too. The error is the context's, once that is done.
func Costs(ctx context.Context, b *Basis, w *model.Workload, q *CostRequest) (model.Costs, error) {
	r := cost.Request{Modes: q.Modes, Counts: cost.Counts{Fixed: q.Shards}, Split: q.Split}
	r.Fit = func(w *model.Workload, mode model.Mode, shards int) model.Maybe[model.ModeFit] {
		fit, err := CarriesMode(ctx, b, w, mode, shards)
		return model.Maybe[model.ModeFit]{Value: fit, Known: err == nil}
	}
	var measured []notice.Notice
	because := ""
	if b.History != nil {
		stream, err := New(ctx, b, w)
		if err != nil {
			return model.Costs{}, err
		}
		r.Counts.Least, measured = stream.Shards.Recommended, stream.forCosts()
		if stream.refuted {
			r.Fit, because = doubted(r.Fit), notice.Because(stream.evidence[0])
		}
	}
	if b.History == nil && q.Shards == 0 {
		p, err := DeclaredPlan(ctx, b, w)
		if err != nil {
			return model.Costs{}, err
		}
		ahead := slices.Equal(p.Binding, []string{plan.AheadID})
		if ahead || slices.Equal(p.Binding, []string{ReplayID}) { // the formulas ask for fewer
			r.Counts.Least = p.Shards.Recommended
		}
	}
	r.Today = b.costToday(w)
	answer, err := cost.Of(ctx, b.Limits, w, b.Tariff, &r)
	answer.Because = because
	answer.Warnings = append(measured, b.withoutKeySize(answer.Warnings)...)
	return answer, err
}

// forCosts returns what a review knows that changes what the stream costs, or weakens it
// because of what reads the stream.
func (r *Review) forCosts() (list []notice.Notice) {
	for _, n := range slices.Concat(r.evidence, r.Warnings) {
		told := slices.ContainsFunc(list, func(other notice.Notice) bool { return other.ID == n.ID })
		if kind, _ := notice.Find(n.ID); !told &&
			(n.Severity == notice.Changes || kind.ID == notice.ConsumerIdleID || kind.ID == notice.FilterShareUnknownID) {
			list = append(list, n)
		}
	}
	return list
}

// fitFunc judges whether a mode carries a workload on some shards.
type fitFunc func(w *model.Workload, mode model.Mode, shards int) model.Maybe[model.ModeFit]

// doubted returns a judgement that does not say that a mode carries a workload, because what
// was measured refutes the replay.
func doubted(judge fitFunc) fitFunc {
	return func(w *model.Workload, mode model.Mode, shards int) model.Maybe[model.ModeFit] {
		fit := judge(w, mode, shards)
		fit.Known = fit.Known && !fit.Value.Carries
		return fit
	}
}

// costToday returns the mode and the shards that the stream has, as far as its history or
// the workload says.
func (b *Basis) costToday(w *model.Workload) model.Maybe[cost.Today] {
	var now Today
	if b.Evidence != nil {
		now = b.today(w)
	} else if w.CurrentShards > 0 {
		now = Today{Mode: model.Known(model.Provisioned), Shards: model.Known(int(w.CurrentShards))}
	}
	if !now.Mode.Known || now.Mode.Value == model.Provisioned && !now.Shards.Known {
		return model.Maybe[cost.Today]{}
	}
	return model.Known(cost.Today{Mode: now.Mode.Value, Shards: now.Shards.Value})
}
