package cloudwatch

import (
	"fmt"
	"testing"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

var now = time.Date(2026, 11, 22, 12, 34, 56, 0, time.UTC)

// fewest returns the minimum over every a and b, found by trying them all: of calls,
// and of billed metrics among the ways that have so few calls.
func fewest(series, points int) (calls, metrics int) {
	calls = 1 << 60
	for a := 1; a <= min(500, series); a++ {
		for b := 1; b <= points && a*b <= 100_800; b++ {
			cuts := (points + b - 1) / b
			c := (series + a - 1) / a * cuts
			if c < calls || c == calls && series*cuts < metrics {
				calls, metrics = c, series*cuts
			}
		}
	}
	return calls, metrics
}

func seriesOf(n int) []model.SeriesID {
	list := make([]model.SeriesID, n)
	for i := range list {
		list[i] = model.SeriesID{Level: model.ShardLevel, Metric: model.IncomingBytes,
			Owner: fmt.Sprintf("shardId-%012d", i)}
	}
	return list
}

func TestCallsAreTheComputedMinimum(t *testing.T) {
	limits := PublishedLimits()
	for _, series := range []int{1, 10, 500} {
		for _, days := range []int{1, 14, 60, 400} {
			t.Run(fmt.Sprintf("%d series of %d days", series, days), func(t *testing.T) {
				bands, err := limits.Bands(now.AddDate(0, 0, -days), now, now)
				if err != nil {
					t.Fatal(err)
				}
				plan, err := limits.Plan("orders", seriesOf(series), bands)
				if err != nil {
					t.Fatal(err)
				}
				calls, metrics := 0, 0
				for _, b := range bands {
					c, m := fewest(series, b.Points())
					calls, metrics = calls+c, metrics+m
				}
				if len(plan.Calls) != calls || plan.Metrics != metrics {
					t.Errorf("%d calls for %d metrics; the minimum is %d for %d", len(plan.Calls), plan.Metrics, calls,
						metrics)
				}
				if want := unit.USD(metrics) * 100_000; plan.Cost != want { // $0.01 for 1,000, in 1e-10 dollars
					t.Errorf("costs %v, not %v", plan.Cost, want)
				}
				covers(t, plan)
			})
		}
	}
}

// covers holds that the calls ask for every point of every series exactly once,
// and each for no more than CloudWatch answers.
func covers(t *testing.T, plan *Plan) {
	t.Helper()
	for _, band := range plan.Bands {
		asked := make([][]int, len(plan.Series)) // how often each point is
		for i := range asked {
			asked[i] = make([]int, band.Points())
		}
		for _, c := range plan.Calls {
			if n := c.Last - c.First; n < 1 || n > 500 || n*c.Points() > 100_800 {
				t.Errorf("a call asks for %d series of %d points", n, c.Points())
			}
			if c.Period != band.Period {
				continue
			}
			first := int(c.Start.Sub(band.Start) / time.Duration(band.Period))
			for s := c.First; s < c.Last; s++ {
				for i := range c.Points() {
					asked[s][first+i]++
				}
			}
		}
		for s := range asked {
			for i, n := range asked[s] {
				if n != 1 {
					t.Fatalf("series %d: point %d of the %v band is asked for %d times", s, i, band.Period, n)
				}
			}
		}
	}
}

// Numbers worked out by hand for the two windows that people ask for most.
func TestCallsWorkedOut(t *testing.T) {
	limits := PublishedLimits()
	for _, c := range []struct {
		series, points, calls, metrics int
	}{
		{12, 14 * 1440, 3, 12},      // 5 series × 20,160 points are 100,800
		{5, 14 * 1440, 1, 5},        // as many as go into one
		{6, 14 * 1440, 2, 6},        // one too many
		{500, 60, 1, 500},           // an hour of everything
		{501, 60, 2, 501},           // one query too many
		{500, 14 * 1440, 100, 500},  // 10,080,000 points ÷ 100,800
		{1, 100_800, 1, 1},          // exactly one call
		{1, 100_801, 2, 2},          // one point too many: time is cut
		{7, 3 * 14 * 1440, 5, 35},   // 7 × 60,480 points: cutting time in five beats a call for each series
		{16, 24, 1, 16},             // little of everything
		{3, 2 * 100_800 / 3, 2, 6},  // 3 × 67,200: halves of time cost twice, thirds of series would be 3 calls
		{2, 2 * 100_800, 4, 4},      // each in two
		{1000, 100_800, 1000, 1000}, // a call each
	} {
		band := Band{Start: now.Truncate(time.Hour), Period: unit.Duration(time.Minute)}
		band.End = band.Start.Add(time.Duration(c.points) * time.Minute)
		plan, err := limits.Plan("orders", seriesOf(c.series), []Band{band})
		if err != nil {
			t.Fatal(err)
		}
		if len(plan.Calls) != c.calls || plan.Metrics != c.metrics {
			t.Errorf("%d series of %d points: %d calls for %d metrics, not %d for %d", c.series, c.points,
				len(plan.Calls), plan.Metrics, c.calls, c.metrics)
		}
	}
}

func TestNoPlanToAskForNothing(t *testing.T) {
	limits := PublishedLimits()
	band := Band{Start: now.Add(-time.Hour), End: now, Period: unit.Duration(time.Minute)}
	for name, plan := range map[string]func() (*Plan, error){
		"no series": func() (*Plan, error) { return limits.Plan("orders", nil, []Band{band}) },
		"no bands":  func() (*Plan, error) { return limits.Plan("orders", seriesOf(1), nil) },
		"neither":   func() (*Plan, error) { return limits.Plan("orders", seriesOf(0), []Band{}) },
	} {
		if p, err := plan(); err == nil {
			t.Errorf("%s: %v", name, p)
		}
	}
}
