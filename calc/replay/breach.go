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
	Unit     string                  `json:"unit"` // "s", "records", or "" of a share
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
	if r.Lost > 0 {
		list = append(list, newBreach(notice.Lost(r.Lost), r.Lost, 0, "records"))
	}
	for i := range r.Consumers {
		for _, b := range consumerBreaches(&s.Workload.Consumers[i], &r.Consumers[i]) {
			b.Consumer = model.Known(s.Workload.Consumers[i].Name)
			list = append(list, b)
		}
	}
	return list
}

// consumerBreaches returns what a consumer does not hold. Its latency is held outside
// of its incidents, after which it has its time to catch up.
func consumerBreaches(c *model.Consumer, r *ConsumerResult) (list []Breach) {
	name := string(c.Name)
	if r.Expired > 0 {
		list = append(list, newBreach(notice.Expired(name, r.Expired), r.Expired, 0, "records"))
	}
	late := func(took float64, bound unit.Duration, missed func(name string, took, allowed float64) notice.Notice) {
		if allowed := bound.Seconds(); allowed > 0 && took > allowed*(1+boundTolerance) {
			list = append(list, newBreach(missed(name, took, allowed), took, allowed, "s"))
		}
	}
	if c.LatencyBound == model.DelayBound {
		late(r.ApartFromIncidents.Delay, c.Latency, notice.DelayMissed)
	} else {
		late(r.ApartFromIncidents.Recovery, c.Latency, notice.RecoveryMissed)
	}
	late(r.CatchUp, c.TimeToCatchUp(), notice.CatchUpMissed)
	if r.Losing && r.BehindFor > 0 {
		list = append(list, newBreach(notice.LosingGround(name, r.BehindFor), r.BehindFor, 0, "s"))
	}
	return list
}

func newBreach(n notice.Notice, value, allowed float64, symbol string) Breach {
	return Breach{ID: n.ID, Value: value, Allowed: allowed, Unit: symbol, Message: n.Message}
}
