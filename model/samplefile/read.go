package samplefile

import (
	"errors"
	"io"
	"regexp"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/lines"
	"github.com/kcalc/kcalc/model/untrusted"
)

// mostFaults is how many faults of a file are told.
const mostFaults = 20

const allowedFile = "a sample, as it was written"

var beginning = regexp.MustCompile(`^\s*\{\s*"schema"\s*:\s*"kcalc\.sample/`)

// HeadBytes is how much of a file IsSample wants to see.
const HeadBytes = 256

// IsSample reports whether a file that begins so is a sample, of whatever version.
func IsSample(head []byte) bool { return beginning.Match(head) }

// Read reads a sample, as UTF-8. Name is what faults call the file, which are input.Errors
// with line and column. What the source of the text returns as an error is returned as it is.
func Read(name string, text io.Reader) (*model.Sample, error) {
	src := &lines.Source{In: text, Most: 1 << 30, Longest: 1 << 20}
	r := &reader{name: name, src: src, dec: jsontext.NewDecoder(src), places: map[string]input.Position{},
		rows: map[string][]int32{}}
	s := &model.Sample{}
	r.object(s)
	if src.Failed != nil {
		return nil, src.Failed
	}
	if len(r.faults) == 0 {
		r.check(s)
	}
	if len(r.faults) > 0 {
		return nil, r.faults
	}
	return s, nil
}

// reader is a file that is being read.
type reader struct {
	name   string
	src    *lines.Source
	dec    *jsontext.Decoder
	faults input.Errors
	places map[string]input.Position // of members
	rows   map[string][]int32        // of their elements
}

func (r *reader) position(offset int64) input.Position {
	line, column := r.src.At(offset)
	return input.Position{Name: r.name, Line: line, Column: column}
}

func (r *reader) fault(where input.Position, path, problem, allowed string) {
	r.faults = append(r.faults, input.Error{Where: where, Path: path, Problem: problem, Allowed: allowed})
}

// failed tells why the decoder stopped.
func (r *reader) failed(path string, err error) {
	where := r.position(r.dec.InputOffset())
	var syntax *jsontext.SyntacticError
	var semantic *json.SemanticError
	switch {
	case errors.Is(err, lines.ErrTooLarge):
		r.fault(where, path, lines.ErrTooLarge.Error(), "1 GiB, uncompressed")
	case errors.Is(err, lines.ErrTooLong):
		r.fault(where, path, lines.ErrTooLong.Error(), "1 MiB")
	case errors.Is(err, jsontext.ErrDuplicateName):
		r.fault(where, path, "given twice", "each key once")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		r.fault(where, path, "cut short: the JSON ends early", "the whole file")
	case errors.As(err, &syntax):
		r.fault(r.position(syntax.ByteOffset), path, "not JSON: "+syntax.Err.Error(), allowedFile)
	case errors.As(err, &semantic):
		r.fault(where, path, wrongValue(semantic), allowedFile)
	default:
		r.fault(where, path, untrusted.Excerpt(err.Error(), untrusted.LongestName), allowedFile)
	}
}

// wrongValue says what is wrong with a value, of which no more is known than the decoder tells.
func wrongValue(e *json.SemanticError) string {
	text := "not what belongs here"
	if e.JSONPointer != "" {
		text += ", at " + untrusted.Excerpt(string(e.JSONPointer), untrusted.LongestValue)
	}
	if errors.Is(e, json.ErrUnknownName) {
		return text + ": a key that no sample has"
	}
	if e.Err != nil {
		text += ": " + untrusted.Excerpt(e.Err.Error(), untrusted.LongestName)
	}
	return text
}

// object reads the file's object, up to its first fault.
func (r *reader) object(s *model.Sample) {
	if t, err := r.dec.ReadToken(); err != nil {
		r.failed("", err)
		return
	} else if t.Kind() != jsontext.KindBeginObject {
		r.fault(r.position(0), "", "not a sample", allowedFile)
		return
	}
	known := map[string]member{}
	for _, m := range members(s) {
		known[m.name] = m
	}
	for r.dec.PeekKind() != jsontext.KindEndObject {
		if !r.member(s, known) {
			return
		}
	}
	r.dec.ReadToken()
	where := r.position(r.dec.InputOffset())
	for _, m := range members(s) {
		if _, there := r.places[m.name]; !there && !later[m.name] {
			r.fault(where, m.name, "missing", allowedFile)
		}
	}
	if _, err := r.dec.ReadToken(); err != io.EOF {
		r.fault(where, "", "something follows the sample", "one sample in a file")
	}
}

// member reads a member, and reports whether the file can be read on.
func (r *reader) member(s *model.Sample, known map[string]member) bool {
	t, err := r.dec.ReadToken()
	if err != nil {
		r.failed("", err)
		return false
	}
	name := t.String()
	m, ok := known[name]
	where := r.position(r.dec.InputOffset())
	if !ok || len(r.places) == 0 && name != "schema" {
		r.fault(where, "", untrusted.Excerpt(name, untrusted.LongestValue)+": a key that no sample has", allowedFile)
		return false
	}
	r.places[name] = where
	if m.list != nil {
		return r.list(&m)
	}
	if err := r.value(m.value); err != nil {
		r.failed(name, err)
		return false
	}
	if s.Schema != model.SampleSchema {
		r.fault(where, "schema", "this version of a sample is not read", model.SampleSchema)
		return false
	}
	return true
}

func (r *reader) value(into any) error {
	return json.UnmarshalDecode(r.dec, into, json.RejectUnknownMembers(true))
}

// list reads the elements of a member.
func (r *reader) list(m *member) bool {
	if r.dec.PeekKind() != jsontext.KindBeginArray {
		r.fault(r.places[m.name], m.name, "not a list", allowedFile)
		return false
	}
	r.dec.ReadToken()
	for i := 0; r.dec.PeekKind() != jsontext.KindEndArray; i++ {
		err := r.value(m.list.next())
		r.rows[m.name] = append(r.rows[m.name], int32(r.position(r.dec.InputOffset()).Line))
		if err != nil {
			r.failed(m.name+"["+strconv.Itoa(i)+"]", err)
			return false
		}
	}
	_, err := r.dec.ReadToken()
	if err != nil {
		r.failed(m.name, err)
	}
	return err == nil
}

// check tells what no sample has, at the member it is in.
func (r *reader) check(s *model.Sample) {
	c := checker{}
	c.sample(s)
	for _, p := range c.problems {
		path, where := p.member, r.places[p.member]
		if p.element >= 0 {
			path += "[" + strconv.Itoa(p.element) + "]"
			where.Line, where.Column = int(r.rows[p.member][p.element]), 1
		}
		r.fault(where, path, p.text, allowedFile)
	}
}
