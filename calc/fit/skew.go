package fit

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"gonum.org/v1/gonum/floats"
)

// Skew is how many times the mean load of a shard the hottest one has.
type Skew struct {
	Factor unit.Factor `json:"factor"`
	Shard  string      `json:"shard"` // the hottest
	Shards int         `json:"shards"`
	Since  time.Time   `json:"since"` // when the youngest of them appeared
}

// minSharedSeconds is for how long the open shards must have existed together.
const minSharedSeconds = secondsPerHour

// shardIDs returns the ids of the shards that have metrics, in the order of the
// history.
func (t *timeline) shardIDs() []string {
	var ids []string
	seen := map[string]bool{}
	for i := range t.history.Series {
		if s := &t.history.Series[i]; s.Level == model.ShardLevel && !seen[s.Owner] && len(s.Runs) > 0 {
			seen[s.Owner] = true
			ids = append(ids, s.Owner)
		}
	}
	return ids
}

// skew returns the load of the hottest open shard ÷ the mean load of an open shard,
// in records or in bytes, whichever is more, since the youngest of them was created:
//
//	κ = max(Lᵢ) ÷ (ΣLᵢ/N)
//
// Shards that were closed by a reshard take no part. ok is false without metrics of
// shards, or if the open shards have not existed together for an hour.
func (t *timeline) skew() (s Skew, ok bool) {
	open := t.openShards()
	since := 0
	for _, id := range open {
		since = max(since, t.firstSeen(id))
	}
	if len(open) == 0 || len(t.start) == 0 || t.to-t.start[since] < minSharedSeconds {
		return Skew{}, false
	}
	s = Skew{Shards: len(open), Since: t.startTime(since)}
	counts := t.loadPeriods(since)
	for _, metrics := range [...][]string{{model.IncomingRecords, model.WriteThrottled}, {model.IncomingBytes}} {
		load := make([]float64, len(open))
		for i, id := range open {
			load[i] = t.shardLoad(id, metrics, counts)
		}
		if total := floats.Sum(load); total > 0 {
			hottest := floats.MaxIdx(load)
			if factor := unit.Factor(load[hottest] / total * float64(len(open))); factor > s.Factor {
				s.Factor, s.Shard = factor, open[hottest]
			}
		}
	}
	return s, s.Factor > 0
}

// ofShard returns a metric's series of a shard, nil if there is none.
func (t *timeline) ofShard(id, metric string) *model.Series {
	return t.series[model.SeriesID{Level: model.ShardLevel, Metric: metric, Owner: id}]
}

// firstSeen returns the first slot in which the history has a point of what a shard
// accepted, 0 if it has none.
func (t *timeline) firstSeen(id string) int {
	first := len(t.start)
	for _, metric := range [...]string{model.IncomingRecords, model.IncomingBytes} {
		t.eachPoint(t.ofShard(id, metric), func(slot int, _ float64) { first = min(first, slot) })
	}
	return first % max(1, len(t.start))
}

// loadPeriods returns which periods from one on count for the loads of shards: those
// in which nothing was throttled. Limits make the accepted loads more equal, and
// records that are sent again are counted more often on a hot shard. If less than an
// hour is left, all periods count.
func (t *timeline) loadPeriods(since int) func(slot int) bool {
	calm := func(slot int) bool { return slot >= since && t.throttled[slot] == 0 }
	var seconds float64
	for i := range t.start {
		if calm(i) {
			seconds += t.period[i]
		}
	}
	if seconds < minSharedSeconds {
		return func(slot int) bool { return slot >= since }
	}
	return calm
}

// shardLoad returns the sum of some metrics of a shard over the periods that count.
func (t *timeline) shardLoad(id string, metrics []string, counts func(slot int) bool) float64 {
	var total float64
	for _, metric := range metrics {
		t.eachPoint(t.ofShard(id, metric), func(slot int, v float64) {
			if counts(slot) {
				total += v
			}
		})
	}
	return total
}

// openShards returns the ids of the shards that are open, nil if no shard has
// metrics: those of the configuration, or if that does not list them, those that have
// a point in the last hour.
func (t *timeline) openShards() []string {
	measured := t.shardIDs()
	if len(measured) == 0 {
		return nil
	}
	var open []string
	if shards := t.history.Configuration.Value.Shards; shards.Known {
		for _, s := range shards.Value {
			open = append(open, s.ID)
		}
		return open
	}
	late := map[string]bool{}
	for i := range t.history.Series {
		if s := &t.history.Series[i]; s.Level == model.ShardLevel {
			t.eachPoint(s, func(slot int, _ float64) {
				late[s.Owner] = late[s.Owner] || t.end(slot) > t.to-secondsPerHour
			})
		}
	}
	return slices.DeleteFunc(measured, func(id string) bool { return !late[id] })
}

// resharded reports whether shards may have been split or merged: without that they
// are numbered from 0 on. If the shards are not listed, they may have been.
func resharded(c *model.Configuration) bool {
	if !c.Shards.Known {
		return true // it may have been
	}
	var numbers []int
	for _, s := range c.Shards.Value {
		n, err := strconv.Atoi(s.ID[strings.LastIndexByte(s.ID, '-')+1:])
		if err != nil {
			return true
		}
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	for i, n := range numbers {
		if i != n {
			return true
		}
	}
	return false
}
