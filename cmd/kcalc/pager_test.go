package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/creack/pty"
)

// explainOn runs explain on a terminal of so many columns and lines, and returns what it shows.
func explainOn(t *testing.T, topic string, columns, lines uint16, until string) string {
	t.Helper()
	term := newTerminal(t)
	if err := pty.Setsize(term.person, &pty.Winsize{Cols: columns, Rows: lines}); err != nil {
		t.Fatal(err)
	}
	code := run(t.Context(), streams{term.program, term.program, term.program}, []string{"explain", topic})
	if !term.shows(until) || code != exitAnswered {
		t.Errorf("exit code %d, %q is not in\n%s", code, until, term.text())
	}
	return term.text()
}

// On a terminal a page has no marks of Markdown, and is as wide as the terminal.
func TestExplainOnATerminal(t *testing.T) {
	t.Setenv("PAGER", "")
	t.Setenv("NO_COLOR", "1")
	shown := explainOn(t, "producer-limit.records.peak", 80, 24, "Source")
	for _, mark := range []string{"```", "## ", "| ", "**", "](", "\x1b"} {
		if strings.Contains(shown, mark) {
			t.Errorf("%q is in\n%s", mark, shown)
		}
	}
	for line := range strings.Lines(shown) {
		if n := len([]rune(strings.TrimRight(line, "\r\n"))); n > 80 && !strings.HasPrefix(line, "  ") {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}

// A page that is longer than the screen goes through the pager, one that is not does not.
func TestExplainPages(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the pager of the test is a script of a shell")
	}
	pager := filepath.Join(t.TempDir(), "pager")
	if err := os.WriteFile(pager, []byte("#!/bin/sh\necho paged with $1 and LESS=$LESS\ncat\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PAGER", pager+" -x")
	if shown := explainOn(t, "replay", 80, 24, "Source"); !strings.Contains(shown, "paged with -x and LESS=FRX") {
		t.Errorf("not paged:\n%s", shown)
	}
	if shown := explainOn(t, "replay", 80, 1000, "Source"); strings.Contains(shown, "paged") {
		t.Errorf("paged, though it fits:\n%s", shown)
	}
	t.Setenv("PAGER", "no-such-pager")
	explainOn(t, "replay", 80, 24, "Source")
}
