package cloudwatch

import (
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Limits are what CloudWatch allows an account to read, and what it charges.
type Limits struct {
	Queries     model.Limit[int]      // of a GetMetricData call
	Points      model.Limit[int]      // that a call returns
	MetricPrice model.Limit[unit.USD] // for each metric of a call
	Tiers       []Tier                // finest first
}

// Tier is a period and how long CloudWatch keeps points of it.
type Tier struct {
	Period unit.Duration
	Kept   model.Limit[unit.Duration]
}

// Pages that the limits were read from.
const (
	getMetricDataPage = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html"
	billingPage       = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_billing.html"
)

// PublishedLimits returns what AWS publishes.
func PublishedLimits() Limits {
	const reference, billing = "2026-11-05", "2026-04-13"
	kept := func(days unit.Duration, period string) model.Limit[unit.Duration] {
		return model.Limit[unit.Duration]{Value: days * unit.Day, What: "how long points of " + period + " are kept",
			Source: getMetricDataPage, AsOf: reference}
	}
	return Limits{
		Queries: model.Limit[int]{Value: 500, What: "queries of a GetMetricData call", Source: getMetricDataPage,
			AsOf: reference},
		Points: model.Limit[int]{Value: 100_800, What: "points that a GetMetricData call answers",
			Source: getMetricDataPage, AsOf: reference},
		MetricPrice: model.Limit[unit.USD]{Value: unit.Dollar / 100 / 1000,
			What: "price of a metric that a GetMetricData call asks for, $0.01 for 1,000", Source: billingPage, AsOf: billing},
		Tiers: []Tier{
			{unit.Duration(time.Minute), kept(15, "a minute")},
			{unit.Duration(5 * time.Minute), kept(63, "five minutes")},
			{unit.Duration(time.Hour), kept(455, "an hour")},
		},
	}
}

// List returns every limit, as lines of a list.
func (l *Limits) List() []model.Published {
	list := []model.Published{l.Queries.Published(), l.Points.Published(), l.MetricPrice.Published()}
	for _, t := range l.Tiers {
		list = append(list, t.Kept.Published())
	}
	return list
}
