// Package recordfile reads records in JSON, as GetRecords and the AWS CLI print them, as
// Lambda gets them, or one after the other, and takes the KPL's aggregates apart.
//
//	{"PartitionKey": "user-1", "Data": "aGVsbG8=", "ApproximateArrivalTimestamp": 1793620800.123}
//	{"Records": [{"PartitionKey": "user-1", "Data": "aGVsbG8="}]}
//	{"Records": [{"kinesis": {"partitionKey": "user-1", "data": "aGVsbG8="}}]}
//	{"PartitionKey": "user-1", "bytes": 11}
//
// Names are read in any case; bytes are those of the payload and the partition key. An
// ExplicitHashKey goes before the hash of the key.
package recordfile
