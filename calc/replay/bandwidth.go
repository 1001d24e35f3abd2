package replay

// keepUpLimits is what no reader falls behind at: users, records and bytes a second. It
// is nothing where one is in trouble.
type keepUpLimits struct {
	flow
	pollers   float64 // standard consumers
	functions []*consumerState
	limits    func(rd *consumerState, f flow) float64
}

func (a *keepUpLimits) covers(f flow) bool {
	const slack = 1 + tolerance
	if f.users > a.users*slack || f.records > a.records*slack || f.bytes > a.bytes*slack {
		return false
	}
	for _, rd := range a.functions {
		if a.limits(rd, f) < 1-tolerance {
			return false
		}
	}
	return true
}

// updateLimits finds what the readers can do, and what none of them falls behind at.
func (r *run) updateLimits() {
	a := keepUpLimits{flow: flow{inf, inf, inf}, functions: r.keepUp.functions[:0], limits: r.speedOf}
	for i := range r.consumers {
		rd := &r.consumers[i]
		rd.updateLimit(r.limits, r.shards)
		a.flow = flow{min(a.users, rd.limit.users), min(a.records, rd.limit.records), min(a.bytes, rd.limit.bytes)}
		if rd.Speed == 0 && rd.Lambda.BatchSize > 0 {
			a.functions = append(a.functions, rd)
		}
		if !rd.dedicated {
			a.pollers++
		}
	}
	if a.pollers > 0 {
		a.bytes = min(a.bytes, r.shared/a.pollers)
	}
	r.keepUp = a
}

func (r *run) speedOf(rd *consumerState, f flow) float64 {
	return rd.speedOf(r.limits, r.shards, f)
}

// flowOf is what a reader reads: what is at its cursor, or what is accepted now.
func (r *run) flowOf(rd *consumerState) flow {
	if rd.behind {
		return r.log.pieces[rd.piece].flow
	}
	return r.producers.accepted
}

// updateDemand finds how fast a reader could read if nobody else did.
func (r *run) updateDemand(rd *consumerState) {
	f := r.flowOf(rd)
	if !rd.behind && rd.keepsUp(f) { // which needs no division
		rd.speed = 1
	} else if rd.speed = r.speedOf(rd, f); !rd.behind {
		rd.speed = min(rd.speed, 1)
	}
	if rd.demand = 0; f.bytes > 0 && rd.speed > 0 && !rd.dedicated {
		rd.demand = rd.speed * f.bytes
	}
}

// updateSpeeds finds how fast each reader reads from now on.
func (r *run) updateSpeeds() {
	for i := range r.consumers {
		if rd := &r.consumers[i]; rd.dedicated {
			r.advanceConsumer(rd)
			r.updateConsumer(rd)
		}
	}
	r.shareBandwidth()
}

// advanceConsumer has a reader that is behind go on to now.
func (r *run) advanceConsumer(rd *consumerState) {
	if rd.behind {
		rd.advance(r.now, &r.log.pieces[rd.piece], r.trace)
		rd.episode.noteBacklog(r.backlog(rd), r.now)
	}
}

// shareBandwidth finds how fast the standard consumers read from now on: as fast as they could
// by themselves, or at their max-min fair share of their bandwidth.
func (r *run) shareBandwidth() {
	r.demanded, r.demands = 0, r.demands[:0]
	for i := range r.consumers {
		rd := &r.consumers[i]
		if rd.dedicated {
			continue
		}
		r.advanceConsumer(rd)
		if r.updateDemand(rd); rd.demand > 0 {
			r.demands = append(r.demands, rd.demand)
			r.demanded += rd.demand
		}
	}
	r.fairShare = inf
	if r.updateContention(); r.contended {
		r.fairShare = fairShare(r.demands, r.shared)
	}
	for i := range r.consumers {
		rd := &r.consumers[i]
		if rd.dedicated {
			continue
		}
		if rd.demand > r.fairShare {
			rd.speed = r.fairShare / r.flowOf(rd).bytes
		}
		r.applySpeed(rd)
	}
}

// updateContention finds whether standard consumers could read more than they share.
func (r *run) updateContention() {
	r.contended = r.demanded > r.shared*(1+tolerance)
	if used := min(r.demanded, r.shared) / r.shared; used > r.read { // which it never is where both are without limit
		r.read = used
	}
}

// applyFlow has the readers take up another flow.
func (r *run) applyFlow() {
	r.demanded = 0
	for i := range r.consumers {
		rd := &r.consumers[i]
		if !rd.behind {
			r.updateDemand(rd)
		}
		if r.demanded += rd.demand; rd.dedicated {
			r.continueReading(rd)
		}
	}
	was := r.contended
	if r.updateContention(); was || r.contended {
		r.shareBandwidth()
		return
	}
	for i := range r.consumers {
		if rd := &r.consumers[i]; !rd.dedicated {
			r.continueReading(rd)
		}
	}
}

// continueReading has a reader go on while another flow is accepted, which is nothing to one that
// is behind as long as there is enough for all.
func (r *run) continueReading(rd *consumerState) {
	if !rd.behind {
		r.applySpeed(rd)
		return
	}
	rd.episode.noteBacklog(r.log.total(r.now)-r.log.pieces[rd.piece].written(rd.at+rd.cursorSpeed*(r.now-rd.since)), r.now)
	if rd.piece >= len(r.log.pieces)-2 { // its piece has an end now
		rd.schedule(&r.log, r.retention)
	}
}

// updateConsumer has one reader go on with other records, or with none. It is nothing to the
// others as long as there is enough for all, or the reader takes a share as large as
// before.
func (r *run) updateConsumer(rd *consumerState) {
	was := rd.demand
	switch r.updateDemand(rd); {
	case rd.dedicated:
	case r.contended && was > r.fairShare && rd.demand > r.fairShare:
		rd.speed = r.fairShare / r.flowOf(rd).bytes
	default:
		short := r.contended
		r.demanded += rd.demand - was
		if r.updateContention(); short || r.contended {
			r.shareBandwidth()
			return
		}
	}
	if rd.behind {
		rd.episode.noteBacklog(r.backlog(rd), r.now)
	}
	r.applySpeed(rd)
}

// applySpeed has a reader go on at its speed.
func (r *run) applySpeed(rd *consumerState) {
	if !rd.behind {
		if rd.speed >= 1-tolerance || r.producers.accepted.records == 0 {
			return
		}
		r.fallBehind(rd)
	}
	rd.cursorSpeed = rd.speed
	if rd.speed < 1 && r.now-rd.at >= r.retention*(1-tolerance) {
		rd.cursorSpeed = 1
	}
	rd.schedule(&r.log, r.retention)
}
