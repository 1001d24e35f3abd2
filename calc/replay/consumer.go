package replay

import (
	"math"

	"github.com/kcalc/kcalc/model"
)

// consumerState is the state of a consumer's processors of the shards of a class.
type consumerState struct {
	*model.Consumer
	index     int     // in the workload
	share     float64 // that the class has of what its processors do in all: that of the traffic
	dedicated bool    // its throughput: enhanced fan-out

	effects incidentEffects
	polls   polls
	position
	reading

	result  ConsumerResult
	episode episode
}

// incidentEffects is what incidents do to a consumer at a time.
type incidentEffects struct {
	stopped      bool
	blockedUntil float64 // by a poison-pill record; 0 where there is none
	givesUpAt    float64 // when it gives that record up, if it has not expired before
	speedShare   float64 // of its speed that is left
	speedLimit   float64 // records a second, a shard, that are left of it
}

// polls are a standard consumer's GetRecords calls, or the pushes to one with
// enhanced fan-out.
type polls struct {
	calls       float64 // a second, of each shard
	wait        float64 // longest time until a record is asked for, or is pushed
	longestWait float64 // so far
}

// position is where a consumer is in what was accepted. One that has read all has no
// cursor.
type position struct {
	behind    bool
	onParents bool    // of the shards, which it has to read first
	cursor            // the next record that it reads
	since     float64 // when the cursor was there
	readUpTo  float64 // what was accepted before that it has read, or let expire
	counted   float64 // records accepted until it last had read all, which are in its result
}

// reading is how fast a consumer reads.
type reading struct {
	limit  flow    // what it could read a second by itself
	demand float64 // bytes a second of the shared bandwidth that it could read
	speed  float64 // seconds of what is at its cursor that it reads a second

	// cursorSpeed is how many seconds the cursor moves a second: as the consumer reads,
	// or with the retention, where records expire before it gets to them.
	cursorSpeed float64

	due    float64 // when that changes by itself
	reason eventKind
}

// eventKind is why the state of a consumer that is behind changes by itself.
type eventKind int

const (
	pieceEnd      eventKind = iota // it has read a piece of the log
	caughtUp                       // it has read all
	retentionEdge                  // what it is to read next is as old as the retention
	unblocked                      // a poison-pill record blocks it no longer
)

// episode is the time from when a consumer falls behind until it has read all.
type episode struct {
	began  float64
	peak   float64 // highest backlog, in records
	peakAt float64 // when it was that high
	delay  float64 // longest that a record waited until it was first read

	incident   bool    // something happened to the consumer
	clearSince float64 // since when nothing does; of reprocessing, when it began
	catchingUp float64 // seconds before that, since the first incident, with nothing happening to it
}

func newConsumerState(c *model.Consumer, index int, share float64) consumerState {
	return consumerState{
		Consumer: c, index: index, share: share, dedicated: c.Type == model.EnhancedFanOut,
		effects: incidentEffects{speedShare: 1, speedLimit: inf},
	}
}

// affected reports whether something happens to the consumer now.
func (c *consumerState) affected() bool {
	e := &c.effects
	return e.stopped || e.blockedUntil > 0 || e.speedShare < 1 || !math.IsInf(e.speedLimit, 1)
}

// limitedByBatches reports whether the consumer is a function whose speed follows
// from its batches, and so from the size of the records.
func (c *consumerState) limitedByBatches() bool { return c.Lambda.Duration > 0 }

// updateLimit finds what the consumer could read a second by itself: what its speed,
// its polls and its dedicated throughput allow. The limit of a function's batches
// depends on the flow, and is not in it.
func (c *consumerState) updateLimit(l *model.Limits, shards float64) {
	if c.limit = (flow{inf, inf, inf}); c.effects.stopped || c.effects.blockedUntil > 0 {
		c.limit = flow{}
		return
	}
	if speed := c.ProcessorSpeed(); speed > 0 {
		c.limit.users = shards * float64(speed) * c.effects.speedShare
	}
	if c.TotalSpeed > 0 {
		c.limit.users = min(c.limit.users, c.share*float64(c.TotalSpeed)*c.effects.speedShare)
	}
	c.limit.users = min(c.limit.users, shards*c.effects.speedLimit) / c.Processed()
	if c.dedicated {
		c.limit.bytes = shards * float64(l.FanOutBytes.Value)
	}
	if c.polls.calls > 0 {
		c.limit.records = shards * c.polls.calls * float64(l.PollRecords.Value)
		c.limit.bytes = min(c.limit.bytes, shards*c.polls.calls*float64(l.PollBytes.Value))
	}
}

// surelyKeepsUp reports whether the consumer can read a flow as it comes, as far as
// that can be said without a division: of a function it is not said.
func (c *consumerState) surelyKeepsUp(f flow) bool {
	return f.users <= c.limit.users && f.records <= c.limit.records && f.bytes <= c.limit.bytes && !c.limitedByBatches()
}

// speedOf returns how many seconds of a flow the consumer could read a second by
// itself.
func (c *consumerState) speedOf(l *model.Limits, shards float64, f flow) float64 {
	if f.records == 0 {
		return inf
	}
	speed := min(c.limit.users/f.users, c.limit.records/f.records)
	if f.bytes > 0 {
		speed = min(speed, c.limit.bytes/f.bytes)
	}
	if c.limitedByBatches() {
		records := f.records
		if c.Lambda.PerUserRecord {
			records = f.users // its work is the same, however they are packed
		}
		rate := lambdaRate(l, &c.Lambda, f.bytes/records)
		running := c.invocations(shards, f.records < f.users)
		speed = min(speed, running*c.effects.speedShare*rate/records/c.Processed())
	}
	return speed
}

