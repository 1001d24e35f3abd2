package notice

import (
	"fmt"
	"strings"
	"time"

	"github.com/kcalc/kcalc/model/unit"
)

// What a history says of a stream's workload: why it does not suffice, which
// estimates are missing, and what weakens the others.
var (
	historyWithoutRecords = declare("history-without-records", "evidence.coverage", Changes)
	historyEmpty          = declare("history-empty", "evidence.coverage", Changes)
	historyShort          = declare("history-short", "evidence.coverage", Changes)
	noRecords             = declare("no-records", "evidence.coverage", Changes)
	coverageLow           = declare("coverage-low", "evidence.coverage", Changes)
	quietTime             = declare("quiet-time", "evidence.coverage", Note)

	recordSizeUnknown = declare("record-size-unknown", "evidence.baseline", Weakens)
	growthUnknown     = declare("growth-unknown", "evidence.growth", Note)
	growthMayGoOn     = declare("growth-may-go-on", "evidence.growth", Changes)
	noSafeCount       = declare("no-safe-count", "evidence.odds", Changes)
	onDemandSaves     = declare("on-demand-saves", "evidence.odds", Changes)
	fewerNotSure      = declare(FewerNotSureID, "evidence.odds", Changes)
	burstUnknown      = declare("burst-unknown", "evidence.burst", Weakens)
	skewUnknown       = declare("skew-unknown", "evidence.skew", Weakens)
	shardsUnknown     = declare(ShardsUnknownID, "evidence.coverage", Weakens)
	throttlesUnknown  = declare("throttles-unknown", "evidence.demand", Weakens)

	kinesisRecords   = declare("kinesis-records", "evidence.demand", Note)
	coarsePeriods    = declare("coarse-periods", "evidence.coverage", Weakens)
	coarsePeak       = declare("coarse-peak", "evidence.demand", Weakens)
	demandRange      = declare("demand-range", "evidence.demand", Weakens)
	recordSizeVaries = declare("record-size-varies", "evidence.baseline", Weakens)
	fewDays          = declare("few-days", "evidence.baseline", Weakens)
	oneWeek          = declare("one-week", "evidence.baseline", Weakens)
	levelStep        = declare("level-step", "evidence.growth", Weakens)
	burstOrHotShard  = declare("burst-or-hot-shard", "evidence.burst", Weakens)
	recordsFailed    = declare("records-failed", "evidence.demand", Weakens)
	functionBatches  = declare("function-batches", "evidence.consumers", Weakens)
)

// FewerNotSureID is the id of [FewerNotSure].
const FewerNotSureID = "fewer-not-sure"

// FewerNotSure says that so many days, of which at least so many are wanted, do not show
// that fewer shards than today hold the time to come.
func FewerNotSure(seen float64, least, fewer, today int) Notice {
	return fewerNotSure.notice(
		fmt.Sprintf("%s would have held what %s show, but so few do not show what a month brings.",
			unit.Plural(fewer, "shard"), unit.Grouped(seen, 1)+" days"),
		fmt.Sprintf("Keep %s until at least %d days are known, better 14 ({option:since}), and decide then.",
			unit.Plural(today, "shard"), least))
}

// HistoryWithoutRecords says that the history lacks the metric of written records.
func HistoryWithoutRecords() Notice {
	return historyWithoutRecords.notice("The history has no IncomingRecords, so it does not show what was written.",
		"Fetch it again with {run:history fetch}, or add a column incoming_records.")
}

// HistoryEmpty says that no metric of the stream has a point.
func HistoryEmpty() Notice {
	return historyEmpty.notice("No metric of the stream has a point in the window.",
		"Check the stream's name, its Region and the window. "+
			"CloudWatch has no points for a stream that is neither written to nor read.")
}

// NoRecords says that nothing was written in the time that is known.
func NoRecords(known unit.Duration) Notice {
	return noRecords.notice(
		fmt.Sprintf("No record was written in the %s that are known: there is nothing to size.", known.Prose()),
		"Declare the traffic that you expect, or look at a window with traffic.")
}

// HistoryShort says that less is known than the least that a decision takes, and
// when it will be enough.
func HistoryShort(known, least unit.Duration, enough time.Time) Notice {
	return historyShort.notice(
		fmt.Sprintf("The history covers %s; a decision takes at least %s.", known.Prose(), least.Prose()),
		fmt.Sprintf("Fetch a longer window with {option:since}, or fetch again after %s.",
			enough.Format("2006-01-02 15:04 MST")))
}

// CoverageLow says that a share of the window is missing, more than the most that
// may be.
func CoverageLow(missing, most float64) Notice {
	return coverageLow.notice(
		fmt.Sprintf("For %s of the window no metric of the stream has a point, "+
			"so what was written is not known. At most %s may be missing.", percent(missing), percent(most)),
		"Look at the part of the window that has points ({option:since}), "+
			"or declare {producer.average} and {producer.peak}. "+
			"Idle time counts as known while a consumer polls the stream, because its metrics have points then.")
}

