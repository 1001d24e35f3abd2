package fit

import (
	"slices"

	"github.com/kcalc/kcalc/model"
)

// localReach is how far around a period its usual rate is looked for, in
// seconds, when there are not enough days to look at the same time of each: a
// surge shorter than half of both sides together does not move the median.
const localReach = 2 * secondsPerHour

// local makes the median of the periods around each what is expected in it.
func (b *baseline) local(x []float64) {
	start := b.c.t.start
	b.expected = make([]float64, len(x))
	low, high := 0, 0
	for i := range x {
		for high < len(x) && start[high] <= start[i]+localReach {
			high++
		}
		for start[low] < start[i]-localReach {
			low++
		}
		b.expected[i] = medianOr(points(b.rate[low:high]), model.MissingValue())
	}
	b.setNoise(slices.Repeat([]float64{spread(points(b.departures(x)))}, hoursPerDay))
}
