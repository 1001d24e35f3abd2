package picture

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
)

var pale = color.RGBA{R: 0xF8, G: 0xDD, B: 0xC8, A: 0xFF}

// marked returns a drawing with one mark of each kind.
func marked() *drawing {
	d := &drawing{title: "T", about: "A", width: 100, height: 60}
	d.stroke(lineStyle{color: blue, width: 4, dashes: []float64{20, 10}}, point{10, 10}, point{90, 10})
	d.add(area{[]point{{10, 20}, {50, 20}, {50, 30}, {10, 30}}, pale})
	d.add(disc{point{80, 25}, 5})
	d.text(10, 40, smallText, begins, "■")
	return d
}

func written(t *testing.T, d *drawing, format string) string {
	t.Helper()
	var b bytes.Buffer
	if err := d.write(&b, format); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Each mark has its colour at its place; a line has gaps between its dashes.
func TestPNG(t *testing.T) {
	m, err := png.Decode(strings.NewReader(written(t, marked(), "png")))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := m.Bounds(), image.Rect(0, 0, 208, 125); got != want {
		t.Errorf("%v, want %v", got, want)
	}
	for at, want := range map[point]color.RGBA{
		{20, 10}: blue, {35, 10}: {255, 255, 255, 255}, {50, 10}: blue, {20, 13}: {255, 255, 255, 255},
		{30, 25}: pale, {30, 32}: {255, 255, 255, 255},
		{80, 25}: black, {84, 25}: black, {80, 31}: {255, 255, 255, 255},
		{13, 48}: black, {13, 57}: {255, 255, 255, 255},
	} {
		if got := color.RGBAModel.Convert(m.At(int(at.x*perPoint), int(at.y*perPoint))); got != want {
			t.Errorf("at %v: %v, want %v", at, got, want)
		}
	}
}

// A letter that the font lacks is a box.
func TestPNGOfOtherLetters(t *testing.T) {
	var files []string
	for _, text := range []string{"日", "□"} {
		d := &drawing{width: 30, height: 30}
		d.text(5, 5, smallText, begins, text)
		files = append(files, written(t, d, "png"))
	}
	if files[0] != files[1] {
		t.Error("another letter")
	}
}

func TestSVG(t *testing.T) {
	want := `<svg xmlns="http://www.w3.org/2000/svg" width="100pt" height="60pt" viewBox="0 0 100 60" style="max-width:100%;height:auto" role="img" font-family="'Liberation Sans', Arial, Helvetica, sans-serif" fill="none" stroke-linejoin="round">
<title>T</title>
<desc>A</desc>
<rect width="100%" height="100%" fill="#FFFFFF"/>
<path d="M10,10L90,10" stroke="#0072B2" stroke-width="4" stroke-dasharray="20,10"/>
<path d="M10,20L50,20L50,30L10,30Z" fill="#F8DDC8"/>
<circle cx="80" cy="25" r="5" fill="#000000"/>
<text x="10" y="51.7" font-size="13" textLength="7.852" lengthAdjust="spacingAndGlyphs" fill="#000000">■</text>
</svg>
`
	if got := written(t, marked(), "svg"); got != want {
		t.Error(got)
	}
}

// pdfText returns a PDF with its streams as they are before compression.
func pdfText(t *testing.T, file string) string {
	t.Helper()
	var b strings.Builder
	parts := strings.Split(file, "\nstream\n")
	for _, part := range parts {
		if r, err := zlib.NewReader(strings.NewReader(part)); err == nil {
			if _, err := io.Copy(&b, r); err != nil {
				t.Fatal(err)
			}
		}
	}
	return b.String()
}

// Each mark has its colour at its place, from the foot of the page; texts have letters
// of two bytes.
func TestPDF(t *testing.T) {
	d := marked()
	d.text(10, 40, smallText, begins, "A日")
	text := pdfText(t, written(t, d, "pdf"))
	for _, want := range []string{
		"[20.00 10.00] 0.00 d", "0.000 0.447 0.698 RG", "4.00 w", "10.00 50.00 m\n90.00 50.00 l\nS\n",
		"0.973 0.867 0.784 rg\n10.00 40.00 m\n50.00 40.00 l\n50.00 30.00 l\n10.00 30.00 l\nf\n",
		"BT 10.00 8.30 Td (\x25\xa0) Tj ET", "BT 10.00 8.30 Td (\x00A\x25\xa1) Tj ET",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in %.900q", want, text)
		}
	}
}

