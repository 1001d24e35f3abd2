package cost

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/kcalc/kcalc/calc/calctest"
	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
	"pgregory.net/rapid"
)

// rat is a float64 as the rational number that it is.
func rat(x float64) *big.Rat { return new(big.Rat).SetFloat64(x) }

func product(factors ...*big.Rat) *big.Rat {
	p := big.NewRat(1, 1)
	for _, f := range factors {
		p.Mul(p, f)
	}
	return p
}

func plus(a, b *big.Rat) *big.Rat  { return new(big.Rat).Add(a, b) }
func minus(a, b *big.Rat) *big.Rat { return new(big.Rat).Sub(a, b) }
func over(a, b *big.Rat) *big.Rat  { return new(big.Rat).Quo(a, b) }

func smaller(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) < 0 {
		return a
	}
	return b
}

// ceiling is the least whole number that is not below x.
func ceiling(x *big.Rat) *big.Rat {
	quotient, rest := new(big.Int).QuoRem(x.Num(), x.Denom(), new(big.Int))
	if rest.Sign() > 0 {
		quotient.Add(quotient, big.NewInt(1))
	}
	return new(big.Rat).SetInt(quotient)
}

// Sizes and times of the bill, as the method states them, and not as the code
// does.
var (
	secondsAMonth = big.NewRat(2_628_000, 1)
	bytesAGB      = big.NewRat(1<<30, 1)
	payloadUnit   = big.NewRat(25*1024, 1)
	kilobyte      = big.NewRat(1024, 1)
	commitment    = big.NewRat(25<<20, 1)
)

// ledger computes a month's quantities in rational numbers, from the text of the
// method alone.
type ledger struct {
	w       *model.Workload
	shards  int
	account Account
	metrics int
}

// written returns the Kinesis records a second, A·q; the bandwidth, A·w; and the
// mean of the units of a size that a Kinesis record takes.
func (b *ledger) written(unit *big.Rat) (records, bandwidth, units *big.Rat) {
	p := &b.w.Producer
	average, key := rat(float64(p.Average)), rat(float64(p.PartitionKeySize))
	bare := plus(rat(float64(p.RecordSize)), key)
	if a := &p.Aggregation; a.Producers > 0 {
		packed := plus(bare, big.NewRat(10, 1))
		room := over(minus(rat(float64(a.MaxSize)), big.NewRat(20, 1)), packed)
		most := new(big.Rat).SetInt(new(big.Int).Quo(room.Num(), room.Denom()))
		if most.Cmp(big.NewRat(2, 1)) >= 0 {
			rate := over(average, big.NewRat(int64(a.Producers)*int64(b.shards), 1))
			n := smaller(plus(big.NewRat(1, 1), product(rate, big.NewRat(int64(a.Buffer), 1e9))), most)
			record := plus(product(n, packed), big.NewRat(20, 1))
			records = over(average, n)
			return records, product(records, record), ceiling(over(record, unit))
		}
	}
	if len(p.RecordSizes) == 0 {
		return average, product(average, bare), ceiling(over(bare, unit))
	}
	units = new(big.Rat)
	for _, s := range p.RecordSizes {
		size := plus(rat(float64(s.Size)), key)
		units.Add(units, product(rat(float64(s.Share)), ceiling(over(size, unit))))
	}
	return average, product(average, bare), units
}

// held are the GB of the data of some bandwidth between two ages.
func held(bandwidth *big.Rat, from, to unit.Duration) *big.Rat {
	return over(product(bandwidth, big.NewRat(int64(max(0, to-from)), 1e9)), bytesAGB)
}

