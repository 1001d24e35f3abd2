package historyfile

import (
	"encoding"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Schema says what a value of the file may be, in the terms of JSON Schema.
type Schema struct {
	Type       string // "object", "array", "string", "integer", "number" or "boolean"
	Format     string // "date-time" or ""
	Pattern    string
	Enum       []string
	Least      model.Maybe[int] // of a number
	Nullable   bool             // null is allowed besides
	Items      *Schema          // of an array
	LeastItems int
	Keys       []Key // of an object, in the order in which the file has them
}

// Key is one key of an object of the file.
type Key struct {
	Name     string
	Doc      string // what it is, in a line
	Required bool
	Schema   Schema
}

// form says how a V stands in the file: what it may be, how it is read and how it
// is written.
type form[V any] struct {
	schema Schema
	read   func(r *fileReader, into *V) func(path string)
	write  func(w *fileWriter, v *V)
}

// field is a key of the object that a T is in the file.
type field[T any] struct {
	Key
	read  func(r *fileReader, t *T) func(path string)
	write func(w *fileWriter, t *T)
	given func(t *T) bool // reports whether t has the key; nil if it always does
}

// required returns the field for a key that every T has. Its value is at what at returns.
func required[T, V any](key string, f form[V], at func(*T) *V, doc string) field[T] {
	return field[T]{
		Key:   Key{key, doc, true, f.schema},
		read:  func(r *fileReader, t *T) func(string) { return f.read(r, at(t)) },
		write: func(w *fileWriter, t *T) { f.write(w, at(t)) },
	}
}

// optional returns the field for a key that is left out where its value is the zero value.
func optional[T any, V comparable](key string, f form[V], at func(*T) *V, doc string) field[T] {
	made := required(key, f, at, doc)
	var none V
	made.Required, made.given = false, func(t *T) bool { return *at(t) != none }
	return made
}

// maybe returns the field for a key that is left out where its value is not known.
func maybe[T, V any](key string, f form[V], at func(*T) *model.Maybe[V], doc string) field[T] {
	made := required(key, f, func(t *T) *V { return &at(t).Value }, doc)
	made.Required, made.given = false, func(t *T) bool { return at(t).Known }
	read := made.read
	made.read = func(r *fileReader, t *T) func(string) {
		return func(path string) {
			at(t).Known = true
			read(r, t)(path)
		}
	}
	return made
}

// object returns the form of a value that has some keys, a line for each.
func object[T any](fields []field[T]) form[T] {
	schema := Schema{Type: "object"}
	for _, f := range fields {
		schema.Keys = append(schema.Keys, f.Key)
	}
	return form[T]{
		schema: schema,
		read: func(r *fileReader, t *T) func(string) {
			return func(path string) { r.object(path, members(r, fields, t)...) }
		},
		write: func(w *fileWriter, t *T) { writeObject(w, fields, t, true) },
	}
}

// members returns the fields of t for a walker to read.
func members[T any](r *fileReader, fields []field[T], t *T) []member {
	list := make([]member, len(fields))
	for i := range fields {
		list[i] = member{fields[i].Name, fields[i].Required, func(path string) { fields[i].read(r, t)(path) }}
	}
	return list
}

// listOf returns the form of a list, of which what names the elements.
func listOf[V any](what string, f form[V]) form[[]V] {
	return form[[]V]{
		schema: Schema{Type: "array", Items: &f.schema},
		read: func(r *fileReader, into *[]V) func(string) {
			return func(path string) {
				*into = []V{}
				r.array(path, what, func(path string) {
					var v V
					f.read(r, &v)(path)
					*into = append(*into, v)
				})
			}
		},
		write: func(w *fileWriter, list *[]V) {
			w.list(len(*list), func(i int) { f.write(w, &(*list)[i]) })
		},
	}
}

// textForm returns the form of a V that is a text: take reads it and say writes it.
func textForm[V any](allowed string, take func(into *V, text string) error, say func(V) string) form[V] {
	return form[V]{
		schema: Schema{Type: "string"},
		read: func(r *fileReader, into *V) func(string) {
			return r.checked(allowed, func(text string) error { return take(into, text) })
		},
		write: func(w *fileWriter, v *V) { w.text(say(*v)) },
	}
}

// parsed returns the form of a V that reads its own text.
func parsed[V fmt.Stringer, P interface {
	*V
	encoding.TextUnmarshaler
}](allowed string) form[V] {
	return textForm(allowed, func(into *V, text string) error { return P(into).UnmarshalText([]byte(text)) }, V.String)
}

// matching returns the form with the pattern that its texts match.
func (f form[V]) matching(pattern string) form[V] {
	f.schema.Pattern = pattern
	return f
}

// among returns the form with the only texts that it takes.
func (f form[V]) among(words ...string) form[V] {
	f.schema.Enum = words
	return f
}

// printable returns the form of a text that others have chosen, of so many bytes. What
// could steer a terminal is written as a question mark.
func printable(allowed string, least, most int) form[string] {
	return textForm(allowed, func(into *string, text string) error {
		*into = text
		if len(text) < least || len(text) > most || shown(text) != text {
			return errors.New("not such a text")
		}
		return nil
	}, shown)
}

// asWritten returns the form of a text that the reader looks at later, with its place.
func asWritten(allowed string) form[written] {
	return form[written]{
		schema: Schema{Type: "string"},
		read:   func(r *fileReader, into *written) func(string) { return r.text(into, allowed) },
		write:  func(w *fileWriter, v *written) { w.text(v.text) },
	}
}

// mostCount bounds counts of things that AWS has far fewer of.
const mostCount = 1_000_000

var countForm = form[int]{
	schema: Schema{Type: "integer", Least: model.Known(0)},
	read:   func(r *fileReader, into *int) func(string) { return r.whole(into, 0, mostCount) },
	write:  func(w *fileWriter, n *int) { w.raw(strconv.Itoa(*n)) },
}

var booleanForm = form[bool]{
	schema: Schema{Type: "boolean"},
	read:   func(r *fileReader, into *bool) func(string) { return r.boolean(into) },
	write:  func(w *fileWriter, b *bool) { w.raw(strconv.FormatBool(*b)) },
}

// timeForm is that of a time, which is read with any offset and written in UTC.
var timeForm = form[time.Time]{
	schema: Schema{Type: "string", Format: "date-time"},
	read:   textForm(instantAllowed, takeInstant, unit.Stamp).read,
	write:  func(w *fileWriter, t *time.Time) { w.text(unit.Stamp(*t)) },
}

func takeInstant(into *time.Time, text string) error {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil || !inRange(t) {
		return errors.New("not a time of a history")
	}
	*into = t.UTC()
	return nil
}
