package notice

import (
	"fmt"

	"github.com/kcalc/kcalc/model/unit"
)

var defaultMoves = declare("default-moves-answer", "review", Weakens)

// DefaultMoves says that an input which nobody gave decides the answer: with a fifth less and a
// fifth more of it so many shards are recommended.
func DefaultMoves(key string, less, more int) Notice {
	return defaultMoves.about(key, fmt.Sprintf("Nobody said %s: it is the default, and with a fifth less or more of it "+
		"the answer is %s or %s.", key, unit.Plural(less, "shard"), unit.Plural(more, "shard")),
		fmt.Sprintf("Measure it or decide it, and give {%s}.", key))
}

var costWithoutData = declare("cost-without-data", "diff", Weakens)

// CostWithoutData says that nothing tells what is written, so that the cost is that of no data.
func CostWithoutData() Notice {
	return costWithoutData.notice("Nothing says how much is written: the dollars are those of shards, streams, retention and "+
		"registrations, without data, and whether the shards carry the traffic is not known.",
		"Declare {producer.average} and {producer.record_size}.")
}
