package replay

import (
	"context"

	"github.com/kcalc/kcalc/model"
)

// Run returns what the traffic does to a stream of some capacity. A series of so
// many parts is kept, none if that is 0. The error is the context's, once that is
// done.
func (s *Setup) Run(ctx context.Context, c Capacity, parts int) (Result, error) {
	t := newTrace(s.Traffic.Seconds(), parts, s.Workload.Consumers)
	out := Result{Consumers: make([]ConsumerResult, len(s.Workload.Consumers))}
	for i := range out.Consumers {
		out.Consumers[i].Name = s.Workload.Consumers[i].Name
	}
	var r run
	for _, class := range s.classes(c) {
		r.reset(s, class, c, t)
		if err := r.play(ctx); err != nil {
			return Result{}, err
		}
		out.add(&r)
	}
	if out.Offered > 0 {
		out.ThrottledShare = out.Throttled / out.Offered
	}
	for i := range out.Consumers {
		if c := &out.Consumers[i]; c.SteadyLoss > 0 {
			c.SteadyLoss /= out.Accepted
		}
	}
	if t != nil {
		if !c.OnDemand && c.Reshard.Shards == 0 {
			t.Shards = nil
		}
		out.Series = model.Known(t.Series)
	}
	return out, nil
}

// run is one class of shards, all of which do the same, from the beginning of the
// traffic to its end.
type run struct {
	setup   *Setup
	class   class
	shards  float64  // of the class; on-demand they change
	scaling *scaling // on-demand; nil of provisioned shards
	reshard Reshard  // to come, in shards of the class
	parents parents
	now     float64

	producers producers
	log       acceptedLog

	consumers []consumerState
	keepUp    keepUp
	shared    sharedBandwidth

	totals totals
	trace  *trace
}

// acceptedLog is what was accepted, from where a consumer may still read it. While
// all consumers have read all, it is not kept.
type acceptedLog struct {
	flowLog
	kept        bool
	reprocesses int     // incidents to come that go back in it
	retention   float64 // seconds
}

// totals are what a run adds up: records, unless they are something else.
type totals struct {
	offered, accepted, dropped float64
	bytes                      float64 // offered
	throttled, waited          float64
	throttledSeconds           float64
	writeUtilization           float64 // highest
	readUtilization            float64 // highest
	fewestShards, mostShards   float64
	undrained, waitingLoad     float64 // as in the result
}

// reset makes a run ready for a class; it keeps its buffers.
func (r *run) reset(s *Setup, c class, capacity Capacity, t *trace) {
	w := s.Workload
	*r = run{
		setup: s, class: c, trace: t,
		producers: producers{
			drops: s.DropThrottled, savesUnused: s.SaveUnused, packing: newPacking(s.Limits, &w.Producer.Aggregation),
			queue: writeQueue{flowLog: r.producers.queue.flowLog},
		},
		log:       acceptedLog{flowLog: r.log.flowLog, retention: w.Retention.Seconds()},
		consumers: r.consumers[:0],
		shared:    sharedBandwidth{buffer: r.shared.buffer[:0]},
		totals:    totals{fewestShards: inf},
	}
	share := c.share(s)
	for i := range w.Consumers {
		r.consumers = append(r.consumers, newConsumerState(&w.Consumers[i], i, share))
	}
	r.sharePolls()
	shards := c.shards
	if capacity.OnDemand {
		r.scaling = newScaling(s.Limits, w.Region, capacity.Shards)
		shards = r.scaling.shardsAt(0)
	}
	if to := capacity.Reshard; to.Shards > 0 && !capacity.OnDemand {
		r.reshard = Reshard{to.At, shards * to.Shards / capacity.Shards}
	}
	r.resize(shards)
	r.resetLog()
}

// resetLog empties the log, and keeps it from the beginning if a consumer is to go
// back in it.
func (r *run) resetLog() {
	for i := range r.setup.Incidents {
		if r.setup.Incidents[i].Kind == Reprocess {
			r.log.reprocesses++
		}
	}
	if r.log.reset(); r.log.reprocesses > 0 {
		r.log.kept = true
		r.log.append(0, flow{})
	}
}

