package replay_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
)

// A whole plan survives the days that its workload declares, with every limit on: on
// the recommended count nothing is throttled, nothing expires, and every consumer is
// within its bounds. Where the minimum is exact, one shard less does not survive; how
// often it does elsewhere is logged.
func TestRecommendedCountSurvives(t *testing.T) {
	plans, exacts, loose := 0, 0, 0
	for i := range 5_000 {
		w := newSource(i).plan()
		limits := model.PublishedLimits()
		p := calc.Recommend(&limits, &w, nil)
		if !comparable(&p) {
			continue
		}
		plans++
		s := replay.Setup{Limits: &limits, Workload: judged(&limits, &w)}
		s.Traffic, s.Incidents = replay.Scenario(&w)
		if broken := breaches(&s, p.Shards.Recommended); len(broken) > 0 {
			t.Fatalf("plan %d: %d shards do not survive: %+v\n%s", i, p.Shards.Recommended, broken, shown(&s))
		}
		fewer := p.Shards.Minimum - 1
		survives := fewer > 0 && len(breaches(&s, fewer)) == 0
		switch {
		case exact(&limits, &w, fewer):
			if exacts++; survives {
				t.Fatalf("plan %d: %d shards survive, one less than the minimum\n%s", i, fewer, shown(&s))
			}
		case survives:
			loose++
		}
	}
	t.Logf("of %d plans the minimum is exact in %d; one shard less survives in %d others", plans, exacts, loose)
}

// exact tells whether a number of shards has to break something: fewer than a write
// limit, an outage or the latency of enhanced fan-out needs. It need not if there are
// fewer than κ, where formulas take more for the hottest shard than there is. Nor
// where the peak outruns a reader: it recovers when the peak is over, and the time is
// counted from then. Other needs are bounds from above: a replay's, because the hours
// before a peak are below the average, and the latency of standard consumers, which
// get what slower ones leave.
func exact(l *model.Limits, w *model.Workload, shards int) (breaks bool) {
	const rounding = 1e-6
	n := float64(shards) * (1 + rounding)
	if n < float64(w.Producer.Skew) {
		return false
	}
	for _, need := range calc.Solve(l, w, nil) {
		switch short := need.Full > n; need.Kind {
		case calc.ConsumerCalls, calc.Replay:
		case calc.ConsumerBandwidth, calc.ConsumptionSpeed:
			if short {
				return false
			}
		case calc.Latency:
			breaks = breaks || short && w.Consumers[need.Consumer].Type == model.EnhancedFanOut
		default:
			breaks = breaks || short
		}
	}
	return breaks
}

func breaches(s *replay.Setup, shards int) []replay.Breach {
	r := must(s.Run(context.Background(), replay.Capacity{Shards: float64(shards)}, 0))
	return s.Breaches(&r, 0)
}

// comparable tells whether the formulas and the replay mean the same by a plan. Not
// where no shard count would do, nor where a warning says that a consumer must poll
// more often: calls bound what it reads then, of which the formulas know nothing.
func comparable(p *model.Plan) bool {
	return p.Feasible && !slices.ContainsFunc(p.Warnings, func(w model.Warning) bool { return strings.HasPrefix(w.ID, "poll-rate.") })
}

// judged is a workload whose delay bounds allow for the wait for a poll, or for a
// push, as well. The formulas bound what comes on top of it.
func judged(l *model.Limits, w *model.Workload) *model.Workload {
	other := *w
	other.Consumers = slices.Clone(w.Consumers)
	for i := range other.Consumers {
		c := &other.Consumers[i]
		c.CatchUp = c.TimeToCatchUp()
		switch {
		case c.LatencyBound != model.DelayBound:
		case c.Type == model.EnhancedFanOut:
			c.Latency += l.FanOutDelay.Value
		default:
			c.Latency += c.PollInterval
		}
	}
	return &other
}

// plan draws a workload with everything but aggregation, of which each constraint
// takes another rate; bursts within a second, which readers average over; and
// readers that are to lag at the peak. Retention is longer than all that is read
// again or after an outage. The average is at least a 24th of the peak, as the
// scenario's peak lasts an hour at least.
func (r source) plan() model.Workload {
	w := r.trial().workload
	w.Retention = 30 * model.Day
	w.TargetUtilization = model.Fraction(r.between(0.5, 1))
	if r.chance(0.3) {
		w.TargetUtilization = 1
	}
	if r.chance(0.5) {
		r.surge(&w.Producer)
	}
	for i := range w.Consumers {
		r.asks(&w.Consumers[i])
	}
	return w
}

// asks has a consumer process and want anything.
func (r source) asks(c *model.Consumer) {
	c.PollInterval = r.duration(0.8, 5)
	if r.chance(0.7) {
		r.processes(c)
	}
	if r.chance(0.5) {
		c.Latency = r.duration(5, 3600)
		if r.chance(0.5) {
			c.LatencyBound = model.DelayBound
		}
	}
	if c.Latency == 0 || r.chance(0.5) {
		c.CatchUp = r.duration(1, 86_400)
	}
	if r.chance(0.3) {
		c.Outage = r.duration(1, 86_400)
	}
	if r.chance(0.3) {
		c.Replay = r.duration(1, 9*86_400)
	}
}
