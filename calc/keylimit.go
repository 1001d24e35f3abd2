package calc

import (
	"math"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// keyLimit is the constraint of the largest partition key: all of its records go to one
// shard, in every mode, so that it has the limits of one shard.
var keyLimit = []*Constraint{{
	Topic: "key-limit", Family: "key-limit", bursts: true,
	Reads:   Reads{Workload: []string{"producer.keys", "producer.largest_key"}},
	applies: func(s Sizing, _ *model.Consumer) bool { return s.largestShare() > 0 },
	measure: &measure{
		unit:    "records/s",
		of:      func(s Sizing, _ float64) float64 { return s.keyRate() },
		limit:   func(s Sizing) float64 { return s.keyTakes() },
		formula: keyFormula,
	},
}}

// largestShare returns the share of the records that one partition key brings: what is
// declared, or what a declared skew makes likely, if that is more than a shard takes.
func (s *Sizing) largestShare() float64 {
	p := &s.Workload.Producer
	if share := p.LargestShare(); share > 0 {
		return share
	}
	if s.oneKeyHot() {
		return float64(p.Skew) / float64(s.Workload.CurrentShards)
	}
	return 0
}

// oneKeyHot reports whether one partition key is likely to make the hottest of today's
// shards hot, and is more than a shard takes. A skew of κ on N shards is that of a key with
// a share of x among many others if κ/N = x + (1 − x)/N, so x = (κ − 1)/(N − 1). Up to twice
// the mean a shard gets as well that has twice the hash range, as after a split of others. A
// skew that was measured has the history beside it, which tells more.
func (s *Sizing) oneKeyHot() bool {
	const ofRanges = 2
	p, shards := &s.Workload.Producer, float64(s.Workload.CurrentShards)
	if p.MeasuredSkew || p.LargestShare() > 0 || p.Skew <= ofRanges || shards < 2 || float64(p.Skew) > shards {
		return false
	}
	least := (float64(p.Skew) - 1) / (shards - 1) * s.busiest()
	return least*(1-Tolerance) > s.takes(least)
}

// busiest returns the records of the busiest second: of the peak, or of a surge.
func (s *Sizing) busiest() float64 { return s.Surge * s.Burst }

// keyRate returns the largest key's records in the busiest second.
func (s *Sizing) keyRate() float64 { return s.largestShare() * s.busiest() }

// keyTakes returns how many of them one shard takes.
func (s *Sizing) keyTakes() float64 { return s.takes(s.keyRate()) }

// takes returns how many user records a second one shard takes that get packed as those of a
// rate: by their number or, where the size is known, by their bytes.
func (s *Sizing) takes(rate float64) float64 {
	most := float64(s.Limits.ShardWriteRecords.Value) * s.Packing.PerRecord(rate, 1)
	if s.Workload.Producer.RecordSize == 0 {
		return most
	}
	return math.Min(most, float64(s.Limits.ShardWriteBytes.Value)/s.Packing.Wire(rate, 1))
}

// keyTooLarge reports whether the largest key is more than a shard takes.
func (s *Sizing) keyTooLarge() bool {
	return s.largestShare() > 0 && s.keyRate()*(1-Tolerance) > s.keyTakes()
}

// Salt returns how many keys the largest one has to be parted into, so that each is within
// the target utilization of a shard: ⌈rate ÷ (limit·u)⌉.
func (s *Sizing) Salt() int {
	return Shards(s.keyRate() / (s.keyTakes() * float64(s.Workload.TargetUtilization)))
}

func keyFormula(s *Sizing, _ float64) string {
	p := &s.Workload.Producer
	text := unit.Percent(s.largestShare(), 2) + " × "
	if s.Burst != 1 {
		text += "burst " + p.Burst.String() + " × "
	}
	return text + unit.RecordsPerSecond(s.Surge).Prose() + ", of " + unit.RecordsPerSecond(s.keyTakes()).Prose() + " a shard"
}

// keyLoad returns the largest key's records a second, and when it has so many.
func (s *Sizing) keyLoad() string {
	load := unit.RecordsPerSecond(s.keyRate()).Prose()
	if s.Surge > s.Peak {
		load += " in a surge"
	}
	if s.Burst != 1 {
		load += " in its busiest second"
	}
	return load
}

func (s *Sizing) describeKey(_ *obstacle, _ int) model.Infeasibility {
	p, load, takes := &s.Workload.Producer, s.keyLoad(), unit.RecordsPerSecond(s.keyTakes())
	source := s.Limits.ShardWriteRecords.Source
	if s.oneKeyHot() {
		return infeasible(notice.HotKey(p.Skew, int(s.Workload.CurrentShards), unit.Fraction(s.largestShare()), load, takes,
			s.Salt()), source)
	}
	keys := 0
	if !p.LargestKey.Known() {
		keys = int(p.Keys)
	}
	return infeasible(notice.KeyLimit(keys, unit.Fraction(s.largestShare()), load, takes, s.Salt()), source)
}

// beyondKey is about a constraint that the largest key alone exceeds on its shard, whatever
// the number of shards.
func (s *Sizing) beyondKey(o *obstacle, _ int) model.Infeasibility {
	fn := s.function(o.consumer)
	times := s.largestShare() * o.need.even(s, &fn, 1)
	return infeasible(notice.KeyBeyond(o.need.ID(s.Workload), unit.Fraction(s.largestShare()), times),
		s.Limits.ShardWriteRecords.Source)
}

// KeyTakesHeadroom reports whether the largest key alone is above the target utilization of
// a shard, and by which share it uses it.
func (s *Sizing) KeyTakesHeadroom() (used unit.Fraction, above bool) {
	if s.Skew.keys == nil {
		return 0, false
	}
	peak := s.largestShare() * s.Peak * s.Burst
	share := peak / s.takes(peak)
	return unit.Fraction(share), share*(1-Tolerance) > float64(s.Workload.TargetUtilization) && !s.keyTooLarge()
}
