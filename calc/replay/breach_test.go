package replay_test

import (
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
	free := model.NewConsumer("a")
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
		"has no bound":                 {free, replay.ConsumerResult{CatchUp: 1e9, ApartFromIncidents: replay.WorstTimes{Delay: 1e9, Recovery: 1e9}}, nil},
		"is behind in the end":         {free, replay.ConsumerResult{Behind: true, BehindFor: 1e9}, nil},
		"loses ground":                 {free, replay.ConsumerResult{Behind: true, BehindFor: 501, Losing: true}, breach("behind", 501, 0, "s")},
		"loses records":                {free, replay.ConsumerResult{Expired: 0.5}, breach("expired", 0.5, 0, "records")},
	} {
		wantBreaches(t, name, judge(replay.Result{Consumers: []replay.ConsumerResult{c.result}}, c.consumer), c.want...)
	}
}

// A consumer loses ground if it has not read all for a day, or half of shorter traffic,
// and was farthest behind in that time; not if it is on the way back.
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
		"for a day":                    {slow(500, 0, 0, 9*day, 400, 1, 0.99*day, 600, 1), false},
		"for more than a day":          {slow(500, 0, 0, 9*day, 400, 1, 1.01*day, 600, 1), true},
		"with the time to":             {slow(500, 0, unit.Duration(2*day*1e9), 9*day, 400, 1, 1.01*day, 600, 1), false},
		"with a latency that is short": {slow(500, 60e9, 0, 9*day, 400, 1, 1.01*day, 600, 1), true},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v", name, c.got)
		}
	}
}

// A consumer that was not behind for long loses ground too if it drains what is left so
// slowly that the end of it expires. From 600 s on it reads 500 of 900 records a second: it
// has read 222.2 s of the last 400, and takes 160,000/500 = 320 s for the rest. The record
// that it reads next is 177.8 s old, so that the last one is 497.8 s old when it gets to it.
func TestLosingWhatExpires(t *testing.T) {
	for retention, want := range map[float64]bool{497: true, 497.7: true, 497.8: false, 499: false, day: false} {
		s := withRetention(written(stepsOf(600, 400, 1, 400, 900, 1), reads("a", 500)), retention)
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
