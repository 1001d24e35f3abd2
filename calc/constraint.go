package calc

import (
	"strings"

	"github.com/kcalc/kcalc/model"
)

// Constraint is one reason for which a stream needs shards: a limit that AWS sets
// to a shard, or what one consumer can do. There is one value for each, in the file
// of its consideration, and all that is known of it is in that value: when it
// applies, the inequality, the text, what lowers it and which inputs it reads.
// Solving, texts, advice and reverse mode range over the list of them.
type Constraint struct {
	Family string // the consideration that it belongs to, such as "producer-limit"

	// Topic is the id of the constraint without a consumer's name, and the name of
	// the page that explains it.
	Topic string

	// PerConsumer reports that each consumer has one of its own.
	PerConsumer bool

	// OfStandard reports that it is about standard consumers alone.
	OfStandard bool

	// Headroom reports that it is about a peak, which may use the target
	// utilization of the limit. Others are stress cases and may use all of it.
	Headroom bool

	// Bursts reports that the limit holds within each second, so that the busiest
	// one counts.
	bursts bool

	// Reads are the keys of the inputs that it rests on, of the workload and of a
	// consumer, besides those that every answer rests on.
	Reads Reads

	applies func(s Sizing, c *model.Consumer) bool                  // c is nil where it is not about a consumer
	terms   func(s Sizing, c *model.Consumer) terms                 // none where it does not count shards
	measure *measure                                                // what it measures instead
	moved   func(s *Sizing, c *model.Consumer, t *term) string      // X as text, without skew and burst
	lever   func(s *Sizing, n *Need) Lever                          // the input that lowers it; none where there is none
	rate    func(w *model.Workload) (rate string, declared float64) // what reverse mode looks for; the peak where it is nil
}

// measure is what a constraint measures against a limit that is not one of a shard's
// count: no number of shards lowers it, and some raise it.
type measure struct {
	unit    string
	of      func(s Sizing, shards float64) float64
	limit   func(s Sizing) float64
	formula func(s *Sizing, shards float64) string
}

// Reads are keys of inputs: of the workload, and of the consumer that a constraint
// is about.
type Reads struct{ Workload, Consumer []string }

// The considerations, in the order in which a plan lists their constraints. Those
// of one consideration that each consumer has are listed consumer by consumer.
var considerations = [...][]*Constraint{producerLimit, keyLimit, consumerLimit, consumptionSpeed, acceptableLatency}

// Constraints returns all constraints, in the order of a plan.
func Constraints() []*Constraint {
	var list []*Constraint
	for _, constraints := range considerations {
		list = append(list, constraints...)
	}
	return list
}

// FindConstraint returns the constraint of an id: the id of one in a plan, or a
// topic. A consumer's name in the id may have dots.
func FindConstraint(id string) (c *Constraint, ok bool) {
	var found *Constraint
	for _, c := range Constraints() {
		if c.Topic == id {
			return c, true
		}
		name, ok := strings.CutPrefix(id, c.Family+".")
		name, ends := strings.CutSuffix(name, c.suffix())
		if c.PerConsumer && ok && ends && name != "" && (found == nil || len(c.suffix()) > len(found.suffix())) {
			found = c
		}
	}
	return found, found != nil
}

// suffix is what follows a consumer's name in the id.
func (c *Constraint) suffix() string { return strings.TrimPrefix(c.Topic, c.Family) }

// ID returns the id of the constraint in a plan. Consumer is the name of the
// consumer that it is about, and not looked at where it is about none.
func (c *Constraint) ID(consumer model.Name) string {
	if !c.PerConsumer {
		return c.Topic
	}
	return c.Family + "." + string(consumer) + c.suffix()
}

// countsShards reports whether the constraint is an inequality of shards.
func (c *Constraint) countsShards() bool { return c.measure == nil }
