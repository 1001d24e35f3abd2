package replay_test

import (
	"context"
	"math"
	"testing"

	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

func TestFractionOfShards(t *testing.T) {
	// One and a half take 1,500, and a consumer of 600 a shard reads 900.
	s := written(stepsOf(100, 1600, 1), reads("a", 600))
	s.DropThrottled = true
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
		s.DropThrottled = true
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
	s.DropThrottled = true
	withIncidents(s, replay.Incident{Kind: replay.Stop, Consumer: "a", At: 0.5, For: 2.5})
	series := must(s.Run(context.Background(), replay.Capacity{Shards: 1}, 4)).Series.Value
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
	s.Limits.ShardReadBytes.Value = unit.BytesPerSecond(math.Inf(1))
	r := must(s.Run(context.Background(), replay.Capacity{Shards: 1}, 2))
	expect(t, "read", r.Consumers[0].Read, 100_000)
	expect(t, "delay", r.Consumers[0].Delay, 10)
	if math.IsNaN(r.ReadUtilization) {
		t.Error("read utilization is NaN")
	}
	expect(t, "throttled", r.Series.Value.Throttled[0], 25_000)
}

// onDemand is the result of a stream that AWS scales.
func onDemand(s *replay.Setup, shards float64) replay.Result {
	return must(s.Run(context.Background(), replay.Capacity{Shards: shards, OnDemand: true}, 0))
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
			s.DropThrottled = true
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

// In us-east-2 a stream is scaled to 200 MiB/s, which takes 200 shards, and no further:
// 150 take 150,000 of 180,000 a second until a minute of them is 15 old, and 200 would
// be 300 without the quota. More than it nobody takes, whatever it began with.
func TestOnDemandStaysWithinQuota(t *testing.T) {
	for _, c := range []struct {
		region               model.Region
		first, offered, size float64
		lost, most           float64
	}{
		{"us-east-2", 150, 180_000, 1, 30_000 * 960, 200},
		{"us-east-1", 150, 180_000, 1, 30_000 * 960, 300},
		{"us-east-2", 1000, 250_000, 1, 50_000 * 1900, 200},
		{"us-east-2", 200, 300, 1 << 20, 100 * 1900, 200},
		{"us-west-2", 8000, 12_000, 1 << 20, 4000*960 + (12_000-10_240)*940, 10_240},
	} {
		s := written(stepsOf(1900, c.offered, c.size))
		s.DropThrottled, s.Workload.Region = true, c.region
		r := onDemand(s, c.first)
		expect(t, "lost", r.Lost, c.lost)
		expect(t, "most shards", r.Shards.Most, c.most)
	}
}

func TestOnDemandForgets(t *testing.T) {
	// A minute of 4,000 makes it 8 shards, for 30 days. What comes a minute later is
	// 1,000 a second too much then.
	for _, c := range []struct{ wait, lost float64 }{{30*day - 120, 0}, {30 * day, 60_000}} {
		s := written(stepsOf(60, 4000, 1, c.wait, 1000, 1, 60, 5000, 1))
		s.DropThrottled = true
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
	s.SaveUnused = true
	r := onDemand(s, 4)
	expect(t, "accepted", r.Accepted, r.Offered)
	// The bucket lasts for 2 s. At 960 s, when the stream grows, 958·2,000 wait, the
	// first of them for as long as 6,000 a second take to make that many.
	expect(t, "longest wait", r.LongestWait, 958*2000/6000.0)
}
