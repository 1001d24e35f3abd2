package fit

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Fit answers what a stream's history says of its workload.
func Fit(h *model.History, l *model.Limits) Evidence {
	e, _ := FitContext(context.Background(), h, l)
	return e
}

// FitContext is Fit until the context is done, whose error it then returns.
func FitContext(ctx context.Context, h *model.History, l *model.Limits) (Evidence, error) {
	f := &fitting{l: l, e: &Evidence{}}
	stages := [...]func(){func() { f.read(h) }, f.traffic, f.skew, f.burst, f.explain}
	for _, stage := range stages {
		if err := ctx.Err(); err != nil {
			return Evidence{}, err
		}
		stage()
	}
	return *f.e, ctx.Err()
}

// read answers what the history says without a fit.
func (f *fitting) read(h *model.History) {
	f.t = newTimeline(h)
	t, c, e := f.t, &h.Configuration.Value, f.e
	*e = Evidence{
		Stream: h.Stream, Region: h.Region,
		Window: t.window(), Coverage: t.coverage(),
		Surges:           []Surge{},
		ThrottledRecords: t.throttles(model.WriteThrottled),
		ThrottledReads:   t.throttles(model.ReadThrottled),
		Readers:          t.readers(f.l),
		IteratorAge:      t.worstAge(model.SeriesID{Level: model.StreamLevel, Metric: model.IteratorAge}),
		Shards:           c.OpenShards,
		Mode:             c.Mode,
	}
	if c.Retention.Known {
		e.Retention = model.Known(Seconds(c.Retention.Value))
	}
	if size := t.size(t.flow, anyTime); size > 0 {
		e.RecordSize = model.Known(unit.Bytes(size))
	}
}

// fitting is an answer in the making.
type fitting struct {
	t *timeline
	l *model.Limits
	e *Evidence

	season season
	few    bool  // there are too few days for a course of the day
	proven Burst // by the shards of today
}

// maybe is a value that is known if ok.
func maybe[T any](value T, ok bool) model.Maybe[T] { return model.Maybe[T]{Value: value, Known: ok} }

// traffic answers what was written: average, baseline, busiest periods, surges,
// growth.
func (f *fitting) traffic() {
	t, e := f.t, f.e
	if e.Window.Known <= 0 {
		return
	}
	demands := t.demands()
	e.Average = model.Known(Range{
		Least: unit.RecordsPerSecond(meanRate(t, t.records)),
		Most:  unit.RecordsPerSecond(meanRate(t, demands)),
	})
	e.Busiest = model.Known(t.busiest())
	if e.Average.Value.Most == 0 {
		return
	}
	high := fitBaseline(t, demands)
	season := high.season()
	rate, at := high.peak(season)
	least := rate
	if e.ThrottledRecords.Total > 0 {
		accepted := fitBesides(t, t.records, high.surges)
		least, _ = accepted.peak(accepted.season())
	}
	f.season, f.few = season, high.course == nil
	e.Peak = model.Known(f.peak(high, rate, min(least, rate), at))
	e.Baseline = maybe(high.shape(season))
	e.Growth = maybe(season.trend.growth(), season.grows)
	for _, r := range high.surges {
		e.Surges = append(e.Surges, f.surge(high, r, demands))
	}
	f.heavy(high.surges)
	slices.SortStableFunc(e.Surges, func(a, b Surge) int { return cmp.Compare(b.Plan, a.Plan) })
}

// nearPeak is the share of the peak from which on a period counts as one of its
// time.
const nearPeak = 0.95

// peak puts the peak together. It is never below the average: where most of the
// traffic comes in surges, the baseline is.
func (f *fitting) peak(b *baseline, most, least float64, at time.Time) Peak {
	average := f.e.Average.Value
	out := Peak{
		Range: Range{
			Least: max(average.Least, unit.RecordsPerSecond(least)),
			Most:  max(average.Most, unit.RecordsPerSecond(most)),
		},
		Weekday: at.Weekday().String(), TimeOfDay: at.Format("15:04"),
	}
	top := nearPeak * b.expected[highest(b.expected)]
	size := f.t.size(f.t.flow, func(slot int) bool { return b.expected[slot] >= top })
	if size > 0 {
		out.RecordSize = model.Known(unit.Bytes(size))
	}
	out.Plan = f.plan(float64(out.Most), float64(out.Most)*size)
	return out
}

// plan answers the throughput of records of the mean size w that takes as many
// shards as so many records and bytes a second do, and is not below the records:
//
//	max(R, (B/Wb) ÷ max(1/Wr, w/Wb))
func (f *fitting) plan(records, bytes float64) unit.RecordsPerSecond {
	size := float64(f.e.RecordSize.Value)
	if !f.e.RecordSize.Known || !(bytes > 0) {
		return unit.RecordsPerSecond(records)
	}
	wr, wb := float64(f.l.ShardWriteRecords.Value), float64(f.l.ShardWriteBytes.Value)
	return unit.RecordsPerSecond(max(records, bytes/wb/max(1/wr, size/wb)))
}

// surge describes a run of periods in which rates stand out of the baseline.
func (f *fitting) surge(b *baseline, r run, rates []float64) Surge {
	t, usual := f.t, float64(f.e.RecordSize.Value)
	s := Surge{
		Start:  t.at(r.from),
		Length: Seconds(time.Duration(t.end(r.to-1)-t.start[r.from]) * time.Second),
		CutOff: !t.follows(r.from) || r.to == len(t.start) || !t.follows(r.to),
	}
	var bytes, records, came, want, seconds float64
	for i := r.from; i < r.to; i++ {
		if !t.known(i) {
			continue
		}
		rate := t.demanded(i)
		s.Records = max(s.Records, unit.RecordsPerSecond(rate))
		s.Accepted = max(s.Accepted, unit.RecordsPerSecond(t.records[i]))
		if size := t.demandedBytes(i, usual); size > 0 {
			bytes = max(bytes, size)
		}
		s.Plan = max(s.Plan, f.plan(rate, t.demandedBytes(i, usual)))
		records += rate * t.period[i]
		came += rates[i] * t.period[i]
		want += max(b.expected[i], b.floor) * t.period[i]
		seconds += t.period[i]
	}
	s.Mean, s.Times = unit.RecordsPerSecond(records/seconds), came/want
	if f.e.RecordSize.Known {
		s.Bytes = model.Known(unit.BytesPerSecond(bytes))
	}
	return s
}

// skew answers the load of the hottest shard.
func (f *fitting) skew() { f.e.Skew = maybe(f.t.skew()) }

// burst answers the burst factor, unless it was not proven, or it is not known how
// many shards there were.
func (f *fitting) burst() {
	f.proven = f.t.burst(f.l, f.e.Skew)
	f.e.Burst = maybe(f.proven, f.proven.Minutes > 0 && !f.shardsChanged())
}

// shardsChanged tells whether the number of shards may have been another one at
// some time, and the shards' own metrics are not there to do without it.
func (f *fitting) shardsChanged() bool {
	return len(f.t.throttledShards()) == 0 && (f.e.onDemand() || resharded(&f.t.history.Configuration.Value))
}
