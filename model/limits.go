package model

import (
	"reflect"
	"slices"

	"github.com/kcalc/kcalc/model/unit"
)

// Limit is a number that AWS publishes, with where and when it was read.
type Limit[T ~float64 | ~int | ~int64] struct {
	Value  T
	What   string // what it bounds
	Source string // address of the page
	AsOf   string // day on which the page said so, YYYY-MM-DD
}

// Limits are the published numbers that a capacity plan rests on. Formulas take
// them as an argument, so that a check can lift or scale one.
type Limits struct {
	ShardWriteBytes     Limit[unit.BytesPerSecond]   // Wb
	ShardWriteRecords   Limit[unit.RecordsPerSecond] // Wr, Kinesis records
	ShardReadBytes      Limit[unit.BytesPerSecond]   // Rb, all standard consumers together
	ShardReadCalls      Limit[float64]               // Rc, GetRecords calls a second
	FanOutBytes         Limit[unit.BytesPerSecond]   // Eb, each enhanced fan-out consumer
	FanOutDelay         Limit[unit.Duration]
	FanOutConsumers     Limit[int]
	FanOutConsumersMost Limit[int] // with On-demand Advantage
	PollRecords         Limit[int]
	PollBytes           Limit[unit.Bytes]
	RecordSize          Limit[unit.Bytes] // default of a stream
	RecordSizeMost      Limit[unit.Bytes] // what a stream can be set to
	LambdaPayload       Limit[unit.Bytes]
	LambdaConcurrency   Limit[int]
	LambdaBatch         Limit[int]
	LambdaFactor        Limit[int]
	LambdaTimeout       Limit[unit.Duration]
	LambdaPoll          Limit[unit.Duration]
	LambdaWindow        Limit[unit.Duration]
	LambdaRetries       Limit[int]
	LambdaAgeLeast      Limit[unit.Duration]
	LambdaAgeMost       Limit[unit.Duration]
	ManagedTimeout      Limit[unit.Duration]
	ManagedBytes        Limit[unit.BytesPerSecond] // of a mapping to a function on Managed Instances
	PutRecords          Limit[int]
	ProducerPatience    Limit[unit.Duration]
	PutBytes            Limit[unit.Bytes]
	RetentionLeast      Limit[unit.Duration]
	RetentionMost       Limit[unit.Duration]
	RetentionIncluded   Limit[unit.Duration]
	RetentionExtended   Limit[unit.Duration]
	StreamShards        Limit[int]
	ReshardsPerDay      Limit[int]
	ReshardFactor       Limit[float64]
	ReshardOperation    Limit[unit.Duration]
	OnDemandWrite       Limit[unit.BytesPerSecond] // of a new stream
	OnDemandRecords     Limit[unit.RecordsPerSecond]
	OnDemandGrowth      Limit[float64] // times the peak of 30 days
	OnDemandMemory      Limit[unit.Duration]
	OnDemandLag         Limit[unit.Duration]
	AggregateOverhead   Limit[unit.Bytes]
	AggregatedOverhead  Limit[unit.Bytes] // per user record
	LambdaEnvelope      Limit[unit.Bytes] // per record of an invocation
	LambdaEncoding      Limit[float64]
	PutPayloadUnit      Limit[unit.Bytes]
	OnDemandRounding    Limit[unit.Bytes]
	AdvantageCommitment Limit[unit.BytesPerSecond]
	ShardMetrics        Limit[float64]
	shardQuotas         []shardQuota
	onDemandQuotas      []onDemandQuota
}

// shardQuota is the default number of shards of an account in some Regions; one
// without Regions is for all the others.
type shardQuota struct {
	Limit[int]
	regions []Region
}

// OnDemandQuota is what an on-demand stream is scaled to at most in a Region,
// unless AWS is asked for more. Enhanced fan-out has its own bandwidth besides.
type OnDemandQuota struct{ Write, Read Limit[unit.BytesPerSecond] }

// onDemandQuota is the quota of some Regions; one without Regions is that of all
// the others.
type onDemandQuota struct {
	OnDemandQuota
	regions []Region
}

