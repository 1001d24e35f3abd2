package picture

import (
	"fmt"
	"math"
	"slices"
	"strconv"
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

// Lines differ in colour and in dashes, and there are as many as consumers are
// drawn.
func TestPlotStyles(t *testing.T) {
	var seen []string
	for i, s := range lineStyles {
		r, g, b, _ := s.color.RGBA()
		// The relative luminance of WCAG 2, with a contrast to white above 2.
		light := 0.0
		for part, weight := range map[uint32]float64{r: 0.2126, g: 0.7152, b: 0.0722} {
			light += weight * math.Pow(float64(part)/0xFFFF, 2.2)
		}
		if r != g && 1.05/(light+0.05) < 2 {
			t.Errorf("style %d is too light: %g", i, light)
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
