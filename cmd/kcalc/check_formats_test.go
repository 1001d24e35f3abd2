package main

import (
	"encoding/json"
	"encoding/xml"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
)

// checkTemplate has a stream that does not carry what it is told on line 3, a mapping on line 6.
const checkTemplate = `AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Orders:
    Type: AWS::Kinesis::Stream
    Properties: {Name: orders, ShardCount: 1}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: f, EventSourceArn: !GetAtt Orders.Arn}
`

// checkFiles writes a template, a workload and a policy, and returns the arguments of their check.
func checkFiles(t *testing.T) []string {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{"a template.yaml": checkTemplate,
		"orders.yaml": "stream: orders\nproducer: {record_size: 1KiB, average: 5000}\n",
		"policy.yaml": "max_monthly_usd: 1\nallow:\n  - {id: check-no-on-failure, resource: Mapping, reason: r, until: 2099-01-01}\n"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return []string{"check", "--template", "a template.yaml", "-f", "orders.yaml", "--policy", "policy.yaml", "--region", "us-east-1"}
}

// SARIF has what the schema of 2.1.0 requires (its sections 3.13 to 3.35): version and runs; tool.driver.name; message.text of
// each result; the level and the kind of suppressions of their lists; a URI; a line from 1 on, which is that of the resource.
func TestSARIFShape(t *testing.T) {
	code, out, _ := session(t.Context(), append(checkFiles(t), "-o", "sarif")...)
	if code != exitDoesNotFit {
		t.Fatalf("exit code %d: %s", code, out)
	}
	var log struct {
		Schema  string `json:"$schema"`
		Version string
		Runs    []struct {
			Tool struct {
				Driver struct {
					Name  string
					Rules []struct{ ID string }
				}
			}
			Results []struct {
				RuleID, Level string
				Message       struct{ Text string }
				Locations     []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           struct{ StartLine int }
					}
					LogicalLocations []struct{ FullyQualifiedName string }
				}
				Suppressions []struct{ Kind, Justification string }
			}
		}
	}
	if err := json.Unmarshal([]byte(out), &log); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(log.Schema, "sarif-2.1.0.json") || log.Version != "2.1.0" || len(log.Runs) != 1 || log.Runs[0].Tool.Driver.Name == "" {
		t.Fatalf("%+v", log)
	}
	var rules []string
	for _, rule := range log.Runs[0].Tool.Driver.Rules {
		rules = append(rules, rule.ID)
	}
	lines, suppressed := map[string]int{}, 0
	for _, r := range log.Runs[0].Results {
		if !slices.Contains(rules, r.RuleID) || r.Message.Text == "" || !slices.Contains([]string{"none", "note", "warning", "error"}, r.Level) || len(r.Locations) != 1 {
			t.Errorf("%+v", r)
			continue
		}
		at := r.Locations[0]
		if uri, err := url.Parse(at.PhysicalLocation.ArtifactLocation.URI); err != nil || uri.Path != "a template.yaml" {
			t.Errorf("%+v: %v", at, err)
		}
		for _, name := range at.LogicalLocations {
			lines[name.FullyQualifiedName] = at.PhysicalLocation.Region.StartLine
		}
		for _, s := range r.Suppressions {
			suppressed++
			if s.Kind != "external" || s.Justification == "" {
				t.Errorf("%+v", s)
			}
		}
	}
	if lines["Orders"] != 3 || lines["Mapping"] != 6 || suppressed != 1 {
		t.Errorf("lines %v, %d suppressed", lines, suppressed)
	}
}

// JUnit has the counts of its cases, each case a name and a class, and each failure a message and a type.
func TestJUnitShape(t *testing.T) {
	_, out, _ := session(t.Context(), append(checkFiles(t), "-o", "junit")...)
	var suite struct {
		XMLName  xml.Name `xml:"testsuite"`
		Name     string   `xml:"name,attr"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Errors   *int     `xml:"errors,attr"`
		Skipped  int      `xml:"skipped,attr"`
		Cases    []struct {
			Name    string `xml:"name,attr"`
			Class   string `xml:"classname,attr"`
			Failure *struct {
				Message string `xml:"message,attr"`
				Type    string `xml:"type,attr"`
			} `xml:"failure"`
			Skipped *struct {
				Message string `xml:"message,attr"`
			} `xml:"skipped"`
		} `xml:"testcase"`
	}
	if err := xml.Unmarshal([]byte(out), &suite); err != nil {
		t.Fatal(err)
	}
	failures, skipped := 0, 0
	for _, c := range suite.Cases {
		if c.Name == "" || c.Class == "" {
			t.Errorf("%+v", c)
		}
		if c.Failure != nil {
			if failures++; c.Failure.Message == "" || c.Failure.Type == "" {
				t.Errorf("%+v", c)
			}
		}
		if c.Skipped != nil {
			skipped++
		}
	}
	if suite.Name == "" || suite.Tests != len(suite.Cases) || suite.Failures != failures || suite.Errors == nil || suite.Skipped != skipped ||
		failures != 2 || skipped != 1 {
		t.Errorf("%+v", suite)
	}
}

// Of workload files alone each finding is in its own file, on the line of the shards.
func TestFindingsAreInTheirFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{"a.yaml": "stream: a\nproducer: {record_size: 1KiB, average: 5000}\ncurrent_shards: 1\n",
		"b.yaml": "stream: b\ncurrent_shards: 2\nproducer: {record_size: 1KiB, average: 5000}\n"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, out, _ := session(t.Context(), "check", "-f", ".", "--region", "us-east-1", "-o", "json")
	var answer struct {
		Findings []struct {
			ID, Address, File string
			Line              int
		}
	}
	if err := json.Unmarshal([]byte(out), &answer); err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for _, f := range answer.Findings {
		if f.ID == "check-does-not-carry" {
			found[f.Address+" "+f.File] = f.Line
		}
	}
	if len(found) != 2 || found["a a.yaml"] != 3 || found["b b.yaml"] != 2 {
		t.Errorf("%v", found)
	}
}
