package calc

// Skew is κ, how much more than the mean the hottest of N shards gets. It is
// never more than everything, which one shard can take: the hottest gets
// min(κ/N, 1) of the traffic.
type Skew float64

// Even returns how many shards a stream has on which each shard of an even one
// gets as much as the hottest of N: 1/min(κ/N, 1). Below one shard it is N.
func (k Skew) Even(shards float64) float64 { return max(shards/float64(k), min(shards, 1)) }

// Shards returns the smallest N of which the hottest gets no more than each shard
// of an even stream of so many: it is the inverse of even. From 1 to κ shards the
// hottest gets everything, so what does not fit on one needs more than κ.
func (k Skew) Shards(even float64) float64 {
	if even*(1-Tolerance) <= 1 {
		return even
	}
	return float64(k) * even
}

// Matters reports whether skew makes a need any larger.
func (k Skew) Matters(even float64) bool { return k.Shards(even) != even }
