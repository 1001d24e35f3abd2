package historyfile

import (
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/untrusted"
)

// mostNotes is how many errors and how many warnings are reported of a file. A file
// with more has one reason for most of them.
const mostNotes = 100

// notes are what is to be said about a file.
type notes struct {
	name     string
	stream   string         // that the labels so far name
	zone     *time.Location // of times without one; nil where they are errors
	latest   int64          // the time that was read last in that zone, if later
	later    bool
	errs     input.Errors
	warnings []notice.Notice
	unsaid   bool // a warning was one too many
}

// start returns where a file begins.
func (n *notes) start() input.Position { return n.line(1) }

// line returns the beginning of a line.
func (n *notes) line(line int) input.Position {
	return input.Position{Name: n.name, Line: line, Column: 1}
}

// full reports whether no more errors are taken, so that nothing is left to read for.
func (n *notes) full() bool { return len(n.errs) >= mostNotes }

// report adds a fault. The last that is taken says that it is.
func (n *notes) report(f input.Error) {
	switch {
	case n.full():
		return
	case len(n.errs) == mostNotes-1:
		f = input.Error{Where: input.Position{Name: n.name}, Problem: "more is wrong than is told here"}
	}
	n.errs = append(n.errs, f)
}

// on returns a line of the file, for a notice.
func (n *notes) on(line int) notice.Line { return notice.Line{File: n.name, Number: line} }

// warn adds a warning about a line, unless there are too many.
func (n *notes) warn(line int, w notice.Notice) {
	switch {
	case n.unsaid:
		return
	case len(n.warnings) == mostNotes-1:
		n.unsaid = true
		w = notice.HistoryMore(n.on(line))
	}
	n.warnings = append(n.warnings, w)
}

// gap is what is missing in a series.
type gap struct {
	points int
	line   int       // of the first
	first  time.Time // when its period begins
}

// add counts points that are missing in a row.
func (g *gap) add(points, line int, first time.Time) {
	if g.points == 0 {
		g.line, g.first = line, first
	}
	g.points += points
}

// warnGap warns of what is missing in a series, if anything is.
func (n *notes) warnGap(id model.SeriesID, g gap) {
	if g.points > 0 {
		n.warn(g.line, notice.HistoryGaps(n.on(g.line), id.String(), g.points, g.first))
	}
}

// clipped returns a text of the file as a message repeats it.
func clipped(text string) string {
	const most = 60 // bytes
	return untrusted.Excerpt(text, most)
}
