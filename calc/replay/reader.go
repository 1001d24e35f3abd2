package replay

import (
	"math"

	"github.com/kcalc/kcalc/model"
)

// reader is a consumer's processor of the shards of a class.
type reader struct {
	*model.Consumer
	number  int
	lane    bool // of its own: enhanced fan-out
	trouble      // what incidents make of it

	cursor         // where it is, if it is behind
	behind bool    // else it has read all
	since  float64 // when it was there
	seen   float64 // it has read what was accepted before that
	speed  float64 // seconds of what is at its cursor that it reads in a second
	moves  float64 // seconds that its cursor moves in a second
	due    float64 // when that changes by itself
	event  event   // and why
	want   float64 // bytes a second that it could read, of what consumers share
	can    flow    // what it could read a second by itself

	calls   float64 // GetRecords calls a second that it makes of each shard
	wait    float64 // longest time until a record is asked for, or is pushed
	longest float64 // wait there was

	joined  float64 // records accepted when it last had read all
	totals  Consumer
	episode episode
}

// event is why the state of a reader that is behind changes by itself.
type event int

const (
	crossing event = iota // it has read a piece of the log
	caughtUp              // it has read all
	edge                  // what it is to read next is as old as the retention
	freed                 // a poisonous record holds it up no longer
)

// trouble is what incidents make of a reader.
type trouble struct {
	stopped bool
	blocked float64 // a poisonous record holds it up until then; 0 where none does
	givesUp float64 // when it gives that record up, if it has not expired before
	slow    float64 // share of its speed that is left
	most    float64 // records a second, a shard, that are left of it
}

// episode is the time from when a reader falls behind until it has read all.
type episode struct {
	began    float64
	highest  float64 // backlog
	at       float64 // when it was that high
	delay    float64
	incident bool    // something happened to the reader
	over     float64 // since when nothing does; of a replay, when it began
	worked   float64 // before that, since the first incident, with nothing happening to it
}

// troubled tells whether something happens to the reader now.
func (r *reader) troubled() bool {
	return r.stopped || r.blocked > 0 || r.slow < 1 || !math.IsInf(r.most, 1)
}

// bound finds what the reader can read a second by itself: what its speed, its
// calls and a lane of its own allow. A function's speed depends on the records.
func (r *reader) bound(l *model.Limits, shards float64) {
	if r.can = (flow{inf, inf, inf}); r.stopped || r.blocked > 0 {
		r.can = flow{}
		return
	}
	if r.Speed > 0 {
		r.can.users = shards * float64(r.Speed) * r.slow
	}
	r.can.users = min(r.can.users, shards*r.most)
	if r.lane {
		r.can.bytes = shards * float64(l.FanOutBytes.Value)
	}
	if r.calls > 0 {
		r.can.records = shards * r.calls * float64(l.PollRecords.Value)
		r.can.bytes = min(r.can.bytes, shards*r.calls*float64(l.PollBytes.Value))
	}
}

// keepsUp tells whether the reader can read a flow as it comes. Of a function it does
// not tell.
func (r *reader) keepsUp(f flow) bool {
	return f.users <= r.can.users && f.records <= r.can.records && f.bytes <= r.can.bytes && r.Lambda.BatchSize == 0
}

// capacity answers how many seconds of a flow the reader could read a second if
// nobody else did.
func (r *reader) capacity(l *model.Limits, shards float64, f flow) float64 {
	if f.records == 0 {
		return inf
	}
	speed := min(r.can.users/f.users, r.can.records/f.records)
	if f.bytes > 0 {
		speed = min(speed, r.can.bytes/f.bytes)
	}
	if r.Speed == 0 && r.Lambda.BatchSize > 0 {
		speed = min(speed, shards*r.slow*invoked(l, &r.Lambda, f.bytes/f.records, f.records < f.users)/f.records)
	}
	return speed
}

