package replay

// parents are the shards that were split or merged. They take no more records, and a
// consumer reads what they have before it begins with their children, as the KCL and
// Lambda do.
//
// (https://docs.aws.amazon.com/streams/latest/dev/kinesis-record-processor-additional-considerations.html)
type parents struct {
	shards    float64 // of the class; 0 before there are any
	until     float64 // when they were closed
	consumers int     // that still read them
	fairShare float64 // bytes a second of them that one gets at most
}

// closeParents makes parents of the shards that there are. Each child takes over a part of
// the hash keys of its parents, so that a class keeps its traffic. What waits at producers
// is written to the children.
func (r *run) closeParents() {
	for i := range r.consumers {
		r.advanceConsumer(&r.consumers[i])
	}
	r.parents = parents{shards: r.shards, until: r.now}
	if r.log.kept { // a piece ends with the parents
		r.log.split(r.now)
	}
	for i := range r.consumers {
		c := &r.consumers[i]
		c.onParents = false
		r.enterParents(c)
		if c.behind {
			c.schedule(&r.log)
		}
	}
	r.resize(r.reshard.Shards)
	r.reshard = Reshard{}
	r.keepUp.changed = true
	r.offer()
}

// enterParents notes that a consumer has to read the parents first, if it is behind so far.
func (r *run) enterParents(c *consumerState) {
	if r.parents.shards > 0 && !c.onParents && c.behind && c.at < r.parents.until {
		c.onParents = true
		r.parents.consumers++
	}
}

// leaveParents has a consumer that has read all of the parents go on with their children.
func (r *run) leaveParents(c *consumerState) {
	if c.onParents && (!c.behind || c.at >= r.parents.until) {
		c.onParents = false
		r.parents.consumers--
		r.updateLimits()
	}
}

// shardsOf returns how many shards a consumer reads.
func (r *run) shardsOf(c *consumerState) float64 {
	if c.onParents {
		return r.parents.shards
	}
	return r.shards
}

// shareParents finds what the standard consumers that read the parents get of their
// bandwidth. Who has gone on to the children takes nothing of it.
func (r *run) shareParents() {
	demands := r.shared.buffer[:0]
	for i := range r.consumers {
		if c := &r.consumers[i]; c.onParents && !c.dedicated && c.demand > 0 {
			demands = append(demands, c.demand)
		}
	}
	r.shared.buffer = demands
	r.parents.fairShare = fairShare(demands, r.parents.shards*float64(r.setup.Limits.ShardReadBytes.Value))
}
