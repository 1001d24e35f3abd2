package model

import (
	"time"

	"github.com/kcalc/kcalc/model/unit"
)

// SampleSchema names the shape of a sample.
const SampleSchema = "kcalc.sample/v1"

// Sample is what some records of a stream tell of its keys, sizes and seconds. It has
// nothing of a payload. Package samplefile reads and writes it.
//
// A Kinesis record is what a shard's limits count. A user record is what a producer put: one
// of those that the KPL packed into a Kinesis record, or else the Kinesis record itself.
// Shards and seconds count Kinesis records; keys are those of user records.
type Sample struct {
	Schema string        `json:"schema"`
	Stream Maybe[Name]   `json:"stream"` // not known of files
	Region Maybe[Region] `json:"region"`
	Source string        `json:"source"` // GetRecords or files

	// From and To are the time of which the records are, by their arrival; To is not in it.
	From    Maybe[time.Time] `json:"from"`
	To      Maybe[time.Time] `json:"to"`
	Partial bool             `json:"partial"` // reading ended before To, on one shard or on all

	OpenShards Maybe[int]     `json:"open_shards"`   // of the stream
	Unread     int            `json:"unread_shards"` // open when the time began, and not read
	Shards     []SampledShard `json:"shards"`        // those that were read, by id; none where records do not say it
	Traffic    Traffic        `json:"traffic"`       // of all that was read
	Busiest    Maybe[Busiest] `json:"busiest"`       // seconds of all that was read together
	Sizes      []SizeCount    `json:"sizes"`         // of the payload of Kinesis records, ascending
	UserSizes  []SizeCount    `json:"user_sizes"`    // of user records; none without aggregates

	DistinctKeys Maybe[int]    `json:"distinct_keys"` // not known where Sketch is
	Keys         []SampledKey  `json:"keys"`          // by hash key
	Rest         KeyTraffic    `json:"rest"`          // all keys that are not among Keys, together
	Sketch       Maybe[Sketch] `json:"sketch"`        // where there were more keys than are counted

	Reading Maybe[Reading] `json:"reading"` // where kcalc read the stream
}

// Where the records of a sample come from.
const (
	SampleOfStream = "GetRecords"
	SampleOfFiles  = "files"
)

// Traffic is records, counted as Kinesis records and as user records. Without aggregates both
// are the same.
type Traffic struct {
	Records          int64 `json:"records"`
	PayloadBytes     int64 `json:"payload_bytes"`
	KeyBytes         int64 `json:"key_bytes"`  // of partition keys
	Aggregates       int64 `json:"aggregates"` // records of the KPL among them
	UserRecords      int64 `json:"user_records"`
	UserPayloadBytes int64 `json:"user_payload_bytes"`
	UserKeyBytes     int64 `json:"user_key_bytes"`

	// Kinesis records that are on another shard than their key is: an explicit hash key, which
	// GetRecords does not tell, brought them there. They are among the rest of the keys.
	ExplicitHashKeys int64 `json:"explicit_hash_keys"`
}

// SampledShard is what was read of one shard.
type SampledShard struct {
	ID string `json:"shard"`
	HashRange
	From    Maybe[time.Time] `json:"from"`
	To      Maybe[time.Time] `json:"to"` // how far it was read
	Closed  bool             `json:"closed"`
	Records int64            `json:"records"` // Kinesis records
	Bytes   int64            `json:"bytes"`   // of their payload and partition keys
	Busiest Maybe[Busiest]   `json:"busiest"`
}

// Busiest are the busiest seconds, by records and by bytes.
type Busiest struct {
	ByRecords Second `json:"by_records"`
	ByBytes   Second `json:"by_bytes"`
}

// Second is what came in a second, and in the minute of the clock that it is in.
type Second struct {
	At            time.Time `json:"at"`
	Records       int64     `json:"records"` // Kinesis records
	Bytes         int64     `json:"bytes"`
	MinuteRecords int64     `json:"minute_records"`
	MinuteBytes   int64     `json:"minute_bytes"`
	MinuteSeconds int       `json:"minute_seconds"` // how many of the minute are in the sample
}

// SizeCount is the records of some sizes.
type SizeCount struct {
	Largest int64 `json:"up_to"` // size of the payload in bytes; above that of the one before
	Records int64 `json:"records"`
	Bytes   int64 `json:"payload_bytes"`
}