// month is what the method bills a month for, by cost line.
func (b *ledger) month(mode model.Mode) map[string]*big.Rat {
	const day, week = 24 * hour, 7 * 24 * hour
	records, bandwidth, units := b.written(payloadUnit)
	_, _, kilobytes := b.written(kilobyte)
	m, e := new(big.Rat), new(big.Rat)
	again, pushedAgain, old := new(big.Rat), new(big.Rat), new(big.Rat) // GB that replays read
	for _, c := range b.w.Consumers {
		reaches := min(c.Reprocess, b.w.Retention)
		if c.Type == model.EnhancedFanOut {
			e.Add(e, big.NewRat(1, 1))
			pushedAgain.Add(pushedAgain, held(bandwidth, 0, reaches))
		} else {
			m.Add(m, big.NewRat(1, 1))
			again.Add(again, held(bandwidth, 0, reaches))
			old.Add(old, held(bandwidth, week, reaches))
		}
	}
	read := over(product(bandwidth, secondsAMonth), bytesAGB)
	polled, pushed := plus(product(m, read), again), plus(product(e, read), pushedAgain)
	hours := big.NewRat(int64(b.shards)*730, 1)
	r := b.w.Retention
	if mode == model.Provisioned {
		lines := map[string]*big.Rat{
			"shard-hours":              hours,
			"put-payload-units":        product(records, units, secondsAMonth),
			"long-term-retention":      held(bandwidth, week, r),
			"long-term-retrieval":      old,
			"efo-consumer-shard-hours": product(e, hours),
			"efo-data":                 pushed,
		}
		if r > day {
			lines["extended-retention"] = hours
		}
		if b.metrics > 0 {
			lines["shard-level-metrics"] = big.NewRat(int64(b.shards)*int64(b.metrics), 1)
		}
		return lines
	}
	in := product(records, kilobytes, kilobyte)
	lines := map[string]*big.Rat{
		"ingest":        over(product(in, secondsAMonth), bytesAGB),
		"retrieval":     polled,
		"efo-retrieval": pushed,
	}
	if mode == model.OnDemandStandard {
		lines["stream-hours"] = big.NewRat(730, 1)
		lines["retention"] = held(bandwidth, day, min(r, week))
		lines["long-term-retention"] = held(bandwidth, week, r)
		return lines
	}
	lines["retention"] = held(bandwidth, day, r)
	lines["shortfall-ingest"] = shortfall(plus(in, rat(float64(b.account.Ingest))))
	lines["shortfall-retrieval"] = shortfall(
		plus(over(product(plus(polled, pushed), bytesAGB), secondsAMonth), rat(float64(b.account.Retrieval))),
	)
	return lines
}

// shortfall are the GB of a month that a bandwidth misses of the commitment.
func shortfall(bandwidth *big.Rat) *big.Rat {
	missing := minus(commitment, bandwidth)
	if missing.Sign() < 0 {
		return new(big.Rat)
	}
	return over(product(missing, secondsAMonth), bytesAGB)
}

// drawTariff draws what a cost rests on besides the workload.
func drawTariff(t *rapid.T) *Tariff {
	return &Tariff{
		Catalogue: somePrices(),
		Discount:  unit.Discount(rapid.SampledFrom([]int{0, 0, 1, 120_000, 333_333, 999_999, 1_000_000}).Draw(t, "discount")),
		Account: Account{
			Ingest:    unit.BytesPerSecond(rapid.Float64Range(0, 60<<20).Draw(t, "account ingest")),
			Retrieval: unit.BytesPerSecond(rapid.Float64Range(0, 60<<20).Draw(t, "account retrieval")),
		},
		Metrics: rapid.IntRange(0, 7).Draw(t, "metrics"),
		Hours:   rapid.SampledFrom([]float64{1, 24, 730, 8760}).Draw(t, "hours"),
	}
}

// Each line has the quantity that the method gives it, in every mode and for
// every period, and no line is missing or besides.
func TestQuantities(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, tariff := calctest.DrawBilled(t), drawTariff(t)
		shards := rapid.IntRange(1, 20_000).Draw(t, "shards")
		b := ledger{&w, shards, tariff.Account, tariff.Metrics}
		for _, mode := range model.Modes() {
			cost := bill(t, tariff, &w, mode, shards)
			got := map[string]*big.Rat{}
			for _, l := range cost.Lines {
				if got[l.ID] == nil {
					got[l.ID] = new(big.Rat)
				}
				got[l.ID].Add(got[l.ID], rat(l.Quantity))
			}
			for id, quantity := range b.month(mode) {
				want := product(quantity, rat(tariff.Hours), big.NewRat(1, 730))
				if got[id] == nil {
					got[id] = new(big.Rat)
				}
				// What the account misses is a difference of large numbers.
				scale := plus(want, product(rat(tariff.Hours), rat(100)))
				if id != "shortfall-ingest" && id != "shortfall-retrieval" {
					scale = want
				}
				if off := minus(got[id], want); off.Abs(off).Cmp(product(scale, rat(1e-12))) > 0 {
					t.Errorf("%s, %s: %s, want %s", mode, id, got[id].FloatString(12), want.FloatString(12))
				}
				delete(got, id)
			}
			if len(got) > 0 {
				t.Errorf("%s has besides: %v", mode, got)
			}
		}
	})
}

// roundedUSD is a rational number of units of money rounded once, half away from
// zero; none is negative.
func roundedUSD(x *big.Rat) *big.Int {
	x = plus(x, big.NewRat(1, 2))
	return new(big.Int).Quo(x.Num(), x.Denom())
}

