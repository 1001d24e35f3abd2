package replay

import (
	"math"

	"github.com/kcalc/kcalc/model"
)

// consumerState is a consumer's processor of the shards of a class.
type consumerState struct {
	*model.Consumer
	index           int
	dedicated       bool // of its own: enhanced fan-out
	incidentEffects      // what incidents make of it

	cursor                // where it is, if it is behind
	behind      bool      // else it has read all
	since       float64   // when it was there
	seen        float64   // it has read what was accepted before that
	speed       float64   // seconds of what is at its cursor that it reads in a second
	cursorSpeed float64   // seconds that its cursor moves in a second
	due         float64   // when that changes by itself
	reason      eventKind // and why
	demand      float64   // bytes a second that it could read, of what consumers share
	limit       flow      // what it could read a second by itself

	calls   float64 // GetRecords calls a second that it makes of each shard
	wait    float64 // longest time until a record is asked for, or is pushed
	longest float64 // wait there was

	counted float64 // records accepted when it last had read all
	result  ConsumerResult
	episode episode
}

// eventKind is why the state of a reader that is behind changes by itself.
type eventKind int

const (
	pieceEnd      eventKind = iota // it has read a piece of the log
	caughtUp                       // it has read all
	retentionEdge                  // what it is to read next is as old as the retention
	unblocked                      // a poisonous record holds it up no longer
)

// incidentEffects is what incidents make of a reader.
type incidentEffects struct {
	stopped      bool
	blockedUntil float64 // a poisonous record holds it up until then; 0 where none does
	givesUpAt    float64 // when it gives that record up, if it has not expired before
	speedShare   float64 // share of its speed that is left
	speedLimit   float64 // records a second, a shard, that are left of it
}

// episode is the time from when a reader falls behind until it has read all.
type episode struct {
	began      float64
	peak       float64 // backlog
	peakAt     float64 // when it was that high
	delay      float64
	incident   bool    // something happened to the reader
	clearSince float64 // since when nothing does; of a replay, when it began
	catchingUp float64 // before that, since the first incident, with nothing happening to it
}

// affected tells whether something happens to the reader now.
func (r *consumerState) affected() bool {
	return r.stopped || r.blockedUntil > 0 || r.speedShare < 1 || !math.IsInf(r.speedLimit, 1)
}

// updateLimit finds what the reader can read a second by itself: what its speed, its
// calls and a lane of its own allow. A function's speed depends on the records.
func (r *consumerState) updateLimit(l *model.Limits, shards float64) {
	if r.limit = (flow{inf, inf, inf}); r.stopped || r.blockedUntil > 0 {
		r.limit = flow{}
		return
	}
	if r.Speed > 0 {
		r.limit.users = shards * float64(r.Speed) * r.speedShare
	}
	r.limit.users = min(r.limit.users, shards*r.speedLimit)
	if r.dedicated {
		r.limit.bytes = shards * float64(l.FanOutBytes.Value)
	}
	if r.calls > 0 {
		r.limit.records = shards * r.calls * float64(l.PollRecords.Value)
		r.limit.bytes = min(r.limit.bytes, shards*r.calls*float64(l.PollBytes.Value))
	}
}

// keepsUp tells whether the reader can read a flow as it comes. Of a function it does
// not tell.
func (r *consumerState) keepsUp(f flow) bool {
	return f.users <= r.limit.users && f.records <= r.limit.records && f.bytes <= r.limit.bytes && r.Lambda.BatchSize == 0
}

// speedOf answers how many seconds of a flow the reader could read a second if
// nobody else did.
func (r *consumerState) speedOf(l *model.Limits, shards float64, f flow) float64 {
	if f.records == 0 {
		return inf
	}
	speed := min(r.limit.users/f.users, r.limit.records/f.records)
	if f.bytes > 0 {
		speed = min(speed, r.limit.bytes/f.bytes)
	}
	if r.Speed == 0 && r.Lambda.BatchSize > 0 {
		speed = min(speed, shards*r.speedShare*lambdaRate(l, &r.Lambda, f.bytes/f.records, f.records < f.users)/f.records)
	}
	return speed
}

