package replay

// applyIncidents applies incidents that begin, and ends those that are over.
func (r *run) applyIncidents(begins []*Incident) {
	for n := range r.consumers {
		c := &r.consumers[n]
		if c.behind {
			c.advance(r.now, &r.log.pieces[c.piece], r.trace)
		}
		affected := c.affected()
		for _, i := range begins {
			if c.Name == i.Consumer {
				r.beginIncident(i, c)
			}
		}
		r.updateEffects(c)
		if c.behind {
			c.trackIncidents(affected, r.now)
		}
	}
	r.sharePolls()
	r.updateLimits()
	r.keepUp.changed = true
}

// beginIncident does what an incident does once, when it begins.
func (r *run) beginIncident(i *Incident, c *consumerState) {
	switch i.Kind {
	case Reprocess:
		r.log.reprocesses--
		r.reprocess(c, i.Last)
	case Poison:
		if r.class.hottest {
			r.block(c, i.For)
		}
	}
}

// updateEffects finds what incidents do to a consumer for as long as they last.
func (r *run) updateEffects(c *consumerState) {
	e := &c.effects
	e.stopped, e.speedShare, e.speedLimit = false, 1, inf
	for k := range r.setup.Incidents {
		if i := &r.setup.Incidents[k]; i.Consumer == c.Name && i.on(r.now) {
			e.add(i)
		}
	}
}

// add adds the effect of an incident. The shares of several slow incidents multiply,
// and the lowest of their speeds counts.
func (e *incidentEffects) add(i *Incident) {
	switch {
	case i.Kind == Stop:
		e.stopped = true
	case i.Kind == Slow && i.Rate > 0:
		e.speedLimit = min(e.speedLimit, float64(i.Rate))
	case i.Kind == Slow:
		e.speedShare *= i.Times
	}
}