// invoked is how many Kinesis records of a size a function takes a second, of one
// shard: batches are bounded by the payload of an invocation, and a record that is
// an aggregate has no part in parallel ones.
// (https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html)
func invoked(l *model.Limits, fn *model.Lambda, size float64, packed bool) float64 {
	fits := math.Floor((1 + tolerance) * float64(l.LambdaPayload.Value) / (l.LambdaEncoding.Value*size + float64(l.LambdaEnvelope.Value)))
	at := 1.0
	if !packed {
		at = float64(fn.ParallelizationFactor)
	}
	return at * min(float64(fn.BatchSize), fits) / fn.Duration.Seconds()
}

// settle moves a reader that is behind on to a time, through one piece of the log.
func (r *reader) settle(now float64, p *piece, t *trace) {
	seconds := now - r.since
	if seconds <= 0 {
		return
	}
	from, oldest := r.at, r.since-r.at
	r.at += r.moves * seconds
	r.totals.Read += r.speed * p.records * seconds
	if r.moves > r.speed {
		r.totals.Expired += (r.moves - r.speed) * p.records * seconds
	}
	if r.speed > 0 && r.at > r.seen {
		if from < r.seen { // until then it read again
			oldest = r.since + (r.seen-from)/r.moves - r.seen
		}
		r.delayed(max(oldest, now-r.at))
		r.seen = r.at
	}
	r.totals.Age = max(r.totals.Age, r.since-from, now-r.at)
	t.age(r, r.since, now, r.since-from, now-r.at)
	r.since = now
}

// delayed takes note of how long a record waited that was read for the first time.
func (r *reader) delayed(seconds float64) {
	r.episode.delay = max(r.episode.delay, seconds+r.wait)
}

// land takes a reader to the end of a piece, and what rounding left of it as read.
func (r *reader) land(p *piece, end float64) {
	if left := end - r.at; left > 0 && !r.expires() {
		r.totals.Read += left * p.records
		if end > r.seen {
			r.delayed(r.since - max(r.at, r.seen))
			r.seen = end
		}
	} else if left > 0 {
		r.totals.Expired += left * p.records
	}
	r.at = end
}

// expires tells whether records expire before the reader gets to them.
func (r *reader) expires() bool { return r.moves > r.speed }

// schedule finds when the state of a reader that is behind changes by itself.
func (r *reader) schedule(l *log, keeps float64) {
	r.due, r.event = inf, crossing
	expect := func(at float64, e event) {
		if at < r.due {
			r.due, r.event = at, e
		}
	}
	switch {
	case !l.last(r.index):
		expect(r.since+(l.pieces[r.index+1].start-r.at)/r.moves, crossing)
	case r.moves > 1+tolerance:
		expect(r.since+(r.since-r.at)/(r.moves-1), caughtUp)
	}
	if r.moves < 1-tolerance {
		expect(r.since+(keeps-(r.since-r.at))/(1-r.moves), edge)
	}
	if r.blocked > 0 {
		expect(r.blocked, freed)
	}
}

// note takes note of how much there is to read.
func (e *episode) note(backlog, now float64) {
	if backlog > e.highest*(1+tolerance) {
		e.highest, e.at = backlog, now
	}
}

// clock takes note of how long the reader could catch up, which it can while nothing
// happens to it.
func (r *reader) clock(was bool, now float64) {
	e := &r.episode
	switch is := r.troubled(); {
	case was && !is:
		e.over = now
	case !was && is && e.incident:
		e.worked += now - e.over
	}
	e.incident = e.incident || r.troubled()
}

// end closes the episode of a reader that has read all, or that runs no longer.
func (r *reader) end(now float64) {
	e := &r.episode
	recovery := 0.0
	if e.highest > 0 {
		recovery = now - e.at
	}
	r.totals.Recovery, r.totals.Delay = max(r.totals.Recovery, recovery), max(r.totals.Delay, e.delay)
	if e.incident {
		if !r.troubled() {
			e.worked += now - e.over
		}
		r.totals.CatchUp = max(r.totals.CatchUp, e.worked)
		return
	}
	r.totals.Usual.Recovery, r.totals.Usual.Delay = max(r.totals.Usual.Recovery, recovery), max(r.totals.Usual.Delay, e.delay)
}
