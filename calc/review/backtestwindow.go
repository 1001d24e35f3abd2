package review

import (
	"context"
	"maps"
	"math"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// seenPart is what was seen of a history, and what follows from it.
type seenPart struct {
	Basis
	workload model.Workload
	answer   Review
	chances  *chances // nil where nothing is known of the traffic
}

// seenOf returns what follows from the first part of a window. The horizon is its second
// part.
func (b *Basis) seenOf(ctx context.Context, declared input.Declaration, s span) (*seenPart, error) {
	seen := &seenPart{Basis: *b}
	seen.History = b.History.Between(s.from, s.split)
	evidence, err := fit.FitContext(ctx, seen.History, b.Limits)
	if err != nil {
		return nil, err
	}
	seen.Evidence = &evidence
	declared.Settings = maps.Clone(declared.Settings)
	declared.Merge(input.Declaration{Settings: input.Settings{
		"horizon": {Text: unit.Duration(s.to.Sub(s.split)).String(), Source: model.Flag},
	}})
	if seen.workload, seen.Inputs, err = Workload(b.Limits, &evidence, declared); err != nil {
		return nil, err
	}
	if seen.answer, err = New(ctx, &seen.Basis, &seen.workload); err != nil {
		return nil, err
	}
	traffic := fit.TrafficOf(seen.History)
	if r, err := newReplayer(ctx, &seen.Basis, &seen.workload, &traffic, &checkRequest); err == nil {
		seen.chances = newChances(r, &traffic, seen.growthOver(&seen.workload))
	}
	return seen, ctx.Err()
}

// busiest returns the shards of the rule of thumb: those that the busiest period takes, and
// a quarter more.
func (s *seenPart) busiest() int {
	if s.chances == nil {
		return 1
	}
	const quarterMore = 1.25
	needs := s.chances.odds(max(1, s.chances.replayer.guess())).Highest(1)
	if len(needs) == 0 {
		return 1
	}
	return max(1, calc.Shards(quarterMore*needs[0]))
}

// meet returns what the counts that follow from what was seen do on what came, and what
// the odds said of counts around them, with whether they held.
func (s *seenPart) meet(ctx context.Context, came *model.History) (out BacktestWindow, fates []chanceAndFate, err error) {
	later := s.Basis
	later.History = came
	traffic := fit.TrafficOf(came)
	r, err := newReplayer(ctx, &later, &s.workload, &traffic, &checkRequest)
	if err != nil {
		return out, nil, err
	}
	fewest, ok := r.fewest(r.guess())
	out.Needed = model.Maybe[int]{Value: fewest, Known: ok}
	for _, rule := range [...]ask{
		{RuleRecommended, s.answer.Shards.Recommended}, {RuleMinimum, s.answer.Shards.Minimum}, {RuleBusiest, s.busiest()},
	} {
		c := r.candidate(rule.shards, 0)
		row := newBacktestRow(rule.id, &c)
		if s.chances != nil {
			p, known := s.chances.of(rule.shards)
			row.Said = model.Maybe[float64]{Value: p, Known: known}
		}
		out.Rows = append(out.Rows, row)
	}
	onDemand := s.onDemandOn(ctx, &later, &traffic)
	out.Rows = append(out.Rows, newBacktestRow(RuleOnDemand, &onDemand))
	if s.chances != nil && ok {
		fates = s.chances.fates(s.answer.Shards.Minimum, fewest)
	}
	return out, fates, ctx.Err()
}

func newBacktestRow(rule string, c *Candidate) BacktestRow {
	return BacktestRow{Rule: rule, Shards: c.Shards, Holds: c.Holds, Throttled: c.ThrottledShare, Seconds: c.Seconds,
		Monthly: c.Monthly}
}

// onDemandOn returns what on-demand mode does on what came, from the shards that were
// recommended on.
func (s *seenPart) onDemandOn(ctx context.Context, later *Basis, t *fit.Traffic) Candidate {
	q, w := checkRequest, s.workload
	q.Mode = model.OnDemandStandard
	w.CurrentShards = unit.Count(s.answer.Shards.Recommended)
	r, err := newReplayer(ctx, later, &w, t, &q)
	if err != nil {
		return Candidate{}
	}
	return r.runOnDemand()
}

// chanceAndFate is what the odds said of a count, and whether it held.
type chanceAndFate struct {
	said  float64
	holds bool
}

// fates returns what the odds said of counts from half of the minimum to two and a half
// times it, and whether they held, which they did from the fewest on.
func (c *chances) fates(minimum, fewest int) (list []chanceAndFate) {
	const steps = 24
	last := 0
	for k := range steps {
		n := int(math.Round(float64(minimum) * (0.5 + 2*float64(k)/steps)))
		if n <= last {
			continue
		}
		last = n
		if p, ok := c.of(n); ok {
			list = append(list, chanceAndFate{p, n >= fewest})
		}
	}
	return list
}
