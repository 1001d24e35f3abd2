package keys

import (
	"slices"
	"strconv"
	"sync"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Placement returns where the keys land, for the formulas of a plan: on equal shards, but on
// today's ranges for as many shards as there are today. Today may be nil. It may be asked by
// several goroutines.
func (s *Set) Placement(limits *model.Limits, today Ranges) *model.Placement {
	p := &placement{set: s, most: most(limits), hottest: map[int]model.LoadShare{}, least: map[int]model.LoadShare{}}
	p.ranges = func(n int) Ranges {
		if n == len(today) {
			return today
		}
		return Uniform(n)
	}
	p.suspects = func(n int) model.LoadShare { return s.suspected(p.ranges(n)) }
	p.at = func(h model.Hash, n int) model.LoadShare { return s.sharesOf(s.uniformLoad(shardOf(h, n), n)) }
	if today == nil {
		p.suspects = s.suspectedEqual
	} else {
		p.not = len(today)
	}
	of := p.model()
	of.Salted = func(values int) *model.Placement { return s.salted(values).Placement(limits, today) }
	of.Targeted = func() *model.Placement { return s.targeted(limits) }
	return of
}

// targeted returns the placement on shards that are cut at the keys.
func (s *Set) targeted(limits *model.Limits) *model.Placement {
	_, largest := s.Largest()
	p := &placement{set: s, most: most(limits), hottest: map[int]model.LoadShare{}, least: map[int]model.LoadShare{}}
	p.ranges = s.Split
	p.suspects = func(n int) model.LoadShare {
		least := s.sharesOf(largest)
		return model.LoadShare{Records: max(least.Records, 1/float64(n)), Bytes: max(least.Bytes, 1/float64(n))}
	}
	of := p.model()
	of.Salted = func(values int) *model.Placement { return s.salted(values).targeted(limits) }
	of.Targeted = func() *model.Placement { return nil }
	return of
}

// placement remembers what it was asked.
type placement struct {
	set      *Set
	most     int                         // shards
	ranges   func(n int) Ranges          // of n shards
	suspects func(n int) model.LoadShare // what the hottest has at least, which takes less time to know
	lock     sync.Mutex                  // of all that is below
	hottest  map[int]model.LoadShare
	least    map[int]model.LoadShare

	// Where keys cluster, the hottest of one number of shards is one of the hot ones of the next. spots are
	// hash keys in those of late, the last first, and at returns what the shard of one has; nil where shards
	// are not equal ones, and not so of one number.
	spots []model.Hash
	at    func(h model.Hash, n int) model.LoadShare
	not   int
}

// mostSpots is how many hash keys of hot shards are looked at.
const mostSpots = 64

// spotted reports whether a shard that was hot of late is above a share on n shards.
func (p *placement) spotted(n int, within func(model.LoadShare) bool) bool {
	if p.at == nil || n == p.not {
		return false
	}
	p.lock.Lock()
	defer p.lock.Unlock()
	for i, h := range p.spots {
		if !within(p.at(h, n)) {
			copy(p.spots[1:i+1], p.spots[:i])
			p.spots[0] = h
			return true
		}
	}
	return false
}

// spot notes the middle of the shard that is above a share.
func (p *placement) spot(n int, within func(model.LoadShare) bool) {
	if p.at == nil || n == p.not {
		return
	}
	r := p.ranges(n)
	i := slices.IndexFunc(p.set.Place(r), func(l Load) bool { return !within(p.set.sharesOf(l)) })
	if i < 0 {
		return
	}
	ends := r.Range(i)
	p.lock.Lock()
	defer p.lock.Unlock()
	p.spots = slices.Insert(p.spots, 0, ends.First.Add(ends.Last.Minus(ends.First).Half()))
	p.spots = p.spots[:min(len(p.spots), mostSpots)]
}

func (p *placement) model() *model.Placement {
	_, load := p.set.Largest()
	return &model.Placement{Keys: p.set.Keys(), Largest: unit.Fraction(p.set.share(load)), Hottest: p.of, Fewest: p.fewest}
}

// of returns the shares of the hottest of n shards. More than a stream can have, as an on-demand one
// may, are not cut one by one: the hottest has the largest key, and hardly more.
func (p *placement) of(n int) model.LoadShare {
	if n > p.most {
		_, largest := p.set.Largest()
		return larger(p.set.sharesOf(largest), model.LoadShare{Records: 1 / float64(n), Bytes: 1 / float64(n)})
	}
	return p.remembered(p.hottest, n, func() (most model.LoadShare) {
		for _, l := range p.set.Place(p.ranges(n)) {
			most = larger(most, p.set.sharesOf(l))
		}
		return most
	})
}

// remembered returns what is remembered of n shards, or what is to be from now on.
func (p *placement) remembered(list map[int]model.LoadShare, n int, of func() model.LoadShare) model.LoadShare {
	p.lock.Lock()
	defer p.lock.Unlock()
	share, ok := list[n]
	if !ok {
		share = of()
		list[n] = share
	}
	return share
}

// fewest returns the fewest shards, from a number on, of which the hottest has at most a share.
func (p *placement) fewest(from int, most float64, bytes bool) (shards int, ok bool) {
	within := func(l model.LoadShare) bool { return !bytes && l.Records <= most || bytes && l.Bytes <= most }
	_, largest := p.set.Largest()
	if !within(p.set.sharesOf(largest)) && p.set.Fill(largest) > 0 {
		return 0, false
	}
	for n := max(1, from); n <= p.most; n++ {
		switch {
		case !within(p.remembered(p.least, n, func() model.LoadShare { return p.suspects(n) })) || p.spotted(n, within):
		case within(p.of(n)):
			return n, true
		default:
			p.spot(n, within)
		}
	}
	return 0, false
}

func larger(a, b model.LoadShare) model.LoadShare {
	return model.LoadShare{Records: max(a.Records, b.Records), Bytes: max(a.Bytes, b.Bytes)}
}

// sharesOf returns the shares of the stream that a load is. Of what was not counted it is that
// of what was.
func (s *Set) sharesOf(l Load) (of model.LoadShare) {
	all := s.Total()
	if all.Records > 0 {
		of.Records = l.Records / all.Records
	}
	if all.Bytes > 0 {
		of.Bytes = l.Bytes / all.Bytes
	}
	switch {
	case all.Records == 0:
		of.Records = of.Bytes
	case all.Bytes == 0:
		of.Bytes = of.Records
	}
	return of
}

// suspectedEqual returns the largest shares of those of n equal shards that have the heaviest
// keys.
func (s *Set) suspectedEqual(n int) (most model.LoadShare) {
	for _, h := range s.heavy[:min(suspects, len(s.heavy))] {
		most = larger(most, s.sharesOf(s.uniformLoad(shardOf(h.key.Hash, n), n)))
	}
	return most
}

// suspected returns what suspectedEqual does for any ranges.
func (s *Set) suspected(r Ranges) (most model.LoadShare) {
	for _, h := range s.heavy[:min(suspects, len(s.heavy))] {
		i, found := slices.BinarySearchFunc(r, h.key.Hash, model.Hash.Compare)
		if !found {
			i--
		}
		last := len(s.hashes)
		if i+1 < len(r) {
			last = s.keyAt(r[i+1])
		}
		most = larger(most, s.sharesOf(s.between(s.keyAt(r[i]), last, r.width(i))))
	}
	return most
}

// salted returns the keys with each of the heaviest parted into some values: all that are more
// than one of the parts of the very heaviest. The parts lie where the key with "-0", "-1" and
// so on behind it does.
func (s *Set) salted(values int) *Set {
	if len(s.heavy) == 0 {
		return s
	}
	above := s.heavy[0].fill / float64(values)
	parted := map[model.Hash]bool{}
	var list []model.KeyCount
	for _, h := range s.heavy {
		if h.fill <= above {
			break
		}
		parted[h.key.Hash] = true
		for i := range values {
			name := h.key.Name
			if name == "" {
				name = h.key.Hash.String()
			}
			name += "-" + strconv.Itoa(i)
			list = append(list, model.KeyCount{Name: name, Hash: model.HashOf(name), Records: h.key.Records / float64(values),
				Bytes: h.key.Bytes / float64(values)})
		}
	}
	slices.SortFunc(list, func(a, b model.KeyCount) int { return a.Hash.Compare(b.Hash) })
	counts := &model.KeyCounts{Keys: s.merged(list, parted), Rest: model.KeyCount{Records: s.rest.Records, Bytes: s.rest.Bytes}}
	return newSet(counts, s.takes)
}

// merged returns keys together with those of the set, without some of these, by hash key.
func (s *Set) merged(list []model.KeyCount, without map[model.Hash]bool) []model.KeyCount {
	all := make([]model.KeyCount, 0, len(list)+len(s.hashes))
	for i, hash := range s.hashes {
		for len(list) > 0 && list[0].Hash.Less(hash) {
			all, list = append(all, list[0]), list[1:]
		}
		if !without[hash] {
			l := s.loads[i+1].minus(s.loads[i])
			all = append(all, model.KeyCount{Hash: hash, Records: l.Records, Bytes: l.Bytes})
		}
	}
	return append(all, list...)
}
