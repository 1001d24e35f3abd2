package replay

// finish closes what is still going on when the traffic ends.
func (r *run) finish() {
	r.finishProducers()
	for i := range r.consumers {
		c := &r.consumers[i]
		if !c.behind {
			c.result.Read += r.totals.accepted - c.counted
		} else {
			r.finishBehind(c)
		}
		if longest := c.polls.longestWait; c.result.Read > 0 {
			apart := &c.result.ApartFromIncidents
			c.result.Delay, apart.Delay = max(c.result.Delay, longest), max(apart.Delay, longest)
		}
	}
}

// finishBehind closes the episode of a consumer that is behind when the traffic ends.
// The time until it has read all counts as if nothing more came.
func (r *run) finishBehind(c *consumerState) {
	c.advance(r.now, &r.log.pieces[c.piece], r.trace)
	c.result.Backlog = r.backlog(c)
	c.episode.noteBacklog(c.result.Backlog, r.now)
	c.result.Behind, c.result.BehindFor = true, r.now-c.episode.began
	drains := r.timeToDrain(c)
	if r.leaveParents(c); c.onParents { // it is steady on the children
		c.onParents = false
		r.updateLimits()
	}
	if c.result.SteadyLoss = r.steadyLoss(c); c.result.SteadyLoss > 0 {
		c.result.Losing = true
	} else {
		c.result.Losing = r.isLosing(c, drains)
	}
	r.noteUnread(c)
	c.endEpisode(r.now + drains)
}

// isLosing reports whether a consumer that is behind when the traffic ends loses
// ground: it has stopped, or it drains what is left so slowly that the end of it
// expires, or it has been behind for long and was farthest behind lately.
func (r *run) isLosing(c *consumerState, drains float64) bool {
	left := r.log.retention - (r.now - c.at) // until the record that it reads next expires
	long := r.losingAfter(c)
	return c.speed == 0 || drains > left || c.result.BehindFor > long && r.now-c.episode.peakAt < long
}

// timeToDrain returns how long a consumer takes for what it is behind, if nothing more
// comes and it goes on at its rate. It is 0 for one that has stopped.
func (r *run) timeToDrain(c *consumerState) float64 {
	if c.speed == 0 {
		return 0
	}
	rate := c.speed * r.log.pieces[c.piece].records
	if !c.onParents {
		return c.result.Backlog / rate
	}
	newer := r.log.total(r.now) - r.log.pieces[r.log.pieceAt(r.parents.until)].before // as fast on each child
	return (c.result.Backlog-newer)/rate + newer/(rate*r.shards/r.parents.shards)
}

// noteUnread notes how long the oldest record has waited that a consumer has never
// read. It will wait longer.
func (r *run) noteUnread(c *consumerState) {
	at := max(c.at, c.readUpTo)
	oldest := cursor{r.log.pieceAt(at), at}
	if !r.log.skipEmpty(&oldest, r.now) {
		c.noteDelay(r.now - oldest.at)
	}
}

// losingAfter returns how long a consumer may be behind before it is taken to lose
// ground: a day, in which the quiet hours come, or half of shorter traffic; but not
// less than it is allowed to take.
func (r *run) losingAfter(c *consumerState) float64 {
	return max(min(day, r.now/2), c.Latency.Seconds(), c.TimeToCatchUp().Seconds())
}
