package fit

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/kcalc/kcalc/calc/fit/fittest"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/modeltest"
	"github.com/kcalc/kcalc/model/notice"
	"gonum.org/v1/gonum/stat/distuv"
)

// The trend is the median of all slopes between days of one weekday, by its
// definition; its interval are those of the slopes that Sen's ranks name.
func TestSeasonalTrendAgainstSearch(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 13))
	for _, n := range []int{13, 14, 15, 20, 28, 60, 90} {
		level := make([]float64, n)
		for d := range level {
			level[d] = 0.01*float64(d) + []float64{0, 0, 0, 0, 0, -0.3, -0.4}[d%7] + 0.05*r.NormFloat64()
			if n > 20 && r.Float64() < 0.1 {
				level[d] = none
			}
		}
		var slopes []float64
		var variance float64
		for w := range 7 {
			k := 0.0
			for i := range level {
				if i%7 == w && model.IsPoint(level[i]) {
					k++
				}
			}
			variance += k * (k - 1) * (2*k + 5) / 18
		}
		for i := range level {
			for j := range level {
				if i < j && (j-i)%7 == 0 && model.IsPoint(level[i]) && model.IsPoint(level[j]) {
					slopes = append(slopes, (level[j]-level[i])/float64(j-i))
				}
			}
		}
		slices.Sort(slopes)
		got, ok := seasonalTrend(level)
		if !ok || got.pairs != len(slopes) || math.Abs(got.slope-sortedMedian(slopes)) > 1e-12 {
			t.Errorf("%d days: %+v, want %v of %d", n, got, sortedMedian(slopes), len(slopes))
		}
		rank := (float64(len(slopes)) - 1.959963984540054*math.Sqrt(variance)) / 2
		first := max(1, int(rank))
		if got.low != slopes[first-1] || got.high != slopes[len(slopes)-first] {
			t.Errorf("%d days: from %v to %v, want %v to %v", n, got.low, got.high, slopes[first-1], slopes[len(slopes)-first])
		}
	}
	if _, ok := seasonalTrend(make([]float64, 12)); ok {
		t.Error("12 days have a trend")
	}
	if z := distuv.UnitNormal.Quantile(0.975); math.Abs(z-1.959963984540054) > 1e-9 {
		t.Error(z)
	}
}

// The interval covers the planted trend in at least 93 of 100 histories, whose
// days depart by chance, each by its own: hours of 13 to 60 days.
func TestGrowthComesBack(t *testing.T) {
	t.Parallel()
	histories := modeltest.Draws(2000)
	covered, known := 0, 0
	for seed := range uint64(histories) {
		r := rand.New(rand.NewPCG(seed, 14))
		s := &fittest.Stream{
			Seed: seed, Start: start, Parts: []fittest.Part{{Length: time.Duration(13+r.IntN(48)) * day, Period: time.Hour}},
			Rate: 2000, Size: 200, Noise: 0.05 * r.Float64(), DayNoise: 0.01 + 0.05*r.Float64(),
			Waves:    []fittest.Wave{{PerDay: 1, Amplitude: 0.4, Hour: 24 * r.Float64()}},
			Weekdays: [7]float64{0.6 + 0.4*r.Float64(), 1, 1, 1, 1, 1, 0.6 + 0.4*r.Float64()},
			Growth:   0.02*r.Float64() - 0.005,
		}
		e := Fit(s.History(), &limits)
		g := e.Growth.Value
		if e.Growth.Known {
			known++
		}
		if week := math.Pow(1+s.Growth, 7) - 1; g.Low <= week && week <= g.High {
			covered++
		}
	}
	if share := float64(covered) / float64(histories); share < 0.93 || float64(known) < 0.97*float64(histories) {
		t.Errorf("%.1f %% of the intervals cover the truth, %d of %d are known", 100*share, known, histories)
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

// A level that doubles within the window is a step: no trend, and the peak is that
// of the days since.
func TestStepIsNoTrend(t *testing.T) {
	for _, after := range []float64{5.3, 7, 7.6, 9.2} {
		s := plants[0].stream(1)
		s.Noise = 0.03
		s.Steps = []fittest.Step{{At: start.Add(time.Duration(after * float64(day))), Times: 2}}
		e := Fit(s.History(), &limits)
		if off := float64(e.Peak.Value.Most)/s.Peak() - 1; math.Abs(off) > 0.02 {
			t.Errorf("a step after %v days: the peak is off by %.1f %%", after, 100*off)
		}
		if g := e.Growth; g.Known && g.Value.Low > 0.05 {
			t.Errorf("a step after %v days: growth %+v", after, g.Value)
		}
		if len(e.Surges) > 0 {
			t.Errorf("a step after %v days: surges %+v", after, e.Surges)
		}
	}
	s := plants[0].stream(1)
	s.Weekdays = [7]float64{0.7, 1, 1, 1, 1, 1, 0.8}
	s.Steps = []fittest.Step{{At: start.Add(7 * day), Times: 2}}
	e := Fit(s.History(), &limits)
	if e.Growth.Known || !has(e.Warnings, "level-step") || !has(e.Unknown, "growth-unknown") {
		t.Errorf("growth %+v, warnings %+v", e.Growth, e.Warnings)
	}
}

// has reports whether a list has a warning of an id.
func has(list []notice.Notice, id string) bool {
	return slices.ContainsFunc(list, func(w notice.Notice) bool { return w.ID == id })
}

// Weekdays that depart in both weeks are told, whatever the trend.
func TestWeekdayFactors(t *testing.T) {
	want := []float64{-0.4, 0, 0.1, 0, 0, 0, -0.3} // Sunday first
	for _, slope := range []float64{0, 0.004, -0.02} {
		r := rand.New(rand.NewPCG(1, 15))
		c := newCalendar(flat(21, time.Hour, func(time.Time) float64 { return 1 }), 0)
		level := make([]float64, c.days)
		for d := range level {
			level[d] = slope*float64(d) + want[c.weekday(d)] + 0.002*r.NormFloat64()
		}
		got, step := weekdayFactors(c, level, slope)
		for w, v := range got {
			if math.Abs(v-want[w]) > 0.006 {
				t.Errorf("slope %v, weekday %d: %v, want %v", slope, w, v, want[w])
			}
		}
		if step {
			t.Errorf("slope %v: a step", slope)
		}
	}
	c := newCalendar(flat(5, time.Hour, func(time.Time) float64 { return 1 }), 0)
	if c.weekday(1) != int(time.Monday) || c.weekday(0) != int(time.Sunday) {
		t.Errorf("the first day of the window is weekday %d", c.weekday(1))
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
