package model

import (
	"github.com/kcalc/kcalc/model/unit"
)

// Workload is what a stream has to carry and how it is to be sized. A zero
// value means that something was not declared, except where a default is
// named. [NewWorkload] has the defaults. A workload in text is checked by
// Declaration.Resolve of package input; one that code makes is taken as it is, so
// rates must not be negative, Skew and Burst at least 1, and TargetUtilization above
// 0 and at most 1.
type Workload struct {
	Stream            Name    // for the answer
	Resource          Address // of the stream in infrastructure as code
	Region            Region
	Sample            FilePath // what its keys brought
	Producer          Producer
	Consumers         []Consumer
	Retention         unit.Duration
	TargetUtilization unit.Fraction // u: the share of a limit that a peak may use
	SizeReadsFor      ReadBasis
	CurrentShards     unit.Count
	Account           Account

	// With a history the recommended count is to hold the Horizon with this Confidence.
	Horizon    unit.Duration
	Confidence unit.Fraction

	// What the past does not know: growth over the horizon, and an announced event.
	Growth unit.Growth
	Event  Event
}

// Account is what the functions of an account in a Region share.
type Account struct {
	LambdaConcurrency unit.Count // invocations at once, of all functions; 0 is AWS's default
	LambdaUsed        unit.Count // of them, what functions besides those of the workload use
}

// Event is an announced time of more traffic, such as a launch or a campaign. No event
// has a Factor of 0.
type Event struct {
	Factor unit.Factor // how many times the usual traffic there is
	From   unit.Moment
	For    unit.Duration
}

// Producer is what is written to the stream.
type Producer struct {
	RecordSize       unit.Bytes  // s: payload of a user record, the mean if they differ; 0 where it is not known
	RecordSizes      []SizeShare // the sizes it is the mean of, if they were declared
	PartitionKeySize unit.Bytes  // k
	Average          unit.RecordsPerSecond
	Peak             unit.RecordsPerSecond
	Surge            Surge
	Aggregation      Aggregation
	PutRecords       PutRecords
	Skew             unit.Factor // κ: load of the hottest shard ÷ mean load
	Burst            unit.Factor // β: busiest second ÷ mean of its minute
	MeasuredSkew     bool        // it was measured
	HashSkew         unit.Factor // how much of the skew the hash ranges of today's shards make; 0 where it is not known
	Keys             unit.Count  // partition keys; 0 where it is not known
	LargestKey       KeyLoad
	Written          WrittenRates
	Placed           *Placement // of the keys, where each is known and nothing else was declared; else nil

	// Compression is how many times smaller compression would make the payload. It
	// changes nothing but the advice to compress. 0 is [DefaultCompression].
	Compression unit.Factor
}

// WrittenRates are the rates of a producer as they were written, where that is not plainly
// in records a second. They are for texts: one that is not the rate of its name any more,
// since that was changed, says nothing.
type WrittenRates struct{ Average, Peak, Surge, LargestKey unit.Rate }

// SizeShare is one size of user records and the share of the records it has.
type SizeShare struct {
	Size  unit.Bytes
	Share unit.Fraction
}

// Surge is a burst of traffic above the daily peak. No surge has a duration of
// 0.
type Surge struct {
	Throughput unit.RecordsPerSecond
	Duration   unit.Duration
}

// Aggregation is how the Kinesis Producer Library packs user records into
// Kinesis records. No aggregation has 0 producers.
type Aggregation struct {
	Producers unit.Count    // p: processes that write, each with an aggregate per shard
	Buffer    unit.Duration // t: RecordMaxBufferedTime
	MaxSize   unit.Bytes    // M: AggregationMaxSize
	MaxCount  unit.Count    // AggregationMaxCount: user records of an aggregate; 0 is no bound
}

