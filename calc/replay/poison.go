package replay

// block has a poison-pill record block a consumer: the one that it is to read next.
// The consumer gives it up after some seconds of retries, never if that is 0, unless
// the record expires before.
func (r *run) block(c *consumerState, retries float64) {
	if retries == 0 {
		retries = inf
	}
	e := &c.effects
	e.givesUpAt = max(e.givesUpAt, r.now+retries)
	if e.blockedUntil = e.givesUpAt; c.behind {
		e.blockedUntil = min(e.givesUpAt, c.at+r.log.retention)
	}
}

// unblock has a consumer go on behind the record that blocked it. If the record was
// blocking it for as long as it is kept, it has expired.
func (r *run) unblock(c *consumerState) {
	c.effects.blockedUntil, c.effects.givesUpAt = 0, 0
	c.trackIncidents(true, r.now)
	r.updateLimits()
	if r.now-c.at >= r.log.retention*(1-tolerance) {
		r.expirePoison(c)
	}
}

// dropUnmetPoison ends the incidents of consumers that were to be blocked by a record
// when none came.
func (r *run) dropUnmetPoison() {
	for i := range r.consumers {
		c := &r.consumers[i]
		if e := &c.effects; !c.behind && e.blockedUntil > 0 && e.blockedUntil <= r.now {
			e.blockedUntil, e.givesUpAt = 0, 0
			r.keepUp.changed = true
			r.updateLimits()
		}
	}
}

// expirePoison has one record expire, the poison-pill record, and the consumer go on
// behind it. Records are a flow here, so that one may reach over several pieces.
func (r *run) expirePoison(c *consumerState) {
	for left := 1.0; left > 0; {
		p, end := &r.log.pieces[c.piece], r.log.end(c.piece, r.now)
		here := min(left, (end-c.at)*p.records)
		c.result.Expired += here
		if left -= here; left <= 0 {
			c.at = min(end, c.at+here/p.records)
			break
		}
		if c.at = end; r.log.isLast(c.piece) {
			break
		}
		c.piece++
		if r.log.skipEmpty(&c.cursor, r.now) {
			break
		}
	}
	if c.readUpTo = max(c.readUpTo, c.at); c.at >= r.now {
		r.catchUp(c)
	}
}
