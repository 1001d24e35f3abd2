package notice

import (
	"fmt"

	"github.com/kcalc/kcalc/model/unit"
)

// Why no number of shards carries a workload. Those about one constraint have its id.
var (
	aheadDoesNotFit = declare("ahead-does-not-fit", "ahead", Changes)
	streamShards    = declare("stream-shards", "ceilings", Changes)
	fanOutConsumers = declare("fan-out-consumers", "ceilings", Changes)
	calls           = declare("consumer-limit.calls", "consumer-limit.calls", Changes)
	keyLimit        = declare("key-limit", "key-limit", Changes)
	keyBeyond       = declare("key-beyond", "key-limit", Changes)
	equalShards     = declare("equal-shards", "key-limit", Changes)
	payload         = declare("consumption-speed", "consumption-speed", Changes)
	delay           = declare("acceptable-latency", "acceptable-latency", Changes)
)

// What a reader of a plan should know.
var (
	recommendedAboveLimit = declare("recommended-above-limit", "ceilings", Weakens)
	shardQuota            = declare("shard-quota", "ceilings", Weakens)
	onDemandQuota         = declare(OnDemandQuotaID, "scaling", Weakens)
	onDemandReads         = declare(OnDemandReadsID, "scaling", Weakens)
	partitionKeySize      = declare(PartitionKeySizeID, "ceilings", Weakens)
	largeRecord           = declare("large-record", "ceilings", Weakens)
	aggregationIdle       = declare("aggregation-idle", "aggregation", Note)
	skewHeadroom          = declare("skew-headroom", "skew-and-burst", Weakens)
	readsForAverage       = declare("reads-for-average", "ceilings", Note)
	latencyFloor          = declare("latency-floor", "ceilings", Weakens)
	retentionOutage       = declare("retention-outage", "ceilings", Changes)
	retentionReprocess    = declare("retention-reprocess", "ceilings", Changes)
	retentionBacklog      = declare("retention-backlog", "acceptable-latency.backlog", Changes)
	retentionSurge        = declare("retention-surge", "ceilings", Changes)
	factorIdle            = declare("parallelization-factor", "advice", Note)
	lambdaPayload         = declare("lambda-payload", "ceilings", Weakens)
	lambdaPoll            = declare("lambda-poll", "ceilings", Note)
	lambdaConcurrency     = declare("lambda-concurrency", "consumer-limit.concurrency", Weakens)
	totalSpeed            = declare("total-speed", "consumption-speed", Weakens)
	managedInstances      = declare("managed-instances", "consumption-speed", Changes)
	parentFirst           = declare("parent-first", "acceptable-latency.backlog", Changes)
	poisonPill            = declare("poison-pill", "poison-pill", Note)
	recordAge             = declare("max-record-age", "poison-pill", Changes)
	idleWorkers           = declare("idle-workers", "consumption-speed", Note)
	inputUnused           = declare("input-unused", "ceilings", Weakens)
)

// count writes a whole number with its thousands apart.
func count(n int) string { return unit.Grouped(float64(n), 0) }

// StreamShards says that the minimum is above what UpdateShardCount scales a stream
// to; so many streams would do.
func StreamShards(minimum, most, streams int) Notice {
	return streamShards.notice(
		fmt.Sprintf(
			"The workload needs at least %s shards; UpdateShardCount scales a stream to at most %s.",
			count(minimum),
			count(most),
		),
		fmt.Sprintf(
			"Split the traffic over %s streams or more, or take a change below that lowers the need.",
			count(streams),
		),
	)
}

// RecordAbovePayload says that no invocation of a Lambda function takes a record.
func RecordAbovePayload(consumer string, record, most, envelope unit.Bytes) Notice {
	return payload.about(consumer,
		fmt.Sprintf("A record of %s does not fit into the %s payload of an invocation of %s (estimate: 4/3 of its size "+
			"for base64, and %s around it).",
			record.Prose(), most.Prose(), consumer, envelope.Prose()),
		"Make the records smaller, or pass large payloads by reference.")
}

