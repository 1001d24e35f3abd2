package description

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/modeltest"
	"github.com/kcalc/kcalc/model/unit"
	"go.yaml.in/yaml/v4"
)

const (
	streamARN   = "arn:aws:kinesis:eu-west-1:111122223333:stream/orders"
	consumerARN = streamARN + "/consumer/audit:1525898737"

	summaryJSON = `{"StreamDescriptionSummary": {"StreamName": "orders", "StreamARN": "` + streamARN + `",
"StreamStatus": "ACTIVE", "StreamModeDetails": {"StreamMode": "PROVISIONED"}, "RetentionPeriodHours": 168,
"StreamCreationTimestamp": 1640483978.0, "EnhancedMonitoring": [{"ShardLevelMetrics": ["IncomingBytes"]}],
"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis", "OpenShardCount": 4, "ConsumerCount": 1,
"MaxRecordSizeInKiB": 2048, "WarmThroughput": {"TargetMiBps": 9, "CurrentMiBps": 4}}}`

	consumersJSON = `{"Consumers": [{"ConsumerName": "audit", "ConsumerARN": "` + consumerARN + `",
"ConsumerStatus": "ACTIVE", "ConsumerCreationTimestamp": 1525898737.0}]}`

	mappingsJSON = `{"EventSourceMappings": [
{"UUID": "a", "BatchSize": 500, "MaximumBatchingWindowInSeconds": 5, "ParallelizationFactor": 2,
 "EventSourceArn": "` + streamARN + `", "FunctionArn": "arn:aws:lambda:eu-west-1:111122223333:function:enrich:live",
 "LastModified": 1640483978.0, "State": "Enabled", "StartingPosition": "LATEST", "MaximumRecordAgeInSeconds": 3600,
 "MaximumRetryAttempts": 3, "BisectBatchOnFunctionError": true, "TumblingWindowInSeconds": 0,
 "FunctionResponseTypes": ["ReportBatchItemFailures"],
 "FilterCriteria": {"Filters": [{"Pattern": "{\"data\":{\"kind\":[\"paid\"]}}"}]},
 "DestinationConfig": {"OnFailure": {"Destination": "arn:aws:sqs:eu-west-1:111122223333:dead"}}},
{"UUID": "b", "EventSourceArn": "` + consumerARN + `", "FunctionArn": "arn:aws:lambda:eu-west-1:111122223333:function:log",
 "State": "Enabled", "MaximumRecordAgeInSeconds": -1, "MaximumRetryAttempts": -1},
{"UUID": "c", "EventSourceArn": "` + streamARN + `", "FunctionArn": "arn:aws:lambda:eu-west-1:111122223333:function:old",
 "State": "Disabled"},
{"UUID": "d", "EventSourceArn": "arn:aws:sqs:eu-west-1:111122223333:jobs",
 "FunctionArn": "arn:aws:lambda:eu-west-1:111122223333:function:jobs", "State": "Enabled"}]}`
)

// shards returns what list-shards prints of open shards whose ranges are so many parts of
// all hash keys, after a closed one that has them all.
func shards(key string, of int64, parts ...int64) string {
	space := new(big.Int).Lsh(big.NewInt(1), hashBits)
	var list []string
	add := func(first, last *big.Int, end string) {
		list = append(list, fmt.Sprintf(`{"ShardId": "shardId-%012d", "HashKeyRange": {"StartingHashKey": "%s", `+
			`"EndingHashKey": "%s"}, "SequenceNumberRange": {"StartingSequenceNumber": "1"%s}}`, len(list), first, last, end))
	}
	at := func(part int64) *big.Int {
		return new(big.Int).Div(new(big.Int).Mul(space, big.NewInt(part)), big.NewInt(of))
	}
	add(at(0), new(big.Int).Sub(space, big.NewInt(1)), `, "EndingSequenceNumber": "9"`)
	var begin int64
	for _, p := range parts {
		add(at(begin), new(big.Int).Sub(at(begin+p), big.NewInt(1)), "")
		begin += p
	}
	return `{"` + key + `": [` + strings.Join(list, ",\n") + `]}`
}

