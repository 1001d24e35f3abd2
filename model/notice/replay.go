package notice

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/kcalc/kcalc/model/unit"
)

// What a replay does not know, or assumes.
var (
	stillBehind       = declare("still-behind", "replay", Weakens)
	speedUnknown      = declare("speed-unknown", "replay", Weakens)
	reprocessCut      = declare("reprocess-cut", "replay", Weakens)
	onDemandEven      = declare("on-demand-even", "replay", Weakens)
	onDemandNew       = declare("on-demand-new", "replay", Weakens)
	unevenKeys        = declare("uneven-keys", "replay", Note)
	stressNotReplayed = declare("stress-not-replayed", "replay", Weakens)
	shardsTogether    = declare("shards-together", "replay", Weakens)
	trafficUnknown    = declare("traffic-unknown", "replay", Weakens)
	demandAtMost      = declare("demand-at-most", "replay", Note)
	coarseSteps       = declare("coarse-steps", "replay", Weakens)
	noCountHolds      = declare("no-count-holds", "replay", Changes)
	replayDecides     = declare("replay-decides", "replay", Note)
	onDemandScales    = declare("on-demand-scales", "scaling", Changes)
)

// What a capacity does not hold in a replay. These notices have no remedy of their
// own: more shards, or what the plan advises, is one.
var (
	throttled     = declare(ThrottledID, "replay", Changes)
	lost          = declare("lost", "replay", Changes)
	writesGivenUp = declare("writes-given-up", "put-records", Changes)
	bufferFull    = declare("buffer-full", "put-records", Changes)
	expired       = declare("expired", "replay", Changes)
	latencyMissed = declare("latency", "replay", Changes)
	catchUpMissed = declare("catch-up", "replay", Changes)
	losingGround  = declare("behind", "replay", Changes)
	neverDrains   = declare("waiting", "replay", Changes)
	atRetention   = declare("at-retention", "replay", Changes)
	givenUp       = declare("given-up", "replay", Changes)
)

// StillBehind says which consumers are behind when the traffic ends: of each its name
// and the capacity, such as "fraud with 3 shards".
func StillBehind(consumers []string) Notice {
	return stillBehind.notice("Behind when the traffic ends: "+some(consumers)+".",
		"The replay ends before they catch up: replay a longer time.")
}

// SpeedUnknown says of which consumers no speed is known.
func SpeedUnknown(consumers []string) Notice {
	return speedUnknown.notice("The speed of "+some(consumers)+" is not known.",
		"A consumer without a speed is assumed to read as fast as its shards allow; give it with {consumer.speed}.")
}

// Cut is how much a consumer can reprocess of what it was asked to.
type Cut struct {
	Consumer    string
	Read, Asked unit.Duration
}

// ReprocessCut says which consumers can reprocess only a part.
func ReprocessCut(cuts []Cut) Notice {
	var texts []string
	for _, c := range cuts {
		texts = append(texts, fmt.Sprintf("%s (%s of %s)", c.Consumer, c.Read.Prose(), c.Asked.Prose()))
	}
	return reprocessCut.notice("Consumers reprocess only a part, because the traffic begins later or the retention is "+
		"shorter: "+some(texts)+".",
		"Replay earlier traffic too, or ask for a later time; a longer {retention} keeps more.")
}

// OnDemandEven says that a replay of on-demand mode knows no hot shards.
func OnDemandEven() Notice {
	return onDemandEven.notice("On-demand, all shards are assumed to get the same traffic.",
		"AWS splits shards that get more within about 15 minutes, but never the traffic of one partition key.")
}

// OnDemandNew says that an on-demand stream is replayed as a new one, and what that
// takes.
func OnDemandNew(bytes unit.BytesPerSecond, records unit.RecordsPerSecond) Notice {
	return onDemandNew.notice(
		fmt.Sprintf("The stream begins as a new one, with %s and %s.", bytes.Prose(), records.Prose()),
		"If it has grown before, say so with {current_shards}.",
	)
}

// UnevenKeys says that each shard is replayed with the traffic of its own hash keys.
func UnevenKeys() Notice {
	return unevenKeys.notice("Each shard is replayed with what its hash keys got. "+
		"Where a hot part of the keys falls depends on the count: fewer shards may hold where more do not.",
		"See the counts around it, with {option:shards}.")
}

// StressNotReplayed says which consumers have an outage or reprocess in the workload,
// which a history does not have.
func StressNotReplayed(consumers []string) Notice {
	return stressNotReplayed.notice("Outages and reprocessing that the workload declares are not in a history, and are "+
		"not replayed: of "+some(consumers)+".",
		"Add them with {option:what-if} where the stream is busiest.")
}

