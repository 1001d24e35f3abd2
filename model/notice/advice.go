package notice

import (
	"fmt"
	"strings"

	"github.com/kcalc/kcalc/model/unit"
)

// Changes that a plan advises. Their message says what is changed.
var (
	aggregate          = declare("aggregate", "aggregation", Note)
	aggregatedFunction = declare("aggregated-function", "aggregation", Weakens)
	compress           = declare("compress", "advice", Note)
	saltKeys           = declare("salt-keys", "skew-and-burst", Note)
	cutAtKeys          = declare("cut-at-keys", "keys", Note)
	evenRanges         = declare("even-hash-ranges", "skew-and-burst", Note)
	retention          = declare("retention", "advice", Note)
	enhancedFanOut     = declare("enhanced-fan-out", "advice", Note)
	pollInstead        = declare("standard", "advice", Note)
	secondStream       = declare("second-stream", "advice", Note)
	relay              = declare("relay", "advice", Note)
	mode               = declare("mode", "advice", Note)
	recoveryBound      = declare("recovery-bound", "advice", Note)
	pollInterval       = declare("poll-interval", "advice", Note)
	batchSize          = declare("batch-size", "advice", Note)
	_                  = declare("relax", "advice", Note) // by package calc, for each constraint
)

// Aggregate advises to aggregate records with the KPL. The count holds for so many
// producer processes, or for any number of them.
func Aggregate(buffer unit.Duration, size unit.Bytes, producers int, any bool) Notice {
	holdsFor := "up to " + unit.Plural(producers, "producer process")
	if any {
		holdsFor = "any number of producer processes"
	}
	return aggregate.notice(fmt.Sprintf("Aggregate records with the KPL (%s buffer, aggregates of %s); this holds "+
		"for %s.", buffer, size.Prose(), holdsFor),
		"Consumers have to deaggregate.")
}

// AggregatedFunction says what a function processes of records that are aggregated: its work
// is on user records, and its duration was measured without aggregates.
func AggregatedFunction(consumer string, speed unit.RecordsPerSecond, factor int) Notice {
	message := fmt.Sprintf("Aggregates do not make %s faster: it is taken at batch ÷ duration = %s a shard, as measured "+
		"without them", consumer, speed.Prose())
	if factor > 1 {
		message += fmt.Sprintf(", and its parallelization factor of %d has no effect then", factor)
	}
	return aggregatedFunction.about(consumer, message+".",
		"Measure it with aggregates, and declare that duration together with the aggregation.")
}

// LongInvocation says, as a part of the advice to aggregate, that a function takes longer for
// a batch of so many aggregates than an invocation may, and how many it may take.
func LongInvocation(consumer string, batch int, took, most unit.Duration, fits int) string {
	text := fmt.Sprintf("An invocation of %s takes %s for %s, and may take %s: ", consumer, took.Prose(),
		unit.Plural(batch, "aggregate"), most.Prose())
	if fits < 1 {
		return text + "not even one aggregate fits, so make them smaller."
	}
	return text + fmt.Sprintf("its batch size has to be %s at most.", unit.Grouped(float64(fits), 0))
}

// AggregatedDuration says that a function's duration is taken as that of a batch of
// aggregates, and how many shards it takes if it is not; 0 where no number of them does.
func AggregatedDuration(consumer string, duration unit.Duration, perRecord float64, shards int) Notice {
	otherwise := "the stream needs " + unit.Plural(shards, "shard")
	if shards == 0 {
		otherwise = "no number of shards fits"
	}
	return aggregatedFunction.about(consumer,
		fmt.Sprintf("%s is taken as the duration of an invocation of %s with a batch of aggregates, %s user records each. "+
			"If it was measured without aggregates, %s.",
			duration, consumer, unit.Grouped(perRecord, 1), otherwise),
		"Measure it with aggregates: the work of a function is on user records.")
}

// Compress advises to compress records by a ratio, to a size.
func Compress(ratio unit.Factor, to unit.Bytes) Notice {
	return compress.notice(
		fmt.Sprintf("Compress records %s:1, to %s.", ratio, to.Prose()),
		"If they do ({producer.compression}).")
}

// ShortenRetention advises to keep records for a shorter time.
func ShortenRetention(from, to unit.Duration) Notice {
	return retention.notice(
		fmt.Sprintf("Keep records for %s instead of %s: no declared outage, backlog, latency or reprocessing needs more.",
			to.Prose(), from.Prose()),
		fmt.Sprintf("A consumer that is down or behind for longer than %s loses data.", to.Prose()))
}

// SwitchMode advises to switch a stream to another billing mode, from a month's cost to
// another.
func SwitchMode(to, costs, condition string) Notice {
	return mode.about(to, fmt.Sprintf("Switch to %s: %s.", to, costs), condition)
}

// ModeCondition says what a switch to a mode comes with.
func ModeCondition(accountWide bool) string {
	text := "AWS lets you switch twice in 24 hours."
	if accountWide {
		text += " It is a setting of the account in the Region, for all of its on-demand streams."
	}
	return text
}

