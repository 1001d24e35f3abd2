package picture

import (
	"fmt"
	"image/color"
	"io"

	"git.sr.ht/~sbinet/gg"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
)

// dotsPerInch is how fine a PNG is.
const dotsPerInch = 150

// perPoint is how many dots are in a point.
const perPoint = dotsPerInch / 72.0

// png writes the drawing as dots.
func (d *drawing) png(w io.Writer) error {
	c := canvas{gg.NewContext(int(d.width*perPoint+0.5), int(d.height*perPoint+0.5)), map[float64]font.Face{}}
	c.SetColor(color.White)
	c.Clear()
	c.SetLineCapButt()
	for _, m := range d.marks {
		if err := c.draw(m); err != nil {
			return err
		}
	}
	return c.EncodePNG(w)
}

// canvas is what dots are drawn on, with the faces of the sizes that were needed.
type canvas struct {
	*gg.Context
	faces map[float64]font.Face
}

func (c *canvas) draw(m any) error {
	switch m := m.(type) {
	case stroke:
		c.path(m.points)
		c.style(m.style)
		c.Stroke()
	case area:
		c.path(m.corners)
		c.ClosePath()
		c.SetColor(m.color)
		c.Fill()
	case disc:
		c.DrawCircle(m.center.x*perPoint, m.center.y*perPoint, m.radius*perPoint)
		c.SetColor(color.Black)
		c.Fill()
	case label:
		return c.write(m)
	default:
		panic(fmt.Sprintf("no dots for %T", m))
	}
	return nil
}

func (c *canvas) path(points []point) {
	for _, p := range points {
		c.LineTo(p.x*perPoint, p.y*perPoint)
	}
}

func (c *canvas) style(s lineStyle) {
	c.SetColor(s.color)
	c.SetLineWidth(s.width * perPoint)
	var dashes []float64
	for _, length := range s.dashes {
		dashes = append(dashes, length*perPoint)
	}
	c.SetDash(dashes...)
}

func (c *canvas) write(l label) error {
	face := c.faces[l.size]
	if face == nil {
		var err error
		if face, err = opentype.NewFace(typeface(), &opentype.FaceOptions{Size: l.size, DPI: dotsPerInch}); err != nil {
			return err
		}
		c.faces[l.size] = face
	}
	c.SetFontFace(face)
	c.SetColor(l.color)
	c.DrawString(spelled(l.text), l.at.x*perPoint, l.at.y*perPoint)
	return nil
}
