package model

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/kcalc/kcalc/model/unit"
)

// Every series has one text, which parses back to it.
func TestSeriesIDs(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range Metrics() {
		id := SeriesID{Level: m.Level, Metric: m.Name}
		if m.Level != StreamLevel {
			id.Owner = "shardId-000000000001"
		}
		text := id.String()
		if seen[text] {
			t.Errorf("%s is the text of two series", text)
		}
		seen[text] = true
		if got, err := ParseSeriesID(text); err != nil || got != id {
			t.Errorf("%s: %v, %v", text, got, err)
		}
		if d, ok := id.Describe(); !ok || d.Name != m.Name || d.Level != m.Level || d.Doc == "" {
			t.Errorf("%s: %v", text, d)
		}
		id.Owner += "x"
		if _, ok := id.Describe(); ok != (m.Level != StreamLevel) {
			t.Errorf("%+v is a series: %v", id, ok)
		}
	}
	for _, text := range []string{"", "incoming", "incoming_bytes[", "incoming_bytes[]", "incoming_bytes]",
		"incoming_bytes[a]b", "incoming_bytes[a b]",
		"get_records_bytes[a]", "subscribe_to_shard_event_bytes", "lambda_duration", "IncomingBytes", strings.Repeat("x", 1000)} {
		if id, err := ParseSeriesID(text); err == nil || len(err.Error()) > 120 {
			t.Errorf("%q: %v, %v", text, id, err)
		}
	}
	if keys := SeriesKeys(); len(keys) != len(seen) || keys[0] != "incoming_bytes" ||
		keys[9] != "subscribe_to_shard_event_bytes[CONSUMER]" {
		t.Errorf("%v", keys)
	}
}

var epoch = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

func minutes(first int, values ...float64) Run {
	return Run{Start: epoch.Add(time.Duration(first) * time.Minute), Period: unit.Duration(time.Minute), Values: values}
}

// A part of a history has the periods that lie within it as a whole.
func TestBetween(t *testing.T) {
	nan := MissingValue()
	h := &History{From: epoch, To: epoch.Add(20 * time.Minute), Series: []Series{{
		SeriesID: SeriesID{StreamLevel, IncomingBytes, ""},
		Runs: []Run{{Start: epoch, Period: unit.Duration(5 * time.Minute), Values: []float64{1, 2}},
			minutes(10, 3, nan, 5, 6)}}}}
	for _, c := range []struct{ from, to, want string }{
		{"0s", "20m", "0:1 5:2 10:3 12:5 13:6"},
		{"-1h", "1h", "0:1 5:2 10:3 12:5 13:6"},
		{"1s", "20m", "5:2 10:3 12:5 13:6"},
		{"5m", "13m30s", "5:2 10:3 12:5"},
		{"6m", "13m", "10:3 12:5"},
		{"11m", "12m", ""},
		{"15m", "20m", ""},
		{"9m59s", "10m59s", ""},
	} {
		from, _ := time.ParseDuration(c.from)
		to, _ := time.ParseDuration(c.to)
		part := h.Between(epoch.Add(from), epoch.Add(to))
		var points []string
		for p := range part.Series[0].Points() {
			points = append(points, fmt.Sprintf("%g:%g", p.Time.Sub(epoch).Minutes(), p.Value))
		}
		if got := strings.Join(points, " "); got != c.want {
			t.Errorf("from %s to %s: %q, not %q", c.from, c.to, got, c.want)
		}
		for _, r := range part.Series[0].Runs {
			if r.Start.Before(part.From) || r.End().After(part.To) {
				t.Errorf("from %s to %s: a run from %v to %v", c.from, c.to, r.Start, r.End())
			}
		}
	}
	if points, periods := h.Series[0].Count(); points != 5 || periods != 6 {
		t.Errorf("the history itself has %d points of %d", points, periods)
	}
}

// Sums are held against each other as rates, maxima as they are.
func TestExtremes(t *testing.T) {
	runs := []Run{{Start: epoch, Period: unit.Duration(5 * time.Minute), Values: []float64{MissingValue(), 600}},
		minutes(10, 180, 60, 180)}
	sum := Series{SeriesID: SeriesID{StreamLevel, IncomingRecords, ""}, Runs: runs}
	if e, ok := sum.Extremes(); !ok || e.Highest.Value != 180 || !e.Highest.Time.Equal(epoch.Add(10*time.Minute)) ||
		e.Lowest.Value != 60 || e.Highest.Rate() != 3 {
		t.Errorf("%+v", e)
	}
	age := Series{SeriesID: SeriesID{StreamLevel, IteratorAge, ""}, Runs: runs}
	if e, ok := age.Extremes(); !ok || e.Highest.Value != 600 || e.Highest.Period != unit.Duration(5*time.Minute) {
		t.Errorf("%+v", e)
	}
	none := Series{SeriesID: sum.SeriesID, Runs: []Run{minutes(0, MissingValue())}}
	if e, ok := none.Extremes(); ok {
		t.Errorf("%+v", e)
	}
	if IsPoint(math.NaN()) || !IsPoint(0) || !IsPoint(math.Inf(1)) {
		t.Error("a point is what is a number")
	}
}
