package replay_test

import (
	"math"
	"testing"

	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
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
func reads(name model.Name, speed model.RecordsPerSecond) model.Consumer {
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

// suffers is a setup with incidents.
func suffers(s *replay.Setup, incidents ...replay.Incident) *replay.Setup {
	s.Incidents = incidents
	return s
}

// keeps is a setup with a retention in seconds.
func keeps(s *replay.Setup, seconds float64) *replay.Setup {
	s.Workload.Retention = model.Duration(seconds * 1e9)
	return s
}

func runs(s *replay.Setup, shards float64) replay.Result {
	return s.Run(replay.Capacity{Shards: shards}, 0)
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
	expect(t, "usual recovery", c.Usual.Recovery, 200)
	expect(t, "usual delay", c.Usual.Delay, 40)
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
	s := keeps(suffers(written(stepsOf(400, 100, 1), reads("a", 300)), replay.Incident{Kind: replay.Stop, Consumer: "a", At: 50, For: 150}), 100)
	c := runs(s, 1).Consumers[0]
	expect(t, "expired", c.Expired, 5000)
	expect(t, "read", c.Read, 35_000)
	expect(t, "age", c.Age, 100)
	expect(t, "delay", c.Delay, 100)
	expect(t, "recovery", c.Recovery, 100)
	expect(t, "catch-up", c.CatchUp, 50)
	expect(t, "usual recovery", c.Usual.Recovery, 0)
}

// stopAll has consumers down from the beginning.
func stopAll(s *replay.Setup, seconds float64) *replay.Setup {
	for i := range s.Workload.Consumers {
		s.Incidents = append(s.Incidents, replay.Incident{Kind: replay.Stop, Consumer: s.Workload.Consumers[i].Name, For: seconds})
	}
	return s
}

func TestSlowReaderLeavesBandwidth(t *testing.T) {
	// Records of 1 KiB, so 2,048 a second are shared. After 300 s both are 76,800
	// behind. The slow one reads 512 and drains 256 a second: 300 s. The other gets
	// 1,536, drains 1,280 a second: 60 s.
	r := runs(stopAll(written(stepsOf(1000, 256, kib), reads("slow", 512), reads("fast", 0)), 300), 1)
	expect(t, "slow", r.Consumers[0].CatchUp, 300)
	expect(t, "fast", r.Consumers[1].CatchUp, 60)
	expect(t, "read utilization", r.ReadUtilization, 1)
}

func TestThreeReadersShareBandwidth(t *testing.T) {
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
	s.Workload.Producer.Skew, s.Loses = 2, true
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
	s := suffers(written(stepsOf(hour, 200, 1, 24*hour, 1000, 1, 40*hour, 200, 1), reads("a", 400)), replay.Incident{Kind: replay.Poison, Consumer: "a", At: hour})
	c := runs(s, 2).Consumers[0]
	expect(t, "expired", c.Expired, 8_640_000)
	expect(t, "delay", c.Delay, day)
	expect(t, "age", c.Age, day)
	expect(t, "catch-up", c.CatchUp, 32*hour)
}

func TestPoisonGivenUp(t *testing.T) {
	// Tried for 50 s: 5,000 behind at 150 s, which drain at 100 a second.
	s := suffers(written(stepsOf(500, 100, 1), reads("a", 200)), replay.Incident{Kind: replay.Poison, Consumer: "a", At: 100, For: 50})
	c := runs(s, 1).Consumers[0]
	expect(t, "expired", c.Expired, 0)
	expect(t, "delay", c.Delay, 50)
	expect(t, "catch-up", c.CatchUp, 50)
}

// The poisonous record is the one that the reader is at, which is not the newest.
func TestPoisonWhileBehind(t *testing.T) {
	// It reads half of what is written, so after 60 s it is at what was written at
	// 30 s, which expires at 130 s: 70 s without reading, else 500 a second.
	s := keeps(suffers(written(stepsOf(1000, 1000, 1), reads("a", 500)), replay.Incident{Kind: replay.Poison, Consumer: "a", At: 60}), 100)
	c := runs(s, 1).Consumers[0]
	expect(t, "read", c.Read, (1000-70)*500)
	expect(t, "backlog", c.Backlog, 100_000)
	expect(t, "expired", c.Expired, 1_000_000-465_000-100_000)
}

// A reader that has read all is not held up by what is not there: it is behind later
// because of the traffic.
func TestPoisonOfNothing(t *testing.T) {
	// From 110 s on it falls behind by 50 a second, to 2,500 at 160 s, which drain at 25
	// a second.
	s := suffers(written(stepsOf(10, 100, 1, 100, 0, 1, 50, 100, 1, 140, 25, 1), reads("a", 50)), replay.Incident{Kind: replay.Poison, Consumer: "a", At: 30, For: 10})
	c := runs(s, 1).Consumers[0]
	expect(t, "catch-up", c.CatchUp, 0)
	expect(t, "usual recovery", c.Usual.Recovery, 100)
	expect(t, "usual delay", c.Usual.Delay, 50)
}

func TestSlowed(t *testing.T) {
	traffic := stepsOf(500, 300, 1)
	slow := func(i replay.Incident, speed model.RecordsPerSecond) float64 {
		i.Kind, i.Consumer, i.At, i.For = replay.Slow, "a", 100, 100
		return runs(suffers(written(traffic, reads("a", speed)), i), 1).Consumers[0].CatchUp
	}
	// 300 − 250 for 100 s, drained at 200 a second; 300 − 200 as said.
	expect(t, "half", slow(replay.Incident{Times: 0.5}, 500), 25)
	expect(t, "rate", slow(replay.Incident{Rate: 200}, 500), 50)
	expect(t, "rate above the speed", slow(replay.Incident{Rate: 600}, 500), 0)
	expect(t, "half of anything", slow(replay.Incident{Times: 0.5}, 0), 0)
	// A function of 500 a second.
	s := suffers(written(traffic, reads("a", 0)), replay.Incident{Kind: replay.Slow, Consumer: "a", At: 100, For: 100, Times: 0.5})
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
			s := keeps(suffers(written(stepsOf(1000, 100, 1), reads("a", 300)), replay.Incident{Kind: replay.Replay, Consumer: "a", At: c.at, Last: c.last}), c.keeps)
			got := runs(s, 1).Consumers[0]
			expect(t, "replayed", got.Replayed, 100*c.h)
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
		suffers(s, replay.Incident{Kind: replay.Replay, Consumer: "a", At: 110, Last: 200})
		got := runs(s, 1).Consumers[0]
		expect(t, c.name+": replayed", got.Replayed, 10_000)
		expect(t, c.name+": delay", got.Delay, c.delay)
	}
}

func TestStopDuringRecovery(t *testing.T) {
	// As after one surge, but at 200 s, with 15,000 left, it stops for 50 s: 35,000 at
	// 250 s, 350 s at 100 a second.
	s := suffers(written(stepsOf(100, 400, 1, 50, 900, 1, 550, 400, 1), reads("a", 500)), replay.Incident{Kind: replay.Stop, Consumer: "a", At: 200, For: 50})
	c := runs(s, 1).Consumers[0]
	expect(t, "catch-up", c.CatchUp, 350)
	expect(t, "recovery", c.Recovery, 350)
	expect(t, "usual recovery", c.Usual.Recovery, 0)
}

func TestStopsAtBothEnds(t *testing.T) {
	stop := func(at, seconds float64) replay.Consumer {
		s := suffers(written(stepsOf(500, 100, 1), reads("a", 200)), replay.Incident{Kind: replay.Stop, Consumer: "a", At: at, For: seconds})
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
	s := suffers(written(stepsOf(100, 1000, 1), reads("a", 0)), replay.Incident{Kind: replay.Stop, Consumer: "a", At: 50, For: 100})
	expect(t, "of one that is down", runs(s, 1).Consumers[0].Recovery, 0)
}

func TestSurgeIncident(t *testing.T) {
	// 100 a second for 100 s, then nothing for 100 s.
	offered := func(incidents ...replay.Incident) float64 {
		for i := range incidents {
			incidents[i].Kind, incidents[i].For = replay.Surge, 10
		}
		return runs(suffers(written(stepsOf(100, 100, 7, 100, 0, 7)), incidents...), 1).Offered - 10_000
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
			s.Loses, s.Saves = loses, loses
			r := runs(s, 1)
			expect(t, name+": accepted", r.Accepted, r.Offered)
			expect(t, name+": read", r.Consumers[0].Read, r.Offered)
			expect(t, name+": throttled", r.Throttled, 0)
		}
	}
}

func TestThrottledWritesWait(t *testing.T) {
	// 500 a second too much for 60 s: 30,000 wait at 70 s and drain at 500 a second
	// until 130 s. The last of the surge waits 30 s. For the consumer the surge is
	// 1,000 − 800 for 120 s: 24,000, which drain at 300 a second.
	r := runs(written(stepsOf(10, 500, 1, 60, 1500, 1, 200, 500, 1), reads("a", 800)), 1)
	expect(t, "seconds", r.Seconds, 120)
	expect(t, "longest wait", r.LongestWait, 30)
	expect(t, "throttled", r.Throttled, 60*500)
	expect(t, "accepted", r.Accepted, r.Offered)
	expect(t, "recovery", r.Consumers[0].Recovery, 80)
}

func TestWaitingWhenTrafficEnds(t *testing.T) {
	// 500 a second more than a shard takes, for 60 s; what enters then was offered at
	// 40 s.
	r := runs(written(stepsOf(60, 1500, 1)), 1)
	expect(t, "waiting", r.Waiting, 30_000)
	expect(t, "accepted", r.Accepted, 60_000)
	expect(t, "longest wait", r.LongestWait, 20)
}

// The last record of a surge waits the longest also where nothing comes after it.
func TestLongestWaitBeforePause(t *testing.T) {
	// 10 s of 2,000 enter in 20 s: the last one waits 10 s.
	expect(t, "then nothing", runs(written(stepsOf(10, 2000, 1, 100, 0, 1)), 1).LongestWait, 10)
	expect(t, "then a pause", runs(written(stepsOf(10, 2000, 1, 5, 0, 1, 100, 10, 1)), 1).LongestWait, 10)
}

// Where sizes differ, one step is held by bytes and another by records.
func TestMixedSizesWait(t *testing.T) {
	traffic := stepsOf(10, 100, 20*kib*1.024, 10, 2000, 10, 100, 250, 10)
	s := written(traffic)
	// Each takes twice its time: until 20 s and 40 s. Of the third 20 s wait then, and
	// 1,000/250 s enter a second: 20/3 s.
	r := runs(s, 1)
	expect(t, "seconds", r.Seconds, 40+20.0/3)
	expect(t, "longest wait", r.LongestWait, 20)
	expect(t, "throttled", r.Throttled, 50*10+1950*10)
	s.Loses = true
	expect(t, "lost", runs(s, 1).Lost, 500+10_000)
}

func TestJustAboveLimit(t *testing.T) {
	// Half a record a second too much, for 1,000 s.
	s := written(stepsOf(1000, 1000.5, 1), reads("a", 999.5))
	s.Loses = true
	r := runs(s, 1)
	expect(t, "lost", r.Lost, 500)
	expect(t, "backlog", r.Consumers[0].Backlog, 500)
}

func TestBucket(t *testing.T) {
	// The bucket of one second is full at first: 1,500 of 1,000 are taken for 2 s, and
	// 8·500 lost. In a second of half the limit it is filled by half: 1 s, and 9·500
	// lost.
	for _, c := range []struct {
		name          string
		records, size float64
	}{
		{"records", 1000, 1},
		{"bytes", 8, 128 * kib},
		{"both", 1000, kib * 1.024},
	} {
		s := written(stepsOf(10, 1.5*c.records, c.size, 1, 0.5*c.records, c.size, 10, 1.5*c.records, c.size))
		s.Saves, s.Loses = true, true
		r := runs(s, 1)
		expect(t, c.name, r.Lost, 8.5*c.records)
		expect(t, c.name+": seconds", r.Seconds, 17)
	}
}

func TestBucketHoldsOneSecond(t *testing.T) {
	// However long the pause, 1,000 are saved.
	s := written(stepsOf(500, 0, 1, 10, 1500, 1))
	s.Saves, s.Loses = true, true
	expect(t, "lost", runs(s, 1).Lost, 4000)
}

func TestBucketThenWait(t *testing.T) {
	// 2 s are taken at 1,500 a second. 8·500 wait at 10 s, the last of them 4 s, and
	// drain at 500 a second.
	s := written(stepsOf(10, 1500, 1, 100, 500, 1))
	s.Saves = true
	r := runs(s, 1)
	expect(t, "longest wait", r.LongestWait, 4)
	expect(t, "seconds", r.Seconds, 8+8)
	expect(t, "throttled", r.Throttled, 8*500)
}

// What waits for bytes is followed by records without bytes, of which a second is
// saved up.
func TestBucketOfAnotherLimit(t *testing.T) {
	// 40 MiB take 39 s with what is saved of bytes. Of the 5,000 then 1,000 enter at
	// once, 1,000 a second after.
	s := written(&replay.Traffic{Steps: []float64{10, 10, 100}, Parts: []replay.Part{{To: 1, Flows: []replay.Flow{{Records: 100, Bytes: 4 * kib * kib}, {Records: 500}, {}}}}})
	s.Saves = true
	r := runs(s, 1)
	expect(t, "accepted", r.Accepted, 6000)
	expect(t, "waiting", r.Waiting, 0)
	if want := 39 - 1.0/3 + 4; math.Abs(r.Seconds-want) > 1e-6 {
		t.Errorf("seconds: %v, want %v", r.Seconds, want)
	}
}

func TestPollInterval(t *testing.T) {
	// Wants of 1, 2, 4 and 0.1 calls of five: (5 − 0.1 − 1)/2 are left for two each.
	delays := func(seconds ...float64) (got []float64) {
		s := written(stepsOf(100, 100, 1))
		for i, interval := range seconds {
			c := reads(model.Name(rune('a'+i)), 0)
			c.PollInterval = model.Duration(interval * 1e9)
			s.Workload.Consumers = append(s.Workload.Consumers, c)
		}
		for _, c := range runs(s, 3).Consumers {
			got = append(got, c.Delay, c.Usual.Delay)
		}
		return got
	}
	for i, want := range []float64{1, 1, 1 / 1.95, 1 / 1.95, 1 / 1.95, 1 / 1.95, 10, 10} {
		expect(t, "different polls", delays(1, 0.5, 0.25, 10)[i], want)
	}
	for _, got := range delays(1, 1, 1, 1, 1, 1, 1, 1, 1, 1) {
		expect(t, "ten polls a second", got, 2)
	}
}

// A record that is read right before a stop has waited for its poll as well.
func TestPollDelayBeforeStop(t *testing.T) {
	// At 60 s it reads what was written at 30 s, and asks every 5 s. It then stops for
	// good: what is next has waited for 31 s in the end.
	s := suffers(written(stepsOf(60, 1000, 1, 1, 0, 1), reads("a", 500)), replay.Incident{Kind: replay.Stop, Consumer: "a", At: 60, For: 100})
	s.Workload.Consumers[0].PollInterval = 5e9
	expect(t, "delay", runs(s, 1).Consumers[0].Delay, 35)
}

func TestPollsReturnSoMuch(t *testing.T) {
	catchUp := func(size float64) float64 {
		s := stopAll(written(stepsOf(500, 400, size), reads("a", 0)), 100)
		s.Workload.Consumers[0].PollInterval = 10e9
		return runs(s, 1).Consumers[0].CatchUp
	}
	// 10,000 in 10 s drain at 1,000 − 400, and 10 MiB at 1,024 − 400 a second.
	expect(t, "records", catchUp(1), 40_000/600.0)
	expect(t, "bytes", catchUp(kib), 40_000/600.0) // 1,024 are above the 1,000
	expect(t, "bytes that hold", catchUp(2*kib), 40_000/(512-400.0))
}

func TestFunction(t *testing.T) {
	catchUp := func(size float64, fn model.Lambda, packs bool) float64 {
		s := stopAll(written(stepsOf(1000, 2, size), reads("fn", 0)), 55)
		s.Workload.Consumers[0].Lambda = fn
		if packs {
			s.Workload.Producer.Aggregation = model.Aggregation{Producers: 1, MaxSize: 51_200, Buffer: 500e6}
		}
		return runs(s, 1).Consumers[0].CatchUp
	}
	// ⌊6 MiB ÷ (4/3·150,000 + 300)⌋ = 31 in 10 s drain at 3.1 − 2 a second.
	expect(t, "payload", catchUp(150_000, model.Lambda{BatchSize: 100, Duration: 10e9, ParallelizationFactor: 1}, false), 100)
	// ⌊6 MiB ÷ (4/3·300 + 300)⌋ = 8,987 of at most 10,000, in 1,000 s, drain at 8.987 − 2 a
	// second.
	expect(t, "envelopes", catchUp(300, model.Lambda{BatchSize: 10_000, Duration: 1000e9, ParallelizationFactor: 1}, false), 110/6.987)
	// Batches of 10 in 2.5 s, 2 at a time, drain at 8 − 2 a second; of aggregates one
	// at a time: those of two records are 4 − 1 a second of 55.
	parallel := model.Lambda{BatchSize: 10, Duration: 2_500_000_000, ParallelizationFactor: 2}
	expect(t, "parallel", catchUp(1, parallel, false), 110/6.0)
	expect(t, "aggregates", catchUp(1, parallel, true), 55/3.0)
}

func TestFanOut(t *testing.T) {
	// Each has 2 MiB/s for itself: 2,048 − 256 a second drain, whatever the others do.
	// A record is pushed within 70 ms.
	s := stopAll(written(stepsOf(1000, 256, kib), reads("a", 0), reads("b", 0), reads("c", 0)), 100)
	for i := range 2 {
		s.Workload.Consumers[i].Type = model.EnhancedFanOut
	}
	r := runs(s, 1)
	for i := range 2 {
		expect(t, "catch-up", r.Consumers[i].CatchUp, 25_600/1792.0)
		expect(t, "delay", r.Consumers[i].Delay, 100.07)
		expect(t, "usual delay", r.Consumers[i].Usual.Delay, 0.07)
	}
}

func TestBusiestSecond(t *testing.T) {
	// One second of each minute has 1,200, of which 200 are lost. Of 2 s with four times
	// the mean, all is written in half a second, at 2,400.
	lost := func(beta model.Factor, steps ...float64) (float64, float64) {
		s := written(stepsOf(steps...))
		s.Workload.Producer.Burst, s.Loses = beta, true
		r := runs(s, 1)
		return r.Lost, r.Offered
	}
	few, offered := lost(2, 60, 600, 1, 60, 600, 1)
	expect(t, "lost in two minutes", few, 400)
	expect(t, "offered", offered, 72_000)
	long, offered := lost(2, 150, 600, 1)
	expect(t, "lost in two minutes and a half", long, 600)
	expect(t, "offered", offered, 90_000)
	many, offered := lost(4, 2, 600, 1)
	expect(t, "lost in 2 s", many, 700)
	expect(t, "offered in 2 s", offered, 1200)
	one, _ := lost(4, 1, 600, 1, 1, 600, 1)
	expect(t, "lost in steps of 1 s, which are the busiest", one, 0)
}

func TestAggregates(t *testing.T) {
	// 90 B take 100 B in an aggregate, so ⌊51,180/100⌋ = 511 are in a full one; of p
	// producers for N shards each has 10,000/(p·N)·0.1 s besides the first.
	for _, c := range []struct {
		producers model.Count
		shards, n float64
	}{
		{1, 1, 511},
		{100, 1, 11},
		{100, 2, 6},
	} {
		s := written(stepsOf(100, 10_000, 90), reads("a", 10_000))
		s.Workload.Producer.Aggregation = model.DefaultAggregation()
		s.Workload.Producer.Aggregation.Producers = c.producers
		r := runs(s, c.shards)
		expect(t, "records", r.Offered, 1e6/c.n)
		records, bytes := 10_000/c.n/1000, (10_000*100+10_000/c.n*20)/kib/kib
		expect(t, "utilization", r.WriteUtilization, max(records, bytes)/c.shards)
		expect(t, "read", r.Consumers[0].Read, 1e6/c.n)
	}
}

func TestFractionOfShards(t *testing.T) {
	// One and a half take 1,500, and a consumer of 600 a shard reads 900.
	s := written(stepsOf(100, 1600, 1), reads("a", 600))
	s.Loses = true
	r := runs(s, 1.5)
	expect(t, "lost", r.Lost, 10_000)
	expect(t, "backlog", r.Consumers[0].Backlog, 60_000)
}

func TestPartsOfHashKeys(t *testing.T) {
	// One half of the hash keys has 1,800, the other 200. Two shards get just that;
	// three 1,200, 600 + 66.7 and 133.3; four 900 and 100, two each.
	for _, c := range []struct{ shards, lost, utilization float64 }{{2, 800, 1.8}, {3, 200, 1.2}, {4, 0, 0.9}} {
		s := written(&replay.Traffic{Steps: []float64{100}, Parts: []replay.Part{
			{From: 0, To: 0.5, Flows: []replay.Flow{{Records: 1800}}},
			{From: 0.5, To: 1, Flows: []replay.Flow{{Records: 200}}},
		}})
		s.Loses = true
		r := runs(s, c.shards)
		expect(t, "offered", r.Offered, 200_000)
		expect(t, "lost", r.Lost, 100*c.lost)
		expect(t, "utilization", r.WriteUtilization, c.utilization)
	}
}

func TestSeries(t *testing.T) {
	// 3 s of 2,000, then 3 s of nothing; a part is 1.5 s. It is 2.5 s behind after a stop,
	// which is when the third part begins.
	s := written(stepsOf(3, 2000, 1, 3, 0, 1), reads("a", 0))
	s.Loses = true
	suffers(s, replay.Incident{Kind: replay.Stop, Consumer: "a", At: 0.5, For: 2.5})
	series := s.Run(replay.Capacity{Shards: 1}, 4).Series.Value
	expect(t, "seconds", series.Seconds, 1.5)
	for k, want := range []struct{ offered, throttled, write, age float64 }{{3000, 1500, 2, 1}, {3000, 1500, 2, 2.5}, {age: 2.5}, {}} {
		expect(t, "offered", series.Offered[k], want.offered)
		expect(t, "throttled", series.Throttled[k], want.throttled)
		expect(t, "write", series.Write[k], want.write)
		expect(t, "age", series.Ages[0].Seconds[k], want.age)
	}
}

// A consumer without a limit catches up in no time, and with lifted limits no more
// than all is used.
func TestLiftedLimits(t *testing.T) {
	s := stopAll(written(stepsOf(100, 1500, 1), reads("a", 0)), 10)
	s.Limits.ShardReadBandwidth.Value = model.BytesPerSecond(math.Inf(1))
	r := s.Run(replay.Capacity{Shards: 1}, 2)
	expect(t, "read", r.Consumers[0].Read, 100_000)
	expect(t, "delay", r.Consumers[0].Delay, 10)
	if math.IsNaN(r.ReadUtilization) {
		t.Error("read utilization is NaN")
	}
	expect(t, "throttled", r.Series.Value.Throttled[0], 25_000)
}

// onDemand is the result of a stream that AWS scales.
func onDemand(s *replay.Setup, shards float64) replay.Result {
	return s.Run(replay.Capacity{Shards: shards, OnDemand: true}, 0)
}

// inMinutes has each step in parts of a minute.
func inMinutes(t *replay.Traffic) *replay.Traffic {
	cut := &replay.Traffic{Parts: []replay.Part{{To: 1}}}
	for step, seconds := range t.Steps {
		for ; seconds > 0; seconds -= 60 {
			cut.Steps = append(cut.Steps, min(60, seconds))
			cut.Parts[0].Flows = append(cut.Parts[0].Flows, t.Parts[0].Flows[step])
		}
	}
	return cut
}

func TestOnDemandGrows(t *testing.T) {
	for _, c := range []struct {
		name                               string
		seconds, records, size, lost, most float64
	}{
		// 4,000 until the first minute is 15 old: 2,000 are lost for 960 s. The 8,000 that
		// it takes then do until the minute that ends at 1,020 s is 15 old.
		{"once", 1900, 6000, 1, 2000 * 960, 8},
		{"and for what it took then", 2000, 6000, 1, 2000 * 960, 12},
		// 4,000, 8,000 and 16,000 of 20,000 for 960 s each, and 32,000 of 3,840 s on.
		{"again and again", 5000, 20_000, 1, (16_000 + 12_000 + 4000) * 960, 40},
		// 4 of 6 MiB/s, in records of 2 KiB.
		{"for bytes", 2000, 3072, 2048, 1024 * 960, 12},
		{"not at all", 2000, 2000, 1, 0, 4},
	} {
		for _, traffic := range []*replay.Traffic{stepsOf(c.seconds, c.records, c.size), inMinutes(stepsOf(c.seconds, c.records, c.size))} {
			s := written(traffic)
			s.Loses = true
			r := onDemand(s, 4)
			expect(t, c.name+": lost", r.Lost, c.lost)
			expect(t, c.name+": most shards", r.Shards.Most, c.most)
			expect(t, c.name+": least shards", r.Shards.Least, 4)
		}
	}
}

func TestOnDemandSeesMinutes(t *testing.T) {
	// Half a minute of 4,000 and half of 2,000 is a minute of 3,000.
	traffic := stepsOf()
	for range 20 {
		half := stepsOf(30, 4000, 1, 30, 2000, 1)
		traffic.Steps = append(traffic.Steps, half.Steps...)
		traffic.Parts[0].Flows = append(traffic.Parts[0].Flows, half.Parts[0].Flows...)
	}
	expect(t, "shards", onDemand(written(traffic), 4).Shards.Most, 6)
}

func TestOnDemandForgets(t *testing.T) {
	// A minute of 4,000 makes it 8 shards, for 30 days. What comes a minute later is
	// 1,000 a second too much then.
	for _, c := range []struct{ wait, lost float64 }{{30*day - 120, 0}, {30 * day, 60_000}} {
		s := written(stepsOf(60, 4000, 1, c.wait, 1000, 1, 60, 5000, 1))
		s.Loses = true
		r := onDemand(s, 4)
		expect(t, "lost", r.Lost, c.lost)
		expect(t, "most", r.Shards.Most, 8)
	}
	// 40 shards are for 20, which it has not been written for 30 days.
	r := onDemand(written(stepsOf(40*day, 5000, 1)), 40)
	expect(t, "least", r.Shards.Least, 10)
	expect(t, "utilization of what is left", r.WriteUtilization, 0.5)
}

// New shards have saved nothing up for what waits.
func TestOnDemandGrowsWhileWritesWait(t *testing.T) {
	s := written(inMinutes(stepsOf(3600, 6000, 1)))
	s.Saves = true
	r := onDemand(s, 4)
	expect(t, "accepted", r.Accepted, r.Offered)
	// The bucket lasts for 2 s. At 960 s, when the stream grows, 958·2,000 wait, the
	// first of them for as long as 6,000 a second take to make that many.
	expect(t, "longest wait", r.LongestWait, 958*2000/6000.0)
}
