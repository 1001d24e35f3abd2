package model

import (
	"errors"
	"strconv"
)

// Switch is a setting that is on or off.
type Switch bool

// UnmarshalText takes true or false.
func (s *Switch) UnmarshalText(text []byte) error {
	switch string(text) {
	case "true":
		*s = true
	case "false":
		*s = false
	default:
		return errors.New("neither true nor false")
	}
	return nil
}

func (s Switch) String() string { return strconv.FormatBool(bool(s)) }

// Measure returns whether it is on; it has no unit.
func (s Switch) Measure() (value any, unit string) { return bool(s), "" }

// Unset reports whether the setting says no more than its default, off.
func (s Switch) Unset() bool { return !bool(s) }

// Retries is how often an event source mapping tries a batch again that fails. The zero
// value is AWS's default: until its records expire.
type Retries int // attempts: the first one and the retries; 0 is without bound

// RetriesOf returns so many retries, at least none.
func RetriesOf(n int) Retries { return Retries(1 + n) }

// Most returns the retries, and whether there is a bound of them.
func (r Retries) Most() (n int, bounded bool) { return int(r) - 1, r > 0 }

// Unset reports whether the setting says no more than its default, no bound.
func (r Retries) Unset() bool { return r == 0 }

// UnmarshalText takes a whole number, -1 for no bound.
func (r *Retries) UnmarshalText(text []byte) error {
	n, err := strconv.Atoi(string(text))
	if err != nil || strconv.Itoa(n) != string(text) {
		return errors.New("not a whole number")
	}
	*r = Retries(1 + n)
	return nil
}

func (r Retries) String() string { return strconv.Itoa(int(r) - 1) }

// Measure returns the retries, -1 for no bound; they have no unit.
func (r Retries) Measure() (value any, unit string) { return int(r) - 1, "" }
