package picture

import (
	"sync"

	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// All texts are in Liberation Sans, whose letters are as wide as those of Arial and of
// Helvetica. Its license is the file LICENSE-Liberation.
const fontFamily = "Liberation Sans"

// typeface returns the font. It may be used by several goroutines.
var typeface = sync.OnceValue(func() *sfnt.Font {
	f, err := sfnt.Parse(liberationsansregular.TTF)
	if err != nil {
		panic(err) // the program is built with a broken file
	}
	return f
})

// textWidth returns how wide a text of a size is at most: what draws it may put some
// pairs of letters closer together, or not. A letter that the font lacks counts as a
// square, which those of East Asia are; other fonts may have it.
func textWidth(text string, size float64) float64 {
	f := typeface()
	em := fixed.Int26_6(f.UnitsPerEm())
	var buffer sfnt.Buffer
	var width fixed.Int26_6
	for _, r := range text {
		glyph, _ := f.GlyphIndex(&buffer, r)
		advance, err := f.GlyphAdvance(&buffer, glyph, em, font.HintingNone)
		if glyph == 0 || err != nil {
			advance = em
		}
		width += advance
	}
	return float64(width) / float64(em) * size
}

// spelled returns a text in letters that the font has, with a box for each other.
func spelled(text string) string {
	const box = '□'
	var buffer sfnt.Buffer
	letters := []rune(text)
	for i, r := range letters {
		if glyph, err := typeface().GlyphIndex(&buffer, r); glyph == 0 || err != nil {
			letters[i] = box
		}
	}
	return string(letters)
}