// DelayBelowFloor says that records reach a consumer later than its delay bound
// allows, whatever the shards.
func DelayBelowFloor(consumer string, floor unit.Duration, parts string, latency unit.Duration, remedy string) Notice {
	return delay.about(consumer,
		fmt.Sprintf("Records reach %s up to %s after they were written (%s), which is more than the %s that any record "+
			"may wait. More shards do not help.",
			consumer, floor, parts, latency), remedy)
}

// RecommendedAboveLimit says that the recommended shards, but not the minimum, are
// more than UpdateShardCount scales a stream to.
func RecommendedAboveLimit(recommended, most, minimum int) Notice {
	return recommendedAboveLimit.notice(
		fmt.Sprintf("The recommended %s shards are more than the %s that UpdateShardCount scales a stream to; the minimum "+
			"of %s is not.", count(recommended), count(most), count(minimum)),
		"Split the traffic over two streams, or accept a higher {target_utilization}.")
}

// ShardQuota says that the shards are above the account's default quota.
func ShardQuota(recommended, quota int, what, region string) Notice {
	return shardQuota.notice(
		fmt.Sprintf(
			"%s shards are more than the default quota of %s: %s %s.",
			count(recommended),
			region,
			count(quota),
			what,
		),
		"Ask AWS for a higher quota before you scale; DescribeLimits shows the one that you have.",
	)
}

// Ids of the notices of on-demand's quotas.
const (
	OnDemandQuotaID = "on-demand-quota"
	OnDemandReadsID = "on-demand-reads"
)

// OnDemandQuota says that on-demand mode does not take what is written, when, in a
// Region by default.
func OnDemandQuota(
	region string,
	most unit.BytesPerSecond,
	mostRecords unit.RecordsPerSecond,
	when, bytes string,
	records unit.RecordsPerSecond,
) Notice {
	return onDemandQuota.notice(
		fmt.Sprintf("On-demand, a stream in %s takes up to %s and %s of writes by default; the %s brings %s and %s.",
			region, most.Prose(), mostRecords.Prose(), when, bytes, records.Prose()),
		askForQuota)
}

// OnDemandQuotaReached says that in a replay an on-demand stream grows as far as its
// Region lets it by default.
func OnDemandQuotaReached(region string, most unit.BytesPerSecond, shards float64) Notice {
	return onDemandQuota.notice(
		fmt.Sprintf("AWS scales an on-demand stream in %s to %s of writes by default, which takes %s shards. The replay "+
			"gets there and does not add more.",
			region, most.Prose(), unit.Grouped(shards, 0)),
		askForQuota)
}

const askForQuota = "Ask AWS for a higher quota before you choose on-demand, split the traffic over several " +
	"streams, or stay provisioned."

// OnDemandReads says that on-demand mode does not give what standard consumers read.
func OnDemandReads(region string, quota unit.BytesPerSecond, consumers int, read string) Notice {
	return onDemandReads.notice(
		fmt.Sprintf("On-demand, the standard consumers of a stream in %s read up to %s together by default; the %s of "+
			"this one read %s of the peak.",
			region, quota.Prose(), unit.Plural(consumers, "standard consumer"), read),
		"Ask AWS for a higher quota before you choose on-demand, or move some of them to enhanced fan-out.")
}

// PartitionKeySizeID is the id of the notice that no size of partition keys was given.
const PartitionKeySizeID = "partition-key-size"

// PartitionKeySize says that no size of partition keys was given.
func PartitionKeySize() Notice {
	return partitionKeySize.notice("Partition keys are taken as 0 B; real ones count towards every byte limit like "+
		"payload.",
		"Give their size: a UUID has 36 B.")
}

// LargeRecord says that a record with its key is above what a stream takes unless it
// is set otherwise.
func LargeRecord(largest, usual, most unit.Bytes) Notice {
	return largeRecord.notice(
		fmt.Sprintf(
			"A record of %s with its key is larger than the %s that a stream takes unless it is set otherwise.",
			largest.Prose(),
			usual.Prose(),
		),
		fmt.Sprintf("Raise the stream's maximum record size, to at most %s, or pass large payloads by reference: such "+
			"records are meant to be rare, below 2%% of the traffic.", most.Prose()),
	)
}

// AggregationIdle says that no two records fit into an aggregate.
func AggregationIdle(most unit.Bytes) Notice {
	return aggregationIdle.notice(
		fmt.Sprintf(
			"Two records do not fit into an aggregate of %s, so each goes alone and nothing is aggregated.",
			most.Prose(),
		),
		"Raise the maximum size of aggregates, or do without aggregation.",
	)
}

