package fit

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/kcalc/kcalc/calc/fit/fittest"
	"github.com/kcalc/kcalc/model"
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
		for _, weeks := range []float64{1, 4, 52} {
			if g := e.Growth.Value.Over(weeks); !e.Growth.Known || g.Direction() != Level {
				t.Errorf("a step after %v days: growth %+v", after, g)
			}
		}
		if len(e.Surges) > 0 {
			t.Errorf("a step after %v days: surges %+v", after, e.Surges)
		}
	}
	s := plants[0].stream(1)
	s.Weekdays = [7]float64{0.7, 1, 1, 1, 1, 1, 0.8}
	s.Steps = []fittest.Step{{At: start.Add(7 * day), Times: 2}}
	e := Fit(s.History(), &limits)
	if e.Growth.Value.Direction() != Level || !has(e.Warnings, "level-step") {
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
