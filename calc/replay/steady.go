package replay

// What is steady: the last day of the traffic, if it goes on and on. It shows whether
// what waits or is not read when the traffic ends ever will be.

const day = 86_400

// drained is the share of the records at which what is left of a queue is rounding.
const drained = 1e-9

// finishProducers finds whether what waits at producers when the traffic ends drains.
func (r *run) finishProducers() {
	waiting := r.producers.queue.records(r.now)
	if waiting <= drained*r.totals.offered {
		return
	}
	r.totals.waitingLoad = r.steadyWriteLoad()
	if r.totals.waitingLoad >= 1-tolerance {
		r.totals.undrained = waiting
	}
}

// steadyWriteLoad returns how much of what the shards take is offered in the last day.
func (r *run) steadyWriteLoad() float64 {
	limits := &r.producers.limits
	load := 0.0
	lasts := r.eachOfLastDay(func(f flow, seconds float64) {
		load += max(f.records/limits[0], f.bytes/limits[1]) * seconds
	})
	return load / lasts
}

// steadyLoss returns the share of the records that a consumer which is behind when the
// traffic ends does not come to read: 1 − C/λ. It is 0 of one to which something happens
// then, which says nothing of how it goes on, and of one that is on the way back: traffic
// of less than a day need not be like the rest of the day.
func (r *run) steadyLoss(c *consumerState) float64 {
	if c.affected() || r.now < day && r.now-c.episode.peakAt > r.now/2 {
		return 0
	}
	takes := 0.0 // seconds in which it reads what comes in the day
	lasts := r.eachOfLastDay(func(f flow, seconds float64) {
		if f.records > 0 {
			takes += seconds / r.steadySpeed(c, f)
		}
	})
	takes /= max(1, r.steadyWriteLoad()) // of what comes, that is accepted
	if takes <= lasts*(1+boundTolerance) {
		return 0
	}
	return 1 - lasts/takes
}

// steadySpeed returns how many seconds of a flow a consumer reads a second, by itself and
// at its share of the bandwidth, if the others read as fast as they can.
func (r *run) steadySpeed(c *consumerState, f flow) float64 {
	speed := r.speedOf(c, f)
	if c.dedicated || f.bytes == 0 {
		return speed
	}
	demands := r.shared.buffer[:0]
	for i := range r.consumers {
		if o := &r.consumers[i]; !o.dedicated {
			demands = append(demands, r.speedOf(o, f)*f.bytes)
		}
	}
	r.shared.buffer = demands
	return min(speed, fairShare(demands, r.shared.bytes)/f.bytes)
}

// eachOfLastDay visits what is offered to the class in the last day of the traffic, or in
// all of a shorter one, and returns how long that is.
func (r *run) eachOfLastDay(visit func(f flow, seconds float64)) (lasts float64) {
	from := max(0, r.now-day)
	for it := newIteratorAt(r.setup, &r.class, from); it.next(); {
		if seconds := it.until - max(it.at, from); seconds > 0 {
			visit(r.producers.packing.pack(it.flow, r.shards), seconds)
			lasts += seconds
		}
	}
	return lasts
}
