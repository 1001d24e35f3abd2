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

// keys is the share of the hash keys that the class takes.
func (c *class) keys(t *Traffic) float64 {
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
		return s.eachShard(c.Shards)
	}
	return s.hottestAndRest(c.Shards, float64(s.Workload.Producer.Skew))
}

// hottestAndRest parts shards of which the hottest gets κ times the mean, or one
// has an incident that the others do not have.
func (s *Setup) hottestAndRest(shards, skew float64) []class {
	rest := shards - 1
	if rest < tolerance*shards || skew <= 1 && !s.poisons() {
		return []class{{shards, true, []partShare{{0, 1}}}}
	}
	share := min(1, max(1, skew)/shards)
	return []class{{1, true, []partShare{{0, share}}}, {rest, false, []partShare{{0, 1 - share}}}}
}

// poisons tells whether one shard alone has an incident.
func (s *Setup) poisons() bool {
	return slices.ContainsFunc(s.Incidents, func(i Incident) bool { return i.Kind == Poison })
}

// eachShard lays equal shards over the hash keys.
func (s *Setup) eachShard(shards float64) []class {
	n := int(math.Ceil(shards * (1 - tolerance)))
	classes := make([]class, n)
	for i := range classes {
		from, to := float64(i)/float64(n), float64(i+1)/float64(n)
		classes[i].shards = shards / float64(n)
		for k := range s.Traffic.Parts {
			p := &s.Traffic.Parts[k]
			if common := min(to, p.To) - max(from, p.From); common > 0 {
				classes[i].parts = append(classes[i].parts, partShare{k, common / (p.To - p.From)})
			}
		}
	}
	hottest := 0
	var most float64
	for i := range classes {
		if load := s.load(&classes[i]); load > most {
			hottest, most = i, load
		}
	}
	classes[hottest].hottest = true
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
	return max(records/float64(s.Limits.ShardWriteThroughput.Value), bytes/float64(s.Limits.ShardWriteBandwidth.Value))
}
