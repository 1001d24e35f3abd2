package fit

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kcalc/kcalc/calc/fit/fittest"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/modeltest"
)

const day = 24 * time.Hour

var (
	limits = model.PublishedLimits()
	start  = time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC) // a Monday
)

// plant is a class of histories. Which surges can be told from noise depends on
// how much of it there is: a minute that is 1.3 times its surroundings is three
// standard deviations of a noise of 10 %, and among 20,160 minutes thirty are.
// Surges are planted 10 standard deviations high then, and 30 % at the least.
type plant struct {
	name      string
	histories int
	length    time.Duration
	period    time.Duration
	noise     float64
	peak      float64 // what the fitted peak may be off by
}

var plants = [...]plant{
	{"14 days of minutes, noise of 10 %", 300, 14 * day, time.Minute, 0.10, 0.01},
	{"5 days of minutes, noise of 2.5 %", 600, 5 * day, time.Minute, 0.025, 0.01},
	{"15 days of 5 minutes, noise of 5 %", 550, 15 * day, 5 * time.Minute, 0.05, 0.01},
	{"45 days of hours, noise of 2.5 %", 550, 45 * day, time.Hour, 0.025, 0.02},
}

// stream makes the history of a seed: a day of three waves, quiet weekends, and in
// every other one up to four surges of one period to five hours.
func (p *plant) stream(seed uint64) *fittest.Stream {
	r := rand.New(rand.NewPCG(seed, uint64(p.period)))
	s := &fittest.Stream{
		Seed: seed, Start: start, Parts: []fittest.Part{{Length: p.length, Period: p.period}},
		Rate: math.Exp(6 + 4*r.Float64()), Size: math.Exp(4 + 6*r.Float64()), Noise: p.noise,
		Waves: []fittest.Wave{
			{PerDay: 1, Amplitude: 0.3 + 0.3*r.Float64(), Hour: 24 * r.Float64()},
			{PerDay: 2, Amplitude: 0.2 * r.Float64(), Hour: 24 * r.Float64()},
			{PerDay: 3, Amplitude: 0.1 * r.Float64(), Hour: 24 * r.Float64()},
		},
	}
	if seed%3 != 0 {
		s.Weekdays = [7]float64{0.6 + 0.4*r.Float64(), 1, 1, 1, 1, 1, 0.6 + 0.4*r.Float64()}
	}
	if seed%2 == 0 {
		p.addSurges(s, r)
	}
	return s
}

func (p *plant) addSurges(s *fittest.Stream, r *rand.Rand) {
	n := 1 + r.IntN(4)
	periods := int(p.length / p.period)
	longest := int(5 * time.Hour / p.period)
	for i := range n {
		length := int(math.Exp(r.Float64() * math.Log(float64(longest))))
		from := i * periods / n
		at := from + 2*longest + r.IntN(periods/n-4*longest-length)
		u := fittest.Surge{
			Start:  start.Add(time.Duration(at) * p.period),
			Length: time.Duration(length) * p.period,
			Times:  max(1.3, math.Exp(10*p.noise)) * (1 + 0.3*r.ExpFloat64()),
		}
		// A quiet Saturday that begins with a surge goes on where Friday was.
		if u.Start.Equal(u.Start.Truncate(day)) || u.End().Equal(u.End().Truncate(day)) {
			u.Start = u.Start.Add(3 * p.period)
		}
		s.Surges = append(s.Surges, u)
	}
}

// What was planted comes back: every surge with its length within a period, the
// peak of the curve, the highest period exactly; and no surge that was not.
func TestPlantedParametersComeBack(t *testing.T) {
	var calm, extra atomic.Int64
	t.Run("of", func(t *testing.T) {
		for _, p := range plants {
			t.Run(p.name, func(t *testing.T) {
				t.Parallel()
				for seed := range uint64(modeltest.Draws(p.histories)) {
					s := p.stream(seed)
					h := s.History()
					e := Fit(h, &limits)
					more := checkSurges(t, fmt.Sprintf("seed %d", seed), s, e.Surges, p.period)
					if len(s.Surges) == 0 {
						calm.Add(1)
						extra.Add(int64(more))
					}
					checkHighest(t, seed, h, &e)
					if off := float64(e.Peak.Value.Most)/s.Peak() - 1; math.Abs(off) > p.peak {
						t.Errorf("seed %d: the peak is off by %.2f %%", seed, 100*off)
					}
				}
			})
		}
	})
	if calm.Load() != 1000 && !testing.Short() || extra.Load() > 1 {
		t.Errorf("%d surges in %d histories without one", extra.Load(), calm.Load())
	}
}

