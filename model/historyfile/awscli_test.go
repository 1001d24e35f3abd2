package historyfile

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// What version 1 of the AWS CLI printed of a server's answer in two pages, with
// its default of seconds since 1970 and with cli_timestamp_format = iso8601,
// which is the default of version 2.
func TestPrintedByTheCLI(t *testing.T) {
	minutes := func(from int, values ...float64) []model.Run {
		return []model.Run{{Start: november.Add(time.Duration(from) * time.Minute), Period: unit.Duration(time.Minute),
			Values: values}}
	}
	want := &model.History{From: november, To: november.Add(8 * time.Minute), Series: []model.Series{
		{SeriesID: model.SeriesID{Level: model.StreamLevel, Metric: "IncomingBytes"},
			Runs: minutes(0, 0, 1.5e16, 123456789, 524288, 0, 1.5e16, 123456789, 524288)},
		{SeriesID: model.SeriesID{Level: model.StreamLevel, Metric: "IncomingRecords"},
			Runs: minutes(1, 3, 2, 1, model.MissingValue(), 3, 2, 1)},
		{SeriesID: model.SeriesID{Level: model.StreamLevel, Metric: "ReadProvisionedThroughputExceeded"}},
		{SeriesID: model.SeriesID{Level: model.ConsumerLevel, Metric: "SubscribeToShardEvent.Bytes", Owner: "audit"},
			Runs: minutes(0, 4, 3, 2, 1, 4, 3, 2, 1)},
	}}
	for _, name := range []string{"aws-cli-1.json", "aws-cli-iso8601.json"} {
		text, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		h, warnings := readText(t, string(text))
		if diff := cmp.Diff(want, h, sameBits); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		var told []string
		for _, w := range warnings {
			told = append(told, w.ID+" "+w.Message)
		}
		if diff := cmp.Diff([]string{
			`history-unknown-series h:59: result "latency", labelled "PutRecord.Latency", is of no known series and is left out.`,
			`history-message h:151: CloudWatch says ExampleCode: An example.`,
			`history-gaps h:26: incoming_records: 1 point is missing, at 2026-11-01T00:04:00Z.`,
			`history-gaps h:52: read_provisioned_throughput_exceeded: no point at all.`,
		}, told); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		returns(t, h)
	}
}

// result returns one result of IncomingBytes, in one line.
func result(times, values string) string {
	return `{"MetricDataResults": [{"Id": "incoming_bytes", "Timestamps": [` + times + `], "Values": [` + values + `]}]}`
}

func TestSeriesOf(t *testing.T) {
	for given, want := range map[[2]string]string{
		{"incoming_bytes", ""}:                                              "incoming_bytes",
		{"incomingBytes", "whatever I called it"}:                           "incoming_bytes",
		{"IncomingBytes", "IncomingRecords"}:                                "incoming_bytes", // the id goes before the label
		{"INCOMING_BYTES", "orders shardId-000000000007 IncomingBytes"}:     "incoming_bytes[shardId-000000000007]",
		{"getRecordsIteratorAgeMilliseconds", ""}:                           "get_records_iterator_age_milliseconds",
		{"m1", "IncomingBytes"}:                                             "incoming_bytes",
		{"m1", "orders IncomingBytes"}:                                      "incoming_bytes",
		{"m1", "incoming_bytes"}:                                            "incoming_bytes",
		{"m1", "GetRecords.Bytes"}:                                          "get_records_bytes",
		{"m1", "shardId-000000000007 IncomingBytes"}:                        "incoming_bytes[shardId-000000000007]",
		{"m1", "IncomingBytes[shardId-000000000007]"}:                       "incoming_bytes[shardId-000000000007]",
		{"m1", "orders shardId-000000000007 IteratorAgeMilliseconds"}:       "iterator_age_milliseconds[shardId-000000000007]",
		{"m1", "orders audit SubscribeToShardEvent.Bytes"}:                  "subscribe_to_shard_event_bytes[audit]",
		{"m1", "SubscribeToShardEvent.MillisBehindLatest[audit]"}:           "subscribe_to_shard_event_millis_behind_latest[audit]",
		{"subscribeToShardEventBytes", "audit SubscribeToShardEvent.Bytes"}: "subscribe_to_shard_event_bytes[audit]",
		{"m1", "index Duration"}:                                            "lambda_duration[index]",
		{"lambda_errors", "index Errors"}:                                   "lambda_errors[index]",
		{"subscribeToShardEventBytes", "Bytes of audit"}:                    "", // of whom?
		{"m1", "SubscribeToShardEvent.Bytes"}:                               "",
		{"m1", "OutgoingBytes"}:                                             "",
		{"m1", "orders OutgoingBytes"}:                                      "", // not the id of a shard
		{"m1", "IncomingBytes Sum"}:                                         "",
		{"m1", "IncomingBytes[shardId-000000000007"}:                        "",
		{"m1", "IncomingBytes["}:                                            "",
		{"m1", "IncomingBytes]"}:                                            "",
		{"m1", "IncomingBytes[a b]"}:                                        "",
		{"m1", ""}:                                                          "",
		{"", ""}:                                                            "",
	} {
		id, ok := seriesOf(given[0], given[1])
		if ok != (want != "") || ok && id.String() != want {
			t.Errorf("%q: %v, %s, want %s", given, ok, id, want)
		}
	}
}

