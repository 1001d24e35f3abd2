package fit

import (
	"github.com/kcalc/kcalc/model"
	"gonum.org/v1/gonum/floats"
)

// flow is what was written to a stream or shard in each period: accepted records,
// accepted bytes and rejected records, a second. NaN is not known.
type flow struct{ records, bytes, throttled []float64 }

// flowOf returns what was written to the stream, or to the shard of an id, where
// there are points.
func (t *timeline) flowOf(level model.Level, of string) flow {
	rates := func(metric string) []float64 {
		return t.rates(t.series[model.SeriesID{Level: level, Metric: metric, Owner: of}])
	}
	return flow{rates(model.IncomingRecords), rates(model.IncomingBytes), rates(t.throttledMetric(level))}
}

// throttledMetric returns the metric of what was rejected: where a history of the stream lacks
// the one of all writes, that of PutRecords alone.
func (t *timeline) throttledMetric(level model.Level) string {
	all := model.SeriesID{Level: level, Metric: model.WriteThrottled}
	batches := model.SeriesID{Level: level, Metric: model.PutRecordsThrottled}
	if t.series[all] == nil && t.series[batches] != nil {
		return model.PutRecordsThrottled
	}
	return model.WriteThrottled
}

// rates returns the sum of the points of a series in each period ÷ its length, NaN
// where there is no point. s may be nil.
func (t *timeline) rates(s *model.Series) []float64 {
	x := make([]float64, len(t.start))
	for i := range x {
		x[i] = model.MissingValue()
	}
	t.eachPoint(s, func(slot int, v float64) {
		if model.IsPoint(x[slot]) {
			v += x[slot] * t.period[slot]
		}
		x[slot] = v / t.period[slot]
	})
	return x
}

// fillZeros replaces unknown values by 0 where another metric of the stream has a
// point: CloudWatch publishes no point for a metric that counted nothing. Where no
// metric has one, nothing is known.
func (t *timeline) fillZeros(f flow) {
	for i, alive := range t.observed {
		if !model.IsPoint(f.records[i]) && alive && !(f.bytes[i] > 0) {
			f.records[i] = 0
		}
		if !model.IsPoint(f.bytes[i]) && f.records[i] == 0 {
			f.bytes[i] = 0
		}
		if !model.IsPoint(f.throttled[i]) && alive {
			f.throttled[i] = 0
		}
	}
}

// demanded returns how many records a second were offered in a period at most:
// accepted + rejected. A record counts each time it is sent. The least is what was
// accepted.
func (f *flow) demanded(slot int) float64 { return f.records[slot] + f.throttled[slot] }

// demandedBytes returns the bytes a second that were offered in a period at most. A
// rejected record counts as large as the accepted ones of the period, or as usual
// where none was accepted.
func (f *flow) demandedBytes(slot int, usual float64) float64 {
	if f.throttled[slot] == 0 {
		return f.bytes[slot]
	}
	if f.records[slot] > 0 {
		usual = f.bytes[slot] / f.records[slot]
	}
	return f.demanded(slot) * usual
}

// demandRates returns [flow.demanded] of each period.
func (f *flow) demandRates() []float64 {
	return floats.AddTo(make([]float64, len(f.records)), f.records, f.throttled)
}

// meanSize returns the mean size in bytes of the records that were accepted in the
// periods within, NaN where there are none.
func (t *timeline) meanSize(f flow, within func(slot int) bool) float64 {
	var records, bytes float64
	for i := range t.start {
		if f.records[i] > 0 && model.IsPoint(f.bytes[i]) && within(i) {
			records += f.records[i] * t.period[i]
			bytes += f.bytes[i] * t.period[i]
		}
	}
	return bytes / records
}

// allPeriods reports true for every period.
func allPeriods(int) bool { return true }
