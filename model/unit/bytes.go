package unit

import (
	"errors"
	"fmt"
	"strings"
)

// Bytes is an amount of data. The mean size of records is one too, so it may
// have a fraction.
type Bytes float64

// AWS counts its limits and its bills in powers of two, whatever the text says:
// 1 KB = 1 KiB = 1,024 B.
const (
	Byte Bytes = 1
	KiB        = 1 << 10 * Byte
	MiB        = 1 << 20 * Byte
	GiB        = 1 << 30 * Byte
)

// byteUnits are in the order in which a text form is looked for.
var byteUnits = [...]struct {
	size  Bytes
	names [2]string
}{
	{GiB, [2]string{"GiB", "GB"}},
	{MiB, [2]string{"MiB", "MB"}},
	{KiB, [2]string{"KiB", "KB"}},
	{Byte, [2]string{"B", "B"}},
}

// ParseBytes reads a size: a bare number is bytes; B, KB or KiB, MB or MiB, GB
// or GiB in any case multiply it by a power of 1,024.
func ParseBytes(text string) (Bytes, error) {
	number, unit, err := splitNumber(text)
	if err != nil {
		return 0, err
	}
	size, err := byteUnit(unit)
	if err != nil {
		return 0, err
	}
	value, err := scaled(number, 0)
	if err != nil || value > maxFloat/float64(size) {
		return 0, errors.New("too large")
	}
	return Bytes(value) * size, nil
}

const maxFloat = 1.7976931348623157e308

func byteUnit(name string) (Bytes, error) {
	if name == "" {
		return Byte, nil
	}
	for _, u := range byteUnits {
		// Not EqualFold: to it the sign of the kelvin is a K.
		if upper := strings.ToUpper(name); len(upper) == len(name) &&
			(upper == strings.ToUpper(u.names[0]) || upper == strings.ToUpper(u.names[1])) {
			return u.size, nil
		}
	}
	return 0, fmt.Errorf("unknown unit %q: B, KiB, MiB or GiB", name)
}

// String returns the shortest text that parses back to the same size, in the larger
// unit where two are as short: "200B", "50KiB".
func (b Bytes) String() string {
	best := Exact(float64(b)) + "B"
	for _, u := range byteUnits[:3] {
		// Below one, the quotient of a tiny size could lose bits.
		if b < u.size {
			continue
		}
		if text := Exact(float64(b/u.size)) + u.names[0]; len(text) <= len(best) {
			return text
		}
	}
	return best
}

// Prose returns the size as a sentence shows it, in the largest unit that it
// is a whole number of: "1,000 B", "50 KiB".
func (b Bytes) Prose() string {
	for _, u := range byteUnits[:3] {
		if b >= u.size && Bytes(int64(b/u.size))*u.size == b && b < 1<<50 {
			return Grouped(float64(b/u.size), 0) + " " + u.names[0]
		}
	}
	return Grouped(float64(b), 2) + " B"
}

// UnmarshalText reads the text as ParseBytes does.
func (b *Bytes) UnmarshalText(text []byte) (err error) {
	*b, err = ParseBytes(string(text))
	return err
}

// Measure returns the size in bytes.
func (b Bytes) Measure() (value any, unit string) { return float64(b), "B" }

// BytesPerSecond is a bandwidth.
type BytesPerSecond float64

// ParseBytesPerSecond reads a bandwidth as [ParseRate] does, such as "50MiB/s" or
// "80Mbit/s". B alone is a byte here.
func ParseBytesPerSecond(text string) (BytesPerSecond, error) {
	r, err := parseRate(text, true)
	switch {
	case err != nil:
		return 0, err
	case !r.bytes:
		return 0, errors.New("not a bandwidth such as 50MiB/s")
	}
	return r.Bandwidth(), nil
}

// String returns the text that parses back to the same bandwidth: "50MiB/s".
func (b BytesPerSecond) String() string { return Bytes(b).String() + "/s" }

// Prose returns the bandwidth as a sentence shows it: "1 MiB/s".
func (b BytesPerSecond) Prose() string { return Bytes(b).Prose() + "/s" }

// UnmarshalText reads the text as ParseBytesPerSecond does.
func (b *BytesPerSecond) UnmarshalText(text []byte) (err error) {
	*b, err = ParseBytesPerSecond(string(text))
	return err
}

// RecordsOf returns the throughput that fills this bandwidth with records of a size,
// which must be above 0.
func (b BytesPerSecond) RecordsOf(size Bytes) RecordsPerSecond {
	return RecordsPerSecond(float64(b) / float64(size))
}
