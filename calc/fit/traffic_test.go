package fit

import (
	"fmt"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/kcalc/kcalc/model"
)

// shardSeries makes a series of a shard.
func shardSeries(id, metric string, runs ...model.Run) model.Series {
	return model.Series{SeriesID: model.SeriesID{Level: model.ShardLevel, Metric: metric, Owner: id}, Runs: runs}
}

// shard is one that takes some sixteenths of the hash keys.
func shard(id string, from, to int64) model.Shard {
	sixteenth := new(big.Int).Lsh(big.NewInt(1), 124)
	first := new(big.Int).Mul(sixteenth, big.NewInt(from))
	last := new(big.Int).Mul(sixteenth, big.NewInt(to))
	return model.Shard{ID: id, FirstHash: first.String(), LastHash: last.Sub(last, big.NewInt(1)).String()}
}

// withShards is a history with its open shards.
func withShards(h *model.History, shards ...model.Shard) *model.History {
	h.Configuration = model.Known(model.Configuration{Shards: model.Known(shards)})
	return h
}

// wantWritten holds one column of what was written against what should be.
func wantWritten(t *testing.T, what string, list []Demand, column func(Demand) float64, want ...float64) {
	t.Helper()
	var got []float64
	for _, w := range list {
		got = append(got, column(w))
	}
	same(t, what, got, want...)
}

func streamOf(t *Traffic) (list []Demand) {
	for _, p := range t.Periods {
		list = append(list, p.Demand)
	}
	return list
}

func wantColumns(t *testing.T, what string, list []Demand, records, bytes []float64) {
	t.Helper()
	wantWritten(t, what+": records", list, func(w Demand) float64 { return w.Records }, records...)
	wantWritten(t, what+": bytes", list, func(w Demand) float64 { return w.Bytes }, bytes...)
}

// A throttled record has the mean size of those that were accepted in its minute,
// and where none was the usual one: 60 + 120 records had 600 + 3,600 B, which are
// 23⅓ B each. What CloudWatch says nothing of is 0 where anything else is there.
func TestTrafficOfStream(t *testing.T) {
	h := history(5,
		series(incoming, minutes(0, minute, 60, 120, none, 0, none)),
		series(model.IncomingBytes, minutes(0, minute, 600, 3600, none, 0, none)),
		series(model.WriteThrottled, minutes(0, minute, none, 240, 180, none, none)))
	got := TrafficOf(h)
	wantColumns(t, "stream", streamOf(&got),
		[]float64{1, 6, 3, 0, none}, []float64{10, 180, 3 * (70.0 / 3), 0, none})
	for i, p := range got.Periods {
		if !p.Start.Equal(start.Add(time.Duration(i)*time.Minute)) || p.Length != time.Minute {
			t.Errorf("period %d: %v, %v", i, p.Start, p.Length)
		}
	}
	if got.Shards != nil || got.Since != 0 {
		t.Errorf("shards %+v since %d", got.Shards, got.Since)
	}
}

// Without bytes their number is not known, and without records theirs is not,
// nor is the size of what was throttled.
func TestTrafficOfOneMetric(t *testing.T) {
	throttled := series(model.WriteThrottled, minutes(0, minute, 30, none))
	got := TrafficOf(history(2, series(incoming, minutes(0, minute, 60, 120)), throttled))
	wantColumns(t, "records", streamOf(&got), []float64{1.5, 2}, []float64{none, none})
	got = TrafficOf(history(2, series(model.IncomingBytes, minutes(0, minute, 60, 120)), throttled))
	wantColumns(t, "bytes", streamOf(&got), []float64{none, none}, []float64{1, 2})
	if got = TrafficOf(history(2)); got.Periods != nil || got.Shards != nil {
		t.Errorf("of nothing: %+v", got)
	}
}

// Periods are as long as their points, and a hole between runs is none.
func TestTrafficOfPeriods(t *testing.T) {
	h := history(100, series(incoming, minutes(0, 60*minute, 7200), minutes(60, five, 600, 900), minutes(80, minute, 60)))
	got := TrafficOf(h)
	wantWritten(t, "records", streamOf(&got), func(w Demand) float64 { return w.Records }, 2, 2, 3, 1)
	for i, want := range []Period{
		{Start: start, Length: time.Hour},
		{Start: start.Add(60 * time.Minute), Length: 5 * time.Minute},
		{Start: start.Add(65 * time.Minute), Length: 5 * time.Minute},
		{Start: start.Add(80 * time.Minute), Length: time.Minute},
	} {
		if p := got.Periods[i]; !p.Start.Equal(want.Start) || p.Length != want.Length {
			t.Errorf("period %d: %v, %v, want %v, %v", i, p.Start, p.Length, want.Start, want.Length)
		}
	}
}

