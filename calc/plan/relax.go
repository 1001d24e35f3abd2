package plan

import (
	"slices"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/model/notice"
)

// relaxations relax each binding constraint just so far that the next one
// binds.
func (a *assessment) relaxations() []variant {
	goal := 1
	for i := range a.needs {
		if n := &a.needs[i]; n.CountsShards() && !a.binds(n) {
			goal = max(goal, calc.Shards(n.Target))
		}
	}
	var list []variant
	for i := range a.needs {
		n := &a.needs[i]
		if !a.binds(n) {
			continue
		}
		v, ok := a.relax(n, goal)
		if ok && !slices.ContainsFunc(list, func(o variant) bool { return o.advice.ID == v.advice.ID }) {
			list = append(list, v)
		}
	}
	return list
}

// relax finds the least change, in steps of three digits, of the input that a
// constraint hangs on with which the plan needs no more than the goal; or no
// more than the largest change gives, if that is less than now.
func (a *assessment) relax(n *calc.Need, goal int) (variant, bool) {
	lever := n.Lever(&a.Sizing)
	if lever.Apply == nil {
		return variant{}, false
	}
	v := a.copied()
	buffer := make([]calc.Need, 0, len(a.needs))
	needed := func(times float64) int {
		lever.Apply(&v.w, times)
		b := assess(a.Limits, &v.w, buffer)
		return b.recommended
	}
	reachable := needed(lever.Most)
	if reachable >= a.recommended {
		return variant{}, false
	}
	goal = max(goal, reachable)
	low, high := 1.0, lever.Most
	for i := 0; i < 24 && high-low > 1e-4*high; i++ {
		if middle := (low + high) / 2; needed(middle) <= goal {
			high = middle
		} else {
			low = middle
		}
	}
	needed(high)
	v.advice = notice.Notice{ID: lever.ID, Severity: notice.Note, Message: lever.Describe(&v.w)}
	return v, true
}
