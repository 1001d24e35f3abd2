package replay_test

import (
	"context"
	"math"
	"testing"

	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

const (
	hour = 3600.0
	day  = 24 * hour
	kib  = 1024.0
)

// stepsOf is traffic in which three numbers are a step: its seconds, the records a
// second, and the bytes of a record.
func stepsOf(numbers ...float64) *replay.Traffic {
	t := &replay.Traffic{Parts: []replay.Part{{To: 1}}}
	for ; len(numbers) > 0; numbers = numbers[3:] {
		t.Steps = append(t.Steps, numbers[0])
		t.Parts[0].Flows = append(t.Parts[0].Flows, replay.Flow{Records: numbers[1], Bytes: numbers[1] * numbers[2]})
	}
	return t
}

// reads is a standard consumer that neither polls nor waits; a speed of 0 is
// unlimited.
func reads(name model.Name, speed unit.RecordsPerSecond) model.Consumer {
	c := model.NewConsumer(name)
	c.Speed, c.PollInterval = speed, 0
	return c
}

// written is traffic to a stream with the published limits.
func written(t *replay.Traffic, consumers ...model.Consumer) *replay.Setup {
	limits, w := model.PublishedLimits(), model.NewWorkload()
	w.Consumers = consumers
	return &replay.Setup{Limits: &limits, Workload: &w, Traffic: t}
}

// withIncidents is a setup with incidents.
func withIncidents(s *replay.Setup, incidents ...replay.Incident) *replay.Setup {
	s.Incidents = incidents
	return s
}

// withRetention is a setup with a retention in seconds.
func withRetention(s *replay.Setup, seconds float64) *replay.Setup {
	s.Workload.Retention = unit.Duration(seconds * 1e9)
	return s
}

func runs(s *replay.Setup, shards float64) replay.Result {
	return must(s.Run(context.Background(), replay.Capacity{Shards: shards}, 0))
}

func expect(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-9*max(1, math.Abs(want))) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestOneSurge(t *testing.T) {
	// (900 − 500)·50 = 20,000 behind at 150 s, which drain at 500 − 400 a second:
	// 200 s. What is written at 150 s waits 20,000/500 = 40 s.
	r := runs(written(stepsOf(100, 400, 1, 50, 900, 1, 350, 400, 1), reads("a", 500)), 1)
	c := r.Consumers[0]
	expect(t, "recovery", c.Recovery, 200)
	expect(t, "delay", c.Delay, 40)
	expect(t, "age", c.Age, 40)
	expect(t, "read", c.Read, 40_000+45_000+140_000)
	expect(t, "usual recovery", c.ApartFromIncidents.Recovery, 200)
	expect(t, "usual delay", c.ApartFromIncidents.Delay, 40)
	expect(t, "catch-up", c.CatchUp, 0)
	expect(t, "write utilization", r.WriteUtilization, 0.9)
}

func TestSurgesCloserThanRecovery(t *testing.T) {
	// 20,000 behind at 150 s, 15,000 at 200 s, 15,000 + 20,000 at 250 s: 350 s more at
	// 100 a second. What is written at 250 s waits 35,000/500 = 70 s.
	traffic := stepsOf(100, 400, 1, 50, 900, 1, 50, 400, 1, 50, 900, 1, 450, 400, 1)
	c := runs(written(traffic, reads("a", 500)), 1).Consumers[0]
	expect(t, "recovery", c.Recovery, 350)
	expect(t, "delay", c.Delay, 70)
	expect(t, "age", c.Age, 70)
}

func TestOutageBeyondRetention(t *testing.T) {
	// Down from 50 s to 200 s with a retention of 100 s: from 150 s to 200 s a hundred
	// a second expire. The 10,000 that are left drain at 300 − 100 a second, until
	// 250 s. They have been that many since 150 s, but it is up since 200 s.
	s := withRetention(
		withIncidents(
			written(stepsOf(400, 100, 1), reads("a", 300)),
			replay.Incident{Kind: replay.Stop, Consumer: "a", At: 50, For: 150},
		),
		100,
	)
	c := runs(s, 1).Consumers[0]
	expect(t, "expired", c.Expired, 5000)
	expect(t, "read", c.Read, 35_000)
	expect(t, "age", c.Age, 100)
	expect(t, "delay", c.Delay, 100)
	expect(t, "recovery", c.Recovery, 100)
	expect(t, "catch-up", c.CatchUp, 50)
	expect(t, "usual recovery", c.ApartFromIncidents.Recovery, 0)
}

// stopAll has consumers down from the beginning.
func stopAll(s *replay.Setup, seconds float64) *replay.Setup {
	for i := range s.Workload.Consumers {
		s.Incidents = append(
			s.Incidents,
			replay.Incident{Kind: replay.Stop, Consumer: s.Workload.Consumers[i].Name, For: seconds},
		)
	}
	return s
}

func TestSlowConsumerLeavesBandwidth(t *testing.T) {
	// Records of 1 KiB, so 2,048 a second are shared. After 300 s both are 76,800
	// behind. The slow one reads 512 and drains 256 a second: 300 s. The other gets
	// 1,536, drains 1,280 a second: 60 s.
	r := runs(stopAll(written(stepsOf(1000, 256, kib), reads("slow", 512), reads("fast", 0)), 300), 1)
	expect(t, "slow", r.Consumers[0].CatchUp, 300)
	expect(t, "fast", r.Consumers[1].CatchUp, 60)
	expect(t, "read utilization", r.ReadUtilization, 1)
}

func TestThreeConsumersShareBandwidth(t *testing.T) {
	// Of 2,048 the first takes its 400; (2,048 − 400)/2 = 824 are left for each of the
	// others. After 624 s at 200 each is 124,800 behind: at 200 a second 624 s, at 624
	// a second 200 s.
	r := runs(stopAll(written(stepsOf(2000, 200, kib), reads("a", 400), reads("b", 1000), reads("c", 0)), 624), 1)
	for i, want := range []float64{624, 200, 200} {
		expect(t, "catch-up of "+string(r.Consumers[i].Name), r.Consumers[i].CatchUp, want)
	}
}

func TestHotShard(t *testing.T) {
	// The hottest of four gets 2·3,000/4 = 1,500 and loses 500 a second; each of the
	// others gets 500, and a consumer of 1,000 a shard reads all.
	s := written(stepsOf(100, 3000, 1), reads("a", 1000))
	s.Workload.Producer.Skew, s.DropThrottled = 2, true
	r := runs(s, 4)
	expect(t, "lost", r.Lost, 50_000)
	expect(t, "throttled", r.Throttled, 50_000)
	expect(t, "share", r.ThrottledShare, 1.0/6)
	expect(t, "seconds", r.Seconds, 100)
	expect(t, "utilization", r.WriteUtilization, 1.5)
	expect(t, "read", r.Consumers[0].Read, 250_000)
	expect(t, "shards", r.Shards.Most, 4)
}

func TestPoison(t *testing.T) {
	// Two shards, of which one cannot get past a record of hour 1 until hour 25. It
	// then reads 400 of the 500 a second that expire, until the edge is past them in
	// hour 49: 24·3,600·100 are lost. 24 hours of 100 a second are left, and drain at
	// 300 a second in 8 hours. The backlog was highest at hour 25.
	s := withIncidents(
		written(stepsOf(hour, 200, 1, 24*hour, 1000, 1, 40*hour, 200, 1), reads("a", 400)),
		replay.Incident{Kind: replay.Poison, Consumer: "a", At: hour},
	)
	c := runs(s, 2).Consumers[0]
	expect(t, "expired", c.Expired, 8_640_000)
	expect(t, "delay", c.Delay, day)
	expect(t, "age", c.Age, day)
	expect(t, "catch-up", c.CatchUp, 32*hour)
}

func TestPoisonGivenUp(t *testing.T) {
	// Tried for 50 s: 5,000 behind at 150 s, which drain at 100 a second.
	s := withIncidents(
		written(stepsOf(500, 100, 1), reads("a", 200)),
		replay.Incident{Kind: replay.Poison, Consumer: "a", At: 100, For: 50},
	)
	c := runs(s, 1).Consumers[0]
	expect(t, "expired", c.Expired, 0)
	expect(t, "delay", c.Delay, 50)
	expect(t, "catch-up", c.CatchUp, 50)
}

// The poison-pill record is the one that the consumer is at, which is not the newest.
func TestPoisonWhileBehind(t *testing.T) {
	// It reads half of what is written, so after 60 s it is at what was written at
	// 30 s, which expires at 130 s: 70 s without reading, else 500 a second.
	s := withRetention(
		withIncidents(
			written(stepsOf(1000, 1000, 1), reads("a", 500)),
			replay.Incident{Kind: replay.Poison, Consumer: "a", At: 60},
		),
		100,
	)
	c := runs(s, 1).Consumers[0]
	expect(t, "read", c.Read, (1000-70)*500)
	expect(t, "backlog", c.Backlog, 100_000)
	expect(t, "expired", c.Expired, 1_000_000-465_000-100_000)
}

// A record that nobody gives up expires, with nothing else of a shard that can be read
// as fast as it is written: that is one record that was not read. So it is where the
// record came long after the poison, where it is as old as it can be when the tries end,
// where the consumer was behind, or down as well, and of each poison-pill record again. It
// is none where it is given up in time, and where the traffic ends first.
func TestPoisonExpires(t *testing.T) {
	poison := func(at, lasts float64) replay.Incident {
		return replay.Incident{Kind: replay.Poison, Consumer: "a", At: at, For: lasts}
	}
	stop := replay.Incident{Kind: replay.Stop, Consumer: "a", At: 120, For: 30}
	steady, rare := stepsOf(1000, 100, 1), stepsOf(1000, 0.01, 1)
	for name, c := range map[string]struct {
		traffic      *replay.Traffic
		incidents    []replay.Incident
		shards       float64
		expired, age float64
	}{
		"until it expires":      {steady, []replay.Incident{poison(100, 0)}, 1, 1, 200},
		"of twelve shards":      {stepsOf(1000, 1200, 1), []replay.Incident{poison(100, 0)}, 12, 1, 200},
		"tried for longer":      {steady, []replay.Incident{poison(100, 500)}, 1, 1, 200},
		"tried for as long":     {steady, []replay.Incident{poison(100, 200)}, 1, 1, 200},
		"given up before":       {steady, []replay.Incident{poison(100, 199)}, 1, 0, 199},
		"down as well":          {steady, []replay.Incident{poison(100, 0), stop}, 1, 1, 200},
		"while it was down":     {steady, []replay.Incident{stop, poison(140, 0)}, 1, 1, 200},
		"twice":                 {steady, []replay.Incident{poison(100, 0), poison(600, 0)}, 1, 2, 200},
		"given up after one":    {steady, []replay.Incident{poison(100, 0), poison(600, 10)}, 1, 1, 200},
		"of an idle stream":     {stepsOf(400, 0, 1, 600, 100, 1), []replay.Incident{poison(100, 0)}, 1, 1, 200},
		"the traffic ends":      {steady, []replay.Incident{poison(900, 0)}, 1, 0, 100},
		"one in a hundred s":    {rare, []replay.Incident{poison(100, 0)}, 1, 1, 200},
		"in parts of a hundred": {inMinutes(rare), []replay.Incident{poison(100, 0)}, 1, 1, 200},
	} {
		s := withRetention(withIncidents(written(c.traffic, reads("a", 400)), c.incidents...), 200)
		r := runs(s, c.shards).Consumers[0]
		expect(t, name+": expired", r.Expired, c.expired)
		expect(t, name+": age", r.Age, c.age)
		expect(
			t,
			name+": accepted",
			r.Read+r.Backlog+r.Expired,
			c.traffic.Total(len(c.traffic.Steps)-1).Records*c.traffic.Seconds()*share(c.traffic),
		)
		holds := len(s.Breaches(&replay.Result{Consumers: []replay.ConsumerResult{r}}, 0)) == 0
		if want := c.expired == 0 && name != "the traffic ends" && name != "given up before"; holds != want {
			t.Errorf("%s: holds %v: %+v", name, holds, r)
		}
	}
}

// share is the part of the time in which something is written.
func share(t *replay.Traffic) float64 {
	var on float64
	for step, seconds := range t.Steps {
		if t.Total(step).Records > 0 {
			on += seconds
		}
	}
	return on / t.Seconds()
}

// A consumer that has read all is not blocked by what is not there: it is behind later
// because of the traffic.
func TestPoisonOfNothing(t *testing.T) {
	// From 110 s on it falls behind by 50 a second, to 2,500 at 160 s, which drain at 25
	// a second.
	s := withIncidents(
		written(stepsOf(10, 100, 1, 100, 0, 1, 50, 100, 1, 140, 25, 1), reads("a", 50)),
		replay.Incident{Kind: replay.Poison, Consumer: "a", At: 30, For: 10},
	)
	c := runs(s, 1).Consumers[0]
	expect(t, "catch-up", c.CatchUp, 0)
	expect(t, "usual recovery", c.ApartFromIncidents.Recovery, 100)
	expect(t, "usual delay", c.ApartFromIncidents.Delay, 50)
}

func TestSlowed(t *testing.T) {
	traffic := stepsOf(500, 300, 1)
	slow := func(i replay.Incident, speed unit.RecordsPerSecond) float64 {
		i.Kind, i.Consumer, i.At, i.For = replay.Slow, "a", 100, 100
		return runs(withIncidents(written(traffic, reads("a", speed)), i), 1).Consumers[0].CatchUp
	}
	// 300 − 250 for 100 s, drained at 200 a second; 300 − 200 as said.
	expect(t, "half", slow(replay.Incident{Times: 0.5}, 500), 25)
	expect(t, "rate", slow(replay.Incident{Rate: 200}, 500), 50)
	expect(t, "rate above the speed", slow(replay.Incident{Rate: 600}, 500), 0)
	expect(t, "half of anything", slow(replay.Incident{Times: 0.5}, 0), 0)
	// A function of 500 a second.
	s := withIncidents(
		written(traffic, reads("a", 0)),
		replay.Incident{Kind: replay.Slow, Consumer: "a", At: 100, For: 100, Times: 0.5},
	)
	s.Workload.Consumers[0].Lambda = model.Lambda{BatchSize: 500, Duration: 1e9, ParallelizationFactor: 1}
	expect(t, "half of a function", runs(s, 1).Consumers[0].CatchUp, 25)
}

func TestSlowedTwice(t *testing.T) {
	// Half of half of 600 is 150, of 100 and 200 the less holds: 150 and 200 of 300 are
	// missing for 100 s, and drain at 300 a second.
	catchUp := func(a, b replay.Incident) float64 {
		s := written(stepsOf(500, 300, 1), reads("a", 600))
		for _, i := range []replay.Incident{a, b} {
			i.Kind, i.Consumer, i.At, i.For = replay.Slow, "a", 100, 100
			s.Incidents = append(s.Incidents, i)
		}
		return runs(s, 1).Consumers[0].CatchUp
	}
	expect(t, "half and half", catchUp(replay.Incident{Times: 0.5}, replay.Incident{Times: 0.5}), 50)
	expect(t, "two speeds", catchUp(replay.Incident{Rate: 100}, replay.Incident{Rate: 200}), 200/3.0)
	expect(t, "two speeds, the slower last", catchUp(replay.Incident{Rate: 200}, replay.Incident{Rate: 100}), 200/3.0)
}

func TestReplays(t *testing.T) {
	// It reads 300 of 100 a second, so the last H takes H·100/200 s. It is at what
	// is new after H/3, and all that was written since has waited for at most that.
	for _, c := range []struct {
		name               string
		at, last, keeps, h float64
	}{
		{"the last 200 s", 500, 200, day, 200},
		{"beyond the retention", 500, 200, 100, 100},
		{"before the traffic begins", 50, 200, day, 50},
		{"at the beginning", 0, 200, day, 0},
		{"of nothing", 50, 0, day, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := withRetention(
				withIncidents(
					written(stepsOf(1000, 100, 1), reads("a", 300)),
					replay.Incident{Kind: replay.Reprocess, Consumer: "a", At: c.at, Last: c.last},
				),
				c.keeps,
			)
			got := runs(s, 1).Consumers[0]
			expect(t, "replayed", got.Reprocessed, 100*c.h)
			expect(t, "read", got.Read, 100_000+100*c.h)
			expect(t, "catch-up", got.CatchUp, c.h/2)
			expect(t, "age", got.Age, c.h)
			expect(t, "delay", got.Delay, c.h/3)
			expect(t, "expired", got.Expired, 0)
			if got.Behind {
				t.Error("it has caught up")
			}
		})
	}
}

