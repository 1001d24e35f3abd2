package cost_test

import (
	"fmt"

	"github.com/kcalc/kcalc/calc/cost"
	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Four shards that take 1,000 records of 2 KiB a second, read with enhanced fan-out.
func ExampleTariff_Bill() {
	limits := model.PublishedLimits()
	w := model.NewWorkload()
	w.Region = "us-east-1"
	w.Producer.RecordSize, w.Producer.Average, w.Producer.Peak = 2*unit.KiB, 1000, 1500
	orders := model.NewConsumer("orders")
	orders.Type = model.EnhancedFanOut
	w.Consumers = []model.Consumer{orders}

	t := cost.Tariff{Catalogue: price.Embedded(), Hours: cost.HoursPerMonth}
	bill, err := t.Bill(&limits, &w, model.Provisioned, 4)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, l := range bill.Lines {
		fmt.Printf("%-24s %9.2f USD\n", l.ID, dollars(l.Amount))
	}
	fmt.Printf("total %.2f\n", dollars(bill.Total.Value))
	// Output:
	// shard-hours                  43.80 USD
	// put-payload-units            36.79 USD
	// efo-consumer-shard-hours     43.80 USD
	// efo-data                     65.16 USD
	// total 189.55
}

func dollars(u unit.USD) float64 { return float64(u) / float64(unit.Dollar) }
