package cost

import (
	"cmp"
	"context"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// mostExact is how many consumers have their fair shares computed exactly: the
// plan is solved for each of the 2^12 subsets of them.
const mostExact = 12

// Beyond that, shares are the mean over random orders of arrival, drawn with this
// seed: as many orders as take so many plans.
const (
	sharePlans = 25_000
	shareSeed  = 1
)

// Shares adds to a cost what each consumer costs. A consumer's price tag is the
// cost with every consumer less the cost without this one; its fair share is
// its Shapley value: what it adds to the cost, averaged over all orders in which
// the consumers could have come. With the cost of no consumer, the producer's,
// the fair shares add up to the total. Each subset has the counts that are asked for.
//
// Totals are sums of lines that were rounded one by one: what differs from the total of
// all, or from that of none, by no more than that is no difference.
//
// The error is that of a price, or the context's, once that is done.
//
// Source: L. S. Shapley, A Value for n-Person Games, 1953.
func (t *Tariff) Shares(ctx context.Context, l *model.Limits, w *model.Workload, counts Counts, cost *model.Cost) error {
	if !cost.Total.Known {
		return nil
	}
	c := newCoalitions(ctx, t, l, w, cost.Mode, counts)
	n := len(w.Consumers)
	c.known = append(c.known, cost.Total.Value)
	base, err := c.cost(func(int) bool { return false })
	if err != nil {
		return err
	}
	c.known = append(c.known, base)
	cost.Consumers = make([]model.ConsumerCost, n)
	for i := range cost.Consumers {
		without, err := c.cost(func(j int) bool { return j != i })
		if err != nil {
			return err
		}
		cost.Consumers[i] = model.ConsumerCost{Name: w.Consumers[i].Name, PriceTag: cost.Total.Value - without}
	}
	cost.Producer = model.Known(base)
	values, deviations, err := c.values()
	if err != nil {
		return err
	}
	for i, share := range wholeParts(values, cost.Total.Value-base) {
		cost.Consumers[i].FairShare = share
	}
	if deviations != nil {
		cost.Sampling = model.Known(model.Sampling{Orders: sharePlans / n, Seed: shareSeed})
	}
	for i := range deviations {
		cost.Consumers[i].Error = model.Known(unit.USD(math.Round(deviations[i])))
	}
	return nil
}

// coalitions prices subsets of the consumers until the context is done.
type coalitions struct {
	ctx    context.Context
	t      *Tariff
	l      *model.Limits
	mode   model.Mode
	counts Counts
	all    []model.Consumer
	known  []unit.USD // costs that others may equal but for rounding

	subset model.Workload // its consumers are written over and over
	needs  []calc.Need
}

func newCoalitions(
	ctx context.Context,
	t *Tariff,
	l *model.Limits,
	w *model.Workload,
	mode model.Mode,
	counts Counts,
) coalitions {
	c := coalitions{ctx: ctx, t: t, l: l, mode: mode, counts: counts, all: w.Consumers, subset: *w}
	c.subset.Consumers = make([]model.Consumer, 0, len(w.Consumers))
	return c
}

// cost returns the cost with those consumers alone that are in.
func (c *coalitions) cost(in func(i int) bool) (unit.USD, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	c.subset.Consumers = c.subset.Consumers[:0]
	for i := range c.all {
		if in(i) {
			c.subset.Consumers = append(c.subset.Consumers, c.all[i])
		}
	}
	shards := c.counts.Fixed
	if shards == 0 {
		c.needs = calc.Solve(c.l, &c.subset, c.needs[:0])
		_, recommended := calc.Counts(c.needs)
		shards = c.counts.of(recommended)
	}
	total, err := c.t.Total(c.l, &c.subset, c.mode, shards)
	return c.unrounded(total), err
}

// unrounded returns a cost, or the known one that it equals but for the rounding of its
// lines, each of which is off by half a unit at most.
func (c *coalitions) unrounded(cost unit.USD) unit.USD {
	const rounding = mostLines // of each bill half a unit a line
	for _, known := range c.known {
		if max(cost-known, known-cost) <= rounding {
			return known
		}
	}
	return cost
}

// values returns the Shapley value of each consumer, and the standard error of
// each where they were sampled.
func (c *coalitions) values() (values, deviations []float64, err error) {
	if len(c.all) <= mostExact {
		values, err = c.exactValues()
		return values, nil, err
	}
	return c.sampledValues()
}

// exactValues weighs what a consumer adds to a subset S of the n by
// |S|!·(n − |S| − 1)!/n!.
func (c *coalitions) exactValues() ([]float64, error) {
	n := len(c.all)
	costs := make([]unit.USD, 1<<n)
	for mask := range costs {
		var err error
		if costs[mask], err = c.cost(func(i int) bool { return mask>>i&1 == 1 }); err != nil {
			return nil, err
		}
	}
	values := make([]float64, n)
	for mask := range costs {
		weight := shapleyWeight(n, bits.OnesCount(uint(mask)))
		for i := range values {
			if mask>>i&1 == 0 {
				values[i] += weight * float64(costs[mask|1<<i]-costs[mask])
			}
		}
	}
	return values, nil
}

// shapleyWeight returns s!·(n − s − 1)!/n! = 1/(n·C(n − 1, s)).
func shapleyWeight(n, s int) float64 {
	choose := 1.0
	for k := 1; k <= s; k++ {
		choose *= float64(n-k) / float64(k)
	}
	return 1 / (float64(n) * choose)
}

// sampledValues averages what each consumer adds over random orders.
func (c *coalitions) sampledValues() (values, deviations []float64, err error) {
	n := len(c.all)
	orders := float64(sharePlans / n)
	random := rand.New(rand.NewPCG(shareSeed, shareSeed))
	sum, squares, place := make([]float64, n), make([]float64, n), make([]int, n)
	first := slices.Repeat([]float64{math.NaN()}, n)
	for range sharePlans / n {
		order := random.Perm(n)
		for at, i := range order {
			place[i] = at
		}
		before, err := c.cost(func(int) bool { return false })
		if err != nil {
			return nil, nil, err
		}
		for at, i := range order {
			with, err := c.cost(func(j int) bool { return place[j] <= at })
			if err != nil {
				return nil, nil, err
			}
			added := float64(with - before)
			if math.IsNaN(first[i]) {
				first[i] = added
			}
			// Squares of differences from one of them, lest they cancel.
			sum[i] += added - first[i]
			squares[i] += (added - first[i]) * (added - first[i])
			before = with
		}
	}
	for i := range sum {
		sum[i] /= orders
		squares[i] = math.Sqrt(max(0, squares[i]/orders-sum[i]*sum[i]) / (orders - 1))
		sum[i] += first[i]
	}
	return sum, squares, nil
}

// wholeParts rounds parts so that they add up: each is rounded down, and the units that
// are left go one by one to those that lost most.
func wholeParts(values []float64, total unit.USD) []unit.USD {
	parts, order := make([]unit.USD, len(values)), make([]int, len(values))
	rest := total
	for i := range values {
		order[i] = i
		parts[i] = unit.USD(math.Floor(values[i]))
		rest -= parts[i]
	}
	lost := func(i int) float64 { return values[i] - math.Floor(values[i]) }
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(lost(b), lost(a)) })
	for ; rest > 0 && len(order) > 0; rest-- {
		parts[order[0]]++
		order = append(order[1:], order[0])
	}
	for ; rest < 0 && len(order) > 0; rest++ {
		parts[order[0]]--
		order = append(order[1:], order[0])
	}
	return parts
}
