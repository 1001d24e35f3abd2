package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// mayImport says which packages a package may import beside the standard
// library. Data flows one way: model, calc, cmd.
var mayImport = map[string][]string{
	"model":             {"kcalc/model/unit", "kcalc/model/notice", "kcalc/model/untrusted"},
	"model/unit":        {},
	"model/notice":      {"kcalc/model/unit"},
	"model/untrusted":   {},
	"model/modeltest":   {},
	"model/input":       {"kcalc/model...", "go.yaml.in/yaml/v4", "golang.org/x/text/encoding..."},
	"model/billfile":    {"kcalc/model..."},
	"model/description": {"kcalc/model...", "go.yaml.in/yaml/v4"},
	"model/historyfile": {"kcalc/model...", "github.com/go-json-experiment/json...", "go.yaml.in/yaml/v4",
		"github.com/agnivade/levenshtein"},
	"model/keyfile":    {"kcalc/model..."},
	"model/lines":      {},
	"model/recordfile": {"kcalc/model...", "github.com/go-json-experiment/json..."},
	"model/samplefile": {"kcalc/model...", "github.com/go-json-experiment/json..."},
	"calc":             {"kcalc/model..."},
	"calc/keys":        {"kcalc/model..."},
	"calc/reshard":     {"kcalc/model...", "kcalc/calc", "kcalc/calc/keys"},
	"calc/sample":      {"kcalc/model..."},
	"calc/calctest":    {"kcalc/model...", "pgregory.net/rapid"},
	"calc/cost":        {"kcalc/model...", "kcalc/calc", "kcalc/calc/cost/price"},
	"calc/cost/price":  {"kcalc/model..."},
	"calc/fit":         {"kcalc/model...", "gonum.org/v1/gonum/..."},
	"calc/fit/fittest": {"kcalc/model..."},
	"calc/odds":        {"gonum.org/v1/gonum/..."},
	"calc/plan":        {"kcalc/model...", "kcalc/calc", "kcalc/calc/cost"},
	"calc/replay":      {"kcalc/model..."}, // never calc, which it is held against
	"calc/review": {"kcalc/model...", "kcalc/calc", "kcalc/calc/cost", "kcalc/calc/cost/price", "kcalc/calc/plan",
		"kcalc/calc/fit", "kcalc/calc/odds", "kcalc/calc/replay"},
	"calc/fleet/fleettest": {"kcalc/model...", "kcalc/calc/fit/fittest"},
	"calc/fleet": {"kcalc/model...", "kcalc/calc", "kcalc/calc/cost", "kcalc/calc/cost/price", "kcalc/calc/plan",
		"kcalc/calc/review"},
	"calc/check": {"kcalc/model...", "kcalc/calc", "kcalc/calc/plan", "kcalc/calc/review", "kcalc/iac", "go.yaml.in/yaml/v4"},
	"cloudwatch": {"kcalc/model...", "github.com/aws/smithy-go...", "github.com/aws/aws-sdk-go-v2/aws...",
		"github.com/aws/aws-sdk-go-v2/service/cloudwatch..."},
	"cloudwatch/inventory": {"kcalc/model...", "kcalc/cloudwatch", "github.com/aws/aws-sdk-go-v2/aws...",
		"github.com/aws/aws-sdk-go-v2/service/kinesis...", "github.com/aws/aws-sdk-go-v2/service/lambda..."},
	"cloudwatch/account": {"kcalc/model...", "kcalc/cloudwatch", "kcalc/cloudwatch/inventory", "github.com/aws/aws-sdk-go-v2/aws...",
		"github.com/aws/aws-sdk-go-v2/service/kinesis...", "github.com/aws/aws-sdk-go-v2/service/lambda...",
		"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi..."},
	"cloudwatch/records": {"kcalc/model...", "kcalc/calc/sample", "kcalc/cloudwatch", "github.com/aws/aws-sdk-go-v2/aws...",
		"github.com/aws/aws-sdk-go-v2/service/kinesis..."},
	"cloudwatch/fakeaws": {"kcalc/model...", "github.com/aws/..."},
	"cmd/internal/report": {"kcalc/model...", "kcalc/calc/cost/price", "kcalc/calc/check", "kcalc/calc/fit", "kcalc/calc/fleet", "kcalc/calc/keys", "kcalc/calc/odds",
		"kcalc/calc/plan", "kcalc/calc/replay", "kcalc/calc/reshard", "kcalc/calc/review", "kcalc/calc/sample", "kcalc/cloudwatch", "kcalc/cloudwatch/records", "kcalc/cmd/internal/picture", "kcalc/cmd/internal/words", "kcalc/docs",
		"go.yaml.in/yaml/v4", "github.com/fatih/color", "github.com/olekukonko/tablewriter...",
		"github.com/yuin/goldmark..."},
	"cmd/internal/picture": {"kcalc/model...", "kcalc/calc/replay", "kcalc/calc/review",
		"codeberg.org/go-fonts/liberation/liberationsansregular", "codeberg.org/go-pdf/fpdf",
		"git.sr.ht/~sbinet/gg", "golang.org/x/image/...", "github.com/guptarohit/asciigraph",
		"github.com/olekukonko/tablewriter/pkg/twwidth"},
	"cmd/internal/words":  {"kcalc/model...", "kcalc/calc/review"},
	"cmd/internal/docgen": {"kcalc/model...", "kcalc/calc/check", "github.com/spf13/cobra...", "github.com/invopop/jsonschema"},
	"cmd/kcalc": {"kcalc/...", "github.com/spf13/cobra", "github.com/spf13/pflag", "golang.org/x/term",
		"github.com/schollz/progressbar/v3", "github.com/agnivade/levenshtein",
		"github.com/aws/aws-sdk-go-v2/aws", "github.com/aws/aws-sdk-go-v2/config", "github.com/aws/aws-sdk-go-v2/credentials/stscreds", "github.com/aws/aws-sdk-go-v2/service...",
		"github.com/aws/smithy-go/logging", "github.com/aws/smithy-go/middleware"},
	"iac":  {"kcalc/model...", "github.com/hashicorp/terraform-json", "go.yaml.in/yaml/v4"},
	"docs": {},
}

