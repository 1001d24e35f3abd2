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

// Moment is a point in time: seconds since 1970 began in UTC. 0 is none.
type Moment int64

// UnmarshalText reads the text as ParseMoment does.
func (m *Moment) UnmarshalText(text []byte) error {
	at, err := ParseMoment(string(text))
	if err == nil {
		*m = Moment(at.Unix())
	}
	return err
}

// Time returns the moment as package time has it.
func (m Moment) Time() time.Time { return time.Unix(int64(m), 0).UTC() }

// String returns the text that parses back to the same moment: "2026-11-01T18:00:00Z"; ""
// of none.
func (m Moment) String() string {
	if m == 0 {
		return ""
	}
	return Stamp(m.Time())
}

// Measure returns the moment as text; it has no unit.
func (m Moment) Measure() (value any, unit string) { return m.String(), "" }

// Stamp returns a time in UTC as files and messages have it:
// 2026-11-01T18:00:00Z.
func Stamp(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }
