package fit

import (
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"gonum.org/v1/gonum/floats"
)

// Burst is how much busier the busiest second of a minute is than the minute, as
// far as throttles prove it.
type Burst struct {
	Factor  unit.Factor `json:"factor"`
	Minutes int         `json:"minutes"` // that prove a burst, or a hot shard
	Shards  int         `json:"shards"`  // that the limits were taken of; 1 where each shard's minutes are known
}

// longestMinute is the longest period, in seconds, that tells a burst from a
// surge.
const longestMinute = 60

// mostBurst is when all of a minute comes in one second.
const mostBurst = 60

// bounds answers, for each minute that was throttled though its mean was below
// the limits of so many shards, what the burst factor is not below:
//
//	β ≥ min(N·Wr/R, N·Wb/B)
//
// The metric does not say which limit threw, hence the smaller ratio. R and B are
// what was demanded at most, which errs to the safe side: in that minute, in the
// one before, whose rejected records may come again in it, or on average,
// whichever is the most. A quiet minute does not raise the peak.
func (t *timeline) bounds(f flow, l *model.Limits, shards float64, bound func(slot int, factor float64)) {
	if floats.Count(func(rate float64) bool { return rate > 0 }, f.throttled) == 0 {
		return
	}
	usual := t.size(f, anyTime)
	records := meanRate(t, f.demands())
	wr, wb := shards*float64(l.ShardWriteRecords.Value), shards*float64(l.ShardWriteBytes.Value)
	for i := range t.start {
		if !(f.throttled[i] > 0) || t.period[i] > longestMinute || !t.follows(i) || !model.IsPoint(f.demanded(i-1)) {
			continue
		}
		r := max(records, f.demanded(i), f.demanded(i-1))
		b := max(records*usual, f.demandedBytes(i, usual), f.demandedBytes(i-1, usual))
		if factor := min(wr/r, wb/b); factor > 1 {
			bound(i, factor)
		}
	}
}

// burst answers the largest of the bounds that minutes prove: none is above the
// truth. By shards where their metrics are there, else by the stream, where a hot
// shard looks like a burst and its share has to be taken out. Without a minute
// that proves one, there are 0.
func (t *timeline) burst(l *model.Limits, skew model.Maybe[Skew]) Burst {
	proven := map[int]bool{}
	b := Burst{Factor: 1}
	prove := func(slot int, factor float64) {
		proven[slot] = true
		b.Factor = max(b.Factor, unit.Factor(min(mostBurst, factor)))
	}
	if ids := t.throttledShards(); len(ids) > 0 {
		b.Shards = 1
		for _, id := range ids {
			f := t.flowOf(model.ShardLevel, id)
			t.fill(f)
			t.bounds(f, l, 1, prove)
		}
	} else if n := t.history.Configuration.Value.OpenShards; n.Known {
		b.Shards = n.Value
		hot := 1.0
		if skew.Known {
			hot = float64(skew.Value.Factor)
		}
		t.bounds(t.flow, l, float64(n.Value)/hot, prove)
	}
	b.Minutes = len(proven)
	return b
}

// throttledShards are the shards of which it is known what they accepted and what
// they rejected.
func (t *timeline) throttledShards() []string {
	var ids []string
	for _, id := range t.shards() {
		known := true
		for _, metric := range [...]string{model.IncomingRecords, model.IncomingBytes, model.WriteThrottled} {
			known = known && t.ofShard(id, metric) != nil
		}
		if known {
			ids = append(ids, id)
		}
	}
	return ids
}
