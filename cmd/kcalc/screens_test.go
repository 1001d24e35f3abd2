package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	gocmp "github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/calc/fit/fittest"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/historyfile"
)

// situations are what a stream can be in, each with what is typed. What begins with "changes"
// has a notice, or an obstacle, that changes the answer, which takes the lines that it needs.
func situations() map[string]string {
	const clicks, slow = "recommend --record-size 1000B --partition-key-size 24B --region us-east-1 --average 2k --peak 4k ",
		"--consumer a --consumer b "
	return map[string]string{
		"fits":                  clicks + slow + "--current-shards 5",
		"changes-does-not-fit":  clicks + "--consumers 7",
		"too-few":               clicks + slow + "--current-shards 3",
		"too-many":              clicks + slow + "--current-shards 20",
		"changes-undecided":     "recommend --history docs/examples/clicks.json.gz",
		"changes-hot-shard":     "recommend --history docs/examples/payments.json.gz",
		"on-demand":             "recommend -f ON-DEMAND --record-size 1000B --partition-key-size 24B --average 2k",
		"no-price":              "recommend --record-size 1000B --partition-key-size 24B --region xx-north-9 --average 2k",
		"growing":               "recommend --history GROWING",
		"changes-one-loses":     clicks + "--consumer a --consumer slow,total-speed=3000 --current-shards 5",
		"fan-out-is-worth-it":   clicks + "--consumer a,latency=200ms,type=efo --consumer b --current-shards 5",
		"all-is-well":           "recommend --record-size 1000B --partition-key-size 24B --region us-east-1 --average 100 --current-shards 1",
		"reads-decide":          clicks + "--consumers 4 --current-shards 10",
		"reads-for-the-average": clicks + "--consumers 4 --size-reads-for average",
	}
}

// onDemandSummary is what aws kinesis describe-stream-summary prints of an on-demand stream.
const onDemandSummary = `{"StreamDescriptionSummary": {"StreamName": "orders",
"StreamARN": "arn:aws:kinesis:us-east-1:123456789012:stream/orders", "StreamStatus": "ACTIVE",
"StreamModeDetails": {"StreamMode": "ON_DEMAND"}, "RetentionPeriodHours": 24, "OpenShardCount": 4, "ConsumerCount": 0}}`

// firstScreenLines is how many lines a first screen takes at most.
const firstScreenLines = 14

// The first screens of all situations, on terminals of three widths, are those that were read
// and found good. None is longer than a screen but for what changes the answer, and no line is
// wider than its terminal.
func TestScreens(t *testing.T) {
	golden, err := filepath.Abs("testdata/screens")
	if err != nil {
		t.Fatal(err)
	}
	growing := filepath.Join(t.TempDir(), "growing.json")
	writeGrowing(t, growing)
	onDemand := filepath.Join(t.TempDir(), "summary.json")
	if err := os.WriteFile(onDemand, []byte(onDemandSummary), 0o600); err != nil {
		t.Fatal(err)
	}
	files := strings.NewReplacer("GROWING", growing, "ON-DEMAND", onDemand)
	atRoot(t)
	t.Setenv("NO_COLOR", "1")
	for name, typed := range situations() {
		var all bytes.Buffer
		for _, width := range []uint16{80, 100, 140} {
			screen := screenOf(t, width, strings.Fields(files.Replace(typed)))
			fmt.Fprintf(&all, "%d columns\n%s\n", width, screen)
			lines := strings.Split(strings.TrimSuffix(screen, "\n"), "\n")
			if n := len(lines); width >= 100 && n > firstScreenLines && !strings.HasPrefix(name, "changes") {
				t.Errorf("%s has %d lines on %d columns:\n%s", name, n, width, screen)
			}
			for _, line := range lines {
				if n := len([]rune(line)); n > int(width) {
					t.Errorf("%s on %d columns: a line of %d: %s", name, width, n, line)
				}
			}
		}
		text := strings.ReplaceAll(all.String(), growing, "growing.json")
		file := filepath.Join(golden, name+".txt")
		if *update {
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if diff := gocmp.Diff(string(want), text); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
}

// screenOf returns what a command prints on a terminal of so many columns.
func screenOf(t *testing.T, width uint16, args []string) string {
	t.Helper()
	term := newTerminal(t)
	if err := pty.Setsize(term.program, &pty.Winsize{Cols: width, Rows: 50}); err != nil {
		t.Fatal(err)
	}
	var complaints bytes.Buffer
	code := run(t.Context(), streams{strings.NewReader(""), term.program, &complaints}, args)
	if code != exitAnswered && code != exitDoesNotFit {
		t.Fatalf("%v: exit code %d: %s", args, code, complaints.String())
	}
	const end = "\x04end"
	if _, err := term.program.WriteString(end); err != nil {
		t.Fatal(err)
	}
	if !term.shows(end) {
		t.Fatalf("%v does not end: %q", args, term.text())
	}
	text, _, _ := strings.Cut(term.text(), end)
	return strings.ReplaceAll(text, "\r\n", "\n")
}

// writeGrowing writes the history of a stream whose rate grows by 1% a day.
func writeGrowing(t *testing.T, file string) {
	t.Helper()
	stream := fittest.Stream{
		Seed: 5, Start: time.Date(2026, 9, 21, 0, 0, 0, 0, time.UTC),
		Parts: []fittest.Part{{Length: 56 * 24 * time.Hour, Period: 5 * time.Minute}},
		Rate:  1500, Size: 900, Growth: 0.01, Waves: []fittest.Wave{{PerDay: 1, Amplitude: 0.4, Hour: 14}}, Noise: 0.03,
		Shards: fittest.Shards{Count: 5}, Consumers: fittest.Consumers{Standard: 1},
	}
	h := stream.History()
	h.Stream, h.Region = "orders", "us-east-1"
	h.Configuration.Value.Shards = model.Maybe[[]model.Shard]{} // their hash ranges say nothing here
	var b bytes.Buffer
	if err := historyfile.Write(&b, h); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}
