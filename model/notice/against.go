package notice

import (
	"fmt"

	"github.com/kcalc/kcalc/model/unit"
)

// What was measured of a stream's consumers and producers that speaks against fewer
// shards.
var (
	dataLost        = declare("data-lost", "evidence.consumers", Changes)
	iteratorAge     = declare("iterator-age", "evidence.consumers", Changes)
	iteratorAgeRose = declare("iterator-age-rises", "evidence.consumers", Changes)
	readsThrottled  = declare("reads-throttled", "evidence.consumers", Changes)
	writesThrottled = declare("writes-throttled", "evidence.demand", Changes)
	functionErrors  = declare("function-errors", "evidence.consumers", Changes)
)

// DataLost says that a consumer was as far behind as the stream keeps records: what it
// had not read by then expired.
func DataLost(consumer string, behind, kept unit.Duration) Notice {
	return dataLost.notice(
		fmt.Sprintf("Data is being lost: %s was %s behind, and the stream keeps records for %s. What is older expires "+
			"unread.",
			consumer, behind.Prose(), kept),
		"Raise {retention} first, to gain time; then make the consumer faster or give it more shards.")
}

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

// WritesThrottled says that records were rejected day after day.
func WritesThrottled(total float64, share unit.Fraction) Notice {
	return writesThrottled.notice(
		fmt.Sprintf("%s records were rejected at the write limits in the last quarter of the window, in %s of its "+
			"periods.", unit.Grouped(total, 0), share.Prose()),
		"Look for a hot shard or for bursts within the minute: CloudWatch's sums hide both.")
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
