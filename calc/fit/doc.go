// Package fit measures a workload: from the CloudWatch history of a stream it
// estimates what is written to it and how it is read. Call [Fit] for the estimates,
// and [Evidence.Declaration] for the inputs of a workload that they amount to:
//
//	evidence := fit.Fit(history, limits)
//	if len(evidence.Undecided) > 0 {
//		// The history does not suffice, for the reasons given.
//	}
//	inputs := evidence.Declaration(need) // the lowest layer of a workload's inputs
//	traffic := fit.TrafficOf(history)    // what was written in each period, for a replay
//
// A fit goes through these steps, each of which uses what the ones before found:
//
//  1. The window is cut into the periods of its points (newTimeline). Points may
//     be a minute apart in one part of it and an hour in another. A metric without
//     a point counts as 0 while another metric of the stream has one.
//  2. Demand is what was accepted and what was rejected (flow). A record counts each
//     time it is sent, so the truth lies between what was accepted and this sum.
//  3. The baseline is the usual course of demand (fitBaseline): the level of each
//     day × a daily curve × a weekly pattern. Medians give a first estimate that
//     spikes and outages do not move (medianPolish), means of what is no outlier a
//     more exact one (fitMeans). A calendar finds when days begin and where clocks
//     were changed.
//  4. Surges are the runs of periods that stand out of the baseline (findSurges).
//     Baseline and surges depend on each other, so the two steps alternate.
//  5. The levels of the days are split into a trend, weekdays and a smooth rest
//     (splitLevels). The peak is the highest point of the curve at these levels, and
//     at the level of the end of the window. Where record sizes vary, steps 3 to 5
//     are done again for bytes (addByteSurges).
//  6. Skew is the load of the hottest shard ÷ the mean load, if shards have metrics
//     of their own (skew).
//  7. The burst factor follows from minutes that were throttled although their mean
//     was below the limits (burst); without metrics of shards it needs the skew.
//  8. Consumers show in the bytes that were read ÷ the bytes written, and functions in
//     how long their invocations take (consumers).
//  9. Growth is the trend of step 5 as a share a week, and [Growth.RunsOut] says when
//     it uses up a capacity.
//
// Every estimate is robust: a few unusual days, spikes and gaps do not move it. An
// estimate says how sure it is, or is not known and [Evidence.Unknown] says why.
// Rates of the baseline are handled as logarithms, in which doubling is as far up as
// halving is down, and in which the level, the curve and the pattern add up.
package fit