// Pages that the limits were read from.
const (
	quotasPage        = "https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html"
	reshardPage       = "https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html"
	putRecordsPage    = "https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html"
	getRecordsPage    = "https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html"
	fanOutPage        = "https://docs.aws.amazon.com/streams/latest/dev/enhanced-consumers.html"
	consumersPage     = "https://docs.aws.amazon.com/streams/latest/dev/building-consumers.html"
	onDemandPage      = "https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html"
	aggregationPage   = "https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md"
	producerPage      = "https://github.com/awslabs/amazon-kinesis-producer"
	lambdaPage        = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"
	pricingPage       = "https://aws.amazon.com/kinesis/data-streams/pricing/"
	metricsPage       = "https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html"
	retentionPage     = "https://docs.aws.amazon.com/kinesis/latest/APIReference/API_IncreaseStreamRetentionPeriod.html"
	lambdaPollPage    = "https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html"
	sourceMappingPage = "https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"
	largePage         = "https://docs.aws.amazon.com/streams/latest/dev/large-records.html"
)

// PublishedLimits returns AWS's default limits. Where AWS writes MB it counts
// 2^20 bytes: the SDK's reference says "1 MiB/s write, 2 MiB/s read".
func PublishedLimits() Limits {
	const quotas, reference = "2026-10-09", "2026-11-05"
	return Limits{
		ShardWriteBytes: Limit[unit.BytesPerSecond]{unit.BytesPerSecond(unit.MiB),
			"bytes written to a shard, a second", quotasPage, quotas},
		ShardWriteRecords: Limit[unit.RecordsPerSecond]{1000, "records written to a shard, a second", quotasPage,
			quotas},
		ShardReadBytes: Limit[unit.BytesPerSecond]{unit.BytesPerSecond(2 * unit.MiB),
			"bytes read from a shard by all standard consumers together, a second", quotasPage, quotas},
		ShardReadCalls: Limit[float64]{5,
			"GetRecords calls to a shard by all standard consumers together, a second", quotasPage, quotas},
		FanOutBytes: Limit[unit.BytesPerSecond]{unit.BytesPerSecond(2 * unit.MiB),
			"bytes read from a shard by one enhanced fan-out consumer, a second", quotasPage, quotas},
		FanOutDelay: Limit[unit.Duration]{70e6, "delay of a record to an enhanced fan-out consumer, about",
			fanOutPage, "2022-08-31"},
		FanOutConsumers: Limit[int]{20, "enhanced fan-out consumers of a stream", quotasPage, quotas},
		FanOutConsumersMost: Limit[int]{50, "enhanced fan-out consumers of a stream, with On-demand Advantage",
			quotasPage, quotas},
		PollRecords: Limit[int]{10_000, "records that a GetRecords call returns", getRecordsPage, reference},
		PollBytes: Limit[unit.Bytes]{10 * unit.MiB, "bytes that a GetRecords call returns", getRecordsPage,
			reference},
		RecordSize: Limit[unit.Bytes]{unit.MiB,
			"bytes of a record with its partition key, unless the stream is set otherwise", quotasPage, quotas},
		RecordSizeMost: Limit[unit.Bytes]{10 * unit.MiB, "bytes of a record with its partition key, at most",
			largePage, "2025-11-01"},
		LambdaPayload: Limit[unit.Bytes]{6 * unit.MiB, "bytes of the payload of a Lambda invocation", lambdaPage,
			reference},
		LambdaConcurrency: Limit[int]{1000, "concurrent Lambda invocations of an account, by default", lambdaPage,
			reference},
		LambdaBatch: Limit[int]{10_000, "records of a Lambda invocation", sourceMappingPage, reference},
		LambdaFactor: Limit[int]{10, "concurrent Lambda invocations of a shard (the parallelization factor)",
			sourceMappingPage, reference},
		LambdaTimeout: Limit[unit.Duration]{900e9, "duration of a Lambda invocation", lambdaPage, reference},
		LambdaPoll: Limit[unit.Duration]{1e9, "time between the polls of an event source mapping to a shard",
			lambdaPollPage, "2023-10-30"},
		LambdaWindow: Limit[unit.Duration]{300e9, "batching window of an event source mapping, at most",
			sourceMappingPage, reference},
		LambdaRetries: Limit[int]{10_000, "retries of a batch by an event source mapping, where they are bounded",
			sourceMappingPage, reference},
		LambdaAgeLeast: Limit[unit.Duration]{60e9,
			"age at which an event source mapping gives up a record, at least", sourceMappingPage, reference},
		LambdaAgeMost: Limit[unit.Duration]{7 * unit.Day,
			"age at which an event source mapping gives up a record, at most", sourceMappingPage, reference},
		ManagedTimeout: Limit[unit.Duration]{90 * 60e9,
			"duration of an invocation by an event source mapping on Lambda Managed Instances", lambdaPage, "2026-09-09"},
		ManagedBytes: Limit[unit.BytesPerSecond]{unit.BytesPerSecond(25 * unit.MiB),
			"bytes a second that an event source mapping takes to Lambda Managed Instances (more on request)", lambdaPage,
			"2026-09-09"},
		PutRecords: Limit[int]{500, "records of a PutRecords call", putRecordsPage, reference},
		PutBytes: Limit[unit.Bytes]{10 * unit.MiB, "bytes of a PutRecords call, with the partition keys",
			putRecordsPage, reference},
		RetentionLeast: Limit[unit.Duration]{unit.Day, "retention of a stream, at least", retentionPage,
			reference},
		RetentionMost: Limit[unit.Duration]{365 * unit.Day, "retention of a stream, at most", retentionPage,
			reference},
		RetentionIncluded: Limit[unit.Duration]{unit.Day, "retention that every mode includes", pricingPage,
			"2026-09-01"},
		RetentionExtended: Limit[unit.Duration]{7 * unit.Day,
			"retention beyond which data is long-term and billed by the GB", pricingPage, "2026-09-01"},
		StreamShards: Limit[int]{10_000, "shards that UpdateShardCount scales a stream to", reshardPage,
			reference},
		ReshardsPerDay: Limit[int]{10, "UpdateShardCount calls for a stream in 24 hours", reshardPage, reference},
		ReshardFactor: Limit[float64]{2,
			"times the current shard count that UpdateShardCount scales up to; it scales down to one part in as many", reshardPage, reference},
		ReshardOperation: Limit[unit.Duration]{30e9, "time that a split or a merge takes, about, one after the other (AWS's " +
			"FAQ of earlier years: 30,000 s from 1,000 shards to 2,000; today it says minutes)",
			"https://aws.amazon.com/kinesis/data-streams/faqs/", "2026-11-27"},
		OnDemandWrite: Limit[unit.BytesPerSecond]{unit.BytesPerSecond(4 * unit.MiB),
			"bytes written to a new on-demand stream, a second", onDemandPage, "2025-11-01"},
		OnDemandRecords: Limit[unit.RecordsPerSecond]{4000, "records written to a new on-demand stream, a second",
			onDemandPage, "2025-11-01"},
		OnDemandGrowth: Limit[float64]{2,
			"times its highest write traffic of 30 days that an on-demand stream takes", onDemandPage, "2025-11-01"},
		OnDemandMemory: Limit[unit.Duration]{30 * unit.Day,
			"time of which an on-demand stream's highest write traffic counts", onDemandPage, "2025-11-01"},
		OnDemandLag: Limit[unit.Duration]{15 * 60e9,
			"time within which an on-demand stream is scaled to its traffic", onDemandPage, "2025-11-01"},
		ProducerPatience: Limit[unit.Duration]{30e9,
			"time after which the KPL gives up a record that is throttled, by default (RecordTtl)",
			producerPage, "2026-03-31"},
		AggregateOverhead: Limit[unit.Bytes]{20, "bytes that the KPL adds to an aggregate (magic number and digest)",
			aggregationPage, "2026-03-31"},
		AggregatedOverhead: Limit[unit.Bytes]{10, "bytes that the KPL adds to a user record in an aggregate, about",
			aggregationPage, "2026-03-31"},
		LambdaEnvelope: Limit[unit.Bytes]{300,
			"bytes of JSON around a record in an invocation's payload (an estimate)", lambdaPage, reference},
		LambdaEncoding: Limit[float64]{4.0 / 3,
			"times its size that a record takes in an invocation's payload (base64)", lambdaPage, reference},
		PutPayloadUnit: Limit[unit.Bytes]{25 * unit.KiB,
			"bytes of a PUT payload unit, into which each record is rounded up", pricingPage, "2026-09-01"},
		OnDemandRounding: Limit[unit.Bytes]{unit.KiB,
			"bytes to which on-demand rounds up each record that is written", pricingPage, "2026-09-01"},
		AdvantageCommitment: Limit[unit.BytesPerSecond]{unit.BytesPerSecond(25 * unit.MiB),
			"bytes a second to which On-demand Advantage commits an account in a Region, each way", pricingPage, "2025-11-03"},
		ShardMetrics: Limit[float64]{7, "shard-level metrics of a shard, billed as CloudWatch custom metrics",
			metricsPage, "2022-08-31"},
		shardQuotas: []shardQuota{
			{Limit[int]{20_000, "shards of an account in us-east-1, us-west-2 and eu-west-1, by default", quotasPage,
				quotas}, []Region{"us-east-1", "us-west-2", "eu-west-1"}},
			{Limit[int]{1000, "shards of an account in any other Region, by default (6,000 in some)", quotasPage,
				quotas}, nil},
		},
		onDemandQuotas: []onDemandQuota{
			{OnDemandQuota{
				Limit[unit.BytesPerSecond]{unit.BytesPerSecond(10 * unit.GiB),
					"bytes written to an on-demand stream in us-east-1, us-west-2 and eu-west-1, a second, at most", quotasPage, quotas},
				Limit[unit.BytesPerSecond]{unit.BytesPerSecond(20 * unit.GiB),
					"bytes read from such a stream there by all standard consumers together, a second, at most", quotasPage, quotas},
			}, []Region{"us-east-1", "us-west-2", "eu-west-1"}},
			{OnDemandQuota{
				Limit[unit.BytesPerSecond]{unit.BytesPerSecond(200 * unit.MiB),
					"bytes written to an on-demand stream in any other Region, a second, by default (10 GiB/s on request)", quotasPage, quotas},
				Limit[unit.BytesPerSecond]{unit.BytesPerSecond(400 * unit.MiB),
					"bytes read from such a stream in any other Region, likewise, by default (20 GiB/s on request)", quotasPage, quotas},
			}, nil},
		},
	}
}

