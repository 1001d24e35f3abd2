package historyfile

import (
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/kcalc/kcalc/model/input"
)

// walker walks a JSON file from one token to the next. Once something is wrong
// with the syntax it stands still: what reads with it need not look for that.
type walker struct {
	*notes
	src    *source
	dec    *jsontext.Decoder
	broken bool
}

func newWalker(n *notes, src *source) *walker {
	return &walker{notes: n, src: src, dec: jsontext.NewDecoder(src)}
}

// position returns the place of an offset.
func (w *walker) position(offset int64) input.Position {
	line, column := w.src.at(offset)
	return input.Position{Name: w.name, Line: line, Column: max(column, 1)}
}

// at returns the place of the next token.
func (w *walker) at() input.Position {
	w.dec.PeekKind()
	ahead := w.dec.UnreadBuffer()
	blank := 0
	for blank < len(ahead) && strings.IndexByte(" \t\r\n,:", ahead[blank]) >= 0 {
		blank++
	}
	return w.position(w.dec.InputOffset() + int64(blank))
}

// passed returns the line of the token that was read last.
func (w *walker) passed() int {
	line, _ := w.src.at(w.dec.InputOffset())
	return line
}

func (w *walker) stopped() bool { return w.broken || w.full() }

// token reads the next token. Its kind is invalid where there is none.
func (w *walker) token() jsontext.Token {
	if w.stopped() {
		return jsontext.Token{}
	}
	t, err := w.dec.ReadToken()
	if err != nil {
		w.fail(err)
		return jsontext.Token{}
	}
	return t
}

// fail reports why there is no next token, and stops.
func (w *walker) fail(err error) {
	w.broken = true
	f := input.Error{Where: w.at(), Problem: "cut short: the JSON ends early", Allowed: "the whole file"}
	var syntax *jsontext.SyntacticError
	switch {
	case w.src.err != nil:
		w.unread(w.src.err, f.Where)
		return
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
	case errors.As(err, &syntax):
		f.Where, f.Path = w.position(syntax.ByteOffset), pathOf(syntax.JSONPointer)
		f.Problem, f.Allowed = "not JSON: "+syntax.Err.Error(), ""
		if errors.Is(err, jsontext.ErrDuplicateName) {
			f.Problem, f.Allowed = "given twice", "each key once"
		}
	}
	w.report(f)
}

// pathOf writes a JSON pointer as the paths of other faults: series[0].runs.
func pathOf(pointer jsontext.Pointer) string {
	path := ""
	for token := range pointer.Tokens() {
		if _, err := strconv.Atoi(token); err == nil {
			path += "[" + token + "]"
		} else {
			path = join(path, token)
		}
	}
	return path
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// more reports whether another member or element follows.
func (w *walker) more() bool {
	if w.stopped() {
		return false
	}
	switch w.dec.PeekKind() {
	case jsontext.KindEndObject, jsontext.KindEndArray:
		return false
	case jsontext.KindInvalid:
		w.token()
	}
	return !w.stopped()
}

// open reads the beginning of an object or an array, or passes over what is
// there instead.
func (w *walker) open(kind jsontext.Kind, path, allowed string) bool {
	if found := w.dec.PeekKind(); found == kind || found == jsontext.KindInvalid {
		return w.token().Kind() == kind
	}
	w.wrongKind(path, allowed)
	return false
}

// wrongKind reports that the next value is not of the kind that is needed, and passes
// over it.
func (w *walker) wrongKind(path, allowed string) {
	f := input.Error{Where: w.at(), Path: path, Problem: kindNames[w.dec.PeekKind()] + " is not what belongs here",
		Allowed: allowed}
	w.skip(path)
	if !w.broken {
		w.report(f)
	}
}

// kindNames are what faults call a value that they do not repeat.
var kindNames = map[jsontext.Kind]string{
	jsontext.KindNull: "null", jsontext.KindFalse: "false", jsontext.KindTrue: "true", jsontext.KindString: "a text",
	jsontext.KindNumber: "a number", jsontext.KindBeginObject: "an object", jsontext.KindBeginArray: "an array",
}

// skip passes over the next value.
func (w *walker) skip(string) {
	depth := w.dec.StackDepth()
	for {
		w.token()
		w.passed() // so that the source knows
		if w.stopped() || w.dec.StackDepth() <= depth {
			return
		}
	}
}

// end reports whatever follows the file's one value.
func (w *walker) end() {
	if w.stopped() {
		return
	}
	where := w.at()
	switch _, err := w.dec.ReadToken(); {
	case errors.Is(err, io.EOF):
	case err != nil:
		w.fail(err)
	default:
		w.report(input.Error{Where: where, Problem: "something follows the history", Allowed: "one history in a file"})
	}
}
