package fit

import (
	"encoding/json"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// Evidence is what a stream's history says of its workload. What it does not say
// is not known, and Unknown tells why.
//
// CloudWatch counts Kinesis records: where the producer aggregates, rates and
// sizes are of aggregates.
type Evidence struct {
	Stream   model.Name   `json:"stream"`
	Region   model.Region `json:"region"`
	Window   Window       `json:"window"`
	Coverage []Coverage   `json:"coverage"`

	// Undecided is why nothing should be decided on this evidence, and what would
	// change that. It is empty where there is enough.
	Undecided []notice.Notice `json:"undecided"`

	RecordSize model.Maybe[unit.Bytes] `json:"record_size_bytes"` // mean of the accepted records
	Average    model.Maybe[Range]      `json:"average"`
	Peak       model.Maybe[Peak]       `json:"peak"`
	Baseline   model.Maybe[Baseline]   `json:"baseline"`
	Busiest    model.Maybe[Busiest]    `json:"busiest"`
	Surges     []Surge                 `json:"surges"` // the highest first

	ThrottledRecords Throttles `json:"throttled_records"`
	ThrottledReads   Throttles `json:"throttled_reads"` // calls of GetRecords

	Burst  model.Maybe[Burst]  `json:"burst"`
	Skew   model.Maybe[Skew]   `json:"skew"`
	Growth model.Maybe[Growth] `json:"growth"`

	Readers     Readers          `json:"readers"`
	IteratorAge model.Maybe[Age] `json:"worst_iterator_age"` // of standard consumers

	Retention model.Maybe[Seconds]    `json:"retention_seconds"`
	Shards    model.Maybe[int]        `json:"open_shards"` // when the history was fetched
	Mode      model.Maybe[model.Mode] `json:"mode"`

	Unknown  []notice.Notice `json:"unknown"`  // estimates that are lacking
	Warnings []notice.Notice `json:"warnings"` // the history's own among them
}

// Seconds is a length of time that machine formats write as a number of seconds.
type Seconds unit.Duration

// MarshalJSON is the number of seconds.
func (s Seconds) MarshalJSON() ([]byte, error) { return json.Marshal(unit.Duration(s).Seconds()) }

// Window is the time that the evidence is of.
type Window struct {
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`            // it ends before
	Known   Seconds   `json:"known_seconds"` // in which it is known what was written
	Share   float64   `json:"known_share"`   // of the window
	Periods []Part    `json:"periods"`       // oldest first
}

// Part is a part of the window whose points are evenly spaced.
type Part struct {
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
	Period Seconds   `json:"period_seconds"`
}

// Coverage is how much of the window a metric has points of. Those of shards are
// not listed.
type Coverage struct {
	Metric string  `json:"metric"` // text of the series
	Points int     `json:"points"`
	Share  float64 `json:"share"`
}

// Range is a throughput that lies between two: a throttled record may come again
// and be counted twice. Where nothing was throttled they are the same.
type Range struct {
	Least unit.RecordsPerSecond `json:"records_per_second"`      // accepted
	Most  unit.RecordsPerSecond `json:"most_records_per_second"` // accepted and throttled
}

// Peak is the highest that the baseline gets, growth to the window's end
// included.
type Peak struct {
	Range
	RecordSize model.Maybe[unit.Bytes] `json:"record_size_bytes"` // mean at that time
	Weekday    string                  `json:"weekday"`           // in UTC
	TimeOfDay  string                  `json:"time_of_day"`       // in UTC, "14:30"

	// Plan is the throughput of records of the mean size that takes at least as many
	// shards as the peak's records and bytes do.
	Plan unit.RecordsPerSecond `json:"plan_records_per_second"`
}

// Baseline is the usual course of the day and the week, at the level that the
// window ends on.
type Baseline struct {
	Hours    [hoursPerDay]unit.RecordsPerSecond `json:"hours_records_per_second"` // of the busiest weekday, from midnight UTC
	Weekdays [daysPerWeek]float64               `json:"weekdays"`                 // times a usual day, Sunday first
	Noise    float64                            `json:"noise"`                    // standard deviation of a period, as a share
}

// Moment is what was written in one period.
type Moment struct {
	Start     time.Time                        `json:"start"`
	Period    Seconds                          `json:"period_seconds"`
	Accepted  unit.RecordsPerSecond            `json:"accepted_records_per_second"`
	Demanded  unit.RecordsPerSecond            `json:"demanded_records_per_second"` // at most
	Bytes     model.Maybe[unit.BytesPerSecond] `json:"accepted_bytes_per_second"`
	MostBytes model.Maybe[unit.BytesPerSecond] `json:"demanded_bytes_per_second"` // at most
}

// Busiest are the periods in which the most was written.
type Busiest struct {
	Accepted Moment              `json:"by_accepted_records"`
	Demanded Moment              `json:"by_demanded_records"`
	Bytes    model.Maybe[Moment] `json:"by_demanded_bytes"`
}

// Surge is a time in which traffic stood out of the baseline.
type Surge struct {
	Start    time.Time                        `json:"start"`
	Length   Seconds                          `json:"length_seconds"`
	Records  unit.RecordsPerSecond            `json:"records_per_second"` // demanded in its busiest period, at most
	Bytes    model.Maybe[unit.BytesPerSecond] `json:"bytes_per_second"`
	Accepted unit.RecordsPerSecond            `json:"accepted_records_per_second"` // in its busiest period
	Mean     unit.RecordsPerSecond            `json:"mean_records_per_second"`     // demanded
	Times    float64                          `json:"times_baseline"`              // its mean ÷ the baseline's

	// CutOff tells that it begins or ends where the window does, at a gap, or where
	// the period changes: it may have been longer.
	CutOff bool `json:"cut_off"`

	// Plan is the throughput of records of the mean size that takes at least as many
	// shards as its records and bytes do.
	Plan unit.RecordsPerSecond `json:"plan_records_per_second"`
}

// Throttles are what was rejected because a limit was reached.
type Throttles struct {
	Total   float64                 `json:"total"`
	Periods int                     `json:"periods"` // in which some were
	Worst   model.Maybe[WorstCount] `json:"worst"`
}

// WorstCount is the period in which the most was counted, a second.
type WorstCount struct {
	Start  time.Time `json:"start"`
	Period Seconds   `json:"period_seconds"`
	Count  float64   `json:"count"`
}

// Age is how far a consumer was behind at its worst.
type Age struct {
	Start  time.Time `json:"start"`
	Period Seconds   `json:"period_seconds"`
	Behind Seconds   `json:"behind_seconds"`
}
