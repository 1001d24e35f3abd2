package fit

import (
	"cmp"
	"maps"
	"slices"
	"sort"
	"time"

	"github.com/kcalc/kcalc/model"
	"gonum.org/v1/gonum/floats"
)

const (
	secondsPerHour = 3600
	secondsPerDay  = 24 * secondsPerHour
	daysPerWeek    = 7
)

// timeline is the window cut into the periods of its points, and what was
// written to the stream in each.
type timeline struct {
	history  *model.History
	series   map[model.SeriesID]*model.Series
	from, to int64 // Unix seconds; the window ends before to
	grids    []grid
	start    []int64   // when each period begins, Unix seconds
	period   []float64 // how long it is, in seconds
	alive    []bool    // whether any metric of the stream has a point in it

	flow
}

// flow is what was written in each period: accepted records and bytes and
// rejected records, a second. NaN is not known.
type flow struct{ records, bytes, throttled []float64 }

// grid is a part of a timeline whose periods are equally long.
type grid struct {
	start, period int64 // seconds
	first, n      int   // of its periods, among those of the timeline
}

func (g *grid) end() int64 { return g.start + int64(g.n)*g.period }

// written is what the traffic of a stream is known by.
var written = model.SeriesID{Level: model.StreamLevel, Metric: model.IncomingRecords}

// newTimeline lays the metrics of the stream, its consumers and its shards over
// each other. The periods are those of IncomingRecords, and where it has none,
// those of the others.
func newTimeline(h *model.History) *timeline {
	t := &timeline{history: h, from: h.From.Unix(), to: h.To.Unix(), series: map[model.SeriesID]*model.Series{}}
	for i := range h.Series {
		t.series[h.Series[i].SeriesID] = &h.Series[i]
	}
	if s := t.series[written]; s != nil {
		t.extend(s)
	}
	for i := range h.Series {
		if s := &h.Series[i]; s.Level != model.FunctionLevel && s.SeriesID != written {
			t.extend(s)
		}
	}
	t.number()
	for i := range h.Series {
		if s := &h.Series[i]; s.Level != model.FunctionLevel {
			t.each(s, func(slot int, _ float64) { t.alive[slot] = true })
		}
	}
	t.flow = t.flowOf(model.StreamLevel, "")
	if t.series[written] != nil {
		t.fill(t.flow)
	}
	return t
}

// extend adds the periods of a series that lie beside those of the timeline. Its runs
// are in the order of time.
func (t *timeline) extend(s *model.Series) {
	var beside []grid
	for _, r := range s.Runs {
		g := grid{start: r.Start.Unix(), period: int64(r.Period.Seconds()), n: len(r.Values)}
		if g.period > 0 {
			beside = append(beside, t.beside(g.within(t.from, t.to))...)
		}
	}
	if len(beside) > 0 {
		t.grids = append(t.grids, beside...)
		slices.SortFunc(t.grids, func(a, b grid) int { return cmp.Compare(a.start, b.start) })
	}
}

// after answers the grids of the timeline, which are in the order of time, that end
// after a time.
func (t *timeline) after(at int64) []grid {
	return t.grids[sort.Search(len(t.grids), func(i int) bool { return t.grids[i].end() > at }):]
}