// QuietTime says at how many hours of the day and on how many days of the week the stream
// never has a point.
func QuietTime(hours, days int) Notice {
	var times []string
	if hours > 0 {
		times = append(times, fmt.Sprintf("at %s of the day", unit.Plural(hours, "hour")))
	}
	if days > 0 {
		times = append(times, fmt.Sprintf("on %s of the week", unit.Plural(days, "day")))
	}
	return quietTime.notice(
		"No metric ever has a point "+strings.Join(times, " and ")+" (UTC): nobody writes or reads then, and it counts as idle.",
		"If points are missing there for another reason, declare {producer.average} and {producer.peak}.")
}

func percent(share float64) string { return unit.Grouped(100*share, 2) + "%" }

// RecordSizeUnknown says that the size of records is not known.
func RecordSizeUnknown() Notice {
	return recordSizeUnknown.notice("The history has no IncomingBytes for its records, so their size is not known.",
		"Declare {producer.record_size}.")
}

// GrowthUnknown says that there is no growth, because fewer days are known than it
// takes.
func GrowthUnknown(days int) Notice {
	return growthUnknown.notice(
		fmt.Sprintf("Growth takes %s that are known, so that a week is compared with the one before.",
			unit.Plural(days, "day")),
		"Fetch a longer window with {option:since}.")
}

// NoSafeCount says that the days differ so much that no number of shards is both safe and
// cheap, and what on-demand mode costs beside it, if it takes the traffic.
func NoSafeCount(shards int, cost, onDemand unit.USD, carries bool) Notice {
	remedy := "On-demand mode does not take this traffic either: {run:replay --mode on-demand} shows why."
	if carries {
		remedy = fmt.Sprintf("On-demand mode takes this traffic in the replay, for %s a month.", onDemand.Prose())
	}
	return noSafeCount.notice(
		fmt.Sprintf("No number of shards is both safe and cheap: the busiest days differ too much. %s, at %s a month, are "+
			"idle most of the time, and a day may come that takes more.", unit.Plural(shards, "shard"), cost.Prose()), remedy)
}

// OnDemandSaves says that on-demand mode costs less than the recommended shards, and takes the
// traffic.
func OnDemandSaves(shards int, cost, onDemand unit.USD) Notice {
	return onDemandSaves.notice(
		fmt.Sprintf("On-demand mode costs %s a month, %s %s, and takes this traffic in the replay.", onDemand.Prose(),
			unit.Plural(shards, "shard"), cost.Prose()),
		"Switch the stream's mode, or stay for the sake of a fixed price.")
}

// GrowthMayGoOn says that traffic rose by a share a week, in the median of so many
// changes, which is too few to be sure, and enough to keep the shards.
func GrowthMayGoOn(perWeek float64, changes int) Notice {
	return growthMayGoOn.notice(
		fmt.Sprintf("Traffic rose by %s a week, in the median of %s. That is too little to say whether it goes on; if it "+
			"does, fewer shards run out within the horizon.", unit.Percent(perWeek, 1), unit.Plural(changes, "weekly change")),
		"Declare {growth} (0%/week if it does not go on), or wait for more weeks.")
}

// BurstUnknown says that the burst factor is not known, and why.
func BurstUnknown(reason string) Notice {
	return burstUnknown.notice(reason,
		"Declare {producer.burst}: the busiest second of a minute ÷ its mean, from the logs of the producers.")
}

// Why a burst factor is not known.
const (
	NothingThrottled    = "No record was rejected, so it is not known how busy the busiest second of a minute is."
	RejectsUnknown      = "It is not known what was rejected, so it is not known how busy the busiest second of a minute is."
	ThrottledShardCount = "Records were rejected, but it is not known how many shards there were."
	ThrottledOnDemand   = "Records were rejected, but AWS changes the number of shards of an on-demand stream, " +
		"and no metric shows it."
	ThrottledAtLimitsOnly = "No minute was throttled while it was known to be below the limits, " +
		"so it is not known how busy the busiest second of a minute is."
)

// ThrottledBeforeReshard returns the reason why so many minutes that were throttled
// below the limits of today's shards prove no burst.
func ThrottledBeforeReshard(minutes, shards int, burst unit.Factor) string {
	return fmt.Sprintf("%s were throttled below the limits of today's %s: by a burst of %s, by a hot shard, "+
		"or because there were fewer shards. The stream was resharded, and CloudWatch does not show when.",
		unit.Plural(minutes, "minute"), unit.Plural(shards, "shard"), unit.Grouped(float64(burst), 2))
}

// SkewUnknown says that the load of single shards is not known.
func SkewUnknown() Notice {
	return skewUnknown.notice("The open shards have no shard-level metrics.",
		"Declare {producer.skew}, or turn on the shard-level metrics "+
			"IncomingBytes and IncomingRecords (EnableEnhancedMonitoring).")
}

// ShardsUnknownID is the id of [ShardsUnknown].
const ShardsUnknownID = "shards-unknown"

