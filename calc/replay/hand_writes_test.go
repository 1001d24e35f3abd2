package replay_test

import (
	"math"
	"testing"

	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

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

// What waits at producers is more than what is in excess: all that is offered while
// some of it still waits, once each.
func TestWaitedAtProducers(t *testing.T) {
	for name, c := range map[string]struct {
		traffic               *replay.Traffic
		shards, in, waited, s float64
		change                func(*replay.Setup)
	}{
		// 30,000 wait at 60 s and are in at 120: 60 s of 1,500 and 60 of 500.
		"a surge": {stepsOf(60, 1500, 1, 200, 500, 1), 1, 30_000, 60*1500 + 60*500, 120, nil},
		// 50,000 a second for 10 s, then 20,000, on 28 shards: for 220,000 ÷ 8,000 s more.
		"one of README":  {stepsOf(100, 20_000, 1, 10, 50_000, 1, 100, 20_000, 1), 28, 220_000, 10*50_000 + 27.5*20_000, 37.5, nil},
		"until the end":  {stepsOf(60, 1500, 1), 1, 30_000, 90_000, 60, nil},
		"twice":          {stepsOf(10, 1500, 1, 100, 500, 1, 10, 1500, 1, 100, 500, 1), 1, 10_000, 2 * (15_000 + 10*500), 40, nil},
		"by bytes":       {stepsOf(10, 2, 1<<20, 100, 0.5, 1<<20), 1, 10, 20 + 20*0.5, 30, nil},
		"then nothing":   {stepsOf(10, 1500, 1, 100, 0, 1), 1, 5000, 15_000, 15, nil},
		"at the limit":   {stepsOf(100, 1000, 1), 1, 0, 0, 0, nil},
		"given up":       {stepsOf(60, 1500, 1, 200, 500, 1), 1, 30_000, 0, 60, func(s *replay.Setup) { s.DropThrottled = true }},
		"of one of four": {stepsOf(60, 3000, 1, 200, 1000, 1), 4, 60 * 500, 60*1500 + 60*500, 120, func(s *replay.Setup) { s.Workload.Producer.Skew = 2 }},
	} {
		s := written(c.traffic)
		if c.change != nil {
			c.change(s)
		}
		r := runs(s, c.shards)
		expect(t, name+": in excess", r.Throttled, c.in)
		expect(t, name+": waited", r.Waited, c.waited)
		expect(t, name+": seconds", r.Seconds, c.s)
	}
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
	expect(t, "throttled", r.Throttled, 50*10+1000*10)
	s.DropThrottled = true
	expect(t, "lost", runs(s, 1).Lost, 500+10_000)
}

func TestJustAboveLimit(t *testing.T) {
	// Half a record a second too much, for 1,000 s.
	s := written(stepsOf(1000, 1000.5, 1), reads("a", 999.5))
	s.DropThrottled = true
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
		s.SaveUnused, s.DropThrottled = true, true
		r := runs(s, 1)
		expect(t, c.name, r.Lost, 8.5*c.records)
		expect(t, c.name+": seconds", r.Seconds, 17)
	}
}

func TestBucketHoldsOneSecond(t *testing.T) {
	// However long the pause, 1,000 are saved.
	s := written(stepsOf(500, 0, 1, 10, 1500, 1))
	s.SaveUnused, s.DropThrottled = true, true
	expect(t, "lost", runs(s, 1).Lost, 4000)
}

func TestBucketThenWait(t *testing.T) {
	// 2 s are taken at 1,500 a second. 8·500 wait at 10 s, the last of them 4 s, and
	// drain at 500 a second.
	s := written(stepsOf(10, 1500, 1, 100, 500, 1))
	s.SaveUnused = true
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
	s := written(
		&replay.Traffic{
			Steps: []float64{10, 10, 100},
			Parts: []replay.Part{{To: 1, Flows: []replay.Flow{{Records: 100, Bytes: 4 * kib * kib}, {Records: 500}, {}}}},
		},
	)
	s.SaveUnused = true
	r := runs(s, 1)
	expect(t, "accepted", r.Accepted, 6000)
	expect(t, "waiting", r.Waiting, 0)
	if want := 39 - 1.0/3 + 4; math.Abs(r.Seconds-want) > 1e-6 {
		t.Errorf("seconds: %v, want %v", r.Seconds, want)
	}
}

func TestBusiestSecond(t *testing.T) {
	// One second of each minute has 1,200, of which 200 are lost. Of 2 s with four times
	// the mean, all is written in half a second, at 2,400.
	lost := func(beta unit.Factor, steps ...float64) (float64, float64) {
		s := written(stepsOf(steps...))
		s.Workload.Producer.Burst, s.DropThrottled = beta, true
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
		producers unit.Count
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
