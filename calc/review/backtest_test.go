package review_test

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// backtested is a backtest of a history that says nothing but its traffic.
func backtested(t *testing.T, h *model.History, q review.BacktestRequest) (review.Backtest, error) {
	t.Helper()
	e := fit.Fit(h, &limits)
	return review.NewBacktest(context.Background(), &review.Basis{Limits: &limits, History: h, Evidence: &e, Tariff: prices()},
		flags("region", "us-east-1", "producer.record_size", "100"), q)
}

// Ten days at 10 shards, with hours of noise, and then five at 13, of which one has 16: the
// recommendation is one of the first ten days alone, and the replay of the rest judges it.
func TestBacktestOfOneSplit(t *testing.T) {
	daily := func(minute int) float64 {
		if minute%1440 >= 600 && minute%1440 < 660 {
			return []float64{8, 7.5, 7, 6.5, 8, 6, 7, 6, 7.2, 7.7, 9, 9, 16, 9, 9}[minute/1440]
		}
		return 3
	}
	h := filling(15*1440, daily)
	got, err := backtested(t, h, review.BacktestRequest{Split: unit.Fraction(2.0 / 3)})
	if err != nil || len(got.Windows) != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	w := got.Windows[0]
	if !w.Split.Equal(end.Add(-5*day)) || !w.To.Equal(end) || w.Needed != model.Known(16) {
		t.Errorf("%+v", w)
	}
	rows := map[string]review.BacktestRow{}
	for _, r := range w.Rows {
		rows[r.Rule] = r
	}
	seen := h.Between(h.From, end.Add(-5*day))
	e := fit.Fit(seen, &limits)
	want := likely(t, seen, &e, flags("region", "us-east-1", "producer.record_size", "100", "horizon", "5d"))
	if r := rows[review.RuleRecommended]; r.Shards.Value != want.Shards.Recommended || r.Holds != (r.Shards.Value >= 16) ||
		math.Abs(r.Said.Value-holds(float64(r.Shards.Value), 5, []float64{8, 7.5, 7, 6.5, 8, 6, 7, 6, 7.2, 7.7})) > 1e-9 {
		t.Errorf("%+v, want %+v", r, want.Shards)
	}
	// Above 10 shards are 6 of 16 for an hour; the records are 3 shards for 24 h and what is above.
	if r := rows[review.RuleBusiest]; r.Shards.Value != 10 || r.Holds || math.Abs(r.Throttled-6./(5*3*23+4*9+16)) > 1e-9 {
		t.Errorf("%+v, want 10 shards and %v", r, 6./(5*3*23+4*9+16))
	}
	if r := rows[review.RuleMinimum]; r.Shards.Value != 8 || r.Holds {
		t.Errorf("%+v", r)
	}
	if r := rows[review.RuleOnDemand]; r.Shards.Known || !r.Holds || r.Said.Known {
		t.Errorf("%+v", r)
	}
}

// Windows move along by a week, as far as they fit; over them the rules are counted, and the
// counts whose odds are within a tenth.
func TestBacktestOfWindows(t *testing.T) {
	h := filling(42*1440, func(minute int) float64 {
		if minute%1440 < 60 {
			return 4 + float64(minute/1440%5)
		}
		return 2
	})
	got, err := backtested(t, h, review.BacktestRequest{Seen: 14 * unit.Day, Ahead: 14 * unit.Day})
	if err != nil || len(got.Windows) != 3 {
		t.Fatalf("%d windows, %v", len(got.Windows), err)
	}
	for i, w := range got.Windows {
		if from := h.From.Add(time.Duration(i) * week); !w.From.Equal(from) || w.To.Sub(w.From) != 28*day {
			t.Errorf("%+v", w)
		}
	}
	for _, s := range got.Summary {
		held := map[string]int{review.RuleRecommended: 3, review.RuleMinimum: 3, review.RuleBusiest: 3, review.RuleOnDemand: 3}
		if s.Windows != 3 || s.Held != held[s.Rule] || s.Ratio.Known == (s.Rule == review.RuleOnDemand) ||
			s.Rule == review.RuleBusiest && s.Ratio.Value != 10./8 {
			t.Errorf("%+v", s)
		}
	}
	counted := 0
	for _, b := range got.Bins {
		if counted += b.Count; b.Said < b.From || b.Said > b.To || b.Held < 0 || b.Held > 1 {
			t.Errorf("%+v", b)
		}
	}
	if counted < 3*10 {
		t.Errorf("%d counts", counted)
	}
	if _, err := backtested(t, h, review.BacktestRequest{Seen: 40 * unit.Day, Ahead: 14 * unit.Day}); err == nil {
		t.Error("a window longer than the history")
	}
}

// Days are those of the zone: in UTC and New York the hours at 22:00 and 23:00 UTC are of one
// day; in Berlin the second is of the next.
func TestDaysOfAZone(t *testing.T) {
	h := filling(10*1440, func(minute int) float64 {
		switch minute % 1440 / 60 {
		case 22:
			return 3 + float64(minute/1440)
		case 23:
			return 3.5 + float64(minute/1440)
		}
		return 1
	})
	for name, second := range map[string]float64{"UTC": 11.5, "Europe/Berlin": 12, "America/New_York": 11.5} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		w, inputs := workload(t, small(), input.Declaration{})
		r := must(review.New(context.Background(), &review.Basis{Limits: &limits, History: h, Evidence: small(), Inputs: inputs,
			Tariff: prices(), Zone: zone}, &w))
		if got := r.Odds.Value; math.Abs(got.DaysSeen-10) > 1e-9 || got.DailyNeeds[0] != 12.5 || got.DailyNeeds[1] != second {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// An event is played at its time of the week within the history, and declared growth as it
// will be when the horizon ends: 1.1⁴ = 1.4641 times.
func TestReplayOfWhatIsAhead(t *testing.T) {
	h := filling(14*1440, func(int) float64 { return 2 })
	run := func(declared input.Declaration) review.ReplayReport {
		w, inputs := workload(t, small(), declared)
		return must(review.Replay(context.Background(), &review.Basis{Limits: &limits, History: h, Evidence: small(),
			Inputs: inputs}, &w, &review.ReplayRequest{Mode: model.Provisioned, Auto: true, Writes: review.Wait}))
	}
	if r := run(input.Declaration{}); r.Fewest != model.Known(2) || len(r.WhatIf) != 0 || !r.Candidates[0].Odds.Known {
		t.Errorf("nothing ahead: %+v, %+v", r.Fewest, r.Candidates[0].Odds)
	}
	if r := run(flags("growth", "10%/week")); r.Fewest != model.Known(3) {
		t.Errorf("growth: %+v", r.Fewest)
	}
	r := run(flags("event.factor", "3", "event.from", end.Add(17*day).Format(time.RFC3339), "event.for", "2d"))
	if r.Fewest != model.Known(6) || len(r.WhatIf) != 1 || r.WhatIf[0].At != (14+17-21)*86400 || r.WhatIf[0].For != 2*86400 {
		t.Errorf("an event: %+v, %+v", r.Fewest, r.WhatIf)
	}
}

// Of 14 days at 2 and one at 20, no count is both safe and cheap, nor where one takes 4.2, of
// which the odds ask for more than twice 2, nor where they are 2 and 8 in turn; of days that
// are alike one is. On-demand mode is told beside it.
func TestNoSafeCount(t *testing.T) {
	daily := make([]float64, 15)
	for i := range daily {
		daily[i] = 2
	}
	alike := likely(t, peaks(daily...), small(), input.Declaration{})
	daily[7] = 20
	wild := likely(t, peaks(daily...), small(), input.Declaration{})
	daily[7] = 4.2
	outlier := likely(t, peaks(daily...), small(), input.Declaration{})
	for i := range daily {
		daily[i] = []float64{2, 8}[i%2]
	}
	restless := likely(t, peaks(daily...), small(), input.Declaration{})
	for name, c := range map[string]struct {
		r    review.Review
		want bool
	}{"alike": {alike, false}, "wild": {wild, true}, "outlier": {outlier, true}, "restless": {restless, true}} {
		found := false
		for _, id := range ids(c.r.Warnings) {
			found = found || id == "no-safe-count"
		}
		if found != c.want {
			t.Errorf("%s: %v", name, ids(c.r.Warnings))
		}
	}
}