// KeyTraffic is what one or more partition keys brought.
type KeyTraffic struct {
	UserRecords int64 `json:"user_records"`
	Bytes       int64 `json:"bytes"` // of payload and partition key

	// Records is the Kinesis records that they were in: 1/n of an aggregate of n user records
	// for each, to a billionth.
	Records float64 `json:"records"`
}

// SampledKey is what one partition key brought. Its explicit hash key goes before the hash of
// the key.
type SampledKey struct {
	Hash Hash   `json:"hash"`
	Name string `json:"key,omitempty"` // where keys were to be kept
	KeyTraffic
}

// Sketch says by how much counts of keys may be wrong where there were more than are counted
// by themselves. A count is never above the truth. Any key that brought more than the error is
// among those that are counted.
type Sketch struct {
	Counted     int   `json:"counted_keys"` // at most
	UserRecords int64 `json:"user_records_error"`
	Bytes       int64 `json:"bytes_error"`
}

// Reading is what it took to read a stream.
type Reading struct {
	Calls     int   `json:"get_records_calls"`
	Throttled int   `json:"throttled_calls"`
	Bytes     int64 `json:"bytes"` // of all records that came, those outside of the time included

	// The largest share of a shard's read limits that reading took, which are shared with all
	// standard consumers.
	Share float64 `json:"read_limit_share"`
}

// Over returns the time of which the counts are, 0 where it is not known: as of a part whose
// shards were read to different times.
func (s *Sample) Over() unit.Duration {
	if !s.From.Known || !s.To.Known {
		return 0
	}
	if !s.Partial {
		return unit.Duration(s.To.Value.Sub(s.From.Value))
	}
	const alike = 0.95
	var all, least, most unit.Duration
	for i := range s.Shards {
		read := s.Shards[i].over()
		if all += read; i == 0 || read < least {
			least = read
		}
		most = max(most, read)
	}
	if len(s.Shards) == 0 || float64(least) < alike*float64(most) {
		return 0
	}
	return all / unit.Duration(len(s.Shards))
}

func (s *SampledShard) over() unit.Duration {
	if !s.From.Known || !s.To.Known {
		return 0
	}
	return unit.Duration(s.To.Value.Sub(s.From.Value))
}

// Burst returns how many times the mean of its minute the busiest second had, by records or
// bytes, whichever is more; 0 where no second is known.
//
//	β = max(rₛ ÷ (Rₘ/n), bₛ ÷ (Bₘ/n))
//
// Rₘ and Bₘ came in the n seconds of the minute that are in the sample, of which n is 30 at
// least: a mean of fewer is not one of a minute.
func (s *Sample) Burst() unit.Factor {
	const fewest = 30
	b := s.Busiest.Value
	if !s.Busiest.Known || b.ByRecords.MinuteSeconds < fewest || b.ByBytes.MinuteSeconds < fewest {
		return 0
	}
	return max(1, times(b.ByRecords.Records, b.ByRecords.MinuteRecords, b.ByRecords.MinuteSeconds),
		times(b.ByBytes.Bytes, b.ByBytes.MinuteBytes, b.ByBytes.MinuteSeconds))
}

func times(second, minute int64, seconds int) unit.Factor {
	if minute == 0 {
		return 0
	}
	return unit.Factor(float64(second) * float64(seconds) / float64(minute))
}

// UnreadShards returns of how many shards the sample has nothing: they were open when its time
// began.
func (s *Sample) UnreadShards() int { return s.Unread }

// KeyCounts returns what the keys brought. Records are Kinesis records, which a shard's limit
// counts: of an aggregate each of n user records brings 1/n.
func (s *Sample) KeyCounts() *KeyCounts {
	c := &KeyCounts{HasRecords: true, HasBytes: true, Over: s.Over(), Burst: s.Burst(), UnreadShards: s.UnreadShards(),
		Rest: KeyCount{Records: s.Rest.Records, Bytes: float64(s.Rest.Bytes)}, Keys: make([]KeyCount, len(s.Keys))}
	for i := range s.Keys {
		k := &s.Keys[i]
		c.Keys[i] = KeyCount{Hash: k.Hash, Name: k.Name, Records: k.Records, Bytes: float64(k.Bytes)}
	}
	return c
}
