package cloudwatch

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Ask is what is asked for of one stream.
type Ask struct {
	Stream model.Name
	Series []model.SeriesID
}

// Plan is the GetMetricData calls of a fetch, known before the first is made. Its
// streams are of one account and Region.
type Plan struct {
	Asks    []Ask  // one for each stream
	Bands   []Band // oldest first
	Calls   []Call // so that one stream after the other is whole
	Metrics int    // that the calls ask for, which is what is billed
	Cost    unit.USD
}

// Call is one GetMetricData call: some series over a part of a band.
type Call struct {
	First, Last int // the series, counted over all asks of the plan, the last exclusive
	Band
}

// Plan plans the fetch of the series of streams over bands of time. The plan costs the
// least, and of those that do it has the fewest calls. There is no plan to ask for
// nothing.
//
// CloudWatch bills each metric of each call, at any number of points. So a band with
// no more points than a call answers is never cut in time: that would bill its metrics
// twice, even where it would take fewer calls, as for 7 series of 60,480 points (5 calls
// for 35 metrics when it is cut in five, 7 for 7 when it is not). Where a series alone has
// P points, more than the M of a call, it is cut into k = ⌈P/M⌉ parts, of which no two
// fit into one call: k−1 full ones, and the rest of r = P − (k−1)·M points, of which
// w = min(Q, ⌊M/r⌋) go together into a call of at most Q series. Of N series,
//
//	calls = (k−1)·N + ⌈N/w⌉    metrics = k·N
//
// No plan that bills so few metrics has fewer calls: of the k parts of a series at most one is
// no longer than M/2, so that k−1 take a call each, and the last has r points at
// least.
func (l *Limits) Plan(asks []Ask, bands []Band) (*Plan, error) {
	p := &Plan{Asks: asks, Bands: bands}
	series := p.series()
	if series == 0 || len(bands) == 0 {
		return nil, fmt.Errorf("nothing to ask for: %s over %s of time", unit.Plural(series, "metric"),
			unit.Plural(len(bands), "band"))
	}
	for _, band := range bands {
		p.Calls = append(p.Calls, l.calls(series, band)...)
	}
	slices.SortStableFunc(p.Calls, func(a, b Call) int { return cmp.Compare(a.First, b.First) })
	for _, c := range p.Calls {
		p.Metrics += c.Last - c.First
	}
	var err error
	if p.Cost, err = l.MetricPrice.Value.Times(float64(p.Metrics), 0); err != nil {
		return nil, fmt.Errorf("cost of %d metrics: %w", p.Metrics, err)
	}
	return p, nil
}

// series returns how many series a plan asks for.
func (p *Plan) series() (n int) {
	for i := range p.Asks {
		n += len(p.Asks[i].Series)
	}
	return n
}

// calls returns the calls that bring all points of a band: full parts of it, each of which
// takes a call a series, and the rest.
func (l *Limits) calls(series int, band Band) []Call {
	var calls []Call
	for start := band.Start; start.Before(band.End); {
		part := Band{start, band.End, band.Period}
		if most := start.Add(time.Duration(l.Points.Value) * time.Duration(band.Period)); most.Before(part.End) {
			part.End = most
		}
		wide := min(l.Queries.Value, l.Points.Value/part.Points())
		for first := 0; first < series; first += wide {
			calls = append(calls, Call{first, min(first+wide, series), part})
		}
		start = part.End
	}
	return calls
}
