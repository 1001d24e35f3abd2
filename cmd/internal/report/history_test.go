package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/historyfile"
	"github.com/kcalc/kcalc/model/unit"
	"github.com/olekukonko/tablewriter/pkg/twwidth"
)

func ofStream(metric string) model.SeriesID {
	return model.SeriesID{Level: model.StreamLevel, Metric: metric}
}

func ofShard(n int) model.SeriesID {
	return model.SeriesID{Level: model.ShardLevel, Metric: model.IncomingBytes, Owner: fmt.Sprintf("shardId-%012d", n)}
}

// evenly is a series with these values, each of a period, from the window's
// begin.
func evenly(from time.Time, period time.Duration, id model.SeriesID, values ...float64) model.Series {
	return model.Series{SeriesID: id, Runs: []model.Run{{Start: from, Period: unit.Duration(period), Values: values}}}
}

// summary is what a window of a length that ends at ended has of series, which
// are made from its begin.
func summary(length time.Duration, series func(from time.Time) []model.Series) *historyfile.Summary {
	from := ended.Add(-length)
	return historyfile.Summarize(
		&model.History{Stream: "orders", Region: "us-east-1", From: from, To: ended, Series: series(from)},
	)
}

// everyKind has a series of each unit and level, more shards than are shown, and
// a configuration.
func everyKind() *historyfile.Summary {
	limits := 4
	s := summary(time.Hour, func(from time.Time) []model.Series {
		list := []model.Series{
			evenly(from, time.Minute, ofStream(model.IncomingBytes), 6e6, 12e6, 18e6),
			evenly(from, time.Minute, ofStream(model.IncomingRecords), 60, 600, math.NaN(), 6000),
			evenly(from, time.Minute, ofStream(model.ReadThrottled), 0, 0, 0),
			evenly(from, time.Minute, ofStream(model.IteratorAge), 250, 90_500, 2500),
			{SeriesID: ofStream(model.PutRecordsThrottled)},
			evenly(
				from,
				time.Minute,
				model.SeriesID{Level: model.FunctionLevel, Metric: model.FunctionDuration, Owner: "enrich"},
				12.5,
				13,
			),
			evenly(
				from,
				time.Minute,
				model.SeriesID{Level: model.FunctionLevel, Metric: model.FunctionErrors, Owner: "enrich"},
				6,
			),
		}
		for n, load := range []float64{600, 100, 400, 200, 500, 300} {
			list = append(list, evenly(from, time.Minute, ofShard(n), load, load))
		}
		return list
	})
	s.Configuration = &historyfile.Configuration{
		Configuration: model.Configuration{Mode: model.Known(model.OnDemandStandard), OpenShards: model.Known(limits),
			Retention: model.Known(
				unit.Day,
			), MaxRecordSize: model.Known(unit.MiB), WarmThroughput: model.Known(unit.BytesPerSecond(4 * unit.MiB)),
			ShardMetrics: model.Known([]string{model.IncomingBytes}),
			Consumers:    model.Known([]model.FanOutConsumer{{Name: "audit", Status: "ACTIVE"}}),
			Functions: model.Known(
				[]model.Function{{Name: "enrich", State: "Enabled", BatchSize: 1000, ParallelizationFactor: 2},
					{
						Name:                  "trail",
						State:                 "Disabled",
						FanOut:                model.Known(model.Name("audit")),
						BatchSize:             100,
						ParallelizationFactor: 1,
					}},
			)},
	}
	return s
}

func writeSummary(t *testing.T, s *historyfile.Summary, format Format, terminal Terminal) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteHistory(&b, s, format, terminal); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// shown is the table of a summary on a wide terminal.
func shown(t *testing.T, s *historyfile.Summary) string {
	t.Helper()
	return writeSummary(t, s, Table, Terminal{Width: 100})
}

// line is the line of a text that begins with a name, its columns one blank apart.
func line(text, name string) string {
	for l := range strings.Lines(text) {
		if fields := strings.Fields(l); len(fields) > 0 && fields[0] == name && len(fields) > 1 {
			return strings.Join(fields, " ")
		}
	}
	return ""
}

// part is the section of a table under a heading.
func part(t *testing.T, text, heading string) string {
	t.Helper()
	_, rest, ok := strings.Cut(text, "\n\n"+heading+"\n")
	if !ok {
		t.Errorf("no section %q in\n%s", heading, text)
	}
	section, _, _ := strings.Cut(rest, "\n\n")
	return section
}

