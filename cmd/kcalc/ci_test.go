package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/kcalc/kcalc/calc/check"
	"go.yaml.in/yaml/v4"
)

// The snippets of docs/ci.md are YAML, and the kcalc commands in them run.
func TestCISnippets(t *testing.T) {
	atRoot(t)
	page, err := os.ReadFile("docs/ci.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	commands := 0
	files := strings.NewReplacer("kcalc-policy.yaml", "docs/examples/ci/policy.yaml", "streams/", "docs/examples/ci/orders.yaml",
		"$SHOWFILE", "docs/examples/ci/plan.json", " plan.json", " docs/examples/ci/plan.json",
		"kcalc.sarif", t.TempDir()+"/kcalc.sarif", "kcalc.xml", t.TempDir()+"/kcalc.xml", "kcalc.md", t.TempDir()+"/kcalc.md")
	for _, block := range blocks {
		var value map[string]any
		if err := yaml.Unmarshal([]byte(block[1]), &value); err != nil || len(value) == 0 {
			t.Errorf("%v in\n%s", err, block[1])
		}
		for _, command := range regexp.MustCompile(`kcalc (check [^|\n]*)`).FindAllStringSubmatch(block[1], -1) {
			if strings.HasPrefix(command[1], "check\n") || !strings.Contains(command[1], "-f") {
				continue
			}
			commands++
			code, _, complaints := session(t.Context(), strings.Fields(files.Replace(command[1]))...)
			if code != 0 && code != exitDoesNotFit {
				t.Errorf("%s: exit code %d: %s", command[1], code, complaints)
			}
		}
	}
	if len(blocks) != 5 || commands != 6 {
		t.Errorf("%d snippets, %d commands", len(blocks), commands)
	}
	if _, err := check.ReadPolicy("docs/ci.md", []byte(blocks[0][1])); err != nil {
		t.Error(err)
	}
	for _, block := range blocks[1:3] { // each job installs kcalc, and finds its comment again
		for _, want := range []string{"go install ./cmd/kcalc", "<!-- kcalc:check -->"} {
			if !strings.Contains(block[1], want) {
				t.Errorf("no %s in\n%s", want, block[1])
			}
		}
	}
}

// Every key of a policy is in the pages of a check.
func TestPolicyKeysAreDocumented(t *testing.T) {
	atRoot(t)
	for _, file := range []string{"docs/ci.md", "docs/formulas/check.md"} {
		page, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range policyKeys() {
			if !strings.Contains(string(page), "`"+key+"`") {
				t.Errorf("%s: no %s", file, key)
			}
		}
	}
}

// A plan of 5,000 resources is checked in a second: here in less than five, as machines differ.
func TestCheckOfManyResources(t *testing.T) {
	var changes []string
	for i := range 1000 {
		name := fmt.Sprintf("s%d", i)
		resource := func(kind, after string) {
			changes = append(changes, fmt.Sprintf(`{"address": "%[1]s.a[%[2]d]", "mode": "managed", "type": %[1]q, "name": "a", "index": %[2]d,
				"change": {"actions": ["create"], "before": null, "after": {%[3]s}, "after_unknown": {}}}`, kind, i, after))
		}
		arn := `"arn:aws:kinesis:us-east-1:123456789012:stream/` + name + `"`
		resource("aws_kinesis_stream", `"name": "`+name+`", "shard_count": 2`)
		resource("aws_kinesis_stream_consumer", `"name": "c", "stream_arn": `+arn)
		resource("aws_lambda_event_source_mapping", `"function_name": "f", "event_source_arn": `+arn)
		resource("aws_lambda_function", `"function_name": "`+name+`"`)
		resource("aws_cloudwatch_metric_alarm", `"namespace": "AWS/Kinesis", "metric_name": "GetRecords.IteratorAgeMilliseconds", "dimensions": {"StreamName": "`+name+`"}`)
	}
	file := t.TempDir() + "/plan.json"
	text := `{"format_version": "1.2", "resource_changes": [` + strings.Join(changes, ",") + `]}`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	code, out, complaints := session(t.Context(), "check", "--plan", file, "--region", "us-east-1")
	took := time.Since(start)
	if code != exitDoesNotFit || !strings.Contains(out, "1,000 streams checked") && !strings.Contains(out, "1000 streams checked") { // 2,000 invocations
		t.Errorf("exit code %d: %.200s %s", code, out, complaints)
	}
	if n := strings.Count(out, "\n"); n > 400 || !strings.Contains(strings.Join(strings.Fields(out), " "), "findings these are 50: the first. All are in -o json") {
		t.Errorf("%d lines, or the findings are cut without a word", n)
	}
	if took > 5*time.Second {
		t.Errorf("took %s", took)
	}
	t.Logf("5,000 resources: %s", took)
}
