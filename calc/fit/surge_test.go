package fit

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/kcalc/kcalc/calc/fit/fittest"
	"gonum.org/v1/gonum/floats"
	"pgregory.net/rapid"
)

// The stretch with the highest sum is the highest of all stretches, by trying
// them.
func TestHighestSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-5, 5), 1, 30).Draw(t, "x")
		level := rapid.Float64Range(-2, 2).Draw(t, "level")
		sum := func(r run) (sum float64) {
			for _, v := range x[r.from:r.to] {
				sum += v - level
			}
			return sum
		}
		most := 0.0
		for i := range x {
			for j := i; j <= len(x); j++ {
				most = max(most, sum(run{i, j}))
			}
		}
		if got := sum(highestSum(x, level)); math.Abs(got-most) > 1e-9 {
			t.Fatalf("%v: %v, want %v", x, got, most)
		}
	})
}

// The run that stands out most is that of all lengths and places, by trying them.
func TestStandsOut(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 16))
	s := &surgeScan{
		score:   make([]float64, 60),
		sums:    make([]float64, 61),
		lengths: []int{1, 2, 3, 4, 6, 8},
		sigma:   []float64{1, 0.8, 0.6, 0.5, 0.45, 0.4},
	}
	for i := range s.score {
		s.score[i] = r.NormFloat64()
		s.sums[i+1] = s.sums[i] + s.score[i]
	}
	most := 0.0
	for k, n := range s.lengths {
		for i := 5; i+n <= 50; i++ {
			sum := 0.0
			for _, v := range s.score[i : i+n] {
				sum += v
			}
			most = max(most, sum/float64(n)/s.sigma[k])
		}
	}
	if _, got := s.mostProminent(run{5, 50}); math.Abs(got-most) > 1e-12 {
		t.Errorf("%v, want %v", got, most)
	}
}

