package calc

import (
	"math"

	"github.com/kcalc/kcalc/model/unit"
)

// quantity is what a term counts.
type quantity uint8

const (
	nothing        quantity = iota
	bytesWritten            // bytes, against a limit per shard
	kinesisRecords          // Kinesis records, against a limit per shard
	userRecords             // user records, against a consumer's speed
	invocations             // user records in aggregates, against a Lambda's invocations
)

// term is one inequality that a shard count has to satisfy: what moves is at
// most N times what a shard takes. A constraint is the largest of its terms.
type term struct {
	counts quantity
	moved  float64 // X: user records per second that move through the limit
	packed float64 // R: user records per second that set how full aggregates get
	limit  float64 // per shard; of invocations there is none but the function's
	total  float64 // of all shards together, whatever their number; 0 where there is none

	every unit.Duration // the limit is that of a call in so long; 0 where it is of a second
}

// need returns the smallest N that satisfies the term against a share of the
// limit.
func (t *term) need(s *Sizing, fn *Function, share float64) float64 {
	switch {
	case t.moved == 0:
		return 0
	case t.aboveTotal():
		return math.Inf(1)
	}
	switch t.counts {
	case bytesWritten:
		return s.Packing.bytesNeed(t.moved, t.packed, t.limit*share)
	case kinesisRecords:
		return s.Packing.recordsNeed(t.moved, t.packed, t.limit*share)
	case userRecords:
		return t.moved / (t.limit * share)
	case invocations:
		if n := fn.packedNeed(&s.Packing, t.moved, t.packed, share); !fn.reservesLess(n) {
			return n
		}
		return math.Inf(1)
	}
	return 0
}

// aboveTotal reports whether more moves than all shards together take, so that no number of
// them does.
func (t *term) aboveTotal() bool { return t.total > 0 && t.moved*(1-Tolerance) > t.total }

// utilization returns the share of the limit that N shards use.
func (t *term) utilization(s *Sizing, fn *Function, shards float64) float64 {
	if t.moved == 0 {
		return 0
	}
	switch t.counts {
	case bytesWritten:
		return t.moved * s.Packing.Wire(t.packed, shards) / (shards * t.limit)
	case kinesisRecords:
		return t.moved / s.Packing.PerRecord(t.packed, shards) / (shards * t.limit)
	case userRecords:
		used := t.moved / (shards * t.limit)
		if t.total > 0 {
			used = max(used, t.moved/t.total)
		}
		return used
	case invocations:
		return t.moved / (fn.atOnce(shards) * fn.PackedSpeed(&s.Packing, t.packed, shards))
	}
	return 0
}
