package replay

import (
	"context"

	"github.com/kcalc/kcalc/model"
)

// run is one class of shards, all of which do the same, from the first step to
// the last.
type run struct {
	setup     *Setup
	limits    *model.Limits
	class     class
	shards    float64 // of the class; on-demand they change
	retention float64 // retention, in seconds
	packing   packing
	scaling   *scaling // on-demand; nil where the number of shards is chosen

	now       float64
	offers    Flow // what the course says now
	producers producers

	log     flowLog // what was accepted
	logs    bool    // while somebody is behind, or is to read again
	rereads int     // incidents to come in which somebody does

	consumers []consumerState
	behind    int // of the readers
	keepUp    keepUpLimits
	shared    float64   // bytes a second that standard consumers share
	demanded  float64   // bytes a second that they could read
	contended bool      // that is more
	fairShare float64   // share of it that one gets then
	changed   bool      // what the readers can do is another than before
	demands   []float64 // buffer

	poisons bool // there are incidents of that kind

	trace *trace
	totals
}

// totals are what a run adds up.
type totals struct {
	offered, accepted, lost float64
	bytes                   float64 // offered
	throttled, seconds      float64
	waited                  float64 // records
	write, read             float64 // highest utilization
	least, most             float64 // shards
}

// attention is how many parts of the course are run before the context is looked
// at again: some milliseconds.
const attention = 1024

// play runs the traffic of the class, unless the context is done.
func (r *run) play(ctx context.Context) error {
	c := newSegmentIterator(r.setup, &r.class)
	for n := 0; c.next(); n++ {
		if n%attention == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if c.changed {
			r.applyIncidents(c.begins)
		}
		r.offers = c.flow
		r.offer()
		for r.now < c.until {
			r.advance(min(c.until, r.nextEvent()))
		}
	}
	r.finish()
	return nil
}

// resize sets the number of shards.
func (r *run) resize(shards float64) {
	r.shards = shards
	r.least, r.most = min(r.least, shards), max(r.most, shards)
	r.shared = shards * float64(r.limits.ShardReadBytes.Value)
	r.producers.limit(shards*float64(r.limits.ShardWriteRecords.Value), shards*float64(r.limits.ShardWriteBytes.Value))
	r.updateLimits()
}

// offer has the producers write what the course says.
func (r *run) offer() {
	r.producers.offer(r.now, r.packing.pack(r.offers, r.shards))
	r.write = max(r.write, r.producers.load())
	r.accept()
}

// accept finds what is accepted from now on, and has the readers take it up.
func (r *run) accept() {
	if r.poisons {
		r.dropUnmetPoison()
	}
	was := r.producers.accepted
	r.producers.accept(r.now)
	accepted := r.producers.accepted
	if r.scaling != nil {
		r.scaling.setFlow(accepted)
	}
	if accepted == was && !r.changed {
		return
	}
	if r.logs && accepted != was {
		r.compactLog()
		r.log.append(r.now, accepted)
	}
	switch {
	case r.behind == 0 && r.keepUp.covers(accepted):
		r.read = max(r.read, r.keepUp.pollers*accepted.bytes/r.shared)
	case r.changed:
		r.updateSpeeds()
	default:
		r.applyFlow()
	}
	r.changed = false
}

// nextEvent is when something happens next.
func (r *run) nextEvent() float64 {
	at := r.producers.due
	if r.scaling != nil {
		at = min(at, r.scaling.due)
	}
	if r.behind > 0 {
		for i := range r.consumers {
			if rd := &r.consumers[i]; rd.behind {
				at = min(at, rd.due)
			}
		}
	}
	return max(at, r.now)
}

// advance goes on to a time, at most to when something happens, and has it happen.
func (r *run) advance(to float64) {
	p := &r.producers
	seconds, from := to-r.now, r.now
	r.offered += p.offered.records * seconds
	r.bytes += p.offered.bytes * seconds
	r.accepted += p.accepted.records * seconds
	if p.throttling() && seconds > 0 {
		r.countThrottled(seconds)
	}
	r.trace.write(r, from, to)
	enters := p.due <= to
	p.advance(from, to)
	r.now = to
	if r.scaling != nil {
		enters = r.scale(from) || enters
	}
	if r.behind > 0 {
		r.handleDue()
	}
	if enters {
		r.accept()
	}
}

// countThrottled counts what is offered beyond what the limits let in, and what waits
// because of that.
func (r *run) countThrottled(seconds float64) {
	p := &r.producers
	beyond := p.excess * seconds
	if p.queueing {
		r.waited += p.offered.records * seconds
	} else {
		r.lost += beyond
	}
	r.throttled += beyond
	r.seconds += seconds
	r.trace.throttle(r.now, r.now+seconds, beyond)
}

// scale lets AWS see what was written since a time, and scale the stream.
func (r *run) scale(from float64) (changed bool) {
	r.scaling.observe(from, r.now, r.producers.accepted)
	shards := r.scaling.shardsAt(r.now)
	if shards == r.shards {
		return false
	}
	r.resize(shards)
	r.changed = true
	r.producers.offer(r.now, r.packing.pack(r.offers, shards))
	r.write = max(r.write, r.producers.load())
	return true
}

// finish closes what is still going on when the traffic ends.
func (r *run) finish() {
	for i := range r.consumers {
		rd := &r.consumers[i]
		if !rd.behind {
			rd.result.Read += r.accepted - rd.counted
		} else {
			r.finishBehind(rd)
		}
		if rd.result.Read > 0 {
			rd.result.Delay, rd.result.ApartFromIncidents.Delay = max(rd.result.Delay, rd.longest), max(rd.result.ApartFromIncidents.Delay, rd.longest)
		}
	}
}

// finishBehind closes the episode of a reader that is behind when the traffic ends.
func (r *run) finishBehind(rd *consumerState) {
	rd.advance(r.now, &r.log.pieces[rd.piece], r.trace)
	t := &rd.result
	t.Backlog = r.backlog(rd)
	rd.episode.noteBacklog(t.Backlog, r.now)
	t.Behind, t.BehindFor = true, r.now-rd.episode.began
	patience := r.losingAfter(rd)
	left := r.timeToDrain(rd)
	t.Losing = rd.speed == 0 || left > r.retention-(r.now-rd.at) || t.BehindFor > patience && r.now-rd.episode.peakAt < patience
	r.noteUnread(rd)
	rd.endEpisode(r.now + left)
}

// timeToDrain is how long a reader takes for what it is behind, if nothing more comes and
// it goes on at its rate. Of one that does not read nothing is said.
func (r *run) timeToDrain(rd *consumerState) float64 {
	if rd.speed == 0 {
		return 0
	}
	return rd.result.Backlog / (rd.speed * r.log.pieces[rd.piece].records)
}

// noteUnread takes note of how long the oldest record has waited that a reader has never
// read. It will wait longer.
func (r *run) noteUnread(rd *consumerState) {
	at := max(rd.at, rd.seen)
	oldest := cursor{r.log.pieceAt(at), at}
	if !r.log.skipEmpty(&oldest, r.now) {
		rd.noteDelay(r.now - oldest.at)
	}
}

// losingAfter is how long a reader may be behind before it is taken to lose ground: a
// day, in which the quiet hours come.
func (r *run) losingAfter(rd *consumerState) float64 {
	const day = 86_400
	return max(min(day, r.now/2), rd.Latency.Seconds(), rd.TimeToCatchUp().Seconds())
}
