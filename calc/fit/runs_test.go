package fit

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// torn is a history of so many minutes, of which every other one has a point: in runs
// of one value each, or in one run. The second series is of the minutes between.
func torn(minutes int, apart bool) *model.History {
	begin := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	h := &model.History{From: begin, To: begin.Add(time.Duration(minutes) * time.Minute)}
	for shift, metric := range []string{model.IncomingRecords, model.IncomingBytes} {
		s := model.Series{SeriesID: model.SeriesID{Level: model.StreamLevel, Metric: metric}}
		whole := model.Run{Start: begin, Period: unit.Duration(time.Minute)}
		for i := range minutes {
			v := model.MissingValue()
			if i%2 == shift {
				v = float64(600 * (1 + i%1440))
				s.Runs = append(
					s.Runs,
					model.Run{Start: begin.Add(time.Duration(i) * time.Minute), Period: whole.Period, Values: []float64{v}},
				)
			}
			whole.Values = append(whole.Values, v)
		}
		if !apart {
			s.Runs = []model.Run{whole}
		}
		h.Series = append(h.Series, s)
	}
	return h
}

// It does not matter how the points of a series are parted into runs.
func TestRunsOfOneValue(t *testing.T) {
	const minutes = 10 * 1440
	one, many := newTimeline(torn(minutes, false)), newTimeline(torn(minutes, true))
	if diff := cmp.Diff(one.start, many.start); diff != "" {
		t.Errorf("periods: %s", diff)
	}
	for name, of := range map[string]func(*timeline) []float64{
		"records": func(l *timeline) []float64 { return l.records },
		"bytes":   func(l *timeline) []float64 { return l.bytes },
		"lengths": func(l *timeline) []float64 { return l.period },
	} {
		a, b := of(one), of(many)
		if len(a) != minutes || len(a) != len(b) {
			t.Fatalf("%s: %d and %d", name, len(a), len(b))
		}
		for i := range a {
			if a[i] != b[i] && (model.IsPoint(a[i]) || model.IsPoint(b[i])) {
				t.Fatalf("%s: %v and %v at minute %d", name, a[i], b[i], i)
			}
		}
	}
}

// A file of two megabytes has so many runs.
func BenchmarkTimelineOfRunsOfOneValue(b *testing.B) {
	h := torn(2*28_000, true)
	b.ReportAllocs()
	for b.Loop() {
		newTimeline(h)
	}
}
