package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// snippet is a block of YAML on the page of CI.
var snippet = regexp.MustCompile("(?ms)^```yaml\\n(.*?)^```$")

// planOf is a plan that takes a stream from 2 shards to another number of them.
func planOf(shards string) string {
	state := func(n string) string {
		return `{"name": "orders", "region": "us-east-1", "shard_count": ` + n + `, "retention_period": 24,
			"stream_mode_details": [{"stream_mode": "PROVISIONED"}]}`
	}
	return `{"format_version": "1.2", "terraform_version": "1.9.8", "resource_changes": [{"address": "aws_kinesis_stream.orders",
		"mode": "managed", "type": "aws_kinesis_stream", "name": "orders", "change": {"actions": ["update"], "before": ` +
		state("2") + `, "after": ` + state(shards) + `, "after_unknown": {}}}]}`
}

// Each snippet of the page of CI is YAML, and the commands of kcalc in it run. 9,000 records/s need 9
// shards, 12 with a fifth left free: 4 are too few, and 16 carry them.
func TestCISnippets(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "ci.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := snippet.FindAllSubmatch(page, -1)
	if len(blocks) != 4 {
		t.Fatalf("%d snippets, want those of 4 tools", len(blocks))
	}
	for shards, carries := range map[string]bool{"4": false, "16": true} {
		t.Chdir(t.TempDir())
		for name, text := range map[string]string{"plan.json": planOf(shards),
			"stream.yaml": "stream: orders\nregion: us-east-1\nproducer: {average: 3k, peak: 9k, record_size: 1KB}\n"} {
			if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for _, block := range blocks {
			runSnippet(t, block[1], carries)
		}
	}
}

// runSnippet runs the commands of a snippet, and judges as its jq does.
func runSnippet(t *testing.T, text []byte, carries bool) {
	t.Helper()
	var tree any
	if err := yaml.Unmarshal(text, &tree); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	commands := commandsIn(tree)
	if len(commands) == 0 {
		t.Errorf("no command of kcalc in\n%s", text)
	}
	for _, command := range commands {
		args := strings.Fields(strings.ReplaceAll(command, "$SHOWFILE", "plan.json"))[1:]
		var out, complaints bytes.Buffer
		if code := run(t.Context(), streams{strings.NewReader(""), &out, &complaints}, args); code != 0 {
			t.Errorf("%s: exit code %d\n%s", command, code, complaints.String())
		}
		switch args[0] {
		case "diff":
			checkComment(t, command, out.Bytes())
		case "recommend":
			checkVerdict(t, carries)
		}
	}
}

// checkComment checks that what is commented, on standard output or in its file, has the marker
// that the page names.
func checkComment(t *testing.T, command string, comment []byte) {
	t.Helper()
	if strings.Contains(command, "--out") {
		comment, _ = os.ReadFile("comment.md")
	}
	if !bytes.HasSuffix(bytes.TrimSpace(comment), []byte("<!-- kcalc:diff -->")) {
		t.Errorf("%s: no marker at the end of %s", command, comment)
	}
}

// checkVerdict checks the verdict that the snippets read with jq.
func checkVerdict(t *testing.T, carries bool) {
	t.Helper()
	data, err := os.ReadFile("sizing.json")
	if err != nil {
		t.Fatal(err)
	}
	var answer struct{ Scaling struct{ Verdict string } }
	if err := json.Unmarshal(data, &answer); err != nil {
		t.Fatal(err)
	}
	if v := answer.Scaling.Verdict; (v == "right" || v == "too-many") != carries {
		t.Errorf("verdict %q, though it carries: %v", v, carries)
	}
}

// commandsIn returns the lines of the texts of a tree that begin with kcalc.
func commandsIn(tree any) (list []string) {
	switch v := tree.(type) {
	case string:
		for line := range strings.Lines(v) {
			if line = strings.TrimSpace(line); strings.HasPrefix(line, "kcalc ") {
				list = append(list, line)
			}
		}
	case map[string]any:
		for _, inner := range v {
			list = append(list, commandsIn(inner)...)
		}
	case []any:
		for _, inner := range v {
			list = append(list, commandsIn(inner)...)
		}
	}
	return list
}
