package main

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kcalc/kcalc/cmd/internal/docgen"
)

// A program that can write man pages has text/template in it, and is a third larger for
// it. So a test writes them: .ci/extras is who asks for them, with -man.
var (
	manual        = flag.String("man", "", "write the man pages into this `folder`, an absolute path")
	manualVersion = flag.String("man-version", "", "the `version` that the man pages are of: a test has none")
)

// Every command has a man page that loses nothing of its help: md2man drops what looks
// like HTML, and runs examples together that are no code to it.
func TestManPages(t *testing.T) {
	pages, err := docgen.ManPages(emptyRoot(), *manualVersion, now())
	if err != nil {
		t.Fatal(err)
	}
	release, err := os.ReadFile("../../.goreleaser.yaml")
	if err != nil {
		t.Fatal(err)
	}
	everyCommand(emptyRoot(), func(cmd *cobra.Command) {
		name := strings.ReplaceAll(cmd.CommandPath(), " ", "-") + ".1"
		if !strings.Contains(string(release), "- man/man1/"+name+"\n") {
			t.Errorf(".goreleaser.yaml does not install man/man1/%s", name)
		}
		checkManPage(t, name, string(pages[name]), cmd)
		delete(pages, name)
	})
	for name := range pages {
		t.Errorf("%s is of no command", name)
	}
}

func emptyRoot() *cobra.Command {
	return newRoot(streams{bytes.NewReader(nil), io.Discard, io.Discard})
}

func everyCommand(cmd *cobra.Command, do func(*cobra.Command)) {
	do(cmd)
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			everyCommand(c, do)
		}
	}
}

func checkManPage(t *testing.T, name, page string, cmd *cobra.Command) {
	t.Helper()
	if title := `.TH "` + strings.ToUpper(strings.TrimSuffix(name, ".1")) + `" "1"`; !strings.Contains(page, title) {
		t.Errorf("%s: no line %s", name, title)
	}
	if *manual != "" {
		if err := os.WriteFile(filepath.Join(*manual, name), []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, lines := plainText(page), withoutMarkup(page)
	for line := range strings.Lines(cmd.Long) {
		if example, indented := strings.CutPrefix(line, "  "); indented &&
			!strings.Contains(lines, "\n"+strings.TrimRight(withoutMarkup(example), "\n")+"\n") {
			t.Errorf("%s has no line of its own for %q", name, example)
		}
	}
	cmd.InitDefaultHelpFlag()
	said := []string{cmd.Short, cmd.Long, cmd.Example}
	cmd.LocalFlags().
		VisitAll(func(f *pflag.Flag) { said = append(said, "--"+f.Name, strings.ReplaceAll(f.Usage, "`", "")) })
	for _, part := range said {
		if part = plainText(part); !strings.Contains(text, part) {
			t.Errorf("%s does not say %q", name, part)
		}
	}
}

// roff is the markup of man pages: requests, changes of font, and escapes.
var (
	roff   = regexp.MustCompile(`(?m)^\.S[HS]|^\.[A-Z]+.*$|\\f[A-Z]|\\&`)
	escape = strings.NewReplacer(`\-`, "-", `\\`, `\`, "*", "", "#", "", "`", "")
)

// withoutMarkup returns the lines of a text, of a man page or not.
func withoutMarkup(page string) string { return escape.Replace(roff.ReplaceAllString(page, "")) }

// plainText returns the words of a text.
func plainText(page string) string { return strings.Join(strings.Fields(withoutMarkup(page)), " ") }