// Each amount is the printed quantity times the printed price less the discount,
// rounded once; the total is their sum, and what is computed without lines is the
// same.
func TestAmounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, tariff := calctest.DrawBilled(t), drawTariff(t)
		shards := rapid.IntRange(1, 20_000).Draw(t, "shards")
		for _, mode := range model.Modes() {
			cost := bill(t, tariff, &w, mode, shards)
			sum := new(big.Int)
			for _, l := range cost.Lines {
				quantity, ok := new(big.Rat).SetString(strconv.FormatFloat(l.Quantity, 'f', -1, 64))
				price, ok2 := new(big.Rat).SetString(l.UnitPrice.String())
				if !ok || !ok2 {
					t.Fatalf("%v × %s is not a number", l.Quantity, l.UnitPrice)
				}
				want := roundedUSD(
					product(quantity, price, big.NewRat(1e10, 1), big.NewRat(1_000_000-int64(tariff.Discount), 1_000_000)),
				)
				if big.NewInt(int64(l.Amount)).Cmp(want) != 0 {
					t.Errorf("%s: %v × %s less %s = %d, want %d", l.ID, l.Quantity, l.UnitPrice, tariff.Discount, l.Amount, want)
				}
				sum.Add(sum, want)
			}
			if big.NewInt(int64(cost.Total.Value)).Cmp(sum) != 0 {
				t.Errorf("%s: the total %d is not the sum %d", mode, cost.Total.Value, sum)
			}
			if total, err := tariff.Total(&limits, &w, mode, shards); err != nil || total != cost.Total.Value {
				t.Errorf("%s: without lines %d, %v, with them %d", mode, total, err, cost.Total.Value)
			}
		}
	})
}

// A month is a twelfth of a year and of 365 days; each line comes to the same for
// every period but for rounding.
func TestPeriods(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, tariff := calctest.DrawBilled(t), drawTariff(t)
		shards := rapid.IntRange(1, 20_000).Draw(t, "shards")
		for _, mode := range model.Modes() {
			costs := map[float64]model.Cost{}
			for _, p := range model.Periods() {
				tariff.Hours = p.Hours()
				costs[p.Hours()] = bill(t, tariff, &w, mode, shards)
			}
			year := costs[8760]
			for hours, cost := range costs {
				times := 8760 / hours // 8760, 365, 12 and 1, exactly
				sameAmount(t, fmt.Sprintf("%s, %v h", mode, hours), cost.Total.Value, year.Total.Value, times, len(cost.Lines))
				if len(cost.Lines) != len(year.Lines) {
					t.Fatalf("%s: %d lines for %v h, %d for a year", mode, len(cost.Lines), hours, len(year.Lines))
				}
				for i, l := range cost.Lines {
					sameAmount(t, fmt.Sprintf("%s, %v h, %s", mode, hours, l.ID), l.Amount, year.Lines[i].Amount, times, 1)
				}
			}
			sameAmount(
				t,
				string(mode)+", 365 days and 12 months",
				costs[24].Total.Value,
				costs[730].Total.Value,
				365.0/12,
				len(year.Lines),
			)
		}
	})
}

// sameAmount checks that a short period's amount makes up a long one's, but for
// the rounding of so many lines in each, and for that of a float64.
func sameAmount(t *rapid.T, what string, short, long unit.USD, times float64, lines int) {
	off := math.Abs(float64(short)*times - float64(long))
	if off > float64(lines)*(times+1)/2+4e-15*float64(long) {
		t.Errorf("%s: %v × %s is not %s", what, times, short, long)
	}
}

// The quantities of a period are as round as they are: a day of 20 shards is 480
// shard-hours.
func TestPeriodsAreRound(t *testing.T) {
	w := in("us-east-1", workload(100, 1, 1))
	for shards := 1; shards <= 1000; shards++ {
		for _, p := range model.Periods() {
			tariff := monthly()
			tariff.Hours = p.Hours()
			if got := lineOf(t, tariff, &w, model.Provisioned, shards, "shard-hours").Quantity; got != float64(
				shards,
			)*p.Hours() {
				t.Fatalf("%d shards, a %s: %v shard-hours, want %v", shards, p, got, float64(shards)*p.Hours())
			}
		}
	}
}

// aMebibyte is a workload that writes 1 MiB a second, which is 3600 ÷ 1024 =
// 3.515625 GB an hour.
func aMebibyte(consumers ...model.Consumer) model.Workload {
	return in("us-east-1", workload(unit.KiB, 1024, 1024, consumers...))
}

