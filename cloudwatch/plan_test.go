package cloudwatch

import (
	"fmt"
	"testing"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

var now = time.Date(2026, 11, 22, 12, 34, 56, 0, time.UTC)

// tried returns the least of metrics billed, and of calls among the ways that bill so few, found
// by trying all ways to cut the points of each series, each series in its own way: the parts
// that have the same place and length go together into calls, as many as fit.
func tried(series, points, queries, most int) (calls, metrics int) {
	calls, metrics = 1<<60, 1<<60
	ways := cuts(points, most)
	chosen := make([]int, series)
	for {
		together, parts := map[[2]int]int{}, 0
		for _, way := range chosen {
			for at, from := 0, 0; at < len(ways[way]); at++ {
				together[[2]int{from, ways[way][at]}]++
				from += ways[way][at]
				parts++
			}
		}
		made := 0
		for part, n := range together {
			made += (n + min(queries, most/part[1]) - 1) / min(queries, most/part[1])
		}
		if parts < metrics || parts == metrics && made < calls {
			calls, metrics = made, parts
		}
		next := 0
		for next < series {
			if chosen[next]++; chosen[next] < len(ways) {
				break
			}
			chosen[next] = 0
			next++
		}
		if next == series {
			return calls, metrics
		}
	}
}

// cuts returns all ways to cut points into parts that are not longer than most.
func cuts(points, most int) [][]int {
	if points == 0 {
		return [][]int{nil}
	}
	var all [][]int
	for first := 1; first <= min(points, most); first++ {
		for _, rest := range cuts(points-first, most) {
			all = append(all, append([]int{first}, rest...))
		}
	}
	return all
}

// orders asks for so many series of a stream.
func orders(series int) []Ask { return []Ask{{"orders", seriesOf(series)}} }

// minutes returns a band of so many minutes.
func minutes(points int) Band {
	start := now.Truncate(time.Hour)
	return Band{start, start.Add(time.Duration(points) * time.Minute), unit.Duration(time.Minute)}
}

// Every small case, against all ways that there are.
func TestPlanIsTheLeastOfAllWays(t *testing.T) {
	for most := 1; most <= 6; most++ {
		for queries := 1; queries <= 4; queries++ {
			limits := PublishedLimits()
			limits.Points.Value, limits.Queries.Value = most, queries
			for series := 1; series <= 4; series++ {
				for points := 1; points <= 7; points++ {
					if series == 4 && points > 3 || series == 3 && points > 6 {
						continue // takes seconds
					}
					plan, err := limits.Plan(orders(series), []Band{minutes(points)})
					if err != nil {
						t.Fatal(err)
					}
					calls, metrics := tried(series, points, queries, most)
					if len(plan.Calls) != calls || plan.Metrics != metrics {
						t.Errorf("%d series of %d points, %d and %d a call: %d calls for %d metrics, tried: %d for %d",
							series, points, queries, most, len(plan.Calls), plan.Metrics, calls, metrics)
					}
					covers(t, plan, &limits)
				}
			}
		}
	}
}

func seriesOf(n int) []model.SeriesID {
	list := make([]model.SeriesID, n)
	for i := range list {
		list[i] = model.SeriesID{Level: model.ShardLevel, Metric: model.IncomingBytes,
			Owner: fmt.Sprintf("shardId-%012d", i)}
	}
	return list
}

// The calls of streams of eight and of eleven series, in turn, are the closed form for each band,
// and a single one is a fleet of one.
func TestCallsAreTheComputedMinimum(t *testing.T) {
	limits := PublishedLimits()
	hours := limits.AtLeast(unit.Duration(time.Hour))
	for name, l := range map[string]*Limits{"finest": &limits, "hours": &hours} {
		for _, streams := range []int{1, 10, 1000} {
			for _, days := range []int{1, 14, 60, 400} {
				bands, err := l.Bands(now.AddDate(0, 0, -days), now, now)
				if err != nil {
					t.Fatal(err)
				}
				asks, series := fleet(streams)
				plan, err := l.Plan(asks, bands)
				if err != nil {
					t.Fatal(err)
				}
				calls := 0
				for _, b := range bands {
					wide := min(500, 100_800/b.Points())
					calls += (series + wide - 1) / wide
				}
				if metrics := series * len(bands); len(plan.Calls) != calls || plan.Metrics != metrics {
					t.Errorf("%s, %d streams, %d days: %d calls for %d metrics; the minimum is %d for %d", name, streams,
						days, len(plan.Calls), plan.Metrics, calls, metrics)
				}
				if want := unit.USD(plan.Metrics) * 100_000; plan.Cost != want { // $0.01 for 1,000, in 1e-10 dollars
					t.Errorf("costs %v, not %v", plan.Cost, want)
				}
				if streams < 1000 {
					covers(t, plan, l)
				}
			}
		}
	}
}

// fleet asks for streams of eight and of eleven series, in turn.
func fleet(streams int) (asks []Ask, series int) {
	for i := range streams {
		asks = append(asks, Ask{model.Name(fmt.Sprintf("s%d", i)), seriesOf(8 + 3*(i%2))})
		series += len(asks[i].Series)
	}
	return asks, series
}

// Under the limits that AWS publishes no part of a window has more points than a call: every metric
// is billed once for each part, whatever the window.
func TestNoBandIsCut(t *testing.T) {
	limits := PublishedLimits()
	for days := 1; days <= 455; days++ {
		bands, err := limits.Bands(now.AddDate(0, 0, -days), now, now)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range bands {
			if b.Points() > limits.Points.Value {
				t.Errorf("%d days: %d points of %s", days, b.Points(), b.Period)
			}
		}
	}
}

// covers holds that the calls ask for every point of every series exactly once,
// and each for no more than CloudWatch answers.
func covers(t *testing.T, plan *Plan, limits *Limits) {
	t.Helper()
	for _, band := range plan.Bands {
		asked := make([][]int, plan.series()) // how often each point is
		for i := range asked {
			asked[i] = make([]int, band.Points())
		}
		for _, c := range plan.Calls {
			if n := c.Last - c.First; n < 1 || n > limits.Queries.Value || n*c.Points() > limits.Points.Value {
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
		{7, 3 * 14 * 1440, 7, 7},    // 60,480 points: five calls of all would bill each metric five times
		{16, 24, 1, 16},             // little of everything
		{3, 2 * 100_800 / 3, 3, 3},  // 67,200: halves of time would be two calls for six metrics
		{2, 2 * 100_800, 4, 4},      // each in two full ones
		{10, 120_960, 12, 20},       // 100,800 alone, and 20,160 of five together
		{1000, 100_800, 1000, 1000}, // a call each
	} {
		plan, err := limits.Plan(orders(c.series), []Band{minutes(c.points)})
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
	for name, plan := range map[string]func() (*Plan, error){
		"no streams": func() (*Plan, error) { return limits.Plan(nil, []Band{minutes(60)}) },
		"no series":  func() (*Plan, error) { return limits.Plan(orders(0), []Band{minutes(60)}) },
		"no bands":   func() (*Plan, error) { return limits.Plan(orders(1), nil) },
		"neither":    func() (*Plan, error) { return limits.Plan(orders(0), []Band{}) },
	} {
		if p, err := plan(); err == nil {
			t.Errorf("%s: %v", name, p)
		}
	}
}
