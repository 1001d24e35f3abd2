package fit

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/kcalc/kcalc/calc/fit/fittest"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/modeltest"
)

// Changes of 2 % and 4 % a week and days that are all like the week before but for
// that: the median is e^((ln 1.02 + ln 1.04)/2) − 1 = 3.0 %, σ of days 0.0144 (half of
// them rise by 0.0198, half by 0.0392: 1.4826·0.0097), and
// s² = (2·0.00971² + 2·(0.08² + 0.0144²)) ÷ 3 = 0.00447. Over four weeks t₃ = 3.1824
// times s·√(4 + 16/2) ÷ 4 = 0.0579 is 0.1843 a week.
func TestGrowthByHand(t *testing.T) {
	level := func(at time.Time) float64 {
		switch at.Sub(start) / (7 * day) {
		case 0:
			return 100
		case 1:
			return 102
		}
		return 102 * 1.04
	}
	line := flat(21, time.Hour, level)
	g, ok := line.growth(line.demandRates())
	middle := (math.Log(1.02) + math.Log(1.04)) / 2
	spread := math.Sqrt((2*math.Pow(math.Log(1.04)-middle, 2) +
		2*(0.0064+math.Pow(1.482602218505602*(math.Log(1.04)-middle), 2))) / 3)
	if !ok || g.Changes != 2 || math.Abs(g.PerWeek-math.Expm1(middle)) > 1e-9 || math.Abs(g.Spread-spread) > 1e-6 {
		t.Fatalf("%+v, want %v ± %v", g, math.Expm1(middle), spread)
	}
	four := g.Over(4)
	half := 3.182446305 * spread * math.Sqrt(12) / 4
	if math.Abs(math.Log1p(four.High)-middle-half) > 1e-6 || math.Abs(math.Log1p(four.Low)-middle+half) > 1e-6 ||
		math.Abs(half-0.1843) > 1e-3 {
		t.Errorf("%+v, want ± %v", four, half)
	}
	if two := flat(14, time.Hour, level); true {
		if g, ok := two.growth(two.demandRates()); !ok || g.Changes != 1 || math.Abs(g.PerWeek-0.02) > 1e-9 {
			t.Errorf("two weeks: %+v", g)
		}
	}
	short := flat(12, time.Hour, level)
	if g, ok := short.growth(short.demandRates()); ok {
		t.Errorf("12 days: %+v", g)
	}
}

// A growth that goes on is stated once it stands out of what real streams change from
// week to week: 12 % a week after five weeks, 4 % after half a year; two weeks state
// none, and neither does a stream that stays as it is.
func TestGrowthIsStated(t *testing.T) {
	for _, c := range []struct {
		weeks   int
		perWeek float64
		want    Direction
	}{
		{5, 0.15, Grows}, {26, 0.04, Grows}, {26, -0.04, Falls}, {5, -0.15, Falls},
		{5, 0.03, Level}, {2, 0.5, Level}, {5, 0, Level}, {26, 0, Level},
	} {
		s := usual()
		s.Parts = []fittest.Part{{Length: time.Duration(7*c.weeks) * day, Period: time.Hour}}
		s.Growth = math.Pow(1+c.perWeek, 1./7) - 1
		e := Fit(s.History(), &limits)
		if g := e.Growth.Value.Over(4); !e.Growth.Known || g.Direction() != c.want || math.Abs(g.PerWeek-c.perWeek) > 0.02 {
			t.Errorf("%d weeks of %v: %s, %+v", c.weeks, c.perWeek, g.Direction(), g)
		}
	}
}

// Of random walks whose weekly changes have a standard deviation of 2 to 30 %, the
// interval holds the change of the next week and of the next four in nine cases of ten
// at least.
func TestGrowthOfRandomWalks(t *testing.T) {
	t.Parallel()
	walks := modeltest.Draws(2000)
	for _, ahead := range []int{1, 4} {
		covered := 0
		for seed := range uint64(walks) {
			r := rand.New(rand.NewPCG(seed, 18))
			past := 2 + r.IntN(7)
			drift, spread := 0.1*r.NormFloat64(), 0.02+0.28*r.Float64()
			levels := make([]float64, past+ahead)
			for w := 1; w < len(levels); w++ {
				levels[w] = levels[w-1] + drift + spread*r.NormFloat64()
			}
			noise := math.Sqrt(spread) * 0.3 // restless weeks have restless days
			line := flat(7*past, 6*time.Hour, func(at time.Time) float64 {
				return math.Exp(levels[at.Sub(start)/(7*day)] + noise*r.NormFloat64())
			})
			g, _ := line.growth(line.demandRates())
			g = g.Over(float64(ahead))
			change := math.Expm1((levels[past+ahead-1] - levels[past-1]) / float64(ahead))
			if g.Low <= change && change <= g.High {
				covered++
			}
		}
		if share := float64(covered) / float64(walks); share < 0.9 {
			t.Errorf("%d weeks ahead: %.1f %% are covered", ahead, 100*share)
		}
	}
}

// A peak that grows by 1 % a week fills a capacity of 1.1 times in
// ln 1.1 ÷ ln 1.01 = 9.58 weeks; records or bytes, whichever are full first.
func TestRunsOut(t *testing.T) {
	g := Growth{PerWeek: 0.01, Low: -0.001, High: 0.02}
	peak := model.Throughput{Records: 1000, Bytes: 5000}
	weeks := func(m model.Maybe[time.Time]) float64 { return m.Value.Sub(start).Hours() / (7 * 24) }
	out := g.RunsOut(start, peak, model.Throughput{Records: 1100, Bytes: 9000})
	if math.Abs(weeks(out.Expected)-9.5784) > 1e-3 || math.Abs(weeks(out.Earliest)-4.8131) > 1e-3 || out.Latest.Known {
		t.Errorf("%v, %v, %+v", weeks(out.Expected), weeks(out.Earliest), out.Latest)
	}
	if got, want := g.RunsOut(start, peak, model.Throughput{Records: 9000, Bytes: 5500}), out; math.Abs(
		weeks(got.Expected)-weeks(want.Expected),
	) > 1e-6 {
		t.Errorf("in bytes: %v, want %v", weeks(got.Expected), weeks(want.Expected))
	}
	full := g.RunsOut(start, peak, model.Throughput{Records: 900, Bytes: 9000})
	for _, m := range []model.Maybe[time.Time]{full.Earliest, full.Expected, full.Latest} {
		if !m.Known || !m.Value.Equal(start) {
			t.Errorf("a capacity below the peak: %+v", full)
		}
	}
	if far := g.RunsOut(start, peak, model.Throughput{Records: 1e9, Bytes: 1e9}); far.Expected.Known {
		t.Errorf("beyond ten years: %+v", far)
	}
	if idle := g.RunsOut(start, model.Throughput{}, model.Throughput{Records: 1000, Bytes: 1}); idle.Earliest.Known {
		t.Errorf("of no traffic: %+v", idle)
	}
}

// A trend is carried on for 522 weeks, ten years, and no longer.
func TestRunsOutWithinTenYears(t *testing.T) {
	g := Growth{PerWeek: 0.01, Low: 0.01, High: 0.01}
	for weeks, want := range map[float64]bool{521.9: true, 522.1: false} {
		peak, capacity := model.Throughput{Records: 1, Bytes: 1}, math.Pow(1.01, weeks)
		if got := g.RunsOut(start, peak, model.Throughput{Records: capacity, Bytes: capacity}); got.Expected.Known != want {
			t.Errorf("after %v weeks: %+v", weeks, got)
		}
	}
}
