package model

import "github.com/kcalc/kcalc/model/unit"

// KeyCount is what one partition key, or one hash key, brought of a stream's records.
type KeyCount struct {
	Hash    Hash
	Name    string // the partition key; "" where only the hash key is known
	Records float64
	Bytes   float64 // of the payload and the partition key
}

// KeyCounts is what the keys of a stream brought, over one time for all. Package keyfile
// reads it from files.
type KeyCounts struct {
	Keys []KeyCount // by hash key, each once
	Rest KeyCount   // all keys that are not among Keys, together; it has no hash key and no name

	// HasRecords and HasBytes report which of the two were counted. What was not is 0.
	HasRecords, HasBytes bool

	Over  unit.Duration // the time that they are of; 0 where it is not known
	Burst unit.Factor   // busiest second ÷ mean of its minute; 0 where it is not known

	UnreadShards int // open shards of which nothing was counted
}
