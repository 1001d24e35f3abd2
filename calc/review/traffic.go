package review

import (
	"fmt"
	"iter"
	"time"

	"github.com/kcalc/kcalc/model"
)

// Traffic is what was written, in the shards whose write limits it takes as a
// whole, by equal parts of the window; of each part the highest.
type Traffic struct {
	From, To time.Time
	Accepted []float64
	Demanded []float64 // with what was throttled, at most
}

// parts is how many parts the window of a chart has.
const parts = 72

func traffic(l *model.Limits, h *model.History) Traffic {
	trace := func(throttled map[time.Time]float64) []float64 {
		return model.Trace(h.From, h.To, parts, filled(l, h, throttled))
	}
	return Traffic{From: h.From, To: h.To, Accepted: trace(nil), Demanded: trace(byTime(h, model.WriteThrottled))}
}

// filled are the shards that each period's records filled, accepted and
// throttled:
//
//	max(R/Wr, B/Wb) · (accepted + throttled)/accepted
//
// A record that was throttled is taken to have the size of those that were not.
func filled(l *model.Limits, h *model.History, throttled map[time.Time]float64) iter.Seq[model.Point] {
	records, bytes := byTime(h, model.IncomingRecords), byTime(h, model.IncomingBytes)
	return func(yield func(model.Point) bool) {
		for p := range written(h).Points() {
			seconds, records := p.Period.Seconds(), records[p.Time]
			p.Value = max(records/float64(l.ShardWriteThroughput.Value), bytes[p.Time]/float64(l.ShardWriteBandwidth.Value)) / seconds
			switch more := throttled[p.Time]; {
			case records > 0:
				p.Value *= (records + more) / records
			case more > 0:
				p.Value = more / float64(l.ShardWriteThroughput.Value) / seconds
			}
			if !yield(p) {
				return
			}
		}
	}
}

// written is what was written: records, or bytes where no records are known.
func written(h *model.History) *model.Series {
	for _, metric := range []string{model.IncomingRecords, model.IncomingBytes} {
		if s := h.Find(model.SeriesID{Level: model.StreamLevel, Metric: metric}); s != nil {
			if points, _ := s.Count(); points > 0 {
				return s
			}
		}
	}
	return &model.Series{}
}

// byTime are the points of a metric of the stream, but for those that are 0.
func byTime(h *model.History, metric string) map[time.Time]float64 {
	values := map[time.Time]float64{}
	if s := h.Find(model.SeriesID{Level: model.StreamLevel, Metric: metric}); s != nil {
		for p := range s.Points() {
			if p.Value != 0 {
				values[p.Time] = p.Value
			}
		}
	}
	return values
}

// exceeded warns where periods of the window asked for more than the recommended
// shards take: the plan is sized for the usual peak and for surges, not for noise.
func (b *Basis) exceeded(w *model.Workload, p *model.Plan) []model.Warning {
	const least = 0.001 // of the periods: one in a thousand
	above, all, most := 0, 0, 0.0
	for point := range filled(b.Limits, b.History, byTime(b.History, model.WriteThrottled)) {
		shards := point.Value * float64(w.Producer.Skew)
		all++
		if shards > float64(p.Shards.Recommended) {
			above++
		}
		most = max(most, shards)
	}
	if float64(above) <= least*float64(all) {
		return nil
	}
	return []model.Warning{{ID: "periods-above",
		Message: fmt.Sprintf("In %s of %s periods (%s%%) more was written or throttled than the recommended %s take; at most what fills %s.",
			model.Grouped(float64(above), 0), model.Grouped(float64(all), 0), model.Grouped(100*float64(above)/float64(all), 1), model.Plural(p.Shards.Recommended, "shard"), model.Grouped(most, 1)),
		Remedy: "The traffic scatters more than the headroom holds: size for it with --peak, or with a lower --target-utilization."}}
}