// A PDF needs no other file: neither to read, nor to keep its letters in. The font in
// the program stays as it is.
func TestPDFWithoutFiles(t *testing.T) {
	t.Setenv("TMPDIR", "/nowhere")
	if _, err := os.MkdirTemp("", ""); err == nil {
		t.Skip("the system has another folder for temporary files")
	}
	before := sha256.Sum256(liberationsansregular.TTF)
	d := marked()
	d.text(10, 50, smallText, begins, "häufig 日 \U0001f600 \U00010000")
	if got := written(t, d, "pdf"); !strings.HasPrefix(got, "%PDF-1.") ||
		!strings.Contains(got, "/MediaBox [0 0 100.00 60.00]") {
		t.Errorf("%.400s", got)
	}
	if sha256.Sum256(liberationsansregular.TTF) != before {
		t.Error("the font was changed")
	}
}

// A text begins, ends or has its middle where it is to, with the top of its letters.
func TestText(t *testing.T) {
	const width = 13 * 3 * 1139.0 / 2048 // of three digits
	for align, want := range map[alignment]float64{begins: 50, centered: 50 - width/2, ends: 50 - width} {
		d := &drawing{}
		d.text(50, 20, 13, align, "123")
		if l := d.marks[0].(label); math.Abs(l.at.x-want) > 0.01 || math.Abs(l.at.y-(20+0.9*13)) > 1e-9 {
			t.Errorf("%g: %v, want %g", align, l, want)
		}
	}
}