// ShardsUnknown says that the number of shards is not known.
func ShardsUnknown() Notice {
	return shardsUnknown.notice("The history does not say how many shards the stream has.", "Declare {current_shards}.")
}

// ThrottlesUnknown says that the history lacks the metric of rejected records.
func ThrottlesUnknown() Notice {
	return throttlesUnknown.notice(
		"The history has no WriteProvisionedThroughputExceeded, "+
			"so it does not show what was rejected. Demand may have been higher.",
		"Fetch it again with {run:history fetch}.")
}

// KinesisRecords says that metrics count aggregated records.
func KinesisRecords() Notice {
	return kinesisRecords.notice(
		"CloudWatch counts Kinesis records. "+
			"If the producer aggregates, rates and sizes are those of aggregates, not of user records.",
		"Do not declare aggregation together with measured rates, or declare the rates and the size of user records too.")
}

// CoarsePeriods says of what length the finest points are.
func CoarsePeriods(finest unit.Duration) Notice {
	return coarsePeriods.notice(
		fmt.Sprintf("The finest points are %s apart. Shorter peaks and surges do not show.", finest.Prose()),
		"CloudWatch keeps points of one minute for 15 days: fetch the last two weeks.")
}

// CoarsePeak says that the busiest time has points of a length alone.
func CoarsePeak(period unit.Duration) Notice {
	return coarsePeak.notice(
		fmt.Sprintf("The busiest time of the window has only a point of %s. Some of its minutes were busier.",
			period.Prose()),
		"Fetch again within 15 days of the next such time, and keep the file.")
}

// DemandRange says between which rates the peak lies.
func DemandRange(accepted, most unit.RecordsPerSecond) Notice {
	return demandRange.notice(
		fmt.Sprintf("The peak lies between the %s that were accepted and the %s that were accepted or rejected: "+
			"a record counts each time it is sent.",
			accepted.Prose(), most.Prose()),
		"The plan takes the upper end. Add shards until nothing is throttled, "+
			"and fetch again: then demand is what is accepted.")
}

// RecordsFailed says that records failed inside of Kinesis, which shards have no part in.
func RecordsFailed(total float64, periods int) Notice {
	return recordsFailed.notice(
		fmt.Sprintf("%s records of PutRecords failed inside of Kinesis, in %s. Shards have no part in that.",
			unit.Grouped(total, 0), unit.Plural(periods, "period")),
		"See that the producers send again each record whose result has an error code: PutRecords itself succeeds.")
}

// RecordSizeVaries says that records at the peak have another mean size than all.
func RecordSizeVaries(peak, mean unit.Bytes) Notice {
	return recordSizeVaries.notice(
		fmt.Sprintf("Records have %s at the peak and %s on average.", wholeBytes(peak), wholeBytes(mean)),
		"The plan takes as many records of mean size as need the same shards, so it overstates what consumers process. "+
			"Declare {producer.record_size} and {producer.peak} for what you plan for.")
}

func wholeBytes(b unit.Bytes) string { return unit.Grouped(float64(b), 0) + " B" }

// FewDays says that too few days are known for a daily curve, and how far to either
// side of a moment the usual rate is looked for instead.
func FewDays(least int, reach unit.Duration) Notice {
	return fewDays.notice(
		fmt.Sprintf("Fewer than %d days are known. "+
			"The usual rate of a moment is the median within %s of it, so a longer surge counts as usual.",
			least, reach.Prose()),
		"Fetch a longer window with {option:since}.")
}

// OneWeek says that so many days are too few for the days of the week.
func OneWeek(days int) Notice {
	return oneWeek.notice(
		fmt.Sprintf("With %s known, the usual traffic of a weekday cannot be told from a surge.", unit.Plural(days, "day")),
		"Fetch two weeks ({option:since}).")
}

// LevelStep says that the level of traffic made a step.
func LevelStep() Notice {
	return levelStep.notice(
		"The level of traffic made a step within the window. The baseline follows it, and there is no trend.",
		"If the use of the stream changed for good, look at the time since then ({option:since}).")
}

// BurstOrHotShard says that so many minutes prove a burst factor, or a hot shard.
func BurstOrHotShard(minutes, shards int, burst unit.Factor) Notice {
	return burstOrHotShard.notice(
		fmt.Sprintf("%s were throttled below the limits of %s: by a burst of at least %s, by a hot shard, or by both.",
			unit.Plural(minutes, "minute"), unit.Plural(shards, "shard"), unit.Grouped(float64(burst), 2)),
		"Shard-level metrics tell the two apart (EnableEnhancedMonitoring). More shards do not help a hot key.")
}

// FunctionBatches says that the speed of functions takes full batches for granted.
func FunctionBatches() Notice {
	return functionBatches.notice(
		"The speed of a function comes from the duration of its invocations when the stream is busy, "+
			"as if batches were full then. If they were not, it is slower.",
		"Measure the duration with a full batch, and declare {consumer.lambda.duration}.")
}