// lambdaRate is how many Kinesis records of a size a function takes a second, of one
// shard: batches are bounded by the payload of an invocation, and a record that is
// an aggregate has no part in parallel ones.
// (https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html)
func lambdaRate(l *model.Limits, fn *model.Lambda, size float64, packed bool) float64 {
	fits := math.Floor((1 + tolerance) * float64(l.LambdaPayload.Value) / (l.LambdaEncoding.Value*size + float64(l.LambdaEnvelope.Value)))
	at := 1.0
	if !packed {
		at = float64(fn.ParallelizationFactor)
	}
	return at * min(float64(fn.BatchSize), fits) / fn.Duration.Seconds()
}

// advance moves a reader that is behind on to a time, through one piece of the log.
func (r *consumerState) advance(now float64, p *piece, t *trace) {
	seconds := now - r.since
	if seconds <= 0 {
		return
	}
	from, oldest := r.at, r.since-r.at
	r.at += r.cursorSpeed * seconds
	r.result.Read += r.speed * p.records * seconds
	if r.cursorSpeed > r.speed {
		r.result.Expired += (r.cursorSpeed - r.speed) * p.records * seconds
	}
	if r.speed > 0 && r.at > r.seen {
		if from < r.seen { // until then it read again
			oldest = r.since + (r.seen-from)/r.cursorSpeed - r.seen
		}
		r.noteDelay(max(oldest, now-r.at))
		r.seen = r.at
	}
	r.result.Age = max(r.result.Age, r.since-from, now-r.at)
	t.age(r, r.since, now, r.since-from, now-r.at)
	r.since = now
}

// noteDelay takes note of how long a record waited that was read for the first time.
func (r *consumerState) noteDelay(seconds float64) {
	r.episode.delay = max(r.episode.delay, seconds+r.wait)
}

// finishPiece takes a reader to the end of a piece, and what rounding left of it as read.
func (r *consumerState) finishPiece(p *piece, end float64) {
	if left := end - r.at; left > 0 && !r.expiring() {
		r.result.Read += left * p.records
		if end > r.seen {
			r.noteDelay(r.since - max(r.at, r.seen))
			r.seen = end
		}
	} else if left > 0 {
		r.result.Expired += left * p.records
	}
	r.at = end
}

// expiring tells whether records expire before the reader gets to them.
func (r *consumerState) expiring() bool { return r.cursorSpeed > r.speed }

// schedule finds when the state of a reader that is behind changes by itself.
func (r *consumerState) schedule(l *flowLog, keeps float64) {
	r.due, r.reason = inf, pieceEnd
	expect := func(at float64, e eventKind) {
		if at < r.due {
			r.due, r.reason = at, e
		}
	}
	switch {
	case !l.isLast(r.piece):
		expect(r.since+(l.pieces[r.piece+1].start-r.at)/r.cursorSpeed, pieceEnd)
	case r.cursorSpeed > 1+tolerance:
		expect(r.since+(r.since-r.at)/(r.cursorSpeed-1), caughtUp)
	}
	if r.cursorSpeed < 1-tolerance {
		expect(r.since+(keeps-(r.since-r.at))/(1-r.cursorSpeed), retentionEdge)
	}
	if r.blockedUntil > 0 {
		expect(r.blockedUntil, unblocked)
	}
}

// noteBacklog takes note of how much there is to read.
func (e *episode) noteBacklog(backlog, now float64) {
	if backlog > e.peak*(1+tolerance) {
		e.peak, e.peakAt = backlog, now
	}
}

// trackIncidents takes note of how long the reader could catch up, which it can while nothing
// happens to it.
func (r *consumerState) trackIncidents(was bool, now float64) {
	e := &r.episode
	switch is := r.affected(); {
	case was && !is:
		e.clearSince = now
	case !was && is && e.incident:
		e.catchingUp += now - e.clearSince
	}
	e.incident = e.incident || r.affected()
}

// endEpisode closes the episode of a reader that has read all, or that runs no longer.
func (r *consumerState) endEpisode(now float64) {
	e := &r.episode
	recovery := 0.0
	if e.peak > 0 {
		recovery = now - e.peakAt
	}
	r.result.Recovery, r.result.Delay = max(r.result.Recovery, recovery), max(r.result.Delay, e.delay)
	if e.incident {
		if !r.affected() {
			e.catchingUp += now - e.clearSince
		}
		r.result.CatchUp = max(r.result.CatchUp, e.catchingUp)
		return
	}
	r.result.ApartFromIncidents.Recovery, r.result.ApartFromIncidents.Delay = max(r.result.ApartFromIncidents.Recovery, recovery), max(r.result.ApartFromIncidents.Delay, e.delay)
}
