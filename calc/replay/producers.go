package replay

import "math"

var inf = math.Inf(1)

// producers write to the shards of a class. What the write limits throttle waits,
// and enters in its order as soon as they allow, or is given up.
type producers struct {
	loses, saves bool
	limits       [2]float64 // records and bytes that the class takes a second

	offered flow
	queue   log // what was offered, while some of it waits
	head    cursor
	waits   bool
	longest float64 // that a record waited

	// saved is what the shards could have taken and did not, at most a second of
	// each limit.
	saved [2]float64

	accepted flow
	beyond   float64 // records a second that are offered beyond what the limits let in
	speed    float64 // seconds of what is at the head that enter a second
	due      float64 // when that changes by itself
	spent    int     // the limit of which nothing is saved any more then; none is below 0
}

// limit sets what the class takes. To begin with a second of it is saved up; shards
// that come later have saved nothing.
func (p *producers) limit(records, bytes float64) {
	for i, limit := range [...]float64{records, bytes} {
		switch {
		case !p.saves || math.IsInf(limit, 1):
		case p.limits[i] == 0:
			p.saved[i] = limit
		default:
			p.saved[i] = min(p.saved[i], limit)
		}
		p.limits[i] = limit
	}
}

// offer sets what is offered from now on.
func (p *producers) offer(now float64, f flow) {
	p.offered = f
	if p.waits {
		p.queue.write(now, f)
	}
}

// admit decides what is accepted from now on, and until when.
func (p *producers) admit(now float64) {
	from := p.offered
	if p.waits {
		from = p.queue.pieces[p.head.index].flow
	}
	p.speed = p.allowed(from)
	p.beyond = p.offered.records - p.offered.records*min(1, p.allowed(p.offered))
	switch {
	case p.waits:
	case p.speed >= 1-tolerance:
		p.speed = 1
	case !p.loses:
		p.waits = true
		p.queue.reset()
		p.queue.write(now, from)
		p.head = cursor{0, now}
	}
	if p.accepted = from; p.speed != 1 {
		p.accepted = from.times(p.speed)
	}
	p.schedule(now)
}

// rush is how many seconds of what waits enter a second where enough is saved of
// both limits: at once, all but. A jump would be no line.
const rush = 1e4

// allowed is how many seconds of a flow the limits let in a second.
func (p *producers) allowed(f flow) float64 {
	speed := inf
	if p.saves {
		speed = rush
	}
	for i, rate := range [...]float64{f.records, f.bytes} {
		if p.saved[i] == 0 && rate > 0 {
			speed = min(speed, p.limits[i]/rate)
		}
	}
	return speed
}

// throttling tells whether what is offered now is not accepted at once.
func (p *producers) throttling() bool { return p.waits || p.speed < 1 }

// load is what is offered as a share of what the class takes.
func (p *producers) load() float64 {
	return max(p.offered.records/p.limits[0], p.offered.bytes/p.limits[1])
}

// schedule finds when the producers' state changes by itself.
func (p *producers) schedule(now float64) {
	p.due, p.spent = inf, -1
	switch {
	case !p.waits:
	case !p.queue.last(p.head.index):
		p.due = now + (p.queue.pieces[p.head.index+1].start-p.head.at)/p.speed
	case p.speed > 1+tolerance:
		p.due = now + (now-p.head.at)/(p.speed-1)
	}
	for i, rate := range [...]float64{p.accepted.records, p.accepted.bytes} {
		if drain := rate - p.limits[i]; p.saved[i] > 0 && drain > tolerance*rate {
			if empty := now + p.saved[i]/drain; empty < p.due {
				p.due, p.spent = empty, i
			}
		}
	}
}

// advance moves the producers on, at most to when something is due.
func (p *producers) advance(now, to float64) {
	if p.saves && to > now {
		p.save(to - now)
	}
	if p.waits {
		p.head.at += p.speed * (to - now)
		p.longest = max(p.longest, to-p.head.at)
	}
	switch {
	case to < p.due:
	case p.spent >= 0:
		p.saved[p.spent] = 0
	case p.queue.last(p.head.index): // nothing waits any more
		p.waits = false
	default:
		p.head.index++
		p.head.at = p.queue.pieces[p.head.index].start
		p.waits = !p.queue.skip(&p.head, to)
	}
}

// save puts aside what the limits leave, or takes from it what is accepted above
// them.
func (p *producers) save(seconds float64) {
	for i, rate := range [...]float64{p.accepted.records, p.accepted.bytes} {
		left := p.limits[i] - rate
		if p.saved[i] == 0 && left <= tolerance*rate {
			continue // what is accepted is the limit
		}
		p.saved[i] = max(0, min(p.limits[i], p.saved[i]+left*seconds))
	}
}

// waiting is how many records wait.
func (p *producers) waiting(now float64) float64 {
	if !p.waits {
		return 0
	}
	return p.queue.total(now) - p.queue.pieces[p.head.index].until(p.head.at)
}
