package review

import (
	"context"
	"slices"

	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/plan"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// Assumption is an input of a plan, and what the plan becomes with a fifth less and with a
// fifth more of it, all else being equal.
type Assumption struct {
	model.Input

	// Less and More are unknown of what is no amount, of what may not be so little or so
	// much, and of inputs that were not varied because there are too many.
	Less model.Maybe[Outcome] `json:"less"`
	More model.Maybe[Outcome] `json:"more"`

	// Moves reports whether one of them is another number of shards, or makes the difference
	// between what fits and what does not.
	Moves bool `json:"moves_shards"`
}

// Outcome is what a plan becomes with another value of an input.
type Outcome struct {
	Value    any                   `json:"value"` // in the unit of the input
	Shards   int                   `json:"shards"`
	Feasible bool                  `json:"feasible"`
	Binding  []string              `json:"binding"`
	Monthly  model.Maybe[unit.USD] `json:"monthly_usd"`
}

// A fifth less and a fifth more.
const (
	aFifthLess = 0.8
	aFifthMore = 1.2
)

// mostVaried is how many inputs are varied: each takes two plans. Those of the stream come
// first, then those of its consumers in their order.
const mostVaried = 60

// variation varies the workload of a plan.
type variation struct {
	*Basis
	workload *model.Workload
	plan     *model.Plan
}

// all returns the inputs of the plan, varied one by one. The error is the context's.
func (v *variation) all(ctx context.Context) ([]Assumption, error) {
	list := []Assumption{}
	varied := 0
	for _, in := range v.Inputs {
		a := Assumption{Input: in}
		if varied < mostVaried {
			for times, at := range map[float64]*model.Maybe[Outcome]{aFifthLess: &a.Less, aFifthMore: &a.More} {
				w := v.copied()
				value, ok := scaled(&w, in.Name, times)
				if !ok {
					continue
				}
				v.tie(&w, in.Name)
				var err error
				if *at, err = v.outcome(ctx, v.Basis, &w, value); err != nil {
					return nil, err
				}
			}
			if a.Less.Known || a.More.Known {
				varied++
			}
		}
		a.Moves = v.moves(&a)
		list = append(list, a)
	}
	return list, nil
}

// TrafficID is the name of the assumption that is all of the traffic.
const TrafficID = "traffic"

// traffic varies all rates of the workload at once, and with them what the history had.
func (v *variation) traffic(ctx context.Context) (Assumption, error) {
	a := Assumption{Input: model.Input{Name: TrafficID, Value: 1.0}}
	for times, at := range map[float64]*model.Maybe[Outcome]{aFifthLess: &a.Less, aFifthMore: &a.More} {
		w, b := plan.Scaled(v.workload, times), *v.Basis
		b.History = scaledHistory(b.History, times)
		var err error
		if *at, err = v.outcome(ctx, &b, &w, times); err != nil {
			return a, err
		}
	}
	a.Moves = v.moves(&a)
	return a, nil
}

// moves reports whether a variation gives another number of shards, or one that does not fit.
func (v *variation) moves(a *Assumption) bool {
	moves := func(o model.Maybe[Outcome]) bool {
		if !o.Known || !o.Value.Feasible && !v.plan.Feasible {
			return false
		}
		return o.Value.Shards != v.plan.Shards.Recommended || o.Value.Feasible != v.plan.Feasible
	}
	return moves(a.Less) || moves(a.More)
}

// copied returns the workload with lists of its own.
func (v *variation) copied() model.Workload {
	w := *v.workload
	w.Consumers = slices.Clone(w.Consumers)
	return w
}

// tie lets an average that nobody gave follow the peak that it is taken from, and a peak the
// average.
func (v *variation) tie(w *model.Workload, name string) {
	const average, peak = "producer.average", "producer.peak"
	switch {
	case name == peak && v.sourceOf(average, model.Default) == model.Default:
		w.Producer.Average = w.Producer.Peak
	case name == average && v.sourceOf(peak, model.Default) == model.Default:
		w.Producer.Peak = w.Producer.Average
	}
}

// outcome returns the plan of a varied workload. It is unknown where that makes no sense, such
// as an average above the peak.
func (v *variation) outcome(
	ctx context.Context, b *Basis, w *model.Workload, value any,
) (model.Maybe[Outcome], error) {
	if w.Producer.Average > w.Producer.Peak || surgeBelowPeak(w) && !surgeBelowPeak(v.workload) {
		return model.Maybe[Outcome]{}, nil
	}
	p, err := b.quickPlan(ctx, w)
	if err != nil {
		return model.Maybe[Outcome]{}, err
	}
	o := Outcome{Value: value, Shards: p.Shards.Recommended, Feasible: p.Feasible, Binding: p.Binding}
	if p.Cost.Known {
		o.Monthly = model.Known(p.Cost.Value.Monthly)
	}
	return model.Known(o), nil
}

func surgeBelowPeak(w *model.Workload) bool {
	return w.Producer.Surge.Duration > 0 && w.Producer.Surge.Throughput < w.Producer.Peak
}

// quickPlan returns the plan of a workload as an answer has it, but for advice that the replay
// has to bear out.
func (b *Basis) quickPlan(ctx context.Context, w *model.Workload) (model.Plan, error) {
	if b.History == nil {
		return DeclaredPlan(ctx, b, w)
	}
	traffic := fit.TrafficOf(b.History)
	c := counter{Basis: b, workload: w, against: b.against(w.Retention)}
	return c.plan(ctx, &traffic)
}

// scaled makes the input of a name so many times as large in a workload, and returns its
// value then. It reports false where there is no such value.
func scaled(w *model.Workload, name string, times float64) (value any, ok bool) {
	if name == "current_shards" { // what there is, not what is needed
		return nil, false
	}
	if value, ok = scaledField(w, input.WorkloadFields(), "", name, times); ok {
		return value, true
	}
	for i := range w.Consumers {
		c := &w.Consumers[i]
		value, ok = scaledField(c, input.ConsumerFields(), input.ConsumerPath(i, string(c.Name)), name, times)
		if ok {
			return value, true
		}
	}
	return nil, false
}

func scaledField[T any](t *T, fields []input.Field[T], prefix, name string, times float64) (value any, ok bool) {
	for i := range fields {
		if f := &fields[i]; prefix+f.Key == name && f.Scale(t, times) {
			value, _ = f.At(t).Measure()
			return value, true
		}
	}
	return nil, false
}

// scaledHistory returns a history in which so many times as much was written and read; nil
// of nil.
func scaledHistory(h *model.History, times float64) *model.History {
	if h == nil {
		return nil
	}
	more := *h
	more.Series = slices.Clone(h.Series)
	for i := range more.Series {
		s := &more.Series[i]
		if m, ok := s.Describe(); !ok || m.Statistic != model.Sum {
			continue
		}
		s.Runs = slices.Clone(s.Runs)
		for k := range s.Runs {
			values := slices.Clone(s.Runs[k].Values)
			for n := range values {
				values[n] *= times
			}
			s.Runs[k].Values = values
		}
	}
	return &more
}
