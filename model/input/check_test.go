package input

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/model"
)

// rule is a draft and all that is wrong with it.
type rule struct {
	lines string
	want  []string
}

func (r rule) check(t *testing.T, d Declaration) {
	t.Helper()
	if diff := cmp.Diff(r.want, errorLines(t, d)); diff != "" {
		t.Errorf("%s: %s", r.lines, diff)
	}
}

// Each number has a range, whose ends belong to it or not, as they do here.
func TestRanges(t *testing.T) {
	const (
		size     = "1 B to 10 MiB; a bare number is bytes"
		rates    = "records/s such as 10000, 10k, 600/min or 1B/day, or a bandwidth such as 50MiB/s, 2TB/day or 80Mbit/s; at most 1e12 records/s"
		speed    = speedAllowed
		duration = "a duration above 0 with a unit, such as 10s, 1h30m, 7d or 2w; at most 3650d"
		count    = "a whole number from 1 to 1000000"
		share    = "above 0, at most 1 or 100%"
	)
	for key, c := range map[string]struct {
		allowed  string
		yes, out []string
	}{
		"producer.record_size": {size, []string{"1", "10MiB"}, []string{"0", "0.9", "10485761"}},
		"producer.partition_key_size": {"0 B to 1 KiB; a bare number is bytes", []string{"0", "1KiB"},
			[]string{"1025B"}},
		"producer.average": {rates, []string{"0"}, []string{"1000001M"}},
		"producer.peak": {rates, []string{"10k", "1000000M"},
			[]string{"1000001M", "1e100GiB/s"}},
		"producer.aggregation.producers": {count, []string{"1", "1000000"}, []string{"0", "1000001"}},
		"producer.aggregation.buffer":    {duration, []string{"1ns", "3650d"}, []string{"0s", "3650d1s"}},
		"producer.aggregation.max_size": {"64 B to 10 MiB", []string{"64", "10MiB"},
			[]string{"63", "10485761"}},
		"producer.skew": {"a number from 1 to 10000", []string{"1", "10000"},
			[]string{"0.9", "10001"}},
		"producer.burst": {"a number from 1 to 60", []string{"1", "60"},
			[]string{"0.999", "61"}},
		"producer.compression": {"a number above 1, at most 100", []string{"1.01", "100"},
			[]string{"1", "0", "101"}},
		"retention": {"24h to 365d", []string{"24h", "365d"},
			[]string{"23h59m", "365d1s"}},
		"target_utilization": {"1% to 100%, or 0.01 to 1", []string{"1%", "100%", "0.01"},
			[]string{"0", "0%", "1e-400", "1e-300", "0.99%", "0.0099", "101%", "80"}}, // 80 is no percentage
		"horizon":    {"1d to 365d", []string{"1d", "365d"}, []string{"23h", "365d1s"}},
		"confidence": {"50% to 99%, or 0.5 to 0.99", []string{"50%", "0.99"}, []string{"49%", "0.991", "80"}},
		"growth": {"a share per day, week, month or year, such as 5%/week; at most 1000% a week",
			[]string{"0%/week", "1000%/week", "10%/month", "0.2/year", "1%/d"}, []string{"1001%/week", "50%/day"}},
		"current_shards": {count, []string{"1", "1000000"}, []string{"0", "1000001"}},
		"consumers.0.speed": {speed, []string{"0.000001", "1000000M"},
			[]string{"0", "0.0000009"}},
		"consumers.0.total_speed": {speed, []string{"0.000001", "1000000M"}, []string{"0", "0.0000009"}},
		"consumers.0.per_record":  {duration, []string{"1ns", "3650d"}, []string{"0s"}},
		"consumers.0.workers":     {"a whole number from 1 to 100000", []string{"1", "100000"}, []string{"0", "100001"}},
		"consumers.0.filter":      {"above 0, at most 1 or 100%", []string{"1e-9", "1", "100%"}, []string{"0", "101%"}},
		"consumers.0.latency":     {"any, or " + duration, []string{"any", "1ns", "3650d"}, []string{"0s", "0.1ns"}},
		"consumers.0.backlog": {"a number of records above 0, such as 36000000, 36M or 2G; at most 1e18",
			[]string{"1", "36M", "1000000000G", "5 records"}, []string{"0", "1000000001G"}},
		"consumers.0.behind":    {duration, []string{"1s"}, []string{"0s"}},
		"consumers.0.outage":    {duration, []string{"1s"}, []string{"0s"}},
		"consumers.0.reprocess": {duration, []string{"1s"}, []string{"0s"}},
		"consumers.0.poll_interval": {"10ms to 1h", []string{"10ms", "100ms", "1h"},
			[]string{"9ms", "61m"}},
		"consumers.1.lambda.batch_size": {"a whole number from 1 to 10000", []string{"1", "10000"},
			[]string{"0", "10001"}},
		"consumers.1.lambda.duration": {runAllowed, []string{"1ms", "15m"},
			[]string{"0s", "90m1s"}},
		"consumers.1.lambda.timeout":         {runAllowed, []string{"1s", "15m"}, []string{"0s", "90m1s"}},
		"consumers.1.lambda.batching_window": {"a duration above 0 with a unit, at most 5m", []string{"1s", "5m"}, []string{"0s", "301s"}},
		"consumers.1.lambda.reserved_concurrency": {"a whole number from 1 to 1000000", []string{"1", "1000000"},
			[]string{"0", "1000001"}},
		"consumers.1.lambda.retries": {"a whole number from 0 to 10000, or -1", []string{"-1", "0", "10000"},
			[]string{"-2", "10001"}},
		"consumers.1.lambda.max_record_age": {"60s to 7d", []string{"1m", "7d"}, []string{"59s", "7d1s"}},
		"account.lambda_concurrency":        {count, []string{"1", "1000000"}, []string{"0", "1000001"}},
		"account.lambda_used":               {"a whole number from 0 to 1000000", []string{"0", "1000000"}, []string{"1000001"}},
		"producer.aggregation.max_count": {"a whole number from 1 to 4294967295", []string{"1", "4294967295"},
			[]string{"0", "4294967296"}},
		"consumers.1.lambda.parallelization_factor": {"a whole number from 1 to 10", []string{"1", "10"},
			[]string{"0", "11"}},
	} {
		lines := least + "producer.aggregation= consumers.0.name=a consumers.0.latency=1m consumers.1.name=b " +
			"consumers.1.lambda.batch_size=5 consumers.1.lambda.duration=1s "
		path := strings.NewReplacer("consumers.0", "consumers.a", "consumers.1", "consumers.b").Replace(key)
		for _, text := range c.yes {
			rule{key + "=" + text, nil}.check(t, fileOf(lines+key+"="+text))
		}
		for _, text := range c.out {
			rule{key + "=" + text,
				[]string{
					"w.yaml:9:1: " + path + `: "` + text + `": out of range (allowed: ` + c.allowed + ")",
				}}.check(t, fileOf(lines+key+"="+text))
		}
	}
}

