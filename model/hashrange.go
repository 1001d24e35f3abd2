package model

import (
	"math/big"

	"github.com/kcalc/kcalc/model/unit"
)

// HashSkew returns how many times the mean hash range the largest one of some open shards
// is: the load of its shard ÷ the mean load, where no partition key stands out. It reports
// false where the ranges are not known.
//
//	κ = max(rᵢ) ÷ (Σrᵢ/N)
func HashSkew(shards []Shard) (unit.Factor, bool) {
	total, largest := new(big.Int), new(big.Int)
	for _, shard := range shards {
		first, ok := new(big.Int).SetString(shard.FirstHash, 10)
		last, known := new(big.Int).SetString(shard.LastHash, 10)
		if !ok || !known || last.Cmp(first) < 0 {
			return 0, false
		}
		size := last.Sub(last, first)
		size.Add(size, big.NewInt(1)) // the last key is in the range
		total.Add(total, size)
		if size.Cmp(largest) > 0 {
			largest = size
		}
	}
	if len(shards) == 0 {
		return 0, false
	}
	largest.Mul(largest, big.NewInt(int64(len(shards))))
	factor, _ := new(big.Rat).SetFrac(largest, total).Float64()
	return unit.Factor(factor), true
}
