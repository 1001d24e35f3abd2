package fit

import (
	"math"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"gonum.org/v1/gonum/floats"
)

// window returns the time span of the history, and how much of it is known.
func (t *timeline) window() Window {
	known := t.secondsKnown()
	w := Window{
		From: time.Unix(t.from, 0).UTC(), To: time.Unix(t.to, 0).UTC(),
		Known: Seconds(known * float64(time.Second)),
	}
	if t.to > t.from {
		w.Share = min(1, known/float64(t.to-t.from))
	}
	for _, r := range t.evenStretches() {
		end := time.Unix(t.end(r.to-1), 0).UTC()
		w.Periods = append(w.Periods, Part{t.startTime(r.from), end, Seconds(t.period[r.from] * float64(time.Second))})
	}
	return w
}

// coverage returns how much of the window each metric of the stream and of its
// consumers has points of.
func (t *timeline) coverage() []Coverage {
	list := []Coverage{}
	for i := range t.history.Series {
		s := &t.history.Series[i]
		if s.Level == model.ShardLevel {
			continue
		}
		c := Coverage{Metric: s.SeriesID.String()}
		var seconds float64
		for p := range s.Points() {
			c.Points++
			seconds += p.Period.Seconds()
		}
		if t.to > t.from {
			c.Share = min(1, seconds/float64(t.to-t.from))
		}
		list = append(list, c)
	}
	return list
}

// throttles returns what was rejected, and the period with the highest rate of it.
func (t *timeline) throttles(metric string) Throttles {
	var out Throttles
	s := t.series[model.SeriesID{Level: model.StreamLevel, Metric: metric}]
	if s == nil {
		return out
	}
	worst := 0.0
	for p := range s.Points() {
		if p.Value <= 0 {
			continue
		}
		out.Total += p.Value
		out.Periods++
		if p.Rate() > worst {
			worst = p.Rate()
			out.Worst = model.Known(WorstCount{Start: p.Time, Period: Seconds(p.Period), Count: p.Value})
		}
	}
	return out
}

// busiest returns the periods with the highest rates, the first of equal ones.
func (t *timeline) busiest() Busiest {
	usual := t.meanSize(t.flow, allPeriods)
	out := Busiest{
		Accepted: t.busyPeriod(floats.MaxIdx(t.records), usual),
		Demanded: t.busyPeriod(floats.MaxIdx(t.demandRates()), usual),
	}
	bytes := make([]float64, len(t.start))
	for i := range bytes {
		bytes[i] = model.MissingValue()
		if t.known(i) {
			bytes[i] = t.demandedBytes(i, usual)
		}
	}
	if len(knownValues(bytes)) > 0 && usual > 0 {
		out.Bytes = model.Known(t.busyPeriod(floats.MaxIdx(bytes), usual))
	}
	return out
}

// busyPeriod returns what was accepted and demanded in a period; usual is the mean
// record size, for a period in which everything was rejected.
func (t *timeline) busyPeriod(slot int, usual float64) BusyPeriod {
	known := func(bytes float64) model.Maybe[unit.BytesPerSecond] {
		return maybe(unit.BytesPerSecond(bytes), !math.IsNaN(bytes))
	}
	return BusyPeriod{
		Start: t.startTime(slot), Period: Seconds(t.period[slot] * float64(time.Second)),
		Accepted: unit.RecordsPerSecond(t.records[slot]),
		Demanded: unit.RecordsPerSecond(t.demanded(slot)),
		Bytes:    known(t.bytes[slot]), MostBytes: known(t.demandedBytes(slot, usual)),
	}
}

// describeSurge returns what a run of periods that stands out of the baseline b
// amounts to. rates are those that b was fitted to.
func (f *fitter) describeSurge(b *baseline, r run, rates []float64) Surge {
	t, usual := f.timeline, float64(f.evidence.RecordSize.Value)
	s := Surge{
		Start:  t.startTime(r.from),
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
		s.Plan = max(s.Plan, f.planRate(rate, t.demandedBytes(i, usual)))
		records += rate * t.period[i]
		came += rates[i] * t.period[i]
		want += max(b.expected[i], b.floor) * t.period[i]
		seconds += t.period[i]
	}
	s.Mean, s.Times = unit.RecordsPerSecond(records/seconds), came/want
	if f.evidence.RecordSize.Known {
		s.Bytes = model.Known(unit.BytesPerSecond(bytes))
	}
	return s
}
