package plan

import (
	"slices"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
)

// ofAggregatedDuration says how many shards the stream needs if a function's duration, which
// is taken as that of a batch of aggregates, is that of a batch of user records; or that no
// number of them does.
func (a *assessment) ofAggregatedDuration(list []notice.Notice, c *model.Consumer) []notice.Notice {
	if c.Lambda.Duration == 0 || c.Lambda.PerUserRecord || !a.Fits(a.needs) {
		return list
	}
	w := *a.Workload
	w.Consumers = slices.Clone(w.Consumers)
	for i := range w.Consumers {
		if w.Consumers[i].Name == c.Name {
			w.Consumers[i].Lambda.PerUserRecord = true
		}
	}
	b := assess(a.Limits, &w, nil)
	fits := b.Fits(b.needs)
	if fits && b.recommended <= a.recommended {
		return list
	}
	perRecord := a.Packing.PerRecord(a.Peak, a.Skew.Even(float64(a.recommended)))
	shards := 0
	if fits {
		shards = b.recommended
	}
	return append(list, notice.AggregatedDuration(string(c.Name), c.Lambda.Duration, perRecord, shards))
}
