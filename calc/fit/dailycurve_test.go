package fit

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Where noise is all there is, the widest estimate is taken; a step stays where it
// is.
func TestWidest(t *testing.T) {
	const n, sigma = 100, 0.1
	r := rand.New(rand.NewPCG(1, 5))
	days := estimate{make([]float64, n), make([]float64, n)}
	for i := range n {
		days.value[i], days.err[i] = 1+sigma*r.NormFloat64(), sigma
		if i >= 50 {
			days.value[i] += 3
		}
	}
	smooth := widestAgreeing([]estimate{days, days.movingMean(2, false), days.movingMean(10, false)})
	for i, v := range smooth {
		want, off := 1.0, 0.12
		if i >= 50 {
			want = 4
		}
		if d := math.Abs(float64(i) - 49.5); d < 3 {
			off = 0.7 // hardly smoothed beside the step
		} else if d < 10 {
			off = 0.35
		}
		if math.Abs(v-want) > off {
			t.Errorf("place %d: %v, want %v", i, v, want)
		}
	}
}

// Means over neighbours, by hand: of a row, of a circle, and beside a gap; their
// standard errors are those of means.
func TestSmoothed(t *testing.T) {
	r := estimate{[]float64{1, 2, 6, 3}, []float64{1, 1, 2, 1}}
	same(t, "row", r.movingMean(1, false).value, 1.5, 3, 11./3, 4.5)
	same(t, "circle", r.movingMean(1, true).value, 2, 3, 11./3, 10./3)
	same(t, "errors", r.movingMean(1, false).err, math.Sqrt2/2, math.Sqrt(6)/3, math.Sqrt(6)/3, math.Sqrt(5)/2)
	same(t, "gap", estimate{[]float64{1, none, 3}, []float64{1, 1, 1}}.movingMean(1, false).value, 1, 2, 3)
}

// Harmonics are those of Fourier's sums, by their definition, as far as they stand
// out of noise.
func TestHarmonics(t *testing.T) {
	const n = 288
	r := rand.New(rand.NewPCG(1, 6))
	means := estimate{make([]float64, n), make([]float64, n)}
	for k := range n {
		x := 2 * math.Pi * float64(k) / n
		means.value[k] = 10 + 3*math.Cos(x-1) + math.Cos(4*x) + 0.5*math.Cos(20*x) + 0.1*r.NormFloat64()
		means.err[k] = 0.1
	}
	got := harmonics(means).value
	for k := range n {
		want := 0.0
		for _, wave := range []int{0, 1, 4} { // twenty a day are too many
			var a, b float64
			for j, v := range means.value {
				x := 2 * math.Pi * float64(wave) * float64(j) / n
				a, b = a+v*math.Cos(x), b+v*math.Sin(x)
			}
			x := 2 * math.Pi * float64(wave) * float64(k) / n
			part := 2 * (a*math.Cos(x) + b*math.Sin(x)) / n
			if wave == 0 {
				part /= 2
			}
			want += part
		}
		if math.Abs(got[k]-want) > 1e-9 {
			t.Fatalf("place %d: %v, want %v", k, got[k], want)
		}
	}
}

// flat is a timeline of so many days whose rates a function says, for tests of
// what is beneath the answer.
func flat(days int, period time.Duration, rate func(at time.Time) float64) *timeline {
	run := model.Run{Start: start, Period: unit.Duration(period)}
	for i := range int(time.Duration(days) * day / period) {
		run.Values = append(run.Values, rate(run.Time(i))*period.Seconds())
	}
	return newTimeline(&model.History{From: start, To: run.End(), Series: []model.Series{series(incoming, run)}})
}

