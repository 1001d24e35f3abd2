package historyfile

import (
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// runReader has the runs of a series that were read so far, and what is missing
// in them.
type runReader struct {
	runs []model.Run
	gap  gap
}

// longestPeriod keeps the end of a run within what a time.Duration holds.
const longestPeriod = 366 * unit.Day

var errPeriod = errors.New("not the period of a run")

// checkPeriod says why there are no such periods.
func checkPeriod(d unit.Duration) error {
	if d <= 0 || d > longestPeriod || time.Duration(d)%time.Second != 0 {
		return errPeriod
	}
	return nil
}

const periodAllowed = "whole seconds such as 1m or 1h, at most 366d"

// run reads one run.
func (o *own) run(path string, r *runReader) {
	var run model.Run
	var lines nulls
	before := len(o.faults)
	begin := o.object(path,
		member{"start", true, o.instant(&run.Start)},
		member{"period", true, o.checked(periodAllowed, func(text string) error {
			if err := run.Period.UnmarshalText([]byte(text)); err != nil {
				return err
			}
			return checkPeriod(run.Period)
		})},
		member{"values", true, func(path string) { run.Values = o.values(path, &lines) }},
	)
	told := len(o.faults) > before && len(run.Values) == 0
	if o.stopped() || told || run.Start.IsZero() || checkPeriod(run.Period) != nil {
		return
	}
	if problem := misplaced(r.runs, run); problem != "" {
		o.fault(input.Error{Where: begin, Path: path, Value: stamp(run.Start), Problem: problem, Allowed: "runs in the order of time, each with a value at least, up to the year 2199"})
		return
	}
	if n := len(r.runs); n > 0 {
		before := r.runs[n-1]
		if missing := periodsBetween(before, run.Start); missing > 0 {
			r.gap.add(missing, begin.Line, before.End())
		}
	}
	if lines.count > 0 {
		r.gap.add(lines.count, lines.line, run.Time(lines.first))
	}
	r.runs = append(r.runs, run)
}

// misplaced says why a run cannot follow others, "" if it can. Its period is one
// of a run.
func misplaced(before []model.Run, run model.Run) string {
	n := len(run.Values)
	switch {
	case n == 0:
		return "a run without values"
	case !inRange(run.Start) || int64(n) > int64(latest.Sub(run.Start))/int64(run.Period):
		return "a run beyond the times of a history"
	case len(before) > 0 && run.Start.Before(before[len(before)-1].End()):
		return "begins before the run before it ends, at " + stamp(before[len(before)-1].End())
	}
	return ""
}

// periodsBetween is how many whole periods of a run would fit between its end
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
func (o *own) values(path string, lines *nulls) (values []float64) {
	if !o.begins(jsontext.KindBeginArray, path, "an array of values") {
		return nil
	}
	for o.more() {
		if o.periods++; o.periods > MaxPeriods {
			o.fault(input.Error{Where: o.at(), Path: path, Problem: "too many values for a history", Allowed: fmt.Sprint(MaxPeriods)})
			o.broken = true
			return nil
		}
		v, ok := o.value(path)
		line := o.passed()
		if !ok && lines.count == 0 {
			lines.first, lines.line = len(values), line
		}
		if !ok {
			lines.count++
		}
		values = append(values, v)
	}
	o.token()
	return values
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
			w.fault(input.Error{Where: where, Path: path, Value: t.String(), Problem: problem, Allowed: valueAllowed})
		}
		return v, true
	case jsontext.KindNull:
		w.token()
	default:
		w.wrong(path, valueAllowed)
	}
	return model.MissingValue(), false
}

// notValue says why a number is no value, "" if it is one.
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
