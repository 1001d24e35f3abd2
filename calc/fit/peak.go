package fit

import (
	"math"
	"slices"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

// season is how the levels of the days go on, as logarithms.
type season struct {
	trend    trend
	grows    bool      // the trend is known
	step     bool      // it is not, because the levels make a step
	slope    float64   // of the trend, 0 where it may be none
	weekdays []float64 // what each day of the week departs, Sunday first
	levels   []float64 // of the days, without noise and weekdays; NaN where a day is not known
	last     float64   // level that the window ends on
}

// season takes the levels of the days apart.
func (b *baseline) season() season {
	var s season
	c := b.c
	levels := b.dailyLevels()
	s.trend, s.grows = seasonalTrend(levels)
	if s.grows && s.trend.low*s.trend.high > 0 {
		s.slope = s.trend.slope
	}
	if s.weekdays, s.step = weekdayFactors(c, levels, s.slope); s.step {
		s.slope, s.grows = 0, false
	}
	for d := range levels {
		levels[d] -= s.weekdays[c.weekday(d)] + s.slope*float64(d)
	}
	s.levels = smoothLevels(rung{levels, slices.Clone(b.unsure)})
	s.last = math.Inf(-1)
	end := float64(c.t.to-c.first)/secondsPerDay - 0.5 // a day's level is that of its middle
	for d, v := range s.levels {
		if model.IsPoint(v) {
			s.last = v + s.slope*end
		}
		s.levels[d] = v + s.slope*float64(d)
	}
	return s
}

// wholeDay is how much of a day has to be known for its level to count among the
// days', against the day of which the most is known.
const wholeDay = 0.5

// dailyLevels answers the levels of the days that are known, NaN for the others.
func (b *baseline) dailyLevels() []float64 {
	t := b.c.t
	known := make([]float64, b.c.days)
	for i := range t.start {
		if model.IsPoint(b.rate[i]) {
			known[b.c.day[i]] += t.period[i]
		}
	}
	most := floats.Max(known)
	levels := slices.Clone(b.level)
	for d := range levels {
		if known[d] < wholeDay*most {
			levels[d] = model.MissingValue()
		}
	}
	return levels
}

// smoothLevels answers the levels of days without their noise: the widest mean
// over days around each that agrees with the narrower ones. A day is at least as
// unsure as days differ.
func smoothLevels(days rung) []float64 {
	known := points(days.value)
	if len(known) == 0 {
		return days.value
	}
	steps := make([]float64, len(known)-1)
	floats.SubTo(steps, known[1:], known[:len(known)-1])
	sigma := max(leastNoise/10, spread(centered(steps))/math.Sqrt2)
	for d := range days.err {
		days.err[d] = max(days.err[d], sigma)
	}
	all := rung{value: make([]float64, len(days.value))}
	floats.AddConst(skippedMean(known, median(slices.Clone(known)), outlying*sigma), all.value)
	rungs := []rung{days}
	for _, half := range [...]int{1, 3, 10, 31} {
		rungs = append(rungs, days.smoothed(half, false))
	}
	smooth := widest(append(rungs, all))
	for d, v := range days.value {
		if !model.IsPoint(v) {
			smooth[d] = v
		}
	}
	return smooth
}

// centered takes the median out of numbers. It changes their order.
func centered(x []float64) []float64 {
	floats.AddConst(-medianOr(x, 0), x)
	return x
}

// peak answers the highest point of the daily curves within the window, and of
// the curve of the highest weekday at the level that the window ends on; and when
// it is.
func (b *baseline) peak(s season) (rate float64, at time.Time) {
	if b.course == nil {
		slot := highest(b.expected)
		return b.expected[slot], b.c.t.at(slot)
	}
	best := math.Inf(-1)
	try := func(day int, level, slope float64) {
		weekday := b.c.weekday(day)
		height, bin := b.crest(weekday, slope)
		if height += level + s.weekdays[weekday]; height > best {
			best = height
			at = b.c.at(day, bin)
		}
	}
	lastDay := 0
	for d, level := range s.levels {
		if model.IsPoint(level) {
			try(d, level, 0)
			lastDay = d
		}
	}
	for d := range daysPerWeek {
		try(max(0, lastDay-d), s.last, s.slope)
	}
	return math.Exp(best), at
}

// crest answers the logarithm of the highest point of a weekday's course, and its
// bin. A trend within the day is taken out.
func (b *baseline) crest(weekday int, slope float64) (height float64, bin int) {
	height = math.Inf(-1)
	for k := range b.course {
		at := (float64(k)+0.5)/float64(b.c.bins) - 0.5
		if v := b.usual(weekday, k) - slope*at; v > height {
			height, bin = v, k
		}
	}
	return height, bin
}

// usual is the logarithm of the rate at a time of a weekday, at a usual day's
// level.
func (b *baseline) usual(weekday, bin int) float64 {
	second := int64(weekday)*secondsPerDay + int64(bin)*b.c.width + b.c.width/2
	return b.course[bin] + b.habit.at(second%secondsPerWeek)
}

// shape answers the course of the day and the week at the level that the window
// ends on. Not ok: there are too few days to have one.
func (b *baseline) shape(s season) (out Baseline, ok bool) {
	if b.course == nil {
		return out, false
	}
	c := b.c
	busiest := floats.MaxIdx(s.weekdays)
	var hours [hoursPerDay][]float64
	for k := range b.course {
		hour := (c.first + int64(k)*c.width) % secondsPerDay / secondsPerHour
		hours[hour] = append(hours[hour], math.Exp(b.usual(busiest, k)+s.last+s.weekdays[busiest]))
	}
	for h, rates := range hours {
		if len(rates) > 0 {
			out.Hours[h] = unit.RecordsPerSecond(stat.Mean(rates, nil))
		} else { // a bin is longer
			out.Hours[h] = out.Hours[max(0, h-1)]
		}
	}
	for w, departure := range s.weekdays {
		out.Weekdays[w] = math.Exp(departure)
	}
	out.Noise = stat.Mean(b.noise, nil)
	return out, true
}
