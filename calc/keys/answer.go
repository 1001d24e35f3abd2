package keys

import (
	"math"
	"slices"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// Schema names the shape of an Answer in machine formats.
const Schema = "kcalc.keys/v1"

// Answer is where the keys of a stream land, and what that means for its shards.
type Answer struct {
	Schema  string               `json:"schema"`
	Source  string               `json:"source"` // the file that has the keys
	Keys    int                  `json:"keys"`   // by themselves, beside all others
	Records model.Maybe[float64] `json:"records"`
	Bytes   model.Maybe[float64] `json:"bytes"` // of the payload and the keys
	Rest    unit.Fraction        `json:"rest_share"`
	Largest Key                  `json:"largest_key"`
	Rate    model.Maybe[Rate]    `json:"rate"` // of the stream, where it is known
	Target  unit.Fraction        `json:"target_utilization"`
	Verdict Verdict              `json:"verdict"`
	Today   model.Maybe[Today]   `json:"today"` // the shards that the stream has, where they are known
	Counts  []Count              `json:"counts"`
	Layouts []Layout             `json:"layouts"` // of today's shards, and of one count, shard by shard
	Notices []notice.Notice      `json:"warnings"`
}

// Key is a key, and its share of the stream.
type Key struct {
	Name  string        `json:"key"` // "" where only its hash key is known
	Hash  model.Hash    `json:"hash_key"`
	Share unit.Fraction `json:"share"` // of the load: of records or bytes, whichever fills a shard sooner

	// Carries is the largest rate of the whole stream, in records a second, at which this key
	// still fits one shard. No number of shards carries more.
	Carries model.Maybe[float64] `json:"stream_records_per_second_at_most"`
}

// Rate is what the stream gets in the time that counts: its peak, or the mean of the counts.
type Rate struct {
	Records float64 `json:"records_per_second"`
	Bytes   float64 `json:"bytes_per_second"`
	Peak    bool    `json:"peak"`
}

// Verdict is whether more shards help.
type Verdict struct {
	// Fits reports whether a number of shards keeps each at the target: not known where
	// nothing says what a shard may have.
	Fits model.Maybe[bool] `json:"more_shards_help"`

	Uniform  model.Maybe[int] `json:"equal_shards"`    // the fewest that do, if all are equal
	Targeted model.Maybe[int] `json:"targeted_shards"` // the fewest that do, if they are cut at the keys

	// Salt is how many values have to part the largest key, where no shards do.
	Salt model.Maybe[int] `json:"salt"`

	// From these counts on the hottest shard has the largest key and hardly more, so that
	// further shards do not make it cooler.
	UniformCeiling  model.Maybe[int] `json:"equal_shards_ceiling"`
	TargetedCeiling int              `json:"targeted_shards_ceiling"`
}

// Count is one number of shards.
type Count struct {
	Shards   int    `json:"shards"`
	Uniform  Spread `json:"equal"`
	Targeted Spread `json:"targeted"`

	// Salt is how many values would part the largest key so that each part is no more than
	// the mean of a shard.
	Salt int `json:"salt_to_mean"`
}

// Today is how the load lies on the shards that the stream has.
type Today struct {
	Shards  int  `json:"shards"`
	Assumed bool `json:"equal_ranges_assumed"` // their ranges are not known, and taken as equal
	Spread
}

// Spread is how the load lies on some shards.
type Spread struct {
	Share       unit.Fraction              `json:"hottest_share"` // of the load, on the hottest shard
	Records     unit.Fraction              `json:"hottest_records_share"`
	Bytes       unit.Fraction              `json:"hottest_bytes_share"`
	Skew        float64                    `json:"skew"` // load of the hottest shard ÷ mean load
	Utilization model.Maybe[unit.Fraction] `json:"hottest_utilization"`
}

// Layout is some shards, one by one.
type Layout struct {
	Targeted bool    `json:"targeted"` // they are cut at the keys
	Today    bool    `json:"today"`    // they are those that the stream has
	Shards   []Shard `json:"shards"`
}

// Shard is the hash range of a shard and what it gets.
type Shard struct {
	model.HashRange
	Width       unit.Fraction              `json:"width"` // of the hash keys
	Share       unit.Fraction              `json:"share"` // of the load
	Utilization model.Maybe[unit.Fraction] `json:"utilization"`
	Heavy       []Key                      `json:"heaviest_keys"`
}

// Request is what is asked of some keys.
type Request struct {
	Source string
	Shards []int // counts, each once, ascending
	Fewest bool  // and the fewest that do
	Today  Ranges
	Equal  bool // Today is not known, and assumed to be equal

	Notices []notice.Notice // of how Today was read

	Over     unit.Duration // of which the counts are, 0 where it is not known
	Peak     Load          // of the stream in a second: records, or bytes; none where it is not known
	Burst    float64       // busiest second ÷ mean of its minute; 1 where it is not known
	Target   unit.Fraction // utilization
	MaxShare unit.Fraction // of the load, on one shard; 0 for what a shard takes
}

// most is how many shards UpdateShardCount scales to.
func most(l *model.Limits) int { return l.StreamShards.Value }

// near is how much hotter than the largest key a shard may be to count as that key alone.
const near = 0.01

// Ask answers a request about the keys.
func Ask(counts *model.KeyCounts, limits *model.Limits, q *Request) *Answer {
	s := New(counts, limits)
	a := &Answer{Schema: Schema, Source: q.Source, Keys: s.Keys(), Target: q.Target, Counts: []Count{}, Notices: []notice.Notice{}}
	all := s.Total()
	if counts.HasRecords {
		a.Records = model.Known(all.Records)
	}
	if counts.HasBytes {
		a.Bytes = model.Known(all.Bytes)
	}
	a.Rest = s.share(s.rest)
	seconds := q.seconds(all)
	if seconds > 0 {
		a.Rate = model.Known(Rate{all.Records / seconds, all.Bytes / seconds, q.Peak != Load{}})
	}
	key, load := s.Largest()
	a.Largest = s.key(key)
	if all.Records > 0 && s.Fill(load) > 0 {
		a.Largest.Carries = model.Known(all.Records / s.Fill(load))
	}
	limit := q.limit(s, seconds)
	a.Verdict = s.verdict(limits, limit)
	for _, n := range q.counts(&a.Verdict) {
		a.Counts = append(a.Counts, s.count(n, seconds/q.burst()))
	}
	a.Layouts = s.layouts(a, seconds/q.burst())
	if len(q.Today) > 0 {
		a.Today = model.Known(Today{len(q.Today), q.Equal, s.spread(q.Today, seconds/q.burst())})
		l := s.layout(q.Today, false, seconds/q.burst())
		l.Today = true
		a.Layouts = slices.Insert(a.Layouts, 0, l)
	}
	a.Notices = append(a.Notices, a.notices(counts, q)...)
	return a
}

func (q *Request) burst() float64 { return max(1, q.Burst) }

// seconds returns the time in which the stream gets all that was counted, 0 where it is not
// known.
func (q *Request) seconds(all Load) float64 {
	switch {
	case q.Peak.Records > 0 && all.Records > 0:
		return all.Records / q.Peak.Records
	case q.Peak.Bytes > 0 && all.Bytes > 0:
		return all.Bytes / q.Peak.Bytes
	}
	return q.Over.Seconds()
}

// Limit returns the fill that a shard may have, 0 where nothing says it.
func (q *Request) Limit(s *Set) float64 { return q.limit(s, q.seconds(s.Total())) }

// Time returns the seconds in which the stream gets all that was counted, at the rate of its
// busiest second; 0 where it is not known.
func (q *Request) Time(s *Set) float64 { return q.seconds(s.Total()) / q.burst() }

// limit returns the fill that a shard may have, 0 where nothing says it.
func (q *Request) limit(s *Set, seconds float64) float64 {
	switch {
	case q.MaxShare > 0:
		return float64(q.MaxShare) * s.Fill(s.Total()) * (1 + 1e-12)
	default:
		return float64(q.Target) * seconds / q.burst() * (1 + 1e-12)
	}
}

// counts returns the counts to answer for.
func (q *Request) counts(v *Verdict) []int {
	list := slices.Clone(q.Shards)
	if q.Fewest {
		for _, n := range []model.Maybe[int]{v.Uniform, v.Targeted} {
			if n.Known {
				list = append(list, n.Value)
			}
		}
		if !v.Fits.Known {
			list = append(list, v.TargetedCeiling)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// share returns the share of the stream that a load is, by what fills a shard sooner.
func (s *Set) share(l Load) unit.Fraction { return unit.Fraction(s.Fill(l) / s.Fill(s.Total())) }

func (s *Set) key(k model.KeyCount) Key {
	return Key{Name: k.Name, Hash: k.Hash, Share: s.share(Load{k.Records, k.Bytes})}
}

// verdict returns whether more shards keep each at a limit, which is 0 where it is not known.
func (s *Set) verdict(limits *model.Limits, limit float64) (v Verdict) {
	_, load := s.Largest()
	largest := s.Fill(load)
	alone := max(largest*(1+near), s.Fill(s.Total())/float64(most(limits)))
	if r, ok := s.Fewest(alone, most(limits)); ok {
		v.TargetedCeiling = len(r)
	}
	if n, ok := s.FewestUniform(alone, most(limits)); ok {
		v.UniformCeiling = model.Known(n)
	}
	if limit == 0 {
		return v
	}
	r, ok := s.Fewest(limit, most(limits))
	v.Fits = model.Known(ok)
	if !ok {
		v.Salt = model.Known(int(math.Ceil(largest / limit * (1 - 1e-12))))
		return v
	}
	v.Targeted = model.Known(len(r))
	if n, ok := s.FewestUniform(limit, most(limits)); ok {
		v.Uniform = model.Known(n)
	}
	return v
}

// count returns how the load lies on n shards, in a time; 0 where it is not known.
func (s *Set) count(n int, seconds float64) Count {
	c := Count{Shards: n}
	c.Uniform = s.spread(Uniform(n), seconds)
	c.Targeted = s.spread(s.Split(n), seconds)
	_, load := s.Largest()
	c.Salt = max(1, int(math.Ceil(float64(s.share(load))*float64(n)*(1-1e-12))))
	return c
}

func (s *Set) spread(r Ranges, seconds float64) Spread {
	loads := s.Place(r)
	at, fill := s.Hottest(loads)
	all := s.Total()
	sp := Spread{Share: unit.Fraction(fill / s.Fill(all)), Skew: float64(len(r)) * fill / s.Fill(all)}
	if all.Records > 0 {
		sp.Records = unit.Fraction(loads[at].Records / all.Records)
	}
	if all.Bytes > 0 {
		sp.Bytes = unit.Fraction(loads[at].Bytes / all.Bytes)
	}
	sp.Utilization = utilization(fill, seconds)
	return sp
}

func utilization(fill, seconds float64) (u model.Maybe[unit.Fraction]) {
	if seconds > 0 {
		u = model.Known(unit.Fraction(fill / seconds))
	}
	return u
}

// mostHeavyOfShard is how many keys of a shard are named.
const mostHeavyOfShard = 3

// layouts returns the shards of the count that the verdict names, or else of the largest that
// was asked for: equal ones, and those that are cut at the keys.
func (s *Set) layouts(a *Answer, seconds float64) []Layout {
	n := 1
	if len(a.Counts) > 0 {
		n = a.Counts[len(a.Counts)-1].Shards
	}
	switch v := &a.Verdict; {
	case v.Targeted.Known && slices.ContainsFunc(a.Counts, func(c Count) bool { return c.Shards == v.Targeted.Value }):
		n = v.Targeted.Value
	case !v.Fits.Known && slices.ContainsFunc(a.Counts, func(c Count) bool { return c.Shards == v.TargetedCeiling }):
		n = v.TargetedCeiling
	}
	return []Layout{s.layout(Uniform(n), false, seconds), s.layout(s.Split(n), true, seconds)}
}

func (s *Set) layout(r Ranges, targeted bool, seconds float64) Layout {
	l := Layout{Targeted: targeted}
	for i, load := range s.Place(r) {
		sh := Shard{HashRange: r.Range(i), Width: unit.Fraction(r.width(i)), Share: s.share(load),
			Utilization: utilization(s.Fill(load), seconds), Heavy: []Key{}}
		for _, k := range s.Heavy(sh.HashRange, mostHeavyOfShard) {
			sh.Heavy = append(sh.Heavy, s.key(k))
		}
		l.Shards = append(l.Shards, sh)
	}
	return l
}

func (a *Answer) notices(counts *model.KeyCounts, q *Request) []notice.Notice {
	list := slices.Clone(q.Notices)
	switch {
	case !counts.HasBytes:
		list = append(list, notice.KeysWithoutBytes())
	case !counts.HasRecords:
		list = append(list, notice.KeysWithoutRecords())
	}
	if counts.UnreadShards > 0 {
		list = append(list, notice.KeysUnread(counts.UnreadShards))
	}
	if a.Rest > 0 {
		list = append(list, notice.KeysRest(a.Rest))
	}
	switch {
	case !a.Rate.Known && q.MaxShare == 0:
		list = append(list, notice.KeysWithoutRate())
	case a.Rate.Known && !a.Rate.Value.Peak && q.MaxShare == 0:
		list = append(list, notice.KeysMean())
	}
	if q.Equal {
		list = append(list, notice.RangesAssumed(len(q.Today)))
	}
	for i := 1; i < len(a.Counts); i++ {
		if before, c := &a.Counts[i-1], &a.Counts[i]; c.Uniform.Share > before.Uniform.Share*(1+1e-9) {
			return append(list, notice.UniformHotter(before.Shards, c.Shards))
		}
	}
	return list
}
