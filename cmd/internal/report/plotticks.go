package report

import (
	"math"
	"slices"
	"time"

	"gonum.org/v1/plot"

	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
)

// mostTicks is how many values an axis has room for.
const mostTicks = 6

// every are the ticks of an axis that are a step apart.
func every(from, to, step float64, label func(float64) string) plot.ConstantTicks {
	var ticks plot.ConstantTicks
	for k := math.Ceil(from/step) + 0; k*step <= to*(1+1e-9); k++ { // + 0: no -0
		ticks = append(ticks, plot.Tick{Value: k * step, Label: label(k * step)})
	}
	return ticks
}

// step is the smallest of 1, 2 or 5 times a power of ten that a span has few
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
var clockSteps = []float64{1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, hour, 2 * hour, 3 * hour, 6 * hour, 12 * hour, day}

const (
	hour = 3600.0
	day  = 24 * hour
)

// clockStep is step for a span of time in seconds.
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

// duration names a time on an axis in one unit.
func duration(seconds float64) string {
	units := []struct {
		size float64
		name string
	}{{day, "d"}, {hour, "h"}, {60, "min"}, {1, "s"}}
	for _, u := range units {
		if n := seconds / u.size; seconds >= u.size && n == math.Floor(n) {
			return model.Grouped(n, 0) + " " + u.name
		}
	}
	if seconds >= 1 || seconds == 0 {
		return model.Grouped(seconds, 3) + " s"
	}
	return model.Grouped(1000*seconds, 3) + " ms"
}

// moments are the ticks of a window's time, in seconds since it begins: dates and
// times of day in UTC, or how long it has lasted.
func moments(w *review.ReplayWindow) plot.ConstantTicks {
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
		ticks[i].Value -= begins
	}
	return ticks
}

// scale sets the vertical axis for times that go up to the highest of some values.
// Where the highest and the lowest peak are far apart it is logarithmic, and what
// is too small to be told apart lies at its foot; that is what is returned.
func (p *panel) scale(peaks []float64) (foot float64) {
	const apart = 30
	axis := &p.Y
	lowest, highest, below := math.Inf(1), 0.0, false
	for _, v := range peaks {
		highest, below = max(highest, v), below || v == 0
		if v > 0 {
			lowest = min(lowest, v)
		}
	}
	if highest == 0 {
		highest = 1
	}
	if highest < apart*lowest {
		axis.Min, axis.Max = 0, 1.08*highest
		axis.Tick.Marker = every(0, axis.Max, clockStep(axis.Max), duration)
		return 0
	}
	ticks := decades(lowest, highest)
	axis.Min, axis.Max = ticks[0].Value, 1.5*highest
	if below {
		ticks[0].Label = "< " + ticks[0].Label
	}
	axis.Scale, axis.Tick.Marker = plot.LogScale{}, p.legible(ticks)
	return axis.Min
}

// legible are the ticks of a logarithmic axis without those whose labels would run
// into that of a larger one, or of the foot.
func (p *panel) legible(ticks plot.ConstantTicks) plot.ConstantTicks {
	height := p.body - 2*lineHeight(smallText) - p.X.Tick.Length // above the labels of the other axis
	nearest := math.Log(p.Y.Max/p.Y.Min) * float64(smallText/height)
	foot, above := ticks[0], math.Inf(1)
	var list plot.ConstantTicks
	for _, tick := range slices.Backward(ticks[1:]) {
		if math.Log(above/tick.Value) >= nearest && math.Log(tick.Value/foot.Value) >= nearest {
			list, above = append(list, tick), tick.Value
		}
	}
	list = append(list, foot)
	slices.Reverse(list)
	return list
}

// decades are the ticks of a logarithmic axis of times.
func decades(lowest, highest float64) plot.ConstantTicks {
	steps := []float64{1e-3, 1e-2, 0.1, 1, 10, 60, 600, hour, 6 * hour, day, 7 * day, 30 * day, 365 * day}
	first := 0
	for first+1 < len(steps) && steps[first+1] < lowest {
		first++
	}
	var ticks plot.ConstantTicks
	for _, s := range steps[first:] {
		if s <= 1.5*highest {
			ticks = append(ticks, plot.Tick{Value: s, Label: duration(s)})
		}
	}
	return ticks
}
