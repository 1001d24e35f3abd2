package fit

import (
	"cmp"
	"slices"
	"sort"

	"github.com/kcalc/kcalc/model"
)

// grid is a part of a timeline whose periods are equally long.
type grid struct {
	start, period int64 // seconds
	first, n      int   // of its periods, among those of the timeline
}

// end returns when the last period ends, in Unix seconds.
func (g *grid) end() int64 { return g.start + int64(g.n)*g.period }

// within returns the periods of a grid that lie within a window.
func (g grid) within(from, to int64) grid {
	skip := max(0, -floorDiv(g.start-from, g.period))
	last := min(int64(g.n), floorDiv(to-g.start, g.period))
	return grid{start: g.start + skip*g.period, period: g.period, n: int(max(0, last-skip))}
}

// floorDiv returns ⌊a/b⌋ for b > 0.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// addPeriods adds the periods of a series that no grid of the timeline covers. The
// runs of a series are in the order of time.
func (t *timeline) addPeriods(s *model.Series) {
	var pieces []grid
	for _, r := range s.Runs {
		g := grid{start: r.Start.Unix(), period: int64(r.Period.Seconds()), n: len(r.Values)}
		if g.period > 0 {
			pieces = append(pieces, t.uncovered(g.within(t.from, t.to))...)
		}
	}
	t.addGrids(pieces)
}

// addGrids adds periods that no grid of the timeline covers.
func (t *timeline) addGrids(pieces []grid) {
	if len(pieces) == 0 {
		return
	}
	t.grids = append(t.grids, pieces...)
	slices.SortFunc(t.grids, func(a, b grid) int { return cmp.Compare(a.start, b.start) })
}

// gridsEndingAfter returns the grids that end after a time. Grids are in the order of
// time.
func (t *timeline) gridsEndingAfter(at int64) []grid {
	return t.grids[sort.Search(len(t.grids), func(i int) bool { return t.grids[i].end() > at }):]
}

// uncovered returns the periods of g that overlap no period of the timeline.
func (t *timeline) uncovered(g grid) (pieces []grid) {
	at := g.start
	for _, have := range t.gridsEndingAfter(at) {
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

// numberPeriods lists the periods of all grids in the order of time. Their places in
// the list are called slots.
func (t *timeline) numberPeriods() {
	n := 0
	for i := range t.grids {
		t.grids[i].first = n
		n += t.grids[i].n
	}
	t.start, t.period, t.observed = make([]int64, n), make([]float64, n), make([]bool, n)
	for _, g := range t.grids {
		for i := range g.n {
			t.start[g.first+i] = g.start + int64(i)*g.period
			t.period[g.first+i] = float64(g.period)
		}
	}
}
