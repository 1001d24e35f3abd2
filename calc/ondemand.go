package calc

import (
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Written returns the bytes and Kinesis records of a throughput that was declared,
// with the sizes that a number of shards gives.
func (s *Sizing) Written(declared unit.RecordsPerSecond, shards int) model.Throughput {
	rate, n := float64(declared), float64(shards)
	return model.Throughput{Bytes: rate * s.Packing.Wire(rate, n), Records: rate / s.Packing.PerRecord(rate, n)}
}

// OnDemandCapacity returns what an on-demand stream in a Region takes whose highest
// traffic of the last 30 days is a peak: twice that, what a new stream takes at
// least, and the Region's quota at most. Source: Developer Guide, on-demand mode, and
// the page of quotas.
func OnDemandCapacity(l *model.Limits, region model.Region, peak model.Throughput) model.Throughput {
	most := OnDemandQuota(l, region)
	return model.Throughput{
		Bytes:   min(max(float64(l.OnDemandWrite.Value), l.OnDemandGrowth.Value*peak.Bytes), most.Bytes),
		Records: min(max(float64(l.OnDemandRecords.Value), l.OnDemandGrowth.Value*peak.Records), most.Records),
	}
}

// OnDemandQuota returns what an on-demand stream in a Region takes at most. The quota
// is one of bytes; of records it takes what so many shards do.
func OnDemandQuota(l *model.Limits, region model.Region) model.Throughput {
	bytes := float64(l.OnDemandQuota(region).Write.Value)
	return model.Throughput{
		Bytes:   bytes,
		Records: bytes / float64(l.ShardWriteBytes.Value) * float64(l.ShardWriteRecords.Value),
	}
}
