package replay

import (
	"math"

	"github.com/kcalc/kcalc/model"
)

// packing is how producers pack user records into aggregates: each has one open
// for each shard, and sends it when it is full, or its time is up.
type packing struct {
	enabled              bool
	producers, buffer    float64
	maxSize              float64 // bytes of an aggregate
	overhead, membership float64 // bytes that an aggregate adds, and a user record in it
}

func newPacking(l *model.Limits, a *model.Aggregation) packing {
	return packing{
		enabled: a.Producers > 0, producers: float64(a.Producers), buffer: a.Buffer.Seconds(), maxSize: float64(a.MaxSize),
		overhead: float64(l.AggregateOverhead.Value), membership: float64(l.AggregatedOverhead.Value),
	}
}

// pack is what is written for user records a second, over a number of shards.
// The record that opens an aggregate is joined by those that its producer has for
// the shard within the buffer time.
func (p *packing) pack(f Flow, shards float64) flow {
	if !p.enabled || f.Records == 0 {
		return flow{f.Records, f.Records, f.Bytes}
	}
	member := f.Bytes/f.Records + p.membership
	full := math.Floor((1 + tolerance) * (p.maxSize - p.overhead) / member)
	if full < 2 {
		return flow{f.Records, f.Records, f.Bytes}
	}
	together := min(full, 1+f.Records/(p.producers*shards)*p.buffer)
	aggregates := f.Records / together
	return flow{f.Records, aggregates, f.Records*member + aggregates*p.overhead}
}
