package replay

import (
	"math"

	"github.com/kcalc/kcalc/model"
)

// packing is how producers pack user records into aggregates, as the Kinesis
// Producer Library does: each has one open aggregate for each shard, and sends it
// when it is full or its buffer time is over.
type packing struct {
	enabled              bool
	producers            float64 // processes
	buffer               float64 // seconds that an aggregate stays open
	maxSize              float64 // bytes of an aggregate
	maxCount             float64 // user records of an aggregate; +Inf without a bound
	overhead, membership float64 // bytes that an aggregate adds, and each user record in it
}

func newPacking(l *model.Limits, a *model.Aggregation) packing {
	most := inf
	if a.MaxCount > 0 {
		most = float64(a.MaxCount)
	}
	return packing{
		maxCount: most,
		enabled:  a.Producers > 0, producers: float64(a.Producers), buffer: a.Buffer.Seconds(), maxSize: float64(a.MaxSize),
		overhead: float64(l.AggregateOverhead.Value), membership: float64(l.AggregatedOverhead.Value),
	}
}

// pack returns what is written for a flow of user records to a number of shards.
// With λ = R/(p·N) records a second for each producer and shard, an aggregate has
// n = min(1 + λ·t, cap) records: the one that opens it, and those that its producer
// has for the shard within the buffer time t, up to the cap that fits. Where not even
// two fit, records are sent as they are.
func (p *packing) pack(f Flow, shards float64) flow {
	if !p.enabled || f.Records == 0 {
		return flow{f.Records, f.Records, f.Bytes}
	}
	member := f.Bytes/f.Records + p.membership
	full := min(p.maxCount, math.Floor((1+tolerance)*(p.maxSize-p.overhead)/member))
	if full < 2 {
		return flow{f.Records, f.Records, f.Bytes}
	}
	perAggregate := min(full, 1+f.Records/(p.producers*shards)*p.buffer)
	aggregates := f.Records / perAggregate
	return flow{f.Records, aggregates, f.Records*member + aggregates*p.overhead}
}
