package cost

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// FanOut returns which consumers should use enhanced fan-out: the cheapest
// assignment, provisioned, in which every consumer keeps its latency and the
// calls suffice, and the runner-up. Of up to 12 consumers all 2^n are tried; of more,
// those in which the consumers below their floor move, and then the ones that poll the
// most often, one after the other: the fewest that must move are among them. Each
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
	if n == 0 {
		return choice, ""
	}
	if n > mostExact {
		why = fmt.Sprintf("of %d consumers only those that poll the most often were tried, not all assignments", n)
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
	return choice, why
}

// rank returns the two best assignments that have a price, and why others have
// none.
func (t *Tariff) rank(
	ctx context.Context, l *model.Limits, w *model.Workload, counts Counts,
) (best [2]assignment, unpriced error) {
	trial := *w
	trial.Consumers = slices.Clone(w.Consumers)
	var needs []calc.Need
	for consumers := range assignments(l, w) {
		if err := ctx.Err(); err != nil {
			return best, err
		}
		assign(trial.Consumers, consumers)
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
		place(&best, assignment{fanOut: slices.Clone(consumers), shards: shards, cost: cost, delay: longestFloor(&s), known: true})
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
	fanOut []bool // by consumer
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
		if a.fanOut[i] {
			p.Consumers = append(p.Consumers, w.Consumers[i].Name)
		}
	}
	return p
}

// assignments returns the ways to part the consumers that are tried, as whether each uses
// enhanced fan-out. What it yields is overwritten.
func assignments(l *model.Limits, w *model.Workload) iter.Seq[[]bool] {
	n := len(w.Consumers)
	fanOut := make([]bool, n)
	if n > mostExact {
		return func(yield func([]bool) bool) {
			for _, i := range append([]int{-1}, byUrgency(l, w)...) {
				if i >= 0 {
					fanOut[i] = true
				}
				if !yield(fanOut) {
					return
				}
			}
		}
	}
	return func(yield func([]bool) bool) {
		for mask := range 1 << n {
			for i := range fanOut {
				fanOut[i] = mask>>i&1 == 1
			}
			if !yield(fanOut) {
				return
			}
		}
	}
}

// byUrgency returns the consumers, by index: those that polling makes too late first, then
// those that poll the most often.
func byUrgency(l *model.Limits, w *model.Workload) []int {
	polling := *w
	polling.Consumers = slices.Clone(w.Consumers)
	order := make([]int, len(w.Consumers))
	for i := range order {
		order[i], polling.Consumers[i].Type = i, model.Standard
	}
	s := calc.NewSizing(l, &polling)
	late := func(i int) int {
		if s.BelowFloor(&polling.Consumers[i]) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(order, func(i, j int) int {
		return cmp.Or(late(i)-late(j), cmp.Compare(polling.Consumers[i].PollInterval, polling.Consumers[j].PollInterval))
	})
	return order
}

// assign gives each consumer its type.
func assign(consumers []model.Consumer, fanOut []bool) {
	for i := range consumers {
		consumers[i].Type = model.Standard
		if fanOut[i] {
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
