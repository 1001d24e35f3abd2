package review

import (
	"math"
	"slices"

	"github.com/kcalc/kcalc/model"
)

// Bounds of how many counts the trade-off has: spread from the average to the highest
// traffic, and of those that were asked for unless they are too many.
const (
	mostTrades = 12
	mostAsked  = 2 * mostTrades
)

// tradeOffs returns what counts from the average traffic up to the highest, or to the
// fewest that hold, cost in delay and in dollars; beside them, what those that the stream
// has now do. The most shards come first.
func (r *replayer) tradeOffs(asked []int, fewest, now model.Maybe[int]) []TradeOff {
	counts := r.tradeCounts(asked, fewest)
	if at, there := slices.BinarySearch(counts, now.Value); now.Known && !there {
		counts = slices.Insert(counts, at, now.Value)
	}
	list := []TradeOff{}
	for _, n := range slices.Backward(counts) {
		c := r.candidate(n, 0)
		t := tradeOff(&c)
		if len(list) > 0 {
			t.compare(&list[len(list)-1])
		}
		list = append(list, t)
	}
	return list
}

// tradeCounts returns the counts of the trade-off, in order.
func (r *replayer) tradeCounts(asked []int, fewest model.Maybe[int]) []int {
	if len(asked) > mostAsked {
		asked = nil
	}
	if fewest.Known {
		asked = append(slices.Clone(asked), fewest.Value)
	}
	mean, most := r.shardsFilled()
	limit := float64(r.Limits.StreamShards.Value)
	low, high := int(math.Ceil(min(mean, limit))), int(math.Ceil(min(most, limit)))
	for _, n := range asked {
		low, high = min(low, n), max(high, n)
	}
	counts := slices.Clone(asked)
	for k := range mostTrades {
		counts = append(counts, low+int(math.Round(float64(high-low)*float64(k)/(mostTrades-1))))
	}
	slices.Sort(counts)
	return slices.Compact(counts)
}

// tradeOff returns the worst that a candidate has for its cost.
func tradeOff(c *Candidate) TradeOff {
	t := TradeOff{Shards: c.Shards.Value, Holds: c.Holds, Monthly: c.Monthly,
		Throttled: c.ThrottledShare, Wait: c.LongestWait}
	for i := range c.Consumers {
		one := &c.Consumers[i]
		t.Expired += one.Expired
		t.CatchUp = max(t.CatchUp, one.CatchUp)
		if delay := one.ApartFromIncidents.Delay; delay > t.Delay {
			t.Delay, t.Consumer = delay, model.Known(one.Name)
		}
	}
	t.Latency = t.Wait + t.Delay
	return t
}

// compare notes what a count saves and adds against one with more shards.
func (t *TradeOff) compare(more *TradeOff) {
	t.Adds = model.Known(t.Latency - more.Latency)
	if t.Monthly.Known && more.Monthly.Known {
		t.Saves = model.Known(more.Monthly.Value - t.Monthly.Value)
	}
}
