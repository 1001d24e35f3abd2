package unit

import (
	"math"
	"testing"
	"time"
)

// accepts holds a parser against the values that texts stand for.
func accepts[T comparable](t *testing.T, parse func(string) (T, error), want map[string]T) {
	t.Helper()
	for text, value := range want {
		if got, err := parse(text); err != nil || got != value {
			t.Errorf("%T of %q: %v, %v, want %v", value, text, got, err, value)
		}
	}
}

// refuses holds a parser against the complaints about texts.
func refuses[T any](t *testing.T, parse func(string) (T, error), want map[string]string) {
	t.Helper()
	for text, problem := range want {
		if got, err := parse(text); err == nil || err.Error() != problem {
			t.Errorf("%T of %q: %v, error %v, want %q", got, text, got, err, problem)
		}
	}
}

// A size is read in the units of AWS, of which KB is 1,024 B whatever its name.
func TestParseBytes(t *testing.T) {
	accepts(t, ParseBytes, map[string]Bytes{
		"0":                      0,
		"200":                    200, // a bare number is bytes
		"200B":                   200,
		"200b":                   200,
		"1KB":                    1024,
		"1KiB":                   1024,
		"1kib":                   1024,
		"1 KiB":                  1024,
		"1MB":                    1 << 20,
		"1mIb":                   1 << 20,
		"2GB":                    2 << 30,
		"2GiB":                   2 << 30,
		"1.5KiB":                 1536,
		".5KiB":                  512,
		"0.1":                    0.1,  // a mean may have a fraction
		"1e3":                    1000, // an exponent, and no unit called e3
		"1E+3KiB":                1 << 10 * 1000,
		"5e-324":                 math.SmallestNonzeroFloat64,
		"1.7976931348623157e308": math.MaxFloat64,
	})
	refuses(t, ParseBytes, map[string]string{
		"200bit":  `unknown unit "bit": B, KiB, MiB or GiB`,
		"1K":      `unknown unit "K": B, KiB, MiB or GiB`,
		"1TB":     `unknown unit "TB": B, KiB, MiB or GiB`,
		"1MiB/s":  `unknown unit "MiB/s": B, KiB, MiB or GiB`,
		"1e":      `unknown unit "e": B, KiB, MiB or GiB`,
		"1,000":   `unknown unit ",000": B, KiB, MiB or GiB`,
		"0x10B":   "not decimal: no leading zero, hexadecimal or octal number",
		"InfB":    "not a finite number", // what a parser of floats and a list of units let through together
		"1e308KB": "too large",           // a number by itself, but not times its unit
	})
}

func TestParseFraction(t *testing.T) {
	accepts(t, ParseFraction, map[string]Fraction{
		"0.8":  0.8,
		"80%":  0.8,
		"80 %": 0.8,
		"7%":   0.07, // 7 × 0.01 is a bit more
		"1":    1,
		"100%": 1,
		"120%": 1.2, // a fraction; that no utilization is above 1 is the field's rule
		"0":    0,
	})
	refuses(t, ParseFraction, map[string]string{
		"80 percent": `unknown unit "percent": a fraction such as 0.8 or a percentage such as 80%`,
		"80%%":       `unknown unit "%%": a fraction such as 0.8 or a percentage such as 80%`,
		"%":          "not a decimal number",
		"1e2%":       "an exponent and a multiplier exclude each other",
	})
}

func TestParseFactorAndCount(t *testing.T) {
	accepts(t, ParseFactor, map[string]Factor{"1.2": 1.2, "1": 1, "12e-1": 1.2})
	refuses(t, ParseFactor, map[string]string{"1.2x": `unknown unit "x"`, "120%": `unknown unit "%"`})

	accepts(t, ParseCount, map[string]Count{"0": 0, "12": 12, "9223372036854775807": math.MaxInt64})
	refuses(t, ParseCount, map[string]string{
		"1.5":                 "not a whole number",
		"1.0":                 "not a whole number",
		"1e3":                 "not a whole number",
		"12 shards":           "not a whole number",
		"10k":                 "not a whole number",
		"9223372036854775808": "too large",
	})
}

