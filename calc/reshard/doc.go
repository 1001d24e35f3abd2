// Package reshard plans how a stream gets from its shards to others: by calls of
// UpdateShardCount, which make all ranges equal, or by SplitShard and MergeShards, one after
// the other, to any ranges. It makes no calls.
package reshard
