package historyfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Write writes a history as kcalc's own file, which Read reads as the same
// history. A line has 60 values, an hour of minutes, and lines part where hours
// do, whenever a run begins: two files of windows that overlap have lines in
// common. What could steer a terminal in texts that AWS has chosen is written as
// a question mark. A history that Read would refuse is an error.
func Write(w io.Writer, h *model.History) error {
	if err := check(h); err != nil {
		return err
	}
	d := document{History: *h}
	d.From, d.To = h.From.UTC(), h.To.UTC()
	out := newWriter(w)
	object(documentFields).write(out, &d)
	out.raw("\n")
	return out.out.Flush()
}

// fileWriter writes the JSON of kcalc's own file. An error of its output stays with
// it until Flush.
type fileWriter struct {
	out   *bufio.Writer
	depth int // of the objects and lists that have lines of their own
}

func newWriter(w io.Writer) *fileWriter { return &fileWriter{out: bufio.NewWriter(w)} }

// raw writes a text as it is.
func (w *fileWriter) raw(text string) { w.out.WriteString(text) }

// text writes a JSON string.
func (w *fileWriter) text(text string) {
	quoted, _ := jsontext.AppendQuote(w.out.AvailableBuffer(), text) // what is no UTF-8 becomes U+FFFD
	w.out.Write(quoted)
}

// line begins a line.
func (w *fileWriter) line() {
	w.out.WriteByte('\n')
	for range w.depth {
		w.out.WriteString("  ")
	}
}

// list writes a list of n elements, each of which begins a line.
func (w *fileWriter) list(n int, element func(i int)) {
	w.out.WriteByte('[')
	w.depth++
	for i := range n {
		w.raw(separator(i))
		w.line()
		element(i)
	}
	w.depth--
	if n > 0 {
		w.line()
	}
	w.out.WriteByte(']')
}

// writeObject writes the fields that t has, each in a line if lines is set.
func writeObject[T any](w *fileWriter, fields []field[T], t *T, lines bool) {
	w.out.WriteByte('{')
	if lines {
		w.depth++
	}
	n := 0
	for i := range fields {
		if f := &fields[i]; f.given == nil || f.given(t) {
			w.key(f.Name, n == 0, lines)
			f.write(w, t)
			n++
		}
	}
	if lines {
		w.depth--
	}
	if lines && n > 0 {
		w.line()
	}
	w.out.WriteByte('}')
}

// key writes a key and what stands before it.
func (w *fileWriter) key(name string, first, lines bool) {
	switch {
	case !first && lines:
		w.raw(",")
	case !first:
		w.raw(", ")
	}
	if lines {
		w.line()
	}
	w.raw(`"` + name + `": `)
}

// separator returns what stands before the element i.
func separator(i int) string {
	if i == 0 {
		return ""
	}
	return ","
}

// perLine is how many values a line has.
const perLine = 60

// values writes the values of a run.
func (w *fileWriter) values(r *model.Run) {
	at := r.Start.Unix() / int64(time.Duration(r.Period)/time.Second) // periods since 1970
	w.out.WriteByte('[')
	w.depth++
	for i, v := range r.Values {
		w.raw(separator(i))
		if i == 0 || (at+int64(i))%perLine == 0 {
			w.line()
		}
		if model.IsPoint(v) {
			w.out.Write(jsontext.AppendFloat(w.out.AvailableBuffer(), v, 64))
		} else {
			w.raw("null")
		}
	}
	w.depth--
	w.line()
	w.out.WriteByte(']')
}

// check returns why a history cannot be written.
func check(h *model.History) error {
	if !inRange(h.From) || !inRange(h.To) || !h.To.After(h.From) {
		return errors.New("a history needs a window, from a time of 1970 to 2199 to a later one")
	}
	periods := 0
	seen := map[model.SeriesID]bool{}
	for _, s := range h.Series {
		if !isSeries(s.SeriesID) || seen[s.SeriesID] {
			return fmt.Errorf("%s: no series of a history, or there twice", s.SeriesID)
		}
		seen[s.SeriesID] = true
		for i, r := range s.Runs {
			if err := checkRun(s.Runs[:i], r); err != nil {
				return fmt.Errorf("%s, run of %s: %w", s.SeriesID, unit.Stamp(r.Start), err)
			}
			periods += len(r.Values)
		}
	}
	if periods > MaxPeriods {
		return fmt.Errorf("too many values for a history: %d", periods)
	}
	return nil
}

// checkRun returns why a run cannot follow others.
func checkRun(before []model.Run, r model.Run) error {
	if err := checkPeriod(r.Period); err != nil {
		return err
	}
	if problem := misplaced(before, r); problem != "" {
		return errors.New(problem)
	}
	for i, v := range r.Values {
		if problem := notValue(v); problem != "" {
			return fmt.Errorf("%s: %s value", unit.Stamp(r.Time(i)), problem)
		}
	}
	return nil
}
