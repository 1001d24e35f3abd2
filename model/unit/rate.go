package unit

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Rate is a rate as people write it: of records ("10k", "600/min", "1B/day") or of
// bytes ("50MiB/s", "2TB/day", "80Mbit/s"). It keeps its text. The zero Rate is one
// that was not written.
type Rate struct {
	amount  float64 // records, or bytes, in so many seconds
	seconds float64
	bytes   bool
	text    string
}

// ParseRate reads a number of records, or of bytes or bits, in a time:
//
//   - k, M, B or G, and T multiply a number of records by powers of 1,000; a noun
//     ("records", "events", "messages") may follow. B alone is 10^9 records.
//   - KB, MB, GB, TB and PB, with an i or without, are powers of 1,024 bytes; "byte"
//     may stand for the B. kbit, Mbit, Gbit and Tbit are powers of 1,000 bits.
//   - The time follows a "/" or "per": s, min, h, day, week, month (730 h), year (365
//     days), or so many of them: "5min", "30m", "1h30m". Records without a time are
//     those of a second. "ps" is "/s": "80Mbps".
//
// What people read in two ways is refused, with what to write instead: Mb, which is
// bits to some and bytes to others, and m, which is a minute, a month or a million.
func ParseRate(text string) (Rate, error) { return parseRate(text, false) }

// IsBandwidth reports whether the rate is one of bytes.
func (r Rate) IsBandwidth() bool { return r.bytes }

// Records returns the rate in records a second. Of a bandwidth it is that of records of
// a size, which must be above 0.
func (r Rate) Records(size Bytes) RecordsPerSecond {
	switch {
	case r.seconds == 0:
		return 0
	case r.bytes:
		return RecordsPerSecond(r.amount / (r.seconds * float64(size)))
	}
	return RecordsPerSecond(r.amount / r.seconds)
}

// Bandwidth returns a rate of bytes in a second; 0 of records.
func (r Rate) Bandwidth() BytesPerSecond {
	if !r.bytes {
		return 0
	}
	return BytesPerSecond(r.amount / r.seconds)
}

// IsMean reports whether the rate is one of a minute or longer. Such a rate is a mean:
// there are seconds that have more.
func (r Rate) IsMean() bool { return r.seconds >= secondsOf["min"] }

// Is reports whether the rate was written and is a number of records a second, of a size
// where it is a bandwidth.
func (r Rate) Is(rate RecordsPerSecond, size Bytes) bool {
	return r.text != "" && r.Records(size) == rate
}

// Equal reports whether two rates are the same and written alike.
func (r Rate) Equal(other Rate) bool { return r == other }

// IsPlain reports whether the rate is a number of records in a second.
func (r Rate) IsPlain() bool { return !r.bytes && r.seconds == 1 }

// String returns the rate as it was written.
func (r Rate) String() string { return r.text }

// parseRate reads a rate. Where only bandwidths are expected, B alone is a byte.
func parseRate(text string, bandwidth bool) (Rate, error) {
	number, unit, err := splitNumber(text)
	switch {
	case err != nil:
		return Rate{}, err
	case strings.HasPrefix(unit, ","):
		return Rate{}, errors.New("a comma in a number: write 10000 or 10k")
	case strings.HasSuffix(unit, " "):
		return Rate{}, errWhiteSpace
	}
	counted, time, timed, err := cutTime(unit)
	if err != nil {
		return Rate{}, err
	}
	q, err := parseQuantity(counted, bandwidth)
	if err == errUnknown {
		err = fmt.Errorf("unknown unit %q: %s", unit, rateForms)
	}
	if err != nil {
		return Rate{}, err
	}
	r := Rate{seconds: 1, bytes: q.bytes > 0, text: text}
	switch {
	case timed:
		r.seconds, err = parseTime(time)
	case r.bytes:
		err = errors.New("a bandwidth needs a time, such as 50MiB/s or 2TB/day")
	}
	if err != nil {
		return Rate{}, err
	}
	return r.scaled(number, q)
}

