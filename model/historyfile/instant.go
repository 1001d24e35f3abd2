package historyfile

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/kcalc/kcalc/model/unit"
)

// Times of a history. Before CloudWatch there was none, and beyond two hundred
// years arithmetic with nanoseconds ends.
var (
	earliest = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
)

const instantAllowed = "a time such as 2026-11-01T00:00:00Z, from 1970 to 2199"

// utc returns the time of nanoseconds since 1970.
func utc(ns int64) time.Time { return time.Unix(0, ns).UTC() }

// inRange reports whether a history may have a time.
func inRange(t time.Time) bool { return !t.Before(earliest) && t.Before(latest) }

const momentAllowed = "a time such as 2026-11-01T00:00:00Z or 2026-11-01 00:00 (UTC), or the seconds or " +
	"milliseconds since 1970"

// moment reads a time as people and programs write it, in nanoseconds since
// 1970: what [unit.ParseMoment] reads, with " UTC" for a zone as some databases
// write it, or seconds since 1970, milliseconds if they have 13 digits.
func moment(text string) (ns int64, ok bool) {
	if n, err := strconv.ParseUint(text, 10, 63); err == nil {
		if len(text) == 13 {
			return sinceEpoch(float64(n) / 1e3)
		}
		return sinceEpoch(float64(n))
	}
	if bare, isUTC := strings.CutSuffix(text, " UTC"); isUTC {
		text = bare + "Z"
	}
	t, err := unit.ParseMoment(strings.Replace(text, " ", "T", 1))
	return t.UnixNano(), err == nil && canBegin(t)
}

// canBegin reports whether a period of up to a day may begin at a time.
func canBegin(t time.Time) bool { return inRange(t) && inRange(t.AddDate(0, 0, 1)) }

// sinceEpoch reads seconds since 1970, which have milliseconds at most: a
// float64 holds no more for certain.
func sinceEpoch(seconds float64) (ns int64, ok bool) {
	if !(seconds >= 0 && seconds < float64(latest.Unix())) {
		return 0, false
	}
	ns = int64(math.Round(seconds*1e3)) * 1e6
	return ns, canBegin(utc(ns))
}

// plainTime reads the times that programs print most: RFC 3339 in UTC, to the
// second. It is there for speed alone.
func plainTime(text []byte) (ns int64, ok bool) {
	const plain = len("2006-01-02T15:04:05")
	if len(text) <= plain || text[plain] != 'Z' && string(text[plain:]) != "+00:00" {
		return 0, false
	}
	var t time.Time
	in := append(make([]byte, 0, plain+1), text[:plain]...)
	err := t.UnmarshalText(append(in, 'Z'))
	return t.UnixNano(), err == nil && canBegin(t)
}
