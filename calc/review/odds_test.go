package review_test

import (
	"context"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
)

// peaks is a history of days whose busiest hour fills so many shards, the rest of the day
// half of one.
func peaks(daily ...float64) *model.History {
	return filling(1440*len(daily), func(minute int) float64 {
		if minute%1440 >= 600 && minute%1440 < 660 {
			return daily[minute/1440]
		}
		return 0.5
	})
}

// likely reviews a history of which nothing is known but its traffic.
func likely(t *testing.T, h *model.History, e *fit.Evidence, declared input.Declaration) review.Review {
	t.Helper()
	w, inputs := workload(t, e, declared)
	return must(review.New(context.Background(),
		&review.Basis{Limits: &limits, History: h, Evidence: e, Inputs: inputs, Tariff: prices()}, &w))
}

// small is evidence of a stream that needs one shard.
func small() *fit.Evidence {
	e := orders()
	peak := e.Peak.Value
	peak.Least, peak.Most, peak.Plan = 500, 500, 500
	e.Peak, e.Average = model.Known(peak), model.Known(fit.Range{Least: 500, Most: 500})
	return e
}

// two weeks whose days need 10 down to 3.5 shards.
var fortnight = []float64{5, 7, 3.5, 10, 4, 6, 9, 3.5, 8, 5, 4, 4.5, 3.5, 4}

// holds is the formula, here once more: shards that two weeks of the needs tell hold so
// many days.
func holds(shards, days float64, needs []float64) float64 {
	sorted := slices.Clone(needs)
	slices.Sort(sorted)
	slices.Reverse(sorted)
	sum := 1.0
	for _, x := range sorted[:5] {
		sum += math.Log(x / sorted[5])
	}
	a := math.Pow(shards/sorted[0], -9/sum)
	if shards < sorted[0] {
		a = 1
		for _, x := range sorted {
			if x > shards {
				a++
			}
		}
	}
	lg := func(x float64) float64 { y, _ := math.Lgamma(x); return y }
	t := float64(len(needs))
	return math.Exp(lg(t+days) + lg(t+a) - lg(t) - lg(t+a+days))
}

// The recommended count is the least that holds the horizon with the confidence.
func TestOddsDecide(t *testing.T) {
	for name, c := range map[string]struct {
		declared         input.Declaration
		days, confidence float64
	}{
		"28 days":    {input.Declaration{}, 28, 0.8},
		"a quarter":  {flags("horizon", "90d"), 90, 0.8},
		"95 %":       {flags("confidence", "95%"), 28, 0.95},
		"a few days": {flags("horizon", "3d", "confidence", "60%"), 3, 0.6},
	} {
		r := likely(t, peaks(fortnight...), small(), c.declared)
		n := r.Shards.Recommended
		if !slices.Equal(r.Binding, []string{review.OddsID}) && c.days > 3 || r.Odds.Value.Least.Value > n {
			t.Errorf("%s: %v decide, %+v", name, r.Binding, r.Odds.Value)
		}
		least := r.Odds.Value.Least.Value
		if holds(float64(least), c.days, fortnight) < c.confidence ||
			holds(float64(least-1), c.days, fortnight) >= c.confidence {
			t.Errorf("%s: %d shards hold with %v", name, least, holds(float64(least), c.days, fortnight))
		}
		for _, chance := range r.Odds.Value.Counts {
			if want := holds(float64(chance.Shards), c.days, fortnight); math.Abs(chance.Holds-want) > 1e-9 || chance.AtLeast {
				t.Errorf("%s: %+v, want %v", name, chance, want)
			}
		}
		if r.Shards.Minimum > n || r.Replay.Value.Fewest.Value != r.Shards.Minimum {
			t.Errorf("%s: %+v, %+v", name, r.Shards, r.Replay.Value)
		}
	}
}

// With a skew of 1.5 and a burst of 1.2 every day needs 1.8 times as much. An event of
// twice the traffic for two days, which lie within the horizon, multiplies its odds. An
// event beyond it does not.
func TestOddsOfWhatIsDeclared(t *testing.T) {
	skewed := likely(t, peaks(fortnight...), small(), flags("producer.skew", "1.5", "producer.burst", "1.2"))
	for i, want := range []float64{10, 9, 8, 7, 6, 5} {
		if got := skewed.Odds.Value.DailyNeeds[i]; math.Abs(got-1.8*want) > 1e-9 {
			t.Errorf("day %d needs %v, want %v", i, got, 1.8*want)
		}
	}
	within := flags("event.factor", "2", "event.from", end.AddDate(0, 0, 3).Format(time.RFC3339), "event.for", "2d")
	r := likely(t, peaks(fortnight...), small(), within)
	for _, chance := range r.Odds.Value.Counts {
		n := float64(chance.Shards)
		if want := holds(n, 28, fortnight) * holds(n/2, 2, fortnight); math.Abs(chance.Holds-want) > 1e-9 {
			t.Errorf("with an event: %+v, want %v", chance, want)
		}
	}
	later := flags("event.factor", "2", "event.from", end.AddDate(0, 0, 29).Format(time.RFC3339), "event.for", "2d")
	usual := likely(t, peaks(fortnight...), small(), input.Declaration{})
	if got := likely(t, peaks(fortnight...), small(), later); got.Shards.Recommended != usual.Shards.Recommended {
		t.Errorf("an event beyond the horizon: %+v, without %+v", got.Shards, usual.Shards)
	}
	declared := likely(t, peaks(fortnight...), small(), flags("producer.average", "400", "producer.peak", "400"))
	if declared.Odds.Known || declared.Shards.Recommended != 1 {
		t.Errorf("declared traffic: %+v, %+v", declared.Odds, declared.Shards)
	}
}

// With a declared growth the days of each week are those of the past on fewer shards.
func TestOddsOfGrowth(t *testing.T) {
	r := likely(t, peaks(fortnight...), small(), flags("growth", "10%/week"))
	n := r.Odds.Value.Least.Value
	sorted := []float64{10, 9, 8, 7, 6, 5}
	sum := 1.0
	for _, x := range sorted[:5] {
		sum += math.Log(x / 5)
	}
	at := func(shards float64) float64 {
		mean := 0.0
		for week := range 4 {
			mean += math.Pow(shards/math.Pow(1.1, float64(week)+0.5)/10, -9/sum) / 4
		}
		lg := func(x float64) float64 { y, _ := math.Lgamma(x); return y }
		return math.Exp(lg(42) + lg(14+mean) - lg(14) - lg(42+mean))
	}
	if r.Growth.Value.Direction != fit.Grows || at(float64(n)) < 0.8 || at(float64(n-1)) >= 0.8 {
		t.Errorf("%d shards hold with %v, one less with %v", n, at(float64(n)), at(float64(n-1)))
	}
}

// What the window's own traffic takes grows as it is stated to: 10 shards to 10·1.3⁴ = 28.6
// in four weeks, whatever the formulas know of it.
func TestGrowthOfTheReplay(t *testing.T) {
	e := small()
	e.Growth = model.Known(fit.Growth{Changes: 9, PerWeek: 0.3, Low: 0.2, High: 0.4})
	daily := make([]float64, 28)
	for i := range daily {
		daily[i] = 10
	}
	r := likely(t, peaks(daily...), e, flags("confidence", "50%"))
	if r.Shards.Minimum != 10 || r.Shards.Recommended < 29 || r.Odds.Value.Least.Value < 29 && r.Shards.Recommended != 29 {
		t.Errorf("%+v, %+v by %v", r.Shards, r.Odds.Value, r.Binding)
	}
	if r.Odds.Value.Least.Value >= 29 {
		t.Fatalf("the odds alone ask for %d", r.Odds.Value.Least.Value)
	}
}

// A rise that is not stated, but stands out, forbids to take shards away that it would use
// up; a rise within the noise does not, nor one that was declared not to go on.
func TestGrowthMayGoOn(t *testing.T) {
	for name, c := range map[string]struct {
		growth   fit.Growth
		declared input.Declaration
		verdict  model.Verdict
	}{
		"level":          {fit.Growth{Changes: 3, PerWeek: 0.01, Spread: 0.1}, input.Declaration{}, model.TooMany},
		"within noise":   {fit.Growth{Changes: 3, PerWeek: 0.1, Spread: 0.3}, input.Declaration{}, model.TooMany},
		"stands out":     {fit.Growth{Changes: 1, PerWeek: 0.59, Spread: 0.3}, input.Declaration{}, model.Undecided},
		"too little":     {fit.Growth{Changes: 3, PerWeek: 0.05, Spread: 0.08}, input.Declaration{}, model.TooMany},
		"does not go on": {fit.Growth{Changes: 1, PerWeek: 0.59, Spread: 0.3}, flags("growth", "0%/week"), model.TooMany},
		"falls":          {fit.Growth{Changes: 1, PerWeek: -0.59, Spread: 0.3}, input.Declaration{}, model.TooMany},
		"stated":         {fit.Growth{Changes: 9, PerWeek: 0.59, Spread: 0.1}, input.Declaration{}, model.TooFew},
	} {
		e := orders()
		e.Growth = model.Known(c.growth)
		r := likely(t, even(), e, c.declared)
		if r.Verdict != c.verdict || slices.Contains(ids(r.Undecided), "growth-may-go-on") != (c.verdict == model.Undecided) {
			t.Errorf("%s: %s, %+v, %v", name, r.Verdict, r.Shards, ids(r.Undecided))
		}
	}
}

// Days that are too few for the confidence do not push anybody to take shards away: that is
// said first. A horizon that they do cover is decided.
func TestFewDaysRemoveNoShards(t *testing.T) {
	for name, c := range map[string]struct {
		days     []float64
		declared input.Declaration
		warns    bool
	}{
		"two days of 28":  {[]float64{3, 3}, flags("current_shards", "10"), true},
		"two days of one": {[]float64{3, 3}, flags("current_shards", "10", "horizon", "1d", "confidence", "50%"), false},
		"a fortnight":     {fortnight, flags("current_shards", "30"), false},
		"too few":         {[]float64{3, 3}, flags("current_shards", "2"), false},
	} {
		r := likely(t, peaks(c.days...), small(), c.declared)
		warned := len(r.Warnings) > 0 && r.Warnings[0].ID == notice.FewerNotSureID
		if warned != c.warns || c.warns && r.Verdict != model.TooMany {
			t.Errorf("%s: %v, %+v", name, r.Verdict, r.Warnings)
		}
	}
}
