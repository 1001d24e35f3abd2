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

// Skew is how much more the hottest shard gets than the mean one.
type Skew struct {
	Factor unit.Factor `json:"factor"`
	Shard  string      `json:"shard"` // the hottest
	Shards int         `json:"shards"`
	Since  time.Time   `json:"since"` // from then on all of them were there
}

// leastShared is how long the shards must have lived side by side, in seconds.
const leastShared = secondsPerHour

// shards are those that there are series of, in the order of the history.
func (t *timeline) shards() []string {
	var ids []string
	seen := map[string]bool{}
	for i := range t.history.Series {
		if s := &t.history.Series[i]; s.Level == model.ShardLevel && !seen[s.Of] && len(s.Runs) > 0 {
			seen[s.Of] = true
			ids = append(ids, s.Of)
		}
	}
	return ids
}

// skew answers the load of the hottest open shard ÷ the mean load of an open
// shard, in records or in bytes, whichever is more, over the time since the
// youngest of them was made:
//
//	κ = max(Lᵢ) ÷ (ΣLᵢ/N)
//
// Shards that a reshard closed take no part.
func (t *timeline) skew() (s Skew, ok bool) {
	open := t.openShards()
	since := 0
	for _, id := range open {
		since = max(since, t.born(id))
	}
	if len(open) == 0 || len(t.start) == 0 || t.to-t.start[since] < leastShared {
		return Skew{}, false
	}
	s = Skew{Shards: len(open), Since: t.at(since)}
	counts := t.counting(since)
	for _, metrics := range [...][]string{{model.IncomingRecords, model.WriteThrottled}, {model.IncomingBytes}} {
		load := make([]float64, len(open))
		for i, id := range open {
			load[i] = t.load(id, metrics, counts)
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

// ofShard is a series of a shard, nil if there is none.
func (t *timeline) ofShard(id, metric string) *model.Series {
	return t.series[model.SeriesID{Level: model.ShardLevel, Metric: metric, Of: id}]
}

// born is the first period in which something is known of a shard, 0 where nothing
// ever is.
func (t *timeline) born(id string) int {
	first := len(t.start)
	for _, metric := range [...]string{model.IncomingRecords, model.IncomingBytes} {
		t.each(t.ofShard(id, metric), func(slot int, _ float64) { first = min(first, slot) })
	}
	return first % max(1, len(t.start))
}

// counting answers which periods from one on count for the loads of shards: those
// in which nothing was throttled, as limits level what is accepted, and what is
// sent again counts more often the hotter a shard is. If something always was, all
// of them do.
func (t *timeline) counting(since int) func(slot int) bool {
	calm := func(slot int) bool { return slot >= since && t.throttled[slot] == 0 }
	var seconds float64
	for i := range t.start {
		if calm(i) {
			seconds += t.period[i]
		}
	}
	if seconds < leastShared {
		return func(slot int) bool { return slot >= since }
	}
	return calm
}

// load adds up what metrics counted of a shard in the periods that count.
func (t *timeline) load(id string, metrics []string, counts func(slot int) bool) float64 {
	var total float64
	for _, metric := range metrics {
		t.each(t.ofShard(id, metric), func(slot int, v float64) {
			if counts(slot) {
				total += v
			}
		})
	}
	return total
}

// openShards are the shards that are open, as far as there are metrics of shards
// at all: those of the configuration, else those that had a point in the last
// hour.
func (t *timeline) openShards() []string {
	measured := t.shards()
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
			t.each(s, func(slot int, _ float64) {
				late[s.Of] = late[s.Of] || t.end(slot) > t.to-secondsPerHour
			})
		}
	}
	return slices.DeleteFunc(measured, func(id string) bool { return !late[id] })
}

// resharded tells whether the shards were ever split or merged: those of a stream
// that was not are numbered from 0 on.
func resharded(c *model.Configuration) bool {
	if !c.Shards.Known {
		return true // for all that is known
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
