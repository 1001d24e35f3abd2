package fit

import (
	"math"
	"slices"

	"github.com/kcalc/kcalc/model"
)

// baseline is what a rate usually is: level of the day × course of the day × what
// the hour of the week departs from it.
type baseline struct {
	c    *calendar
	rate []float64 // what it was fitted to

	mean  float64 // of the rate
	floor float64 // below it there is as good as no traffic

	level    []float64 // of each day against a usual day, logarithm
	unsure   []float64 // standard errors of the levels, as far as their periods tell
	course   []float64 // of a usual day, the logarithm of a rate for each bin; none where there are too few days
	habit    week
	noise    []float64 // of each hour of the day: standard deviation of a period's logarithm
	sigma    []float64 // the same of each period, and not less than leastNoise
	expected []float64 // in each period, a rate
	surges   []run     // that stand out of it
}

const (
	// quiet is the share of the mean rate below which there is as good as no
	// traffic. It keeps the logarithms of idle periods finite.
	quiet = 1.0 / 20

	// leastDays is how often a time of day must be known for its median to stand
	// above one day that was out of the ordinary.
	leastDays = 3

	// rounds is how often surges are taken out before the baseline is fitted again:
	// one that was hidden may stand out then.
	rounds = 3

	// leastNoise is what two periods differ by at least, as a logarithm, before the
	// difference says anything.
	leastNoise = 0.01
)

// fitBaseline answers the baseline of a rate, and its surges. With less than three
// days it is what the rate is around each period, else what it is at its time of
// the day and the week. Surges are taken out, and it is fitted again without them.
func fitBaseline(t *timeline, rate []float64) *baseline {
	b, x, level, course := roughBaseline(t, rate)
	if level == nil {
		b.local(x)
		b.surges = b.findSurges()
		return b
	}
	for range rounds {
		b.refine(x, level, course)
		before := b.surges
		if b.surges = b.findSurges(); slices.Equal(b.surges, before) {
			break
		}
	}
	return b
}

// fitBesides answers the baseline of a rate whose surges are known.
func fitBesides(t *timeline, rate []float64, surges []run) *baseline {
	b, x, level, course := roughBaseline(t, rate)
	if b.surges = surges; level == nil {
		b.local(x)
		return b
	}
	b.refine(x, level, course)
	return b
}

// roughBaseline answers the logarithms of a rate, and the levels of days and the
// course of the day that medians make of them. There are none where too little is
// known.
func roughBaseline(t *timeline, rate []float64) (b *baseline, x, level, course []float64) {
	b = &baseline{c: newCalendar(t, 0), rate: rate, mean: meanRate(t, rate)}
	b.floor = quiet * b.mean
	x = b.logs()
	if b.mean == 0 || !b.c.recurs(x) {
		return b, x, nil, nil
	}
	b.c.setClocks(x)
	level, course = polish(b.c, x, b.floor)
	along := b.c.along(course)
	if begin := dayBegins(b.c.byHour.medians(func(i int32) float64 { return x[i] - along[i] })); begin != 0 {
		b.c = newCalendar(t, begin)
		b.c.setClocks(x)
		level, course = polish(b.c, x, b.floor)
	}
	b.setNoise(noise(b.c, x, level))
	return b, x, level, course
}

// meanRate is the mean over the time that is known, 0 where nothing is.
func meanRate(t *timeline, rate []float64) float64 {
	var came, seconds float64
	for i, r := range rate {
		if model.IsPoint(r) {
			came += r * t.period[i]
			seconds += t.period[i]
		}
	}
	return came / max(seconds, 1)
}

// logs are the logarithms of the rate, of no traffic that of the floor, NaN where
// it is not known.
func (b *baseline) logs() []float64 { return logarithms(b.rate, b.floor) }

// departures answers how far each period lies off what is expected, as a
// logarithm. Where there is as good as no traffic, nothing does.
func (b *baseline) departures(x []float64) []float64 {
	e := make([]float64, len(x))
	for i := range x {
		e[i] = x[i] - math.Log(max(b.expected[i], b.floor))
	}
	return e
}

// setNoise sets the noise of the hours of the day.
func (b *baseline) setNoise(hours []float64) {
	b.noise = hours
	b.sigma = make([]float64, len(b.rate))
	for i := range b.sigma {
		b.sigma[i] = max(hours[b.c.timeOfDay(i)/secondsPerHour], leastNoise)
	}
}

func exponentials(x []float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = math.Exp(v)
	}
	return out
}

// logarithms are those of numbers, or of the least that they are taken for.
func logarithms(x []float64, least float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = math.Log(max(v, least))
	}
	return out
}
