package historyfile

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// small is a file in kcalc's own form, by lines.
const small = `{"schema": "kcalc.history/v1", "stream": "orders",
"from": "2026-11-01T00:00:00Z", "to": "2026-11-02T00:00:00Z",
"series": [
{"metric": "IncomingBytes", "statistic": "Sum", "unit": "B", "runs": [
{"start": "2026-11-01T00:00:00Z", "period": "1m", "values": [
null,2,3,
null,55]},
{"start": "2026-11-01T01:00:00+01:00", "period": "5m", "values": []}]}]}
`

// edited returns the small file with one text in the place of another.
func edited(t testing.TB, pairs ...string) string {
	t.Helper()
	text := strings.Replace(small, `"values": []`, `"values": [7]`, 1)
	text = strings.Replace(text, "01:00:00+01:00", "02:00:00+01:00", 1)
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("no %s", pairs[i])
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	return text
}

func TestOwn(t *testing.T) {
	h, warnings := readText(t, edited(t))
	want := &model.History{Stream: "orders", From: november, To: november.AddDate(0, 0, 1), Series: []model.Series{{
		SeriesID: model.SeriesID{Level: model.StreamLevel, Metric: "IncomingBytes"},
		Runs: []model.Run{
			{Start: november, Period: unit.Duration(time.Minute), Values: []float64{math.NaN(), 2, 3, math.NaN(), 55}},
			{Start: november.Add(time.Hour), Period: unit.Duration(5 * time.Minute), Values: []float64{7}},
		},
	}}}
	if diff := cmp.Diff(want, h, sameBits); diff != "" {
		t.Error(diff)
	}
	if at := h.Series[0].Runs[1].Start.Location(); at != time.UTC {
		t.Error(at)
	}
	// Two nulls, and the 55 minutes up to the second run.
	gaps := []notice.Notice{{ID: "history-gaps", Severity: notice.Weakens,
		Message: "h:6: incoming_bytes: 57 points are missing, the first at 2026-11-01T00:00:00Z.",
		Remedy: "Fetch the window again, if something was written then; CloudWatch has no point of a period without " +
			"traffic."}}
	if diff := cmp.Diff(gaps, warnings); diff != "" {
		t.Error(diff)
	}
}

// The first point that is missing may stand between two runs.
func TestGapBetweenRuns(t *testing.T) {
	_, warnings := readText(t, edited(t, "null,2,3,", "1,2,3,", "null,55", "4,5"))
	if len(warnings) != 1 || warnings[0].Message != "h:8: incoming_bytes: 55 points are missing, the first at "+
		"2026-11-01T00:05:00Z." {
		t.Error(warnings)
	}
	_, warnings = readText(t, edited(t, "null,2,3,", "1,2,3,", "null,55", "4,5", "02:00:00+01:00", "00:05:00Z"))
	if len(warnings) != 0 {
		t.Error(warnings)
	}
	_, warnings = readText(t, edited(t, "null,2,3,", "1,2,3,", "null,55", "4,null", "02:00:00+01:00", "00:05:00Z"))
	if len(warnings) != 1 || warnings[0].Message != "h:7: incoming_bytes: 1 point is missing, at 2026-11-01T00:04:00Z." {
		t.Error(warnings)
	}
}

// Keys may stand in any order, and series too: they come out in that of a
// history.
func TestOwnOrder(t *testing.T) {
	h, _ := readText(t, `{"series": [
{"runs": [], "unit": "errors", "function": "b", "statistic": "Sum", "metric": "Errors"},
{"runs": [], "unit": "errors", "function": "a", "statistic": "Sum", "metric": "Errors"},
{"runs": [], "unit": "B", "shard": "shardId-1", "statistic": "Sum", "metric": "IncomingBytes"},
{"runs": [], "unit": "B", "statistic": "Sum", "metric": "IncomingBytes"}],
"to": "2026-11-02T00:00:00Z", "from": "2026-11-01T00:00:00Z", "schema": "kcalc.history/v1"}`)
	if got := fmt.Sprint(names(h)); got != "[incoming_bytes incoming_bytes[shardId-1] lambda_errors[a] lambda_errors[b]]" {
		t.Error(got)
	}
}

func names(h *model.History) (list []string) {
	for _, s := range h.Series {
		list = append(list, s.SeriesID.String())
	}
	return list
}

