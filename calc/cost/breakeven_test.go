package cost

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/calctest"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"pgregory.net/rapid"
)

// cheapestBill is the mode whose whole bill is the least. On-demand has no shards:
// where aggregates are sized by them it has those recommended, as provisioned has
// where shards is 0.
func cheapestBill(tariff *Tariff, w *model.Workload, shards int) model.Mode {
	var best model.Mode
	var least unit.USD
	counted := recommended(w)
	for _, mode := range model.Modes() {
		n := counted
		if mode == model.Provisioned && shards > 0 {
			n = shards
		}
		cost, err := tariff.Bill(&limits, w, mode, n)
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

// by is the break-even of a list that is by one thing.
func by(list []model.BreakEven, what string) model.Maybe[model.BreakEven] {
	for _, b := range list {
		if b.By == what {
			return model.Known(b)
		}
	}
	return model.Maybe[model.BreakEven]{}
}

// drawPriced draws a workload whose shards change with its average in half of the
// cases, with what else a bill rests on.
func drawPriced(t *rapid.T) (*model.Workload, *Tariff, int) {
	w, tariff := calctest.DrawBilled(t), monthly()
	if rapid.Bool().Draw(t, "beside others") {
		tariff.Account = drawTariff(t).Account
	}
	return &w, tariff, rapid.SampledFrom([]int{0, 0, 1, 20, 300}).Draw(t, "shards")
}

// Where the average is said to change the answer it does: there and a millionth
// beyond it one mode is the cheapest, a millionth before it the other, and all the
// way from the declared average. Where a mode is said to be the cheapest no more it
// is not. All of it by whole bills, of 500 workloads.
func TestAverageFlips(t *testing.T) {
	for seed := range 500 {
		w, tariff, shards := randomBill(seed)
		at := func(average float64) model.Mode { return cheapestBill(tariff, averaging(w, average), shards) }
		found := map[bool]bool{}
		for _, b := range costs(w, tariff, model.Modes(), shards).BreakEven {
			if b.By == byAverage {
				found[b.Falling] = true
				wantFlip(t, w, &b, at)
				wantUtilization(t, w, &b, shards)
			}
		}
		for _, end := range []float64{float64(w.Producer.Peak), 0} {
			if falling := end == 0; !found[falling] && w.Producer.Aggregation.Producers == 0 {
				wantSame(t, w, at, float64(w.Producer.Average), end)
			}
		}
	}
}

// randomBill returns a workload, with what else its bill rests on, by number.
func randomBill(seed int) (w *model.Workload, tariff *Tariff, shards int) {
	rapid.Custom(func(t *rapid.T) bool {
		w, tariff, shards = drawPriced(t)
		return true
	}).Example(seed)
	return w, tariff, shards
}

// wantFlip checks a break-even against whole bills, on both of its sides.
func wantFlip(t *testing.T, w *model.Workload, b *model.BreakEven, at func(float64) model.Mode) {
	t.Helper()
	declared, far := float64(w.Producer.Average), 1e-6
	if b.Until.Known {
		far = min(far, math.Abs(b.Until.Value-b.Value)/b.Value/2)
		if past := beside(b.Until.Value, b.Falling, 1e-9); at(past) == b.To {
			t.Errorf("%+v, but it is that still at %v", b, past)
		}
	}
	for _, x := range []float64{b.Value, beside(b.Value, b.Falling, far)} {
		if then := at(x); then != b.To || then == b.From {
			t.Errorf("%+v: at %v %s is the cheapest", b, x, then)
		}
	}
	if b.From != at(declared) || b.Unit != "records/s" || b.Falling != (b.Value < declared) ||
		b.Value > float64(w.Producer.Peak)*(1+1e-9) {
		t.Errorf("%+v, of %v to %v", b, declared, w.Producer.Peak)
	}
	if w.Producer.Aggregation.Producers == 0 {
		wantSame(t, w, at, declared, beside(b.Value, !b.Falling, 1e-6))
	}
}

// beside is a place by a share of it further on, falling or rising.
func beside(x float64, falling bool, share float64) float64 {
	if falling {
		return x * (1 - share)
	}
	return x * (1 + share)
}

// wantSame tries 100 averages between two: the same mode is the cheapest at all.
func wantSame(t *testing.T, w *model.Workload, at func(float64) model.Mode, from, to float64) {
	t.Helper()
	const tries = 100
	now := at(float64(w.Producer.Average))
	for i := 1; i <= tries; i++ {
		if x := from + (to-from)*float64(i)/tries; at(x) != now {
			t.Errorf("at an average of %v %s is cheaper than %s, which is not told (%v to %v)", x, at(x), now, from, to)
			return
		}
	}
}

func wantUtilization(t *testing.T, w *model.Workload, b *model.BreakEven, shards int) {
	t.Helper()
	there := averaging(w, b.Value)
	if shards == 0 {
		shards = recommended(there)
	}
	l := ledger{w: there, shards: shards}
	records, bandwidth, _ := l.written(kilobyte)
	r, _ := records.Float64()
	bytes, _ := bandwidth.Float64()
	want := max(r/1000, bytes/(1<<20)) / float64(shards)
	if !b.Utilization.Known || math.Abs(b.Utilization.Value-want) > 1e-6*want {
		t.Errorf("%+v: utilization %v", b, want)
	}
}

// The shards that are recommended change with the average where reads are sized for
// it, or a replay reads it again. On paper, a record a second of 1 KB takes 0.036792
// of PUT payload units a month, and g GB of each byte.
func TestBreakEvenWithOtherShards(t *testing.T) {
	const put, g = 0.036792, 2_628_000.0 / (1 << 30)
	replaying := with("a", fanOut, func(c *model.Consumer) { c.Reprocess, c.CatchUp = 20*hour, hour })
	const again = 72_000.0 / (1 << 30) // GB of each byte a second in the 20 h

	// 150 records/s of 20,516 B to five readers take 10 shards of 80%, and the peak of
	// 200 takes 5. At 5.65/s, which 10 shards come to, 5 cost half of on-demand.
	reads := workload(20*unit.KiB, 150, 200, with("a"), with("b"), with("c"), with("d"), with("e"))
	reads.Producer.PartitionKeySize, reads.TargetUtilization, reads.SizeReadsFor = 36, 0.8, model.ReadAverage

	for name, c := range map[string]struct {
		w           model.Workload
		account     Account
		want, until float64
		to          model.Mode
	}{
		"reads for the average": {w: reads, want: (5*10.95 - 29.20) / (g*(21*1024*0.08+5*20_516*0.04) - put), to: model.OnDemandStandard},

		// 20 h of A within 1 h, with a lane of its own: (20·A + 1,000) ÷ 2,048 shards, 21.90
		// each with the lane. Two of them cost more than on-demand in between alone: from
		// where one does, up to 56.4, which is less than a 64th of the way.
		"a replay, and back": {w: workload(unit.KiB, 1000, 1000, replaying),
			want: (2*21.90 - 29.20) / (1024*(g*0.13+again*0.05) - put - 1024*(g+again)*0.013), until: (2048.0 - 1000) / 20, to: model.OnDemandStandard},

		// The account lacks 5 MiB/s each way of its commitment, 615.94 a month. With the
		// 22nd shard provisioned costs more than that.
		"a replay, rising": {w: workload(unit.KiB, 100, 3000, replaying), account: Account{Ingest: 20 << 20, Retrieval: 20 << 20},
			want: (21*2048.0 - 3000) / 20, to: model.OnDemandAdvantage},
	} {
		w := in("us-east-1", c.w)
		tariff := monthly()
		tariff.Account = c.account
		modes := []model.Mode{model.Provisioned, c.to}
		got := by(costs(&w, tariff, modes, 0).BreakEven, byAverage)
		if b := got.Value; !got.Known || math.Abs(b.Value-c.want) > 1e-8*c.want || b.To != c.to ||
			math.Abs(b.Until.Value-c.until) > 1e-8*c.until {
			t.Errorf("%s: %+v, want %v until %v", name, got, c.want, c.until)
		}
	}
}

// Where readers are said to change the answer they do, and one fewer do not.
func TestReadersFlip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := calctest.DrawBilled(t)
		shards := rapid.SampledFrom([]int{0, 0, 20}).Draw(t, "shards")
		w.Producer.Aggregation = model.Aggregation{} // on-demand then has no use for shards
		cheapest := func(readers int) model.Mode {
			v := more(&w, readers)
			n := shards
			if n == 0 {
				n = recommended(v)
			}
			return cheapestBill(monthly(), v, n)
		}
		b := by(costs(&w, monthly(), model.Modes(), shards).BreakEven, "readers")
		if !b.Known {
			for _, readers := range []int{1, 2, 5} {
				v := more(&w, readers)
				if s := calc.NewSizing(&limits, v); s.TooManyCalls() {
					break // more than a shard answers
				}
				if then := cheapest(readers); then != cheapest(0) {
					t.Errorf("%d readers more make %s the cheapest", readers, then)
				}
			}
			return
		}
		added := int(b.Value.Value) - len(w.Consumers)
		if added < 1 || b.Value.From != cheapest(0) || b.Value.To != cheapest(added) || b.Value.Utilization.Known ||
			b.Value.Unit != "consumers" {
			t.Fatalf("%+v, with them %s", b.Value, cheapest(added))
		}
		for readers := range added {
			if got := cheapest(readers); got != b.Value.From {
				t.Errorf("%+v, but %d readers more make %s the cheapest", b.Value, readers, got)
			}
		}
		for until := b.Value.Until; until.Known && added < int(until.Value)-len(w.Consumers); added++ {
			if got := cheapest(added); got != b.Value.To {
				t.Errorf("%+v, but %d readers more make %s the cheapest", b.Value, added, got)
			}
		}
		if b.Value.Until.Known && cheapest(added) == b.Value.To {
			t.Errorf("%+v, but it goes on with %d more", b.Value, added)
		}
	})
}

