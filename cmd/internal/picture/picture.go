// Package picture turns answers into drawings: files in SVG, PNG and PDF, and charts
// for a terminal. It computes nothing, and has no words for an answer: those come from
// the package report.
package picture

import (
	"errors"
	"io"
	"strings"

	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model/untrusted"
)

// Formats returns the kinds of files that a picture can be.
func Formats() []string { return []string{"svg", "png", "pdf"} }

// Replay is what a picture of a replay shows: the traffic against the write limit, how
// old the records were that consumers read, and what fewer shards save and cost.
type Replay struct {
	Title, About string // above the panels
	Answer       *review.ReplayReport
	Candidate    int // that the panels over time are of
}

// Write writes the picture in one of [Formats].
func (p *Replay) Write(w io.Writer, format string) error {
	panels := p.panels()
	if len(panels) == 0 {
		return errors.New("there is nothing to plot: no traffic, and no shards to choose from")
	}
	f := figure{title: p.Title, about: p.About, panels: panels}
	return f.draw().write(w, format)
}

// line returns a text that others may have written, such as the name of a file, as one
// line of a drawing. What does not show becomes a question mark: control characters,
// of which XML forbids most, and those that turn the direction of text.
func line(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	return untrusted.Excerpt(text, len(text))
}
