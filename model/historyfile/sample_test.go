package historyfile

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

var november = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// twoWeeks returns a history of fourteen days in minutes, with twelve series.
func twoWeeks() *model.History {
	h := &model.History{Stream: "orders", Region: "us-east-1", From: november, To: november.AddDate(0, 0, 14),
		Fetched: november.AddDate(0, 0, 14)}
	for i, m := range model.Metrics() {
		if m.Level == model.FunctionLevel || len(h.Series) == 12 {
			continue
		}
		id := model.SeriesID{Level: m.Level, Metric: m.Name}
		switch m.Level {
		case model.ConsumerLevel:
			id.Owner = "audit"
		case model.ShardLevel:
			id.Owner = "shardId-000000000000"
		}
		values := make([]float64, 14*24*60)
		for j := range values {
			values[j] = math.Round((2 + math.Sin(float64(j)/229)) * 5e7 / float64(i+1))
		}
		h.Series = append(h.Series, model.Series{SeriesID: id,
			Runs: []model.Run{{Start: november, Period: unit.Duration(time.Minute), Values: values}}})
	}
	return h
}

// file returns a history as Write writes it.
func file(t testing.TB, h *model.History) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, h); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// likeCLI returns a history as the AWS CLI prints it: newest first, indented by four
// blanks.
func likeCLI(h *model.History) []byte {
	var b bytes.Buffer
	b.WriteString("{\n    \"MetricDataResults\": [")
	for i, s := range h.Series {
		fmt.Fprintf(&b, "%s\n        {\n            \"Id\": \"m%d\",\n            \"Label\": \"%s\",\n            "+
			"\"Timestamps\": [", separator(i), i, s.SeriesID)
		var times, values []string
		for p := range s.Points() {
			times = append(times, `"`+p.Time.Format("2006-01-02T15:04:05")+`+00:00"`)
			values = append(values, fmt.Sprintf("%.1f", p.Value))
		}
		list := func(items []string) {
			for i := len(items) - 1; i >= 0; i-- {
				b.WriteString("\n                " + items[i])
				if i > 0 {
					b.WriteByte(',')
				}
			}
			b.WriteString("\n            ]")
		}
		list(times)
		b.WriteString(",\n            \"Values\": [")
		list(values)
		b.WriteString(",\n            \"StatusCode\": \"Complete\"\n        }")
	}
	b.WriteString("\n    ],\n    \"Messages\": []\n}\n")
	return b.Bytes()
}

// likeCSV returns a history as a table, the series of which have the same times.
func likeCSV(h *model.History) []byte {
	var b bytes.Buffer
	b.WriteString("timestamp")
	for _, s := range h.Series {
		fmt.Fprintf(&b, ",%s", s.SeriesID)
	}
	for i, r := range h.Series[0].Runs {
		for j := range r.Values {
			b.WriteString("\n" + unit.Stamp(r.Time(j)))
			for _, s := range h.Series {
				fmt.Fprintf(&b, ",%v", s.Runs[i].Values[j])
			}
		}
	}
	b.WriteByte('\n')
	return bytes.ReplaceAll(b.Bytes(), []byte("NaN"), nil)
}

// sameBits holds floats against each other by their bits, so that points that
// are not there are equal, and 0 and -0 are not.
var sameBits = cmp.Comparer(func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) })

// readText reads a file that has to be right.
func readText(t testing.TB, text string) (*model.History, []notice.Notice) {
	t.Helper()
	h, warnings, err := Read("h", strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v\n%.2000s", err, text)
	}
	return h, warnings
}

// refused reports that a text is read with exactly these faults, a line each, and
// with nothing but printable characters.
func refused(t testing.TB, text string, want ...string) {
	t.Helper()
	h, warnings, err := Read("h", strings.NewReader(text))
	if err == nil || h != nil || warnings != nil {
		t.Fatalf("%.300q is read: %v", text, warnings)
	}
	got := strings.Split(err.Error(), "\n")
	ok := len(got) == len(want)
	for i := range got {
		ok = ok && strings.HasPrefix(got[i], want[i])
	}
	if !ok {
		t.Errorf("%.300q:\n%s\nwant\n%s", text, err, strings.Join(want, "\n"))
	}
}
