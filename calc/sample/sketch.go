package sample

import (
	"container/heap"
	"slices"

	"github.com/kcalc/kcalc/model"
)

// recordWeight is how many bytes fill a shard for as long as one record does: 1 MiB ÷ 1,000.
const recordWeight = 1049

// billionths is how many parts a Kinesis record has that user records share.
const billionths = 1_000_000_000

// amount is what a key brought, in whole numbers, so that the order does not matter in which
// records are added.
type amount struct {
	users, bytes int64
	parts        int64 // billionths of Kinesis records
}

func (a *amount) add(b amount) {
	a.users, a.bytes, a.parts = a.users+b.users, a.bytes+b.bytes, a.parts+b.parts
}

func (a *amount) weight() int64 { return a.users*recordWeight + a.bytes }

func (a *amount) traffic() model.KeyTraffic {
	return model.KeyTraffic{UserRecords: a.users, Bytes: a.bytes, Records: float64(a.parts) / billionths}
}

// counter counts a key.
type counter struct {
	hash  model.Hash
	name  string
	count amount // since it is counted
	most  int64  // weight that the key has at most, with what it had before
	place int    // in the heap
}

// sketch counts keys: each by itself up to a number of them; beyond that the heaviest, by the
// Space-Saving algorithm. A key that is new takes the place of the lightest, and may have brought
// as much before as that. A counter has only what its key brought since then, so that no count is
// above the truth, and what the replaced brought goes to the rest.
//
// (A. Metwally, D. Agrawal, A. El Abbadi, Efficient computation of frequent and top-k elements
// in data streams, ICDT 2005)
type sketch struct {
	most     int
	counters map[model.Hash]*counter
	lightest byWeight // none as long as all keys fit
	rest     amount
}

func newSketch(most int) *sketch { return &sketch{most: most, counters: map[model.Hash]*counter{}} }

// add adds what a key brought. Its name is made only for a key that is new.
func (s *sketch) add(hash model.Hash, name func() string, a amount) {
	c := s.counters[hash]
	switch {
	case c != nil:
	case len(s.counters) < s.most:
		c = &counter{hash: hash, name: name(), place: -1}
		s.counters[hash] = c
	default:
		c = s.replace(hash, name)
	}
	c.count.add(a)
	c.most += a.weight()
	if s.lightest != nil {
		heap.Fix(&s.lightest, c.place)
	}
}

// replace gives the counter of the lightest key to another.
func (s *sketch) replace(hash model.Hash, name func() string) *counter {
	if s.lightest == nil {
		for _, c := range s.counters {
			s.lightest = append(s.lightest, c)
		}
		slices.SortFunc(s.lightest, func(a, b *counter) int { return a.hash.Compare(b.hash) })
		for i, c := range s.lightest {
			c.place = i
		}
		heap.Init(&s.lightest)
	}
	c := s.lightest[0]
	s.rest.add(c.count)
	delete(s.counters, c.hash)
	c.hash, c.name, c.count = hash, name(), amount{}
	s.counters[hash] = c
	return c
}

// full reports whether keys were replaced.
func (s *sketch) full() bool { return s.lightest != nil }

// wrong returns how many user records and bytes a key may have brought beside its count.
func (s *sketch) wrong() (users, bytes int64) {
	least := s.lightest[0].most
	return (least + recordWeight - 1) / recordWeight, least
}

// keys returns the keys that are counted, by hash key.
func (s *sketch) keys() []model.SampledKey {
	list := make([]model.SampledKey, 0, len(s.counters))
	for _, c := range s.counters {
		list = append(list, model.SampledKey{Hash: c.hash, Name: c.name, KeyTraffic: c.count.traffic()})
	}
	slices.SortFunc(list, func(a, b model.SampledKey) int { return a.Hash.Compare(b.Hash) })
	return list
}

// byWeight is a heap of counters, the lightest first.
type byWeight []*counter

func (h byWeight) Len() int           { return len(h) }
func (h byWeight) Less(i, j int) bool { return h[i].most < h[j].most }
func (h byWeight) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i, j
}
func (h *byWeight) Push(any) { panic("a counter is replaced, and none is added") }
func (h *byWeight) Pop() any { panic("a counter is replaced, and none is removed") }
