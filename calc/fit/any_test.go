package fit

import (
	"testing"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"pgregory.net/rapid"
)

// drawHistory makes a history of anything: runs of odd periods, gaps, metrics that
// are not there, idle times, spikes.
func drawHistory(t *rapid.T) *model.History {
	h := &model.History{From: start.Add(time.Duration(rapid.IntRange(-100, 100).Draw(t, "from")) * time.Hour)}
	h.To = h.From.Add(time.Duration(rapid.IntRange(0, 20*24).Draw(t, "hours")) * time.Hour)
	value := rapid.SampledFrom([]float64{none, 0, 0, 1, 10, 10, 11, 1000, 1e6, 1e15})
	for _, m := range model.Metrics() {
		if rapid.IntRange(0, 2).Draw(t, "there") == 0 {
			continue
		}
		s := model.Series{SeriesID: model.SeriesID{Level: m.Level, Metric: m.Name}}
		if m.Level != model.StreamLevel {
			s.Owner = rapid.SampledFrom([]string{"shardId-000000000000", "shardId-000000000003"}).Draw(t, "of")
		}
		at := h.From
		for range rapid.IntRange(0, 3).Draw(t, "runs") {
			at = at.Add(time.Duration(rapid.IntRange(0, 2000).Draw(t, "gap")) * time.Minute)
			run := model.Run{
				Start: at,
				Period: rapid.SampledFrom([]unit.Duration{minute, minute, five, 7 * minute, 60 * minute, unit.Day, 3 * unit.Day, 1}).
					Draw(t, "period"),
			}
			few := rapid.SliceOfN(value, 1, 5).Draw(t, "values")
			for i := range rapid.IntRange(0, 3000).Draw(t, "points") {
				run.Values = append(run.Values, few[i*i%len(few)])
			}
			at = run.End()
			s.Runs = append(s.Runs, run)
		}
		h.Series = append(h.Series, s)
	}
	if rapid.Bool().Draw(t, "configured") {
		h.Configuration = model.Known(model.Configuration{
			Mode:       model.Known(rapid.SampledFrom(model.Modes()).Draw(t, "mode")),
			OpenShards: model.Known(rapid.IntRange(1, 3).Draw(t, "shards")),
			Shards:     model.Known([]model.Shard{{ID: "shardId-000000000000"}, {ID: "shardId-000000000003"}}),
			Consumers:  model.Known([]model.FanOutConsumer{{Name: "shardId-000000000003"}}),
			Functions:  model.Known([]model.Function{{Name: "shardId-000000000000", State: "Enabled", BatchSize: 10}}),
		})
	}
	return h
}

// Whatever a history holds, the answer can be written, its numbers stand in order,
// and its draft has no fault but what is lacking.
func TestAnyHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t)
		e := Fit(h, &limits)
		text, err := jsonOf(&e)
		if err != nil {
			t.Fatalf("%v: %+v", err, e)
		}
		a, p := e.Average.Value, e.Peak.Value
		if a.Least > a.Most || p.Least > p.Most || e.Peak.Known && (p.Most < a.Most || p.Plan < p.Most*(1-1e-9)) {
			t.Fatalf("%s", text)
		}
		if e.Burst.Known && e.Burst.Value.Factor < 1 || e.Skew.Known && e.Skew.Value.Factor < 1-1e-9 ||
			e.Growth.Known && e.Growth.Value.Low > e.Growth.Value.High {
			t.Fatalf("%s", text)
		}
		for _, u := range e.Surges {
			if u.Length <= 0 || u.Records < u.Accepted || u.Mean > u.Records*(1+1e-9) || u.Times <= 0 || u.Plan <= 0 {
				t.Fatalf("%+v", u)
			}
		}
		if known := len(e.Undecided) == 0; known != (e.Peak.Known && e.Window.Share >= minKnownShare && unit.Duration(e.Window.Known).Seconds() >= minKnown) {
			t.Fatalf("undecided %s: %s", undecided(&e), text)
		}
		d := e.Declaration(nil)
		if _, _, err := d.Resolve(); err != nil && e.Peak.Known && e.RecordSize.Value >= 1 &&
			e.RecordSize.Value <= 10*unit.MiB &&
			p.Plan < 1e12 {
			for _, u := range e.Surges {
				if u.Plan >= 1e12 {
					return
				}
			}
			t.Fatalf("%v: %s", err, text)
		}
	})
}
