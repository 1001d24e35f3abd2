package report

import (
	"io"

	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/cmd/internal/picture"
)

// Plot draws a replay in one of [picture.Formats]. Of several capacities it draws the
// fewest shards that hold, or where none do the most.
func Plot(w io.Writer, r *review.ReplayReport, format string) error {
	p := picture.Replay{Title: plotTitle(r), About: windowOf(r), Answer: r, Candidate: chosen(r)}
	return p.Write(w, format)
}

// plotTitle returns what stream was run with what, and whether that holds.
func plotTitle(r *review.ReplayReport) string {
	title := streamName(r.Stream, r.Region)
	if len(r.Candidates) > 0 {
		title += ": " + verdictOf(&r.Candidates[chosen(r)])
	}
	return title
}
