package input

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// complete returns what testdata/complete.yaml and complete.json say.
func complete() model.Workload {
	const second, hour = unit.Duration(1e9), unit.Duration(3600e9)
	return model.Workload{
		Stream:   "clickstream",
		Resource: "module.events.aws_kinesis_stream.clicks",
		Region:   "eu-west-1",
		Sample:   "keys.csv",
		Producer: model.Producer{
			RecordSize:       1536,
			PartitionKeySize: 36,
			Average:          10_000,
			Peak:             20_480, // 30 MiB/s in payloads of 1.5 KiB
			Surge:            model.Surge{Throughput: 50_000, Duration: 90 * second},
			Aggregation:      model.Aggregation{Producers: 4, Buffer: second / 5, MaxSize: 51_200, MaxCount: 500},
			PutRecords:       model.PutRecords{Batch: 250, Wait: second / 20, Producers: 8, GiveUp: 30e9, Buffer: 1 << 30},
			Skew:             1.2,
			Burst:            1.6,
			Compression:      4,
			Keys:             300,
			LargestKey:       model.KeyLoad{Share: 0.07},
		},
		Consumers: []model.Consumer{
			{Name: "fraud", Type: model.Standard, Speed: 1000, Latency: 30 * second, LatencyBound: model.DelayBound,
				TotalSpeed: 50_000, Workers: 3, Filter: 0.05, Backlog: 36e6,
				Outage: 2 * hour, Reprocess: 36 * hour, CatchUp: hour, PollInterval: second / 2},
			{Name: "archive", Type: model.EnhancedFanOut, LatencyBound: model.RecoveryBound, PollInterval: second,
				Lambda: model.Lambda{BatchSize: 500, Duration: 800e6, ParallelizationFactor: 2,
					BatchingWindow: 5 * second, ReservedConcurrency: 50, ManagedInstances: true, Timeout: 30 * second,
					Retries: model.RetriesOf(3), MaxRecordAge: hour, Bisect: true, PartialResponses: true, OnFailure: model.ToS3}},
			{Name: "stage", Type: model.Standard, LatencyBound: model.RecoveryBound, PollInterval: second,
				Threads: 4, PerRecord: 20e6, AnyLatency: true, Behind: 20 * hour, CatchUp: 4 * hour},
			{Name: "audit", Type: model.Standard, LatencyBound: model.RecoveryBound, PollInterval: second},
		},
		Retention:         14 * unit.Day,
		TargetUtilization: 0.75,
		SizeReadsFor:      model.ReadAverage,
		CurrentShards:     12,
		Account:           model.Account{LambdaConcurrency: 5000, LambdaUsed: 300},
		Horizon:           42 * unit.Day,
		Confidence:        0.9,
		Growth:            0.05,
		Event:             model.Event{Factor: 3, From: 1795737600, For: 2 * unit.Day},
	}
}

// testFile reads a file of testdata, as one that lies here.
func testFile(t *testing.T, name string) Declaration {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return Read(name, data)
}

