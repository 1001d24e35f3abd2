package historyfile

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/kcalc/kcalc/model/input"
	"go.yaml.in/yaml/v4"
)

// YAML is read through its syntax tree, which takes far more room than the text: a file
// may have this many bytes, lines and values, which are twenty days of minutes of ten
// series, and no more. The AWS CLI prints the same as JSON, of which there may be more.
const (
	mostYAML       = 32 << 20
	mostYAMLValues = 1 << 20
	deepestYAML    = 100
)

const yamlWayOut = "at most 32 MiB and 1,048,576 values of YAML; more as JSON"

// yamlToJSON returns a file of YAML as JSON, in which each value stands in its line of the
// YAML. It returns nil where it cannot be read, which it reports.
func (p *part) yamlToJSON(src *source) []byte {
	text, err := io.ReadAll(io.LimitReader(src.in, mostYAML+1))
	if err != nil {
		p.unread(err, p.start())
		return nil
	}
	if len(text) > mostYAML || input.CountValues(text) > mostYAMLValues {
		p.report(input.Error{Where: p.start(), Problem: "too much YAML for a history", Allowed: yamlWayOut})
		return nil
	}
	var document yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	if err := decoder.Decode(&document); err != nil || len(document.Content) == 0 {
		p.report(input.YAMLFault(p.name, err))
		return nil
	}
	c := converter{notes: p.notes, line: 1, column: 1}
	c.node(document.Content[0], 0)
	if err := decoder.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) && len(p.errs) == 0 {
		p.report(input.Error{Where: p.start(), Problem: "a second document", Allowed: "one history in a file"})
	}
	if len(p.errs) > 0 {
		return nil
	}
	return c.out.Bytes()
}

// converter writes the nodes of a YAML document as JSON.
type converter struct {
	*notes
	out          bytes.Buffer
	line, column int // of what is written next
}

// to goes to the place of a node, where what was written is not beyond it.
func (c *converter) to(n *yaml.Node) {
	for c.line < n.Line {
		c.out.WriteByte('\n')
		c.line, c.column = c.line+1, 1
	}
	const farthest = 1000 // columns, so that no node makes the JSON much longer
	for c.line == n.Line && c.column < min(n.Column, farthest) {
		c.write(" ")
	}
}

func (c *converter) write(text string) {
	c.out.WriteString(text)
	c.column += len(text)
}

// node writes a node, at a depth.
func (c *converter) node(n *yaml.Node, depth int) {
	if c.full() {
		return
	}
	problem := input.NotPlain(n)
	if problem == "" && depth > deepestYAML {
		problem = "too deep for a history"
	}
	if problem != "" {
		c.report(input.Error{Where: input.Position{Name: c.name, Line: max(n.Line, 1), Column: max(n.Column, 1)},
			Problem: problem, Allowed: "what the AWS CLI prints"})
		return
	}
	c.to(n)
	switch n.Kind {
	case yaml.MappingNode:
		c.mapping(n, depth)
	case yaml.SequenceNode:
		c.write("[")
		for i, item := range n.Content {
			if i > 0 {
				c.write(",")
			}
			c.node(item, depth+1)
		}
		c.write("]")
	default:
		c.write(scalar(n))
	}
}

func (c *converter) mapping(n *yaml.Node, depth int) {
	c.write("{")
	for i := 0; i+1 < len(n.Content); i += 2 {
		if i > 0 {
			c.write(",")
		}
		c.to(n.Content[i])
		c.write(quote(n.Content[i].Value) + ":")
		c.node(n.Content[i+1], depth+1)
	}
	c.write("}")
}

// scalar returns a single value as JSON has it. What is neither a number that JSON has,
// nor true, false or null, is a text.
func scalar(n *yaml.Node) string {
	switch n.Tag {
	case "!!null":
		return "null"
	case "!!bool":
		if b, err := strconv.ParseBool(strings.ToLower(n.Value)); err == nil {
			return strconv.FormatBool(b)
		}
	case "!!int", "!!float":
		if jsontext.Value(n.Value).IsValid() {
			return n.Value
		}
	}
	return quote(n.Value)
}

func quote(text string) string {
	quoted, _ := jsontext.AppendQuote(nil, strings.ToValidUTF8(text, "\ufffd"))
	return string(quoted)
}