// checkSurges sees to it that every planted surge was found, and returns how many
// were found besides.
func checkSurges(t *testing.T, name string, s *fittest.Stream, found []Surge, period time.Duration) (extra int) {
	t.Helper()
	used := map[int]bool{}
	for _, u := range s.Surges {
		hit := -1
		for i, f := range found {
			if f.Start.Before(u.End()) && u.Start.Before(f.Start.Add(time.Duration(f.Length))) {
				hit = i
				used[i] = true
			}
		}
		if hit < 0 {
			t.Errorf("%s: the surge of %.2f times for %s at %s was not found", name, u.Times, u.Length, u.Start)
			continue
		}
		if d := time.Duration(found[hit].Length) - u.Length; d < -period || d > period {
			t.Errorf(
				"%s: the surge of %.2f times for %s at %s is %s long, it says",
				name,
				u.Times,
				u.Length,
				u.Start,
				time.Duration(found[hit].Length),
			)
		}
	}
	return len(found) - len(used)
}

// checkHighest looks for the highest period by itself.
func checkHighest(t *testing.T, seed uint64, h *model.History, e *Evidence) {
	t.Helper()
	highest := model.Point{Period: 1}
	for p := range h.Find(incomingRecords).Points() {
		if p.Rate() > highest.Rate() {
			highest = p
		}
	}
	if b := e.Busiest.Value.Accepted; !b.Start.Equal(highest.Time) ||
		float64(b.Accepted) != highest.Value/time.Duration(highest.Period).Seconds() {
		t.Errorf("seed %d: the busiest period is %+v, want %+v", seed, b, highest)
	}
}

// A surge of 1.3 times within a noise of 10 % is found when it lasts for a quarter
// of an hour or more. Its edges cannot be told to the minute each time.
func TestLowSurgesInMuchNoise(t *testing.T) {
	const histories = 40
	near, total := 0, 0
	for seed := range uint64(histories) {
		p := plants[0]
		s := p.stream(2*seed + 1)
		r := rand.New(rand.NewPCG(seed, 3))
		for i := range 3 {
			s.Surges = append(s.Surges, fittest.Surge{
				Start:  start.Add(time.Duration(5*i+1)*day + time.Duration(r.IntN(20*60))*time.Minute), // three weekdays
				Length: time.Duration(15+r.IntN(200)) * time.Minute,
				Times:  1.3,
			})
		}
		e := Fit(s.History(), &limits)
		for _, u := range s.Surges {
			total++
			found := false
			for _, f := range e.Surges {
				if f.Start.Before(u.End()) && u.Start.Before(f.Start.Add(time.Duration(f.Length))) {
					found = true
					if d := time.Duration(f.Length) - u.Length; d.Abs() <= time.Minute {
						near++
					}
				}
			}
			if !found {
				t.Errorf("seed %d: %+v was not found", seed, u)
			}
		}
	}
	if share := float64(near) / float64(total); share < 0.8 {
		t.Errorf("%.0f %% of the lengths are within a minute", 100*share)
	}
}

// With growth and a week in which no two days are alike there is more to estimate
// from the same points: the peak is within 1.5 %, and mostly within 1 %.
func TestPeakOfAGrowingStream(t *testing.T) {
	const histories = 100
	near := 0
	for seed := range uint64(histories) {
		r := rand.New(rand.NewPCG(seed, 4))
		s := plants[0].stream(2*seed + 1)
		s.Growth = 0.012*r.Float64() - 0.004
		if seed%2 == 0 {
			for w := range s.Weekdays {
				s.Weekdays[w] = 0.8 + 0.3*r.Float64()
			}
		}
		e := Fit(s.History(), &limits)
		off := math.Abs(float64(e.Peak.Value.Most)/s.Peak() - 1)
		if off > 0.025 {
			t.Errorf("seed %d: the peak is off by %.2f %%", seed, 100*off)
		}
		if off <= 0.01 {
			near++
		}
	}
	if near < 0.94*histories {
		t.Errorf("%d of %d peaks are within 1 %%", near, histories)
	}
}