// What is read again when the traffic ends has been read before: nothing has waited
// but what came since.
func TestReplayAtTheEnd(t *testing.T) {
	for _, c := range []struct {
		name    string
		seconds float64 // of 100 a second, after a pause
		delay   float64
	}{{"nothing since", 0, 0}, {"for 5 s", 5, 5}} {
		s := written(stepsOf(100, 100, 1, 50, 0, 1, c.seconds, 100, 1), reads("a", 110))
		withIncidents(s, replay.Incident{Kind: replay.Reprocess, Consumer: "a", At: 110, Last: 200})
		got := runs(s, 1).Consumers[0]
		expect(t, c.name+": replayed", got.Reprocessed, 10_000)
		expect(t, c.name+": delay", got.Delay, c.delay)
	}
}

func TestStopDuringRecovery(t *testing.T) {
	// As after one surge, but at 200 s, with 15,000 left, it stops for 50 s: 35,000 at
	// 250 s, 350 s at 100 a second.
	s := withIncidents(
		written(stepsOf(100, 400, 1, 50, 900, 1, 550, 400, 1), reads("a", 500)),
		replay.Incident{Kind: replay.Stop, Consumer: "a", At: 200, For: 50},
	)
	c := runs(s, 1).Consumers[0]
	expect(t, "catch-up", c.CatchUp, 350)
	expect(t, "recovery", c.Recovery, 350)
	expect(t, "usual recovery", c.ApartFromIncidents.Recovery, 0)
}

