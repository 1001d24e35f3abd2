package cost

import (
	"math"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// usage is what a stream uses, in the units that a bill counts. Rates are the
// declared ones, without skew and burst: a bill does not know them.
type usage struct {
	shards            float64
	records           float64 // Kinesis records a second
	bandwidth         float64 // bytes a second on the wire: A·w
	units             float64 // PUT payload units of a Kinesis record, on average
	ingested          float64 // bytes of a Kinesis record rounded up to 1 KB each, on average
	standard          float64 // standard consumers
	fanOut            float64 // enhanced fan-out consumers
	retention         unit.Duration
	reprocessed       float64 // bytes that standard consumers reprocess, once a month
	fanOutReprocessed float64 // and enhanced fan-out consumers
	longTerm          float64 // bytes older than 7 d that standard consumers reprocess

	limits  *model.Limits
	account Account // what the other streams of the account carry
	metrics int     // shard-level metrics that each shard has on

	// larger is the same with records of another size, where none is known: what differs
	// then is not known. It is nil where there is one.
	larger *usage

	packed bool // records are aggregated
	sized  bool // the sizes of Kinesis records are known, not their mean alone
}

// usage returns what a workload uses with a number of shards. Without a record size it is
// that of the smallest records, beside that of the largest.
func (t *Tariff) usage(l *model.Limits, w *model.Workload, shards int) usage {
	if w.Producer.RecordSize > 0 {
		return t.sizedUsage(l, w, shards)
	}
	small, large := *w, *w
	small.Producer.RecordSize, large.Producer.RecordSize = unit.Byte, l.RecordSizeMost.Value
	u, larger := t.sizedUsage(l, &small, shards), t.sizedUsage(l, &large, shards)
	u.larger = &larger
	return u
}

// sizedUsage returns what a workload with a record size uses.
func (t *Tariff) sizedUsage(l *model.Limits, w *model.Workload, shards int) usage {
	p := &w.Producer
	packing := calc.NewPacking(l, p)
	average := float64(p.Average)
	n, size := packing.PerRecord(average, float64(shards)), packing.Size(average, float64(shards))
	u := usage{
		shards:    float64(shards),
		records:   average / n,
		bandwidth: average * packing.Wire(average, float64(shards)),
		units:     meanCeiling(p, &packing, size, float64(l.PutPayloadUnit.Value)),
		ingested:  meanCeiling(p, &packing, size, float64(l.OnDemandRounding.Value)) * float64(l.OnDemandRounding.Value),
		retention: w.Retention,
		limits:    l,
		account:   t.Account,
		metrics:   t.Metrics,
		packed:    packing.On(),
		sized:     len(p.RecordSizes) > 0 && !packing.On(),
	}
	for i := range w.Consumers {
		c := &w.Consumers[i]
		again := min(c.Reprocess, w.Retention)
		if c.Type == model.EnhancedFanOut {
			u.fanOut++
			u.fanOutReprocessed += u.bandwidth * again.Seconds()
			continue
		}
		u.standard++
		u.reprocessed += u.bandwidth * again.Seconds()
		u.longTerm += u.bandwidth * max(0, again-l.RetentionExtended.Value).Seconds()
	}
	return u
}

// polled returns the GB that standard consumers read in a month: every record
// once, and what they reprocess.
func (u *usage) polled() float64 {
	return u.standard*gigabytes(u.bandwidth) + inGigabytes(u.reprocessed)
}

// pushed returns the GB that enhanced fan-out consumers read in a month, likewise.
func (u *usage) pushed() float64 {
	return u.fanOut*gigabytes(u.bandwidth) + inGigabytes(u.fanOutReprocessed)
}

// shardHours returns the shard-hours of a month.
func (u *usage) shardHours() float64 { return u.shards * HoursPerMonth }

// written returns the bytes that producers write in a second, as on-demand counts
// them.
func (u *usage) written() float64 { return u.records * u.ingested }

// read returns the bytes that all consumers read in a second, on the average of a
// month.
func (u *usage) read() float64 {
	return (u.standard+u.fanOut)*u.bandwidth + (u.reprocessed+u.fanOutReprocessed)/secondsPerMonth
}

// meanCeiling returns how many units of a size a Kinesis record takes on
// average. Each record is rounded up by itself: exactly so where the sizes are
// declared, else as if all had the mean.
func meanCeiling(p *model.Producer, packing *calc.Packing, size, unit float64) float64 {
	if packing.On() || len(p.RecordSizes) == 0 {
		return ceilUnits(size / unit)
	}
	var mean, shares float64
	for _, s := range p.RecordSizes {
		mean += float64(s.Share) * ceilUnits(float64(s.Size+p.PartitionKeySize)/unit)
		shares += float64(s.Share)
	}
	return mean / shares
}

// ceilUnits rounds up, but not the last bit of a whole number.
func ceilUnits(x float64) float64 { return math.Ceil(x * (1 - calc.Tolerance)) }

// inGigabytes returns bytes in GB.
func inGigabytes(bytes float64) float64 { return bytes / float64(unit.GiB) }

// gigabytes returns the GB of a month at a bandwidth.
func gigabytes(bandwidth float64) float64 { return bandwidth * secondsPerMonth / float64(unit.GiB) }

// stored returns the GB that a stream holds of data between two ages.
func (u *usage) stored(from, to unit.Duration) float64 {
	return u.bandwidth * max(0, to-from).Seconds() / float64(unit.GiB)
}

// weekStored returns the GB of a month that are older than what every mode includes,
// up to seven days.
func (u *usage) weekStored() float64 {
	return u.stored(u.limits.RetentionIncluded.Value, min(u.retention, u.limits.RetentionExtended.Value))
}

// longTermStored returns the GB of a month that are older than seven days.
func (u *usage) longTermStored() float64 {
	return u.stored(u.limits.RetentionExtended.Value, u.retention)
}

// allStored returns the GB of a month that are older than what every mode includes.
func (u *usage) allStored() float64 { return u.stored(u.limits.RetentionIncluded.Value, u.retention) }

// longTermRead returns the GB older than seven days that standard consumers reprocess.
func (u *usage) longTermRead() float64 { return inGigabytes(u.longTerm) }

// payloadUnits returns the PUT payload units of a month.
func (u *usage) payloadUnits() float64 { return u.records * secondsPerMonth * u.units }

// extendedHours returns the shard-hours of a month with extended retention: all or none.
func (u *usage) extendedHours() float64 {
	if u.retention > u.limits.RetentionIncluded.Value {
		return u.shardHours()
	}
	return 0
}

// consumerShardHours returns the shard-hours of enhanced fan-out consumers.
func (u *usage) consumerShardHours() float64 { return u.fanOut * u.shardHours() }

// shardMetrics returns how many shard-level metrics there are.
func (u *usage) shardMetrics() float64 {
	return u.shards * min(float64(u.metrics), u.limits.ShardMetrics.Value)
}

// streamHours returns the hours of a month.
func (u *usage) streamHours() float64 { return HoursPerMonth }

// ingest returns the GB that are written in a month, as on-demand counts them.
func (u *usage) ingest() float64 { return gigabytes(u.written()) }

// missingIngest returns the GB of a month that the account writes less than it
// commits to with On-demand Advantage.
func (u *usage) missingIngest() float64 {
	return gigabytes(max(0, float64(u.limits.AdvantageCommitment.Value)-u.written()-float64(u.account.Ingest)))
}

// missingRetrieval returns the GB of a month that the account reads less than it
// commits to with On-demand Advantage.
func (u *usage) missingRetrieval() float64 {
	return gigabytes(max(0, float64(u.limits.AdvantageCommitment.Value)-u.read()-float64(u.account.Retrieval)))
}