// scaled sets the amount to a number of what is counted.
func (r Rate) scaled(number string, q quantity) (_ Rate, err error) {
	if r.amount, err = scaled(number, q.exponent); err != nil {
		return Rate{}, err
	}
	if r.bytes {
		r.amount *= q.bytes
	}
	if math.IsInf(r.amount, 0) || math.IsInf(r.amount/r.seconds, 0) {
		return Rate{}, errTooLarge
	}
	return r, nil
}

const rateForms = "records/s such as 10000, 10k, 1.5M, 600/min or 1B/day, or a bandwidth such as 50MiB/s or 80Mbit/s"

var (
	errUnknown   = errors.New("unknown unit")
	errSmallM    = errors.New(`"m" is a minute, a month or a million: write min, month, or M for 10^6 records`)
	errMonth     = errors.New(`"M" as a time is a minute or a month: write min or month`)
	errSmallB    = errors.New(`"b" is a bit, a byte or a billion: write bit, byte, or B for 10^9 records`)
	errBitOrByte = errors.New("a small b is a bit to some and a byte to others: write Mbit/s or MB/s, whichever it is")
	errBPS       = errors.New(`"BPS" is bits to some and bytes to others: write Mbit/s or MB/s, whichever it is`)
)

// cutTime cuts a unit at its "/" or "per". What ends in "ps" is in a second; the letter
// before that says what: "Mbps" are Mbit, "MBps" are Mbyte, "rps" are records.
func cutTime(unit string) (counted, time string, timed bool, err error) {
	if counted, time, timed = strings.Cut(unit, "/"); timed {
		return strings.TrimRight(counted, " "), strings.Trim(time, " "), true, nil
	}
	lower := LowerASCII(unit)
	if at := strings.Index(lower, "per "); at == 0 || at > 0 && unit[at-1] == ' ' {
		return strings.TrimRight(unit[:at], " "), strings.Trim(unit[at+len("per "):], " "), true, nil
	}
	before, ok := strings.CutSuffix(lower, "ps")
	if !ok || before == "" {
		return unit, "", false, nil
	}
	last := len(before) - 1
	multiplier := strings.TrimRight(unit[:last], " ")
	switch {
	case unit[last:] == "BPS":
		return "", "", false, errBPS
	case unit[last] == 'B':
		return multiplier + "byte", "s", true, nil
	case before[last] == 'b':
		return multiplier + "bit", "s", true, nil
	case slices.Contains(perSecond[:], unit[last:]):
		return multiplier + "records", "s", true, nil
	}
	return unit, "", false, nil
}

// perSecond are records, transactions, events and queries a second.
var perSecond = [...]string{"rps", "RPS", "tps", "TPS", "eps", "EPS", "qps", "QPS"}

// quantity is what a unit without its time counts: records in powers of ten, or bytes.
type quantity struct {
	exponent int
	bytes    float64 // 0 where records are counted
}

// multipliers of records, in any case but for M and B, which stand for other things in
// lower case.
var multipliers = map[string]int{
	"": 0, "k": 3, "g": 9, "t": 12, "bn": 9, "thousand": 3, "million": 6, "billion": 9, "trillion": 12,
}

var nouns = [...]string{"records", "record", "events", "event", "messages", "message", "msgs", "msg"}

func parseQuantity(text string, bandwidth bool) (quantity, error) {
	multiplier, noun := cutNoun(text)
	exponent, known := multipliers[LowerASCII(multiplier)]
	switch {
	case known:
		return quantity{exponent: exponent}, nil
	case multiplier == "M":
		return quantity{exponent: 6}, nil
	case multiplier == "B" && (noun || !bandwidth):
		return quantity{exponent: 9}, nil
	case multiplier == "m":
		return quantity{}, errSmallM
	case multiplier == "b" && !bandwidth:
		return quantity{}, errSmallB
	case noun:
		return quantity{}, errUnknown
	}
	return parseBandwidthUnit(text)
}