// An event is known as a whole, or not at all.
func TestRulesOfEvents(t *testing.T) {
	for lines, want := range map[string][]string{
		"event.factor=3 event.from=2026-11-27 event.for=2d": nil,
		"event.factor=3": {`w.yaml:9:1: event.factor: "3": an event needs event.from (allowed: with event.from)`},
		"event.from=2026-11-27 event.for=1h": {
			`w.yaml:9:1: event.from: "2026-11-27": an event needs event.factor (allowed: with event.factor)`},
		"event.factor=0.5 event.from=2026-11-27 event.for=1h": {
			`w.yaml:9:1: event.factor: "0.5": out of range (allowed: a number from 1 to 1000)`},
		"event.factor=2 event.from=soon event.for=1h": {
			`w.yaml:10:1: event.from: "soon": not a time (allowed: a date or a time such as 2026-11-27 or 2026-11-27T18:00)`},
		"event.factor=2 event.from=2026-11-27 event.for=0s": {
			`w.yaml:11:1: event.for: "0s": out of range (allowed: a duration above 0 with a unit, such as 10s, 1h30m, 7d or 2w; at most 3650d)`},
	} {
		rule{lines, want}.check(t, fileOf(least+"producer.aggregation= a=1 b=1 c=1 d=1 e=1 "+lines))
	}
}