// Retention up to seven days is a flat adder to each shard-hour, and what is
// older is billed by the GB; on-demand bills all of it by the GB.
func TestRetention(t *testing.T) {
	const gigabytesAnHour = 3.515625
	for _, c := range []struct {
		retention                  unit.Duration
		extended                   float64 // shard-hours
		long                       float64 // hours of data, beyond seven days
		onDemand, onDemandLong, ad float64 // hours of data
	}{
		{24 * hour, 0, 0, 0, 0, 0},
		{25 * hour, 7300, 0, 1, 0, 1},
		{168 * hour, 7300, 0, 144, 0, 144},
		{169 * hour, 7300, 1, 144, 1, 145},
		{365 * 24 * hour, 7300, 358 * 24, 144, 358 * 24, 364 * 24},
	} {
		w := aMebibyte()
		w.Retention = c.retention
		for _, want := range []struct {
			mode     model.Mode
			line     string
			quantity float64
		}{
			{model.Provisioned, "extended-retention", c.extended},
			{model.Provisioned, "long-term-retention", c.long * gigabytesAnHour},
			{model.OnDemandStandard, "retention", c.onDemand * gigabytesAnHour},
			{model.OnDemandStandard, "long-term-retention", c.onDemandLong * gigabytesAnHour},
			{model.OnDemandAdvantage, "retention", c.ad * gigabytesAnHour},
		} {
			var got float64
			for _, l := range bill(t, monthly(), &w, want.mode, 10).Lines {
				if l.ID == want.line {
					got = l.Quantity
				}
			}
			if math.Abs(got-want.quantity) > 1e-9 {
				t.Errorf("%v: %s, %s: %v, want %v", c.retention, want.mode, want.line, got, want.quantity)
			}
		}
	}
}

// 25 h and 168 h cost the same where shards are provisioned, and nothing of it
// depends on what is written.
func TestExtendedRetentionIsFlat(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := calctest.DrawBilled(t)
		for i := range w.Consumers {
			w.Consumers[i].Reprocess = 0 // enhanced fan-out pays for what it reads again, as far as that is kept
		}
		var totals []unit.USD
		for _, retention := range []unit.Duration{25 * hour, 168 * hour} {
			w.Retention = retention
			totals = append(totals, bill(t, monthly(), &w, model.Provisioned, 20).Total.Value)
		}
		if totals[0] != totals[1] {
			t.Errorf("%s for 25 h and %s for 168 h", totals[0], totals[1])
		}
	})
}

// One replay a month is in every line that AWS bills for reading, as far back as the
// stream keeps records: polled, provisioned, for what is older than seven days; with
// enhanced fan-out, and on-demand, for all of it, of whatever age. GetRecords alone
// pays for old records: a pushed replay has no long-term retrieval.
func TestReplaysAreBilled(t *testing.T) {
	replaying := func(name model.Name, days unit.Duration, settings ...func(*model.Consumer)) model.Consumer {
		return with(name, append(settings, func(c *model.Consumer) { c.Reprocess, c.CatchUp = days*unit.Day, unit.Day })...)
	}
	const month = 2_628_000.0 / 1024 / 84.375 // days' worth of GB that each consumer reads anyway
	type days = map[string]float64
	for _, c := range []struct {
		retention unit.Duration
		consumers []model.Consumer
		mode      model.Mode
		want      days
	}{
		{14, []model.Consumer{replaying("a", 9)}, model.Provisioned, days{"long-term-retrieval": 2}},
		{14, []model.Consumer{replaying("a", 9), replaying("b", 8), with("c")}, model.Provisioned, days{"long-term-retrieval": 3}},
		{8, []model.Consumer{replaying("a", 9)}, model.Provisioned, days{"long-term-retrieval": 1}},
		{14, []model.Consumer{replaying("a", 7)}, model.Provisioned, days{}},
		{7, []model.Consumer{replaying("a", 9)}, model.Provisioned, days{}},

		{10, []model.Consumer{replaying("a", 9, fanOut)}, model.Provisioned, days{"efo-data": month + 9}},
		{8, []model.Consumer{replaying("a", 9, fanOut)}, model.Provisioned, days{"efo-data": month + 8}},
		{14, []model.Consumer{replaying("a", 1, fanOut), with("b", fanOut)}, model.Provisioned, days{"efo-data": 2*month + 1}},
		{14, []model.Consumer{replaying("a", 9, fanOut), replaying("b", 9)}, model.Provisioned, days{"efo-data": month + 9, "long-term-retrieval": 2}},

		{14, []model.Consumer{replaying("a", 9), with("b")}, model.OnDemandStandard, days{"retrieval": 2*month + 9}},
		{7, []model.Consumer{replaying("a", 9, fanOut), with("b")}, model.OnDemandStandard, days{"retrieval": month, "efo-retrieval": month + 7}},
		{14, []model.Consumer{replaying("a", 9, fanOut), replaying("b", 2)}, model.OnDemandAdvantage,
			days{"retrieval": month + 2, "efo-retrieval": month + 9, "shortfall-retrieval": (25-2)*month - 11}},
	} {
		w := aMebibyte(c.consumers...)
		w.Retention = c.retention * unit.Day
		got := days{}
		for _, l := range bill(t, monthly(), &w, c.mode, 10).Lines {
			if slices.Contains(
				[]string{"long-term-retrieval", "efo-data", "retrieval", "efo-retrieval", "shortfall-retrieval"},
				l.ID,
			) {
				got[l.ID] = l.Quantity / 84.375
			}
		}
		if diff := cmp.Diff(c.want, got, cmpopts.EquateApprox(1e-12, 0)); diff != "" {
			t.Errorf("%v, kept %d d, %s (−want +got):\n%s", c.consumers, c.retention, c.mode, diff)
		}
	}
}

