package sample

import (
	"maps"
	"math/bits"
	"slices"

	"github.com/kcalc/kcalc/model"
)

// sizes counts records by size: each size below 16 bytes by itself, and above that eight sizes
// to each power of two.
type sizes map[int64]*model.SizeCount

func (s sizes) add(size int64) {
	most := bucket(size)
	count := s[most]
	if count == nil {
		count = &model.SizeCount{Largest: most}
		s[most] = count
	}
	count.Records++
	count.Bytes += size
}

// bucket returns the largest size that is counted together with one.
func bucket(size int64) int64 {
	const single, finer = 16, 3
	if size < single {
		return size
	}
	shift := bits.Len64(uint64(size)) - 1 - finer
	return (size>>shift+1)<<shift - 1
}

func (s sizes) list() []model.SizeCount {
	list := []model.SizeCount{}
	for _, most := range slices.Sorted(maps.Keys(s)) {
		list = append(list, *s[most])
	}
	return list
}