// Times come in any order of zones and with keys in any order; newest first is
// as good as oldest first, a mixture is told.
func TestCLITimes(t *testing.T) {
	want := []model.Run{{Start: november, Period: unit.Duration(time.Minute), Values: []float64{1, 2, 3}}}
	for text, told := range map[string]string{
		result(`"2026-11-01T00:00:00Z", "2026-11-01T00:01:00Z", "2026-11-01T00:02:00Z"`,
			"1, 2, 3"): "",
		result(`"2026-11-01T00:02:00Z", "2026-11-01T00:01:00Z", "2026-11-01T00:00:00Z"`,
			"3, 2, 1"): "",
		result(`"2026-11-01T01:00:00+01:00", "2026-10-31T20:01:00-04:00", "2026-11-01T00:02:00.000Z"`,
			"1, 2, 3"): "",
		result(`"2026-11-01T00:00:00\u002b00:00", 1793491260, 1793491320.0`,
			"1, 2, 3"): "",
		result(`"2026-11-01T00:02:00Z", "2026-11-01T00:00:00Z", "2026-11-01T00:01:00Z"`,
			"3, 1, 2"): "h:1: incoming_bytes: not in the order of time, from 2026-11-01T00:01:00Z on; sorted.",
		result("\"2026-11-01T00:00:00Z\",\n\"2026-11-01T00:02:00Z\",\n\"2026-11-01T00:01:00Z\"",
			"1, 3, 2"): "h:3: incoming_bytes: not in the order of time, from 2026-11-01T00:01:00Z on; sorted.",
		result("\"2026-11-01T00:00:00Z\",\n\"2026-11-01T00:01:00Z\",\n\"2026-11-01T00:01:00Z\",\"2026-11-01T00:02:00Z\"", "1, 2, 2, 3"):                                                                        "h:3: incoming_bytes: 1 time given twice with the same values, the first 2026-11-01T00:01:00Z.",
		`{"Messages": [], "MetricDataResults": [{"Values": [3, 2, 1], "New": {"a": [1]}, "StatusCode": "Complete", "Timestamps": [1793491320, 1793491260, 1793491200], "Id": "incoming_bytes"}], "New": null}`: "",
		`{"MetricDataResults": [{"Id": "incoming_bytes", "Timestamps": [1793491320, 1793491260], "Values": [3, 2]}, {"Id": "incoming_bytes", "Timestamps": [1793491200], "Values": [1]}]}`:                     "",
	} {
		h, warnings := readText(t, text)
		if diff := cmp.Diff(want, h.Series[0].Runs); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
		if told == "" && len(warnings) > 0 || told != "" && (len(warnings) != 1 || warnings[0].Message != told) {
			t.Errorf("%s: %v", text, warnings)
		}
	}
}

// Series have windows of their own, and one that is too sparse to tell its period
// has that of the others.
func TestSeriesSideBySide(t *testing.T) {
	times := func(from, step, n int) string {
		var list []string
		for i := range n {
			list = append(list, fmt.Sprint(from+i*step))
		}
		return strings.Join(list, ",")
	}
	for _, order := range [][]int{{0, 1, 2}, {2, 1, 0}, {1, 0, 2}} {
		results := []string{
			`{"Id": "incoming_bytes", "Timestamps": [` + times(6000, 60, 100) + `], "Values": [` + times(0, 1,
				100) + `]}`,
			`{"Id": "incoming_records", "Timestamps": [` + times(0, 300, 20) + `], "Values": [` + times(0, 1,
				20) + `]}`,
			`{"Id": "get_records_bytes", "Timestamps": [6300, 6600, 6900, 7500], "Values": [1, 1, 1, 1]}`,
		}
		h, warnings := readText(t,
			`{"MetricDataResults": [`+results[order[0]]+","+results[order[1]]+","+results[order[2]]+`]}`)
		var periods []string
		for _, s := range h.Series {
			periods = append(periods, s.Runs[0].Period.String())
		}
		if got := strings.Join(periods, " "); got != "1m 5m 1m" || len(warnings) != 1 {
			t.Errorf("%s, %v", got, warnings)
		}
		if !h.From.Equal(utc(0)) || !h.To.Equal(utc(12_000*second)) {
			t.Errorf("%s to %s", h.From, h.To)
		}
	}
}

