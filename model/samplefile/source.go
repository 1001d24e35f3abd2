package samplefile

import (
	"bytes"
	"errors"
	"io"
)

// The most that a file may have, and the most of it that may be one value.
const (
	mostBytes    = 1 << 30
	longestValue = 1 << 20
)

var (
	errTooLarge = errors.New("too large for a sample")
	errTooLong  = errors.New("a value or a blank that does not end")
)

// source is the text of a file on its way to the decoder. It knows where lines end that were
// handed on and that nobody has asked about.
type source struct {
	in     io.Reader
	failed error   // of in
	handed int64   // bytes
	used   int64   // the offset that was asked about
	ends   []int64 // of lines behind it
	lines  int     // that end before it
	begin  int64   // offset of its line
}

func (s *source) Read(p []byte) (int, error) {
	switch {
	case s.handed > mostBytes:
		return 0, errTooLarge
	case s.handed-s.used > longestValue:
		return 0, errTooLong
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
	if err != nil && err != io.EOF {
		s.failed = err
	}
	return n, err
}

// at returns the line and the column of an offset, from 1. Offsets are asked for in order.
func (s *source) at(offset int64) (line, column int) {
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