// SkewHeadroom says that one shard would do but for its headroom: up to κ shards the
// hottest gets everything, so that headroom takes more than κ.
func SkewHeadroom(target unit.Fraction, skew unit.Factor, recommended int) Notice {
	return skewHeadroom.notice(
		fmt.Sprintf("One shard is enough, but not at a target utilization of %s. With a skew of %s the hottest shard gets "+
			"everything on up to as many shards, so it takes %s to leave that headroom.",
			target, skew, count(recommended)),
		"Salt the partition keys, or accept a higher {target_utilization}. "+RecordDistribution)
}

// ReadsForAverage says that a latency asks for reads at the peak, where reads are to
// be sized for the average.
func ReadsForAverage(consumer string) Notice {
	return readsForAverage.about(consumer,
		fmt.Sprintf("Reads are sized for the average, but the latency of %s needs it to keep up with the peak: the "+
			"latency decides.", consumer),
		"Leave the latency out if the consumer may lag through the peak, or size reads for the peak.")
}

// LatencyFloor says that records reach a consumer later than its recovery bound even
// without a surge.
func LatencyFloor(consumer string, floor unit.Duration, parts string, latency unit.Duration, remedy string) Notice {
	return latencyFloor.about(consumer,
		fmt.Sprintf("Records reach %s up to %s after they were written (%s) even without a surge, which is more than its "+
			"acceptable latency of %s.", consumer, floor, parts, latency), remedy)
}

// Aging is what makes the records that a consumer reads old.
type Aging struct {
	kind Kind
	what string // with the age and the consumer's name
}

// What makes records old.
var (
	ByOutage    = Aging{retentionOutage, "an outage of %s leaves %s with records as old"}
	ByReprocess = Aging{retentionReprocess, "reprocessing of the last %s makes %s read records as old"}
	ByBacklog   = Aging{retentionBacklog, "the backlog is of records as old as %s, of which %s has read none"}
	BySurge     = Aging{retentionSurge, "the surge leaves records %s old before %s reads them"}
)

// Retention says that records get older than the stream keeps them, or than half of
// that, at which AWS advises to act.
func Retention(by Aging, consumer string, age, kept, longest unit.Duration) Notice {
	message := fmt.Sprintf(by.what, age.Prose(), consumer)
	n := by.kind
	if age > kept {
		message = fmt.Sprintf("Data is lost: %s, and the stream keeps them for %s.", message, kept)
	} else {
		n.Severity = Weakens
		message = fmt.Sprintf("Little is left: %s, which is more than half of the retention of %s.", message, kept)
	}
	return n.about(consumer, message, retentionRemedy(age, kept, longest))
}

// retentionRemedy names the retention that would do for data of an age.
func retentionRemedy(age, kept, longest unit.Duration) string {
	switch {
	case age > longest:
		return fmt.Sprintf("No retention keeps them: %s is the longest. Archive the stream.", longest)
	case age > kept:
		return fmt.Sprintf("A retention of %s or more keeps them; twice that leaves room.", wholeHours(age))
	case age > longest/2:
		return fmt.Sprintf("%s is the longest retention; archive the stream if that is too little.", longest)
	}
	return fmt.Sprintf("A retention of %s keeps twice as much as is needed.", wholeHours(2*age))
}

// wholeHours rounds a retention up to the hour, in which AWS counts it.
func wholeHours(age unit.Duration) unit.Duration {
	const hour = unit.Day / 24
	return (age + hour - 1) / hour * hour
}

// FactorIdle says that a parallelization factor has no effect on aggregates.
func FactorIdle(consumer string, factor int) Notice {
	return factorIdle.about(
		consumer,
		fmt.Sprintf(
			"The parallelization factor of %d of %s has no effect on aggregated records and is taken as 1.",
			factor,
			consumer,
		),
		"Do without the factor, or without aggregation.",
	)
}

