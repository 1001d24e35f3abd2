// Package cloudwatch reads the history of streams from Amazon CloudWatch: it plans
// the cheapest GetMetricData calls that bring every metric at the finest period
// that CloudWatch still has, makes them, and sees to it that every series comes
// back whole. It makes no other call. Clients are handed in.
//
//	limits := cloudwatch.PublishedLimits()
//	series := cloudwatch.SeriesOf(&configuration, closedShards)  // which metrics there are
//	bands, err := limits.Bands(from, to, now)                    // at which periods
//	asks := []cloudwatch.Ask{{Stream: "orders", Series: series}} // of which streams
//	plan, err := limits.Plan(asks, bands)                        // which calls, at which cost
//	fetcher := cloudwatch.Fetcher{Client: client, Policy: policy}
//	for i, call := range plan.Calls {
//		done[i], err = fetcher.Fetch(ctx, plan, call)
//	}
//	history.Series = cloudwatch.Assemble(plan, done)
//
// CloudWatch bills each metric of a call, at any number of points. A fetch of a stream
// with many shards makes hundreds of calls and takes minutes, and whoever interrupts it,
// or loses the connection or the credentials on the way, would pay for the same points
// again. A [Journal] keeps what was paid for: the caller writes a line after each call, and
// the next fetch of the same window goes on from there.
//
// The streams of an account in a Region are fetched together, in two passes: hours of all,
// and what is finer of those of which hours do not suffice. Each stream is handed out
// when it is whole, so that no more is in memory than what is on its way; a fetch that was
// interrupted goes on with the streams that were not handed out.
//
//	passes, err := limits.Passes(asks, from, to, now) // what both cost at most
//	spent, err := fetcher.FetchStreams(ctx, passes.Hours, func(b cloudwatch.Brought) error {
//		return save(b.Stream, b.Series, b.Failure)
//	})
package cloudwatch
