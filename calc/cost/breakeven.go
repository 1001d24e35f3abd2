package cost

import (
	"math"
	"slices"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// What a break-even is looked for by.
const (
	byAverage = "average-throughput"
	byReaders = "readers"
)

// BreakEven returns where another mode becomes the cheapest, of those whose
// cost is known for the workload as it is: when the average throughput alone
// changes, up to the peak or down to nothing, and when plain standard consumers
// are added, as many as a shard serves. Provisioned has the counts that are asked for,
// of what is recommended then. What does not change the cheapest mode is not in the
// list, nor where the other one would not carry the workload, if that is judged.
func (t *Tariff) BreakEven(l *model.Limits, w *model.Workload, modes []model.Mode, q *Request) []model.BreakEven {
	c := comparison{t: t, l: l, counts: q.Counts, fit: q.Fit}
	for _, mode := range modes {
		if _, err := c.total(w, mode, c.recommended(w)); err == nil {
			c.modes = append(c.modes, mode)
		}
	}
	list := []model.BreakEven{}
	if c.cheapest(w) == "" {
		return list
	}
	for _, end := range []float64{float64(w.Producer.Peak), 0} {
		if b, ok := c.average(w, end); ok && c.carries(averaging(w, b.Value), b.To) {
			list = append(list, b)
		}
	}
	if b, ok := c.readers(w); ok {
		more := *w
		more.Consumers = slices.Clone(w.Consumers)
		for len(more.Consumers) < int(b.Value) {
			more.Consumers = append(more.Consumers, model.NewConsumer("reader"))
		}
		if c.carries(&more, b.To) {
			list = append(list, b)
		}
	}
	return list
}

// carries reports whether a mode carries a workload, as far as that is judged.
func (c *comparison) carries(w *model.Workload, mode model.Mode) bool {
	if c.fit == nil {
		return true
	}
	fit := c.fit(w, mode, c.counts.of(c.recommended(w)))
	return !fit.Known || fit.Value.Carries
}

// comparison finds the cheapest of some modes.
type comparison struct {
	t      *Tariff
	l      *model.Limits
	modes  []model.Mode
	counts Counts // of provisioned shards
	fit    func(*model.Workload, model.Mode, int) model.Maybe[model.ModeFit]
	needs  []calc.Need
}

// recommended returns the shards that are recommended for a workload.
func (c *comparison) recommended(w *model.Workload) int {
	c.needs = calc.Solve(c.l, w, c.needs[:0])
	_, shards := calc.Counts(c.needs)
	return shards
}

// total returns what a mode costs. On-demand has no shards to choose; where
// aggregates are sized by them, those are the recommended ones.
func (c *comparison) total(w *model.Workload, mode model.Mode, recommended int) (unit.USD, error) {
	shards := recommended
	if mode == model.Provisioned {
		shards = c.counts.of(recommended)
	}
	return c.t.Total(c.l, w, mode, shards)
}

// cheapest returns the mode that costs least, the first of those that cost the
// same. It is none where one of them has no price: what is left out could be the
// cheapest.
func (c *comparison) cheapest(w *model.Workload) model.Mode {
	var best model.Mode
	least := unit.USD(math.MaxInt64)
	recommended := c.recommended(w)
	for _, mode := range c.modes {
		total, err := c.total(w, mode, recommended)
		if err != nil {
			return ""
		}
		if best == "" || total < least {
			best, least = mode, total
		}
	}
	return best
}

// readers looks for the number of consumers from which on another mode is the
// cheapest, when plain standard ones are added, and until how many it is.
func (c *comparison) readers(w *model.Workload) (b model.BreakEven, ok bool) {
	more := *w
	more.Consumers = slices.Clone(w.Consumers)
	now := c.cheapest(w)
	for !ok || !b.Until.Known {
		more.Consumers = append(more.Consumers, model.NewConsumer("reader"))
		if s := calc.NewSizing(c.l, &more); s.TooManyCalls() {
			break
		}
		count := float64(len(more.Consumers))
		switch then := c.cheapest(&more); {
		case then == "":
			return b, ok
		case !ok && then != now:
			b, ok = model.BreakEven{By: byReaders, Value: count, Unit: "consumers", From: now, To: then}, true
		case ok && then != b.To:
			b.Until = model.Known(count)
		}
	}
	return b, ok
}
