package fit

import (
	"math"
	"testing"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"pgregory.net/rapid"
)

var (
	none     = model.MissingValue()
	minute   = unit.Duration(time.Minute)
	five     = 5 * minute
	incoming = model.IncomingRecords
)

// series makes a series of the stream.
func series(metric string, runs ...model.Run) model.Series {
	return model.Series{SeriesID: model.SeriesID{Level: model.StreamLevel, Metric: metric}, Runs: runs}
}

// minutes is a run from some minutes after the start on.
func minutes(after int, period unit.Duration, values ...float64) model.Run {
	return model.Run{Start: start.Add(time.Duration(after) * time.Minute), Period: period, Values: values}
}

// history is one of so many minutes.
func history(length int, list ...model.Series) *model.History {
	return &model.History{From: start, To: start.Add(time.Duration(length) * time.Minute), Series: list}
}

func same(t *testing.T, what string, got []float64, want ...float64) {
	t.Helper()
	ok := len(got) == len(want)
	for i := range want {
		ok = ok && (got[i] == want[i] || math.IsNaN(got[i]) && math.IsNaN(want[i]))
	}
	if !ok {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// A gap in IncomingRecords counts as 0 where another metric of the stream has a
// point, and is not known where none has one.
func TestGaps(t *testing.T) {
	h := history(6,
		series(incoming, minutes(0, minute, 60, none, none, 120, none, none)),
		series(model.IncomingBytes, minutes(0, minute, 600, none, none, none, 6000, none)),
		series(model.IteratorAge, minutes(0, minute, 0, 0, none, 0, 0, none)))
	tl := newTimeline(h)
	same(t, "records", tl.records, 1, 0, none, 2, none, none) // bytes without records are none
	same(t, "bytes", tl.bytes, 10, 0, none, none, 100, none)
	same(t, "throttled", tl.throttled, 0, 0, none, 0, 0, none)
	if got := tl.secondsKnown(); got != 180 {
		t.Errorf("%v s are known, want 180", got)
	}
	if b := Fit(h, &limits).Busiest.Value.Bytes.Value; !b.Start.Equal(start) || b.Bytes.Value != 10 {
		t.Errorf("busiest in bytes: %+v", b)
	}
	if got := tl.meanSize(tl.flow, allPeriods); got != 10 { // of the periods in which both are known
		t.Errorf("%v B a record, want 10", got)
	}
}

// Of a stream that is read but never written to, CloudWatch has no point of
// IncomingRecords at all. A history without the series says nothing.
func TestNeverWritten(t *testing.T) {
	age := series(model.IteratorAge, minutes(0, minute, 0, 0))
	same(t, "idle", newTimeline(history(2, series(incoming), age)).records, 0, 0)
	same(t, "unknown", newTimeline(history(2, age)).records, none, none)
}

// Periods are those of IncomingRecords. A finer metric is added up, a coarser one
// says nothing of them; where IncomingRecords has no run, others make the periods.
func TestPeriods(t *testing.T) {
	h := history(15,
		series(model.IncomingBytes, minutes(0, minute, 60, 120, 180, none, 240, 60, 60, 60, 60, 60), minutes(10, five, 3000)),
		series(incoming, minutes(0, five, 300), minutes(5, minute, 60, 60, 60, 60, 60)),
		series(model.WriteThrottled, minutes(0, five, 30, 600), minutes(10, minute, 1, 2, 3, 4, 5)))
	tl := newTimeline(h)
	same(t, "periods", tl.period, 300, 60, 60, 60, 60, 60, 300)
	same(t, "records", tl.records, 1, 1, 1, 1, 1, 1, none)
	same(t, "bytes", tl.bytes, 2, 1, 1, 1, 1, 1, 10)
	same(t, "throttled", tl.throttled, 0.1, 0, 0, 0, 0, 0, 0.05)
	if got := tl.evenStretches(); len(got) != 3 {
		t.Errorf("parts %v, want 3", got)
	}
}

// What lies beside the window does not count.
func TestWindow(t *testing.T) {
	h := history(3, series(incoming, minutes(-2, minute, 1, 2, 3, 4, 5, 6, 7)))
	same(t, "records", newTimeline(h).records, 3./60, 4./60, 5./60)
}

// Runs of any grids, laid over each other: no period twice, none that reaches into
// another, and each sum is in the period that it was counted in.
func TestTimelineAgainstSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const length = 120
		draw := func(name string) model.Series {
			var runs []model.Run
			for at := 0; at < length; {
				at += rapid.IntRange(0, 20).Draw(t, "gap")
				period := rapid.SampledFrom([]int{1, 2, 5}).Draw(t, "period")
				values := rapid.SliceOfN(rapid.SampledFrom([]float64{none, 0, 1, 5}), 1, 20).Draw(t, "values")
				runs = append(runs, minutes(at, unit.Duration(period)*minute, values...))
				at += period * len(values)
			}
			return series(name, runs...)
		}
		h := history(length, draw(incoming), draw(model.IncomingBytes), draw(model.IteratorAge))
		tl := newTimeline(h)
		for i := range tl.start {
			if i > 0 && tl.start[i] < tl.end(i-1) {
				t.Fatalf("period %d reaches into %d", i-1, i)
			}
			if tl.start[i] < tl.from || tl.start[i] >= tl.to {
				t.Fatalf("period %d lies beside the window", i)
			}
			for k := range h.Series {
				sum, known := 0.0, false
				for p := range h.Series[k].Points() {
					if at := p.Time.Unix(); at >= tl.start[i] && at+int64(p.Period.Seconds()) <= tl.end(i) {
						sum, known = sum+p.Value, true
					}
				}
				if got := tl.rates(&h.Series[k])[i]; known != model.IsPoint(got) || known && math.Abs(got*tl.period[i]-sum) > 1e-9 {
					t.Fatalf("series %d, period %d: %v a second, want %v in %v s", k, i, got, sum, tl.period[i])
				}
			}
		}
	})
}

// The width of a bin is the finest period that makes a curve on its own.
func TestBinWidth(t *testing.T) {
	part := func(days int, period time.Duration) model.Run {
		return model.Run{Period: unit.Duration(period), Values: make([]float64, time.Duration(days)*day/period)}
	}
	for _, c := range []struct {
		runs []model.Run
		want int64
	}{
		{[]model.Run{part(15, time.Minute)}, 60},
		{[]model.Run{part(48, 5*time.Minute), part(15, time.Minute)}, 60},
		{[]model.Run{part(11, 5*time.Minute), part(3, time.Minute)}, 300},
		{[]model.Run{part(2, 5*time.Minute), part(3, time.Minute)}, 60},
		{[]model.Run{part(390, time.Hour), part(10, 5*time.Minute)}, 3600},
		{[]model.Run{part(30, 24*time.Hour)}, 86400},
	} {
		at := start
		for i := range c.runs {
			c.runs[i].Start = at
			at = c.runs[i].End()
		}
		tl := newTimeline(&model.History{From: start, To: at, Series: []model.Series{series(incoming, c.runs...)}})
		if got := tl.binWidth(); got != c.want {
			t.Errorf("%v: %d s, want %d", c.runs[0].Period, got, c.want)
		}
	}
}
