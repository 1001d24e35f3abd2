package fit

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/kcalc/kcalc/calc/fit/fittest"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/modeltest"
	"github.com/kcalc/kcalc/model/unit"
)

// bursting is a stream of some hours whose minutes each have a second that is so
// much busier, second by second through its shards.
func bursting(seed uint64) *fittest.Stream {
	r := rand.New(rand.NewPCG(seed, 18))
	shards := 1 + r.IntN(4)
	size := math.Exp(4 + 5*r.Float64())
	most := float64(shards) * min(1000, float64(unit.MiB)/size)
	s := &fittest.Stream{
		Seed: seed, Start: start, Parts: []fittest.Part{{Length: 6 * time.Hour, Period: time.Minute}},
		Rate: most * (0.3 + 0.6*r.Float64()), Size: size, Noise: 0.1 * r.Float64(),
		Waves:  []fittest.Wave{{PerDay: 4, Amplitude: 0.5 * r.Float64(), Hour: 24 * r.Float64()}},
		Shards: fittest.Shards{Count: shards, Burst: 1 + 3*r.ExpFloat64(), Retry: r.Float64()},
	}
	s.Shards.Burst = min(s.Shards.Burst, 20)
	if seed%3 == 0 { // what a surge leaves behind is sent again in the minute after it
		s.Surges = []fittest.Surge{{Start: start.Add(2 * time.Hour), Length: 10 * time.Minute, Times: 1 + 4*r.Float64()}}
	}
	return s
}

// The burst factor is never above the truth, whatever is throttled and sent again.
// Where minutes of many rates are throttled it is not far below.
func TestBurstIsNeverAboveTheTruth(t *testing.T) {
	t.Parallel()
	histories := modeltest.Draws(2000)
	known, near := 0, 0
	for seed := range uint64(histories) {
		s := bursting(seed)
		e := Fit(s.History(), &limits)
		if !e.Burst.Known {
			continue
		}
		known++
		b := e.Burst.Value
		if float64(b.Factor) > s.Shards.Burst*(1+1e-9) || b.Factor <= 1 || b.Minutes < 1 || b.Shards != s.Shards.Count {
			t.Errorf("seed %d: %+v, planted %v", seed, b, s.Shards.Burst)
		}
		if float64(b.Factor) > 0.7*s.Shards.Burst {
			near++
		}
	}
	if known < histories/2 || near < known/4 {
		t.Errorf("%d of %d known, %d near the truth", known, histories, near)
	}
}

// Two shards of 1,000 records/s each, of which 1,250 come in the mean of a minute
// that was throttled, prove a burst of 2,000/1,250 = 1.6; bytes prove more, but the
// metric does not say which limit threw. The quiet minute counts as an average one.
func TestBounds(t *testing.T) {
	h := history(6,
		series(incoming, minutes(0, minute, 60_000, 72_000, 60_000, 30_000, 6_000, 60_000)),
		series(model.IncomingBytes, minutes(0, minute, 6e6, 7.2e6, 6e6, 3e6, 6e5, 6e6)),
		series(model.WriteThrottled, minutes(0, minute, 0, 3_000, 0, 0, 3_000, 0)))
	h.Configuration = model.Known(
		model.Configuration{
			OpenShards: model.Known(2),
			Shards:     model.Known([]model.Shard{{ID: "shardId-0"}, {ID: "shardId-1"}}),
		},
	)
	tl := newTimeline(h)
	got := map[int]float64{}
	tl.burstBounds(tl.flow, &limits, 2, func(slot int, factor float64) { got[slot] = factor })
	mean := (60_000. + 75_000 + 60_000 + 30_000 + 9_000 + 60_000) / 360
	if len(got) != 2 || differ(got[1], 2000/1250.) || differ(got[4], 2000/mean) {
		t.Errorf("%v, want %v and %v", got, 1.6, 2000/mean)
	}
	if b := tl.burst(&limits, model.Known(Skew{Factor: 1.25})); b.Minutes != 2 ||
		differ(float64(b.Factor), 2000/mean/1.25) {
		t.Errorf("with a hot shard: %+v, want %v", b, 2000/mean/1.25)
	}
	e := Fit(h, &limits)
	if !e.Burst.Known || !has(e.Warnings, "burst-or-hot-shard") || e.ThrottledRecords.Total != 6000 ||
		e.ThrottledRecords.Periods != 2 ||
		e.ThrottledRecords.Worst.Value.Count != 3000 {
		t.Errorf("%+v, %+v", e.Burst, e.ThrottledRecords)
	}
}

