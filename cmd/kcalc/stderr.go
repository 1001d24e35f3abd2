package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/kcalc/kcalc/model/untrusted"
)

// printableWriter is standard error: all that the program says beside its answer goes
// through it. Much of that is of others, such as names of files, flags that there
// are not, and what AWS has answered; line by line it shows what it is, and does
// nothing else to a terminal.
type printableWriter struct{ w io.Writer }

func (s printableWriter) Write(p []byte) (int, error) {
	lines := strings.Split(string(p), "\n")
	for i, line := range lines {
		lines[i] = untrusted.Printable(line)
	}
	if _, err := io.WriteString(s.w, strings.Join(lines, "\n")); err != nil {
		return 0, err
	}
	return len(p), nil
}

// printLine writes a text of a kind in one line.
func printLine(w io.Writer, kind, text string) error {
	_, err := fmt.Fprintf(w, "%s: %s\n", kind, untrusted.Printable(text))
	return err
}

// underlying returns the writer below a stream of the program. Whoever steers a terminal with
// it has to make texts of others printable first.
func underlying(w io.Writer) io.Writer {
	switch s := w.(type) {
	case *errWriter:
		return s.w
	case printableWriter:
		return s.w
	}
	return w
}