// ShardsTogether says that there are too many shards to replay each of them.
func ShardsTogether() Notice {
	return shardsTogether.notice("The shards have too many points to replay each: "+
		"on every count, the hottest gets its measured multiple of the mean, and the others share the rest.",
		"Replay a shorter time with {option:since}.")
}

// TrafficUnknown says of which share of the window nothing is known, and after how
// long a gap counts as idle.
func TrafficUnknown(share float64, longestGap unit.Duration) Notice {
	return trafficUnknown.notice(fmt.Sprintf("Nothing is known of the writes in %s%% of the window. In a gap of up to "+
		"%s the traffic before it goes on, "+
		"a longer gap counts as idle, and the time before the first and after the last point is not replayed.", unit.Grouped(100*share, 1), longestGap),
		"Fetch a window without gaps.")
}

// DemandAtMost says that records which were throttled may count more than once.
func DemandAtMost() Notice {
	return demandAtMost.notice("Writes were throttled in the history, and a record that was sent again counts again: "+
		"what is replayed is the most that producers can have wanted to write.",
		"A window without throttled writes shows what they wanted.")
}

// CoarseSteps says how long the longest period of a history is.
func CoarseSteps(longest unit.Duration) Notice {
	return coarseSteps.notice(
		fmt.Sprintf("The history has periods of up to %s, which hide the higher minutes within them.", longest),
		"CloudWatch keeps minutes for 15 days: replay those.",
	)
}

// OnDemandScales says why there is no verdict on the shards of an on-demand stream.
func OnDemandScales() Notice {
	return onDemandScales.notice("AWS chooses the shards of an on-demand stream: there is no count to judge.",
		"The plan says what it would take provisioned, and what either costs.")
}

// ReplayDecides says that a plan takes more shards than the formulas ask for, and what does
// not hold on those in a replay.
func ReplayDecides(formula, shards int, why string) Notice {
	return replayDecides.notice(fmt.Sprintf("The formulas ask for %s, which do not hold in the replay; %s do. %s",
		unit.Plural(formula, "shard"), unit.Grouped(float64(shards), 0), why),
		"{run:replay} shows it on any number of shards.")
}

// NoCountHolds says that no number of shards that a stream can have holds in a replay, and
// what does not on as many as the formulas ask for.
func NoCountHolds(most int, why string) Notice {
	return noCountHolds.notice(fmt.Sprintf("No number of shards up to %s holds in the replay. %s",
		unit.Grouped(float64(most), 0), why),
		"Make the consumer faster, or give it a {consumer.latency} that it can keep.")
}

// ThrottledID is the id of [Throttled].
const ThrottledID = "throttled"

// Throttled says that more of the records are in excess of the write limits than are
// allowed; both are shares.
func Throttled(share, allowed float64) Notice {
	return throttled.notice(
		fmt.Sprintf(
			"%s of the records were in excess of the write limits; %s may be.",
			smallShare(share),
			smallShare(allowed),
		),
		"",
	)
}

// Lost says how many records producers gave up.
func Lost(records float64) Notice {
	return lost.notice("Producers gave up "+wholeRecords(records)+".", "")
}

// Expired says how many records expired before a consumer read them.
func Expired(consumer string, records float64) Notice {
	what, them := wholeRecords(records), "them"
	if what == oneRecord {
		them = "it"
	}
	return expired.notice(fmt.Sprintf("%s expired before %s read %s.", what, consumer, them), "")
}

// NeverDrains says how many records wait at their producers when the traffic ends and go
// on to wait, because what comes in a day is so large a share of what their shards take.
func NeverDrains(records, load float64) Notice {
	return neverDrains.notice(fmt.Sprintf("%s wait at their producers when the traffic ends and never drain: "+
		"what comes in a day is %s of what their shards take.", wholeRecords(records), smallShare(load)), "")
}

// AtRetention says that a consumer has not read a record before it was as old as the
// retention.
func AtRetention(consumer string, retention unit.Duration) Notice {
	return atRetention.notice(fmt.Sprintf("The iterator age of %s reaches the retention of %s: "+
		"a moment later, data is lost.", consumer, retention), "")
}

// GivenUp says how many records a consumer gave up with a poison-pill record.
func GivenUp(consumer string, records float64) Notice {
	return givenUp.notice(fmt.Sprintf("%s gave up %s without processing.", consumer, wholeRecords(records)), "")
}