// asYAML returns a description as the AWS CLI prints it with --output yaml.
func asYAML(t testing.TB, text string) string {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	out, err := yaml.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func texts(s input.Settings) map[string]string {
	found := map[string]string{}
	for key, setting := range s {
		found[key] = setting.Text
		if setting.Source != model.Measured || setting.Where.Name == "" {
			found[key] += fmt.Sprintf(" from %s %s", setting.Source, setting.Where)
		}
	}
	return found
}

// All that descriptions say, in JSON and in YAML and in any order of the files.
func TestEverything(t *testing.T) {
	files := []string{summaryJSON, shards("Shards", 8, 4, 2, 1, 1), consumersJSON, mappingsJSON}
	for order, list := range [][]string{files, {files[3], files[2], files[1], files[0]}} {
		for _, form := range []func(testing.TB, string) string{asYAML, func(_ testing.TB, text string) string { return text }} {
			var s Stream
			for i, text := range list {
				if errs := s.Read(fmt.Sprint("f", i), []byte(form(t, text))); len(errs) > 0 {
					t.Fatal(errs)
				}
			}
			d, notices := s.Declaration()
			want := map[string]string{"stream": "orders", "region": "eu-west-1", "retention": "7d", "current_shards": "4",
				"producer.skew": "2"} // 1/2 ÷ 1/4
			if diff := cmp.Diff(want, texts(d.Settings)); diff != "" {
				t.Errorf("%d: %s", order, diff)
			}
			var consumers []map[string]string
			for _, c := range d.Consumers {
				consumers = append(consumers, texts(c))
			}
			if diff := cmp.Diff([]map[string]string{
				{"name": "audit", "type": "enhanced-fan-out", "lambda.batch_size": "100", "lambda.parallelization_factor": "1"},
				{"name": "enrich", "type": "standard", "lambda.batch_size": "500", "lambda.parallelization_factor": "2",
					"lambda.batching_window": "5s", "lambda.retries": "3", "lambda.max_record_age": "1h", "lambda.bisect": "true",
					"lambda.partial_responses": "true", "lambda.on_failure": "sqs"},
			}, consumers); diff != "" {
				t.Errorf("%d: %s", order, diff)
			}
			var ids []string
			for _, n := range notices {
				ids = append(ids, n.ID)
			}
			if diff := cmp.Diff([]string{"described", "hash-ranges-uneven", "filter-share-unknown.enrich",
				"mapping-disabled.old"}, ids); diff != "" {
				t.Errorf("%d: %s", order, diff)
			}
			if got := notices[0].Message; got != "Taken from the stream's description: provisioned, 4 open shards, "+
				"retention 7d, 1 enhanced fan-out consumer, 3 event source mappings." {
				t.Error(got)
			}
			c := s.Configuration
			if c.MaxRecordSize != model.Known(2*unit.MiB) || c.WarmThroughput != model.Known(unit.BytesPerSecond(4*unit.MiB)) ||
				!slices.Equal(c.ShardMetrics.Value, []string{"IncomingBytes"}) || len(c.Functions.Value) != 3 ||
				c.Shards.Value[0].ID != "shardId-000000000001" {
				t.Errorf("%+v", c)
			}
		}
	}
}

// describe-stream has the shards in it; describe-stream-consumer is one consumer.
func TestOneFile(t *testing.T) {
	for text, want := range map[string]map[string]string{
		`{"StreamDescription": {"StreamName": "orders", "StreamARN": "` + streamARN + `", "HasMoreShards": false,
"RetentionPeriodHours": 24, ` + shards("Shards", 2, 1, 1)[1:] + `}`: {"stream": "orders", "region": "eu-west-1",
			"retention": "1d", "current_shards": "2", "producer.skew": "1"},
		shards("Shards", 3, 1, 1, 1): {"current_shards": "3", "producer.skew": "1"},
		`{"StreamDescriptionSummary": {"StreamName": "notes", "StreamModeDetails": {"StreamMode": "ON_DEMAND"},
"OpenShardCount": 4, "RetentionPeriodHours": 24}}`: {"stream": "notes", "retention": "1d"},
		`{"ConsumerDescription": {"ConsumerName": "audit", "ConsumerARN": "` + consumerARN + `", "StreamARN": "` + streamARN +
			`"}}`: {"stream": "orders", "region": "eu-west-1"},
	} {
		var s Stream
		if errs := s.Read("f", []byte(text)); len(errs) > 0 {
			t.Fatal(errs)
		}
		d, _ := s.Declaration()
		if diff := cmp.Diff(want, texts(d.Settings)); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}

// Consumers that a summary only counts have names of their own, and give way to the list.
func TestConsumersByNumber(t *testing.T) {
	var s Stream
	text := strings.Replace(summaryJSON, `"ConsumerCount": 1`, `"ConsumerCount": 3`, 1)
	for _, want := range []string{"enhanced-fan-out-1 enhanced-fan-out-2 enhanced-fan-out-3", "audit enhanced-fan-out-2 enhanced-fan-out-3"} {
		if errs := s.Read("f", []byte(text)); len(errs) > 0 {
			t.Fatal(errs)
		}
		d, _ := s.Declaration()
		var names []string
		for _, c := range d.Consumers {
			names = append(names, c["name"].Text)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		text = consumersJSON
	}
}

func TestFaults(t *testing.T) {
	for text, want := range map[string]string{
		"":                              "f: the file is empty",
		"{":                             "f:2:1: not YAML: ",
		"{}":                            "f:1:1: not a description of a stream (allowed: what describe-stream, ",
		"Shards: []\n---\nShards: []\n": "f:2:1: a second document",
		"Shards: &a []":                 "f:1:9: anchors and aliases are not read",
		"Shards: !x []":                 "f:1:9: tags and merge keys are not read",
		"Shards: []":                    "f:1:9: Shards: no open shard, of which every stream has one",
		"Shards: 5":                     "f:1:9: Shards: a list is needed here",
		"Shards: [{}]":                  "f:1:10: ShardId: missing",
		`{"Shards": [], "NextToken": "a"}`: "f:1:12: Shards: not all of the shards: the list goes on (allowed: the whole list, " +
			"or describe-stream-summary)",
		`{"StreamDescriptionSummary": {"OpenShardCount": -1}}`:                                                                                                      `f:1:49: OpenShardCount: "-1": not one of those allowed (allowed: a whole number from 1 to 1000000)`,
		`{"StreamDescriptionSummary": {"RetentionPeriodHours": "1.5"}}`:                                                                                             `f:1:55: RetentionPeriodHours: "1.5": not one of those allowed`,
		`{"StreamDescriptionSummary": {"StreamName": "a b"}}`:                                                                                                       `f:1:45: StreamName: "a b":`,
		`{"StreamDescriptionSummary": {"StreamARN": "arn"}}`:                                                                                                        `f:1:44: StreamARN: "arn": not the ARN of a stream (allowed: such as arn:aws:kinesis:`,
		`{"StreamDescriptionSummary": {"StreamName": "a", "StreamARN": "` + streamARN + `"}}`:                                                                       `f:1:63: StreamName: "orders": another stream than in the file before, "a"`,
		`{"StreamDescriptionSummary": {"StreamModeDetails": {"StreamMode": "FREE"}}}`:                                                                               `f:1:67: StreamMode: "FREE": not a mode (allowed: PROVISIONED or ON_DEMAND)`,
		`{"EventSourceMappings": [{"EventSourceArn": "` + streamARN + `", "FunctionArn": "f"}]}`:                                                                    `f:1:116: FunctionArn: "f": not the ARN of a function`,
		`{"EventSourceMappings": [{"EventSourceArn": "` + streamARN + `", "FunctionArn": "arn:aws:lambda:eu-west-1:111122223333:function:f", "BatchSize": 20000}]}`: `f:1:181: BatchSize: "20000": not one of those allowed`,
		strings.Replace(shards("Shards", 2, 1, 1), `"StartingHashKey": "0"`, `"StartingHashKey": "00"`, 2):                                                          `f:2:73: StartingHashKey: "00": not a hash key (allowed: a whole number below 2^128, decimal)`,
	} {
		var s Stream
		errs := s.Read("f", []byte(text))
		if len(errs) == 0 || !strings.HasPrefix(errs[0].Error(), want) {
			t.Errorf("%.200s:\n%v\nwant\n%s", text, errs, want)
		}
		if s.Known() {
			t.Errorf("%.200s is known", text)
		}
	}
	var s Stream
	s.Read("a", []byte(summaryJSON))
	other := strings.ReplaceAll(consumersJSON, "eu-west-1", "us-east-1")
	if errs := s.Read("b", []byte(other)); len(errs) != 1 ||
		!strings.HasPrefix(errs[0].Error(), `b:1:57: ConsumerARN: "us-east-1": another Region than in the file before, eu-west-1`) {
		t.Error(errs)
	}
}

// Reading shards of any sizes gives the skew of an independent count, in parts.
func TestHashSkew(t *testing.T) {
	for _, parts := range [][]int64{{1}, {1, 1}, {3, 1}, {1, 2, 3, 4}, {1, 1, 1, 1, 1, 1, 1, 993}, {7, 7, 7}} {
		var total int64
		for _, p := range parts {
			total += p
		}
		var s Stream
		if errs := s.Read("f", []byte(shards("Shards", total, parts...))); len(errs) > 0 {
			t.Fatal(errs)
		}
		got, ok := model.HashSkew(s.Shards.Value)
		want := float64(slices.Max(parts)) * float64(len(parts)) / float64(total)
		if diff := float64(got) - want; !ok || diff > 1e-12 || diff < -1e-12 {
			t.Errorf("%v: %v, want %v", parts, got, want)
		}
	}
}

// A range has its last key in it: one key and three are 1.5 times the mean of two.
func TestHashSkewOfSmallRanges(t *testing.T) {
	var s Stream
	s.Shards = model.Known([]model.Shard{{ID: "a", FirstHash: "0", LastHash: "0"}, {ID: "b", FirstHash: "1", LastHash: "3"}})
	if got, ok := model.HashSkew(s.Shards.Value); !ok || got != 1.5 {
		t.Error(got, ok)
	}
}

// FuzzRead checks of any file that it is refused in printable lines, or gives settings
// that an input can have.
func FuzzRead(f *testing.F) {
	for _, text := range []string{summaryJSON, consumersJSON, mappingsJSON, shards("Shards", 4, 1, 3), asYAML(f, mappingsJSON),
		"", "{", "Shards:\n- {}", "Consumers: [{ConsumerName: a}, {ConsumerName: a}]", "Shards: &a [*a]",
		`{"StreamDescription": {"Shards": null}}`, `{"EventSourceMappings": [{"EventSourceArn": ":kinesis:"}]}`,
		`{"EventSourceMappings": [{"EventSourceArn": "` + consumerARN + `", "FunctionArn": "arn:aws:lambda:eu-west-1:111122223333:function:audit", "State": 5}]}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		modeltest.Deadline(t, data)
		var s Stream
		for _, e := range s.Read("f", data) {
			if strings.ContainsFunc(e.Error(), func(c rune) bool { return !unicode.IsPrint(c) }) {
				t.Fatalf("%q", e.Error())
			}
		}
		d, notices := s.Declaration()
		for _, n := range notices {
			if strings.ContainsFunc(n.Message+n.Remedy, func(c rune) bool { return !unicode.IsPrint(c) }) {
				t.Fatalf("%q", n)
			}
		}
		if !s.Known() {
			return
		}
		d.Settings["producer.record_size"] = input.Setting{Text: "1KiB"}
		d.Settings["producer.average"] = input.Setting{Text: "1"}
		if d.Settings["region"].Text == "" {
			d.Settings["region"] = input.Setting{Text: "us-east-1"}
		}
		if _, _, err := d.Resolve(); err != nil {
			t.Fatalf("%q: %v of %v", data, err, slices.Collect(maps.Values(texts(d.Settings))))
		}
	})
}
