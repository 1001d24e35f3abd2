package plan

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// variant is the workload with one thing changed, on one stream or on several.
type variant struct {
	advice notice.Notice // its message says what is changed, its remedy under which condition
	w      model.Workload
	others []model.Workload // of further streams
	warns  []notice.Notice  // of the change
}

// advice runs the plan again with one thing changed at a time, and returns the changes
// that are worth it, the most dollars first. Once the context is done it stops.
func (a *assessment) advice(ctx context.Context) []model.Advice {
	list := []model.Advice{}
	buffer := make([]calc.Need, 0, len(a.needs))
	for v := range a.variants() {
		if ctx.Err() != nil {
			break
		}
		if advice, ok := a.consider(&v, buffer); ok {
			list = append(list, advice)
		}
	}
	SortAdvice(list)
	return list
}

// SortAdvice puts the best first: what saves the most dollars, or where a price is missing
// the most shards. Larger batches come last: what they save has to be measured.
func SortAdvice(list []model.Advice) {
	slices.SortStableFunc(list, func(x, y model.Advice) int {
		if c := boolInt(notice.IsBatchSize(x.ID)) - boolInt(notice.IsBatchSize(y.ID)); c != 0 {
			return c
		}
		if x.Cost.Known && y.Cost.Known {
			return cmp.Or(cmp.Compare(x.Cost.Value, y.Cost.Value), cmp.Compare(x.Shards, y.Shards))
		}
		return cmp.Or(boolInt(y.Cost.Known)-boolInt(x.Cost.Known), cmp.Compare(x.Shards, y.Shards))
	})
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// consider assesses a variant, and reports whether it is worth telling.
func (a *assessment) consider(v *variant, buffer []calc.Need) (model.Advice, bool) {
	advice := model.Advice{ID: v.advice.ID, Change: v.advice.Message, Condition: v.advice.Remedy,
		Mode: model.Provisioned, Streams: 1 + len(v.others)}
	var total unit.USD
	priced := a.tariff != nil
	for i := range advice.Streams {
		w := &v.w
		if i > 0 {
			w = &v.others[i-1]
		}
		b := assess(a.Limits, w, buffer)
		b.recommended = max(b.recommended, a.least)
		if !b.Fits(b.needs) {
			return advice, false
		}
		if i == 0 {
			plan := b.plan(false)
			if a.addsFault(plan.Warnings) {
				return advice, false
			}
			plan.Warnings = append(plan.Warnings, v.warns...)
			advice.Plan = &plan
		}
		advice.Shards += b.recommended
		advice.Carried = append(advice.Carried, model.Carried{Workload: w, Shards: b.recommended})
		priced = priced && a.addCost(w, b.recommended, &total)
	}
	if priced {
		advice.Cost = model.Known(total)
	}
	return advice, a.worth(&advice) && a.sensible(v)
}

// addsFault reports whether some notices change the answer, which those of what is changed do
// not have: a change that fits and breaks something else is no advice.
func (a *assessment) addsFault(list []notice.Notice) bool {
	return slices.ContainsFunc(list, func(n notice.Notice) bool {
		return n.Severity == notice.Changes &&
			!slices.ContainsFunc(a.notices(), func(own notice.Notice) bool { return own.ID == n.ID })
	})
}

// addCost adds what a stream costs to a total, and reports whether that is known.
func (a *assessment) addCost(w *model.Workload, shards int, total *unit.USD) bool {
	one, err := a.tariff.Total(a.Limits, w, model.Provisioned, shards)
	if err == nil {
		*total, err = total.Plus(one)
	}
	return err == nil
}

// leastSaved is the part of the cost that a change has to save to be worth telling: one in
// a hundred.
const leastSaved = 100

// worth reports whether a change that fits is worth telling: it makes a workload fit, or
// saves a shard or a hundredth of the cost.
func (a *assessment) worth(b *model.Advice) bool {
	switch {
	case !a.Fits(a.needs), b.Shards < a.recommended:
		return true
	case !b.Cost.Known || !a.cost.Known:
		return false
	}
	saved := a.cost.Value - b.Cost.Value
	return saved > 0 && saved >= a.cost.Value/leastSaved
}

// sensible reports whether every workload of a variant is one that the input takes, if the
// workload that was asked for is.
func (a *assessment) sensible(v *variant) bool {
	if _, err := resolved(a.Workload); err != nil {
		return true
	}
	for _, w := range append([]model.Workload{v.w}, v.others...) {
		if _, err := resolved(&w); err != nil {
			return false
		}
	}
	return true
}

// variants are the changes that are tried. Most change what a user can change;
// the last ones relax what binds until the next constraint does.
func (a *assessment) variants() iter.Seq[variant] {
	return func(yield func(variant) bool) {
		for list := range a.variantLists() {
			for _, v := range list {
				if !yield(v) {
					return
				}
			}
		}
	}
}

// variantLists makes the variants list after list, as they are wanted: each takes
// its time, and each variant has all consumers.
func (a *assessment) variantLists() iter.Seq[[]variant] {
	return func(yield func([]variant) bool) {
		for _, list := range [...]func() []variant{a.producerVariants, a.retentionVariants, a.pollVariants} {
			if !yield(list()) {
				return
			}
		}
		for i := range a.Workload.Consumers {
			if !yield(a.consumerVariants(i)) {
				return
			}
		}
		yield(a.relaxations())
	}
}

// changed returns a copy of the workload, which a variant can change, with consumers of
// its own.
func (a *assessment) changed(advice notice.Notice) variant {
	v := a.copied()
	v.advice = advice
	return v
}

// copied is changed where the advice is not known yet.
func (a *assessment) copied() variant {
	v := variant{w: *a.Workload}
	v.w.Consumers = slices.Clone(a.Workload.Consumers)
	return v
}
