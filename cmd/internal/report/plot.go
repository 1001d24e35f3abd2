package report

import (
	"bytes"
	"errors"
	"fmt"
	"image/color"
	"io"
	"slices"
	"strings"
	"unicode"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgpdf"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/kcalc/kcalc/calc/review"
)

// Plot draws a replay in a format, which is svg, png or pdf: the traffic against
// the write limit, how old the records were that consumers read, and what fewer
// shards save and cost. Of several capacities it draws the fewest shards that hold, or
// where none do the most.
func Plot(w io.Writer, r *review.Replayed, format string) error {
	panels := panelsOf(r)
	if len(panels) == 0 {
		return errors.New("there is nothing to plot: no traffic, and no shards to choose from")
	}
	f := &figure{title: plotTitle(r), about: windowOf(r), panels: panels}
	f.spell(plain)
	switch format {
	case "svg":
		return f.svg(w)
	case "png":
		return f.write(w, vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(figureWidth, f.height()), vgimg.UseDPI(dotsPerInch))})
	case "pdf":
		f.spell(ascii)
		return f.write(w, vgpdf.New(figureWidth, f.height()))
	}
	return fmt.Errorf("pictures are svg, png or pdf, not %q", format)
}

// ascii replaces what the PDF writer has no letter for: it takes the bytes of UTF-8
// for letters of their own.
func ascii(text string) string {
	return strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII {
			return '?'
		}
		return r
	}, text)
}

// spell changes all texts that others may have chosen.
func (f *figure) spell(as func(string) string) {
	f.title, f.about = as(f.title), as(f.about)
	for _, p := range f.panels {
		p.heading = as(p.heading)
		for i := range p.legend {
			p.legend[i].text = as(p.legend[i].text)
		}
	}
}

// plotTitle says what stream was run with what, and whether that holds.
func plotTitle(r *review.Replayed) string {
	return streamName(r.Stream, r.Region) + ": " + verdictOf(&r.Candidates[chosen(r)])
}

// figure is panels one under the other, below a title. It is made for a page, and
// to be read on a telephone, where it is 400 pixels wide.
type figure struct {
	title, about string
	panels       []*panel
}

// The measures of a figure. Where it is 400 pixels wide, small text is 9 pixels
// high.
const (
	figureWidth = 8 * vg.Inch
	margin      = vg.Length(10)
	room        = figureWidth - 2*margin
	apart       = vg.Length(12) // between panels

	largeText = vg.Length(17)
	plainText = vg.Length(14)
	smallText = vg.Length(13)

	dotsPerInch = 150
)

// folded is a text in lines that fit into the width of a figure.
func folded(text string, size vg.Length) []string {
	const narrowest = 0.4 // of a letter, in its height, in the mean of a line
	style := letters(size)
	for columns := int(room / (narrowest * size)); ; columns-- {
		lines := wrap(text, columns)
		if columns == 1 || !slices.ContainsFunc(lines, func(line string) bool { return style.Width(line) > room }) {
			return lines
		}
	}
}

func letters(size vg.Length) text.Style {
	return text.Style{Color: color.Black, Font: lettersOf(size), YAlign: draw.YTop, Handler: plot.DefaultTextHandler}
}

func lettersOf(size vg.Length) font.Font {
	return font.Font{Typeface: plot.DefaultFont.Typeface, Variant: "Sans", Size: size}
}

// lineHeight is how far lines of text are apart.
func lineHeight(size vg.Length) vg.Length { return size * 1.3 }

// lines are the texts above the panels with their sizes.
func (f *figure) lines() (texts []string, sizes []vg.Length) {
	add := func(text string, size vg.Length) {
		for _, line := range folded(text, size) {
			texts, sizes = append(texts, line), append(sizes, size)
		}
	}
	add(f.title, largeText)
	add(f.about, smallText)
	return texts, sizes
}

func (f *figure) height() vg.Length {
	_, sizes := f.lines()
	height := 2 * margin
	for _, size := range sizes {
		height += lineHeight(size)
	}
	for _, p := range f.panels {
		height += apart + p.head() + p.body
	}
	return height
}

// draw draws the figure from the top down. The data of all panels stand in line.
func (f *figure) draw(c draw.Canvas) {
	c = draw.Crop(c, margin, -margin, margin, -margin)
	texts, sizes := f.lines()
	for i, line := range texts {
		c.FillText(letters(sizes[i]), vg.Point{X: c.Min.X, Y: c.Max.Y}, line)
		c.Max.Y -= lineHeight(sizes[i])
	}
	var left, right vg.Length
	for _, p := range f.panels {
		l, r := p.sides(c)
		left, right = max(left, l), max(right, r)
	}
	for _, p := range f.panels {
		c.Max.Y -= apart
		p.draw(c, left, right)
		c.Max.Y -= p.head() + p.body
	}
}

func (f *figure) write(w io.Writer, c vg.CanvasWriterTo) error {
	f.draw(draw.New(c))
	_, err := c.WriteTo(w)
	return err
}

// svg names fonts of the same widths beside the one that letters are measured
// with, which few machines have.
func (f *figure) svg(w io.Writer) error {
	var b bytes.Buffer
	if err := f.write(&b, vgsvg.New(figureWidth, f.height())); err != nil {
		return err
	}
	_, err := io.WriteString(w, strings.ReplaceAll(b.String(), "font-family:Liberation Sans;", "font-family:'Liberation Sans',Arial,Helvetica,sans-serif;"))
	return err
}
