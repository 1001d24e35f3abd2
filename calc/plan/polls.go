package plan

import (
	"math"
	"slices"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// Ids of what helps where the consumers are too many for one stream.
const (
	fewestID = "enhanced-fan-out"
	secondID = "second-stream"
	relayID  = "relay"
)

// tooManyConsumers reports whether the polls, or the enhanced fan-out consumers, are too many
// for one stream.
func (a *assessment) tooManyConsumers() bool {
	return a.TooManyCalls() || a.Enhanced > float64(a.Limits.FanOutConsumers.Value)
}

// pollVariants are what helps where too many consumers poll, or use enhanced fan-out.
func (a *assessment) pollVariants() (list []variant) {
	if a.tooManyConsumers() || len(a.FewestToFanOut()) > 0 {
		list = append(list, a.moveFewest())
	}
	if !a.tooManyConsumers() {
		return list
	}
	if every := a.SlowerPoll(); a.TooManyCalls() && every > 0 {
		list = append(list, a.slowerPolls(every))
	}
	if v, ok := a.secondStream(); ok {
		list = append(list, v)
	}
	if v, ok := a.relay(); ok {
		list = append(list, v)
	}
	return list
}

// moveFewest moves the fewest consumers to enhanced fan-out that have to.
func (a *assessment) moveFewest() variant {
	w, moved := a.MoveFewest()
	names := make([]string, len(moved))
	for k, i := range moved {
		names[k] = string(w.Consumers[i].Name)
	}
	return variant{w: w, advice: notice.MoveFewest(names, int(a.Standard))}
}

// slowerPolls slows down the polls of all that can poll less often.
func (a *assessment) slowerPolls(every unit.Duration) variant {
	v := a.changed(notice.PollInterval(every, slices.ContainsFunc(a.Workload.Consumers,
		func(c model.Consumer) bool { return c.Type == model.Standard && c.IsFunction() })))
	for i := range v.w.Consumers {
		if c := &v.w.Consumers[i]; c.Type == model.Standard && !c.IsFunction() {
			c.PollInterval = max(c.PollInterval, every)
		}
	}
	return v
}

// secondStream has the producers write to two streams, each with half of the consumers, of
// which the fewest use enhanced fan-out. It is for more than one stream may have.
func (a *assessment) secondStream() (variant, bool) {
	moves := len(a.FewestToFanOut())
	if moves+int(a.Enhanced) <= a.Limits.FanOutConsumers.Value {
		return variant{}, false
	}
	halves := [2]model.Workload{*a.Workload, *a.Workload}
	for h := range halves {
		w := &halves[h]
		w.Consumers = nil
		w.CurrentShards = 0
		for _, t := range [...]model.ConsumerType{model.Standard, model.EnhancedFanOut} {
			n := 0
			for i := range a.Workload.Consumers {
				if c := a.Workload.Consumers[i]; c.Type == t {
					if n%2 == h {
						w.Consumers = append(w.Consumers, c)
					}
					n++
				}
			}
		}
		s := calc.NewSizing(a.Limits, w)
		halves[h], _ = s.MoveFewest()
	}
	v := variant{advice: notice.SecondStream(), w: halves[0], others: halves[1:]}
	v.w.CurrentShards = a.Workload.CurrentShards
	return v, true
}

// relay feeds further streams from the first, so that no consumer has to use enhanced
// fan-out: each has five polls a second, of which those that feed others take one each.
func (a *assessment) relay() (variant, bool) {
	k := a.RelayStreams()
	if k == 0 {
		return variant{}, false
	}
	streams, depths := a.relayStreams(k)
	a.placeConsumers(streams, depths)
	for i := range streams {
		for j := range streams[i].Consumers {
			c := &streams[i].Consumers[j]
			if c.LatencyBound == model.DelayBound && c.Latency > 0 && depths[i] > 0 {
				c.Latency -= unit.Duration(depths[i]) * calc.RelayDelay
				if c.Latency <= 0 {
					return variant{}, false
				}
			}
		}
	}
	deepest := depths[len(depths)-1]
	v := variant{advice: notice.Relay(k, int(a.Standard), unit.Duration(deepest)*calc.RelayDelay), w: streams[0], others: streams[1:]}
	return v, true
}

// relayStreams returns the streams of a relay with what feeds the others as their only
// consumers, and how many relays are before each.
func (a *assessment) relayStreams(k int) (streams []model.Workload, depths []int) {
	streams, depths = make([]model.Workload, k), make([]int, k)
	for i := range streams {
		streams[i] = *a.Workload
		streams[i].Consumers = nil
		if i > 0 {
			streams[i].CurrentShards = 0
			from := a.RelayFeeds(i)
			depths[i] = a.RelaysBefore(i)
			streams[from].Consumers = append(streams[from].Consumers, model.NewConsumer(a.unusedName("relay", i)))
		}
	}
	return streams, depths
}

// unusedName returns a name that no consumer has.
func (a *assessment) unusedName(prefix string, i int) model.Name {
	name := model.Name(prefix + "-" + unit.Count(i).String())
	for slices.ContainsFunc(a.Workload.Consumers, func(c model.Consumer) bool { return c.Name == name }) {
		name += "-"
	}
	return name
}

// placeConsumers gives each stream consumers until its polls, or its enhanced fan-out
// consumers, are used up: those that may wait the least come first.
func (a *assessment) placeConsumers(streams []model.Workload, depths []int) {
	order := make([]int, len(a.Workload.Consumers))
	for i := range order {
		order[i] = i
	}
	patience := func(i int) unit.Duration {
		if c := &a.Workload.Consumers[i]; c.LatencyBound == model.DelayBound && c.Latency > 0 {
			return c.Latency
		}
		return math.MaxInt64
	}
	slices.SortStableFunc(order, func(i, j int) int {
		switch x, y := patience(i), patience(j); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	for _, i := range order {
		c := a.Workload.Consumers[i]
		most := int(a.Limits.ShardReadCalls.Value)
		if c.Type == model.EnhancedFanOut {
			most = a.Limits.FanOutConsumers.Value
		}
		for k := range streams {
			if s := &streams[k]; countType(s.Consumers, c.Type) < most {
				s.Consumers = append(s.Consumers, c)
				break
			}
		}
	}
}

// countType counts the consumers of a type.
func countType(list []model.Consumer, t model.ConsumerType) (n int) {
	for i := range list {
		if list[i].Type == t {
			n++
		}
	}
	return n
}

// remedies adds what the advice costs to what would help where the consumers are too many
// for one stream.
func (a *assessment) remedies(p *model.Plan) {
	r := a.PollRemedy()
	for i := range p.Advice {
		one := &p.Advice[i]
		if !one.Cost.Known {
			continue
		}
		switch text := inAll(one.Cost.Value, one.Shards); one.ID {
		case fewestID:
			r.MoveCost = text
		case secondID:
			r.SecondCost = text
		case relayID:
			r.RelayCost = text
		}
	}
	r.AdvantageCost = a.advantageCost()
	p.Infeasible = a.InfeasibleWith(a.needs, &r)
}

// inAll returns what a workload costs with so many shards, as text.
func inAll(total unit.USD, shards int) string {
	return total.Prose() + " a month in all, with " + unit.Plural(shards, "shard")
}

// advantageCost returns what the workload costs with On-demand Advantage, where the fewest
// consumers use enhanced fan-out that have to; empty where that is not known.
func (a *assessment) advantageCost() string {
	if a.tariff == nil {
		return ""
	}
	v := a.moveFewest()
	total, err := a.tariff.Total(a.Limits, &v.w, model.OnDemandAdvantage, a.recommended)
	if err != nil {
		return ""
	}
	return total.Prose() + " a month in all"
}
