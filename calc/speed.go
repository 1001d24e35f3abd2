package calc

import (
	"fmt"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// consumptionSpeed is the constraint of how fast each consumer processes what its
// shards bring: P/C.
var consumptionSpeed = []*Constraint{{
	Topic: "consumption-speed", Family: "consumption-speed", PerConsumer: true, Headroom: true,
	Reads:   Reads{Consumer: []string{"speed", "lambda.batch_size", "lambda.duration", "lambda.parallelization_factor"}},
	applies: func(_ Sizing, c *model.Consumer) bool { return c.Speed > 0 || c.Lambda.BatchSize > 0 },
	terms:   func(s Sizing, c *model.Consumer) terms { return terms{s.speedTerm(c, s.Peak, s.Peak)} },
	moved:   peakText,
	lever:   speedLever,
}}

// speedTerm returns the term of a consumer's own speed, or none where it is not known.
func (s *Sizing) speedTerm(c *model.Consumer, moved, packed float64) term {
	switch {
	case c.Speed > 0:
		return term{counts: userRecords, moved: moved, packed: packed, limit: float64(c.Speed)}
	case c.Lambda.BatchSize == 0:
		return term{}
	case s.Packing.On():
		return term{counts: invocations, moved: moved, packed: packed}
	}
	fn := NewFunction(s.Limits, &c.Lambda)
	return term{
		counts: userRecords,
		moved:  moved,
		packed: packed,
		limit:  fn.speed(s.Packing.Bare, float64(c.Lambda.ParallelizationFactor)),
	}
}

// speedLever makes a consumer faster.
func speedLever(s *Sizing, n *Need) Lever {
	i := n.Consumer
	c := &s.Workload.Consumers[i]
	l := Lever{ID: relaxID + "." + n.Constraint.ID(c.Name), Most: mostRelaxed}
	if from := c.Lambda.Duration; c.Lambda.BatchSize > 0 {
		l.Apply = func(w *model.Workload, times float64) {
			w.Consumers[i].Lambda.Duration = unit.Duration(roundDown(float64(from) / times))
		}
		l.Describe = func(w *model.Workload) string {
			return fmt.Sprintf("Make an invocation of %s take %s instead of %s.", c.Name, w.Consumers[i].Lambda.Duration, from)
		}
		return l
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
