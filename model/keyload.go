package model

import "github.com/kcalc/kcalc/model/unit"

// KeyLoad is what the largest partition key brings: a rate, or a share of all records. It is
// not known where both are 0.
type KeyLoad struct {
	Rate  unit.RecordsPerSecond // at the peak
	Share unit.Fraction
}

// Known reports whether something is known.
func (k KeyLoad) Known() bool { return k.Rate > 0 || k.Share > 0 }

// LargestShare returns the share of the records that the largest partition key brings: of n
// keys of which no more is known each brings 1/n, and of keys that are known one by one the largest
// has its own, of records or of bytes, whichever fills a shard sooner. It is 0 where nothing is known of keys.
func (p *Producer) LargestShare() float64 {
	switch {
	case p.Placed != nil:
		return float64(p.Placed.Largest)
	case p.LargestKey.Share > 0:
		return float64(p.LargestKey.Share)
	case p.LargestKey.Rate > 0 && p.Peak > 0:
		return min(1, float64(p.LargestKey.Rate/p.Peak))
	case p.Keys > 0:
		return 1 / float64(p.Keys)
	}
	return 0
}
