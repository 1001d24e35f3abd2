package review

import (
	"math"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/plan"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
)

// GrowthID is what binds a plan whose count a stated growth decides.
const GrowthID = "evidence.growth"

// ask is a number of shards that something besides the formulas asks for.
type ask struct {
	id     string
	shards int
}

// largest returns the first of those that ask for the most shards.
func largest(asks []ask) (most ask) {
	for _, a := range asks {
		if a.shards > most.shards {
			most = a
		}
	}
	return most
}

// asks returns what the past asks for besides the formulas: the fewest shards on which
// its own traffic holds, those that hold the horizon with the confidence, and, while the
// stream is stated to grow, those that last over the horizon, and no fewer than today.
func (c *counter) asks(likely *chances) []ask {
	list := []ask{{ReplayID, c.fewest}, {OddsID, likely.wanted().Value}}
	if c.growth.Value.Direction == fit.Grows {
		now := int(c.workload.CurrentShards)
		if now == 0 && !c.onDemand() {
			now = c.Evidence.Shards.Value
		}
		list = append(list, ask{GrowthID, c.grown(c.workload, &c.growth.Value, c.fewest)}, ask{GrowthID, now})
	}
	return list
}

// grown returns the shards at the limit when the horizon ends, if the stream grows on.
func (b *Basis) grown(w *model.Workload, g *Growth, fewest int) int {
	times := g.Times(g.Weeks)
	later := plan.Scaled(w, times)
	minimum, _ := calc.Counts(calc.Solve(b.Limits, &later, nil))
	return max(minimum, calc.Shards(float64(fewest)*times))
}

// growthAgainst returns that a growth which is not stated may go on, if it stands out of
// what weeks change by, and would use up the recommended count within the horizon. A
// stream that grows is not told that it has too many shards.
func growthAgainst(shards *model.Shards, recommended int, growth model.Maybe[Growth]) []notice.Notice {
	g := &growth.Value
	if !growth.Known || g.Direction != fit.Level || g.PerWeek <= 0 {
		return nil
	}
	standsOut := math.Log1p(g.PerWeek)*math.Sqrt(float64(g.Changes)) > g.Spread
	if !standsOut || float64(shards.Minimum)*g.Times(g.Weeks) <= float64(recommended) {
		return nil
	}
	return []notice.Notice{notice.GrowthMayGoOn(g.PerWeek, g.Changes)}
}