func TestParseDuration(t *testing.T) {
	const second = Duration(time.Second)
	accepts(t, ParseDuration, map[string]Duration{
		"0s":                         0,
		"1ns":                        1,
		"1.5µs":                      1500, // the micro sign
		"1.5μs":                      1500, // the Greek letter, which looks the same
		"100ms":                      second / 10,
		"10s":                        10 * second,
		".5s":                        second / 2,
		"1h30m":                      5400 * second,
		"1.5h":                       5400 * second,
		"1d":                         86_400 * second,
		"1.5d":                       129_600 * second,
		"7d":                         604_800 * second,
		"2w":                         1_209_600 * second,
		"1w1d1s":                     691_201 * second,
		"106751d23h47m16.854775807s": math.MaxInt64,
	})
	refuses(t, ParseDuration, map[string]string{
		"10":                         "a duration needs a unit: ms, s, m, h, d or w",
		"0":                          "a duration needs a unit: ms, s, m, h, d or w",
		"1h30":                       "a duration needs a unit: ms, s, m, h, d or w",
		"10 ":                        "a duration needs a unit: ms, s, m, h, d or w",
		"10sec":                      `unknown unit "sec": ms, s, m, h, d or w`,
		"1D":                         `unknown unit "D": ms, s, m, h, d or w`,
		"1M":                         `unknown unit "M": ms, s, m, h, d or w`, // a month, or a minute
		"1y":                         `unknown unit "y": ms, s, m, h, d or w`,
		"1e3s":                       `unknown unit "e": ms, s, m, h, d or w`,
		"0x10s":                      `unknown unit "x": ms, s, m, h, d or w`,
		"1.2.3s":                     "not a decimal number",
		".s":                         "not a decimal number",
		"-10s":                       "not a decimal number",
		"s":                          "not a decimal number",
		"10675200000d":               "too long",
		"106752d":                    "too long", // not by its number of hours, but times 24
		"15251w":                     "too long",
		"106751d23h47m16.854775808s": "too long", // one nanosecond more than there are
	})
}

func TestParseUSD(t *testing.T) {
	accepts(t, ParseUSD, map[string]USD{
		"0":                    0,
		"0.015":                150_000_000,
		"15":                   15 * Dollar,
		".5":                   Dollar / 2,
		"0.0000000001":         1,
		"1.50000000000000":     3 * Dollar / 2, // zeros beyond ten decimals change nothing
		"922337203.6854775807": math.MaxInt64,
	})
	refuses(t, ParseUSD, map[string]string{
		"0.00000000001":        "more than ten decimals",
		"922337203.6854775808": "too large",
		"1e2":                  "not an amount of dollars such as 0.015",
		"15 USD":               "not an amount of dollars such as 0.015",
		"$15":                  "not a decimal number",
	})
}

// hostile are texts that no quantity takes, because some parser does: Go's
// knows Inf, hexadecimal and 1_000, YAML's octal, others the digits of other
// scripts.
var hostile = []string{
	"", " ", "Inf", "inf", "+Inf", "-Inf", "infinity", "NaN", "nan", "null", "~", "true", ".", "e3", "-1", "+1", "-0",
	"0x10", "0x1p", "0x1p4", "0b11", "0o17", "0755", "00", "1_000", "1.2.3", "1..2", "1e400", "1e99999999999999999999",
	"１２", "٣", "1\x00", "\x001", "1\n", "\n1", " 10", "10 ", "\u00a010", "−1", "1\xff", "½", "1e", "--1", "1-1",
}

func TestNoQuantityTakesHostileText(t *testing.T) {
	for _, text := range hostile {
		for name, err := range map[string]error{
			"Bytes":            failure(ParseBytes, text),
			"BytesPerSecond":   failure(ParseBytesPerSecond, text),
			"RecordsPerSecond": failure(ParseRecordsPerSecond, text),
			"Fraction":         failure(ParseFraction, text),
			"Factor":           failure(ParseFactor, text),
			"Count":            failure(ParseCount, text),
			"Duration":         failure(ParseDuration, text),
			"USD":              failure(ParseUSD, text),
		} {
			if err == nil {
				t.Errorf("%s takes %q", name, text)
			}
		}
	}
}

// The commonest of them are told apart in words.
func TestHostileTextIsExplained(t *testing.T) {
	refuses(t, ParseBytes, map[string]string{
		"":      "not a decimal number",
		"-1":    "negative, or not a number",
		"+1":    "not a decimal number",
		"Inf":   "not a finite number",
		"NaN":   "not a finite number",
		"null":  "not a decimal number",
		"１２":    "not a decimal number",
		"0755":  "not decimal: no leading zero, hexadecimal or octal number",
		"1e400": "too large",
		"0x1p":  "not decimal: no leading zero, hexadecimal or octal number",
		"1_000": `unknown unit "_000": B, KiB, MiB or GiB`,
		"1.2.3": `unknown unit ".3": B, KiB, MiB or GiB`,
	})
}

func failure[T any](parse func(string) (T, error), text string) error {
	_, err := parse(text)
	return err
}
