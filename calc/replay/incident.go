package replay

// applyIncidents has incidents begin, and others end.
func (r *run) applyIncidents(begins []*Incident) {
	for n := range r.consumers {
		rd := &r.consumers[n]
		if rd.behind {
			rd.advance(r.now, &r.log.pieces[rd.piece], r.trace)
		}
		was := rd.affected()
		for _, i := range begins {
			if rd.Name == i.Consumer {
				r.beginIncident(i, rd)
			}
		}
		r.updateEffects(rd)
		if rd.behind {
			rd.trackIncidents(was, r.now)
		}
	}
	r.sharePolls()
	r.updateLimits()
	r.changed = true
}

// updateEffects finds what incidents make of a reader now.
func (r *run) updateEffects(rd *consumerState) {
	rd.stopped, rd.speedShare, rd.speedLimit = false, 1, inf
	for k := range r.setup.Incidents {
		if i := &r.setup.Incidents[k]; i.Consumer == rd.Name && i.At <= r.now && r.now < i.end() {
			rd.add(i)
		}
	}
}

// beginIncident has happen what an incident does once.
func (r *run) beginIncident(i *Incident, rd *consumerState) {
	switch i.Kind {
	case Reprocess:
		r.rereads--
		r.reprocess(rd, i.Last)
	case Poison:
		if r.class.hottest {
			r.block(rd, i.For)
		}
	}
}

// add is what an incident does for as long as it lasts.
func (t *incidentEffects) add(i *Incident) {
	switch {
	case i.Kind == Stop:
		t.stopped = true
	case i.Kind == Slow && i.Rate > 0:
		t.speedLimit = min(t.speedLimit, float64(i.Rate))
	case i.Kind == Slow:
		t.speedShare *= i.Times
	}
}

// sharePolls shares the calls that a shard takes among the consumers that poll it, and
// finds how long a record waits to be asked for.
func (r *run) sharePolls() {
	r.demands = r.demands[:0]
	for i := range r.consumers {
		rd := &r.consumers[i]
		rd.calls, rd.wait = 0, 0
		switch {
		case rd.stopped:
		case rd.dedicated:
			rd.wait = r.limits.FanOutDelay.Value.Seconds()
		case rd.PollInterval > 0:
			rd.calls = 1 / rd.PollInterval.Seconds()
			r.demands = append(r.demands, rd.calls)
		}
	}
	most := fairShare(r.demands, r.limits.ShardReadCalls.Value)
	for i := range r.consumers {
		rd := &r.consumers[i]
		if rd.calls > 0 {
			rd.calls = min(rd.calls, most)
			rd.wait = 1 / rd.calls
		}
		rd.longest = max(rd.longest, rd.wait)
	}
}
