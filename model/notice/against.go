package notice

import (
	"fmt"

	"github.com/kcalc/kcalc/model/unit"
)

// Ids of evidence that others refer to.
const (
	DataLostID        = "data-lost"
	FunctionErrorsID  = "function-errors"
	StuckShardID      = "stuck-shard"
	WritesThrottledID = "writes-throttled"
	PutThrottledID    = "put-records-throttled"

	// ConsumerIdleID is the id of [ConsumerIdle], before the consumer's name.
	ConsumerIdleID = "consumer-idle"
)

// What was measured of a stream's consumers and producers that speaks against fewer
// shards.
var (
	dataLost        = declare(DataLostID, "evidence.consumers", Changes)
	iteratorAge     = declare("iterator-age", "evidence.consumers", Changes)
	iteratorAgeRose = declare("iterator-age-rises", "evidence.consumers", Changes)
	readsThrottled  = declare("reads-throttled", "evidence.consumers", Changes)
	writesThrottled = declare(WritesThrottledID, "evidence.demand", Changes)
	putThrottled    = declare(PutThrottledID, "evidence.demand", Changes)
	functionErrors  = declare(FunctionErrorsID, "evidence.consumers", Changes)
	stuckShard      = declare(StuckShardID, "evidence.consumers", Changes)
	readsUnknown    = declare("reads-unknown", "evidence.consumers", Changes)

	consumerIdle = declare(ConsumerIdleID, "evidence.consumers", Weakens)
	pollsShared  = declare("polls-shared", "evidence.consumers", Note)
)

// reasons are what the kinds of evidence amount to, in the words of a headline.
var reasons = map[string]string{
	dataLost.ID:        "data is being lost",
	iteratorAge.ID:     "a consumer is far behind",
	iteratorAgeRose.ID: "a consumer falls behind",
	stuckShard.ID:      "a shard is stuck",
	readsThrottled.ID:  "reads are throttled",
	writesThrottled.ID: "writes are throttled",
	putThrottled.ID:    "writes are throttled",
	functionErrors.ID:  "a function fails",
	readsUnknown.ID:    "its reads are not known",
}

// Because returns what a notice of evidence against fewer shards amounts to, as the end of a
// sentence: "data is being lost". It is "" for other notices.
func Because(n Notice) string {
	k, _ := Find(n.ID)
	return reasons[k.ID]
}

// DataLost says that a consumer was as far behind as the stream keeps records: what it
// had not read by then expired.
func DataLost(consumer string, behind, kept unit.Duration, cause LagCause) Notice {
	return dataLost.notice(
		fmt.Sprintf("Data is being lost: %s was %s behind, and the stream keeps records for %s. What is older expires "+
			"unread.",
			consumer, behind.Prose(), kept),
		"Raise {retention} first, to gain time; then "+string(cause)+".")
}

// LagCause is what keeps a consumer from getting on, as what to do about it.
type LagCause string

// The causes, as far as metrics show them.
const (
	SlowConsumer LagCause = "make the consumer faster or give it more shards"
	StuckAtShard LagCause = "get it past the record that it is stuck at: more shards do not help"
	Failing      LagCause = "mend what fails: more shards do not help"
)

// IteratorAge says that a consumer was further behind than half of the retention, at
// which AWS advises to act.
func IteratorAge(consumer string, behind, kept unit.Duration) Notice {
	return iteratorAge.notice(
		fmt.Sprintf("The iterator age of %s reached %s, more than half of the %s that the stream keeps records.", consumer, behind.Prose(), kept),
		"Find out why before you change the shards: a consumer that is behind reads as fast as it can.")
}

// IteratorAgeRises says that a consumer falls further and further behind.
func IteratorAgeRises(consumer string, from, to unit.Duration) Notice {
	return iteratorAgeRose.notice(
		fmt.Sprintf("The iterator age of %s rises: %s in the first quarter of the window, %s in the last.",
			consumer, from.Prose(), to.Prose()),
		"It does not keep up. Make it faster, or give it more shards.")
}

