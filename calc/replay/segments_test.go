package replay_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model/unit"
)

// seconds is a run on shards enough, in parts of one second.
func seconds(t *testing.T, s *replay.Setup) replay.Series {
	t.Helper()
	const enough = 1000
	r := must(s.Run(context.Background(), replay.Capacity{Shards: enough}, int(s.Traffic.Seconds())))
	if r.Throttled > 0 || r.Series.Value.Seconds != 1 {
		t.Fatalf("%v records throttled, parts of %v s", r.Throttled, r.Series.Value.Seconds)
	}
	return r.Series.Value
}

// wantSeconds holds what is offered in each second against what should be.
func wantSeconds(t *testing.T, what string, s *replay.Setup, want ...float64) {
	t.Helper()
	got := seconds(t, s).Offered
	ok := len(got) == len(want)
	for i := range want {
		ok = ok && math.Abs(got[i]-want[i]) <= 1e-9*max(1, want[i])
	}
	if !ok {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// bursts is a setup whose busiest second has so many times the mean.
func bursts(s *replay.Setup, beta unit.Factor) *replay.Setup {
	s.Workload.Producer.Burst = beta
	return s
}

// A step offers what it says for as long as it says, and one of no length nothing.
func TestSteps(t *testing.T) {
	want := []float64{10, 10, 0, 0, 0, 4}
	wantSeconds(t, "steps", written(stepsOf(2, 10, 1, 3, 0, 1, 1, 4, 1)), want...)
	wantSeconds(
		t,
		"and some of no length",
		written(stepsOf(0, 99, 1, 2, 10, 1, 0, 99, 1, 0, 99, 1, 3, 0, 1, 1, 4, 1, 0, 99, 1)),
		want...)
	wantSeconds(t, "steps of fractions", written(stepsOf(1.5, 10, 1, 1.5, 4, 1)), 10, 7, 4)
}

// Of the seconds of a step, or of each minute of a longer one, the first has β times the mean, and the others what is
// left: (10 − 3)/9 of it.
func TestBusiestSecondOfStep(t *testing.T) {
	for name, c := range map[string]struct {
		beta   unit.Factor
		length float64
		want   []float64 // of 90 records a second
	}{
		"none":                     {1, 4, []float64{90, 90, 90, 90}},
		"three times":              {3, 10, []float64{270, 70, 70, 70, 70, 70, 70, 70, 70, 70}},
		"as often as seconds":      {4, 4, []float64{360, 0, 0, 0}},
		"more often than seconds":  {8, 4, []float64{360, 0, 0, 0}},
		"and a bit more often":     {4.5, 4, []float64{360, 0, 0, 0}},
		"of a step of one second":  {3, 1, []float64{90}},
		"of a step of 2.5 seconds": {1.6, 2.5, []float64{144, 54, 27}}, // 90 · (2.5 − 1.6)/1.5 = 54
	} {
		traffic := stepsOf(c.length, 90, 1, float64(len(c.want))-c.length, 0, 1)
		wantSeconds(t, name, bursts(written(traffic), c.beta), c.want...)
	}
}

// Each step has a busiest second of its own, and the bytes are as many times more
// as the records: at 8 times the mean all of it comes within half a second.
func TestHeightOfBurst(t *testing.T) {
	s := bursts(written(stepsOf(4, 90, 10*kib, 4, 45, 10*kib)), 8)
	wantSeconds(t, "records", s, 360, 0, 0, 0, 180, 0, 0, 0)
	for i, rate := range [...]float64{90, 0, 0, 0, 45, 0, 0, 0} {
		expect(t, fmt.Sprintf("load of second %d", i), seconds(t, s).Write[i], rate*8*10*kib/(1<<20)/1000)
	}
}

func bySurges(traffic *replay.Traffic, surges ...replay.Incident) *replay.Setup {
	for i := range surges {
		surges[i].Kind = replay.Surge
	}
	return withIncidents(written(traffic), surges...)
}

// The traffic is 10 records a second for 4 s, and then 40. Surges by times multiply
// each other; to a throughput is to at least that much, whatever else multiplies it.
func TestSurges(t *testing.T) {
	type surges = []replay.Incident
	for name, c := range map[string]struct {
		surges surges
		want   []float64
	}{
		"times":                        {surges{{At: 1, For: 2, Times: 3}}, []float64{10, 30, 30, 10, 40, 40, 40, 40}},
		"from the begin":               {surges{{For: 1, Times: 3}}, []float64{30, 10, 10, 10, 40, 40, 40, 40}},
		"over a border":                {surges{{At: 3, For: 2, Times: 3}}, []float64{10, 10, 10, 30, 120, 40, 40, 40}},
		"up to a border":               {surges{{At: 3, For: 1, Times: 3}}, []float64{10, 10, 10, 30, 40, 40, 40, 40}},
		"from a border":                {surges{{At: 4, For: 1, Times: 3}}, []float64{10, 10, 10, 10, 120, 40, 40, 40}},
		"a part of a second":           {surges{{At: 1.5, For: 0.25, Times: 3}}, []float64{10, 15, 10, 10, 40, 40, 40, 40}},
		"two at once":                  {surges{{At: 1, For: 3, Times: 3}, {At: 2, For: 1, Times: 2}}, []float64{10, 30, 60, 30, 40, 40, 40, 40}},
		"two that overlap":             {surges{{At: 2, For: 2, Times: 2}, {At: 1, For: 2, Times: 3}}, []float64{10, 30, 60, 20, 40, 40, 40, 40}},
		"one after the other":          {surges{{At: 2, For: 1, Times: 2}, {At: 1, For: 1, Times: 3}}, []float64{10, 30, 20, 10, 40, 40, 40, 40}},
		"the same twice":               {surges{{At: 1, For: 1, Times: 2}, {At: 1, For: 1, Times: 2}}, []float64{10, 40, 10, 10, 40, 40, 40, 40}},
		"of no length":                 {surges{{At: 1, Times: 3}}, []float64{10, 10, 10, 10, 40, 40, 40, 40}},
		"to a throughput":              {surges{{At: 3, For: 2, Rate: 50}}, []float64{10, 10, 10, 50, 50, 40, 40, 40}},
		"to less than there is":        {surges{{At: 3, For: 2, Rate: 25}}, []float64{10, 10, 10, 25, 40, 40, 40, 40}},
		"to two throughputs":           {surges{{At: 2, For: 3, Rate: 80}, {At: 1, For: 3, Rate: 50}}, []float64{10, 50, 80, 80, 80, 40, 40, 40}},
		"to one and by times":          {surges{{At: 2, For: 4, Rate: 50}, {At: 1, For: 6, Times: 3}}, []float64{10, 30, 50, 50, 120, 120, 120, 40}},
		"by times and to one":          {surges{{At: 1, For: 6, Times: 3}, {At: 2, For: 4, Rate: 50}}, []float64{10, 30, 50, 50, 120, 120, 120, 40}},
		"beyond the end":               {surges{{At: 7, For: 1e9, Times: 2}}, []float64{10, 10, 10, 10, 40, 40, 40, 80}},
		"when the traffic ends":        {surges{{At: 8, For: 1, Times: 2}}, []float64{10, 10, 10, 10, 40, 40, 40, 40}},
		"after that":                   {surges{{At: 9, For: 1, Times: 2}}, []float64{10, 10, 10, 10, 40, 40, 40, 40}},
		"with one that is not a surge": {surges{{At: 1, For: 1, Times: 2}, {At: 1, For: 3}}, []float64{10, 20, 10, 10, 40, 40, 40, 40}},
	} {
		s := bySurges(stepsOf(4, 10, 1, 4, 40, 1), c.surges...)
		if name == "with one that is not a surge" {
			s.Incidents[1].Kind, s.Incidents[1].Times = replay.Slow, 0.5
		}
		wantSeconds(t, name, s, c.want...)
	}
}

// In a time without traffic a surge by times is nothing, and one to a throughput is
// of records of the mean size: (20·1,000 + 20·4,000)/40 = 2,500 B.
func TestSurgeOfNothing(t *testing.T) {
	traffic := func() *replay.Traffic { return stepsOf(2, 10, 1000, 2, 0, 0, 1, 20, 4000) }
	wantSeconds(t, "times", bySurges(traffic(), replay.Incident{At: 2, For: 1, Times: 3}), 10, 10, 0, 0, 20)
	s := bySurges(traffic(), replay.Incident{At: 2, For: 1, Rate: 50})
	wantSeconds(t, "throughput", s, 10, 10, 50, 0, 20)
	expect(t, "bytes", seconds(t, s).Write[2], 50*2500/float64(1<<20)/1000)
	s = bySurges(
		traffic(),
		replay.Incident{At: 2, For: 1, Rate: 50},
		replay.Incident{At: 2, For: 1, Rate: 30},
		replay.Incident{At: 2, For: 1, Times: 3},
	)
	wantSeconds(t, "throughputs and times", s, 10, 10, 50, 0, 20)
}

// A surge is of the stream: each shard gets its share of it, the hottest κ times
// that of a mean one, also where there was no traffic.
func TestSurgeOfHotShard(t *testing.T) {
	s := bySurges(stepsOf(2, 100, 1, 2, 0, 1), replay.Incident{At: 1, For: 2, Rate: 400})
	s.Workload.Producer.Skew = 2
	r := must(s.Run(context.Background(), replay.Capacity{Shards: 4}, 4))
	for i, want := range [...]float64{100, 400, 400, 0} {
		expect(t, fmt.Sprintf("offered in second %d", i), r.Series.Value.Offered[i], want)
		expect(t, fmt.Sprintf("hottest shard in second %d", i), r.Series.Value.Write[i], want/4*2/1000)
	}
}

// Of parts of the hash keys each gets as much more as all of them do; where nothing
// is written, each as much as it has of the keys.
func TestSurgeOfParts(t *testing.T) {
	flows := func(rates ...float64) (list []replay.Flow) {
		for _, r := range rates {
			list = append(list, replay.Flow{Records: r, Bytes: r})
		}
		return list
	}
	traffic := &replay.Traffic{Steps: []float64{1, 1, 1}, Parts: []replay.Part{
		{
			To:    0.25,
			Flows: flows(30, 30, 0),
		}, {From: 0.25, To: 0.5, Flows: flows(0, 0, 0)}, {From: 0.5, To: 1, Flows: flows(10, 10, 0)}}}
	s := bySurges(traffic, replay.Incident{At: 1, For: 2, Rate: 400})
	r := must(s.Run(context.Background(), replay.Capacity{Shards: 4}, 3))
	// Of four shards the first takes the first part; in the last second each has a quarter.
	for i, want := range [...]struct{ offered, hottest float64 }{{40, 30}, {400, 300}, {400, 100}} {
		expect(t, fmt.Sprintf("offered in second %d", i), r.Series.Value.Offered[i], want.offered)
		expect(t, fmt.Sprintf("hottest shard in second %d", i), r.Series.Value.Write[i], want.hottest/1000)
	}
}

// A surge multiplies the busiest second, too.
func TestSurgeOfBurst(t *testing.T) {
	s := bursts(bySurges(stepsOf(4, 90, 1), replay.Incident{For: 2, Times: 2}), 2.5)
	wantSeconds(t, "times", s, 450, 90, 45, 45) // (4 − 2.5)/3 = ½ of the mean
	s = bursts(bySurges(stepsOf(4, 90, 1), replay.Incident{For: 2, Rate: 180}), 2.5)
	wantSeconds(t, "throughput", s, 450, 90, 45, 45)
}
