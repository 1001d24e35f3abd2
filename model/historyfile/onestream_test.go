package historyfile

import (
	"strings"
	"testing"

	"github.com/kcalc/kcalc/model"
)

// The bytes of one stream and the records of another are refused, whatever the file; words that
// name no stream, consumers and shards are none.
func TestOneStream(t *testing.T) {
	csv := func(heads ...string) string { return "timestamp," + strings.Join(heads, ",") + "\n0,1,2\n60,1,2\n" }
	const where = `of another stream than "orders", which the file has before (allowed: a history of one stream: leave the other's out)`
	for text, want := range map[string]string{
		csv("orders IncomingBytes", "payments IncomingRecords"):             `h:1:32: column 3: "payments IncomingRecords": ` + where,
		csv("orders IncomingBytes (Sum)", "payments IncomingRecords (Sum)"): `h:1:38: column 3: "payments IncomingRecords": ` + where,
		`{"MetricDataResults":[{"Id":"m1","Label":"orders IncomingBytes","Timestamps":[0],"Values":[1]},{"Id":"m2","Label":"payments IncomingRecords","Timestamps":[0],"Values":[1]}]}`: `MetricDataResults[1]: "payments IncomingRecords": ` + where,
	} {
		if got := readError(text); !strings.Contains(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	for _, heads := range [][]string{
		{"orders IncomingBytes", "orders IncomingRecords"}, {"orders IncomingBytes", "IncomingRecords"},
		{"write IncomingBytes", "read GetRecords.Bytes"},
		{"orders IncomingBytes", "audit SubscribeToShardEvent.Bytes"},
		{"orders IncomingBytes", "shardId-000000000000 IncomingBytes"},
	} {
		if h, _ := readText(t, csv(heads...)); len(h.Series) != 2 {
			t.Errorf("%q: %d series", heads, len(h.Series))
		}
	}
}

// Queries of Datadog name a metric, and the statistic over time: averages, unless they are
// rolled up.
func TestDatadog(t *testing.T) {
	csv := func(head string) string {
		return "Timestamp," + head + "\n2026-11-02T00:00:00Z,7200\n2026-11-02T01:00:00Z,3600\n"
	}
	const average = "the statistic Average, from which the traffic does not follow"
	for _, head := range []string{"sum:aws.kinesis.incoming_bytes{streamname:orders}", "sum:aws.kinesis.incoming_bytes{*}.as_count()",
		"sum:aws.kinesis.incoming_bytes{*}.rollup(avg)"} {
		got := readError(csv(head))
		if !strings.Contains(got, average) || !strings.Contains(got, ".rollup(sum, SECONDS) in Datadog") {
			t.Errorf("%s: %q", head, got)
		}
	}
	for head, want := range map[string]model.SeriesID{
		`"sum:aws.kinesis.incoming_records{streamname:orders}.as_count().rollup(sum, 3600)"`: {Level: model.StreamLevel, Metric: model.IncomingRecords},
		`"sum:aws.kinesis.get_records_bytes{streamname:orders,env:prod}.rollup(sum)"`:        {Level: model.StreamLevel, Metric: model.GetRecordsBytes},
		`"max:aws.kinesis.get_records_iterator_age_milliseconds{*}.rollup(max, 60)"`:         {Level: model.StreamLevel, Metric: model.IteratorAge},
	} {
		h, _ := readText(t, csv(head))
		if len(h.Series) != 1 || h.Series[0].SeriesID != want {
			t.Errorf("%s: %v", head, h.Series)
		}
	}
}
