package review_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

func tradesOf(r *review.ReplayReport) (counts []int) {
	for _, t := range r.Trade {
		counts = append(counts, t.Shards)
	}
	return counts
}

// The trade goes from what the highest minute takes down to what the mean of all
// takes: 9 and 6 shards. On n of 9, a write that comes in at the end of the 14,400 s
// was written n/9 of them before: each shard less adds 1,600 s, and saves its 730
// hours of $0.015.
func TestTrade(t *testing.T) {
	r := replayed(t, steps(), input.Declaration{}, askFewest())
	if got := tradesOf(&r); !slices.Equal(got, []int{9, 8, 7, 6}) {
		t.Fatalf("%v", got)
	}
	w, _ := workload(t, orders(), input.Declaration{})
	for i, got := range r.Trade {
		near(t, "longest wait", got.Wait, 1600*float64(i))
		near(t, "latency", got.Latency, 1600*float64(i))
		if got.Holds != (i == 0) || got.Throttled > 0 == (i == 0) || got.Delay != 0 || got.Consumer.Known ||
			got.Expired != 0 {
			t.Errorf("%+v", got)
		}
		if got.Monthly != billed(t, &w, model.Provisioned, got.Shards) {
			t.Errorf("%d shards cost %v, want %v", got.Shards, got.Monthly, billed(t, &w, model.Provisioned, got.Shards))
		}
		if i == 0 {
			if got.Saves.Known || got.Adds.Known {
				t.Errorf("the most shards save %v and add %v", got.Saves, got.Adds)
			}
			continue
		}
		near(t, "adds", got.Adds.Value, 1600)
		if got.Saves != model.Known(unit.USD(109_500_000_000)) || !got.Adds.Known {
			t.Errorf("%d shards save %v", got.Shards, got.Saves)
		}
	}
}

