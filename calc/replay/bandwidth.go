package replay

// ample is what no reader falls behind at: users, records and bytes a second. It
// is nothing where one is in trouble.
type ample struct {
	flow
	pollers   float64 // standard consumers
	functions []*reader
	limits    func(rd *reader, f flow) float64
}

func (a *ample) covers(f flow) bool {
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

// bound finds what the readers can do, and what none of them falls behind at.
func (r *run) bound() {
	a := ample{flow: flow{inf, inf, inf}, functions: r.ample.functions[:0], limits: r.capacity}
	for i := range r.readers {
		rd := &r.readers[i]
		rd.bound(r.limits, r.shards)
		a.flow = flow{min(a.users, rd.can.users), min(a.records, rd.can.records), min(a.bytes, rd.can.bytes)}
		if rd.Speed == 0 && rd.Lambda.BatchSize > 0 {
			a.functions = append(a.functions, rd)
		}
		if !rd.lane {
			a.pollers++
		}
	}
	if a.pollers > 0 {
		a.bytes = min(a.bytes, r.shared/a.pollers)
	}
	r.ample = a
}

func (r *run) capacity(rd *reader, f flow) float64 {
	return rd.capacity(r.limits, r.shards, f)
}

// flowOf is what a reader reads: what is at its cursor, or what is accepted now.
func (r *run) flowOf(rd *reader) flow {
	if rd.behind {
		return r.log.pieces[rd.index].flow
	}
	return r.producers.accepted
}

// aim finds how fast a reader could read if nobody else did.
func (r *run) aim(rd *reader) {
	f := r.flowOf(rd)
	if !rd.behind && rd.keepsUp(f) { // which needs no division
		rd.speed = 1
	} else if rd.speed = r.capacity(rd, f); !rd.behind {
		rd.speed = min(rd.speed, 1)
	}
	if rd.want = 0; f.bytes > 0 && rd.speed > 0 && !rd.lane {
		rd.want = rd.speed * f.bytes
	}
}

// renew finds how fast each reader reads from now on.
func (r *run) renew() {
	for i := range r.readers {
		if rd := &r.readers[i]; rd.lane {
			r.settle(rd)
			r.adjust(rd)
		}
	}
	r.share()
}

// settle has a reader that is behind go on to now.
func (r *run) settle(rd *reader) {
	if rd.behind {
		rd.settle(r.now, &r.log.pieces[rd.index], r.trace)
		rd.episode.note(r.backlog(rd), r.now)
	}
}

// share finds how fast the standard consumers read from now on: as fast as they could
// by themselves, or at their max-min fair share of their bandwidth.
func (r *run) share() {
	r.wanted, r.wants = 0, r.wants[:0]
	for i := range r.readers {
		rd := &r.readers[i]
		if rd.lane {
			continue
		}
		r.settle(rd)
		if r.aim(rd); rd.want > 0 {
			r.wants = append(r.wants, rd.want)
			r.wanted += rd.want
		}
	}
	r.fair = inf
	if r.lacks(); r.short {
		r.fair = level(r.wants, r.shared)
	}
	for i := range r.readers {
		rd := &r.readers[i]
		if rd.lane {
			continue
		}
		if rd.want > r.fair {
			rd.speed = r.fair / r.flowOf(rd).bytes
		}
		r.move(rd)
	}
}

// lacks finds whether standard consumers could read more than they share.
func (r *run) lacks() {
	r.short = r.wanted > r.shared*(1+tolerance)
	if used := min(r.wanted, r.shared) / r.shared; used > r.read { // which it never is where both are without limit
		r.read = used
	}
}

// take has the readers take up another flow.
func (r *run) take() {
	r.wanted = 0
	for i := range r.readers {
		rd := &r.readers[i]
		if !rd.behind {
			r.aim(rd)
		}
		if r.wanted += rd.want; rd.lane {
			r.goOn(rd)
		}
	}
	was := r.short
	if r.lacks(); was || r.short {
		r.share()
		return
	}
	for i := range r.readers {
		if rd := &r.readers[i]; !rd.lane {
			r.goOn(rd)
		}
	}
}

// goOn has a reader go on while another flow is accepted, which is nothing to one that
// is behind as long as there is enough for all.
func (r *run) goOn(rd *reader) {
	if !rd.behind {
		r.move(rd)
		return
	}
	rd.episode.note(r.log.total(r.now)-r.log.pieces[rd.index].until(rd.at+rd.moves*(r.now-rd.since)), r.now)
	if rd.index >= len(r.log.pieces)-2 { // its piece has an end now
		rd.schedule(&r.log, r.keeps)
	}
}

// adjust has one reader go on with other records, or with none. It is nothing to the
// others as long as there is enough for all, or the reader takes a share as large as
// before.
func (r *run) adjust(rd *reader) {
	was := rd.want
	switch r.aim(rd); {
	case rd.lane:
	case r.short && was > r.fair && rd.want > r.fair:
		rd.speed = r.fair / r.flowOf(rd).bytes
	default:
		short := r.short
		r.wanted += rd.want - was
		if r.lacks(); short || r.short {
			r.share()
			return
		}
	}
	if rd.behind {
		rd.episode.note(r.backlog(rd), r.now)
	}
	r.move(rd)
}

// move has a reader go on at its speed.
func (r *run) move(rd *reader) {
	if !rd.behind {
		if rd.speed >= 1-tolerance || r.producers.accepted.records == 0 {
			return
		}
		r.fall(rd)
	}
	rd.moves = rd.speed
	if rd.speed < 1 && r.now-rd.at >= r.keeps*(1-tolerance) {
		rd.moves = 1
	}
	rd.schedule(&r.log, r.keeps)
}
