package report

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/calc/plan"
	"github.com/kcalc/kcalc/model"
	"github.com/olekukonko/tablewriter/pkg/twwidth"
	"go.yaml.in/yaml/v4"
)

// plans are answers of every shape: one that fits, one that does not, one with a
// scaling path, one with long names and with characters of other scripts.
func plans() map[string]*model.Plan {
	limits := model.PublishedLimits()
	plain := model.NewWorkload()
	plain.Producer.RecordSize, plain.Producer.Average, plain.Producer.Peak = 200, 10_000, 20_000

	scaled := plain
	scaled.CurrentShards = 3
	scaled.Consumers = []model.Consumer{model.NewConsumer("a"), model.NewConsumer("b"), model.NewConsumer("c")}

	infeasible := plain
	for range 7 {
		infeasible.Consumers = append(infeasible.Consumers,
			model.NewConsumer(model.Name(strings.Repeat("long-name.", 3)+string(rune('a'+len(infeasible.Consumers))))))
	}
	infeasible.Consumers[0].Speed = 0.5

	all := map[string]*model.Plan{}
	for name, w := range map[string]*model.Workload{"plain": &plain, "scaled": &scaled, "infeasible": &infeasible} {
		p, _ := plan.AtLeast(context.Background(), &limits, w, nil, 0)
		all[name] = &p
	}
	return all
}

func write(t *testing.T, p *model.Plan, format Format, terminal Terminal) string {
	t.Helper()
	var b bytes.Buffer
	if err := WritePlan(&b, p, format, terminal); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The table keeps to the terminal's width, and to 100 columns; what it says does
// not depend on colour.
func TestTableWidth(t *testing.T) {
	for name, p := range plans() {
		keepsWidth(t, name, func(terminal Terminal) string { return write(t, p, Table, terminal) })
		keepsWidth(t, name, func(terminal Terminal) string {
			terminal.All = true
			return write(t, p, Table, terminal)
		})
	}
}

// keepsWidth draws a table for terminals of several widths, with colour and
// without.
func keepsWidth(t *testing.T, name string, draw func(Terminal) string) {
	t.Helper()
	for _, width := range []int{64, 72, 80, 100, 140} {
		plain := draw(Terminal{Width: width})
		for line := range strings.Lines(plain) {
			if w := twwidth.Width(strings.TrimSuffix(line, "\n")); w > min(width, maxWidth) {
				t.Errorf("%s at %d columns: %d in %q", name, width, w, line)
			}
			if strings.TrimRight(line, " \n")+"\n" != line {
				t.Errorf("%s at %d columns: white space at the end of %q", name, width, line)
			}
		}
		if strings.Contains(plain, "\x1b") {
			t.Errorf("%s: colour where none is wanted", name)
		}
	}
	colored := draw(Terminal{Width: 100, Color: true})
	if !strings.Contains(colored, "\x1b[") {
		t.Errorf("%s: no colour where it is wanted", name)
	}
	if diff := cmp.Diff(draw(Terminal{Width: 100}), uncolored(colored)); diff != "" {
		t.Errorf("%s: colour changes the text:\n%s", name, diff)
	}
}

// uncolored is text without escape sequences, and without the blanks that they
// kept at the end of lines.
func uncolored(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		var plain strings.Builder
		for i, part := range strings.Split(line, "\x1b[") {
			if i > 0 {
				_, part, _ = strings.Cut(part, "m")
			}
			plain.WriteString(part)
		}
		b.WriteString(strings.TrimRight(plain.String(), " \n") + "\n")
	}
	return b.String()
}

// Every constraint has its row and every warning, obstacle and advice its
// sentence, in the table and in markdown.
func TestNothingIsLeftOut(t *testing.T) {
	for name, p := range plans() {
		table := strings.Join(strings.Fields(write(t, p, Table, Terminal{Width: 100, All: true})), " ")
		markdown := strings.Join(strings.Fields(write(t, p, Markdown, Terminal{})), " ")
		var parts []string
		for _, w := range p.Warnings {
			parts = append(parts, w.Message, w.Remedy)
		}
		for _, o := range p.Infeasible {
			parts = append(parts, o.Message, o.Remedy)
		}
		for _, part := range parts {
			for _, text := range []string{table, markdown} {
				if !strings.Contains(unbroken(text), unbroken(part)) {
					t.Errorf("%s: %q is not in\n%s", name, part, text)
				}
			}
		}
		for _, c := range p.Constraints {
			if !strings.Contains(markdown, c.ID) {
				t.Errorf("%s: %s has no row", name, c.ID)
			}
		}
		for _, a := range p.Advice {
			if !strings.HasPrefix(a.ID, "enhanced-fan-out.") && !strings.Contains(unbroken(table), unbroken(a.Change)) {
				t.Errorf("%s: %q is not told", name, a.Change)
			}
		}
	}
}

