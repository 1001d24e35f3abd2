package picture

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
)

func TestStretches(t *testing.T) {
	if got := stretches([]float64{1, 1, 0, 2, 0, 0, 3}); !slices.Equal(got, [][2]int{{0, 2}, {3, 4}, {6, 7}}) ||
		stretches([]float64{0, 0}) != nil {
		t.Error(got)
	}
}

// contrast returns that of a colour to white, by WCAG 2.2
// (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio).
func contrast(c color.RGBA) float64 {
	linear := func(part uint8) float64 {
		v := float64(part) / 0xFF
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 1.05 / (0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B) + 0.05)
}

// Black has a contrast of 21, and #767676 is the lightest gray with one of 4.5.
func TestContrast(t *testing.T) {
	for c, want := range map[color.RGBA]float64{black: 21, {R: 0x76, G: 0x76, B: 0x76}: 4.54, {R: 0xFF}: 4.00} {
		if got := contrast(c); math.Abs(got-want) > 0.005 {
			t.Errorf("%v: %g, want %g", c, got, want)
		}
	}
}

// Lines and texts stand out from white. Lines differ in their dashes, and there are as many
// styles as consumers are drawn.
func TestPlotStyles(t *testing.T) {
	for _, c := range []color.RGBA{red, gray, proposedStyle.color, todayStyle.color} {
		if contrast(c) < 4.5 {
			t.Errorf("%v is too light: %g", c, contrast(c))
		}
	}
	var seen []string
	for i, s := range lineStyles {
		if contrast(s.color) < 4.5 {
			t.Errorf("style %d is too light: %g", i, contrast(s.color))
		}
		key := strconv.Itoa(len(s.dashes))
		for _, d := range s.dashes {
			key += " " + strconv.FormatFloat(d, 'f', -1, 64)
		}
		if slices.Contains(seen, key) {
			t.Errorf("style %d has the dashes of another", i)
		}
		seen = append(seen, key)
	}
}

// The highest bar takes its part of the plot, one of a quarter of its share a quarter of that,
// and the least share is seen.
func TestBars(t *testing.T) {
	c := &review.Candidate{Shards: model.Known(4)}
	c.Series.Value = replay.Series{Seconds: 10, Offered: []float64{100, 100, 100, 0}, Throttled: []float64{40, 10, 0.001, 0}}
	b := bars{c: c, color: blue, shares: throttledShares(&c.Series.Value)}
	if want := []float64{0.4, 0.1, 0.00001, 0}; !slices.Equal(b.shares, want) {
		t.Errorf("%v, want %v", b.shares, want)
	}
	d := &drawing{}
	a := &plotArea{d, 0, 400, 0, 200, &axis{max: 40}, &axis{max: 100}}
	a.bars(&b, 0.4)
	if len(d.marks) != 1 {
		t.Fatal(d.marks)
	}
	want := []point{{0, 170}, {100, 170}, {100, 192.5}, {200, 192.5}, {200, 197}, {300, 197}, {300, 200}, {0, 200}}
	if got := d.marks[0].(area).corners; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// Texts beside values do not run into each other, the marks or the line, and stay in the plot.
func TestCallOut(t *testing.T) {
	d := &drawing{}
	a := &plotArea{d, 50, 400, 0, 200, &axis{max: 11}, &axis{max: 11}}
	var list []callout
	var values []point
	for i := range 12 {
		at := point{float64(i), 11 / (1 + float64(i))}
		values = append(values, at)
		list = append(list, callout{at, []string{fmt.Sprintf("%d: $1,%03d", i, i), strconv.Itoa(i)}, 11 - i})
	}
	a.callOut(list, values)
	var boxes []box
	for _, m := range d.marks {
		if l, ok := m.(label); ok {
			boxes = append(boxes, box{l.at.x, l.at.y - ascent*smallText, l.at.x + l.width, l.at.y - ascent*smallText + smallText})
		}
	}
	if texts := labelsOf(d); len(boxes) < 8 || !strings.HasPrefix(texts, "11: $1,011|") {
		t.Errorf("%d texts of %d: %s", len(boxes), len(list), texts)
	}
	for i, b := range boxes {
		if b.left < a.left || b.right > a.right || b.top < a.top || b.bottom > a.bottom ||
			slices.ContainsFunc(boxes[:i], b.touches) {
			t.Errorf("%v of %v", b, boxes)
		}
		for k := range len(values) - 1 {
			if b.crossed(a.at(values[k].x, values[k].y), a.at(values[k+1].x, values[k+1].y)) {
				t.Errorf("%v is on the line", b)
			}
		}
	}
}

// The consumers that are drawn are those that break a bound, and then those that
// are farthest behind, in their order.
func TestOldest(t *testing.T) {
	c := review.Candidate{Breaches: []replay.Breach{{Message: "Throttled."},
		{Consumer: model.Known(model.Name("reader-51"))}}}
	var ages []replay.Ages
	for i := range 100 {
		ages = append(ages, replay.Ages{Consumer: model.Name(fmt.Sprint("reader-", i)), Seconds: []float64{0, float64(i), 0}})
	}
	var names []string
	for _, a := range oldest(&c, ages) {
		names = append(names, string(a.Consumer))
	}
	want := []string{"reader-51", "reader-93", "reader-94", "reader-95", "reader-96", "reader-97", "reader-98",
		"reader-99"}
	if !slices.Equal(names, want) {
		t.Errorf("%v, want %v", names, want)
	}
	if few := oldest(&c, ages[:3]); len(few) != 3 || few[0].Consumer != "reader-0" {
		t.Error(few)
	}
}
