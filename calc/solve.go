package calc

import (
	"math"

	"github.com/kcalc/kcalc/model"
)

// Need is what one constraint asks for, in numbers. It keeps its operands; text
// is made of them later, if at all.
type Need struct {
	Constraint *Constraint
	Consumer   int // index into the workload's consumers; -1 where it is about none

	// Full is the exact number of shards at the whole limit, Target at the
	// target utilization where the constraint has headroom. Both are +Inf where
	// no count would do. Where the constraint is no inequality of shards, Full is what it
	// measures on one shard.
	Full, Target float64

	terms terms
}

// terms are the inequalities of a constraint, which is the largest of them. Some
// have fewer: the rest count nothing.
type terms [4]term

// Solve appends what every constraint of a workload needs to a list, in the order
// of [Constraints]. The workload must make sense, as those do that package input
// resolves.
func Solve(l *model.Limits, w *model.Workload, needs []Need) []Need {
	s := NewSizing(l, w)
	return s.Solve(needs)
}

// Solve appends what every constraint of the workload needs to a list.
func (s *Sizing) Solve(needs []Need) []Need {
	for _, constraints := range considerations {
		if !constraints[0].PerConsumer {
			needs = s.solve(needs, constraints, -1)
			continue
		}
		for i := range s.Workload.Consumers {
			needs = s.solve(needs, constraints, i)
		}
	}
	if s.Skew.placed() {
		s.agree(needs)
	}
	return needs
}

// solve appends what those of some constraints need that apply to a consumer, or to
// the stream for -1.
func (s *Sizing) solve(needs []Need, constraints []*Constraint, consumer int) []Need {
	c := s.consumer(consumer)
	for _, constraint := range constraints {
		if constraint.applies(*s, c) {
			needs = append(needs, s.need(constraint, consumer))
		}
	}
	return needs
}

// consumer returns a consumer by its index, or nil for -1.
func (s *Sizing) consumer(i int) *model.Consumer {
	if i < 0 {
		return nil
	}
	return &s.Workload.Consumers[i]
}

// need solves one constraint.
func (s *Sizing) need(c *Constraint, consumer int) Need {
	n := Need{Constraint: c, Consumer: consumer}
	if !c.countsShards() {
		n.Full = c.measure.of(*s, 1)
		n.Target = n.Full
		return n
	}
	n.terms = c.terms(*s, s.consumer(consumer))
	fn := s.function(consumer)
	n.Full = n.at(s, fn, 1)
	n.Target = n.Full
	if u := float64(s.Workload.TargetUtilization); c.Headroom && u != 1 {
		n.Target = n.at(s, fn, u)
	}
	if s.Skew.keys != nil && math.IsInf(n.Target, 1) {
		n.Target = n.Full // one key alone takes the headroom, on any number of shards
	}
	return n
}

// at returns the need against a share of the limits.
func (n *Need) at(s *Sizing, fn Function, share float64) float64 {
	if !s.Skew.placed() {
		return s.Skew.Shards(n.even(s, &fn, share))
	}
	var most float64
	for i := range n.terms {
		most = max(most, s.Skew.of(&n.terms[i]).Shards(n.terms[i].need(s, &fn, share)))
	}
	return most
}

// even returns the need where all shards get the same.
func (n *Need) even(s *Sizing, fn *Function, share float64) float64 {
	var most float64
	for i := range n.terms {
		most = max(most, n.terms[i].need(s, fn, share))
	}
	return most
}

// ID returns the id of the need's constraint in a plan.
func (n *Need) ID(w *model.Workload) string { return n.Constraint.ID(n.ConsumerName(w)) }

// ConsumerName returns the name of the consumer that a need is about, empty where it
// is about none.
func (n *Need) ConsumerName(w *model.Workload) model.Name {
	if n.Consumer < 0 {
		return ""
	}
	return w.Consumers[n.Consumer].Name
}

// CountsShards reports whether a need is a number of shards: it is not for calls,
// nor where no number would do.
func (n *Need) CountsShards() bool { return n.Constraint.countsShards() && !math.IsInf(n.Full, 1) }

// Measured returns what a constraint measures that is no inequality of shards, at a number
// of them.
func (n *Need) Measured(s *Sizing, shards float64) (m Measured, ok bool) {
	measure := n.Constraint.measure
	if measure == nil {
		return Measured{}, false
	}
	return Measured{measure.of(*s, shards), measure.limit(*s), measure.unit}, true
}

// Measured is what a constraint measures that is no inequality of shards.
type Measured struct {
	Need, Limit float64
	Unit        string
}

// Utilization returns the share of its limit that a constraint uses at a number of
// shards.
func (n *Need) Utilization(s *Sizing, shards float64) float64 {
	if m, ok := n.Measured(s, shards); ok {
		return m.Need / m.Limit
	}
	fn := s.function(n.Consumer)
	var most float64
	for i := range n.terms {
		t := &n.terms[i]
		most = max(most, t.utilization(s, &fn, s.Skew.of(t).Even(shards)))
	}
	return most
}

// Counts returns the shards that satisfy every need at the whole limits, and at the
// target utilization: the largest need of each, and at least one.
func Counts(needs []Need) (minimum, recommended int) {
	minimum, recommended = 1, 1
	for i := range needs {
		if n := &needs[i]; n.CountsShards() {
			minimum = max(minimum, Shards(n.Full))
			recommended = max(recommended, Shards(n.Target))
		}
	}
	return minimum, recommended
}

// Stress returns the largest of the exact needs that leave no headroom: those of
// surges, outages and reprocessing. Of two surges the one with the larger needs more.
func Stress(needs []Need) float64 {
	var most float64
	for i := range needs {
		if n := &needs[i]; n.CountsShards() && !n.Constraint.Headroom {
			most = max(most, n.Full)
		}
	}
	return most
}

// function returns the Lambda function of a consumer, if it has one.
func (s *Sizing) function(consumer int) Function {
	if consumer < 0 || s.Workload.Consumers[consumer].Lambda.Duration == 0 {
		return Function{}
	}
	return NewFunction(s.Limits, &s.Workload.Consumers[consumer].Lambda)
}
