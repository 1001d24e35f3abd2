package replay

// keepUp is what is known of whether consumers keep up with what is accepted.
type keepUp struct {
	behind  int  // how many consumers are behind
	changed bool // what consumers can read is another than when that was last looked at

	limit     flow             // that no consumer falls behind at, but for functions
	pollers   float64          // standard consumers
	functions []*consumerState // whose limit depends on the size of the records
}

// sharedBandwidth is what standard consumers share of each shard's reads.
type sharedBandwidth struct {
	bytes     float64 // a second, of all shards of the class
	demanded  float64 // that they could read a second by themselves
	contended bool    // that is more
	fairShare float64 // bytes a second that one gets at most; +Inf unless contended
	buffer    []float64
}

// tolerance is the relative difference that rounding may make between two rates
// that are the same.
const tolerance = 1e-12

// fairShare returns the most that each may get of what they share, max-min fairly:
// one that demands less gets what it demands, the others get the same. It is +Inf
// where all get what they demand.
//
// (Bertsekas and Gallager, Data Networks, 1992, section 6.5.2)
func fairShare(demands []float64, shared float64) float64 {
	left, rest := shared, len(demands)
	for fair := 0.0; rest > 0; {
		share := left / float64(rest)
		if share <= fair {
			return share
		}
		left, rest = shared, 0
		for _, d := range demands {
			if d > share {
				rest++
			} else {
				left -= d
			}
		}
		fair = share
	}
	return inf
}

// sharePolls shares the calls that a shard takes among the consumers that poll it, and
// finds how long a record waits to be asked for.
func (r *run) sharePolls() {
	demands := r.shared.buffer[:0]
	for i := range r.consumers {
		c := &r.consumers[i]
		c.polls.calls, c.polls.wait = 0, 0
		switch {
		case c.effects.stopped:
		case c.dedicated:
			c.polls.wait = r.setup.Limits.FanOutDelay.Value.Seconds()
		case c.PollInterval > 0:
			c.polls.calls = 1 / c.PollInterval.Seconds()
			demands = append(demands, c.polls.calls)
		}
	}
	r.shared.buffer = demands
	most := fairShare(demands, r.setup.Limits.ShardReadCalls.Value)
	for i := range r.consumers {
		p := &r.consumers[i].polls
		if p.calls > 0 {
			p.calls = min(p.calls, most)
			p.wait = 1 / p.calls
		}
		if !r.consumers[i].effects.stopped {
			p.wait += r.consumers[i].Lambda.BatchingWindow.Seconds()
		}
		p.longestWait = max(p.longestWait, p.wait)
	}
}

// updateLimits finds what each consumer can read, and what none of them falls behind
// at.
func (r *run) updateLimits() {
	k := &r.keepUp
	k.limit, k.pollers, k.functions = flow{inf, inf, inf}, 0, k.functions[:0]
	for i := range r.consumers {
		c := &r.consumers[i]
		c.updateLimit(r.setup.Limits, r.shardsOf(c))
		k.limit = k.limit.min(c.limit)
		if c.limitedByBatches() {
			k.functions = append(k.functions, c)
		}
		if !c.dedicated {
			k.pollers++
		}
	}
	if k.pollers > 0 {
		k.limit.bytes = min(k.limit.bytes, r.shared.bytes/k.pollers)
	}
}

// allKeepUp reports whether no consumer falls behind at a flow.
func (r *run) allKeepUp(f flow) bool {
	const slack = 1 + tolerance
	if l := &r.keepUp.limit; f.users > l.users*slack || f.records > l.records*slack || f.bytes > l.bytes*slack {
		return false
	}
	for _, c := range r.keepUp.functions {
		if r.speedOf(c, f) < 1-tolerance {
			return false
		}
	}
	return true
}

func (r *run) speedOf(c *consumerState, f flow) float64 {
	return c.speedOf(r.setup.Limits, r.shardsOf(c), f)
}

// flowOf returns what a consumer reads: what is at its cursor, or what is accepted now.
func (r *run) flowOf(c *consumerState) flow {
	if c.behind {
		return r.log.pieces[c.piece].flow
	}
	return r.producers.accepted
}

// updateDemand finds how fast a consumer could read by itself.
func (r *run) updateDemand(c *consumerState) {
	f := r.flowOf(c)
	if !c.behind && c.surelyKeepsUp(f) {
		c.speed = 1
	} else if c.speed = r.speedOf(c, f); !c.behind {
		c.speed = min(c.speed, 1)
	}
	if c.demand = 0; f.bytes > 0 && c.speed > 0 && !c.dedicated {
		c.demand = c.speed * f.bytes
	}
}

