package replay

import (
	"slices"

	"github.com/kcalc/kcalc/model"
)

// Result is what traffic did to a number of shards. Records are Kinesis records:
//
//	offered  = accepted + waiting + lost
//	accepted = read + backlog + expired − reprocessed, for each consumer
type Result struct {
	Offered  float64 `json:"offered_records"`
	Bytes    float64 `json:"offered_bytes"`
	Accepted float64 `json:"accepted_records"`
	Waiting  float64 `json:"waiting_records"` // at producers, in the end
	Lost     float64 `json:"lost_records"`    // given up by producers

	// Throttled are the records in excess: those by which more was offered than the
	// limits let in, each once, as a shard rejects them when they are first sent.
	// ThrottledShare is their share of all that were offered. Seconds is how long
	// producers of the shard that was throttled the longest had some that waited, or gave
	// some up.
	Throttled      float64 `json:"throttled_records"`
	ThrottledShare float64 `json:"throttled_share"`
	Seconds        float64 `json:"throttled_seconds"`

	// Waited are the records that waited at their producers: those in excess, and all
	// that were offered while some still waited, which are written in their order.
	// LongestWait is how long one of them did.
	Waited      float64 `json:"waited_records"`
	LongestWait float64 `json:"longest_producer_wait_seconds"`

	// HeldBytes is what producers have to hold at worst, in memory or on disk, until the
	// shards take it: of each shard the most that waited for it.
	HeldBytes float64 `json:"most_held_bytes"`

	// Undrained are those of Waiting that are never written, if the last day of the
	// traffic goes on and on (or all of a shorter one): no less comes in it than their
	// shards take. WaitingLoad is how much that is, as a share of what they take, of the
	// shards at which records wait.
	Undrained   float64 `json:"undrained_records"`
	WaitingLoad float64 `json:"waiting_load"`

	// WriteUtilization is the most that was offered to a shard, as a share of what
	// it takes, and ReadUtilization the most that standard consumers read.
	WriteUtilization float64 `json:"highest_write_utilization"`
	ReadUtilization  float64 `json:"highest_read_utilization"`

	Shards    Range            `json:"shards_used"` // on-demand, what AWS made of them
	Consumers []ConsumerResult `json:"consumers"`

	Series model.Maybe[Series] `json:"series,omitzero"`
}

// Range is the fewest and the most of something.
type Range struct {
	Least float64 `json:"least"`
	Most  float64 `json:"most"`
}

// ConsumerResult is what happened to a consumer: the worst of all shards.
type ConsumerResult struct {
	Name        model.Name `json:"name"`
	Read        float64    `json:"read_records"`
	Reprocessed float64    `json:"replayed_records"` // that were to be read again
	Backlog     float64    `json:"backlog_records"`  // not read in the end
	Expired     float64    `json:"expired_records"`  // older than the retention before they were read

	// GivenUp are those of the records read that it did not process: the batch with a
	// poison-pill record, which it gives up. ReachedRetention says that a record which it
	// had not read was as old as the retention.
	GivenUp          float64 `json:"given_up_records"`
	ReachedRetention bool    `json:"reached_retention"`

	// Delay is the longest that a record waited from its acceptance until it was
	// first read, the wait for a poll included; Age the largest iterator age, which
	// is that of the oldest record that was still to be read.
	Delay float64 `json:"largest_record_delay_seconds"`
	Age   float64 `json:"largest_iterator_age_seconds"`

	// Recovery is the longest time from a backlog's highest point until it was
	// empty. Behind says that one was not when the traffic ended: its recovery counts
	// as if nothing more came. BehindFor is since when it has not read all.
	Recovery  float64 `json:"longest_recovery_seconds"`
	Behind    bool    `json:"behind_at_the_end"`
	BehindFor float64 `json:"behind_for_seconds"`

	// Losing says that it has not read all for a day (or half of the traffic, if that is
	// shorter, or the time that it has to catch up, if that is longer), in which its
	// backlog was highest; or that it does not read at all when the traffic ends, or
	// so slowly that what is left expires. It may never read all again.
	Losing bool `json:"losing_ground"`

	// SteadyLoss is the share of the records that it loses sooner or later, if the last
	// day of the traffic goes on and on (or all of a shorter one): 1 − C/λ, where it is
	// behind when the traffic ends and reads C of the λ records a second that come in
	// that day. It is losing ground then, however short the traffic.
	SteadyLoss float64 `json:"steady_loss_share"`

	// CatchUp is the longest time from the end of an incident of the consumer's own,
	// or from when it began to reprocess, until it had read all, without the time of
	// other incidents. ApartFromIncidents is the worst of its other episodes.
	CatchUp            float64    `json:"longest_catch_up_seconds"`
	ApartFromIncidents WorstTimes `json:"apart_from_incidents"`
}

