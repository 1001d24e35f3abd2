package replay

import (
	"context"

	"github.com/kcalc/kcalc/model"
)

// run is one class of shards, all of which do the same, from the first step to
// the last.
type run struct {
	setup  *Setup
	limits *model.Limits
	class  class
	shards float64 // of the class; on-demand they change
	keeps  float64 // retention, in seconds
	packs  packing
	grows  *growth // on-demand; nil where the number of shards is chosen

	now       float64
	offers    Flow // what the course says now
	producers producers

	log     log  // what was accepted
	logs    bool // while somebody is behind, or is to read again
	rereads int  // incidents to come in which somebody does

	readers []reader
	behind  int // of the readers
	ample   ample
	shared  float64   // bytes a second that standard consumers share
	wanted  float64   // bytes a second that they could read
	short   bool      // that is more
	fair    float64   // share of it that one gets then
	turned  bool      // what the readers can do is another than before
	wants   []float64 // buffer

	poisons bool // there are incidents of that kind

	trace *trace
	sums
}

// sums are what a run adds up.
type sums struct {
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
	c := newCourse(r.setup, &r.class)
	for n := 0; c.next(); n++ {
		if n%attention == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if c.turned {
			r.turn(c.begins)
		}
		r.offers = c.flow
		r.offer()
		for r.now < c.until {
			r.advance(min(c.until, r.due()))
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
	r.bound()
}

// offer has the producers write what the course says.
func (r *run) offer() {
	r.producers.offer(r.now, r.packs.packed(r.offers, r.shards))
	r.write = max(r.write, r.producers.load())
	r.admit()
}

// admit finds what is accepted from now on, and has the readers take it up.
func (r *run) admit() {
	if r.poisons {
		r.release()
	}
	was := r.producers.accepted
	r.producers.admit(r.now)
	accepted := r.producers.accepted
	if r.grows != nil {
		r.grows.goesOn(accepted)
	}
	if accepted == was && !r.turned {
		return
	}
	if r.logs && accepted != was {
		r.compact()
		r.log.write(r.now, accepted)
	}
	switch {
	case r.behind == 0 && r.ample.covers(accepted):
		r.read = max(r.read, r.ample.pollers*accepted.bytes/r.shared)
	case r.turned:
		r.renew()
	default:
		r.take()
	}
	r.turned = false
}

// due is when something happens next.
func (r *run) due() float64 {
	at := r.producers.due
	if r.grows != nil {
		at = min(at, r.grows.due)
	}
	if r.behind > 0 {
		for i := range r.readers {
			if rd := &r.readers[i]; rd.behind {
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
		r.throttle(seconds)
	}
	r.trace.write(r, from, to)
	enters := p.due <= to
	p.advance(from, to)
	r.now = to
	if r.grows != nil {
		enters = r.grow(from) || enters
	}
	if r.behind > 0 {
		r.events()
	}
	if enters {
		r.admit()
	}
}

// throttle counts what is offered beyond what the limits let in, and what waits
// because of that.
func (r *run) throttle(seconds float64) {
	p := &r.producers
	beyond := p.beyond * seconds
	if p.waits {
		r.waited += p.offered.records * seconds
	} else {
		r.lost += beyond
	}
	r.throttled += beyond
	r.seconds += seconds
	r.trace.throttle(r.now, r.now+seconds, beyond)
}

// grow lets AWS see what was written since a time, and scale the stream.
func (r *run) grow(from float64) (changed bool) {
	r.grows.saw(from, r.now, r.producers.accepted)
	shards := r.grows.shards(r.now)
	if shards == r.shards {
		return false
	}
	r.resize(shards)
	r.turned = true
	r.producers.offer(r.now, r.packs.packed(r.offers, shards))
	r.write = max(r.write, r.producers.load())
	return true
}

// finish closes what is still going on when the traffic ends.
func (r *run) finish() {
	for i := range r.readers {
		rd := &r.readers[i]
		if !rd.behind {
			rd.totals.Read += r.accepted - rd.joined
		} else {
			r.leave(rd)
		}
		if rd.totals.Read > 0 {
			rd.totals.Delay, rd.totals.Usual.Delay = max(rd.totals.Delay, rd.longest), max(rd.totals.Usual.Delay, rd.longest)
		}
	}
}

// leave closes the episode of a reader that is behind when the traffic ends.
func (r *run) leave(rd *reader) {
	rd.settle(r.now, &r.log.pieces[rd.index], r.trace)
	t := &rd.totals
	t.Backlog = r.backlog(rd)
	rd.episode.note(t.Backlog, r.now)
	t.Behind, t.BehindFor = true, r.now-rd.episode.began
	patience := r.patience(rd)
	left := r.left(rd)
	t.Losing = rd.speed == 0 || left > r.keeps-(r.now-rd.at) || t.BehindFor > patience && r.now-rd.episode.at < patience
	r.unread(rd)
	rd.end(r.now + left)
}

// left is how long a reader takes for what it is behind, if nothing more comes and
// it goes on at its rate. Of one that does not read nothing is said.
func (r *run) left(rd *reader) float64 {
	if rd.speed == 0 {
		return 0
	}
	return rd.totals.Backlog / (rd.speed * r.log.pieces[rd.index].records)
}

// unread takes note of how long the oldest record has waited that a reader has never
// read. It will wait longer.
func (r *run) unread(rd *reader) {
	at := max(rd.at, rd.seen)
	oldest := cursor{r.log.find(at), at}
	if !r.log.skip(&oldest, r.now) {
		rd.delayed(r.now - oldest.at)
	}
}

// patience is how long a reader may be behind before it is taken to lose ground: a
// day, in which the quiet hours come.
func (r *run) patience(rd *reader) float64 {
	const day = 86_400
	return max(min(day, r.now/2), rd.Latency.Seconds(), rd.TimeToCatchUp().Seconds())
}
