package model

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/model/untrusted"
)

// Level is what a metric is measured of.
type Level string

// The levels of the metrics that a history has.
const (
	StreamLevel   Level = "stream"
	ConsumerLevel Level = "consumer" // an enhanced fan-out consumer
	ShardLevel    Level = "shard"    // where enhanced monitoring is on
	FunctionLevel Level = "function" // a Lambda function that reads the stream
)

// Statistic is how CloudWatch sums up what it was sent within a period.
type Statistic string

// The statistics that a history has. Sums of parts add up, and the largest of
// parts is the whole's largest; averages of parts say nothing of the whole
// without the number of samples.
const (
	Sum     Statistic = "Sum"
	Maximum Statistic = "Maximum"
	Average Statistic = "Average"
)

// Statistics returns all statistics.
func Statistics() []Statistic { return []Statistic{Sum, Maximum, Average} }

// MetricUnits returns the units of all metrics, each once.
func MetricUnits() []string {
	var units []string
	for i := range metrics {
		if u := metrics[i].Unit; !slices.Contains(units, u) {
			units = append(units, u)
		}
	}
	return units
}

// Metric is a CloudWatch metric of a stream or of what reads it.
type Metric struct {
	Name      string // AWS's, such as "GetRecords.Bytes"
	Level     Level
	Statistic Statistic // the one that a history has of it
	Unit      string    // "B", "records", "calls", "ms", "events", "errors"
	Doc       string    // what it counts

	key string
}

// Names of the metrics that others refer to.
const (
	IncomingBytes       = "IncomingBytes"
	IncomingRecords     = "IncomingRecords"
	WriteThrottled      = "WriteProvisionedThroughputExceeded"
	ReadThrottled       = "ReadProvisionedThroughputExceeded"
	GetRecordsBytes     = "GetRecords.Bytes"
	GetRecordsRecords   = "GetRecords.Records"
	IteratorAge         = "GetRecords.IteratorAgeMilliseconds"
	PutRecordsThrottled = "PutRecords.ThrottledRecords"
	PutRecordsFailed    = "PutRecords.FailedRecords"
	SubscribedBytes     = "SubscribeToShardEvent.Bytes"
	SubscribedBehind    = "SubscribeToShardEvent.MillisBehindLatest"
	SubscribedEvents    = "SubscribeToShardEvent.Success"
	Subscriptions       = "SubscribeToShard.Success"
	OutgoingBytes       = "OutgoingBytes"
	OutgoingRecords     = "OutgoingRecords"
	ShardIteratorAge    = "IteratorAgeMilliseconds"
	FunctionDuration    = "Duration"
	FunctionErrors      = "Errors"
	FunctionIteratorAge = "IteratorAge"
)

// What metrics of several levels count.
const (
	throttledRecordsDoc = "records rejected because a shard's write limit was reached, by PutRecord and PutRecords; a " +
		"retry counts again"
	throttledReadsDoc    = "GetRecords calls rejected because a shard's read limit was reached"
	acceptedBytesDoc     = "bytes written, of accepted records alone"
	acceptedRecordsDoc   = "Kinesis records written, accepted ones alone"
	standardIteratorsDoc = "age of the last record of a GetRecords call, of all standard consumers together"
)

// metrics are those that a history has, in the order in which it has them.
// (https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html,
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics.html)
var metrics = []Metric{
	{IncomingBytes, StreamLevel, Sum, "B", acceptedBytesDoc, "incoming_bytes"},
	{IncomingRecords, StreamLevel, Sum, "records", acceptedRecordsDoc, "incoming_records"},
	{WriteThrottled, StreamLevel, Sum, "records", throttledRecordsDoc, "write_provisioned_throughput_exceeded"},
	{ReadThrottled, StreamLevel, Sum, "calls", throttledReadsDoc, "read_provisioned_throughput_exceeded"},
	{GetRecordsBytes, StreamLevel, Sum, "B", "bytes read with GetRecords, by all standard consumers together",
		"get_records_bytes"},
	{GetRecordsRecords, StreamLevel, Sum, "records",
		"Kinesis records read with GetRecords, by all standard consumers together", "get_records_records"},
	{IteratorAge, StreamLevel, Maximum, "ms", standardIteratorsDoc, "get_records_iterator_age_milliseconds"},
	{PutRecordsThrottled, StreamLevel, Sum, "records",
		"records of PutRecords calls that were rejected because a shard's write limit was reached", "put_records_throttled_records"},
	{PutRecordsFailed, StreamLevel, Sum, "records", "records of PutRecords calls that failed inside of Kinesis",
		"put_records_failed_records"},
	{SubscribedBytes, ConsumerLevel, Sum, "B", "bytes read by an enhanced fan-out consumer",
		"subscribe_to_shard_event_bytes"},
	{SubscribedBehind, ConsumerLevel, Maximum, "ms", "how far an enhanced fan-out consumer is behind the newest record",
		"subscribe_to_shard_event_millis_behind_latest"},
	{SubscribedEvents, ConsumerLevel, Sum, "events",
		"events that reached an enhanced fan-out consumer, empty ones too; there are none without a subscription",
		"subscribe_to_shard_event_success"},
	{Subscriptions, ConsumerLevel, Sum, "calls", "subscriptions of an enhanced fan-out consumer that succeeded",
		"subscribe_to_shard_success"},
	{IncomingBytes, ShardLevel, Sum, "B", acceptedBytesDoc, "incoming_bytes"},
	{IncomingRecords, ShardLevel, Sum, "records", acceptedRecordsDoc, "incoming_records"},
	{WriteThrottled, ShardLevel, Sum, "records", throttledRecordsDoc, "write_provisioned_throughput_exceeded"},
	{ReadThrottled, ShardLevel, Sum, "calls", throttledReadsDoc, "read_provisioned_throughput_exceeded"},
	{OutgoingBytes, ShardLevel, Sum, "B", "bytes read, with GetRecords and by enhanced fan-out consumers",
		"outgoing_bytes"},
	{OutgoingRecords, ShardLevel, Sum, "records",
		"Kinesis records read, with GetRecords and by enhanced fan-out consumers", "outgoing_records"},
	{ShardIteratorAge, ShardLevel, Maximum, "ms", standardIteratorsDoc, "iterator_age_milliseconds"},
	{FunctionDuration, FunctionLevel, Average, "ms",
		"duration of an invocation; of a function that others invoke too, of all", "lambda_duration"},
	{FunctionErrors, FunctionLevel, Sum, "errors", "invocations that ended in an error", "lambda_errors"},
	{FunctionIteratorAge, FunctionLevel, Maximum, "ms", "age of the last record of a batch when the function ended",
		"lambda_iterator_age"},
}

// Metrics returns the metrics that a history has, in the order in which it has them.
func Metrics() []Metric { return append([]Metric(nil), metrics...) }

// ShardMetrics returns the names of the shard-level metrics, which enhanced monitoring
// turns on one by one.
func ShardMetrics() []string {
	var names []string
	for i := range metrics {
		if metrics[i].Level == ShardLevel {
			names = append(names, metrics[i].Name)
		}
	}
	return names
}

// SeriesID says what a series is of: a metric, and the consumer, the shard or
// the function that it was measured of, where it is not the stream.
type SeriesID struct {
	Level  Level
	Metric string // AWS's name
	Owner  string // "" at the level of the stream
}

// metric returns the metric of that name and level, nil if there is none.
func (id SeriesID) metric() *Metric {
	for i := range metrics {
		if metrics[i].Name == id.Metric && metrics[i].Level == id.Level {
			return &metrics[i]
		}
	}
	return nil
}

// Describe returns the metric that a series is of. Not ok is a series that no
// history has.
func (id SeriesID) Describe() (m Metric, ok bool) {
	if found := id.metric(); found != nil {
		return *found, (id.Owner == "") == (id.Level == StreamLevel)
	}
	return Metric{}, false
}

// String returns the text that parses back to the same series:
// "incoming_bytes", "incoming_bytes[shardId-000000000000]".
func (id SeriesID) String() string {
	m := id.metric()
	switch {
	case m == nil:
		return id.Metric + "[" + id.Owner + "]"
	case id.Owner == "":
		return m.key
	}
	return m.key + "[" + id.Owner + "]"
}

var ofExpr = regexp.MustCompile(`^[A-Za-z0-9_.:-]{1,170}$`)

// ParseSeriesID reads what String writes. Columns of a CSV file are named so.
func ParseSeriesID(text string) (SeriesID, error) {
	key, of, inner := strings.Cut(text, "[")
	of, closed := strings.CutSuffix(of, "]")
	if inner != closed || inner && !ofExpr.MatchString(of) {
		return SeriesID{}, fmt.Errorf("%q is not the name of a series", untrusted.Clip(text, untrusted.LongestValue))
	}
	for i := range metrics {
		m := &metrics[i]
		if m.key == key && (m.Level != StreamLevel) == inner {
			return SeriesID{m.Level, m.Name, of}, nil
		}
	}
	return SeriesID{}, fmt.Errorf("%q is not the name of a series", untrusted.Clip(text, untrusted.LongestValue))
}

// SeriesKeys returns the names of the metrics in a SeriesID's text, for lists of
// what is allowed; those of a level below the stream end in "[]".
func SeriesKeys() []string {
	var keys []string
	for i := range metrics {
		key := metrics[i].key
		if metrics[i].Level != StreamLevel {
			key += "[" + strings.ToUpper(string(metrics[i].Level)) + "]"
		}
		keys = append(keys, key)
	}
	return keys
}
