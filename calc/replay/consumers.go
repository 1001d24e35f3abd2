package replay

// fallBehind has a consumer that has read all be behind from now on.
func (r *run) fallBehind(c *consumerState) {
	if !r.log.kept {
		r.log.reset()
		r.log.append(r.now, r.producers.accepted)
		r.log.kept = true
	}
	r.keepUp.behind++
	c.result.Read += r.totals.accepted - c.counted
	c.position = position{
		behind: true, cursor: cursor{len(r.log.pieces) - 1, r.now},
		since: r.now, readUpTo: r.now, counted: c.counted,
	}
	if c.effects.blockedUntil > 0 { // by the record that comes now
		c.effects.blockedUntil = min(c.effects.givesUpAt, r.now+r.log.retention)
	}
	c.episode = episode{began: r.now, peakAt: r.now, incident: c.affected(), clearSince: r.now}
}

// catchUp has a consumer that was behind have read all.
func (r *run) catchUp(c *consumerState) {
	c.endEpisode(r.now)
	c.behind = false
	c.counted = r.totals.accepted
	r.keepUp.behind--
	r.log.kept = r.keepUp.behind > 0 || r.log.reprocesses > 0
}

// backlog returns how many records a consumer has not read, as of when it was
// advanced last.
func (r *run) backlog(c *consumerState) float64 {
	return r.log.total(r.now) - r.log.pieces[c.piece].written(c.at)
}

// handleDue handles the events of consumers that are due.
func (r *run) handleDue() {
	for i := range r.consumers {
		if c := &r.consumers[i]; c.behind && c.due <= r.now {
			r.handleEvent(c)
			r.leaveParents(c)
			r.updateConsumer(c)
		}
	}
}

// handleEvent handles the event of a consumer that is due.
func (r *run) handleEvent(c *consumerState) {
	p := &r.log.pieces[c.piece]
	c.advance(r.now, p, r.trace)
	switch c.reason {
	case unblocked:
		r.unblock(c)
	case retentionEdge:
		c.at = r.now - r.log.retention
		c.noteRetention()
	case caughtUp:
		c.finishPiece(p, r.now)
		r.catchUp(c)
	case pieceEnd:
		c.finishPiece(p, r.log.end(c.piece, r.now))
		c.piece++
		if r.log.skipEmpty(&c.cursor, r.now) {
			r.catchUp(c)
		}
	}
}

// compactLog forgets what all consumers have read, before the log would grow.
func (r *run) compactLog() {
	n := len(r.log.pieces)
	if n < cap(r.log.pieces) || r.log.reprocesses > 0 {
		return
	}
	read := n - 1
	for i := range r.consumers {
		if c := &r.consumers[i]; c.behind {
			read = min(read, c.piece)
		}
	}
	if read < n/2 {
		return
	}
	r.log.forget(read)
	for i := range r.consumers {
		c := &r.consumers[i]
		c.piece = max(0, c.piece-read)
	}
}

// reprocess has a consumer go back by some seconds, as far as there is something to
// read again.
func (r *run) reprocess(c *consumerState, seconds float64) {
	back := max(r.now-min(seconds, r.log.retention), r.log.pieces[0].start)
	if !c.behind {
		r.fallBehind(c)
	}
	c.advance(r.now, &r.log.pieces[c.piece], r.trace)
	if !c.episode.incident {
		c.episode.incident, c.episode.clearSince = true, r.now
	}
	if back >= c.at {
		return
	}
	before := r.backlog(c)
	c.cursor = cursor{r.log.pieceAt(back), back}
	r.log.skipEmpty(&c.cursor, r.now)
	r.enterParents(c)
	c.result.Reprocessed += r.backlog(c) - before
	c.episode.noteBacklog(r.backlog(c), r.now)
	c.speed, c.cursorSpeed = 0, 0
}