// On paper, of one shard in us-east-1 and records of 1 KB: provisioned costs
// 10.95 and 0.036792 for each record a second, on-demand 29.20 and 0.20050048828125
// (a record a second is 2,628,000 ÷ 2^20 GB a month, at 0.08). On-demand never is
// the cheaper one, at whatever average; of 30 shards, 328.50, it is so below
// 299.3 ÷ (0.20050048828125 − 0.036792) = 1,828.29 records/s.
func TestBreakEvenOnPaper(t *testing.T) {
	w := in("us-east-1", workload(unit.KiB, 900, 900))
	modes := model.Modes()[:2]
	if got := costs(&w, monthly(), modes, 0).BreakEven; len(got) > 0 {
		t.Errorf("%+v, and nothing flips", got)
	}
	w.Producer.Average, w.Producer.Peak = 10_000, 30_000
	got := by(costs(&w, monthly(), modes, 30).BreakEven, byAverage)
	want := 299.3 / (0.08*2_628_000/(1<<20) - 0.000000014*2_628_000)
	if b := got.Value; !got.Known || math.Abs(b.Value-want) > 1e-5 || !b.Falling || b.From != model.Provisioned ||
		b.To != model.OnDemandStandard ||
		math.Abs(b.Utilization.Value-want/30_000) > 1e-9 {
		t.Errorf("%+v, want %v", got, want)
	}
}