// resize sets the number of shards.
func (r *run) resize(shards float64) {
	l := r.setup.Limits
	r.shards = shards
	r.totals.fewestShards, r.totals.mostShards = min(r.totals.fewestShards, shards), max(r.totals.mostShards, shards)
	r.shared.bytes = shards * float64(l.ShardReadBytes.Value)
	r.producers.setLimits(shards*float64(l.ShardWriteRecords.Value), shards*float64(l.ShardWriteBytes.Value))
	r.updateLimits()
}

// segmentsPerCheck is how many segments are run before the context is looked at
// again: some milliseconds' worth.
const segmentsPerCheck = 1024

// play runs the traffic of the class, unless the context is done.
func (r *run) play(ctx context.Context) error {
	it := newSegmentIterator(r.setup, &r.class)
	for n := 0; it.next(); n++ {
		if n%segmentsPerCheck == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		r.begin(&it.segment)
		for r.now < it.until {
			r.advance(min(it.until, r.nextEvent()))
		}
	}
	r.finish()
	return nil
}

// begin applies what changes with a segment: incidents, and what is offered.
func (r *run) begin(s *segment) {
	if s.changed {
		r.applyIncidents(s.begins)
	}
	r.producers.wanted = s.flow
	r.offer()
	r.accept()
}

// offer has the producers write what they want to the shards that there are.
func (r *run) offer() {
	r.producers.offer(r.now, r.shards)
	r.totals.writeUtilization = max(r.totals.writeUtilization, r.producers.utilization())
}

// accept finds what is accepted from now on, and has the consumers read that.
func (r *run) accept() {
	if r.setup.hasPoison() {
		r.dropUnmetPoison()
	}
	was := r.producers.accepted
	r.producers.accept(r.now)
	accepted := r.producers.accepted
	if r.scaling != nil {
		r.scaling.setFlow(accepted)
	}
	if accepted == was && !r.keepUp.changed {
		return
	}
	if r.log.kept && accepted != was {
		r.compactLog()
		r.log.append(r.now, accepted)
	}
	switch {
	case r.keepUp.behind == 0 && r.allKeepUp(accepted):
		r.totals.readUtilization = max(r.totals.readUtilization, r.keepUp.pollers*accepted.bytes/r.shared.bytes)
	case r.keepUp.changed:
		r.updateSpeeds()
	default:
		r.applyFlow()
	}
	r.keepUp.changed = false
}

// nextEvent returns when something happens next.
func (r *run) nextEvent() float64 {
	at := r.producers.due
	if r.scaling != nil {
		at = min(at, r.scaling.due)
	}
	if r.reshard.Shards > 0 {
		at = min(at, r.reshard.At)
	}
	if r.keepUp.behind > 0 {
		for i := range r.consumers {
			if c := &r.consumers[i]; c.behind {
				at = min(at, c.due)
			}
		}
	}
	return max(at, r.now)
}

// advance goes on to a time, at most that of the next event, and handles the events
// that are due then.
func (r *run) advance(to float64) {
	p := &r.producers
	seconds, from := to-r.now, r.now
	r.totals.offered += p.offered.records * seconds
	r.totals.bytes += p.offered.bytes * seconds
	r.totals.accepted += p.accepted.records * seconds
	if p.throttling() && seconds > 0 {
		r.countThrottled(seconds)
	}
	r.trace.addOffered(r, from, to)
	changes := p.due <= to
	p.advance(from, to)
	r.now = to
	if r.scaling != nil {
		changes = r.scale(from) || changes
	}
	if r.keepUp.behind > 0 {
		r.handleDue()
	}
	if r.reshard.Shards > 0 && r.reshard.At <= r.now {
		r.closeParents()
		changes = true
	}
	if changes {
		r.accept()
	}
}

// countThrottled counts what is offered beyond what the limits let in, and what waits
// because of that.
func (r *run) countThrottled(seconds float64) {
	p := &r.producers
	excess := p.excess * seconds
	if p.queue.waiting {
		r.totals.waited += p.offered.records * seconds
	} else {
		r.totals.dropped += excess
	}
	r.totals.throttled += excess
	r.totals.throttledSeconds += seconds
	r.trace.addThrottled(r.now, r.now+seconds, excess)
}

// scale shows AWS what was written since a time, resizes the stream as AWS does, and
// reports whether it did.
func (r *run) scale(from float64) (changed bool) {
	r.scaling.observe(from, r.now, r.producers.accepted)
	shards := r.scaling.shardsAt(r.now)
	if shards == r.shards {
		return false
	}
	r.resize(shards)
	r.keepUp.changed = true
	r.offer()
	return true
}