// What is not there, or not two of what there is.
func TestRulesOfTheProducer(t *testing.T) {
	const sizes = "sizes.0.size=1KiB sizes.0.share="
	for _, r := range []rule{
		{"", []string{
			"producer.average: missing, as is producer.peak (allowed: one of the two or both)",
		}},
		{"producer.record_size=1 sizes.0.size=1 sizes.0.share=1 producer.average=1", []string{
			`w.yaml:1:1: producer.record_size: "1": given besides record_sizes (allowed: one of the two)`,
		}},
		{sizes + "50% producer.average=1", []string{
			`w.yaml:1:1: producer.record_sizes: "50%": the shares do not add up to 100% (allowed: shares that add up to 1 or 100%)`,
		}},
		{sizes + "80% sizes.1.size=1 sizes.1.share=0.3 producer.average=1", []string{
			`w.yaml:1:1: producer.record_sizes: "110%": the shares do not add up to 100% (allowed: shares that add up to 1 or 100%)`,
		}},
		{ // 99.99% is not called 100%, of which nobody sees what is wrong with it
			sizes + "33.33% sizes.1.size=1 sizes.1.share=33.33% sizes.2.size=2 sizes.2.share=33.33% producer.average=1", []string{
				`w.yaml:1:1: producer.record_sizes: "99.99%": the shares do not add up to 100% (allowed: shares that add up to 1 or 100%)`,
			}},
		{"sizes.0.size=1KiB sizes.1.share=0 producer.average=1", []string{ // and not: they do not add up
			"w.yaml:1:1: producer.record_sizes[0].share: missing (allowed: above 0, at most 1 or 100%)",
			"w.yaml:2:1: producer.record_sizes[1].size: missing (allowed: 1 B to 10 MiB; a bare number is bytes)",
			`w.yaml:2:1: producer.record_sizes[1].share: "0": out of range (allowed: above 0, at most 1 or 100%)`,
		}},
		{"producer.record_size=10MiB producer.partition_key_size=1 producer.average=1", []string{
			`w.yaml:1:1: producer.record_size: "10MiB": with its partition key of 1 B larger than a record can be (allowed: 10 MiB together)`,
		}},
		{ // the largest is too large, and not the first
			"sizes.0.size=1KiB sizes.0.share=50% sizes.1.size=10MiB sizes.1.share=50% producer.partition_key_size=36 " +
				"producer.average=1", []string{
				`w.yaml:3:1: producer.record_sizes[1].size: "10MiB": with its partition key of 36 B larger than a record can be (allowed: 10 MiB together)`,
			}},
		{"producer.record_size=1 producer.average=10k producer.peak=9999", []string{
			`w.yaml:3:1: producer.peak: "9999": below the average of 10k (allowed: the average or more)`,
		}},
		{"producer.record_size=1 producer.peak=10 producer.surge.throughput=9.9 producer.surge.duration=1s", []string{
			`w.yaml:3:1: producer.surge.throughput: "9.9": below the peak of 10 records/s (allowed: the peak or more)`,
		}},
		{"producer.record_size=1 producer.peak=10 producer.surge.throughput=10 producer.surge.duration=1s", nil},
		{"producer.record_size=1 producer.peak=10 producer.surge.throughput=20", []string{
			`w.yaml:3:1: producer.surge.throughput: "20": a surge needs its duration (allowed: with producer.surge.duration)`,
		}},
		{"producer.record_size=1 producer.peak=10 producer.surge.duration=1s", []string{
			`w.yaml:3:1: producer.surge.duration: "1s": a surge needs its throughput (allowed: with producer.surge.throughput)`,
		}},
		{ // a surge of nothing is none; and a file of it would have no throughput
			"producer.record_size=1 producer.peak=0 producer.surge.throughput=0 producer.surge.duration=1s", []string{
				`w.yaml:3:1: producer.surge.throughput: "0": out of range (allowed: above 0; records/s such as 10000, 10k, 600/min or 1B/day, or a bandwidth such as 50MiB/s, 2TB/day or 80Mbit/s; at most 1e12 records/s)`,
			}},
	} {
		r.check(t, fileOf(r.lines))
	}
}

