package cost

import (
	"bytes"
	"math"
	"math/big"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/calc/calctest"
	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"pgregory.net/rapid"
)

// game prices subsets of a workload's consumers, bit by bit, through whole bills.
type game struct {
	w      *model.Workload
	mode   model.Mode
	shards int // provisioned; 0 where each subset has its own
	known  map[int]unit.USD
}

func newGame(w *model.Workload, mode model.Mode, shards int) *game {
	return &game{w, mode, shards, map[int]unit.USD{}}
}

// all is the set of all consumers.
func (g *game) all() int { return 1<<len(g.w.Consumers) - 1 }

func (g *game) cost(t rapid.TB, set int) unit.USD {
	if cost, ok := g.known[set]; ok {
		return cost
	}
	subset := *g.w
	subset.Consumers = nil
	for i, c := range g.w.Consumers {
		if set>>i&1 == 1 {
			subset.Consumers = append(subset.Consumers, c)
		}
	}
	shards := g.shards
	if shards == 0 || g.mode != model.Provisioned {
		shards = recommended(&subset)
	}
	g.known[set] = bill(t, monthly(), &subset, g.mode, shards).Total.Value
	switch set {
	case g.all():
	case 0:
		g.known[set] = butForRounding(g.known[set], g.cost(t, g.all()))
	default:
		g.known[set] = butForRounding(butForRounding(g.known[set], g.cost(t, g.all())), g.cost(t, 0))
	}
	return g.known[set]
}

// butForRounding is another cost, if one differs from it by no more than the half units
// that the eight lines of a bill were rounded by, here and there.
func butForRounding(cost, other unit.USD) unit.USD {
	if math.Abs(float64(cost-other)) <= 8 {
		return other
	}
	return cost
}

// shapley averages what each consumer adds over all orders in which they could
// have come, in rational numbers.
func (g *game) shapley(t rapid.TB) []*big.Rat {
	n := len(g.w.Consumers)
	sums := make([]*big.Rat, n)
	for i := range sums {
		sums[i] = new(big.Rat)
	}
	orders := int64(0)
	var arrive func(present int)
	arrive = func(present int) {
		if present == g.all() {
			orders++
			return
		}
		for i := range n {
			if present>>i&1 == 1 {
				continue
			}
			added := int64(g.cost(t, present|1<<i) - g.cost(t, present))
			before := orders
			arrive(present | 1<<i)
			sums[i].Add(sums[i], product(big.NewRat(added, 1), big.NewRat(orders-before, 1)))
		}
	}
	arrive(0)
	for i := range sums {
		sums[i] = over(sums[i], big.NewRat(orders, 1))
	}
	return sums
}

// wantShares checks what the consumers of one mode cost against the definition.
func wantShares(t rapid.TB, g *game, got *model.Cost) {
	t.Helper()
	total := g.cost(t, g.all())
	if !got.Total.Known || got.Total.Value != total || !got.Producer.Known || got.Producer.Value != g.cost(t, 0) {
		t.Fatalf("%s: total %v, producer %v, want %d and %d", g.mode, got.Total, got.Producer, total, g.cost(t, 0))
	}
	sum := got.Producer.Value
	exact := g.shapley(t)
	// A unit for rounding, and the last bits of float64 of large amounts.
	within := rat(1 + float64(total)/(1<<50))
	for i, c := range got.Consumers {
		sum += c.FairShare
		if c.Name != g.w.Consumers[i].Name || c.Error.Known {
			t.Errorf("%s: %+v is not of %s", g.mode, c, g.w.Consumers[i].Name)
		}
		if want := total - g.cost(t, g.all()&^(1<<i)); c.PriceTag != want {
			t.Errorf("%s: the price tag of %s is %d, want %d", g.mode, c.Name, c.PriceTag, want)
		}
		off := minus(big.NewRat(int64(c.FairShare), 1), exact[i])
		if off.Abs(off).Cmp(within) > 0 {
			t.Errorf("%s: the share of %s is %d, want %s", g.mode, c.Name, c.FairShare, exact[i].FloatString(3))
		}
	}
	if sum != total || len(got.Consumers) != len(g.w.Consumers) {
		t.Errorf("%s: shares and the producer's add up to %d, not to %d", g.mode, sum, total)
	}
}

