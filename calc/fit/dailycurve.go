package fit

import (
	"math"

	"gonum.org/v1/gonum/dsp/fourier"
	"gonum.org/v1/gonum/floats"
)

// smoothDailyCurve returns the daily curve, as rates, from the mean of each bin of
// so many seconds: at each time the widest moving mean that agrees with the narrower
// ones, or the first harmonics of the whole day if they agree too. So a smooth day
// is averaged widely, and a steep edge is not smoothed away.
func smoothDailyCurve(means estimate, width int64) []float64 {
	estimates := []estimate{means}
	for _, minutes := range [...]int64{2, 7, 20} {
		if half := int(minutes * 60 / width); half > 0 {
			estimates = append(estimates, means.movingMean(half, true))
		}
	}
	if len(means.value) >= hoursPerDay {
		estimates = append(estimates, harmonics(means))
	}
	return widestAgreeing(estimates)
}

// maxHarmonics is how many waves a day the smooth part of the curve has at most.
// What lasts less than an hour is left to the moving means.
const maxHarmonics = 12

// noisePower is the power, in means of the noise's power, that a wave must have to
// count. The power of noise is distributed exponentially: noise alone exceeds five
// times its mean with probability e⁻⁵, once in 148 waves.
const noisePower = 5

// harmonics returns the sum of the waves of a day whose power is above that of
// noise.
// (Schuster, "On the Investigation of Hidden Periodicities", 1898)
func harmonics(means estimate) estimate {
	n := len(means.value)
	fft := fourier.NewFFT(n)
	waves := fft.Coefficients(nil, means.value)
	noise := floats.Dot(means.err, means.err)
	for k := 1; k < len(waves); k++ {
		power := real(waves[k])*real(waves[k]) + imag(waves[k])*imag(waves[k])
		if k > maxHarmonics || power < noisePower*noise {
			waves[k] = 0
		}
	}
	curve := fft.Sequence(nil, waves)
	floats.Scale(1/float64(n), curve)
	return estimate{value: curve}
}

// estimate is one of several estimates of the same series of places, such as bins or
// days, with the standard error of each. A place is NaN where nothing near it is
// known.
type estimate struct{ value, err []float64 }

// agreementErrors is how many standard errors a wider estimate may lie off a
// narrower one. Beyond that it smooths over something that is there.
const agreementErrors = 5

// widestAgreeing returns at each place the widest estimate that agrees with all
// narrower ones: |wide − narrow| ≤ agreementErrors × the standard error of the
// narrow one. The estimates are ordered from narrow to wide.
// (Lepski, "On a Problem of Adaptive Estimation in Gaussian White Noise", 1990)
func widestAgreeing(estimates []estimate) []float64 {
	out := make([]float64, len(estimates[0].value))
	for i := range out {
		best := 0
		for k := 1; k < len(estimates) && agrees(estimates[:k], estimates[k].value[i], i); k++ {
			best = k
		}
		out[i] = estimates[best].value[i]
	}
	return out
}

// agrees reports whether a value at a place lies near enough to all estimates.
func agrees(narrower []estimate, value float64, i int) bool {
	for _, r := range narrower {
		if math.Abs(value-r.value[i]) > agreementErrors*r.err[i] {
			return false
		}
	}
	return true
}

// movingMean returns the mean over half places on either side of each, with its
// standard error. On a circle the first place follows on the last. NaN places do not
// count.
func (r estimate) movingMean(half int, circle bool) estimate {
	n := len(r.value)
	out := estimate{make([]float64, n), make([]float64, n)}
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