// A line says that a replay is in it, where one is.
func TestReplaysAreNoted(t *testing.T) {
	const note = "with what each such consumer declares to reprocess, once a month"
	for _, c := range []struct {
		consumers []model.Consumer
		noted     []string
	}{
		{[]model.Consumer{with("a", fanOut), with("b")}, nil},
		{[]model.Consumer{with("a", fanOut, replaysNineDays), with("b")}, []string{"efo-data", "efo-retrieval", "efo-retrieval", "shortfall-retrieval"}},
		{[]model.Consumer{with("a", fanOut), with("b", replaysNineDays)}, []string{"long-term-retrieval", "retrieval", "retrieval", "shortfall-retrieval"}},
	} {
		w := aMebibyte(c.consumers...)
		w.Retention = 30 * unit.Day
		var noted []string
		for _, mode := range model.Modes() {
			for _, l := range bill(t, monthly(), &w, mode, 10).Lines {
				if strings.Contains(l.Note, note) {
					noted = append(noted, l.ID)
				}
			}
		}
		if slices.Sort(noted); !slices.Equal(noted, c.noted) {
			t.Errorf("%v: noted of %v, want %v", c.consumers, noted, c.noted)
		}
	}
}

// replaysNineDays is a consumer's replay of the last nine days.
func replaysNineDays(c *model.Consumer) { c.Reprocess, c.CatchUp = 9*unit.Day, unit.Day }

// Declared sizes are rounded up one by one: half of the records of 1 KB and half
// of 49 KB have a mean of 25 KB, which is one unit, but take one and two. The key
// counts: with it a record of 25 KB takes two.
func TestRecordSizes(t *testing.T) {
	w := in("us-east-1", workload(25*unit.KiB, 1, 1))
	const units, mean = "put-payload-units", 2_628_000
	wantQuantity(t, monthly(), &w, model.Provisioned, 1, units, mean)
	w.Producer.RecordSizes = []model.SizeShare{{Size: unit.KiB, Share: 0.5}, {Size: 49 * unit.KiB, Share: 0.5}}
	wantQuantity(t, monthly(), &w, model.Provisioned, 1, units, 1.5*mean)
	w.Producer.PartitionKeySize = unit.KiB
	wantQuantity(t, monthly(), &w, model.Provisioned, 1, units, 1.5*mean) // 2 KB and 50 KB
	w.Producer.PartitionKeySize = unit.KiB + 1
	wantQuantity(t, monthly(), &w, model.Provisioned, 1, units, 2*mean) // 50 KB and a byte take three
	w.Producer.RecordSizes = nil
	wantQuantity(t, monthly(), &w, model.Provisioned, 1, units, 2*mean)
}

// A mean of sizes is told to be an approximation, and sizes themselves are not.
func TestApproximationIsTold(t *testing.T) {
	w := in("us-east-1", workload(25*unit.KiB, 1, 1))
	sizes := []model.SizeShare{{Size: 25 * unit.KiB, Share: 1}}
	for _, c := range []struct {
		sizes []model.SizeShare
		told  bool
	}{{nil, true}, {sizes, false}} {
		w.Producer.RecordSizes = c.sizes
		if got := lineOf(t, monthly(), &w, model.Provisioned, 1, "put-payload-units").Note; (got != "") != c.told {
			t.Errorf("%v: %q", c.sizes, got)
		}
		if got := lineOf(t, monthly(), &w, model.Provisioned, 1, "shard-hours").Note; got != "" {
			t.Errorf("shard-hours: %q", got)
		}
	}
	// An aggregate that has room for one record is not built, and says nothing.
	w.Producer.Aggregation = model.Aggregation{Producers: 1, Buffer: second, MaxSize: 30 * unit.KiB}
	for _, mode := range []model.Mode{model.Provisioned, model.OnDemandStandard} {
		for _, l := range bill(t, monthly(), &w, mode, 1).Lines {
			if l.Note != "" {
				t.Errorf("%s, %s: %q, but records go bare", mode, l.ID, l.Note)
			}
		}
	}
}