// Everything that is wrong is told, with its line and column.
func TestOwnFaults(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{`"kcalc.history/v1"`, `"kcalc.history/v2"`,
			`h:1:12: schema: "kcalc.history/v2": this version of a history is not read, kcalc.history/v1 is (allowed: kcalc.history/v1)`},
		{`"schema": "kcalc.history/v1", `, ``, `h:1:1: schema: missing`},
		{`"kcalc.history/v1"`, `1`, `h:1:12: schema: a number is not what belongs here (allowed: kcalc.history/v1)`},
		{`"orders"`, `"orders", "colour": {"red": [1, {}]}`,
			`h:1:52: colour: unknown key (allowed: schema, stream, region, account, from,`},
		{`"orders"`, `"orders", "stream": "x"`, `h:1:52: stream: given twice (allowed: each key once)`},
		{`"orders"`, `"or ders"`, `h:1:42: stream: "or ders": not a name (allowed: 1 to 128 of A-Z a-z 0-9 _ . -)`},
		{`"orders"`, `null`, `h:1:42: stream: null is not what belongs here`},
		{`"orders"`, `""`, `h:1:42: stream: not a name`},
		{`"orders"`, `"orders", "region": "mars"`, `h:1:62: region: "mars": not the code of a Region`},
		{`"2026-11-02T00:00:00Z"`, `"2026-11-01T00:00:00Z"`,
			`h:2:39: to: "2026-11-01T00:00:00Z": not after the beginning of the window (allowed: a time after from, 2026-11-01T00:00:00Z)`},
		{`"2026-11-02T00:00:00Z"`, `"tomorrow"`,
			`h:2:39: to: "tomorrow": not a time of a history (allowed: a time such as 2026-11-01T00:00:00Z, from 1970 to 2199)`},
		{`"2026-11-02T00:00:00Z"`, `"2200-01-01T00:00:00Z"`,
			`h:2:39: to: "2200-01-01T00:00:00Z": not a time of a history`},
		{`"2026-11-02T00:00:00Z"`, `1793491200`, `h:2:39: to: a number is not what belongs here`},
		{`"IncomingBytes"`, `"OutgoingNonsense"`,
			`h:4:12: series[0]: "OutgoingNonsense": not a series of a history (allowed: IncomingBytes, IncomingRecords,`},
		{`"IncomingBytes"`, `"Duration"`, `h:4:12: series[0]: "Duration": not a series of a history`},
		{`"unit": "B"`, `"unit": "B", "shard": ""`,
			`h:4:12: series[0]: "IncomingBytes of shard ": not a series of a history`},
		{`"unit": "B"`, `"unit": "B", "shard": "a]b"`, `h:4:12: series[0]: "IncomingBytes of shard a]b": not a series`},
		{`"unit": "B"`, `"unit": "B", "function": "a"`,
			`h:4:12: series[0]: "IncomingBytes of function a": not a series`},
		{`"unit": "B"`, `"unit": "B", "shard": "a", "consumer": "a"`,
			`h:4:1: series[0]: of several things at once (allowed: one of consumer, shard and function, or none)`},
		{`"Sum"`, `"Average"`, `h:4:42: series[0].statistic: "Average": not the statistic that a history has of IncomingBytes (allowed: Sum)`},
		{`"unit": "B"`, `"unit": "KB"`, `h:4:57: series[0].unit: "KB": not the unit of IncomingBytes (allowed: B)`},
		{`"unit": "B", `, ``, `h:4:1: series[0].unit: missing (allowed: the keys metric, statistic, unit, consumer, shard, function, runs)`},
		{`"metric": "IncomingBytes", `, ``, `h:4:1: series[0].metric: missing`},
		{`"1m"`, `"0s"`, `h:5:45: series[0].runs[0].period: "0s": not the period of a run (allowed: whole seconds such as 1m or 1h, at most 366d)`},
		{`"1m"`, `"1500ms"`, `h:5:45: series[0].runs[0].period: "1500ms": not the period`},
		{`"1m"`, `"367d"`, `h:5:45: series[0].runs[0].period: "367d": not the period`},
		{`"1m"`, `"60"`, `h:5:45: series[0].runs[0].period: "60": a duration needs a unit`},
		{`"5m"`, `-1`, `h:8:50: series[0].runs[1].period: a number is not what belongs here`},
		{`"start": "2026-11-01T00:00:00Z", `, ``, `h:5:1: series[0].runs[0].start: missing`},
		{`2,3,`, `2,-3,`, `h:6:8: series[0].runs[0].values: "-3": negative (allowed: a number that is not negative, or null)`},
		{`2,3,`, `2,1e999,`, `h:6:8: series[0].runs[0].values: "1e999": too large`},
		{`2,3,`, `2,"3",`, `h:6:8: series[0].runs[0].values: a text is not what belongs here (allowed: a number that is not negative, or null)`},
		{`2,3,`, `2,[3, {"a": "b"}],`, `h:6:8: series[0].runs[0].values: an array is not what belongs here`},
		{`2,3,`, `2,NaN,`, `h:6:8: series[0].runs[0].values[2]: not JSON: invalid character 'N' at start of value`},
		{`2,3,`, `2,,3,`, `h:6:8: `},
		{`2,3,`, `2 3,`, `h:6:8: series[0].runs[0].values: not JSON: `},
		{`[7]`, `[]`, `h:8:1: series[0].runs[1]: "2026-11-01T01:00:00Z": a run without values`},
		{`[7]`, `7`, `h:8:66: series[0].runs[1].values: a number is not what belongs here (allowed: an array of values)`},
		{`02:00:00+01:00`, `01:04:59+01:00`,
			`h:8:1: series[0].runs[1]: "2026-11-01T00:04:59Z": begins before the run before it ends, at 2026-11-01T00:05:00Z`},
		{`2026-11-01T02:00:00+01:00`, `2199-12-31T23:59:00Z`,
			`h:8:1: series[0].runs[1]: "2199-12-31T23:59:00Z": a run beyond the times of a history`},
		{`[7]}]}]`, `[7]}]}, {"runs": [], "metric": "IncomingBytes", "statistic": "Sum", "unit": "B"}]`,
			`h:8:74: series[1]: "incoming_bytes": there twice, first in line 4 (allowed: each series once)`},
		{"]}]}]}\n", "]}]}]}\n\n{}", `h:10:1: something follows the history (allowed: one history in a file)`},
		{"]}]}]}\n", "]}]}]}\n\nx", `h:10:1: not JSON: invalid character 'x'`},
		{"]}]}]}\n", "]}]}]", `h:8:73: cut short: the JSON ends early (allowed: the whole file)`},
		{"55]},\n", "5.", `h:7:`},
	} {
		refused(t, edited(t, c.old, c.new), c.want)
	}
}

