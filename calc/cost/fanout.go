package cost

import (
	"context"
	"fmt"
	"slices"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// FanOut returns which consumers should use enhanced fan-out: the cheapest
// assignment, provisioned, in which every consumer keeps its latency and the
// calls suffice, among all 2^n of up to 12 consumers; and the runner-up. Each
// assignment has its own shard count, as counts ask for it. Why says what is missing for
// a choice, or of it, where an assignment has no price; it is empty where nothing
// is, and where there are no consumers. Once the context is done it stops.
func (t *Tariff) FanOut(
	ctx context.Context,
	l *model.Limits,
	w *model.Workload,
	counts Counts,
) (choice model.Maybe[model.FanOut], why string) {
	n := len(w.Consumers)
	switch {
	case n == 0:
		return choice, ""
	case n > mostExact:
		return choice, fmt.Sprintf("with %d consumers there are too many assignments to try; up to %d are", n, mostExact)
	}
	best, err := t.rank(ctx, l, w, counts)
	switch {
	case best[0].known:
		f := model.FanOut{Choice: best[0].answer(w)}
		if best[1].known {
			f.RunnerUp = model.Known(best[1].answer(w))
		}
		choice = model.Known(f)
	case err == nil:
		return choice, "no assignment keeps every latency within the calls that a shard allows"
	}
	if err != nil {
		return choice, "of some assignments " + err.Error()
	}
	return choice, ""
}

// rank returns the two best assignments that have a price, and why others have
// none.
func (t *Tariff) rank(
	ctx context.Context, l *model.Limits, w *model.Workload, counts Counts,
) (best [2]assignment, unpriced error) {
	trial := *w
	trial.Consumers = slices.Clone(w.Consumers)
	var needs []calc.Need
	for mask := range 1 << len(w.Consumers) {
		if err := ctx.Err(); err != nil {
			return best, err
		}
		assign(trial.Consumers, mask)
		s := calc.NewSizing(l, &trial)
		needs = s.Solve(needs[:0])
		if !fits(&s, needs) {
			continue
		}
		_, recommended := calc.Counts(needs)
		shards := counts.of(recommended)
		cost, err := t.Total(l, &trial, model.Provisioned, shards)
		if err != nil {
			unpriced = err
			continue
		}
		place(&best, assignment{mask: mask, shards: shards, cost: cost, delay: longestFloor(&s), known: true})
	}
	return best, unpriced
}

// place keeps the two best. The second differs from the first by more than like
// consumers swapped.
func place(best *[2]assignment, a assignment) {
	switch {
	case a.betters(&best[0]):
		if a.differs(&best[0]) {
			best[1] = best[0]
		}
		best[0] = a
	case a.differs(&best[0]) && a.betters(&best[1]):
		best[1] = a
	}
}

// assignment is one way to part the consumers.
type assignment struct {
	mask   int // a bit for each consumer with enhanced fan-out
	shards int
	cost   unit.USD
	delay  unit.Duration
	known  bool
}

// betters compares by cost, then by delay; the first of equals stays.
func (a *assignment) betters(b *assignment) bool {
	return !b.known || a.cost < b.cost || a.cost == b.cost && a.delay < b.delay
}

// differs reports whether an assignment is more than the other with like
// consumers swapped.
func (a *assignment) differs(b *assignment) bool {
	return a.cost != b.cost || a.delay != b.delay
}

func (a *assignment) answer(w *model.Workload) model.FanOutPlan {
	p := model.FanOutPlan{Consumers: []model.Name{}, Shards: a.shards, Cost: a.cost, Delay: a.delay.Seconds()}
	for i := range w.Consumers {
		if a.mask>>i&1 == 1 {
			p.Consumers = append(p.Consumers, w.Consumers[i].Name)
		}
	}
	return p
}

// assign gives each consumer the type that its bit says.
func assign(consumers []model.Consumer, mask int) {
	for i := range consumers {
		consumers[i].Type = model.Standard
		if mask>>i&1 == 1 {
			consumers[i].Type = model.EnhancedFanOut
		}
	}
}

// fits reports whether a workload fits, and no consumer gets its records later than
// its latency without any surge.
func fits(s *calc.Sizing, needs []calc.Need) bool {
	if !s.Fits(needs) {
		return false
	}
	return !slices.ContainsFunc(s.Workload.Consumers, func(c model.Consumer) bool { return s.BelowFloor(&c) })
}

// longestFloor returns the longest delay of a consumer without any surge.
func longestFloor(s *calc.Sizing) unit.Duration {
	var longest unit.Duration
	for i := range s.Workload.Consumers {
		longest = max(longest, s.Floor(&s.Workload.Consumers[i]))
	}
	return longest
}