// WritesGivenUp says that producers give up records that wait for the shards.
func WritesGivenUp(seconds, allowed float64) Notice {
	took, bound := twoTimes(seconds, allowed)
	return writesGivenUp.notice(fmt.Sprintf("Throttled records would wait up to %s at their producers, which give them up "+
		"after %s: those are lost.", took, bound), "")
}

// BufferFull says that producers cannot hold what waits for the shards.
func BufferFull(held, most unit.Bytes, processes int) Notice {
	size := func(b unit.Bytes) string { return unit.Grouped(float64(b/unit.MiB), 1) + " MiB" }
	return bufferFull.notice(fmt.Sprintf("Up to %s of throttled records would wait at producers, which hold %s × %s: "+
		"at least %s are lost.", size(held), count(processes), size(most/unit.Bytes(processes)), size(held-most)), "")
}

// LosesSteadily says which share of the records a consumer loses in the long run.
func LosesSteadily(consumer string, share float64) Notice {
	return losingGround.notice(fmt.Sprintf("%s reads less than comes, and goes on to lose %s of the records.",
		consumer, smallShare(share)), "")
}

// NotKeptUp says that records wait longer for a consumer without a latency than it is
// assumed to allow.
func NotKeptUp(consumer string, seconds, allowed float64) Notice {
	took, bound := twoTimes(seconds, allowed)
	return latencyMissed.notice(fmt.Sprintf("Records waited for %s up to %s; without a latency of its own "+
		"it has to keep up within %s.", consumer, took, bound), "")
}

// NotCaughtUp says that a consumer without a latency, which may lag behind through the
// daily peak, catches up too late.
func NotCaughtUp(consumer string, seconds, allowed float64) Notice {
	took, bound := twoTimes(seconds, allowed)
	return latencyMissed.notice(fmt.Sprintf("%s needs %s to recover; without a latency of its own "+
		"it has %s.", consumer, took, bound), "")
}

// RecoveryMissed says that a consumer recovers more slowly than its latency allows.
func RecoveryMissed(consumer string, seconds, allowed float64) Notice {
	took, bound := twoTimes(seconds, allowed)
	return latencyMissed.notice(fmt.Sprintf("%s needs %s to recover; it has %s.", consumer, took, bound), "")
}

// DelayMissed says that records wait longer for a consumer than its latency allows.
func DelayMissed(consumer string, seconds, allowed float64) Notice {
	took, bound := twoTimes(seconds, allowed)
	return latencyMissed.notice(fmt.Sprintf("Records waited for %s up to %s; %s is allowed.", consumer, took, bound), "")
}

// CatchUpMissed says that a consumer needs longer to catch up than it may.
func CatchUpMissed(consumer string, seconds, allowed float64) Notice {
	took, bound := twoTimes(seconds, allowed)
	return catchUpMissed.notice(fmt.Sprintf("%s needs %s to catch up; it has %s.", consumer, took, bound), "")
}

// LosingGround says how long a consumer has been behind when the traffic ends, and
// that it is not on the way back.
func LosingGround(consumer string, seconds float64) Notice {
	return losingGround.notice(
		fmt.Sprintf(
			"%s has been behind for %s when the traffic ends, and may never catch up.",
			consumer,
			lasting(seconds).Prose(),
		),
		"",
	)
}

// twoTimes returns two times as text. Where they differ by less than their text shows,
// they are exact seconds.
func twoTimes(a, b float64) (first, second string) {
	first, second = lasting(a).Prose(), lasting(b).Prose()
	if first == second {
		return unit.Grouped(a, 3) + " s", unit.Grouped(b, 3) + " s"
	}
	return first, second
}

func lasting(seconds float64) unit.Duration { return unit.Duration(seconds * float64(time.Second)) }

const oneRecord = "1 record"

// wholeRecords returns a number of records as text, of which a part is one.
func wholeRecords(n float64) string {
	const rounding = 1e-6 // of sums
	whole := math.Ceil(max(0, n-rounding))
	if whole == 1 {
		return oneRecord
	}
	return unit.Grouped(whole, 0) + " records"
}

// smallShare returns a share with at least two significant digits.
func smallShare(share float64) string {
	const most = 8
	decimals := 0
	for x := 100 * share; x > 0 && x < 10 && decimals < most; x *= 10 {
		decimals++
	}
	return unit.Grouped(100*share, decimals) + "%"
}

// some returns the first of some texts, and how many more there are.
func some(texts []string) string {
	const most = 5
	if len(texts) <= most {
		return strings.Join(texts, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(texts[:most], ", "), len(texts)-most)
}
