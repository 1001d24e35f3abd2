package fit

import (
	"maps"
	"slices"
	"time"

	"github.com/kcalc/kcalc/model"
)

const (
	secondsPerHour = 3600
	secondsPerDay  = 24 * secondsPerHour
	daysPerWeek    = 7
)

// timeline is the window of a history, cut into the periods of its points, and what
// was written to the stream in each. A slot is the place of a period in it.
type timeline struct {
	history  *model.History
	series   map[model.SeriesID]*model.Series
	from, to int64 // Unix seconds; the window ends before to
	grids    []grid
	start    []int64   // of each period, in Unix seconds
	period   []float64 // length of each period, in seconds
	observed []bool    // whether any metric of the stream has a point in it, or it is quiet

	quietTime QuietTime

	flow
}

// incomingRecords is the series whose points are the traffic of a stream.
var incomingRecords = model.SeriesID{Level: model.StreamLevel, Metric: model.IncomingRecords}

// newTimeline returns the timeline of the stream's, its consumers' and its shards'
// metrics. The periods are those of IncomingRecords, and where it has none, those of
// the other metrics.
func newTimeline(h *model.History) *timeline {
	t := &timeline{history: h, from: h.From.Unix(), to: h.To.Unix(), series: map[model.SeriesID]*model.Series{}}
	for i := range h.Series {
		t.series[h.Series[i].SeriesID] = &h.Series[i]
	}
	if s := t.series[incomingRecords]; s != nil {
		t.addPeriods(s)
	}
	for i := range h.Series {
		if s := &h.Series[i]; s.Level != model.FunctionLevel && s.SeriesID != incomingRecords {
			t.addPeriods(s)
		}
	}
	t.observe()
	if slices.Contains(t.observed, false) || t.covered() < t.to-t.from {
		t.addQuiet()
	}
	t.flow = t.flowOf(model.StreamLevel, "")
	if t.series[incomingRecords] != nil {
		t.fillZeros(t.flow)
	}
	return t
}

// observe numbers the periods, and marks those in which any metric of the stream has a point.
func (t *timeline) observe() {
	t.numberPeriods()
	for i := range t.history.Series {
		if s := &t.history.Series[i]; s.Level != model.FunctionLevel {
			t.eachPoint(s, func(slot int, _ float64) { t.observed[slot] = true })
		}
	}
}

// covered returns the length of all periods together, in seconds.
func (t *timeline) covered() (seconds int64) {
	for _, g := range t.grids {
		seconds += int64(g.n) * g.period
	}
	return seconds
}

// eachPoint calls visit for each point of a series that lies within one period of the
// timeline. Several finer points may lie in a period, a coarser one lies in none. s
// may be nil.
func (t *timeline) eachPoint(s *model.Series, visit func(slot int, value float64)) {
	if s == nil {
		return
	}
	for _, r := range s.Runs {
		start, period := r.Start.Unix(), int64(r.Period.Seconds())
		if period <= 0 {
			continue
		}
		for _, g := range t.gridsEndingAfter(start) {
			if g.start >= start+int64(len(r.Values))*period {
				break
			}
			if period > g.period {
				continue
			}
			first := max(0, -floorDiv(start-g.start, period))
			last := min(int64(len(r.Values)), floorDiv(g.end()-start, period))
			since := start + first*period - g.start
			slot, within := since/g.period, since%g.period // of the period of the grid
			for _, v := range r.Values[first:max(first, last)] {
				if model.IsPoint(v) && within+period <= g.period {
					visit(g.first+int(slot), v)
				}
				if within += period; within >= g.period {
					slot, within = slot+1, within-g.period
				}
			}
		}
	}
}

// known reports whether the history says what was accepted in a period.
func (t *timeline) known(slot int) bool { return model.IsPoint(t.records[slot]) }

// startTime returns when a period begins.
func (t *timeline) startTime(slot int) time.Time { return time.Unix(t.start[slot], 0).UTC() }

// end returns when a period ends, in Unix seconds.
func (t *timeline) end(slot int) int64 { return t.start[slot] + int64(t.period[slot]) }

// follows reports whether a period follows on the one before it without a gap and is
// equally long.
func (t *timeline) follows(slot int) bool {
	return slot > 0 && t.end(slot-1) == t.start[slot] && t.period[slot-1] == t.period[slot]
}

// secondsKnown returns for how many seconds it is known what was accepted.
func (t *timeline) secondsKnown() float64 {
	var total float64
	for i := range t.start {
		if t.known(i) {
			total += t.period[i]
		}
	}
	return total
}

// binCoverage is how many seconds of the finest points are enough for a daily curve.
const binCoverage = 14 * secondsPerDay

// binWidth returns the width of the bins of a daily curve, in seconds: the shortest
// period whose points, together with finer ones, cover two weeks, or half of what is
// known.
func (t *timeline) binWidth() int64 {
	seconds := map[int64]float64{}
	var total float64
	for _, g := range t.grids {
		for i := g.first; i < g.first+g.n; i++ {
			if t.known(i) {
				seconds[g.period] += t.period[i]
				total += t.period[i]
			}
		}
	}
	var covered float64
	for _, period := range slices.Sorted(maps.Keys(seconds)) {
		if covered += seconds[period]; covered >= min(binCoverage, total/2) {
			return min(period, secondsPerDay)
		}
	}
	return secondsPerDay
}