// Counts that were asked for have a place in it, as the fewest that hold have, and
// stretch it where they lie beyond its ends.
func TestTradeOfNamedCounts(t *testing.T) {
	for name, c := range map[string]struct {
		asked, want []int
	}{
		"within":    {[]int{7}, []int{9, 8, 7, 6}},
		"below":     {[]int{4}, []int{9, 8, 7, 6, 5, 4}},
		"above":     {[]int{11}, []int{11, 10, 9, 8, 7, 6}},
		"both":      {[]int{11, 4}, []int{11, 10, 9, 8, 7, 6, 5, 4}},
		"far above": {[]int{1100}, []int{1100, 1001, 901, 802, 702, 603, 503, 404, 304, 205, 105, 9, 6}}, // steps of 1,094/11
		"between":   {[]int{1100, 500}, []int{1100, 1001, 901, 802, 702, 603, 503, 500, 404, 304, 205, 105, 9, 6}},
	} {
		r := replayed(t, steps(), input.Declaration{}, ask(c.asked...))
		if diff := cmp.Diff(c.want, tradesOf(&r)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Where much may be throttled few shards hold; the trade still begins with what the
// highest minute takes.
func TestTradeAboveFewest(t *testing.T) {
	q := askFewest()
	q.MaxThrottled = 1
	r := replayed(t, steps(), input.Declaration{}, q)
	if got := tradesOf(&r); !slices.Equal(got, []int{9, 8, 7, 6}) || !r.Trade[2].Holds {
		t.Errorf("%v", got)
	}
}

// An even traffic has nothing to trade.
func TestTradeOfEvenTraffic(t *testing.T) {
	r := replayed(t, filling(48, func(int) float64 { return 5 }), input.Declaration{}, askFewest())
	if got := tradesOf(&r); !slices.Equal(got, []int{5}) {
		t.Errorf("%v", got)
	}
	r = replayed(t, filling(48, func(int) float64 { return 0 }), input.Declaration{}, askFewest())
	if got := tradesOf(&r); !slices.Equal(got, []int{1}) {
		t.Errorf("of nothing: %v", got)
	}
}

// The highest is what the hottest shard needs: of twice the mean, 18 shards.
func TestTradeOfHotShard(t *testing.T) {
	r := replayed(t, filling(48, func(int) float64 { return 9 }), flags("producer.skew", "2"), ask(9))
	if got := tradesOf(&r); got[0] != 18 || got[len(got)-1] != 9 || !r.Trade[0].Holds || r.Trade[1].Holds {
		t.Errorf("%+v", r.Trade)
	}
}

// A stream has 10,000 shards at most, and no more are in the trade: where half of the
// time fills 5,000 and half 12,000, they lie between those and the mean of 8,500, in
// steps of 1,500/11.
func TestTradeOfLargestStream(t *testing.T) {
	r := replayed(
		t,
		filling(48, func(i int) float64 { return 5000 + 7000*float64(i/24) }),
		input.Declaration{},
		askFewest(),
	)
	if diff := cmp.Diff([]int{10_000, 9864, 9727, 9591, 9455, 9318, 9182, 9045, 8909, 8773, 8636, 8500}, tradesOf(&r)); diff != "" ||
		r.Fewest.Known ||
		r.Feasible {
		t.Errorf("fewest %v, feasible %v (-want +got):\n%s", r.Fewest, r.Feasible, diff)
	}
	r = replayed(t, filling(48, func(int) float64 { return 20_000 }), input.Declaration{}, askFewest())
	if got := tradesOf(&r); !slices.Equal(got, []int{10_000}) || !slices.Equal(countsOf(&r), []int{10_000}) ||
		r.Trade[0].Holds {
		t.Errorf("of 20,000 on average: %v, candidates %v", got, countsOf(&r))
	}
	q := askFewest()
	q.MaxThrottled = 0
	r = replayed(t, filling(48, func(int) float64 { return 10_000 }), input.Declaration{}, q)
	if got := tradesOf(&r); !slices.Equal(got, []int{10_000}) || r.Fewest != model.Known(10_000) {
		t.Errorf("of 10,000: %v, fewest %v", got, r.Fewest)
	}
}

// The mean that the trade ends with is of records as they are packed. Of 40,000 user
// records a second at the peak, which lasts 21,600 s, and 13,333 for 129,600 s, ten
// producers pack 11 and 4⅓ together on 40 shards: 3,636 and 3,077 records a second,
// 3,157 on average. The bytes of the peak (110 of a user record, 20 of an aggregate) fill
// 4.3 of 40 shards and 4.2 of 5.
func TestTradeOfAggregates(t *testing.T) {
	q := askFewest()
	q.MaxThrottled = 0
	r, err := scenario(t, flags("producer.record_size", "100B", "producer.average", "20000", "producer.peak", "40000",
		"producer.aggregation.producers", "10", "producer.aggregation.buffer", "100ms", input.AggregationKey, ""), q)
	if got := tradesOf(&r); err != nil || !slices.Equal(got, []int{5, 4}) || r.Fewest != model.Known(5) {
		t.Errorf("%v, fewest %v, %v", got, r.Fewest, err)
	}
}

// Latency is the longest wait of a write and the longest of a record for its reader:
// on one shard of two that are offered for half of the time a write waits for half
// of it, and slow, which reads 800 of 1,000 a second, reads at 14,400 s what was
// written at 11,520 s; a second of it is the wait for a poll.
func TestLatencyOfTrade(t *testing.T) {
	h := filling(480, func(i int) float64 { return float64(2 * (1 - i/240)) })
	declared := consumers(consumer("fast"), consumer("slow", "speed", "800"), consumer("third", "speed", "900"))
	r := replayed(t, h, declared, ask(1))
	got := r.Trade[len(r.Trade)-1]
	near(t, "wait", got.Wait, 14_400)
	// 28.8 million are read at 800 a second in 36,000 s, of which the traffic has 28,800:
	// then it reads what was written at 23,040 s.
	near(t, "delay", got.Delay, 28_800-23_040+1)
	near(t, "latency", got.Latency, got.Wait+got.Delay)
	if got.Shards != 1 || got.Consumer != model.Known(model.Name("slow")) {
		t.Errorf("%d shards, delay of %v", got.Shards, got.Consumer)
	}
}

// What an incident of a consumer's own delays is no latency of the stream's: of 800 s
// and 400 s without reading, 500 a second, it takes as long to catch up at 1,000.
func TestCatchUpOfTrade(t *testing.T) {
	q := ask(1)
	q.WhatIf = []review.WhatIf{stops("a", 3600, 400), stops("b", 3600, 800), stops("c", 3600, 600)}
	r := replayed(
		t,
		even(),
		consumers(consumer("a", "speed", "1000"), consumer("b", "speed", "1000"), consumer("c", "speed", "1000")),
		q,
	)
	got := r.Trade[0]
	near(t, "catch-up", got.CatchUp, 800)
	near(t, "delay", got.Delay, 1) // for a poll
	near(t, "latency", got.Latency, 1)
	if got.Consumer != model.Known(model.Name("a")) {
		t.Errorf("delay of %v", got.Consumer)
	}
}

// What expires is added up over the consumers: each is down for 26 h of a retention
// of 24, and loses 500 a second for two.
func TestExpiredOfTrade(t *testing.T) {
	h := filling(40*60, func(int) float64 { return 0.5 })
	q := ask(1)
	for _, name := range []model.Name{"a", "b"} {
		q.WhatIf = append(q.WhatIf, stops(name, 3600, 26*3600))
	}
	r := replayed(t, h, consumers(consumer("a"), consumer("b")), q)
	near(t, "expired", r.Trade[0].Expired, 7_200_000)
}

// Without prices nothing is said of them.
func TestTradeWithoutPrices(t *testing.T) {
	w, inputs := workload(t, orders(), input.Declaration{})
	r, err := review.Replay(
		context.Background(),
		&review.Basis{Limits: &limits, History: steps(), Evidence: orders(), Inputs: inputs},
		&w,
		ask(9),
	)
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range r.Trade {
		if got.Monthly.Known || got.Saves.Known {
			t.Errorf("%+v", got)
		}
	}
	if r.Candidates[0].Monthly.Known || !r.Trade[1].Adds.Known {
		t.Errorf("%v, %v", r.Candidates[0].Monthly, r.Trade[1].Adds)
	}
}
