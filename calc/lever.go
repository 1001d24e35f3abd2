package calc

import (
	"fmt"
	"math"
	"slices"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Lever is an input of the workload that lowers a constraint's need.
type Lever struct {
	ID       string                                 // of the advice to use it
	Most     float64                                // how many times it may be changed, at most
	Apply    func(w *model.Workload, times float64) // changes it so many times
	Describe func(w *model.Workload) string         // says what was changed, as a sentence
}

// relaxID is what the ids of advice begin with that changes the input of one constraint.
const relaxID = "relax"

// mostRelaxed is how many times an input is changed at most: what a user would not
// recognize as the same workload is no advice.
const mostRelaxed = 10

// Lever returns the input that lowers a need. It has no Apply where there is none.
func (n *Need) Lever(s *Sizing) Lever {
	if n.Constraint.lever == nil {
		return Lever{}
	}
	if n.decisive(s).every > 0 {
		if l := pollLever(s, n); l.Apply != nil {
			return l
		}
	}
	return n.Constraint.lever(s, n)
}

// rateLever lowers a rate, to another at the lowest.
func rateLever(
	id, what string,
	from, least unit.RecordsPerSecond,
	at func(*model.Producer) *unit.RecordsPerSecond,
) Lever {
	if least <= 0 || from <= least {
		return Lever{}
	}
	return Lever{
		ID:   id,
		Most: math.Min(mostRelaxed, float64(from/least)),
		Apply: func(w *model.Workload, times float64) {
			*at(&w.Producer) = max(least, unit.RecordsPerSecond(roundDown(float64(from)/times)))
		},
		Describe: func(w *model.Workload) string {
			return fmt.Sprintf("%s from %s to %s.", what, from.Prose(), at(&w.Producer).Prose())
		},
	}
}

// pollLever lets a consumer poll more often, as far as a shard serves it beside the
// others. An event source mapping of Lambda has an interval of its own.
func pollLever(s *Sizing, n *Need) Lever {
	i := s.polling(n)
	c := &s.Workload.Consumers[i]
	fastest := s.fastestBeside(c)
	if c.IsFunction() || fastest >= c.PollInterval {
		return Lever{}
	}
	return Lever{
		ID:   relaxID + "." + n.Constraint.ID(c.Name),
		Most: float64(c.PollInterval) / float64(fastest),
		Apply: func(w *model.Workload, times float64) {
			w.Consumers[i].PollInterval = max(fastest, unit.Duration(roundDown(float64(c.PollInterval)/times)))
		},
		Describe: func(w *model.Workload) string {
			return fmt.Sprintf("Let %s poll every %s instead of %s.", c.Name, w.Consumers[i].PollInterval, c.PollInterval)
		},
	}
}

// polling is the consumer whose polls a need is about: its own, or the one that
// polls the least often.
func (s *Sizing) polling(n *Need) int {
	if n.Consumer >= 0 {
		return n.Consumer
	}
	return slices.IndexFunc(
		s.Workload.Consumers,
		func(c model.Consumer) bool { return c.Type == model.Standard && c.PollInterval == s.longestPoll },
	)
}

// roundTime rounds up to what a person would write: three digits below two
// minutes, then tens of seconds, minutes and hours, which is within a tenth.
func roundTime(nanoseconds float64) unit.Duration {
	const second, minute, hour = 1e9, 60e9, 3600e9
	to := func(step float64) unit.Duration {
		return unit.Duration(math.Ceil(nanoseconds/step*(1-Tolerance)) * step)
	}
	switch {
	case nanoseconds <= 2*minute:
		return unit.Duration(roundUp(nanoseconds))
	case nanoseconds <= 20*minute:
		return to(10 * second)
	case nanoseconds <= 20*hour:
		return to(minute)
	}
	return to(hour)
}

// roundUp and roundDown keep three significant digits.
func roundUp(x float64) float64 {
	if r := Significant(x, 3); r >= x*(1-Tolerance) {
		return r
	}
	return Significant(x+step(x), 3)
}

func roundDown(x float64) float64 {
	if r := Significant(x, 3); r <= x*(1+Tolerance) {
		return r
	}
	return Significant(x-step(x), 3)
}

// step is half of the third significant digit's worth.
func step(x float64) float64 {
	return math.Pow10(int(math.Floor(math.Log10(x)))-2) / 2
}
