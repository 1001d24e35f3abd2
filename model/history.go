package model

import (
	"slices"
	"time"

	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// HistorySchema names the shape of a history file.
const HistorySchema = "kcalc.history/v1"

// History is what a stream did over a window of time, and what it was set to at the
// end of it. Package historyfile reads and writes it; package fit makes measurements
// of it.
type History struct {
	Stream  Name   // "" where the file does not say
	Region  Region // "" where the file does not say
	Account string // AWS's number of it, "" where the file does not say
	From    time.Time
	To      time.Time // the window ends before it
	Fetched time.Time // when it was read from AWS; zero where nobody knows

	Series        []Series // in the order of Metrics, then of what they are of
	Configuration Maybe[Configuration]

	// Warnings are what could not be read, and what else whoever uses the history
	// should know. They stay with it.
	Warnings []notice.Notice
}

// Find returns a series of the history, nil if there is none.
func (h *History) Find(id SeriesID) *Series {
	for i := range h.Series {
		if h.Series[i].SeriesID == id {
			return &h.Series[i]
		}
	}
	return nil
}

// Configuration is what a stream is set to, when its history was fetched. What
// could not be read is not known.
type Configuration struct {
	Created        Maybe[time.Time]
	Mode           Maybe[Mode]
	OpenShards     Maybe[int]
	ClosedShards   Maybe[int]     // by splits and merges, whose data has not expired yet
	Shards         Maybe[[]Shard] // open ones, by where their hash range begins
	Retention      Maybe[unit.Duration]
	MaxRecordSize  Maybe[unit.Bytes]
	WarmThroughput Maybe[unit.BytesPerSecond] // what the stream is kept warm for
	ShardMetrics   Maybe[[]string]            // the shard-level metrics that are on, by AWS's name
	Consumers      Maybe[[]FanOutConsumer]
	Functions      Maybe[[]Function]
}

// Shard is an open shard and the hash keys that it takes.
type Shard struct {
	ID        string
	FirstHash string // decimal, of 128 bits
	LastHash  string
}

// FanOutConsumer is an enhanced fan-out consumer that is registered with a
// stream.
type FanOutConsumer struct {
	Name    Name
	Status  string           // AWS's: ACTIVE, CREATING, DELETING
	Created Maybe[time.Time] // when it was registered
}

// Function is a Lambda function that reads a stream, and how its event source
// mapping invokes it.
type Function struct {
	Name                  string
	State                 string      // AWS's: Enabled, Disabled, …
	FanOut                Maybe[Name] // the enhanced fan-out consumer that it reads as; else it polls
	BatchSize             int
	BatchingWindow        unit.Duration // how long a batch is waited for
	ParallelizationFactor int
	MaximumRetries        Maybe[int]           // not known: until the record expires
	MaximumRecordAge      Maybe[unit.Duration] // not known: until the record expires
	BisectOnError         bool
	PartialResponses      bool               // the function says which record of a batch has failed
	OnFailure             Maybe[Destination] // of what is given up; not known: it is dropped
	Filters               int                // patterns: a record that matches none does not reach the function
}

// Reads reports whether the function reads the stream, or is about to.
func (f *Function) Reads() bool {
	return !slices.Contains([]string{"Disabled", "Disabling", "Deleting"}, f.State)
}

// Between returns the part of the history between two times, which shares its values.
func (h *History) Between(from, to time.Time) *History {
	part := *h
	if from.After(h.From) {
		part.From = from
	}
	if to.Before(h.To) {
		part.To = to
	}
	part.Series = make([]Series, len(h.Series))
	for i, s := range h.Series {
		part.Series[i].SeriesID = s.SeriesID
		for _, r := range s.Runs {
			if r = r.between(part.From, part.To); len(r.Values) > 0 {
				part.Series[i].Runs = append(part.Series[i].Runs, r)
			}
		}
	}
	return &part
}

// between returns the part of a run whose periods begin in a window and end in it.
func (r Run) between(from, to time.Time) Run {
	period := time.Duration(r.Period)
	first, last := 0, len(r.Values)
	if early := from.Sub(r.Start); early > 0 {
		first = min(int((early+period-1)/period), last)
	}
	if late := r.End().Sub(to); late > 0 {
		last = max(last-int((late+period-1)/period), first)
	}
	return Run{Start: r.Time(first), Period: r.Period, Values: r.Values[first:last:last]}
}