// OnDemandQuota returns the default quota of an on-demand stream in a Region. Where
// none is named it is the highest.
func (l *Limits) OnDemandQuota(region Region) OnDemandQuota {
	if region == "" {
		return l.onDemandQuotas[0].OnDemandQuota
	}
	others := len(l.onDemandQuotas) - 1
	for _, q := range l.onDemandQuotas[:others] {
		if slices.Contains(q.regions, region) {
			return q.OnDemandQuota
		}
	}
	return l.onDemandQuotas[others].OnDemandQuota
}

// ShardQuota returns the default quota of shards of an account in a Region. For
// a Region that AWS does not name it is the smaller of the two it gives.
func (l *Limits) ShardQuota(region Region) Limit[int] {
	for _, q := range l.shardQuotas {
		for _, r := range q.regions {
			if r == region {
				return q.Limit
			}
		}
	}
	return l.shardQuotas[len(l.shardQuotas)-1].Limit
}

// Published is a limit as a line of a list.
type Published struct {
	What, Text, Source, AsOf string
}

// Published returns the limit as a line of a list.
func (l Limit[T]) Published() Published { return Published{l.What, l.text(), l.Source, l.AsOf} }

// text returns the limit's value as a sentence shows it.
func (l Limit[T]) text() string {
	switch v := any(l.Value).(type) {
	case unit.Bytes:
		return v.Prose()
	case unit.BytesPerSecond:
		return v.Prose()
	case unit.RecordsPerSecond:
		return v.Prose()
	case unit.Duration:
		return v.String()
	case unit.USD:
		return "$" + v.String()
	}
	return unit.Grouped(float64(l.Value), 3)
}

// List returns every limit, in the order of the type, then the quotas.
func (l *Limits) List() []Published {
	var list []Published
	for fields, i := reflect.ValueOf(l).Elem(), 0; i < fields.NumField(); i++ {
		if f := fields.Field(i); f.CanInterface() {
			list = append(list, f.Interface().(interface{ Published() Published }).Published())
		}
	}
	for _, q := range l.shardQuotas {
		list = append(list, q.Published())
	}
	for _, q := range l.onDemandQuotas {
		list = append(list, q.Write.Published(), q.Read.Published())
	}
	return list
}