// LambdaPayload says that the payload of an invocation is full before its batch is.
func LambdaPayload(consumer string, takes, batch float64, most, envelope unit.Bytes) Notice {
	return lambdaPayload.about(consumer,
		fmt.Sprintf("An invocation of %s takes about %s Kinesis records, not its batch size of %s: the payload of %s is "+
			"full (estimate: 4/3 of a record's size for base64, and %s around it).",
			consumer, unit.Grouped(takes, 0), unit.Grouped(batch, 0), most.Prose(), envelope.Prose()),
		"Measure the function's duration with that batch.")
}

// LambdaPoll says that the poll interval of an event source mapping cannot be changed.
func LambdaPoll(consumer string, every, declared unit.Duration) Notice {
	return lambdaPoll.about(consumer,
		fmt.Sprintf("The event source mapping of %s polls every %s, which cannot be changed; the plan takes the %s that "+
			"it was given.", consumer, every, declared),
		"Leave its poll interval out.")
}

// LambdaConcurrency says that functions run as often at once as their account may, or
// more often. Busy is how many run at once at the peak, on average.
func LambdaConcurrency(consumer string, atOnce int, of string, total, most, busy float64) Notice {
	n := lambdaConcurrency
	message := fmt.Sprintf("%s runs up to %s times at once (%s), with the account's other functions %s; the account may run %s at once. "+
		"More shards take more of them.", consumer, count(atOnce), of, unit.Grouped(total, 0), unit.Grouped(most, 0))
	if busy > most*(1+1e-12) {
		n.Severity = Changes
		message += fmt.Sprintf(" At the peak %s are busy on average: functions are throttled and fall behind.",
			unit.Grouped(busy, 1))
	} else {
		message += " When consumers catch up, functions are throttled."
	}
	return n.about(consumer, message, "Ask AWS for a higher concurrency ({account.lambda_concurrency}), or reserve some "+
		"for it ({consumer.lambda.reserved_concurrency}).")
}

// TotalSpeed says that all processors of a consumer together are too slow, whatever their
// number. Of is what follows the family in the id of the constraint.
func TotalSpeed(of, family, consumer string, total, needs unit.RecordsPerSecond, within string) Notice {
	return endless(family).about(of,
		fmt.Sprintf("%s processes at most %s in all, whatever the shards, and has %s to process%s. More shards do not help.",
			consumer, total.Prose(), needs.Prose(), within),
		fmt.Sprintf("Make it process %s or more in all ({consumer.total_speed}).", needs.Prose()))
}

// ReservedConcurrency says that a function may not run often enough at once, whatever the
// shards.
func ReservedConcurrency(
	of, family, consumer string,
	reserved, enough int,
	total, needs unit.RecordsPerSecond,
	within string,
) Notice {
	return endless(family).about(of,
		fmt.Sprintf("%s runs at most %s at once, its reserved concurrency. So it processes %s in all, whatever the "+
			"shards, and has %s to process%s. More shards do not help.",
			consumer, unit.Plural(reserved, "invocation"), total.Prose(), needs.Prose(), within),
		fmt.Sprintf("Raise its reserved concurrency to %s or more ({consumer.lambda.reserved_concurrency}), or make its "+
			"invocations shorter.", count(enough)))
}

// endless returns the kind of what no number of shards satisfies, of a family of
// constraints.
func endless(family string) Kind {
	if family == delay.ID {
		return delay
	}
	return payload
}

// TotalSpeedTight says that the peak leaves less free of what all processors of a consumer
// process together than the target utilization is to.
func TotalSpeedTight(consumer string, total unit.RecordsPerSecond, used float64, target unit.Fraction) Notice {
	return totalSpeed.about(consumer,
		fmt.Sprintf("%s processes at most %s in all, whatever the shards: the peak takes %s of that, more than the target "+
			"utilization of %s.", consumer, total.Prose(), unit.Percent(used, 1), target.Prose()),
		"Give it more processors, or a higher reserved concurrency, or accept a higher {target_utilization}.")
}

// BacklogInParents says that a backlog takes longer in today's shards than it may take. Its
// remedy is left to the caller.
func BacklogInParents(
	consumer string,
	backlog unit.Records,
	shards int,
	parents, within, unchanged unit.Duration,
) Notice {
	return delay.about(consumer+".backlog",
		fmt.Sprintf("The %s that %s has not read are in today's %s, and a consumer reads a shard to its end before the "+
			"ones that it is split into. That takes %s, more than the %s that it may take: shards that are added do not help. %s",
			backlog.Prose(), consumer, unit.Plural(shards, "shard"), parents.Prose(), within,
			unchangedText(unchanged)), "")
}