func TestRulesOfAConsumer(t *testing.T) {
	for _, r := range []rule{
		{"outage=1h", []string{`w.yaml:4:1: consumers.a.outage: "1h": no time is given to catch up in (allowed: with catch_up or latency)`}},
		{"reprocess=1h", []string{`w.yaml:4:1: consumers.a.reprocess: "1h": no time is given to catch up in (allowed: with catch_up or latency)`}},
		{"outage=1h latency=1m", nil},
		{"outage=1h reprocess=1h catch_up=1m", nil},
		{"catch_up=1m", nil}, // for the incidents of a replay
		{"latency_bound=delay",
			[]string{`w.yaml:4:1: consumers.a.latency_bound: "delay": there is no latency to bound (allowed: with latency)`}},
		{"latency_bound=recovery", nil}, // the default, which is written for a consumer without latency
		{"speed=1k lambda.batch_size=5 lambda.duration=1s", []string{
			`w.yaml:4:1: consumers.a.speed: "1k": given besides a Lambda function, whose batch size and duration make the speed (allowed: one of the two)`,
		}},
		{"lambda.batch_size=5", nil}, // its speed is not known
		{"lambda.duration=5s", nil},  // of a batch of 100
		{"lambda.parallelization_factor=5", nil},
		{"lambda.duration=16m", []string{`w.yaml:4:1: consumers.a.lambda.duration: "16m": longer than Lambda lets a function run (allowed: at most 15m; 1h30m with lambda.managed_instances: true)`}},
		{"lambda.duration=16m lambda.managed_instances=true", nil},
		{"lambda.timeout=15m lambda.duration=14m", nil},
		{"lambda.timeout=1m lambda.duration=61s", []string{`w.yaml:4:1: consumers.a.lambda.timeout: "1m": shorter than the duration of 1m1s: each invocation would be ended and fail (allowed: the duration or more)`}},
		{"lambda.batching_window=1.5s", []string{`w.yaml:4:1: consumers.a.lambda.batching_window: "1.5s": not whole seconds, which Lambda counts (allowed: 1s to 5m)`}},
		{"lambda.bisect=yes", []string{`w.yaml:4:1: consumers.a.lambda.bisect: "yes": neither true nor false (allowed: true or false)`}},
		{"lambda.on_failure=dlq", []string{`w.yaml:4:1: consumers.a.lambda.on_failure: "dlq": neither sqs nor sns nor s3 nor kafka (allowed: sqs, sns, s3 or kafka)`}},
		{"lambda.retries=1.5", []string{`w.yaml:4:1: consumers.a.lambda.retries: "1.5": not a whole number (allowed: a whole number from 0 to 10000, or -1)`}},
		{"threads=4", []string{`w.yaml:4:1: consumers.a.threads: "4": how long a thread takes for a record is missing (allowed: with per_record)`}},
		{"threads=4 per_record=1ms", nil},
		{"speed=5 per_record=1ms", []string{`w.yaml:4:1: consumers.a.speed: "5": given besides per_record, which makes the speed (allowed: one of the two)`}},
		{"speed=5 total_speed=7", nil}, // both bound it
		{"workers=2 lambda.duration=1s", []string{`w.yaml:4:1: consumers.a.workers: "2": given besides a Lambda function, whose batch size and duration make the speed (allowed: one of the two)`}},
		{"backlog=5 latency=1m", nil},
		{"backlog=5", []string{`w.yaml:4:1: consumers.a.backlog: "5": no time is given to catch up in (allowed: with catch_up or latency)`}},
		{"behind=5h", []string{`w.yaml:4:1: consumers.a.behind: "5h": no time is given to catch up in (allowed: with catch_up or latency)`}},
		{"behind=5h latency=any", []string{`w.yaml:4:1: consumers.a.behind: "5h": no time is given to catch up in (allowed: with catch_up or latency)`}},
		{"behind=5h backlog=5 catch_up=1h", []string{`w.yaml:4:1: consumers.a.behind: "5h": given besides backlog (allowed: one of the two)`}},
		{"backlog=5T catch_up=1h", []string{`w.yaml:4:1: consumers.a.backlog: "5T": unknown unit "T": a number of records such as 36000000, 36M or 2G (allowed: a number of records above 0, such as 36000000, 36M or 2G; at most 1e18)`}},
		{"latency=never", []string{`w.yaml:4:1: consumers.a.latency: "never": not a decimal number (allowed: any, or a duration above 0 with a unit, such as 10s, 1h30m, 7d or 2w; at most 3650d)`}},
		{"latency=any latency_bound=delay", []string{`w.yaml:5:1: consumers.a.latency_bound: "delay": there is no latency to bound (allowed: with latency)`}},
		{"type=polling", []string{
			`w.yaml:4:1: consumers.a.type: "polling": neither standard nor enhanced-fan-out nor efo (allowed: standard, enhanced-fan-out or efo)`,
		}},
		{"speed=1MiB/s", nil},
	} {
		lines := least + "consumers.0.name=a"
		for line := range strings.FieldsSeq(r.lines) {
			lines += " consumers.0." + line
		}
		r.check(t, fileOf(lines))
	}
}