// PutRecords is how producers call PutRecords. Where nothing is declared of it, nothing is
// said of calls.
type PutRecords struct {
	Batch     unit.Count    // Kinesis records of a call, at most; 0 is AWS's limit
	Wait      unit.Duration // longest time that a record waits for a call to fill; 0 is until it is full
	Producers unit.Count    // processes that call; 0 is one
	GiveUp    unit.Duration // a record that has waited for so long is given up; 0 is never
	Buffer    unit.Bytes    // what a process holds of records that wait; 0 is without bound
}

// DefaultAggregation returns one producer with the KPL's default settings.
func DefaultAggregation() Aggregation {
	return Aggregation{Producers: 1, Buffer: 100e6, MaxSize: 51_200}
}

// ReadBasis is the traffic that standard consumers' bandwidth is sized for.
type ReadBasis string

// Standard consumers that are sized for the average lag behind through the daily
// peak and catch up after it.
const (
	ReadPeak    ReadBasis = "peak"
	ReadAverage ReadBasis = "average"
)

// ConsumerType is how a consumer reads.
type ConsumerType string

// The two types of consumers that AWS has.
const (
	Standard       ConsumerType = "standard"
	EnhancedFanOut ConsumerType = "enhanced-fan-out"
)

// LatencyBound is what an acceptable latency bounds.
type LatencyBound string

// RecoveryBound bounds the time from a surge's end until the consumer has
// caught up; DelayBound bounds how long any record waits.
const (
	RecoveryBound LatencyBound = "recovery"
	DelayBound    LatencyBound = "delay"
)

// Consumer is an application that reads the whole stream. Its speed is that of Speed,
// of Threads and PerRecord, or of Lambda; TotalSpeed may bound it besides.
type Consumer struct {
	Name         Name
	Type         ConsumerType
	Speed        unit.RecordsPerSecond // C: user records it processes a second, per shard
	TotalSpeed   unit.RecordsPerSecond // the most that all its processors process together, whatever the shards
	Threads      unit.Count            // of the processor of a shard
	PerRecord    unit.Duration         // how long a thread takes for a user record
	Workers      unit.Count            // processes that share the shards
	Filter       unit.Fraction         // share of the records that it processes, of all that it reads; 0 is all
	Lambda       Lambda
	Latency      unit.Duration // L
	LatencyBound LatencyBound
	Outage       unit.Duration // U: it was down for so long
	Reprocess    unit.Duration // H: it reads the last H again
	Backlog      unit.Records  // user records that it has not read now
	Behind       unit.Duration // instead of Backlog: how much time's records those are
	CatchUp      unit.Duration // T: time allowed after an outage, for a backlog or to reprocess; 0 is Latency
	PollInterval unit.Duration

	// AnyLatency lifts the bound that a consumer has for which no latency is declared:
	// it may be as late as it likes, and only has to read everything.
	AnyLatency bool
}

// Lambda is how an event source mapping invokes a function. No function has a
// batch size of 0. Without a duration its speed is not known.
type Lambda struct {
	BatchSize             unit.Count
	Duration              unit.Duration // of an invocation with a full batch
	ParallelizationFactor unit.Count
	BatchingWindow        unit.Duration // longest time that a batch is waited for
	ReservedConcurrency   unit.Count    // Z: invocations at once, at most; 0 is no bound of its own
	ManagedInstances      Switch        // runs on Lambda Managed Instances
	Timeout               unit.Duration // after which an invocation is ended; 0 is unknown
	Retries               Retries       // of a batch that fails
	MaxRecordAge          unit.Duration // after which a record is given up; 0 is when it expires
	Bisect                Switch        // a batch that fails is tried in halves
	PartialResponses      Switch        // the function says which record of a batch has failed
	OnFailure             Destination   // of batches that are given up

	// PerUserRecord says that Duration is that of a batch of user records that are not packed,
	// and is in proportion to them: aggregates do not make the function faster. No input sets
	// it; it is for what an advice changes about records that the function was measured with.
	PerUserRecord bool
}

// DefaultBatch is the batch size of an event source mapping that names none
// (https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html).
const DefaultBatch unit.Count = 100

