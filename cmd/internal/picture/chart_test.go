package picture

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/kcalc/kcalc/model/unit"
)

// What was measured is drawn over the limit, with its own marks and colour.
func TestChartDrawsTheFirstLineOnTop(t *testing.T) {
	c := Chart{Label: func(v float64) string { return unit.Grouped(v, 0) }, To: time.Time{}.Add(4 * time.Hour)}
	c.Line("measured", []float64{6, 6, 0, 0, 0, 0})
	c.Level("limit", 6)
	c.Level("other", 3)
	if got := c.Text(100, false); !strings.HasPrefix(got,
		"  6┼─╮:::\n  5┤ │\n  4┤ │\n  3┼=│===\n  2┤ │\n  1┤ │\n  0┤ ╰───\n") ||
		!strings.HasSuffix(got, "  ╭ measured, : limit, = other\n") {
		t.Errorf("\n%s", got)
	}
	colored := c.Text(100, true)
	for _, want := range []string{"┼─╮\x1b[91m:::", "┼\x1b[32m=\x1b[0m│\x1b[32m==="} {
		if !strings.Contains(colored, want) {
			t.Errorf("%q is not in %q", want, colored)
		}
	}
}

// What happened is marked on the axis below its part of the lines, whatever their width; the
// second mark covers the first, and both cover ticks. What is not known has none.
func TestChartMarks(t *testing.T) {
	const parts = 60
	values, few, nothing := make([]float64, parts), make([]float64, parts), make([]float64, parts)
	for i := range values {
		nothing[i] = math.NaN()
		if 20 <= i && i < 40 {
			values[i] = 100
		}
	}
	few[30] = 1
	for width, together := range map[int]int{120: 1, 50: 2, 30: 4} {
		c := Chart{Label: func(v float64) string { return unit.Grouped(v, 0) }, To: time.Time{}.Add(time.Hour)}
		c.Line("load", values)
		c.Level("limit", 50)
		c.Mark("throttled", values)
		c.Mark("throttled too", few)
		c.Mark("nothing", nothing)
		text := c.Text(width, false)
		if !strings.Contains(text, "x throttled,") || !strings.HasSuffix(text, "# throttled too\n") {
			t.Errorf("%d:\n%s", width, text)
		}
		for row := range strings.Lines(text) {
			_, axis, found := strings.Cut(row, "└")
			if !found {
				continue
			}
			letters := []rune(axis)
			for k := range parts / together {
				want := "─┬"
				for i := k * together; i < (k+1)*together; i++ {
					switch {
					case few[i] > 0:
						want = "#"
					case values[i] > 0 && want == "─┬":
						want = "x"
					}
				}
				if k < len(letters) && !strings.ContainsRune(want, letters[k]) {
					t.Errorf("%d: part %d is %c, want one of %s:\n%s", width, k, letters[k], want, text)
				}
			}
		}
	}
}

// Rounding does not make the foot of an axis less than nothing.
func TestChartLabels(t *testing.T) {
	const highest = 704.8045187747314 // 6 × this ÷ 6 is more by its last bit
	c := Chart{Label: func(v float64) string { return unit.Grouped(v, 0) }, To: time.Time{}.Add(time.Hour)}
	c.Line("measured", []float64{highest, 1})
	c.Level("limit", 100)
	if text := c.Text(100, false); !strings.Contains(text, "   0 ┤╰\n") {
		t.Errorf("\n%s", text)
	}
}

// Of parts of a trace that become one the highest stays, wherever it is.
func TestCoarserKeepsTheHighest(t *testing.T) {
	for width := 1; width <= 100; width++ {
		for peak := range 72 {
			trace := make([]float64, 72)
			for i := range trace {
				trace[i] = float64(i % 7)
				if i%3 == 0 {
					trace[i] = math.NaN()
				}
			}
			trace[peak] = 100
			parts := coarser(trace, width)
			together := (72 + width - 1) / width
			if len(parts) > width || len(parts) != (72+together-1)/together || parts[peak/together] != 100 {
				t.Fatalf("a peak at %d of 72 in %d parts for %d: %v", peak, len(parts), width, parts)
			}
		}
	}
	for _, none := range []int{0, -30} { // the labels take all there is
		if parts := coarser([]float64{1, 3, 2}, none); len(parts) != 1 || parts[0] != 3 {
			t.Errorf("%v for a width of %d", parts, none)
		}
	}
	nan := math.NaN()
	if got := fmt.Sprint(coarser([]float64{nan, nan, nan, 3, 5, nan, 0, 0, 7}, 5)); got != "[NaN 3 5 0 7]" {
		t.Error(got)
	}
}

// A legend that is wider than the chart goes on in the next row; what others wrote in it
// does not steer the terminal.
func TestChartLegend(t *testing.T) {
	c := Chart{Label: func(v float64) string { return "\x1b" + unit.Grouped(v, 0) }, To: time.Time{}.Add(time.Hour)}
	c.Line("measured\x1b[2J in a window", []float64{1, 2})
	c.Level("the limit of the recommended", 2)
	c.Level("the limit of the current", 3)
	text := c.Text(40, false)
	if !strings.HasSuffix(text, "\n  ╭ measured?[2J in a window,\n  : the limit of the recommended,\n  = the limit of "+
		"the current\n") || strings.Contains(text, "\x1b") {
		t.Errorf("%q", text)
	}
	c.names[1] = "limit"
	for columns, want := range map[int]string{
		2 + 26 + 2 + 7: "  ╭ measured?[2J in a window, : limit,\n  = the", // which fits exactly
		2 + 26 + 2 + 6: "  ╭ measured?[2J in a window,\n  : limit,\n  = the",
	} {
		if got := c.legend(columns); !strings.HasPrefix(got, want) {
			t.Errorf("%d: %q", columns, got)
		}
	}
}
