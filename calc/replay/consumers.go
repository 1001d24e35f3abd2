package replay

// dropUnmetPoison lets go readers that were to be held up by a record when there was none.
func (r *run) dropUnmetPoison() {
	for i := range r.consumers {
		if rd := &r.consumers[i]; !rd.behind && rd.blockedUntil > 0 && rd.blockedUntil <= r.now {
			rd.blockedUntil, rd.givesUpAt = 0, 0
			r.changed = true
			r.updateLimits()
		}
	}
}

// fallBehind has a reader that has read all be behind from now on.
func (r *run) fallBehind(rd *consumerState) {
	if !r.logs {
		r.log.reset()
		r.log.append(r.now, r.producers.accepted)
		r.logs = true
	}
	r.behind++
	rd.behind = true
	rd.result.Read += r.accepted - rd.counted
	rd.cursor = cursor{len(r.log.pieces) - 1, r.now}
	rd.since, rd.seen = r.now, r.now
	if rd.blockedUntil > 0 { // by the record that comes now
		rd.blockedUntil = min(rd.givesUpAt, r.now+r.retention)
	}
	rd.episode = episode{began: r.now, peakAt: r.now, incident: rd.affected(), clearSince: r.now}
}

// catchUp has a reader that was behind have read all.
func (r *run) catchUp(rd *consumerState) {
	rd.endEpisode(r.now)
	rd.behind = false
	rd.counted = r.accepted
	r.behind--
	r.logs = r.behind > 0 || r.rereads > 0
}

// backlog is how many records a reader has not read.
func (r *run) backlog(rd *consumerState) float64 {
	return r.log.total(r.now) - r.log.pieces[rd.piece].written(rd.at)
}

// handleDue has happen what is due to readers.
func (r *run) handleDue() {
	for i := range r.consumers {
		if rd := &r.consumers[i]; rd.behind && rd.due <= r.now {
			r.handleEvent(rd)
			r.updateConsumer(rd)
		}
	}
}

// handleEvent has happen what is due to a reader.
func (r *run) handleEvent(rd *consumerState) {
	p := &r.log.pieces[rd.piece]
	rd.advance(r.now, p, r.trace)
	switch rd.reason {
	case unblocked:
		rd.blockedUntil, rd.givesUpAt = 0, 0
		rd.trackIncidents(true, r.now)
		r.updateLimits()
		if r.now-rd.at >= r.retention*(1-tolerance) {
			r.expirePoison(rd)
		}
	case retentionEdge:
		rd.at = r.now - r.retention
	case caughtUp:
		rd.finishPiece(p, r.now)
		r.catchUp(rd)
	case pieceEnd:
		rd.finishPiece(p, r.log.pieces[rd.piece+1].start)
		rd.piece++
		if r.log.skipEmpty(&rd.cursor, r.now) {
			r.catchUp(rd)
		}
	}
}

// compactLog forgets what all have read, where the log would grow else.
func (r *run) compactLog() {
	n := len(r.log.pieces)
	if n < cap(r.log.pieces) || r.rereads > 0 {
		return
	}
	read := n - 1
	for i := range r.consumers {
		if rd := &r.consumers[i]; rd.behind {
			read = min(read, rd.piece)
		}
	}
	if read < n/2 {
		return
	}
	r.log.forget(read)
	for i := range r.consumers {
		r.consumers[i].piece = max(0, r.consumers[i].piece-read)
	}
}

// reprocess has a reader go back in time.
func (r *run) reprocess(rd *consumerState, seconds float64) {
	back := max(r.now-min(seconds, r.retention), r.log.pieces[0].start)
	if !rd.behind {
		r.fallBehind(rd)
	}
	rd.advance(r.now, &r.log.pieces[rd.piece], r.trace)
	if !rd.episode.incident {
		rd.episode.incident, rd.episode.clearSince = true, r.now
	}
	if back >= rd.at {
		return
	}
	before := r.backlog(rd)
	rd.cursor = cursor{r.log.pieceAt(back), back}
	r.log.skipEmpty(&rd.cursor, r.now)
	rd.result.Reprocessed += r.backlog(rd) - before
	rd.episode.noteBacklog(r.backlog(rd), r.now)
	rd.speed, rd.cursorSpeed = 0, 0
}

// block has a reader be held up by the record that it is to read next, until it gives
// that up after some seconds, or never if that is 0; or until it expires.
func (r *run) block(rd *consumerState, tries float64) {
	if tries == 0 {
		tries = inf
	}
	rd.givesUpAt = max(rd.givesUpAt, r.now+tries)
	if rd.blockedUntil = rd.givesUpAt; rd.behind {
		rd.blockedUntil = min(rd.givesUpAt, rd.at+r.retention)
	}
}

// expirePoison has the poisonous record expire that held a reader up as long as it was
// kept: the reader goes on behind it.
func (r *run) expirePoison(rd *consumerState) {
	for left := 1.0; left > 0; {
		p, end := &r.log.pieces[rd.piece], r.now
		if !r.log.isLast(rd.piece) {
			end = r.log.pieces[rd.piece+1].start
		}
		here := min(left, (end-rd.at)*p.records)
		rd.result.Expired += here
		if left -= here; left <= 0 {
			rd.at = min(end, rd.at+here/p.records)
			break
		}
		if rd.at = end; r.log.isLast(rd.piece) {
			break
		}
		rd.piece++
		if r.log.skipEmpty(&rd.cursor, r.now) {
			break
		}
	}
	if rd.seen = max(rd.seen, rd.at); rd.at >= r.now {
		r.catchUp(rd)
	}
}
