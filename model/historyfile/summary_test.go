package historyfile

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

var noPoint = model.MissingValue()

// Coverage counts what no run covers, in the periods that would have covered it.
func TestSummaryCounts(t *testing.T) {
	from := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	at := func(minutes int) time.Time { return from.Add(time.Duration(minutes) * time.Minute) }
	const minute, five = unit.Duration(time.Minute), unit.Duration(5 * time.Minute)
	bytes := model.SeriesID{Level: model.StreamLevel, Metric: model.IncomingBytes}
	age := model.SeriesID{Level: model.StreamLevel, Metric: model.IteratorAge}
	for name, c := range map[string]struct {
		series           model.Series
		points, expected int
		periods          string
		lowest, highest  string
		total            float64
	}{
		"five minutes, then minutes, and a hole between": {
			model.Series{SeriesID: bytes, Runs: []model.Run{{Start: at(10), Period: five,
				Values: []float64{600, noPoint, 1200}}, {Start: at(30), Period: minute, Values: []float64{300, 60,
				noPoint}}}},
			4, 2 + 3 + 5 + 3 + 7, "[5m 1m]", // 10 min before in fives; 25–30 in minutes; 33–40 in minutes
			"00:31 60 1", "00:30 300 5", 2160}, // 600 in five minutes are 2 a second, 1,200 are 4
		"ages are not a second": {
			model.Series{SeriesID: age, Runs: []model.Run{{Start: at(0), Period: five,
				Values: []float64{10, 4, 4, 10, 7, 5, 6, 8}}}},
			8, 8, "[5m]", "00:05 4 -", "00:00 10 -", 0},
		"nothing": {model.Series{SeriesID: bytes}, 0, 40, "[]", "-", "-", 0},
		"nothing but periods": {
			model.Series{SeriesID: bytes, Runs: []model.Run{{Start: at(0), Period: minute,
				Values: []float64{noPoint, noPoint}}}}, 0, 40, "[1m]", "-", "-", 0},
	} {
		h := &model.History{From: from, To: at(40), Series: []model.Series{c.series}}
		s := Summarize(h).Series[0]
		text := func(e model.Maybe[Extreme]) string {
			if !e.Known {
				return "-"
			}
			second := "-"
			if e.Value.PerSecond.Known {
				second = fmt.Sprint(e.Value.PerSecond.Value)
			}
			return fmt.Sprint(e.Value.Time.Format("15:04"), " ", e.Value.Value, " ", second)
		}
		if s.Points != c.points || s.Expected != c.expected || s.Coverage != float64(c.points)/float64(c.expected) ||
			fmt.Sprint(s.Periods) != c.periods {
			t.Errorf("%s: %d of %d, %v, %v", name, s.Points, s.Expected, s.Coverage, s.Periods)
		}
		if text(s.Lowest) != c.lowest || text(s.Highest) != c.highest || s.Total.Value != c.total ||
			s.Total.Known != (c.series.Metric == model.IncomingBytes) {
			t.Errorf("%s: from %s to %s, %v", name, text(s.Lowest), text(s.Highest), s.Total)
		}
	}
}

// The peak of a minute is in the trace of a month, and gaps are.
func TestTraceKeepsPeaks(t *testing.T) {
	from := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	run := model.Run{Start: from, Period: unit.Duration(time.Minute), Values: make([]float64, 30*24*60)}
	for i := range run.Values {
		run.Values[i] = 60
		if i >= 600 && i < 1200 { // the second of 72 parts of ten hours
			run.Values[i] = noPoint
		}
	}
	run.Values[20_000] = 600 // within the 34th
	h := &model.History{From: from, To: run.End(),
		Series: []model.Series{{SeriesID: model.SeriesID{Level: model.StreamLevel, Metric: model.IncomingRecords},
			Runs: []model.Run{run}}}}
	trace := Summarize(h).Series[0].Trace
	for i, v := range trace {
		want := 1.0
		switch i {
		case 1:
			want = math.NaN()
		case 33:
			want = 10
		}
		if v != want && !(math.IsNaN(v) && math.IsNaN(want)) {
			t.Errorf("part %d is %v, not %v", i, v, want)
		}
	}
	// Of few points each fills its share.
	h.Series[0].Runs[0] = model.Run{Start: from, Period: 15 * unit.Day, Values: []float64{15 * 86400, 30 * 86400}}
	trace = Summarize(h).Series[0].Trace
	for i, v := range trace {
		if want := 1 + float64(i/36); v != want {
			t.Errorf("part %d is %v, not %v", i, v, want)
		}
	}
}

// Of many shards a list for people has the four busiest of each metric.
func TestShardsAside(t *testing.T) {
	h := &model.History{From: time.Unix(0, 0), To: time.Unix(60, 0)}
	for _, metric := range []string{model.IncomingBytes, model.IncomingRecords} {
		for i := range 6 {
			load := float64(i)
			if metric == model.IncomingRecords {
				load = float64(6 - i)
			}
			h.Series = append(h.Series, model.Series{SeriesID: model.SeriesID{Level: model.ShardLevel, Metric: metric,
				Owner: fmt.Sprint("shardId-", i)},
				Runs: []model.Run{{Start: h.From, Period: unit.Duration(time.Minute), Values: []float64{load}}}})
		}
	}
	aside := ""
	for _, s := range Summarize(h).Series {
		if s.Aside {
			aside += " " + s.ID
		}
	}
	if aside != " incoming_bytes[shardId-0] incoming_bytes[shardId-1] incoming_records[shardId-4] "+
		"incoming_records[shardId-5]" {
		t.Error(aside)
	}
}