// updateSpeeds finds how fast every consumer reads from now on.
func (r *run) updateSpeeds() {
	for i := range r.consumers {
		if c := &r.consumers[i]; c.dedicated {
			r.advanceConsumer(c)
			r.updateConsumer(c)
		}
	}
	r.shareBandwidth()
}

// advanceConsumer moves a consumer that is behind on to now.
func (r *run) advanceConsumer(c *consumerState) {
	if c.behind {
		c.advance(r.now, &r.log.pieces[c.piece], r.trace)
		c.episode.noteBacklog(r.backlog(c), r.now)
	}
}

// shareBandwidth finds how fast the standard consumers read from now on: as fast as
// they could by themselves, or at their max-min fair share of their bandwidth.
func (r *run) shareBandwidth() {
	s := &r.shared
	s.demanded, s.buffer = 0, s.buffer[:0]
	for i := range r.consumers {
		c := &r.consumers[i]
		if c.dedicated {
			continue
		}
		r.advanceConsumer(c)
		if r.updateDemand(c); c.demand > 0 && !c.onParents {
			s.buffer = append(s.buffer, c.demand)
			s.demanded += c.demand
		}
	}
	s.fairShare = inf
	if r.updateContention(); s.contended {
		s.fairShare = fairShare(s.buffer, s.bytes)
	}
	if r.parents.consumers > 0 {
		r.shareParents()
	}
	for i := range r.consumers {
		if c := &r.consumers[i]; !c.dedicated {
			r.limitToShare(c)
			r.applySpeed(c)
		}
	}
}

// limitToShare bounds a standard consumer's speed to what it gets of the bandwidth.
func (r *run) limitToShare(c *consumerState) {
	share := r.shared.fairShare
	if c.onParents {
		share = r.parents.fairShare
	}
	if c.demand > share {
		c.speed = share / r.flowOf(c).bytes
	}
}

// updateContention finds whether standard consumers could read more than they share.
func (r *run) updateContention() {
	s := &r.shared
	s.contended = s.demanded > s.bytes*(1+tolerance)
	if used := min(s.demanded, s.bytes) / s.bytes; used > r.totals.readUtilization { // NaN where both are without limit
		r.totals.readUtilization = used
	}
}

// applyFlow has consumers go on when another flow is accepted. The bandwidth is shared
// anew only if there was not enough of it before, or is not now.
func (r *run) applyFlow() {
	s := &r.shared
	s.demanded = 0
	for i := range r.consumers {
		c := &r.consumers[i]
		if !c.behind {
			r.updateDemand(c)
		}
		if s.demanded += c.demand; c.dedicated {
			r.continueReading(c)
		}
	}
	before := s.contended
	if r.updateContention(); before || s.contended || r.parents.consumers > 0 {
		r.shareBandwidth()
		return
	}
	for i := range r.consumers {
		if c := &r.consumers[i]; !c.dedicated {
			r.continueReading(c)
		}
	}
}

// continueReading has a consumer go on when another flow is accepted. That does not
// concern one that is behind, as long as there is bandwidth enough for all.
func (r *run) continueReading(c *consumerState) {
	if !c.behind {
		r.applySpeed(c)
		return
	}
	at := c.at + c.cursorSpeed*(r.now-c.since)
	c.episode.noteBacklog(r.log.total(r.now)-r.log.pieces[c.piece].written(at), r.now)
	if c.piece >= len(r.log.pieces)-2 { // its piece has an end now
		c.schedule(&r.log)
	}
}

// updateConsumer has one consumer go on with other records, or with none. That does
// not concern the others as long as there is bandwidth enough for all, or the consumer
// takes a share as large as before.
func (r *run) updateConsumer(c *consumerState) {
	if r.parents.shards > 0 && !c.dedicated { // the bandwidth is shared in two
		r.shareBandwidth()
		return
	}
	s, demand := &r.shared, c.demand
	switch r.updateDemand(c); {
	case c.dedicated:
	case s.contended && demand > s.fairShare && c.demand > s.fairShare:
		r.limitToShare(c)
	default:
		before := s.contended
		s.demanded += c.demand - demand
		if r.updateContention(); before || s.contended {
			r.shareBandwidth()
			return
		}
	}
	if c.behind {
		c.episode.noteBacklog(r.backlog(c), r.now)
	}
	r.applySpeed(c)
}

// applySpeed has a consumer go on at its speed. One that reads less than what is
// accepted falls behind; the cursor of one that is at the edge of the retention moves
// with that edge.
func (r *run) applySpeed(c *consumerState) {
	if !c.behind {
		if c.speed >= 1-tolerance || r.producers.accepted.records == 0 {
			return
		}
		r.fallBehind(c)
	}
	c.cursorSpeed = c.speed
	if c.speed < 1 && r.now-c.at >= r.log.retention*(1-tolerance) {
		c.cursorSpeed = 1
		c.noteRetention()
	}
	c.schedule(&r.log)
}
