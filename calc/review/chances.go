package review

import (
	"math"
	"slices"
	"time"

	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/odds"
	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// chances says how likely a number of shards holds the horizon of a workload, from the
// days of its history.
type chances struct {
	replayer *replayer
	setup    replay.Setup // of the past, without what is declared of the time to come
	days     pastDays
	past     map[int]*odds.Odds // by the shards that the needs lie on; 0 where they do not matter
	usual    odds.Horizon       // with its growth
	event    odds.Horizon       // the days of an event, if one is announced
}

// newChances returns the chances of the traffic that a replayer has of a history; nil where
// there is no replayer, because nothing is known of the traffic.
func newChances(r *replayer, t *fit.Traffic, growth model.Maybe[Growth]) *chances {
	if r == nil {
		return nil
	}
	w, end := r.workload, r.Evidence.Window.To
	var weekly unit.Growth
	if growth.Value.Direction == fit.Grows {
		weekly = unit.Growth(growth.Value.PerWeek)
	}
	c := &chances{replayer: r, setup: r.setup, days: newPastDays(t, r.setup.Traffic, r.Zone), past: map[int]*odds.Odds{}}
	for at := unit.Duration(0); at < w.Horizon; at += unit.Week {
		part := min(unit.Week, w.Horizon-at)
		c.usual = append(c.usual, odds.Level{Days: inDays(part), Times: weekly.Over(at + part/2)})
		if weekly == 0 {
			c.usual = odds.Days(inDays(w.Horizon))
			break
		}
	}
	if from, length := eventWithin(&w.Event, end, w.Horizon); length > 0 {
		times := float64(w.Event.Factor) * weekly.Over(from+length/2)
		c.event = odds.Horizon{{Days: inDays(length), Times: times}}
	}
	return c
}

func inDays(d unit.Duration) float64 { return d.Seconds() / unit.Day.Seconds() }

// eventWithin returns the part of an event that lies in a horizon: when it begins, since
// the horizon does, and how long it lasts; 0 where none of it does.
func eventWithin(e *model.Event, begins time.Time, horizon unit.Duration) (from, length unit.Duration) {
	if e.Factor <= 1 {
		return 0, 0
	}
	from = unit.Duration(e.From.Time().Sub(begins))
	to := min(horizon, from+e.For)
	from = max(0, from)
	return from, max(0, to-from)
}

// isBounded reports whether what a consumer processes does not grow with the shards: its need
// does then.
func isBounded(c model.Consumer) bool { return c.TotalSpeed > 0 || c.Lambda.ReservedConcurrency > 0 }

// odds returns those of the past as it lies on a number of shards. Where the traffic is
// known as a whole, no producer aggregates, keys are many and no consumer is bounded, the
// number does not matter: the hottest shard always gets the same share of it above the mean.
func (c *chances) odds(shards int) *odds.Odds {
	s := &c.setup
	key := 0
	if len(s.Traffic.Parts) > 1 || s.Workload.Producer.Aggregation.Producers > 0 || s.Skew != nil ||
		float64(shards) < float64(s.Workload.Producer.Skew) ||
		slices.ContainsFunc(s.Workload.Consumers, isBounded) {
		key = shards
	}
	if o, ok := c.past[key]; ok {
		return o
	}
	o := odds.Of(c.days.highest(s.Needs(float64(shards))))
	c.past[key] = &o
	return &o
}

// of returns the probability that a number of shards holds; ok is false where it is only
// known to be at least that.
func (c *chances) of(shards int) (p float64, ok bool) {
	past := c.odds(shards)
	p, ok = past.Holds(float64(shards), c.usual)
	if c.event != nil {
		q, known := past.Holds(float64(shards), c.event)
		p, ok = p*q, ok && known
	}
	return p, ok
}

// least returns the fewest shards that hold with a confidence. It is unknown where the
// past does not tell, and where that is more than a stream can have.
func (c *chances) least(confidence unit.Fraction) model.Maybe[int] {
	most := c.replayer.Limits.StreamShards.Value
	guess := c.highest(most)
	if c.odds(guess).Missing() != odds.Nothing {
		most = guess // beyond it nothing is known
	}
	shards, ok := replay.Fewest(guess, most, func(n int) bool {
		p, _ := c.of(n)
		return p >= float64(confidence)
	})
	if !ok {
		return model.Maybe[int]{}
	}
	return model.Known(shards)
}

// highest returns the count that no day of the past was above, at the levels to come.
func (c *chances) highest(most int) int {
	times := 1.0
	for _, l := range append(c.usual[:len(c.usual):len(c.usual)], c.event...) {
		times = max(times, l.Times)
	}
	guess := c.replayer.guess()
	if needs := c.odds(guess).Highest(1); len(needs) > 0 {
		guess = int(math.Ceil(min(needs[0]*times, float64(most))))
	}
	return max(1, guess)
}
