// Package plan says how many shards a stream needs and why: it turns the needs of
// package calc into counts, names what binds, what would lower it, what the count
// carries, how to scale to it, and what it costs.
//
//	limits := model.PublishedLimits()
//	w := model.NewWorkload()
//	w.Producer.RecordSize, w.Producer.Average, w.Producer.Peak = 200, 10_000, 20_000
//	p, err := plan.For(&limits, &w, nil)
//
// [For] checks the workload; [AtLeast] serves those who have resolved it with package
// input and know of a count that something besides the formulas asks for.
package plan
