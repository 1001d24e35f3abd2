package calc

// skew is κ, how much more than the mean the hottest of N shards gets. It is
// never more than everything, which one shard can take: the hottest gets
// min(κ/N, 1) of the traffic.
type skew float64

// even returns how many shards a stream has on which each shard of an even one
// gets as much as the hottest of N: 1/min(κ/N, 1). Below one shard it is N.
func (k skew) even(shards float64) float64 { return max(shards/float64(k), min(shards, 1)) }

// shards returns the smallest N of which the hottest gets no more than each shard
// of an even stream of so many: it is the inverse of even. From 1 to κ shards the
// hottest gets everything, so what does not fit on one needs more than κ.
func (k skew) shards(even float64) float64 {
	if even*(1-tolerance) <= 1 {
		return even
	}
	return float64(k) * even
}

// counts reports whether skew makes a need any larger.
func (k skew) counts(even float64) bool { return k.shards(even) != even }
