package unit

import (
	"fmt"
	"math"
	"math/big"
	"regexp"
	"testing"

	"pgregory.net/rapid"
)

// returns checks that a value's text parses back to the value itself.
func returns[T interface {
	comparable
	fmt.Stringer
}](t rapid.TB, parse func(string) (T, error), value T) {
	t.Helper()
	if got, err := parse(value.String()); err != nil || got != value {
		t.Fatalf("%T %v: its text %q parses to %v, %v", value, value, value.String(), got, err)
	}
}

// float draws from all finite numbers from 0 on, small or large, by their bits.
func float(t *rapid.T) float64 {
	return math.Float64frombits(rapid.Uint64Range(0, math.Float64bits(math.MaxFloat64)).Draw(t, "bits"))
}

func TestTextParsesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, n := float(t), rapid.Int64Range(0, math.MaxInt64).Draw(t, "n")
		returns(t, ParseBytes, Bytes(x))
		returns(t, ParseBytes, Bytes(float64(n)))
		returns(t, ParseBytesPerSecond, BytesPerSecond(x))
		returns(t, ParseRecordsPerSecond, RecordsPerSecond(x))
		returns(t, ParseFraction, Fraction(x))
		returns(t, ParseFactor, Factor(x))
		returns(t, ParseCount, Count(n))
		returns(t, ParseDuration, Duration(n))
		returns(t, ParseUSD, USD(n))
	})
}

// The same at the ends, and where the text changes its unit.
func TestTextParsesBackAtTheEnds(t *testing.T) {
	for _, n := range []int64{0, 1, 999, 1000, 1023, 1024, 1025, 1e6 - 1, 1e6, 1<<20 - 1, 1 << 20, 1e9 - 1, 1e9,
		1e9 + 1,
		1<<30 + 1, 60e9, 3600e9, 86_400e9, math.MaxInt64 - 1, math.MaxInt64} {
		returns(t, ParseDuration, Duration(n))
		returns(t, ParseUSD, USD(n))
		returns(t, ParseCount, Count(n))
		returns(t, ParseBytes, Bytes(n))
	}
	for _, x := range []float64{math.SmallestNonzeroFloat64, 0x1p-1022, math.MaxFloat64, math.Nextafter(1, 2),
		1.1 * 1024} {
		returns(t, ParseBytes, Bytes(x))
		returns(t, ParseFactor, Factor(x))
	}
}

func TestText(t *testing.T) {
	for want, value := range map[string]fmt.Stringer{
		"200B":                      Bytes(200),
		"50KiB":                     Bytes(51_200),
		"1GiB":                      GiB,
		"1025B":                     Bytes(1025), // longer as a fraction of a KiB
		"50MiB/s":                   BytesPerSecond(50 * MiB),
		"20000/s":                   RecordsPerSecond(20_000),
		"0.8":                       Fraction(0.8),
		"1.2":                       Factor(1.2),
		"7d":                        Week, // a day is the largest unit written
		"1d12h":                     Day + Day/2,
		"100ms":                     Duration(100e6),
		"1m500ms":                   Duration(60_500e6),
		"0s":                        Duration(0),
		"-2562047h47m16.854775808s": Duration(math.MinInt64), // no text gives it, but a difference could
		"0.00":                      USD(0),
		"547.50":                    547*Dollar + Dollar/2,
		"0.015":                     USD(150_000_000),
		"0.0000000001":              USD(1),
		"-0.0000000001":             USD(-1),
		"-0.50":                     -Dollar / 2,
		"922337203.6854775807":      USD(math.MaxInt64),
		"-922337203.6854775808":     USD(math.MinInt64), // whose negation is itself
	} {
		if got := value.String(); got != want {
			t.Errorf("%T: %q, want %q", value, got, want)
		}
	}
	if text, err := USD(Dollar).MarshalText(); string(text) != "1.00" || err != nil {
		t.Errorf("a dollar as text: %s, %v", text, err)
	}
}

var usdText = regexp.MustCompile(`^-?(0|[1-9][0-9]*)\.[0-9]{2}([0-9]*[1-9])?$`)

// Every amount, negative or not, is written exactly, with two decimals at least
// and no zeros beyond them.
func TestUSDText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64().Draw(t, "n")
		text := USD(n).String()
		if !usdText.MatchString(text) {
			t.Fatalf("%d is %q", n, text)
		}
		if dollars, ok := new(big.Rat).SetString(text); !ok || dollars.Cmp(big.NewRat(n, 1e10)) != 0 {
			t.Fatalf("%d is %q", n, text)
		}
	})
}

func TestProse(t *testing.T) {
	for want, got := range map[string]string{
		"0 B":              Bytes(0).Prose(),
		"200 B":            Bytes(200).Prose(),
		"1 KiB":            KiB.Prose(),
		"50 KiB":           Bytes(51_200).Prose(),
		"1,025 B":          Bytes(1025).Prose(),
		"1,536 B":          Bytes(1536).Prose(), // no fraction of a KiB
		"1 MiB":            MiB.Prose(),
		"1,023 KiB":        (1023 * KiB).Prose(),
		"1,024 GiB":        (1024 * GiB).Prose(),
		"0.33 B":           Bytes(1.0 / 3).Prose(),
		"1 MiB/s":          BytesPerSecond(MiB).Prose(),
		"10,000 B/s":       BytesPerSecond(10_000).Prose(),
		"20,000 records/s": RecordsPerSecond(20_000).Prose(),
		"0.001 records/s":  RecordsPerSecond(0.001).Prose(),
		"80%":              Fraction(0.8).Prose(),
		"33.3%":            Fraction(1.0 / 3).Prose(),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestGrouped(t *testing.T) {
	for _, c := range []struct {
		x        float64
		decimals int
		want     string
	}{
		{0, 0, "0"},
		{999, 0, "999"},
		{1000, 0, "1,000"},
		{999_999, 2, "999,999"},
		{1_000_000, 0, "1,000,000"},
		{999.5, 0, "1,000"}, // rounded before it is grouped
		{1234.5, 2, "1,234.5"},
		{1234.567, 2, "1,234.57"},
		{-100, 0, "-100"}, // the sign is no digit to group
		{-1000, 0, "-1,000"},
		{1e15, 3, "1,000,000,000,000,000"},
	} {
		if got := Grouped(c.x, c.decimals); got != c.want {
			t.Errorf("Grouped(%v, %d) = %q, want %q", c.x, c.decimals, got, c.want)
		}
	}
}

// The units meet as the physics does.
func TestUnitsMeet(t *testing.T) {
	if got := BytesPerSecond(4_000_000).RecordsOf(200); got != 20_000 {
		t.Errorf("4,000,000 B/s hold %v of 200 B", got)
	}
}

// A share is shown in one way, whoever shows it.
func TestPercent(t *testing.T) {
	for _, c := range []struct {
		share    float64
		decimals int
		want     string
	}{{0, 1, "0%"}, {0.8, 1, "80%"}, {1, 1, "100%"}, {0.9996, 1, "100%"}, {0.12345, 1, "12.3%"}, {0.12345, 2,
		"12.35%"}, {12.5, 0, "1,250%"}} {
		if got := Percent(c.share, c.decimals); got != c.want {
			t.Errorf("%g is %s, want %s", c.share, got, c.want)
		}
	}
	if got := Fraction(0.8).Prose(); got != Percent(0.8, 1) {
		t.Error(got)
	}
}
