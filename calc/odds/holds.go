package odds

import "math"

// Level is some days to come, with how many times their needs are those of the past.
type Level struct{ Days, Times float64 }

// Horizon is the time to come that a count is to hold.
type Horizon []Level

// Days returns a horizon of so many days like those of the past.
func Days(n float64) Horizon { return Horizon{{Days: n, Times: 1}} }

// days returns H.
func (h Horizon) days() (sum float64) {
	for _, l := range h {
		sum += l.Days
	}
	return sum
}

// Holds returns the probability that a number of shards holds a horizon. Where the
// days to come have several levels a is its mean over them: a day at twice the level is
// a day of the past on half of the shards. ok is false if that is not known, for the
// reason that [Odds.Missing] returns; p is then a bound below it, where any day is known.
func (o *Odds) Holds(shards float64, h Horizon) (p float64, ok bool) {
	all := h.days()
	if all <= 0 {
		return 1, true
	}
	if len(o.needs) == 0 {
		return 0, false
	}
	var mean float64
	ok = true
	for _, l := range h {
		a, known := o.above(shards / l.Times)
		mean, ok = mean+a*l.Days/all, ok && known
	}
	return math.Exp(logNone(o.seen, all, mean)), ok
}

// logNone returns the logarithm of the probability that none of H days is above what a
// of T days are:
//
//	Γ(T+H)·Γ(T+a) / (Γ(T)·Γ(T+a+H))
func logNone(seen, ahead, a float64) float64 {
	return logGamma(seen+ahead) + logGamma(seen+a) - logGamma(seen) - logGamma(seen+a+ahead)
}

func logGamma(x float64) float64 {
	y, _ := math.Lgamma(x)
	return y
}
