package calc

import (
	"math"

	"github.com/kcalc/kcalc/calc/calctest"
	"github.com/kcalc/kcalc/model"
)

// limits are what AWS publishes; no test changes them.
var limits = model.PublishedLimits()

// What tests write most.
var (
	workload, at, uneven, clone = calctest.Workload, calctest.At, calctest.Uneven, calctest.Clone

	with, speed, latency, poll, lambda = calctest.With, calctest.Speed, calctest.Latency, calctest.Poll, calctest.Lambda
	fanOut, delayBound                 = calctest.FanOut, calctest.DelayBound

	drawWorkload, drawConsumer        = calctest.DrawWorkload, calctest.DrawConsumer
	drawLog, drawDuration, drawFactor = calctest.DrawLog, calctest.DrawDuration, calctest.DrawFactor
)

const (
	millisecond = calctest.Millisecond
	second      = calctest.Second
	hour        = calctest.Hour
)

// solved are the needs of a workload by the id of their constraint.
func solved(w *model.Workload) map[string]Need {
	needs := map[string]Need{}
	for _, n := range Solve(&limits, w, nil) {
		needs[n.ID(w)] = n
	}
	return needs
}

// counted are the shards that needs come to, as model.md says: the largest
// ceiling, and at least 1. Calls are no shards, and an infinite need is an
// obstacle and not a count.
func counted(needs map[string]Need) (minimum, recommended int) {
	minimum, recommended = 1, 1
	for _, n := range needs {
		if n.Constraint.countsShards() && !math.IsInf(n.Full, 1) {
			minimum = max(minimum, Shards(n.Full))
			recommended = max(recommended, Shards(n.Target))
		}
	}
	return minimum, recommended
}

// formulas are the texts of a workload's needs by the id of their constraint.
func formulas(w *model.Workload) map[string]string {
	s := NewSizing(&limits, w)
	texts := map[string]string{}
	for _, n := range s.Solve(nil) {
		texts[n.ID(w)] = n.Formula(&s, 1)
	}
	return texts
}
