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

	// Shards are the open ones, where each has metrics of its own and a range of
	// hash keys. From the period Since on all of them were there.
	Shards []ShardTraffic
	Since  int
}

// Period is what was written to the stream in one period.
type Period struct {
	Start  time.Time
	Length time.Duration
	Written
}

// Written is what was demanded at most, a second: accepted and throttled, in which a
// record counts again each time it is sent again. What is not known is NaN.
type Written struct{ Records, Bytes float64 }

// ShardTraffic is what was written to a shard in each period.
type ShardTraffic struct {
	ID       string
	From, To float64 // part of the range of hash keys, of 0 to 1
	Written  []Written
}

// TrafficOf answers what was written to the stream of a history.
func TrafficOf(h *model.History) Traffic {
	t := newTimeline(h)
	var out Traffic
	for i, w := range t.written(t.flow) {
		out.Periods = append(out.Periods, Period{t.at(i), time.Duration(t.period[i]) * time.Second, w})
	}
	measured := map[string]bool{}
	for _, id := range t.shards() {
		measured[id] = true
	}
	for _, s := range h.Configuration.Value.Shards.Value {
		from, to, ok := keys(s)
		if !ok || !measured[s.ID] {
			return Traffic{Periods: out.Periods}
		}
		out.Since = max(out.Since, t.born(s.ID))
		out.Shards = append(out.Shards, ShardTraffic{s.ID, from, to, t.written(t.flowOf(model.ShardLevel, s.ID))})
	}
	return out
}

// written is what was demanded in each period. Throttled records are taken to be as
// large as those that were accepted; where none was, as usual ones.
func (t *timeline) written(f flow) []Written {
	usual := t.size(f, anyTime)
	list := make([]Written, len(t.start))
	for i := range list {
		list[i] = Written{f.records[i], f.bytes[i]}
		switch throttled := f.throttled[i]; {
		case !(throttled > 0):
		case f.records[i] > 0:
			list[i].Records += throttled
			list[i].Bytes += throttled * f.bytes[i] / f.records[i]
		case t.countsRecords(f):
			list[i] = Written{throttled, throttled * usual}
		}
	}
	return list
}

// countsRecords tells whether it is known of any period how many records were
// accepted: then none were where there is no point.
func (t *timeline) countsRecords(f flow) bool { return slices.ContainsFunc(f.records, model.IsPoint) }

// keys is the part of the range of hash keys that a shard takes.
func keys(s model.Shard) (from, to float64, ok bool) {
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
