package records

import (
	"math"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Request is what is to be read.
type Request struct {
	Stream   model.Name
	From, To time.Time // by arrival, To is not in it and may be to come

	// CallsPerSecond is how many GetRecords calls a second each shard gets at most. Of the bytes
	// that a shard gives, no larger share is taken than this is of the calls.
	CallsPerSecond float64
}

// Plan is what reading takes at most.
type Plan struct {
	Request
	Shards   []Shard       // that reading begins with
	Share    float64       // of each shard's read limits, which all standard consumers share
	Duration time.Duration // if every shard was written to at its limits
	Calls    int           // of GetRecords, then
	Bytes    unit.Bytes    // that it reads, then

	limits *model.Limits
}

// Plan returns what reading some shards takes at most at a time.
func (q Request) Plan(shards []Shard, limits *model.Limits, now time.Time) *Plan {
	p := &Plan{Request: q, Shards: shards, limits: limits, Share: q.CallsPerSecond / limits.ShardReadCalls.Value}
	window := q.To.Sub(q.From).Seconds()
	bytes := window * float64(limits.ShardWriteBytes.Value)
	seconds := max(bytes/(p.Share*float64(limits.ShardReadBytes.Value)), q.To.Sub(now).Seconds())
	calls := max(1, math.Ceil(seconds*q.CallsPerSecond))
	p.Duration = time.Duration(seconds * float64(time.Second)).Round(time.Second)
	p.Calls = int(calls) * len(shards)
	p.Bytes = unit.Bytes(bytes * float64(len(shards)))
	return p
}

// interval returns the shortest time between the beginnings of two calls to a shard.
func (p *Plan) interval() time.Duration {
	return time.Duration(float64(time.Second) / p.CallsPerSecond)
}

// bytesPerSecond returns how much a shard may be read.
func (p *Plan) bytesPerSecond() float64 { return p.Share * float64(p.limits.ShardReadBytes.Value) }

// records returns how many records a call may ask for, by the mean size of those before: so many
// that the bytes of a call are no larger a share of a shard's than calls are.
func (p *Plan) records(records int, bytes int64) int32 {
	const first = 100 // of which no size is known
	if records == 0 {
		return first
	}
	each := float64(p.limits.ShardReadBytes.Value) / p.limits.ShardReadCalls.Value
	mean := max(1, float64(bytes)/float64(records))
	return int32(min(max(1, each/mean), float64(p.limits.PollRecords.Value)))
}
