// Package calc holds the formulas: how many shards each of a shard's limits and
// each consumer asks for, which of them decides, and what would change it.
//
// Solve computes numbers and nothing else; Recommend adds what a reader needs.
// In every formula N is a number of shards, a rate is in user records per
// second, and the limits are those that AWS publishes, handed in.
package calc
