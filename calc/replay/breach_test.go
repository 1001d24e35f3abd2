package replay_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// judge is what a run of a thousand seconds did not hold when a hundredth of the
// records may be throttled.
func judge(r replay.Result, consumers ...model.Consumer) []replay.Breach {
	s := written(stepsOf(1000, 1, 1), consumers...)
	return s.Breaches(&r, 0.01)
}

func wantBreaches(t *testing.T, what string, got []replay.Breach, want ...replay.Breach) {
	t.Helper()
	if diff := cmp.Diff(append([]replay.Breach{}, want...), got, cmpopts.IgnoreFields(replay.Breach{}, "Message")); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// above is the next number.
func above(x float64) float64 { return math.Nextafter(x, math.Inf(1)) }

// At its bound a run holds, and one last bit above it, which is rounding.
func TestBreachesOfStream(t *testing.T) {
	throttled := func(share float64) replay.Breach {
		return replay.Breach{ID: "throttled", Value: share, Allowed: 0.01}
	}
	lost := func(records float64) replay.Breach {
		return replay.Breach{ID: "lost", Value: records, Unit: "records"}
	}
	for name, c := range map[string]struct {
		result replay.Result
		want   []replay.Breach
	}{
		"nothing":                     {replay.Result{}, nil},
		"throttled below":             {replay.Result{ThrottledShare: 0.0099}, nil},
		"throttled at the bound":      {replay.Result{ThrottledShare: 0.01}, nil},
		"throttled a bit above":       {replay.Result{ThrottledShare: above(0.01)}, nil},
		"throttled above":             {replay.Result{ThrottledShare: 0.010000001}, []replay.Breach{throttled(0.010000001)}},
		"waits, which has no bound":   {replay.Result{Waiting: 1e9, LongestWait: 1e9, Throttled: 1e9, Seconds: 1e9}, nil},
		"loses, which no share is of": {replay.Result{Lost: 1e-9, ThrottledShare: 0.5}, []replay.Breach{lost(1e-9)}},
	} {
		wantBreaches(t, name, judge(c.result), c.want...)
	}
}

// Nothing may be throttled where the share is 0.
func TestNoThrottles(t *testing.T) {
	s := written(stepsOf(1000, 1, 1))
	wantBreaches(
		t,
		"one in 10¹²",
		s.Breaches(&replay.Result{ThrottledShare: 1e-12}, 0),
		replay.Breach{ID: "throttled", Value: 1e-12},
	)
	wantBreaches(t, "none", s.Breaches(&replay.Result{}, 0))
}

// bounded is a consumer with a latency of 10 s.
func bounded(bound model.LatencyBound, catchUp unit.Duration) model.Consumer {
	c := model.NewConsumer("a")
	c.Latency, c.LatencyBound, c.CatchUp = 10e9, bound, catchUp
	return c
}

// usually is a result of a consumer apart from its incidents.
func usually(delay, recovery float64) replay.ConsumerResult {
	return replay.ConsumerResult{ApartFromIncidents: replay.WorstTimes{Delay: delay, Recovery: recovery}}
}

func TestBreachesOfConsumer(t *testing.T) {
	const rounding = 10 * 1e-9
	recovers, delays := bounded(model.RecoveryBound, 0), bounded(model.DelayBound, 0)
	catchesUp := bounded(model.RecoveryBound, 60e9)
	free, unbound, rare := model.NewConsumer("a"), model.NewConsumer("a"), model.NewConsumer("a")
	unbound.AnyLatency, rare.PollInterval = true, 120e9
	breach := func(id string, value, allowed float64, unit string) []replay.Breach {
		return []replay.Breach{{ID: id, Consumer: model.Known(model.Name("a")), Value: value, Allowed: allowed, Unit: unit}}
	}
	for name, c := range map[string]struct {
		consumer model.Consumer
		result   replay.ConsumerResult
		want     []replay.Breach
	}{
		"recovers in time":             {recovers, usually(1e9, 10), nil},
		"recovers a bit late":          {recovers, usually(0, above(10)), nil},
		"recovers late by rounding":    {recovers, usually(0, 10+0.9*rounding), nil},
		"recovers late":                {recovers, usually(0, 10+1.1*rounding), breach("latency", 10+1.1*rounding, 10, "s")},
		"records in time":              {delays, usually(10, 1e9), nil},
		"records late":                 {delays, usually(11, 0), breach("latency", 11, 10, "s")},
		"late by an incident":          {delays, replay.ConsumerResult{Delay: 1e9, Recovery: 1e9, Age: 1e9}, nil},
		"slow after an incident":       {recovers, replay.ConsumerResult{Recovery: 1e9, CatchUp: 10}, nil},
		"catches up in the latency":    {recovers, replay.ConsumerResult{CatchUp: 10}, nil},
		"catches up late":              {recovers, replay.ConsumerResult{CatchUp: 11}, breach("catch-up", 11, 10, "s")},
		"has a time of its own":        {catchesUp, replay.ConsumerResult{CatchUp: 60}, nil},
		"is above the time of its own": {catchesUp, replay.ConsumerResult{CatchUp: 61}, breach("catch-up", 61, 60, "s")},
		"has lifted its bound":         {unbound, replay.ConsumerResult{CatchUp: 1e9, ApartFromIncidents: replay.WorstTimes{Delay: 1e9, Recovery: 1e9}}, nil},
		"keeps up within a minute":     {free, replay.ConsumerResult{CatchUp: 1e9, ApartFromIncidents: replay.WorstTimes{Delay: 60, Recovery: 1e9}}, nil},
		"is a second late":             {free, usually(61, 0), breach("latency", 61, 60, "s")},
		"polls every two minutes":      {rare, usually(180, 1e9), nil},
		"polls that rarely, and late":  {rare, usually(181, 0), breach("latency", 181, 180, "s")},
		"reaches the retention":        {free, replay.ConsumerResult{ReachedRetention: true, Age: day}, breach("at-retention", day, day, "s")},
		"gives a batch up":             {free, replay.ConsumerResult{GivenUp: 100}, breach("given-up", 100, 0, "records")},
		"loses a tenth for good":       {free, replay.ConsumerResult{Behind: true, BehindFor: 9, Losing: true, SteadyLoss: 0.1}, breach("behind", 0.1, 0, "")},
		"had no time":                  {free, replay.ConsumerResult{}, nil},
		"is behind in the end":         {free, replay.ConsumerResult{Behind: true, BehindFor: 1e9}, nil},
		"loses ground":                 {free, replay.ConsumerResult{Behind: true, BehindFor: 501, Losing: true}, breach("behind", 501, 0, "s")},
		"loses records":                {free, replay.ConsumerResult{Expired: 0.5}, breach("expired", 0.5, 0, "records")},
	} {
		wantBreaches(t, name, judge(replay.Result{Consumers: []replay.ConsumerResult{c.result}}, c.consumer), c.want...)
	}
}

// A consumer that is sized for the average has a day to catch up, unless it has a
// dedicated throughput, which does not lag at the peak.
func TestDefaultBoundOfAverage(t *testing.T) {
	for name, c := range map[string]struct {
		kind            model.ConsumerType
		delay, recovery float64
		want            bool
	}{
		"a day":                {model.Standard, 1e9, day, true},
		"more than a day":      {model.Standard, 0, day + 1, false},
		"enhanced fan-out":     {model.EnhancedFanOut, 60, 1e9, true},
		"and later than that":  {model.EnhancedFanOut, 61, 0, false},
		"keeps up all the day": {model.Standard, 1, 0, true},
	} {
		one := model.NewConsumer("a")
		one.Type = c.kind
		s := written(stepsOf(1000, 1, 1), one)
		s.Workload.SizeReadsFor = model.ReadAverage
		list := s.Breaches(&replay.Result{Consumers: []replay.ConsumerResult{usually(c.delay, c.recovery)}}, 0)
		if holds := len(list) == 0; holds != c.want {
			t.Errorf("%s: %+v", name, list)
		}
	}
}

// Of 1,000 records a second 100 are not read: that is told of ten seconds and of ten days,
// of one shard and of four, and of a tenth of the shards it is a hundredth.
func TestSteadyLoss(t *testing.T) {
	loss := func(speed unit.RecordsPerSecond, shards, skew float64, pairs ...float64) float64 {
		c := reads("a", speed)
		c.CatchUp = 30 * unit.Day
		s := written(stepsOf(pairs...), c)
		s.Workload.Producer.Skew = unit.Factor(skew)
		r := runs(s, shards)
		if lost := r.Consumers[0].SteadyLoss; lost > 0 != r.Consumers[0].Losing {
			t.Errorf("loses %v, and is losing: %v", lost, r.Consumers[0].Losing)
		}
		return r.Consumers[0].SteadyLoss
	}
	expect(t, "ten seconds", loss(900, 1, 1, 10, 1000, 1), 0.1)
	expect(t, "ten days", loss(900, 1, 1, 10*day, 1000, 1), 0.1)
	expect(t, "of four shards", loss(225, 4, 1, 600, 1000, 1), 0.1)
	// The hottest of four has half of 2,000 and reads 900; the others read all of 333.
	expect(t, "the hottest shard", loss(900, 4, 2, 600, 2000, 1), 0.05)
	// A day of 500 and 1,500 for half a day each: 1,000 in the mean, also after a week of less.
	expect(t, "by the mean of the day", loss(900, 2, 2, 7*day, 100, 1, day/2, 500, 1, day/2, 1500, 1), 0.1)
	expect(t, "reads as much as comes", loss(1000, 2, 2, day/2, 500, 1, day/2, 1500, 1), 0)
	// Ten seconds of 500 and twenty of 1,500 are 1,166.7 in the mean, of which it reads 1,000.
	expect(t, "by the mean of a short time", loss(500, 2, 1, 10, 500, 1, 20, 1500, 1), 1.0/7)
	// Twice what the shard takes is written: it loses a tenth of what is accepted.
	expect(t, "of a full shard", loss(900, 1, 1, 600, 2000, 1), 0.1)
	expect(t, "on the way back", loss(500, 1, 1, 100, 900, 1, 150, 400, 1), 0)
}

// Two consumers that read 2 MiB a second of 1.5 lose nothing, three lose a ninth each:
// each gets a third of 2 MiB of every 0.75.
func TestSteadyLossOfBandwidth(t *testing.T) {
	three := []model.Consumer{model.NewConsumer("a"), model.NewConsumer("b"), model.NewConsumer("c")}
	for n, want := range map[int]float64{2: 0, 3: 1 - (2.0/3)/0.75} {
		s := written(stepsOf(600, 750, 1<<20/1000.0), three[:n]...)
		for i, c := range runs(s, 1).Consumers {
			expect(t, fmt.Sprintf("consumer %d of %d", i, n), c.SteadyLoss, want)
		}
	}
	// One that reads 0.4 MiB by itself leaves 1.6 to two others: 0.8 of 0.9 each.
	three[0].Speed = 400
	s := written(stepsOf(600, 900, 1<<20/1000.0), three...)
	expect(t, "a slow one", runs(s, 1).Consumers[0].SteadyLoss, 1-400.0/900)
	expect(t, "beside a slow one", runs(s, 1).Consumers[1].SteadyLoss, 1-0.8/0.9)
}

// What waits at producers when the traffic ends drains where less comes in the last day
// than the shards take: of a day of 500 and 1,500 a second that end with 1,500, one shard
// has 21.6 million waiting, and takes no more than comes. Of nothing else it is judged.
func TestWaitingDrains(t *testing.T) {
	const half = day / 2
	for name, c := range map[string]struct {
		shards          float64
		pairs           []float64
		undrained, load float64
	}{
		"as much as they take":    {1, []float64{half, 500, 1, half, 1500, 1}, 21.6e6, 1},
		"a bit less":              {1, []float64{half, 499, 1, half, 1500, 1}, 0, 0.9995},
		"more than they take":     {0.8, []float64{half, 500, 1, half, 1500, 1}, 30.24e6, 1.25},
		"nothing waits":           {1, []float64{half, 1500, 1, half, 500, 1}, 0, 0},
		"before the last day":     {1, []float64{day, 2000, 1, day, 900, 1}, 0, 0.9},
		"ten seconds of too much": {1, []float64{10, 1100, 1}, 1000, 1.1},
		"bytes":                   {1, []float64{100, 128, 1 << 20 / 64}, 6400, 2},
	} {
		r := runs(written(stepsOf(c.pairs...)), c.shards)
		expect(t, name+": never drains", r.Undrained, c.undrained)
		expect(t, name+": load", r.WaitingLoad, c.load)
		if told := len((&replay.Setup{Workload: new(model.Workload)}).Breaches(&r, 1)) > 0; told != (c.undrained > 0) {
			t.Errorf("%s: told %v", name, told)
		}
	}
}

// A consumer that stops for as long as the retention has let nothing expire, and does not
// hold; one that goes back as far as that has read it already.
func TestReachesRetention(t *testing.T) {
	for name, c := range map[string]struct {
		incident replay.Incident
		want     bool
	}{
		"stops for less":          {replay.Incident{Kind: replay.Stop, Consumer: "a", At: 300, For: 199}, false},
		"stops for the retention": {replay.Incident{Kind: replay.Stop, Consumer: "a", At: 300, For: 200}, true},
		"goes back that far":      {replay.Incident{Kind: replay.Reprocess, Consumer: "a", At: 300, Last: 200}, false},
	} {
		r := runs(withRetention(withIncidents(written(stepsOf(1000, 100, 1), reads("a", 400)), c.incident), 200), 1)
		if got := r.Consumers[0]; got.ReachedRetention != c.want || got.Expired != 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// A function gives up the batch with the poison-pill record: 50 of a batch of 50, as many
// as there are of one of 10,000, and one record of a consumer that is no function. Where
// the batch expires before, all of it does.
func TestPoisonedBatch(t *testing.T) {
	function := func(batch unit.Count) model.Consumer {
		c := model.NewConsumer("a")
		c.PollInterval, c.Lambda = 0, model.Lambda{BatchSize: batch, Duration: 100e6, ParallelizationFactor: 1}
		return c
	}
	for name, c := range map[string]struct {
		consumer         model.Consumer
		lasts            float64
		expired, givenUp float64
	}{
		"a record":                  {reads("a", 400), 30, 0, 1},
		"a batch":                   {function(50), 30, 0, 50},
		"all that there is":         {function(10_000), 30, 0, 3000},
		"a record that expires":     {reads("a", 400), 0, 1, 0},
		"a batch that expires":      {function(50), 0, 50, 0},
		"a batch that almost would": {function(50), 199, 0, 50},
	} {
		i := replay.Incident{Kind: replay.Poison, Consumer: "a", At: 300, For: c.lasts}
		r := runs(withRetention(withIncidents(written(stepsOf(1000, 100, 1), c.consumer), i), 200), 1)
		expect(t, name+": expired", r.Consumers[0].Expired, c.expired)
		expect(t, name+": given up", r.Consumers[0].GivenUp, c.givenUp)
	}
}

// A consumer loses ground if it has not read all for a day, or half of shorter traffic,
// and was farthest behind in that time; or if more came in the last day than it reads.
// It does not if it is on the way back.
func TestLosing(t *testing.T) {
	slow := func(speed unit.RecordsPerSecond, latency, catchUp unit.Duration, pairs ...float64) bool {
		c := reads("a", speed)
		c.Latency, c.CatchUp = latency, catchUp
		s := written(stepsOf(pairs...), c)
		return runs(s, 1).Consumers[0].Losing
	}
	for name, c := range map[string]struct{ got, want bool }{
		"for less than half":           {slow(500, 0, 0, 110, 400, 1, 100, 600, 1), false},
		"for more than half":           {slow(500, 0, 0, 90, 400, 1, 100, 600, 1), true},
		"on the way back":              {slow(500, 0, 0, 100, 900, 1, 150, 400, 1), false},
		"and not for long":             {slow(500, 0, 0, 150, 900, 1, 100, 400, 1), true},
		"for a day":                    {slow(500, 0, 0, 9*day, 400, 1, 0.99*day, 600, 1), true},
		"for half of a day":            {slow(500, 0, 0, 9*day, 400, 1, 0.49*day, 600, 1), false},
		"for more than a day":          {slow(500, 0, 0, 9*day, 400, 1, 1.01*day, 600, 1), true},
		"with the time to":             {slow(500, 0, unit.Duration(2*day*1e9), 9*day, 400, 1, 1.01*day, 600, 1), true},
		"with the time to, and less":   {slow(500, 0, unit.Duration(2*day*1e9), 9*day, 400, 1, day, 600, 1, day, 499, 1), false},
		"with a latency that is short": {slow(500, 60e9, 0, 9*day, 400, 1, 1.01*day, 600, 1), true},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v", name, c.got)
		}
	}
}

// A consumer that was not behind for long loses ground too if it drains what is left so
// slowly that the end of it expires. From 2,600 s on it reads 500 of 900 records a second: it
// has read 222.2 s of the last 400, and takes 160,000/500 = 320 s for the rest. The record
// that it reads next is 177.8 s old, so that the last one is 497.8 s old when it gets to it.
func TestLosingWhatExpires(t *testing.T) {
	for retention, want := range map[float64]bool{497: true, 497.7: true, 497.8: false, 499: false, day: false} {
		s := withRetention(written(stepsOf(2600, 400, 1, 400, 900, 1), reads("a", 500)), retention)
		c := runs(s, 1).Consumers[0]
		expect(t, "backlog", c.Backlog, 160_000)
		expect(t, "expired", c.Expired, 0)
		expect(t, "behind", c.BehindFor, 400)
		if c.Losing != want {
			t.Errorf("retention %v s: losing %v, want %v", retention, c.Losing, want)
		}
	}
}

// All that is not held is told, the stream's first and then the consumers' in their
// order.
func TestBreachesInOrder(t *testing.T) {
	first, second := bounded(model.DelayBound, 0), bounded(model.RecoveryBound, 20e9)
	second.Name = "b"
	worst := replay.ConsumerResult{Expired: 7, CatchUp: 30, ApartFromIncidents: replay.WorstTimes{Delay: 11, Recovery: 12}}
	got := judge(replay.Result{ThrottledShare: 0.5, Consumers: []replay.ConsumerResult{worst, worst}}, first, second)
	a, b := model.Known(model.Name("a")), model.Known(model.Name("b"))
	wantBreaches(t, "all", got,
		replay.Breach{ID: "throttled", Value: 0.5, Allowed: 0.01},
		replay.Breach{ID: "expired", Consumer: a, Value: 7, Unit: "records"},
		replay.Breach{ID: "latency", Consumer: a, Value: 11, Allowed: 10, Unit: "s"},
		replay.Breach{ID: "catch-up", Consumer: a, Value: 30, Allowed: 10, Unit: "s"},
		replay.Breach{ID: "expired", Consumer: b, Value: 7, Unit: "records"},
		replay.Breach{ID: "latency", Consumer: b, Value: 12, Allowed: 10, Unit: "s"},
		replay.Breach{ID: "catch-up", Consumer: b, Value: 30, Allowed: 20, Unit: "s"})
}
