package fit

import (
	"math"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// window answers the time that the history is of, and how much of it is known.
func (t *timeline) window() Window {
	known := t.secondsKnown()
	w := Window{
		From: time.Unix(t.from, 0).UTC(), To: time.Unix(t.to, 0).UTC(),
		Known: Seconds(known * float64(time.Second)),
	}
	if t.to > t.from {
		w.Share = min(1, known/float64(t.to-t.from))
	}
	for _, r := range t.parts() {
		w.Periods = append(w.Periods, Part{t.at(r.from), time.Unix(t.end(r.to-1), 0).UTC(), Seconds(t.period[r.from] * float64(time.Second))})
	}
	return w
}

// coverage answers how much of the window each metric has points of.
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

// throttles adds up what was rejected.
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

// busiest answers the periods in which the most was written, of equal ones the
// first.
func (t *timeline) busiest() Busiest {
	usual := t.size(t.flow, anyTime)
	out := Busiest{
		Accepted: t.moment(highest(t.records), usual),
		Demanded: t.moment(highest(t.demands()), usual),
	}
	bytes := make([]float64, len(t.start))
	for i := range bytes {
		bytes[i] = model.MissingValue()
		if t.known(i) {
			bytes[i] = t.demandedBytes(i, usual)
		}
	}
	if len(points(bytes)) > 0 && usual > 0 {
		out.Bytes = model.Known(t.moment(highest(bytes), usual))
	}
	return out
}

// highest is the place of the largest of the numbers that are known.
func highest(x []float64) int {
	best := -1
	for i, v := range x {
		if model.IsPoint(v) && (best < 0 || v > x[best]) {
			best = i
		}
	}
	return best
}

func (t *timeline) moment(slot int, usual float64) Moment {
	known := func(bytes float64) model.Maybe[unit.BytesPerSecond] {
		return maybe(unit.BytesPerSecond(bytes), !math.IsNaN(bytes))
	}
	return Moment{
		Start: t.at(slot), Period: Seconds(t.period[slot] * float64(time.Second)),
		Accepted: unit.RecordsPerSecond(t.records[slot]),
		Demanded: unit.RecordsPerSecond(t.demanded(slot)),
		Bytes:    known(t.bytes[slot]), MostBytes: known(t.demandedBytes(slot, usual)),
	}
}
