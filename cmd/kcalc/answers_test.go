package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/kcalc/kcalc/calc/check"
	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/calc/fleet"
	"github.com/kcalc/kcalc/calc/keys"
	"github.com/kcalc/kcalc/calc/reshard"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/cmd/internal/docgen"
	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/historyfile"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// answers are all that the program answers in JSON and YAML.
func answers() []docgen.Answer {
	return []docgen.Answer{
		{Schema: model.PlanSchema, Doc: "What kcalc recommend answers. The keys behind 'source' are there with a history alone.",
			Values: []any{review.Review{}, model.Plan{}}},
		{Schema: review.DocumentSchema, Doc: "What kcalc review answers.", Values: []any{review.Document{}}},
		{Schema: review.DiffSchema, Doc: "What kcalc diff answers.", Values: []any{review.Diff{}}},
		{Schema: check.Schema, Doc: "What kcalc check answers.", Values: []any{check.Answer{}}},
		{Schema: model.CostSchema, Doc: "What kcalc cost answers.", Values: []any{model.Costs{}}},
		{Schema: review.ReplaySchema, Doc: "What kcalc replay answers.", Values: []any{review.ReplayReport{}}},
		{Schema: review.BacktestSchema, Doc: "What kcalc backtest answers.", Values: []any{review.Backtest{}}},
		{Schema: fleet.Schema, Doc: "What kcalc fleet answers.", Values: []any{fleet.Answer{}}},
		{Schema: reshard.Schema, Doc: "What kcalc reshard answers.", Values: []any{reshard.Answer{}}},
		{Schema: keys.Schema, Doc: "What kcalc keys answers.", Values: []any{keys.Answer{}}},
		{Schema: model.SampleSchema, Doc: "What kcalc sample answers, and the file that it saves.", Values: []any{model.Sample{}}},
		{Schema: fleet.PartSchema, Doc: "What kcalc fleet --part writes, for kcalc fleet merge.", Values: []any{fleet.Piece{}}},
		{Schema: historyfile.SummarySchema, Doc: "What kcalc history show and fetch answer.", Values: []any{historyfile.Summary{}}},
		{Schema: price.ListSchema, Doc: "What kcalc prices list answers.", Values: []any{price.List{}}},
		{Schema: price.DiffSchema, Doc: "What kcalc prices diff answers.", Values: []any{price.Diff{}}},
		{Schema: report.VersionSchema, Doc: "What kcalc version answers.", Values: []any{report.Version{}}},
	}
}