// Of another version nothing is told but that, wherever it says so.
func TestOtherVersion(t *testing.T) {
	refused(t, `{"stream": "a b", "colour": 1, "schema": "kcalc.history/v9", "from": 5, "taste": 2}`,
		`h:1:42: schema: "kcalc.history/v9": this version of a history is not read`)
}

// A list without warnings is none.
func TestNoWarnings(t *testing.T) {
	h, _ := readText(t, edited(t, `"orders"`, `"orders", "warnings": []`))
	if h.Warnings != nil {
		t.Error(h.Warnings)
	}
}

// What is wrong in a configuration has its place as well.
func TestConfigurationFaults(t *testing.T) {
	whole := string(file(t, complete()))
	for _, c := range []struct{ old, new, want string }{
		{`"provisioned"`, `"free"`,
			`configuration.mode: "free": not a mode (allowed: provisioned, on-demand or on-demand-advantage)`},
		{`"open_shards": 1`, `"open_shards": -1`,
			`configuration.open_shards: "-1": not one of those allowed (allowed: a whole number from 0 to 1000000)`},
		{`"open_shards": 1`, `"open_shards": 1000001`,
			`configuration.open_shards: "1000001": not one of those allowed`},
		{`"open_shards": 1`, `"open_shards": 1.5`, `configuration.open_shards: "1.5": not one of those allowed`},
		{`"open_shards": 1`, `"open_shards": "1"`, `configuration.open_shards: a text is not what belongs here`},
		{`"last_hash": "3`, `"last_hash": "4`,
			`configuration.shards[0].last_hash: "440282366920938463463374607431768211455": not a hash key (allowed: a whole number below 2^128, decimal)`},
		{`"first_hash": "0"`, `"first_hash": "-0"`, `configuration.shards[0].first_hash: "-0": not a hash key`},
		{`"first_hash": "0"`, `"first_hash": "-1"`, `configuration.shards[0].first_hash: "-1": not a hash key`},
		{`"first_hash": "0"`, `"first_hash": "00"`, `configuration.shards[0].first_hash: "00": not a hash key`},
		{`"retention": "1d"`, `"retention": "24"`, `configuration.retention: "24": a duration needs a unit`},
		{`"1MiB"`, `"1Mib/s"`, `configuration.max_record_size: "1Mib/s": unknown unit`},
		{`"4MiB/s"`, `"4MiB"`, `configuration.warm_throughput: "4MiB": a bandwidth needs a time`},
		{`"ACTIVE"`, `"\u001b[2J"`,
			`configuration.consumers[0].status: "?[2J": not such a text (allowed: 1 to 256 bytes of printable text)`},
		{`"ACTIVE"`, `""`, `configuration.consumers[0].status: not such a text`},
		{`"ACTIVE"`, `"` + strings.Repeat("A", 257) + `"`, `configuration.consumers[0].status: "AAAA`},
		{`"name": "audit"`, `"name": "a b"`, `configuration.consumers[0].name: "a b": not a name`},
		{`"bisect_on_error": true`, `"bisect_on_error": "yes"`,
			`configuration.functions[0].bisect_on_error: a text is not what belongs here (allowed: true or false)`},
		{`"message": "`, `"message": "\n`, `warnings[0].message: "?no permission`},
		{`"consumers": [`, `"consumers": 5, "consumer": [`,
			`configuration.consumers: a number is not what belongs here (allowed: an array of consumers)`},
	} {
		text := strings.Replace(whole, c.old, c.new, 1)
		first, _, _ := strings.Cut(readError(text), "\n")
		_, told, _ := strings.Cut(first, ": ")
		if !strings.HasPrefix(told, c.want) {
			t.Errorf("%s: %s", c.new, first)
		}
	}
	broken := strings.NewReplacer(`"provisioned"`, `1`, `"retention"`, `"retain"`, `"state"`, `"status"`, `"1h"`,
		`"h"`).Replace(whole)
	if got := strings.Count(readError(broken), "\n") + 1; got != 9 { // the periods of four runs too
		t.Errorf("%d: %s", got, readError(broken))
	}
}

