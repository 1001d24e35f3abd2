package keys

import (
	"errors"

	"github.com/kcalc/kcalc/model"
)

// Ranges are the hash ranges of a stream's shards in order, by where each begins. The first
// begins at 0, and the last ends with the last hash key.
type Ranges []model.Hash

// Uniform returns n ranges that are equal, as AWS makes them, for n from 1.
func Uniform(n int) Ranges {
	r := make(Ranges, n)
	for i := range r {
		r[i] = model.UniformStart(i, n)
	}
	return r
}

// RangesOf returns the ranges of open shards in the order of their hash keys.
func RangesOf(shards []model.Shard) (Ranges, error) {
	r := make(Ranges, len(shards))
	next := model.Hash{}
	for i := range shards {
		first, err := model.ParseHash(shards[i].FirstHash)
		last, lastErr := model.ParseHash(shards[i].LastHash)
		switch {
		case err != nil || lastErr != nil || last.Less(first):
			return nil, errors.New("shard " + shards[i].ID + " has no hash range")
		case first != next:
			return nil, errors.New("shard " + shards[i].ID + " does not begin where the one before it ends")
		}
		r[i], next = first, last.Plus(1)
	}
	if len(r) == 0 || next != (model.Hash{}) {
		return nil, errors.New("the open shards do not have all hash keys")
	}
	return r, nil
}

// Range returns the hash range of shard i.
func (r Ranges) Range(i int) model.HashRange {
	if i+1 == len(r) {
		return model.HashRange{First: r[i], Last: model.MaxHash}
	}
	return model.HashRange{First: r[i], Last: r[i+1].Before()}
}

// width returns the share of the hash keys that shard i has.
func (r Ranges) width(i int) float64 {
	if i+1 == len(r) {
		return 1 - r[i].Share()
	}
	return r[i+1].Minus(r[i]).Share()
}

// Place returns what each shard gets.
func (s *Set) Place(r Ranges) []Load {
	loads := make([]Load, len(r))
	first := 0
	for i := range r {
		last := len(s.hashes)
		if i+1 < len(r) {
			last = s.keyAt(r[i+1])
		}
		loads[i] = s.between(first, last, r.width(i))
		first = last
	}
	return loads
}

// Hottest returns the shard with the largest fill, and that fill.
func (s *Set) Hottest(loads []Load) (shard int, fill float64) {
	for i, l := range loads {
		if f := s.Fill(l); f > fill {
			shard, fill = i, f
		}
	}
	return shard, fill
}
