package fit

import (
	"math"
	"slices"

	"github.com/kcalc/kcalc/model"
	"gonum.org/v1/gonum/stat"
)

// madScale × the median absolute deviation of normal noise is its standard deviation:
// 1 ÷ Φ⁻¹(3/4).
// (Hampel, "The Influence Curve and its Role in Robust Estimation", 1974)
const madScale = 1.482602218505602

// median returns the middle of some numbers, the mean of the two in the middle if
// their count is even. It reorders x, which must not be empty.
func median(x []float64) float64 {
	half := len(x) / 2
	selectNth(x, half)
	if len(x)%2 == 1 {
		return x[half]
	}
	return (x[half] + slices.Max(x[:half])) / 2
}

// medianOr returns the median of x, or lacking if x is empty. It reorders x.
func medianOr(x []float64, lacking float64) float64 {
	if len(x) == 0 {
		return lacking
	}
	return median(x)
}

// selectNth puts the number that belongs at place n of the sorted x there, and no
// larger ones before it.
// (Hoare, "Algorithm 65: Find", 1961)
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

// sigmaAroundZero returns the standard deviation of noise around 0, from the median
// of its absolute values: up to half of the numbers can be anything. It is 0 for no
// numbers. It changes x.
func sigmaAroundZero(x []float64) float64 { return madScale * medianOr(absolutes(x), 0) }

// absolutes replaces each number by its absolute value, and returns x.
func absolutes(x []float64) []float64 {
	for i := range x {
		x[i] = math.Abs(x[i])
	}
	return x
}

// cautiousMedian returns the departure from 0 that at least half of the numbers
// reach or exceed: the median, or of the two in the middle of an even count the one
// nearer to 0, and 0 if these have different signs. So one week that departs makes
// no pattern of two. It sorts x, which must not be empty.
func cautiousMedian(x []float64) float64 {
	slices.Sort(x)
	low, high := x[(len(x)-1)/2], x[len(x)/2]
	if low > 0 || high < 0 {
		return math.Copysign(min(math.Abs(low), math.Abs(high)), low)
	}
	return 0
}

// quantile returns the smallest number that at least a share of the numbers do not
// exceed. It reorders x, which must not be empty.
func quantile(share float64, x []float64) float64 {
	n := max(0, int(math.Ceil(share*float64(len(x))))-1)
	selectNth(x, n)
	return x[n]
}

// groups lists the places of an array by the group that each belongs to.
type groups struct {
	from   []int32 // where a group's members begin
	places []int32
}

// newGroups returns n groups: group[i] is that of place i, below 0 for none. Members
// of a group keep their order.
func newGroups(group []int32, n int) groups {
	g := groups{from: make([]int32, n+1)}
	for _, k := range group {
		if k >= 0 {
			g.from[k+1]++
		}
	}
	for k := range n {
		g.from[k+1] += g.from[k]
	}
	g.places = make([]int32, g.from[n])
	next := slices.Clone(g.from)
	for i, k := range group {
		if k >= 0 {
			g.places[next[k]] = int32(i)
			next[k]++
		}
	}
	return g
}

// len returns the number of groups.
func (g *groups) len() int { return len(g.from) - 1 }

// members returns the places of group k.
func (g *groups) members(k int) []int32 { return g.places[g.from[k]:g.from[k+1]] }

// medians returns the median of each group's values, without those that are NaN; NaN
// for a group that has no others.
func (g *groups) medians(value func(i int32) float64) []float64 {
	out := make([]float64, g.len())
	var scratch []float64
	for k := range out {
		scratch = scratch[:0]
		for _, i := range g.members(k) {
			if v := value(i); model.IsPoint(v) {
				scratch = append(scratch, v)
			}
		}
		out[k] = medianOr(scratch, model.MissingValue())
	}
	return out
}

// skippedMean returns the mean of the numbers that lie within reach of a center, or
// the center if none does.
func skippedMean(x []float64, center, reach float64) float64 {
	var near []float64
	for _, v := range x {
		if math.Abs(v-center) <= reach {
			near = append(near, v)
		}
	}
	if len(near) == 0 {
		return center
	}
	return stat.Mean(near, nil)
}
