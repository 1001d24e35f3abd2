// Package inventory reads what a stream is set to and who reads it, from the
// Kinesis and Lambda APIs. It only makes calls that read; a test holds that none
// of the clients' other methods can be reached.
package inventory

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// Reader reads inventories.
type Reader struct {
	Kinesis *kinesis.Client
	Lambda  *lambda.Client
}

// Inventory is what a stream is set to, as far as it could be read.
type Inventory struct {
	model.Configuration

	// ClosedShards are those whose data has not expired yet: they have metrics.
	ClosedShards []string

	// Gaps are the parts that a missing permission kept from being read, and Warnings
	// name them.
	Gaps     []Gap
	Warnings []notice.Notice

	// Skew is how far AWS's clock is ahead of this machine's.
	Skew time.Duration

	// Status is the stream's, such as ACTIVE or UPDATING, "" where it could not be read.
	Status string

	// ARN is the stream's, "" where it could not be read.
	ARN string

	registered model.Maybe[int] // how many consumers are, as the summary says
	arns       []string         // of Consumers
}

// Gap is a part that could not be read, and what is not known without it.
type Gap struct {
	*cloudwatch.Failure
	Unknown string
}

// Account returns the number of the stream's account, "" where its ARN has none.
func (inv *Inventory) Account() string {
	parts := strings.SplitN(inv.ARN, ":", 6) // arn:partition:service:region:account:resource
	if len(parts) < 6 || len(parts[4]) != 12 || strings.Trim(parts[4], "0123456789") != "" {
		return ""
	}
	return parts[4]
}

// part is one part of an inventory, and what is not known without it.
type part struct {
	read    func(*Reader, context.Context, model.Name, *Inventory) error
	unknown string
}

// What is not known where a permission is missing.
const (
	unknownAdvantage = "whether On-demand Advantage is on; On-demand Standard is assumed"
	unknownFunctions = "the Lambda functions that read the stream"
)

// ofStream returns the parts of a stream's inventory, in their order: some need the ARN of the first.
// What streams have in common is read by what is handed in.
func ofStream(advantage func(context.Context, *Inventory) error, mappings listMappingsOf) []part {
	return []part{
		{(*Reader).summary, "the stream's mode, shard count, retention, record size limit and monitoring, and who reads it (which " +
			"needs the stream's ARN)"},
		{func(_ *Reader, ctx context.Context, _ model.Name, inv *Inventory) error { return advantage(ctx, inv) }, unknownAdvantage},
		{(*Reader).shards, "the shards and their hash ranges, and with them the shard-level metrics"},
		{(*Reader).consumers, "the enhanced fan-out consumers and the functions that read as one"},
		{func(r *Reader, ctx context.Context, _ model.Name, inv *Inventory) error {
			return r.functions(ctx, inv, mappings)
		},
			unknownFunctions},
	}
}

// ofShards are those that a change of its shards rests on.
var ofShards = []part{
	{(*Reader).summary, "the stream's mode, whether it is ACTIVE, its shard count, and its consumers (which needs the stream's ARN)"},
	{(*Reader).shards, "the hash ranges of the shards"},
	{(*Reader).consumers, "the enhanced fan-out consumers"},
}

// Read reads the inventory of a stream. Where a permission is missing, the rest
// is read without it. The error is a cloudwatch.Failure.
func (r *Reader) Read(ctx context.Context, stream model.Name) (*Inventory, error) {
	return r.parts(ctx, stream, &Inventory{}, ofStream(r.advantage, r.mappings))
}

// ReadShards reads of a stream what a change of its shards rests on: its mode and status, the open
// shards, and its enhanced fan-out consumers. It asks neither for the account's settings nor for
// functions, and else is as Read.
func (r *Reader) ReadShards(ctx context.Context, stream model.Name) (*Inventory, error) {
	return r.parts(ctx, stream, &Inventory{}, ofShards)
}

// parts reads some parts into an inventory, and returns it.
func (r *Reader) parts(ctx context.Context, stream model.Name, inv *Inventory, parts []part) (*Inventory, error) {
	for _, p := range parts {
		err := p.read(r, ctx, stream, inv)
		if err == nil {
			continue
		}
		failure := cloudwatch.Explain(err)
		if failure.Cause != cloudwatch.Denied {
			return nil, failure
		}
		inv.Gaps = append(inv.Gaps, Gap{failure, p.unknown})
		inv.Warnings = append(inv.Warnings, notice.PermissionMissing(failure.Action, p.unknown))
	}
	return inv, nil
}

// summary reads the answer of DescribeStreamSummary.
func (r *Reader) summary(ctx context.Context, stream model.Name, inv *Inventory) error {
	out, err := r.Kinesis.DescribeStreamSummary(ctx,
		&kinesis.DescribeStreamSummaryInput{StreamName: aws.String(string(stream))})
	if err != nil {
		return err
	}
	s := out.StreamDescriptionSummary
	if s == nil || s.StreamARN == nil || s.OpenShardCount == nil || s.RetentionPeriodHours == nil {
		return missing(describeSummary, "the stream's ARN, shard count and retention")
	}
	if err := checkSummary(s); err != nil {
		return err
	}
	inv.Skew, _ = middleware.GetAttemptSkew(out.ResultMetadata)
	inv.OpenShards = model.Known(int(*s.OpenShardCount))
	inv.Retention = model.Known(unit.Duration(time.Duration(*s.RetentionPeriodHours) * time.Hour))
	inv.ShardMetrics = model.Known(shardMetrics(s.EnhancedMonitoring))
	inv.Mode = model.Known(model.Provisioned) // which older streams do not say
	if s.StreamModeDetails != nil && s.StreamModeDetails.StreamMode == types.StreamModeOnDemand {
		inv.Mode = model.Known(model.OnDemandStandard)
	}
	if s.MaxRecordSizeInKiB != nil {
		inv.MaxRecordSize = model.Known(unit.Bytes(*s.MaxRecordSizeInKiB) * unit.KiB)
	}
	if s.WarmThroughput != nil && s.WarmThroughput.CurrentMiBps != nil {
		inv.WarmThroughput = model.Known(unit.BytesPerSecond(*s.WarmThroughput.CurrentMiBps) * unit.BytesPerSecond(unit.MiB))
	}
	if s.ConsumerCount != nil {
		inv.registered = model.Known(int(*s.ConsumerCount))
	}
	inv.ARN, inv.Status = *s.StreamARN, string(s.StreamStatus)
	inv.Created = createdAt(s.StreamCreationTimestamp)
	return nil
}

