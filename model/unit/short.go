package unit

import (
	"math"
	"strconv"
	"time"
)

// Short returns the size to three digits, for a column of measured ones: "1.24 MiB".
func (b Bytes) Short() string {
	for _, u := range byteUnits[:3] {
		if b >= u.size {
			return threeDigits(float64(b/u.size)) + " " + u.names[0]
		}
	}
	return threeDigits(float64(b)) + " B"
}

// Short returns the bandwidth to three digits.
func (b BytesPerSecond) Short() string { return Bytes(b).Short() + "/s" }

// Short returns the throughput to three digits.
func (r RecordsPerSecond) Short() string { return threeDigits(float64(r)) + " records/s" }

// Short returns the duration to about a thousandth, in the unit that suits it.
func (d Duration) Short() string {
	switch t := time.Duration(d); {
	case t >= 24*time.Hour:
		return Duration(t.Round(time.Hour)).String()
	case t >= time.Hour:
		return Duration(t.Round(time.Minute)).String()
	case t >= time.Minute:
		return Duration(t.Round(time.Second)).String()
	case t >= time.Second:
		return threeDigits(t.Seconds()) + "s"
	default:
		return threeDigits(float64(t)/float64(time.Millisecond)) + "ms"
	}
}

// Elapsed returns a time in seconds as Short does, or that it is longer than a Duration
// can be.
func Elapsed(seconds float64) string {
	const longest = float64(math.MaxInt64 / time.Second)
	switch {
	case seconds == 0:
		return "0s"
	case seconds >= longest:
		return "more than 292 years"
	}
	return Duration(seconds * float64(time.Second)).Short()
}

// threeDigits writes a number with three significant digits, or all digits
// before the point.
func threeDigits(x float64) string {
	const readable = 1e15 // beyond it, digits before the point are no help
	switch {
	case x == 0:
		return "0"
	case math.Abs(x) >= readable:
		return strconv.FormatFloat(x, 'g', 3, 64)
	}
	whole := int(math.Floor(math.Log10(math.Abs(x)))) + 1
	return Grouped(x, min(max(3-whole, 0), 12))
}