// twoShards is a history of two shards, of which the second is there from the third
// minute on.
func twoShards() *model.History {
	return withShards(history(4,
		series(incoming, minutes(0, minute, 60, 60, 180, 240)),
		series(model.IncomingBytes, minutes(0, minute, 600, 600, 1800, 2400)),
		shardSeries("shard-0", incoming, minutes(0, minute, 60, 60, 120, none)),
		shardSeries("shard-0", model.IncomingBytes, minutes(0, minute, 600, 600, 1200, none)),
		shardSeries("shard-0", model.WriteThrottled, minutes(2, minute, 60)),
		shardSeries("shard-1", incoming, minutes(2, minute, 60, 240)),
	), shard("shard-0", 0, 4), shard("shard-1", 4, 16))
}

// A shard has what was written to it: where it has no point that is not known, and
// none of the stream's points stand in.
func TestTrafficOfShards(t *testing.T) {
	got := TrafficOf(twoShards())
	if len(got.Shards) != 2 || got.Since != 2 {
		t.Fatalf("%d shards since %d", len(got.Shards), got.Since)
	}
	for i, want := range []ShardTraffic{{ID: "shard-0", From: 0, To: 0.25}, {ID: "shard-1", From: 0.25, To: 1}} {
		if s := got.Shards[i]; s.ID != want.ID || s.From != want.From || s.To != want.To {
			t.Errorf("shard %d: %s from %v to %v", i, s.ID, s.From, s.To)
		}
	}
	wantColumns(t, "first shard", got.Shards[0].Demand,
		[]float64{1, 1, 3, none}, []float64{10, 10, 30, none})
	h := twoShards()
	slices.Reverse(h.Configuration.Value.Shards.Value)
	if reversed := TrafficOf(h); reversed.Since != 2 || reversed.Shards[1].ID != "shard-0" {
		t.Errorf("the youngest first: %+v since %d", reversed.Shards, reversed.Since)
	}
	unknown := []float64{none, none, none, none}
	wantColumns(t, "second shard", got.Shards[1].Demand, []float64{none, none, 1, 4}, unknown)
	h = twoShards()
	h.Series = append(h.Series, shardSeries("shard-1", model.WriteThrottled, minutes(1, minute, 120)))
	got = TrafficOf(h)
	wantWritten(
		t,
		"a shard that took nothing",
		got.Shards[1].Demand,
		func(w Demand) float64 { return w.Records },
		none,
		2,
		1,
		4,
	)
}

// Where an open shard has no metrics, or no range of hash keys, no shard has a part
// of the traffic. A shard that is not open any more has no say.
func TestTrafficOfShardsNotKnown(t *testing.T) {
	for name, change := range map[string]func(h *model.History){
		"no configuration":  func(h *model.History) { h.Configuration = model.Maybe[model.Configuration]{} },
		"no list of shards": func(h *model.History) { h.Configuration.Value.Shards = model.Maybe[[]model.Shard]{} },
		"a third shard": func(h *model.History) {
			withShards(h, shard("shard-0", 0, 4), shard("shard-1", 4, 8), shard("shard-2", 8, 16))
		},
		"a shard first that has no metrics": func(h *model.History) {
			withShards(h, shard("shard-9", 0, 4), shard("shard-0", 4, 8), shard("shard-1", 8, 16))
		},
		"no first hash key": func(h *model.History) { h.Configuration.Value.Shards.Value[1].FirstHash = "" },
		"no last hash key":  func(h *model.History) { h.Configuration.Value.Shards.Value[1].LastHash = "" },
		"a range that ends before it begins": func(h *model.History) {
			s := &h.Configuration.Value.Shards.Value[1]
			s.FirstHash, s.LastHash = s.LastHash, s.FirstHash
		},
	} {
		h := twoShards()
		change(h)
		if got := TrafficOf(h); got.Shards != nil || got.Since != 0 || len(got.Periods) != 4 {
			t.Errorf("%s: shards %+v since %d in %d periods", name, got.Shards, got.Since, len(got.Periods))
		}
	}
	h := twoShards()
	h.Series = append(h.Series, shardSeries("shard-closed", incoming, minutes(3, minute, 60)))
	if got := TrafficOf(h); len(got.Shards) != 2 || got.Since != 2 {
		t.Errorf("with a closed shard: %d since %d", len(got.Shards), got.Since)
	}
}

// Ranges of hash keys touch where shards do, whatever of 128 bits a float64 keeps.
func TestHashKeys(t *testing.T) {
	for count := int64(1); count <= 100; count++ {
		all := new(big.Int).Lsh(big.NewInt(1), 128)
		at := func(i int64) *big.Int {
			return new(big.Int).Div(new(big.Int).Mul(all, big.NewInt(i)), big.NewInt(count))
		}
		before := 0.0
		for i := range count {
			s := model.Shard{FirstHash: at(i).String(), LastHash: new(big.Int).Sub(at(i+1), big.NewInt(1)).String()}
			from, to, ok := hashRange(s)
			if !ok || from != before || to <= from {
				t.Fatalf("shard %d of %d: %v to %v, %v, after %v", i, count, from, to, ok, before)
			}
			same(t, fmt.Sprintf("end of shard %d of %d", i, count), []float64{to}, float64(i+1)/float64(count))
			before = to
		}
	}
}
