package main

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kcalc/kcalc/docs"
	"github.com/kcalc/kcalc/model/notice"
)

// printedIDs adds the ids of an answer in JSON to those that were found: of
// constraints, notices, advice, obstacles, cost lines and breaches, wherever they are,
// and those that lists of ids have.
func printedIDs(part any, found map[string]bool) {
	switch p := part.(type) {
	case []any:
		for _, one := range p {
			printedIDs(one, found)
		}
	case map[string]any:
		for key, value := range p {
			switch {
			case key == "id":
				found[value.(string)] = true
			case key == "binding" || key == "missing":
				ids, _ := value.([]any) // of a constraint it is true or false
				for _, id := range ids {
					found[id.(string)] = true
				}
			case key != "series" && key != "shards": // which AWS gives ids
				printedIDs(value, found)
			}
		}
	}
}

// exampleAnswers returns the arguments of commands whose answers have ids: of all
// examples, and of workloads that few constraints or prices apply to.
func exampleAnswers(t *testing.T) [][]string {
	t.Helper()
	workloads, err := filepath.Glob("docs/examples/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	histories, err := filepath.Glob("docs/examples/*.json.gz")
	if err != nil || len(workloads) < 4 || len(histories) < 2 {
		t.Fatal(workloads, histories, err)
	}
	var list [][]string
	for _, file := range workloads {
		for _, command := range []string{"recommend", "cost", "replay"} {
			list = append(list, []string{command, "-f", file})
		}
		list = append(list, []string{"replay", "-f", file, "--mode", "on-demand"})
	}
	for _, file := range histories {
		list = append(list, []string{"history", "show", file}, []string{"recommend", "--history", file},
			[]string{"recommend", "--history", file, "--since", "20m"},
			[]string{"replay", "--history", file, "--shards", "3,auto"},
			[]string{"replay", "--history", file, "--mode", "on-demand-advantage"})
	}
	small := []string{"--record-size", "200", "--average", "10"}
	large := []string{"--record-size", "1MB", "--average", "90k", "--consumer",
		"a,speed=1,latency=1s,outage=1d,reprocess=2d", "--consumers", "30"}
	fn := []string{"--consumer", "fn,batch-size=10000,duration=1s,outage=2d,catch-up=1h", "--consumer",
		"b,type=efo,latency=80ms,poll-interval=500ms"}
	for _, command := range []string{"recommend", "cost", "replay"} {
		list = append(list, append([]string{command, "--region", "xx-nowhere-1"}, small...),
			append([]string{command, "--skew", "3"}, append(small, fn...)...),
			append([]string{command}, large...))
	}
	return list
}

// Every id that an answer prints has a page.
func TestPrintedIDsHavePages(t *testing.T) {
	atRoot(t)
	found := map[string]bool{}
	for _, args := range exampleAnswers(t) {
		code, out, errors := session(t.Context(), append(args, "-o", "json")...)
		var answer any
		if code == exitFailed && strings.Contains(errors, "no price of") {
			continue // where no mode has its prices there is no answer
		}
		if err := json.Unmarshal([]byte(out), &answer); err != nil {
			t.Errorf("%v: exit code %d: %s", args, code, errors)
		}
		printedIDs(answer, found)
	}
	for id := range found {
		if _, ok := docs.Page(topic(id)); !ok {
			t.Errorf("%s: no page", id)
		}
	}
	for _, id := range []string{"made", "producer-limit.records.peak", "shard-hours", "growth-unknown", "input-unused",
		"throttled", "price-unknown"} {
		if !slices.ContainsFunc(ids(found), func(f string) bool { return f == id || strings.HasPrefix(f, id+".") }) {
			t.Errorf("no answer has the id %s: the test looks in the wrong places", id)
		}
	}
	t.Logf("%d ids", len(found))
}

func ids(found map[string]bool) []string {
	var list []string
	for id := range found {
		list = append(list, id)
	}
	return list
}

// Every kind of notice has a page, with the name of a consumer or without.
func TestNoticesHavePages(t *testing.T) {
	for _, k := range notice.Kinds() {
		for _, id := range []string{k.ID, k.ID + ".fraud", k.ID + ".a.b"} {
			if page := topic(id); page != k.Page && page != id {
				t.Errorf("%s: page %s, want %s", id, page, k.Page)
			} else if _, ok := docs.Page(page); !ok {
				t.Errorf("%s: there is no page %s", id, page)
			}
		}
	}
}
