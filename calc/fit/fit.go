package fit

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"gonum.org/v1/gonum/floats"
)

// Fit returns what a stream's history says of its workload. l are the limits of
// AWS, which bursts and throughputs are measured against.
func Fit(h *model.History, l *model.Limits) Evidence {
	e, _ := FitContext(context.Background(), h, l)
	return e
}

// FitContext is [Fit] with a context. It returns the context's error once that is
// done; a fit takes some 20 ms.
func FitContext(ctx context.Context, h *model.History, l *model.Limits) (Evidence, error) {
	f := &fitter{limits: l, evidence: &Evidence{}}
	stages := [...]func(){func() { f.readHistory(h) }, f.fitLags, f.fitTraffic, f.fitSkew, f.fitBurst, f.addNotices}
	for _, stage := range stages {
		if err := ctx.Err(); err != nil {
			return Evidence{}, err
		}
		stage()
	}
	return *f.evidence, ctx.Err()
}

// readHistory sets what the history says without a fit.
func (f *fitter) readHistory(h *model.History) {
	f.timeline = newTimeline(h)
	t, c, e := f.timeline, &h.Configuration.Value, f.evidence
	*e = Evidence{
		Stream: h.Stream, Region: h.Region,
		Window: t.window(), Coverage: t.coverage(),
		Surges:           []Surge{},
		ThrottledRecords: t.throttles(t.throttledMetric(model.StreamLevel)),
		ThrottledReads:   t.throttles(model.ReadThrottled),
		FailedRecords:    t.throttles(model.PutRecordsFailed),
		Consumers:        t.consumers(f.limits),
		IteratorAge:      t.worstAge(model.SeriesID{Level: model.StreamLevel, Metric: model.IteratorAge}),
		Shards:           c.OpenShards,
		QuietTime:        t.quietTime,
		limits:           f.limits,
		Mode:             c.Mode,
	}
	if c.Retention.Known {
		e.Retention = model.Known(Seconds(c.Retention.Value))
	}
	if size := t.meanSize(t.flow, allPeriods); size > 0 {
		e.RecordSize = model.Known(unit.Bytes(size))
	}
}

// fitter holds an evidence in the making, and what its steps hand on.
type fitter struct {
	timeline *timeline
	limits   *model.Limits
	evidence *Evidence

	levels      levelParts
	noCurve     bool  // there are too few days for a daily curve
	provenBurst Burst // by the number of shards of today
}

// maybe returns a value that is known if ok.
func maybe[T any](value T, ok bool) model.Maybe[T] { return model.Maybe[T]{Value: value, Known: ok} }

// fitTraffic sets what was written: average, busiest periods, baseline, peak, growth
// and surges.
func (f *fitter) fitTraffic() {
	t, e := f.timeline, f.evidence
	if e.Window.Known <= 0 {
		return
	}
	demands := t.demandRates()
	e.Average = model.Known(Range{
		Least: unit.RecordsPerSecond(meanRate(t, t.records)),
		Most:  unit.RecordsPerSecond(meanRate(t, demands)),
	})
	e.Busiest = model.Known(t.busiest())
	if e.Average.Value.Most == 0 {
		return
	}
	high := fitBaseline(t, demands)
	season := high.splitLevels()
	rate, at := high.peak(season)
	least := rate
	if e.ThrottledRecords.Total > 0 {
		accepted := fitBaselineWithSurges(t, t.records, high.surges)
		least, _ = accepted.peak(accepted.splitLevels())
	}
	f.levels, f.noCurve = season, high.dailyCurve == nil
	e.Peak = model.Known(f.peak(high, rate, min(least, rate), at))
	e.Baseline = maybe(high.describe(season))
	e.Growth = maybe(t.growth(demands))
	for _, r := range high.surges {
		e.Surges = append(e.Surges, f.describeSurge(high, r, demands))
	}
	f.addByteSurges(high.surges)
	slices.SortStableFunc(e.Surges, func(a, b Surge) int { return cmp.Compare(b.Plan, a.Plan) })
}

// nearPeak is the share of the highest rate from which on a period counts as one of
// the peak's, for the record size at the peak.
const nearPeak = 0.95

// peak returns the peak of a baseline between two rates, of the most and the least
// demand. It is not below the average: where most of the traffic comes in surges,
// the baseline is.
func (f *fitter) peak(b *baseline, most, least float64, at time.Time) Peak {
	average := f.evidence.Average.Value
	out := Peak{
		Range: Range{
			Least: max(average.Least, unit.RecordsPerSecond(least)),
			Most:  max(average.Most, unit.RecordsPerSecond(most)),
		},
		Weekday: at.Weekday().String(), TimeOfDay: at.Format("15:04"),
	}
	top := nearPeak * b.expected[floats.MaxIdx(b.expected)]
	size := f.timeline.meanSize(f.timeline.flow, func(slot int) bool { return b.expected[slot] >= top })
	if size > 0 {
		out.RecordSize = model.Known(unit.Bytes(size))
	}
	out.Plan = f.planRate(float64(out.Most), float64(out.Most)*size)
	return out
}

// fitSkew sets the load of the hottest shard.
func (f *fitter) fitSkew() { f.evidence.Skew = maybe(f.timeline.skew()) }

// fitBurst sets the burst factor, if it is proven and the number of shards at that
// time is known.
func (f *fitter) fitBurst() {
	f.provenBurst = f.timeline.burst(f.limits, f.evidence.Skew)
	f.evidence.Burst = maybe(f.provenBurst, f.provenBurst.Minutes > 0 && !f.shardsChanged())
}

// shardsChanged reports whether the number of shards may have been another one within
// the window, and shards have no metrics of their own to do without it.
func (f *fitter) shardsChanged() bool {
	if len(f.timeline.shardsWithThrottles()) > 0 {
		return false
	}
	return f.evidence.onDemand() || resharded(&f.timeline.history.Configuration.Value)
}