// A bill does not know skew and burst: they change it through the shards alone.
func TestSkewAndBurstAreNotBilled(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := calctest.DrawBilled(t)
		even := w
		even.Producer.Skew, even.Producer.Burst = 1, 1
		even.Producer.Surge, even.Producer.Peak = model.Surge{}, w.Producer.Average
		for _, mode := range model.Modes() {
			if d := cmp.Diff(bill(t, monthly(), &even, mode, 33), bill(t, monthly(), &w, mode, 33)); d != "" {
				t.Error(d)
			}
		}
	})
}

// A price that is not known is named and never zero: the lines that are known
// stay, but there is no total.
func TestMissingPrices(t *testing.T) {
	w := aMebibyte(with("a"), with("b", fanOut))
	w.Retention = 48 * hour
	for _, c := range []struct {
		region  model.Region
		mode    model.Mode
		missing []string
		known   []string
	}{
		{partlyPriced, model.Provisioned, []string{"extended-retention", "efo-consumer-shard-hours", "efo-data"}, []string{"shard-hours", "put-payload-units"}},
		{partlyPriced, model.OnDemandStandard, []string{"efo-retrieval", "retention"}, []string{"stream-hours", "ingest", "retrieval"}},
		{partlyPriced, model.OnDemandAdvantage, []string{"ingest", "retrieval", "efo-retrieval", "retention", "shortfall-ingest", "shortfall-retrieval"}, nil},
		{unpriced, model.Provisioned, []string{"shard-hours", "put-payload-units", "extended-retention", "efo-consumer-shard-hours", "efo-data"}, nil},
		{"us-east-1", model.Provisioned, nil, []string{"shard-hours", "put-payload-units", "extended-retention", "efo-consumer-shard-hours", "efo-data"}},
	} {
		w.Region = c.region
		cost, err := monthly().Bill(&limits, &w, c.mode, 3)
		var known []string
		for _, l := range cost.Lines {
			known = append(known, l.ID)
		}
		if err != nil || !slices.Equal(cost.Missing, c.missing) || !slices.Equal(known, c.known) ||
			cost.Total.Known != (len(c.missing) == 0) {
			t.Errorf(
				"%s, %s: %v are missing, %v are known, total %v, %v",
				c.region,
				c.mode,
				cost.Missing,
				known,
				cost.Total,
				err,
			)
		}
		if _, err := monthly().Total(&limits, &w, c.mode, 3); (err == nil) != cost.Total.Known {
			t.Errorf("%s, %s: without lines %v", c.region, c.mode, err)
		}
	}
}

// Ten million shards for a year cost more than money holds; and so do lines of
// which each fits, but not their sum. There is no cost then, and a warning.
func TestAbsurdCost(t *testing.T) {
	w := in("us-east-1", workload(100, 1, 1, with("a")))
	yearly := monthly()
	yearly.Hours = 8760
	for shards, retention := range map[int]unit.Duration{
		10_000_000: 24 * hour,
		5_000_000:  48 * hour, // 657 and 876 million dollars
	} {
		w.Retention = retention
		if cost, err := yearly.Bill(&limits, &w, model.Provisioned, shards); !errors.Is(err, unit.ErrTooMuch) ||
			cost.Total.Known {
			t.Errorf("%d shards: %v, %v", shards, cost.Total, err)
		}
		if total, err := yearly.Total(&limits, &w, model.Provisioned, shards); !errors.Is(err, unit.ErrTooMuch) ||
			total != 0 {
			t.Errorf("%d shards: %v, %v", shards, total, err)
		}
		costs := costs(&w, yearly, model.Modes(), shards)
		provisioned := &costs.Modes[0]
		if provisioned.Total.Known || provisioned.Producer.Known ||
			len(provisioned.Lines)+len(provisioned.Consumers)+len(provisioned.Missing) > 0 {
			t.Errorf("%d shards: %+v", shards, provisioned)
		}
		if ids := calctest.NoticeIDs(costs.Warnings); !slices.Contains(ids, "cost-too-large") ||
			slices.Contains(ids, "price-unknown") {
			t.Errorf("%d shards: %v", shards, ids)
		}
		if !costs.Modes[1].Total.Known || costs.Cheapest.Value == model.Provisioned {
			t.Errorf("%d shards: on-demand costs %v, and %v is the cheapest", shards, costs.Modes[1].Total, costs.Cheapest)
		}
	}
	// 4 million fit, and come out as they do on paper.
	w.Retention = 24 * hour
	if got := lineOf(t, yearly, &w, model.Provisioned, 4_000_000, "shard-hours").Amount; got != 525_600_000*unit.Dollar {
		t.Errorf("%s, want 525,600,000", got)
	}
}

