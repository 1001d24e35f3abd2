package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/fatih/color"
	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// WriteFetchPlan writes the calls that the fetch of one stream would make, and their price, for
// people.
func WriteFetchPlan(w io.Writer, p *cloudwatch.Plan, region model.Region, terminal Terminal) error {
	d := &document{headline: fmt.Sprintf("Fetching the history of %s in %s: %s to CloudWatch for %s metrics, $%s",
		p.Asks[0].Stream, region,
		unit.Plural(len(p.Calls), "call"), unit.Grouped(float64(p.Metrics), 0), p.Cost)}
	g := grid{header: []string{"from", "to", "period", "points", "calls"}, right: []bool{false, false, false, true, true}}
	for _, band := range p.Bands {
		calls := 0
		for _, c := range p.Calls {
			if c.Period == band.Period {
				calls++
			}
		}
		g.row(false, band.Start.Format(time.RFC3339), band.End.Format(time.RFC3339), band.Period.String(),
			number(band.Points()), number(calls))
	}
	d.table("Parts of the window, each at the finest period that CloudWatch still has", g)
	series := p.Asks[0].Series
	d.add(fmt.Sprintf("%d series", len(series)), plannedSeries(series))
	return d.draw(w, terminal)
}

// plannedSeries returns the series by name, and of shards how many series each metric has.
func plannedSeries(series []model.SeriesID) []item {
	var items []item
	for len(series) > 0 {
		first, n := series[0], 1
		for first.Level == model.ShardLevel && n < len(series) && series[n].Level == first.Level &&
			series[n].Metric == first.Metric {
			n++
		}
		text := first.String()
		if n > 1 {
			name, _, _ := strings.Cut(text, "[")
			text = name + " of " + unit.Plural(n, "shard")
		}
		items = append(items, item{"·", color.Reset, text})
		series = series[n:]
	}
	return items
}