func TestCompleteFiles(t *testing.T) {
	for _, name := range []string{"complete.yaml", "complete.json"} {
		d := testFile(t, name)
		w, _, err := d.Resolve()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(complete(), w, anyText); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// complete.yaml is what its comment says: no key of a file is missing in it, but
// record_sizes, which stands for record_size.
func TestCompleteFileHasEveryKey(t *testing.T) {
	d := testFile(t, "complete.yaml")
	for _, f := range WorkloadFields() {
		if s := d.Settings[f.Key]; s.Text == "" || s.Source != model.File || s.Where.Line == 0 {
			t.Errorf("%s: %+v", f.Key, s)
		}
	}
	for _, f := range ConsumerFields() {
		if d.Consumers[0][f.Key].Text == "" && d.Consumers[1][f.Key].Text == "" && d.Consumers[2][f.Key].Text == "" {
			t.Errorf("consumers: no %s", f.Key)
		}
	}
}

// readErrors returns the lines of what is wrong with a file.
func readErrors(d Declaration) []string {
	_, _, err := d.Resolve()
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}

// Everything that is wrong with a file is told at once, with its place.
func TestFaultyFile(t *testing.T) {
	want, err := os.ReadFile("testdata/faulty.txt")
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(readErrors(testFile(t, "faulty.yaml")), "\n") + "\n"
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
}

const producer = "producer: {record_size: 200, average: 10}\n"

// What is no workload at all is told by one line, without what is missing in it.
func TestNoWorkload(t *testing.T) {
	const empty = "w: the file is empty (allowed: a workload, producer.record_size and producer.average at least)"
	const mapping = "a workload is a mapping of keys to values (allowed: keys such as producer: and consumers:)"
	for text, want := range map[string]string{
		"":                             empty,
		"\n  \n":                       empty,
		"# a comment\n":                empty,
		"\ufeff":                       empty, // a byte order mark alone
		"null":                         `w:1:1: "null": ` + mapping,
		"200":                          `w:1:1: "200": ` + mapping,
		"[1]":                          "w:1:1: " + mapping,
		"!!map {stream: a}":            "w:1:1: tags and merge keys are not read (allowed: the value itself)",
		"&a {stream: a}":               "w:1:1: anchors and aliases are not read (allowed: the value itself)",
		"stream: 'a":                   "w:1:11: not YAML: found unexpected end of stream",
		"stream: *a":                   "w:1:9: not YAML: unknown anchor 'a' referenced",
		"\tstream: a":                  "w:1:1: a tab at the beginning of the line (allowed: spaces: YAML is not indented with tabs)",
		"producer:\n \tkeys: 3":        "w:2:2: a tab at the beginning of the line (allowed: spaces: YAML is not indented with tabs)",
		"keys:\t'3":                    "w:1:9: not YAML: found unexpected end of stream", // that tab is none of indentation
		"<svg>a: b: c":                 "w:1:1: XML or HTML, not a workload (allowed: a workload in YAML or JSON)",
		"<svg/>":                       "w:1:1: XML or HTML, not a workload (allowed: a workload in YAML or JSON)",
		"%PDF-1.4":                     "w:1:1: a PDF, not a workload (allowed: a workload in YAML or JSON)",
		"PK\x03\x04more":               "w:1:1: a zip archive, not a workload (allowed: a workload in YAML or JSON)",
		"\x89PNG\r\n\x1a\n\x00":        "w:1:1: a picture, not a workload (allowed: a workload in YAML or JSON)",
		"\x7fELF\x00":                  "w:1:1: binary, not a workload (allowed: a workload in YAML or JSON)",
		"stream: \x01":                 "w: not YAML: control characters are not allowed (value: 1)",
		"stream: \xff":                 "w: not YAML: invalid leading UTF-8 octet (value: 255)",
		strings.Repeat("[", 20_000):    "w:1:10001: not YAML: exceeded max depth of 10000",
		strings.Repeat("{a: ", 12_000): "w:1:40001: not YAML: exceeded max depth of 10000",
		strings.Repeat("#", MaxSize+1): "w: too large for a workload (allowed: 1 MiB)",
		producer + "---\n[":            "w:4:1: not YAML: did not find expected node content",
	} {
		if got := readErrors(Read("w", []byte(text))); !cmp.Equal(got, []string{want}) {
			t.Errorf("%.40q: %q, want %q", text, got, want)
		}
	}
}

// What YAML has beyond a file of settings is refused where it stands.
func TestRefusedYAML(t *testing.T) {
	for text, want := range map[string]string{
		"---\nretention: 7d":        `w:2:1: document: a second document (allowed: one workload in a file)`,
		"---\n":                     `w:2:1: document: a second document (allowed: one workload in a file)`,
		"retention: ~":              `w:2:12: retention: "~": null is no value (allowed: a value, or leave the key out)`,
		"retention:":                `w:2:11: retention: null is no value (allowed: a value, or leave the key out)`,
		"retention: !!str 7d":       `w:2:12: retention: "7d": tags and merge keys are not read (allowed: the value itself)`,
		"retention: &a 7d":          `w:2:12: retention: "7d": anchors and aliases are not read (allowed: the value itself)`,
		"stream: &x [*x]":           `w:2:9: stream: anchors and aliases are not read (allowed: the value itself)`,
		"consumers: [{name: null}]": `w:2:20: consumers[0].name: "null": null is no value (allowed: a value, or leave the key out)`,
		"consumers: {}":             `w:2:12: consumers: a list is needed here (allowed: a list of mappings with the keys backlog, behind, catch_up, filter, lambda, latency, latency_bound, name, outage, per_record, poll_interval, reprocess, speed, threads, total_speed, type, workers)`,
		"consumers: [a]":            `w:2:13: consumers[0]: "a": a mapping is needed here (allowed: the keys backlog, behind, catch_up, filter, lambda, latency, latency_bound, name, outage, per_record, poll_interval, reprocess, speed, threads, total_speed, type, workers)`,
		"consumers: [{}]":           `w:2:13: consumers[0]: a mapping is needed here (allowed: the keys backlog, behind, catch_up, filter, lambda, latency, latency_bound, name, outage, per_record, poll_interval, reprocess, speed, threads, total_speed, type, workers)`,
		"current_shards: 010":       `w:2:17: current_shards: "010": not decimal: no leading zero, hexadecimal or octal number (allowed: a whole number from 1 to 1000000)`,
		"current_shards: 0o10":      `w:2:17: current_shards: "0o10": not decimal: no leading zero, hexadecimal or octal number (allowed: a whole number from 1 to 1000000)`,
		"target_utilization: .nan":  `w:2:21: target_utilization: ".nan": not a finite number (allowed: 1% to 100%, or 0.01 to 1)`,
		"target_utilization: true":  `w:2:21: target_utilization: "true": not a decimal number (allowed: 1% to 100%, or 0.01 to 1)`,
		"target_utilization: ' 1'":  `w:2:21: target_utilization: " 1": white space around the value (allowed: 1% to 100%, or 0.01 to 1)`,
	} {
		if got := readErrors(Read("w", []byte(producer+text))); !cmp.Equal(got, []string{want}) {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// What YAML writes in several ways is one value.
func TestTakenYAML(t *testing.T) {
	for _, text := range []string{
		"\ufeff" + producer + "retention: 7d",
		"---\n" + producer + "retention: '7d'\n...\n",
		producer + "\"retention\": \"7d\" # a week\n",
		strings.ReplaceAll(producer, "\n", "\r\n") + "retention: 7d\r\n",
		"{retention: 7d, " + strings.TrimSpace(producer) + "}",
		producer + "retention: >-\n  7d\n",
		"\xff\xfer\x00e\x00t\x00e\x00n\x00t\x00i\x00o\x00n\x00:\x00 \x007\x00d\x00\n\x00" + utf16(producer), // as Windows writes it
	} {
		d := Read("w", []byte(text))
		w, _, err := d.Resolve()
		if err != nil || w.Retention != unit.Week || w.Producer.RecordSize != 200 {
			t.Errorf("%q: %v, %v", text, w, err)
		}
	}
}

func utf16(text string) string {
	var b strings.Builder
	for _, c := range text {
		b.WriteByte(byte(c))
		b.WriteByte(0)
	}
	return b.String()
}

// A value of the wrong form is told by itself: what is left of its group does
// not lack it, and the items behind it in a list are read all the same.
func TestFaultsOfFormDoNotCascade(t *testing.T) {
	for _, text := range []string{
		"producer: {record_size: null, average: 1MiB/s}",
		"producer: {record_size: 1, average: null}",
		"producer: {record_size: 1, peak: [1]}",
		"producer: {record_size: 1, average: 5, surge: {throughput: 5, duration: null}}",
		"producer: {record_size: 1, average: 5, surge: {throughput: null, duration: 5s}}",
		"producer: {record_sizes: null, average: 1MiB/s}",
		"producer: {record_sizes: [null], average: 1MiB/s}",
		"producer: {record_sizes: [5, {size: 1, share: 50%}], average: 1MiB/s}",
		"producer: {record_sizes: [{size: [1], share: 1}], average: 1MiB/s}",
		"producer: {record_sizes: [{size: 1, share: null}], average: 1MiB/s}",
		"producer: 5",
		producer + "consumers: [{name: null, speed: 5}]",
		producer + "consumers: [{name: !!str a, speed: 5}]",
		producer + "consumers: [{name: a, outage: null, catch_up: 1h}]",
		producer + "consumers: [{name: a, outage: 1h, catch_up: null}]",
		producer + "consumers: [{name: a, latency: null, latency_bound: delay}]",
		producer + "consumers: [{name: a, lambda: {batch_size: null, duration: 1s}}]",
		producer + "consumers: [{name: a, lambda: {batch_size: 5, duration: null}}]",
	} {
		if got := readErrors(Read("w", []byte(text))); len(got) != 1 {
			t.Errorf("%s: %q", text, got)
		}
	}
}

// The item that is no mapping keeps its place in the list, so that the others
// have their own numbers.
func TestItemsKeepTheirNumbers(t *testing.T) {
	want := []string{
		`w:1:27: producer.record_sizes[0]: "5": a mapping is needed here (allowed: the keys share, size)`,
		`w:1:37: producer.record_sizes[1].size: "0": out of range (allowed: 1 B to 10 MiB; a bare number is bytes)`,
		`w:2:13: consumers[0]: "5": a mapping is needed here (allowed: the keys backlog, behind, catch_up, filter, lambda, latency, latency_bound, name, outage, per_record, poll_interval, reprocess, speed, threads, total_speed, type, workers)`,
		`w:2:23: consumers[1].name: "b!": not a name (allowed: 1 to 128 of A-Z a-z 0-9 _ . -, each name once)`,
	}
	got := readErrors(Read("w",
		[]byte("producer: {record_sizes: [5, {size: 0, share: 1}], average: 10}\nconsumers: [5, {name: 'b!'}]")))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// What is there twice is read all the same, so that what else is wrong with it is
// told at once: the unit that the first retention lacks, and the speeds of both
// consumers of one name.
func TestTwiceHidesNothing(t *testing.T) {
	draft := Read("w", []byte(`producer: {record_size: 200, average: 10}
retention: 7
retention: 8d
consumers: [{name: a, speed: x}, {name: a, speed: y}]
`))
	_, _, err := draft.Resolve()
	if err == nil {
		t.Fatal("it is taken")
	}
	for _, want := range []string{
		`w:2:12: retention: "7": a duration needs a unit`, `w:3:1: retention: "retention": given twice`,
		`w:4:30: consumers.a.speed: "x": not a decimal number`, `w:4:41: consumers[1].name: "a": a second consumer of this name`,
		`w:4:51: consumers[1].speed: "y": not a decimal number`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%s is not in\n%v", want, err)
		}
	}
}
