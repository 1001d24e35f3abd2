package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Texts of the libraries name no flag and no command of this program: {retention} and
// {run:replay} become those in package words.
func TestLibrariesNameNoFlags(t *testing.T) {
	atRoot(t)
	words := programWords()
	offenders := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		path = filepath.ToSlash(path)
		switch {
		case err != nil:
			return err
		case d.IsDir() && (path == "cmd" || path == "docs" || len(path) > 1 && path[0] == '.'):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		for _, found := range namedIn(t, path, words) {
			offenders[path] = true
			t.Errorf("%s: a text names a flag or a command of kcalc: name an input or an action in braces", found)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// programWords returns a pattern of what only the program may say: any flag, and the
// name of the program with one of its commands behind it.
func programWords() *regexp.Regexp {
	var commands []string
	for _, c := range emptyRoot().Commands() {
		commands = append(commands, regexp.QuoteMeta(c.Name()))
	}
	return regexp.MustCompile(`(?:^|[^-\w])--[a-z]|\bkcalc (?:` + strings.Join(commands, "|") + `)\b`)
}

// notKcalc is what no word of the program is: references in braces, which package words
// expands, and commands of the AWS CLI with their flags.
var notKcalc = regexp.MustCompile(`\{[^}]*\}|\baws [a-z]+ [a-z-]+.*`)

// namedIn returns where string literals of a file match a pattern, and what they say.
func namedIn(t *testing.T, path string, pattern *regexp.Regexp) (found []string) {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		literal, ok := n.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			return true
		}
		text, err := strconv.Unquote(literal.Value)
		if err == nil && pattern.MatchString(notKcalc.ReplaceAllString(text, "")) {
			found = append(found, files.Position(literal.Pos()).String()+": "+literal.Value)
		}
		return true
	})
	return found
}

func TestProgramWords(t *testing.T) {
	pattern := programWords()
	for text, want := range map[string]bool{
		"raise --retention": true, "--peak": true, "(--shards 5)": true, "'kcalc replay' shows it": true,
		"kcalc prices update": true,
		"a -- b":              false, "---": false, "a--b": false, "kcalc.plan/v1": false, "kcalc replays": false, "{run:replay}": false,
		"": false,
	} {
		if pattern.MatchString(text) != want {
			t.Errorf("%q: %v, want %v", text, !want, want)
		}
	}
	if n := len(emptyRoot().Commands()); n < 7 {
		t.Errorf("%d commands", n)
	}
}