func TestStopsAtBothEnds(t *testing.T) {
	stop := func(at, seconds float64) replay.ConsumerResult {
		s := withIncidents(
			written(stepsOf(500, 100, 1), reads("a", 200)),
			replay.Incident{Kind: replay.Stop, Consumer: "a", At: at, For: seconds},
		)
		return runs(s, 1).Consumers[0]
	}
	expect(t, "50 s from the beginning", stop(0, 50).CatchUp, 50)
	expect(t, "when the traffic has ended", stop(500, 50).Age, 0)
	last := stop(490, 50)
	expect(t, "age after the last 10 s", last.Age, 10)
	expect(t, "delay after the last 10 s", last.Delay, 10)
	expect(t, "backlog", last.Backlog, 1000)
	if !last.Behind {
		t.Error("it is behind at the end")
	}
}

func TestPause(t *testing.T) {
	// 50,000 behind at 100 s. In a pause of 50 s it reads 25,000; the rest drains at
	// 400 a second: 62.5 s. What is written at 100 s is read at 200 s.
	c := runs(written(stepsOf(100, 1000, 1, 50, 0, 1, 200, 100, 1), reads("a", 500)), 1).Consumers[0]
	expect(t, "recovery", c.Recovery, 112.5)
	expect(t, "delay", c.Delay, 100)
	expect(t, "age", c.Age, 100)
}

