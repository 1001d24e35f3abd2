package keys

import (
	"sort"

	"github.com/kcalc/kcalc/model"
)

// Load is records, and the bytes of them.
type Load struct{ Records, Bytes float64 }

func (l Load) plus(other Load) Load { return Load{l.Records + other.Records, l.Bytes + other.Bytes} }

func (l Load) minus(other Load) Load { return Load{l.Records - other.Records, l.Bytes - other.Bytes} }

func (l Load) times(x float64) Load { return Load{l.Records * x, l.Bytes * x} }

// Set is what the keys of a stream bring, in the order of their hash keys.
type Set struct {
	hashes []model.Hash
	loads  []Load  // of all hash keys before one; one more than hashes
	rest   Load    // of all other keys, spread evenly over the hash keys
	takes  Load    // by a shard in a second
	heavy  []heavy // the heaviest keys, the heaviest first
}

// heavy is a key, and the time for which one shard takes what it brings.
type heavy struct {
	key  model.KeyCount
	fill float64
}

// MostHeavy is how many of the heaviest keys are known by name.
const MostHeavy = 1000

// New returns the set of some keys, which are in the order of their hash keys, with the write
// limits of a shard.
func New(counts *model.KeyCounts, limits *model.Limits) *Set {
	return newSet(counts, Load{float64(limits.ShardWriteRecords.Value), float64(limits.ShardWriteBytes.Value)})
}

func newSet(counts *model.KeyCounts, takes Load) *Set {
	s := &Set{
		hashes: make([]model.Hash, 0, len(counts.Keys)),
		loads:  make([]Load, 1, len(counts.Keys)+1),
		rest:   Load{counts.Rest.Records, counts.Rest.Bytes},
		takes:  takes,
	}
	for i := range counts.Keys {
		k := &counts.Keys[i]
		s.hashes = append(s.hashes, k.Hash)
		s.loads = append(s.loads, s.loads[i].plus(Load{k.Records, k.Bytes}))
	}
	s.heavy = s.heaviest(counts.Keys)
	return s
}

// heaviest returns the heaviest keys, the heaviest first.
func (s *Set) heaviest(keys []model.KeyCount) []heavy {
	var list []heavy
	byFill := func(i, j int) bool { return list[i].fill > list[j].fill }
	for i := range keys {
		fill := s.Fill(Load{keys[i].Records, keys[i].Bytes})
		if len(list) == 2*MostHeavy {
			sort.SliceStable(list, byFill)
			list = list[:MostHeavy]
		}
		if len(list) < MostHeavy || fill > list[MostHeavy-1].fill {
			list = append(list, heavy{keys[i], fill})
		}
	}
	sort.SliceStable(list, byFill)
	return list[:min(len(list), MostHeavy)]
}

// Keys returns how many keys there are, beside all others.
func (s *Set) Keys() int { return len(s.hashes) }

// Total returns what all keys bring.
func (s *Set) Total() Load { return s.loads[len(s.hashes)].plus(s.rest) }

// Rest returns what all other keys bring.
func (s *Set) Rest() Load { return s.rest }

// Largest returns the heaviest key, and what it brings.
func (s *Set) Largest() (model.KeyCount, Load) {
	k := s.heavy[0].key
	return k, Load{k.Records, k.Bytes}
}

// Heavy returns the heaviest keys of a hash range, at most so many, the heaviest first. It
// knows the [MostHeavy] heaviest of all.
func (s *Set) Heavy(r model.HashRange, most int) []model.KeyCount {
	list := []model.KeyCount{}
	for i := range s.heavy {
		if hash := s.heavy[i].key.Hash; !hash.Less(r.First) && !r.Last.Less(hash) && len(list) < most {
			list = append(list, s.heavy[i].key)
		}
	}
	return list
}

// Fill returns the seconds for which one shard takes a load at its write limits: the larger
// of those of its records and of its bytes.
//
//	fill = max(records ÷ Wr, bytes ÷ Wb)
func (s *Set) Fill(l Load) float64 { return max(l.Records/s.takes.Records, l.Bytes/s.takes.Bytes) }

// keyAt returns the first key at a hash key or above it.
func (s *Set) keyAt(hash model.Hash) int {
	return sort.Search(len(s.hashes), func(i int) bool { return !s.hashes[i].Less(hash) })
}

// between returns what keys i to j - 1 bring, and all other keys in a share of the hash keys.
func (s *Set) between(i, j int, width float64) Load {
	return s.loads[j].minus(s.loads[i]).plus(s.rest.times(width))
}
