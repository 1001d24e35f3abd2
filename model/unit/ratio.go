package unit

import (
	"errors"
	"strconv"
	"strings"
)

// Fraction is a share of a whole, such as a target utilization: 0.8 is 80 %.
type Fraction float64

// ParseFraction reads a share as a number ("0.8") or as a percentage ("80%").
func ParseFraction(text string) (Fraction, error) {
	number, unit, err := splitNumber(text)
	if err != nil {
		return 0, err
	}
	switch unit {
	case "":
		value, err := scaled(number, 0)
		return Fraction(value), err
	case "%":
		value, err := scaled(number, -2)
		return Fraction(value), err
	}
	return 0, errors.New("unknown unit " + strconv.Quote(unit) + ": a fraction such as 0.8 or a percentage such as 80%")
}

// String returns the text that parses back to the same fraction: "0.8".
func (f Fraction) String() string { return Exact(float64(f)) }

// Prose returns the fraction as a sentence shows it: "80%".
func (f Fraction) Prose() string { return Percent(float64(f), 1) }

// Percentage returns the fraction as a percentage that parses back, to 15 digits: "7%".
func (f Fraction) Percentage() string {
	digits, exponent, _ := strings.Cut(strconv.FormatFloat(float64(f), 'e', -1, 64), "e")
	power, _ := strconv.Atoi(exponent)
	value, _ := strconv.ParseFloat(digits+"e"+strconv.Itoa(power+2), 64)
	return Exact(value) + "%"
}

// UnmarshalText reads the text as ParseFraction does.
func (f *Fraction) UnmarshalText(text []byte) (err error) {
	*f, err = ParseFraction(string(text))
	return err
}

// Measure returns the fraction; it has no unit.
func (f Fraction) Measure() (value any, unit string) { return float64(f), "" }

// Factor is how many times the mean something is: the hottest shard's load, the
// busiest second's.
type Factor float64

// ParseFactor reads a plain number.
func ParseFactor(text string) (Factor, error) {
	value, err := plain(text)
	return Factor(value), err
}

// String returns the text that parses back to the same factor: "1.2".
func (f Factor) String() string { return Exact(float64(f)) }

// UnmarshalText reads the text as ParseFactor does.
func (f *Factor) UnmarshalText(text []byte) (err error) {
	*f, err = ParseFactor(string(text))
	return err
}

// Measure returns the factor; it has no unit.
func (f Factor) Measure() (value any, unit string) { return float64(f), "" }

// Count is a number of things: producers, records of a batch, shards.
type Count int

// ParseCount reads a whole number in decimal digits.
func ParseCount(text string) (Count, error) {
	number, unit, err := splitNumber(text)
	if err != nil {
		return 0, err
	}
	if unit != "" || strings.ContainsAny(number, ".eE") {
		return 0, errors.New("not a whole number")
	}
	value, err := strconv.Atoi(number)
	if err != nil {
		return 0, errors.New("too large")
	}
	return Count(value), nil
}

// String returns the text that parses back to the same count.
func (c Count) String() string { return strconv.Itoa(int(c)) }

// UnmarshalText reads the text as ParseCount does.
func (c *Count) UnmarshalText(text []byte) (err error) {
	*c, err = ParseCount(string(text))
	return err
}

// Measure returns the count; it has no unit.
func (c Count) Measure() (value any, unit string) { return int(c), "" }
