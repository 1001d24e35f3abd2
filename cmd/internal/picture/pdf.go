package picture

import (
	"fmt"
	"image/color"
	"io"

	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"codeberg.org/go-pdf/fpdf"
)

// pdf writes the drawing as a PDF of one page, with the letters that it needs.
func (d *drawing) pdf(w io.Writer) error {
	f := fpdf.NewCustom(&fpdf.InitType{UnitStr: "pt", Size: fpdf.SizeType{Wd: d.width, Ht: d.height}})
	f.SetCatalogSort(true)
	f.SetTitle(line(d.title), true)
	f.SetSubject(line(d.about), true)
	f.AddUTF8FontFromBytes(fontFamily, "", liberationsansregular.TTF)
	f.AddPage()
	f.SetFont(fontFamily, "", 0)
	f.SetLineJoinStyle("round")
	for _, m := range d.marks {
		pdfMark(f, m)
	}
	return f.Output(w)
}

// pdfMark draws a mark on the page.
func pdfMark(f *fpdf.Fpdf, m any) {
	switch m := m.(type) {
	case stroke:
		f.SetDrawColor(rgb(m.style.color))
		f.SetLineWidth(m.style.width)
		f.SetDashPattern(m.style.dashes, 0)
		pdfPath(f, m.points, "D")
	case area:
		f.SetFillColor(rgb(m.color))
		pdfPath(f, m.corners, "F")
	case disc:
		f.SetFillColor(0, 0, 0)
		f.Circle(m.center.x, m.center.y, m.radius, "F")
	case label:
		f.SetFontSize(m.size)
		f.SetTextColor(rgb(m.color))
		f.Text(m.at.x, m.at.y, spelled(m.text))
	default:
		panic(fmt.Sprintf("no place in a PDF for %T", m))
	}
}

// pdfPath goes through points, and then draws the line or fills what is in it.
func pdfPath(f *fpdf.Fpdf, points []point, how string) {
	for i, p := range points {
		if i == 0 {
			f.MoveTo(p.x, p.y)
		} else {
			f.LineTo(p.x, p.y)
		}
	}
	f.DrawPath(how)
}

func rgb(c color.RGBA) (r, g, b int) { return int(c.R), int(c.G), int(c.B) }
