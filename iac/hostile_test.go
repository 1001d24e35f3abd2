package iac

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
)

// Files that are made to hurt are refused, in a hurry and without much memory: those that are
// nested deep, cut off or too large.
func TestHostileFiles(t *testing.T) {
	const head = `{"format_version": "1.2", "terraform_version": "1", "resource_changes": `
	whole := plan(created("aws_kinesis_stream.a", `{"name": "a", "shard_count": 1}`, `{}`), noConfiguration)
	nested := strings.Repeat(`{"module": {"resources": [], "module_calls": {"m": `, 5000) + "{}" + strings.Repeat("}}}", 5000)
	for name, f := range map[string]struct {
		kind input.FileKind
		text string
		want string
	}{
		"plan nested":        {input.TerraformPlan, head + strings.Repeat("[", 1<<20), "cannot be read"},
		"plan nested, whole": {input.TerraformPlan, head + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + "}", "cannot be read"},
		"modules nested":     {input.TerraformPlan, plan("", `{"root_module": `+nested+`}`), "cannot be read"},
		"plan cut":           {input.TerraformPlan, whole[:len(whole)/2], "cannot be read"},
		"change set nested":  {input.ChangeSetFile, `{"Changes": ` + strings.Repeat("[", 1<<20), "cannot be read"},
		"template nested":    {input.TemplateFile, `{"Resources": ` + strings.Repeat(`{"a":`, 1<<16), ""},
		"template brackets":  {input.TemplateFile, "Resources: " + strings.Repeat("[", 1<<16), ""},
		"too large":          {input.TerraformPlan, strings.Repeat(" ", MostBytes+1), "larger than 64 MiB"},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		_, err := Read(f.kind, []byte(f.text), Options{})
		runtime.ReadMemStats(&after)
		if err == nil || !strings.Contains(err.Error(), f.want) {
			t.Errorf("%s: %.200v", name, err)
		}
		const mostSeconds, mostMemory = 5, 256 << 20
		if took, took2 := time.Since(start), after.TotalAlloc-before.TotalAlloc; took.Seconds() > mostSeconds || took2 > mostMemory {
			t.Errorf("%s: %v, %d bytes", name, took, took2)
		}
	}
}

// A plan of 5,000 streams, each with a mapping that is linked by reference, is read in a second.
func TestLargePlan(t *testing.T) {
	var changes []string
	for i := range 2500 {
		changes = append(changes, created(fmt.Sprintf("aws_kinesis_stream.s[%d]", i),
			fmt.Sprintf(`{"name": "s%d", "shard_count": 1}`, i), `{"arn": true}`),
			created(fmt.Sprintf("aws_lambda_event_source_mapping.m[%d]", i), `{"function_name": "f"}`, `{"event_source_arn": true}`))
	}
	text := plan(strings.Join(changes, ","), `{"root_module": {"resources": [{"address": "aws_lambda_event_source_mapping.m",
		"mode": "managed", "type": "aws_lambda_event_source_mapping", "name": "m", "expressions": {"event_source_arn":
		{"references": ["aws_kinesis_stream.s", "count.index"]}}}]}}`)
	start := time.Now()
	s := mustRead(t, text, Options{})
	took := time.Since(start)
	if len(s.Streams) != 2500 || len(s.Mappings) != 2500 {
		t.Fatalf("%d streams, %d mappings", len(s.Streams), len(s.Mappings))
	}
	if got := s.Mappings[1234].After.Source.Address; got != "aws_kinesis_stream.s[1234]" {
		t.Errorf("linked to %q", got)
	}
	if took > 5*time.Second { // a second, on a machine that does nothing else
		t.Errorf("%v", took)
	}
}

// A count on an on-demand stream is none, whatever tool writes it there; what kcalc does not
// know of a stream is no obstacle.
func TestCountOnDemand(t *testing.T) {
	for name, text := range map[string]string{
		"CDK": `{"Resources": {"S": {"Type": "AWS::Kinesis::Stream", "Properties": {"ShardCount": 1, "RecordDistributionStrategy": "AUTO",
			"StreamModeDetails": {"StreamMode": "ON_DEMAND"}}}}}`,
		"null": plan(created("aws_kinesis_stream.s", `{"shard_count": null, "stream_mode_details": [{"stream_mode": "ON_DEMAND"}]}`,
			`{}`), noConfiguration),
		"0": plan(created("aws_kinesis_stream.s", `{"shard_count": 0, "stream_mode_details": [{"stream_mode": "ON_DEMAND"}]}`,
			`{}`), noConfiguration),
	} {
		s := mustRead(t, text, Options{})
		after := s.Streams[0].After
		if after.Mode != declared(model.OnDemandStandard) || after.Shards.Origin != Absent || len(s.Faults) != 0 {
			t.Errorf("%s: %+v, %v", name, after, s.Faults)
		}
	}
}
