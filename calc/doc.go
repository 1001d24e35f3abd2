// Package calc holds the formulas: how many shards each of a shard's limits and each
// consumer asks for, and what lowers it. It computes numbers; package plan makes
// an answer of them, and package cost prices it.
//
// A [Constraint] is one value, in the file of its consideration: producer.go,
// consumer.go, speed.go, latency.go. A [Sizing] is a workload in the numbers of the
// formulas. Solving it gives a [Need] for every constraint that applies:
//
//	limits := model.PublishedLimits()
//	s := calc.NewSizing(&limits, &workload)
//	needs := s.Solve(nil)
//	minimum, recommended := calc.Counts(needs)
//	fits := s.Fits(needs)
//	text := needs[0].Formula(&s)
//
// In every formula N is a number of shards, a rate is in user records per second,
// sizes are in bytes, times in seconds, and the limits are those that AWS publishes,
// handed in. The workload must make sense, as those do that package input resolves.
// Solving allocates nothing, since advice, shares and the choice of enhanced fan-out
// solve thousands of workloads.
package calc
