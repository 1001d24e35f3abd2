package picture

// figure is panels one under the other, below a title. It is made for a page, and
// to be read on a telephone, where it is 400 pixels wide.
type figure struct {
	title, about string
	panels       []*panel
}

// The measures of a figure. Where it is 400 pixels wide, small text is 9 pixels
// high.
const (
	inch        = 72.0
	figureWidth = 8 * inch
	margin      = 10.0
	room        = figureWidth - 2*margin
	apart       = 12.0 // between panels

	largeText = 17.0
	plainText = 14.0
	smallText = 13.0
)

// lineHeight returns how far lines of text are apart.
func lineHeight(size float64) float64 { return size * 1.3 }

// draw draws the figure from the top down. The data of all panels stand in line.
func (f *figure) draw() *drawing {
	d := &drawing{title: f.title, about: f.about, width: figureWidth, height: margin}
	d.paragraph(f.title, largeText)
	d.paragraph(f.about, smallText)
	left, right := f.sides()
	for _, p := range f.panels {
		d.height += apart
		p.draw(d, margin+left, figureWidth-margin-right)
	}
	d.height += margin
	return d
}

// sides returns how far the data of all panels are from the left and the right of the
// room. What one side needs depends on the other, the less the nearer they come.
func (f *figure) sides() (left, right float64) {
	const rounds = 5
	for range rounds {
		for _, p := range f.panels {
			left, right = p.sides(left, right)
		}
	}
	return left, right
}

// paragraph draws a text in as many lines as it needs, at the foot of what is drawn.
func (d *drawing) paragraph(text string, size float64) {
	for _, row := range folded(text, size) {
		d.text(margin, d.height, size, begins, row)
		d.height += lineHeight(size)
	}
}