// One that is behind at the end recovers as if nothing more came.
func TestBehindAtTheEnd(t *testing.T) {
	for _, c := range []struct {
		name     string
		then     float64
		recovery float64
	}{
		// 500 of 1,000 for 100 s are 50,000 left; after 50 s of 600 more, 55,000. After as
		// long a pause, 25,000 of the 50,000 that were left when it began.
		{"of one rate", 1000, 75_000 / 500.0},
		{"of two rates", 600, 55_000 / 500.0},
		{"after a pause", 0, 50 + 25_000/500.0},
	} {
		s := written(stepsOf(100, 1000, 1, 50, c.then, 1), reads("a", 500))
		got := runs(s, 1).Consumers[0]
		expect(t, c.name, got.Recovery, c.recovery)
		expect(t, c.name+": behind for", got.BehindFor, 150)
	}
	s := withIncidents(
		written(stepsOf(100, 1000, 1), reads("a", 0)),
		replay.Incident{Kind: replay.Stop, Consumer: "a", At: 50, For: 100},
	)
	expect(t, "of one that is down", runs(s, 1).Consumers[0].Recovery, 0)
}

func TestSurgeIncident(t *testing.T) {
	// 100 a second for 100 s, then nothing for 100 s.
	offered := func(incidents ...replay.Incident) float64 {
		for i := range incidents {
			incidents[i].Kind, incidents[i].For = replay.Surge, 10
		}
		return runs(withIncidents(written(stepsOf(100, 100, 7, 100, 0, 7)), incidents...), 1).Offered - 10_000
	}
	expect(t, "three times", offered(replay.Incident{At: 50, Times: 3}), 10*200)
	expect(t, "to a rate", offered(replay.Incident{At: 50, Rate: 300}), 10*200)
	expect(t, "to a rate that is less", offered(replay.Incident{At: 50, Rate: 30}), 0)
	expect(t, "to a rate of nothing", offered(replay.Incident{At: 150, Rate: 300}), 10*300)
	expect(t, "over the end of a step", offered(replay.Incident{At: 95, Rate: 300}), 5*200+5*300)
	expect(t, "twice and thrice", offered(replay.Incident{At: 50, Times: 2}, replay.Incident{At: 50, Times: 3}), 10*500)
	expect(t, "to two rates", offered(replay.Incident{At: 50, Rate: 200}, replay.Incident{At: 50, Rate: 300}), 10*200)
}

func TestEnds(t *testing.T) {
	for name, traffic := range map[string]*replay.Traffic{
		"none":    {},
		"no step": {Parts: []replay.Part{{To: 1}}},
		"rate 0":  stepsOf(100, 0, 0),
		"bytes":   {Steps: []float64{10, 10}, Parts: []replay.Part{{To: 1, Flows: []replay.Flow{{Bytes: 3e6}, {Bytes: 1}}}}},
		"records": stepsOf(100, 900, 0),
	} {
		for _, loses := range []bool{false, true} {
			s := stopAll(written(traffic, reads("a", 1000), reads("b", 0)), 1)
			s.DropThrottled, s.SaveUnused = loses, loses
			r := runs(s, 1)
			expect(t, name+": accepted", r.Accepted, r.Offered)
			expect(t, name+": read", r.Consumers[0].Read, r.Offered)
			expect(t, name+": throttled", r.Throttled, 0)
		}
	}
}

// must is a value that comes without an error.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
