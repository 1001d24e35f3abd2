package historyfile

import (
	"fmt"
	"strings"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
	"github.com/kcalc/kcalc/model/untrusted"
)

// mostNotes is how many faults and how many warnings are told of a file. A file
// with more has one reason for most of them.
const mostNotes = 100

// notes are what is to be said about a file.
type notes struct {
	name     string
	faults   input.Errors
	warnings []notice.Notice
	unsaid   bool // a warning was one too many
}

// start is where a file begins.
func (n *notes) start() input.Position { return n.line(1) }

// line is the beginning of a line.
func (n *notes) line(line int) input.Position {
	return input.Position{Name: n.name, Line: line, Column: 1}
}

// full tells that no more faults are taken, so that nothing is left to read for.
func (n *notes) full() bool { return len(n.faults) >= mostNotes }

// fault adds a fault. The last that is taken says that it is.
func (n *notes) fault(f input.Error) {
	switch {
	case n.full():
		return
	case len(n.faults) == mostNotes-1:
		f = input.Error{Where: input.Position{Name: n.name}, Problem: "more is wrong than is told here"}
	}
	n.faults = append(n.faults, f)
}

// The ids of warnings, which stay as they are.
const (
	gapsID       = "history-gaps"
	duplicatesID = "history-duplicates"
	orderID      = "history-order"
	periodID     = "history-period"
	unknownID    = "history-unknown-series"
	partialID    = "history-incomplete"
	messageID    = "history-message"
	moreID       = "history-more"
)

// warn adds a warning about a line. The message has no full stop yet.
func (n *notes) warn(line int, id, message, remedy string) {
	w := notice.Notice{ID: id, Message: fmt.Sprintf("%s:%d: %s.", n.name, line, strings.TrimSuffix(message, ".")), Remedy: remedy}
	switch {
	case n.unsaid:
		return
	case len(n.warnings) == mostNotes-1:
		n.unsaid = true
		w = notice.Notice{ID: moreID, Message: fmt.Sprintf("%s:%d: from here on there is more like this.", n.name, line), Remedy: "Do what the other warnings say."}
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

const gapsRemedy = "Fetch the window again, if something was written then; CloudWatch has no point of a period without traffic."

// warnGap tells what is missing in a series, if anything is.
func (n *notes) warnGap(id model.SeriesID, g gap) {
	switch {
	case g.points == 1:
		n.warn(g.line, gapsID, fmt.Sprintf("%s: 1 point is missing, at %s", id, stamp(g.first)), gapsRemedy)
	case g.points > 1:
		n.warn(g.line, gapsID, fmt.Sprintf("%s: %s are missing, the first at %s", id, unit.Plural(g.points, "point"), stamp(g.first)), gapsRemedy)
	}
}

// clipped is a text of the file as a message repeats it.
func clipped(text string) string {
	const most = 60 // bytes
	return untrusted.Excerpt(text, most)
}
