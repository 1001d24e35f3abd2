package historyfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/kcalc/kcalc/model"
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
	head, err := json.Marshal(fileOf(h), jsontext.WithIndent("  "))
	if err != nil {
		return err
	}
	head, _ = bytes.CutSuffix(head, []byte("[]\n}")) // the series follow by hand
	out := bufio.NewWriter(w)
	out.Write(head)
	out.WriteByte('[')
	for i := range h.Series {
		out.WriteString(separator(i) + "\n    ")
		writeSeries(out, &h.Series[i])
	}
	out.WriteString("\n  ]\n}\n")
	return out.Flush()
}

// separator is what stands before an element.
func separator(i int) string {
	if i == 0 {
		return ""
	}
	return ","
}

// perLine is how many values a line has.
const perLine = 60

func writeSeries(out *bufio.Writer, s *model.Series) {
	m, _ := s.Describe()
	fmt.Fprintf(out, `{"metric": "%s", "statistic": "%s", "unit": "%s", `, m.Name, m.Statistic, m.Unit)
	if s.Level != model.StreamLevel {
		fmt.Fprintf(out, `"%s": "%s", `, s.Level, s.Of)
	}
	out.WriteString(`"runs": [`)
	for i, r := range s.Runs {
		fmt.Fprintf(out, "%s\n"+`      {"start": "%s", "period": "%s", "values": [`, separator(i), stamp(r.Start), r.Period)
		writeValues(out, r)
		out.WriteString("\n      ]}")
	}
	if len(s.Runs) > 0 {
		out.WriteString("\n    ")
	}
	out.WriteString("]}")
}

func writeValues(out *bufio.Writer, r model.Run) {
	at := r.Start.Unix() / int64(time.Duration(r.Period)/time.Second) // periods since 1970
	for i, v := range r.Values {
		out.WriteString(separator(i))
		if i == 0 || (at+int64(i))%perLine == 0 {
			out.WriteString("\n        ")
		}
		if !model.IsPoint(v) {
			out.WriteString("null")
			continue
		}
		out.Write(jsontext.AppendFloat(out.AvailableBuffer(), v, 64))
	}
}

// check says why a history cannot be written.
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
				return fmt.Errorf("%s, run of %s: %w", s.SeriesID, stamp(r.Start), err)
			}
			periods += len(r.Values)
		}
	}
	if periods > MaxPeriods {
		return fmt.Errorf("too many values for a history: %d", periods)
	}
	return nil
}

func checkRun(before []model.Run, r model.Run) error {
	if err := checkPeriod(r.Period); err != nil {
		return err
	}
	if problem := misplaced(before, r); problem != "" {
		return errors.New(problem)
	}
	for i, v := range r.Values {
		if problem := notValue(v); problem != "" {
			return fmt.Errorf("%s: %s value", stamp(r.Time(i)), problem)
		}
	}
	return nil
}