// answerComments reads what the code says of the types of answers.
func answerComments(t *testing.T) *docgen.Comments {
	t.Helper()
	c, err := docgen.ReadComments(os.DirFS("../.."), "model", "calc", "cmd/internal/report")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// strictSchema returns the schema of an answer that refuses keys which it does not know. It is
// false for what is no answer.
func strictSchema(name string) (*jsonschema.Schema, bool, error) {
	for _, a := range answers() {
		if a.Schema != name {
			continue
		}
		text, err := a.JSONSchema(docgen.NoComments(), true)
		if err != nil {
			return nil, true, err
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			return nil, true, err
		}
		c := jsonschema.NewCompiler()
		if err := c.AddResource("answer.json", value); err != nil {
			return nil, true, err
		}
		s, err := c.Compile("answer.json")
		return s, true, err
	}
	return nil, false, nil
}

// checkAnswer returns what is wrong with what the program printed, if that is an answer in
// JSON: what its schema says.
func checkAnswer(printed []byte) error {
	var head struct {
		Schema string `json:"schema"`
	}
	if !bytes.HasPrefix(printed, []byte("{")) || json.Unmarshal(printed, &head) != nil || head.Schema == "" ||
		head.Schema == model.HistorySchema { // a file, which has a schema of its own
		return nil
	}
	schema, known, err := strictSchema(head.Schema)
	switch {
	case err != nil:
		return err
	case !known:
		return errors.New("no schema of " + head.Schema)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(printed))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

// exitNoAnswer is the exit code of a script's program that prints what its schema refuses.
const exitNoAnswer = 97

// checkedMain is main, but that what it prints is held against its schema.
func checkedMain() {
	var printed bytes.Buffer
	code := run(untilInterrupted(), streams{os.Stdin, io.MultiWriter(os.Stdout, &printed), os.Stderr}, os.Args[1:])
	if err := checkAnswer(printed.Bytes()); err != nil {
		io.WriteString(os.Stderr, err.Error()+"\n")
		code = exitNoAnswer
	}
	os.Exit(code)
}

// The check of answers sees what is wrong with one.
func TestCheckAnswer(t *testing.T) {
	_, good, _ := session(t.Context(), "version", "-o", "json")
	for name, c := range map[string]struct {
		text string
		ok   bool
	}{
		"good":             {good, true},
		"no answer":        {"kcalc (devel)", true},
		"another key":      {strings.Replace(good, `"go":`, `"golang":`, 1), false},
		"another type":     {strings.Replace(good, `"modified": false`, `"modified": 1`, 1), false},
		"another schema":   {strings.Replace(good, "kcalc.version/v1", "kcalc.version/v9", 1), false},
		"a key that lacks": {regexp.MustCompile(`"commit": [^,]*,`).ReplaceAllString(good, ""), false},
	} {
		if err := checkAnswer([]byte(c.text)); (err == nil) != c.ok {
			t.Errorf("%s: %v\n%s", name, err, c.text)
		}
	}
}

// Every answer of every example is as the published schema says, which takes keys that later
// versions add.
func TestAnswersHaveSchemas(t *testing.T) {
	atRoot(t)
	compiled := map[string]*jsonschema.Schema{}
	for _, a := range answers() {
		s, err := jsonschema.NewCompiler().Compile(filepath.Join("docs", "schemas", a.File()))
		if err != nil {
			t.Fatal(err)
		}
		compiled[a.Schema] = s
	}
	seen := map[string]bool{}
	for _, args := range append(exampleAnswers(t), []string{"version"}, []string{"prices", "list"},
		[]string{"review", "-f", "docs/examples/clickstream.yaml"}, []string{"review", "-f", "docs/examples/infeasible.yaml"},
		[]string{"review", "--history", "docs/examples/payments.json.gz"},
		[]string{"check", "--plan", "docs/examples/ci/plan.json", "-f", "docs/examples/ci/orders.yaml", "--policy", "docs/examples/ci/policy.yaml"},
		[]string{"diff", "docs/examples/clickstream.yaml", "docs/examples/large.yaml"},
		[]string{"backtest", "--history", "docs/examples/clicks.json.gz"},
		[]string{"keys", "docs/examples/keys.csv", "--peak", "3k"}, []string{"keys", "docs/examples/keys.csv"},
		[]string{"keys", "docs/examples/keys.csv", "--current-shards", "4", "--peak", "3k"},
		[]string{"reshard", "--current-shards", "12", "--to", "50"},
		[]string{"reshard", "--current-shards", "4", "--keys", "docs/examples/keys.csv", "--targeted", "--peak", "3k"},
		[]string{"sample", "--from-file", "docs/examples/records.jsonl"},
		[]string{"fleet", "docs/examples/clicks.json.gz", "docs/examples/payments.json.gz"},
		[]string{"fleet", "docs/examples/clicks.json.gz", "--part", "1/1"}) {
		code, out, complaints := session(t.Context(), append(args, "-o", "json")...)
		if code != exitAnswered && code != exitDoesNotFit {
			if !strings.Contains(complaints, "no price of") {
				t.Errorf("%v: exit code %d: %s", args, code, complaints)
			}
			continue
		}
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		name := value.(map[string]any)["schema"].(string)
		if compiled[name] == nil {
			t.Errorf("%v: no schema of %s", args, name)
			continue
		}
		seen[name] = true
		value.(map[string]any)["added_later"] = true
		if err := compiled[name].Validate(value); err != nil {
			t.Errorf("%v: %v", args, err)
		}
	}
	for _, a := range answers() {
		if !seen[a.Schema] && a.Schema != price.DiffSchema {
			t.Errorf("no example answers %s", a.Schema)
		}
	}
}

// Each key of an answer says what it is, or has a type that does; those whose name says it all
// need no comment.
func TestSchemasDescribeTheirTypes(t *testing.T) {
	c := answerComments(t)
	for _, a := range answers() {
		text, err := a.JSONSchema(c, false)
		if err != nil {
			t.Fatal(err)
		}
		var root struct {
			Defs map[string]struct{ Description string } `json:"$defs"`
		}
		if err := json.Unmarshal(text, &root); err != nil {
			t.Fatal(err)
		}
		for name, d := range root.Defs {
			if d.Description == "" {
				t.Errorf("%s: %s says nothing of itself", a.Schema, name)
			}
		}
	}
}

// The commands of the page for agents run, and answer what stands behind them.
func TestAgentsPageRuns(t *testing.T) {
	atRoot(t)
	page, err := os.ReadFile("docs/agents/SKILL.md")
	if err != nil {
		t.Fatal(err)
	}
	commands := regexp.MustCompile(`(?m)^kcalc ([^#\n]*)(?:# (\S+))?$`).FindAllStringSubmatch(string(page), -1)
	if len(commands) < 9 {
		t.Fatalf("%d commands", len(commands))
	}
	for _, c := range commands {
		code, out, complaints := session(t.Context(), strings.Fields(c[1])...)
		if code != exitAnswered {
			t.Errorf("%s: exit code %d: %s", c[1], code, complaints)
		}
		if !strings.Contains(out, `"schema": "`+c[2]+`"`) && c[2] != "" {
			t.Errorf("%s: no answer of %s", c[1], c[2])
		}
	}
	// Keys that the page names are there.
	_, plan, _ := session(t.Context(), "recommend", "--history", "docs/examples/clicks.json.gz", "-o", "json")
	_, document, _ := session(t.Context(), "review", "-f", "docs/examples/clickstream.yaml", "-o", "json")
	for _, key := range []string{"warnings", "severity", "remedy", "verdict", "undecided", "recommended", "minimum", "binding",
		"monthly_usd", "advice", "scaling", "calls", "infeasible", "inputs", "source"} {
		if !strings.Contains(plan, `"`+key+`":`) {
			t.Errorf("no key %s in a plan", key)
		}
	}
	for _, key := range []string{"steps", "rejected", "open_questions"} {
		if !strings.Contains(document, `"`+key+`":`) {
			t.Errorf("no key %s in a review", key)
		}
	}
}
