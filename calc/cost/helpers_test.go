package cost

import (
	"context"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/calctest"
	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/model"
	"pgregory.net/rapid"
)

// limits are what AWS publishes; no test changes them.
var limits = model.PublishedLimits()

// What tests write most.
var (
	workload, in, clone = calctest.Workload, calctest.In, calctest.Clone

	with, speed, latency, poll, lambda = calctest.With, calctest.Speed, calctest.Latency, calctest.Poll, calctest.Lambda
	fanOut, delayBound                 = calctest.FanOut, calctest.DelayBound
)

const (
	millisecond = calctest.Millisecond
	second      = calctest.Second
	hour        = calctest.Hour
)

// recommended is the count of a workload without a plan.
func recommended(w *model.Workload) int {
	_, n := calc.Counts(calc.Solve(&limits, w, nil))
	return n
}

// costs is what a workload costs, without a limit in time.
func costs(w *model.Workload, t *Tariff, modes []model.Mode, shards int) model.Costs {
	answer, _ := Of(context.Background(), &limits, w, t, &Request{Modes: modes, Counts: Counts{Fixed: shards}})
	return answer
}

// monthly is the tariff of the prices that are built in, for a month.
func monthly() *Tariff { return &Tariff{Catalogue: somePrices(), Hours: 730} }

func daily() *Tariff { return &Tariff{Catalogue: somePrices(), Hours: 24} }

// Regions of which no price is built in: of the second tests know some lines, of the
// third those of shards alone.
const (
	unpriced     = "cn-north-1"
	partlyPriced = "cn-northwest-1"
	shardsPriced = "eusc-de-east-1"
)

// somePrices are what is built in, with the prices of some lines of other Regions.
func somePrices() *price.Catalogue {
	text := "region,mode,line,above,unit,price_usd,as_of,confidence,source\n"
	for _, row := range []string{
		partlyPriced + ",provisioned,shard-hours,0,shard-hour,0.0175",
		partlyPriced + ",provisioned,put-payload-units,0,PUT payload unit,0.0000000185",
		partlyPriced + ",on-demand,stream-hours,0,stream-hour,0.0517",
		partlyPriced + ",on-demand,ingest,0,GB,0.1023",
		partlyPriced + ",on-demand,retrieval,0,GB,0.0517",
		shardsPriced + ",provisioned,shard-hours,0,shard-hour,0.018",
		shardsPriced + ",provisioned,put-payload-units,0,PUT payload unit,0.0000000175",
	} {
		text += row + ",2026,medium,made up\n"
	}
	some, err := price.Read("made-up.csv", []byte(text))
	if err != nil {
		panic(err)
	}
	return price.Embedded().With(some)
}

// bill is a bill that must come out.
func bill(t rapid.TB, tariff *Tariff, w *model.Workload, mode model.Mode, shards int) model.Cost {
	t.Helper()
	cost, err := tariff.Bill(&limits, w, mode, shards)
	if err != nil || !cost.Total.Known {
		t.Fatalf("%s with %d shards: %v, missing %v", mode, shards, err, cost.Missing)
	}
	return cost
}

// lineOf is the only line of a bill that has an id.
func lineOf(t rapid.TB, tariff *Tariff, w *model.Workload, mode model.Mode, shards int, id string) model.CostLine {
	t.Helper()
	cost := bill(t, tariff, w, mode, shards)
	for _, l := range cost.Lines {
		if l.ID == id {
			return l
		}
	}
	t.Fatalf("%s has no line %s", mode, id)
	return model.CostLine{}
}
