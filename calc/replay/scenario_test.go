package replay_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// declared is a workload of records of 500 B with a key of 12 B.
func declared(average, peak float64, consumers ...model.Consumer) *model.Workload {
	w := model.NewWorkload()
	w.Producer.RecordSize, w.Producer.PartitionKeySize = 500, 12
	w.Producer.Average, w.Producer.Peak = unit.RecordsPerSecond(average), unit.RecordsPerSecond(peak)
	w.Consumers = consumers
	return &w
}

// down is a consumer that was down, has so long to catch up, and reads again;
// zeros leave it out. Seconds.
func down(name model.Name, outage, replayed, catchUp float64) model.Consumer {
	c := model.NewConsumer(name)
	c.Outage, c.Reprocess, c.CatchUp = unit.Duration(outage*1e9), unit.Duration(replayed*1e9), unit.Duration(catchUp*1e9)
	return c
}

// between is how many records are written between two times of the traffic.
func between(t *replay.Traffic, from, to float64) (records float64) {
	at := 0.0
	for i, seconds := range t.Steps {
		common := min(to, at+seconds) - max(from, at)
		records += t.Parts[0].Flows[i].Records * max(0, common)
		at += seconds
	}
	return records
}

// A day has the average A, and half of its records are written at the peak P, which
// so lasts 24 h·A/2P. That is a minute at least: above P = 720 A more than half are.
// After it comes a quiet time in which consumers catch up.
func TestPlainDay(t *testing.T) {
	for _, c := range []struct{ average, peak, quiet, low, high float64 }{
		// 24 h · 6,000/20,000 = 7.2 h at the peak, and 259.2 million in 16.8 h.
		{6000, 10_000, 60_480, 259.2e6 / 60_480, 25_920},
		{1000, 1000, 43_200, 1000, 43_200},           // as even as can be
		{1000, 12_000, 82_800, 43.2 / 0.0828, 3600},  // an hour
		{10, 7200, 86_340, 432_000 / 86_340.0, 60},   // a minute
		{10, 10_800, 86_340, 216_000 / 86_340.0, 60}, // 648 of 864 thousand in a minute
		{10, 14_400, 86_340, 0, 60},                  // all of them
		{0, 100, 86_340, 0, 60},
		{0, 0, 86_340, 0, 60},
	} {
		traffic, incidents := replay.Scenario(declared(c.average, c.peak))
		if len(incidents) != 0 || len(traffic.Steps) != 3 || len(traffic.Parts) != 1 || traffic.Parts[0].From != 0 ||
			traffic.Parts[0].To != 1 ||
			!traffic.Start.IsZero() {
			t.Fatalf("%+v, %v", traffic, incidents)
		}
		name := fmt.Sprintf("A = %v, P = %v", c.average, c.peak)
		low, high := traffic.Parts[0].Flows[0], traffic.Parts[0].Flows[1]
		expect(t, name+": quiet time", traffic.Steps[0], c.quiet)
		expect(t, name+": its rate", low.Records, c.low)
		expect(t, name+": time of the peak", traffic.Steps[1], c.high)
		expect(t, name+": its rate", high.Records, c.peak)
		expect(t, name+": bytes", low.Bytes, c.low*512)
		expect(t, name+": bytes of the peak", high.Bytes, c.peak*512)
		if c.average > 0 {
			expect(t, name+": records of the day", between(traffic, 0, day), c.average*day)
		}
		expect(t, name+": another quiet time", traffic.Steps[2], c.quiet)
		expect(t, name+": its rate", traffic.Parts[0].Flows[2].Records, c.low)
	}
}

// At most half of a day is the peak, and half of the day's records are.
func TestHalfAtPeak(t *testing.T) {
	for peak := 1000.0; peak <= 12_000; peak += 500 {
		traffic, _ := replay.Scenario(declared(1000, peak))
		expect(t, fmt.Sprintf("P = %v", peak), traffic.Parts[0].Flows[1].Records*traffic.Steps[1], 1000*day/2)
	}
}

