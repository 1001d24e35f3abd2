package calc

import "math"

// Tolerance is the relative error that a need may have from its last bits.
const Tolerance = 1e-12

// mostShards is where a count saturates. Nothing near it is feasible; it keeps
// the conversion to an integer defined.
const mostShards = 1e15

// Shards returns the whole number of shards that a need takes. A need that is
// an exact integer must not be rounded up by its last bit, so the ceiling is
// taken of a number smaller by the tolerance. This is the only ceiling of a
// need.
func Shards(need float64) int {
	return int(math.Ceil(math.Min(need, mostShards) * (1 - Tolerance)))
}
