package fit

import (
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// planRate returns the throughput of records of mean size w that needs as many
// shards as so many records and bytes a second do, and is not below the records:
//
//	max(R, (B/Wb) ÷ max(1/Wr, w/Wb))
//
// R and B are the records and bytes a second, Wr and Wb what a shard takes of them. A
// workload has one record size; where sizes vary, this is the rate that makes it
// need what the traffic needs. Without a mean size it is R.
func (f *fitter) planRate(records, bytes float64) unit.RecordsPerSecond {
	size := float64(f.evidence.RecordSize.Value)
	if !f.evidence.RecordSize.Known || !(bytes > 0) {
		return unit.RecordsPerSecond(records)
	}
	wr, wb := float64(f.limits.ShardWriteRecords.Value), float64(f.limits.ShardWriteBytes.Value)
	return unit.RecordsPerSecond(max(records, bytes/wb/max(1/wr, size/wb)))
}

// addByteSurges adds what records alone do not show: times at which records are so
// large that their bytes need more shards than the peak. It fits a baseline to the
// plan rates of the periods, raises Peak.Plan to that baseline's peak, and adds
// those of its surges that overlap none of the given ones.
func (f *fitter) addByteSurges(surges []run) {
	loads, vary := f.planRates()
	if !vary {
		return
	}
	b := fitBaseline(f.timeline, loads)
	rate, _ := b.peak(b.splitLevels())
	f.evidence.Peak.Value.Plan = max(f.evidence.Peak.Value.Plan, unit.RecordsPerSecond(rate))
	for _, r := range b.surges {
		if !overlaps(r, surges) {
			f.evidence.Surges = append(f.evidence.Surges, f.describeSurge(b, r, loads))
		}
	}
}

// planRates returns the plan rate of each period, and whether one differs noticeably
// from the records. Where sizes do not vary the two are the same.
func (f *fitter) planRates() (loads []float64, vary bool) {
	usual := float64(f.evidence.RecordSize.Value)
	loads = f.timeline.demandRates()
	for i, records := range loads {
		if !model.IsPoint(records) {
			continue
		}
		loads[i] = float64(f.planRate(records, f.timeline.demandedBytes(i, usual)))
		vary = vary || loads[i] > noticeableRatio*records
	}
	return loads, vary
}
