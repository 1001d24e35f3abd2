package historyfile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/kcalc/kcalc/model/input"
)

// member is a key of an object, and the function that reads its value at a path.
type member struct {
	key      string
	required bool
	read     func(path string)
}

// anyOther is the key of a member for those keys that no other member has.
const anyOther = "*"

// keysOf lists the keys of members, for faults.
func keysOf(members []member) string {
	var keys []string
	for _, m := range members {
		if m.key != anyOther {
			keys = append(keys, m.key)
		}
	}
	return strings.Join(keys, ", ")
}

// object reads an object with those members. It returns where the object begins.
func (w *walker) object(path string, members ...member) input.Position {
	begin := w.at()
	if !w.open(jsontext.KindBeginObject, path, "an object with the keys "+keysOf(members)) {
		return begin
	}
	seen := make([]bool, len(members))
	for w.more() {
		at := w.at()
		key := w.token().String()
		if w.stopped() {
			break
		}
		i := slices.IndexFunc(members, func(m member) bool { return m.key == key || m.key == anyOther })
		if i < 0 {
			w.report(input.Error{Where: at, Path: join(path, key), Problem: "unknown key", Allowed: keysOf(members)})
			w.skip(path)
			continue
		}
		seen[i] = true
		members[i].read(join(path, key))
	}
	w.token()
	for i, m := range members {
		if m.required && !seen[i] && !w.stopped() {
			w.report(input.Error{Where: begin, Path: join(path, m.key), Problem: "missing",
				Allowed: "the keys " + keysOf(members)})
		}
	}
	return begin
}

// array reads an array, each element with a path of its own.
func (w *walker) array(path, what string, element func(path string)) {
	if !w.open(jsontext.KindBeginArray, path, "an array of "+what) {
		return
	}
	for i := 0; w.more(); i++ {
		element(path + "[" + strconv.Itoa(i) + "]")
	}
	w.token()
}

// written is a text of the file and where it stands.
type written struct {
	text  string
	where input.Position
}

// text reads a text, as it is.
func (w *walker) text(into *written, allowed string) func(string) {
	return func(path string) {
		if kind := w.dec.PeekKind(); kind != jsontext.KindString && kind != jsontext.KindInvalid {
			w.wrongKind(path, allowed)
			return
		}
		where := w.at()
		*into = written{w.token().String(), where}
	}
}

// checked reads a text that a function takes or has something against.
func (w *walker) checked(allowed string, take func(text string) error) func(string) {
	return func(path string) {
		var found written
		w.text(&found, allowed)(path)
		if found.where.Line == 0 || w.stopped() {
			return
		}
		if err := take(found.text); err != nil {
			w.report(input.Error{Where: found.where, Path: path, Value: found.text, Problem: err.Error(),
				Allowed: allowed})
		}
	}
}

// whole reads a whole number.
func (w *walker) whole(into *int, least, most int) func(string) {
	allowed := fmt.Sprintf("a whole number from %d to %d", least, most)
	return func(path string) {
		where := w.at()
		if kind := w.dec.PeekKind(); kind != jsontext.KindNumber && kind != jsontext.KindInvalid {
			w.wrongKind(path, allowed)
			return
		}
		text := w.token().String()
		n, err := strconv.Atoi(text)
		switch {
		case w.stopped():
		case err != nil || n < least || n > most:
			w.report(input.Error{Where: where, Path: path, Value: text, Problem: "not one of those allowed",
				Allowed: allowed})
		default:
			*into = n
		}
	}
}

// boolean reads true or false.
func (w *walker) boolean(into *bool) func(string) {
	return func(path string) {
		switch w.dec.PeekKind() {
		case jsontext.KindTrue, jsontext.KindFalse, jsontext.KindInvalid:
			*into = w.token().Kind() == jsontext.KindTrue
		default:
			w.wrongKind(path, "true or false")
		}
	}
}