// Faster names the speed of a consumer that has read its backlog in time on today's shards,
// and the time that new shards need at least.
func Faster(consumer string, speed unit.RecordsPerSecond, parents unit.Duration) string {
	return fmt.Sprintf("Make %s process %s per shard, or allow more than %s to catch up ({consumer.catch_up}).",
		consumer, speed.Prose(), parents.Prose())
}

// FasterOnMore is the same where only more shards let such a consumer catch up.
func FasterOnMore(consumer string, speed unit.RecordsPerSecond, parents unit.Duration) string {
	return fmt.Sprintf("Make %s process %s per shard and add shards, or allow more than %s to catch up ({consumer.catch_up}).",
		consumer, speed.Prose(), parents.Prose())
}

// AllowToCatchUp names the time that today's shards take to be read at all.
func AllowToCatchUp(least unit.Duration) string {
	return fmt.Sprintf("No consumer reads today's shards fast enough: the least time is %s. Allow more to catch up "+
		"({consumer.catch_up}).", least.Prose())
}

// unchangedText says after how long a backlog is read if the shards stay as they are.
func unchangedText(unchanged unit.Duration) string {
	if unchanged >= forever {
		return "On today's shards it never catches up."
	}
	return fmt.Sprintf("On today's shards it has caught up after %s.", unchanged.Prose())
}

// forever is longer than any backlog takes.
const forever = 10_000 * 365 * 86_400 * unit.Duration(1e6)

// ParentFirst says how long it takes to catch up if the backlog that a plan prepares for is
// there now, in today's shards.
func ParentFirst(
	consumer, of string,
	backlog unit.Records,
	from, to int,
	after, within, unchanged unit.Duration,
) Notice {
	took := "never catches up"
	if after < forever {
		took = "has caught up after " + after.Prose() + ", not within " + within.String()
	}
	return parentFirst.about(consumer,
		fmt.Sprintf("%s are for the next %s of %s. If its backlog of %s is there now, it is in today's %s, which a consumer "+
			"reads to the end before the new ones: going from %s to %s, it %s. %s",
			unit.Plural(to, "shard"), of, consumer, backlog.Prose(), unit.Plural(from, "shard"), count(from), count(to), took,
			unchangedText(unchanged)),
		"Say what it has not read ({consumer.backlog} or {consumer.behind}), or make it faster until it has caught up.")
}

// ManagedBandwidth says that an event source mapping brings more to Lambda Managed
// Instances than AWS allows by default.
func ManagedBandwidth(consumer string, brings string, most unit.BytesPerSecond) Notice {
	return managedInstances.about(consumer,
		fmt.Sprintf("The peak brings %s to %s; an event source mapping to Lambda Managed Instances takes at most %s, "+
			"whatever the shards.", brings, consumer, most.Prose()),
		"Ask AWS for a higher quota, or filter what it reads.")
}

// IdleWorkers says that a consumer has more workers than shards.
func IdleWorkers(consumer string, workers, shards int) Notice {
	return idleWorkers.about(consumer,
		fmt.Sprintf("%s has %s for %s. A shard has one processor, so %s idle.", consumer, unit.Plural(workers, "worker"),
			unit.Plural(shards, "shard"), areIdle(workers-shards)),
		"Run as many workers as there are shards, or fewer.")
}

func areIdle(n int) string {
	if n == 1 {
		return "1 is"
	}
	return count(n) + " are"
}

// InputUnused says that nothing in an answer rests on a declared input.
func InputUnused(name string) Notice {
	return inputUnused.about(name,
		fmt.Sprintf("%s is declared but changes nothing: nothing in this answer depends on it.", name),
		"Leave it out, or declare what it is for: {run:explain ceilings} says what reads it.")
}

// AheadDoesNotFit says that with the growth or the event that is declared no number of shards
// carries the workload.
func AheadDoesNotFit(obstacle string) Notice {
	return aheadDoesNotFit.notice("No number of shards carries the traffic that is announced: "+obstacle,
		"Mend that before it comes, or change {growth} or {option:event}.")
}