// The account and the stream together commit to 25 MiB/s each way; what they
// miss is billed at the same prices, each way by itself.
func TestAdvantageShortfall(t *testing.T) {
	const mebibyte, gigabytes = float64(unit.MiB), 2_628_000.0 / 1024 // a month at 1 MiB/s
	for _, c := range []struct {
		ingest, retrieval float64 // of the account's other streams, MiB/s
		readers           int
		in, out           float64 // missing, MiB/s
	}{
		{0, 0, 0, 24, 25},
		{0, 0, 2, 24, 23},
		{10, 20, 2, 14, 3},
		{24, 23, 2, 0, 0},
		{23.5, 22.5, 2, 0.5, 0.5},
		{100, 0, 2, 0, 23},
		{0, 100, 0, 24, 0},
		{0, 0, 30, 24, 0},
	} {
		w := aMebibyte()
		for i := range c.readers {
			r := model.NewConsumer(model.Name(fmt.Sprint("c", i)))
			if i%2 == 1 {
				r.Type = model.EnhancedFanOut
			}
			w.Consumers = append(w.Consumers, r)
		}
		tariff := monthly()
		tariff.Account = Account{
			Ingest:    unit.BytesPerSecond(c.ingest * mebibyte),
			Retrieval: unit.BytesPerSecond(c.retrieval * mebibyte),
		}
		got := map[string]model.CostLine{}
		for _, l := range bill(t, tariff, &w, model.OnDemandAdvantage, 1).Lines {
			got[l.ID] = l
		}
		for id, want := range map[string]float64{"shortfall-ingest": c.in, "shortfall-retrieval": c.out} {
			line, ok := got[id]
			if math.Abs(line.Quantity-want*gigabytes) > 1e-9 || ok != (want > 0) {
				t.Errorf("%+v: %s: %v GB, want %v", c, id, line.Quantity, want*gigabytes)
			}
			if ok &&
				line.UnitPrice != map[string]unit.USD{"shortfall-ingest": 320_000_000, "shortfall-retrieval": 160_000_000}[id] {
				t.Errorf("%s at %s", id, line.UnitPrice)
			}
		}
		if _, ok := got["stream-hours"]; ok {
			t.Error("there are stream-hours")
		}
	}
}

// CloudWatch's tiers: 0.30 up to 10,000 metrics, 0.10 for the next 240,000, 0.05
// for the next 750,000, and 0.02 above.
func TestMetricTiers(t *testing.T) {
	prices, err := price.Embedded().Find("us-east-1", model.Provisioned, "shard-level-metrics")
	if err != nil {
		t.Fatal(err)
	}
	for metrics, want := range map[float64]string{
		7: "2.10", 9_999: "2999.70", 10_000: "3000", 10_001: "3000.10",
		249_999: "26999.90", 250_000: "27000", 250_001: "27000.05",
		999_999: "64499.95", 1_000_000: "64500", 1_000_001: "64500.02",
	} {
		var bill model.Cost
		sum, err := monthly().price(&line{id: "shard-level-metrics"}, &usage{}, prices, metrics, 0, &bill)
		if err != nil {
			t.Fatal(err)
		}
		var quantity float64
		for _, l := range bill.Lines {
			quantity += l.Quantity
		}
		if sum != calctest.Dollars(t, want) || quantity != metrics {
			t.Errorf("%v metrics: %v of them cost %s, want %s", metrics, quantity, sum, want)
		}
	}
}

