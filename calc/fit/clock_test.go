package fit

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// hoursOf are the hours of made-up days.
func hoursOf(days int, value func(day, hour int) float64) []float64 {
	var hours []float64
	for d := range days {
		for h := range hoursPerDay {
			hours = append(hours, value(d, h))
		}
	}
	return hours
}

// Clocks that are changed at any hour of the window, forth or back, are found to
// some hours: where the curve is flat, nothing shows it. Its levels do not matter.
func TestChangedClocks(t *testing.T) {
	shape := func(h int) float64 {
		return 0.5*math.Sin(2*math.Pi*float64(h)/24) + 0.2*math.Cos(4*math.Pi*float64(h)/24+1)
	}
	for _, later := range []int{1, -1} {
		for at := 24; at < 14*24-24; at += 7 {
			r := rand.New(rand.NewPCG(uint64(at), 8))
			hours := hoursOf(14, func(d, h int) float64 {
				level := 0.3 * float64(d%3)
				if d*24+h >= at {
					h -= later
				}
				return level + shape(h) + 0.01*r.NormFloat64()
			})
			wrong := 0
			lag := clockLags(hours)
			for h := range lag {
				want := 0
				if h >= at {
					want = later
				}
				if lag[h]-lag[0] != want {
					wrong++
				}
			}
			if wrong > 8 {
				t.Errorf("changed by %d at hour %d: %d hours are wrong", later, at, wrong)
			}
		}
	}
}

// Neither noise nor a surge of half a day is a changed clock.
func TestUnchangedClocks(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 9))
		hours := hoursOf(14, func(d, h int) float64 {
			v := 0.5*math.Sin(2*math.Pi*float64(h)/24) + 0.05*r.NormFloat64()
			if d == 5 && h >= 8 && h < 20 {
				v += 0.7
			}
			return v
		})
		for h, lag := range clockLags(hours) {
			if lag != 0 {
				t.Fatalf("seed %d: hour %d has a lag of %d", seed, h, lag)
			}
		}
	}
	if lag := clockLags(make([]float64, 48)); len(lag) != 48 {
		t.Errorf("%d lags of 48 hours", len(lag))
	}
}

// The path is the cheapest of all, by trying them.
func TestCheapestPath(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 10))
	for range 50 {
		costs := make([][len(possibleLags)]float64, 7)
		for h := range costs {
			for k := range possibleLags {
				costs[h][k] = 60 * r.Float64()
			}
		}
		price := func(path []int) float64 {
			total := 0.0
			for h, lag := range path {
				for k := range possibleLags {
					if possibleLags[k] == lag {
						total += costs[h][k]
					}
				}
				if h > 0 && lag != path[h-1] {
					total += changeCost
				}
			}
			return total
		}
		least := math.Inf(1)
		for n := range 2187 { // 3⁷
			path := make([]int, 7)
			for h := range path {
				path[h] = possibleLags[n%3]
				n /= 3
			}
			least = min(least, price(path))
		}
		if got := price(cheapestPath(costs)); math.Abs(got-least) > 1e-9 {
			t.Fatalf("costs %v, the cheapest %v", got, least)
		}
	}
}

// Days begin where the level gives way, at any hour.
func TestDayBegins(t *testing.T) {
	for begin := range hoursPerDay {
		r := rand.New(rand.NewPCG(uint64(begin), 11))
		hours := hoursOf(15, func(d, h int) float64 {
			if h < begin {
				d--
			}
			return 0.3*float64((d*5+7)%7) + 0.02*r.NormFloat64()
		})
		if got := dayStart(hours); got != int64(begin) {
			t.Errorf("%d, want %d", got, begin)
		}
	}
	if got := dayStart(make([]float64, 240)); got != 0 {
		t.Errorf("days that are all alike begin at %d", got)
	}
}

// Neither noise nor surges of hours make days begin at another hour.
func TestDayBeginsAtMidnight(t *testing.T) {
	for seed := range uint64(1000) {
		r := rand.New(rand.NewPCG(seed, 20))
		hours := hoursOf(7, func(d, h int) float64 { return 0.02 * r.NormFloat64() })
		for range r.IntN(3) {
			at := r.IntN(len(hours) - 5)
			for h := at; h < at+5; h++ {
				hours[h]++
			}
		}
		if got := dayStart(hours); got != 0 {
			t.Errorf("seed %d: %d", seed, got)
		}
	}
}

// Hours of the week that depart in both weeks are a pattern, of a weekday with a
// curve of its own; one that departs in one week, or for some hours, is not.
func TestHabits(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 12))
	tl := flat(14, time.Hour, func(at time.Time) float64 { return 1 })
	c := newCalendar(tl, 0)
	e := make([]float64, len(tl.start))
	for i := range e {
		at := tl.startTime(i)
		e[i] = 0.01 * r.NormFloat64()
		switch {
		case at.Weekday() == time.Saturday && at.Hour() >= 10:
			e[i] += 0.4 // both weeks
		case at.Weekday() == time.Tuesday && at.Before(start.Add(7*day)):
			e[i] += 0.4 // one of them
		case at.Weekday() == time.Thursday && at.Hour() < 4:
			e[i] += 0.4 // a surge in each
		}
	}
	w := fitWeeklyPattern(c, e)
	for hour, v := range w {
		want := 0.0
		if hour/24 == int(time.Saturday) && hour%24 >= 10 {
			want = 0.4
		}
		if math.Abs(v-want) > 0.05 {
			t.Errorf("weekday %d, hour %d: %v, want %v", hour/24, hour%24, v, want)
		}
	}
	if w.at(int64(6*86400+9*3600+3599)) != 0 || w.at(int64(6*86400+10*3600)) != w[6*24+10] {
		t.Errorf("a departure reaches beyond its hours: %v, %v", w.at(6*86400+9*3600+3599), w.at(6*86400+10*3600))
	}
	if got, want := w.at(6*86400+12*3600), (w[6*24+11]+w[6*24+12])/2; math.Abs(got-want) > 1e-12 {
		t.Errorf("between two hours: %v, want %v", got, want)
	}
}

// Of three weeks each has to depart: two surges at the same hour are no pattern.
func TestHabitsOfThreeWeeks(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 21))
	tl := flat(21, time.Hour, func(at time.Time) float64 { return 1 })
	c := newCalendar(tl, 0)
	e := make([]float64, len(tl.start))
	for i := range e {
		at := tl.startTime(i)
		e[i] = 0.01 * r.NormFloat64()
		if at.Hour() == 9 && (at.Weekday() == time.Monday || at.Weekday() == time.Friday && at.Before(start.Add(14*day))) {
			e[i] += 0.4
		}
	}
	for hour, v := range fitWeeklyPattern(c, e) {
		want := 0.0
		if hour == int(time.Monday)*24+9 {
			want = 0.4
		}
		if math.Abs(v-want) > 0.05 {
			t.Errorf("weekday %d, hour %d: %v, want %v", hour/24, hour%24, v, want)
		}
	}
}
