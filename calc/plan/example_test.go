package plan_test

import (
	"fmt"

	"github.com/kcalc/kcalc/calc/cost"
	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/calc/plan"
	"github.com/kcalc/kcalc/model"
)

// A stream of small records, with what its plan costs a month.
func ExampleFor() {
	limits := model.PublishedLimits()
	w := model.NewWorkload()
	w.Region = "us-east-1"
	w.Producer.RecordSize, w.Producer.Average, w.Producer.Peak = 200, 10_000, 20_000

	t := cost.Tariff{Catalogue: price.Embedded(), Hours: cost.HoursPerMonth}
	p, err := plan.For(&limits, &w, &t)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Shards.Recommended, "shards, because of", p.Binding)
	fmt.Println(p.Cost.Value.Monthly, "USD a month")
	for _, a := range p.Advice {
		fmt.Printf("%s: %d shards instead\n", a.ID, a.Shards)
	}
	// Output:
	// 25 shards, because of [producer-limit.records.peak]
	// 641.67 USD a month
	// aggregate: 6 shards instead
	// relax.peak: 13 shards instead
}
