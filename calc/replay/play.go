package replay

import (
	"context"

	"github.com/kcalc/kcalc/model"
)

// Run answers what the traffic does to a stream of some capacity. A series of so
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
	if t != nil {
		if !c.OnDemand {
			t.Shards = nil
		}
		out.Series = model.Known(t.Series)
	}
	return out, nil
}

// reset makes a run ready for a class; it keeps its buffers.
func (r *run) reset(s *Setup, c class, capacity Capacity, t *trace) {
	w := s.Workload
	*r = run{
		setup: s, limits: s.Limits, class: c, retention: w.Retention.Seconds(), packing: newPacking(s.Limits, &w.Producer.Aggregation),
		producers: producers{drops: s.DropThrottled, savesUnused: s.SaveUnused, queue: r.producers.queue},
		log:       r.log, consumers: r.consumers[:0], demands: r.demands[:0], trace: t,
		poisons: s.hasPoison(), totals: totals{least: inf},
	}
	for i := range w.Consumers {
		r.consumers = append(r.consumers, consumerState{Consumer: &w.Consumers[i], index: i, dedicated: w.Consumers[i].Type == model.EnhancedFanOut, incidentEffects: incidentEffects{speedShare: 1, speedLimit: inf}})
	}
	for i := range s.Incidents {
		if s.Incidents[i].Kind == Reprocess {
			r.rereads++
		}
	}
	r.sharePolls()
	shards := c.shards
	if capacity.OnDemand {
		r.scaling = newScaling(s.Limits, w.Region, capacity.Shards)
		shards = r.scaling.shardsAt(0)
	}
	r.resize(shards)
	if r.log.reset(); r.rereads > 0 {
		r.logs = true
		r.log.append(0, flow{})
	}
}

// add puts what happened to a class to what happened to the others.
func (out *Result) add(r *run) {
	out.Offered += r.offered
	out.Bytes += r.bytes
	out.Accepted += r.accepted
	out.Waiting += r.producers.waiting(r.now)
	out.Lost += r.lost
	out.Throttled += r.throttled
	out.Waited += r.waited
	out.Seconds = max(out.Seconds, r.seconds)
	out.LongestWait = max(out.LongestWait, r.producers.longestWait)
	out.WriteUtilization = max(out.WriteUtilization, r.write)
	out.ReadUtilization = max(out.ReadUtilization, r.read)
	out.Shards.Least += r.least
	out.Shards.Most += r.most
	for i := range r.consumers {
		out.Consumers[i].add(&r.consumers[i].result)
	}
}

func (c *ConsumerResult) add(o *ConsumerResult) {
	c.Read += o.Read
	c.Reprocessed += o.Reprocessed
	c.Backlog += o.Backlog
	c.Expired += o.Expired
	c.Delay = max(c.Delay, o.Delay)
	c.Age = max(c.Age, o.Age)
	c.Recovery = max(c.Recovery, o.Recovery)
	c.Behind = c.Behind || o.Behind
	c.BehindFor = max(c.BehindFor, o.BehindFor)
	c.Losing = c.Losing || o.Losing
	c.CatchUp = max(c.CatchUp, o.CatchUp)
	c.ApartFromIncidents.Delay = max(c.ApartFromIncidents.Delay, o.ApartFromIncidents.Delay)
	c.ApartFromIncidents.Recovery = max(c.ApartFromIncidents.Recovery, o.ApartFromIncidents.Recovery)
}
