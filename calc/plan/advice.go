package plan

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"sort"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// variant is the workload with one thing changed.
type variant struct {
	advice notice.Notice // its message says what is changed
	w      model.Workload
}

// advice runs the plan again with one thing changed at a time, and returns the
// changes that lower the shards or make an infeasible plan feasible: those that
// fit first, and of these the fewest shards. Once the context is done it stops.
func (a *assessment) advice(ctx context.Context) []model.Advice {
	list := []model.Advice{}
	buffer := make([]calc.Need, 0, len(a.needs))
	for v := range a.variants() {
		if ctx.Err() != nil {
			break
		}
		b := assess(a.Limits, &v.w, buffer)
		if !b.betters(a) {
			continue
		}
		plan := b.plan(false)
		advice := model.Advice{ID: v.advice.ID, Change: v.advice.Message, Shards: b.recommended, Plan: &plan}
		if a.tariff != nil {
			if total, err := a.tariff.Total(a.Limits, &v.w, model.Provisioned, b.recommended); err == nil {
				advice.Cost = model.Known(total)
			}
		}
		list = append(list, advice)
	}
	slices.SortStableFunc(list, func(x, y model.Advice) int {
		return cmp.Or(len(x.Plan.Infeasible)-len(y.Plan.Infeasible), cmp.Compare(x.Shards, y.Shards))
	})
	return list
}

// betters reports whether a changed plan is worth telling: it must fit, unless
// the plan that was asked for does not fit either.
func (a *assessment) betters(asked *assessment) bool {
	fits, fitted := a.Fits(a.needs), asked.Fits(asked.needs)
	switch {
	case fits && !fitted:
		return true
	case fitted && !fits:
		return false
	}
	return a.recommended < asked.recommended
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
		if !yield(a.producerVariants()) {
			return
		}
		for i := range a.Workload.Consumers {
			if !yield(a.consumerVariants(i)) {
				return
			}
		}
		if a.TooManyCalls() && !yield([]variant{a.pollVariant()}) {
			return
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

func (a *assessment) producerVariants() []variant {
	var list []variant
	p := &a.Workload.Producer
	if p.Aggregation.Producers == 0 && p.RecordSize > 0 {
		list = append(list, a.aggregate())
	}
	if half := p.RecordSize / 2; half >= 1 {
		v := a.changed(notice.Compress(half))
		v.w.Producer.RecordSize = half
		v.w.Producer.RecordSizes = slices.Clone(p.RecordSizes)
		for i := range v.w.Producer.RecordSizes {
			v.w.Producer.RecordSizes[i].Size /= 2
		}
		list = append(list, v)
	}
	if p.Skew > 1 {
		v := a.changed(notice.SaltKeys(p.Skew))
		v.w.Producer.Skew = 1
		list = append(list, v)
	}
	return list
}

// aggregate packs records with the KPL's defaults. Packing thins out as
// producers grow, so the change names how many it holds for.
func (a *assessment) aggregate() variant {
	v := a.copied()
	v.w.Producer.Aggregation = model.DefaultAggregation()
	settings := &v.w.Producer.Aggregation
	buffer := make([]calc.Need, 0, len(a.needs))
	one := assess(a.Limits, &v.w, buffer)
	holds := largestCount(func(producers int) bool {
		w := v.w
		w.Producer.Aggregation.Producers = unit.Count(producers)
		many := assess(a.Limits, &w, buffer)
		return many.recommended <= one.recommended
	})
	v.advice = notice.Aggregate(settings.Buffer, settings.MaxSize, holds, holds == mostProducers)
	return v
}

// mostProducers is the largest number of producers that a workload may declare.
const mostProducers = 1_000_000

// largestCount returns the largest number, from 1 to mostProducers, for which a
// falling condition holds. It holds for 1.
func largestCount(holds func(int) bool) int {
	return 1 + sort.Search(mostProducers-1, func(i int) bool { return !holds(i + 2) })
}

func (a *assessment) consumerVariants(i int) []variant {
	var list []variant
	c := &a.Workload.Consumers[i]
	if c.Type == model.Standard {
		v := a.changed(notice.EnhancedFanOut(string(c.Name)))
		v.w.Consumers[i].Type = model.EnhancedFanOut
		list = append(list, v)
	}
	if c.LatencyBound == model.DelayBound && c.Latency > 0 {
		v := a.changed(notice.RecoveryBound(string(c.Name), c.Latency))
		v.w.Consumers[i].LatencyBound = model.RecoveryBound
		list = append(list, v)
	}
	if f := int(c.Lambda.ParallelizationFactor); f > 0 && f < a.Limits.LambdaFactor.Value && !a.Packing.On() {
		list = append(list, a.factorVariant(i))
	}
	return list
}

// factorVariant raises a Lambda function's parallelization factor as far as it
// helps.
func (a *assessment) factorVariant(i int) variant {
	name, from := a.Workload.Consumers[i].Name, a.Workload.Consumers[i].Lambda.ParallelizationFactor
	v := a.copied()
	factor := &v.w.Consumers[i].Lambda.ParallelizationFactor
	buffer := make([]calc.Need, 0, len(a.needs))
	most := unit.Count(a.Limits.LambdaFactor.Value)
	*factor = most
	best := assess(a.Limits, &v.w, buffer)
	for *factor = from + 1; *factor < most; *factor++ {
		if b := assess(a.Limits, &v.w, buffer); b.recommended <= best.recommended {
			break
		}
	}
	v.advice = notice.RaiseFactor(string(name), int(from), int(*factor))
	return v
}

// pollVariant slows all polling down to what a shard serves.
func (a *assessment) pollVariant() variant {
	every := a.FastestPoll()
	v := a.changed(notice.PollInterval(every))
	for i := range v.w.Consumers {
		if c := &v.w.Consumers[i]; c.Type == model.Standard {
			c.PollInterval = max(c.PollInterval, every)
		}
	}
	return v
}

// relaxations relax each binding constraint just so far that the next one
// binds.
func (a *assessment) relaxations() []variant {
	goal := 1
	for i := range a.needs {
		if n := &a.needs[i]; n.CountsShards() && !a.binds(n) {
			goal = max(goal, calc.Shards(n.Target))
		}
	}
	var list []variant
	for i := range a.needs {
		n := &a.needs[i]
		if !a.binds(n) {
			continue
		}
		v, ok := a.relax(n, goal)
		if ok && !slices.ContainsFunc(list, func(o variant) bool { return o.advice.ID == v.advice.ID }) {
			list = append(list, v)
		}
	}
	return list
}

// relax finds the least change, in steps of three digits, of the input that a
// constraint hangs on with which the plan needs no more than the goal; or no
// more than the largest change gives, if that is less than now.
func (a *assessment) relax(n *calc.Need, goal int) (variant, bool) {
	lever := n.Lever(&a.Sizing)
	if lever.Apply == nil {
		return variant{}, false
	}
	v := a.copied()
	buffer := make([]calc.Need, 0, len(a.needs))
	needed := func(times float64) int {
		lever.Apply(&v.w, times)
		b := assess(a.Limits, &v.w, buffer)
		return b.recommended
	}
	reachable := needed(lever.Most)
	if reachable >= a.recommended {
		return variant{}, false
	}
	goal = max(goal, reachable)
	low, high := 1.0, lever.Most
	for i := 0; i < 24 && high-low > 1e-4*high; i++ {
		if middle := (low + high) / 2; needed(middle) <= goal {
			high = middle
		} else {
			low = middle
		}
	}
	needed(high)
	v.advice = notice.Notice{ID: lever.ID, Severity: notice.Note, Message: lever.Describe(&v.w)}
	return v, true
}
