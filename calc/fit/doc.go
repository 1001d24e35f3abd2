// Package fit turns a stream's history into a workload and the evidence for it:
// what was demanded, the course of its days and weeks and their peak, the surges
// above it, bursts within minutes, hot shards, growth and readers.
//
// Every estimate is robust: some odd days, spikes and gaps do not move it. It
// says how sure it is, or that the history does not tell. Rates of the baseline
// are handled as logarithms, in which a doubling is as far up as a halving is
// down.
package fit
