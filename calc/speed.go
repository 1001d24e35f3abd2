package calc

import (
	"fmt"
	"math"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// consumptionSpeed is the constraint of how fast each consumer processes what its
// shards bring: f·P/C, of which it processes a share f.
var consumptionSpeed = []*Constraint{{
	Topic: "consumption-speed", Family: "consumption-speed", PerConsumer: true, Headroom: true,
	Reads: Reads{Consumer: []string{
		"speed", "total_speed", "threads", "per_record",
		"lambda.batch_size", "lambda.duration", "lambda.parallelization_factor", "lambda.reserved_concurrency",
	}},
	applies: func(_ Sizing, c *model.Consumer) bool { return c.HasSpeed() },
	terms:   func(s Sizing, c *model.Consumer) terms { return terms{s.speedTerm(c, s.Peak, s.Peak)} },
	moved:   peakText,
	lever:   speedLever,
}}

// speedTerm returns the term of a consumer's own speed, or none where it is not known. A
// filter is applied after reading: it leaves a share of what moves to process.
func (s *Sizing) speedTerm(c *model.Consumer, moved, packed float64) term {
	if !c.HasSpeed() {
		return term{}
	}
	t := term{
		counts: userRecords, moved: moved * c.Processed(), packed: packed,
		limit: math.Inf(1), total: float64(c.TotalSpeed),
	}
	if speed := c.ProcessorSpeed(); speed > 0 {
		t.limit = float64(speed)
	}
	if c.Lambda.Duration > 0 {
		s.functionTerm(c, &t)
	}
	return t
}

// functionTerm adds what a Lambda function processes to the term of its consumer.
func (s *Sizing) functionTerm(c *model.Consumer, t *term) {
	fn := NewFunction(s.Limits, &c.Lambda)
	if s.Packing.On() && !fn.perUser {
		t.counts = invocations
		return
	}
	t.limit = fn.speed(s.Packing.Bare, s.factor(c))
	if total := fn.total(s.Packing.Bare); total > 0 && (t.total == 0 || total < t.total) {
		t.total = total
	}
}

// speedLever makes a consumer faster.
func speedLever(s *Sizing, n *Need) Lever {
	i := n.Consumer
	c := &s.Workload.Consumers[i]
	l := Lever{ID: relaxID + "." + n.Constraint.ID(c.Name), Most: mostRelaxed}
	if from := c.Lambda.Duration; from > 0 {
		l.Apply = func(w *model.Workload, times float64) {
			w.Consumers[i].Lambda.Duration = unit.Duration(roundDown(float64(from) / times))
		}
		l.Describe = func(w *model.Workload) string {
			return fmt.Sprintf("Make an invocation of %s take %s instead of %s.", c.Name, w.Consumers[i].Lambda.Duration, from)
		}
		return l
	}
	if from := c.PerRecord; from > 0 {
		l.Apply = func(w *model.Workload, times float64) {
			w.Consumers[i].PerRecord = max(1, unit.Duration(roundDown(float64(from)/times)))
		}
		l.Describe = func(w *model.Workload) string {
			return fmt.Sprintf("Make a thread of %s take %s for a record instead of %s.", c.Name, w.Consumers[i].PerRecord, from)
		}
		return l
	}
	if c.Speed == 0 {
		return Lever{}
	}
	l.Apply = func(w *model.Workload, times float64) {
		w.Consumers[i].Speed = unit.RecordsPerSecond(roundUp(float64(c.Speed) * times))
	}
	l.Describe = func(w *model.Workload) string {
		return fmt.Sprintf(
			"Make %s process %s per shard instead of %s.",
			c.Name,
			w.Consumers[i].Speed.Prose(),
			c.Speed.Prose(),
		)
	}
	return l
}
