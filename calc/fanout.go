package calc

import (
	"math"

	"github.com/kcalc/kcalc/model"
)

// FanOut answers which consumers should use enhanced fan-out: the cheapest
// assignment, provisioned, in which every consumer keeps its latency and the
// calls suffice, among all 2^n of up to 12 consumers; and the runner-up. It is
// not there with more consumers, without any, where no assignment fits, or where
// a price is not known. Each assignment has its own recommended shard count.
func (t *Tariff) FanOut(l *model.Limits, w *model.Workload) model.Maybe[model.FanOut] {
	n := len(w.Consumers)
	if n == 0 || n > mostExact {
		return model.Maybe[model.FanOut]{}
	}
	trial := *w
	trial.Consumers = append([]model.Consumer(nil), w.Consumers...)
	var best [2]assignment
	var needs []Need
	var charges []charge
	for mask := range 1 << n {
		assign(trial.Consumers, mask)
		s := newSituation(l, &trial)
		needs = s.solve(needs[:0])
		minimum, recommended := counts(needs)
		if !s.fits(needs, minimum) {
			continue
		}
		cost, err := t.total(l, &trial, model.Provisioned, recommended, charges)
		if err != nil {
			return model.Maybe[model.FanOut]{}
		}
		candidate := assignment{mask: mask, shards: recommended, cost: cost, delay: s.longestFloor(), known: true}
		switch {
		case candidate.betters(&best[0]):
			if candidate.differs(&best[0]) {
				best[1] = best[0]
			}
			best[0] = candidate
		case candidate.differs(&best[0]) && candidate.betters(&best[1]):
			best[1] = candidate
		}
	}
	if !best[0].known {
		return model.Maybe[model.FanOut]{}
	}
	f := model.FanOut{Choice: best[0].answer(w)}
	if best[1].known {
		f.RunnerUp = model.Known(best[1].answer(w))
	}
	return model.Known(f)
}

// assignment is one way to part the consumers.
type assignment struct {
	mask   int // a bit for each consumer with enhanced fan-out
	shards int
	cost   model.USD
	delay  model.Duration
	known  bool
}

// betters compares by cost, then by delay; the first of equals stays.
func (a *assignment) betters(b *assignment) bool {
	return !b.known || a.cost < b.cost || a.cost == b.cost && a.delay < b.delay
}

// differs tells whether an assignment is more than the other with like
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

// fits tells whether a workload has no obstacle, and no consumer whose records
// come later than its latency by themselves.
func (s *situation) fits(needs []Need, minimum int) bool {
	if minimum > s.l.StreamShards.Value || s.tooManyCalls() || s.enhanced > float64(s.l.FanOutConsumers.Value) {
		return false
	}
	for i := range needs {
		if math.IsInf(needs[i].Full, 1) {
			return false
		}
	}
	for i := range s.w.Consumers {
		if s.belowFloor(&s.w.Consumers[i]) {
			return false
		}
	}
	return true
}

// longestFloor answers the longest delay of a consumer without any surge.
func (s *situation) longestFloor() model.Duration {
	var longest model.Duration
	for i := range s.w.Consumers {
		longest = max(longest, s.floor(&s.w.Consumers[i]))
	}
	return longest
}
