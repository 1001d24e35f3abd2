package picture

import (
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
)

// labels returns the texts of ticks.
func labels(ticks []tick) string {
	var list []string
	for _, tick := range ticks {
		list = append(list, tick.label)
	}
	return strings.Join(list, "|")
}

// Peaks that are within a factor of 30 share a linear axis from 0; others a
// logarithmic one, and what is below its foot is told to be.
func TestScale(t *testing.T) {
	for name, c := range map[string]struct {
		peaks     []float64
		foot, max float64
		labels    string
	}{
		"even":               {[]float64{0, 60, 600}, 0, 648, "0 s|2 min|4 min|6 min|8 min|10 min"},
		"far apart":          {[]float64{0, 1.5, 36000}, 1, 54000, "< 1 s|10 s|1 min|10 min|1 h|6 h"},
		"without zero":       {[]float64{1.5, 36000}, 1, 54000, "1 s|10 s|1 min|10 min|1 h|6 h"},
		"nothing":            {[]float64{0, 0}, 0, 1.08, "0 s|200 ms|400 ms|600 ms|800 ms|1 s"},
		"hours":              {[]float64{9000}, 0, 9720, "0 s|30 min|1 h|90 min|2 h|150 min"},
		"days":               {[]float64{864000}, 0, 933120, "0 s|2 d|4 d|6 d|8 d|10 d"},
		"tiny":               {[]float64{0.004, 0.002}, 0, 0.00432, "0 s|1 ms|2 ms|3 ms|4 ms"},
		"less than a moment": {[]float64{1e-6, 1e-4}, 0, 1.08e-4, "0 s|0.02 ms|0.04 ms|0.06 ms|0.08 ms|0.1 ms"},
		"from tiny":          {[]float64{0.0001, 10}, 0.001, 15, "< 1 ms|10 ms|100 ms|1 s|10 s"},
	} {
		p := newPanel("", tallPlot)
		foot := p.scale(c.peaks)
		if foot != c.foot || p.y.logarithmic != (foot > 0) || p.y.min != foot || math.Abs(p.y.max-c.max) > 1e-9 {
			t.Errorf("%s: foot %g, from %g to %g", name, foot, p.y.min, p.y.max)
		}
		if got := labels(p.y.ticks); got != c.labels {
			t.Errorf("%s: %s, want %s", name, got, c.labels)
		}
	}
}

// Labels of a logarithmic axis do not run into each other: the larger of two stays,
// and so does the foot.
func TestScaleIsLegible(t *testing.T) {
	for name, c := range map[string]struct {
		body   float64
		peaks  []float64
		labels string
	}{
		"tall":  {tallPlot, []float64{0, 1.01, 26 * hour}, "< 1 s|10 s|1 min|10 min|1 h|6 h|1 d"},
		"low":   {lowPlot, []float64{1, 26 * hour}, "100 ms|1 s|1 min|1 h|1 d"},
		"foot":  {lowPlot, []float64{11, 20 * day}, "10 s|1 h|1 d|30 d"},
		"weeks": {lowPlot, []float64{0, 0.07, 20 * day}, "< 10 ms|1 s|1 min|1 h|1 d|30 d"},
	} {
		p := newPanel("", c.body)
		p.x.name = "shards"
		p.scale(c.peaks)
		ticks := p.y.ticks
		if got := labels(ticks); got != c.labels {
			t.Errorf("%s: %s, want %s", name, got, c.labels)
		}
		a := plotArea{nil, 0, tallPage, 0, c.body - p.x.height(), &p.x, &p.y}
		for i, tick := range ticks[1:] {
			if gap := a.at(0, ticks[i].value).y - a.at(0, tick.value).y; gap < smallText {
				t.Errorf("%s: %s is %g above the label below it", name, tick.label, gap)
			}
		}
	}
}

// Times of day and dates are UTC, whatever the window's beginning says.
func TestMoments(t *testing.T) {
	east := time.FixedZone("east", 7200)
	for name, c := range map[string]struct {
		from    time.Time
		seconds float64
		labels  string
		first   float64
	}{
		"a night": {time.Date(2026, 11, 20, 20, 0, 0, 0, east), 12 * hour, "18:00|20:00|22:00|Nov 21|02:00|04:00|06:00",
			0},
		"an odd one": {time.Date(2026, 11, 20, 18, 20, 0, 0, time.UTC), 10 * 60, "18:20|18:22|18:24|18:26|18:28|18:30", 0},
		"half past": {time.Date(2026, 11, 20, 18, 30, 0, 0, time.UTC), 6 * hour, "19:00|20:00|21:00|22:00|23:00|Nov 21",
			1800},
		"seconds": {time.Date(2026, 11, 20, 18, 0, 0, 0, time.UTC), 60,
			"18:00:00|18:00:10|18:00:20|18:00:30|18:00:40|18:00:50|18:01:00", 0},
		"a week": {time.Date(2026, 11, 13, 0, 0, 0, 0, time.UTC), 7 * day, "Nov 13|Nov 15|Nov 17|Nov 19", 0},
		"a year": {time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), 400 * day,
			"2026-01-01|2026-04-11|2026-07-20|2026-10-28|2027-02-05", 0},
	} {
		ticks := moments(&review.ReplayWindow{From: model.Known(c.from), Seconds: c.seconds})
		if got := labels(ticks); got != c.labels || ticks[0].value != c.first {
			t.Errorf("%s: %s from %g, want %s", name, got, ticks[0].value, c.labels)
		}
	}
}

func TestStep(t *testing.T) {
	for span, want := range map[float64]float64{6: 1, 6.1: 2, 12: 2, 13: 5, 30: 5, 31: 10, 115: 20, 0.6: 0.1, 550: 100,
		12_000: 2000} {
		if got := step(span); math.Abs(got/want-1) > 1e-9 {
			t.Errorf("%g: %g, want %g", span, got, want)
		}
	}
	if got := labels(every(-0.5, 2, 1, func(v float64) string {
		return strconv.FormatFloat(v, 'f', -1,
			64)
	})); got != "0|1|2" {
		t.Error(got)
	}
}
