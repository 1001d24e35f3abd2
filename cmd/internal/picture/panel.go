package picture

import (
	"image/color"
	"math"

	"github.com/kcalc/kcalc/model"
)

// panel is a plot with a heading, and a legend that says what its marks mean. Where there is a
// reason why there is no plot, that stands in its place.
type panel struct {
	heading string
	reason  string
	legend  []key
	height  float64 // of the plot, with its axis
	x, y    axis
	shade   func(*plotArea)   // what is drawn below the grid, if anything
	layers  []func(*plotArea) // what is drawn above it, the lowest first
}

// key says what a line or a mark means.
type key struct {
	text  string
	style lineStyle // of a line
	mark  mark      // or how a mark is drawn
}

// mark draws a mark around a point.
type mark func(d *drawing, at point)

// newPanel returns a panel without data, whose axes go from 0 to 1.
func newPanel(heading string, height float64) *panel {
	return &panel{heading: heading, height: height, x: axis{max: 1}, y: axis{max: 1}}
}

// layer adds what is drawn above what there is.
func (p *panel) layer(draw func(*plotArea)) { p.layers = append(p.layers, draw) }

// line draws values as a line, and explains it where there is something to say.
func (p *panel) line(values []point, style lineStyle, text string) {
	p.layer(func(a *plotArea) { a.stroke(style, a.places(values)...) })
	if text != "" {
		p.legend = append(p.legend, key{text: text, style: style})
	}
}

// shortened returns a name that leaves room for more than itself in a row of a legend, which
// is so wide: of a long one, the middle is left out.
func shortened(name model.Name, width float64) string {
	text := string(name)
	for half := len(text) / 2; textWidth(text, smallText) > width/2; half-- {
		text = string(name[:half]) + "..." + string(name[len(name)-half:])
	}
	return text
}

// How a legend is laid out.
const (
	swatch = 34.0 // how long the sample of a line is
	space  = 6.0  // between it and its text
)

// width returns how wide an entry of a legend is.
func (k key) width() float64 { return swatch + 3*space + textWidth(line(k.text), smallText) }

// sides returns how far the data have to be from the left and the right of so much room,
// where they are so far already.
func (p *panel) sides(room, left, right float64) (l, r float64) {
	if p.reason != "" {
		return left, right
	}
	before, behind := p.x.overhang(room, left, right)
	return max(left, before, p.y.width()), max(right, behind)
}

// draw draws the panel in a column at the foot of a drawing, with the data from left to right.
func (p *panel) draw(d *drawing, at column, left, right float64) {
	d.paragraph(at, p.heading, plainText, black)
	if p.reason != "" {
		d.paragraph(at, p.reason, smallText, black)
		return
	}
	for _, row := range rows(p.legend, at.width, key.width) {
		x := at.left
		for _, k := range row {
			k.draw(d, x)
			x += k.width()
		}
		d.height += lineHeight(smallText)
	}
	d.height += space
	a := &plotArea{d, left, right, d.height, d.height + p.height - p.x.height(), &p.x, &p.y}
	if p.shade != nil {
		p.shade(a)
	}
	a.grid()
	a.axes()
	for _, draw := range p.layers {
		draw(a)
	}
	d.height += p.height
}

// draw draws a sample and its meaning at the foot of a drawing.
func (k key) draw(d *drawing, x float64) {
	y := d.height + smallText*middle
	if k.mark != nil {
		k.mark(d, point{x + swatch/2, y})
	} else {
		d.stroke(k.style, point{x, y}, point{x + swatch, y})
	}
	d.text(x+swatch+space, d.height, smallText, begins, k.text)
}

// markRadius is the size of marks.
const markRadius = 5.0

// dot is a disc.
func dot(d *drawing, at point) { d.add(disc{at, markRadius}) }

// cross is as heavy as a dot.
func cross(d *drawing, at point) {
	const r = markRadius
	style := lineStyle{color: black, width: 2.5}
	d.stroke(style, point{at.x - r, at.y - r}, point{at.x + r, at.y + r})
	d.stroke(style, point{at.x - r, at.y + r}, point{at.x + r, at.y - r})
}

// ring goes around a mark.
func ring(style lineStyle) mark {
	const radius, corners = markRadius + 3, 24
	return func(d *drawing, at point) {
		var points []point
		for i := range corners + 1 {
			sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
			points = append(points, point{at.x + radius*cos, at.y + radius*sin})
		}
		d.stroke(style, points...)
	}
}

// filled is a sample of what is filled.
func filled(c color.RGBA) mark {
	const high = 8.0
	return func(d *drawing, at point) {
		left, right := at.x-swatch/2, at.x+swatch/2
		d.add(area{[]point{{left, at.y + high/2}, {right, at.y + high/2}, {right, at.y - high/2}, {left, at.y - high/2}}, c})
	}
}

// The colours stand out from white with a contrast of at least 4.5, and people with any kind of
// colour vision tell them apart: they are those of Okabe and Ito
// (https://jfly.uni-koeln.de/color/), most of them darker. Lines differ in their dashes too.
var (
	black      = color.RGBA{A: 0xFF}
	blue       = color.RGBA{R: 0x00, G: 0x72, B: 0xB2, A: 0xFF}
	vermillion = color.RGBA{R: 0xB3, G: 0x47, B: 0x00, A: 0xFF}
	red        = color.RGBA{R: 0xB0, G: 0x00, B: 0x20, A: 0xFF}
	gray       = color.RGBA{R: 0x59, G: 0x59, B: 0x59, A: 0xFF}

	lineStyles = []lineStyle{
		{color: blue},
		{color: vermillion, dashes: []float64{10, 3}},
		{color: color.RGBA{R: 0x00, G: 0x7A, B: 0x58, A: 0xFF}, dashes: []float64{3, 2}},
		{color: black, dashes: []float64{12, 3, 2, 3}},
		{color: color.RGBA{R: 0xA8, G: 0x46, B: 0x7F, A: 0xFF}, dashes: []float64{18, 4}},
		{color: color.RGBA{R: 0x8F, G: 0x62, B: 0x00, A: 0xFF}, dashes: []float64{5, 5}},
		{color: color.RGBA{R: 0x2B, G: 0x7A, B: 0x9E, A: 0xFF}, dashes: []float64{12, 3, 2, 3, 2, 3}},
		{color: color.RGBA{R: 0x70, G: 0x70, B: 0x70, A: 0xFF}, dashes: []float64{2, 4}},
	}

	gridStyle  = lineStyle{color: color.RGBA{R: 0xD7, G: 0xD7, B: 0xD7, A: 0xFF}, width: 0.75}
	limitStyle = lineStyle{color: black, width: 1.5, dashes: []float64{8, 4}}
)

// wide returns a style for a line that is to be seen first, and thin one for a line
// that only says where a bound is.
func wide(s lineStyle) lineStyle { s.width = 2.5; return s }

func thin(s lineStyle) lineStyle {
	s.width, s.dashes = 1.25, []float64{4, 4}
	return s
}
