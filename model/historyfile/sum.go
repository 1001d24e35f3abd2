package historyfile

import (
	"fmt"
	"math"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// Sums of records, bytes, calls and errors are whole numbers, and go up and down with the
// traffic. Files of other numbers pass for a history easily, and every number that is
// computed from them is wrong: averages of the calls of a period, which are what the CDK
// and most graphs have by default, rates per second, and counters, which some monitoring
// systems keep and which only grow. None of them can be turned into sums here.

// wholeWithin is how far a sum may be from a whole number: programs that export it may
// have rounded, and a float64 of more than 2^33 has no finer steps than a millionth.
const wholeWithin = 1e-6

// notASum returns what is wrong with a series as one of sums, with the point that shows
// it; "" if nothing is.
func notASum(s *model.Series) (shows model.Point, problem string) {
	var g growing
	for p := range s.Points() {
		if math.Abs(p.Value-math.Round(p.Value)) > wholeWithin {
			return p, fraction
		}
		g.add(p)
	}
	if g.isCounter() {
		return g.last, counter
	}
	return model.Point{}, ""
}

// checkSum reports a series that is called one of sums and cannot be, at the line where
// returns for a time.
func (n *notes) checkSum(s *model.Series, where func(time.Time) input.Position) {
	m, _ := s.Describe()
	if m.Statistic != model.Sum {
		return
	}
	if p, problem := notASum(s); problem != "" {
		n.report(input.Error{Where: where(p.Time), Path: s.String(), Value: fmt.Sprint(p.Value),
			Problem: fmt.Sprintf("%s, at %s", problem, unit.Stamp(p.Time)), Allowed: sumAllowed(m, problem)})
	}
}

// What a series is in place of sums.
const (
	fraction = "a sum is whole: this is the statistic Average, or a rate, not Sum"
	counter  = "the series only grows: a counter, not the sum of each period"
)

// sumAllowed says what a series of sums has, and how to get it.
func sumAllowed(m model.Metric, problem string) string {
	if problem == counter {
		return fmt.Sprintf("what the counter grew by in each period, in %s", sumUnit(m))
	}
	return fmt.Sprintf("the Sum of each period, in whole %s: %s", sumUnit(m), askFor(m))
}

// sumUnit returns what the sums of a metric count.
func sumUnit(m model.Metric) string {
	if m.Unit == "B" {
		return "bytes"
	}
	return m.Unit
}
