package fit

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/kcalc/kcalc/calc/fit/fittest"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Planted loads of shards come back, also where the hot shard is throttled at
// times, and with them the burst, by shards.
func TestSkewComesBack(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 19))
		s := bursting(seed)
		n := 2 + r.IntN(4)
		s.Shards.Count, s.Shards.Loads, s.Shards.Metrics = 0, nil, true
		hottest, mean := 0.0, 0.0
		for range n {
			load := 0.2 + r.Float64()
			s.Shards.Loads = append(s.Shards.Loads, load)
			hottest, mean = max(hottest, load), mean+load/float64(n)
		}
		s.Rate = 0.7 * float64(n) * min(1000, float64(unit.MiB)/s.Size) * mean / hottest
		s.Shards.Burst = 1 + r.Float64()
		e := Fit(s.History(), &limits)
		k := e.Skew.Value
		want, most := hottest/mean, 1.02
		if e.ThrottledRecords.Periods > 5*60 { // of six hours: what is sent again counts, too
			most = float64(n)
		}
		if times := float64(k.Factor) / want; !e.Skew.Known || times < 0.98 || times > most {
			t.Errorf("seed %d: %+v, want %v", seed, e.Skew, want)
		}
		var index int
		if fmt.Sscanf(k.Shard, "shardId-%d", &index); s.Shards.Loads[index] != hottest {
			t.Errorf("seed %d: the hottest shard is %s", seed, k.Shard)
		}
		if b := e.Burst.Value; e.Burst.Known && (float64(b.Factor) > s.Shards.Burst*(1+1e-9) || b.Shards != 1) {
			t.Errorf("seed %d: burst %+v, planted %v", seed, b, s.Shards.Burst)
		}
	}
}

// A stream that was resharded in the middle of the window: loads are those of the
// shards that are open, since they are.
func TestSkewOfAReshardedStream(t *testing.T) {
	before := bursting(1)
	before.Size, before.Rate, before.Surges = 100, 2000, nil
	before.Parts[0].Length = 12 * time.Hour
	before.Shards = fittest.Shards{Loads: []float64{1.9, 0.1}, Metrics: true}
	after := *before
	after.Start = before.Start.Add(12 * time.Hour)
	after.Shards = fittest.Shards{Loads: []float64{1.2, 0.8, 1, 1}, First: 2, Metrics: true}
	h, later := before.History(), after.History()
	h.To, h.Configuration = later.To, later.Configuration
	for _, s := range later.Series {
		if s.Level == model.StreamLevel {
			old := h.Find(s.SeriesID)
			old.Runs = append(old.Runs, s.Runs...)
			continue
		}
		h.Series = append(h.Series, s)
	}
	e := Fit(h, &limits)
	if k := e.Skew.Value; differs(float64(k.Factor), 1.2, 1e-6) || k.Shard != "shardId-000000000002" || k.Shards != 4 ||
		!k.Since.Equal(after.Start) {
		t.Errorf("%+v", e.Skew)
	}
	h.Configuration.Value.Shards.Known = false // then those that have points to the end are open
	if k := Fit(h, &limits).Skew.Value; differs(float64(k.Factor), 1.2, 1e-6) || k.Shards != 4 {
		t.Errorf("without a configuration: %+v", k)
	}
	if e := Fit(before.History(), &limits); differs(float64(e.Skew.Value.Factor), 1.9, 1e-6) {
		t.Errorf("before: %+v", e.Skew)
	}
}

func differs(a, b, share float64) bool { return math.Abs(a-b) > share*math.Abs(b) }

// A shard that gets nothing counts, and without metrics of shards nothing is known.
func TestSkewOfIdleShards(t *testing.T) {
	s := bursting(1)
	s.Shards = fittest.Shards{Loads: []float64{1, 1}, Metrics: true}
	h := s.History()
	h.Configuration.Value.Shards.Value = append(
		h.Configuration.Value.Shards.Value,
		model.Shard{ID: "shardId-000000000002"},
	)
	if k := Fit(h, &limits).Skew.Value; differs(float64(k.Factor), 1.5, 1e-9) || k.Shards != 3 {
		t.Errorf("%+v, want 1.5 of 3", k)
	}
	s.Shards.Metrics = false
	if e := Fit(s.History(), &limits); e.Skew.Known || !has(e.Unknown, "skew-unknown") {
		t.Errorf("%+v", e.Skew)
	}
}

// The loads of shards count once they are known for an hour, and without a list of
// the open shards those are open that have a point in the last hour.
func TestHourOfShards(t *testing.T) {
	shard := func(id string, from, n int, each float64) model.Series {
		run := model.Run{Start: start.Add(time.Duration(from) * time.Minute), Period: unit.Duration(time.Minute)}
		run.Values = slices.Repeat([]float64{each}, n)
		return model.Series{
			SeriesID: model.SeriesID{Level: model.ShardLevel, Metric: model.IncomingRecords, Owner: id},
			Runs:     []model.Run{run},
		}
	}
	for name, c := range map[string]struct {
		h      *model.History
		shards int
	}{
		"an hour":            {history(60, shard("a", 0, 60, 1), shard("b", 0, 60, 3)), 2},
		"less than an hour":  {history(59, shard("a", 0, 59, 1), shard("b", 0, 59, 3)), 0},
		"closed an hour ago": {history(180, shard("a", 0, 180, 1), shard("b", 0, 120, 3)), 1},
		"closed since":       {history(180, shard("a", 0, 180, 1), shard("b", 0, 121, 3)), 2},
	} {
		if s, _ := newTimeline(c.h).skew(); s.Shards != c.shards {
			t.Errorf("%s: %+v, want %d shards", name, s, c.shards)
		}
	}
}
