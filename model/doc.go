// Package model says what a Kinesis data stream is and what an answer about it
// is: units, money, the workload that a stream carries, the limits that AWS
// publishes, and the plan that follows from both. It computes no plan (package
// calc does) and prints none (package report does).
//
// Terms are those of AWS. Bandwidth is bytes per second, throughput is records
// per second. A user record is what a producer writes, a Kinesis record is what
// the service sees; they differ when the producer aggregates. A standard
// consumer polls with GetRecords and shares each shard's read bandwidth; an
// enhanced fan-out consumer has a lane of its own.
package model
