package replay

// Fewest answers the fewest of 1 to most shards that hold, looking from a guess on.
// It is taken that more shards hold what fewer do, and that the answer is near the
// guess more often than not: what is tried are counts in growing steps from there
// to one that holds and one that does not, and then between the two. Not ok: the
// most do not hold.
func Fewest(guess, most int, holds func(shards int) bool) (shards int, ok bool) {
	guess = min(max(guess, 1), most)
	low, high := 0, most+1 // low does not hold; high does, if it is not above most
	if holds(guess) {
		high = guess
	} else {
		low = guess
	}
	for step := 1; low == 0 && high > 1; step *= 2 {
		if try := max(high-step, 1); holds(try) {
			high = try
		} else {
			low = try
		}
	}
	for step := 1; high > most && low < most; step *= 2 {
		if try := min(low+step, most); holds(try) {
			high = try
		} else {
			low = try
		}
	}
	for high-low > 1 {
		if try := (low + high) / 2; holds(try) {
			high = try
		} else {
			low = try
		}
	}
	return high, high <= most
}
