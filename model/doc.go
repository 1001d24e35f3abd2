// Package model says what a Kinesis data stream is and what an answer about it
// is: the workload that a stream carries, the limits that AWS publishes, the
// history of what a stream did, and the plans and costs that follow from them. It
// computes no plan and prints none.
//
// A caller declares a [Workload], takes the [Limits] as AWS publishes them, and
// hands both to the packages that compute:
//
//	w := model.NewWorkload()            // with the defaults
//	w.Producer.RecordSize = 2 * unit.KiB
//	w.Producer.Average, w.Producer.Peak = 5_000, 12_000
//	fraud := model.NewConsumer("fraud")
//	fraud.Speed = 1_000                 // user records a second, per shard
//	w.Consumers = append(w.Consumers, fraud)
//	limits := model.PublishedLimits()   // dated, each with its source
//
// A workload that comes as text, from a file or from flags, is checked by package
// input, which returns it with the source of every input. A [History] comes from
// package historyfile or from AWS; its [Series] are found by their [SeriesID]:
//
//	s := history.Find(model.SeriesID{Level: model.StreamLevel, Metric: model.IncomingBytes})
//	for p := range s.Points() { … }     // in the order of time
//
// Terms are those of AWS. Bandwidth is bytes per second, throughput is records
// per second; where AWS says throughput for both, names end in Bytes or Records. A
// user record is what a producer writes, a Kinesis record is what the service
// sees; they differ when the producer aggregates. A standard consumer polls with
// GetRecords and shares each shard's read bandwidth; an enhanced fan-out consumer
// has read bandwidth of its own.
package model
