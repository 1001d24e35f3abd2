package calc

import (
	"math"

	"github.com/kcalc/kcalc/model"
)

// Packing is how a producer's user records become Kinesis records. Each of p
// producer processes keeps one open aggregate per shard and sends it when its
// buffer time t has passed since its first record, or when it is full.
//
// Source: the KPL's aggregation format and its configuration,
// https://github.com/awslabs/amazon-kinesis-producer
type Packing struct {
	Bare      float64 // bytes of a record that goes alone: s + k
	Record    float64 // b: bytes of a user record in an aggregate, s + k + 10
	Overhead  float64 // bytes of an aggregate besides its records: 20
	full      float64 // cap: user records in a full aggregate; 0 when none are packed
	producers float64 // p
	buffer    float64 // t, seconds
}

// NewPacking reads a producer's settings. An aggregate that has room for one
// record only is not built: the record goes alone.
func NewPacking(l *model.Limits, p *model.Producer) Packing {
	if p.RecordSize == 0 {
		return Packing{} // not known: what counts bytes needs nothing
	}
	bare := float64(p.RecordSize + p.PartitionKeySize)
	a := &p.Aggregation
	if a.Producers == 0 {
		return Packing{Bare: bare}
	}
	record := bare + float64(l.AggregatedOverhead.Value)
	overhead := float64(l.AggregateOverhead.Value)
	full := math.Floor((float64(a.MaxSize) - overhead) / record)
	if a.MaxCount > 0 {
		full = math.Min(full, float64(a.MaxCount))
	}
	if full < 2 {
		return Packing{Bare: bare}
	}
	return Packing{bare, record, overhead, full, float64(a.Producers), a.Buffer.Seconds()}
}

// On reports whether records are packed at all.
func (p *Packing) On() bool { return p.full > 0 }

// PerRecord returns n, the user records in a Kinesis record, when user records
// come at a rate to a number of shards: n = min(1 + λ·t, cap), where
// λ = R/(p·N) is what one producer sends to one shard.
func (p *Packing) PerRecord(rate, shards float64) float64 {
	if !p.On() {
		return 1
	}
	return math.Min(1+rate/(p.producers*shards)*p.buffer, p.full)
}

// Wire returns w, the bytes that a user record puts on the wire: b + 20/n.
func (p *Packing) Wire(rate, shards float64) float64 {
	if !p.On() {
		return p.Bare
	}
	return p.Record + p.Overhead/p.PerRecord(rate, shards)
}

// Size returns the bytes of a Kinesis record: n·b + 20.
func (p *Packing) Size(rate, shards float64) float64 {
	if !p.On() {
		return p.Bare
	}
	return p.PerRecord(rate, shards)*p.Record + p.Overhead
}

// recordsNeed returns the smallest N with moved·q ≤ N·limit, where limit is
// Kinesis records per second per shard and q = 1/n is set by the rate packed:
// N = max(X/limit − R·t/p, X/(limit·cap)).
func (p *Packing) recordsNeed(moved, packed, limit float64) float64 {
	if !p.On() {
		return moved / limit
	}
	return math.Max(moved/limit-packed*p.buffer/p.producers, moved/(limit*p.full))
}

// bytesNeed returns the smallest N with moved·w ≤ N·limit, where limit is bytes
// per second per shard and w is set by the rate packed. It is the larger of
// X·(b + 20/cap)/W, for full aggregates, and the positive root of
// p·W·N² + (W·R·t − X·p·(b + 20))·N − X·b·R·t = 0, for those that time closes.
func (p *Packing) bytesNeed(moved, packed, limit float64) float64 {
	if !p.On() {
		return moved * p.Bare / limit
	}
	waiting := packed * p.buffer // R·t
	root := positiveRoot(
		p.producers*limit,
		limit*waiting-moved*p.producers*(p.Record+p.Overhead),
		-moved*p.Record*waiting)
	return math.Max(moved*(p.Record+p.Overhead/p.full)/limit, root)
}

// positiveRoot returns the root above 0 of a·x² + b·x + c, a > 0 and c ≤ 0, in
// the form that does not subtract two like numbers.
func positiveRoot(a, b, c float64) float64 {
	d := math.Sqrt(b*b - 4*a*c)
	if b > 0 {
		return -2 * c / (b + d)
	}
	return (d - b) / (2 * a)
}