// ReadsThrottled says that GetRecords calls were rejected day after day.
func ReadsThrottled(total float64, share unit.Fraction) Notice {
	return readsThrottled.notice(
		fmt.Sprintf("%s GetRecords calls were rejected in the last quarter of the window, in %s of its periods: the "+
			"standard consumers ask for more than the shards give.",
			unit.Grouped(total, 0), share.Prose()),
		"Move a consumer to enhanced fan-out, let them poll less often, or keep the shards.")
}

// WritesThrottled says that records were rejected day after day, and whether a hot shard or
// bursts were measured that explain it.
func WritesThrottled(total float64, share unit.Fraction, explained bool) Notice {
	return writesThrottled.notice(
		fmt.Sprintf("%s records were rejected at the write limits in the last quarter of the window, in %s of its "+
			"periods.", unit.Grouped(total, 0), share.Prose()),
		lookForCause(explained))
}

// FunctionErrors says that a function failed again and again, which holds its shards
// up.
func FunctionErrors(function string, total float64, share unit.Fraction) Notice {
	return functionErrors.about(function,
		fmt.Sprintf("%s failed %s times in the last quarter of the window, in %s of its periods: each failed batch is "+
			"tried again and holds its shard up.",
			function, unit.Grouped(total, 0), share.Prose()),
		"Mend the function, or limit its retries and send what fails to a destination.")
}

// lookForCause returns what to look for where records are rejected below the limits that
// CloudWatch shows.
func lookForCause(explained bool) string {
	if explained {
		return "What was measured of a hot shard and of bursts within the minute explains it; see that the producers send again " +
			"what was rejected."
	}
	return "Look for a hot shard or for bursts within the minute, which CloudWatch's sums hide, and see that the producers " +
		"send again what was rejected."
}

// PutRecordsThrottled says that records of PutRecords were rejected day after day, and whether
// a hot shard or bursts were measured that explain it.
func PutRecordsThrottled(total float64, share unit.Fraction, explained bool) Notice {
	return putThrottled.notice(
		fmt.Sprintf("PutRecords rejected %s records at the write limits in the last quarter of the window, in %s of its "+
			"periods.", unit.Grouped(total, 0), share.Prose()),
		lookForCause(explained))
}

// StuckShard says that the consumer of one shard does not get on, while those of the others
// are current.
func StuckShard(shard string, behind, kept, others unit.Duration) Notice {
	return stuckShard.about(shard,
		fmt.Sprintf("%s is stuck: its consumer is %s behind of the %s that the stream keeps records, the others %s. Most "+
			"likely it tries a poison-pill record again and again.", shard, behind.Prose(), kept, others.Prose()),
		"Look for that record in the errors of the consumer, and let it skip the record or send it to a destination. "+
			"More shards do not help.")
}

// ReadsUnknown says that nothing shows how many consumers there are, and how many shards what
// is written takes by itself.
func ReadsUnknown(written int) Notice {
	return readsUnknown.notice(
		fmt.Sprintf("The history has neither GetRecords.Bytes nor GetRecords.Records: how many consumers read the stream is "+
			"not known, and what they read is not in the shards. What is written takes %s.", unit.Plural(written, "shard")),
		"Fetch it again with {run:history fetch}, or declare the number of {option:consumers}.")
}

// ConsumerIdle says that an enhanced fan-out consumer received nothing, and what it costs a
// month, "" where that is not known or nothing.
func ConsumerIdle(consumer, monthly string) Notice {
	message := fmt.Sprintf("%s received nothing over the whole window: it is registered for enhanced fan-out, but the plan "+
		"leaves it out.", consumer)
	if monthly != "" {
		message += fmt.Sprintf(" It costs %s a month.", monthly)
	}
	return consumerIdle.about(consumer, message,
		"Deregister it (DeregisterStreamConsumer). If it was registered just now and is to read, declare it as a consumer.")
}

// PollsShared says that so many consumers poll less often than usual, because hardly any call
// was rejected.
func PollsShared(consumers int, usual, every unit.Duration) Notice {
	return pollsShared.notice(
		fmt.Sprintf("%s that poll every %s would ask for more calls than a shard serves, but hardly any was rejected. The "+
			"plan has them poll every %s, as often as a shard serves them.",
			unit.Plural(consumers, "consumer"), usual, every),
		"Declare {consumer.poll_interval} of each if you know it.")
}