// Each of these is one day: quiet, and then the peak with the incident, which
// lasts until the time that is allowed for it is over, and a quiet time after the
// last. A = 3,000 and P = 9,000 peak for 4 h.
func TestStress(t *testing.T) {
	surge := declared(3000, 9000)
	surge.Producer.Surge = model.Surge{Throughput: 20_000, Duration: 600e9}
	bound := *surge
	bound.Consumers = []model.Consumer{{Name: "a", Latency: 60e9}, {Name: "b", Latency: 5 * 3600e9}, {Name: "c"}}
	late := down("a", 4*hour, 0, 0)
	late.Latency = 1800e9
	for name, c := range map[string]struct {
		workload *model.Workload
		want     replay.Incident
		peak     float64
	}{
		"outage, shorter":         {declared(3000, 9000, down("a", hour, 0, 2*hour)), replay.Incident{Kind: replay.Stop, Consumer: "a", For: hour}, 4 * hour},
		"outage, longer":          {declared(3000, 9000, down("a", 3*hour, 0, 2*hour)), replay.Incident{Kind: replay.Stop, Consumer: "a", For: 3 * hour}, 5 * hour},
		"outage, latency":         {declared(3000, 9000, late), replay.Incident{Kind: replay.Stop, Consumer: "a", For: 4 * hour}, 4*hour + 1800},
		"surge without latencies": {surge, replay.Incident{Kind: replay.Surge, For: 600, Rate: 20_000}, 4 * hour},
		"surge":                   {&bound, replay.Incident{Kind: replay.Surge, For: 600, Rate: 20_000}, 5*hour + 600},
		"replay of a little":      {declared(3000, 9000, down("a", 0, 20*hour, 6*hour)), replay.Incident{Kind: replay.Reprocess, Consumer: "a", Last: 20 * hour}, 6 * hour},
	} {
		traffic, incidents := replay.Scenario(c.workload)
		c.want.At = 20 * hour
		if len(incidents) != 1 || incidents[0] != c.want {
			t.Errorf("%s: %+v, want %+v", name, incidents, c.want)
		}
		if len(traffic.Steps) != 3 {
			t.Fatalf("%s: %v", name, traffic.Steps)
		}
		expect(t, name+": quiet", traffic.Steps[0], 20*hour)
		expect(t, name+": peak", traffic.Steps[1], c.peak)
		expect(t, name+": quiet after it", traffic.Steps[2], 20*hour)
	}
}

// A surge that lasts longer than the peak makes it longer.
func TestLongSurge(t *testing.T) {
	w := declared(3000, 9000)
	w.Producer.Surge = model.Surge{Throughput: 20_000, Duration: 5 * 3600e9}
	traffic, _ := replay.Scenario(w)
	expect(t, "peak", traffic.Steps[1], 5*hour)
}

// Replays come first, then outages, then the surge, each on a day of its own; in
// front of a replay are the days that it reads.
func TestStressInOrder(t *testing.T) {
	w := declared(3000, 9000, down("a", hour, 2*day, 30*hour), down("b", 2*hour, 0, hour), down("c", 0, day, hour))
	w.Producer.Surge = model.Surge{Throughput: 20_000, Duration: 60e9}
	traffic, incidents := replay.Scenario(w)
	want := []replay.Incident{
		{Kind: replay.Reprocess, Consumer: "a", At: 2*day + 20*hour, Last: 2 * day},
		{Kind: replay.Reprocess, Consumer: "c", At: 2*day + 20*hour + 30*hour + day + 20*hour, Last: day},
		{Kind: replay.Stop, Consumer: "a", For: hour},
		{Kind: replay.Stop, Consumer: "b", For: 2 * hour},
		{Kind: replay.Surge, For: 60, Rate: 20_000},
	}
	want[2].At = want[1].At + 24*hour
	want[3].At = want[2].At + 31*hour + 20*hour // the outage of an hour and its catch-up are longer than the peak
	want[4].At = want[3].At + 24*hour
	if len(incidents) != len(want) {
		t.Fatalf("%+v", incidents)
	}
	for i := range want {
		if incidents[i] != want[i] {
			t.Errorf("%+v, want %+v", incidents[i], want[i])
		}
	}
	expect(t, "seconds", traffic.Seconds(), want[4].At+4*hour+20*hour)
	for _, i := range incidents {
		if got := between(traffic, i.At, i.At+1); math.Abs(got-9000) > 1e-6 {
			t.Errorf("%+v: %v records a second, want the peak", i, got)
		}
	}
}

// What a replay reads again is at most A·H, and that for whole days, because a
// formula takes it to be.
func TestReplayReadsAverage(t *testing.T) {
	for _, peak := range []float64{1000, 1500, 6000, 20_000} {
		for last := hour / 2; last <= 4*day; last += hour / 2 {
			traffic, incidents := replay.Scenario(
				declared(1000, peak, down("before", 0, 3*day, 40*hour), down("a", 0, last, hour)),
			)
			i := incidents[1]
			if i.At < last {
				t.Fatalf("P = %v: %v s before a replay of %v s", peak, i.At, last)
			}
			got, most := between(traffic, i.At-last, i.At), 1000*last
			whole := math.Mod(last, day) == 0
			if got > most*(1+1e-9) || whole && got < most*(1-1e-9) {
				t.Errorf("P = %v: the last %v s have %v records, A·H are %v", peak, last, got, most)
			}
		}
	}
}
