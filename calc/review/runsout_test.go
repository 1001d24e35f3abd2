package review_test

import (
	"math"
	"testing"
	"time"

	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// growth is one of a share a week, and an interval around it.
func growth(low, expected, high float64) model.Maybe[fit.Growth] {
	return model.Known(fit.Growth{Changes: 9, PerWeek: expected, Low: low, High: high})
}

// What needs n shards needs N after ln(N/n) ÷ ln(1 + g) weeks, whatever it is
// that needs them. A stream that is stated to grow keeps its shards, and gets at least
// those at whose limit it is when the horizon of four weeks ends: 10·1.3⁴ = 28.6.
func TestRunsOut(t *testing.T) {
	e := func(shards int) *fit.Evidence {
		e := orders()
		e.Shards, e.Growth = model.Known(shards), growth(0.01, 0.02, 0.03)
		return e
	}
	wide := e(20)
	wide.RecordSize = model.Known(unit.Bytes(2097.152)) // 10,000 of them are 20 MiB/s: 20 shards, and 25
	surging := e(48)
	surging.Surges = []fit.Surge{surge(16_000, time.Minute)} // 16 shards, at the whole limit
	slow := consumers(consumer("fraud", "speed", "625"))     // 10,000 ÷ 625 = 16 shards, and 20
	for name, c := range map[string]struct {
		e                    *fit.Evidence
		declared             input.Declaration
		growth               model.Maybe[fit.Growth]
		need                 float64
		current, recommended float64 // shards
	}{
		"records":                  {e(20), input.Declaration{}, growth(0.01, 0.02, 0.03), 10, 20, 20},
		"a shard more than needed": {e(11), input.Declaration{}, growth(0.01, 0.02, 0.03), 10, 11, 13},
		"bytes":                    {wide, flags("current_shards", "40"), growth(0.01, 0.02, 0.03), 20, 40, 40},
		"a surge":                  {surging, input.Declaration{}, growth(0.01, 0.02, 0.03), 16, 48, 48},
		"a consumer":               {e(32), slow, growth(0.01, 0.02, 0.03), 16, 32, 32},
		"fast growth":              {e(20), input.Declaration{}, growth(0.2, 0.3, 0.4), 10, 20, 29},
		"too few already":          {e(9), input.Declaration{}, growth(0.01, 0.02, 0.03), 10, 9, 13},
		"just enough":              {e(10), input.Declaration{}, growth(0.01, 0.02, 0.03), 10, 10, 13},
		"beyond ten years":         {e(20), input.Declaration{}, growth(0.0001, 0.0002, 0.002), 10, 20, 20},
	} {
		c.e.Growth = c.growth
		r := reviewed(t, c.e, c.declared)
		if !r.RunsOut.Current.Known || !r.RunsOut.Recommended.Known || float64(r.Shards.Recommended) != c.recommended {
			t.Errorf("%s: %+v, %+v", name, r.RunsOut, r.Shards)
			continue
		}
		for shards, got := range map[float64]fit.RunOut{c.current: r.RunsOut.Current.Value, c.recommended: r.RunsOut.Recommended.Value} {
			g := c.growth.Value
			wantMoment(t, name, got.Expected, c.need, shards, g.PerWeek)
			wantMoment(t, name, got.Earliest, c.need, shards, g.High)
			wantMoment(t, name, got.Latest, c.need, shards, g.Low)
		}
	}
}

// wantMoment checks when a need that grows by a share a week reaches a shard
// count: at once where it has, and not at all where that takes ten years.
func wantMoment(t *testing.T, name string, got model.Maybe[time.Time], need, shards, perWeek float64) {
	t.Helper()
	const tenYears = 522
	weeks := math.Log(shards/need) / math.Log(1+perWeek)
	switch {
	case shards <= need:
		weeks = 0
	case perWeek <= 0 || weeks > tenYears:
		if got.Known {
			t.Errorf("%s: %v shards for %v, growing by %v: %v, want never", name, shards, need, perWeek, got.Value)
		}
		return
	}
	want := end.Add(time.Duration(weeks * float64(week)))
	if d := got.Value.Sub(want).Abs(); !got.Known || d > 10*time.Minute { // a part in a million of the need is less
		t.Errorf("%s: %v shards for %v, growing by %v: %v, want %v", name, shards, need, perWeek, got, want)
	}
}

// Nothing runs out where no growth is known; and where the shards are not known
// the recommended ones do.
func TestRunsOutOfWhatIsKnown(t *testing.T) {
	e := orders()
	if r := reviewed(t, e, input.Declaration{}); r.RunsOut.Current.Known || r.RunsOut.Recommended.Known {
		t.Errorf("without growth: %+v", r.RunsOut)
	}
	for name, g := range map[string]model.Maybe[fit.Growth]{
		"shrinking":        growth(-0.03, -0.02, -0.01),
		"not stated":       growth(-0.01, 0.005, 0.01),
		"after one change": model.Known(fit.Growth{Changes: 1, PerWeek: 0.02, Low: 0.01, High: 0.03}),
	} {
		e.Growth = g
		if r := reviewed(t, e, input.Declaration{}); r.RunsOut.Current.Known || r.RunsOut.Recommended.Known ||
			r.Shards.Recommended != 13 {
			t.Errorf("%s: %+v, %+v", name, r.RunsOut, r.Shards)
		}
	}
	e.Growth, e.Shards = growth(0.01, 0.02, 0.03), model.Maybe[int]{}
	if r := reviewed(t, e, input.Declaration{}); r.RunsOut.Current.Known || !r.RunsOut.Recommended.Known {
		t.Errorf("without shards: %+v", r.RunsOut)
	}
}

// Where the need is no straight line, as with aggregation, the growing workload
// itself tells: a minute before, the minimum is not above the shards, a minute
// after it is.
func TestRunsOutWithAggregation(t *testing.T) {
	e := orders()
	e.Growth = growth(0.01, 0.02, 0.03)
	declared := flags("producer.aggregation.producers", "50", input.AggregationKey, "")
	r := reviewed(t, e, declared)
	at := r.RunsOut.Current.Value.Expected.Value
	for _, c := range []struct {
		at   time.Time
		fits bool
	}{{end, true}, {at.Add(-10 * time.Minute), true}, {at.Add(10 * time.Minute), false}} {
		w, _ := workload(t, e, declared)
		times := unit.RecordsPerSecond(math.Pow(1.02, float64(c.at.Sub(end))/float64(week)))
		w.Producer.Average, w.Producer.Peak = w.Producer.Average*times, w.Producer.Peak*times
		if n := counts(&w)[0]; (n <= 20) != c.fits {
			t.Errorf("at %v it needs %d shards, and runs out at %v", c.at, n, at)
		}
	}
}
