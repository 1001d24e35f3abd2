package calc

import (
	"math"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// oracle returns the same questions as Solve in another way: it holds each
// constraint as the inequality that it is in words, asks whether it holds on a
// number of shards, and searches for the least number. The limits are written
// out once more. It shares no formula with the package.
type oracle struct {
	w       *model.Workload
	a, p, s float64 // rates
	ahead   float64 // seconds of a rate that come before their time in a busiest second
	m       float64 // standard consumers
	slowest float64 // longest poll interval of those
}

func newOracle(w *model.Workload) oracle {
	o := oracle{w: w,
		a:     float64(w.Producer.Average),
		p:     float64(w.Producer.Peak),
		s:     float64(w.Producer.Surge.Throughput),
		ahead: math.Trunc((float64(w.Producer.Burst)-1)*1e9) / 1e9}
	for _, c := range w.Consumers {
		if c.Type == model.Standard {
			o.m++
			o.slowest = max(o.slowest, c.PollInterval.Seconds())
		}
	}
	return o
}

const (
	mebibyte = 1 << 20
	payload  = 6 * mebibyte // of a Lambda invocation
)

// packed returns the user records in a Kinesis record and the bytes of a user
// record on the wire, when user records come at a rate to n shards.
func (o oracle) packed(rate, n float64) (perRecord, wire float64) {
	p := &o.w.Producer
	bare := float64(p.RecordSize + p.PartitionKeySize)
	g := &p.Aggregation
	full := math.Floor((float64(g.MaxSize) - 20) / (bare + 10))
	if g.MaxCount > 0 && full > float64(g.MaxCount) {
		full = float64(g.MaxCount)
	}
	if g.Producers == 0 || full < 2 {
		return 1, bare
	}
	perSecond := rate / (float64(g.Producers) * n) // from one producer to one shard
	perRecord = math.Min(1+perSecond*g.Buffer.Seconds(), full)
	return perRecord, bare + 10 + 20/perRecord
}

func (o oracle) packs() bool {
	p := &o.w.Producer
	return p.Aggregation.Producers > 0 && p.Aggregation.MaxCount != 1 &&
		math.Floor((float64(p.Aggregation.MaxSize)-20)/float64(p.RecordSize+p.PartitionKeySize+10)) >= 2
}

// processes returns the user records a second that a consumer gets through on n shards, at
// a share u of what a shard's processor does; +Inf where that is not known. Of those that
// its filter leaves out it gets through for nothing.
func (o oracle) processes(c *model.Consumer, rate, n, u float64) float64 {
	speed := math.Inf(1)
	switch {
	case c.Speed > 0:
		speed = n * float64(c.Speed) * u
	case c.PerRecord > 0:
		speed = n * math.Max(1, float64(c.Threads)) / c.PerRecord.Seconds() * u
	case c.Lambda.Duration > 0:
		speed = o.invokes(c, rate, n, u)
	}
	if c.TotalSpeed > 0 {
		speed = math.Min(speed, float64(c.TotalSpeed))
	}
	if c.Filter > 0 {
		speed /= float64(c.Filter)
	}
	return speed
}

// invokes returns the user records a second of a function's invocations.
func (o oracle) invokes(c *model.Consumer, rate, n, u float64) float64 {
	perRecord, size := o.packed(rate, n)
	running := n * float64(c.Lambda.ParallelizationFactor) * u
	if o.packs() {
		size = perRecord*float64(o.w.Producer.RecordSize+o.w.Producer.PartitionKeySize+10) + 20
		running = n * u
	}
	if z := float64(c.Lambda.ReservedConcurrency); z > 0 {
		running = math.Min(running, z)
	}
	batch := math.Min(float64(c.Lambda.BatchSize), math.Floor(payload/(4.0/3*size+300)))
	return running * batch * perRecord / c.Lambda.Duration.Seconds()
}

// alike is how many shards would each get, of even traffic, what the hottest of n
// does. It gets κ times the mean, but not more than everything.
func (o oracle) alike(n float64) float64 {
	hottest := math.Min(float64(o.w.Producer.Skew)/n, 1)
	return math.Min(n, 1/hottest)
}

// fits reports whether a constraint is satisfied on n shards at a share u of the
// limits.
func (o oracle) fits(topic string, c *model.Consumer, n, u float64) bool {
	n = o.alike(n)
	burst := float64(o.w.Producer.Burst)
	switch topic {
	case "producer-limit.bytes.peak", "producer-limit.records.peak":
		return o.written(topic == "producer-limit.bytes.peak", burst*o.p, n, u)
	case "producer-limit.bytes.surge", "producer-limit.records.surge":
		return o.written(topic == "producer-limit.bytes.surge", burst*o.s, n, 1)
	case "consumer-limit.bytes":
		rate := o.p
		if o.w.SizeReadsFor == model.ReadAverage {
			rate = o.a
		}
		_, wire := o.packed(rate, n)
		return o.m*rate*wire <= n*2*mebibyte*u
	case "consumer-limit.get-records":
		rate := o.p
		if o.w.SizeReadsFor == model.ReadAverage {
			rate = o.a
		}
		return rate <= u*o.returned(o.slowest, rate, n)
	case "consumption-speed":
		return o.p <= o.processes(c, o.p, n, u)
	case "acceptable-latency":
		return o.latencyHolds(c, n)
	case "acceptable-latency.outage":
		return o.catchesUp(c, o.p*o.kept(c.Outage), o.p, n)
	case "acceptable-latency.backlog":
		return o.readsBacklog(c, n)
	}
	return o.catchesUp(c, o.a*(o.kept(c.Reprocess)+o.ahead), o.a, n)
}

// kept is how many seconds of the past there still are.
func (o oracle) kept(past unit.Duration) float64 {
	return math.Min(past.Seconds(), o.w.Retention.Seconds())
}

func (o oracle) written(bytes bool, rate, n, u float64) bool {
	perRecord, wire := o.packed(rate, n)
	if bytes {
		return rate*wire <= n*mebibyte*u
	}
	return rate/perRecord <= n*1000*u
}

// returned returns the user records a second that calls return on n shards, made
// every so many seconds: 10,000 Kinesis records, or 10 MiB, each.
func (o oracle) returned(every, rate, n float64) float64 {
	perRecord, wire := o.packed(rate, n)
	return n / every * math.Min(10_000*perRecord, 10*mebibyte/wire)
}

// reads returns what a consumer drains on n shards: at its speed, through its calls,
// and with the bandwidth that it gets.
func (o oracle) reads(c *model.Consumer, bandwidth, rate, n float64) float64 {
	drained := math.Min(bandwidth, o.processes(c, rate, n, 1))
	if c.Type == model.Standard {
		drained = math.Min(drained, o.returned(c.PollInterval.Seconds(), rate, n))
	}
	return drained
}

// latencyHolds drains a surge at the speed of the consumer and, for a standard
// one, at its even share of the bandwidth.
func (o oracle) latencyHolds(c *model.Consumer, n float64) bool {
	bandwidth := math.Inf(1)
	if c.Type == model.Standard {
		_, wire := o.packed(o.p, n)
		bandwidth = n * 2 * mebibyte / wire / o.m
	}
	drained := o.reads(c, bandwidth, o.p, n)
	if math.IsInf(drained, 1) {
		return true
	}
	if drained < o.p {
		return false
	}
	for _, d := range o.rushes() {
		if c.LatencyBound == model.DelayBound {
			if o.comes(d) > drained*(d+o.waits(c)) {
				return false
			}
		} else if within := d + c.Latency.Seconds(); o.comes(within) > drained*within {
			return false
		}
	}
	return true
}

// rushes are how long more comes than usual: a surge, and a busiest second.
func (o oracle) rushes() (seconds []float64) {
	if d := o.w.Producer.Surge.Duration.Seconds(); d > 0 {
		seconds = append(seconds, d)
	}
	if o.ahead > 0 {
		seconds = append(seconds, 1)
	}
	return seconds
}

// comes is the most that can come within a time that begins with a surge, if there
// is one, and with a busiest second.
func (o oracle) comes(t float64) float64 {
	d := o.w.Producer.Surge.Duration.Seconds()
	if d == 0 {
		return o.p * (t + o.ahead)
	}
	if d = math.Max(d, math.Min(1, t)); o.ahead == 0 {
		d = o.w.Producer.Surge.Duration.Seconds()
	}
	most := o.s * (math.Min(t, d) + o.ahead)
	if t > d {
		most += o.p * (t - d + o.ahead)
	}
	return most
}

// waits is how long a record may wait behind others: what the poll, or the push of
// enhanced fan-out, and the producer's buffer leave of its time.
func (o oracle) waits(c *model.Consumer) float64 {
	floor := c.PollInterval.Seconds()
	if c.Type == model.EnhancedFanOut {
		floor = 0.07
	}
	if o.packs() {
		floor += o.w.Producer.Aggregation.Buffer.Seconds()
	}
	if !o.packs() {
		floor += o.w.Producer.PutRecords.Wait.Seconds()
	}
	floor += c.Lambda.BatchingWindow.Seconds()
	return math.Max(0, c.Latency.Seconds()-floor)
}

// catchesUp drains a backlog in time with what the traffic, and the other
// standard consumers that are current, leave. All sizes are those at a rate.
func (o oracle) catchesUp(c *model.Consumer, backlog, rate, n float64) bool {
	within := c.TimeToCatchUp().Seconds()
	comes := o.p * (within + o.ahead)
	_, wire := o.packed(rate, n)
	bandwidth := n * 2 * mebibyte / wire
	if c.Type == model.Standard {
		bandwidth -= (o.m - 1) * comes / within
	}
	return o.reads(c, bandwidth, rate, n)*within >= backlog+comes
}

// readsBacklog reads what a consumer has not read now: in the shards of today to their end,
// and then what has come meanwhile, and comes, in n shards.
func (o oracle) readsBacklog(c *model.Consumer, n float64) bool {
	backlog := float64(c.Backlog)
	if backlog == 0 {
		backlog = o.p * o.kept(c.Behind)
	}
	if o.w.CurrentShards == 0 {
		return o.catchesUp(c, backlog, o.p, n)
	}
	before := o.alike(float64(o.w.CurrentShards))
	_, wire := o.packed(o.p, before)
	bandwidth := before * 2 * mebibyte / wire
	if c.Type == model.Standard {
		bandwidth -= (o.m - 1) * o.p
	}
	left := c.TimeToCatchUp().Seconds() - backlog/math.Max(0, o.reads(c, bandwidth, o.p, before))
	if !(left > 0) {
		return false
	}
	within := c.TimeToCatchUp().Seconds()
	comes := o.p * (within + o.ahead)
	_, wire = o.packed(o.p, n)
	bandwidth = n * 2 * mebibyte / wire
	if c.Type == model.Standard {
		bandwidth -= (o.m - 1) * comes / within
	}
	return o.reads(c, bandwidth, o.p, n)*left >= comes
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
