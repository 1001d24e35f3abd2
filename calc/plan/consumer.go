package plan

import (
	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// consumerVariants change one consumer.
func (a *assessment) consumerVariants(i int) []variant {
	var list []variant
	c := &a.Workload.Consumers[i]
	switch {
	case c.Type == model.Standard && a.tooManyConsumers(): // the fewest that must move are found at once
	case c.Type == model.Standard:
		v := a.changed(notice.EnhancedFanOut(string(c.Name)))
		v.w.Consumers[i].Type = model.EnhancedFanOut
		list = append(list, v)
	default:
		v := a.changed(notice.PollInstead(string(c.Name), c.PollInterval))
		v.w.Consumers[i].Type = model.Standard
		if s := calc.NewSizing(a.Limits, &v.w); !s.BelowFloor(&v.w.Consumers[i]) {
			list = append(list, v)
		}
	}
	if c.LatencyBound == model.DelayBound && c.Latency > 0 {
		v := a.changed(notice.RecoveryBound(string(c.Name), c.Latency))
		v.w.Consumers[i].LatencyBound = model.RecoveryBound
		list = append(list, v)
	}
	if c.IsFunction() && !a.Packing.On() {
		list = append(list, a.functionVariants(i)...)
	}
	return list
}

// functionVariants raise a function's parallelization factor and its batch size.
func (a *assessment) functionVariants(i int) (list []variant) {
	fn := &a.Workload.Consumers[i].Lambda
	name := string(a.Workload.Consumers[i].Name)
	if most := a.Limits.LambdaFactor.Value; int(fn.ParallelizationFactor) < most {
		v, to := a.raise(i, func(l *model.Lambda) *unit.Count { return &l.ParallelizationFactor }, most)
		v.advice = notice.RaiseFactor(name, int(fn.ParallelizationFactor), to)
		list = append(list, v)
	}
	largest := model.Lambda{BatchSize: unit.Count(a.Limits.LambdaBatch.Value), Duration: fn.Duration}
	f := calc.NewFunction(a.Limits, &largest)
	const mostTimes = 10 // what has ten times the batch is another function
	if most := min(int(f.Batch(a.Packing.Bare)), mostTimes*int(fn.BatchSize)); int(fn.BatchSize) < most {
		v, to := a.raise(i, func(l *model.Lambda) *unit.Count { return &l.BatchSize }, most)
		v.advice = notice.RaiseBatch(name, int(fn.BatchSize), to, fn.Duration)
		list = append(list, v)
	}
	return list
}

// raise raises a setting of a function as far as it helps: to the least that needs as few
// shards as the most.
func (a *assessment) raise(i int, at func(*model.Lambda) *unit.Count, most int) (variant, int) {
	v := a.copied()
	setting := at(&v.w.Consumers[i].Lambda)
	buffer := make([]calc.Need, 0, len(a.needs))
	needed := func(n int) int {
		*setting = unit.Count(n)
		b := assess(a.Limits, &v.w, buffer)
		return b.recommended
	}
	least := needed(most)
	low, high := int(*at(&a.Workload.Consumers[i].Lambda)), most
	for high-low > 1 {
		if middle := low + (high-low)/2; needed(middle) <= least {
			high = middle
		} else {
			low = middle
		}
	}
	*setting = unit.Count(high)
	return v, high
}
