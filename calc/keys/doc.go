// Package keys places the partition keys of a stream on its shards, for any number of shards
// and any hash ranges: which shard is the hottest, from how many shards on more of them do
// not help, and where hash ranges have to be cut.
//
//	set := keys.New(counts, &limits)     // sorted by hash key, once
//	set.Place(keys.Uniform(8))           // what each of 8 equal shards gets
//	set.Split(8)                         // the 8 ranges whose hottest shard has the least
//	set.Fewest(limit)                    // the fewest ranges that keep each below a limit
//
// What a key or a shard brings is a [Load]: its records and bytes. They are compared by
// [Set.Fill], the time for which one shard takes them at its write limits, because that needs
// no rate: half of the fill is half of the shard, whatever the rate.
package keys
