package calc

import (
	"math"

	"github.com/kcalc/kcalc/model"
)

// oracle answers the same questions as Solve in another way: it holds each
// constraint as the inequality that it is in words, asks whether it holds on a
// number of shards, and searches for the least number. The limits are written
// out once more. It shares no formula with the package.
type oracle struct {
	w       *model.Workload
	a, p, s float64 // rates, times the skew
	m       float64 // standard consumers
}

func newOracle(w *model.Workload) oracle {
	skew := float64(w.Producer.Skew)
	o := oracle{w: w,
		a: skew * float64(w.Producer.Average),
		p: skew * float64(w.Producer.Peak),
		s: skew * float64(w.Producer.Surge.Throughput)}
	for _, c := range w.Consumers {
		if c.Type == model.Standard {
			o.m++
		}
	}
	return o
}

const (
	mebibyte = 1 << 20
	payload  = 6 * mebibyte // of a Lambda invocation
)

// packed answers the user records in a Kinesis record and the bytes of a user
// record on the wire, when user records come at a rate to n shards.
func (o oracle) packed(rate, n float64) (perRecord, wire float64) {
	p := &o.w.Producer
	bare := float64(p.RecordSize + p.PartitionKeySize)
	g := &p.Aggregation
	full := math.Floor((float64(g.MaxSize) - 20) / (bare + 10))
	if g.Producers == 0 || full < 2 {
		return 1, bare
	}
	perSecond := rate / (float64(g.Producers) * n) // from one producer to one shard
	perRecord = math.Min(1+perSecond*g.Buffer.Seconds(), full)
	return perRecord, bare + 10 + 20/perRecord
}

func (o oracle) packs() bool {
	p := &o.w.Producer
	return p.Aggregation.Producers > 0 && math.Floor((float64(p.Aggregation.MaxSize)-20)/float64(p.RecordSize+p.PartitionKeySize+10)) >= 2
}

// processes answers the user records a second that a consumer processes on n
// shards, +Inf where that is not known.
func (o oracle) processes(c *model.Consumer, rate, n float64) float64 {
	if c.Speed > 0 {
		return n * float64(c.Speed)
	}
	if c.Lambda.BatchSize == 0 {
		return math.Inf(1)
	}
	perRecord, size := o.packed(rate, n)
	factor := float64(c.Lambda.ParallelizationFactor)
	if o.packs() {
		size = perRecord*float64(o.w.Producer.RecordSize+o.w.Producer.PartitionKeySize+10) + 20
		factor = 1
	}
	batch := math.Min(float64(c.Lambda.BatchSize), math.Floor(payload/(4.0/3*size+300)))
	return n * factor * batch * perRecord / c.Lambda.Duration.Seconds()
}

// fits tells whether a constraint is satisfied on n shards at a share u of the
// limits.
func (o oracle) fits(k Kind, c *model.Consumer, n, u float64) bool {
	burst := float64(o.w.Producer.Burst)
	switch k {
	case ProducerBandwidthPeak, ProducerThroughputPeak:
		return o.written(k == ProducerBandwidthPeak, burst*o.p, n, u)
	case ProducerBandwidthSurge, ProducerThroughputSurge:
		return o.written(k == ProducerBandwidthSurge, burst*o.s, n, 1)
	case ConsumerBandwidth:
		rate := o.p
		if o.w.SizeReadsFor == model.ReadAverage {
			rate = o.a
		}
		_, wire := o.packed(rate, n)
		return o.m*rate*wire <= n*2*mebibyte*u
	case ConsumptionSpeed:
		return o.p <= o.processes(c, o.p, n)*u
	case Latency:
		return o.latencyHolds(c, n)
	case Outage:
		return o.catchesUp(c, o.p*c.Outage.Seconds(), o.p, n)
	}
	return o.catchesUp(c, o.a*c.Replay.Seconds(), o.a, n)
}

func (o oracle) written(bytes bool, rate, n, u float64) bool {
	perRecord, wire := o.packed(rate, n)
	if bytes {
		return rate*wire <= n*mebibyte*u
	}
	return rate/perRecord <= n*1000*u
}

// latencyHolds drains a surge at the speed of the consumer and, for a standard
// one, at its even share of the bandwidth.
func (o oracle) latencyHolds(c *model.Consumer, n float64) bool {
	drained := o.processes(c, o.p, n)
	if c.Type == model.Standard {
		_, wire := o.packed(o.p, n)
		drained = math.Min(drained, n*2*mebibyte/wire/o.m)
	}
	d, bound := o.w.Producer.Surge.Duration.Seconds(), c.Latency.Seconds()
	if math.IsInf(drained, 1) {
		return true
	}
	if c.LatencyBound == model.DelayBound {
		return drained >= o.p && o.s*d/drained-d <= bound
	}
	return (o.s-drained)*d <= (drained-o.p)*bound
}

// catchesUp drains a backlog in time with what the traffic, and the other
// standard consumers that are current, leave. All sizes are those at a rate.
func (o oracle) catchesUp(c *model.Consumer, backlog, rate, n float64) bool {
	_, wire := o.packed(rate, n)
	drained := n * 2 * mebibyte / wire
	if c.Type == model.Standard {
		drained -= (o.m - 1) * o.p
	}
	drained = math.Min(drained, o.processes(c, rate, n))
	return drained-o.p >= backlog/c.TimeToCatchUp().Seconds()
}

// least is the smallest number of shards that satisfies a condition which, once
// true, stays true; +Inf where there is none below 1e18.
func least(holds func(n float64) bool) float64 {
	high := 1.0
	for !holds(high) {
		if high *= 2; high > 1e18 {
			return math.Inf(1)
		}
	}
	low := high / 2
	for holds(low) {
		if low, high = low/2, low; high < 1e-18 {
			return 0
		}
	}
	for range 60 {
		if middle := (low + high) / 2; holds(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	return high
}