func TestNamesOfConsumers(t *testing.T) {
	const allowed = " (allowed: 1 to 128 of A-Z a-z 0-9 _ . -, each name once)"
	for _, r := range []rule{
		{"consumers.0.speed=5", []string{"w.yaml:3:1: consumers[0].name: missing" + allowed}},
		{"consumers.0.name=a/b", []string{`w.yaml:3:1: consumers[0].name: "a/b": not a name` + allowed}},
		{"consumers.0.name=a consumers.1.name=b consumers.2.name=a", []string{
			`w.yaml:5:1: consumers[2].name: "a": a second consumer of this name (allowed: each name once)`,
		}},
		{"consumers.0.name=a consumers.1.name=A", nil},
		{"consumers.0.name=a consumers.0.outage=1h consumers.0.latency=1m consumers.1.name=a.outage " +
			"consumers.1.latency=1m", []string{
			`w.yaml:3:1: consumers.a.name: "a": its outage and the latency of a.outage would both be called acceptable-latency.a.outage (allowed: another name for one of the two)`,
		}},
		{"consumers.0.name=a.reprocess consumers.0.latency=1m consumers.1.name=a consumers.1.reprocess=1h " +
			"consumers.1.catch_up=1m", []string{
			`w.yaml:5:1: consumers.a.name: "a": its reprocess and the latency of a.reprocess would both be called acceptable-latency.a.reprocess (allowed: another name for one of the two)`,
		}},
		{"consumers.0.name=a consumers.0.outage=1h consumers.0.latency=1m consumers.1.name=a.outage",
			nil}, // no latency, no id
	} {
		r.check(t, fileOf(least+r.lines))
	}
}

// The same names twice are the same lines in the same order.
func TestFaultsHaveOneOrder(t *testing.T) {
	d := fileOf(least + "consumers.0.name=a consumers.0.outage=1h consumers.0.reprocess=1h consumers.0.latency=1m " +
		"consumers.1.name=a.outage consumers.1.latency=1m consumers.2.name=a.reprocess consumers.2.latency=1m")
	first := errorLines(t, d)
	if len(first) != 2 {
		t.Fatalf("%q", first)
	}
	for range 100 {
		if got := errorLines(t, d); !slices.Equal(got, first) {
			t.Fatalf("%q\nand then %q", first, got)
		}
	}
}