func TestLengths(t *testing.T) {
	var got []int
	for n := 1; n < 100; n = nextLength(n) {
		got = append(got, n)
	}
	if want := []int{1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestJoined(t *testing.T) {
	got := joinAdjacent([]run{{1, 3}, {3, 5}, {6, 7}, {7, 9}, {20, 21}})
	if want := []run{{1, 5}, {6, 9}, {20, 21}}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// Two surges within ten minutes are two; a surge is told with what was written in
// it; one that the window ends in is cut off.
func TestSurges(t *testing.T) {
	s := plants[1].stream(1)
	s.Rate, s.Size, s.Waves, s.Weekdays = 1000, 500, nil, [7]float64{}
	s.Surges = []fittest.Surge{
		{Start: start.Add(30 * time.Hour), Length: 20 * time.Minute, Times: 2},
		{Start: start.Add(30*time.Hour + 28*time.Minute), Length: 5 * time.Minute, Times: 3},
		{Start: start.Add(5*day - 30*time.Minute), Length: time.Hour, Times: 1.5},
	}
	e := Fit(s.History(), &limits)
	if len(e.Surges) != 3 {
		t.Fatalf("%d surges: %+v", len(e.Surges), e.Surges)
	}
	for i, want := range []struct {
		after, length time.Duration
		times         float64
		cutOff        bool
	}{
		{30*time.Hour + 28*time.Minute, 5 * time.Minute, 3, false},
		{30 * time.Hour, 20 * time.Minute, 2, false},
		{5*day - 30*time.Minute, 30 * time.Minute, 1.5, true},
	} {
		u := e.Surges[i]
		if !u.Start.Equal(start.Add(want.after)) || time.Duration(u.Length) != want.length || u.CutOff != want.cutOff {
			t.Errorf("%d: %+v, want %+v", i, u, want)
		}
		if math.Abs(u.Times/want.times-1) > 0.03 || math.Abs(float64(u.Mean)/(1000*want.times)-1) > 0.03 {
			t.Errorf("%d: %v times, %v on average, want %v times", i, u.Times, u.Mean, want.times)
		}
		if differ(float64(u.Bytes.Value), float64(u.Records)*500) || u.Accepted != u.Records || u.Records < u.Mean ||
			differ(float64(u.Plan), float64(u.Records)) {
			t.Errorf("%d: %+v", i, u)
		}
	}
}

// A day whose level is another than that of the day before does not begin or end
// with a surge, wherever people live; nor does a weekend that has a curve of its
// own have any.
func TestQuietWeekendsHaveNoSurges(t *testing.T) {
	for _, zone := range []time.Duration{0, -6 * time.Hour, 9 * time.Hour} {
		s := plants[0].stream(1)
		s.Noise, s.Zone, s.Weekdays = 0.03, zone, [7]float64{0.4, 1, 1, 1, 1, 1, 0.5}
		if e := Fit(s.History(), &limits); len(e.Surges) > 0 {
			t.Errorf("%s: %+v", zone, e.Surges)
		}
		s.Weekend = []fittest.Wave{{PerDay: 1, Amplitude: 0.3, Hour: 3}}
		if e := Fit(s.History(), &limits); len(e.Surges) > 0 {
			t.Errorf("%s, weekends of their own: %+v", zone, e.Surges)
		}
	}
	s := plants[0].stream(3)
	s.Weekdays = [7]float64{0.7, 1, 1, 1, 1, 1, 0.8}
	s.Weekend = []fittest.Wave{{PerDay: 1, Amplitude: 0.3, Hour: 11}}
	if e := Fit(s.History(), &limits); len(e.Surges) > 0 {
		t.Errorf("much noise: %+v", e.Surges)
	}
}

// Noise that lasts for hours makes no surges.
func TestLastingNoiseHasNoSurges(t *testing.T) {
	for seed := range uint64(20) {
		s := plants[0].stream(2*seed + 1)
		s.Autocorrelation = 0.98
		if e := Fit(s.History(), &limits); len(e.Surges) > 0 {
			t.Errorf("seed %d: %+v", seed, e.Surges)
		}
	}
}

// A few records a minute come by chance: that is no surge, and the peak is not
// below the average.
func TestSparseStream(t *testing.T) {
	for _, perMinute := range []float64{1, 5, 30} {
		r := rand.New(rand.NewPCG(uint64(perMinute*10), 17))
		h := plants[1].stream(1).History()
		for i, run := range h.Find(incomingRecords).Runs {
			for k := range run.Values {
				n := 0.0
				for at := r.ExpFloat64(); at < perMinute; at += r.ExpFloat64() {
					n++
				}
				run.Values[k] = n
				h.Series[0].Runs[i].Values[k] = 100 * n
			}
		}
		e := Fit(h, &limits)
		if len(e.Surges) > 0 || e.Peak.Value.Most < e.Average.Value.Most || e.Peak.Value.Plan > 3*e.Average.Value.Most {
			t.Errorf("%v a minute: peak %+v of %+v, surges %+v", perMinute, e.Peak, e.Average, e.Surges)
		}
	}
}

// differ reports whether two numbers differ by more than their last digits.
func differ(a, b float64) bool { return math.Abs(a-b) > 1e-9*math.Abs(b) }

// A run that was found by its core grows with each pass to what lies above half of
// its height, which is lower each time: 8, then 4.5 above 4, 3.5 above 3.125, 2.6
// above 2.4375. A fourth pass would take in 2 above 1.87.
func TestEdges(t *testing.T) {
	s := &surgeScan{}
	for _, flank := range []struct {
		score float64
		n     int
	}{{0, 40}, {2, 16}, {2.6, 8}, {3.5, 4}, {4.5, 2}, {8, 4}, {4.5, 2}, {3.5, 4}, {2.6, 8}, {2, 16}, {0, 40}} {
		s.score = append(s.score, slices.Repeat([]float64{flank.score}, flank.n)...)
	}
	s.sums = make([]float64, len(s.score)+1)
	floats.CumSum(s.sums[1:], s.score)
	if got, want := s.fitEdges(run{70, 74}, run{0, len(s.score)}), (run{56, 88}); got != want {
		t.Errorf("%v, want %v", got, want)
	}
}

// The longest run that is tried takes twelve hours, to the second, and a quarter of
// its part.
func TestLongestRun(t *testing.T) {
	for _, c := range []struct {
		period  int64
		periods int
		want    int
	}{
		{60, 20_000, 512},
		{300, 4_000, 128},
		{2700, 400, 16}, // 16 × 2,700 s = 12 h
		{2701, 400, 12},
		{3600, 400, 12},
		{3600, 16, 4},
		{3600, 15, 3},
		{3600, 1, 1},
	} {
		tl := &timeline{period: slices.Repeat([]float64{float64(c.period)}, c.periods)}
		s := &surgeScan{sums: make([]float64, c.periods+1), baseline: &baseline{calendar: &calendar{timeline: tl}}}
		s.measureNoise(run{0, c.periods})
		if got := s.lengths[len(s.lengths)-1]; got != c.want {
			t.Errorf("%d periods of %d s: %d, want %d", c.periods, c.period, got, c.want)
		}
	}
}

// A surge is 1.2 times what surrounds it on either side: as many periods as it has,
// ten at least and 120 at most, of which 40 % may be as low.
func TestStandsOutOfItsSurroundings(t *testing.T) {
	at := func(times float64, n int) []float64 { return slices.Repeat([]float64{math.Log(times)}, n) }
	for name, c := range map[string]struct {
		near, far []float64 // on both sides, by how near they are
		times     float64
		length    int
		want      bool
	}{
		"by enough":                     {at(1, 10), at(1, 10), 1.2001, 5, true},
		"not by enough":                 {at(1, 10), at(1, 10), 1.1999, 5, false},
		"of four tenths":                {append(at(1, 4), at(2, 6)...), nil, 1.5, 5, true},
		"not of three tenths":           {append(at(1, 3), at(2, 7)...), nil, 1.5, 5, false},
		"of ten periods":                {at(1, 10), at(2, 100), 1.5, 5, true},
		"not of three":                  {append(at(1, 3), at(2, 7)...), at(1, 100), 1.5, 5, false},
		"of as many as it has":          {at(1, 20), at(2, 100), 1.5, 20, true},
		"not of the nearest ten alone":  {append(at(1, 10), at(2, 40)...), nil, 1.5, 50, false},
		"of a hundred and twenty":       {append(at(2, 72), at(1, 48)...), at(2, 300), 1.5, 200, true},
		"not of more than that":         {append(at(2, 73), at(1, 47)...), at(1, 300), 1.5, 200, false},
		"where nothing is around it":    {nil, nil, 1.3, 5, true},
		"and not where it is below all": {nil, nil, 0.9, 5, false},
	} {
		behind := slices.Concat(c.near, c.far)
		before := slices.Clone(behind)
		slices.Reverse(before)
		s := &surgeScan{departure: slices.Concat(before, at(c.times, c.length), behind), baseline: &baseline{}}
		r := run{len(before), len(before) + c.length}
		if got := s.isSurge(r, run{0, len(s.departure)}); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// Jobs that come every quarter of an hour, every half hour or every hour are part of the
// usual course, at their very minute or a little beside it: no surges, and the peak is
// theirs.
func TestJobsWithinTheHourAreNoSurges(t *testing.T) {
	for _, every := range []time.Duration{15 * time.Minute, 30 * time.Minute, time.Hour} {
		for _, late := range []time.Duration{0, 2 * time.Minute} {
			s := plants[0].stream(1)
			s.Noise = 0.05
			r := rand.New(rand.NewPCG(uint64(every), uint64(late)))
			for at := s.Start; at.Before(s.Start.Add(s.Parts[0].Length)); at = at.Add(every) {
				begins := at.Add(time.Duration(r.Float64() * float64(late)).Truncate(time.Minute))
				s.Surges = append(s.Surges, fittest.Surge{Start: begins, Length: 3 * time.Minute, Times: 4})
			}
			e := Fit(s.History(), &limits)
			highest := 0.0
			for at := s.Start; at.Before(s.Start.Add(24 * time.Hour)); at = at.Add(time.Minute) {
				highest = max(highest, 4*s.Curve(at))
			}
			if off := float64(e.Peak.Value.Plan)/highest - 1; len(e.Surges) > 0 || math.Abs(off) > 0.1 {
				t.Errorf("every %s, late by up to %s: %d surges, a peak off by %.1f %%", every, late, len(e.Surges), 100*off)
			}
		}
	}
}

// An hourly job whose minute moves by five every third day is on no minute of most days, and
// is no surge all the same. One that runs for six hours of one day is one in each hour.
func TestHourlyJobsThatDrift(t *testing.T) {
	for _, c := range []struct {
		from, to int // hours
		surges   int
	}{{0, 14 * 24, 0}, {200, 206, 6}} {
		s := &fittest.Stream{Seed: 4, Start: start, Parts: []fittest.Part{{Length: 14 * day, Period: 5 * time.Minute}},
			Rate: 2000, Size: 500, Noise: 0.05, Waves: []fittest.Wave{{PerDay: 1, Amplitude: 0.2, Hour: 14}}}
		for hour := c.from; hour < c.to; hour++ {
			minute := 5 + 5*(hour/72) // 5, 10, … 25
			s.Surges = append(s.Surges, fittest.Surge{Start: s.Start.Add(time.Duration(hour)*time.Hour +
				time.Duration(minute)*time.Minute), Length: 5 * time.Minute, Times: 10})
		}
		if e := Fit(s.History(), &limits); len(e.Surges) != c.surges {
			t.Errorf("from hour %d to %d: %d surges, want %d", c.from, c.to, len(e.Surges), c.surges)
		}
	}
}

// A launch is in no other day: most points of six hours are far above anything else of the
// month. They are surges, and nothing of them is in the usual peak.
func TestLaunchIsASurge(t *testing.T) {
	for _, noise := range []float64{0.05, 0.3} {
		s := &fittest.Stream{Seed: 3, Start: start, Parts: []fittest.Part{{Length: 30 * 24 * time.Hour, Period: 5 * time.Minute}},
			Rate: 2000, Size: 500, Noise: noise, Waves: []fittest.Wave{{PerDay: 1, Amplitude: 0.4, Hour: 14}}}
		before := Fit(s.History(), &limits)
		launch := s.Start.Add(19*24*time.Hour + 10*time.Hour)
		r := rand.New(rand.NewPCG(5, 7))
		for _, point := range r.Perm(72)[:40] { // of the six hours
			s.Surges = append(s.Surges, fittest.Surge{Start: launch.Add(time.Duration(point) * 5 * time.Minute),
				Length: 5 * time.Minute, Times: 8})
		}
		e := Fit(s.History(), &limits)
		if len(e.Surges) == 0 {
			t.Fatalf("noise %v: no surge", noise)
		}
		for _, u := range e.Surges {
			if u.Start.Before(launch) || u.Start.Add(time.Duration(u.Length)).After(launch.Add(6*time.Hour)) {
				t.Errorf("noise %v: a surge from %s to %s", noise, u.Start, u.Start.Add(time.Duration(u.Length)))
			}
		}
		if usual, was := float64(e.Peak.Value.Plan), float64(before.Peak.Value.Plan); math.Abs(usual/was-1) > 0.02 {
			t.Errorf("noise %v: a peak of %.0f, without the launch %.0f", noise, usual, was)
		}
	}
}