// within answers the periods of a grid that lie within a window.
func (g grid) within(from, to int64) grid {
	skip := max(0, -floorDiv(g.start-from, g.period))
	last := min(int64(g.n), floorDiv(to-g.start, g.period))
	return grid{start: g.start + skip*g.period, period: g.period, n: int(max(0, last-skip))}
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// beside answers the periods of g that reach into none of the timeline's.
func (t *timeline) beside(g grid) (pieces []grid) {
	at := g.start
	for _, have := range t.after(at) {
		if have.start >= g.end() {
			break
		}
		if n := (have.start - at) / g.period; n > 0 {
			pieces = append(pieces, grid{start: at, period: g.period, n: int(n)})
		}
		at = g.start - floorDiv(g.start-have.end(), g.period)*g.period
	}
	if n := (g.end() - at) / g.period; n > 0 {
		pieces = append(pieces, grid{start: at, period: g.period, n: int(n)})
	}
	return pieces
}

// number lists the periods of all grids, in the order of time.
func (t *timeline) number() {
	n := 0
	for i := range t.grids {
		t.grids[i].first = n
		n += t.grids[i].n
	}
	t.start, t.period, t.alive = make([]int64, n), make([]float64, n), make([]bool, n)
	for _, g := range t.grids {
		for i := range g.n {
			t.start[g.first+i] = g.start + int64(i)*g.period
			t.period[g.first+i] = float64(g.period)
		}
	}
}

// each visits the points of a series that lie within one period of the timeline.
// Of those that are finer several do, one that is coarser does not. No series has
// no points.
func (t *timeline) each(s *model.Series, visit func(slot int, value float64)) {
	if s == nil {
		return
	}
	for _, r := range s.Runs {
		start, period := r.Start.Unix(), int64(r.Period.Seconds())
		if period <= 0 {
			continue
		}
		for _, g := range t.after(start) {
			if g.start >= start+int64(len(r.Values))*period {
				break
			}
			if period > g.period {
				continue
			}
			first := max(0, -floorDiv(start-g.start, period))
			last := min(int64(len(r.Values)), floorDiv(g.end()-start, period))
			for n := first; n < last; n++ {
				since := start + n*period - g.start
				slot := since / g.period
				if v := r.Values[n]; model.IsPoint(v) && since+period <= (slot+1)*g.period {
					visit(g.first+int(slot), v)
				}
			}
		}
	}
}

// flowOf answers what was written to the stream or to one of its shards, as far
// as there are points.
func (t *timeline) flowOf(level model.Level, of string) flow {
	rates := func(metric string) []float64 {
		return t.rates(t.series[model.SeriesID{Level: level, Metric: metric, Of: of}])
	}
	return flow{rates(model.IncomingRecords), rates(model.IncomingBytes), rates(model.WriteThrottled)}
}

// rates answers the sums of a series, a second, in each period; of no series
// none is known.
func (t *timeline) rates(s *model.Series) []float64 {
	x := make([]float64, len(t.start))
	for i := range x {
		x[i] = model.MissingValue()
	}
	t.each(s, func(slot int, v float64) {
		if model.IsPoint(x[slot]) {
			v += x[slot] * t.period[slot]
		}
		x[slot] = v / t.period[slot]
	})
	return x
}

// fill takes what CloudWatch says nothing of as 0 where another metric of the
// stream has a point: it publishes no point of a metric that nothing was counted
// for. Where none has one, nothing is known.
func (t *timeline) fill(f flow) {
	for i, alive := range t.alive {
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

// known tells whether it is known what was accepted in a period.
func (t *timeline) known(slot int) bool { return model.IsPoint(t.records[slot]) }

// at is when a period begins.
func (t *timeline) at(slot int) time.Time { return time.Unix(t.start[slot], 0).UTC() }

// end is when a period ends, in Unix seconds.
func (t *timeline) end(slot int) int64 { return t.start[slot] + int64(t.period[slot]) }

// follows tells whether a period follows on the one before it and is as long.
func (t *timeline) follows(slot int) bool {
	return slot > 0 && t.end(slot-1) == t.start[slot] && t.period[slot-1] == t.period[slot]
}

// demanded is how many records a second were offered in a period at most:
// accepted and rejected ones, in which a record counts again each time it is sent
// again. What was accepted is the least.
func (f *flow) demanded(slot int) float64 { return f.records[slot] + f.throttled[slot] }

// demandedBytes is the same in bytes, when rejected records are as large as the
// accepted ones of the period, or as usual ones where none was accepted.
func (f *flow) demandedBytes(slot int, usual float64) float64 {
	if f.throttled[slot] == 0 {
		return f.bytes[slot]
	}
	if f.records[slot] > 0 {
		usual = f.bytes[slot] / f.records[slot]
	}
	return f.demanded(slot) * usual
}

// demands are what was demanded in each period.
func (f *flow) demands() []float64 {
	return floats.AddTo(make([]float64, len(f.records)), f.records, f.throttled)
}

// size answers the mean size of the accepted records of some periods, NaN where
// there is none.
func (t *timeline) size(f flow, within func(slot int) bool) float64 {
	var records, bytes float64
	for i := range t.start {
		if f.records[i] > 0 && model.IsPoint(f.bytes[i]) && within(i) {
			records += f.records[i] * t.period[i]
			bytes += f.bytes[i] * t.period[i]
		}
	}
	return bytes / records
}

// anyTime is every period.
func anyTime(int) bool { return true }

// secondsKnown is how much of the window it is known for what was written.
func (t *timeline) secondsKnown() float64 {
	var total float64
	for i := range t.start {
		if t.known(i) {
			total += t.period[i]
		}
	}
	return total
}

// fineDays is how much of the finest points makes a daily course on their own, in
// seconds.
const fineDays = 14 * secondsPerDay

// binWidth is the shortest period whose points, with those of shorter ones,
// cover two weeks, or half of what is known.
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
		if covered += seconds[period]; covered >= min(fineDays, total/2) {
			return min(period, secondsPerDay)
		}
	}
	return secondsPerDay
}
