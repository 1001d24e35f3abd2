package replay

import "math"

var inf = math.Inf(1)

// producers write to the shards of a class. What the write limits throttle waits,
// and enters in its order as soon as they allow, or is dropped.
type producers struct {
	drops       bool // throttled writes, instead of having them wait
	savesUnused bool
	packing     packing

	// Of the class, records and bytes: what it takes a second, and what its shards
	// could have taken and did not, at most a second's worth.
	limits, saved [2]float64

	wanted  Flow // what the segment says
	offered flow // the same in Kinesis records, as packed
	queue   writeQueue

	accepted   flow
	excess     float64 // records a second that are offered beyond what the limits let in
	speed      float64 // seconds of what is next that enter a second
	due        float64 // when that changes by itself
	spentLimit int     // the limit of which nothing is saved any more then; -1 if none
}

// writeQueue is what waits at producers. Its log is what was offered since the first
// record of it had to wait.
type writeQueue struct {
	flowLog
	head        cursor
	waiting     bool    // else the queue is empty
	longestWait float64 // of a record, so far
	bytes       float64 // that wait
	mostBytes   float64 // so far
}

// setLimits sets what the class takes. To begin with a second of it is saved up;
// shards that come later have saved nothing.
func (p *producers) setLimits(records, bytes float64) {
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

// offer offers what is wanted to so many shards from now on.
func (p *producers) offer(now, shards float64) {
	p.offered = p.packing.pack(p.wanted, shards)
	if p.queue.waiting {
		p.queue.append(now, p.offered)
	}
}

// accept decides what is accepted from now on, and until when.
func (p *producers) accept(now float64) {
	from := p.offered
	if p.queue.waiting {
		from = p.queue.pieces[p.queue.head.piece].flow
	}
	p.speed = p.allowed(from)
	p.excess = p.offered.records - p.offered.records*min(1, p.allowed(p.offered))
	switch {
	case p.queue.waiting:
	case p.speed >= 1-tolerance:
		p.speed = 1
	case !p.drops:
		p.queue.waiting = true
		p.queue.reset()
		p.queue.append(now, from)
		p.queue.head = cursor{0, now}
	}
	if p.accepted = from; p.speed != 1 {
		p.accepted = from.times(p.speed)
	}
	p.schedule(now)
}

// burstSpeed is how many seconds of what waits enter a second where enough is saved of
// both limits: practically at once. A jump would not be a line.
const burstSpeed = 1e4

// allowed returns how many seconds of a flow the limits let in a second.
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

// throttling reports whether some of what is offered now is not accepted at once.
func (p *producers) throttling() bool { return p.queue.waiting || p.speed < 1 }

// utilization returns what is offered as a share of what the class takes.
func (p *producers) utilization() float64 {
	return max(p.offered.records/p.limits[0], p.offered.bytes/p.limits[1])
}

// schedule finds when the producers' state changes by itself: the head of the queue
// gets to another flow, the queue is empty, or what was saved is spent.
func (p *producers) schedule(now float64) {
	p.due, p.spentLimit = inf, -1
	q := &p.queue
	switch {
	case !q.waiting:
	case !q.isLast(q.head.piece):
		p.due = now + (q.pieces[q.head.piece+1].start-q.head.at)/p.speed
	case p.speed > 1+tolerance:
		p.due = now + (now-q.head.at)/(p.speed-1)
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
	q := &p.queue
	q.hold(p.offered.bytes-p.accepted.bytes, to-now)
	if q.waiting {
		q.head.at += p.speed * (to - now)
		q.longestWait = max(q.longestWait, to-q.head.at)
	}
	switch {
	case to < p.due:
	case p.spentLimit >= 0:
		p.saved[p.spentLimit] = 0
	case q.isLast(q.head.piece):
		q.waiting = false
	default:
		q.head.piece++
		q.head.at = q.pieces[q.head.piece].start
		q.waiting = !q.skipEmpty(&q.head, to)
	}
}

// hold adds to the bytes that wait what comes more than goes in some seconds.
func (q *writeQueue) hold(more, seconds float64) {
	if !q.waiting {
		q.bytes = 0
		return
	}
	q.bytes = max(0, q.bytes+more*seconds)
	q.mostBytes = max(q.mostBytes, q.bytes)
}

// save adds to what is saved what the limits leave, or takes from it what is
// accepted above them.
func (p *producers) save(seconds float64) {
	for i, rate := range [...]float64{p.accepted.records, p.accepted.bytes} {
		left := p.limits[i] - rate
		if p.saved[i] == 0 && left <= tolerance*rate {
			continue // what is accepted is the limit
		}
		p.saved[i] = max(0, min(p.limits[i], p.saved[i]+left*seconds))
	}
}

// records returns how many records wait.
func (q *writeQueue) records(now float64) float64 {
	if !q.waiting {
		return 0
	}
	return q.total(now) - q.pieces[q.head.piece].written(q.head.at)
}
