package picture

import (
	"fmt"
	"image/color"
	"io"
)

// drawing is a list of marks on a page, the lowest first. Lengths are in points, which
// are a 72nd of an inch, from the left and from the top.
type drawing struct {
	title, about  string // for those who do not see it
	width, height float64
	marks         []any // each a stroke, an area, a disc or a label
}

type point struct{ x, y float64 }

// The marks.
type (
	// stroke is a line through points.
	stroke struct {
		points []point
		style  lineStyle
	}
	// area is a polygon that is filled.
	area struct {
		corners []point
		color   color.RGBA
	}
	disc struct {
		center point
		radius float64
	}
	// label is a line of text that begins at a point of its baseline.
	label struct {
		at          point
		size, width float64
		text        string
		color       color.RGBA
	}
)

// lineStyle is how a line looks. Dashes are the lengths of strokes and gaps in turn.
type lineStyle struct {
	color  color.RGBA
	width  float64
	dashes []float64
}

func (d *drawing) add(m any) { d.marks = append(d.marks, m) }

// stroke adds a line.
func (d *drawing) stroke(style lineStyle, points ...point) { d.add(stroke{points, style}) }

// text adds a black line of text that begins at x, or ends there, or has its middle there.
// The top of its letters is at y.
func (d *drawing) text(x, y, size float64, align alignment, text string) {
	d.colored(black, x, y, size, align, text)
}

// colored adds a line of text, as text does. Each text of a drawing goes through here.
func (d *drawing) colored(c color.RGBA, x, y, size float64, align alignment, text string) {
	text = line(text)
	width := textWidth(text, size)
	d.add(label{point{x - float64(align)*width, y + ascent*size}, size, width, text, c})
}

// alignment is the part of a text that is to the left of its place.
type alignment float64

const (
	begins   alignment = 0
	centered alignment = 0.5
	ends     alignment = 1
)

// ascent is how high capital letters stand above the baseline, with what is above
// them, as a part of their size.
const ascent = 0.9

// write writes the drawing as a file.
func (d *drawing) write(w io.Writer, format string) error {
	switch format {
	case "svg":
		return d.svg(w)
	case "png":
		return d.png(w)
	case "pdf":
		return d.pdf(w)
	}
	return fmt.Errorf("pictures are svg, png or pdf, not %q", format)
}
