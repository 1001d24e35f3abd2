package main

import (
	"compress/gzip"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/docs"
	"github.com/kcalc/kcalc/model/historyfile"
	"github.com/kcalc/kcalc/model/input"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"
)

// today is the day of the tests, 2026-11-22: prices get old.
const today = "1795305600"

// pages are the documents that people read, by path from the root of the
// project.
func pages(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".md" || strings.HasPrefix(path, ".") {
			return err
		}
		text, err := os.ReadFile(path)
		all[filepath.ToSlash(path)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// atRoot runs a test where a reader of the documentation stands.
func atRoot(t *testing.T) {
	t.Helper()
	t.Chdir("../..")
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"} {
		t.Setenv(name, "")
	}
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	t.Setenv("SOURCE_DATE_EPOCH", today)
	t.Setenv("AWS_CONFIG_FILE", os.DevNull)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", os.DevNull)
}

// Each constraint and each cost line has a page with the parts that a reader
// looks for.
func TestFormulaPages(t *testing.T) {
	var topics []string
	for _, c := range calc.Constraints() {
		topics = append(topics, c.Topic)
	}
	for _, p := range price.Embedded().Prices() {
		if !slices.Contains(topics, p.Line) {
			topics = append(topics, p.Line)
		}
	}
	for _, topic := range topics {
		page, ok := docs.Page(topic)
		if !ok {
			t.Errorf("docs/formulas/%s.md is missing", topic)
			continue
		}
		if !strings.HasPrefix(page, "# "+topic+": ") {
			t.Errorf("%s: the first line is not its title", topic)
		}
		for _, heading := range []string{"Formula", "Symbols", "Example", "Why", "Is it exact?", "Source",
			"Public calculator"} {
			if !strings.Contains(page, "\n## "+heading+"\n") {
				t.Errorf("%s: no part %q", topic, heading)
			}
		}
	}
}

// Every page, also one that is of no constraint and no cost line, shows an example
// that runs and names its source.
func TestEveryPageHasAnExampleAndASource(t *testing.T) {
	for _, topic := range docs.Topics() {
		page, _ := docs.Page(topic)
		if !consoleBlock.MatchString(page) {
			t.Errorf("%s: no example that runs", topic)
		}
		if !strings.Contains(page, "\n## Source\n") {
			t.Errorf("%s: no source", topic)
		}
	}
}

// Every id that a plan or a cost can have leads to a page.
func TestEveryIDHasAPage(t *testing.T) {
	for _, id := range []string{
		"producer-limit.bytes.peak", "consumption-speed.a.b", "acceptable-latency.a", "acceptable-latency.a.outage",
		"stream-shards", "fan-out-consumers", "region-assumed", "shard-quota", "recommended-above-limit",
		"partition-key-size", "large-record",
		"aggregation-idle", "latency-floor.a", "reads-for-average.a", "skew-headroom", "lambda-poll.a",
		"input-unused.consumers.a.poll_interval",
		"retention-outage.a", "retention-reprocess.a", "retention-surge.a",
		"parallelization-factor.a", "lambda-payload.a", "lambda-concurrency.a", "price-unknown", "prices-old",
		"cost-too-large",
		"on-demand-shards", "on-demand-speed", "advantage-account", "cost-left-out.lambda", "aggregate", "compress", "salt-keys",
		"enhanced-fan-out.a.b",
		"recovery-bound.a", "poll-interval", "relax.surge", "relax.peak", "relax.acceptable-latency.a", "shard-hours",
		"shortfall-retrieval",
		"permission-missing", "clock-off", "on-demand-scales", "window-clipped", "history-order", "history-period",
		"history-without-records", "history-empty", "history-short", "history-gaps", "coverage-low", "no-records",
		"coarse-periods", "coarse-peak", "demand-range",
		"throttles-unknown", "kinesis-records", "record-size-unknown", "record-size-varies", "few-days", "one-week",
		"burst-unknown",
		"burst-or-hot-shard", "shards-unknown", "skew-unknown", "growth-unknown", "level-step", "function-batches",
		"replay", "throttled", "lost", "expired", "latency", "catch-up", "behind", "still-behind", "speed-unknown",
		"reprocess-cut",
		"on-demand-even", "on-demand-new", "on-demand-quota", "on-demand-reads", "uneven-keys", "stress-not-replayed",
		"data-lost", "stuck-shard.shardId-000000000000", "function-errors.a", "iterator-age", "iterator-age-rises",
		"reads-throttled", "writes-throttled", "put-records-throttled", "reads-unknown", "consumer-idle.a", "polls-shared",
		"quiet-time", "records-failed",
		"shards-together", "traffic-unknown", "demand-at-most", "coarse-steps",
	} {
		if _, ok := docs.Page(topic(id)); !ok {
			t.Errorf("%s: no page", id)
		}
	}
}

// Every term has a page, and none hides an id.
func TestTermsHavePages(t *testing.T) {
	terms := docs.Terms()
	if len(terms) < 15 {
		t.Errorf("%d terms: is the table of docs/formulas/terms.md what it was?", len(terms))
	}
	for term, topic := range terms {
		if _, ok := docs.Page(topic); !ok {
			t.Errorf("%s: no page %s", term, topic)
		}
		if _, ok := docs.Page(term); ok {
			t.Errorf("%s has a page of its own", term)
		}
	}
}

var link = regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)

