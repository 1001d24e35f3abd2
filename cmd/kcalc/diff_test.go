package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// A running stream is what was saved of it: nothing changes from the one to the other, and its
// document is the same but for the name of its source and the hash of what has that name.
func TestRunningStreamIsSaved(t *testing.T) {
	a := newOrders(t, 3)
	t.Chdir(t.TempDir())
	if code, _, complaints := session(t.Context(), "history", "fetch", "--stream", a.stream, "--save", "CloudWatch"); code != 0 {
		t.Fatal(complaints)
	}
	code, out, complaints := session(t.Context(), "diff", "CloudWatch", "stream:"+a.stream)
	if code != exitAnswered || !strings.HasPrefix(out, "No stream changes ") || !strings.Contains(out, "to stream:"+a.stream) {
		t.Errorf("exit code %d: %s%s", code, out, complaints)
	}
	fetched := regexp.MustCompile(`"inputs_sha256": "\w+"`)
	_, live, complaints := session(t.Context(), "review", "--stream", a.stream, "-o", "json")
	_, saved, _ := session(t.Context(), "review", "--history", "CloudWatch", "-o", "json")
	if live, saved = fetched.ReplaceAllString(live, ""), fetched.ReplaceAllString(saved, ""); live != saved || live == "" {
		t.Errorf("not the same: %s", complaints)
	}
}

// A running stream against what is declared of it has the traffic of the stream on both sides.
func TestRunningStreamAgainstDeclared(t *testing.T) {
	a := newOrders(t, 3)
	t.Chdir(t.TempDir())
	template := "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  S:\n    Type: AWS::Kinesis::Stream\n" +
		"    Properties: {Name: " + a.stream + ", ShardCount: 90}\n"
	if err := os.WriteFile("template.yaml", []byte(template), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, complaints := session(t.Context(), "diff", "stream:"+a.stream, "template.yaml", "-o", "json")
	if code != exitAnswered || !strings.Contains(out, `"shards": 90`) || strings.Contains(out, "cost-without-data") {
		t.Errorf("exit code %d: %s%s", code, out, complaints)
	}
}
