package cost

import (
	"github.com/kcalc/kcalc/model"
)

// Request is what is asked of the cost of a workload.
type Request struct {
	Modes  []model.Mode
	Counts Counts // shards of the provisioned mode

	// Today is what the stream is now, priced beside the modes, if that is known.
	Today model.Maybe[Today]

	// Split is how the producer's part is split among the consumers; "" is not at all.
	Split model.ProducerSplit

	// Fit judges whether a mode carries a workload, with so many shards where it is
	// provisioned. Where it is nil nobody knows, and every mode may be the cheapest.
	Fit func(w *model.Workload, mode model.Mode, shards int) model.Maybe[model.ModeFit]
}

// Today is a mode and the shards that a stream has in it.
type Today struct {
	Mode   model.Mode
	Shards int
}

// Counts are the shards of a provisioned stream: a fixed number, or those that are
// recommended, which are never fewer than what else asks for some, such as a replay.
type Counts struct {
	Fixed int // 0 where they are the recommended ones
	Least int
}

// of returns the shards of a workload for which the formulas recommend a number.
func (c Counts) of(recommended int) int {
	if c.Fixed > 0 {
		return c.Fixed
	}
	return max(recommended, c.Least)
}