// A million bad values are no million faults.
func TestFaultsAreCapped(t *testing.T) {
	for _, text := range []string{
		edited(t, "2,3,", strings.Repeat("-1,\n", 1_000_000)),
		"timestamp,incoming_bytes\n" + strings.Repeat("never,1\n", 1_000_000),
		"timestamp,incoming_bytes\n" + strings.Repeat("1\n", 1_000_000),
		`{"MetricDataResults": [{"Id": "incoming_bytes", "Timestamps": [` + strings.Repeat("-1,\n",
			1_000_000) + `1], "Values": []}]}`,
		"timestamp,incoming_bytes\n" + strings.Repeat("60,1\n60,2\n", 1000),
	} {
		_, _, err := Read("h", strings.NewReader(text))
		faults, ok := err.(input.Errors)
		if !ok || len(faults) != mostNotes || faults[0].Where.Line == 0 ||
			faults[mostNotes-1].Error() != "h: more is wrong than is told here" {
			t.Errorf("%d faults, %.200v", len(faults), err)
		}
	}
}

// A label and a file's name may look like a reference to an input; they are shown
// as they are.
func TestBracesOfOthers(t *testing.T) {
	const text = `{"MetricDataResults": [{"Id": "x", "Label": "{retention}", "Timestamps": [], "Values": []},
{"Id": "incoming_bytes", "Timestamps": ["2026-11-01T00:00:00Z"], "Values": [1], "StatusCode": "Complete"}]}`
	_, warnings, err := Read("{region}.json", strings.NewReader(text))
	if err != nil || len(warnings) == 0 {
		t.Fatal(err)
	}
	got := notice.Expand(warnings[0].Message, func(string) string { return "a flag" })
	if got != `{region}.json:1: result "x", labelled "{retention}", is of no known series and is left out.` {
		t.Error(got)
	}
}

// A notice that a file keeps is read with the severity of its kind, and its braces
// stay what they are.
func TestKeptNotice(t *testing.T) {
	h := complete()
	h.Warnings = []notice.Notice{notice.PermissionMissing("kinesis:ListShards", "the shards")}
	text := string(file(t, h))
	read, _ := readText(t, text)
	if diff := cmp.Diff(h.Warnings, read.Warnings); diff != "" {
		t.Error(diff)
	}
	read, _ = readText(t, strings.Replace(text, "the shards", "{retention}", 1))
	say := func(string) string { return "a flag" }
	if got := notice.Expand(read.Warnings[0].Message, say); !strings.HasSuffix(got, ": {retention}.") {
		t.Error(got)
	}
}