// SaltKeys advises to spread the partition keys, which leaves some of the skew where hash
// ranges make it.
func SaltKeys(skew, left unit.Factor) Notice {
	return saltKeys.notice(fmt.Sprintf("Salt the partition keys, so that no shard carries more than the others (skew %s "+
		"instead of %s).", left, skew),
		"Records that shared a key lose their order. "+RecordDistribution)
}

// SaltHeaviest advises to part each of the heaviest partition keys into some values.
func SaltHeaviest(values int) Notice {
	return saltKeys.notice(fmt.Sprintf("Salt the heaviest partition keys with %s each.", unit.Plural(values, "value")),
		"Records that shared a key lose their order. {run:keys} names them. "+RecordDistribution)
}

// CutAtKeys advises to cut hash ranges at the keys, so that the shards get the same.
func CutAtKeys() Notice {
	return cutAtKeys.notice("Cut the hash ranges at the keys, instead of into equal ones: {run:reshard} {option:targeted}.",
		"The ranges fit the keys that were counted; a later UpdateShardCount makes them equal again.")
}

// EvenRanges advises to make the hash ranges of the shards even, which leaves what partition
// keys make of the skew.
func EvenRanges(skew, left unit.Factor) Notice {
	return evenRanges.notice(fmt.Sprintf("Make the hash ranges of the shards even with UpdateShardCount (skew %s instead "+
		"of %s).", left, skew),
		"Salted keys would not help: of whatever keys there are, the shard with the largest range gets the most.")
}

// RecordDistribution says what an on-demand stream can do about hot keys.
const RecordDistribution = "Or have an on-demand stream distribute records itself (record distribution AUTO): no hot " +
	"keys then, no order per key either, and no KPL aggregation."

// EnhancedFanOut advises to give a consumer dedicated throughput.
func EnhancedFanOut(consumer string) Notice {
	return enhancedFanOut.about(consumer, fmt.Sprintf("Move %s to enhanced fan-out.", consumer),
		"")
}

// mostNamed is how many consumers a sentence names.
const mostNamed = 5

// MoveFewest advises to give the fewest consumers dedicated throughput that need it, of so
// many standard ones.
func MoveFewest(consumers []string, of int) Notice {
	text := fmt.Sprintf("Move %d of %d standard consumers to enhanced fan-out", len(consumers), of)
	if len(consumers) <= mostNamed {
		text += ": " + strings.Join(consumers, ", ")
	}
	return enhancedFanOut.notice(text+".", "Those that poll as often and may wait as long are interchangeable.")
}

// PollInstead advises to let a consumer poll that has dedicated throughput.
func PollInstead(consumer string, every unit.Duration) Notice {
	return pollInstead.about(consumer,
		fmt.Sprintf("Let %s poll every %s, without enhanced fan-out.", consumer, every),
		fmt.Sprintf("Its records then wait up to %s.", every))
}

// SecondStream advises to write to two streams, with half of the consumers each.
func SecondStream() Notice {
	return secondStream.notice("Write to a second stream as well, and move half of the consumers there; on both, the "+
		"fewest use enhanced fan-out.",
		"Producers write twice: a write that fails on one of the two has to be repeated there.")
}

// Relay advises to feed further streams from the first one.
func Relay(streams, consumers int, delay unit.Duration) Notice {
	return relay.notice(
		fmt.Sprintf("Relay: %d streams, the others fed from the first, for the %s that poll.", streams,
			unit.Plural(consumers, "consumer")),
		fmt.Sprintf("Records reach the other streams up to %s later; what copies them is not in the price.", delay))
}

// RecoveryBound advises to bound a consumer's recovery, not the delay of each record.
func RecoveryBound(consumer string, latency unit.Duration) Notice {
	return recoveryBound.about(
		consumer,
		fmt.Sprintf(
			"Bound the time that %s takes to recover from a surge by %s, not the delay of each record.",
			consumer,
			latency,
		),
		"",
	)
}

// RaiseFactor advises to raise a function's parallelization factor.
func RaiseFactor(consumer string, from, to int) Notice {
	return factorIdle.about(
		consumer,
		fmt.Sprintf("Raise the parallelization factor of %s from %d to %d.", consumer, from, to),
		fmt.Sprintf("%d invocations of it then run at once for each shard.", to),
	)
}

// IsBatchSize reports whether an id is that of an advice to raise a batch size.
func IsBatchSize(id string) bool { return strings.HasPrefix(id, batchSize.ID+".") }

// RaiseBatch advises to raise a function's batch size.
func RaiseBatch(consumer string, from, to int, duration unit.Duration) Notice {
	return batchSize.about(
		consumer,
		fmt.Sprintf("Raise the batch size of %s from %s to %s.", consumer, count(from), count(to)),
		fmt.Sprintf("Only if an invocation with so many records takes no longer than %s: what is spent on each record "+
			"grows with the batch. Measure it.", duration),
	)
}

// PollInterval advises that standard consumers poll less often: all, or those that are no
// functions.
func PollInterval(every unit.Duration, functions bool) Notice {
	who := "every standard consumer"
	if functions {
		who += " that is no function"
	}
	return pollInterval.notice(fmt.Sprintf("Let %s poll every %s.", who, every),
		fmt.Sprintf("Records then wait up to %s for a poll.", every))
}
