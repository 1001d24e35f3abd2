package picture

import (
	"math"
	"slices"
	"time"

	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model/unit"
)

// mostTicks is how many values an axis has room for.
const mostTicks = 6

// every returns the ticks of an axis that are a step apart.
func every(from, to, step float64, label func(float64) string) []tick {
	var ticks []tick
	for k := math.Ceil(from/step) + 0; k*step <= to*(1+1e-9); k++ { // + 0: no -0
		ticks = append(ticks, tick{k * step, label(k * step)})
	}
	return ticks
}

// step returns the smallest of 1, 2 or 5 times a power of ten that a span has few
// enough of.
func step(span float64) float64 {
	size := math.Pow(10, math.Floor(math.Log10(span/mostTicks)))
	for _, times := range []float64{1, 2, 5} {
		if span <= mostTicks*times*size {
			return times * size
		}
	}
	return 10 * size
}

// clockSteps are the steps of a clock, in seconds.
var clockSteps = []float64{
	1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, hour, 2 * hour, 3 * hour, 6 * hour, 12 * hour, day,
}

const (
	hour = 3600.0
	day  = 24 * hour
)

// clockStep returns the step for a span of time in seconds.
func clockStep(span float64) float64 {
	if span <= mostTicks*clockSteps[0] {
		return step(span)
	}
	for _, s := range clockSteps {
		if span <= mostTicks*s {
			return s
		}
	}
	return day * step(span/day)
}

// duration returns a time on an axis, in one unit.
func duration(seconds float64) string {
	units := []struct {
		size float64
		name string
	}{{day, "d"}, {hour, "h"}, {60, "min"}, {1, "s"}}
	for _, u := range units {
		if n := seconds / u.size; seconds >= u.size && n == math.Floor(n) {
			return unit.Grouped(n, 0) + " " + u.name
		}
	}
	if seconds >= 1 || seconds == 0 {
		return unit.Grouped(seconds, 3) + " s"
	}
	return unit.Grouped(1000*seconds, 3) + " ms"
}

// moments returns the ticks of a window's time, in seconds since it begins: dates and
// times of day in UTC, or how long it has lasted.
func moments(w *review.ReplayWindow) []tick {
	step := clockStep(w.Seconds)
	if !w.From.Known {
		return every(0, w.Seconds, step, duration)
	}
	from := w.From.Value.UTC()
	midnight := from.Truncate(24 * time.Hour)
	begins := from.Sub(midnight).Seconds()
	ticks := every(begins, begins+w.Seconds, step, func(seconds float64) string {
		at := midnight.Add(time.Duration(seconds * float64(time.Second)))
		switch {
		case w.Seconds > 360*day:
			return at.Format(time.DateOnly)
		case at.Equal(at.Truncate(24 * time.Hour)):
			return at.Format("Jan 2")
		case step < 60:
			return at.Format(time.TimeOnly)
		}
		return at.Format("15:04")
	})
	for i := range ticks {
		ticks[i].value -= begins
	}
	return ticks
}

// scale sets the vertical axis for times that go up to the highest of some values.
// Where the highest and the lowest peak are far apart it is logarithmic, and what
// is too small to be told apart lies at its foot; that is what is returned.
func (p *panel) scale(peaks []float64) (foot float64) {
	const apart = 30
	axis := &p.y
	lowest, highest := math.Inf(1), 0.0 // of those above 0
	for _, v := range peaks {
		if highest = max(highest, v); v > 0 {
			lowest = min(lowest, v)
		}
	}
	if highest == 0 {
		highest = 1
	}
	if highest < apart*max(lowest, finest) {
		axis.min, axis.max = 0, 1.08*highest
		axis.ticks = every(0, axis.max, clockStep(axis.max), duration)
		return 0
	}
	ticks := decades(lowest, highest)
	axis.min, axis.max = ticks[0].value, 1.5*highest
	if slices.Min(peaks) < ticks[0].value {
		ticks[0].label = "< " + ticks[0].label
	}
	axis.logarithmic, axis.ticks = true, p.legible(ticks)
	return axis.min
}

// legible returns the ticks of a logarithmic axis without those whose labels would run
// into that of a larger one, or of the foot.
func (p *panel) legible(ticks []tick) []tick {
	height := p.height - p.x.height()
	nearest := math.Log(p.y.max/p.y.min) * smallText / height
	foot, above := ticks[0], math.Inf(1)
	var list []tick
	for _, tick := range slices.Backward(ticks[1:]) {
		if math.Log(above/tick.value) >= nearest && math.Log(tick.value/foot.value) >= nearest {
			list, above = append(list, tick), tick.value
		}
	}
	list = append(list, foot)
	slices.Reverse(list)
	return list
}

// finest is the lowest foot of a logarithmic axis of times, in seconds.
const finest = 1e-3

// decades returns the ticks of a logarithmic axis of times.
func decades(lowest, highest float64) []tick {
	steps := []float64{finest, 1e-2, 0.1, 1, 10, 60, 600, hour, 6 * hour, day, 7 * day, 30 * day, 365 * day}
	first := 0
	for first+1 < len(steps) && steps[first+1] < lowest {
		first++
	}
	var ticks []tick
	for _, s := range steps[first:] {
		if s <= 1.5*highest {
			ticks = append(ticks, tick{s, duration(s)})
		}
	}
	return ticks
}
