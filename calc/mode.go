package calc

import (
	"math"

	"github.com/kcalc/kcalc/model"
)

// LimitsIn returns the limits of a stream in a mode: On-demand Advantage allows more
// enhanced fan-out consumers, and only a provisioned stream is scaled with
// UpdateShardCount, whose ceiling no other has.
func LimitsIn(l *model.Limits, mode model.Mode) *model.Limits {
	in := *l
	if mode == model.OnDemandAdvantage {
		in.FanOutConsumers = in.FanOutConsumersMost
	}
	if mode != model.Provisioned {
		in.StreamShards.Value = math.MaxInt
	}
	return &in
}

// OnDemandShards returns how many shards AWS gives an on-demand stream that has seen the
// workload's peak: what takes twice as much, and what a new stream has at least. It scales
// by what is written alone. Aggregates are as large as a number of shards makes them.
func (s *Sizing) OnDemandShards(shards int) float64 {
	takes := OnDemandCapacity(s.Limits, s.Workload.Region, s.Written(s.Workload.Producer.Peak, shards))
	return math.Max(takes.Bytes/float64(s.Limits.ShardWriteBytes.Value),
		takes.Records/float64(s.Limits.ShardWriteRecords.Value))
}

// Drains returns the user records a second that a consumer processes on a number of shards
// of which the hottest decides; 0 where nothing is known to bound it.
func (s *Sizing) Drains(c *model.Consumer, shards float64) float64 {
	even := s.Skew.Even(shards)
	return even * s.drain(c, even)
}
