// Package replay simulates traffic against a number of shards and returns what
// happens: records throttled, how far each consumer falls behind and for how
// long, and data that expires before it is read.
//
// A caller makes a [Setup] of limits, a workload, [Traffic] and incidents
// ([Scenario] makes traffic and incidents of a workload that is only declared),
// runs it against a [Capacity] with [Setup.Run], and judges the [Result] with
// [Setup.Breaches]. [Fewest] looks for the fewest shards that hold. A [Reshard] changes
// the number of shards while the traffic goes on.
//
// # How it works
//
// A shard is a queue between its write limits and its consumers. Traffic comes in
// segments of constant rates, so everything moves along straight lines between
// events: a segment ends, a consumer catches up, reads into other traffic or
// reaches the retention. A run goes from event to event. It is exact and has no
// time step of its own.
//
// Shards that get the same traffic behave the same, so each [class] of shards is
// one run. What producers offer passes the write limits ([producers]) into the log
// of what was accepted ([acceptedLog]), which each consumer ([consumerState])
// reads at its own speed or at its share of the bandwidth ([sharedBandwidth]). A
// consumer that keeps up costs nothing: the log is kept only while one is behind.
//
// # Conventions
//
// Times are seconds since the traffic begins, rates are per second, and both are
// float64. A speed without a unit is in seconds of traffic per second: at speed 1 a
// consumer keeps up with what is written, at speed 2 it catches up a second of
// backlog every second. Two rates are the same if they differ by less than
// [tolerance].
//
// The formulas of package calc are tested against this package, so it shares no
// code with them.
package replay
