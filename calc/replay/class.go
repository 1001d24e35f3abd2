package replay

import (
	"math"
	"slices"

	"github.com/kcalc/kcalc/model"
)

// class is shards that all get the same traffic.
type class struct {
	shards  float64
	hottest bool // it has the hottest shard, which poison-pill records are in
	parts   []partShare
}

// partShare is how much of the traffic of a part the class gets.
type partShare struct {
	part  int
	share float64 // of the records
	bytes float64
}

// alike is the same share of the records and of the bytes of a part.
func alike(part int, share float64) partShare { return partShare{part, share, share} }

// scaled returns the share of some of the class's shards.
func (p partShare) scaled(by float64) partShare { return partShare{p.part, p.share * by, p.bytes * by} }

// flow returns what the class gets in a step.
func (c *class) flow(t *Traffic, step int) Flow {
	var sum Flow
	for _, p := range c.parts {
		f := t.Parts[p.part].Flows[step]
		sum.Records += f.Records * p.share
		sum.Bytes += f.Bytes * p.bytes
	}
	return sum
}

// share returns the share of all records that the class gets: 1 of a traffic without any, or
// where no consumer has a speed that classes share.
func (c *class) share(s *Setup) float64 {
	if !slices.ContainsFunc(s.Workload.Consumers, func(c model.Consumer) bool {
		return c.TotalSpeed > 0 || c.Lambda.ReservedConcurrency > 0
	}) {
		return 1
	}
	var mine, all float64
	t := s.Traffic
	for step, seconds := range t.Steps {
		mine += c.flow(t, step).Records * seconds
		for k := range t.Parts {
			all += t.Parts[k].Flows[step].Records * seconds
		}
	}
	if all == 0 {
		return 1
	}
	return mine / all
}

// keyShare returns the share of the hash keys that the class takes.
func (c *class) keyShare(t *Traffic) float64 {
	var sum float64
	for _, p := range c.parts {
		sum += p.share * (t.Parts[p.part].To - t.Parts[p.part].From)
	}
	return sum
}

// classes divides the shards of a capacity into classes. On-demand they are all
// alike, because AWS splits those that get more. Where nothing is known of the
// parts of the hash keys, the first class is the hottest shard.
func (s *Setup) classes(c Capacity) []class {
	switch {
	case c.OnDemand:
		all := class{shards: c.Shards, hottest: true}
		for i := range s.Traffic.Parts {
			all.parts = append(all.parts, alike(i, 1))
		}
		return []class{all}
	case len(s.Traffic.Parts) > 1:
		return s.shardByShard(c.Shards)
	}
	if s.Skew != nil {
		return s.hottestAndRest(c.Shards, s.Skew(c.Shards))
	}
	skew := float64(s.Workload.Producer.Skew)
	return s.hottestAndRest(c.Shards, Skew{skew, skew})
}

// hottestAndRest returns one shard that gets κ times the mean and the rest of the
// shards; or a single class, where no shard differs from the others.
func (s *Setup) hottestAndRest(shards float64, skew Skew) []class {
	rest := shards - 1
	if rest < tolerance*shards || max(skew.Records, skew.Bytes) <= 1 && !s.hasPoison() {
		return []class{{shards, true, []partShare{alike(0, 1)}}}
	}
	share := func(factor float64) float64 { return min(1, max(1, factor)/shards) }
	records, bytes := share(skew.Records), share(skew.Bytes)
	return []class{{1, true, []partShare{{0, records, bytes}}}, {rest, false, []partShare{{0, 1 - records, 1 - bytes}}}}
}

// hasPoison reports whether an incident hits one shard alone.
func (s *Setup) hasPoison() bool {
	return slices.ContainsFunc(s.Incidents, func(i Incident) bool { return i.Kind == Poison })
}

// shardByShard lays equal shards over the hash keys. Neighbours within one part get
// the same, and are one class. A fraction of shards is that many smaller ones.
func (s *Setup) shardByShard(shards float64) []class {
	n := int(math.Ceil(shards * (1 - tolerance)))
	each := shards / float64(n)
	var classes []class
	for i := range n {
		parts := s.partsOf(float64(i)/float64(n), float64(i+1)/float64(n))
		if last := len(classes) - 1; last >= 0 && withinOnePart(classes[last].parts, parts) {
			classes[last].shards += each
			p := &classes[last].parts[0]
			p.share, p.bytes = p.share+parts[0].share, p.bytes+parts[0].bytes
			continue
		}
		classes = append(classes, class{shards: each, parts: parts})
	}
	return s.markHottest(classes, each)
}

// withinOnePart reports whether two ranges of hash keys lie within one same part.
func withinOnePart(a, b []partShare) bool {
	return len(a) == 1 && len(b) == 1 && a[0].part == b[0].part
}

// partsOf returns what a range of hash keys gets of the parts of the traffic.
func (s *Setup) partsOf(from, to float64) (list []partShare) {
	for k := range s.Traffic.Parts {
		p := &s.Traffic.Parts[k]
		if common := min(to, p.To) - max(from, p.From); common > tolerance {
			list = append(list, alike(k, common/(p.To-p.From)))
		}
	}
	return list
}

// markHottest marks the class of the hottest shard, and makes that shard a class of
// its own if an incident hits it alone.
func (s *Setup) markHottest(classes []class, each float64) []class {
	hottest, most := 0, 0.0
	for i := range classes {
		if load := s.load(&classes[i]) / classes[i].shards; load > most {
			hottest, most = i, load
		}
	}
	c := &classes[hottest]
	if rest := c.shards - each; s.hasPoison() && rest > tolerance*c.shards {
		p := c.parts[0]
		classes = append(classes, class{shards: rest, parts: []partShare{p.scaled(rest / c.shards)}})
		c = &classes[hottest]
		c.parts[0] = p.scaled(each / c.shards)
		c.shards = each
	}
	c.hottest = true
	return classes
}

// load returns how much a class gets over all of the traffic, in seconds of one
// shard's write limits.
func (s *Setup) load(c *class) float64 {
	var records, bytes float64
	for step, seconds := range s.Traffic.Steps {
		f := c.flow(s.Traffic, step)
		records += f.Records * seconds
		bytes += f.Bytes * seconds
	}
	return max(records/float64(s.Limits.ShardWriteRecords.Value), bytes/float64(s.Limits.ShardWriteBytes.Value))
}
