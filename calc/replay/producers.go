package replay

import "math"

var inf = math.Inf(1)

// producers write to the shards of a class. What the write limits throttle waits,
// and enters in its order as soon as they allow, or is given up.
type producers struct {
	drops, savesUnused bool
	limits             [2]float64 // records and bytes that the class takes a second

	offered     flow
	queue       flowLog // what was offered, while some of it waits
	head        cursor
	queueing    bool
	longestWait float64 // that a record waited

	// saved is what the shards could have taken and did not, at most a second of
	// each limit.
	saved [2]float64

	accepted   flow
	excess     float64 // records a second that are offered beyond what the limits let in
	speed      float64 // seconds of what is at the head that enter a second
	due        float64 // when that changes by itself
	spentLimit int     // the limit of which nothing is saved any more then; none is below 0
}

// limit sets what the class takes. To begin with a second of it is saved up; shards
// that come later have saved nothing.
func (p *producers) limit(records, bytes float64) {
	for i, limit := range [...]float64{records, bytes} {
		switch {
		case !p.savesUnused || math.IsInf(limit, 1):
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
	if p.queueing {
		p.queue.append(now, f)
	}
}

// accept decides what is accepted from now on, and until when.
func (p *producers) accept(now float64) {
	from := p.offered
	if p.queueing {
		from = p.queue.pieces[p.head.piece].flow
	}
	p.speed = p.allowed(from)
	p.excess = p.offered.records - p.offered.records*min(1, p.allowed(p.offered))
	switch {
	case p.queueing:
	case p.speed >= 1-tolerance:
		p.speed = 1
	case !p.drops:
		p.queueing = true
		p.queue.reset()
		p.queue.append(now, from)
		p.head = cursor{0, now}
	}
	if p.accepted = from; p.speed != 1 {
		p.accepted = from.times(p.speed)
	}
	p.schedule(now)
}

// burstSpeed is how many seconds of what waits enter a second where enough is saved of
// both limits: at once, all but. A jump would be no line.
const burstSpeed = 1e4

// allowed is how many seconds of a flow the limits let in a second.
func (p *producers) allowed(f flow) float64 {
	speed := inf
	if p.savesUnused {
		speed = burstSpeed
	}
	for i, rate := range [...]float64{f.records, f.bytes} {
		if p.saved[i] == 0 && rate > 0 {
			speed = min(speed, p.limits[i]/rate)
		}
	}
	return speed
}

// throttling tells whether what is offered now is not accepted at once.
func (p *producers) throttling() bool { return p.queueing || p.speed < 1 }

// load is what is offered as a share of what the class takes.
func (p *producers) load() float64 {
	return max(p.offered.records/p.limits[0], p.offered.bytes/p.limits[1])
}

// schedule finds when the producers' state changes by itself.
func (p *producers) schedule(now float64) {
	p.due, p.spentLimit = inf, -1
	switch {
	case !p.queueing:
	case !p.queue.isLast(p.head.piece):
		p.due = now + (p.queue.pieces[p.head.piece+1].start-p.head.at)/p.speed
	case p.speed > 1+tolerance:
		p.due = now + (now-p.head.at)/(p.speed-1)
	}
	for i, rate := range [...]float64{p.accepted.records, p.accepted.bytes} {
		if drain := rate - p.limits[i]; p.saved[i] > 0 && drain > tolerance*rate {
			if empty := now + p.saved[i]/drain; empty < p.due {
				p.due, p.spentLimit = empty, i
			}
		}
	}
}

// advance moves the producers on, at most to when something is due.
func (p *producers) advance(now, to float64) {
	if p.savesUnused && to > now {
		p.save(to - now)
	}
	if p.queueing {
		p.head.at += p.speed * (to - now)
		p.longestWait = max(p.longestWait, to-p.head.at)
	}
	switch {
	case to < p.due:
	case p.spentLimit >= 0:
		p.saved[p.spentLimit] = 0
	case p.queue.isLast(p.head.piece): // nothing waits any more
		p.queueing = false
	default:
		p.head.piece++
		p.head.at = p.queue.pieces[p.head.piece].start
		p.queueing = !p.queue.skipEmpty(&p.head, to)
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
	if !p.queueing {
		return 0
	}
	return p.queue.total(now) - p.queue.pieces[p.head.piece].written(p.head.at)
}
