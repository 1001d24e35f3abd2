package unit

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Duration is a time.Duration whose text form knows days and weeks.
type Duration time.Duration

// Day and Week are what the text form adds to the units of package time: a day
// has 24 hours here, whatever the calendar does.
const (
	Day  = Duration(24 * time.Hour)
	Week = 7 * Day
)

var errNoUnit = errors.New("a duration needs a unit: ms, s, m, h, d or w")

// ParseDuration reads a sequence of numbers with units, such as "10s", "1h30m",
// "7d", "2w". It takes no sign and needs a unit, for zero as well.
func ParseDuration(text string) (Duration, error) {
	if text == "" {
		return 0, errNotNumber
	}
	var total Duration
	for rest := text; rest != ""; {
		end := 0
		for end < len(rest) && (isDigit(rest[end]) || rest[end] == '.') {
			end++
		}
		if end == 0 {
			return 0, errNotNumber
		}
		number := rest[:end]
		rest = rest[end:]
		end = strings.IndexAny(rest, ".0123456789")
		if end < 0 {
			end = len(rest)
		}
		part, err := component(number, strings.TrimLeft(rest[:end], " "))
		if err != nil {
			return 0, err
		}
		if part > math.MaxInt64-total {
			return 0, errors.New("too long")
		}
		total += part
		rest = rest[end:]
	}
	return total, nil
}

// component reads one number with its unit. Package time does what it can; a
// day is 24 of its hours.
func component(number, unit string) (Duration, error) {
	if unit == "" {
		return 0, errNoUnit
	}
	times := Duration(1)
	switch unit {
	case "d":
		unit, times = "h", 24
	case "w":
		unit, times = "h", 7*24
	case "ns", "us", "µs", "μs", "ms", "s", "m", "h":
	default:
		return 0, fmt.Errorf("unknown unit %q: ms, s, m, h, d or w", unit)
	}
	if strings.Count(number, ".") > 1 || number == "." {
		return 0, errNotNumber
	}
	d, err := time.ParseDuration(number + unit)
	if err != nil || d > math.MaxInt64/time.Duration(times) {
		return 0, errors.New("too long")
	}
	return Duration(d) * times, nil
}

// String returns the text that parses back to the same duration: "7d", "1h30m".
func (d Duration) String() string {
	if d < Duration(time.Second) {
		return time.Duration(d).String()
	}
	var b strings.Builder
	for _, u := range [...]struct {
		size Duration
		name string
	}{{Day, "d"}, {Duration(time.Hour), "h"}, {Duration(time.Minute), "m"}} {
		if n := d / u.size; n > 0 {
			b.WriteString(strconv.FormatInt(int64(n), 10))
			b.WriteString(u.name)
			d -= n * u.size
		}
	}
	if d > 0 {
		b.WriteString(time.Duration(d).String())
	}
	return b.String()
}

// Prose returns the duration as a sentence shows it, rounded to a second, or to about a thousandth of a
// shorter one.
func (d Duration) Prose() string {
	t := time.Duration(d)
	for _, r := range [...]struct{ from, to time.Duration }{
		{10 * time.Minute, time.Second}, {10 * time.Second, 10 * time.Millisecond}, {time.Second, time.Millisecond},
	} {
		if t >= r.from {
			return Duration(t.Round(r.to)).String()
		}
	}
	return d.String()
}

// UnmarshalText reads the text as ParseDuration does.
func (d *Duration) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDuration(string(text))
	return err
}

// Measure returns the duration in seconds.
func (d Duration) Measure() (value any, unit string) { return d.Seconds(), "s" }

// Seconds returns the duration as a number that formulas multiply rates with.
func (d Duration) Seconds() float64 { return time.Duration(d).Seconds() }
