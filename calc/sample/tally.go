package sample

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/recordfile"
)

// Options say what is counted.
type Options struct {
	KeepKeys bool // beside their hash keys
	MostKeys int  // that are counted by themselves; 0 is [MostKeys]
}

// MostKeys is how many keys are counted by themselves, in about 200 MB.
const MostKeys = 500_000

// mostSeconds is how many seconds are counted, of all shards together: 23 days of one.
const mostSeconds = 2_000_000

// Tally counts records. Several goroutines may add to it at once.
type Tally struct {
	options Options

	mu      sync.Mutex
	traffic model.Traffic
	keys    *sketch
	sizes   sizes
	users   sizes
	seconds seconds
	counted int // seconds, of the stream and all shards
	undated bool
	first   time.Time
	last    time.Time
	shards  []*Shard
}

// Shard is one of the shards whose records are counted.
type Shard struct {
	model.SampledShard
	seconds seconds
}

// New returns a tally of nothing.
func New(o Options) *Tally {
	o.MostKeys = cmp.Or(o.MostKeys, MostKeys)
	return &Tally{options: o, keys: newSketch(o.MostKeys), sizes: sizes{}, users: sizes{}, seconds: seconds{}}
}

// Shard returns a shard to add records of.
func (t *Tally) Shard(id string, r model.HashRange) *Shard {
	t.mu.Lock()
	defer t.mu.Unlock()
	sh := &Shard{SampledShard: model.SampledShard{ID: id, HashRange: r}, seconds: seconds{}}
	t.shards = append(t.shards, sh)
	return sh
}

// Add adds Kinesis records of a shard, which is nil where it is not known. It keeps nothing of
// their payload.
func (t *Tally) Add(sh *Shard, records ...model.Record) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range records {
		t.record(sh, &records[i])
	}
}

func (t *Tally) record(sh *Shard, r *model.Record) {
	bytes := r.Size + int64(len(r.PartitionKey))
	t.traffic.Records++
	t.traffic.PayloadBytes += r.Size
	t.traffic.KeyBytes += int64(len(r.PartitionKey))
	t.sizes.add(r.Size)
	if sh != nil {
		sh.Records++
		sh.Bytes += bytes
	}
	t.arrived(sh, r.Arrival, bytes)
	if users := recordfile.Unpack(r.Data); len(users) > 0 {
		t.aggregate(users)
		return
	}
	a := amount{1, bytes, billionths}
	t.user(r.Size, len(r.PartitionKey))
	hash := model.HashOf(r.PartitionKey)
	switch {
	case r.ExplicitHashKey.Known:
		hash = r.ExplicitHashKey.Value
	case sh != nil && (hash.Less(sh.First) || sh.Last.Less(hash)):
		// It came here by an explicit hash key, which GetRecords does not tell.
		t.traffic.ExplicitHashKeys++
		t.keys.rest.add(a)
		return
	}
	t.keys.add(hash, func() string { return t.name(r.PartitionKey) }, a)
}

// aggregate adds the user records of an aggregate, each of which is as much of a Kinesis record
// as any other.
func (t *Tally) aggregate(users []recordfile.UserRecord) {
	t.traffic.Aggregates++
	share := billionths / int64(len(users))
	for i := range users {
		u := &users[i]
		t.user(int64(u.Size), len(u.Key))
		t.keys.add(u.Hash(), func() string { return t.name(string(u.Key)) }, amount{1, int64(u.Size + len(u.Key)), share})
	}
}

// user adds the sizes of a user record.
func (t *Tally) user(payload int64, key int) {
	t.traffic.UserRecords++
	t.traffic.UserPayloadBytes += payload
	t.traffic.UserKeyBytes += int64(key)
	t.users.add(payload)
}

// name returns a key as it is kept, in memory of its own.
func (t *Tally) name(key string) string {
	if !t.options.KeepKeys {
		return ""
	}
	return strings.Clone(strings.ToValidUTF8(key, "\uFFFD"))
}

// arrived adds a record to the second in which it came.
func (t *Tally) arrived(sh *Shard, at time.Time, bytes int64) {
	if at.IsZero() {
		t.undated = true
		return
	}
	if t.first.IsZero() || at.Before(t.first) {
		t.first = at
	}
	if at.After(t.last) {
		t.last = at
	}
	if t.seconds != nil && t.seconds.add(at, bytes) {
		t.counted++
	}
	if sh != nil && sh.seconds != nil && sh.seconds.add(at, bytes) {
		t.counted++
	}
	if t.counted > mostSeconds {
		t.forget()
	}
}

// forget gives up the seconds of shards, or those of all records where that is not enough.
func (t *Tally) forget() {
	for _, sh := range t.shards {
		sh.seconds = nil
	}
	if t.counted = len(t.seconds); t.counted > mostSeconds/2 {
		t.seconds, t.counted = nil, 0
	}
}

// Sample returns what was counted. It is of the time from the first record to the last, in whole
// seconds, which is not known where a record has no arrival.
func (t *Tally) Sample() *model.Sample {
	var from, to time.Time
	t.mu.Lock()
	if !t.undated && !t.first.IsZero() {
		from, to = t.first.Truncate(time.Second), t.last.Truncate(time.Second).Add(time.Second)
	}
	t.mu.Unlock()
	return t.Between(from, to)
}

// Between returns what was counted of a time that was read.
func (t *Tally) Between(from, to time.Time) *model.Sample {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := &model.Sample{Schema: model.SampleSchema, Source: model.SampleOfFiles, Traffic: t.traffic,
		Shards: []model.SampledShard{}, Sizes: t.sizes.list(), UserSizes: []model.SizeCount{}, Keys: t.keys.keys(),
		Rest: t.keys.rest.traffic()}
	if t.traffic.Aggregates > 0 {
		s.UserSizes = t.users.list()
	}
	if t.keys.full() {
		users, bytes := t.keys.wrong()
		s.Sketch = model.Known(model.Sketch{Counted: t.options.MostKeys, UserRecords: users, Bytes: bytes})
	} else {
		s.DistinctKeys = model.Known(len(s.Keys))
	}
	t.dated(s, from, to)
	return s
}

// dated adds what is known of the time of a sample.
func (t *Tally) dated(s *model.Sample, from, to time.Time) {
	together := to
	for _, sh := range t.shards {
		one := sh.SampledShard
		if one.From.Known && one.To.Known {
			one.Busiest = sh.seconds.busiest(one.From.Value, one.To.Value)
			if !one.Closed && one.To.Value.Before(together) {
				together = one.To.Value
			}
		}
		s.Shards = append(s.Shards, one)
	}
	slices.SortFunc(s.Shards, func(a, b model.SampledShard) int { return cmp.Compare(a.ID, b.ID) })
	if from.IsZero() {
		return
	}
	s.From, s.To = model.Known(from.UTC()), model.Known(to.UTC())
	s.Busiest = t.seconds.busiest(from, together)
}
