package cloudwatch

import (
	"fmt"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Plan is the GetMetricData calls of a fetch, known before the first is made.
type Plan struct {
	Stream  model.Name
	Series  []model.SeriesID
	Bands   []Band // oldest first
	Calls   []Call
	Metrics int      // that the calls ask for, which is what is billed
	Cost    unit.USD // of the calls
}

// Call is one GetMetricData call: some series over a part of a band.
type Call struct {
	First, Last int // the series of the plan, the last exclusive
	Band
}

// Plan plans the fetch of a stream's series over bands of time. There is no plan to
// ask for nothing.
func (l *Limits) Plan(stream model.Name, series []model.SeriesID, bands []Band) (*Plan, error) {
	if len(series) == 0 || len(bands) == 0 {
		return nil, fmt.Errorf("nothing to ask for: %s over %s of time", unit.Plural(len(series), "metric"),
			unit.Plural(len(bands), "band"))
	}
	p := &Plan{Stream: stream, Series: series, Bands: bands}
	for _, band := range bands {
		p.Calls = append(p.Calls, l.calls(len(series), band)...)
	}
	for _, c := range p.Calls {
		p.Metrics += c.Last - c.First
	}
	var err error
	if p.Cost, err = l.MetricPrice.Value.Times(float64(p.Metrics), 0); err != nil {
		return nil, fmt.Errorf("cost of %d metrics: %w", p.Metrics, err)
	}
	return p, nil
}

// calls returns the fewest calls that bring all points of a band.
func (l *Limits) calls(series int, band Band) []Call {
	a, b := l.split(series, band.Points())
	step := time.Duration(b) * time.Duration(band.Period)
	var calls []Call
	for start := band.Start; start.Before(band.End); start = start.Add(step) {
		end := start.Add(step)
		if end.After(band.End) {
			end = band.End
		}
		for first := 0; first < series; first += a {
			calls = append(calls, Call{first, min(first+a, series), Band{start, end, band.Period}})
		}
	}
	return calls
}

// split returns how many series a, and how many points b of each, a call asks
// for, so that the calls are the fewest: ⌈series/a⌉·⌈points/b⌉ with a at most
// Queries and a·b at most Points. Of equal numbers of calls it takes the one
// that cuts time the least, because a metric is billed once for each cut.
func (l *Limits) split(series, points int) (a, b int) {
	fewest := series*points + 1
	for cuts := 1; cuts <= points && cuts < fewest; cuts++ {
		long := ceilDiv(points, cuts)
		wide := min(l.Queries.Value, l.Points.Value/long, series)
		if wide == 0 {
			continue
		}
		if calls := cuts * ceilDiv(series, wide); calls < fewest {
			fewest, a, b = calls, wide, long
		}
	}
	return a, b
}

func ceilDiv(a, b int) int { return (a + b - 1) / b }
