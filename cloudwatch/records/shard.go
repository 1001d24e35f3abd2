package records

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/kcalc/kcalc/calc/sample"
	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/model"
)

// shard is a shard that is being read.
type shard struct {
	*run
	Shard
	counted *sample.Shard
	child   bool // of one that was read to its end: it is read from its beginning

	sequence string // of the last record
	next     time.Time
	failures int // in a row

	first, last      time.Time // beginnings of calls
	calls, throttled int
	limit            int32 // of the records of the last call
	records          int
	bytes            int64
}

// read reads the shard up to the end of the time, or its own.
func (s *shard) read(ctx context.Context) error {
	iterator, err := s.iterator(ctx)
	for err == nil && iterator != "" {
		var out *kinesis.GetRecordsOutput
		out, err = s.call(ctx, iterator)
		switch {
		case err == nil:
			iterator, err = s.take(ctx, out)
		case isExpired(err) && s.failures < s.Policy.Attempts:
			s.failures++
			iterator, err = s.iterator(ctx)
		default:
			err = s.failed(ctx, err)
		}
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// iterator returns where to read on: behind the last record, or from the beginning of the time.
func (s *shard) iterator(ctx context.Context) (string, error) {
	input := &kinesis.GetShardIteratorInput{StreamName: aws.String(string(s.plan.Stream)), ShardId: aws.String(s.ID)}
	switch {
	case s.sequence != "":
		input.ShardIteratorType, input.StartingSequenceNumber = types.ShardIteratorTypeAfterSequenceNumber, aws.String(s.sequence)
	case s.child:
		input.ShardIteratorType = types.ShardIteratorTypeTrimHorizon
	default:
		input.ShardIteratorType, input.Timestamp = types.ShardIteratorTypeAtTimestamp, aws.Time(s.plan.From)
	}
	out, err := s.Client.GetShardIterator(ctx, input)
	if err != nil {
		return "", cloudwatch.Explain(err)
	}
	if aws.ToString(out.ShardIterator) == "" {
		return "", garbled(getShardIt, "it lacks the iterator")
	}
	return *out.ShardIterator, nil
}

// call asks for the next records, as soon as the plan lets. The client does not try again of its
// own accord: each attempt is a call that the plan counts.
func (s *shard) call(ctx context.Context, iterator string) (*kinesis.GetRecordsOutput, error) {
	if err := wait(ctx, s.next.Sub(s.Now())); err != nil {
		return nil, err
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case s.slots <- struct{}{}:
	}
	defer func() { <-s.slots }()
	s.last, s.limit = s.Now(), s.plan.records(s.records, s.bytes)
	if s.calls++; s.calls == 1 {
		s.first = s.last
	}
	s.next = s.last.Add(s.plan.interval())
	out, err := s.Client.GetRecords(ctx,
		&kinesis.GetRecordsInput{ShardIterator: aws.String(iterator), Limit: aws.Int32(s.limit)},
		func(o *kinesis.Options) { o.Retryer = aws.NopRetryer{} })
	return out, err
}

// settling is how long after its arrival a record may be before it can be read. AWS says that
// it typically is less than a second (https://docs.aws.amazon.com/streams/latest/dev/introduction.html).
const settling = time.Second

// take counts the records of an answer, and returns where to read on: nowhere at the end of the
// time, or of the shard.
func (s *shard) take(ctx context.Context, out *kinesis.GetRecordsOutput) (string, error) {
	s.failures = 0
	list, bytes, beyond, err := s.within(out)
	if err != nil {
		return "", err
	}
	s.tally.Add(s.counted, list...)
	s.records += len(out.Records)
	s.bytes += bytes
	if paced := s.last.Add(time.Duration(float64(bytes) / s.plan.bytesPerSecond() * float64(time.Second))); paced.After(s.next) {
		s.next = paced
	}
	behind := time.Duration(aws.ToInt64(out.MillisBehindLatest)) * time.Millisecond
	s.readTo(s.last.Add(-behind))
	caughtUp := behind == 0 && len(out.Records) < int(s.limit)
	switch {
	case beyond:
		s.readTo(s.plan.To)
		return "", nil
	case aws.ToString(out.NextShardIterator) == "":
		return "", s.ended(ctx, out)
	case caughtUp && !s.last.Before(s.plan.To.Add(settling)):
		s.readTo(s.plan.To)
		return "", nil
	}
	return *out.NextShardIterator, nil
}

// within returns the records that are in the time, how many bytes all have, and whether they went
// beyond it.
func (s *shard) within(out *kinesis.GetRecordsOutput) (list []model.Record, bytes int64, beyond bool, err error) {
	for i := range out.Records {
		r := &out.Records[i]
		if aws.ToString(r.PartitionKey) == "" || aws.ToString(r.SequenceNumber) == "" || r.ApproximateArrivalTimestamp == nil {
			return nil, 0, false, garbled(getRecords, "a record lacks its partition key, its number or its time")
		}
		s.sequence = *r.SequenceNumber
		at, size := r.ApproximateArrivalTimestamp.UTC(), int64(len(r.Data))
		bytes += size + int64(len(*r.PartitionKey))
		if beyond = !at.Before(s.plan.To); !beyond && !at.Before(s.plan.From) {
			list = append(list, model.Record{PartitionKey: *r.PartitionKey, Data: r.Data, Size: size, Arrival: at})
		}
	}
	return list, bytes, beyond, nil
}

// readTo notes how far the shard was read.
func (s *shard) readTo(at time.Time) {
	if at.After(s.plan.To) {
		at = s.plan.To
	}
	before := s.counted.To.Value
	if at.After(before) {
		s.counted.To.Value = at.UTC().Truncate(time.Millisecond)
	}
	s.advanced(s.counted.To.Value.Sub(before).Seconds() / s.plan.To.Sub(s.plan.From).Seconds())
}

// ended begins to read the shards that the shard was split or merged into.
func (s *shard) ended(ctx context.Context, out *kinesis.GetRecordsOutput) error {
	s.counted.Closed = true
	for i := range out.ChildShards {
		c := &out.ChildShards[i]
		sh, err := shardOf(getRecords, c.ShardId, c.HashKeyRange)
		if err != nil {
			return err
		}
		s.begin(ctx, sh, s.counted.To.Value)
	}
	return nil
}

// isExpired reports whether an iterator was too old.
func isExpired(err error) bool {
	var expired *types.ExpiredIteratorException
	return errors.As(err, &expired)
}

// failed waits before the next attempt of a call, or returns why there is none. Waits double, and
// are drawn at random up to that.
func (s *shard) failed(ctx context.Context, err error) error {
	failure := cloudwatch.Explain(err)
	s.failures++
	switch failure.Cause {
	case cloudwatch.Throttled:
		s.throttled++
	case cloudwatch.ServerFault, cloudwatch.Unreachable, cloudwatch.TimedOut, cloudwatch.Garbled:
	default:
		return failure
	}
	if s.failures >= s.Policy.Attempts {
		return failure
	}
	longest := min(s.Policy.MostWait, time.Second<<min(s.failures, 10))
	s.next = later(s.next, s.Now().Add(longest/2+rand.N(longest/2+1)))
	return ctx.Err()
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// wait waits, unless the context ends.
func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