// What is not for the eye is shown to be there; the rest stays as it is.
func TestLine(t *testing.T) {
	for text, want := range map[string]string{
		"plain text":                "plain text",
		" two\n\tlines\u2028three ": "two lines three",
		"\x00\x1b[2J\u009b":         "??[2J?",
		"a\u202eb\u2066c\u200fd":    "a?b?c?d",
		"\ufffe\ufeff\U000e0041":    "???",
		"\xff":                      "\ufffd",
		"日本 é Ω □":                  "日本 é Ω □",
	} {
		got := line(text)
		if got != want || !utf8.ValidString(got) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// Widths are those of the package that draws the letters, and at least so where it
// puts pairs of them closer together. A letter that the font lacks is a square.
func TestTextWidth(t *testing.T) {
	face, err := opentype.NewFace(typeface(), &opentype.FaceOptions{Size: 32, DPI: 72})
	if err != nil {
		t.Fatal(err)
	}
	for text, closer := range map[string]bool{"": false, "Nov 18": false, "häufig Ωμε": false, "AVATAR To.": true,
		"11": true} {
		want := float64(font.MeasureString(face, text)) / 64 / 32 * 13
		if got := textWidth(text, 13); got < want-0.05 || !closer && got > want+0.05 || got > 1.15*want {
			t.Errorf("%q: %g, want %g", text, got, want)
		}
	}
	if got := textWidth("日本\U0001f600", 13); got != 39 {
		t.Error(got)
	}
}

func TestSpelled(t *testing.T) {
	if got := spelled("häufig Ω Привет 日本\U0001f600\U00010000!"); got != "häufig Ω Привет □□□□!" {
		t.Error(got)
	}
}

const wholePage = 412

// Lines of a text are as long as the room allows; a word that is longer is broken.
func TestFolded(t *testing.T) {
	if got := folded("", largeText, wholePage); got != nil {
		t.Error(got)
	}
	long := "a " + strings.Repeat("l", 500) + " b"
	for _, text := range []string{strings.Repeat("word ", 100), strings.Repeat("W", 200), strings.Repeat("日", 100), long} {
		lines := folded(text, largeText, wholePage)
		for i, l := range lines {
			if textWidth(l, largeText) > wholePage {
				t.Errorf("%q is %g wide", l, textWidth(l, largeText))
			}
			if i+1 < len(lines) {
				next, _, _ := strings.Cut(lines[i+1], " ")
				if textWidth(l+" "+next, largeText) <= wholePage {
					t.Errorf("%q has room for %q", l, next)
				}
			}
		}
		if got, want := strings.ReplaceAll(strings.Join(lines, ""), " ", ""), strings.ReplaceAll(text, " ", ""); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestShortened(t *testing.T) {
	if got := shortened("consumer-number-1", wholePage); got != "consumer-number-1" {
		t.Error(got)
	}
}

// labelsOf returns the texts of a drawing.
func labelsOf(d *drawing) string {
	var list []string
	for _, m := range d.marks {
		if l, ok := m.(label); ok {
			list = append(list, l.text)
		}
	}
	return strings.Join(list, "|")
}

// A label that would run into the one before is left out; its tick stays.
func TestHorizontalAxisIsLegible(t *testing.T) {
	p := newPanel("", lowPlot)
	for _, v := range []float64{0, 0.02, 0.5, 0.55, 1} {
		p.x.ticks = append(p.x.ticks, tick{v, "label " + string(rune('a'+len(p.x.ticks)))})
	}
	d := &drawing{}
	a := plotArea{d, 100, 500, 0, 100, &p.x, &p.y}
	a.horizontal()
	if got := labelsOf(d); got != "label a|label c|label e" || len(d.marks) != 5+3 {
		t.Error(got, len(d.marks))
	}
}

// What is beyond an axis is at its end, and an axis of one value has it in its middle.
func TestShare(t *testing.T) {
	linear, logarithmic, none := axis{min: 10, max: 20}, axis{min: 1, max: 100, logarithmic: true}, axis{min: 5, max: 5}
	for _, c := range []struct {
		a           *axis
		value, want float64
	}{
		{&linear, 10, 0}, {&linear, 15, 0.5}, {&linear, 25, 1}, {&linear, -5, 0},
		{&logarithmic, 1, 0}, {&logarithmic, 10, 0.5}, {&logarithmic, 0, 0}, {&none, 5, 0.5},
	} {
		if got := c.a.share(c.value); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%g of %v: %g, want %g", c.value, *c.a, got, c.want)
		}
	}
}

// Labels at the ends of an axis stay on the page, and beside those of the other axis.
func TestLabelsStayOnThePage(t *testing.T) {
	for name, ticks := range map[string][]tick{
		"both ends":       {{0, "at the beginning of time"}, {1, "at the end of all the time there is"}},
		"near the ends":   {{0.02, "near the beginning of time"}, {0.97, "near the end of all the time there is"}},
		"the right alone": {{0.5, "1"}, {1, "1,000,000,000,000"}},
	} {
		p := newPanel("", lowPlot)
		p.x.ticks, p.y.ticks = ticks, []tick{{0, "0"}, {1, "1"}}
		f := figure{}
		f.arrange(Tall, []*panel{p}, nil)
		d := f.draw()
		for _, m := range d.marks {
			if l, ok := m.(label); ok && (l.at.x < margin-1e-3 || l.at.x+l.width > tallPage-margin+1e-3) {
				t.Errorf("%s: %q from %g to %g", name, l.text, l.at.x, l.at.x+l.width)
			}
		}
		if got := strings.Count(labelsOf(d), "|") + 1; got != 4 {
			t.Errorf("%s: %d labels", name, got)
		}
	}
}