// Charts keep to a terminal's width, the widest labels and the times below
// included; colour changes nothing about them.
func TestHistoryChartWidth(t *testing.T) {
	for _, width := range []int{64, 72, 80, 100, 140} {
		chartsFit(t, "every kind", everyKind(), width)
	}
	plain, colored := writeSummary(
		t,
		everyKind(),
		Table,
		Terminal{Width: 80},
	), writeSummary(
		t,
		everyKind(),
		Table,
		Terminal{Width: 80, Color: true},
	)
	if diff := cmp.Diff(plain, uncolored(colored)); diff != "" || plain == colored {
		t.Error(diff)
	}
}

// chartsFit holds that there are charts, none of them wider than the terminal.
func chartsFit(t *testing.T, name string, s *historyfile.Summary, width int) {
	t.Helper()
	charts := 0
	for l := range strings.Lines(writeSummary(t, s, Table, Terminal{Width: width})) {
		if strings.ContainsAny(l, "┤┼└") || strings.Count(l, ":") == 3 && strings.HasPrefix(l, "     ") {
			charts++
			if w := twwidth.Width(strings.TrimRight(l, "\n")); w > min(width, maxWidth) {
				t.Errorf("%s at %d columns: %d in %q", name, width, w, l)
			}
		}
	}
	if charts < 5 {
		t.Errorf("%s at %d columns: no chart", name, width)
	}
}

// Only what has no gap is at 100%.
func TestCoverageRoundsDown(t *testing.T) {
	for want, c := range map[string]struct{ points, expected int }{
		"100%":  {20_160, 20_160},
		"99.9%": {9996, 10_000},
		"99%":   {990, 1000},
		"33.3%": {1, 3},
		"66.6%": {2, 3},
		"0%":    {1, 2000},
	} {
		if got := coverage(&historyfile.SeriesSummary{Coverage: float64(c.points) / float64(c.expected)}); got != want {
			t.Errorf("%d of %d are %s, not %s", c.points, c.expected, got, want)
		}
	}
	s := summary(10_000*time.Minute, func(from time.Time) []model.Series {
		return []model.Series{
			evenly(from, time.Minute, ofStream(model.IncomingRecords), slices.Repeat([]float64{60}, 9996)...),
		}
	})
	if got := line(part(t, shown(t, s), "Series"), "incoming_records"); got != "incoming_records 1m 9,996 10,000 99.9%" {
		t.Error(got)
	}
}

// Times have their year where the window leaves a doubt about it.
func TestYearsShowInLongWindows(t *testing.T) {
	const day = 24 * time.Hour
	for days, want := range map[int]string{
		14:  "incoming_records 2 records/s 11-03 00:00 1 records/s 11-02 00:00",
		350: "incoming_records 2 records/s 12-02 00:00 1 records/s 12-01 00:00",
		400: "incoming_records 2 records/s 2025-10-13 00:00 1 records/s 2025-10-12 00:00",
	} {
		s := summary(time.Duration(days)*day, func(from time.Time) []model.Series {
			return []model.Series{evenly(from, day, ofStream(model.IncomingRecords), 86_400, 172_800)}
		})
		if got := line(part(t, shown(t, s), "Extremes (times are UTC)"), "incoming_records"); got != want {
			t.Errorf("of %d days: %s", days, got)
		}
	}
}

// Shards that are none of the busiest are counted for people, and listed for
// programs.
func TestShardsAsideAreCounted(t *testing.T) {
	s := everyKind()
	const sentence = "Of each shard-level metric the busiest shards are shown; 2 series more are in the other formats " +
		"(-o csv)."
	text := shown(t, s)
	markdown := writeSummary(t, s, Markdown, Terminal{})
	if !strings.Contains(strings.Join(strings.Fields(text), " "), sentence) || !strings.Contains(markdown, sentence) {
		t.Errorf("not counted:\n%s", text)
	}
	for n, aside := range []bool{false, true, false, true, false, false} { // those of 100 and 200 bytes
		id := ofShard(n).String()
		if got := strings.Count(text, id); aside && got != 0 || !aside && got != 3 { // two tables and a chart
			t.Errorf("%s is %d times in\n%s", id, got, text)
		}
		if got := strings.Count(markdown, id); aside && got != 0 || !aside && got != 3 {
			t.Errorf("%s is %d times in markdown", id, got)
		}
		for _, format := range []Format{JSON, YAML, CSV} {
			if !strings.Contains(writeSummary(t, s, format, Terminal{}), id) {
				t.Errorf("%s is not in %s", id, format)
			}
		}
	}
	few := summary(time.Hour, func(from time.Time) []model.Series {
		return []model.Series{evenly(from, time.Minute, ofShard(0), 1, 1), evenly(from, time.Minute, ofShard(1), 2, 2)}
	})
	if text := shown(t, few); strings.Contains(text, "series more") {
		t.Errorf("none is aside:\n%s", text)
	}
}

