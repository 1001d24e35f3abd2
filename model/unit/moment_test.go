package unit

import (
	"testing"
	"time"
)

func TestParseMoment(t *testing.T) {
	for text, want := range map[string]time.Time{
		"2026-11-01":                    time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
		"2026-11-01T18:00":              time.Date(2026, 11, 1, 18, 0, 0, 0, time.UTC),
		"2026-11-01T18:00Z":             time.Date(2026, 11, 1, 18, 0, 0, 0, time.UTC),
		"2026-11-01 18:00:30":           time.Date(2026, 11, 1, 18, 0, 30, 0, time.UTC),
		"2026-11-01T18:00:30+01:00":     time.Date(2026, 11, 1, 17, 0, 30, 0, time.UTC),
		"2026-11-01T18:00:30.25-05:30":  time.Date(2026, 11, 1, 23, 30, 30, 25e7, time.UTC),
		"2026-11-01 18:00:30Z":          time.Date(2026, 11, 1, 18, 0, 30, 0, time.UTC),
		"2024-02-29T00:00:00Z":          time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC),
		"2026-11-01T18:00:00.000+00:00": time.Date(2026, 11, 1, 18, 0, 0, 0, time.UTC),
	} {
		got, err := ParseMoment(text)
		if err != nil || !got.Equal(want) || got.Location() != time.UTC {
			t.Errorf("%q: %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "yesterday", "2026-13-01", "2025-02-29", "2026-11-01T25:00", "2026-11-01T18",
		"01.11.2026", "2026-11-01T18:00:00 CET", "2026-11-01T18:00:60Z", " 2026-11-01"} {
		if got, err := ParseMoment(text); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
}
