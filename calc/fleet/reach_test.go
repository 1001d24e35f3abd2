package fleet_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/fit/fittest"
	"github.com/kcalc/kcalc/calc/fleet"
	"github.com/kcalc/kcalc/calc/fleet/fleettest"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// reached returns the row that the hours of a stream make, and whether its minutes may decide more.
func reached(t testing.TB, h *model.History, declare ...func(*model.Workload)) (row fleet.Row, why string,
	within bool) {
	t.Helper()
	e := fit.Fit(h, &limits)
	w, inputs, err := review.Workload(&limits, &e, input.Declaration{})
	if err != nil {
		t.Fatal(err)
	}
	w.Region, w.Stream = h.Region, h.Stream
	for _, change := range declare {
		change(&w)
	}
	b := review.Basis{Limits: &limits, History: h, Evidence: &e, Inputs: inputs, Tariff: prices()}
	s := &fleet.Subject{Basis: &b, Workload: &w}
	if row, err = fleet.Look(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	why, within = fleet.WithinReach(s, &row)
	if within != (why != "") {
		t.Errorf("%s: %v because of %q", h.Stream, within, why)
	}
	return row, why, within
}

// hourly returns a history as CloudWatch has it by the hour: sums of sums, the highest of maxima.
func hourly(t testing.TB, h *model.History) *model.History {
	t.Helper()
	coarse := *h
	coarse.Series = nil
	for i := range h.Series {
		s := model.Series{SeriesID: h.Series[i].SeriesID}
		m, _ := s.Describe()
		for _, r := range h.Series[i].Runs {
			run := model.Run{Start: r.Start, Period: unit.Duration(time.Hour), Values: make([]float64, len(r.Values)/60)}
			if r.Period != unit.Duration(time.Minute) || len(r.Values)%60 > 0 || m.Statistic == model.Average {
				t.Fatal(r.Period, len(r.Values), m.Statistic)
			}
			for n := range run.Values {
				run.Values[n] = model.MissingValue()
				for _, v := range r.Values[60*n : 60*n+60] {
					switch {
					case !model.IsPoint(v):
					case !model.IsPoint(run.Values[n]):
						run.Values[n] = v
					case m.Statistic == model.Sum:
						run.Values[n] += v
					default:
						run.Values[n] = max(run.Values[n], v)
					}
				}
			}
			s.Runs = append(s.Runs, run)
		}
		coarse.Series = append(coarse.Series, s)
	}
	return &coarse
}

// same holds that the hours of a stream that is left at them say what its minutes say: verdict, shards, what is
// proposed and which consumers are idle.
func same(t testing.TB, what string, hours, minutes fleet.Row) {
	t.Helper()
	a := fleet.Of(&limits, []fleet.Row{hours}, floors(), 0).Streams[0]
	b := fleet.Of(&limits, []fleet.Row{minutes}, floors(), 0).Streams[0]
	if a.Verdict != b.Verdict || a.Provisioned.Shards != b.Provisioned.Shards || a.Proposed.Mode != b.Proposed.Mode ||
		a.Proposed.Shards != b.Proposed.Shards || len(a.FanOut) != len(b.FanOut) {
		t.Errorf("%s: left at hours, %s of %d shards; by the minute %s of %d", what, a.Verdict,
			a.Provisioned.Shards.Value, b.Verdict, b.Provisioned.Shards.Value)
		return
	}
	for i := range a.FanOut {
		if a.FanOut[i].Verdict != b.FanOut[i].Verdict {
			t.Errorf("%s: %+v, by the minute %+v", what, a.FanOut[i], b.FanOut[i])
		}
	}
}

// No verdict that was planted in a fleet is lost where a stream is left at its hours, and the idle ones are.
func TestReachOfMadeFleet(t *testing.T) {
	streams := 195
	if testing.Short() {
		streams = 39
	}
	within, all := map[fleettest.Kind]int{}, map[fleettest.Kind]int{}
	for i := range streams {
		kind, h := fleettest.Stream(1, i, time.Minute)
		hours, _, in := reached(t, hourly(t, h))
		all[kind]++
		if in {
			within[kind]++
			continue
		}
		same(t, fmt.Sprintf("%d, %s", i, kind), hours, looked(t, h, ""))
	}
	for _, kind := range fleettest.Kinds() {
		want := all[kind]
		switch kind {
		case fleettest.Idle, fleettest.NewStream, fleettest.Polled, fleettest.Subscriber, fleettest.Resharded:
			want = 0
		}
		if within[kind] != want && kind != fleettest.OnDemand {
			t.Errorf("%s: %d of %d are within reach, not %d", kind, within[kind], all[kind], want)
		}
	}
}

// small returns a stream of one shard that takes a share of its records in the mean of an hour, and in one minute
// of each hour so many times that.
func small(share, minute float64, mode model.Mode) *model.History {
	s := fittest.Stream{Seed: 7, Start: fleettest.Begin, Rate: 1000 * share, Size: 300, Noise: 0.02, DayNoise: 0.03,
		Parts:     []fittest.Part{{Length: fleettest.Days * 24 * time.Hour, Period: time.Minute}},
		Shards:    fittest.Shards{Count: 1},
		Consumers: fittest.Consumers{Standard: 1}}
	if minute > 1 {
		rest := (60 - minute) / 59 // of the other minutes
		s.Rate *= rest
		for hour := range fleettest.Days * 24 {
			at := s.Start.Add(time.Duration(hour)*time.Hour + 17*time.Minute)
			s.Surges = append(s.Surges, fittest.Surge{Start: at, Length: time.Minute, Times: minute / rest})
		}
	}
	h := s.History()
	h.Stream, h.Region, h.Account = "small", "us-east-1", "123456789012"
	c := &h.Configuration.Value
	c.Mode, c.Shards, c.OpenShards = model.Known(mode), model.Maybe[[]model.Shard]{}, model.Known(1)
	c.Created, c.ClosedShards = model.Known(fleettest.Begin.Add(-400*24*time.Hour)), model.Known(0)
	c.Consumers, c.Functions = model.Known([]model.FanOutConsumer{}), model.Known([]model.Function{})
	return h
}

// Streams of one shard: what is far below any limit is left at its hours, which then say what its minutes
// say, whatever the hours hide up to ten times their mean; what is near it, or was throttled, is not.
func TestReachOfSmallStreams(t *testing.T) {
	for _, c := range []struct {
		share, minute float64
		within        bool
	}{
		{0.005, 1, false}, {0.02, 1, false}, {0.07, 1, false}, {0.15, 1, true}, {0.5, 1, true}, {0.85, 1, true},
		{0.005, 10, false}, {0.02, 10, false}, {0.07, 10, false}, {0.095, 9, true},
		{0.02, 55, true}, // 110 % of the shard: it was throttled
		{0.3, 3, true},
	} {
		for _, mode := range []model.Mode{model.Provisioned, model.OnDemandStandard, model.OnDemandAdvantage} {
			what := fmt.Sprintf("%s at %v, %v times as much in a minute", mode, c.share, c.minute)
			h := small(c.share, c.minute, mode)
			row, why, within := reached(t, hourly(t, h))
			if within != c.within && mode == model.Provisioned {
				t.Errorf("%s: within reach %v (%s), not %v: %s", what, within, why, c.within, row.Verdict)
			}
			if !within {
				same(t, what, row, looked(t, h, ""))
			}
		}
	}
}

// Each rule by itself, on a stream of one shard that takes 2 % of it.
func TestRulesOfReach(t *testing.T) {
	point := func(metric string, value func(hour int) float64) func(*model.History) {
		return func(h *model.History) {
			s := h.Find(model.SeriesID{Level: model.StreamLevel, Metric: metric})
			if s == nil {
				h.Series = append(h.Series, model.Series{SeriesID: model.SeriesID{Level: model.StreamLevel, Metric: metric},
					Runs: []model.Run{{Start: h.From, Period: unit.Duration(time.Hour),
						Values: make([]float64, fleettest.Days*24)}}})
				s = &h.Series[len(h.Series)-1]
			}
			for n := range s.Runs[0].Values {
				s.Runs[0].Values[n] = value(n)
			}
		}
	}
	once := func(hour int) float64 {
		if hour == 100 {
			return 1
		}
		return 0
	}
	configure := func(change func(*model.Configuration)) func(*model.History) {
		return func(h *model.History) { change(&h.Configuration.Value) }
	}
	for name, c := range map[string]struct {
		change func(*model.History)
		why    string
	}{
		"as it is":          {func(*model.History) {}, ""},
		"a throttled write": {point(model.WriteThrottled, once), "writes were throttled"},
		"a throttled read":  {point(model.ReadThrottled, once), "reads were throttled"},
		"a consumer is behind": {point(model.IteratorAge, func(hour int) float64 { return 13 * 3600 * 1000 * once(hour) }),
			"a consumer does not keep up"},
		"falls behind": {point(model.IteratorAge, func(hour int) float64 { return 60_000 * float64(hour) }),
			"the number of shards would change"},
		"an hour behind": {point(model.IteratorAge, func(hour int) float64 { return 3600 * 1000 * once(hour) }), ""},
		"two shards": {configure(func(c *model.Configuration) { c.OpenShards = model.Known(2) }),
			"the number of shards would change"},
		"unknown shards": {configure(func(c *model.Configuration) { c.OpenShards.Known = false }), ""},
		"unknown mode":   {configure(func(c *model.Configuration) { c.Mode.Known = false }), ""},
		"four hours": {func(h *model.History) { *h = *h.Between(h.To.Add(-4*time.Hour), h.To) },
			"its hours do not suffice"},
		"a new consumer": {configure(func(c *model.Configuration) {
			c.Consumers = model.Known([]model.FanOutConsumer{{Name: "audit",
				Created: model.Known(fleettest.Begin.Add(time.Hour))}})
		}), ""},
	} {
		h := hourly(t, small(0.02, 1, model.Provisioned))
		c.change(h)
		if row, why, _ := reached(t, h); why != c.why {
			t.Errorf("%s: %q, not %q: %s (%s)", name, why, c.why, row.Verdict, row.Why)
		}
	}
}

// One partition key of 20 records a second, with a consumer that takes 100: on one shard it keeps up, and at ten times
// that on none, so that no number of shards is one more than today's.
func TestReachOfWhatNoShardsCarry(t *testing.T) {
	oneKey := func(w *model.Workload) { w.Producer.Keys, w.Consumers[0].Speed = 1, 100 }
	row, why, within := reached(t, hourly(t, small(0.02, 1, model.Provisioned)), oneKey)
	if row.Verdict != fleet.Right || !within {
		t.Errorf("%s (%s): %v, %q", row.Verdict, row.Why, within, why)
	}
}