// Where points are of more than a minute, its peaks are gone.
func TestCoarsePeriodsAreTold(t *testing.T) {
	const sentence = "peaks of a minute do not show: CloudWatch keeps minutes for 15 days, 5 minutes for 63, hours for 455."
	for period, want := range map[time.Duration]string{
		time.Second: "", 30 * time.Second: "", time.Minute: "",
		5 * time.Minute: "Where a period is 5m, " + sentence, time.Hour: "Where a period is 1h, " + sentence, 90 * time.Second: "Where a period is 1m30s, " + sentence,
	} {
		s := summary(10*time.Hour, func(from time.Time) []model.Series {
			return []model.Series{
				{SeriesID: ofStream(model.IncomingBytes)},
				evenly(from, period, ofStream(model.IncomingRecords), 60, 60),
			}
		})
		text := strings.Join(strings.Fields(part(t, shown(t, s)+"\n\n", "What the metrics hide")), " ")
		if got := strings.Contains(text, "Where a period is"); got != (want != "") || !strings.Contains(text, want) {
			t.Errorf("%s: %s", period, text)
		}
	}
	// The older part of a window has the longer periods.
	s := summary(time.Hour, func(from time.Time) []model.Series {
		one := evenly(from, 5*time.Minute, ofStream(model.IncomingRecords), 60, 60)
		one.Runs = append(
			one.Runs,
			model.Run{Start: from.Add(10 * time.Minute), Period: unit.Duration(time.Minute), Values: []float64{1, 1}},
		)
		return []model.Series{one}
	})
	if text := shown(t, s); strings.Count(text, "Where a period is 5m, ") != 1 {
		t.Error(text)
	}
}

// Each value has its unit: sums are a second, ages and durations are themselves.
func TestHistoryValues(t *testing.T) {
	text := shown(t, everyKind())
	extremes := part(t, text, "Extremes (times are UTC)")
	for _, want := range []string{
		"incoming_bytes 293 KiB/s 11-15 23:02 97.7 KiB/s 11-15 23:00",
		"incoming_records 100 records/s 11-15 23:03 1 records/s 11-15 23:00",
		"read_provisioned_throughput_exceeded 0 calls/s 11-15 23:00 0 calls/s 11-15 23:00",
		"get_records_iterator_age_milliseconds 1m31s 11-15 23:01 250ms 11-15 23:00",
		"lambda_duration[enrich] 13ms 11-15 23:01 12.5ms 11-15 23:00",
		"lambda_errors[enrich] 0.1 errors/s 11-15 23:00 0.1 errors/s 11-15 23:00",
	} {
		name, _, _ := strings.Cut(want, " ")
		if got := line(extremes, name); got != want {
			t.Errorf("%s\nis not\n%s", got, want)
		}
	}
	if got := line(extremes, "put_records_throttled_records"); got != "" {
		t.Errorf("extremes without points: %s", got)
	}
	if got := line(part(t, text, "Series"), "put_records_throttled_records"); got != "put_records_throttled_records 0 60 0%" {
		t.Error(got)
	}
	for name, top := range map[string]string{"incoming_bytes": "293 KiB/s ┤", "incoming_records": "100 records/s ┤", "get_records_iterator_age_milliseconds": "1m31s ┤", "lambda_duration[enrich]": "13ms ┼"} {
		if chart := part(t, text, name); !strings.HasPrefix(strings.TrimSpace(chart), top) ||
			!strings.Contains(chart, "11-15 23:00") ||
			!strings.Contains(chart, "11-16 00:00") {
			t.Errorf("the chart of %s does not begin with %q, or not end with its times:\n%s", name, top, chart)
		}
	}
	for _, name := range []string{"read_provisioned_throughput_exceeded", "put_records_throttled_records", "lambda_errors[enrich]"} {
		if strings.Contains(text, "\n\n"+name+"\n") {
			t.Errorf("a chart of %s, which has nothing to show", name)
		}
	}
}

func TestHistoryConfiguration(t *testing.T) {
	text := strings.Join(strings.Fields(part(t, shown(t, everyKind()), "Configuration")), " ")
	want := "· on-demand, 4 open shards, retention 1d, records of at most 1MiB, warm throughput 4MiB/s, shard-level " +
		"metrics IncomingBytes" +
		" · enhanced fan-out consumer audit (active)" +
		" · Lambda function enrich (enabled) polls: batches of 1,000, parallelization factor 2" +
		" · Lambda function trail (disabled) reads as audit: batches of 100, parallelization factor 1"
	if text != want {
		t.Error(cmp.Diff(want, text))
	}
	s := everyKind()
	s.Configuration = &historyfile.Configuration{}
	if text := shown(t, s); strings.Contains(text, "Configuration\n") {
		t.Errorf("nothing is known of it:\n%s", text)
	}
}

