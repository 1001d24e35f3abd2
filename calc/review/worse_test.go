package review_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/modeltest"
	"github.com/kcalc/kcalc/model/unit"
)

// cases is how many random histories a property is tried on.
func cases() int {
	if testing.Short() {
		return 60
	}
	return modeltest.NightlyDraws(2000)
}

// randomHistory is three days of hours of a stream with healthy consumers, and with one that
// reads a part of what is written, or a function that fails.
func randomHistory(r *rand.Rand) *model.History {
	const hours = 72
	from := end.Add(-hours * time.Hour)
	h := &model.History{Stream: "orders", Region: "us-east-1", From: from, To: end}
	shards := 1 + r.IntN(24)
	h.Configuration = model.Known(model.Configuration{Mode: model.Known(model.Provisioned), OpenShards: model.Known(shards),
		Retention: model.Known(unit.Day * unit.Duration(1+r.IntN(7)))})
	add := func(level model.Level, metric, owner string, value func(i int) float64) {
		run := model.Run{Start: from, Period: unit.Duration(time.Hour)}
		for i := range hours {
			run.Values = append(run.Values, math.Round(value(i)))
		}
		h.Series = append(h.Series, model.Series{SeriesID: model.SeriesID{Level: level, Metric: metric, Owner: owner}, Runs: []model.Run{run}})
	}
	rate, size := float64(shards)*(50+700*r.Float64()), 50+1500*r.Float64()
	wave, noise := 0.5*r.Float64(), make([]float64, hours)
	for i := range noise {
		noise[i] = 1 + 0.02*r.NormFloat64()
	}
	written := func(i int) float64 { return 3600 * rate * noise[i] * (1 + wave*math.Cos(float64(i)*math.Pi/12)) }
	add(model.StreamLevel, model.IncomingRecords, "", written)
	add(model.StreamLevel, model.IncomingBytes, "", func(i int) float64 { return size * written(i) })
	healthy, share := float64(r.IntN(5)), 0.0
	if r.IntN(3) > 0 {
		share = []float64{0.05, 0.4, 0.7, 0.95, 1, 1.3}[r.IntN(6)]
	}
	read := func(i int) float64 { return healthy*written(i) + share*3600*rate }
	add(model.StreamLevel, model.GetRecordsRecords, "", read)
	add(model.StreamLevel, model.GetRecordsBytes, "", func(i int) float64 { return size * read(i) })
	first, last := 36e5*48*r.Float64()*r.Float64(), 36e5*80*r.Float64()*r.Float64()
	age := func(i int) float64 { return first + (last-first)*float64(i)/hours }
	if share == 0 {
		age = func(int) float64 { return 800 }
	}
	add(model.StreamLevel, model.IteratorAge, "", age)
	excess := 0.1 * max(0, r.Float64()-0.6)
	add(model.StreamLevel, model.WriteThrottled, "", func(i int) float64 { return excess * written(i) })
	rejected := float64(r.IntN(3)) * 1000 * r.Float64()
	add(model.StreamLevel, model.ReadThrottled, "", func(i int) float64 { return rejected })
	if share > 0 && r.IntN(2) == 0 {
		h.Configuration.Value.Functions = model.Known([]model.Function{{Name: "enrich", State: "Enabled", BatchSize: 100, ParallelizationFactor: 1}})
		add(model.FunctionLevel, model.FunctionDuration, "enrich", func(int) float64 { return 1e5 * float64(shards) / rate })
		add(model.FunctionLevel, model.FunctionIteratorAge, "enrich", age)
		errors := float64(r.IntN(2)) * 100
		add(model.FunctionLevel, model.FunctionErrors, "enrich", func(int) float64 { return errors })
	}
	return h
}

// changed returns a history with each value of some metrics changed.
func changed(h *model.History, change func(v float64) float64, metrics ...string) *model.History {
	other := *h
	other.Series = slices.Clone(h.Series)
	for i := range other.Series {
		s := &other.Series[i]
		if !slices.Contains(metrics, s.Metric) {
			continue
		}
		run := s.Runs[0]
		run.Values = slices.Clone(run.Values)
		for k := range run.Values {
			run.Values[k] = change(run.Values[k])
		}
		s.Runs = []model.Run{run}
	}
	return &other
}

// Worse evidence never lowers the recommended count, whether it is of lag, of rejected calls
// or of errors.
func TestWorseEvidenceNeverLowersTheCount(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 1))
	raised := 0
	for i := range cases() {
		h := randomHistory(r)
		before := reviewedHistory(t, h)
		times, more := 1+20*r.Float64()*r.Float64(), 100*r.Float64()
		scale := func(v float64) float64 { return v * times }
		for name, worse := range map[string]*model.History{
			"lag":              changed(h, scale, model.IteratorAge, model.FunctionIteratorAge),
			"throttles":        changed(h, func(v float64) float64 { return v*times + more }, model.ReadThrottled),
			"rejected records": changed(h, scale, model.WriteThrottled),
			"errors":           changed(h, func(v float64) float64 { return v*times + more }, model.FunctionErrors),
		} {
			after := reviewedHistory(t, worse)
			if after.Shards.Recommended < before.Shards.Recommended {
				t.Errorf("%d, %s %v times: %+v, %v, before %+v, %v", i, name, times, after.Shards, after.Binding, before.Shards, before.Binding)
			}
			if after.Shards.Recommended > before.Shards.Recommended {
				raised++
			}
		}
	}
	if raised == 0 {
		t.Error("no evidence mattered")
	}
}

// Evidence against fewer shards, and reads that are not known, never end in a verdict of too
// many, nor in fewer shards than there are.
func TestEvidenceNeverMakesTooMany(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 2))
	kept := 0
	for i := range cases() {
		h := randomHistory(r)
		if i%4 == 0 {
			h.Series = slices.DeleteFunc(h.Series, func(s model.Series) bool {
				return s.Metric == model.GetRecordsBytes || s.Metric == model.GetRecordsRecords
			})
		}
		got := reviewedHistory(t, h)
		today := got.Shards.Current.Value
		if got.Because != "" && (got.Verdict == model.TooMany || got.Shards.Recommended < today || got.Replay.Value.Holds && got.Verdict != model.TooFew) {
			t.Errorf("%d, because %s: %s, %+v", i, got.Because, got.Verdict, got.Shards)
		}
		if i%4 == 0 && got.Verdict == model.TooMany {
			t.Errorf("%d: too many, and the reads are not known", i)
		}
		if got.Because != "" && got.Shards.Recommended == today {
			kept++
		}
	}
	if kept == 0 {
		t.Error("no evidence mattered")
	}
}

// A history with its read bytes left out never recommends fewer shards than with them, since
// the records say as much.
func TestReadBytesLeftOut(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 3))
	for i := range cases() {
		h := randomHistory(r)
		with := reviewedHistory(t, h)
		h.Series = slices.DeleteFunc(h.Series, func(s model.Series) bool { return s.Metric == model.GetRecordsBytes })
		if without := reviewedHistory(t, h); without.Shards.Recommended < with.Shards.Recommended {
			t.Errorf("%d: %+v without, %+v with", i, without.Shards, with.Shards)
		}
	}
}
