package fit

import (
	"slices"

	"github.com/kcalc/kcalc/model"
)

// groups are the places of an array by what they belong to.
type groups struct {
	from   []int32 // where a group's members begin
	member []int32
}

// newGroups puts each place into the group that is named there; below 0 into
// none. Members keep their order.
func newGroups(group []int32, n int) groups {
	g := groups{from: make([]int32, n+1)}
	for _, k := range group {
		if k >= 0 {
			g.from[k+1]++
		}
	}
	for k := range n {
		g.from[k+1] += g.from[k]
	}
	g.member = make([]int32, g.from[n])
	next := slices.Clone(g.from)
	for i, k := range group {
		if k >= 0 {
			g.member[next[k]] = int32(i)
			next[k]++
		}
	}
	return g
}

func (g *groups) len() int { return len(g.from) - 1 }

func (g *groups) of(k int) []int32 { return g.member[g.from[k]:g.from[k+1]] }

// medians answers the median of each group, NaN where a value is NaN for all of
// its members.
func (g *groups) medians(value func(i int32) float64) []float64 {
	out := make([]float64, g.len())
	var scratch []float64
	for k := range out {
		scratch = scratch[:0]
		for _, i := range g.of(k) {
			if v := value(i); model.IsPoint(v) {
				scratch = append(scratch, v)
			}
		}
		out[k] = medianOr(scratch, model.MissingValue())
	}
	return out
}
