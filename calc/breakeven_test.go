package calc

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/kcalc/kcalc/model"
)

// cheapestBill is the mode whose whole bill is the least. On-demand has no shards:
// where aggregates are sized by them it has those recommended.
func cheapestBill(w *model.Workload, shards int) model.Mode {
	var best model.Mode
	var least model.USD
	for _, mode := range model.Modes() {
		cost, err := monthly().Bill(&limits, w, mode, shards)
		if err == nil && cost.Total.Known && (best == "" || cost.Total.Value < least) {
			best, least = mode, cost.Total.Value
		}
	}
	return best
}

// more is a workload with plain readers besides.
func more(w *model.Workload, readers int) *model.Workload {
	v := clone(*w)
	for i := range readers {
		v.Consumers = append(v.Consumers, model.NewConsumer(model.Name(fmt.Sprint("more-", i))))
	}
	return &v
}

func averaging(w *model.Workload, average float64) *model.Workload {
	v := *w
	v.Producer.Average = model.RecordsPerSecond(average)
	return &v
}

// by is the break-even of a list that is by one thing.
func by(list []model.BreakEven, what string) model.Maybe[model.BreakEven] {
	for _, b := range list {
		if b.By == what {
			return model.Known(b)
		}
	}
	return model.Maybe[model.BreakEven]{}
}

// Where the average is said to change the answer it does: a millionth before it
// one mode is the cheapest, a millionth beyond it the other.
func TestAverageFlips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawBilled(t)
		_, shards := counted(solved(&w))
		now := cheapestBill(&w, shards)
		b := by(Costs(&limits, &w, monthly(), model.Modes(), 0).BreakEven, "average-throughput")
		if !b.Known {
			for _, end := range []float64{float64(w.Producer.Peak), float64(w.Producer.Average) * 1e-9} {
				if then := cheapestBill(averaging(&w, end), shards); then != now {
					t.Errorf("at an average of %v %s is cheaper than %s", end, then, now)
				}
			}
			return
		}
		at := b.Value
		before, beyond := at.Value*(1-1e-6), at.Value*(1+1e-6)
		if at.Falling {
			before, beyond = beyond, before
		}
		if at.From != now || at.Unit != "records/s" || at.Falling != (at.Value < float64(w.Producer.Average)) || at.Value > float64(w.Producer.Peak)*(1+1e-9) {
			t.Errorf("%+v, now %s at %v of %v", at, now, w.Producer.Average, w.Producer.Peak)
		}
		if was, then := cheapestBill(averaging(&w, before), shards), cheapestBill(averaging(&w, beyond), shards); was != at.From || then != at.To || was == then {
			t.Errorf("%+v: before it %s is the cheapest, beyond it %s", at, was, then)
		}
		b2 := ledger{w: averaging(&w, at.Value), shards: shards}
		records, bandwidth, _ := b2.written(kilobyte)
		r, _ := records.Float64()
		bytes, _ := bandwidth.Float64()
		want := max(r/1000, bytes/(1<<20)) / float64(shards)
		if !at.Utilization.Known || math.Abs(at.Utilization.Value-want) > 1e-6*want {
			t.Errorf("%+v: utilization %v", at, want)
		}
	})
}

// Where readers are said to change the answer they do, and one fewer do not.
func TestReadersFlip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawBilled(t)
		shards := rapid.SampledFrom([]int{0, 0, 20}).Draw(t, "shards")
		w.Producer.Aggregation = model.Aggregation{} // on-demand then has no use for shards
		cheapest := func(readers int) model.Mode {
			v := more(&w, readers)
			n := shards
			if n == 0 {
				_, n = counted(solved(v))
			}
			return cheapestBill(v, n)
		}
		b := by(Costs(&limits, &w, monthly(), model.Modes(), shards).BreakEven, "readers")
		if !b.Known {
			for _, readers := range []int{1, 2, 5} {
				v := more(&w, readers)
				if s := newSituation(&limits, v); s.tooManyCalls() {
					break // more than a shard answers
				}
				if then := cheapest(readers); then != cheapest(0) {
					t.Errorf("%d readers more make %s the cheapest", readers, then)
				}
			}
			return
		}
		added := int(b.Value.Value) - len(w.Consumers)
		if added < 1 || b.Value.From != cheapest(0) || b.Value.To != cheapest(added) || b.Value.Utilization.Known || b.Value.Unit != "consumers" {
			t.Fatalf("%+v, with them %s", b.Value, cheapest(added))
		}
		for readers := range added {
			if got := cheapest(readers); got != b.Value.From {
				t.Errorf("%+v, but %d readers more make %s the cheapest", b.Value, readers, got)
			}
		}
	})
}