// shardMetrics returns the shard-level metrics that are on, each by its name.
func shardMetrics(monitoring []types.EnhancedMetrics) []string {
	on := []string{}
	for _, m := range monitoring {
		for _, name := range m.ShardLevelMetrics {
			if name == types.MetricsNameAll {
				for _, each := range name.Values() {
					on = append(on, string(each))
				}
			}
			on = append(on, string(name))
		}
	}
	on = slices.DeleteFunc(on, func(name string) bool { return name == string(types.MetricsNameAll) })
	slices.Sort(on)
	return slices.Compact(on)
}

// advantage asks whether the account commits to On-demand Advantage, where the stream is
// on-demand.
func (r *Reader) advantage(ctx context.Context, inv *Inventory) error {
	if inv.Mode.Value != model.OnDemandStandard {
		return nil
	}
	on, err := r.isCommitted(ctx)
	if on {
		inv.Mode = model.Known(model.OnDemandAdvantage)
	}
	return err
}

// isCommitted reports whether the account commits to On-demand Advantage in the Region.
func (r *Reader) isCommitted(ctx context.Context) (bool, error) {
	out, err := r.Kinesis.DescribeAccountSettings(ctx, &kinesis.DescribeAccountSettingsInput{})
	if err != nil {
		return false, err
	}
	c := out.MinimumThroughputBillingCommitment
	return c != nil && c.Status != "" && c.Status != types.MinimumThroughputBillingCommitmentOutputStatusDisabled, nil
}

// shards lists the shards, page after page. Further pages are asked for by the
// token alone: Kinesis refuses the stream's name beside it.
func (r *Reader) shards(ctx context.Context, stream model.Name, inv *Inventory) error {
	input := &kinesis.ListShardsInput{StreamName: aws.String(string(stream))}
	open, list := []model.Shard{}, listing{action: listShards, most: mostShards}
	for {
		if err := list.turn(); err != nil {
			return err
		}
		out, err := r.Kinesis.ListShards(ctx, input)
		if err != nil {
			return err
		}
		for _, s := range out.Shards {
			if s.ShardId == nil || s.HashKeyRange == nil || s.SequenceNumberRange == nil {
				return missing(listShards, "a shard's id and ranges")
			}
			if err := list.shard(&s); err != nil {
				return err
			}
			if s.SequenceNumberRange.EndingSequenceNumber != nil {
				inv.ClosedShards = append(inv.ClosedShards, *s.ShardId)
				continue
			}
			open = append(open, model.Shard{ID: *s.ShardId, FirstHash: aws.ToString(s.HashKeyRange.StartingHashKey),
				LastHash: aws.ToString(s.HashKeyRange.EndingHashKey)})
		}
		if out.NextToken == nil {
			break
		}
		input = &kinesis.ListShardsInput{NextToken: out.NextToken}
	}
	if len(open) == 0 {
		return missing(listShards, "an open shard, of which every stream has one")
	}
	slices.SortFunc(open, byHash)
	inv.Shards, inv.Configuration.ClosedShards = model.Known(open), model.Known(len(inv.ClosedShards))
	return nil
}

// byHash orders shards by where their hash range begins. Hash keys are decimal
// numbers without leading zeros.
func byHash(a, b model.Shard) int {
	if d := len(a.FirstHash) - len(b.FirstHash); d != 0 {
		return d
	}
	if a.FirstHash < b.FirstHash {
		return -1
	}
	return 1
}

// consumers lists the enhanced fan-out consumers, unless the summary says that there are none.
func (r *Reader) consumers(ctx context.Context, _ model.Name, inv *Inventory) error {
	if inv.ARN == "" {
		return nil
	}
	if inv.registered == model.Known(0) {
		inv.Consumers = model.Known([]model.FanOutConsumer{})
		return nil
	}
	list, check := []model.FanOutConsumer{}, listing{action: listConsumers, most: mostReaders}
	pages := kinesis.NewListStreamConsumersPaginator(r.Kinesis,
		&kinesis.ListStreamConsumersInput{StreamARN: aws.String(inv.ARN)})
	for pages.HasMorePages() {
		if err := check.turn(); err != nil {
			return err
		}
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, c := range page.Consumers {
			if err := check.consumer(&c); err != nil {
				return err
			}
			list = append(list, model.FanOutConsumer{Name: model.Name(aws.ToString(c.ConsumerName)),
				Status: string(c.ConsumerStatus), Created: createdAt(c.ConsumerCreationTimestamp)})
			inv.arns = append(inv.arns, aws.ToString(c.ConsumerARN))
		}
	}
	inv.Consumers = model.Known(list)
	return nil
}

// createdAt returns when something was created, in UTC as a history has its times.
func createdAt(at *time.Time) model.Maybe[time.Time] {
	if at == nil || at.IsZero() {
		return model.Maybe[time.Time]{}
	}
	return model.Known(at.UTC())
}
