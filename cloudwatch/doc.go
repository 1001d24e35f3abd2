// Package cloudwatch reads a stream's history from Amazon CloudWatch: it plans
// the fewest GetMetricData calls that bring every metric at the finest period
// that CloudWatch still has, makes them, and sees to it that every series comes
// back whole. It makes no other call. Clients are handed in.
//
//	limits := cloudwatch.PublishedLimits()
//	series := cloudwatch.SeriesOf(&configuration, closedShards)  // which metrics there are
//	bands, err := limits.Bands(from, to, now)                    // at which periods
//	plan, err := limits.Plan("orders", series, bands)            // which calls, at which cost
//	fetcher := cloudwatch.Fetcher{Client: client, Policy: policy}
//	for i, call := range plan.Calls {
//		done[i], err = fetcher.Fetch(ctx, plan, call)
//	}
//	history.Series = cloudwatch.Assemble(plan, done)
//
// CloudWatch bills each metric of a call. A fetch of a stream with many shards makes
// hundreds of calls and takes minutes, and whoever interrupts it, or loses the
// connection or the credentials on the way, would pay for the same points again. A
// [Journal] keeps what was paid for: the caller writes a line after each call, and the
// next fetch of the same window goes on from there.
package cloudwatch
