package plan

import (
	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
)

// ofAggregatedDuration says how many shards the stream needs if a function's duration, which
// is taken as that of a batch of aggregates, is that of a batch of user records.
func (a *assessment) ofAggregatedDuration(list []notice.Notice, c *model.Consumer) []notice.Notice {
	fn := calc.NewFunction(a.Limits, &c.Lambda)
	speed := fn.RecordSpeed(a.Packing.Bare)
	if speed <= 0 {
		return list
	}
	slow := *c
	slow.Speed, slow.Lambda = speed, model.Lambda{}
	w := *a.Workload
	w.Consumers = []model.Consumer{slow}
	if b := assess(a.Limits, &w, nil); b.recommended > a.recommended {
		perRecord := a.Packing.PerRecord(a.Peak, a.Skew.Even(float64(a.recommended)))
		list = append(list, notice.AggregatedDuration(string(c.Name), c.Lambda.Duration, perRecord, b.recommended))
	}
	return list
}
