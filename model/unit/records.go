package unit

import (
	"errors"
	"fmt"
	"strings"
)

// RecordsPerSecond is a throughput.
type RecordsPerSecond float64

// ParseRecordsPerSecond reads a throughput as [ParseRate] does, and no bandwidth.
func ParseRecordsPerSecond(text string) (RecordsPerSecond, error) {
	r, err := parseRate(text, false)
	switch {
	case err != nil:
		return 0, err
	case r.bytes:
		return 0, errors.New("a bandwidth, where records/s are needed such as 10000, 10k, 600/min or 1B/day")
	}
	return r.Records(0), nil
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

// Records is a number of records.
type Records float64

// ParseRecords reads a number of records: a number, then k (thousand), M (million) or G
// (billion) if wanted, then "records" if wanted.
func ParseRecords(text string) (Records, error) {
	number, unit, err := splitNumber(text)
	if err != nil {
		return 0, err
	}
	multiplier := strings.TrimRight(strings.TrimSuffix(unit, "records"), " ")
	exponent, ok := map[string]int{"": 0, "k": 3, "K": 3, "M": 6, "G": 9}[multiplier]
	if !ok {
		return 0, fmt.Errorf("unknown unit %q: a number of records such as 36000000, 36M or 2G", unit)
	}
	value, err := scaled(number, exponent)
	return Records(value), err
}

// String returns the text that parses back to the same number.
func (r Records) String() string { return Exact(float64(r)) }

// Prose returns the number as a sentence shows it: "36,000,000 records".
func (r Records) Prose() string { return prose(float64(r)) + " records" }

// UnmarshalText reads the text as ParseRecords does.
func (r *Records) UnmarshalText(text []byte) (err error) {
	*r, err = ParseRecords(string(text))
	return err
}

// Measure returns the number of records.
func (r Records) Measure() (value any, unit string) { return float64(r), "records" }
