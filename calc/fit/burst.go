package fit

import (
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"gonum.org/v1/gonum/floats"
)

// Burst is how much busier the busiest second of a minute is than its mean, as far
// as throttled minutes prove it: a lower bound of the burst factor β.
type Burst struct {
	Factor  unit.Factor `json:"factor"`
	Minutes int         `json:"minutes"` // that prove a burst or a hot shard
	Shards  int         `json:"shards"`  // whose limits were compared; 1 if each shard has metrics of its own
}

// maxMinute is the longest period, in seconds, in which throttling below the limits
// proves a burst. In a longer one it may be a surge of some minutes.
const maxMinute = 60

// maxBurst is the burst factor when all of a minute comes in one of its seconds.
const maxBurst = 60

// burstBounds calls bound with a lower bound of the burst factor for each minute
// that was throttled although its mean was below the limits of so many shards:
//
//	β ≥ min(N·Wr/R, N·Wb/B)
//
// N is the number of shards, Wr and Wb are the records and bytes that a shard takes
// in a second, R and B what was demanded. The metric does not say which of the two
// limits was reached, hence the smaller ratio. To keep the bound below the truth, R
// and B are the largest of three: the demand of that minute; that of the minute
// before, whose rejected records may be sent again in it; and the mean demand, as a
// burst in a quiet minute does not raise the peak.
func (t *timeline) burstBounds(f flow, l *model.Limits, shards float64, bound func(slot int, factor float64)) {
	if floats.Count(func(rate float64) bool { return rate > 0 }, f.throttled) == 0 {
		return
	}
	usual := t.meanSize(f, allPeriods)
	records := meanRate(t, f.demandRates())
	wr, wb := shards*float64(l.ShardWriteRecords.Value), shards*float64(l.ShardWriteBytes.Value)
	for i := range t.start {
		if !(f.throttled[i] > 0) || t.period[i] > maxMinute || !t.follows(i) || !model.IsPoint(f.demanded(i-1)) {
			continue
		}
		r := max(records, f.demanded(i), f.demanded(i-1))
		b := max(records*usual, f.demandedBytes(i, usual), f.demandedBytes(i-1, usual))
		if factor := min(wr/r, wb/b); factor > 1 {
			bound(i, factor)
		}
	}
}

// burst returns the largest of the bounds that minutes prove, as none of them is
// above the truth. It looks at each shard where shards have metrics of their own,
// else at the stream as a whole: there a hot shard looks like a burst, so the limits
// are divided by the skew. Burst.Minutes is 0 where no minute proves anything, and
// Burst.Shards where the number of shards is not known.
func (t *timeline) burst(l *model.Limits, skew model.Maybe[Skew]) Burst {
	proven := map[int]bool{}
	b := Burst{Factor: 1}
	prove := func(slot int, factor float64) {
		proven[slot] = true
		b.Factor = max(b.Factor, unit.Factor(min(maxBurst, factor)))
	}
	if ids := t.shardsWithThrottles(); len(ids) > 0 {
		b.Shards = 1
		for _, id := range ids {
			f := t.flowOf(model.ShardLevel, id)
			t.fillZeros(f)
			t.burstBounds(f, l, 1, prove)
		}
	} else if n := t.history.Configuration.Value.OpenShards; n.Known {
		b.Shards = n.Value
		hot := 1.0
		if skew.Known {
			hot = float64(skew.Value.Factor)
		}
		t.burstBounds(t.flow, l, float64(n.Value)/hot, prove)
	}
	b.Minutes = len(proven)
	return b
}

// shardsWithThrottles returns the ids of the shards of which the history has the
// accepted records and bytes and the throttled records.
func (t *timeline) shardsWithThrottles() []string {
	var ids []string
	for _, id := range t.shardIDs() {
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
