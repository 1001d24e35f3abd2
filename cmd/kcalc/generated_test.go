package main

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/cmd/internal/docgen"
	"github.com/kcalc/kcalc/cmd/internal/words"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
)

//go:generate go test . -run ^TestGeneratedDocs$ -update

var update = flag.Bool("update", false, "write the generated documentation anew")

// generated is what docs/ has from the code, by path.
func generated(t *testing.T) map[string][]byte {
	t.Helper()
	commands, err := docgen.Commands(newRoot(streams{bytes.NewReader(nil), io.Discard, io.Discard}))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for name, page := range commands {
		files["reference/"+name] = page
	}
	kinesis, metrics := model.PublishedLimits(), cloudwatch.PublishedLimits()
	files["reference/limits.md"] = docgen.Limits(kinesis.List(), metrics.List())
	files["reference/workload.md"] = docgen.WorkloadFile(flagOf)
	if files["workload.schema.json"], err = docgen.Schema(); err != nil {
		t.Fatal(err)
	}
	if files["policy.schema.json"], err = docgen.PolicySchema(); err != nil {
		t.Fatal(err)
	}
	if files["history.schema.json"], err = docgen.HistorySchema(); err != nil {
		t.Fatal(err)
	}
	comments := answerComments(t)
	for _, a := range answers() {
		if files["schemas/"+a.File()], err = a.JSONSchema(comments, false); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func flagOf(key string) string {
	for _, f := range words.Flags() {
		if f.Key == key {
			return "--" + f.Name
		}
	}
	if strings.HasPrefix(key, input.AggregationKey+".") {
		return "--aggregation"
	}
	return ""
}

// What docs/ shows of commands, keys and limits is what the code has. Run with
// -update to write it anew.
func TestGeneratedDocs(t *testing.T) {
	files := generated(t)
	for name, want := range files {
		path := filepath.Join("..", "..", "docs", filepath.FromSlash(name))
		if *update {
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		got, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("docs/%s is not what the code says (%v): go test ./cmd/kcalc -run TestGeneratedDocs -update", name, err)
		}
	}
	for _, folder := range []string{"reference", "schemas"} {
		pages, err := filepath.Glob("../../docs/" + folder + "/*")
		if err != nil {
			t.Fatal(err)
		}
		for _, page := range pages {
			if _, ok := files[folder+"/"+filepath.Base(page)]; !ok {
				t.Errorf("docs/%s/%s belongs to nothing", folder, filepath.Base(page))
			}
		}
	}
}