// Outside cmd nothing prints, ends the program, or reads flags, the environment,
// files, the clock or the network of its own accord.
var forbidden = map[string]bool{
	"os": true, "flag": true, "log": true, "log/slog": true,
	"http.Get": true, "http.Post": true, "http.DefaultClient": true, "http.DefaultTransport": true,
	// clients are handed in
	"fmt.Print": true, "fmt.Println": true, "fmt.Printf": true,
	"time.Now": true, "time.Since": true, "time.Sleep": true, "time.After": true,
}

func TestArchitecture(t *testing.T) {
	seen := map[string]bool{}
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		room := filepath.ToSlash(strings.TrimPrefix(filepath.Dir(path), "../../"))
		seen[room] = true
		checkFile(t, room, path)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for room := range mayImport {
		if !seen[room] {
			t.Errorf("%s is in the table, but has no file", room)
		}
	}
}

func checkFile(t *testing.T, room, path string) {
	t.Helper()
	allowed, known := mayImport[room]
	if !known {
		t.Errorf("%s: the package is not in the table", path)
	}
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	pure := !strings.HasPrefix(room, "cmd/") && !strings.HasSuffix(room, "test") &&
		room != "cloudwatch/fakeaws" // servers of tests have a clock
	for _, spec := range file.Imports {
		name, _ := strconv.Unquote(spec.Path.Value)
		if pure && forbidden[name] {
			t.Errorf("%s imports %s", path, name)
		}
		if strings.Contains(name, ".") && !matches(allowed, strings.TrimPrefix(name, "github.com/kcalc/")) {
			t.Errorf("%s may not import %s", path, name)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && pure {
			if x, ok := s.X.(*ast.Ident); ok && forbidden[x.Name+"."+s.Sel.Name] {
				t.Errorf("%s uses %s.%s", path, x.Name, s.Sel.Name)
			}
		}
		return true
	})
}

// matches reports whether a package is in a list, in which "…/x..." stands for x
// and what is below it.
func matches(list []string, name string) bool {
	for _, entry := range list {
		prefix, below := strings.CutSuffix(entry, "...")
		if name == entry || below && strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
