package historyfile

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// mostTimes is how many times a file may have that does not say their period.
const mostTimes = 1 << 24

// table has points whose grid is not known yet: series side by side that have
// their times in common.
type table struct {
	*notes
	what    string // what errors and warnings call it
	begin   int    // the line that it begins in
	columns []model.SeriesID
	times   []stamped
	cells   []float64 // those of a row side by side

	unordered bool // what writes such tables promises no order of the times
}

// cell returns the place of a value.
func (t *table) cell(s stamped, column int) *float64 {
	return &t.cells[int(s.row)*len(t.columns)+column]
}

// sort brings the times into order. Newest first is an order too, and that of a table
// that never has one is not worth telling.
func (t *table) sort() {
	up, down := -1, -1 // the first that is not behind, and not before, the one before it
	for i := 1; i < len(t.times) && (up < 0 || down < 0); i++ {
		if t.times[i].time < t.times[i-1].time && up < 0 {
			up = i
		}
		if t.times[i].time > t.times[i-1].time && down < 0 {
			down = i
		}
	}
	switch {
	case up < 0:
	case down < 0:
		slices.Reverse(t.times)
	default:
		turn := t.times[max(up, down)]
		if line := int(turn.line); !t.unordered {
			t.warn(line, notice.HistoryOrder(t.on(line), t.what, utc(turn.time)))
		}
		slices.SortStableFunc(t.times, func(a, b stamped) int { return cmp.Compare(a.time, b.time) })
	}
}

// merge makes one of times that are there twice, if they agree.
func (t *table) merge() {
	var again gap
	kept := 0
	for i, s := range t.times {
		if i == 0 || s.time != t.times[kept-1].time {
			t.times[kept] = s
			kept++
			continue
		}
		again.add(1, int(max(s.line, t.times[kept-1].line)), utc(s.time))
		t.mergeRow(t.times[kept-1], s)
	}
	t.times = t.times[:kept]
	if again.points > 0 {
		t.warn(again.line, notice.HistoryDuplicates(t.on(again.line), t.what, again.points, again.first))
	}
}

// mergeRow adds a second row of a time to the first.
func (t *table) mergeRow(into, from stamped) {
	for c, id := range t.columns {
		a, b := t.cell(into, c), t.cell(from, c)
		switch {
		case !model.IsPoint(*b) || *a == *b:
		case !model.IsPoint(*a):
			*a = *b
		default:
			t.conflict(id, into, from, *a, *b)
		}
	}
}

// conflict reports that a time has two different values.
func (t *table) conflict(id model.SeriesID, one, other stamped, v, w float64) {
	if one.line > other.line {
		one, other, v, w = other, one, w, v
	}
	t.report(input.Error{Where: t.line(int(other.line)), Path: id.String(), Value: unit.Stamp(utc(other.time)),
		Problem: fmt.Sprintf("there twice with different values, %v here and %v in line %d", w, v,
			one.line), Allowed: "one value of a time"})
}

// offGrid reports the times that fit into no span.
func (t *table) offGrid(found spans, off []int) {
	for _, i := range off {
		at := t.times[i]
		s := found.at(at.time)
		near := s.start + (at.time-s.start)/s.period*s.period
		t.report(input.Error{Where: t.line(int(at.line)), Path: t.what, Value: unit.Stamp(utc(at.time)),
			Problem: "not on the grid of the times around it", Allowed: fmt.Sprintf("times every %s, such as %s",
				unit.Duration(s.period), unit.Stamp(utc(near)))})
	}
}

// periods returns how many periods the spans have.
func (t *table) periods(found spans) (n int) {
	for _, s := range found {
		n += int((s.end(t.times) - s.start) / s.period)
	}
	return n
}

// series returns the series of a column, and warns of what is missing in it.
func (t *table) series(column int, found spans) model.Series {
	s := model.Series{SeriesID: t.columns[column]}
	if !t.hasPoint(column) {
		t.warn(t.begin, notice.HistoryEmptySeries(t.on(t.begin), s.SeriesID.String()))
		return s
	}
	var missing gap
	for i, span := range found {
		if i > 0 {
			before := found[i-1]
			if n := (span.start - before.end(t.times)) / before.period; n > 0 {
				missing.add(int(n), int(t.times[span.first].line), utc(before.end(t.times)))
			}
		}
		s.Runs = append(s.Runs, t.run(column, span, &missing))
	}
	t.warnGap(s.SeriesID, missing)
	return s
}

func (t *table) hasPoint(column int) bool {
	return slices.ContainsFunc(t.times, func(s stamped) bool { return model.IsPoint(*t.cell(s, column)) })
}

// run returns the values of a span.
func (t *table) run(column int, s span, missing *gap) model.Run {
	n := int((s.end(t.times) - s.start) / s.period)
	r := model.Run{Start: utc(s.start), Period: unit.Duration(s.period), Values: make([]float64, 0, n)}
	for _, at := range t.times[s.first : s.last+1] {
		if empty := int((at.time-s.start)/s.period) - len(r.Values); empty > 0 {
			missing.add(empty, int(at.line), r.End())
			for range empty {
				r.Values = append(r.Values, model.MissingValue())
			}
		}
		v := *t.cell(at, column)
		if !model.IsPoint(v) {
			missing.add(1, int(at.line), utc(at.time))
		}
		r.Values = append(r.Values, v)
	}
	return r
}

// fewTimes reports a file without any time, and warns of one with too few to infer a
// period from.
func (n *notes) fewTimes(all []stamped, whole spans) {
	switch len(all) {
	case 0:
		if len(n.errs) == 0 {
			n.report(input.Error{Where: n.start(), Problem: "no point at all", Allowed: "a time and a value at least"})
		}
	case 1, 2:
		period := unit.Duration(whole.period(all[0].time))
		line := int(all[0].line)
		n.warn(line, notice.HistoryPeriod(n.on(line), period))
	}
}

// built returns the series of the table, and reports what cannot be one.
func (t *table) built(found spans) []fileSeries {
	var list []fileSeries
	for c := range t.columns {
		s := t.series(c, found)
		t.checkSum(&s, func(at time.Time) input.Position {
			i, _ := slices.BinarySearchFunc(t.times, at.UnixNano(), func(s stamped, ns int64) int {
				return cmp.Compare(s.time, ns)
			})
			return t.line(int(t.times[i].line))
		})
		list = append(list, fileSeries{s, t.notes, t.begin})
	}
	return list
}

// window returns when the first period of a table begins and the last one ends.
func (t *table) window(found spans) (from, to time.Time) {
	if len(found) == 0 {
		return from, to
	}
	return utc(found[0].start), utc(found[len(found)-1].end(t.times))
}

// union returns the times of all tables, each once and in order.
func union(tables []*table) []stamped {
	var all []stamped
	for _, t := range tables {
		if !slices.EqualFunc(all, t.times, func(a, b stamped) bool { return a.time == b.time }) { // most have all times
			all = joined(all, t.times)
		}
	}
	return all
}

// joined returns the times of two lists that are in order.
func joined(a, b []stamped) []stamped {
	both := make([]stamped, 0, max(len(a), len(b)))
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && a[0].time < b[0].time:
			both, a = append(both, a[0]), a[1:]
		case len(a) == 0 || b[0].time < a[0].time:
			both, b = append(both, b[0]), b[1:]
		default:
			both, a, b = append(both, a[0]), a[1:], b[1:]
		}
	}
	return both
}
