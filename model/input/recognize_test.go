package input

import (
	"strings"
	"testing"

	"github.com/kcalc/kcalc/model/modeltest"
)

// What a file is, by what stands at its beginning.
func TestRecognize(t *testing.T) {
	for text, want := range map[string]FileKind{
		"":                                    UnknownFile,
		"\ufeff \n":                           UnknownFile,
		"hello":                               UnknownFile,
		"{}":                                  UnknownFile,
		`{"producer": {"schema": 5}}`:         WorkloadFile,
		"stream: orders\n":                    WorkloadFile,
		"# mine\n\nproducer:\n  average: 5\n": WorkloadFile,
		`{"producer": {"average": 5}}`:        WorkloadFile,
		`{'stream': orders, "consumers": []}`: WorkloadFile,
		`{"stream": "a", "region": "b", "schema": "kcalc.history/v1"}`:           HistoryFile,
		`{"MetricDataResults": [{"Resources": 1}]}`:                              HistoryFile,
		"Datapoints:\n- Sum: 1\n":                                                HistoryFile,
		"Label: IncomingBytes\nDatapoints: []\n":                                 HistoryFile,
		`{"Messages": [], "MetricDataResults": []}`:                              HistoryFile,
		"timestamp,incoming_bytes\n":                                             TableFile,
		"Writes\n\"Time (UTC)\";x\n":                                             TableFile,
		"Full label,a\n2026/11/01 00:00:00,5\n":                                  TableFile,
		`{"StreamDescriptionSummary": {}}`:                                       DescriptionFile,
		"StreamDescription:\n  StreamName: a\n":                                  DescriptionFile,
		`{"Shards": [{"Resources": 1}]}`:                                         DescriptionFile,
		"Consumers:\n- ConsumerName: a\n":                                        DescriptionFile,
		"consumers:\n- name: a\n":                                                WorkloadFile,
		`{"EventSourceMappings": []}`:                                            DescriptionFile,
		`{"format_version": "1.2", "terraform_version": "1.9"}`:                  TerraformPlan,
		`{"version": 4, "terraform_version": "1.9", "serial": 1, "lineage": ""}`: TerraformState,
		"AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  A:\n":             TemplateFile,
		"Transform: AWS::Serverless-2016-10-31\nResources: {}\n":                 TemplateFile,
		`{"format_version": "1.0", "terraform_version": "1.9", "values": {}}`:    TerraformState,
		"PK\x03\x04\x14": TerraformBinary,
		"service: a\nprovider: {name: aws}\nfunctions: {}\n":                                       ServerlessFile,
		`{"ChangeSetName": "a", "Changes": [], "Parameters": []}`:                                  ChangeSetFile,
		`{'Datapoints': [], 'Label': 'IncomingBytes', 'ResponseMetadata': {}}`:                     PythonFile,
		`{'StreamDescriptionSummary': {'StreamCreationTimestamp': datetime.datetime(2026, 1, 1)}}`: PythonFile,
		"{'stream': orders}": UnknownFile, // which is read as a workload
	} {
		if got := Recognize([]byte(text)); got != want {
			t.Errorf("%q: %d %s, want %d %s", text, got, got, want, want)
		}
	}
	for kind := UnknownFile; kind <= ServerlessFile; kind++ {
		if kind.String() == "" || kind != UnknownFile && kind.WayOut() == "" {
			t.Errorf("%d says nothing", kind)
		}
	}
}

// FuzzRecognize checks that a kind is told of any beginning, in time that grows with it
// alone, and that what is behind the end of a whole workload does not change it.
func FuzzRecognize(f *testing.F) {
	for _, text := range []string{"", "{", `{"a":`, "stream: a", `{"Shards": [`, "time,x", "'", "{'ResponseMetadata':",
		strings.Repeat("[", 100), `"\`, "a:\nb:\nc:", "\xff\xfe"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, head []byte) {
		modeltest.Deadline(t, head)
		if kind := Recognize(head); kind.String() == "" {
			t.Fatalf("%q is of no kind", head)
		}
		if got := Recognize(append([]byte("stream: a\n"), head...)); got == UnknownFile || got == TableFile {
			t.Fatalf("%q behind a key is %s", head, got)
		}
	})
}
