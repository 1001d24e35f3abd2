package report

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/fatih/color"
	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/odds"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// fewerText returns what one shard less than the minimum would have throttled, if it is the
// replay that forbids it.
func fewerText(r *review.Review) string {
	fewer := &r.Replay.Value.Fewer
	if !fewer.Known || fewer.Value.Shards != r.Shards.Minimum-1 || fewer.Value.Throttled == 0 {
		return ""
	}
	return fmt.Sprintf("%s would have throttled %s", unit.Plural(fewer.Value.Shards, "shard"), portion(fewer.Value.Throttled))
}

// patienceText returns the fewest shards on which writers only wait, and how long.
func patienceText(r *review.Review) string {
	if !r.Patience.Known {
		return ""
	}
	p := &r.Patience.Value
	return fmt.Sprintf("%s would have done if producers keep what is throttled (%s of the records) for %s or more",
		unit.Plural(p.Shards, "shard"), portion(p.Throttled), elapsed(max(1, math.Ceil(p.Wait))))
}

// pastDecides returns that the past decides, and not the formulas.
func pastDecides(r *review.Review) []item {
	if len(r.Binding) != 1 {
		return nil
	}
	n := unit.Plural(r.Shards.Recommended, "shard")
	var why string
	switch horizon := unit.Duration(r.Odds.Value.HorizonDays * float64(unit.Day)); r.Binding[0] {
	case review.OddsID:
		why = fmt.Sprintf("it takes %s to hold the next %s with odds of %s", n, horizon, inTen(float64(r.Odds.Value.Confidence)))
	case review.GrowthID:
		why = fmt.Sprintf("while traffic grows, it takes %s", n)
	default:
		return nil
	}
	formulas := "fewer"
	if r.Replay.Known {
		formulas = number(r.Replay.Value.Formula)
	}
	return []item{{"▸", color.Bold, fmt.Sprintf("%s decides: %s; the formulas ask for %s.", r.Binding[0], why, formulas)}}
}

// oddsItems returns how likely the counts of a review hold the horizon.
func oddsItems(r *review.Review) []item {
	if !r.Odds.Known {
		return nil
	}
	o := &r.Odds.Value
	horizon := unit.Duration(o.HorizonDays * float64(unit.Day))
	var parts []string
	for i, c := range o.Counts {
		part := number(c.Shards) + ": " + chanceText(&c)
		switch {
		case i > 0:
		case part == number(c.Shards)+": "+unknownChance:
			part += fmt.Sprintf(" whether the next %s hold", horizon)
		default:
			part += fmt.Sprintf(" that the next %s hold", horizon)
		}
		parts = append(parts, part)
	}
	return []item{{"%", color.Reset, "Odds from the highest need of each of " + days(o.DaysSeen) + ": " +
		strings.Join(parts, " · ") + "." + usualDays(o) + missingOdds(o.Missing)}}
}

// unknownChance stands for one that so few days do not tell.
const unknownChance = "not known"

// chanceText returns how likely a count holds.
func chanceText(c *review.Chance) string {
	switch {
	case !c.Told():
		return unknownChance
	case c.AtLeast:
		return fmt.Sprintf("at least %d in 10", int(10*c.Holds))
	}
	return inTen(c.Holds)
}

// usualDays returns what most days stay below, beside the usual peak, which is a mean.
func usualDays(o *review.Odds) string {
	if o.DaysSeen < odds.LeastDays {
		return ""
	}
	return fmt.Sprintf(" Nine of ten days need fewer than %s shards.", unit.Grouped(o.NineInTen, 1))
}

func days(n float64) string {
	return unit.Grouped(n, 1) + " " + verbForm(int(math.Ceil(n)), "day", "days")
}

// rare is the probability below which no tenth is told.
const rare = 0.05

// inTen returns a probability in tenths, or as less than one in twenty, or more than 19.
func inTen(p float64) string {
	switch {
	case p < rare:
		return "under 1 in 20"
	case p >= 0.95:
		return "over 19 in 20"
	}
	return fmt.Sprintf("%d in 10", max(1, int(math.Round(10*p))))
}

