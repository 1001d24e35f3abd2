package review

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// BacktestSchema names the schema of a [Backtest] in machine formats.
const BacktestSchema = "kcalc.backtest/v1"

// Backtest is what the recommendation from one part of a history would have done on the
// part after it, once or for windows that move along it.
type Backtest struct {
	Schema  string           `json:"schema"`
	Stream  model.Name       `json:"stream"`
	Region  model.Region     `json:"region"`
	Source  string           `json:"source"`
	Windows []BacktestWindow `json:"windows"`
	Summary []BacktestRule   `json:"summary"` // of each rule over all windows
	Bins    []BacktestBin    `json:"odds_bins"`
}

// BacktestWindow is one split: the counts that follow from what was seen, and what each
// did on what came.
type BacktestWindow struct {
	From   time.Time        `json:"from"`
	Split  time.Time        `json:"split"`
	To     time.Time        `json:"to"`
	Needed model.Maybe[int] `json:"needed_shards"` // the fewest that held
	Rows   []BacktestRow    `json:"rows"`
}

// BacktestRow is what one rule would have taken, and what that did.
type BacktestRow struct {
	Rule      string                `json:"rule"`
	Shards    model.Maybe[int]      `json:"shards"` // on-demand has none to choose
	Said      model.Maybe[float64]  `json:"odds_said"`
	Holds     bool                  `json:"holds"`
	Throttled float64               `json:"throttled_share"`
	Seconds   float64               `json:"throttled_seconds"`
	Monthly   model.Maybe[unit.USD] `json:"monthly_usd"`
}

// The rules of a backtest.
const (
	RuleRecommended = "recommended"
	RuleMinimum     = "minimum"
	RuleBusiest     = "busiest × 1.25"
	RuleOnDemand    = "on-demand"
)

// BacktestRule is how one rule did over all windows.
type BacktestRule struct {
	Rule    string               `json:"rule"`
	Windows int                  `json:"windows"`
	Held    int                  `json:"held"`
	Ratio   model.Maybe[float64] `json:"median_shards_per_needed"`
}

// BacktestBin compares what the odds said with what held, of the counts from the busiest
// day's half to twice its shards in all windows whose odds were within the bin.
type BacktestBin struct {
	From  float64 `json:"from"`
	To    float64 `json:"to"`
	Count int     `json:"count"`
	Said  float64 `json:"said"` // mean
	Held  float64 `json:"held"` // share
}

// BacktestRequest is how a history is split. Seen is 0 for one split at Split of it; else
// windows of Seen and the horizon after it move along in steps of a week.
type BacktestRequest struct {
	Split unit.Fraction
	Seen  unit.Duration
	Ahead unit.Duration // of moving windows
}

// NewBacktest splits the history of a basis, and has each first part recommend for the
// second with what is declared. The error is that the history is too short, input.Errors,
// or the context's.
func NewBacktest(ctx context.Context, b *Basis, declared input.Declaration, q BacktestRequest) (Backtest, error) {
	out := Backtest{Schema: BacktestSchema, Source: b.Source,
		Windows: []BacktestWindow{}, Summary: []BacktestRule{}, Bins: []BacktestBin{}}
	var said []chanceAndFate
	for _, w := range q.windows(b.History.From, b.History.To) {
		seen, err := b.seenOf(ctx, declared, w)
		if err != nil {
			return Backtest{}, err
		}
		window, fates, err := seen.meet(ctx, b.History.Between(w.split, w.to))
		if err != nil {
			return Backtest{}, err
		}
		window.From, window.Split, window.To = w.from, w.split, w.to
		out.Stream, out.Region = seen.workload.Stream, seen.workload.Region
		out.Windows, said = append(out.Windows, window), append(said, fates...)
	}
	if len(out.Windows) == 0 {
		return Backtest{}, fmt.Errorf("the history of %s is too short for a backtest: less than a day is left to test on; "+
			"two weeks tell more", unit.Duration(b.History.To.Sub(b.History.From)))
	}
	for _, rule := range []string{RuleRecommended, RuleMinimum, RuleBusiest, RuleOnDemand} {
		out.Summary = append(out.Summary, summarize(rule, out.Windows))
	}
	out.Bins = binned(said)
	return out, ctx.Err()
}

// span is a split of a history: what is seen, and what comes.
type span struct{ from, split, to time.Time }

// windows returns the splits of a time.
func (q BacktestRequest) windows(from, to time.Time) (list []span) {
	if q.Seen == 0 {
		split := from.Add(time.Duration(float64(q.Split) * float64(to.Sub(from)))).Truncate(time.Hour)
		if split.After(from) && to.Sub(split) >= time.Duration(unit.Day) {
			list = append(list, span{from, split, to})
		}
		return list
	}
	for at := from; ; at = at.Add(time.Duration(unit.Week)) {
		w := span{at, at.Add(time.Duration(q.Seen)), at.Add(time.Duration(q.Seen + q.Ahead))}
		if w.to.After(to) {
			return list
		}
		list = append(list, w)
	}
}

// summarize returns how a rule did over all windows.
func summarize(rule string, windows []BacktestWindow) BacktestRule {
	out := BacktestRule{Rule: rule}
	var ratios []float64
	for _, w := range windows {
		for _, row := range w.Rows {
			if row.Rule != rule {
				continue
			}
			if out.Windows++; row.Holds {
				out.Held++
			}
			if row.Shards.Known && w.Needed.Known {
				ratios = append(ratios, float64(row.Shards.Value)/float64(w.Needed.Value))
			}
		}
	}
	if slices.Sort(ratios); len(ratios) > 0 {
		out.Ratio = model.Known((ratios[(len(ratios)-1)/2] + ratios[len(ratios)/2]) / 2)
	}
	return out
}

// binned compares said with held in ten bins.
func binned(said []chanceAndFate) []BacktestBin {
	const bins = 10
	list := make([]BacktestBin, bins)
	for _, s := range said {
		b := &list[min(bins-1, int(s.said*bins))]
		b.Count++
		b.Said += s.said
		if s.holds {
			b.Held++
		}
	}
	out := []BacktestBin{}
	for i, b := range list {
		if b.Count > 0 {
			n := float64(b.Count)
			out = append(out, BacktestBin{From: float64(i) / bins, To: float64(i+1) / bins, Count: b.Count,
				Said: b.Said / n, Held: b.Held / n})
		}
	}
	return out
}
