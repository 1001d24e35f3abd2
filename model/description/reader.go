package description

import (
	"strconv"

	"github.com/kcalc/kcalc/model/input"
	"go.yaml.in/yaml/v4"
)

// reader looks up values in the syntax tree of a file. Keys that it is not asked for are
// passed over: AWS adds keys.
type reader struct {
	name string
	errs input.Errors
}

// mostErrors is how many errors of a file are reported.
const mostErrors = 100

// fault reports what is wrong with the value of a node.
func (r *reader) fault(n *yaml.Node, path, value, problem, allowed string) {
	if len(r.errs) < mostErrors {
		r.errs = append(r.errs, input.Error{Path: path, Value: value, Problem: problem, Allowed: allowed,
			Where: input.Position{Name: r.name, Line: max(n.Line, 1), Column: max(n.Column, 1)}})
	}
}

const deepest = 50 // levels, of which descriptions have seven

// plain reports whether a tree has no anchors and tags, which let a user see another value
// than the program does. It reports the first that it has.
func (r *reader) plain(n *yaml.Node, depth int) bool {
	problem := input.NotPlain(n)
	if problem == "" && depth > deepest {
		problem = "too deep for a description"
	}
	if problem != "" {
		r.fault(n, "", "", problem, "what the AWS CLI prints")
		return false
	}
	for _, part := range n.Content {
		if !r.plain(part, depth+1) {
			return false
		}
	}
	return true
}

// get returns the value of a key of a mapping, nil where it has none or null.
func (r *reader) get(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key && n.Content[i+1].Tag != "!!null" {
			return n.Content[i+1]
		}
	}
	return nil
}

// text returns the text of a key, "" where there is none.
func (r *reader) text(n *yaml.Node, key string) string {
	v := r.get(n, key)
	switch {
	case v == nil:
		return ""
	case v.Kind != yaml.ScalarNode:
		r.fault(v, key, "", "a text is needed here", "no list and no mapping")
		return ""
	}
	return v.Value
}

// required returns the text of a key that has to be there.
func (r *reader) required(n *yaml.Node, key string) string {
	text := r.text(n, key)
	if text == "" {
		r.fault(n, key, "", "missing", "what the AWS CLI prints")
	}
	return text
}

// whole returns the whole number of a key, and whether there is one.
func (r *reader) whole(n *yaml.Node, key string, least, most int) (value int, ok bool) {
	v := r.get(n, key)
	if v == nil {
		return 0, false
	}
	value, err := strconv.Atoi(v.Value)
	if v.Kind != yaml.ScalarNode || err != nil || value < least || value > most {
		r.fault(v, key, v.Value, "not one of those allowed",
			"a whole number from "+strconv.Itoa(least)+" to "+strconv.Itoa(most))
		return 0, false
	}
	return value, true
}

// yes reports whether a key is true.
func (r *reader) yes(n *yaml.Node, key string) bool {
	text := r.text(n, key)
	b, err := strconv.ParseBool(text)
	if text != "" && err != nil {
		r.fault(r.get(n, key), key, text, "neither true nor false", "true or false")
	}
	return b
}

// items returns the elements of a list.
func (r *reader) items(n *yaml.Node, what string) []*yaml.Node {
	if n.Kind != yaml.SequenceNode {
		r.fault(n, what, "", "a list is needed here", "what the AWS CLI prints")
		return nil
	}
	return n.Content
}