// Links from one file to another lead somewhere.
func TestLinks(t *testing.T) {
	atRoot(t)
	for path, page := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(page, -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(path), m[1])); err != nil {
				t.Errorf("%s: %v", path, err)
			}
		}
	}
}

// The JSON schema takes every example and refuses what kcalc refuses; the
// examples resolve.
func TestExamplesAndSchema(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("../../docs/workload.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	examples, err := filepath.Glob("../../docs/examples/*.yaml")
	if err != nil || len(examples) < 4 {
		t.Fatalf("%d examples, %v", len(examples), err)
	}
	for _, path := range examples {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		draft := input.Read(path, text)
		if _, _, err := draft.Resolve(); err != nil {
			t.Errorf("%v", err)
		}
		if err := schema.Validate(instance(t, string(text))); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	for _, text := range []string{
		"producer: {record_size: 0}", "producer: {record_size: 200b/s}", "producer: {recordsize: 1}", "retention: 3",
		"retention: 24",
		"target_utilization: 0", "target_utilization: 1.2", "consumers: [{speed: 3}]", "consumers: [{name: a b}]",
		"consumers: [{name: a, type: fast}]", "consumers: [{name: a, lambda: {batch_size: 10001}}]", "producer: {skew: 0.5}",
	} {
		if schema.Validate(instance(t, text)) == nil {
			t.Errorf("the schema takes %s", text)
		}
		draft := input.Read("", []byte(text))
		if _, _, err := draft.Resolve(); err == nil {
			t.Errorf("kcalc takes %s", text)
		}
	}
}

// instance is YAML as the values of JSON.
func instance(t *testing.T, text string) any {
	t.Helper()
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// The JSON schema of the history file takes the examples, and what a history can
// hold; it refuses what kcalc refuses.
func TestHistorySchema(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("../../docs/history.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	examples, err := filepath.Glob("../../docs/examples/*.json.gz")
	if err != nil || len(examples) < 2 {
		t.Fatalf("%d examples, %v", len(examples), err)
	}
	for _, path := range examples {
		zipped, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer zipped.Close()
		z, err := gzip.NewReader(zipped)
		if err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(z)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	const head = `"schema":"kcalc.history/v1","from":"2026-11-01T00:00:00Z","to":"2026-11-01T00:02:00Z"`
	series := func(text string) string {
		return `{` + head + `,"series":[{"metric":"IncomingBytes","statistic":"Sum","unit":"B",` + text + `}]}`
	}
	const run = `"runs":[{"start":"2026-11-01T00:00:00Z","period":"1m","values":[1,null]}]`
	for text, takes := range map[string]bool{
		series(run):         true,
		series(`"runs":[]`): true,
		`{` + head + `,"series":[],"configuration":{"open_shards":3}}`: true,
		`{` + head + `}`: false,
		`{` + head + `,"series":[],"streams":"a"}`:                        false,
		`{` + head + `,"series":[],"stream":"a b"}`:                       false,
		`{` + head + `,"series":[],"configuration":{"mode":"sometimes"}}`: false,
		strings.Replace(series(run), "v1", "v2", 1):                       false,
		strings.Replace(series(run), "[1,null]", "[-1]", 1):               false,
		strings.Replace(series(run), "[1,null]", `["1"]`, 1):              false,
		strings.Replace(series(run), "[1,null]", `[]`, 1):                 false,
		strings.Replace(series(run), `"Sum"`, `"Most"`, 1):                false,
	} {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := schema.Validate(value) == nil; got != takes {
			t.Errorf("the schema takes %s: %v", text, got)
		}
		if _, _, err := historyfile.Read("", strings.NewReader(text)); (err == nil) != takes {
			t.Errorf("kcalc: %s: %v", text, err)
		}
	}
}
