package replay

import (
	"math"
	"slices"
)

// class is shards that all get the same traffic.
type class struct {
	shards  float64
	hottest bool
	parts   []partShare
}

// partShare is how much of the traffic of a part the class gets.
type partShare struct {
	part  int
	share float64
}

// flow is what the class gets in a step.
func (c *class) flow(t *Traffic, step int) Flow {
	var sum Flow
	for _, p := range c.parts {
		f := t.Parts[p.part].Flows[step]
		sum.Records += f.Records * p.share
		sum.Bytes += f.Bytes * p.share
	}
	return sum
}

// keyShare is the share of the hash keys that the class takes.
func (c *class) keyShare(t *Traffic) float64 {
	var sum float64
	for _, p := range c.parts {
		sum += p.share * (t.Parts[p.part].To - t.Parts[p.part].From)
	}
	return sum
}

// classes parts a number of shards. On-demand they are all alike, because AWS
// splits those that get more. The first class has the hottest shard.
func (s *Setup) classes(c Capacity) []class {
	switch {
	case c.OnDemand:
		all := class{shards: c.Shards, hottest: true}
		for i := range s.Traffic.Parts {
			all.parts = append(all.parts, partShare{i, 1})
		}
		return []class{all}
	case len(s.Traffic.Parts) > 1:
		return s.shardByShard(c.Shards)
	}
	return s.hottestAndRest(c.Shards, float64(s.Workload.Producer.Skew))
}

// hottestAndRest parts shards of which the hottest gets κ times the mean, or one
// has an incident that the others do not have.
func (s *Setup) hottestAndRest(shards, skew float64) []class {
	rest := shards - 1
	if rest < tolerance*shards || skew <= 1 && !s.hasPoison() {
		return []class{{shards, true, []partShare{{0, 1}}}}
	}
	share := min(1, max(1, skew)/shards)
	return []class{{1, true, []partShare{{0, share}}}, {rest, false, []partShare{{0, 1 - share}}}}
}

// hasPoison tells whether one shard alone has an incident.
func (s *Setup) hasPoison() bool {
	return slices.ContainsFunc(s.Incidents, func(i Incident) bool { return i.Kind == Poison })
}

// shardByShard lays equal shards over the hash keys. Those that lie side by side within
// one part get the same, and are one class.
func (s *Setup) shardByShard(shards float64) []class {
	n := int(math.Ceil(shards * (1 - tolerance)))
	each := shards / float64(n)
	var classes []class
	for i := range n {
		parts := s.partsOf(float64(i)/float64(n), float64(i+1)/float64(n))
		if last := len(classes) - 1; last >= 0 && len(parts) == 1 && len(classes[last].parts) == 1 && classes[last].parts[0].part == parts[0].part {
			classes[last].shards += each
			classes[last].parts[0].share += parts[0].share
			continue
		}
		classes = append(classes, class{shards: each, parts: parts})
	}
	return s.markHottest(classes, each)
}

// partsOf is what a range of hash keys gets of the parts of the traffic.
func (s *Setup) partsOf(from, to float64) (list []partShare) {
	for k := range s.Traffic.Parts {
		p := &s.Traffic.Parts[k]
		if common := min(to, p.To) - max(from, p.From); common > tolerance {
			list = append(list, partShare{k, common / (p.To - p.From)})
		}
	}
	return list
}

// markHottest finds the class of the hottest shard, and makes that shard a class of its
// own if it alone has an incident.
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
		classes = append(classes, class{shards: rest, parts: []partShare{{p.part, p.share * rest / c.shards}}})
		c = &classes[hottest]
		c.parts[0].share *= each / c.shards
		c.shards = each
	}
	c.hottest = true
	return classes
}

// load is how many records and bytes a class gets in all, in shards.
func (s *Setup) load(c *class) float64 {
	var records, bytes float64
	for step, seconds := range s.Traffic.Steps {
		f := c.flow(s.Traffic, step)
		records += f.Records * seconds
		bytes += f.Bytes * seconds
	}
	return max(records/float64(s.Limits.ShardWriteRecords.Value), bytes/float64(s.Limits.ShardWriteBytes.Value))
}
