package notice

import (
	"fmt"

	"github.com/kcalc/kcalc/model/unit"
)

// Changes that a plan advises. Their message says what is changed.
var (
	aggregate      = declare("aggregate", "aggregation", Note)
	compress       = declare("compress", "advice", Note)
	saltKeys       = declare("salt-keys", "skew-and-burst", Note)
	enhancedFanOut = declare("enhanced-fan-out", "advice", Note)
	recoveryBound  = declare("recovery-bound", "advice", Note)
	pollInterval   = declare("poll-interval", "advice", Note)
	_              = declare("relax", "advice", Note) // by package calc, for each constraint
)

// Aggregate advises to aggregate records with the KPL. The count holds for so many
// producer processes, or for any number of them.
func Aggregate(buffer unit.Duration, size unit.Bytes, producers int, any bool) Notice {
	holdsFor := "up to " + unit.Plural(producers, "producer process")
	if any {
		holdsFor = "any number of producer processes"
	}
	return aggregate.notice(fmt.Sprintf("Aggregate records with the KPL (%s buffer, aggregates of %s); the count holds "+
		"for %s.", buffer, size.Prose(), holdsFor), "")
}

// Compress advises to compress records to a size.
func Compress(to unit.Bytes) Notice {
	return compress.notice("Compress records to half their size, "+to.Prose()+" each.", "")
}

// SaltKeys advises to spread the partition keys.
func SaltKeys(skew unit.Factor) Notice {
	return saltKeys.notice(fmt.Sprintf("Salt the partition keys, so that no shard carries more than the others (skew 1 "+
		"instead of %s).", skew), "")
}

// EnhancedFanOut advises to give a consumer dedicated throughput.
func EnhancedFanOut(consumer string) Notice {
	return enhancedFanOut.about(consumer, fmt.Sprintf("Move %s to enhanced fan-out.", consumer), "")
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
		"",
	)
}

// PollInterval advises that all standard consumers poll less often.
func PollInterval(every unit.Duration) Notice {
	return pollInterval.notice(fmt.Sprintf("Let every standard consumer poll every %s.", every), "")
}
