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
	batch := r.batch(c)
	if r.now-c.at >= r.log.retention*(1-tolerance) {
		c.noteRetention()
		r.expirePoison(c, batch)
	} else {
		c.result.GivenUp += min(batch, r.backlog(c))
	}
}

// batch returns how many records a consumer gives up with a poison-pill record: a
// function the batch that it fails at, others the record alone.
func (r *run) batch(c *consumerState) float64 {
	if p := &r.log.pieces[c.piece]; c.Lambda.BatchSize > 0 && p.records > 0 {
		return max(1, lambdaBatch(r.setup.Limits, &c.Lambda, p.bytes/p.records))
	}
	return 1
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

// expirePoison has so many records expire, the poison-pill record and those of its batch,
// and the consumer go on behind them. Records are a flow here, so that one may reach over
// several pieces.
func (r *run) expirePoison(c *consumerState, batch float64) {
	for left := batch; left > 0; {
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
