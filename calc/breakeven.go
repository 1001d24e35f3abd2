package calc

import (
	"math"
	"slices"

	"github.com/kcalc/kcalc/model"
)

// What a break-even is looked for by.
const (
	byAverage = "average-throughput"
	byReaders = "readers"
)

// BreakEven answers where another mode becomes the cheapest, of those whose
// cost is known for the workload as it is: when the average throughput alone
// changes, up to the peak or down to nothing, with the provisioned shards as
// they are; and when plain standard consumers are added, as many as a shard
// answers, with the shards recommended then. Shards, where it is not 0, stays
// in both. What does not change the answer is not in the list.
func (t *Tariff) BreakEven(l *model.Limits, w *model.Workload, modes []model.Mode, shards int) []model.BreakEven {
	_, recommended := Counts(Solve(l, w, nil))
	c := comparison{t: t, l: l, fixed: shards, recommended: recommended, charges: newCharges()}
	for _, mode := range modes {
		if _, err := t.total(l, w, mode, c.shards(mode), nil); err == nil {
			c.modes = append(c.modes, mode)
		}
	}
	list := []model.BreakEven{}
	now := c.cheapest(w)
	if now == "" {
		return list
	}
	for _, end := range []float64{float64(w.Producer.Peak), 0} {
		if b, ok := c.average(w, now, end); ok {
			list = append(list, b)
		}
	}
	if b, ok := c.readers(w, now); ok {
		list = append(list, b)
	}
	return list
}

// comparison finds the cheapest of some modes.
type comparison struct {
	t           *Tariff
	l           *model.Limits
	modes       []model.Mode
	fixed       int // provisioned shards, 0 where they are the recommended ones
	recommended int
	charges     []charge
}

// shards answers what a mode is priced with; on-demand has none to choose.
func (c *comparison) shards(mode model.Mode) int {
	if mode == model.Provisioned && c.fixed > 0 {
		return c.fixed
	}
	return c.recommended
}

// cheapest answers the mode that costs least. It answers none where one of them
// has no price: what is left out could be the cheapest.
func (c *comparison) cheapest(w *model.Workload) model.Mode {
	var best model.Mode
	least := model.USD(math.MaxInt64)
	for _, mode := range c.modes {
		total, err := c.t.total(c.l, w, mode, c.shards(mode), c.charges)
		if err != nil {
			return ""
		}
		if best == "" || total < least {
			best, least = mode, total
		}
	}
	return best
}

// average looks for the average throughput, from the declared one to an end,
// from which on another mode is the cheapest.
func (c *comparison) average(w *model.Workload, now model.Mode, end float64) (b model.BreakEven, ok bool) {
	at := func(average float64) model.Mode {
		changed := *w
		changed.Producer.Average = model.RecordsPerSecond(average)
		return c.cheapest(&changed)
	}
	const steps = 64
	declared := float64(w.Producer.Average)
	before := declared
	for i := 1; i <= steps; i++ {
		next := declared + (end-declared)*float64(i)/steps
		if then := at(next); then != now && then != "" {
			where, to := flip(at, before, next)
			return c.atAverage(w, now, to, where), true
		}
		before = next
	}
	return b, false
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

// atAverage writes a flip down, with the share of the shards' limits that the
// average uses there.
func (c *comparison) atAverage(w *model.Workload, from, to model.Mode, average float64) model.BreakEven {
	changed := *w
	changed.Producer.Average = model.RecordsPerSecond(average)
	n := c.shards(model.Provisioned)
	u := newUsage(c.l, &changed, n)
	used := math.Max(u.bandwidth/float64(c.l.ShardWriteBandwidth.Value), u.records/float64(c.l.ShardWriteThroughput.Value)) / float64(n)
	return model.BreakEven{By: byAverage, Value: significant(average, 9), Unit: "records/s", Utilization: model.Known(used),
		From: from, To: to, Falling: average < float64(w.Producer.Average)}
}

// readers looks for the number of consumers from which on another mode is the
// cheapest, when plain standard ones are added.
func (c *comparison) readers(w *model.Workload, now model.Mode) (b model.BreakEven, ok bool) {
	more := *w
	more.Consumers = slices.Clone(w.Consumers)
	trial := *c
	for {
		more.Consumers = append(more.Consumers, model.NewConsumer("reader"))
		s := newSituation(c.l, &more)
		if s.tooManyCalls() {
			return b, false
		}
		_, trial.recommended = Counts(s.solve(nil))
		if then := trial.cheapest(&more); then != now && then != "" {
			return model.BreakEven{By: byReaders, Value: float64(len(more.Consumers)), Unit: "consumers", From: now, To: then}, true
		}
	}
}