func unbroken(text string) string { return strings.ReplaceAll(text, " ", "") }

// YAML has the keys and the values of JSON, and JSON has lists where there is
// nothing to list.
func TestYAMLIsJSON(t *testing.T) {
	for name, p := range plans() {
		text := write(t, p, JSON, Terminal{})
		sameValue(t, name, text, write(t, p, YAML, Terminal{}))
		for _, key := range []string{"infeasible", "binding", "warnings", "advice"} {
			if strings.Contains(text, "\n  \""+key+"\": null") {
				t.Errorf("%s: %s is null, not a list", name, key)
			}
		}
		if !strings.Contains(text, "\n  \"cost\": null") {
			t.Errorf("%s: the cost is not null", name)
		}
	}
}

// sameValue wants YAML to say what JSON does, and returns that.
func sameValue(t *testing.T, name, fromJSON, fromYAML string) any {
	t.Helper()
	var want, got any
	if err := json.Unmarshal([]byte(fromJSON), &want); err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal([]byte(fromYAML), &got); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var normal any
	if err := json.Unmarshal(again, &normal); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, normal); diff != "" {
		t.Errorf("%s: %s", name, diff)
	}
	return want
}

func TestCSV(t *testing.T) {
	for name, p := range plans() {
		rows, err := csv.NewReader(strings.NewReader(write(t, p, CSV, Terminal{}))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		// The columns are promised to other programs.
		want := []string{"id", "family", "consumer", "need", "minimum", "recommended", "utilization", "binding", "formula",
			"stream", "region", "period", "total_usd", "total_rounded_usd", "need_rounded", "utilization_percent"}
		if diff := cmp.Diff(want, rows[0]); diff != "" || len(rows) != len(p.Constraints)+1 {
			t.Errorf("%s: %d rows, %s", name, len(rows), diff)
		}
		for i, c := range p.Constraints {
			row := rows[i+1]
			if row[0] != c.ID || row[3] != exactOrEmpty(c.Need) || row[4] != countOrEmpty(c.Minimum) || row[8] != c.Formula {
				t.Errorf("%s: %v is not %v", name, row, c)
			}
		}
	}
}

// A full disk is an error in every format.
func TestWriteErrors(t *testing.T) {
	for _, format := range Formats() {
		if err := WritePlan(full{}, plans()["plain"], format, Terminal{Width: 80}); !errors.Is(err, errFull) {
			t.Errorf("%s: %v", format, err)
		}
	}
}

type full struct{}

var errFull = errors.New("disk full")

func (full) Write([]byte) (int, error) { return 0, errFull }

// A need has two decimals, or as many as show why the minimum is above it, up to nine.
func TestNeedText(t *testing.T) {
	shards := func(need float64, minimum int) *model.Constraint {
		return &model.Constraint{Need: model.Known(need), Minimum: model.Known(minimum)}
	}
	calls := &model.Constraint{Need: model.Known(4.128), Limit: model.Known(5.0), Unit: "calls/s"}
	for want, c := range map[string]*model.Constraint{
		"∞": {}, "4.13 calls/s": calls, "<0.01": shards(0.0099, 1), "0.01": shards(0.01, 1), "0": shards(0, 1),
		"2": shards(2, 2), "1.24": shards(1.2351, 2), "2.004": shards(2.0036, 3), "2.0004": shards(2.0004, 3),
		"2.00000002": shards(2.00000002, 3), "2.000000004": shards(2.000000004, 3), "3": shards(3.0000000004, 4),
	} {
		if got := need(c); got != want {
			t.Errorf("%v shards, minimum %v: %q, want %q", c.Need, c.Minimum, got, want)
		}
	}
}
