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

// levelParts is the level of the days, taken apart into trend, weekdays and a smooth
// rest. All are logarithms.
type levelParts struct {
	trend      trend
	trendKnown bool      // there are enough days for a trend
	step       bool      // there is no trend, because the levels make a step
	slope      float64   // of the trend, 0 if its interval includes 0
	weekdays   []float64 // by how much each day of the week departs, Sunday first
	smooth     []float64 // of each day, without noise and weekdays; NaN if it is not known
	endLevel   float64   // at the end of the window
}

// splitLevels takes the levels of the days apart.
func (b *baseline) splitLevels() levelParts {
	var s levelParts
	c := b.calendar
	levels := b.dailyLevels()
	s.trend, s.trendKnown = seasonalTrend(levels)
	if s.trendKnown && s.trend.low*s.trend.high > 0 {
		s.slope = s.trend.slope
	}
	if s.weekdays, s.step = weekdayFactors(c, levels, s.slope); s.step {
		s.slope, s.trendKnown = 0, false
	}
	for d := range levels {
		levels[d] -= s.weekdays[c.weekday(d)] + s.slope*float64(d)
	}
	s.smooth = smoothLevels(estimate{levels, slices.Clone(b.levelErrors)})
	s.endLevel = math.Inf(-1)
	end := float64(c.timeline.to-c.first)/secondsPerDay - 0.5 // a day has its level in the middle
	for d, v := range s.smooth {
		if model.IsPoint(v) {
			s.endLevel = v + s.slope*end
		}
		s.smooth[d] = v + s.slope*float64(d)
	}
	return s
}

// minDayShare is the share of the best-known day that must be known of a day for its
// level to count.
const minDayShare = 0.5

// dailyLevels returns the level of each day, NaN for a day of which too little is
// known.
func (b *baseline) dailyLevels() []float64 {
	t := b.calendar.timeline
	known := make([]float64, b.calendar.days)
	for i := range t.start {
		if model.IsPoint(b.rate[i]) {
			known[b.calendar.day[i]] += t.period[i]
		}
	}
	most := floats.Max(known)
	levels := slices.Clone(b.level)
	for d := range levels {
		if known[d] < minDayShare*most {
			levels[d] = model.MissingValue()
		}
	}
	return levels
}

// smoothLevels returns the levels of days without their noise: at each day the widest
// mean over days that agrees with the narrower ones, up to the mean of all. The
// error of a day is at least the standard deviation from one day to the next ÷ √2,
// as the difference of two days has the noise of both.
func smoothLevels(days estimate) []float64 {
	known := knownValues(days.value)
	if len(known) == 0 {
		return days.value
	}
	steps := make([]float64, len(known)-1)
	floats.SubTo(steps, known[1:], known[:len(known)-1])
	sigma := max(minNoise/10, sigmaAroundZero(centered(steps))/math.Sqrt2)
	for d := range days.err {
		days.err[d] = max(days.err[d], sigma)
	}
	all := estimate{value: make([]float64, len(days.value))}
	floats.AddConst(skippedMean(known, median(slices.Clone(known)), outlierSigmas*sigma), all.value)
	estimates := []estimate{days}
	for _, half := range [...]int{1, 3, 10, 31} {
		estimates = append(estimates, days.movingMean(half, false))
	}
	smooth := widestAgreeing(append(estimates, all))
	for d, v := range days.value {
		if !model.IsPoint(v) {
			smooth[d] = v
		}
	}
	return smooth
}

// centered subtracts the median from each number, and returns x, reordered.
func centered(x []float64) []float64 {
	floats.AddConst(-medianOr(x, 0), x)
	return x
}

// peak returns the highest expected rate, and when it comes: of the daily curves
// within the window, and of those of a week at the level of its end. Without a daily
// curve it is the highest expected rate of a period.
func (b *baseline) peak(s levelParts) (rate float64, at time.Time) {
	if b.dailyCurve == nil {
		slot := floats.MaxIdx(b.expected)
		return b.expected[slot], b.calendar.timeline.startTime(slot)
	}
	best := math.Inf(-1)
	try := func(day int, level, slope float64) {
		weekday := b.calendar.weekday(day)
		height, bin := b.highestBin(weekday, slope)
		if height += level + s.weekdays[weekday]; height > best {
			best = height
			at = b.calendar.binTime(day, bin)
		}
	}
	lastDay := 0
	for d, level := range s.smooth {
		if model.IsPoint(level) {
			try(d, level, 0)
			lastDay = d
		}
	}
	for d := range daysPerWeek {
		try(max(0, lastDay-d), s.endLevel, s.slope)
	}
	return math.Exp(best), at
}

// highestBin returns the highest logarithm of a weekday's curve, and its bin. slope
// is the trend, whose rise within the day is in the curve: it is taken out.
func (b *baseline) highestBin(weekday int, slope float64) (height float64, bin int) {
	height = math.Inf(-1)
	for k := range b.dailyCurve {
		at := (float64(k)+0.5)/float64(b.calendar.bins) - 0.5
		if v := b.logRate(weekday, k) - slope*at; v > height {
			height, bin = v, k
		}
	}
	return height, bin
}

// logRate returns the logarithm of the rate in a bin of a weekday, on a day of usual
// level.
func (b *baseline) logRate(weekday, bin int) float64 {
	second := int64(weekday)*secondsPerDay + int64(bin)*b.calendar.width + b.calendar.width/2
	return b.dailyCurve[bin] + b.weekly.at(second%secondsPerWeek)
}

// describe returns the curve of the day and the week at the level of the end of the
// window. ok is false if there are too few days for one.
func (b *baseline) describe(s levelParts) (out Baseline, ok bool) {
	if b.dailyCurve == nil {
		return out, false
	}
	c := b.calendar
	busiest := floats.MaxIdx(s.weekdays)
	var hours [hoursPerDay][]float64
	for k := range b.dailyCurve {
		hour := (c.first + int64(k)*c.width) % secondsPerDay / secondsPerHour
		hours[hour] = append(hours[hour], math.Exp(b.logRate(busiest, k)+s.endLevel+s.weekdays[busiest]))
	}
	for h, rates := range hours {
		if len(rates) > 0 {
			out.Hours[h] = unit.RecordsPerSecond(stat.Mean(rates, nil))
		} else { // a bin is longer than an hour
			out.Hours[h] = out.Hours[max(0, h-1)]
		}
	}
	for w, departure := range s.weekdays {
		out.Weekdays[w] = math.Exp(departure)
	}
	out.Noise = stat.Mean(b.noise, nil)
	return out, true
}