func TestWordsOfTheWorkload(t *testing.T) {
	rule{"words", []string{
		`w.yaml:3:1: stream: "a/b": not a name (allowed: 1 to 128 of A-Z a-z 0-9 _ . -)`,
		`w.yaml:4:1: region: "Frankfurt": not the code of a Region (allowed: the code of a Region such as us-east-1)`,
		`w.yaml:5:1: size_reads_for: "surge": neither peak nor average (allowed: peak or average)`,
		`w.yaml:6:1: retention: empty (allowed: 24h to 365d)`,
		`w.yaml:7:1: producer.skew: "1?": white space around the value (allowed: a number from 1 to 10000)`,
	}}.check(t, wordsOfTheWorkload())
}

func wordsOfTheWorkload() Declaration {
	d := fileOf(least + "stream=a/b region=Frankfurt size_reads_for=surge retention=")
	d.Settings["producer.skew"] = Setting{Text: "1\t", Source: model.File, Where: Position{"w.yaml", 7, 1}}
	return d
}

// All that is wrong is told at once, of all layers: what a file has in the
// order of its lines, then what flags have.
func TestAllFaultsAtOnce(t *testing.T) {
	file := fileOf("retention=1h producer.average=-1 consumers.0.name=a consumers.0.speed=0 " +
		"consumers.0.poll_interval=2h producer.record_size=1")
	file.Errors = Errors{{Path: "producr", Where: Position{"w.yaml", 2, 9}, Value: "producr", Problem: "unknown key"}}
	flags := flagsOf("producer.skew=0 consumers.0.name=b consumers.0.latency=10")
	rule{"all", []string{
		`w.yaml:1:1: retention: "1h": out of range (allowed: 24h to 365d)`,
		`w.yaml:2:1: producer.average: "-1": negative, or not a number (allowed: records/s such as 10000, 10k, 600/min or 1B/day, or a bandwidth such as 50MiB/s, 2TB/day or 80Mbit/s; at most 1e12 records/s)`,
		`w.yaml:2:9: producr: "producr": unknown key`,
		`w.yaml:4:1: consumers.a.speed: "0": out of range (allowed: records/s such as 1000 or 10k, or a bandwidth such as 400KB/s; from 0.000001 to 1e12 records/s)`,
		`w.yaml:5:1: consumers.a.poll_interval: "2h": out of range (allowed: 10ms to 1h)`,
		`--producer.skew: producer.skew: "0": out of range (allowed: a number from 1 to 10000)`,
		`--latency: consumers.b.latency: "10": a duration needs a unit: ms, s, m, h, d or w (allowed: any, or a duration above 0 with a unit, such as 10s, 1h30m, 7d or 2w; at most 3650d)`,
	}}.check(t, over(file, flags))
}

// What follows from a fault is not told again: only the first of each of these
// is wrong.
func TestFaultsDoNotCascade(t *testing.T) {
	for _, lines := range []string{
		"producer.record_size=x producer.average=1MiB/s producer.peak=2MiB/s", // not missing, and no bandwidth without one
		"producer.record_size=1e-300 producer.average=1MiB/s",                 // nor an average out of range
		"sizes.0.size=x sizes.0.share=50% producer.average=1MiB/s",            // nor a sum of half the shares
		"sizes.0.share=x sizes.0.size=1 producer.average=1MiB/s",
		"producer.average=x producer.record_size=1",                                                        // not missing
		"producer.average=x producer.record_size=1 producer.surge.throughput=1 producer.surge.duration=1s", // no peak to be below
		"producer.peak=x producer.average=5 producer.record_size=1",                                        // not below the average
		"producer.average=1e13 producer.peak=5 producer.record_size=1",                                     // nor below a wrong one
		"producer.peak=1e13 producer.record_size=1 producer.surge.throughput=1 producer.surge.duration=1s", // nor a wrong one to be below
		"producer.surge.throughput=x producer.surge.duration=1s " + least,
		"producer.surge.duration=x producer.surge.throughput=10M " + least,
		"producer.partition_key_size=2KiB producer.record_size=10MiB producer.average=1", // too large, but not together
		"producer.record_size=11MiB producer.partition_key_size=1KiB producer.average=1",
		"consumers.0.catch_up=x consumers.0.name=a consumers.0.outage=1h " + least,
		"consumers.0.latency=x consumers.0.name=a consumers.0.outage=1h consumers.0.latency_bound=delay " + least,
		"consumers.0.outage=x consumers.0.name=a consumers.0.catch_up=1h " + least,
		"consumers.0.lambda.batch_size=x consumers.0.name=a consumers.0.lambda.duration=1s " + least,
		"consumers.0.lambda.duration=x consumers.0.name=a consumers.0.lambda.batch_size=1 " + least,
	} {
		if got := errorLines(t, fileOf(lines)); len(got) != 1 || !strings.HasPrefix(got[0], "w.yaml:1:1: ") {
			t.Errorf("%s: %q", lines, got)
		}
	}
}

