package model

import "time"

// Record is a Kinesis record as it is read.
type Record struct {
	PartitionKey    string
	ExplicitHashKey Maybe[Hash] // which GetRecords does not tell
	Data            []byte      // payload; nil where only its size is known
	Size            int64       // of the payload, in bytes
	Arrival         time.Time   // zero where it is not known
}
