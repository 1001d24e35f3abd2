// Package lines tells in which line of a text an offset is, while a decoder reads it, and
// bounds what the decoder may take in before it makes something of it.
package lines

import (
	"bytes"
	"errors"
	"io"
)

// What Read returns where a text is more than it may be.
var (
	ErrTooLarge = errors.New("too large")
	ErrTooLong  = errors.New("a value or a blank that does not end")
)

// Source is a text on its way to a decoder.
type Source struct {
	In      io.Reader
	Most    int64 // bytes of the text
	Longest int64 // bytes that may be ahead of the offset that was asked about last
	Failed  error // of In, but for its end

	handed int64   // bytes handed on
	used   int64   // the offset that was asked about
	ends   []int64 // of lines behind it
	lines  int     // that end before it
	begin  int64   // offset of its line
}

// Read reads the text.
func (s *Source) Read(p []byte) (int, error) {
	switch {
	case s.handed > s.Most:
		return 0, ErrTooLarge
	case s.handed-s.used > s.Longest:
		return 0, ErrTooLong
	}
	n, err := s.In.Read(p)
	for i := 0; i < n; i++ {
		next := bytes.IndexByte(p[i:n], '\n')
		if next < 0 {
			break
		}
		i += next
		s.ends = append(s.ends, s.handed+int64(i))
	}
	s.handed += int64(n)
	if err != nil && err != io.EOF {
		s.Failed = err
	}
	return n, err
}

// At returns the line and the column of an offset, from 1. Offsets are asked for in order.
func (s *Source) At(offset int64) (line, column int) {
	behind := 0
	for behind < len(s.ends) && s.ends[behind] < offset {
		s.begin = s.ends[behind] + 1
		behind++
	}
	s.lines += behind
	s.ends = append(s.ends[:0], s.ends[behind:]...)
	s.used = max(s.used, offset)
	return s.lines + 1, int(offset-s.begin) + 1
}
