package calc

import (
	"math"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// putWait returns how long a producer holds a record back until its PutRecords call is
// full. The KPL fills calls within the buffer time of its aggregates.
func (s *Sizing) putWait() unit.Duration {
	if s.Packing.On() {
		return 0
	}
	return s.Workload.Producer.PutRecords.Wait
}

// PutCalls returns how many PutRecords calls producers make a second, and how many Kinesis
// records each has, when user records come at a rate to so many shards: calls are full, at
// what a producer or AWS allows of records and bytes, or sent when the first of their records
// has waited for so long,
//
//	n = min(batch, ⌊10 MiB ÷ size⌋, 1 + R·t/p),   calls = R/n
//
// with R the Kinesis records a second, t the wait and p the producers; without a wait they
// are always full. Source: API reference, PutRecords.
func (s *Sizing) PutCalls(rate, shards float64) (perSecond, records float64) {
	put := &s.Workload.Producer.PutRecords
	written := rate / s.Packing.PerRecord(rate, shards)
	if written == 0 {
		return 0, 0
	}
	records = float64(s.Limits.PutRecords.Value)
	if put.Batch > 0 {
		records = float64(put.Batch)
	}
	if size := s.Packing.Size(rate, shards); size > 0 {
		records = math.Min(records, math.Max(1, math.Floor(float64(s.Limits.PutBytes.Value)/size)))
	}
	if put.Wait > 0 {
		records = math.Min(records, 1+written*put.Wait.Seconds()/float64(max(1, put.Producers)))
	}
	return written / records, records
}

// withoutPutWait returns the workload's numbers if no record waited for a call to fill.
func (s *Sizing) withoutPutWait(w *model.Workload) Sizing {
	*w = *s.Workload
	w.Producer.PutRecords.Wait = 0
	bare := *s
	bare.Workload = w
	return bare
}
