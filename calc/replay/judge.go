package replay

import "github.com/kcalc/kcalc/model"

// Breach is something that a capacity is to hold, and did not.
type Breach struct {
	ID       string                  `json:"id"`
	Consumer model.Maybe[model.Name] `json:"consumer"`
	Value    float64                 `json:"value"`
	Allowed  float64                 `json:"allowed"`
	Unit     string                  `json:"unit"` // "s", "records", or "" of a share
}

// What a capacity is to hold.
const (
	BreachThrottled = "throttled" // a share of the records is in excess of the write limits at most
	BreachLost      = "lost"      // no record is given up by its producer
	BreachExpired   = "expired"   // no record expires before it is read
	BreachLatency   = "latency"   // a consumer recovers, or no record waits, within its latency
	BreachCatchUp   = "catch-up"  // a consumer catches up in its time after an incident
	BreachBehind    = "behind"    // no consumer loses ground
)

// Breaches are what a run did not hold: at most a share of the records in excess,
// nothing lost, and every consumer within its bounds. None is the answer that the
// capacity holds.
func (s *Setup) Breaches(r *Result, throttled float64) []Breach {
	list := []Breach{}
	stream := func(id string, value, allowed float64, unit string) {
		if value > allowed*(1+tolerance) {
			list = append(list, Breach{ID: id, Value: value, Allowed: allowed, Unit: unit})
		}
	}
	if r.Lost == 0 {
		stream(BreachThrottled, r.ThrottledShare, throttled, "")
	}
	stream(BreachLost, r.Lost, 0, "records")
	for i := range r.Consumers {
		list = append(list, breaches(&s.Workload.Consumers[i], &r.Consumers[i])...)
	}
	return list
}

// bounded is the relative amount by which a time may be above its bound by
// rounding.
const bounded = 1e-9

func breaches(c *model.Consumer, r *ConsumerResult) (list []Breach) {
	check := func(id string, value, allowed float64, unit string) {
		if value > allowed*(1+bounded) {
			list = append(list, Breach{id, model.Known(c.Name), value, allowed, unit})
		}
	}
	check(BreachExpired, r.Expired, 0, "records")
	if bound := c.Latency.Seconds(); bound > 0 {
		took := r.ApartFromIncidents.Recovery
		if c.LatencyBound == model.DelayBound {
			took = r.ApartFromIncidents.Delay
		}
		check(BreachLatency, took, bound, "s")
	}
	if bound := c.TimeToCatchUp().Seconds(); bound > 0 {
		check(BreachCatchUp, r.CatchUp, bound, "s")
	}
	if r.Losing {
		check(BreachBehind, r.BehindFor, 0, "s")
	}
	return list
}
