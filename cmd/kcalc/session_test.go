package main

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kcalc/kcalc/calc"
)

// Every session that the documentation shows is what the program prints. Run
// with -update to write the sessions anew, and read them.
func TestSessions(t *testing.T) {
	atRoot(t)
	ran, fences := 0, 0
	for path, page := range pages(t) {
		fences += strings.Count(page, consoleFence)
		now := consoleBlock.ReplaceAllStringFunc(page, func(block string) string {
			ran++
			return rerun(t, path, block)
		})
		switch {
		case now == page:
		case *update:
			if err := os.WriteFile(path, []byte(now), 0o644); err != nil {
				t.Fatal(err)
			}
		default:
			t.Errorf("%s: a session is not what the program prints:\n%s", path, cmp.Diff(page, now))
		}
	}
	if least := len(calc.Constraints()) + 2; ran < least {
		t.Errorf("%d sessions, want one of each constraint and two besides, %d", ran, least)
	}
	if ran != fences {
		t.Errorf("%d sessions ran, want all %d that begin with %s", ran, fences, consoleFence)
	}
}

// consoleFence begins a block of a page that shows a session.
const consoleFence = "```console"

// consoleBlock is a block of a page that shows a session: a command behind "$ ",
// over several lines where they end in a backslash, and what it prints. The words
// behind the fence are those of [fence].
var consoleBlock = regexp.MustCompile(
	"(?ms)^" + consoleFence + "((?: [^ \\n]+)*)\\n\\$ ((?:[^\\n]*\\\\\\n)*[^\\n]*)\\n.*?^```$",
)

// rerun returns the block as the program writes it, and reports an error if the
// program exits with another code than the fence names.
func rerun(t *testing.T, path, block string) string {
	t.Helper()
	m := consoleBlock.FindStringSubmatch(block)
	var command []string
	for _, word := range shellWord.FindAllStringSubmatch(strings.ReplaceAll(m[2], "\\\n", " "), -1) {
		command = append(command, word[1]+word[2])
	}
	args := command[1:]
	if command[0] == "go" { // go run ./cmd/kcalc …
		args = command[3:]
	}
	f, err := parseFence(m[1])
	if err != nil {
		t.Errorf("%s: %s: %v", path, m[2], err)
		return block
	}
	var out, complaints bytes.Buffer
	if code := run(t.Context(), streams{strings.NewReader(""), &out, &complaints}, args); code != f.exit {
		t.Errorf("%s: %s: exit code %d, want %d\n%s", path, m[2], code, f.exit, complaints.String())
	}
	if err := checkAnswer(out.Bytes()); err != nil {
		t.Errorf("%s: %s: %v", path, m[2], err)
	}
	shown, err := f.show(out.String())
	if err != nil {
		t.Errorf("%s: %s: %v", path, m[2], err)
		return block
	}
	return consoleFence + m[1] + "\n$ " + m[2] + "\n" + shown + "```"
}

// shellWord is a word of a command, or what stands in double quotes.
var shellWord = regexp.MustCompile(`"([^"]*)"|(\S+)`)

// fence is what a session's fence says of it: the program's exit code, 0 unless
// exit=CODE names another, and with rows=ID[,ID…] the constraints of which a plan
// in CSV shows the rows. A page then changes only with the constraints that it is
// about. Without rows= a session shows all that the program prints.
type fence struct {
	exit int
	rows []string
}

// parseFence returns the fence of the words behind ```console.
func parseFence(words string) (fence, error) {
	var f fence
	for _, word := range strings.Fields(words) {
		key, value, _ := strings.Cut(word, "=")
		var err error
		switch key {
		case "exit":
			f.exit, err = strconv.Atoi(value)
		case "rows":
			f.rows = strings.Split(value, ",")
		default:
			err = fmt.Errorf("want exit=CODE or rows=ID[,ID…]")
		}
		if err != nil {
			return fence{}, fmt.Errorf("fence %q: %w", word, err)
		}
	}
	return f, nil
}

// show returns what a session shows of a program's output: with rows the head line
// of the CSV and the rows of these constraints, and one line "…" for each run of
// rows that it leaves out. An id without a row is an error.
func (f fence) show(out string) (string, error) {
	if f.rows == nil {
		return out, nil
	}
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	head, plan := lines[0], lines[1:]
	if !strings.HasPrefix(head, "id,") {
		return "", fmt.Errorf("rows=%s: the output is not a plan in CSV", strings.Join(f.rows, ","))
	}
	for _, id := range f.rows {
		if !slices.ContainsFunc(plan, func(row string) bool { return isRowOf(row, id) }) {
			return "", fmt.Errorf("rows=%s: the plan has no such row", id)
		}
	}
	for i, row := range plan {
		if !slices.ContainsFunc(f.rows, func(id string) bool { return isRowOf(row, id) }) {
			plan[i] = leftOut
		}
	}
	shown := slices.CompactFunc(plan, func(a, b string) bool { return a == leftOut && b == leftOut })
	return strings.Join(append([]string{head}, shown...), "\n") + "\n", nil
}

// leftOut stands for rows that a session does not show.
const leftOut = "…"

// isRowOf reports whether a row's id is this one, or this one with the name of a
// consumer or another part behind it.
func isRowOf(row, id string) bool {
	own, _, _ := strings.Cut(row, ",")
	return own == id || strings.HasPrefix(own, id+".")
}

func TestFenceShowsItsRows(t *testing.T) {
	const plan = "id,need\na.peak,1\na.surge,2\nb,3\nb.fraud,4\nbc,5\nc,6\n"
	for words, want := range map[string]string{
		"":                       plan,
		" exit=3":                plan,
		" rows=a.peak":           "id,need\na.peak,1\n…\n",
		" rows=a":                "id,need\na.peak,1\na.surge,2\n…\n",
		" rows=b":                "id,need\n…\nb,3\nb.fraud,4\n…\n",
		" exit=3 rows=a.surge,c": "id,need\n…\na.surge,2\n…\nc,6\n",
		" rows=a,a.peak":         "id,need\na.peak,1\na.surge,2\n…\n",
		" rows=c":                "id,need\n…\nc,6\n",
	} {
		f, err := parseFence(words)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := f.show(plan); got != want || err != nil {
			t.Errorf("%q shows\n%s%v, want\n%s", words, got, err, want)
		}
		if exits := strings.Contains(words, "exit=3"); exits != (f.exit == 3) {
			t.Errorf("%q: exit code %d", words, f.exit)
		}
	}
}

func TestFenceRefuses(t *testing.T) {
	for _, words := range []string{" exit=three", " row=a", " rows"} {
		if f, err := parseFence(words); err == nil && !slices.Contains(f.rows, "") {
			t.Errorf("%q is taken as %+v", words, f)
		}
	}
	for _, f := range []fence{{rows: []string{"d"}}, {rows: []string{"a.peak", "a.p"}}, {rows: []string{""}}} {
		if got, err := f.show("id,need\na.peak,1\n"); err == nil {
			t.Errorf("rows %q shows\n%s, want an error", f.rows, got)
		}
	}
	if got, err := (fence{rows: []string{"a"}}).show("mode,line\na,1\n"); err == nil {
		t.Errorf("a bill shows\n%s, want an error", got)
	}
}
