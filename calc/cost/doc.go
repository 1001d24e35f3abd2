// Package cost prices a workload in each billing mode, line by line, and says what
// each consumer costs, where another mode becomes the cheapest and whether enhanced
// fan-out pays.
//
//	tariff := cost.Tariff{Catalogue: price.Embedded(), Hours: cost.HoursPerMonth}
//	bill, err := tariff.Bill(&limits, &workload, model.Provisioned, shards)
//	answer, err := cost.Of(ctx, &limits, &workload, &tariff, &cost.Request{Modes: model.Modes()})
//
// The lines of all modes are one table (line.go); a total is a bill without its
// lines. Prices are the catalogue's, of package price. Rates are the declared ones,
// without skew and burst. Money is exact: every line is rounded once, to 1e-10
// dollars, and lines are added up.
package cost