// invocations returns how many of a function run at once on so many shards: no more than it
// has reserved, of which the class has its share. Aggregates are not taken in parallel: one
// shard's batches then come one after the other.
// (https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html)
func (c *consumerState) invocations(shards float64, aggregated bool) float64 {
	running := shards
	if !aggregated {
		running *= float64(c.Lambda.ParallelizationFactor)
	}
	if z := c.Lambda.ReservedConcurrency; z > 0 {
		running = min(running, c.share*float64(z))
	}
	return running
}

// lambdaRate returns how many Kinesis records of a size an invocation takes a second.
func lambdaRate(l *model.Limits, fn *model.Lambda, size float64) float64 {
	return lambdaBatch(l, fn, size) / fn.Duration.Seconds()
}

// lambdaBatch returns how many Kinesis records of a size an invocation takes.
func lambdaBatch(l *model.Limits, fn *model.Lambda, size float64) float64 {
	inPayload := l.LambdaEncoding.Value*size + float64(l.LambdaEnvelope.Value)
	return min(float64(fn.BatchSize), math.Floor((1+tolerance)*float64(l.LambdaPayload.Value)/inPayload))
}

// advance moves a consumer that is behind on to a time, through one piece of the log.
func (c *consumerState) advance(now float64, p *piece, t *trace) {
	seconds := now - c.since
	if seconds <= 0 {
		return
	}
	from, oldest := c.at, c.since-c.at
	c.at += c.cursorSpeed * seconds
	c.result.Read += c.speed * p.records * seconds
	if c.expiring() {
		c.result.Expired += (c.cursorSpeed - c.speed) * p.records * seconds
	}
	if c.speed > 0 && c.at > c.readUpTo {
		if from < c.readUpTo { // until then it reprocessed
			oldest = c.since + (c.readUpTo-from)/c.cursorSpeed - c.readUpTo
		}
		c.noteDelay(max(oldest, now-c.at))
		c.readUpTo = c.at
	}
	c.result.Age = max(c.result.Age, c.since-from, now-c.at)
	t.addAge(c.index, stretch{c.since, now}, c.since-from, now-c.at)
	c.since = now
}

// expiring reports whether records expire before the consumer gets to them.
func (c *consumerState) expiring() bool { return c.cursorSpeed > c.speed }

// noteRetention notes that what the consumer is to read next is as old as the retention,
// unless it reads that again.
func (c *consumerState) noteRetention() {
	again := c.at < c.readUpTo-boundTolerance*(1+c.readUpTo)
	c.result.ReachedRetention = c.result.ReachedRetention || !again
}

// noteDelay notes how long a record waited that was read for the first time.
func (c *consumerState) noteDelay(seconds float64) {
	c.episode.delay = max(c.episode.delay, seconds+c.polls.wait)
}

// finishPiece takes a consumer to the end of a piece, and counts as read, or as
// expired, what rounding left of it.
func (c *consumerState) finishPiece(p *piece, end float64) {
	if left := end - c.at; left > 0 && !c.expiring() {
		c.result.Read += left * p.records
		if end > c.readUpTo {
			c.noteDelay(c.since - max(c.at, c.readUpTo))
			c.readUpTo = end
		}
	} else if left > 0 {
		c.result.Expired += left * p.records
	}
	c.at = end
}

// schedule finds when the state of a consumer that is behind changes by itself, and
// why.
func (c *consumerState) schedule(l *acceptedLog) {
	c.due, c.reason = inf, pieceEnd
	expect := func(at float64, why eventKind) {
		if at < c.due {
			c.due, c.reason = at, why
		}
	}
	switch {
	case !l.isLast(c.piece):
		expect(c.since+(l.pieces[c.piece+1].start-c.at)/c.cursorSpeed, pieceEnd)
	case c.cursorSpeed > 1+tolerance:
		expect(c.since+(c.since-c.at)/(c.cursorSpeed-1), caughtUp)
	}
	if c.cursorSpeed < 1-tolerance {
		expect(c.since+(l.retention-(c.since-c.at))/(1-c.cursorSpeed), retentionEdge)
	}
	if c.effects.blockedUntil > 0 {
		expect(c.effects.blockedUntil, unblocked)
	}
}

// noteBacklog notes how many records there are to read.
func (e *episode) noteBacklog(backlog, now float64) {
	if backlog > e.peak*(1+tolerance) {
		e.peak, e.peakAt = backlog, now
	}
}

// trackIncidents notes how long the consumer could catch up, which it can while
// nothing happens to it. It is called when incidents begin or end; before is whether
// something happened to the consumer until then.
func (c *consumerState) trackIncidents(before bool, now float64) {
	e := &c.episode
	switch after := c.affected(); {
	case before && !after:
		e.clearSince = now
	case !before && after && e.incident:
		e.catchingUp += now - e.clearSince
	}
	e.incident = e.incident || c.affected()
}

// endEpisode closes the episode of a consumer that has read all, or that runs no
// longer.
func (c *consumerState) endEpisode(now float64) {
	e, apart := &c.episode, &c.result.ApartFromIncidents
	recovery := 0.0
	if e.peak > 0 {
		recovery = now - e.peakAt
	}
	c.result.Recovery, c.result.Delay = max(c.result.Recovery, recovery), max(c.result.Delay, e.delay)
	if !e.incident {
		apart.Recovery, apart.Delay = max(apart.Recovery, recovery), max(apart.Delay, e.delay)
		return
	}
	if !c.affected() {
		e.catchingUp += now - e.clearSince
	}
	c.result.CatchUp = max(c.result.CatchUp, e.catchingUp)
}