// WorstTimes are how long a record waited and a recovery took at most.
type WorstTimes struct {
	Delay    float64 `json:"largest_record_delay_seconds"`
	Recovery float64 `json:"longest_recovery_seconds"`
}

// Series is a run over time, in equal parts.
type Series struct {
	Seconds   float64   `json:"part_seconds"`      // how long a part is
	Offered   []float64 `json:"offered_records"`   // in the part
	Throttled []float64 `json:"throttled_records"` // in the part, in excess
	Write     []float64 `json:"write_utilization"` // highest of the part, as offered to the hottest shard
	Shards    []float64 `json:"shards,omitempty"`  // on-demand, the most of the part
	Ages      []Ages    `json:"iterator_age_seconds"`
}

// Ages are the largest iterator ages of a consumer in each part.
type Ages struct {
	Consumer model.Name `json:"consumer"`
	Seconds  []float64  `json:"seconds"`
}

// add adds what happened to a class of shards.
func (out *Result) add(r *run) {
	t := &r.totals
	out.Offered += t.offered
	out.Bytes += t.bytes
	out.Accepted += t.accepted
	out.Waiting += r.producers.queue.records(r.now)
	out.Undrained += t.undrained
	out.WaitingLoad = max(out.WaitingLoad, t.waitingLoad)
	out.Lost += t.dropped
	out.Throttled += t.throttled
	out.Waited += t.waited
	out.Seconds = max(out.Seconds, t.throttledSeconds)
	out.HeldBytes += r.producers.queue.mostBytes
	out.LongestWait = max(out.LongestWait, r.producers.queue.longestWait)
	out.WriteUtilization = max(out.WriteUtilization, t.writeUtilization)
	out.ReadUtilization = max(out.ReadUtilization, t.readUtilization)
	out.Shards.Least += t.fewestShards
	out.Shards.Most += t.mostShards
	for i := range r.consumers {
		out.Consumers[i].add(&r.consumers[i].result)
		out.Consumers[i].SteadyLoss += r.consumers[i].result.SteadyLoss * t.accepted
	}
}

// Then returns the result together with that of other traffic, which begins on other shards:
// the series and the write utilization leave it out. Times of throttling add up; bounds are
// held if both hold them.
func (out Result) Then(o *Result) Result {
	out.Offered += o.Offered
	out.Bytes += o.Bytes
	out.Accepted += o.Accepted
	out.Waiting += o.Waiting
	out.Undrained += o.Undrained
	out.WaitingLoad = max(out.WaitingLoad, o.WaitingLoad)
	out.Lost += o.Lost
	out.Throttled += o.Throttled
	if out.Offered > 0 {
		out.ThrottledShare = out.Throttled / out.Offered
	}
	out.Waited += o.Waited
	out.Seconds += o.Seconds
	out.HeldBytes = max(out.HeldBytes, o.HeldBytes)
	out.LongestWait = max(out.LongestWait, o.LongestWait)
	out.ReadUtilization = max(out.ReadUtilization, o.ReadUtilization)
	out.Consumers = slices.Clone(out.Consumers)
	for i := range out.Consumers {
		out.Consumers[i].add(&o.Consumers[i])
		out.Consumers[i].SteadyLoss = max(out.Consumers[i].SteadyLoss, o.Consumers[i].SteadyLoss)
	}
	return out
}

// add adds what happened to the consumer on other shards.
func (c *ConsumerResult) add(o *ConsumerResult) {
	c.Read += o.Read
	c.Reprocessed += o.Reprocessed
	c.Backlog += o.Backlog
	c.Expired += o.Expired
	c.GivenUp += o.GivenUp
	c.ReachedRetention = c.ReachedRetention || o.ReachedRetention
	c.Delay = max(c.Delay, o.Delay)
	c.Age = max(c.Age, o.Age)
	c.Recovery = max(c.Recovery, o.Recovery)
	c.Behind = c.Behind || o.Behind
	c.BehindFor = max(c.BehindFor, o.BehindFor)
	c.Losing = c.Losing || o.Losing
	c.CatchUp = max(c.CatchUp, o.CatchUp)
	apart := &c.ApartFromIncidents
	apart.Delay = max(apart.Delay, o.ApartFromIncidents.Delay)
	apart.Recovery = max(apart.Recovery, o.ApartFromIncidents.Recovery)
}
