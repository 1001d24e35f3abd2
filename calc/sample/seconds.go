package sample

import (
	"maps"
	"slices"
	"time"

	"github.com/kcalc/kcalc/model"
)

// seconds counts records by the second in which they came. It is nil where there were too many
// seconds.
type seconds map[int64]*second

type second struct{ records, bytes int64 }

// add adds a record, and reports whether its second is new.
func (s seconds) add(at time.Time, bytes int64) bool {
	one, known := s[at.Unix()]
	if !known {
		one = &second{}
		s[at.Unix()] = one
	}
	one.records++
	one.bytes += bytes
	return !known
}

// busiest returns the busiest seconds of a time, of equal ones the first. It is not known where
// none of them has a record.
func (s seconds) busiest(from, to time.Time) (b model.Maybe[model.Busiest]) {
	var byRecords, byBytes int64
	var records, bytes second
	for _, at := range slices.Sorted(maps.Keys(s)) {
		if at < from.Unix() || at >= to.Unix() {
			continue
		}
		b.Known = true
		if one := *s[at]; one.records > records.records {
			byRecords, records = at, one
		}
		if one := *s[at]; one.bytes > bytes.bytes {
			byBytes, bytes = at, one
		}
	}
	if b.Known {
		b.Value = model.Busiest{ByRecords: s.minute(byRecords, from, to), ByBytes: s.minute(byBytes, from, to)}
	}
	return b
}

// minute returns a second with the minute that it is in, as far as that is in a time.
func (s seconds) minute(at int64, from, to time.Time) model.Second {
	const length = 60
	one := model.Second{At: time.Unix(at, 0).UTC(), Records: s[at].records, Bytes: s[at].bytes}
	begin := at - at%length
	for i := max(begin, from.Unix()); i < min(begin+length, to.Unix()); i++ {
		one.MinuteSeconds++
		if other := s[i]; other != nil {
			one.MinuteRecords += other.records
			one.MinuteBytes += other.bytes
		}
	}
	return one
}
