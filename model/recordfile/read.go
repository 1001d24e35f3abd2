package recordfile

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/lines"
)

// mostFaults is how many faults of a file are told.
const mostFaults = 20

const allowed = `records in JSON such as {"PartitionKey": "user-1", "Data": "aGVsbG8="}, or what 'aws kinesis get-records' prints`

// longest is how much one record may have: 10 MiB in base64, and what is beside it.
const longest = 20 << 20

// mostBytes is how much a file may have.
const mostBytes = 1 << 40

// deepest is how deep records may lie in lists of records.
const deepest = 8

// Read calls each with the records of a text, which is UTF-8, one after the other. The payload
// is each's only until it returns. Name is what faults call the text, which are input.Errors
// with the line of each. What the source of the text returns as an error is returned as it is.
func Read(name string, text io.Reader, each func(*model.Record)) error {
	src := &lines.Source{In: text, Most: mostBytes, Longest: longest}
	r := &reader{name: name, src: src, each: each,
		dec: jsontext.NewDecoder(src, jsontext.AllowDuplicateNames(true))}
	for r.dec.PeekKind() != jsontext.KindInvalid && !r.stopped {
		r.record(0)
	}
	if _, err := r.dec.ReadToken(); !r.stopped && err != io.EOF {
		r.broken(err)
	}
	if src.Failed != nil {
		return src.Failed
	}
	if len(r.faults) > 0 {
		return r.faults
	}
	return nil
}

// reader is a text that is being read.
type reader struct {
	name    string
	src     *lines.Source
	dec     *jsontext.Decoder
	each    func(*model.Record)
	faults  input.Errors
	read    int // records
	stopped bool
	data    []byte // of a record, used again for the next
}

// line returns the line that is being read.
func (r *reader) line() int {
	line, _ := r.src.At(r.dec.InputOffset())
	return line
}

// fault tells what is wrong with a record, and stops where enough is known: in a file of
// something else the first fault is.
func (r *reader) fault(line int, problem string) {
	r.faults = append(r.faults, input.Error{Where: input.Position{Name: r.name, Line: line, Column: 1}, Problem: problem,
		Allowed: allowed})
	r.stopped = r.stopped || r.read == 0 || len(r.faults) >= mostFaults
}

// broken tells why the text cannot be read on.
func (r *reader) broken(err error) {
	if r.stopped {
		return
	}
	r.stopped = true
	switch {
	case errors.Is(err, lines.ErrTooLong), errors.Is(err, lines.ErrTooLarge):
		r.fault(r.line(), err.Error())
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		r.fault(r.line(), "cut short: the JSON ends early")
	default:
		line := r.line()
		if syntax := (*jsontext.SyntacticError)(nil); errors.As(err, &syntax) {
			line, _ = r.src.At(syntax.ByteOffset)
		}
		r.fault(line, "not a record in JSON")
	}
}

// record reads an object: a record, or what has a list of them.
func (r *reader) record(depth int) {
	if r.dec.PeekKind() != jsontext.KindBeginObject || depth > deepest {
		_, err := r.dec.ReadToken()
		line := r.line()
		if err != nil {
			r.broken(err)
			return
		}
		r.stopped = true
		r.fault(line, "not a record in JSON")
		return
	}
	var f fields
	line := r.object(&f, depth)
	if r.stopped || f.list && f.key == nil {
		return
	}
	rec, problem := f.record(&r.data)
	if problem != "" {
		r.fault(line, problem)
		return
	}
	r.read++
	r.each(rec)
}

// object reads an object's members into the fields of a record, and returns its line.
func (r *reader) object(f *fields, depth int) (line int) {
	r.dec.ReadToken()
	line = r.line()
	for r.dec.PeekKind() != jsontext.KindEndObject {
		token, err := r.dec.ReadToken()
		if err != nil {
			r.broken(err)
			return line
		}
		name := strings.ToLower(token.String())
		kind := r.dec.PeekKind() // after which the token is gone
		switch {
		case name == "records" && kind == jsontext.KindBeginArray:
			f.list = true
			r.list(depth)
		case name == "kinesis" && kind == jsontext.KindBeginObject:
			if depth > deepest {
				r.stopped = true
				r.fault(line, "not a record in JSON")
				return line
			}
			r.object(f, depth+1)
		default:
			value, err := r.dec.ReadValue()
			if err != nil {
				r.broken(err)
				return line
			}
			f.take(name, value)
		}
		r.line() // so that the source knows
		if r.stopped {
			return line
		}
	}
	r.dec.ReadToken()
	r.line()
	return line
}

// list reads a list of records.
func (r *reader) list(depth int) {
	r.dec.ReadToken()
	for !r.stopped && r.dec.PeekKind() != jsontext.KindEndArray {
		r.record(depth + 1)
	}
	if !r.stopped {
		r.dec.ReadToken()
	}
}

// decode returns the payload that base64 has.
func decode(text []byte, into *[]byte) ([]byte, bool) {
	if bytes.ContainsAny(text, "\r\n") {
		return nil, false
	}
	if n := base64.StdEncoding.DecodedLen(len(text)); cap(*into) < n {
		*into = make([]byte, n)
	}
	n, err := base64.StdEncoding.Decode((*into)[:cap(*into)], text)
	return (*into)[:n], err == nil
}
