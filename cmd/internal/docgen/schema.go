// Package docgen writes the documentation that follows from the code: the
// reference of the commands, of the workload file and of the limits, and the
// JSON schemas of the workload file, of the history file and of all answers.
package docgen

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/invopop/jsonschema"
	"github.com/kcalc/kcalc/calc/check"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/historyfile"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// Schema returns the JSON schema of the workload file. Editors complete and check with it what
// kcalc checks; rules between keys are kcalc's alone.
func Schema() ([]byte, error) {
	root := mapping("Workload of an Amazon Kinesis data stream, for kcalc.")
	root.Version = jsonschema.Version
	root.Title = "kcalc workload"
	properties(root, input.WorkloadFields())
	set(
		root,
		"producer.record_sizes",
		list("sizes of user records and their shares, instead of record_size", input.SizeFields()),
	)
	set(root, "consumers", list("applications that read the stream", input.ConsumerFields()))
	return encode(root)
}

// HistorySchema returns the JSON schema of kcalc's history file.
func HistorySchema() ([]byte, error) {
	root := historySchema(historyfile.Schema{Type: "object", Keys: historyfile.Keys()})
	root.Version = jsonschema.Version
	root.Title = "kcalc history"
	root.Description = "What an Amazon Kinesis data stream did, and what it is set to, for kcalc. A key that is absent " +
		"is not known. " +
		"Times are RFC 3339; durations, sizes and bandwidths are texts such as 1d, 1MiB and 4MiB/s."
	return encode(root)
}

// PolicySchema returns the JSON schema of the policy file of a check.
func PolicySchema() ([]byte, error) {
	root := mapping("Policy of kcalc check. A rule that is not given is not checked.")
	root.Version, root.Title = jsonschema.Version, "kcalc policy"
	for _, k := range check.PolicyKeys() {
		s := &jsonschema.Schema{Type: string(k.Kind), Description: k.Doc + " (" + k.Allowed + ")"}
		switch k.Kind {
		case check.ListKey:
			s.Items, s.MinItems = &jsonschema.Schema{Type: "string"}, ptr(uint64(1))
		case check.TextKey:
			s = &jsonschema.Schema{AnyOf: []*jsonschema.Schema{{Type: "string"}, {Type: "number"}}, Description: s.Description}
		}
		root.Properties.Set(k.Name, s)
	}
	entry := mapping("")
	for _, name := range []string{"id", "resource", "reason", "until"} {
		entry.Properties.Set(name, &jsonschema.Schema{Type: "string"})
		entry.Required = append(entry.Required, name)
	}
	root.Properties.Set("allow", &jsonschema.Schema{Type: "array", Items: entry,
		Description: "findings that do not fail, why, and the last day of that"})
	return encode(root)
}

// historySchema returns the JSON schema of a value of the history file.
func historySchema(value historyfile.Schema) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: value.Type, Format: value.Format, Pattern: value.Pattern}
	for _, word := range value.Enum {
		s.Enum = append(s.Enum, word)
	}
	if value.Least.Known {
		s.Minimum = number(float64(value.Least.Value))
	}
	if value.Items != nil {
		s.Items = historySchema(*value.Items)
	}
	if value.LeastItems > 0 {
		s.MinItems = ptr(uint64(value.LeastItems))
	}
	if value.Type == "object" {
		historyKeys(s, value.Keys)
	}
	if value.Nullable {
		return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{s, {Type: "null"}}}
	}
	return s
}

// historyKeys adds the keys of an object to its schema.
func historyKeys(s *jsonschema.Schema, keys []historyfile.Key) {
	s.Properties, s.AdditionalProperties = jsonschema.NewProperties(), jsonschema.FalseSchema
	for _, k := range keys {
		property := historySchema(k.Schema)
		property.Description = k.Doc
		s.Properties.Set(k.Name, property)
		if k.Required {
			s.Required = append(s.Required, k.Name)
		}
	}
}

func ptr[T any](t T) *T { return &t }

func encode(root *jsonschema.Schema) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(root)
	return b.Bytes(), err
}

func mapping(description string) *jsonschema.Schema {
	return &jsonschema.Schema{
		Type:                 "object",
		Description:          description,
		Properties:           jsonschema.NewProperties(),
		AdditionalProperties: jsonschema.FalseSchema,
	}
}

func list[T any](description string, fields []input.Field[T]) *jsonschema.Schema {
	item := mapping("")
	properties(item, fields)
	return &jsonschema.Schema{Type: "array", Description: description, Items: item}
}

