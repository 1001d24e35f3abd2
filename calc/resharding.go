package calc

import "github.com/kcalc/kcalc/model"

// UniformOperations returns the fewest splits and merges that lead from one number of equal
// shards to another, both above 0. A boundary that both have stays: ⌊i·2^128/from⌋ and
// ⌊j·2^128/to⌋ are the same gcd times.
//
//	splits = to − gcd(from, to), merges = from − gcd(from, to)
func UniformOperations(from, to int) (splits, merges int) {
	gcd := from
	for rest := to; rest > 0; {
		gcd, rest = rest, gcd%rest
	}
	return to - gcd, from - gcd
}

// ReshardCalls returns the counts to ask UpdateShardCount for, in order, to get from one
// number of shards to another. They end where it does, which may be short of the goal: it goes
// to at most twice and at least half of the current count, to at most 10,000 shards; above
// that it only goes below. (The API reference of UpdateShardCount.)
func ReshardCalls(l *model.Limits, from, to int) []int {
	factor, most := int(l.ReshardFactor.Value), l.StreamShards.Value
	calls := []int{}
	if from > most && to > most {
		return calls
	}
	for at := from; at != to; {
		next := min(to, at*factor, most)
		if to < at {
			next = max(to, (at+factor-1)/factor)
			if at > most {
				next = min(next, most-1)
			}
		}
		if to > at && next <= at || next*factor < at {
			break
		}
		calls = append(calls, next)
		at = next
	}
	return calls
}

// CallOperations returns the splits and merges of all calls, from a number of equal shards on.
func CallOperations(from int, calls []int) (splits, merges int) {
	for _, to := range calls {
		s, m := UniformOperations(from, to)
		splits, merges, from = splits+s, merges+m, to
	}
	return splits, merges
}

// CheaperTarget returns the next larger number of shards, up to a quarter more, that takes at
// most half of the operations that a target takes. It reports false where there is none.
func CheaperTarget(l *model.Limits, from, to int) (shards, operations int, ok bool) {
	const within = 4
	splits, merges := CallOperations(from, ReshardCalls(l, from, to))
	for n := to + 1; n <= min(to+to/within, l.StreamShards.Value); n++ {
		calls := ReshardCalls(l, from, n)
		if len(calls) == 0 || calls[len(calls)-1] != n {
			continue
		}
		if s, m := CallOperations(from, calls); 2*(s+m) <= splits+merges {
			return n, s + m, true
		}
	}
	return 0, 0, false
}

// A split or a merge may take so long to begin, as users have seen it.
const (
	secondsToBegin = 30
	seenBy         = "https://github.com/apache/druid/issues/12255"
)

// ReshardTime returns how long so many splits and merges take, one after the other: from the time of
// one alone, to that with the time until it begins.
func ReshardTime(l *model.Limits, operations int) model.ReshardTime {
	n := float64(operations)
	least := n * l.ReshardOperation.Value.Seconds()
	return model.ReshardTime{Least: least, Most: least + n*secondsToBegin,
		Source: l.ReshardOperation.Source + ", " + seenBy}
}
