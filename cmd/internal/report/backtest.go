package report

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/fatih/color"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// WriteBacktest writes what past recommendations would have done in a format.
func WriteBacktest(w io.Writer, b *review.Backtest, format Format, terminal Terminal) error {
	return answer{b, func() *document { return backtestDocument(b) }, backtestRecords(b).csv}.write(w, format, terminal)
}

func backtestDocument(b *review.Backtest) *document {
	d := &document{headline: streamName(b.Stream, b.Region) + ": " + backtestHeadline(b), tone: color.FgGreen}
	if r := b.Summary[0]; 2*r.Held < r.Windows {
		d.tone = color.FgRed
	}
	if len(b.Windows) == 1 {
		w := &b.Windows[0]
		d.lead = append(d.lead, item{"·", color.Reset, fmt.Sprintf("Seen: %s to %s UTC (%s). Then: to %s UTC (%s). From %s.",
			w.From.UTC().Format(minute), w.Split.UTC().Format(minute), unit.Duration(w.Split.Sub(w.From)),
			w.To.UTC().Format(minute), unit.Duration(w.To.Sub(w.Split)), b.Source)})
		d.table("What each count would have done", windowGrid(w))
		return d
	}
	first, last := &b.Windows[0], &b.Windows[len(b.Windows)-1]
	d.lead = append(d.lead, item{"·", color.Reset, fmt.Sprintf("%s of %s seen and %s to come, from %s to %s UTC; from %s.",
		unit.Plural(len(b.Windows), "window"), unit.Duration(first.Split.Sub(first.From)),
		unit.Duration(first.To.Sub(first.Split)), first.From.UTC().Format(time.DateOnly),
		last.To.UTC().Format(time.DateOnly), b.Source)})
	d.table("How often each rule held", summaryGrid(b))
	d.table("What the odds said, and what held", binsGrid(b))
	return d
}

func backtestHeadline(b *review.Backtest) string {
	r := b.Summary[0]
	if len(b.Windows) > 1 {
		return fmt.Sprintf("the recommended shards held in %d of %d windows", r.Held, r.Windows)
	}
	w := &b.Windows[0]
	text := "would have held"
	if r.Held == 0 {
		text = "would not have held"
	}
	text = fmt.Sprintf("%s were recommended and %s", unit.Plural(w.Rows[0].Shards.Value, "shard"), text)
	if w.Needed.Known {
		text += fmt.Sprintf("; %s were needed", number(w.Needed.Value))
	}
	return text
}

func windowGrid(w *review.BacktestWindow) grid {
	g := grid{header: []string{"rule", "shards", "odds said", "holds", "throttled", "for", "a month"},
		right: []bool{false, true, true, false, true, true, true}}
	for i := range w.Rows {
		r := &w.Rows[i]
		said, monthly := dash, dash
		if r.Said.Known {
			said = inTen(r.Said.Value)
		}
		if r.Monthly.Known {
			monthly = dollars(r.Monthly.Value)
		}
		g.row(i == 0, r.Rule, shards(r.Shards), said, yesOrNo(r.Holds), portion(r.Throttled), elapsed(r.Seconds), monthly)
	}
	return g
}

func summaryGrid(b *review.Backtest) grid {
	g := grid{header: []string{"rule", "held", "of windows", "median shards ÷ needed"}, right: []bool{false, true, true, true}}
	for i, r := range b.Summary {
		ratio := dash
		if r.Ratio.Known {
			ratio = unit.Grouped(r.Ratio.Value, 2)
		}
		g.row(i == 0, r.Rule, unit.Percent(float64(r.Held)/float64(r.Windows), 0), strconv.Itoa(r.Windows), ratio)
	}
	return g
}

func binsGrid(b *review.Backtest) grid {
	g := grid{header: []string{"odds", "counts", "said", "held"}, right: []bool{false, true, true, true}}
	for _, x := range b.Bins {
		g.row(false, unit.Percent(x.From, 0)+" to "+unit.Percent(x.To, 0), strconv.Itoa(x.Count), unit.Percent(x.Said, 0),
			unit.Percent(x.Held, 0))
	}
	return g
}

func backtestRecords(b *review.Backtest) records {
	r := records{{"from", "split", "to", "needed_shards", "rule", "shards", "odds_said", "holds", "throttled_share",
		"throttled_seconds", "monthly_usd"}}
	for _, w := range b.Windows {
		for _, row := range w.Rows {
			monthly := ""
			if row.Monthly.Known {
				monthly = row.Monthly.Value.String()
			}
			r = append(r, []string{unit.Stamp(w.From), unit.Stamp(w.Split), unit.Stamp(w.To), maybeCount(w.Needed), row.Rule,
				maybeCount(row.Shards), maybeNumber(row.Said), strconv.FormatBool(row.Holds), unit.Exact(row.Throttled),
				unit.Exact(row.Seconds), monthly})
		}
	}
	return r
}

func maybeCount(n model.Maybe[int]) string {
	if !n.Known {
		return ""
	}
	return strconv.Itoa(n.Value)
}

func maybeNumber(x model.Maybe[float64]) string {
	if !x.Known {
		return ""
	}
	return unit.Exact(x.Value)
}
