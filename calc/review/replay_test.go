package review_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// ask asks what happens to some shard counts.
func ask(shards ...int) *review.ReplayRequest {
	return &review.ReplayRequest{
		Shards:       shards,
		Mode:         model.Provisioned,
		MaxThrottled: review.DefaultMaxThrottled,
		Writes:       review.Wait,
	}
}

// askFewest asks for the fewest shards that hold as well.
func askFewest(shards ...int) *review.ReplayRequest {
	q := ask(shards...)
	q.Auto = true
	return q
}

// replayOf asks something of a history, with what was declared beside some evidence.
func replayOf(
	t *testing.T,
	h *model.History,
	e *fit.Evidence,
	declared input.Declaration,
	q *review.ReplayRequest,
) (review.ReplayReport, error) {
	t.Helper()
	w, inputs := workload(t, e, declared)
	return review.Replay(
		context.Background(),
		&review.Basis{Limits: &limits, History: h, Evidence: e, Source: "orders.json", Inputs: inputs, Tariff: prices()},
		&w,
		q,
	)
}

// replayed asks something of a history of orders, of whose shards nothing is known.
func replayed(t *testing.T, h *model.History, declared input.Declaration, q *review.ReplayRequest) review.ReplayReport {
	t.Helper()
	e := orders()
	if q.Mode == model.Provisioned {
		e.Shards = model.Maybe[int]{}
	}
	r, err := replayOf(t, h, e, declared, q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// scenario asks something of a declared workload.
func scenario(t *testing.T, declared input.Declaration, q *review.ReplayRequest) (review.ReplayReport, error) {
	t.Helper()
	w, inputs, err := declared.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	return review.Replay(
		context.Background(),
		&review.Basis{Limits: &limits, Source: "flags", Inputs: inputs, Tariff: prices()},
		&w,
		q,
	)
}

// steps fill 3 shards in the first half of eight hours and 9 in the second.
func steps() *model.History {
	return filling(480, func(i int) float64 { return 3 + 6*float64(i/240) })
}

func countsOf(r *review.ReplayReport) (list []int) {
	for i := range r.Candidates {
		list = append(list, r.Candidates[i].Shards.Value)
	}
	return list
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-9*max(1, math.Abs(want))) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func nearAll(t *testing.T, what string, got []float64, want ...float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %v, want %v", what, got, want)
	}
	for i := range want {
		near(t, fmt.Sprintf("%s %d", what, i), got[i], want[i])
	}
}

// Named counts are run, each once and the fewest first. The fewest that hold are
// told, but are not among them.
func TestReplayOfNamedCounts(t *testing.T) {
	r := replayed(t, steps(), input.Declaration{}, ask(12, 6, 12, 8))
	if !slices.Equal(countsOf(&r), []int{6, 8, 12}) || r.Fewest != model.Known(9) || !r.Feasible {
		t.Fatalf("%v, fewest %v, %v", countsOf(&r), r.Fewest, r.Feasible)
	}
	for i, want := range [...]struct {
		holds               bool
		throttled, wait, of float64 // records; seconds; of the write limit
	}{{false, 43.2e6, 4800, 1.5}, {false, 14.4e6, 1600, 1.125}, {true, 0, 0, 0.75}} {
		// On 6 of 9 shards 3,000 records a second are throttled for 14,400 s. A third of
		// each second waits: what comes in after 14,400 s was written after 9,600. On 8,
		// 1,000 are, and it was written after 12,800.
		c := &r.Candidates[i]
		if c.Holds != want.holds || c.Mode != model.Provisioned || len(c.Breaches) > 0 == want.holds {
			t.Errorf("%d shards: %v, %s, %v", c.Shards.Value, c.Holds, c.Mode, c.Breaches)
		}
		near(t, "throttled", c.Throttled, want.throttled)
		near(t, "longest wait", c.LongestWait, want.wait)
		near(t, "utilization", c.WriteUtilization, want.of)
	}
}

// The shards that the stream has are run and marked, whether they are asked for or not;
// those of a workload go before those of the history. What is asked decides.
func TestReplayOfToday(t *testing.T) {
	for name, c := range map[string]struct {
		declared string
		mode     model.Mode
		asked    []int
		counts   []int
		now      model.Maybe[int]
	}{
		"beside others":    {"", model.Provisioned, []int{6, 8}, []int{6, 8, 20}, model.Known(20)},
		"among them":       {"", model.Provisioned, []int{20, 8}, []int{8, 20}, model.Known(20)},
		"as declared":      {"7", model.Provisioned, []int{6, 8}, []int{6, 7, 8}, model.Known(7)},
		"not of on-demand": {"", model.OnDemandStandard, []int{6, 8}, []int{6, 8}, model.Maybe[int]{}},
		"declared of it":   {"7", model.OnDemandStandard, []int{6, 8}, []int{6, 7, 8}, model.Known(7)},
	} {
		e, declared := orders(), input.Declaration{}
		if e.Mode = model.Known(c.mode); c.declared != "" {
			declared = flags("current_shards", c.declared)
		}
		r, err := replayOf(t, steps(), e, declared, ask(c.asked...))
		if err != nil || r.Now != c.now || !slices.Equal(countsOf(&r), c.counts) {
			t.Errorf("%s: %v, now %v, %v", name, countsOf(&r), r.Now, err)
		}
		for i := range r.Candidates {
			one := &r.Candidates[i]
			if one.Now != (one.Shards == c.now) || one.Asked != slices.Contains(c.asked, one.Shards.Value) {
				t.Errorf("%s: %d shards: now %v, asked %v", name, one.Shards.Value, one.Now, one.Asked)
			}
		}
		if marked := slices.ContainsFunc(r.Trade, func(t review.TradeOff) bool { return t.Now && model.Known(t.Shards) == c.now }); marked != c.now.Known {
			t.Errorf("%s: the trade has %v", name, tradesOf(&r))
		}
	}
}

// The fewest shards are those of the highest minute here; beside named ones they
// stand at their place.
func TestReplayOfFewest(t *testing.T) {
	r := replayed(t, steps(), input.Declaration{}, askFewest())
	if !slices.Equal(countsOf(&r), []int{9}) || r.Fewest != model.Known(9) || !r.Feasible || !r.Candidates[0].Holds {
		t.Errorf("%v, fewest %v, %v", countsOf(&r), r.Fewest, r.Feasible)
	}
	for _, asked := range [][]int{{12, 6}, {9, 12, 6}} {
		r = replayed(t, steps(), input.Declaration{}, askFewest(asked...))
		if !slices.Equal(countsOf(&r), []int{6, 9, 12}) || r.Fewest != model.Known(9) || !r.Feasible {
			t.Errorf("%v, fewest %v, %v", countsOf(&r), r.Fewest, r.Feasible)
		}
	}
}

// What may be throttled decides. Of 3 and 9 shards in either half n shards throttle
// 9 − n, a (9 − n)/12 of all. Six shards and fewer take no more than the 6 that come in
// the mean: what waits at the end never drains, whatever may be throttled.
func TestReplayOfShareThrottled(t *testing.T) {
	for _, c := range []struct {
		most   unit.Fraction
		fewest int
	}{{0, 9}, {0.083, 9}, {0.084, 8}, {0.24, 7}, {0.25, 7}, {0.5, 7}, {1, 7}} {
		q := askFewest()
		q.MaxThrottled = c.most
		if r := replayed(t, steps(), input.Declaration{}, q); r.Fewest != model.Known(c.fewest) || r.MaxThrottled != c.most {
			t.Errorf("%v may be throttled: %v shards, want %d", c.most, r.Fewest, c.fewest)
		}
	}
}

// A record waits a second for a poll on however many shards: where half a second is
// allowed, none hold, and the most that a stream can have are shown.
func TestReplayOfNoCount(t *testing.T) {
	fast := consumers(consumer("fraud", "latency", "500ms", "latency_bound", "delay"))
	r := replayed(t, steps(), fast, askFewest())
	if r.Fewest.Known || r.Feasible || !slices.Equal(countsOf(&r), []int{10_000}) {
		t.Fatalf("%v, fewest %v, %v", countsOf(&r), r.Fewest, r.Feasible)
	}
	c := &r.Candidates[0]
	want := []replay.Breach{{
		ID: "latency", Consumer: model.Known(model.Name("fraud")), Value: 1, Allowed: 0.5, Unit: "s",
		Message: "Records waited for fraud up to 1s; 500ms is allowed.",
	}}
	if diff := cmp.Diff(want, c.Breaches); diff != "" || c.Holds {
		t.Errorf("holds: %v (-want +got):\n%s", c.Holds, diff)
	}
	if r := replayed(t, steps(), fast, ask(9)); r.Feasible || r.Fewest.Known || r.Candidates[0].Holds {
		t.Errorf("of a named count: feasible %v, fewest %v, holds %v", r.Feasible, r.Fewest, r.Candidates[0].Holds)
	}
}

// What an answer says of its question and its traffic.
func TestReplayTellsWhatItIsOf(t *testing.T) {
	q := ask(9)
	q.MaxThrottled, q.SavesUp, q.Writes = 0.25, true, review.Lose
	r := replayed(t, steps(), consumers(consumer("fraud", "latency", "10s", "latency_bound", "delay"),
		consumer("audit", "latency", "1m", "reprocess", "2h", "catch_up", "3h"), consumer("free")), q)
	if r.Schema != "kcalc.replay/v1" || r.Stream != "orders" || r.Region != "us-east-1" || r.Source != "orders.json" {
		t.Errorf("%s of %s in %s from %s", r.Schema, r.Stream, r.Region, r.Source)
	}
	window := review.ReplayWindow{
		From:    model.Known(end.Add(-8 * time.Hour)),
		To:      model.Known(end),
		Seconds: 28_800,
		Steps:   480,
	}
	if r.Window != window || r.Writes != review.Lose || !r.SavesUp || r.MaxThrottled != 0.25 || len(r.Inputs) == 0 {
		t.Errorf("%+v, %s, %v, %v, %d inputs", r.Window, r.Writes, r.SavesUp, r.MaxThrottled, len(r.Inputs))
	}
	if diff := cmp.Diff([]review.Bound{
		{Consumer: "fraud", Latency: 10, Bounds: model.DelayBound, Source: model.Flag, CatchUp: 10},
		{Consumer: "audit", Latency: 60, Bounds: model.RecoveryBound, Source: model.Flag, CatchUp: 10_800},
		{Consumer: "free", Latency: 60, Bounds: model.DelayBound, Source: model.Default},
	}, r.Bounds); diff != "" {
		t.Errorf("bounds (-want +got):\n%s", diff)
	}
}

// A declared workload has no history: a day without a date, and its incidents. What
// its consumers replay is not a history's.
func TestReplayOfScenario(t *testing.T) {
	r, err := scenario(
		t,
		flags("producer.record_size", "512B", "producer.average", "6000", "producer.peak", "10000", "region", "us-east-1"),
		askFewest(),
	)
	if err != nil {
		t.Fatal(err)
	}
	if want := (review.ReplayWindow{Seconds: 60_480 + 25_920 + 60_480, Steps: 3}); r.Window != want ||
		r.Source != "flags" ||
		r.Fewest != model.Known(10) {
		t.Errorf("%+v from %s, %v shards", r.Window, r.Source, r.Fewest)
	}
	// Three parts of 259.2 million records and 300,000 of the surge are 777.9 million, of
	// which 14 shards throttle 60,000, 0.77 of the 10,000th that may be.
	surging := flags("producer.record_size", "512B", "producer.average", "6000", "producer.peak", "10000",
		"producer.surge.throughput", "15000", "producer.surge.duration", "1m")
	for most, want := range map[unit.Fraction]int{0: 15, review.DefaultMaxThrottled: 14} {
		q := askFewest()
		q.MaxThrottled = most
		if r, err = scenario(t, surging, q); err != nil || r.Fewest != model.Known(want) {
			t.Errorf("with a surge, %v throttled: %v shards, want %d, %v", most, r.Fewest, want, err)
		}
	}
	outage := flags("producer.record_size", "512B", "producer.average", "6000", "producer.peak", "10000")
	outage.Consumers = []input.Settings{consumer("fraud", "speed", "1000", "outage", "1h", "catch_up", "2h")}
	// 10,000·1 h wait and 10,000·2 h come, in 2 h: 15 shards.
	if r, err = scenario(t, outage, askFewest()); err != nil || r.Fewest != model.Known(15) {
		t.Errorf("with an outage %v shards, %v", r.Fewest, err)
	}
}

// An on-demand stream begins with the shards that it has. On 20 of the 25 that are
// offered 5,000 records a second wait until AWS has doubled them, 15 minutes after
// the first minute: 4.8 million of 720, which come in at 15,000 a second until
// 1,280 s. The minutes in which 40 shards are full make it 80.
func TestReplayOnDemand(t *testing.T) {
	h, e := filling(480, func(int) float64 { return 25 }), orders()
	for _, mode := range []model.Mode{model.OnDemandStandard, model.OnDemandAdvantage} {
		q := ask(7)
		q.Mode, e.Mode = mode, model.Known(mode)
		r, err := replayOf(t, h, e, input.Declaration{}, q)
		if err != nil || len(r.Candidates) != 1 || len(r.Trade) != 0 || r.Fewest.Known || !r.Feasible {
			t.Fatalf(
				"%s: %d candidates, %d trades, fewest %v, feasible %v",
				mode,
				len(r.Candidates),
				len(r.Trade),
				r.Fewest,
				r.Feasible,
			)
		}
		c := &r.Candidates[0]
		if c.Mode != mode || c.Shards.Known || c.Holds || c.Result.Shards != (replay.Range{Least: 20, Most: 80}) {
			t.Errorf("%s: %s with %v shards holds: %v, %+v", mode, c.Mode, c.Shards, c.Holds, c.Result.Shards)
		}
		near(t, "throttled", c.Throttled, 5000*960)
		near(t, "seconds", c.Seconds, 1280)
		near(t, "longest wait", c.LongestWait, 192) // of 960 s
		if len(c.Breaches) != 1 || c.Breaches[0].Message != "0.67% of the records were in excess of the write limits; "+
			"0.01% may be." {
			t.Errorf("%+v", c.Breaches)
		}
		if w, _ := workload(t, e, input.Declaration{}); c.Monthly != billed(t, &w, mode, 20) {
			t.Errorf("%s costs %v, want %v", mode, c.Monthly, billed(t, &w, mode, 20))
		}
	}
}

// Where nobody knows what shards there are those that were declared are the first,
// else what a new stream takes: 4, which become 8, 16, 32, 64 and 128, each 960 s
// after the one before. At 4,800 s some records of the first hour still wait.
func TestFirstShardsOnDemand(t *testing.T) {
	e := orders()
	e.Shards = model.Maybe[int]{}
	h := filling(480, func(int) float64 { return 25 })
	for declared, want := range map[string]replay.Range{"30": {Least: 30, Most: 50}, "": {Least: 4, Most: 128}} {
		q := ask()
		q.Mode = model.OnDemandStandard
		draft := input.Declaration{}
		if declared != "" {
			draft = flags("current_shards", declared)
		}
		r, err := replayOf(t, h, e, draft, q)
		if err != nil || r.Candidates[0].Result.Shards != want {
			t.Errorf("%q: %+v, want %+v, %v", declared, r.Candidates[0].Result.Shards, want, err)
		}
		if holds := declared != ""; r.Candidates[0].Holds != holds {
			t.Errorf("%q holds: %v", declared, !holds)
		}
	}
}

func billed(t *testing.T, w *model.Workload, mode model.Mode, shards int) model.Maybe[unit.USD] {
	t.Helper()
	bill, err := prices().Bill(&limits, w, mode, shards)
	if err != nil || !bill.Total.Known {
		t.Fatalf("%v: %v", bill, err)
	}
	return bill.Total
}

// Where throttled writes are given up, a third of the second half is lost on 6 shards:
// 3,000 records a second for four hours.
func TestLosingWrites(t *testing.T) {
	q := ask(6)
	q.Writes, q.MaxThrottled = review.Lose, 1
	c := replayed(t, steps(), input.Declaration{}, q).Candidates[0]
	near(t, "lost", c.Lost, 43.2e6)
	near(t, "throttled", c.Throttled, 43.2e6)
	if c.Waiting != 0 || c.LongestWait != 0 || c.Holds || len(c.Breaches) != 1 ||
		c.Breaches[0].Message != "Producers gave up 43,200,000 records." {
		t.Errorf("%v wait up to %v s, holds %v: %+v", c.Waiting, c.LongestWait, c.Holds, c.Breaches)
	}
}

// A second of 1.5 times the 900 records of its minute's mean is 350 more than a shard
// takes, and less than one has saved up: without a bucket they are throttled, and
// wait.
func TestWriteBucket(t *testing.T) {
	h := filling(48, func(int) float64 { return 0.9 })
	declared := flags("producer.burst", "1.5")
	q := ask(1)
	without := replayed(t, h, declared, q).Candidates[0]
	q.SavesUp = true
	with := replayed(t, h, declared, q).Candidates[0]
	const calm = 900 * (60 - 1.5) / 59
	drains := 350 / (1000 - calm) // seconds that they wait, until all is in
	near(t, "seconds", without.Seconds, 48*(1+drains))
	near(t, "throttled", without.Throttled, 48*350)
	if with.Throttled != 0 || !with.Holds || without.Holds {
		t.Errorf("with a bucket %v throttled, holds %v; without %v", with.Throttled, with.Holds, without.Holds)
	}
	near(t, "utilization", with.WriteUtilization, 1.35)
}

// The parts of a series add up to the run's totals, and their highest is the run's.
func TestSeriesAddUp(t *testing.T) {
	h := filling(700, func(i int) float64 { return float64((i*i)%17) / 2 })
	slow := consumers(consumer("slow", "speed", "700"), consumer("fan", "type", "enhanced-fan-out", "speed", "500"))
	slow.Settings = settings(model.Flag, "producer.skew", "1.3", "producer.burst", "2")
	for _, writes := range []review.Writes{review.Wait, review.Lose} {
		for _, mode := range []model.Mode{model.Provisioned, model.OnDemandStandard} {
			q := ask(3, 9)
			q.Mode, q.Writes = mode, writes
			q.WhatIf = []review.WhatIf{whatIf("stop", replay.Incident{Kind: replay.Stop, Consumer: "fan", At: 3000, For: 1200})}
			r := replayed(t, h, slow, q)
			for i := range r.Candidates {
				addsUp(t, fmt.Sprintf("%s, %s, candidate %d", mode, writes, i), &r.Candidates[i])
			}
		}
	}
}

func addsUp(t *testing.T, what string, c *review.Candidate) {
	t.Helper()
	s := c.Series.Value
	if !c.Series.Known || len(s.Offered) != 480 || len(s.Throttled) != 480 || len(s.Write) != 480 ||
		len(s.Ages) != len(c.Consumers) {
		t.Fatalf("%s: %d, %d, %d parts of %d consumers", what, len(s.Offered), len(s.Throttled), len(s.Write), len(s.Ages))
	}
	near(t, what+": seconds", s.Seconds*480, 42_000)
	near(t, what+": offered", sum(s.Offered), c.Offered)
	near(t, what+": throttled", sum(s.Throttled), c.Throttled)
	near(t, what+": utilization", slices.Max(s.Write), c.WriteUtilization)
	for i := range c.Consumers {
		one := &c.Consumers[i]
		near(t, what+": age", slices.Max(s.Ages[i].Seconds), one.Age)
		if s.Ages[i].Consumer != one.Name || one.Age == 0 {
			t.Errorf("%s: age %v of %s beside %s", what, one.Age, s.Ages[i].Consumer, one.Name)
		}
	}
	if c.Mode == model.Provisioned {
		if s.Shards != nil {
			t.Errorf("%s: %v", what, s.Shards)
		}
		return
	}
	near(t, what+": shards", slices.Max(s.Shards), c.Result.Shards.Most)
}

func sum(list []float64) (total float64) {
	for _, x := range list {
		total += x
	}
	return total
}

// Each breach says what it means.
func TestBreachMessages(t *testing.T) {
	h := filling(480, func(i int) float64 {
		if i < 10 {
			return 2
		}
		return 0.5
	})
	q := ask(2)
	q.WhatIf = []review.WhatIf{whatIf("stop", replay.Incident{Kind: replay.Stop, Consumer: "down", At: 600, For: 3600})}
	// For 10 minutes 2,000 come and 1,400 are read a second: 360,000 drain at 900 then.
	// Stopped, 500·3,600 wait, which drain at 1,500.
	r := replayed(t, h, consumers(consumer("late", "speed", "700", "latency", "1m", "latency_bound", "delay"),
		consumer("slow", "speed", "700", "latency", "1m"), consumer("down", "speed", "1000", "latency", "1m")), q)
	var got []string
	for _, b := range r.Candidates[0].Breaches {
		got = append(got, b.Message)
	}
	// A second of the delay is the wait for a poll: 1,200,000/1,400 − 600 + 1 = 258.14 s.
	want := []string{
		"Records waited for late up to 4m18.14s; 1m is allowed.",
		"slow needs 6m40s to recover; it has 1m.",
		"down needs 20m to catch up; it has 1m.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A share is told with two digits, or all of those before the point: of 12 parts 8
// shards throttle one, and 7 two.
func TestSharesInMessages(t *testing.T) {
	for _, c := range []struct {
		shards int
		most   unit.Fraction
		want   string
	}{
		{7, 0.0001, "17% of the records were in excess of the write limits; 0.01% may be."},
		{7, 0.13, "17% of the records were in excess of the write limits; 13% may be."},
		{8, 0, "8.3% of the records were in excess of the write limits; 0% may be."},
		{8, 0.000012, "8.3% of the records were in excess of the write limits; 0.0012% may be."},
	} {
		q := ask(c.shards)
		q.MaxThrottled = c.most
		if got := replayed(t, steps(), input.Declaration{}, q).Candidates[0].Breaches; len(got) != 1 ||
			got[0].Message != c.want {
			t.Errorf("%d shards: %+v, want %q", c.shards, got, c.want)
		}
	}
}

// Of a consumer without a bound nobody knows when it has read all if it was behind for
// five of eight hours, of which it still falls further behind in the last (reading 200
// of 500 a second), or if it does not read when the traffic ends.
func TestBehindMessage(t *testing.T) {
	slows := whatIf("slow", replay.Incident{Kind: replay.Slow, Consumer: "down", At: 3 * 3600, For: 5*3600 - 1, Rate: 200})
	for name, c := range map[string]struct {
		incident review.WhatIf
		want     string
	}{
		"held up for hours":           {whatIf("poison", replay.Incident{Kind: replay.Poison, Consumer: "down", At: 3 * 3600}), "5h"},
		"held up for minutes":         {whatIf("poison", replay.Incident{Kind: replay.Poison, Consumer: "down", At: 28_500}), "5m"},
		"slow until the last second":  {slows, "5h"},
		"reads again just before it":  {stops("down", 28_400, 399), ""},
		"slow for minutes at the end": {whatIf("slow", replay.Incident{Kind: replay.Slow, Consumer: "down", At: 28_500, For: 299, Rate: 200}), ""},
	} {
		q := ask(1)
		q.WhatIf = []review.WhatIf{c.incident}
		var got, want []string
		for _, b := range replayed(t, even(), consumers(consumer("down", "speed", "1000")), q).Candidates[0].Breaches {
			got = append(got, b.ID+": "+b.Message)
		}
		if c.want != "" {
			want = []string{"behind: down has been behind for " + c.want + " when the traffic ends, and may never catch up."}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// The time to catch up counts from the end of an incident, or from the begin of a
// replay, and not from when most was unread. Of two shards 500 records a second are
// read at up to 1,400; for ten minutes from 4,200 s on there are 2,000. Stopped from
// 3,600 s to 4,200, 300,000 wait, at 4,800 s 660,000, which drain at 900 a second until
// 5,533.3. Where 600,000 are read again at 3,600 s, 60,000 are left at 4,200 and
// 420,000 at 4,800, and it lasts until 5,266.7. Where the last 900 s are read once more
// at 3,900 s, 450,000 are left then, 180,000 at 4,200 and 540,000 at 4,800, and it lasts
// until 5,400.
func TestCatchUpCountsFromIncident(t *testing.T) {
	h := filling(480, func(i int) float64 {
		if i >= 70 && i < 80 {
			return 2
		}
		return 0.5
	})
	for name, c := range map[string]struct {
		incidents        []review.WhatIf
		catchUp, highest float64 // how long it takes, and from when most was unread
		message          string
	}{
		"stop": {[]review.WhatIf{stops("a", 3600, 600)}, 1333 + 1.0/3, 660.0 / 0.9, "a needs 22m13s to catch up; it has 20m."},
		"replay": {[]review.WhatIf{rereads("a", 3600, 1200)}, 1666 + 2.0/3, 1666 + 2.0/3, "a needs 27m47s to catch up; it " +
			"has 20m."},
		"twice": {[]review.WhatIf{rereads("a", 3600, 1200), rereads("a", 3900, 900)}, 1800, 1800, "a needs 30m to catch " +
			"up; it has 20m."},
	} {
		q := ask(2)
		q.WhatIf = c.incidents
		r := replayed(t, h, consumers(consumer("a", "speed", "700", "catch_up", "20m")), q)
		got := &r.Candidates[0]
		near(t, name+": catch-up", got.Consumers[0].CatchUp, c.catchUp)
		near(t, name+": recovery", got.Consumers[0].Recovery, c.highest)
		if len(got.Breaches) != 1 || got.Breaches[0].Message != c.message || got.Holds {
			t.Errorf("%s: holds %v, %+v", name, got.Holds, got.Breaches)
		}
	}
}

// What no number of shards makes fit is told whatever is asked, and beside what a
// replay shows: six consumers call a shard six times a second, of which it takes five.
func TestReplayOfPlanThatDoesNotFit(t *testing.T) {
	var six []input.Settings
	for _, name := range [...]string{"a", "b", "c", "d", "e", "f"} {
		six = append(six, consumer(name, "speed", "1000"))
	}
	calls := []string{"consumer-limit.calls: The 6 standard consumers poll each shard 6 times a second; a shard " +
		"answers 5 GetRecords calls a second. More shards do not help."}
	onDemand := ask()
	onDemand.Mode = model.OnDemandStandard
	for name, c := range map[string]struct {
		consumers []input.Settings
		question  *review.ReplayRequest
		want      []string
	}{
		"six":            {six, askFewest(), calls},
		"six, on-demand": {six, onDemand, calls},
		"five":           {six[:5], askFewest(), nil},
	} {
		r := replayed(t, even(), consumers(c.consumers...), c.question)
		var got []string
		for _, o := range r.Infeasible {
			got = append(got, o.ID+": "+o.Message)
			if o.Remedy == "" || o.Source == "" {
				t.Errorf("%s: %+v", name, o)
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" || r.Infeasible == nil || !r.Feasible {
			t.Errorf("%s: feasible %v (-want +got):\n%s", name, r.Feasible, diff)
		}
		warned(t, name, &r, "consumer-limit.calls", "")
	}
	declared := flags("producer.record_size", "512B", "producer.average", "500")
	declared.Consumers = six
	if r, err := scenario(t, declared, ask(1)); err != nil || len(r.Infeasible) != 1 {
		t.Errorf("declared: %+v, %v", r.Infeasible, err)
	}
}

// With retention for a day, a consumer that is down for 26 hours loses what is older:
// two hours of 500 a second.
func TestExpiredMessage(t *testing.T) {
	h := filling(40*60, func(int) float64 { return 0.5 })
	q := ask(1)
	q.WhatIf = []review.WhatIf{
		whatIf("stop", replay.Incident{Kind: replay.Stop, Consumer: "down", At: 3600, For: 26 * 3600}),
	}
	c := replayed(t, h, consumers(consumer("down")), q).Candidates[0]
	near(t, "expired", c.Consumers[0].Expired, 3_600_000)
	if len(c.Breaches) != 1 || c.Breaches[0].Message != "3,600,000 records expired before down read them." {
		t.Errorf("%+v", c.Breaches)
	}
}
