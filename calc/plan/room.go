package plan

import (
	"math"
	"slices"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/cost"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Which count a room is of.
const (
	ofRecommended = "recommended"
	ofCurrent     = "now"
	ofAsked       = "asked"
)

// rooms returns what the recommended count has left, and what the shards that the stream has
// now have. Where the workload does not fit there is no room.
func (a *assessment) rooms() []model.Room {
	if !a.Fits(a.needs) {
		return nil
	}
	list := []model.Room{a.room(a.recommended, ofRecommended)}
	if n := int(a.Workload.CurrentShards); n > 0 && n != a.recommended {
		list = append(list, a.room(n, ofCurrent))
	}
	return list
}

// AddRoom adds to a plan what some shards have left, if the plan does not say so already. The
// workload and the tariff are those of the plan.
func AddRoom(l *model.Limits, w *model.Workload, t *cost.Tariff, p *model.Plan, shards []int) {
	if !p.Feasible {
		return
	}
	a := assess(l, w, nil)
	a.recommended, a.tariff = p.Shards.Recommended, t
	for _, n := range shards {
		if !slices.ContainsFunc(p.Room, func(r model.Room) bool { return r.Shards == n }) {
			p.Room = append(p.Room, a.room(n, ofAsked))
		}
	}
}

// room returns what a number of shards has left.
func (a *assessment) room(shards int, of string) model.Room {
	r := model.Room{Shards: shards, Of: of, Holds: a.holds(shards)}
	for i := range a.needs {
		n := &a.needs[i]
		if !n.CountsShards() {
			continue
		}
		c := a.Carries(n, shards)
		if c.Known && c.Value.Rate != "average" && (!r.Peak.Known || c.Value.Largest < r.Peak.Value) {
			r.Peak, r.Limit = model.Known(c.Value.Largest), n.ID(a.Workload)
		}
	}
	if r.Holds {
		r.Standard, r.NextLimit = a.moreConsumers(shards)
		r.NextStandard, r.NextFanOut = a.nextCosts(shards, model.Standard), a.nextCosts(shards, model.EnhancedFanOut)
	}
	return r
}

// holds reports whether a number of shards carries the workload at the target: what is
// recommended, or more. Of keys that are placed more can be hotter, and fewer than what something
// besides the formulas asks for are too few.
func (a *assessment) holds(shards int) bool {
	return a.Fits(a.needs) && shards >= a.recommended && a.Holds(a.needs, shards)
}

// moreConsumers returns how many standard consumers a number of shards takes besides, and
// the constraint that keeps out one more.
func (a *assessment) moreConsumers(shards int) (n int, limit string) {
	more := *a.Workload
	more.Consumers = slices.Clone(more.Consumers)
	buffer := make([]calc.Need, 0, len(a.needs)+2)
	most := int(a.Limits.ShardReadCalls.Value) + 1 // one call a second each
	for n < most {
		more.Consumers = append(more.Consumers, model.NewConsumer(a.unusedName("consumer", len(more.Consumers)+1)))
		b := assess(a.Limits, &more, buffer)
		if b.TooManyCalls() {
			return n, "consumer-limit.calls"
		}
		if !b.Fits(b.needs) || b.recommended > shards {
			return n, b.largest()
		}
		n++
	}
	return n, ""
}

// largest returns the constraint that asks for the most shards.
func (a *assessment) largest() (id string) {
	most := math.Inf(-1)
	for i := range a.needs {
		if n := &a.needs[i]; n.CountsShards() && n.Target > most {
			most, id = n.Target, n.ID(a.Workload)
		}
	}
	return id
}

// nextCosts returns what one more consumer of a type adds to the cost of a number of shards,
// with the shards that it needs besides.
func (a *assessment) nextCosts(shards int, t model.ConsumerType) model.Maybe[unit.USD] {
	more := *a.Workload
	c := model.NewConsumer(a.unusedName("consumer", len(more.Consumers)+1))
	c.Type = t
	more.Consumers = append(slices.Clone(more.Consumers), c)
	b := assess(a.Limits, &more, nil)
	var now, then unit.USD
	if a.tariff == nil || !b.Fits(b.needs) || !a.addCost(a.Workload, shards, &now) ||
		!a.addCost(&more, max(shards, b.recommended), &then) {
		return model.Maybe[unit.USD]{}
	}
	return model.Known(then - now)
}
