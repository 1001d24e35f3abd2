package unit

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"unicode"

	"github.com/kcalc/kcalc/model/modeltest"
)

// fuzzParser checks of any text that it is refused with a printable complaint,
// or that it is a finite amount from 0 on whose own text parses back to it.
func fuzzParser[T interface {
	~float64 | ~int | ~int64
	fmt.Stringer
}](f *testing.F, parse func(string) (T, error), seeds ...string) {
	for _, seed := range append(seeds, hostile...) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		modeltest.Deadline(t, text)
		value, err := parse(text)
		if err != nil {
			if message := err.Error(); message == "" || strings.ContainsFunc(message, unprintable) {
				t.Fatalf("%q is refused with %q", text, message)
			}
			return
		}
		if x := float64(value); x < 0 || math.IsNaN(x) || math.IsInf(x, 0) {
			t.Fatalf("%q is %v", text, x)
		}
		if again, err := parse(value.String()); err != nil || again != value {
			t.Fatalf("%q is %s, which is %v, %v", text, value, again, err)
		}
	})
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }

func FuzzParseBytes(f *testing.F) {
	fuzzParser(f, ParseBytes, "200", "50KiB", "1.5gb", "1e308KB", "1e-320", "InfB", "1 B", "1\u212aB",
		"9007199254740993")
}

func FuzzParseBytesPerSecond(f *testing.F) {
	fuzzParser(f, ParseBytesPerSecond, "50MiB/s", "1b/s", "InfB/s", "/s", "1e308GiB/s", "5/s", "1\x02L%\xca\xca\x00ps")
}

func FuzzParseRecordsPerSecond(f *testing.F) {
	fuzzParser(f, ParseRecordsPerSecond, "10000", "10k", "1.5M/s", "1e3k", "5 records/s", "1e305M", "0.1k", "1B/day",
		"800/5min", "2 million per week", "1e-320/year", "1e308B", "5/1e308y", "7/0s", "3/1h30m")
}

// FuzzParseRate checks of any text that it is refused with a printable complaint, or that
// it is kept, is finite in records a second and is one of the same size in any case of its
// time.
func FuzzParseRate(f *testing.F) {
	for _, seed := range append(append(rateSeeds(), "50i\u0354\xa0\x8cMBps"), hostile...) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		modeltest.Deadline(t, text)
		r, err := ParseRate(text)
		if err != nil {
			if message := err.Error(); message == "" || strings.ContainsFunc(message, unprintable) {
				t.Fatalf("%q is refused with %q", text, message)
			}
			return
		}
		x := float64(r.Records(200))
		if x < 0 || math.IsNaN(x) || math.IsInf(x, 0) || r.String() != text {
			t.Fatalf("%q is %v, and is kept as %q", text, x, r)
		}
		again, err := ParseRate(r.Records(200).String())
		if err != nil || again.Records(1) != r.Records(200) || again.IsBandwidth() {
			t.Fatalf("%q is %v, which is %v, %v", text, x, again, err)
		}
		if before, time, ok := strings.Cut(text, "/"); ok && !strings.HasSuffix(time, "m") {
			if upper, err := ParseRate(before + "/" + strings.ToUpper(time)); err == nil && upper.Records(200) != r.Records(200) {
				t.Fatalf("%q is %v, in capitals %v", text, x, upper.Records(200))
			}
		}
	})
}

func FuzzParseFraction(f *testing.F) {
	fuzzParser(f, ParseFraction, "0.8", "80%", "7 %", "1e2%", "1e-400", "5e-324%")
}

func FuzzParseFactor(f *testing.F) { fuzzParser(f, ParseFactor, "1.2", "1e3", "1e-400", "1x") }

func FuzzParseCount(f *testing.F) {
	fuzzParser(f, ParseCount, "12", "9223372036854775808", "1.0", "1e3")
}

func FuzzParseDuration(f *testing.F) {
	fuzzParser(f, ParseDuration, "10", "1h30m", "7d", "2w", "1.5d", "1.5µs", "106751d23h47m16.854775807s", "15250w2h",
		"9999999999h", "0.3s", ".d", "1e3s")
}

func FuzzParseUSD(f *testing.F) {
	fuzzParser(f, ParseUSD, "0.015", "922337203.6854775807", "922337203.6854775808", "0.00000000001", "1.", ".5", ".")
}
