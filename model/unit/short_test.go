package unit

import (
	"testing"
	"time"
)

func TestShort(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Bytes(0).Short(), "0 B"},
		{Bytes(1023).Short(), "1,023 B"},
		{Bytes(1024).Short(), "1 KiB"},
		{Bytes(1.234 * float64(MiB)).Short(), "1.23 MiB"},
		{Bytes(1023 * KiB).Short(), "1,023 KiB"},
		{Bytes(5000 * GiB).Short(), "5,000 GiB"},
		{Bytes(0.01234).Short(), "0.0123 B"},
		{BytesPerSecond(1.5 * float64(MiB)).Short(), "1.5 MiB/s"},
		{RecordsPerSecond(1234.6).Short(), "1,235 records/s"},
		{RecordsPerSecond(0.5).Short(), "0.5 records/s"},
		{RecordsPerSecond(1e90).Short(), "1e+90 records/s"},
		{RecordsPerSecond(999e12).Short(), "999,000,000,000,000 records/s"},
		{Duration(0).Short(), "0ms"},
		{Duration(1500 * time.Microsecond).Short(), "1.5ms"},
		{Duration(61500 * time.Millisecond).Short(), "1m2s"},
		{Duration(3*time.Hour + 59*time.Second).Short(), "3h1m"},
		{Duration(49 * time.Hour).Short(), "2d1h"},
		{Duration(1234 * time.Millisecond).Short(), "1.23s"},
	} {
		if c.got != c.want {
			t.Errorf("%q, not %q", c.got, c.want)
		}
	}
}

func TestElapsed(t *testing.T) {
	for seconds, want := range map[float64]string{0: "0s", 0.07: "70ms", 1: "1s", 90: "1m30s", 86400: "1d",
		1e12: "more than 292 years"} {
		if got := Elapsed(seconds); got != want {
			t.Errorf("%g: %s, want %s", seconds, got, want)
		}
	}
}
