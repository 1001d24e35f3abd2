package review

import (
	"context"

	"github.com/kcalc/kcalc/calc/odds"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

const (
	// muchMore is how many times the second highest day's need a count is that is not
	// cheap any more.
	muchMore = 2.0

	// wideSpread is the standard deviation of the logarithms of daily needs from which on
	// the days differ too much for any count.
	wideSpread = 0.35
)

// onDemandBeside returns that no number of shards is both safe and cheap, or that on-demand
// mode costs less than the recommended count, where its replay holds.
func (c *counter) onDemandBeside(ctx context.Context, p *model.Plan, likely *chances) ([]notice.Notice, error) {
	if likely == nil || !p.Cost.Known || c.onDemand() {
		return nil, nil
	}
	monthly := onDemandCost(p)
	past := likely.odds(p.Shards.Recommended)
	unsafe := past.Missing() == odds.Nothing && isUnsafe(past, c.odds.Value.Least.Value)
	saves := monthly.Known && monthly.Value < p.Cost.Value.Monthly
	if !monthly.Known || !unsafe && !saves {
		return nil, nil
	}
	fit, err := CarriesMode(ctx, c.Basis, c.workload, model.OnDemandStandard, p.Shards.Recommended)
	switch n := p.Shards.Recommended; {
	case err != nil:
		return nil, err
	case unsafe:
		return []notice.Notice{notice.NoSafeCount(n, p.Cost.Value.Monthly, monthly.Value, fit.Carries)}, nil
	case fit.Carries:
		return []notice.Notice{notice.OnDemandSaves(n, p.Cost.Value.Monthly, monthly.Value)}, nil
	}
	return nil, nil
}

// isUnsafe reports whether the count that the odds ask for is much more than other days take,
// or the days differ so much that the next one may take anything. One shard or two are cheap.
func isUnsafe(past *odds.Odds, shards int) bool {
	const cheap = 2
	return shards > cheap && (float64(shards) > muchMore*past.Highest(2)[1] || past.Spread() > wideSpread)
}

// onDemandCost returns what the stream would cost in on-demand mode.
func onDemandCost(p *model.Plan) model.Maybe[unit.USD] {
	for _, other := range p.Cost.Value.Others {
		if other.Mode == model.OnDemandStandard {
			return other.Monthly
		}
	}
	return model.Maybe[unit.USD]{}
}
