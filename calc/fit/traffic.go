package fit

import (
	"math"
	"math/big"
	"slices"
	"time"

	"github.com/kcalc/kcalc/model"
)

// Traffic is what was written over a window, period by period.
type Traffic struct {
	Periods []Period

	// Shards are the open shards, if each has metrics of its own and a range of hash
	// keys. All of them exist from period Since on.
	Shards []ShardTraffic
	Since  int
}

// Period is what was written to the stream in one period.
type Period struct {
	Start  time.Time
	Length time.Duration
	Demand
}

// Demand is what was demanded at most, a second: accepted and throttled. A record
// counts each time it is sent. NaN is not known.
type Demand struct{ Records, Bytes float64 }

// ShardTraffic is what was written to a shard in each period.
type ShardTraffic struct {
	ID       string
	From, To float64 // range of hash keys, as a part of 0 to 1
	Demand   []Demand
}

// TrafficOf returns what was written to the stream of a history.
func TrafficOf(h *model.History) Traffic {
	t := newTimeline(h)
	demand := t.demand(t.flow)
	var out Traffic
	out.Periods = slices.Grow(out.Periods, len(demand))
	for i, w := range demand {
		out.Periods = append(out.Periods, Period{t.startTime(i), time.Duration(t.period[i]) * time.Second, w})
	}
	measured := map[string]bool{}
	for _, id := range t.shardIDs() {
		measured[id] = true
	}
	for _, s := range h.Configuration.Value.Shards.Value {
		from, to, ok := hashRange(s)
		if !ok || !measured[s.ID] {
			return Traffic{Periods: out.Periods}
		}
		out.Since = max(out.Since, t.firstSeen(s.ID))
		out.Shards = append(out.Shards, ShardTraffic{s.ID, from, to, t.demand(t.flowOf(model.ShardLevel, s.ID))})
	}
	return out
}

// demand returns what was demanded in each period. A throttled record counts as large
// as the accepted ones of the period, or as the mean of all where none was accepted.
func (t *timeline) demand(f flow) []Demand {
	usual := t.meanSize(f, allPeriods)
	list := make([]Demand, len(t.start))
	for i := range list {
		list[i] = Demand{f.records[i], f.bytes[i]}
		switch throttled := f.throttled[i]; {
		case !(throttled > 0):
		case f.records[i] > 0:
			list[i].Records += throttled
			list[i].Bytes += throttled * f.bytes[i] / f.records[i]
		case t.countsRecords(f):
			list[i] = Demand{throttled, throttled * usual}
		}
	}
	return list
}

// countsRecords reports whether the history counts accepted records at all: then a
// period without a point accepted none.
func (t *timeline) countsRecords(f flow) bool { return slices.ContainsFunc(f.records, model.IsPoint) }

// hashRange returns the range of hash keys of a shard, as a part of 0 to 1. ok is
// false if the range is not known.
func hashRange(s model.Shard) (from, to float64, ok bool) {
	first, ok1 := new(big.Float).SetString(s.FirstHash)
	last, ok2 := new(big.Float).SetString(s.LastHash)
	if !ok1 || !ok2 {
		return 0, 0, false
	}
	all := math.Exp2(128)
	from, _ = first.Float64()
	to, _ = last.Float64()
	return from / all, (to + 1) / all, from <= to
}