// The fair shares are the mean over all orders, and with the producer's they are
// the total to the last unit: in every mode, for the recommended shards and for
// a count that was given.
func TestFairShares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := calctest.DrawBilled(t)
		shards := rapid.SampledFrom([]int{0, 0, 37}).Draw(t, "shards")
		costs := costs(&w, monthly(), model.Modes(), shards)
		for i := range costs.Modes {
			if mode := &costs.Modes[i]; mode.Total.Known { // else it is too much
				wantShares(t, newGame(&w, mode.Mode, shards), mode)
			}
		}
	})
}

// On paper: a stream writes 2 MiB/s, which takes two shards; these serve two
// readers, and a third one takes a third shard. Whoever comes last adds it, so
// each pays a third of 730 shard-hours at 0.015.
func TestFairSharesOnPaper(t *testing.T) {
	w := in("us-east-1", workload(2*unit.KiB, 512, 1024, with("a"), with("b"), with("c")))
	costs := costs(&w, monthly(), []model.Mode{model.Provisioned}, 0)
	for _, c := range costs.Modes[0].Consumers {
		if c.PriceTag != calctest.Dollars(t, "10.95") || c.FairShare != calctest.Dollars(t, "3.65") {
			t.Errorf("%s: price tag %s, share %s, want 10.95 and 3.65", c.Name, c.PriceTag, c.FairShare)
		}
	}
	if got := costs.Modes[0].Shards; got.Value != 3 {
		t.Errorf("%v shards", got)
	}
}

// Consumers that are alike pay alike, wherever they stand.
func TestAlikeSharesAreAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := calctest.DrawBilled(t)
		w.Consumers = nil
		like := calctest.DrawConsumer(t, "x")
		for i := range rapid.IntRange(2, 7).Draw(t, "consumers") {
			like.Name = model.Name('a' + rune(i))
			w.Consumers = append(w.Consumers, like)
		}
		costs := costs(&w, monthly(), model.Modes(), 0)
		for _, mode := range costs.Modes {
			if !mode.Total.Known {
				continue
			}
			for _, c := range mode.Consumers {
				off := math.Abs(float64(c.FairShare - mode.Consumers[0].FairShare))
				if off > 1+float64(mode.Total.Value)/(1<<50) {
					t.Errorf("%s: %d and %d", mode.Mode, c.FairShare, mode.Consumers[0].FairShare)
				}
			}
		}
	})
}

// A consumer that adds nothing to any bill pays nothing, not even what rounding
// leaves of the others' sevenths, wherever it stands: one standard reader that
// has no speed to keep.
func TestIdleConsumerPaysNothing(t *testing.T) {
	var others []model.Consumer
	for i := range 7 {
		others = append(others, with(model.Name('a'+rune(i)), speed(333)))
	}
	for place := range len(others) + 1 {
		w := in("us-east-1", workload(100, 777, 777, slices.Insert(slices.Clone(others), place, with("idle"))...))
		cost := costs(&w, monthly(), []model.Mode{model.Provisioned}, 0).Modes[0]
		if c := cost.Consumers[place]; c.Name != "idle" || c.FairShare != 0 || c.PriceTag != 0 {
			t.Errorf("at place %d: %+v", place, c)
		}
	}
}

// What an account reads less than Advantage commits it to costs the same as what it reads:
// a consumer below that costs nothing, not even the 1e-10 dollars by which two lines that
// were rounded apart may differ from one.
func TestBelowTheCommitmentConsumersAreFree(t *testing.T) {
	for seed := range 300 {
		average := unit.RecordsPerSecond(1 + float64(seed)*0.37)
		w := in("us-east-1", workload(unit.Bytes(100+seed*7), average, average, with("a"), with("b", fanOut)))
		for _, c := range costs(&w, monthly(), []model.Mode{model.OnDemandAdvantage}, 0).Modes[0].Consumers {
			if c.PriceTag != 0 || c.FairShare != 0 {
				t.Fatalf("%v records/s: %+v", average, c)
			}
		}
	}
}

// Where a total is missing, so is what consumers cost.
func TestNoSharesWithoutTotal(t *testing.T) {
	w := in(unpriced, workload(100, 777, 777, with("a")))
	for _, mode := range costs(&w, monthly(), model.Modes(), 0).Modes {
		if mode.Producer.Known || len(mode.Consumers) > 0 {
			t.Errorf("%+v", mode)
		}
	}
}

