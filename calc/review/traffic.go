package review

import (
	"time"

	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Traffic is what was written and throttled over the window of a history, by equal parts of it;
// of each part the highest. NaN is not known.
type Traffic struct {
	From, To time.Time
	Demanded []float64 // at most, in the shards whose write limits it takes as a whole

	// Proposed is the load of the hottest shard in its busiest second, as a share of its limit,
	// on the recommended shards, and Today on those that the stream has: nil where they are not
	// known, are as many, or nothing is known of the traffic.
	Proposed, Today []float64

	Throttled []float64 // writes that CloudWatch counted, records/s; nil without the metric
}

// chartParts is how many parts the window of a chart has.
const chartParts = 72

// traffic returns the traffic of the history's window for a chart, on the shards of a plan. past
// is nil where nothing is known of the traffic.
func (b *Basis) traffic(t *fit.Traffic, past *replayer, p *model.Plan) Traffic {
	out := Traffic{From: b.History.From, To: b.History.To}
	if past != nil {
		out.From, out.To = past.window().From.Value, past.window().To.Value
	}
	out.Demanded = model.Trace(out.From, out.To, chartParts, func(yield func(model.Point) bool) {
		for _, p := range t.Periods {
			point := model.Point{Time: p.Start, Period: unit.Duration(p.Length), Value: b.filled(p.Records, p.Bytes)}
			if model.IsPoint(point.Value) && !yield(point) {
				return
			}
		}
	})
	for _, metric := range []string{model.PutRecordsThrottled, model.WriteThrottled} {
		if s := b.History.Find(model.SeriesID{Level: model.StreamLevel, Metric: metric}); s != nil {
			out.Throttled = s.Trace(out.From, out.To, chartParts)
		}
	}
	if past == nil {
		return out
	}
	out.Proposed = past.load(p.Shards.Recommended, out.Demanded)
	if now := p.Shards.Current; now.Known && now.Value != p.Shards.Recommended && !b.onDemand() {
		out.Today = past.load(now.Value, out.Demanded)
	}
	return out
}

// load returns the load of the hottest shard in each part of a chart, of so many shards; NaN where
// nothing is known of what was demanded.
func (r *replayer) load(shards int, demanded []float64) []float64 {
	load := r.candidate(shards, chartParts).Series.Value.Write
	for i := range load {
		if !model.IsPoint(demanded[i]) {
			load[i] = model.MissingValue()
		}
	}
	return load
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
