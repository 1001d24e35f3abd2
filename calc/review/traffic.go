package review

import (
	"time"

	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Traffic is what was written and throttled, at most, in the shards whose write
// limits it takes as a whole, by equal parts of the window; of each part the highest.
type Traffic struct {
	From, To time.Time
	Demanded []float64
}

// chartParts is how many parts the window of a chart has.
const chartParts = 72

// traffic returns the traffic of the history's window for a chart.
func (b *Basis) traffic(t *fit.Traffic) Traffic {
	from, to := b.History.From, b.History.To
	return Traffic{From: from, To: to, Demanded: model.Trace(from, to, chartParts, func(yield func(model.Point) bool) {
		for _, p := range t.Periods {
			point := model.Point{Time: p.Start, Period: unit.Duration(p.Length), Value: b.filled(p.Records, p.Bytes)}
			if model.IsPoint(point.Value) && !yield(point) {
				return
			}
		}
	})}
}

// filled returns how many shards so much traffic a second fills at their whole write
// limits. Where either records or bytes are not known, the other ones count.
func (b *Basis) filled(records, bytes float64) float64 {
	byRecords, byBytes := records/float64(b.Limits.ShardWriteRecords.Value), bytes/float64(b.Limits.ShardWriteBytes.Value)
	if !model.IsPoint(byRecords) || byBytes > byRecords {
		return byBytes
	}
	return byRecords
}
