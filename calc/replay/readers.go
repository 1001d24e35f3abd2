package replay

// release lets go readers that were to be held up by a record when there was none.
func (r *run) release() {
	for i := range r.readers {
		if rd := &r.readers[i]; !rd.behind && rd.blocked > 0 && rd.blocked <= r.now {
			rd.blocked, rd.givesUp = 0, 0
			r.turned = true
			r.bound()
		}
	}
}

// fall has a reader that has read all be behind from now on.
func (r *run) fall(rd *reader) {
	if !r.logs {
		r.log.reset()
		r.log.write(r.now, r.producers.accepted)
		r.logs = true
	}
	r.behind++
	rd.behind = true
	rd.totals.Read += r.accepted - rd.joined
	rd.cursor = cursor{len(r.log.pieces) - 1, r.now}
	rd.since, rd.seen = r.now, r.now
	if rd.blocked > 0 { // by the record that comes now
		rd.blocked = min(rd.givesUp, r.now+r.keeps)
	}
	rd.episode = episode{began: r.now, at: r.now, incident: rd.troubled(), over: r.now}
}

// join has a reader that was behind have read all.
func (r *run) join(rd *reader) {
	rd.end(r.now)
	rd.behind = false
	rd.joined = r.accepted
	r.behind--
	r.logs = r.behind > 0 || r.rereads > 0
}

// backlog is how many records a reader has not read.
func (r *run) backlog(rd *reader) float64 {
	return r.log.total(r.now) - r.log.pieces[rd.index].until(rd.at)
}

// events has happen what is due to readers.
func (r *run) events() {
	for i := range r.readers {
		if rd := &r.readers[i]; rd.behind && rd.due <= r.now {
			r.happen(rd)
			r.adjust(rd)
		}
	}
}

// happen has happen what is due to a reader.
func (r *run) happen(rd *reader) {
	p := &r.log.pieces[rd.index]
	rd.settle(r.now, p, r.trace)
	switch rd.event {
	case freed:
		rd.blocked, rd.givesUp = 0, 0
		rd.clock(true, r.now)
		r.bound()
		if r.now-rd.at >= r.keeps*(1-tolerance) {
			r.expireOne(rd)
		}
	case edge:
		rd.at = r.now - r.keeps
	case caughtUp:
		rd.land(p, r.now)
		r.join(rd)
	case crossing:
		rd.land(p, r.log.pieces[rd.index+1].start)
		rd.index++
		if r.log.skip(&rd.cursor, r.now) {
			r.join(rd)
		}
	}
}

// compact forgets what all have read, where the log would grow else.
func (r *run) compact() {
	n := len(r.log.pieces)
	if n < cap(r.log.pieces) || r.rereads > 0 {
		return
	}
	read := n - 1
	for i := range r.readers {
		if rd := &r.readers[i]; rd.behind {
			read = min(read, rd.index)
		}
	}
	if read < n/2 {
		return
	}
	r.log.forget(read)
	for i := range r.readers {
		r.readers[i].index = max(0, r.readers[i].index-read)
	}
}

// reread has a reader go back in time.
func (r *run) reread(rd *reader, seconds float64) {
	back := max(r.now-min(seconds, r.keeps), r.log.pieces[0].start)
	if !rd.behind {
		r.fall(rd)
	}
	rd.settle(r.now, &r.log.pieces[rd.index], r.trace)
	if !rd.episode.incident {
		rd.episode.incident, rd.episode.over = true, r.now
	}
	if back >= rd.at {
		return
	}
	before := r.backlog(rd)
	rd.cursor = cursor{r.log.find(back), back}
	r.log.skip(&rd.cursor, r.now)
	rd.totals.Replayed += r.backlog(rd) - before
	rd.episode.note(r.backlog(rd), r.now)
	rd.speed, rd.moves = 0, 0
}

// poison has a reader be held up by the record that it is to read next, until it gives
// that up after some seconds, or never if that is 0; or until it expires.
func (r *run) poison(rd *reader, tries float64) {
	if tries == 0 {
		tries = inf
	}
	rd.givesUp = max(rd.givesUp, r.now+tries)
	if rd.blocked = rd.givesUp; rd.behind {
		rd.blocked = min(rd.givesUp, rd.at+r.keeps)
	}
}

// expireOne has the poisonous record expire that held a reader up as long as it was
// kept: the reader goes on behind it.
func (r *run) expireOne(rd *reader) {
	for left := 1.0; left > 0; {
		p, end := &r.log.pieces[rd.index], r.now
		if !r.log.last(rd.index) {
			end = r.log.pieces[rd.index+1].start
		}
		here := min(left, (end-rd.at)*p.records)
		rd.totals.Expired += here
		if left -= here; left <= 0 {
			rd.at = min(end, rd.at+here/p.records)
			break
		}
		if rd.at = end; r.log.last(rd.index) {
			break
		}
		rd.index++
		if r.log.skip(&rd.cursor, r.now) {
			break
		}
	}
	if rd.seen = max(rd.seen, rd.at); rd.at >= r.now {
		r.join(rd)
	}
}