// A shard has seven metrics; a tier is of a month, whatever the period.
func TestMetricsOfShards(t *testing.T) {
	w := in("us-east-1", workload(100, 1, 1))
	for shards, want := range map[int][]float64{1: {7}, 1428: {9996}, 1429: {10_000, 3}, 142_858: {10_000, 240_000, 750_000, 6}} {
		for _, hours := range []float64{730, 8760} {
			tariff := monthly()
			tariff.Metrics, tariff.Hours = 7, hours
			var got []float64
			for _, l := range bill(t, tariff, &w, model.Provisioned, shards).Lines {
				if l.ID == "shard-level-metrics" {
					got = append(got, l.Quantity*730/hours)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%d shards: %v metrics, want %v", shards, got, want)
			}
		}
	}
	for _, l := range bill(t, monthly(), &w, model.Provisioned, 10).Lines {
		if l.ID == "shard-level-metrics" {
			t.Error("metrics are billed that nobody asked for")
		}
	}
}

// The cheapest mode is the one with the least total, of those that are known;
// where only one is there is nothing to compare.
func TestCheapest(t *testing.T) {
	small, large := aMebibyte(), aMebibyte(with("a"))
	small.Producer.Average, small.Producer.Peak = 1, 100
	large.Producer.Average, large.Producer.Peak = 100_000, 2_000_000
	for want, w := range map[model.Mode]*model.Workload{model.Provisioned: &small, model.OnDemandAdvantage: &large} {
		costs := costs(w, monthly(), model.Modes(), 0)
		totals := map[model.Mode]unit.USD{}
		for _, m := range costs.Modes {
			totals[m.Mode] = m.Total.Value
		}
		if got := costs.Cheapest; !got.Known || got.Value != want ||
			totals[want] != slices.Min(slices.Collect(maps.Values(totals))) {
			t.Errorf("%v of %v, want %s", got, totals, want)
		}
	}
	if got := costs(&small, monthly(), []model.Mode{model.Provisioned}, 0).Cheapest; got.Known {
		t.Errorf("%s is the cheapest of one", got.Value)
	}
	small.Region = shardsPriced // has no prices of on-demand
	costs := costs(&small, monthly(), model.Modes(), 0)
	if costs.Cheapest.Known || !costs.Modes[0].Total.Known || len(costs.BreakEven) > 0 {
		t.Errorf("%v is the cheapest of one, %v", costs.Cheapest, costs.BreakEven)
	}
}

// On-demand has no shards to choose: whatever count is asked for, the recommended
// one stands in where aggregates are sized by it.
func TestShardsDoNotChangeOnDemand(t *testing.T) {
	w := aMebibyte(with("a"))
	w.Retention = 48 * hour
	w.Producer.RecordSize, w.Producer.Average, w.Producer.Peak = 100, 20_000, 40_000
	w.Producer.Aggregation = model.Aggregation{Producers: 20, Buffer: 100 * millisecond, MaxSize: 50 * unit.KiB}
	modes := model.Modes()[1:]
	recommended, fixed := costs(&w, monthly(), modes, 0), costs(&w, monthly(), modes, 500)
	if d := cmp.Diff(recommended.Modes, fixed.Modes); d != "" {
		t.Error(d)
	}
}

// What on-demand cannot do is told, and only where it is asked for.
func TestModeWarnings(t *testing.T) {
	plain, fast := aMebibyte(with("a")), aMebibyte(with("a", speed(1000)))
	function := aMebibyte(with("a", lambda(100, 1, second)))
	for _, w := range []*model.Workload{&plain, &fast, &function} {
		w.Producer.PartitionKeySize = 36 // none draws a warning of its own
	}
	for _, c := range []struct {
		w       *model.Workload
		mode    model.Mode
		shards  int
		streams int
		want    []string
	}{
		{&plain, model.Provisioned, 5, 3, nil},
		{&fast, model.Provisioned, 0, 0, nil},
		{&plain, model.OnDemandStandard, 0, 0, nil},
		{&plain, model.OnDemandStandard, 5, 0, []string{"on-demand-shards"}},
		{&fast, model.OnDemandStandard, 0, 0, []string{"on-demand-speed"}},
		{&function, model.OnDemandStandard, 5, 3, []string{"on-demand-shards", "on-demand-speed"}},
		{&plain, model.OnDemandAdvantage, 0, 0, nil},
		{&plain, model.OnDemandAdvantage, 0, 30, []string{"advantage-account"}},
		{&function, model.OnDemandAdvantage, 5, 0, []string{"on-demand-shards", "on-demand-speed"}},
	} {
		tariff := monthly()
		tariff.Account.Streams = c.streams
		got := ofModes(costs(c.w, tariff, []model.Mode{c.mode}, c.shards).Warnings)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s with %d shards: %v, want %v", c.mode, c.shards, got, c.want)
		}
	}
	// Side by side, each is told once.
	got := ofModes(costs(&function, monthly(), model.Modes(), 5).Warnings)
	if want := []string{"on-demand-shards", "on-demand-speed", "too-few-shards"}; !slices.Equal(got, want) {
		t.Errorf("all modes: %v, want %v", got, want)
	}
}

// ofModes are the ids of notices, but for what is left out of every mode's cost.
func ofModes(list []notice.Notice) []string {
	return slices.DeleteFunc(calctest.NoticeIDs(list), func(id string) bool { return strings.HasPrefix(id, "cost-left-out") })
}
