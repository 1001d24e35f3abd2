package unit

import (
	"errors"
	"time"
)

// momentLayouts are the forms of a moment, by how much of it is written. What
// has no zone is UTC.
var momentLayouts = [...]string{
	time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04",
	"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly,
}

// ParseMoment reads a date or a time: 2026-11-01, 2026-11-01T18:00,
// 2026-11-01 18:00:00, 2026-11-01T18:00:00+01:00. What has no zone is UTC.
func ParseMoment(text string) (time.Time, error) {
	for _, layout := range momentLayouts {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), nil
		}
	}
	return time.Time{}, errors.New("not a time")
}

// Stamp returns a time in UTC as files and messages have it:
// 2026-11-01T18:00:00Z.
func Stamp(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }
