package picture

// figure is panels in one or two columns, below a title that says what is decided, and above a
// footer that says what the numbers are from.
type figure struct {
	title, about, footer string
	alarm                bool // the title says that something does not fit: it is red
	page                 float64
	columns              [][]*panel // as many as widths
	widths               []float64
}

// The measures of a figure.
const (
	inch    = 72.0
	margin  = 10.0
	apart   = 12.0 // between panels, one under the other
	between = 24.0 // between columns

	largeText = 17.0
	plainText = 14.0
	smallText = 13.0
)

// Size is how a picture is laid out.
type Size string

// The sizes.
const (
	Tall Size = "tall" // one column, to be read on a telephone and printed on a page
	Wide Size = "wide" // two columns, for a screen and a slide
)

// Sizes returns the sizes that a picture can have, the usual one first.
func Sizes() []string { return []string{string(Tall), string(Wide)} }

// How wide pictures are. A tall one of 360 pixels has letters that are 10 pixels high.
const (
	tallPage   = 6 * inch
	widePage   = 12 * inch
	wideColumn = 6.6 * inch // the left one
)

// page returns how wide the page is.
func (s Size) page() float64 {
	if s == Wide {
		return widePage
	}
	return tallPage
}

// column returns how wide the first column is.
func (s Size) column() float64 {
	if s == Wide {
		return wideColumn
	}
	return tallPage - 2*margin
}

// column is a part of a page, from its left.
type column struct{ left, width float64 }

// lineHeight returns how far lines of text are apart.
func lineHeight(size float64) float64 { return size * 1.3 }

// arrange puts panels into the columns of a size: those over time, and beside or below them
// those over numbers of shards.
func (f *figure) arrange(s Size, first, second []*panel) {
	f.page = s.page()
	whole := f.page - 2*margin
	switch {
	case s == Wide && len(first) > 0 && len(second) > 0:
		f.columns, f.widths = [][]*panel{first, second}, []float64{wideColumn, whole - wideColumn - between}
	default:
		f.columns, f.widths = [][]*panel{append(first, second...)}, []float64{whole}
	}
}

// draw draws the figure from the top down.
func (f *figure) draw() *drawing {
	d := &drawing{title: f.title, about: f.about, width: f.page, height: margin}
	whole := column{margin, f.page - 2*margin}
	tone := black
	if f.alarm {
		tone = red
	}
	d.paragraph(whole, f.title, largeText, tone)
	d.paragraph(whole, f.about, smallText, black)
	top, deepest := d.height, d.height
	at := column{left: margin}
	for i, panels := range f.columns {
		d.height, at.width = top, f.widths[i]
		drawPanels(d, at, panels)
		deepest, at.left = max(deepest, d.height), at.left+at.width+between
	}
	d.height = deepest + apart
	d.paragraph(whole, f.footer, smallText, gray)
	d.height += margin
	return d
}

// drawPanels draws panels one under the other. The data of all of them stand in line.
func drawPanels(d *drawing, at column, panels []*panel) {
	left, right := sides(at, panels)
	for _, p := range panels {
		d.height += apart
		p.draw(d, at, at.left+left, at.left+at.width-right)
	}
}

// sides returns how far the data of all panels are from the left and the right of the
// column. What one side needs depends on the other, the less the nearer they come.
func sides(at column, panels []*panel) (left, right float64) {
	const rounds = 5
	for range rounds {
		for _, p := range panels {
			left, right = p.sides(at.width, left, right)
		}
	}
	return left, right
}
