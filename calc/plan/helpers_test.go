package plan

import (
	"context"
	"testing"

	"github.com/kcalc/kcalc/calc/calctest"
	"github.com/kcalc/kcalc/calc/cost"
	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
)

// limits are what AWS publishes; no test changes them.
var limits = model.PublishedLimits()

// What tests write most.
var (
	workload, at, in, uneven = calctest.Workload, calctest.At, calctest.In, calctest.Uneven
	buffered, onFn, clone    = calctest.Buffered, calctest.OnFunction, calctest.Clone

	with, speed, latency, poll, lambda = calctest.With, calctest.Speed, calctest.Latency, calctest.Poll, calctest.Lambda
	fanOut, delayBound                 = calctest.FanOut, calctest.DelayBound
)

const (
	millisecond = calctest.Millisecond
	second      = calctest.Second
	hour        = calctest.Hour
)

// planned is the plan of a workload, without prices.
func planned(w *model.Workload) model.Plan { return pricedPlan(w, nil) }

// pricedPlan is the plan of a workload with a tariff.
func pricedPlan(w *model.Workload, t *cost.Tariff) model.Plan {
	p, _ := AtLeast(context.Background(), &limits, w, t, 0)
	return p
}

// monthly is the tariff of the prices that are built in, for a month.
func monthly() *cost.Tariff {
	return &cost.Tariff{Catalogue: price.Embedded(), Hours: cost.HoursPerMonth}
}

// constraint is the one of a plan that has an id.
func constraint(t testing.TB, p *model.Plan, id string) model.Constraint {
	t.Helper()
	for _, c := range p.Constraints {
		if c.ID == id {
			return c
		}
	}
	t.Fatalf("the plan has no %s", id)
	return model.Constraint{}
}

// warned is the warning that a plan has by an id, if it has.
func warned(w *model.Workload, id string) *notice.Notice {
	for _, one := range planned(w).Warnings {
		if one.ID == id {
			return &one
		}
	}
	return nil
}
