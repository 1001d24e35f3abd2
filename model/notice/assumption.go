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
