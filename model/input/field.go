package input

import (
	"errors"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Field is one input that T, a Workload, a Consumer or a SizeShare, takes from
// outside. Flags, the workload file, its JSON schema and the answer's list of
// inputs are all made from the tables of fields, so that they cannot differ.
type Field[T any] struct {
	Key      string // path in the file below T: "producer.surge.duration"
	Doc      string // what it is, in a line
	Allowed  string // what is allowed, in words
	Example  string // a text that is allowed
	Required bool

	at       func(*T) model.Value
	min, max float64 // of the measure; not looked at where max is 0
	above    bool    // min itself is not allowed

	given func(*T) bool // reports whether 0 is a value and not the lack of one; nil where it never is
}

// At returns the value of the field in t.
func (f *Field[T]) At(t *T) model.Value { return f.at(t) }

// Given reports whether t has a value of the field: one that is not 0, or a 0 that
// says something.
func (f *Field[T]) Given(t *T) bool {
	if f.given != nil && f.given(t) {
		return true
	}
	v := f.at(t)
	if d, ok := v.(interface{ Unset() bool }); ok {
		return !d.Unset()
	}
	value, _ := v.Measure()
	return value != 0.0 && value != 0 && value != ""
}

func always(*model.Workload) bool { return true }

// hasRates reports whether average and peak were resolved: with a record size they
// are, and may be 0.
func hasRates(w *model.Workload) bool { return w.Producer.RecordSize > 0 }

// Range returns the bounds of the measure; ok is false where it is not a number. Above
// reports that least itself is not allowed.
func (f *Field[T]) Range() (least, most float64, above, ok bool) {
	return f.min, f.max, f.above, f.max != 0
}

// choices returns the words that the field takes, if it is one of some.
func (f *Field[T]) choices(t *T) []string {
	if c, ok := f.at(t).(model.Choice); ok {
		return c.Choices()
	}
	return nil
}

// set reads text into t, or leaves t as it was. The error says what is wrong
// with the text alone.
func (f *Field[T]) set(t *T, text string) error {
	if text == "" {
		return errors.New("empty")
	}
	if strings.TrimSpace(text) != text {
		return errors.New("white space around the value")
	}
	before := *t
	v := f.at(t)
	err := v.UnmarshalText([]byte(text))
	if err == nil && !f.inRange(v) {
		err = errors.New("out of range")
	}
	if err != nil {
		*t = before
	}
	return err
}

func (f *Field[T]) inRange(v model.Value) bool {
	if f.max == 0 {
		return true
	}
	measure, _ := v.Measure()
	if _, word := measure.(string); word {
		return true
	}
	x, ok := measure.(float64)
	if n, isInt := measure.(int); isInt {
		x, ok = float64(n), true
	}
	return ok && x <= f.max && (x > f.min || x == f.min && !f.above)
}

// rate is a throughput that may be written in any form of unit.Rate. A bandwidth is
// divided by the record size, which the fields before it have set.
type rate struct {
	*unit.RecordsPerSecond
	written *unit.Rate
	size    unit.Bytes
}

// rateOf returns a throughput of a workload as an input that may be written as a bandwidth.
func rateOf(throughput *unit.RecordsPerSecond, written *unit.Rate, w *model.Workload) rate {
	return rate{throughput, written, w.Producer.RecordSize}
}

// errNoRecordSize is what a bandwidth cannot do without. That the record size is
// missing, or wrong, has a fault of its own.
var errNoRecordSize = errors.New("a bandwidth needs a record size to be divided by")

// UnmarshalText reads a rate, and keeps its text where that says more than the throughput.
func (r rate) UnmarshalText(text []byte) error {
	parsed, err := unit.ParseRate(string(text))
	if err != nil {
		return err
	}
	if parsed.IsBandwidth() && r.size <= 0 {
		return errNoRecordSize
	}
	*r.RecordsPerSecond, *r.written = parsed.Records(r.size), unit.Rate{}
	plain := strings.TrimSuffix(r.RecordsPerSecond.String(), "/s")
	if string(text) != plain && string(text) != plain+"/s" {
		*r.written = parsed
	}
	return nil
}

// String returns the rate as it was written, as long as it is that rate.
func (r rate) String() string {
	if text := r.text(); text != "" {
		return text
	}
	return r.RecordsPerSecond.String()
}

// text returns what was written, where that is not plainly the throughput.
func (r rate) text() string {
	if r.written.Is(*r.RecordsPerSecond, r.size) {
		return r.written.String()
	}
	return ""
}

// Latency is an acceptable latency as an input: a duration, or the word for none.
type Latency struct {
	*unit.Duration
	any *bool
}

// AnyLatency is the text, and the measure, of no bound.
const AnyLatency = "any"

// UnmarshalText takes a duration, or "any".
func (l Latency) UnmarshalText(text []byte) error {
	if string(text) == AnyLatency {
		*l.Duration, *l.any = 0, true
		return nil
	}
	*l.any = false
	return l.Duration.UnmarshalText(text)
}

// String returns the text that UnmarshalText takes.
func (l Latency) String() string {
	if *l.any {
		return AnyLatency
	}
	return l.Duration.String()
}

// Measure returns the latency in seconds, or the word, which has no unit.
func (l Latency) Measure() (value any, unit string) {
	if *l.any {
		return AnyLatency, ""
	}
	return l.Duration.Measure()
}

// Bounds that only keep numbers within what arithmetic can hold: a trillion
// records a second is beyond any stream, a record in eleven days beyond any
// consumer that keeps up with one, ten years beyond what a stream keeps. Who wants a
// shard to be used by less than a hundredth has mistaken the input.
const (
	leastUtilization = 0.01

	mostThroughput = 1e12
	leastSpeed     = 1e-6
	mostRecords    = 1e18
	mostSeconds    = 3650 * 86_400.0 // so that sums and multiples stay within Duration
)

const (
	rateAllowed = "records/s such as 10000, 10k, 600/min or 1B/day, or a bandwidth such as 50MiB/s, 2TB/day or " +
		"80Mbit/s; at most 1e12 records/s"
	speedAllowed = "records/s such as 1000 or 10k, or a bandwidth such as 400KB/s; from 0.000001 to 1e12 records/s"
	runAllowed   = "a duration above 0 with a unit, at most 15m; with lambda.managed_instances 90m"
	timeAllowed  = "a duration above 0 with a unit, such as 10s, 1h30m, 7d or 2w; at most 3650d"
)

// oneOf lists the words that a choice may be.
func oneOf[C interface{ Choices() []string }](c C) string { return model.OneOf(c.Choices()) }

// WorkloadFields returns the inputs of a workload, its consumers' and its record
// sizes' aside, in the order of the file.
func WorkloadFields() []Field[model.Workload] { return slices.Clone(workloadFields) }

// ConsumerFields returns the inputs of a consumer.
func ConsumerFields() []Field[model.Consumer] { return slices.Clone(consumerFields) }

// SizeFields returns the inputs of one of several record sizes.
func SizeFields() []Field[model.SizeShare] { return slices.Clone(sizeFields) }

// published are the limits that inputs are held to.
var published = model.PublishedLimits()

var workloadFields = []Field[model.Workload]{
	{Key: "stream", Doc: "name of the stream, for the answer", Example: "clickstream",
		Allowed: "1 to 128 of A-Z a-z 0-9 _ . -",
		at:      func(w *model.Workload) model.Value { return &w.Stream }},
	{Key: "resource", Doc: "address of the stream in a Terraform plan, or its logical id in a template, to which the workload belongs",
		Example: "module.events.aws_kinesis_stream.clicks",
		Allowed: "printable text of at most 2048 bytes",
		at:      func(w *model.Workload) model.Value { return &w.Resource }},
	{Key: "region", Doc: "AWS Region", Example: "eu-west-1",
		Allowed: "the code of a Region such as us-east-1",
		at:      func(w *model.Workload) model.Value { return &w.Region }},
	{Key: SampleKey, Doc: "file of what the partition keys brought: a sample of the stream, or a table of keys",
		Example: "keys.csv", Allowed: "the path of a file; in a workload file relative to that",
		at: func(w *model.Workload) model.Value { return &w.Sample }},
	{Key: "producer.record_size", Example: "200B",
		Doc:     "payload of a user record; the mean, if they differ; without it only what counts records is known",
		Allowed: "1 B to 10 MiB; a bare number is bytes",
		at:      func(w *model.Workload) model.Value { return &w.Producer.RecordSize },
		min:     1, max: float64(published.RecordSizeMost.Value)},
	{Key: "producer.partition_key_size", Doc: "size of a record's partition key, which counts like payload",
		Example: "36B",
		Allowed: "0 B to 1 KiB; a bare number is bytes",
		at:      func(w *model.Workload) model.Value { return &w.Producer.PartitionKeySize },
		max:     float64(unit.KiB), given: always},
	{Key: "producer.average", Doc: "user records written, on average; without it, the peak", Example: "10000/s",
		Allowed: rateAllowed,
		at: func(w *model.Workload) model.Value {
			return rateOf(&w.Producer.Average, &w.Producer.Written.Average, w)
		},
		max: mostThroughput, given: hasRates},
	{Key: "producer.peak", Doc: "user records written at the daily peak; without it, the average", Example: "20000/s",
		Allowed: rateAllowed,
		at:      func(w *model.Workload) model.Value { return rateOf(&w.Producer.Peak, &w.Producer.Written.Peak, w) },
		max:     mostThroughput, given: hasRates},
	{Key: "producer.surge.throughput", Doc: "user records written in a surge above the peak", Example: "50000/s",
		Allowed: "above 0; " + rateAllowed,
		at: func(w *model.Workload) model.Value {
			return rateOf(&w.Producer.Surge.Throughput, &w.Producer.Written.Surge, w)
		},
		above: true, max: mostThroughput},
	{Key: "producer.surge.duration", Doc: "how long a surge lasts", Example: "10s",
		Allowed: timeAllowed,
		at:      func(w *model.Workload) model.Value { return &w.Producer.Surge.Duration },
		above:   true, max: mostSeconds},
	{Key: "producer.aggregation.producers", Doc: "producer processes, each of which packs its own aggregates",
		Example: "4",
		Allowed: "a whole number from 1 to 1000000",
		at:      func(w *model.Workload) model.Value { return &w.Producer.Aggregation.Producers },
		min:     1, max: 1e6},
	{Key: "producer.aggregation.buffer",
		Doc: "longest time a record waits in an aggregate (KPL: RecordMaxBufferedTime)", Example: "100ms",
		Allowed: timeAllowed,
		at:      func(w *model.Workload) model.Value { return &w.Producer.Aggregation.Buffer },
		above:   true, max: mostSeconds},
	{Key: "producer.aggregation.max_size", Doc: "size of a full aggregate (KPL: AggregationMaxSize)", Example: "50KiB",
		Allowed: "64 B to 10 MiB",
		at:      func(w *model.Workload) model.Value { return &w.Producer.Aggregation.MaxSize },
		min:     64, max: float64(10 * unit.MiB)},
	{Key: "producer.aggregation.max_count",
		Doc: "user records of a full aggregate (KPL: AggregationMaxCount); without it, as many as fit", Example: "100",
		Allowed: "a whole number from 1 to 4294967295",
		at:      func(w *model.Workload) model.Value { return &w.Producer.Aggregation.MaxCount },
		min:     1, max: 1<<32 - 1},
	{Key: "producer.put_records.batch", Doc: "records of a PutRecords call, at most", Example: "500",
		Allowed: "a whole number from 1 to 500",
		at:      func(w *model.Workload) model.Value { return &w.Producer.PutRecords.Batch },
		min:     1, max: float64(published.PutRecords.Value)},
	{Key: "producer.put_records.wait",
		Doc:     "longest time a record waits for a PutRecords call to fill; with aggregation its buffer counts instead",
		Example: "100ms",
		Allowed: timeAllowed,
		at:      func(w *model.Workload) model.Value { return &w.Producer.PutRecords.Wait },
		above:   true, max: mostSeconds},
	{Key: "producer.put_records.producers", Doc: "producer processes, each of which makes its own calls", Example: "4",
		Allowed: "a whole number from 1 to 1000000",
		at:      func(w *model.Workload) model.Value { return &w.Producer.PutRecords.Producers },
		min:     1, max: 1e6},
	{Key: "producer.put_records.give_up",
		Doc:     "how long a throttled record waits at its producer until it is given up (KPL: RecordTtl), in a replay",
		Example: "30s",
		Allowed: timeAllowed,
		at:      func(w *model.Workload) model.Value { return &w.Producer.PutRecords.GiveUp },
		above:   true, max: mostSeconds},
	{Key: "producer.put_records.buffer",
		Doc: "bytes of throttled records that a producer process holds, in memory or on disk, in a replay", Example: "1GiB",
		Allowed: "a size above 0",
		at:      func(w *model.Workload) model.Value { return &w.Producer.PutRecords.Buffer },
		above:   true, max: 1e15},
	{Key: "producer.skew", Doc: "load of the hottest shard ÷ mean load of a shard", Example: "1.2",
		Allowed: "a number from 1 to 10000",
		at:      func(w *model.Workload) model.Value { return &w.Producer.Skew },
		min:     1, max: 10_000},
	{Key: "producer.burst", Doc: "writes of the busiest second ÷ mean of its minute", Example: "1.6",
		Allowed: "a number from 1 to 60",
		at:      func(w *model.Workload) model.Value { return &w.Producer.Burst },
		min:     1, max: 60},
	{Key: "producer.compression",
		Doc: "how many times smaller compression would make the payload, for the advice to compress; 2 without it", Example: "4",
		Allowed: "a number above 1, at most 100",
		at:      func(w *model.Workload) model.Value { return &w.Producer.Compression },
		above:   true, min: 1, max: 100},
	{Key: "producer.keys", Doc: "how many partition keys there are", Example: "300",
		Allowed: "a whole number from 1 to 1000000000",
		at:      func(w *model.Workload) model.Value { return &w.Producer.Keys },
		min:     1, max: 1e9},
	{Key: "producer.largest_key", Doc: "what the partition key with the most records has of them, at the peak",
		Example: "40%",
		Allowed: "a share above 0 such as 40%, or " + rateAllowed,
		at:      func(w *model.Workload) model.Value { return keyLoadOf(w) },
		above:   true, max: mostThroughput},
	{Key: "retention", Doc: "how long the stream keeps a record", Example: "7d",
		Allowed: "24h to 365d",
		at:      func(w *model.Workload) model.Value { return &w.Retention },
		min:     published.RetentionLeast.Value.Seconds(), max: published.RetentionMost.Value.Seconds()},
	{Key: "target_utilization", Doc: "share of a shard's limits that the peak may use", Example: "80%",
		Allowed: "1% to 100%, or 0.01 to 1",
		at:      func(w *model.Workload) model.Value { return &w.TargetUtilization },
		min:     leastUtilization, max: 1},
	{Key: "size_reads_for", Doc: "traffic that the standard consumers' bandwidth is sized for", Example: "average",
		Allowed: oneOf(model.ReadPeak),
		at:      func(w *model.Workload) model.Value { return &w.SizeReadsFor }},
	{Key: "current_shards", Doc: "shards that the stream has now", Example: "12",
		Allowed: "a whole number from 1 to 1000000",
		at:      func(w *model.Workload) model.Value { return &w.CurrentShards },
		min:     1, max: 1e6},
	{Key: "account.lambda_concurrency",
		Doc:     "invocations that all functions of the account may run at once in the Region; without it, 1000",
		Example: "5000",
		Allowed: "a whole number from 1 to 1000000",
		at:      func(w *model.Workload) model.Value { return &w.Account.LambdaConcurrency },
		min:     1, max: 1e6},
	{Key: "account.lambda_used", Doc: "of them, what functions besides those of the workload use", Example: "300",
		Allowed: "a whole number from 0 to 1000000",
		at:      func(w *model.Workload) model.Value { return &w.Account.LambdaUsed },
		max:     1e6},
	{Key: "horizon", Doc: "how long the count is to hold, with a history or growth", Example: "28d",
		Allowed: "1d to 365d",
		at:      func(w *model.Workload) model.Value { return &w.Horizon },
		min:     unit.Day.Seconds(), max: 365 * unit.Day.Seconds()},
	{Key: "confidence", Doc: "how likely the count is to hold that long, with a history", Example: "80%",
		Allowed: "50% to 99%, or 0.5 to 0.99",
		at:      func(w *model.Workload) model.Value { return &w.Confidence },
		min:     0.5, max: 0.99},
	{Key: "growth", Doc: "growth to come that the past does not show", Example: "5%/week",
		Allowed: "a share per day, week, month or year, such as 5%/week; at most 1000% a week",
		at:      func(w *model.Workload) model.Value { return &w.Growth },
		max:     10},
	{Key: "event.factor", Doc: "announced event such as a launch: how many times the usual traffic", Example: "3",
		Allowed: "a number from 1 to 1000",
		at:      func(w *model.Workload) model.Value { return &w.Event.Factor },
		min:     1, max: 1000},
	{Key: "event.from", Doc: "when the event begins", Example: "2026-11-27",
		Allowed: "a date or a time such as 2026-11-27 or 2026-11-27T18:00",
		at:      func(w *model.Workload) model.Value { return &w.Event.From }},
	{Key: "event.for", Doc: "how long the event lasts", Example: "2d",
		Allowed: timeAllowed,
		at:      func(w *model.Workload) model.Value { return &w.Event.For },
		above:   true, max: mostSeconds},
}

var consumerFields = []Field[model.Consumer]{
	{Key: "name", Doc: "name of the consumer", Example: "fraud", Required: true,
		Allowed: "1 to 128 of A-Z a-z 0-9 _ . -, each name once",
		at:      func(c *model.Consumer) model.Value { return &c.Name }},
	{Key: "type", Doc: "how it reads: polling the shared bandwidth, or with a lane of its own",
		Example: "enhanced-fan-out",
		Allowed: oneOf(model.Standard),
		at:      func(c *model.Consumer) model.Value { return &c.Type }},
	{Key: "speed", Doc: "user records it processes a second, per shard", Example: "1000/s",
		Allowed: speedAllowed,
		at:      func(c *model.Consumer) model.Value { return &c.Speed },
		min:     leastSpeed, max: mostThroughput},
	{Key: "total_speed",
		Doc:     "user records a second that all its processors process together at most, whatever the shards",
		Example: "5000/s",
		Allowed: speedAllowed,
		at:      func(c *model.Consumer) model.Value { return &c.TotalSpeed },
		min:     leastSpeed, max: mostThroughput},
	{Key: "threads", Doc: "threads of the processor of a shard; with per_record, instead of speed", Example: "4",
		Allowed: "a whole number from 1 to 100000",
		at:      func(c *model.Consumer) model.Value { return &c.Threads },
		min:     1, max: 1e5},
	{Key: "per_record", Doc: "how long a thread takes for a user record; threads ÷ per_record is the speed",
		Example: "20ms",
		Allowed: timeAllowed,
		at:      func(c *model.Consumer) model.Value { return &c.PerRecord },
		above:   true, max: mostSeconds},
	{Key: "workers", Doc: "processes, on as many hosts or fewer, that share the shards", Example: "3",
		Allowed: "a whole number from 1 to 100000",
		at:      func(c *model.Consumer) model.Value { return &c.Workers },
		min:     1, max: 1e5},
	{Key: "filter", Doc: "share of the records that it processes, of all that it reads; without it, all", Example: "5%",
		Allowed: "above 0, at most 1 or 100%",
		at:      func(c *model.Consumer) model.Value { return &c.Filter },
		above:   true, max: 1},
	{Key: "latency", Doc: "acceptable latency; any where it may be as late as it wants", Example: "30s",
		Allowed: "any, or " + timeAllowed,
		at:      func(c *model.Consumer) model.Value { return Latency{&c.Latency, &c.AnyLatency} },
		above:   true, max: mostSeconds},
	{Key: "latency_bound", Doc: "what latency bounds: the time to recover from a surge, or the delay of any record",
		Example: "delay",
		Allowed: oneOf(model.RecoveryBound),
		at:      func(c *model.Consumer) model.Value { return &c.LatencyBound }},
	{Key: "outage", Doc: "how long it was down", Example: "2h",
		Allowed: timeAllowed,
		at:      func(c *model.Consumer) model.Value { return &c.Outage },
		above:   true, max: mostSeconds},
	{Key: "reprocess", Doc: "how much of the past it reads again", Example: "12h",
		Allowed: timeAllowed,
		at:      func(c *model.Consumer) model.Value { return &c.Reprocess },
		above:   true, max: mostSeconds},
	{Key: "backlog", Doc: "user records that it has not read now", Example: "36M",
		Allowed: "a number of records above 0, such as 36000000, 36M or 2G; at most 1e18",
		at:      func(c *model.Consumer) model.Value { return &c.Backlog },
		above:   true, max: mostRecords},
	{Key: "behind", Doc: "how far behind it is now, instead of backlog: the records of so much time at the peak",
		Example: "20h",
		Allowed: timeAllowed,
		at:      func(c *model.Consumer) model.Value { return &c.Behind },
		above:   true, max: mostSeconds},
	{Key: "catch_up", Doc: "time allowed after an outage, for a backlog or to reprocess; without it, the latency",
		Example: "1h",
		Allowed: timeAllowed,
		at:      func(c *model.Consumer) model.Value { return &c.CatchUp },
		above:   true, max: mostSeconds},
	{Key: "poll_interval", Doc: "time between GetRecords calls of a standard consumer to a shard", Example: "1s",
		Allowed: "10ms to 1h",
		at:      func(c *model.Consumer) model.Value { return &c.PollInterval },
		min:     model.ShortestPoll.Seconds(), max: model.LongestPoll.Seconds()},
	{Key: "lambda.batch_size", Doc: "records of an invocation, at most; of a function without it, 100", Example: "500",
		Allowed: "a whole number from 1 to 10000",
		at:      func(c *model.Consumer) model.Value { return &c.Lambda.BatchSize },
		min:     1, max: float64(published.LambdaBatch.Value)},
	{Key: "lambda.duration", Doc: "how long an invocation with a full batch takes; without it, the speed is not known",
		Example: "800ms",
		Allowed: runAllowed,
		at:      func(c *model.Consumer) model.Value { return &c.Lambda.Duration },
		above:   true, max: published.ManagedTimeout.Value.Seconds()},
	{Key: "lambda.parallelization_factor", Doc: "concurrent invocations per shard", Example: "2",
		Allowed: "a whole number from 1 to 10",
		at:      func(c *model.Consumer) model.Value { return &c.Lambda.ParallelizationFactor },
		min:     1, max: float64(published.LambdaFactor.Value)},
	{Key: "lambda.batching_window", Doc: "longest time that a batch is waited for", Example: "5s",
		Allowed: "a duration above 0 with a unit, at most 5m",
		at:      func(c *model.Consumer) model.Value { return &c.Lambda.BatchingWindow },
		above:   true, max: published.LambdaWindow.Value.Seconds()},
	{Key: "lambda.reserved_concurrency", Doc: "invocations of the function at once, at most", Example: "50",
		Allowed: "a whole number from 1 to 1000000",
		at:      func(c *model.Consumer) model.Value { return &c.Lambda.ReservedConcurrency },
		min:     1, max: 1e6},
	{Key: "lambda.managed_instances", Doc: "whether the function runs on Lambda Managed Instances", Example: "true",
		Allowed: "true or false",
		at:      func(c *model.Consumer) model.Value { return &c.Lambda.ManagedInstances }},
	{Key: "lambda.timeout", Doc: "time after which an invocation is ended", Example: "30s",
		Allowed: runAllowed,
		at:      func(c *model.Consumer) model.Value { return &c.Lambda.Timeout },
		above:   true, max: published.ManagedTimeout.Value.Seconds()},
	{Key: "lambda.retries", Doc: "how often a batch that fails is tried again; -1, the default, until it expires",
		Example: "3",
		Allowed: "a whole number from 0 to 10000, or -1",
		at:      func(c *model.Consumer) model.Value { return &c.Lambda.Retries },
		min:     -1, max: float64(published.LambdaRetries.Value)},
	{Key: "lambda.max_record_age", Doc: "age at which the mapping gives up a record; without it, when it expires",
		Example: "1h",
		Allowed: "60s to 7d",
		at:      func(c *model.Consumer) model.Value { return &c.Lambda.MaxRecordAge },
		min:     published.LambdaAgeLeast.Value.Seconds(), max: published.LambdaAgeMost.Value.Seconds()},
	{Key: "lambda.bisect", Doc: "whether a batch that fails is tried again in halves", Example: "true",
		Allowed: "true or false",
		at:      func(c *model.Consumer) model.Value { return &c.Lambda.Bisect }},
	{Key: "lambda.partial_responses", Doc: "whether the function says which record of a batch has failed",
		Example: "true",
		Allowed: "true or false",
		at:      func(c *model.Consumer) model.Value { return &c.Lambda.PartialResponses }},
	{Key: "lambda.on_failure", Doc: "where the mapping sends what it gives up", Example: "sqs",
		Allowed: oneOf(model.ToSQS),
		at:      func(c *model.Consumer) model.Value { return &c.Lambda.OnFailure }},
}

var sizeFields = []Field[model.SizeShare]{
	{Key: "size", Doc: "payload of these records", Example: "40KiB", Required: true,
		Allowed: "1 B to 10 MiB; a bare number is bytes",
		at:      func(s *model.SizeShare) model.Value { return &s.Size },
		min:     1, max: float64(published.RecordSizeMost.Value)},
	{Key: "share", Doc: "share of the records that have this size; the shares add up to 1", Example: "5%",
		Required: true,
		Allowed:  "above 0, at most 1 or 100%",
		at:       func(s *model.SizeShare) model.Value { return &s.Share },
		above:    true, max: 1},
}
