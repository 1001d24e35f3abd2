package model

import "github.com/kcalc/kcalc/model/unit"

// Placement is where the partition keys of a stream land, which are known one by one: on so
// many equal shards, or on today's where it has as many. Package keys makes it, and remembers
// what it was asked.
type Placement struct {
	Keys    int           // known by themselves
	Largest unit.Fraction // share of the largest key, of records or of bytes, whichever fills a shard sooner

	// Hottest returns the shares of the stream that the hottest of some shards has.
	Hottest func(shards int) LoadShare

	// Fewest returns the fewest shards, of some or more, of which the hottest has at most a
	// share of the records, or of the bytes; false where no number up to AWS's largest does.
	// More shards can be hotter than fewer.
	Fewest func(from int, most float64, bytes bool) (shards int, ok bool)

	// Salted returns the placement with the keys that are hotter than others parted into some
	// values each.
	Salted func(values int) *Placement

	// Targeted returns the placement on shards that are cut at the keys instead of equal ones,
	// nil where these are.
	Targeted func() *Placement
}

// LoadShare is a share of a stream's records, and one of its bytes. They do not have to be
// those of one shard.
type LoadShare struct{ Records, Bytes float64 }
