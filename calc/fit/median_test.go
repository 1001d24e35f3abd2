package fit

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"
)

// sortedMedian is the median by sorting.
func sortedMedian(x []float64) float64 {
	s := slices.Sorted(slices.Values(x))
	n := len(s)
	return (s[(n-1)/2] + s[n/2]) / 2
}

func TestMedian(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), 1, 60).Draw(t, "x")
		if rapid.Bool().Draw(t, "ties") {
			for i := range x {
				x[i] = math.Round(x[i] / 1e6)
			}
		}
		want := sortedMedian(x)
		if got := median(slices.Clone(x)); got != want {
			t.Fatalf("%v: %v, want %v", x, got, want)
		}
		n := rapid.IntRange(0, len(x)-1).Draw(t, "n")
		selectNth(x, n)
		if x[n] != slices.Sorted(slices.Values(x))[n] || slices.Max(x[:n+1]) != x[n] || slices.Min(x[n:]) != x[n] {
			t.Fatalf("place %d of %v", n, x)
		}
	})
}

func TestMedianOfNothing(t *testing.T) {
	if got := medianOr(nil, 7); got != 7 {
		t.Error(got)
	}
}

// Of normal noise the spread is the standard deviation, and a third of the
// numbers elsewhere do not move it far.
func TestSpread(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	x := make([]float64, 100_001)
	for i := range x {
		x[i] = 3 * r.NormFloat64()
	}
	if got := sigmaAroundZero(slices.Clone(x)); math.Abs(got/3-1) > 0.01 {
		t.Errorf("%v, want 3", got)
	}
	for i := range len(x) / 3 {
		x[i] = 1e9
	}
	if got := sigmaAroundZero(x); got < 3 || got > 6 {
		t.Errorf("%v with outliers", got)
	}
}

// The deviation of few numbers is right in the mean, of three as of many, and one
// that is out of the ordinary does not blow it up.
func TestDeviation(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 3))
	for _, n := range []int{2, 3, 4, 5, 6, 7, 8, 9, 10, 14, 30} {
		const times = 20_000
		var sum float64
		x := make([]float64, n)
		for range times {
			for i := range x {
				x[i] = 5 + 2*r.NormFloat64()
			}
			sum += sigmaAroundMedian(x)
		}
		if got := sum / times; math.Abs(got/2-1) > 0.03 {
			t.Errorf("of %d numbers: %.3f, want 2", n, got)
		}
	}
	if got := sigmaAroundMedian([]float64{1, 2, 1000}); got > 10 {
		t.Errorf("%v with one of three outlying", got)
	}
}

func TestAgreed(t *testing.T) {
	for _, c := range []struct {
		x    []float64
		want float64
	}{
		{[]float64{0.3, 0.1}, 0.1},
		{[]float64{-0.1, -0.3}, -0.1},
		{[]float64{-0.3, 0.1}, 0},
		{[]float64{0.3, 0.1, 0.2}, 0.2},
		{[]float64{0.3, 0, 0}, 0},
		{[]float64{0.4, 0.1, 0.2, 0.3}, 0.2},
		{[]float64{0.5}, 0.5},
	} {
		if got := cautiousMedian(slices.Clone(c.x)); got != c.want {
			t.Errorf("%v: %v, want %v", c.x, got, c.want)
		}
	}
}

// Quantiles are gonum's.
func TestQuantile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-10, 10), 1, 60).Draw(t, "x")
		share := rapid.SampledFrom([]float64{0.1, 0.25, 0.4, 0.5, 0.9, 1}).Draw(t, "share")
		want := stat.Quantile(share, stat.Empirical, slices.Sorted(slices.Values(x)), nil)
		if got := quantile(share, x); got != want {
			t.Fatalf("%v of %v: %v, want %v", share, x, got, want)
		}
	})
}
