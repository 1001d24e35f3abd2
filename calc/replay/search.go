package replay

import "sort"

// Fewest returns the fewest of 1 to most shards that hold, and reports whether there
// are any. It looks from a guess on, in growing steps to a count that holds and one
// that does not, and then between the two. More shards are assumed to hold whatever
// fewer do, and the answer to be near the guess more often than not. No count is tried
// twice.
func Fewest(guess, most int, holds func(shards int) bool) (shards int, ok bool) {
	guess = min(max(guess, 1), most)
	low, high := 0, most+1 // low does not hold; high does, if it is not above most
	try := func(n int) {
		if holds(n) {
			high = n
		} else {
			low = n
		}
	}
	try(guess)
	for step := 1; low == 0 && high > 1; step *= 2 {
		try(max(high-step, 1))
	}
	for step := 1; high > most && low < most; step *= 2 {
		try(min(low+step, most))
	}
	between := high - low - 1
	high -= sort.Search(between, func(k int) bool { return !holds(high - 1 - k) })
	return high, high <= most
}