// On paper, of one shard in us-east-1 and records of 1 KB: provisioned costs
// 10.95 and 0.036792 for each record a second, on-demand 29.20 and 0.20050048828125
// (a record a second is 2,628,000 ÷ 2^20 GB a month, at 0.08). On-demand never is
// the cheaper one, at whatever average; of 30 shards, 328.50, it is so below
// 299.3 ÷ (0.20050048828125 − 0.036792) = 1,828.29 records/s.
func TestBreakEvenOnPaper(t *testing.T) {
	w := inRegion("us-east-1", workload(model.KiB, 900, 900))
	modes := model.Modes()[:2]
	if got := Costs(&limits, &w, monthly(), modes, 0).BreakEven; len(got) > 0 {
		t.Errorf("%+v, and nothing flips", got)
	}
	w.Producer.Average, w.Producer.Peak = 10_000, 30_000
	got := by(Costs(&limits, &w, monthly(), modes, 30).BreakEven, "average-throughput")
	want := 299.3 / (0.08*2_628_000/(1<<20) - 0.000000014*2_628_000)
	if b := got.Value; !got.Known || math.Abs(b.Value-want) > 1e-5 || !b.Falling || b.From != model.Provisioned || b.To != model.OnDemandStandard ||
		math.Abs(b.Utilization.Value-want/30_000) > 1e-9 {
		t.Errorf("%+v, want %v", got, want)
	}
}

// A mode can be the cheapest in between alone. On paper: 280 shards cost 3,066 and
// 0.036792 for each record of 25 KB a second, On-demand Advantage 3,079.6875 up to
// its commitment and far more beyond; it is cheaper from 13.6875 ÷ 0.036792 =
// 372.02 records/s up to a little above 1,024, of a peak of 7,000.
func TestAverageFlipsInBetween(t *testing.T) {
	w := inRegion("us-east-1", workload(25*model.KiB, 100, 7000))
	modes := []model.Mode{model.Provisioned, model.OnDemandAdvantage}
	got := by(Costs(&limits, &w, monthly(), modes, 280).BreakEven, "average-throughput")
	if b := got.Value; !got.Known || math.Abs(b.Value-13.6875/0.036792) > 1e-5 || b.Falling || b.From != model.Provisioned || b.To != model.OnDemandAdvantage {
		t.Errorf("%+v", got)
	}
}

// Nothing is said of a mode by itself, and nothing where no price is known.
func TestNoBreakEven(t *testing.T) {
	w := inRegion("us-east-1", workload(model.KiB, 10_000, 30_000, with("a")))
	for _, mode := range model.Modes() {
		if got := Costs(&limits, &w, monthly(), []model.Mode{mode}, 0).BreakEven; len(got) > 0 {
			t.Errorf("%s: %+v", mode, got)
		}
	}
	if got := Costs(&limits, &w, monthly(), model.Modes(), 0).BreakEven; len(got) == 0 {
		t.Error("nothing flips, side by side")
	}
	w.Region = "eu-west-3"
	if got := Costs(&limits, &w, monthly(), model.Modes(), 0).BreakEven; got == nil || len(got) > 0 {
		t.Errorf("without prices: %#v", got)
	}
}

// A break-even is between the modes that are compared: with two of them the third
// is not named.
func TestBreakEvenOfSome(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawBilled(t)
		modes := []model.Mode{model.Provisioned, model.OnDemandAdvantage}
		for _, b := range Costs(&limits, &w, monthly(), modes, 0).BreakEven {
			if !slices.Contains(modes, b.From) || !slices.Contains(modes, b.To) {
				t.Errorf("%+v", b)
			}
		}
	})
}

// A mode that has no price beyond some point is not beaten there: readers on
// demand without a price of retrieval, and an average that meets the commitment
// of which the shortfall has no price.
func TestNoFlipWherePriceIsMissing(t *testing.T) {
	w := inRegion("us-east-1", workload(model.KiB, 10, 10))
	tariff := monthly()
	tariff.Catalogue = withoutPrice(t, "retrieval")
	tariff.Account.Retrieval = 100 << 20
	for _, b := range tariff.BreakEven(&limits, &w, model.Modes(), 40) {
		if b.By == "readers" {
			t.Errorf("%+v, although readers have no price on demand", b)
		}
	}
	w = inRegion("us-east-1", workload(model.KiB, 10_000, 50_000))
	tariff = monthly()
	tariff.Catalogue = withoutPrice(t, "shortfall-ingest")
	for _, b := range tariff.BreakEven(&limits, &w, model.Modes(), 0) {
		if b.To == model.OnDemandAdvantage {
			t.Errorf("%+v, although its cost is not known now", b)
		}
	}
}
