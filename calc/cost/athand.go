package cost

import (
	"fmt"
	"slices"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// fanOutAtHand returns what enhanced fan-out costs and gains on so many shards as counts ask
// for: with no consumer on it, the fewest that must be, those that should be, and all. Of a
// workload that does not fit the shards are those of the fewest that must be.
func (t *Tariff) fanOutAtHand(l *model.Limits, w *model.Workload, counts Counts) model.Maybe[model.FanOutAtHand] {
	n := len(w.Consumers)
	if n == 0 {
		return model.Maybe[model.FanOutAtHand]{}
	}
	h := atHand{t: t, l: l, trial: *w}
	h.trial.Consumers = slices.Clone(w.Consumers)
	none, all := make([]bool, n), make([]bool, n)
	for i := range all {
		all[i] = true
	}
	must := h.must(none)
	h.shards = h.recommended(w, must, counts)
	f := model.FanOutAtHand{Shards: h.shards}
	should := h.should(must)
	for _, way := range [...]struct {
		which  model.FanOutWhich
		fanOut []bool
	}{{model.FanOutNone, none}, {model.FanOutMust, must}, {model.FanOutShould, should}, {model.FanOutAll, all}} {
		o := h.option(way.which, way.fanOut)
		if !slices.ContainsFunc(f.Options, func(p model.FanOutOption) bool { return len(p.Consumers) == len(o.Consumers) }) {
			f.Options = append(f.Options, o)
		}
	}
	f.Verdict = h.verdict(&f, countTrue(must), countTrue(should), w)
	return model.Known(f)
}

// FanOutMatters returns what enhanced fan-out costs and gains on so many shards, where a consumer
// has it, or must or should have it; unknown where none does.
func (t *Tariff) FanOutMatters(l *model.Limits, w *model.Workload, shards int) model.Maybe[model.FanOutAtHand] {
	f := t.fanOutAtHand(l, w, Counts{Fixed: shards})
	moves := slices.ContainsFunc(f.Value.Options, func(o model.FanOutOption) bool {
		return (o.Which == model.FanOutMust || o.Which == model.FanOutShould) && len(o.Consumers) > 0
	})
	if !moves && countFanOut(w) == 0 {
		return model.Maybe[model.FanOutAtHand]{}
	}
	return f
}

// atHand prices ways to part the consumers, on the same shards.
type atHand struct {
	t      *Tariff
	l      *model.Limits
	shards int
	trial  model.Workload // whose consumers are given their types
}

// sizing returns the sizing with some consumers on enhanced fan-out.
func (h *atHand) sizing(fanOut []bool) calc.Sizing {
	assign(h.trial.Consumers, fanOut)
	return calc.NewSizing(h.l, &h.trial)
}

// recommended returns the shards at hand.
func (h *atHand) recommended(w *model.Workload, must []bool, counts Counts) int {
	s := calc.NewSizing(h.l, w)
	needs := s.Solve(nil)
	if !s.Fits(needs) {
		s = h.sizing(must)
		needs = s.Solve(nil)
	}
	_, recommended := calc.Counts(needs)
	return counts.of(recommended)
}

// must returns the fewest that have to move: without them the polls are too many, or a delay
// bound cannot be kept.
func (h *atHand) must(none []bool) []bool {
	s := h.sizing(none)
	must := slices.Clone(none)
	for _, i := range s.FewestToFanOut() {
		must[i] = true
	}
	return must
}

// should returns those that must move and those whose latency is shorter than polling takes,
// and after them, those that poll the most often first, as many as it takes to have enough
// bandwidth for the reads of the others.
func (h *atHand) should(must []bool) []bool {
	s := h.sizing(must)
	should := slices.Clone(must)
	for i := range h.trial.Consumers {
		moved := h.trial.Consumers[i]
		moved.Type = model.EnhancedFanOut
		should[i] = should[i] || s.BelowFloor(&h.trial.Consumers[i]) && !s.BelowFloor(&moved)
	}
	more := slices.Clone(should)
	order := byUrgency(h.l, &h.trial)
	for h.tooFew(more) {
		next := slices.IndexFunc(order, func(i int) bool { return !more[i] })
		if next < 0 {
			return should // more shards would do, and enhanced fan-out does not
		}
		more[order[next]] = true
	}
	return more
}

// tooFew reports whether the formulas ask for more shards.
func (h *atHand) tooFew(fanOut []bool) bool {
	s := h.sizing(fanOut)
	minimum, _ := calc.Counts(s.Solve(nil))
	return minimum > h.shards
}

// option prices a way, and says why it does not work.
func (h *atHand) option(which model.FanOutWhich, fanOut []bool) model.FanOutOption {
	s := h.sizing(fanOut)
	o := model.FanOutOption{Which: which, Consumers: []model.Name{}, Delay: longestFloor(&s).Seconds()}
	for i := range fanOut {
		if fanOut[i] {
			o.Consumers = append(o.Consumers, h.trial.Consumers[i].Name)
		}
	}
	if total, err := h.t.Total(h.l, &h.trial, model.Provisioned, h.shards); err == nil {
		o.Cost = model.Known(total)
	}
	needs := s.Solve(nil)
	minimum, _ := calc.Counts(needs)
	switch obstacles := s.Infeasible(needs); {
	case len(obstacles) > 0:
		o.WhyNot = model.Known(obstacles[0].Message)
	case minimum > h.shards:
		o.WhyNot = model.Known("it needs " + unit.Plural(minimum, "shard") + " at least.")
	}
	return o
}

// verdict says in a sentence or two how many consumers must move and should, and what that
// costs and gains.
func (h *atHand) verdict(f *model.FanOutAtHand, must, should int, w *model.Workload) string {
	n := len(w.Consumers)
	of := func(k int) string {
		return fmt.Sprintf("%s of %s", unit.Grouped(float64(k), 0), unit.Plural(n, "consumer"))
	}
	best := best(f)
	text := "No consumer has to use enhanced fan-out: polling serves them all in time."
	switch late := h.lateWith(best); {
	case best == nil && should == 0:
		return "Enhanced fan-out does not help: no way works on " + unit.Plural(h.shards, "shard") + ": " +
			f.Options[0].WhyNot.Value
	case should == 0 && late > 0:
		text = fmt.Sprintf("Enhanced fan-out does not help: records reach %s later than they may, with and without it.", of(late))
	case must > 0 && should > must:
		text = fmt.Sprintf("%s must use enhanced fan-out, and %s should.", of(must), unit.Grouped(float64(should), 0))
	case must > 0:
		text = of(must) + " must use enhanced fan-out, and no more need it."
	case should > 0:
		text = "No consumer must use enhanced fan-out, and " + of(should) + " should."
	}
	if best == nil {
		return text + " But no way works on " + unit.Plural(h.shards, "shard") + ": " + f.Options[len(f.Options)-1].WhyNot.Value
	}
	if none, all := &f.Options[0], &f.Options[len(f.Options)-1]; none.Cost.Known && best.Cost.Known && all.Cost.Known {
		if best != none {
			text += fmt.Sprintf(" That is %s, %s more than none.", best.Cost.Value.Prose(), (best.Cost.Value - none.Cost.Value).Prose())
		}
		if best != all && !all.WhyNot.Known {
			text += fmt.Sprintf(" All of them on it cost %s more and get their records within %s instead of %s.",
				(all.Cost.Value - best.Cost.Value).Prose(), unit.Duration(all.Delay*1e9).Prose(), unit.Duration(best.Delay*1e9).Prose())
		}
	}
	if every := h.slowerPoll(); every > 0 && must > 0 {
		text += fmt.Sprintf(" Or let them poll every %s, functions apart, which costs nothing.", every)
	}
	if now := countFanOut(w); now != len(best.Consumers) {
		text += fmt.Sprintf(" Now %s.", usesText(now))
	}
	return text
}

// lateWith returns how many consumers get records later than their latency in a way.
func (h *atHand) lateWith(o *model.FanOutOption) (late int) {
	if o == nil {
		return 0
	}
	fanOut := make([]bool, len(h.trial.Consumers))
	for i := range fanOut {
		fanOut[i] = slices.Contains(o.Consumers, h.trial.Consumers[i].Name)
	}
	s := h.sizing(fanOut)
	for i := range fanOut {
		if s.BelowFloor(&h.trial.Consumers[i]) {
			late++
		}
	}
	return late
}

// slowerPoll returns an interval at which all consumers can poll that can change theirs, and
// that keeps every latency; 0 where there is none.
func (h *atHand) slowerPoll() unit.Duration {
	s := h.sizing(make([]bool, len(h.trial.Consumers)))
	every := s.SlowerPoll()
	for i := range h.trial.Consumers {
		c := h.trial.Consumers[i]
		if !c.IsFunction() {
			c.PollInterval = max(c.PollInterval, every)
		}
		if s.BelowFloor(&c) {
			return 0
		}
	}
	return every
}

// best returns the way with those that should move, if it works, or else the first that does;
// nil if none does.
func best(f *model.FanOutAtHand) (first *model.FanOutOption) {
	for i := range f.Options {
		o := &f.Options[i]
		switch {
		case o.WhyNot.Known:
		case o.Which == model.FanOutShould:
			return o
		case first == nil:
			first = o
		}
	}
	return first
}

func countTrue(list []bool) (n int) {
	for _, b := range list {
		if b {
			n++
		}
	}
	return n
}

// countFanOut counts the consumers that use enhanced fan-out.
func countFanOut(w *model.Workload) (n int) {
	for i := range w.Consumers {
		if w.Consumers[i].Type == model.EnhancedFanOut {
			n++
		}
	}
	return n
}

func usesText(n int) string {
	if n == 0 {
		return "none uses it"
	}
	verb := " use it"
	if n == 1 {
		verb = " uses it"
	}
	return unit.Plural(n, "consumer") + verb
}
