package historyfile

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"

	"github.com/kcalc/kcalc/model/input"
)

// longest is how many bytes a reader may take in before it makes something of
// them: a value, a line, or the blanks between two.
const longest = 1 << 20

var (
	errTooLarge = errors.New("too large for a history")
	errTooLong  = errors.New("a value, a line or a blank that does not end")
)

// source is the text of a file, on its way to what decodes it. It knows where
// the lines begin that were handed on, but not yet decoded.
type source struct {
	in   io.Reader
	most int64 // bytes that it may have
	err  error // why reading ended, where it was not at the end of the file

	handed int64   // bytes handed on
	used   int64   // those of them that at was asked about, the rest is ahead
	ends   []int64 // offsets of the ends of lines ahead
	line   int     // ends of lines behind
	begin  int64   // offset of the line that used is in
}

func (s *source) Read(p []byte) (int, error) {
	switch {
	case s.handed > s.most:
		s.err = errTooLarge
	case s.handed-s.used > longest:
		s.err = errTooLong
	}
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.in.Read(p)
	for i := 0; i < n; i++ {
		next := bytes.IndexByte(p[i:n], '\n')
		if next < 0 {
			break
		}
		i += next
		s.ends = append(s.ends, s.handed+int64(i))
	}
	s.handed += int64(n)
	if err != io.EOF {
		s.err = err
	}
	return n, err
}

// at returns the line and the column of an offset, the first of which is 1. Offsets
// are asked for in order.
func (s *source) at(offset int64) (line, column int) {
	behind := 0
	for behind < len(s.ends) && s.ends[behind] < offset {
		s.begin = s.ends[behind] + 1
		behind++
	}
	if behind > 0 {
		s.line += behind
		s.ends = s.ends[behind:]
	}
	s.used = max(s.used, offset)
	return s.line + 1, int(offset-s.begin) + 1
}

// unread reports that a file could not be read to its end. Where the caller's
// reader failed, Read says so in its stead.
func (n *notes) unread(err error, where input.Position) {
	f := input.Error{Where: where, Problem: "cut short: the gzip data ends early", Allowed: "the whole file"}
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, errTooLarge):
		f.Problem, f.Allowed = err.Error(), "1 GiB, uncompressed"
	case errors.Is(err, errTooLong):
		f.Problem, f.Allowed = err.Error(), "1 MiB"
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, &corrupt):
		f.Problem, f.Allowed = "damaged gzip data: "+err.Error(), "the file as it was written"
	}
	n.report(f)
}