// A bandwidth cannot be divided by a record size that is missing, nor can records be
// packed; that it is missing says all. What counts records alone does without.
func TestWithoutRecordSize(t *testing.T) {
	for lines, why := range map[string]string{
		"producer.average=1MiB/s producer.peak=2MiB/s":            "a bandwidth is divided by it",
		"producer.average=80Mbit/s":                               "a bandwidth is divided by it",
		"producer.average=5 producer.aggregation.producers=2":     "how many records an aggregate takes depends on it",
		"producer.average=1TB/d producer.aggregation.producers=2": "a bandwidth is divided by it",
	} {
		rule{lines, []string{"producer.record_size: missing: " + why + " (allowed: 1 B to 10 MiB)"}}.check(t, fileOf(lines))
	}
	w, inputs := resolved(t, fileOf("producer.average=40k"))
	if w.Producer.RecordSize != 0 || w.Producer.Peak != 40_000 {
		t.Errorf("%+v", w.Producer)
	}
	for _, in := range inputs {
		if in.Name == "producer.record_size" {
			t.Errorf("%+v", in)
		}
	}
}

// A bandwidth that is none is called one, and not a throughput with an odd unit.
func TestBandwidthTooLarge(t *testing.T) {
	for text, problem := range map[string]string{"1e400MiB/s": "too large",
		"1EiB/s": `unknown unit "EiB/s": records/s such as`} {
		got := errorLines(t, fileOf("producer.record_size=1 producer.average="+text))
		if want := `w.yaml:2:1: producer.average: "` + text + `": ` + problem + " "; len(got) != 1 ||
			!strings.HasPrefix(got[0], want) {
			t.Errorf("%q, want %s…", got, want)
		}
	}
}

// A fault without a path, such as a file that is no YAML, hides what is missing
// for that reason.
func TestUnreadableLayerHidesTheRest(t *testing.T) {
	d := Declaration{Errors: Errors{{Where: Position{Name: "w.yaml"}, Problem: "not YAML"}}}
	rule{"unreadable", []string{"w.yaml: not YAML"}}.check(t, over(d, flagsOf("producer.skew=0")))
}

// A fault is one line, whatever another's file has in it, and cannot steer the
// terminal.
func TestFaultIsOnePlainLine(t *testing.T) {
	for _, c := range []struct {
		fault Error
		want  string
	}{
		{Error{Path: "a\x1b[31m\nb", Problem: "unknown key"}, "a?[31m?b: unknown key"},
		{Error{Path: "a", Value: "\x1b[2J\u009b\x7f", Problem: "wrong"}, `a: "?[2J??": wrong`},
		{Error{Path: "a", Value: "1\u202e2", Problem: "wrong"},
			`a: "1?2": wrong`}, // would turn the rest of the line around
		{Error{Path: "a", Value: strings.Repeat("é", 50), Problem: "wrong"},
			`a: "` + strings.Repeat("é", 30) + `…": wrong`},
		{Error{Path: "a", Value: "é" + strings.Repeat("世", 50), Problem: "wrong"},
			`a: "é` + strings.Repeat("世", 19) + `…": wrong`}, // cut between letters
	} {
		if got := c.fault.Error(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	if line := (Error{Path: strings.Repeat("k", 1<<20), Problem: "unknown key"}).Error(); len(line) > 500 {
		t.Errorf("a key of a megabyte makes a line of %d bytes", len(line))
	}
}
