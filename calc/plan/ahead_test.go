package plan_test

import (
	"testing"

	"github.com/kcalc/kcalc/calc/plan"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// 20,000 records/s need 20 shards, and 25 at 80 %. With 5 % a week for eight weeks the
// peak is 29,549: 37 shards at 80 %. An event of three times the peak is a surge of 60,000,
// 60 shards, and with the growth 88,647, 89 shards. A surge that is higher stays.
func TestAhead(t *testing.T) {
	limits := model.PublishedLimits()
	event := model.Event{Factor: 3, From: 1795737600, For: 2 * unit.Day}
	for name, c := range map[string]struct {
		growth      unit.Growth
		event       model.Event
		surge       unit.RecordsPerSecond
		recommended int
		binds       string
	}{
		"neither":        {0, model.Event{}, 0, 25, "producer-limit.records.peak"},
		"growth":         {0.05, model.Event{}, 0, 37, plan.AheadID},
		"event":          {0, event, 0, 60, plan.AheadID},
		"both":           {0.05, event, 0, 89, plan.AheadID},
		"a higher surge": {0, event, 70_000, 70, "producer-limit.records.surge"},
		"no more":        {0, model.Event{Factor: 1, From: 1, For: unit.Day}, 0, 25, "producer-limit.records.peak"},
	} {
		w := model.NewWorkload()
		p := &w.Producer
		p.RecordSize, p.Average, p.Peak = 200, 10_000, 20_000
		if w.Growth, w.Event, w.Horizon = c.growth, c.event, 8*unit.Week; c.surge > 0 {
			p.Surge = model.Surge{Throughput: c.surge, Duration: 60e9}
		}
		got, err := plan.For(&limits, &w, nil)
		if err != nil || got.Shards.Recommended != c.recommended || len(got.Binding) != 1 || got.Binding[0] != c.binds {
			t.Errorf("%s: %+v by %v, %v; want %d by %s", name, got.Shards, got.Binding, err, c.recommended, c.binds)
		}
		if want := max(20, int(c.surge/1000)); got.Shards.Minimum != want {
			t.Errorf("%s: at least %d, want %d", name, got.Shards.Minimum, want)
		}
	}
}
