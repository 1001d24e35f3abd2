// Package report turns answers into what people and programs read. An answer
// becomes tables and sentences once; table, markdown and csv draw them, json
// and yaml encode the value itself. Nothing is computed here.
package report

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/fatih/color"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/cmd/internal/words"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/untrusted"
	"go.yaml.in/yaml/v4"
)

// Format is how an answer is written.
type Format string

// The formats.
const (
	Table    Format = "table"
	JSON     Format = "json"
	YAML     Format = "yaml"
	CSV      Format = "csv"
	Markdown Format = "markdown"
	HTML     Format = "html" // of a document alone
)

// Formats returns all formats, the default first.
func Formats() []Format { return []Format{Table, JSON, YAML, CSV, Markdown} }

// Terminal is what a table is drawn for.
type Terminal struct {
	Width int // columns
	Color bool
	All   bool // everything, and not the first screen alone

	// Above is the decision that opens an answer of another question, for people; nil for none.
	Above *Decision
}

// Decision is what an answer decides in a line: how many shards, and what they cost.
type Decision struct {
	headline, money string
	tone            color.Attribute
}

// DecisionOf returns the decision of a plan, or of the review that it is part of.
func DecisionOf(p *model.Plan, r *review.Review) *Decision {
	if r != nil {
		return &Decision{reviewHeadline(r), planMoney(p), verdictTone(r)}
	}
	return &Decision{planHeadline(p), planMoney(p), planTone(p)}
}

// WritePlan writes a plan in a format. Only the table looks at the terminal: without All it
// has the decision alone.
func WritePlan(w io.Writer, p *model.Plan, format Format, terminal Terminal) error {
	draw := func() *document { return planDocument(p) }
	if format == Table && !terminal.All {
		draw = func() *document { return planDecision(p) }
	}
	return answer{p, draw, planRecords(p).csv}.write(w, format, terminal)
}

// answer is a value with what draws it for people, and as csv.
type answer struct {
	value    any
	document func() *document
	csv      func(io.Writer) error
}

func (a answer) write(w io.Writer, format Format, terminal Terminal) error {
	words.ExpandAll(a.value)
	switch format {
	case JSON:
		return encodeJSON(w, a.value)
	case YAML:
		return encodeYAML(w, a.value)
	case CSV:
		return a.csv(w)
	case Markdown:
		return a.under(terminal.Above).markdown(w)
	}
	return a.under(terminal.Above).draw(w, terminal)
}

// under returns the document below a decision, if there is one.
func (a answer) under(above *Decision) *document {
	d := a.document()
	d.above = above
	return d
}

func encodeJSON(w io.Writer, answer any) error {
	text, err := asJSON(answer, jsonEscape)
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

// asJSON returns an answer in JSON. What does not show is escaped as escape has it.
func asJSON(answer any, escape func(rune) string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(answer)
	return escapeUnprintable(b.Bytes(), escape), err
}

// encodeYAML writes what encodeJSON writes, in YAML's block style: one set of
// keys and one text of each number serve both.
func encodeYAML(w io.Writer, answer any) error {
	flow, err := asJSON(answer, yamlEscape)
	if err != nil {
		return err
	}
	var node yaml.Node
	if err := yaml.Unmarshal(flow, &node); err != nil {
		return err
	}
	useBlockStyle(&node)
	text, err := yaml.Dump(&node, yaml.WithIndent(2), yaml.WithLineWidth(-1))
	if err != nil {
		return err
	}
	_, err = w.Write(escapeUnprintable(text, yamlEscape))
	return err
}

// useBlockStyle drops the braces and quotes of JSON. A string keeps its quotes where it would
// read as something else, and where it has what does not show, which only quotes have escapes
// for. Empty lists and mappings have no block style.
func useBlockStyle(n *yaml.Node) {
	switch {
	case n.Kind == yaml.ScalarNode && untrusted.Printable(n.Value) != n.Value:
		n.Style = yaml.DoubleQuotedStyle
	case n.Kind == yaml.ScalarNode || len(n.Content) > 0:
		n.Style = 0
	}
	for _, c := range n.Content {
		useBlockStyle(c)
	}
}