// ShortestPoll and LongestPoll bound the poll interval of a consumer: what polls
// less often than that is hardly a consumer.
const (
	ShortestPoll unit.Duration = 10e6
	LongestPoll  unit.Duration = 3600e9
)

// DefaultCompression is the ratio that the advice to compress assumes.
const DefaultCompression unit.Factor = 2

// NewWorkload returns a workload with the defaults, and nothing to carry yet.
func NewWorkload() Workload {
	return Workload{
		Producer:          Producer{Skew: 1, Burst: 1},
		Retention:         unit.Day,
		TargetUtilization: 0.8,
		SizeReadsFor:      ReadPeak,
		Horizon:           4 * unit.Week,
		Confidence:        0.8,
	}
}

// NewConsumer returns a standard consumer with the defaults.
func NewConsumer(name Name) Consumer {
	return Consumer{Name: name, Type: Standard, LatencyBound: RecoveryBound, PollInterval: 1e9}
}

// Bound is how late a consumer may be: its latency, or what is assumed of a consumer
// without one. No bound has a time of 0.
type Bound struct {
	Within unit.Duration
	Of     LatencyBound
	Source Source // Default of one that was not declared
}

// Bounds of a consumer that has declared none. It keeps up within a minute; one that is
// sized for the average lags through the daily peak, and catches up within a day.
const (
	defaultDelay    unit.Duration = 60e9
	defaultRecovery               = unit.Day
)

// Bound returns how late the consumer may be, outside of its own incidents, in a stream
// whose reads are sized for a basis. A consumer that polls less often than once in the
// default bound has its poll interval on top of that.
func (c *Consumer) Bound(reads ReadBasis) Bound {
	switch {
	case c.Latency > 0:
		return Bound{Within: c.Latency, Of: c.LatencyBound, Source: File}
	case c.AnyLatency:
		return Bound{Of: c.LatencyBound, Source: File}
	case reads == ReadAverage && c.Type == Standard:
		return Bound{Within: defaultRecovery, Of: RecoveryBound, Source: Default}
	case c.Type == Standard && c.PollInterval > defaultDelay:
		return Bound{Within: defaultDelay + c.PollInterval, Of: DelayBound, Source: Default}
	}
	return Bound{Within: defaultDelay, Of: DelayBound, Source: Default}
}

// TimeToCatchUp returns T: the time allowed to catch up after an outage, or to
// reprocess. It is 0 where neither a time nor a latency was declared.
func (c *Consumer) TimeToCatchUp() unit.Duration {
	if c.CatchUp > 0 {
		return c.CatchUp
	}
	return c.Latency
}

// IsFunction reports whether a Lambda function is the consumer.
func (c *Consumer) IsFunction() bool { return c.Lambda.BatchSize > 0 }

// ProcessorSpeed returns C where it is declared, as a speed or as threads that take a time
// for each record; 0 where it is not.
func (c *Consumer) ProcessorSpeed() unit.RecordsPerSecond {
	if c.Speed > 0 || c.PerRecord == 0 {
		return c.Speed
	}
	return unit.RecordsPerSecond(float64(max(1, c.Threads)) / c.PerRecord.Seconds())
}

// HasSpeed reports whether it is known how much the consumer processes.
func (c *Consumer) HasSpeed() bool {
	return c.ProcessorSpeed() > 0 || c.TotalSpeed > 0 || c.IsFunction() && c.Lambda.Duration > 0
}

// Processed returns the share of the records that reaches the consumer's processing.
func (c *Consumer) Processed() float64 {
	if c.Filter == 0 {
		return 1
	}
	return float64(c.Filter)
}

// LargestRecord returns the largest declared payload of a user record.
func (p *Producer) LargestRecord() unit.Bytes {
	largest := p.RecordSize
	for _, s := range p.RecordSizes {
		largest = max(largest, s.Size)
	}
	return largest
}
