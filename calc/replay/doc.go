// Package replay runs traffic against a number of shards and answers what
// happens: records throttled, how far each consumer falls behind and for how
// long, and data that expires before it is read.
//
// A shard is a queue between its write limits and its readers. Traffic comes in
// steps of constant rates, so everything moves along straight lines between
// events (a step ends, a consumer catches up, reads into other traffic or
// reaches the retention), and a run goes from event to event: it is exact and
// has no time step of its own.
//
// It is what the formulas of package calc are checked against, and shares no
// code with them.
package replay
