package review

import (
	"cmp"

	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// Patience is a number of shards on which writers wait, but nothing is lost: what is
// throttled is written before its producer gives it up.
type Patience struct {
	Shards int `json:"shards"`

	// Wait is how long a record waits at most, by the means of the periods, and Throttled
	// the share of the records that do.
	Wait      float64               `json:"longest_producer_wait_seconds"`
	Throttled float64               `json:"throttled_share"`
	Monthly   model.Maybe[unit.USD] `json:"monthly_usd"`
}

// waitingWriters returns the fewest shards on which writers only wait, and no longer than
// producers keep a record: as is declared, or as the KPL does by default. It is unknown where
// that are no fewer than hold, 0 where that is not known, or where the plan is for more than
// was replayed. r may be nil, where nothing is known of the traffic.
func (r *replayer) waitingWriters(p *model.Plan, hold int) model.Maybe[Patience] {
	if r == nil || !p.Feasible || stressedConsumers(r.workload) != nil {
		return model.Maybe[Patience]{}
	}
	most := cmp.Or(r.workload.Producer.PutRecords.GiveUp, r.Limits.ProducerPatience.Value).Seconds()
	shards, ok := replay.Fewest(max(1, hold), max(1, hold), func(n int) bool {
		c := r.candidate(n, 0)
		return c.LongestWait <= most && onlyThrottles(c.Breaches)
	})
	if !ok || shards >= hold {
		return model.Maybe[Patience]{}
	}
	c := r.candidate(shards, 0)
	return model.Known(Patience{Shards: shards, Wait: c.LongestWait, Throttled: c.ThrottledShare, Monthly: c.Monthly})
}

// onlyThrottles reports whether nothing is wrong, but that records are throttled.
func onlyThrottles(list []replay.Breach) bool {
	for i := range list {
		if list[i].ID != notice.ThrottledID {
			return false
		}
	}
	return true
}