// A mode can be the cheapest in between alone. On paper: 280 shards cost 3,066 and
// 0.036792 for each record of 25 KB a second, On-demand Advantage 3,079.6875 up to
// its commitment and far more beyond; it is cheaper from 13.6875 ÷ 0.036792 =
// 372.02 records/s up to a little above 1,024, of a peak of 7,000.
func TestAverageFlipsInBetween(t *testing.T) {
	w := in("us-east-1", workload(25*unit.KiB, 100, 7000))
	modes := []model.Mode{model.Provisioned, model.OnDemandAdvantage}
	// Of 278 shards, 3,044.10, it is from 967.27 up to just above the commitment alone.
	for shards, over := range map[int]float64{280: 13.6875, 278: 35.5875} {
		got := by(costs(&w, monthly(), modes, shards).BreakEven, byAverage)
		if b := got.Value; !got.Known || math.Abs(b.Value-over/0.036792) > 1e-5 || b.Falling || b.From != model.Provisioned ||
			b.To != model.OnDemandAdvantage ||
			!b.Until.Known {
			t.Errorf("%d shards: %+v", shards, got)
		}
	}
}

// Nothing is said of a mode by itself, and nothing where no price is known.
func TestNoBreakEven(t *testing.T) {
	w := in("us-east-1", workload(unit.KiB, 10_000, 30_000, with("a")))
	for _, mode := range model.Modes() {
		if got := costs(&w, monthly(), []model.Mode{mode}, 0).BreakEven; len(got) > 0 {
			t.Errorf("%s: %+v", mode, got)
		}
	}
	if got := costs(&w, monthly(), model.Modes(), 0).BreakEven; len(got) == 0 {
		t.Error("nothing flips, side by side")
	}
	w.Region = unpriced
	if got := costs(&w, monthly(), model.Modes(), 0).BreakEven; got == nil || len(got) > 0 {
		t.Errorf("without prices: %#v", got)
	}
}

