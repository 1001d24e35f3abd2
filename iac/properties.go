package iac

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// unresolved stands in a tree of properties for a value that is not known.
type unresolved struct {
	why      string
	resource string // that it is of, in a template
	text     string // what is known of it, with a gap for what is not
}

// properties are those of a resource: a tree of nil, bool, float64, string, []any,
// map[string]any and unresolved. Terraform's names are snake_case, CloudFormation's are
// PascalCase; dialect chooses.
type properties struct {
	tree    any
	dialect dialect
	address string
	faults  *[]Fault
}

// dialect is whose names properties have.
type dialect int

const (
	terraform dialect = iota
	cloudFormation
)

// names are a property in both dialects: path elements separated by dots.
type names struct{ terraform, cloudFormation string }

func (p *properties) path(n names) string {
	if p.dialect == terraform {
		return n.terraform
	}
	return n.cloudFormation
}

// find returns what stands at a path. A list of one is looked into, as Terraform writes a
// block.
func (p *properties) find(n names) any {
	at := p.tree
	path := p.path(n)
	if path == "" {
		return nil
	}
	for key := range strings.SplitSeq(path, ".") {
		if list, ok := at.([]any); ok && len(list) == 1 {
			at = list[0]
		}
		switch t := at.(type) {
		case map[string]any:
			at = t[key]
		case unresolved:
			return t
		default:
			return nil
		}
	}
	return at
}

// fault reports what is wrong with a property.
func (p *properties) fault(n names, format string, args ...any) {
	*p.faults = append(*p.faults, Fault{Address: p.address, Path: p.path(n), Problem: fmt.Sprintf(format, args...)})
}

// read returns the property at a path, as a function reads it. What it cannot read is a
// fault, and unknown.
func read[T any](p *properties, n names, from func(any) (T, bool), kind string) Setting[T] {
	v := p.find(n)
	switch u := v.(type) {
	case nil:
		return Setting[T]{}
	case unresolved:
		return Setting[T]{Origin: Unknown, Why: u.why}
	}
	got, ok := from(v)
	if !ok {
		p.fault(n, "%s is needed here, not %s", kind, describe(v))
		return Setting[T]{Origin: Unknown, Why: "it cannot be read"}
	}
	return declared(got)
}

func (p *properties) text(n names) Setting[string] { return read(p, n, asText, "a text") }

func (p *properties) whole(n names) Setting[int] { return read(p, n, asWhole, "a whole number") }

func (p *properties) number(n names) Setting[float64] { return read(p, n, asNumber, "a number") }

func (p *properties) flag(n names) Setting[bool] { return read(p, n, asBool, "true or false") }

func (p *properties) list(n names) Setting[[]string] { return read(p, n, asTexts, "a list of texts") }

// present returns whether anything stands at a path, known or not.
func (p *properties) present(n names) Setting[bool] {
	switch v := p.find(n).(type) {
	case nil:
		return Setting[bool]{}
	case unresolved:
		return declared(true) // a destination that is made in the same step
	case []any:
		return declared(len(v) > 0)
	case string:
		return declared(v != "")
	}
	return declared(true)
}

// count returns how many items stand at a path.
func (p *properties) count(n names) Setting[int] {
	return read(p, n, func(v any) (int, bool) {
		list, ok := v.([]any)
		return len(list), ok
	}, "a list")
}

func asText(v any) (string, bool) {
	switch t := v.(type) {
	case string:
		return t, true
	case float64:
		return strconv.FormatFloat(t, 'f', -1, 64), true
	}
	return "", false
}

func asNumber(v any) (float64, bool) {
	switch t := v.(type) {
	case float64:
		return t, true
	case string: // CloudFormation takes numbers in quotes
		x, err := strconv.ParseFloat(t, 64)
		return x, err == nil && !math.IsInf(x, 0) && !math.IsNaN(x)
	}
	return 0, false
}

func asWhole(v any) (int, bool) {
	x, ok := asNumber(v)
	return int(x), ok && x == math.Trunc(x) && math.Abs(x) < 1e9
}

func asBool(v any) (b, ok bool) {
	switch t := v.(type) {
	case bool:
		return t, true
	case string:
		b, err := strconv.ParseBool(t)
		return b, err == nil
	}
	return false, false
}

func asTexts(v any) ([]string, bool) {
	list, ok := v.([]any)
	if !ok {
		return nil, false
	}
	var texts []string
	for _, item := range list {
		text, ok := asText(item)
		if !ok {
			return nil, false
		}
		texts = append(texts, text)
	}
	slices.Sort(texts)
	return slices.Compact(texts), true
}

// describe returns what a value is, for a fault.
func describe(v any) string {
	switch t := v.(type) {
	case string:
		return strconv.Quote(t)
	case float64:
		return strconv.FormatFloat(t, 'g', -1, 64)
	case bool:
		return strconv.FormatBool(t)
	case []any:
		return "a list"
	case map[string]any:
		return "a mapping"
	}
	return "this"
}