func TestCLIFaults(t *testing.T) {
	const times = `"2026-11-01T00:00:00Z", "2026-11-01T00:01:00Z"`
	for text, want := range map[string]string{
		result(times, "1"):         `h:1:24: MetricDataResults[0]: "incoming_bytes": 2 timestamps and 1 value (allowed: one value of each timestamp)`,
		result(times, "1, 2, 3"):   `h:1:24: MetricDataResults[0]: "incoming_bytes": 2 timestamps and 3 values`,
		result(times, "1, -2"):     `h:1:127: MetricDataResults[0].Values: "-2": negative`,
		result(times, "1, null"):   `h:1:127: MetricDataResults[0].Values: null is not what belongs here (allowed: a number that is not negative)`,
		result(times, `1, "2"`):    `h:1:127: MetricDataResults[0].Values: a text is not what belongs here`,
		result(times, `1, 1e309`):  `h:1:127: MetricDataResults[0].Values: "1e309": too large`,
		result(`"yesterday"`, `1`): `h:1:64: MetricDataResults[0].Timestamps: "yesterday": not a time of a history (allowed: ` + momentAllowed,
		result(`-1`, `1`):          `h:1:64: MetricDataResults[0].Timestamps: "-1": not a time of a history`,
		result(`{"a": 1}`, ``):     `h:1:64: MetricDataResults[0].Timestamps: an object is not what belongs here`,
		result(`1793491200, 1793491200`,
			`1, 2`): `h:1:1: incoming_bytes: "2026-11-01T00:00:00Z": there twice with different values, 2 here and 1 in line 1 (allowed: one value of a time)`,
		result("1793491200,\n1793491260,\n1793491319,\n1793491380",
			`1, 2, 3, 4`): `h:3:1: incoming_bytes: "2026-11-01T00:01:59Z": not on the grid of the times around it (allowed: times every 1m, such as 2026-11-01T00:01:00Z)`,
		`{"MetricDataResults": [{"Id": "incoming_bytes", "Timestamps": []}]}`: `h:1:24: MetricDataResults[0].Values: missing`,
		`{"MetricDataResults": {}}`: `h:1:23: MetricDataResults: an object is not what belongs here (allowed: an array of results)`,
		`{"MetricDataResults": []}`: `h:1:1: MetricDataResults: no result is of a series that is known (allowed: an Id such as incoming_bytes, or a Label such as`,
		`{"Messages": []}`:          `h:1:1: MetricDataResults: missing`,
		`{"MetricDataResults": [{"Id": "m1", "Timestamps": [0], "Values": [-1]}, {"Id": "m2", "Timestamps": [], "Values": []}]}`:                                                                 `h:1:1: MetricDataResults: "m1, m2": no result is of a series that is known`,
		`{"MetricDataResults": [{"Id": "incoming_bytes", "Timestamps": [], "Values": []}]}`:                                                                                                      `h:1:1: no point at all (allowed: a time and a value at least)`,
		`{"MetricDataResults": [{"Id": "m1", "Label": "IncomingBytes", "Timestamps": [0], "Values": [1]},` + "\n" + `{"Id": "m2", "Label": "IncomingBytes", "Timestamps": [0], "Values": [5]}]}`: `h:2:8: MetricDataResults: "m2": a second query of incoming_bytes, after "m1" (allowed: one query of a series; a history has one statistic of a metric)`,
		result(times, "1, 2") + "{}": `h:1:132: something follows the history`,
		result(times, "1, 2")[:100]:  `h:1:88: cut short: the JSON ends early`,
	} {
		refused(t, text, want)
	}
}

// A query whose last page says that it is the last is whole, whatever the first
// one said.
func TestIncompleteResults(t *testing.T) {
	page := func(code string) string {
		return `{"Id": "incoming_bytes", "Timestamps": [0, 60, 120], "Values": [1, 1, 1], "StatusCode": "` + code + `", "Messages": [{"Code": "a", "Value": "b"}]}`
	}
	for codes, want := range map[string]int{"Complete": 0, "PartialData": 1, "InternalError": 1,
		"PartialData,Complete": 0, "Complete,Forbidden": 1} {
		var pages []string
		for code := range strings.SplitSeq(codes, ",") {
			pages = append(pages, page(code))
		}
		_, warnings := readText(t, `{"MetricDataResults": [`+strings.Join(pages, ",\n")+`]}`)
		found := 0
		for _, w := range warnings {
			if w.ID == "history-incomplete" {
				found++
			}
		}
		if found != want || warnings[0].Message != "h:1: CloudWatch says a: b." {
			t.Errorf("%s: %v", codes, warnings)
		}
	}
	_, warnings := readText(t, `{"MetricDataResults": [`+page("\\u001b[2J")+`]}`)
	if got := warnings[1].Message; got != `h:1: result "incoming_bytes" is not whole: ?[2J.` {
		t.Error(got)
	}
}
