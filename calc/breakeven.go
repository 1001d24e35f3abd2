package calc

import (
	"math"

	"github.com/kcalc/kcalc/model"
)

// What a break-even is looked for by.
const (
	byAverage = "average-throughput"
	byReaders = "readers"
)

// mostReaders is how many readers more a break-even is looked for.
const mostReaders = 50

// BreakEven answers where another mode becomes the cheapest, of those that are
// compared: when the average throughput alone changes, between nothing and the
// peak, with the provisioned shards as they are; and when plain standard
// consumers are added, with the shards recommended then. Shards, where it is
// not 0, stays in both. What does not change the answer is not in the list.
func (t *Tariff) BreakEven(l *model.Limits, w *model.Workload, modes []model.Mode, shards int) []model.BreakEven {
	list := []model.BreakEven{}
	_, recommended := counts(Solve(l, w, nil))
	c := comparison{t: t, l: l, modes: modes, shards: shards, onDemand: recommended}
	now := c.cheapest(w)
	if now == "" {
		return list
	}
	if at, to := c.averageFlip(w); to != "" {
		list = append(list, c.byAverage(w, at, to))
	}
	for n := 1; n <= mostReaders; n++ {
		more := *w
		more.Consumers = append([]model.Consumer(nil), w.Consumers...)
		for range n {
			more.Consumers = append(more.Consumers, model.NewConsumer("reader"))
		}
		if then := c.cheapest(&more); then != now && then != "" {
			return append(list, model.BreakEven{By: byReaders, Value: float64(len(more.Consumers)), Unit: "consumers", From: now, To: then})
		}
	}
	return list
}

// comparison finds the cheapest of some modes.
type comparison struct {
	t      *Tariff
	l      *model.Limits
	modes  []model.Mode
	shards int // 0 where each workload has its own

	onDemand int // stands in for the shards that on-demand does not have

	needs   []Need
	charges []charge
}

// cheapest answers the mode that costs least; none where no price is known.
func (c *comparison) cheapest(w *model.Workload) model.Mode {
	shards := c.shards
	if shards == 0 {
		c.needs = Solve(c.l, w, c.needs[:0])
		_, shards = counts(c.needs)
	}
	var best model.Mode
	least := model.USD(math.MaxInt64)
	for _, mode := range c.modes {
		n := shards
		if mode != model.Provisioned && c.shards != 0 {
			n = c.onDemand
		}
		if total, err := c.t.total(c.l, w, mode, n, c.charges); err == nil && (best == "" || total < least) {
			best, least = mode, total
		}
	}
	return best
}

// averageFlip answers the average nearest to the declared one at which another
// mode is cheapest, and that mode: it looks upwards to the peak, then down.
func (c *comparison) averageFlip(w *model.Workload) (float64, model.Mode) {
	fixed := *c
	if fixed.shards == 0 {
		c.needs = Solve(c.l, w, c.needs[:0])
		_, fixed.shards = counts(c.needs)
	}
	at := func(average float64) model.Mode {
		changed := *w
		changed.Producer.Average = model.RecordsPerSecond(average)
		return fixed.cheapest(&changed)
	}
	declared := float64(w.Producer.Average)
	now := at(declared)
	const steps = 64
	for _, end := range []float64{float64(w.Producer.Peak), 0} {
		before := declared
		for i := 1; i <= steps; i++ {
			next := declared + (end-declared)*float64(i)/steps
			if then := at(next); then != now && then != "" {
				return flip(at, before, next)
			}
			before = next
		}
	}
	return 0, ""
}

// flip narrows down where the answer of a function changes, between a place
// before and one after it.
func flip(at func(float64) model.Mode, before, after float64) (float64, model.Mode) {
	was := at(before)
	for i := 0; i < 60 && math.Abs(after-before) > 1e-9*math.Abs(after); i++ {
		if middle := (before + after) / 2; at(middle) == was {
			before = middle
		} else {
			after = middle
		}
	}
	return after, at(after)
}

// byAverage writes a flip down, from the cheaper side to the other.
func (c *comparison) byAverage(w *model.Workload, at float64, to model.Mode) model.BreakEven {
	b := model.BreakEven{By: byAverage, Value: significant(at, 9), Unit: "records/s", From: c.cheapest(w), To: to, Falling: at < float64(w.Producer.Average)}
	shards := c.shards
	if shards == 0 {
		_, shards = counts(c.needs)
	}
	changed := *w
	changed.Producer.Average = model.RecordsPerSecond(at)
	u := newUsage(c.l, &changed, shards)
	b.Utilization = model.Known(math.Max(u.bandwidth/float64(c.l.ShardWriteBandwidth.Value), u.records/float64(c.l.ShardWriteThroughput.Value)) / float64(shards))
	return b
}