// Values beyond all measure, which a file may have, leave room for a chart.
func TestHistoryOfHugeValues(t *testing.T) {
	for _, metric := range []string{model.IncomingBytes, model.IncomingRecords, model.IteratorAge, model.ReadThrottled} {
		for _, huge := range []float64{1e15, 1e30, 1e90, 1e300} {
			s := summary(time.Hour, func(from time.Time) []model.Series {
				return []model.Series{evenly(from, time.Minute, ofStream(metric), 0, huge, 1)}
			})
			chartsFit(t, fmt.Sprint(metric, " of ", huge), s, 64)
			for _, format := range Formats() {
				writeSummary(t, s, format, Terminal{Width: 64})
			}
		}
	}
}

// In markdown a chart stands in a fence, under the name of its series, and
// nothing else does.
func TestHistoryMarkdown(t *testing.T) {
	text := writeSummary(t, everyKind(), Markdown, Terminal{})
	blocks := strings.Split(text, "```\n")
	if len(blocks) != 1+2*8 { // three of the stream's, one of a function's, four of shards
		t.Fatalf("%d blocks in\n%s", len(blocks), text)
	}
	for i, block := range blocks {
		if fenced := i%2 == 1; fenced != strings.Contains(block, "┤") {
			t.Errorf("a chart is outside of a fence, or something else is inside of one:\n%s", block)
		}
	}
	for _, want := range []string{"# History of orders in us-east-1: 13 series\n", "\n## incoming_bytes\n\n```\n", "\n## lambda_duration[enrich]\n\n```\n", "\n## What the metrics hide\n\n- "} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func TestHistoryCSV(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(writeSummary(t, everyKind(), CSV, Terminal{}))).ReadAll()
	if err != nil || len(rows) != 1+13 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	byID := map[string]string{}
	for _, row := range rows {
		byID[row[0]] = strings.Join(row[1:], ",")
	}
	for id, want := range map[string]string{
		"id":                                    "level,of,metric,statistic,unit,periods,points,expected,coverage,total,lowest,lowest_per_second,lowest_time,highest,highest_per_second,highest_time",
		"incoming_records":                      "stream,,IncomingRecords,Sum,records,1m,3,60,0.05,6660,60,1,2026-11-15T23:00:00Z,6000,100,2026-11-15T23:03:00Z",
		"get_records_iterator_age_milliseconds": "stream,,GetRecords.IteratorAgeMilliseconds,Maximum,ms,1m,3,60,0.05,,250,,2026-11-15T23:00:00Z,90500,,2026-11-15T23:01:00Z",
		"put_records_throttled_records":         "stream,,PutRecords.ThrottledRecords,Sum,records,,0,60,0,0,,,,,,",
		"lambda_errors[enrich]":                 "function,enrich,Errors,Sum,errors,1m,1,60,0.016666666666666666,6,6,0.1,2026-11-15T23:00:00Z,6,0.1,2026-11-15T23:00:00Z",
		"incoming_bytes[shardId-000000000001]":  "shard,shardId-000000000001,IncomingBytes,Sum,B,1m,2,60,0.03333333333333333,200,100,1.6666666666666667,2026-11-15T23:00:00Z,100,1.6666666666666667,2026-11-15T23:00:00Z",
	} {
		if byID[id] != want {
			t.Errorf("%s:\n%s\nis not\n%s", id, byID[id], want)
		}
	}
}

func TestHistoryInJSONAndYAML(t *testing.T) {
	s := everyKind()
	text := writeSummary(t, s, JSON, Terminal{})
	sameValue(t, "a history", text, writeSummary(t, s, YAML, Terminal{}))
	var answer struct {
		Schema  string           `json:"schema"`
		Stream  string           `json:"stream"`
		Fetched *string          `json:"fetched"`
		Series  []map[string]any `json:"series"`
	}
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		t.Fatal(err)
	}
	if answer.Schema != "kcalc.history-summary/v1" || answer.Stream != "orders" || answer.Fetched != nil ||
		len(answer.Series) != 13 {
		t.Errorf("%.300s", text)
	}
	for _, one := range answer.Series {
		for _, key := range []string{"trace", "Trace", "aside", "Aside"} {
			if _, ok := one[key]; ok {
				t.Errorf("%v has what is for people: %s", one["id"], key)
			}
		}
	}
}

func TestHistoryWriteErrors(t *testing.T) {
	for _, format := range Formats() {
		if err := WriteHistory(full{}, everyKind(), format, Terminal{Width: 80}); !errors.Is(err, errFull) {
			t.Errorf("%s: %v", format, err)
		}
	}
}
