package unit

import "errors"

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
