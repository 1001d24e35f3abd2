package historyfile

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

func seriesFrom(start time.Time, period time.Duration, values []float64) *model.Series {
	return &model.Series{SeriesID: model.SeriesID{Level: model.StreamLevel, Metric: model.IncomingRecords},
		Runs: []model.Run{{Start: start, Period: unit.Duration(period), Values: values}}}
}

// A counter is told from traffic by what it never does: fall, but to almost nothing.
func TestCounters(t *testing.T) {
	series := func(n int, period time.Duration, value func(i int) float64) *model.Series {
		values := make([]float64, n)
		for i := range values {
			values[i] = value(i)
		}
		return seriesFrom(november, period, values)
	}
	weekdays := func(i int) float64 { // a job that works from 9 to 17, and on Fridays to 14; November 1 is a Sunday
		hour, day := i%24, i/24%7
		if day == 0 || day == 6 || hour < 9 || hour >= 17 || day == 5 && hour >= 14 {
			return 0
		}
		return float64(hour-8) * 1000
	}
	for name, c := range map[string]struct {
		series  *model.Series
		problem string
	}{
		"restarted":                 {series(48, time.Minute, func(i int) float64 { return float64(1 + i%30*1000) }), counter},
		"restarted to a tenth":      {series(48, time.Minute, func(i int) float64 { return float64(2900 + i%30*1000) }), counter}, // of 31,900
		"falls to an eighth":        {series(48, time.Minute, func(i int) float64 { return float64(4000 + i%30*1000) }), ""},      // of 33,000
		"a day":                     {series(24, time.Hour, func(i int) float64 { return float64(40 + i) }), counter},
		"a day that begins at none": {series(24, time.Hour, func(i int) float64 { return float64(i) }), ""},
		"26 hours from none":        {series(26, time.Hour, func(i int) float64 { return float64(i) }), counter},
		"23 hours":                  {series(23, time.Hour, func(i int) float64 { return float64(40 + i) }), ""},
		"a morning of minutes":      {series(300, time.Minute, func(i int) float64 { return float64(i) }), ""},
		"falls once":                {series(48, time.Hour, func(i int) float64 { return float64(40 + i - i/30*9) }), ""},
		"constant":                  {series(48, time.Hour, func(i int) float64 { return 5 }), ""},
		"a step":                    {series(48, time.Hour, func(i int) float64 { return float64(i / 24) }), ""},
		"flat by night, and rising": {series(48, time.Hour, func(i int) float64 { return float64(i / 2 * 2) }), ""}, // 23 rises of 48
		"throttled in the end":      {series(48, time.Hour, func(i int) float64 { return float64(max(0, i-40)) }), ""},
		"of days":                   {twoDaysOf(), ""},
		"a sawtooth of days":        {series(14*24, time.Hour, func(i int) float64 { return float64(1 + i%24*1000) }), ""},
		"its minutes":               {series(3*1440, time.Minute, func(i int) float64 { return float64(1 + i%1440*1000) }), ""},
		"cut within a day":          {series(40, time.Hour, func(i int) float64 { return float64(1 + (i+9)%24*1000) }), ""},
		"by office hours":           {series(14*24, time.Hour, weekdays), ""},
		"restarted once":            {series(48, time.Hour, func(i int) float64 { return float64(1 + (i+4)%30*1000) }), counter},
		"restarted every 7 hours":   {series(48, time.Hour, func(i int) float64 { return float64(1 + i%7*1000) }), counter},
	} {
		if _, problem := notASum(c.series); problem != c.problem {
			t.Errorf("%s: %q, want %q", name, problem, c.problem)
		}
	}
	text := "timestamp,incoming_records\n"
	for i := range 48 {
		text += fmt.Sprintf("%d,%d\n", i*3600, 7+i*100)
	}
	refused(t, text, `h:49:1: incoming_records: "4707": the series only grows: a counter, not the sum of each period, at 1970-01-02T23:00:00Z (allowed: what the counter grew by in each period, in records)`)
	// An age climbs without being a counter.
	refusedNot := strings.Replace(text, "incoming_records", "GetRecords.IteratorAgeMilliseconds", 1)
	readText(t, refusedNot)
}

// realTraffic returns five series of what really came in each hour of two weeks: requests,
// bytes and messages of the Numenta Anomaly Benchmark (MIT licence,
// https://github.com/numenta/NAB), each times a number.
func realTraffic(t *testing.T) map[string][]float64 {
	t.Helper()
	f, err := os.Open("testdata/traffic.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]float64{}
	for _, row := range rows[1:] {
		for i, name := range rows[0] {
			v, err := strconv.ParseFloat(row[i], 64)
			if err != nil {
				t.Fatal(err)
			}
			all[name] = append(all[name], v)
		}
	}
	return all
}

// No part of real traffic is taken for a counter, and what counts it is, whenever it was
// restarted.
func TestCountersOfRealTraffic(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 5))
	all := realTraffic(t)
	if len(all) != 5 {
		t.Fatalf("%d series", len(all))
	}
	for name, values := range all {
		for _, hours := range []int{24, 30, 48, 72, 168, len(values)} {
			for from := 0; from+hours <= len(values); from++ {
				part := values[from : from+hours]
				if _, problem := notASum(seriesFrom(november.Add(time.Duration(from)*time.Hour), time.Hour, part)); problem != "" {
					t.Fatalf("%s, %d hours from %d on: %s", name, hours, from, problem)
				}
				if hours < 72 {
					continue
				}
				counted, sum := make([]float64, hours), 1e12 // from long before the window
				restart := random.IntN(hours)
				for i, v := range part {
					if i == restart {
						sum = 0
					}
					sum += v
					counted[i] = sum
				}
				if _, problem := notASum(seriesFrom(november, time.Hour, counted)); problem != counter {
					t.Fatalf("the counter of %s, %d hours from %d on, restarted at %d: %q", name, hours, from, restart, problem)
				}
			}
		}
	}
}
