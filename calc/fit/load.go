package fit

import (
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// heavy looks for what records do not show: times at which they are so large that
// their bytes ask for more shards than the peak of records, with its bytes, does.
// The load of a period is the throughput of records of the mean size that takes
// as many shards; where sizes do not vary it is that of the records themselves.
func (f *fitting) heavy(surges []run) {
	loads, vary := f.loads()
	if !vary {
		return
	}
	b := fitBaseline(f.t, loads)
	rate, _ := b.peak(b.season())
	f.e.Peak.Value.Plan = max(f.e.Peak.Value.Plan, unit.RecordsPerSecond(rate))
	for _, r := range b.surges {
		if !overlaps(r, surges) {
			f.e.Surges = append(f.e.Surges, f.surge(b, r, loads))
		}
	}
}

// loads answers the load of each period, and whether any differs from the records
// by more than can be passed over.
func (f *fitting) loads() (loads []float64, vary bool) {
	usual := float64(f.e.RecordSize.Value)
	loads = f.t.demands()
	for i, records := range loads {
		if !model.IsPoint(records) {
			continue
		}
		loads[i] = float64(f.plan(records, f.t.demandedBytes(i, usual)))
		vary = vary || loads[i] > wideRange*records
	}
	return loads, vary
}

// overlaps tells whether a run has a period of any of some others.
func overlaps(r run, others []run) bool {
	for _, o := range others {
		if r.from < o.to && o.from < r.to {
			return true
		}
	}
	return false
}
