package fit

import (
	"encoding/json"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// Evidence is what a stream's history says of its workload. What it does not say is
// not known, and Unknown says why.
//
// CloudWatch counts Kinesis records: where the producer aggregates, rates and sizes
// are those of aggregated records.
type Evidence struct {
	Stream   model.Name   `json:"stream"`
	Region   model.Region `json:"region"`
	Window   Window       `json:"window"`
	Coverage []Coverage   `json:"coverage"`

	// Undecided is why no decision should rest on this evidence, and what would change
	// that. It is empty if there is enough.
	Undecided []notice.Notice `json:"undecided"`

	RecordSize model.Maybe[unit.Bytes] `json:"record_size_bytes"` // mean of the accepted records
	Average    model.Maybe[Range]      `json:"average"`
	Peak       model.Maybe[Peak]       `json:"peak"`
	Baseline   model.Maybe[Baseline]   `json:"baseline"`
	Busiest    model.Maybe[Busiest]    `json:"busiest"`
	Surges     []Surge                 `json:"surges"` // highest first

	ThrottledRecords Throttles `json:"throttled_records"`
	ThrottledReads   Throttles `json:"throttled_reads"` // rejected calls of GetRecords
	FailedRecords    Throttles `json:"failed_records"`  // of PutRecords, inside of Kinesis

	Burst  model.Maybe[Burst]  `json:"burst"`
	Skew   model.Maybe[Skew]   `json:"skew"`
	Growth model.Maybe[Growth] `json:"growth"`

	Consumers   Consumers             `json:"readers"`
	IteratorAge model.Maybe[WorstAge] `json:"worst_iterator_age"` // of standard consumers
	Lags        []Lag                 `json:"lags"`               // of each consumer that has a metric for it
	StuckShards []StuckShard          `json:"stuck_shards"`       // behind, while most are current
	QuietTime   QuietTime             `json:"quiet_time"`

	Retention model.Maybe[Seconds]    `json:"retention_seconds"`
	Shards    model.Maybe[int]        `json:"open_shards"` // when the history was fetched
	Mode      model.Maybe[model.Mode] `json:"mode"`

	Unknown  []notice.Notice `json:"unknown"`  // estimates that are missing, and why
	Warnings []notice.Notice `json:"warnings"` // those of the history first

	limits *model.Limits // nil for the published ones
}

// Seconds is a duration that JSON and YAML write as a number of seconds.
type Seconds unit.Duration

// MarshalJSON returns the number of seconds.
func (s Seconds) MarshalJSON() ([]byte, error) { return json.Marshal(unit.Duration(s).Seconds()) }

// Window is the time span of the evidence.
type Window struct {
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`            // exclusive
	Known   Seconds   `json:"known_seconds"` // how long it is known what was written
	Share   float64   `json:"known_share"`   // Known ÷ the length of the window
	Periods []Part    `json:"periods"`       // oldest first
}

// Part is a part of the window whose points are evenly spaced.
type Part struct {
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
	Period Seconds   `json:"period_seconds"`
}

// Coverage is how much of the window a metric has points of. Metrics of shards are
// not listed.
type Coverage struct {
	Metric string  `json:"metric"` // name of the series
	Points int     `json:"points"`
	Share  float64 `json:"share"`
}

// Range is a throughput that lies between two bounds: a throttled record may be sent
// again and be counted twice. Where nothing was throttled the bounds are equal.
type Range struct {
	Least unit.RecordsPerSecond `json:"records_per_second"`      // accepted
	Most  unit.RecordsPerSecond `json:"most_records_per_second"` // accepted and throttled
}

// Peak is the highest rate of the baseline, growth to the end of the window
// included.
type Peak struct {
	Range
	RecordSize model.Maybe[unit.Bytes] `json:"record_size_bytes"` // mean at that time
	Weekday    string                  `json:"weekday"`           // in UTC
	TimeOfDay  string                  `json:"time_of_day"`       // in UTC, "14:30"

	// Plan is the throughput of records of mean size that needs at least as many
	// shards as the records and bytes of the peak do.
	Plan unit.RecordsPerSecond `json:"plan_records_per_second"`
}

// Baseline is the usual course of the day and the week, at the level of the end of
// the window.
type Baseline struct {
	// Hours are the mean rates of the hours of the busiest weekday, from midnight UTC.
	Hours [hoursPerDay]unit.RecordsPerSecond `json:"hours_records_per_second"`

	// Weekdays is how many times a usual day each weekday is, Sunday first.
	Weekdays [daysPerWeek]float64 `json:"weekdays"`

	// Noise is the standard deviation of a period, as a share of its rate.
	Noise float64 `json:"noise"`
}

// BusyPeriod is what was accepted and demanded in one period.
type BusyPeriod struct {
	Start     time.Time                        `json:"start"`
	Period    Seconds                          `json:"period_seconds"`
	Accepted  unit.RecordsPerSecond            `json:"accepted_records_per_second"`
	Demanded  unit.RecordsPerSecond            `json:"demanded_records_per_second"` // at most
	Bytes     model.Maybe[unit.BytesPerSecond] `json:"accepted_bytes_per_second"`
	MostBytes model.Maybe[unit.BytesPerSecond] `json:"demanded_bytes_per_second"` // at most
}

// Busiest holds the periods with the highest rates.
type Busiest struct {
	Accepted BusyPeriod              `json:"by_accepted_records"`
	Demanded BusyPeriod              `json:"by_demanded_records"`
	Bytes    model.Maybe[BusyPeriod] `json:"by_demanded_bytes"`
}

// Surge is a time in which traffic stood out of the baseline.
type Surge struct {
	Start    time.Time                        `json:"start"`
	Length   Seconds                          `json:"length_seconds"`
	Records  unit.RecordsPerSecond            `json:"records_per_second"` // demanded at most, in its busiest period
	Bytes    model.Maybe[unit.BytesPerSecond] `json:"bytes_per_second"`
	Accepted unit.RecordsPerSecond            `json:"accepted_records_per_second"` // in its busiest period
	Mean     unit.RecordsPerSecond            `json:"mean_records_per_second"`     // demanded
	Times    float64                          `json:"times_baseline"`              // its mean ÷ the baseline's

	// CutOff reports whether the surge begins or ends at an end of the window, at a
	// gap, or where the length of periods changes: it may have been longer.
	CutOff bool `json:"cut_off"`

	// Plan is the throughput of records of the mean size that takes at least as many
	// shards as its records and bytes do.
	Plan unit.RecordsPerSecond `json:"plan_records_per_second"`
}

// Throttles counts what was rejected because a limit was reached, or what failed.
type Throttles struct {
	Total   float64                 `json:"total"`
	Periods int                     `json:"periods"` // in which some were
	Worst   model.Maybe[WorstCount] `json:"worst"`
}

// WorstCount is the period with the highest count a second.
type WorstCount struct {
	Start  time.Time `json:"start"`
	Period Seconds   `json:"period_seconds"`
	Count  float64   `json:"count"`
}

// WorstAge is how far a consumer fell behind at its worst.
type WorstAge struct {
	Start  time.Time `json:"start"`
	Period Seconds   `json:"period_seconds"`
	Behind Seconds   `json:"behind_seconds"`
}
