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

// Replay is what a picture of a replay shows: the load of the hottest shard, how old the
// records were that consumers read, and what fewer shards save and cost.
type Replay struct {
	Title     string // the decision
	Alarm     bool   // it is that something does not fit
	About     string // what it rests on
	Footer    string // where its numbers are from
	Answer    *review.ReplayReport
	Candidate int  // that is proposed; the one of today is drawn beside it
	Size      Size // Tall if empty
}

// Write writes the picture in one of [Formats]. The bytes of an SVG depend on the answer alone,
// and it needs no other file.
func (p *Replay) Write(w io.Writer, format string) error {
	if len(p.Answer.Candidates) == 0 {
		return errors.New("there is nothing to plot: no traffic, and no shards to choose from")
	}
	f := figure{title: p.Title, about: p.About, footer: p.Footer, alarm: p.Alarm}
	f.arrange(p.Size, p.overTime(), p.overShards())
	return f.draw().write(w, format)
}

// line returns a text that others may have written, such as the name of a file, as one
// line of a drawing. What does not show becomes a question mark: control characters,
// of which XML forbids most, and those that turn the direction of text.
func line(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	return untrusted.Excerpt(text, len(text))
}