// properties adds the fields of a T to its mapping.
func properties[T any](root *jsonschema.Schema, fields []input.Field[T]) {
	for i := range fields {
		f := &fields[i]
		s := property(f)
		s.Description = f.Doc + " (" + f.Allowed + ")"
		s.Examples = []any{f.Example}
		set(root, f.Key, s)
		if f.Required {
			root.Required = append(root.Required, f.Key)
		}
	}
}

// set puts a schema under a path, making the mappings on the way.
func set(root *jsonschema.Schema, path string, s *jsonschema.Schema) {
	group, rest, nested := strings.Cut(path, ".")
	if !nested {
		root.Properties.Set(path, s)
		return
	}
	child, ok := root.Properties.Get(group)
	if !ok {
		child = mapping("")
		root.Properties.Set(group, child)
	}
	set(child, rest, s)
}

// Patterns of the text forms. They are looser than the parsers, which say more
// about what is wrong.
const (
	sizePattern     = `^[0-9.]+([eE][+-]?[0-9]+)? *([kKmMgG][iI]?)?[bB]?$`
	ratePattern     = `^[0-9.]+([eE][+-]?[0-9]+)?[ A-Za-z]*(/ *[0-9A-Za-z]+)?$`
	countPattern    = `^[0-9]+$`
	factorPattern   = `^[0-9.]+([eE][+-]?[0-9]+)?$`
	retriesPattern  = `^(-1|[0-9]+)$`
	recordsPattern  = `^[0-9.]+([eE][+-]?[0-9]+)? *[kKMG]? *(records)?$`
	fractionPattern = `^[0-9.]+([eE][+-]?[0-9]+)? *%?$`
	growthPattern   = `^[0-9.]+([eE][+-]?[0-9]+)? *%? */ *(day|d|week|w|month|year|y)$`
	durationPattern = `^([0-9.]+(ns|us|µs|ms|s|m|h|d|w))+$`
)

// property returns the schema of a field's value, by its type.
func property[T any](f *input.Field[T]) *jsonschema.Schema {
	var t T
	value := f.At(&t)
	if c, ok := value.(model.Choice); ok {
		return choice(c)
	}
	switch value.(type) {
	case *model.Name:
		return &jsonschema.Schema{Type: "string", Pattern: model.NamePattern}
	case *model.Address:
		return &jsonschema.Schema{Type: "string", Pattern: model.AddressPattern}
	case *model.FilePath:
		return &jsonschema.Schema{Type: "string", Pattern: `.`}
	case *model.Region:
		return &jsonschema.Schema{Type: "string", Pattern: model.RegionPattern}
	case *unit.Duration:
		return &jsonschema.Schema{Type: "string", Pattern: durationPattern}
	case input.Latency:
		return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
			{Type: "string", Pattern: durationPattern}, {Type: "string", Enum: []any{input.AnyLatency}},
		}}
	case *model.Switch:
		return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
			{Type: "boolean"}, {Type: "string", Pattern: `^(true|false)$`},
		}}
	case input.KeyLoad:
		return numberOrText(f, "number", "("+fractionPattern+")|("+ratePattern+")")
	case *unit.Records:
		return numberOrText(f, "number", recordsPattern)
	case *model.Retries:
		return numberOrText(f, "integer", retriesPattern)
	case *unit.Growth:
		return &jsonschema.Schema{Type: "string", Pattern: growthPattern}
	case *unit.Moment:
		return &jsonschema.Schema{Type: "string"}
	case *unit.Count:
		return numberOrText(f, "integer", countPattern)
	case *unit.Factor:
		return numberOrText(f, "number", factorPattern)
	case *unit.Bytes:
		return numberOrText(f, "number", sizePattern)
	case *unit.Fraction:
		return numberOrText(f, "number", fractionPattern)
	}
	return numberOrText(f, "number", ratePattern)
}

func choice(c model.Choice) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string"}
	for _, word := range c.Choices() {
		s.Enum = append(s.Enum, word)
	}
	return s
}

// numberOrText returns the schema of a number, or of a text, which a number in quotes is too.
func numberOrText[T any](f *input.Field[T], kind, pattern string) *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{ranged(f, kind), {Type: "string", Pattern: pattern}}}
}

// ranged bounds a number as the field does.
func ranged[T any](f *input.Field[T], kind string) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: kind}
	if least, most, above, ok := f.Range(); ok {
		s.Maximum = number(most)
		if above {
			s.ExclusiveMinimum = number(least)
		} else {
			s.Minimum = number(least)
		}
	}
	return s
}

func number(x float64) json.Number {
	return json.Number(strconv.FormatFloat(x, 'f', -1, 64))
}
