package docgen

import (
	"encoding"
	"encoding/json"
	"path"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/invopop/jsonschema"
)

// Answer is an answer in machine formats: what its schema key says, and the values that it can
// be. Where there are several, the schema has the keys of all, and those that all have are
// required.
type Answer struct {
	Schema string // "kcalc.plan/v1"
	Doc    string
	Values []any
}

// File returns the name of the file that has the answer's schema.
func (a *Answer) File() string {
	name, version, _ := strings.Cut(strings.TrimPrefix(a.Schema, "kcalc."), "/")
	return name + "." + version + ".schema.json"
}

// JSONSchema returns the JSON schema of the answer, with what the comments say of its types and
// keys. A strict one refuses keys that it does not know. The others take them: a new version of
// the program may add keys.
func (a *Answer) JSONSchema(c *Comments, strict bool) ([]byte, error) {
	r := reflector{comments: c, strict: strict, defs: jsonschema.Definitions{}}
	root := r.object(reflect.TypeOf(a.Values[0]))
	for _, other := range a.Values[1:] {
		more := r.object(reflect.TypeOf(other))
		for p := more.Properties.Oldest(); p != nil; p = p.Next() {
			root.Properties.Set(p.Key, p.Value)
		}
		root.Required = slices.DeleteFunc(root.Required, func(key string) bool { return !slices.Contains(more.Required, key) })
	}
	root.Properties.Set("schema", &jsonschema.Schema{Const: a.Schema})
	root.Version, root.Title, root.Description, root.Definitions = jsonschema.Version, a.Schema, a.Doc, r.defs
	return encode(root)
}

// reflector makes schemas of Go types, as encoding/json writes them.
type reflector struct {
	comments *Comments
	strict   bool
	defs     jsonschema.Definitions
}

var (
	timeType      = reflect.TypeFor[time.Time]()
	jsonMarshaler = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
)

// schema returns the schema of a type. What a struct has is under its name in the definitions.
func (r *reflector) schema(t reflect.Type) *jsonschema.Schema {
	switch {
	case t == timeType:
		return &jsonschema.Schema{Type: "string", Format: "date-time"}
	case isMaybe(t):
		return nullable(r.schema(t.Field(0).Type))
	case t.Kind() == reflect.Pointer:
		return nullable(r.schema(t.Elem()))
	case t.Implements(textMarshaler):
		return r.described(t, "string")
	case t.Implements(jsonMarshaler) && t.Kind() == reflect.Struct:
		return r.described(t, "object") // it writes itself
	case t.Kind() == reflect.Struct:
		return r.definition(t)
	}
	return r.plain(t)
}

// plain returns the schema of a type that is no struct.
func (r *reflector) plain(t reflect.Type) *jsonschema.Schema {
	switch t.Kind() {
	case reflect.Bool:
		return r.described(t, "boolean")
	case reflect.String:
		return r.described(t, "string")
	case reflect.Float64, reflect.Float32:
		return r.described(t, "number")
	case reflect.Slice, reflect.Array:
		return &jsonschema.Schema{Type: "array", Items: r.schema(t.Elem())}
	case reflect.Map:
		return &jsonschema.Schema{Type: "object", AdditionalProperties: r.schema(t.Elem())}
	case reflect.Interface:
		return &jsonschema.Schema{}
	}
	if t.Implements(jsonMarshaler) { // a number of another unit
		return r.described(t, "number")
	}
	return r.described(t, "integer")
}

// described returns the schema of a type that has a name, with the words that it can be.
func (r *reflector) described(t reflect.Type, kind string) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: kind}
	if t.PkgPath() != "" {
		s.Description = r.comments.of(nameOf(t))
		for _, word := range r.comments.words[nameOf(t)] {
			s.Examples = append(s.Examples, word)
		}
	}
	return s
}

// definition returns a reference to the definition of a struct, which it makes once.
func (r *reflector) definition(t reflect.Type) *jsonschema.Schema {
	if t.Name() == "" {
		return r.object(t)
	}
	name := nameOf(t)
	if _, ok := r.defs[name]; !ok {
		r.defs[name] = &jsonschema.Schema{} // a type may have itself within
		r.defs[name] = r.object(t)
	}
	return &jsonschema.Schema{Ref: "#/$defs/" + name}
}

// object returns the schema of a struct.
func (r *reflector) object(t reflect.Type) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "object", Description: r.comments.of(nameOf(t)), Properties: jsonschema.NewProperties()}
	if r.strict {
		s.AdditionalProperties = jsonschema.FalseSchema
	}
	r.fields(s, t)
	return s
}

// fields adds the fields of a struct, and those of the structs that are embedded in it. A field
// of the struct itself goes before one of the same key that is embedded.
func (r *reflector) fields(s *jsonschema.Schema, t reflect.Type) {
	for i := range t.NumField() {
		f := t.Field(i)
		tag, tagged := f.Tag.Lookup("json")
		key, options, _ := strings.Cut(tag, ",")
		switch {
		case key == "-" || !f.IsExported() && !f.Anonymous:
			continue
		case f.Anonymous && !tagged:
			within := f.Type
			if within.Kind() == reflect.Pointer {
				within = within.Elem()
			}
			r.fields(s, within)
			continue
		case key == "":
			key = f.Name
		}
		property := r.schema(f.Type)
		if doc := r.comments.of(nameOf(t) + "." + f.Name); doc != "" {
			property.Description = doc
		}
		s.Properties.Set(key, property)
		s.Required = slices.DeleteFunc(s.Required, func(k string) bool { return k == key })
		if !strings.Contains(options, "omit") {
			s.Required = append(s.Required, key)
		}
	}
}

// nullable returns the schema of what can be lacking.
func nullable(s *jsonschema.Schema) *jsonschema.Schema {
	doc := s.Description
	s.Description = ""
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{s, {Type: "null"}}, Description: doc}
}

// isMaybe reports whether a type is a model.Maybe.
func isMaybe(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && strings.HasPrefix(t.Name(), "Maybe[") && path.Base(t.PkgPath()) == "model"
}

// nameOf returns the name of a type with that of its package: "model.Plan".
func nameOf(t reflect.Type) string { return path.Base(t.PkgPath()) + "." + t.Name() }