// A break-even is between the modes that are compared: with two of them the third
// is not named.
func TestBreakEvenOfSome(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := calctest.DrawBilled(t)
		modes := []model.Mode{model.Provisioned, model.OnDemandAdvantage}
		for _, b := range costs(&w, monthly(), modes, 0).BreakEven {
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
	w := in("us-east-1", workload(unit.KiB, 10, 10))
	tariff := monthly()
	tariff.Catalogue = withoutPrice(t, "retrieval")
	tariff.Account.Retrieval = 100 << 20
	for _, b := range tariff.BreakEven(&limits, &w, model.Modes(), &Request{Counts: Counts{Fixed: 40}}) {
		if b.By == "readers" {
			t.Errorf("%+v, although readers have no price on demand", b)
		}
	}
	w = in("us-east-1", workload(unit.KiB, 10_000, 50_000))
	tariff = monthly()
	tariff.Catalogue = withoutPrice(t, "shortfall-ingest")
	for _, b := range tariff.BreakEven(&limits, &w, model.Modes(), &Request{}) {
		if b.To == model.OnDemandAdvantage {
			t.Errorf("%+v, although its cost is not known now", b)
		}
	}
}

// At very low rates, and where the account misses next to nothing of its commitment, modes
// differ by less than a line is rounded by: still no flip is told where the mode stays the
// same, and none is missed between.
func TestFlipsOfNextToNothing(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	rows := 0
	for range 400 {
		average := math.Exp(random.Float64()*12 - 9) // from 1e-4 records/s to 20
		peak := average * math.Exp(random.Float64()*8)
		w := in("us-east-1", workload(unit.Bytes(1+random.IntN(30_000)), unit.RecordsPerSecond(average),
			unit.RecordsPerSecond(peak)))
		for i := range random.IntN(4) {
			w.Consumers = append(w.Consumers, with(model.Name('a'+rune(i))))
		}
		tariff := monthly()
		if random.IntN(2) == 0 {
			tariff.Account.Ingest = unit.BytesPerSecond(25<<20 - random.Float64()*200)
			tariff.Account.Retrieval = unit.BytesPerSecond(25<<20 - random.Float64()*200)
		}
		at := func(average float64) model.Mode { return cheapestBill(tariff, averaging(&w, average), 0) }
		found := map[bool]bool{}
		for _, b := range costs(&w, tariff, model.Modes(), 0).BreakEven {
			if b.By == byAverage {
				rows++
				found[b.Falling] = true
				wantFlip(t, &w, &b, at)
			}
		}
		for _, end := range []float64{float64(w.Producer.Peak), 0} {
			if !found[end == 0] {
				wantSame(t, &w, at, float64(w.Producer.Average), end)
			}
		}
	}
	if rows < 50 {
		t.Errorf("%d flips", rows)
	}
}
