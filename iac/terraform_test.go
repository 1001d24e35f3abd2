package iac

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
)

// readText reads a file as what it is recognised as.
func readText(text string, o Options) (*Stack, error) {
	return Read(input.Recognize([]byte(text)), []byte(text), o)
}

func mustRead(t testing.TB, text string, o Options) *Stack {
	t.Helper()
	s, err := readText(text, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// plan returns a plan of some resource changes, with a configuration.
func plan(changes, configuration string) string {
	return `{"format_version": "1.2", "terraform_version": "1.9.0", "resource_changes": [` + changes +
		`], "configuration": ` + configuration + `}`
}

// created returns a change that makes a resource.
func created(address, after, unknown string) string {
	kind, name, _ := strings.Cut(address[strings.LastIndex("."+address, ".aws_"):], ".")
	name, key, keyed := strings.Cut(name, "[")
	index := ""
	if keyed {
		index = `, "index": ` + strings.TrimSuffix(key, "]")
	}
	module := ""
	if at := strings.LastIndex(address, ".aws_"); at > 0 {
		encoded, _ := json.Marshal(address[:at])
		module = `, "module_address": ` + string(encoded)
	}
	encoded, _ := json.Marshal(address)
	return fmt.Sprintf(`{"address": %s%s, "mode": "managed", "type": %q, "name": %q%s,
		"change": {"actions": ["create"], "before": null, "after": %s, "after_unknown": %s}}`, encoded, module, kind, name,
		index, after, unknown)
}

const noConfiguration = `{"root_module": {}}`

// A stream without a mode block is provisioned by the provider's default, though the plan
// shows the mode as unknown.
func TestPlanWithoutModeBlock(t *testing.T) {
	s := mustRead(t, plan(created("aws_kinesis_stream.orders", `{"name": "orders", "shard_count": 4,
		"retention_period": 24, "shard_level_metrics": null}`, `{"arn": true, "stream_mode_details": true}`),
		noConfiguration), Options{Region: "eu-west-1"})
	if len(s.Streams) != 1 || len(s.Faults) != 0 || !s.Complete {
		t.Fatalf("%+v", s)
	}
	stream := s.Streams[0]
	after := stream.After
	if stream.Before != nil || stream.Action != Create || after.Name.Value != "orders" || after.Shards != declared(4) ||
		after.Mode != defaultOf(model.Provisioned, ofTerraform) || after.RetentionHours != declared(24) ||
		after.Region != declared("eu-west-1") || after.ShardMetrics.Origin != Absent {
		t.Errorf("%+v", after)
	}
}

// On demand, a shard count says nothing; AWS's tools once wrote one.
func TestPlanOnDemand(t *testing.T) {
	for _, count := range []string{"null", "0", "1"} {
		s := mustRead(t, plan(created("aws_kinesis_stream.a", `{"name": "a", "shard_count": `+count+
			`, "stream_mode_details": [{"stream_mode": "ON_DEMAND"}]}`, `{}`), noConfiguration), Options{})
		if got := s.Streams[0].After; got.Mode != declared(model.OnDemandStandard) || got.Shards.Known() || len(s.Faults) > 0 {
			t.Errorf("%s: %+v, %v", count, got, s.Faults)
		}
	}
}

// What is unknown, what is not set and what is wrong are told apart, and named.
func TestPlanUnknownAbsentWrong(t *testing.T) {
	s := mustRead(t, plan(strings.Join([]string{
		created("aws_kinesis_stream.late", `{"name": "late"}`, `{"shard_count": true}`),
		created("aws_kinesis_stream.none", `{"name": "none", "shard_count": null}`, `{}`),
		created("aws_kinesis_stream.zero", `{"name": "zero", "shard_count": 0}`, `{}`),
		created("aws_kinesis_stream.text", `{"name": "text", "shard_count": "many"}`, `{}`),
		created("aws_kinesis_stream.mode", `{"name": "mode", "shard_count": 1, "stream_mode_details": [{"stream_mode": "FAST"}]}`,
			`{}`),
	}, ","), noConfiguration), Options{})
	if got := s.Streams[0].After.Shards; got.Origin != Unknown || got.Why != "it is known after apply" {
		t.Errorf("%+v", got)
	}
	want := []string{
		"aws_kinesis_stream.none shard_count missing: a provisioned stream needs one",
		"aws_kinesis_stream.zero shard_count 0 shards: at least 1 is needed",
		`aws_kinesis_stream.text shard_count a whole number is needed here, not "many"`,
		`aws_kinesis_stream.mode stream_mode_details.stream_mode "FAST": neither PROVISIONED nor ON_DEMAND`,
	}
	var got []string
	for _, f := range s.Faults {
		got = append(got, f.Address+" "+f.Path+" "+f.Problem)
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
}

// Each instance is a stream; count = 0 makes none, and a deposed object is none.
func TestPlanInstances(t *testing.T) {
	var changes []string
	for _, key := range []string{`"eu"`, `"us"`, `"ap"`} {
		changes = append(changes, created("aws_kinesis_stream.s["+key+"]", `{"name": `+key+`, "shard_count": 2}`, `{}`))
	}
	s := mustRead(t, plan(strings.Join(changes, ","), noConfiguration), Options{})
	if len(s.Streams) != 3 || s.Streams[1].Address != `aws_kinesis_stream.s["us"]` {
		t.Errorf("%+v", s.Streams)
	}
	if s := mustRead(t, plan("", noConfiguration), Options{}); len(s.Streams) != 0 {
		t.Errorf("%+v", s.Streams)
	}
}

// Before and after of an update, a delete, a replace, a move and what stays.
func TestPlanActions(t *testing.T) {
	one := func(name, actions, before, after string) string {
		return fmt.Sprintf(`{"address": "aws_kinesis_stream.%s", "previous_address": "aws_kinesis_stream.old", "mode": "managed",
			"type": "aws_kinesis_stream", "name": %q, "change": {"actions": [%s], "before": %s, "after": %s, "after_unknown": {}}}`,
			name, name, actions, before, after)
	}
	two, sixteen := `{"name": "x", "shard_count": 2}`, `{"name": "x", "shard_count": 16}`
	s := mustRead(t, plan(strings.Join([]string{
		one("a", `"update"`, two, sixteen), one("b", `"delete"`, two, "null"), one("c", `"delete","create"`, two, sixteen),
		one("d", `"create","delete"`, two, sixteen), one("e", `"no-op"`, two, two), one("f", `"forget"`, two, "null"),
		one("g", `"read"`, two, two),
	}, ","), noConfiguration), Options{})
	want := []struct {
		action        Action
		before, after int
	}{{Update, 2, 16}, {Delete, 2, 0}, {Replace, 2, 16}, {Replace, 2, 16}, {Keep, 2, 2}, {Forget, 2, 2}}
	for i, w := range want {
		stream := s.Streams[i]
		after := 0
		if stream.After != nil {
			after = stream.After.Shards.Value
		}
		if stream.Action != w.action || stream.Before.Shards.Value != w.before || after != w.after ||
			stream.Previous != "aws_kinesis_stream.old" {
			t.Errorf("%s: %+v, after %d", stream.Address, stream, after)
		}
	}
	if len(s.Faults) != 1 || !strings.Contains(s.Faults[0].Problem, `"read"`) {
		t.Errorf("%v", s.Faults)
	}
}

// A plan that leaves resources out says so, one that failed is none, one of another major
// version cannot be read.
func TestPlanHead(t *testing.T) {
	s := mustRead(t, `{"format_version": "1.9", "terraform_version": "1.20.0", "complete": false}`, Options{})
	if s.Complete {
		t.Error("complete")
	}
	for text, want := range map[string]string{
		`{"format_version": "1.2", "terraform_version": "1", "errored": true}`:   "failed (errored)",
		`{"format_version": "2.0", "terraform_version": "1"}`:                    `"2.0.0" does not satisfy`,
		`{"format_version": "1.2", "terraform_version": "1", "resource_changes"`: "cannot be read",
		`{"producer": {}}`: "declares no streams",
	} {
		if _, err := readText(text, Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// A mapping is linked to its stream through references, variables of modules and outputs,
// and with the key of its instance; where a plan does not show the way, the reason is told.
func TestPlanLinks(t *testing.T) {
	mapping := func(address string) string {
		return created(address, `{"function_name": "f", "batch_size": null}`, `{"event_source_arn": true}`)
	}
	configuration := `{"root_module": {
		"resources": [
			{"address": "aws_lambda_event_source_mapping.direct", "mode": "managed", "type": "aws_lambda_event_source_mapping", "name": "direct",
			 "expressions": {"event_source_arn": {"references": ["aws_kinesis_stream.one.arn", "aws_kinesis_stream.one"]}}},
			{"address": "aws_lambda_event_source_mapping.each", "mode": "managed", "type": "aws_lambda_event_source_mapping", "name": "each",
			 "expressions": {"event_source_arn": {"references": ["aws_kinesis_stream.many", "each.key"]}}},
			{"address": "aws_lambda_event_source_mapping.named", "mode": "managed", "type": "aws_lambda_event_source_mapping", "name": "named",
			 "expressions": {"event_source_arn": {"references": ["aws_kinesis_stream.many[\"b\"].arn", "aws_kinesis_stream.many[\"b\"]", "aws_kinesis_stream.many"]}}},
			{"address": "aws_lambda_event_source_mapping.which", "mode": "managed", "type": "aws_lambda_event_source_mapping", "name": "which",
			 "expressions": {"event_source_arn": {"references": ["aws_kinesis_stream.many", "var.key"]}}},
			{"address": "aws_lambda_event_source_mapping.local", "mode": "managed", "type": "aws_lambda_event_source_mapping", "name": "local",
			 "expressions": {"event_source_arn": {"references": ["local.arn"]}}},
			{"address": "aws_lambda_event_source_mapping.queue", "mode": "managed", "type": "aws_lambda_event_source_mapping", "name": "queue",
			 "expressions": {"event_source_arn": {"references": ["aws_sqs_queue.q.arn", "aws_sqs_queue.q"]}}},
			{"address": "aws_lambda_event_source_mapping.output", "mode": "managed", "type": "aws_lambda_event_source_mapping", "name": "output",
			 "expressions": {"event_source_arn": {"references": ["module.inner.arn", "module.inner"]}}},
			{"address": "aws_lambda_event_source_mapping.fan", "mode": "managed", "type": "aws_lambda_event_source_mapping", "name": "fan",
			 "expressions": {"event_source_arn": {"references": ["aws_kinesis_stream_consumer.c.arn", "aws_kinesis_stream_consumer.c"]}}},
			{"address": "aws_kinesis_stream_consumer.c", "mode": "managed", "type": "aws_kinesis_stream_consumer", "name": "c",
			 "expressions": {"stream_arn": {"references": ["aws_kinesis_stream.one.arn", "aws_kinesis_stream.one"]}}}
		],
		"module_calls": {
			"user": {"expressions": {"arn": {"references": ["aws_kinesis_stream.one.arn", "aws_kinesis_stream.one"]}},
				"module": {"resources": [{"address": "aws_lambda_event_source_mapping.m", "mode": "managed", "type": "aws_lambda_event_source_mapping",
					"name": "m", "expressions": {"event_source_arn": {"references": ["var.arn"]}}}]}},
			"inner": {"module": {"outputs": {"arn": {"expression": {"references": ["aws_kinesis_stream.deep.arn", "aws_kinesis_stream.deep"]}}}}}
		}}}`
	s := mustRead(t, plan(strings.Join([]string{
		created("aws_kinesis_stream.one", `{"name": "one", "shard_count": 1}`, `{"arn": true}`),
		created(`aws_kinesis_stream.many["a"]`, `{"name": "a", "shard_count": 1}`, `{"arn": true}`),
		created(`aws_kinesis_stream.many["b"]`, `{"name": "b", "shard_count": 1}`, `{"arn": true}`),
		created("module.inner.aws_kinesis_stream.deep", `{"name": "deep", "shard_count": 1}`, `{"arn": true}`),
		created("aws_kinesis_stream_consumer.c", `{"name": "c"}`, `{"arn": true, "stream_arn": true}`),
		mapping("aws_lambda_event_source_mapping.direct"), mapping(`aws_lambda_event_source_mapping.each["b"]`),
		mapping("aws_lambda_event_source_mapping.named"), mapping("aws_lambda_event_source_mapping.which"),
		mapping("aws_lambda_event_source_mapping.local"), mapping("aws_lambda_event_source_mapping.queue"),
		mapping("aws_lambda_event_source_mapping.output"), mapping("aws_lambda_event_source_mapping.fan"),
		mapping("module.user.aws_lambda_event_source_mapping.m"),
		created("aws_lambda_event_source_mapping.arn", `{"event_source_arn": "arn:aws:kinesis:us-east-1:1:stream/one"}`, `{}`),
		created("aws_lambda_event_source_mapping.far", `{"event_source_arn": "arn:aws:kinesis:us-east-1:1:stream/far"}`, `{}`),
		created("aws_lambda_event_source_mapping.lane",
			`{"event_source_arn": "arn:aws:kinesis:us-east-1:1:stream/far/consumer/x:160"}`, `{}`),
		created("aws_lambda_event_source_mapping.table", `{"event_source_arn": "arn:aws:dynamodb:us-east-1:1:table/t/stream/2"}`, `{}`),
	}, ","), configuration), Options{})
	got := map[string]string{}
	for _, m := range s.Mappings {
		name := m.Address[strings.LastIndex(m.Address, ".")+1:]
		got[name] = m.After.Source.Address + "/" + m.After.Source.Name + "/" + m.After.Consumer.Address + "/" + m.After.Consumer.Name
		if m.After.BatchSize != defaultOf(100, ofAWS) {
			t.Errorf("%s: %+v", name, m.After.BatchSize)
		}
	}
	want := map[string]string{
		"direct": "aws_kinesis_stream.one///", `each["b"]`: `aws_kinesis_stream.many["b"]///`,
		"named": `aws_kinesis_stream.many["b"]///`, "which": "///", "local": "///",
		"output": "module.inner.aws_kinesis_stream.deep///", "fan": "aws_kinesis_stream.one//aws_kinesis_stream_consumer.c/",
		"m": "aws_kinesis_stream.one///", "arn": "aws_kinesis_stream.one/one//", "far": "/far//", "lane": "/far//far/x",
	}
	for name, w := range want {
		if got[name] != w {
			t.Errorf("%s: %q, want %q", name, got[name], w)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%v", got)
	}
	var faults []string
	for _, f := range s.Faults {
		faults = append(faults, f.Address+": "+f.Problem)
	}
	if got := strings.Join(faults, "\n"); got != "aws_lambda_event_source_mapping.which: unlinked: aws_kinesis_stream.many has 2 "+
		"instances, and the plan does not say which\naws_lambda_event_source_mapping.local: unlinked: it goes through local.arn, "+
		"which a plan does not show" {
		t.Error(got)
	}
}

// The Region is the stream's own, that of its provider, or that of a variable.
func TestPlanRegions(t *testing.T) {
	resource := func(name, key string) string {
		return fmt.Sprintf(`{"address": "aws_kinesis_stream.%s", "mode": "managed", "type": "aws_kinesis_stream", "name": %q,
			"provider_config_key": %q}`, name, name, key)
	}
	text := `{"format_version": "1.2", "terraform_version": "1.9.0", "variables": {"region": {"value": "ap-south-1"}},
		"resource_changes": [` + strings.Join([]string{
		created("aws_kinesis_stream.own", `{"name": "own", "region": "sa-east-1", "shard_count": 1}`, `{}`),
		created("aws_kinesis_stream.alias", `{"name": "alias", "shard_count": 1}`, `{}`),
		created("aws_kinesis_stream.variable", `{"name": "variable", "shard_count": 1}`, `{}`),
		created("aws_kinesis_stream.none", `{"name": "none", "shard_count": 1}`, `{}`)}, ",") + `],
		"configuration": {"provider_config": {
			"aws.ireland": {"name": "aws", "alias": "ireland", "expressions": {"region": {"constant_value": "eu-west-1"}}},
			"aws": {"name": "aws", "expressions": {"region": {"references": ["var.region"]}}}},
		 "root_module": {"resources": [` + resource("own", "aws") + "," + resource("alias", "aws.ireland") + "," +
		resource("variable", "aws") + "," + resource("none", "aws.other") + `]}}}`
	s := mustRead(t, text, Options{})
	for i, want := range []Setting[string]{declared("sa-east-1"), declared("eu-west-1"), declared("ap-south-1"), {}} {
		if got := s.Streams[i].After.Region; got != want {
			t.Errorf("%s: %+v", s.Streams[i].Address, got)
		}
	}
}

// A text that is marked sensitive is not shown, a number is.
func TestPlanSensitive(t *testing.T) {
	s := mustRead(t, plan(`{"address": "aws_kinesis_stream.a", "mode": "managed", "type": "aws_kinesis_stream", "name": "a", "change":
		{"actions": ["create"], "before": null, "after": {"name": "secret", "shard_count": 3}, "after_unknown": {},
		"after_sensitive": {"name": true, "shard_count": true}}}`, noConfiguration), Options{})
	after := s.Streams[0].After
	if after.Name.Known() || after.Name.Value != "" || after.Shards.Value != 3 {
		t.Errorf("%+v", after)
	}
}

func BenchmarkPlan(b *testing.B) {
	var changes []string
	for i := range 5000 {
		changes = append(changes, created(fmt.Sprintf("aws_kinesis_stream.s[%d]", i), `{"name": "s", "shard_count": 1}`,
			`{"stream_mode_details": true}`))
	}
	text := plan(strings.Join(changes, ","), noConfiguration)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		mustRead(b, text, Options{})
	}
}
