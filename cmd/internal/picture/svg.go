package picture

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image/color"
	"io"
	"strconv"
	"strings"
)

// svg writes the drawing as an SVG document. It names fonts of the same widths beside
// the one that letters are measured with, which few machines have, and says how wide
// each text is, so that it fits into its place in letters of any font.
func (d *drawing) svg(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%[1]spt" height="%[2]spt" viewBox="0 0 %[1]s %[2]s" `+
		`style="max-width:100%%;height:auto" role="img" font-family="'%[3]s', Arial, Helvetica, sans-serif" fill="none" stroke-linejoin="round">`+"\n",
		coordinate(d.width), coordinate(d.height), fontFamily)
	fmt.Fprintf(&b, "<title>%s</title>\n<desc>%s</desc>\n", escaped(line(d.title)), escaped(line(d.about)))
	fmt.Fprintln(&b, `<rect width="100%" height="100%" fill="#FFFFFF"/>`)
	for _, m := range d.marks {
		fmt.Fprintln(&b, svgElement(m))
	}
	fmt.Fprintln(&b, "</svg>")
	_, err := w.Write(b.Bytes())
	return err
}

// svgElement returns a mark as an element of SVG.
func svgElement(m any) string {
	switch m := m.(type) {
	case stroke:
		return fmt.Sprintf(`<path d="%s" stroke="%s" stroke-width="%s"%s/>`,
			svgPath(m.points), hex(m.style.color), coordinate(m.style.width), svgDashes(m.style.dashes))
	case area:
		return fmt.Sprintf(`<path d="%sZ" fill="%s"/>`, svgPath(m.corners), hex(m.color))
	case disc:
		return fmt.Sprintf(`<circle cx="%s" cy="%s" r="%s" fill="#000000"/>`,
			coordinate(m.center.x), coordinate(m.center.y), coordinate(m.radius))
	case label:
		return fmt.Sprintf(`<text x="%s" y="%s" font-size="%s" textLength="%s" lengthAdjust="spacingAndGlyphs" `+
			`fill="%s">%s</text>`,
			coordinate(m.at.x), coordinate(m.at.y), coordinate(m.size), coordinate(m.width), hex(m.color), escaped(m.text))
	}
	panic(fmt.Sprintf("no element for %T", m))
}

// svgPath returns a line through points.
func svgPath(points []point) string {
	var b strings.Builder
	command := "M"
	for _, p := range points {
		b.WriteString(command + coordinate(p.x) + "," + coordinate(p.y))
		command = "L"
	}
	return b.String()
}

func svgDashes(dashes []float64) string {
	if len(dashes) == 0 {
		return ""
	}
	var list []string
	for _, length := range dashes {
		list = append(list, coordinate(length))
	}
	return ` stroke-dasharray="` + strings.Join(list, ",") + `"`
}

// coordinate returns a length with a precision of a thousandth of a point.
func coordinate(x float64) string {
	text := strings.TrimRight(strconv.FormatFloat(x, 'f', 3, 64), "0")
	return strings.TrimSuffix(text, ".")
}

func hex(c color.RGBA) string { return fmt.Sprintf("#%02X%02X%02X", c.R, c.G, c.B) }

// escaped returns a text as XML has it.
func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // fails where its writer does
	return b.String()
}
