package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/guptarohit/asciigraph"
	"github.com/olekukonko/tablewriter/pkg/twwidth"

	"github.com/kcalc/kcalc/model"
)

// chart is lines over a window of time. Where the window has no date it begins at
// the zero time.
type chart struct {
	title    string
	names    []string // of the lines, where there are several
	lines    [][]float64
	label    func(float64) string
	from, to time.Time
	top      float64 // of the axis, at least; 0 is what the lines need
}

// line adds one.
func (c *chart) line(name string, values []float64) {
	c.names = append(c.names, name)
	c.lines = append(c.lines, values)
}

// level adds a line of one value, beside those that there are.
func (c *chart) level(name string, value float64) {
	c.line(name, slices.Repeat([]float64{value}, len(c.lines[0])))
}

// when writes a time of the window, or where it has no date, how long it is since
// the window begins.
func (c *chart) when(t time.Time) string {
	if c.from.IsZero() {
		return elapsed(t.Sub(c.from).Seconds())
	}
	return t.UTC().Format(shortMinute)
}

// How many lines of text a chart has, of one line or of several.
const (
	smallHeight = 4
	tallHeight  = 6
)

// Lines are told apart by what they are drawn with, and by colour where there is
// some. The first one is what was measured.
var (
	lineChars  = []asciigraph.CharSet{asciigraph.DefaultCharSet, asciigraph.CreateCharSet("="), asciigraph.CreateCharSet("·")}
	lineMarks  = []string{"╭", "=", "·"}
	lineColors = []asciigraph.AnsiColor{asciigraph.Default, asciigraph.Green, asciigraph.Red}
)

// draw draws the lines, with their values to the left and the times below. What was
// measured is drawn last, over the levels that it is held against.
func (c *chart) draw(b *strings.Builder, width int, paint painter) {
	lines := backwards(c.fitted(width))
	height := smallHeight
	if len(lines) > 1 {
		height = tallHeight
	}
	hours := c.to.Sub(c.from).Hours()
	options := []asciigraph.Option{
		asciigraph.Height(height), asciigraph.LowerBound(0), asciigraph.YAxisValueFormatter(func(v float64) string { return c.label(max(v, 0)) }), // rounding may leave −0
		asciigraph.SeriesChars(backwards(lineChars[:len(lines)])...),
		asciigraph.XAxisRange(0, hours), asciigraph.XAxisTickCount(3),
		asciigraph.XAxisValueFormatter(func(h float64) string {
			return c.when(c.from.Add(time.Duration(h * float64(time.Hour))))
		}),
	}
	if c.top > 0 {
		options = append(options, asciigraph.UpperBound(c.top))
	}
	if paint && len(lines) > 1 {
		options = append(options, asciigraph.SeriesColors(backwards(lineColors[:len(lines)])...))
	}
	fmt.Fprintln(b, asciigraph.PlotMany(lines, options...))
	if len(lines) > 1 {
		var legend []string
		for i, name := range c.names {
			legend = append(legend, lineMarks[i]+" "+name)
		}
		for _, line := range wrap(strings.Join(legend, ",  "), width-len(gap)) {
			fmt.Fprintln(b, gap+line)
		}
	}
}

// fitted are the lines in so few parts that a chart fits into a width.
func (c *chart) fitted(width int) [][]float64 {
	const axis = 3 + len(shortMinute)/2 // the last time stands in the middle under the end
	room := width - axis
	for _, line := range c.lines {
		for _, v := range line {
			room = min(room, width-axis-twwidth.Width(c.label(v)))
		}
	}
	lines := make([][]float64, len(c.lines))
	for i := range lines {
		lines[i] = coarser(c.lines[i], room)
	}
	return lines
}

// backwards is a list from its last to its first.
func backwards[T any](list []T) []T {
	list = slices.Clone(list)
	slices.Reverse(list)
	return list
}

// coarser is a trace of so few parts that they fit into a width; of parts that
// become one the highest stays.
func coarser(trace []float64, width int) []float64 {
	together := (len(trace) + max(width, 1) - 1) / max(width, 1)
	var parts []float64
	for part := range slices.Chunk(trace, together) {
		highest := model.NoPoint()
		for _, v := range part {
			if model.IsPoint(v) && !(highest >= v) {
				highest = v
			}
		}
		parts = append(parts, highest)
	}
	return parts
}