// Levels and a curve that were put together come apart again, with a third of one
// day's hours a hundred times too high and another day dead for ten hours.
func TestPolish(t *testing.T) {
	level := []float64{0.3, -0.2, 0, 0.1, -0.1, 0.5, 0}
	tl := flat(7, time.Minute, func(at time.Time) float64 {
		rate := 1000 * math.Exp(
			level[at.YearDay()-start.YearDay()],
		) * (1 + 0.5*math.Sin(2*math.Pi*float64(at.Hour()*60+at.Minute())/1440))
		switch {
		case at.YearDay()-start.YearDay() == 2 && at.Hour() < 8:
			return 100 * rate
		case at.YearDay()-start.YearDay() == 4 && at.Hour() < 10:
			return 0
		}
		return rate
	})
	c := newCalendar(tl, 0)
	b := &baseline{rate: tl.records, floor: 1}
	got, curve := medianPolish(c, b.logs(), b.floor)
	for d, want := range level {
		if math.Abs(got[d+1]-want) > 1e-9 { // the first day of a calendar is before the window
			t.Errorf("day %d: %v, want %v", d, got[d+1], want)
		}
	}
	for k, v := range curve {
		if want := math.Log(1000 * (1 + 0.5*math.Sin(2*math.Pi*float64(k)/1440))); math.Abs(v-want) > 1e-9 {
			t.Fatalf("minute %d: %v, want %v", k, v, want)
		}
	}
}

// Noise is measured by the hour: at night, where there is more of it, and by day.
// A surge of one day does not show.
func TestNoise(t *testing.T) {
	for _, days := range []int{3, 5, 14} {
		r := rand.New(rand.NewPCG(1, 7))
		tl := flat(days, time.Minute, func(at time.Time) float64 {
			sigma, times := 0.02, 1.0
			if at.Hour() < 6 {
				sigma = 0.2
			}
			if at.Day() == start.Day()+1 && at.Hour() >= 20 {
				times = 2
			}
			return 1000 * times * math.Exp(sigma*r.NormFloat64())
		})
		c := newCalendar(tl, 0)
		got := hourlyNoise(c, (&baseline{rate: tl.records, floor: 1}).logs(), make([]float64, c.days))
		for h, sigma := range got {
			want, off := 0.02, 0.25
			if h < 6 {
				want = 0.2
			}
			if h >= 20 {
				off = 3 / float64(days-2) // one of a few days
			}
			if math.Abs(sigma/want-1) > off {
				t.Errorf("%d days, hour %d: %v, want %v", days, h, sigma, want)
			}
		}
	}
}

// A stream without noise counts as one whose periods vary by one per cent.
func TestLeastNoise(t *testing.T) {
	tl := flat(1, time.Hour, func(time.Time) float64 { return 1 })
	b := baseline{calendar: newCalendar(tl, 0), rate: tl.records}
	b.setNoise(make([]float64, hoursPerDay))
	for i, sigma := range b.sigma {
		if sigma != 0.01 {
			t.Errorf("period %d: %v", i, sigma)
		}
	}
}

// A run of 1-minute points on a coarser one's day has the same curve: the mean
// over the bins.
func TestAlong(t *testing.T) {
	tl := newTimeline(&model.History{From: start, To: start.Add(3 * day), Series: []model.Series{series(incoming,
		model.Run{Start: start, Period: 60 * minute, Values: make([]float64, 24)},
		model.Run{Start: start.Add(day), Period: minute, Values: make([]float64, 2*1440)})}})
	c := newCalendar(tl, 0)
	curve := make([]float64, c.bins)
	for k := range curve {
		curve[k] = math.Log(1 + float64(k))
	}
	got := c.perPeriod(curve)
	for h := range 24 {
		var sum float64
		for k := h * 60; k < (h+1)*60; k++ {
			sum += 1 + float64(k)
		}
		if want := math.Log(sum / 60); math.Abs(got[h]-want) > 1e-12 {
			t.Errorf("hour %d: %v, want %v", h, got[h], want)
		}
	}
	if got[24+100] != curve[100] {
		t.Errorf("minute 100: %v, want %v", got[24+100], curve[100])
	}
	sums := exponentialSums(curve)
	if got, want := circularSum(sums, 1430, 20), 1431.*10+45+55; math.Abs(got-want) > 1e-6 { // 1431…1440, 1…10
		t.Errorf("around midnight: %v, want %v", got, want)
	}
	if got, want := circularSum(sums, 0, 2*1440), 2*sums[1439]; math.Abs(got/want-1) > 1e-12 {
		t.Errorf("two days: %v, want %v", got, want)
	}
}
