package fit

import (
	"math"
	"slices"

	"github.com/kcalc/kcalc/model"
)

// baseline is the usual curve of a rate: for each period the level of its day ×
// the daily curve at its time of day × the weekly pattern of its hour of the week.
// Levels, curve and pattern are natural logarithms, so that the product is a sum.
type baseline struct {
	calendar *calendar
	rate     []float64 // that the baseline was fitted to, a second

	mean  float64 // of rate
	floor float64 // see floorShare

	level       []float64 // of each day against a usual day, as a logarithm
	levelErrors []float64 // standard errors of level, from the noise of its periods
	dailyCurve  []float64 // logarithm of the rate in each bin of a usual day; nil with too few days
	weekly      weeklyPattern
	noise       []float64 // standard deviation of a period's logarithm, in each hour of the day
	sigma       []float64 // the same for each period, at least minNoise
	expected    []float64 // usual rate in each period
	surges      []run     // what stands out of expected
}

const (
	// floorShare × the mean rate is the floor: below it traffic counts as none. It
	// keeps the logarithms of idle periods finite.
	floorShare = 1.0 / 20

	// minDays is on how many days a time of day must be known for a daily curve: the
	// median of three stands above one unusual day.
	minDays = 3

	// surgePasses is how often surges are taken out and the baseline is fitted again. A
	// surge that a larger one hid may show in the next pass.
	surgePasses = 3

	// minNoise is the smallest difference between two logarithms that means anything:
	// 1 %.
	minNoise = 0.01
)

// fitBaseline returns the baseline of a rate, with its surges. It alternates between
// the two: it fits the baseline, finds the surges above it, and fits again without
// them, until the surges stay the same or surgePasses are over. With fewer than
// minDays of a time of day the baseline is a moving median instead (see
// [baseline.fitLocally]), and [baseline.dailyCurve] is nil.
func fitBaseline(t *timeline, rate []float64) *baseline {
	b, x, level, curve := roughBaseline(t, rate)
	if level == nil {
		b.fitLocally(x)
		b.surges = b.findSurges()
		return b
	}
	for range surgePasses {
		b.fitMeans(x, level, curve)
		before := b.surges
		if b.surges = b.findSurges(); slices.Equal(b.surges, before) {
			break
		}
	}
	return b
}

// fitBaselineWithSurges returns the baseline of a rate whose surges are known. The
// least demand is fitted around the surges that the most demand has, so that both
// ends of a range leave out the same periods.
func fitBaselineWithSurges(t *timeline, rate []float64, surges []run) *baseline {
	b, x, level, curve := roughBaseline(t, rate)
	if b.surges = surges; level == nil {
		b.fitLocally(x)
		return b
	}
	b.fitMeans(x, level, curve)
	return b
}

// roughBaseline returns a baseline with calendar and noise, the logarithms x of its
// rate, and a first estimate of the levels of its days and of the daily curve, by
// [medianPolish]. level and curve are nil where too few days are known.
//
// When days begin is looked for once a first curve is known, and the polish is done
// again if it is not midnight in UTC.
func roughBaseline(t *timeline, rate []float64) (b *baseline, x, level, curve []float64) {
	b = &baseline{calendar: newCalendar(t, 0), rate: rate, mean: meanRate(t, rate)}
	b.floor = floorShare * b.mean
	x = b.logs()
	if b.mean == 0 || !b.calendar.timesRecur(x) {
		return b, x, nil, nil
	}
	b.calendar.setClocks(x)
	level, curve = medianPolish(b.calendar, x, b.floor)
	along := b.calendar.perPeriod(curve)
	if begin := dayStart(b.calendar.byHour.medians(func(i int32) float64 { return x[i] - along[i] })); begin != 0 {
		b.calendar = newCalendar(t, begin)
		b.calendar.setClocks(x)
		level, curve = medianPolish(b.calendar, x, b.floor)
	}
	b.setNoise(hourlyNoise(b.calendar, x, level))
	return b, x, level, curve
}

// meanRate returns the mean of a rate over the periods in which it is known, each
// weighted by its length; 0 where it is known nowhere.
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

// logs returns the logarithm of the rate in each period, of the floor where the rate
// is below it, NaN where the rate is not known.
func (b *baseline) logs() []float64 { return logarithms(b.rate, b.floor) }

// departures returns x − the logarithm of the expected rate, for each period. The
// expected rate counts as the floor where it is below it: an idle period does not
// depart from an idle baseline.
func (b *baseline) departures(x []float64) []float64 {
	e := make([]float64, len(x))
	for i := range x {
		e[i] = x[i] - math.Log(max(b.expected[i], b.floor))
	}
	return e
}

// setNoise sets the noise of the hours of the day, and of the periods in them.
func (b *baseline) setNoise(hours []float64) {
	b.noise = hours
	b.sigma = make([]float64, len(b.rate))
	for i := range b.sigma {
		b.sigma[i] = max(hours[b.calendar.timeOfDay(i)/secondsPerHour], minNoise)
	}
}

// exponentials returns eˣ of each number.
func exponentials(x []float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = math.Exp(v)
	}
	return out
}

// logarithms returns the natural logarithm of each number, that of least where a
// number is below it.
func logarithms(x []float64, least float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = math.Log(max(v, least))
	}
	return out
}

// localWindow is how far, in seconds, the moving median looks to either side when
// there are too few days for a daily curve. A surge that is shorter than half of
// both sides together does not move that median.
const localWindow = 2 * secondsPerHour

// fitLocally sets the expected rate of each period to the median of the periods
// within localWindow of it. start is in the order of time, so the two ends of the
// window only move forward: sort.Search for each would cost a factor log n.
func (b *baseline) fitLocally(x []float64) {
	start := b.calendar.timeline.start
	b.expected = make([]float64, len(x))
	low, high := 0, 0
	for i := range x {
		for high < len(x) && start[high] <= start[i]+localWindow {
			high++
		}
		for start[low] < start[i]-localWindow {
			low++
		}
		b.expected[i] = medianOr(knownValues(b.rate[low:high]), model.MissingValue())
	}
	b.setNoise(slices.Repeat([]float64{sigmaAroundZero(knownValues(b.departures(x)))}, hoursPerDay))
}
