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
	Throttles = "throttled" // a share of the records is in excess of the write limits at most
	Loses     = "lost"      // no record is given up by its producer
	Expires   = "expired"   // no record expires before it is read
	Latency   = "latency"   // a consumer recovers, or no record waits, within its latency
	CatchUp   = "catch-up"  // a consumer catches up in its time after an incident
	Behind    = "behind"    // no consumer loses ground
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
		stream(Throttles, r.ThrottledShare, throttled, "")
	}
	stream(Loses, r.Lost, 0, "records")
	for i := range r.Consumers {
		list = append(list, breaches(&s.Workload.Consumers[i], &r.Consumers[i])...)
	}
	return list
}

// bounded is the relative amount by which a time may be above its bound by
// rounding.
const bounded = 1e-9

func breaches(c *model.Consumer, r *Consumer) (list []Breach) {
	check := func(id string, value, allowed float64, unit string) {
		if value > allowed*(1+bounded) {
			list = append(list, Breach{id, model.Known(c.Name), value, allowed, unit})
		}
	}
	check(Expires, r.Expired, 0, "records")
	if bound := c.Latency.Seconds(); bound > 0 {
		took := r.Usual.Recovery
		if c.LatencyBound == model.DelayBound {
			took = r.Usual.Delay
		}
		check(Latency, took, bound, "s")
	}
	if bound := c.TimeToCatchUp().Seconds(); bound > 0 {
		check(CatchUp, r.CatchUp, bound, "s")
	}
	if r.Losing {
		check(Behind, r.BehindFor, 0, "s")
	}
	return list
}
