package fit

import (
	"gonum.org/v1/gonum/dsp/fourier"
	"gonum.org/v1/gonum/floats"
)

// smoothDay answers the course of the day from what each bin says: the widest
// mean around each time that agrees with the narrower ones, or the harmonics of
// the whole day. Steep edges stay where they are.
func smoothDay(means rung, width int64) []float64 {
	rungs := []rung{means}
	for _, minutes := range [...]int64{2, 7, 20} {
		if half := int(minutes * 60 / width); half > 0 {
			rungs = append(rungs, means.smoothed(half, true))
		}
	}
	if len(means.value) >= hoursPerDay {
		rungs = append(rungs, harmonics(means))
	}
	return widest(rungs)
}

// mostHarmonics is how many waves a day the smooth part of its course has, at
// most: what lasts less than an hour is for the means around it.
const mostHarmonics = 12

// byChance is how many times its mean the power of a wave is in noise at most:
// above it once in e⁵ = 148 times.
const byChance = 5

// harmonics answers the waves that the course of a day is made of: those whose
// power is more than noise gives.
// (Schuster, "On the Investigation of Hidden Periodicities", 1898)
func harmonics(means rung) rung {
	n := len(means.value)
	fft := fourier.NewFFT(n)
	waves := fft.Coefficients(nil, means.value)
	noise := floats.Dot(means.err, means.err)
	for k := 1; k < len(waves); k++ {
		power := real(waves[k])*real(waves[k]) + imag(waves[k])*imag(waves[k])
		if k > mostHarmonics || power < byChance*noise {
			waves[k] = 0
		}
	}
	course := fft.Sequence(nil, waves)
	floats.Scale(1/float64(n), course)
	return rung{value: course}
}
