package report

import (
	"strings"
	"testing"

	"github.com/kcalc/kcalc/calc/odds"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
)

// Odds are told in tenths, and at their ends in twentieths: no count is certain.
func TestInTen(t *testing.T) {
	for p, want := range map[float64]string{
		0: "under 1 in 20", 0.049: "under 1 in 20", 0.05: "1 in 10", 0.14: "1 in 10", 0.16: "2 in 10", 0.8: "8 in 10",
		0.949: "9 in 10", 0.95: "over 19 in 20", 1: "over 19 in 20",
	} {
		if got := inTen(p); got != want {
			t.Errorf("%v: %s, want %s", p, got, want)
		}
	}
}

// The odds have a line with each count, and say what is missing of them.
func TestReviewOdds(t *testing.T) {
	o := review.Odds{DaysSeen: 14, HorizonDays: 28, Confidence: 0.8, Least: model.Known(13), NineInTen: 11.04, Counts: []review.Chance{
		{Shards: 4, Holds: 0.02}, {Shards: 12, Holds: 0.61}, {Shards: 13, Holds: 0.82}, {Shards: 15, Holds: 0.97}}}
	few, idle := o, o
	few.DaysSeen, few.Missing, few.Counts = 2.5, odds.FewDays, []review.Chance{{Shards: 13, Holds: 0.07, AtLeast: true}}
	hours := few
	hours.DaysSeen, hours.Counts = 0.1, []review.Chance{{Shards: 3, Holds: 0.004, AtLeast: true}, {Shards: 6, Holds: 0.004, AtLeast: true}}
	idle.Missing = odds.ManyIdle
	for name, c := range map[string]struct {
		odds model.Maybe[review.Odds]
		want string
	}{
		"all": {model.Known(o), "% Odds from the highest need of each of 14 days: 4: under 1 in 20 that the next 28d hold · " +
			"12: 6 in 10 · 13: 8 in 10 · 15: over 19 in 20. Nine of ten days need fewer than 11 shards. Load of"},
		"few": {model.Known(few), "of each of 2.5 days: 13: not known whether the next 28d hold. What more shards would hold " +
			"is not known before 7 days are. Load of"},
		"hours": {model.Known(hours), "of each of 0.1 day: 3: not known whether the next 28d hold · 6: not known."},
		"idle":  {model.Known(idle), "Nine of ten days need fewer than 11 shards. What more shards would hold is not known: too few of the days had traffic. Load of"},
		"none":  {model.Maybe[review.Odds]{}, "13 shards at 80% utilization. Load of"},
	} {
		r := reviewOf(usual(), input.Declaration{})
		r.Odds = c.odds
		if text := table(t, r); !strings.Contains(text, c.want) {
			t.Errorf("%s: %q is not in\n%.900s", name, c.want, text)
		}
	}
	r := reviewOf(usual(), input.Declaration{})
	for i := range r.Constraints {
		r.Constraints[i].Binding = false
	}
	for id, want := range map[string]string{
		review.OddsID:   "▸ evidence.odds decides: it takes 13 shards to hold the next 1d with odds of 5 in 10; the formulas ask for 13.",
		review.GrowthID: "▸ evidence.growth decides: while traffic grows, it takes 13 shards; the formulas ask for 13.",
		"ahead":         "▸ ahead decides: the declared growth or event takes 13 shards; traffic as it is takes fewer.",
	} {
		r.Binding = []string{id}
		if text := table(t, r); !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%.900s", want, text)
		}
	}
}