// missingOdds returns what of the odds is not known, and why.
func missingOdds(why odds.Missing) string {
	switch why {
	case odds.FewDays:
		return fmt.Sprintf(" What more shards would hold is not known before %d days are.", odds.LeastDays)
	case odds.ManyIdle:
		return " What more shards would hold is not known: too few of the days had traffic."
	}
	return ""
}

// growthText returns where the traffic goes, in words, and how long shards last if it grows.
func growthText(r *review.Review) string {
	if !r.Growth.Known {
		return ""
	}
	g := &r.Growth.Value
	switch {
	case g.Declared && g.Direction == fit.Level:
		return "Traffic stays about level, as declared."
	case g.Declared:
		return fmt.Sprintf("Traffic grows by %s a week, as declared%s.", howMuch(g.PerWeek), lastsText(r))
	case g.Direction == fit.Grows:
		return fmt.Sprintf("Traffic grows by %s a week (95%% sure: %s to %s)%s.", howMuch(g.PerWeek), howMuch(g.Low),
			howMuch(g.High), lastsText(r))
	case g.Direction == fit.Falls:
		return fmt.Sprintf("Traffic falls by %s a week (95%% sure: %s to %s).", howMuch(g.PerWeek), howMuch(g.High),
			howMuch(g.Low))
	}
	const aboutLevel = 0.1 // beyond it one change is no level, whatever it says of the weeks to come
	if (g.Low > 0 || g.High < 0) && math.Abs(g.PerWeek) > aboutLevel {
		return fmt.Sprintf("Traffic was %s in one week than in the one before: one change does not say whether that goes on.",
			moreOrLess(g.PerWeek))
	}
	return fmt.Sprintf("Traffic is about level: the usual week brings %s than the one before, after %s; "+
		"%s may bring anything from %s to %s.", moreOrLess(g.PerWeek), unit.Plural(g.Changes, "such change"),
		unit.Duration(g.Weeks*float64(unit.Week)), moreOrLess(math.Pow(1+g.Low, g.Weeks)-1),
		moreOrLess(math.Pow(1+g.High, g.Weeks)-1))
}

// howMuch returns the size of a change, whatever its direction.
func howMuch(share float64) string { return unit.Percent(math.Abs(share), 1) }

func moreOrLess(share float64) string {
	if share < 0 {
		return howMuch(share) + " less"
	}
	return howMuch(share) + " more"
}

// lastsText returns how long the shards that there are last, if others are recommended, and
// those.
func lastsText(r *review.Review) (text string) {
	lasts := func(shards int, out model.Maybe[fit.RunOut]) {
		if out.Known {
			text += fmt.Sprintf("; %s %s %s", unit.Plural(shards, "shard"), verbForm(shards, "lasts", "last"),
				lastsUntil(out.Value, r.Evidence.Window.To))
		}
	}
	if r.Shards.Current.Value != r.Shards.Recommended {
		lasts(r.Shards.Current.Value, r.RunsOut.Current)
	}
	lasts(r.Shards.Recommended, r.RunsOut.Recommended)
	return text
}

// lastsUntil returns how long a shard count lasts: when it runs out at the soonest.
func lastsUntil(out fit.RunOut, now time.Time) string {
	switch at := out.Earliest; {
	case !at.Known:
		return "for more than ten years"
	case !at.Value.After(now):
		return "no longer"
	case !out.Expected.Known:
		return "until " + at.Value.Format(time.DateOnly) + " at the soonest"
	default:
		return fmt.Sprintf("until about %s, %s at the soonest", out.Expected.Value.Format(time.DateOnly),
			at.Value.Format(time.DateOnly))
	}
}

// aheadDecides returns that what is declared of the time to come decides.
func aheadDecides(p *model.Plan, id string) []item {
	if !slices.Equal(p.Binding, []string{id}) {
		return nil
	}
	return []item{{"▸", color.Bold, fmt.Sprintf("%s decides: the declared growth or event takes %s; traffic as it is "+
		"takes fewer.", id, unit.Plural(p.Shards.Recommended, "shard"))}}
}
