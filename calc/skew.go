package calc

import "math"

// Skew is how much more than the mean the hottest of N shards gets: a factor κ that was
// declared or measured, or what few partition keys make of N. It is never more than
// everything, which one shard can take: the hottest gets min(κ/N, 1) of the traffic.
type Skew struct {
	factor float64 // κ, where it does not hang on N
	keys   *keys   // nil where it does not
	bytes  *keys   // of bytes, where those lie otherwise than records do; else nil
}

// ofBytes returns the skew of bytes, where that is another one than the skew of records.
func (k Skew) ofBytes() Skew {
	if k.bytes != nil {
		k.keys = k.bytes
	}
	return k
}

// of returns the skew of what a term counts.
func (k Skew) of(t *term) Skew {
	if t.counts == bytesWritten {
		return k.ofBytes()
	}
	return k
}

// placed reports whether the keys are known one by one, so that more shards can be hotter than
// fewer.
func (k Skew) placed() bool { return k.keys != nil && k.keys.placed != nil }

// Even returns how many shards a stream has on which each shard of an even one
// gets as much as the hottest of N: 1/min(κ/N, 1). Below one shard it is N.
func (k Skew) Even(shards float64) float64 {
	switch {
	case k.keys == nil:
		return max(shards/k.factor, min(shards, 1))
	case shards < 1:
		return shards
	}
	return 1 / k.keys.share(int(math.Min(shards*(1-Tolerance)+1, mostSpread)))
}

// Varies reports whether κ depends on the number of shards.
func (k Skew) Varies() bool { return k.keys != nil }

// Factor returns κ, of records, for a number of shards, of which there is one at least.
func (k Skew) Factor(shards float64) float64 {
	if k.keys == nil {
		return k.factor
	}
	return shards / k.Even(shards)
}

// BytesFactor returns κ of bytes, which of keys that are placed is another one than that of records.
func (k Skew) BytesFactor(shards float64) float64 { return k.ofBytes().Factor(shards) }

// Shards returns the smallest N of which the hottest gets no more than each shard
// of an even stream of so many: it is the inverse of even. From 1 to κ shards the
// hottest gets everything, so what does not fit on one needs more than κ. With few keys
// it is a whole number, or +Inf where one key alone is more than a shard may get.
func (k Skew) Shards(even float64) float64 {
	switch {
	case even*(1-Tolerance) <= 1:
		return even
	case k.keys == nil:
		return k.factor * even
	}
	return k.keys.shards(1 / even)
}

// Matters reports whether skew makes a need any larger.
func (k Skew) Matters(even float64) bool { return k.Shards(even) != even }

// None reports whether every shard gets the same.
func (k Skew) None() bool { return k.keys == nil && k.factor == 1 }