// What does not prove a burst: a minute after one that was above the limits, whose
// records come again; an hour; shards whose number is not known, or that changed.
func TestNoProof(t *testing.T) {
	throttled := func(period unit.Duration) *model.History {
		h := history(4*int(period/minute),
			series(incoming, minutes(0, period, 60_000, 60_000, 60_000, 60_000)),
			series(model.IncomingBytes, minutes(0, period, 6e6, 6e6, 6e6, 6e6)),
			series(model.WriteThrottled, minutes(0, period, 0, 0, 1, 0)))
		h.Configuration = model.Known(
			model.Configuration{
				OpenShards: model.Known(2),
				Shards:     model.Known([]model.Shard{{ID: "shardId-0"}, {ID: "shardId-1"}}),
				Mode:       model.Known(model.Provisioned),
			},
		)
		return h
	}
	if e := Fit(throttled(minute), &limits); !e.Burst.Known || math.Abs(float64(e.Burst.Value.Factor)-2) > 1e-4 {
		t.Errorf("a proof: %+v", e.Burst)
	}
	for name, change := range map[string]func(h *model.History){
		"after a surge": func(h *model.History) { h.Series[0].Runs[0].Values[1] = 200_000 },
		"after a gap": func(h *model.History) {
			h.Series = h.Series[:3]
			h.Series[0].Runs[0].Values[1], h.Series[1].Runs[0].Values[1], h.Series[2].Runs[0].Values[1] = none, none, none
		},
		"unknown shards": func(h *model.History) { h.Configuration.Value.OpenShards.Known = false },
		"resharded": func(h *model.History) {
			h.Configuration.Value.Shards = model.Known([]model.Shard{{ID: "shardId-000000000002"}, {ID: "shardId-000000000003"}})
		},
		"on demand":     func(h *model.History) { h.Configuration.Value.Mode = model.Known(model.OnDemandStandard) },
		"not throttled": func(h *model.History) { h.Series[2].Runs[0].Values[2] = 0 },
		"five minutes":  func(h *model.History) { *h = *throttled(five) },
	} {
		h := throttled(minute)
		change(h)
		e := Fit(h, &limits)
		if e.Burst.Known || !has(e.Unknown, "burst-unknown") {
			t.Errorf("%s: %+v", name, e.Burst)
		}
		d := e.Declaration(nil)
		if _, ok := d.Settings["producer.burst"]; ok {
			t.Errorf("%s: the draft has a burst", name)
		}
	}
}

// Shards that were never split or merged are numbered from 0 on.
func TestResharded(t *testing.T) {
	for _, c := range []struct {
		ids  []string
		want bool
	}{
		{nil, false},
		{[]string{"shardId-000000000001", "shardId-000000000000"}, false},
		{[]string{"shardId-000000000000", "shardId-000000000002"}, true},
		{[]string{"shardId-000000000002", "shardId-000000000003"}, true},
		{[]string{"other"}, true}, // nobody knows
	} {
		var shards []model.Shard
		for _, id := range c.ids {
			shards = append(shards, model.Shard{ID: id})
		}
		if got := resharded(&model.Configuration{Shards: model.Known(shards)}); got != c.want {
			t.Errorf("%v: %v", c.ids, got)
		}
	}
	if !resharded(&model.Configuration{}) {
		t.Error("shards that are not known were never split")
	}
}

// Points of two minutes prove nothing, as a surge may be shorter; and a burst is at
// most sixty, when all of a minute comes in one of its seconds.
func TestBoundsOfBursts(t *testing.T) {
	throttled := func(period unit.Duration, records float64) *timeline {
		n := period.Seconds() / 60
		h := history(int(6*n),
			series(incoming, minutes(0, period, n*records, n*records, n*records, n*records, n*records, n*records)),
			series(model.IncomingBytes, minutes(0, period, n*records, n*records, n*records, n*records, n*records, n*records)),
			series(model.WriteThrottled, minutes(0, period, 0, 0, 0, n, 0, 0)))
		h.Configuration = model.Known(model.Configuration{OpenShards: model.Known(2)})
		return newTimeline(h)
	}
	for name, c := range map[string]struct {
		period  unit.Duration
		records float64
		minutes int
		factor  unit.Factor
	}{
		"minutes":        {minute, 59_999, 1, 2},
		"two minutes":    {2 * minute, 59_999, 0, 1},
		"a second of it": {minute, 60, 1, 60},
	} {
		b := throttled(c.period, c.records).burst(&limits, model.Maybe[Skew]{})
		if b.Minutes != c.minutes || differ(float64(b.Factor), float64(c.factor)) {
			t.Errorf("%s: %+v, want %v of %d", name, b, c.factor, c.minutes)
		}
	}
}
