package unit

import (
	"fmt"
	"strings"
)

// RecordsPerSecond is a throughput.
type RecordsPerSecond float64

// ParseRecordsPerSecond reads a throughput: a number, then k (thousand) or M
// (million) if wanted, then "/s" or "records/s" if wanted.
func ParseRecordsPerSecond(text string) (RecordsPerSecond, error) {
	number, unit, err := splitNumber(text)
	if err != nil {
		return 0, err
	}
	multiplier := strings.TrimSuffix(unit, "/s")
	if multiplier != unit {
		multiplier = strings.TrimSuffix(multiplier, "records")
	}
	exponent, ok := map[string]int{"": 0, "k": 3, "K": 3, "M": 6}[strings.TrimRight(multiplier, " ")]
	if !ok {
		return 0, fmt.Errorf("unknown unit %q: records per second such as 10000, 10k, 1.5M or 10000/s", unit)
	}
	value, err := scaled(number, exponent)
	return RecordsPerSecond(value), err
}

// String returns the text that parses back to the same throughput: "20000/s".
func (r RecordsPerSecond) String() string { return Exact(float64(r)) + "/s" }

// Prose returns the throughput as a sentence shows it: "20,000 records/s".
func (r RecordsPerSecond) Prose() string { return prose(float64(r)) + " records/s" }

// UnmarshalText reads the text as ParseRecordsPerSecond does.
func (r *RecordsPerSecond) UnmarshalText(text []byte) (err error) {
	*r, err = ParseRecordsPerSecond(string(text))
	return err
}

// Measure returns the throughput in records per second.
func (r RecordsPerSecond) Measure() (value any, unit string) { return float64(r), "records/s" }
