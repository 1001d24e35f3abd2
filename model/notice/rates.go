package notice

import (
	"fmt"

	"github.com/kcalc/kcalc/model/unit"
)

// What is to be known of the rates and the record size that a workload declares.
var (
	recordSizeMissing = declare("record-size-missing", "rates", Changes)
	rateIsMean        = declare("rate-is-mean", "rates", Weakens)
)

// RecordSizeMissing says that a plan is one of records alone; from a size on bytes decide,
// and the shards carry records of up to another. One of the most that a record may have is
// none.
func RecordSizeMissing(shards int, decide, carried, most unit.Bytes) Notice {
	text := "The size of a record is not known: the shards are at least those that the records need, by their number."
	switch {
	case carried >= most:
		text += " Bytes do not ask for more, whatever the size."
	case decide > 0 && decide == carried:
		text += fmt.Sprintf(" Bytes decide above %s a record.", wholeBytes(decide))
	case decide > 0:
		text += fmt.Sprintf(" Bytes decide above %s a record; %s carry up to %s.", wholeBytes(decide),
			unit.Plural(shards, "shard"), wholeBytes(carried))
	default:
		text += fmt.Sprintf(" Bytes decide at any size; %s carry up to %s.", unit.Plural(shards, "shard"),
			wholeBytes(carried))
	}
	return recordSizeMissing.notice(text, "Give {producer.record_size}.")
}

// BusyTime is a time with more than the average.
type BusyTime struct{ name, key string }

// The busy times of a workload.
var (
	DailyPeak  = BusyTime{"peak", "{producer.peak}"}
	DailySurge = BusyTime{"surge", "{producer.surge.throughput}"}
)

// AverageIsMean says that a rate of a minute or longer stands for the peak too.
func AverageIsMean(text string, rate unit.RecordsPerSecond) Notice {
	return rateIsMean.notice(
		fmt.Sprintf("%s is a mean, %s. Without a peak the plan is for traffic that is the same in every second.",
			Literal(text), rate.Prose()),
		"Give the daily peak as {producer.peak}.")
}

// PeakIsMean says that a busy time was given as a mean of a minute or longer.
func PeakIsMean(of BusyTime, text string, rate unit.RecordsPerSecond) Notice {
	return rateIsMean.notice(
		fmt.Sprintf("A %s of %s is a mean over that time, %s; the limits of a shard hold in each second of it.", of.name,
			Literal(text), rate.Prose()),
		"Give the rate of the busiest second as "+of.key+", or how much more it has as {producer.burst}.")
}
