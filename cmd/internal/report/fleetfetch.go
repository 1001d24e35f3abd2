package report

import (
	"fmt"
	"io"

	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// FleetFetch is what reading the metrics of a fleet asks of CloudWatch: hours of all streams, and at most so much
// for the minutes of some.
type FleetFetch struct {
	regions []fetchedRegion
}

// fetchedRegion is what is asked for of an account in a Region. A pass of which nothing is left is nil.
type fetchedRegion struct {
	account string
	region  model.Region
	streams int
	passes  cloudwatch.Passes
}

// Add adds an account's streams in a Region.
func (f *FleetFetch) Add(account string, region model.Region, streams int, passes cloudwatch.Passes) {
	f.regions = append(f.regions, fetchedRegion{account, region, streams, passes})
}

// plans returns the passes of which something is left.
func (f *FleetFetch) plans() (list []*cloudwatch.Plan) {
	for i := range f.regions {
		for _, p := range []*cloudwatch.Plan{f.regions[i].passes.Hours, f.regions[i].passes.Most} {
			if p != nil {
				list = append(list, p)
			}
		}
	}
	return list
}

// Calls returns how many calls there are at most.
func (f *FleetFetch) Calls() (n int) {
	for _, p := range f.plans() {
		n += len(p.Calls)
	}
	return n
}

// Metrics returns how many metrics are asked for at most, which is what is billed.
func (f *FleetFetch) Metrics() (n int) {
	for _, p := range f.plans() {
		n += p.Metrics
	}
	return n
}

// Cost returns what that costs at most.
func (f *FleetFetch) Cost() (cost unit.USD) {
	for _, p := range f.plans() {
		cost += p.Cost
	}
	return cost
}

// WriteFleetFetch writes what would be asked of CloudWatch, and its price, for people.
func WriteFleetFetch(w io.Writer, f *FleetFetch, terminal Terminal) error {
	streams := 0
	g := grid{header: []string{"account", "Region", "streams", "calls for hours", "metrics", "calls for minutes", "metrics"},
		right: []bool{false, false, true, true, true, true, true}}
	for i := range f.regions {
		r := &f.regions[i]
		streams += r.streams
		row := []string{r.account, string(r.region), number(r.streams)}
		for k, p := range []*cloudwatch.Plan{r.passes.Hours, r.passes.Most} {
			most := []string{"", "at most "}[k]
			if p == nil {
				row = append(row, "0", "0")
				continue
			}
			row = append(row, most+number(len(p.Calls)), most+unit.Grouped(float64(p.Metrics), 0))
		}
		g.row(false, row...)
	}
	d := &document{headline: fmt.Sprintf("Reading %s: at most %s to CloudWatch for %s metrics, $%s", unit.Plural(streams, "stream"),
		unit.Plural(f.Calls(), "call"), unit.Grouped(float64(f.Metrics()), 0), f.Cost())}
	d.table("Hours of all streams, and minutes of those that their hours do not decide", g)
	return d.draw(w, terminal)
}
