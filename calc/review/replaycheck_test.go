package review_test

import (
	"context"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
)

// perShard is how many records a minute fill a shard.
const perShard = 60_000

// filling is a history of so many minutes, in which at fills shards.
func filling(count int, at func(minute int) float64) *model.History {
	var records []float64
	for i := range count {
		records = append(records, at(i)*perShard)
	}
	from := end.Add(-time.Duration(count) * time.Minute)
	return &model.History{From: from, To: end, Series: []model.Series{measured(model.IncomingRecords, from, records...)}}
}

// spikes are 10,000 minutes that fill 9 shards, but for some single ones that
// fill 17.5; the evidence says nothing of those, and 13 shards are recommended. A day
// ahead they hold with even odds.
func spikes(t *testing.T, above int, declared input.Declaration) review.Review {
	t.Helper()
	h := filling(10_000, func(i int) float64 {
		if i%100 == 0 && i/100 < above {
			return 17.5
		}
		return 9
	})
	even := flags("horizon", "1d", "confidence", "50%")
	even.Merge(declared)
	w, inputs := workload(t, orders(), even)
	return must(
		review.New(
			context.Background(),
			&review.Basis{Limits: &limits, History: h, Evidence: orders(), Inputs: inputs, Tariff: prices()},
			&w,
		),
	)
}

// A single minute of 17.5 shards leaves 270,000 records waiting at 13 shards, which
// come in within 67.5 s at 9 shards. Fifty of them are 0.249 % of all; at 17 shards
// they are still 0.028 %, and at 18 nothing waits.
func TestSurvivalOfSpikes(t *testing.T) {
	r := spikes(t, 50, input.Declaration{})
	s := r.Replay.Value
	if !r.Replay.Known || s.Holds || s.Formula != 13 || s.Fewest != model.Known(18) {
		t.Fatalf("%+v", s)
	}
	const all = 9950*9*perShard + 50*17.5*perShard
	if want := 50 * 270_000.0 / all; math.Abs(s.Throttled-want) > 1e-9 {
		t.Errorf("%v of the records throttled, not %v", s.Throttled, want)
	}
	if want := 50 * (60 + 67.5); math.Abs(s.Seconds-want) > 1e-6 {
		t.Errorf("throttled for %v s, not %v", s.Seconds, want)
	}
	if len(s.Breaches) != 1 || s.Breaches[0].Message != "0.25% of the records were in excess of the write limits; "+
		"0.01% may be." {
		t.Errorf("%+v", s.Breaches)
	}
	if r.Shards.Recommended != 18 || !slices.Equal(r.Binding, []string{review.ReplayID}) ||
		slices.ContainsFunc(r.Advice, func(a model.Advice) bool { return a.Mode == model.Provisioned && a.Shards < 18 }) ||
		r.Cost.Value.Shards != 18 {
		t.Errorf(
			"the plan has %+v, bound by %v, with %d advices and the cost of %d",
			r.Shards,
			r.Binding,
			len(r.Advice),
			r.Cost.Value.Shards,
		)
	}
	if r.Scaling.Value.To != 18 || r.Verdict != model.TooMany {
		t.Errorf("%+v, %s", r.Scaling.Value, r.Verdict)
	}
}

// A few records may be throttled: on 17 shards 30,000 of each spike are. With 18 spikes
// these are 540,000 of 90,153 shard-minutes, of which 540,918 is a 10,000th; with 19,
// 570,000 of 90,161.5.
func TestSurvivalOfFewSpikes(t *testing.T) {
	for above, want := range map[int]int{18: 17, 19: 18} {
		r := spikes(t, above, input.Declaration{})
		if s := r.Replay.Value; s.Holds || s.Fewest != model.Known(want) || r.Shards.Recommended != want {
			t.Errorf("%d spikes: %+v, %+v", above, s, r.Shards)
		}
	}
}

// Where the formula's answer holds it stays, and the replay says how few would do.
func TestSurvivalHolds(t *testing.T) {
	r := spikes(t, 0, input.Declaration{})
	if s := r.Replay.Value; !s.Holds || s.Fewest != model.Known(9) || s.Throttled != 0 || len(s.Breaches) > 0 {
		t.Errorf("%+v", s)
	}
	if r.Shards.Recommended != 13 || slices.Contains(r.Binding, review.ReplayID) || len(r.Advice) == 0 {
		t.Errorf("%+v, %v", r.Shards, r.Binding)
	}
}

// An outage or a replay that a consumer declares is not in the history: where the
// formula's answer holds, fewer might not get through it, and none are looked for. Where
// it does not hold, more are.
func TestSurvivalOfStress(t *testing.T) {
	for name, c := range map[string]struct {
		above    int
		consumer input.Settings
		fewest   model.Maybe[int]
	}{
		"neither":         {0, consumer("fraud", "speed", "5000", "latency", "1h", "catch_up", "4h"), model.Known(9)},
		"outage":          {0, consumer("fraud", "speed", "5000", "outage", "1h", "catch_up", "4h"), model.Maybe[int]{}},
		"replay":          {0, consumer("fraud", "speed", "5000", "reprocess", "1h", "catch_up", "4h"), model.Maybe[int]{}},
		"does not hold":   {50, consumer("fraud", "speed", "5000", "outage", "1h", "catch_up", "4h"), model.Known(18)},
		"nor with replay": {50, consumer("fraud", "speed", "5000", "reprocess", "1h", "catch_up", "4h"), model.Known(18)},
	} {
		r := spikes(t, c.above, consumers(c.consumer))
		if s := r.Replay.Value; !r.Replay.Known || s.Holds != (c.above == 0) || s.Formula != 13 || s.Fewest != c.fewest {
			t.Errorf("%s: %+v, want %v", name, s, c.fewest)
		}
	}
}

// Where the history does not suffice to decide, what is known of it is replayed all the
// same: more than it is never said to do.
func TestSurvivalOfUndecided(t *testing.T) {
	for name, declared := range map[string]input.Declaration{"measured": {}, "declared": flags("producer.peak", "5000", "producer.average", "4000")} {
		e := orders()
		e.Undecided = []notice.Notice{{ID: "history-short", Message: "It is short.", Remedy: "Fetch more."}}
		w, inputs := workload(t, e, declared)
		r := must(
			review.New(
				context.Background(),
				&review.Basis{Limits: &limits, History: even(), Evidence: e, Inputs: inputs, Tariff: prices()},
				&w,
			),
		)
		if !r.Replay.Known || r.Replay.Value.Fewest != model.Known(1) || r.Verdict == model.TooMany && name == "measured" || slices.Contains(r.Binding, review.ReplayID) {
			t.Errorf("%s: %+v, %v", name, r.Replay.Value, r.Binding)
		}
	}
}

// A plan for traffic that was declared is not the history's: the replay says what
// it says, and the plan stays.
func TestSurvivalOfDeclaredTraffic(t *testing.T) {
	r := spikes(t, 50, flags("producer.peak", "5000", "producer.average", "4000"))
	if s := r.Replay.Value; s.Holds || s.Formula != 7 || s.Fewest != model.Known(18) {
		t.Errorf("%+v", s)
	}
	if r.Shards.Recommended != 7 || slices.Contains(r.Binding, review.ReplayID) {
		t.Errorf("%+v, %v", r.Shards, r.Binding)
	}
}
