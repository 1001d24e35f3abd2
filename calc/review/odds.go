package review

import (
	"slices"

	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/odds"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// OddsID is what binds a plan whose count the odds decide.
const OddsID = "evidence.odds"

// Odds say how likely numbers of shards hold the time to come.
type Odds struct {
	DaysSeen    float64       `json:"days_seen"` // partly known ones by their shares
	HorizonDays float64       `json:"horizon_days"`
	Confidence  unit.Fraction `json:"confidence"`

	// Least is the fewest shards that hold the horizon with the confidence. It is unknown
	// where Missing says why.
	Least   model.Maybe[int] `json:"least_shards"`
	Counts  []Chance         `json:"counts"`  // the fewest shards first
	Missing odds.Missing     `json:"missing"` // "" where all is known

	// NineInTen is the need that nine of ten days stay below.
	NineInTen float64 `json:"nine_of_ten_days_below"`

	// DailyNeeds are the highest needs of days, in shards at their whole limits, the
	// highest first.
	DailyNeeds []float64 `json:"highest_daily_needs"`
}

// Chance is how likely a number of shards holds.
type Chance struct {
	Shards  int     `json:"shards"`
	Holds   float64 `json:"holds"`    // a probability
	AtLeast bool    `json:"at_least"` // it may be higher
}

// told is the least bound below a chance that says anything: to be told that a count holds in
// at least one of ten cases is to read that it fails in nine.
const told = 0.5

// Told reports whether the probability says something: so few days may be known that all that
// is certain is a bound far below what is likely.
func (c Chance) Told() bool { return !c.AtLeast || c.Holds >= told }

// String returns the probability as a percentage, with ≥ where it may be higher, and a
// question mark where the days do not tell.
func (c Chance) String() string {
	switch {
	case !c.Told():
		return "?"
	case c.Holds < 0.01:
		return "<1%"
	case c.Holds > 0.99:
		return ">99%"
	case c.AtLeast:
		return "≥" + unit.Percent(c.Holds, 0)
	}
	return unit.Percent(c.Holds, 0)
}

// Growth is where traffic goes over the horizon of a workload.
type Growth struct {
	Direction fit.Direction `json:"direction"`
	Declared  bool          `json:"declared"` // and not measured
	fit.Growth
}

// growthOver returns the growth over the horizon of a workload: what was declared, or that
// of the history.
func (b *Basis) growthOver(w *model.Workload) model.Maybe[Growth] {
	weeks := w.Horizon.Seconds() / unit.Week.Seconds()
	if b.declares("growth") {
		g := fit.Growth{PerWeek: float64(w.Growth), Low: float64(w.Growth), High: float64(w.Growth), Weeks: weeks}
		if g.PerWeek > 0 {
			return model.Known(Growth{fit.Grows, true, g})
		}
		return model.Known(Growth{fit.Level, true, g})
	}
	if !b.Evidence.Growth.Known {
		return model.Maybe[Growth]{}
	}
	g := b.Evidence.Growth.Value.Over(weeks)
	return model.Known(Growth{g.Direction(), false, g})
}

// wanted returns the fewest shards that hold with the confidence of the workload.
func (c *chances) wanted() model.Maybe[int] {
	if c == nil {
		return model.Maybe[int]{}
	}
	return c.least(c.replayer.workload.Confidence)
}

// unsureOfFewer returns that the days seen do not show that fewer shards than today hold with
// the confidence that is asked for: those days decide on themselves, and not on the horizon.
func (r *Review) unsureOfFewer() []notice.Notice {
	o := &r.Odds.Value
	if r.Verdict != model.TooMany || !r.Odds.Known {
		return nil
	}
	for _, c := range o.Counts {
		if c.Shards == r.Shards.Recommended && c.Holds < float64(o.Confidence) {
			return []notice.Notice{notice.FewerNotSure(o.DaysSeen, odds.LeastDays, c.Shards, r.Shards.Current.Value)}
		}
	}
	return nil
}

// summary returns the odds of some counts, 0 of none, and of the fewest for the next
// confidence of 80, 90 and 95 %.
func (c *chances) summary(counts ...int) model.Maybe[Odds] {
	if c == nil {
		return model.Maybe[Odds]{}
	}
	w, least := c.replayer.workload, c.wanted()
	past := c.odds(max(1, least.Value))
	if past.Missing() == odds.NoDays {
		return model.Maybe[Odds]{}
	}
	for _, next := range [...]unit.Fraction{0.8, 0.9, 0.95} {
		if next > w.Confidence {
			counts = append(counts, c.least(next).Value) // 0 if it is not known
			break
		}
	}
	const shown = 6
	out := Odds{DaysSeen: past.Seen(), HorizonDays: inDays(w.Horizon), Confidence: w.Confidence, Least: least,
		Counts: []Chance{}, Missing: past.Missing(), NineInTen: past.NineInTen(), DailyNeeds: past.Highest(shown)}
	slices.Sort(counts)
	for _, n := range slices.Compact(counts) {
		if n > 0 {
			p, ok := c.of(n)
			out.Counts = append(out.Counts, Chance{Shards: n, Holds: p, AtLeast: !ok})
		}
	}
	return model.Known(out)
}
