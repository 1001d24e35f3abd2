package fit

import (
	"math"
	"slices"
)

// madScale makes the median absolute deviation of normal noise its standard
// deviation: 1 ÷ Φ⁻¹(3/4).
// (Hampel, "The Influence Curve and its Role in Robust Estimation", 1974)
const madScale = 1.482602218505602

// median answers the middle of some numbers, of an even number the mean of the
// two in the middle. It changes their order. There must be one.
func median(x []float64) float64 {
	half := len(x) / 2
	selectNth(x, half)
	if len(x)%2 == 1 {
		return x[half]
	}
	return (x[half] + slices.Max(x[:half])) / 2
}

// medianOr is the median, or what stands for it where there are no numbers.
func medianOr(x []float64, lacking float64) float64 {
	if len(x) == 0 {
		return lacking
	}
	return median(x)
}

// selectNth puts the number that sorting would put at place n there, and those
// that are not larger before it. (Hoare, "Algorithm 65: Find", 1961)
func selectNth(x []float64, n int) {
	for low, high := 0, len(x)-1; low < high; {
		pivot := x[n]
		i, j := low, high
		for i <= j {
			for x[i] < pivot {
				i++
			}
			for pivot < x[j] {
				j--
			}
			if i <= j {
				x[i], x[j] = x[j], x[i]
				i, j = i+1, j-1
			}
		}
		if j < n {
			low = i
		}
		if n < i {
			high = j
		}
	}
}

// spread answers the standard deviation of noise around 0 from the median of its
// sizes: up to half of the numbers can be anything. It changes them. Of none it
// is 0.
func spread(x []float64) float64 { return madScale * medianOr(absolute(x), 0) }

// absolute makes sizes of numbers.
func absolute(x []float64) []float64 {
	for i := range x {
		x[i] = math.Abs(x[i])
	}
	return x
}

// agreed answers what at least half of some departures from 0 go along with: the
// median, of an even number the one of the two in the middle that is nearer to
// 0, and 0 where these lie on either side of it. One week that departs from the
// other does not make a habit. It sorts them. There must be one.
func agreed(x []float64) float64 {
	slices.Sort(x)
	low, high := x[(len(x)-1)/2], x[len(x)/2]
	if low > 0 || high < 0 {
		return math.Copysign(min(math.Abs(low), math.Abs(high)), low)
	}
	return 0
}

// quantile answers the smallest number that at least a share of the numbers do not
// exceed. It changes their order. There must be one.
func quantile(share float64, x []float64) float64 {
	n := max(0, int(math.Ceil(share*float64(len(x))))-1)
	selectNth(x, n)
	return x[n]
}
