package fit

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/kcalc/kcalc/calc/fit/fittest"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// even returns a timeline of one metric with the given counts, a minute each.
func even(counts []float64) *timeline {
	run := model.Run{Start: start, Period: unit.Duration(time.Minute), Values: counts}
	return newTimeline(&model.History{
		From: start, To: run.End(), Series: []model.Series{{SeriesID: incomingRecords, Runs: []model.Run{run}}},
	})
}

// With few days the usual rate of a period is the median of those within two hours
// of it: at the beginning of a rising rate, that of the hour after; in the middle,
// its own.
func TestUsualRateOfFewDays(t *testing.T) {
	counts := make([]float64, 600)
	for i := range counts {
		counts[i] = 60 * float64(i)
	}
	tl := even(counts)
	b := fitBaseline(tl, tl.records)
	for slot, want := range map[int]float64{0: 60, 1: 60.5, 120: 120, 300: 300, 599: 539} {
		if got := b.expected[slot]; got != want {
			t.Errorf("minute %d: %v, want %v", slot, got, want)
		}
	}
	if b.dailyCurve != nil {
		t.Error("ten hours have a daily curve")
	}
}

// A surge of 1.3 times in noise shows once the baseline was fitted without the one
// of 3 times, and then without the periods that this fit left out: in the third pass.
func TestSurgeThatShowsInTheThirdPass(t *testing.T) {
	s := &fittest.Stream{
		Seed: 385, Start: start, Rate: 1000, Size: 100, Noise: 0.04,
		Parts: []fittest.Part{{Length: 4 * day, Period: 5 * time.Minute}},
		Surges: []fittest.Surge{
			{Start: start.Add(30 * time.Hour), Length: 40 * time.Minute, Times: 3},
			{Start: start.Add(54*time.Hour + 10*time.Minute), Length: 30 * time.Minute, Times: 1.3},
		},
	}
	tl := newTimeline(s.History())
	if got, want := fitBaseline(tl, tl.records).surges, []run{{360, 368}, {650, 656}}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// Below a twentieth of the mean rate there is no traffic.
func TestFloorOfABaseline(t *testing.T) {
	counts := slices.Repeat([]float64{6_000}, 600)
	counts[300], counts[301] = 330, 270 // 5.5 % and 4.5 %
	tl := even(counts)
	b := fitBaseline(tl, tl.records)
	x := b.logs()
	if want := b.mean / 20; differ(math.Exp(x[300]), 5.5) || differ(math.Exp(x[301]), want) {
		t.Errorf("%v and %v, want 5.5 and %v", math.Exp(x[300]), math.Exp(x[301]), want)
	}
}
