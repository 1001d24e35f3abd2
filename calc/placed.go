package calc

import "math"

// agree raises the needs of keys that are placed to counts that satisfy all of them. A count
// that does for one of two constraints, and is the fewest for the other, need not do for the
// first: more shards can be hotter than fewer. The fewest that all agree on is told of the
// need that asks for it.
func (s *Sizing) agree(needs []Need) {
	s.agreeOn(needs, func(n *Need) *float64 { return &n.Full }, func(*Need) float64 { return 1 })
	s.agreeOn(needs, func(n *Need) *float64 { return &n.Target }, s.shareOf)
}

// shareOf returns the share of its limit up to which a need may be used: the target
// utilization, where any number of shards stays within that.
func (s *Sizing) shareOf(n *Need) float64 {
	u := float64(s.Workload.TargetUtilization)
	if n.Constraint.Headroom && !math.IsInf(n.at(s, s.function(n.Consumer), u), 1) {
		return u
	}
	return 1
}

func (s *Sizing) agreeOn(needs []Need, count func(*Need) *float64, share func(*Need) float64) {
	shards := 1.0
	for i := range needs {
		if needs[i].CountsShards() {
			shards = math.Max(shards, float64(Shards(*count(&needs[i]))))
		}
	}
	for raised := true; raised && !math.IsInf(shards, 1); {
		raised = false
		for i := range needs {
			n := &needs[i]
			if !n.CountsShards() || math.IsInf(*count(n), 1) {
				continue
			}
			if from := n.from(s, shards, share(n)); from > shards {
				*count(n), shards, raised = from, from, true
			}
		}
	}
}

// from returns the fewest shards from a number on that satisfy a need against a share of its
// limits.
func (n *Need) from(s *Sizing, shards, share float64) float64 {
	fn := s.function(n.Consumer)
	for i := range n.terms {
		t := &n.terms[i]
		even := t.need(s, &fn, share)
		if skew := s.Skew.of(t); even*(1-Tolerance) > 1 {
			shards = math.Max(shards, skew.keys.from(int(math.Ceil(shards*(1-Tolerance))), (1+Tolerance)/even))
		}
	}
	return shards
}

// From returns the fewest shards from a number on that satisfy every need at its target: that
// number, but of keys that are placed.
func (s *Sizing) From(needs []Need, shards int) int {
	if !s.Skew.placed() {
		return shards
	}
	least := float64(shards)
	for raised := true; raised; {
		raised = false
		for i := range needs {
			n := &needs[i]
			if !n.CountsShards() || math.IsInf(n.Target, 1) {
				continue
			}
			if from := n.from(s, least, s.shareOf(n)); from > least && !math.IsInf(from, 1) {
				least, raised = from, true
			}
		}
	}
	return int(least)
}

// holds reports whether a need is satisfied on a number of shards at its target.
func (n *Need) holds(s *Sizing, shards int) bool {
	return !s.Skew.placed() || !n.CountsShards() || n.from(s, float64(shards), s.shareOf(n)) == float64(shards)
}

// Holds reports whether a number of shards satisfies every need at its target.
func (s *Sizing) Holds(needs []Need, shards int) bool {
	for i := range needs {
		n := &needs[i]
		if n.CountsShards() && Shards(n.Target) > shards && !s.Skew.placed() || !n.holds(s, shards) {
			return false
		}
	}
	return true
}

// filled returns how many shards a need takes against a share of its limits if each is as hot
// as the hottest of some shards: no more than those where they satisfy it.
func (n *Need) filled(s *Sizing, shards, share float64) float64 {
	fn := s.function(n.Consumer)
	var most float64
	for i := range n.terms {
		t := &n.terms[i]
		if even := t.need(s, &fn, share); even > 0 {
			most = math.Max(most, even/s.Skew.of(t).Even(shards)*shards)
		}
	}
	return most
}
