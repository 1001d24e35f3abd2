package historyfile

import (
	"math"
	"regexp"
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

const momentAllowed = "a time such as 2026-11-01T00:00:00Z or 2026-11-01 00:00 UTC, or the seconds or " +
	"milliseconds since 1970"

// What a time can be wrong with.
const (
	notATime = "not a time of a history"
	noZone   = "a time without its zone"
)

// zoneAllowed says how to give the zone of times that have none.
const zoneAllowed = "times in UTC such as 2026-11-01T00:00:00Z, a head that says so such as Time (UTC), or the zone " +
	"that the times are in: {option:timezone} UTC, {option:timezone} Europe/Berlin"

// allowedTime returns what is allowed instead of a time with a problem.
func allowedTime(problem string) string {
	if problem == notATime {
		return momentAllowed
	}
	return zoneAllowed
}

var (
	digits    = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`)
	zoned     = regexp.MustCompile(`(Z|[+-][0-9]{2}:[0-9]{2})$`)
	slashDate = regexp.MustCompile(`^([0-9]{4})/([0-9]{2})/([0-9]{2})`)
)

// moment reads a time as people and programs write it, in nanoseconds since
// 1970: what [unit.ParseMoment] reads, with slashes in the date or " UTC" for a zone as
// some programs write them, or seconds since 1970, milliseconds if they have 13
// digits. It returns what is wrong with the time, "" if nothing is.
func (n *notes) moment(text string) (ns int64, problem string) {
	if digits.MatchString(text) {
		seconds, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return 0, notATime
		}
		return asTime(sinceEpoch(seconds))
	}
	if bare, isUTC := strings.CutSuffix(text, " UTC"); isUTC {
		text = bare + "Z"
	}
	text = slashDate.ReplaceAllString(text, "$1-$2-$3")
	t, err := unit.ParseMoment(strings.Replace(text, " ", "T", 1))
	switch {
	case err != nil || !canBegin(t):
		return 0, notATime
	case zoned.MatchString(text) && len(text) > len(time.DateOnly):
		return t.UnixNano(), ""
	case n.zone == nil:
		return 0, noZone
	}
	return n.local(t)
}

// asTime returns a time, and notATime if it is none.
func asTime(ns int64, ok bool) (int64, string) {
	if !ok {
		return 0, notATime
	}
	return ns, ""
}

// local returns the time at which clocks in the zone show what clock does in UTC. Where
// they are set back they show it twice: it is then the time that is nearer to the one
// before it in the file. Where they are set forward they do not show it at all.
func (n *notes) local(clock time.Time) (ns int64, problem string) {
	best, distance := int64(0), int64(math.MaxInt64)
	for _, hours := range [...]int{-24, 0, 24} { // offsets before, at and after a change near it
		_, offset := clock.Add(time.Duration(hours) * time.Hour).In(n.zone).Zone()
		at := clock.Add(-time.Duration(offset) * time.Second)
		if _, shown := at.In(n.zone).Zone(); shown != offset || at.UnixNano() == n.latest && n.later {
			continue
		}
		far := at.UnixNano() - n.latest
		if !n.later {
			far = at.Unix() // the earlier one
		}
		if far = max(far, -far); far < distance {
			best, distance = at.UnixNano(), far
		}
	}
	if distance == math.MaxInt64 {
		if n.later && n.isAt(clock) {
			return n.latest, ""
		}
		return 0, "a time that clocks in " + n.zone.String() + " do not show"
	}
	n.latest, n.later = best, true
	return best, ""
}

// isAt reports whether clocks in the zone showed a time when the latest time was.
func (n *notes) isAt(clock time.Time) bool {
	_, offset := utc(n.latest).In(n.zone).Zone()
	return utc(n.latest).Add(time.Duration(offset) * time.Second).Equal(clock)
}

// canBegin reports whether a period of up to a day may begin at a time.
func canBegin(t time.Time) bool { return inRange(t) && inRange(t.AddDate(0, 0, 1)) }

// leastMillis is above all seconds since 1970 that a history may have, and below the
// milliseconds of all times since 1973.
const leastMillis = 1e11

// sinceEpoch reads seconds since 1970, which have milliseconds at most: a
// float64 holds no more for certain. More than a history may have are milliseconds.
func sinceEpoch(seconds float64) (ns int64, ok bool) {
	if seconds >= leastMillis {
		seconds /= 1e3
	}
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
