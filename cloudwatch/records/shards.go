package records

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/untrusted"
)

// Shard is a shard and its hash keys.
type Shard struct {
	ID string
	model.HashRange
}

// The calls, as IAM names them.
const (
	listShards = "kinesis:ListShards"
	getRecords = "kinesis:GetRecords"
	getShardIt = "kinesis:GetShardIterator"
)

// Bounds of what is listed, far beyond what any account may have.
const (
	mostPages  = 1000
	mostShards = 100_000
	longestID  = 128
)

// Shards returns the shards that were open at a time; for one before the stream's first record,
// those of its first. The error is a cloudwatch.Failure.
func (r *Reader) Shards(ctx context.Context, stream model.Name, at time.Time) ([]Shard, error) {
	list, err := r.list(ctx, stream, &types.ShardFilter{Type: types.ShardFilterTypeAtTimestamp, Timestamp: aws.Time(at)})
	if err == nil && len(list) == 0 {
		list, err = r.list(ctx, stream, &types.ShardFilter{Type: types.ShardFilterTypeAtTrimHorizon})
	}
	if err == nil && len(list) == 0 {
		err = garbled(listShards, "it lacks a shard, of which every stream has one")
	}
	if err != nil {
		return nil, cloudwatch.Explain(err)
	}
	return list, nil
}

func (r *Reader) list(ctx context.Context, stream model.Name, filter *types.ShardFilter) ([]Shard, error) {
	var list []Shard
	input := &kinesis.ListShardsInput{StreamName: aws.String(string(stream)), ShardFilter: filter}
	for page := 1; ; page++ {
		out, err := r.Client.ListShards(ctx, input)
		if err != nil {
			return nil, err
		}
		for i := range out.Shards {
			sh, err := shardOf(listShards, out.Shards[i].ShardId, out.Shards[i].HashKeyRange)
			if err != nil {
				return nil, err
			}
			list = append(list, sh)
		}
		if out.NextToken == nil {
			return list, nil
		}
		if page == mostPages || len(list) > mostShards {
			return nil, garbled(listShards, "it does not end")
		}
		input = &kinesis.ListShardsInput{NextToken: out.NextToken}
	}
}

// shardOf returns a shard as AWS tells it.
func shardOf(action string, id *string, hashes *types.HashKeyRange) (Shard, error) {
	text := aws.ToString(id)
	if text == "" || len(text) > longestID || untrusted.Printable(text) != text || hashes == nil {
		return Shard{}, garbled(action, fmt.Sprintf("a shard is %q", untrusted.Excerpt(text, longestID)))
	}
	first, err := model.ParseHash(aws.ToString(hashes.StartingHashKey))
	last, lastErr := model.ParseHash(aws.ToString(hashes.EndingHashKey))
	if err != nil || lastErr != nil || last.Less(first) {
		return Shard{}, garbled(action, "shard "+text+" has no hash range")
	}
	return Shard{text, model.HashRange{First: first, Last: last}}, nil
}

// garbled returns the failure of an answer that has what cannot be.
func garbled(action, detail string) error {
	return &cloudwatch.Failure{Action: action, Cause: cloudwatch.Garbled, Detail: detail}
}
