package picture

import (
	"slices"
	"strings"
	"time"

	"github.com/guptarohit/asciigraph"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"github.com/olekukonko/tablewriter/pkg/twwidth"
)

// Chart is lines over a window of time, as text. Where the window has no date it begins
// at the zero time.
type Chart struct {
	Title    string
	From, To time.Time
	Label    func(float64) string // of a value
	Top      float64              // of the axis, at least; 0 is what the lines need

	names []string // of the lines, where there are several
	lines [][]float64
	marks []axisMark
}

// axisMark says when something happened: in the parts of the window that are above 0.
type axisMark struct {
	name   string
	values []float64
}

// Line adds a line. The first is what was measured.
func (c *Chart) Line(name string, values []float64) {
	c.names = append(c.names, name)
	c.lines = append(c.lines, values)
}

// Level adds a line of one value, beside those that there are.
func (c *Chart) Level(name string, value float64) {
	c.Line(name, slices.Repeat([]float64{value}, len(c.lines[0])))
}

// Mark marks the parts of the window on the axis in which values are above 0, if there are any:
// there are as many as a line has. The second mark covers the first, and there are no more.
func (c *Chart) Mark(name string, values []float64) {
	if len(stretches(values)) > 0 {
		c.marks = append(c.marks, axisMark{name, values})
	}
}

// Spelled returns the chart with other names and labels: a page has it as it is on a
// terminal. The title is left as it is. Of no chart it returns none.
func (c *Chart) Spelled(as func(string) string) *Chart {
	if c == nil {
		return nil
	}
	m := *c
	m.names = make([]string, len(c.names))
	for i, name := range c.names {
		m.names[i] = as(name)
	}
	m.marks = make([]axisMark, len(c.marks))
	for i, mark := range c.marks {
		m.marks[i] = axisMark{as(mark.name), mark.values}
	}
	m.Label = func(v float64) string { return as(c.Label(v)) }
	return &m
}

// shortMinute is how a time is written below a chart.
const shortMinute = "01-02 15:04"

// when returns a time of the window, or where it has no date, how long it is since
// the window begins.
func (c *Chart) when(t time.Time) string {
	if c.From.IsZero() {
		return unit.Elapsed(t.Sub(c.From).Seconds())
	}
	return t.UTC().Format(shortMinute)
}

// How many rows of text a chart has above its foot, of one line or of several.
const (
	smallHeight = 4
	TallHeight  = 6
)

// Lines are told apart by what they are drawn with, and by colour where there is
// some. The first one is what is proposed, or was measured; the last of three is a level.
var (
	lineChars = [][]asciigraph.CharSet{
		{asciigraph.DefaultCharSet}, {asciigraph.DefaultCharSet, asciigraph.CreateCharSet("=")},
		{asciigraph.DefaultCharSet, asciigraph.CreateCharSet(":"), asciigraph.CreateCharSet("=")},
	}
	lineMarks  = [][]string{{"╭"}, {"╭", "="}, {"╭", ":", "="}}
	lineColors = [][]asciigraph.AnsiColor{{asciigraph.Default}, {asciigraph.Default, asciigraph.Green},
		{asciigraph.Default, asciigraph.Red, asciigraph.Green}}

	markRunes = []rune{'x', '#'} // on the axis
)

// Text returns the chart in so many columns: the lines, with their values to the left
// and the times below, and what they are. What was measured is drawn last, over the
// levels that it is held against.
func (c *Chart) Text(columns int, color bool) string {
	lines := c.fitted(columns)
	text := asciigraph.PlotMany(backwards(lines), c.options(len(lines), color)...)
	return c.marked(text, len(lines[0])) + "\n" + c.legend(columns)
}

// marked returns a chart whose lines have so many parts with the marks on its axis. The axis
// is the row that begins with its corner.
func (c *Chart) marked(text string, parts int) string {
	const corner = '└'
	rows := strings.Split(text, "\n")
	for i, row := range rows {
		letters := []rune(row)
		left := slices.Index(letters, corner)
		if left < 0 {
			continue
		}
		for k, mark := range c.marks {
			for j, part := range coarser(mark.values, parts) {
				at := left + 1 + j
				if part > 0 && at < len(letters) {
					letters[at] = markRunes[k]
				}
			}
		}
		rows[i] = string(letters)
	}
	return strings.Join(rows, "\n")
}

func (c *Chart) options(lines int, color bool) []asciigraph.Option {
	height := smallHeight
	if lines > 1 {
		height = TallHeight
	}
	options := []asciigraph.Option{
		asciigraph.Height(height), asciigraph.LowerBound(0), asciigraph.YAxisValueFormatter(c.value),
		asciigraph.SeriesChars(backwards(lineChars[lines-1])...),
		asciigraph.XAxisRange(0, c.To.Sub(c.From).Hours()), asciigraph.XAxisTickCount(3),
		asciigraph.XAxisValueFormatter(func(hours float64) string {
			return c.when(c.From.Add(time.Duration(hours * float64(time.Hour))))
		}),
	}
	if c.Top > 0 {
		options = append(options, asciigraph.UpperBound(c.Top))
	}
	if color && lines > 1 {
		options = append(options, asciigraph.SeriesColors(backwards(lineColors[lines-1])...))
	}
	return options
}

// value returns a value of the axis. Rounding may leave −0.
func (c *Chart) value(v float64) string { return line(c.Label(max(v, 0))) }

// legend returns what several lines are.
func (c *Chart) legend(columns int) string {
	if len(c.lines) < 2 {
		return ""
	}
	const indent, between = "  ", ", "
	var entries []string
	for i, name := range c.names {
		entries = append(entries, lineMarks[len(c.lines)-1][i]+" "+line(name))
	}
	for i, mark := range c.marks {
		entries = append(entries, string(markRunes[i])+" "+line(mark.name))
	}
	room := float64(columns - len(indent) + len(between)) // nothing comes behind the last
	var b strings.Builder
	for i, row := range rows(entries, room, func(s string) float64 { return float64(twwidth.Width(s) + len(between)) }) {
		if i > 0 {
			b.WriteString(",\n")
		}
		b.WriteString(indent + strings.Join(row, between))
	}
	return b.String() + "\n"
}

// fitted returns the lines in so few parts that a chart fits into a width.
func (c *Chart) fitted(width int) [][]float64 {
	const axis = 3 + len(shortMinute)/2 // the last time stands in the middle under the end
	room := width - axis
	for _, line := range c.lines {
		for _, v := range line {
			room = min(room, width-axis-twwidth.Width(c.value(v)))
		}
	}
	lines := make([][]float64, len(c.lines))
	for i := range lines {
		lines[i] = coarser(c.lines[i], room)
	}
	return lines
}

// backwards returns a list from its last to its first.
func backwards[T any](list []T) []T {
	list = slices.Clone(list)
	slices.Reverse(list)
	return list
}

// coarser returns a trace of so few parts that they fit into a width; of parts that
// become one the highest stays.
func coarser(trace []float64, width int) []float64 {
	together := (len(trace) + max(width, 1) - 1) / max(width, 1)
	var parts []float64
	for part := range slices.Chunk(trace, together) {
		highest := model.MissingValue()
		for _, v := range part {
			if model.IsPoint(v) && !(highest >= v) {
				highest = v
			}
		}
		parts = append(parts, highest)
	}
	return parts
}
