package fit

import "math"

// rung is one of several estimates of the same places, with the standard error
// of each. What is known nowhere near is NaN.
type rung struct{ value, err []float64 }

// apart is how many standard errors a wider estimate may lie off a narrower one
// before it is taken to smooth over something that is there.
const apart = 5

// widest answers at each place the widest estimate that agrees with all that
// are narrower: |wide − narrow| ≤ 5 standard errors of the narrow one. Rungs go
// from narrow to wide.
// (Lepski, "On a Problem of Adaptive Estimation in Gaussian White Noise", 1990)
func widest(rungs []rung) []float64 {
	out := make([]float64, len(rungs[0].value))
	for i := range out {
		best := 0
		for k := 1; k < len(rungs) && agrees(rungs[:k], rungs[k].value[i], i); k++ {
			best = k
		}
		out[i] = rungs[best].value[i]
	}
	return out
}

func agrees(narrower []rung, value float64, i int) bool {
	for _, r := range narrower {
		if math.Abs(value-r.value[i]) > apart*r.err[i] {
			return false
		}
	}
	return true
}

// smoothed answers the means over so many places on either side, of a circle
// around its end. NaN places do not count.
func (r rung) smoothed(half int, circle bool) rung {
	n := len(r.value)
	out := rung{make([]float64, n), make([]float64, n)}
	for i := range n {
		var sum, squares, count float64
		for j := i - half; j <= i+half; j++ {
			k := (j + n) % n
			if !circle && k != j || math.IsNaN(r.value[k]) {
				continue
			}
			sum += r.value[k]
			squares += r.err[k] * r.err[k]
			count++
		}
		out.value[i], out.err[i] = sum/count, math.Sqrt(squares)/count
	}
	return out
}
