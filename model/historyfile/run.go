package historyfile

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// runList is the runs of a series, and what is missing in those that were read.
type runList struct {
	runs []model.Run
	gap  gap
}

// runRecord is a run as the file has it.
type runRecord struct {
	model.Run
	nulls nulls
}

var runListForm = form[runList]{
	schema: Schema{Type: "array", Items: ptr(object(runFields).schema)},
	read: func(r *fileReader, list *runList) func(string) {
		return func(path string) { r.array(path, "runs", func(path string) { r.run(path, list) }) }
	},
	write: func(w *fileWriter, list *runList) {
		w.list(len(list.runs), func(i int) { writeObject(w, runFields, &runRecord{Run: list.runs[i]}, false) })
	},
}

var periodForm = textForm("whole seconds such as 1m or 1h, at most 366d", func(into *unit.Duration, text string) error {
	if err := into.UnmarshalText([]byte(text)); err != nil {
		return err
	}
	return checkPeriod(*into)
}, unit.Duration.String)

var valuesForm = form[runRecord]{
	schema: Schema{Type: "array", Items: &Schema{Type: "number", Least: model.Known(0), Nullable: true}, LeastItems: 1},
	read: func(r *fileReader, run *runRecord) func(string) {
		return func(path string) { run.Values = r.values(path, &run.nulls) }
	},
	write: func(w *fileWriter, run *runRecord) { w.values(&run.Run) },
}

// longestPeriod keeps the end of a run within what a time.Duration holds.
const longestPeriod = 366 * unit.Day

var errPeriod = errors.New("not the period of a run")

// checkPeriod returns an error if no run has such a period.
func checkPeriod(d unit.Duration) error {
	if d <= 0 || d > longestPeriod || time.Duration(d)%time.Second != 0 {
		return errPeriod
	}
	return nil
}

// run reads one run into a list.
func (r *fileReader) run(path string, list *runList) {
	var run runRecord
	before := len(r.errs)
	begin := r.object(path, members(r, runFields, &run)...)
	reported := len(r.errs) > before && len(run.Values) == 0
	if r.stopped() || reported || run.Start.IsZero() || checkPeriod(run.Period) != nil {
		return
	}
	if problem := misplaced(list.runs, run.Run); problem != "" {
		r.report(input.Error{
			Where: begin, Path: path, Value: unit.Stamp(run.Start), Problem: problem,
			Allowed: "runs in the order of time, each with a value at least, up to the year 2199",
		})
		return
	}
	list.add(&run, begin.Line)
}

// add appends a run that begins in a line, and counts what is missing before it and
// in it.
func (list *runList) add(run *runRecord, line int) {
	if n := len(list.runs); n > 0 {
		before := list.runs[n-1]
		if missing := periodsBetween(before, run.Start); missing > 0 {
			list.gap.add(missing, line, before.End())
		}
	}
	if run.nulls.count > 0 {
		list.gap.add(run.nulls.count, run.nulls.line, run.Time(run.nulls.first))
	}
	list.runs = append(list.runs, run.Run)
}

// misplaced returns why a run cannot follow others, "" if it can. Its period is one
// of a run.
func misplaced(before []model.Run, run model.Run) string {
	n := len(run.Values)
	switch {
	case n == 0:
		return "a run without values"
	case !inRange(run.Start) || int64(n) > int64(latest.Sub(run.Start))/int64(run.Period):
		return "a run beyond the times of a history"
	case len(before) > 0 && run.Start.Before(before[len(before)-1].End()):
		return "begins before the run before it ends, at " + unit.Stamp(before[len(before)-1].End())
	}
	return ""
}

// periodsBetween returns how many whole periods of a run would fit between its end
// and a time.
func periodsBetween(run model.Run, next time.Time) int {
	return int(next.Sub(run.End()) / time.Duration(run.Period))
}

// nulls are the values of a run that are not there.
type nulls struct {
	count, first, line int // line is that of the first
}

const valueAllowed = "a number that is not negative, or null"

// values reads the values of a run.
func (r *fileReader) values(path string, lines *nulls) []float64 {
	if !r.open(jsontext.KindBeginArray, path, "an array of values") {
		return nil
	}
	values := r.scratch[:0]
	for r.more() {
		if r.periods++; r.periods > MaxPeriods {
			r.report(input.Error{Where: r.at(), Path: path, Problem: "too many values for a history",
				Allowed: fmt.Sprint(MaxPeriods)})
			r.broken = true
			return nil
		}
		v, ok := r.value(path)
		line := r.passed()
		if !ok && lines.count == 0 {
			lines.first, lines.line = len(values), line
		}
		if !ok {
			lines.count++
		}
		values = append(values, v)
	}
	r.token()
	r.scratch = values
	return slices.Clone(values)
}

// value reads a number, or null, which is not ok.
func (w *walker) value(path string) (v float64, ok bool) {
	switch w.dec.PeekKind() {
	case jsontext.KindNumber:
		t := w.token()
		if w.stopped() { // within the number
			break
		}
		v, err := t.Float()
		if problem := notValue(v); problem != "" || err != nil {
			where := w.position(w.dec.InputOffset() - int64(len(t.String())))
			w.report(input.Error{Where: where, Path: path, Value: t.String(), Problem: problem, Allowed: valueAllowed})
		}
		return v, true
	case jsontext.KindNull:
		w.token()
	default:
		w.wrongKind(path, valueAllowed)
	}
	return model.MissingValue(), false
}

// notValue returns why a number is no value, "" if it is one.
func notValue(v float64) string {
	switch {
	case v < 0:
		return "negative"
	case v > maxFloat:
		return "too large"
	}
	return ""
}

const maxFloat = 1.7976931348623157e308
