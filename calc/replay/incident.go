package replay

// turn has incidents begin, and others end.
func (r *run) turn(begins []*Incident) {
	for n := range r.readers {
		rd := &r.readers[n]
		if rd.behind {
			rd.settle(r.now, &r.log.pieces[rd.index], r.trace)
		}
		was := rd.troubled()
		for _, i := range begins {
			if rd.Name == i.Consumer {
				r.begin(i, rd)
			}
		}
		r.suffer(rd)
		if rd.behind {
			rd.clock(was, r.now)
		}
	}
	r.poll()
	r.bound()
	r.turned = true
}

// suffer finds what incidents make of a reader now.
func (r *run) suffer(rd *reader) {
	rd.stopped, rd.slow, rd.most = false, 1, inf
	for k := range r.setup.Incidents {
		if i := &r.setup.Incidents[k]; i.Consumer == rd.Name && i.At <= r.now && r.now < i.end() {
			rd.suffer(i)
		}
	}
}

// begin has happen what an incident does once.
func (r *run) begin(i *Incident, rd *reader) {
	switch i.Kind {
	case Reprocess:
		r.rereads--
		r.reread(rd, i.Last)
	case Poison:
		if r.class.hottest {
			r.poison(rd, i.For)
		}
	}
}

// suffer is what an incident does for as long as it lasts.
func (t *trouble) suffer(i *Incident) {
	switch {
	case i.Kind == Stop:
		t.stopped = true
	case i.Kind == Slow && i.Rate > 0:
		t.most = min(t.most, float64(i.Rate))
	case i.Kind == Slow:
		t.slow *= i.Times
	}
}

// poll shares the calls that a shard takes among the consumers that poll it, and
// finds how long a record waits to be asked for.
func (r *run) poll() {
	r.wants = r.wants[:0]
	for i := range r.readers {
		rd := &r.readers[i]
		rd.calls, rd.wait = 0, 0
		switch {
		case rd.stopped:
		case rd.lane:
			rd.wait = r.limits.FanOutDelay.Value.Seconds()
		case rd.PollInterval > 0:
			rd.calls = 1 / rd.PollInterval.Seconds()
			r.wants = append(r.wants, rd.calls)
		}
	}
	most := level(r.wants, r.limits.ShardReadCalls.Value)
	for i := range r.readers {
		rd := &r.readers[i]
		if rd.calls > 0 {
			rd.calls = min(rd.calls, most)
			rd.wait = 1 / rd.calls
		}
		rd.longest = max(rd.longest, rd.wait)
	}
}