// cutNoun cuts what is counted off its multiplier.
func cutNoun(text string) (multiplier string, noun bool) {
	lower := LowerASCII(text)
	for _, n := range nouns {
		if strings.HasSuffix(lower, n) {
			return strings.TrimRight(text[:len(text)-len(n)], " "), true
		}
	}
	return text, false
}

// prefixes are those of bits and bytes, by the power that they stand for.
const prefixes = "kmgtp"

// parseBandwidthUnit reads bytes, in powers of 1,024, or bits, in powers of 1,000.
func parseBandwidthUnit(text string) (quantity, error) {
	lower := LowerASCII(text)
	prefix, name := 0, lower
	if name != "" {
		if prefix = 1 + strings.IndexByte(prefixes, name[0]); prefix > 0 {
			name = name[1:]
		}
	}
	name, binary := strings.CutPrefix(name, "i")
	binary = binary && prefix > 0
	switch strings.TrimSuffix(name, "s") {
	case "bit":
		if binary {
			return quantity{bytes: math.Pow(1024, float64(prefix)) / 8}, nil
		}
		return quantity{exponent: 3 * prefix, bytes: 1.0 / 8}, nil
	case "byte":
		return quantity{bytes: math.Pow(1024, float64(prefix))}, nil
	}
	switch {
	case name != "b" || len(lower) > 1 && prefix == 0:
		return quantity{}, errUnknown
	case !binary && strings.HasSuffix(text, "b"):
		return quantity{}, errBitOrByte
	}
	return quantity{bytes: math.Pow(1024, float64(prefix))}, nil
}

// secondsOf are the times that a rate can be in. A month is 730 h, as in a bill.
var secondsOf = map[string]float64{
	"ms": 0.001, "s": 1, "sec": 1, "second": 1, "min": 60, "minute": 60, "h": 3600, "hr": 3600, "hour": 3600,
	"d": 86_400, "day": 86_400, "w": 604_800, "week": 604_800, "mo": 2_628_000, "month": 2_628_000,
	"y": 31_536_000, "yr": 31_536_000, "year": 31_536_000,
}

// parseTime reads what stands behind the "/": a time, or so many of them.
func parseTime(text string) (seconds float64, err error) {
	if text == "" {
		return 0, errors.New("a time is missing behind the /")
	}
	if !isDigit(text[0]) && text[0] != '.' {
		return timeUnit(text)
	}
	if strings.HasSuffix(text, "M") {
		return 0, errMonth
	}
	if d, err := ParseDuration(LowerASCII(text)); err == nil {
		return positive(d.Seconds())
	}
	number, unit, err := splitNumber(text)
	if err != nil {
		return 0, err
	}
	each, err := timeUnit(unit)
	if err != nil {
		return 0, err
	}
	n, err := scaled(number, 0)
	if err != nil {
		return 0, err
	}
	return positive(n * each)
}

func positive(seconds float64) (float64, error) {
	switch {
	case !(seconds > 0):
		return 0, errors.New("a time of 0")
	case math.IsInf(seconds, 0):
		return 0, errTooLarge
	}
	return seconds, nil
}

func timeUnit(name string) (seconds float64, err error) {
	switch name {
	case "m":
		return 0, errSmallM
	case "M":
		return 0, errMonth
	}
	lower := LowerASCII(name)
	if seconds, ok := secondsOf[lower]; ok {
		return seconds, nil
	}
	if singular := strings.TrimSuffix(lower, "s"); len(singular) > 1 {
		if seconds, ok := secondsOf[singular]; ok {
			return seconds, nil
		}
	}
	return 0, fmt.Errorf("unknown time %q: s, min, h, day, week, month or year, or so many of them such as 5min", name)
}

// LowerASCII returns text with its ASCII letters in lower case, and every other byte as it
// is: so that a place in one is the same place in the other. strings.ToLower makes a k of
// the sign of the kelvin, and three bytes of one that is no UTF-8.
func LowerASCII(text string) string {
	lower := []byte(text)
	for i, b := range lower {
		if 'A' <= b && b <= 'Z' {
			lower[i] = b + 'a' - 'A'
		}
	}
	return string(lower)
}