// A price that only the bill of fewer consumers needs does not take the total
// away: the account's commitment is met with this stream's reader, and not
// without it.
func TestPriceOfSubsetAlone(t *testing.T) {
	w := aMebibyte(with("a"))
	tariff := monthly()
	tariff.Catalogue = withoutPrice(t, "shortfall-retrieval")
	tariff.Account = Account{Ingest: 100 << 20, Retrieval: 24.5 * (1 << 20)}
	costs := costs(&w, tariff, []model.Mode{model.OnDemandAdvantage}, 0)
	mode := &costs.Modes[0]
	if !mode.Total.Known {
		t.Errorf("no total, missing %v", mode.Missing)
	}
	if len(costs.Warnings) == 0 {
		t.Error("no warning says that what the consumer costs is not known")
	}
}

// withoutPrice is the built-in catalogue without the prices of a line.
func withoutPrice(t *testing.T, line string) *price.Catalogue {
	t.Helper()
	var file bytes.Buffer
	prices := slices.DeleteFunc(price.Embedded().Prices(), func(p price.Price) bool { return p.Line == line })
	if err := price.Write(&file, prices); err != nil {
		t.Fatal(err)
	}
	c, err := price.Read("prices.csv", file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// thirteen are one consumer more than are averaged over all orders.
func thirteen(settings ...func(*model.Consumer)) []model.Consumer {
	var list []model.Consumer
	for i := range 13 {
		list = append(list, with(model.Name('a'+rune(i)), settings...))
	}
	return list
}

// More than twelve consumers are sampled: the shares add up all the same, the
// same every time, and are within five standard errors of the exact ones. Those
// are known where all are alike, and where each adds the same whoever is there.
func TestSampledShares(t *testing.T) {
	alike := in("us-east-1", workload(2*unit.KiB, 700, 2048, thirteen()...))
	additive := aMebibyte(thirteen()...)
	for i := range additive.Consumers {
		if i%3 == 0 {
			additive.Consumers[i].Type = model.EnhancedFanOut
		}
	}
	for _, c := range []struct {
		w    *model.Workload
		mode model.Mode
	}{{&alike, model.Provisioned}, {&additive, model.OnDemandStandard}} {
		cost := costs(c.w, monthly(), []model.Mode{c.mode}, 0).Modes[0]
		again := costs(c.w, monthly(), []model.Mode{c.mode}, 0).Modes[0]
		if d := cmp.Diff(cost, again); d != "" {
			t.Errorf("%s is not the same again: %s", c.mode, d)
		}
		prices := map[model.ConsumerType]float64{model.Standard: 4e8 * 2566.40625, model.EnhancedFanOut: 5e8 * 2566.40625}
		sum := cost.Producer.Value
		for i, share := range cost.Consumers {
			sum += share.FairShare
			want := float64(cost.Total.Value-cost.Producer.Value) / 13
			if c.mode == model.OnDemandStandard {
				want = prices[c.w.Consumers[i].Type]
			}
			if !share.Error.Known || math.Abs(float64(share.FairShare)-want) > 5*float64(share.Error.Value)+13 {
				t.Errorf("%s: %s ± %v, want %v", c.mode, share.FairShare, share.Error, want/1e10)
			}
			if c.mode == model.Provisioned && share.Error.Value == 0 {
				t.Errorf("%s: no error where the order matters", share.Name)
			}
			if float64(share.Error.Value) > 0.1*want {
				t.Errorf("%s: an error of %s for a share of %s", share.Name, share.Error.Value, share.FairShare)
			}
		}
		if sum != cost.Total.Value {
			t.Errorf("%s: the shares add up to %s, not %s", c.mode, sum, cost.Total.Value)
		}
	}
}

// Twelve are exact, and say no error.
func TestTwelveSharesAreExact(t *testing.T) {
	w := in("us-east-1", workload(2*unit.KiB, 700, 2048, thirteen()[:12]...))
	cost := costs(&w, monthly(), []model.Mode{model.Provisioned}, 0).Modes[0]
	want := float64(cost.Total.Value-cost.Producer.Value) / 12
	for _, c := range cost.Consumers {
		if c.Error.Known || math.Abs(float64(c.FairShare)-want) > 1 {
			t.Errorf("%+v, want %v", c, want)
		}
	}
}
