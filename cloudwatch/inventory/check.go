package inventory

import (
	"fmt"
	"math/big"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"github.com/kcalc/kcalc/model/untrusted"
)

// What AWS says is checked as it is read, before a call that costs something: a
// name that no series can be of, or a number that no stream has, would be found
// when the history is saved, or by whoever reads it.

// The calls whose answers are checked, as IAM names them.
const (
	describeSummary = "kinesis:DescribeStreamSummary"
	listShards      = "kinesis:ListShards"
	listConsumers   = "kinesis:ListStreamConsumers"
	listMappings    = "lambda:ListEventSourceMappings"
)

// Bounds of what is listed, far beyond what any account may have.
const (
	mostPages   = 1000 // of a list
	mostShards  = 100_000
	mostReaders = 1000 // of a stream
	mostMapped  = 100_000
	mostCount   = 1_000_000
	mostText    = 256  // bytes of a text that AWS has chosen
	mostARN     = 2048 // bytes, as both services have it
	hashBits    = 128
)

// missing returns the failure of an answer without what it cannot be without.
func missing(action, what string) *cloudwatch.Failure {
	return &cloudwatch.Failure{Action: action, Cause: cloudwatch.Garbled, Detail: "it lacks " + what}
}

// unexpected returns the failure of an answer that has what cannot be.
func unexpected(action, what, value, allowed string) error {
	const shown = 100
	return &cloudwatch.Failure{Action: action, Cause: cloudwatch.Garbled,
		Detail: fmt.Sprintf("%s is %q (allowed: %s)", what, untrusted.Excerpt(value, shown), allowed)}
}

// checkText holds that a text shows as it is.
func checkText(action, what, text string, most int) error {
	if text == "" || len(text) > most || !utf8.ValidString(text) || untrusted.Excerpt(text, len(text)) != text {
		return unexpected(action, what, text, fmt.Sprintf("1 to %d bytes of printable text", most))
	}
	return nil
}

// checkOf holds that a series can be of what a name stands for.
func checkOf(action, what, name string, id model.SeriesID) error {
	id.Owner = name
	if _, err := model.ParseSeriesID(id.String()); err != nil || name == "" {
		return unexpected(action, what, name, "1 to 170 of A-Z a-z 0-9 _ . : -")
	}
	return nil
}

// checkCount holds that a number of things is one; one that is not said is none.
func checkCount(action, what string, n *int32, least int32) error {
	if n != nil && (*n < least || *n > mostCount) {
		return unexpected(action, what, fmt.Sprint(*n), fmt.Sprintf("%d to %d", least, mostCount))
	}
	return nil
}

// first returns the first of some errors.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func checkSummary(s *types.StreamDescriptionSummary) error {
	err := first(
		checkText(describeSummary, "the stream's ARN", aws.ToString(s.StreamARN), mostARN),
		checkCount(describeSummary, "the number of open shards", s.OpenShardCount, 1),
		checkCount(describeSummary, "the retention in hours", s.RetentionPeriodHours, 1),
		checkCount(describeSummary, "the record size limit in KiB", s.MaxRecordSizeInKiB, 1),
		checkCount(describeSummary, "the number of consumers", s.ConsumerCount, 0),
	)
	if s.WarmThroughput != nil {
		err = first(err, checkCount(describeSummary, "the warm throughput in MiB/s", s.WarmThroughput.CurrentMiBps, 0))
	}
	for _, m := range s.EnhancedMonitoring {
		for _, name := range m.ShardLevelMetrics {
			err = first(err, checkText(describeSummary, "a shard-level metric", string(name), mostText))
		}
	}
	return err
}

// listing checks a list that comes page by page.
type listing struct {
	action string
	most   int // entries
	pages  int
	count  int
	seen   map[string]bool // names of entries that have one each
}

// turn counts a page. Call it before each page is requested.
func (l *listing) turn() error {
	if l.pages++; l.pages > mostPages || l.count > l.most {
		return &cloudwatch.Failure{Action: l.action, Cause: cloudwatch.Garbled,
			Detail: fmt.Sprintf("it goes on beyond %s", unit.Plural(l.pages-1, "page"))}
	}
	return nil
}

// once holds that a name is there once.
func (l *listing) once(what, name string) error {
	if l.seen[name] {
		return unexpected(l.action, what, name, "each once")
	}
	if l.seen == nil {
		l.seen = map[string]bool{}
	}
	l.seen[name] = true
	return nil
}

func (l *listing) shard(s *types.Shard) error {
	l.count++
	return first(
		checkOf(l.action, "the id of a shard", *s.ShardId,
			model.SeriesID{Level: model.ShardLevel, Metric: model.IncomingBytes}),
		l.once("the id of a shard", *s.ShardId),
		l.hash(s.HashKeyRange.StartingHashKey),
		l.hash(s.HashKeyRange.EndingHashKey),
	)
}

// hash holds that a hash key is a decimal number of 128 bits, written the one way
// by which numbers can be compared as texts.
func (l *listing) hash(key *string) error {
	const digits = 39
	text := aws.ToString(key)
	n, ok := new(big.Int), len(text) <= digits
	if ok {
		_, ok = n.SetString(text, 10)
	}
	if !ok || n.Sign() < 0 || n.BitLen() > hashBits || n.String() != text {
		return unexpected(l.action, "a hash key", text, "a whole number below 2^128, decimal")
	}
	return nil
}

func (l *listing) consumer(c *types.Consumer) error {
	l.count++
	var name model.Name
	if text := aws.ToString(c.ConsumerName); name.UnmarshalText([]byte(text)) != nil {
		return unexpected(l.action, "the name of a consumer", text, "1 to 128 of A-Z a-z 0-9 _ . -")
	}
	return first(
		l.once("the name of a consumer", string(name)),
		checkText(l.action, "the status of consumer "+string(name), string(c.ConsumerStatus), mostText),
		checkText(l.action, "the ARN of consumer "+string(name), aws.ToString(c.ConsumerARN), mostARN),
	)
}

func (l *listing) mapping(m *lambdatypes.EventSourceMappingConfiguration) error {
	l.count++
	name := functionName(*m.FunctionArn)
	err := checkOf(l.action, "the name of a function", name,
		model.SeriesID{Level: model.FunctionLevel, Metric: model.FunctionDuration})
	return first(err,
		checkText(l.action, "the state of the mapping of "+name, aws.ToString(m.State), mostText),
		checkCount(l.action, "the batch size of "+name, m.BatchSize, 1),
		checkCount(l.action, "the parallelization factor of "+name, m.ParallelizationFactor, 1),
		checkCount(l.action, "the batching window in seconds of "+name, m.MaximumBatchingWindowInSeconds, 0),
		checkCount(l.action, "the most retries of "+name, m.MaximumRetryAttempts, -1),
		checkCount(l.action, "the largest record age in seconds of "+name, m.MaximumRecordAgeInSeconds, -1),
	)
}
