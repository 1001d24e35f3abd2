package input

import (
	"math"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Scale makes the value of the field in t so many times as large, and reports whether there
// is such a value: that of a number, within its range, and another one. Whole numbers are
// rounded away from what they were, but not beyond their range. Where there is none t stays
// as it was.
func (f *Field[T]) Scale(t *T, times float64) bool {
	before := *t
	v := f.at(t)
	was, _ := v.Measure()
	if scale(v, times) && f.inRange(v) {
		if is, _ := v.Measure(); is != was {
			return true
		}
	}
	*t = before
	return false
}

// scale makes a value so many times as large, and reports false for what is no amount.
func scale(v model.Value, times float64) bool {
	switch v := v.(type) {
	case *unit.Bytes:
		*v *= unit.Bytes(times)
	case *unit.RecordsPerSecond:
		*v *= unit.RecordsPerSecond(times)
	case rate:
		*v.RecordsPerSecond *= unit.RecordsPerSecond(times)
	case KeyLoad:
		*v.RecordsPerSecond *= unit.RecordsPerSecond(times)
		*v.share *= unit.Fraction(times)
	case *unit.Records:
		*v *= unit.Records(times)
	case *unit.Fraction:
		*v *= unit.Fraction(times)
	case *unit.Factor:
		*v *= unit.Factor(times)
	case *unit.Growth:
		*v *= unit.Growth(times)
	case *unit.Duration:
		*v = unit.Duration(math.Round(float64(*v) * times))
	case Latency:
		*v.Duration = unit.Duration(math.Round(float64(*v.Duration) * times))
	case *unit.Count:
		*v = unit.Count(awayFrom(float64(*v), times))
	default:
		return false
	}
	return true
}

// awayFrom returns a whole number that is so many times as large as another, or farther from
// it.
func awayFrom(n, times float64) float64 {
	if times < 1 {
		return math.Floor(n * times)
	}
	return math.Ceil(n * times)
}

// Copy gives t the value that the field has in from, and reports whether it could: a value that
// was not given cannot be written.
func (f *Field[T]) Copy(t, from *T) bool {
	before, value := *t, *from
	if err := f.at(t).UnmarshalText([]byte(f.at(&value).String())); err != nil {
		*t = before
		return false
	}
	return true
}
