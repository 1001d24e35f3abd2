package model_test

import (
	"fmt"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// A workload begins with the defaults.
func ExampleNewWorkload() {
	w := model.NewWorkload()
	w.Producer.RecordSize = 2 * unit.KiB
	w.Producer.Average, w.Producer.Peak = 5_000, 12_000
	fraud := model.NewConsumer("fraud")
	fraud.Speed = 1_000
	w.Consumers = append(w.Consumers, fraud)
	fmt.Println(w.Retention, w.TargetUtilization.Prose(), w.SizeReadsFor)
	fmt.Println(fraud.Type, fraud.PollInterval)
	// Output:
	// 1d 80% peak
	// standard 1s
}

// Every limit has its source and the day on which it was read.
func ExamplePublishedLimits() {
	limits := model.PublishedLimits()
	fmt.Println(limits.ShardWriteBytes.Value.Prose(), "as of", limits.ShardWriteBytes.AsOf)
	fmt.Println(limits.ShardQuota("us-east-1").Value)
	// Output:
	// 1 MiB/s as of 2026-10-09
	// 20000
}

// A series has the points of a window; a period without one has no value.
func ExampleHistory_Find() {
	from := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	id := model.SeriesID{Level: model.StreamLevel, Metric: model.IncomingRecords}
	history := model.History{From: from, To: from.Add(3 * time.Minute),
		Series: []model.Series{{SeriesID: id, Runs: []model.Run{
			{Start: from, Period: unit.Duration(time.Minute), Values: []float64{600, model.MissingValue(), 1200}},
		}}}}
	for p := range history.Find(id).Points() {
		fmt.Println(p.Time.Format(time.TimeOnly), unit.RecordsPerSecond(p.Rate()).Prose())
	}
	// Output:
	// 00:00:00 10 records/s
	// 00:02:00 20 records/s
}
