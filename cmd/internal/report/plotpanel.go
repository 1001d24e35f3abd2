package report

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/kcalc/kcalc/model"
)

// panel is a plot with a heading, and a legend that says what its marks mean.
type panel struct {
	heading string
	legend  []key
	body    vg.Length // how high the plot is, with its axis
	*plot.Plot
}

// key says what a line or a mark means.
type key struct {
	text string
	line draw.LineStyle
	mark draw.GlyphDrawer
}

// newPanel is a panel without data. Its horizontal lines are where the values of
// the vertical axis are.
func newPanel(heading string, body vg.Length) *panel {
	p := &panel{heading: heading, body: body, Plot: plot.New()}
	p.BackgroundColor = nil
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Min, axis.Max = 0, 1
		axis.Padding = 0
		axis.Tick.Label.Font = lettersOf(smallText)
		axis.Label.TextStyle.Font = lettersOf(smallText)
		axis.Tick.Length = 4
		axis.LineStyle.Width, axis.Tick.LineStyle.Width = 1, 1
	}
	p.Add(&plotter.Grid{Horizontal: draw.LineStyle{Color: color.Gray{Y: 215}, Width: 0.75}})
	return p
}

// line draws points as a line, and explains it where there is something to say.
func (p *panel) line(points plotter.XYs, style draw.LineStyle, text string) {
	p.Add(&plotter.Line{XYs: points, LineStyle: style})
	if text != "" {
		p.legend = append(p.legend, key{text: text, line: style})
	}
}

// shortened is a name that leaves room for more than itself in a row of a legend:
// of a long one, the middle is left out.
func shortened(name model.Name) string {
	text := string(name)
	for half := len(text) / 2; letters(smallText).Width(text) > room/2; half-- {
		text = string(name[:half]) + "..." + string(name[len(name)-half:])
	}
	return text
}

// How a legend is laid out.
const (
	swatch = vg.Length(34) // how long the sample of a line is
	space  = vg.Length(6)  // between it and its text
)

// rows are the legend in rows of a figure's width.
func (p *panel) rows() [][]key {
	var rows [][]key
	var used vg.Length
	for _, k := range p.legend {
		width := swatch + 3*space + letters(smallText).Width(k.text)
		if len(rows) == 0 || used+width > room {
			rows, used = append(rows, nil), 0
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], k)
		used += width
	}
	return rows
}

// head is how high the heading and the legend are.
func (p *panel) head() vg.Length {
	lines := len(folded(p.heading, plainText))
	return vg.Length(lines)*lineHeight(plainText) + vg.Length(len(p.rows()))*lineHeight(smallText) + space
}

// sides are how far the data are from the left and the right of a canvas.
func (p *panel) sides(c draw.Canvas) (left, right vg.Length) {
	data := p.DataCanvas(c)
	return data.Min.X - c.Min.X, c.Max.X - data.Max.X
}

// draw draws the panel at the top of a canvas, with the data so far from its left
// and its right.
func (p *panel) draw(c draw.Canvas, left, right vg.Length) {
	for _, line := range folded(p.heading, plainText) {
		c.FillText(letters(plainText), vg.Point{X: c.Min.X, Y: c.Max.Y}, line)
		c.Max.Y -= lineHeight(plainText)
	}
	for _, row := range p.rows() {
		x := c.Min.X
		for _, k := range row {
			k.draw(c, x)
			x += swatch + 3*space + letters(smallText).Width(k.text)
		}
		c.Max.Y -= lineHeight(smallText)
	}
	c.Max.Y -= space
	c.Min.Y = c.Max.Y - p.body
	l, r := p.sides(c)
	p.Draw(draw.Crop(c, left-l, r-right, 0, 0))
}

// draw draws a sample and its meaning at the top of a canvas.
func (k *key) draw(c draw.Canvas, x vg.Length) {
	y := c.Max.Y - smallText*0.6
	if k.line.Width > 0 {
		c.StrokeLine2(k.line, x, y, x+swatch, y)
	}
	if k.mark != nil {
		c.DrawGlyphNoClip(draw.GlyphStyle{Color: color.Black, Radius: markRadius, Shape: k.mark}, vg.Point{X: x + swatch/2, Y: y})
	}
	c.FillText(letters(smallText), vg.Point{X: x + swatch + space, Y: c.Max.Y}, k.text)
}

// markRadius is the size of marks.
const markRadius = vg.Length(5)

// The colours are those of Okabe and Ito that stand out from white, which people
// with any kind of colour vision tell apart (https://jfly.uni-koeln.de/color/).
// Lines differ in their dashes too.
var (
	blue       = color.RGBA{R: 0x00, G: 0x72, B: 0xB2, A: 0xFF}
	vermillion = color.RGBA{R: 0xD5, G: 0x5E, B: 0x00, A: 0xFF}

	lineStyles = []draw.LineStyle{
		{Color: blue},
		{Color: vermillion, Dashes: []vg.Length{10, 3}},
		{Color: color.RGBA{R: 0x00, G: 0x9E, B: 0x73, A: 0xFF}, Dashes: []vg.Length{3, 2}},
		{Color: color.Black, Dashes: []vg.Length{12, 3, 2, 3}},
		{Color: color.RGBA{R: 0xCC, G: 0x79, B: 0xA7, A: 0xFF}, Dashes: []vg.Length{18, 4}},
		{Color: color.RGBA{R: 0xE6, G: 0x9F, B: 0x00, A: 0xFF}, Dashes: []vg.Length{5, 5}},
		{Color: color.RGBA{R: 0x56, G: 0xB4, B: 0xE9, A: 0xFF}, Dashes: []vg.Length{12, 3, 2, 3, 2, 3}},
		{Color: color.Gray{Y: 0x70}, Dashes: []vg.Length{2, 4}},
	}
)

// wide is a style for a line that is to be seen first, and thin for one that only
// says where a bound is.
func wide(s draw.LineStyle) draw.LineStyle { s.Width = 2.5; return s }

func thin(s draw.LineStyle) draw.LineStyle {
	s.Width, s.Dashes = 1.25, []vg.Length{4, 4}
	return s
}
