package replay

import (
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// Breach is something that a capacity has to hold, and does not.
type Breach struct {
	ID       string                  `json:"id"` // of its notice
	Consumer model.Maybe[model.Name] `json:"consumer"`
	Value    float64                 `json:"value"`
	Allowed  float64                 `json:"allowed"`
	Unit     string                  `json:"unit"` // "s", "records", "B", or "" of a share
	Message  string                  `json:"message"`
}

// boundTolerance is the relative amount by which a time may be above its bound by
// rounding.
const boundTolerance = 1e-9

// Breaches returns what a run does not hold: at most a share of the records in excess
// of the write limits, nothing lost, and every consumer within its bounds. The
// capacity holds if there are none.
func (s *Setup) Breaches(r *Result, throttled float64) []Breach {
	list := []Breach{}
	if share := r.ThrottledShare; r.Lost == 0 && share > throttled*(1+tolerance) {
		list = append(list, newBreach(notice.Throttled(share, throttled), share, throttled, ""))
	}
	if r.Undrained > 0 {
		list = append(list, newBreach(notice.NeverDrains(r.Undrained, r.WaitingLoad), r.Undrained, 0, "records"))
	}
	if r.Lost > 0 {
		list = append(list, newBreach(notice.Lost(r.Lost), r.Lost, 0, "records"))
	}
	list = append(list, s.producerBreaches(r)...)
	for i := range r.Consumers {
		for _, b := range s.consumerBreaches(&s.Workload.Consumers[i], &r.Consumers[i]) {
			b.Consumer = model.Known(s.Workload.Consumers[i].Name)
			list = append(list, b)
		}
	}
	return list
}

// producerBreaches returns what producers lose of the records that wait for the shards: those
// that wait longer than they are kept, and what is beyond what all processes hold. The queue is
// the one of producers that lose nothing, so that it tells whether something is lost, and the
// least of it: max over time of (queue − buffer).
func (s *Setup) producerBreaches(r *Result) (list []Breach) {
	p := &s.Workload.Producer
	if most := p.PutRecords.GiveUp.Seconds(); most > 0 && r.LongestWait > most*(1+boundTolerance) {
		list = append(list, newBreach(notice.WritesGivenUp(r.LongestWait, most), r.LongestWait, most, "s"))
	}
	processes := max(1, p.PutRecords.Producers, p.Aggregation.Producers)
	if most := float64(p.PutRecords.Buffer) * float64(processes); most > 0 && r.HeldBytes > most*(1+boundTolerance) {
		list = append(list, newBreach(notice.BufferFull(unit.Bytes(r.HeldBytes), unit.Bytes(most), int(processes)),
			r.HeldBytes, most, "B"))
	}
	return list
}

// consumerBreaches returns what a consumer does not hold. Its latency is held outside
// of its incidents, after which it has its time to catch up.
func (s *Setup) consumerBreaches(c *model.Consumer, r *ConsumerResult) (list []Breach) {
	name := string(c.Name)
	switch kept := s.Workload.Retention; {
	case r.Expired > 0:
		list = append(list, newBreach(notice.Expired(name, r.Expired), r.Expired, 0, "records"))
	case r.ReachedRetention:
		list = append(list, newBreach(notice.AtRetention(name, kept), r.Age, kept.Seconds(), "s"))
	}
	if r.GivenUp > 0 {
		list = append(list, newBreach(notice.GivenUp(name, r.GivenUp), r.GivenUp, 0, "records"))
	}
	late := func(took float64, bound unit.Duration, missed func(name string, took, allowed float64) notice.Notice) {
		if allowed := bound.Seconds(); allowed > 0 && took > allowed*(1+boundTolerance) {
			list = append(list, newBreach(missed(name, took, allowed), took, allowed, "s"))
		}
	}
	bound := c.Bound(s.Workload.SizeReadsFor)
	missed := missedBy(&bound)
	if bound.Of == model.DelayBound {
		late(r.ApartFromIncidents.Delay, bound.Within, missed)
	} else {
		late(r.ApartFromIncidents.Recovery, bound.Within, missed)
	}
	late(r.CatchUp, c.TimeToCatchUp(), notice.CatchUpMissed)
	switch {
	case r.SteadyLoss > 0:
		list = append(list, newBreach(notice.LosesSteadily(name, r.SteadyLoss), r.SteadyLoss, 0, ""))
	case r.Losing && r.BehindFor > 0:
		list = append(list, newBreach(notice.LosingGround(name, r.BehindFor), r.BehindFor, 0, "s"))
	}
	return list
}

// missedBy returns what tells that a consumer does not keep its bound.
func missedBy(b *model.Bound) func(name string, took, allowed float64) notice.Notice {
	switch {
	case b.Source == model.Default && b.Of == model.DelayBound:
		return notice.NotKeptUp
	case b.Source == model.Default:
		return notice.NotCaughtUp
	case b.Of == model.DelayBound:
		return notice.DelayMissed
	}
	return notice.RecoveryMissed
}

func newBreach(n notice.Notice, value, allowed float64, symbol string) Breach {
	return Breach{ID: n.ID, Value: value, Allowed: allowed, Unit: symbol, Message: n.Message}
}
