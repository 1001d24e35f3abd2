package price

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

const (
	virginia = model.Region("us-east-1")
	oregon   = model.Region("us-west-2")
	tokyo    = model.Region("ap-northeast-1")
)

// Prices by hand, each as its source has it: AWS's price data of the pricing page, by its
// names and by the values of its keys, and the price list of 2026-09 as a page repeats it.
func TestEmbedded(t *testing.T) {
	for _, want := range []Price{
		{virginia, model.Provisioned, "shard-hours", 0, "shard-hour", 150_000_000, "2026-09", "high", ""},
		{virginia, model.Provisioned, "put-payload-units", 0, "PUT payload unit", 140, "2026-09", "high", ""},
		{virginia, model.Provisioned, "long-term-retrieval", 0, "GB", 210_000_000, "2026-09", "high", ""},
		{virginia, model.OnDemandStandard, "retention", 0, "GB-month", 1_000_000_000, "2026-09", "high", ""},
		{virginia, model.OnDemandAdvantage, "ingest", 0, "GB", 320_000_000, "2026-09", "high", ""},
		{virginia, model.OnDemandAdvantage, "shortfall-retrieval", 0, "GB", 160_000_000, "2026-09", "high", ""},
		{oregon, model.Provisioned, "extended-retention", 0, "shard-hour", 200_000_000, "2025-11-03", "high", ""},
		{oregon, model.OnDemandStandard, "efo-retrieval", 0, "GB", 500_000_000, "2025-11-03", "high", ""},
		{oregon, model.OnDemandAdvantage, "retention", 0, "GB-month", 230_000_000, "2025-11-03", "high", ""},
		{"us-west-1", model.Provisioned, "shard-hours", 0, "shard-hour", 182_000_000, "2025-11-03", "high", ""},
		{"us-west-1", model.Provisioned, "put-payload-units", 0, "PUT payload unit", 185, "2025-11-03", "high", ""},
		{"us-west-1", model.Provisioned, "efo-data", 0, "GB", 158_000_000, "2025-11-03", "high", ""},
		{"us-west-1", model.Provisioned, "long-term-retrieval", 0, "GB", 255_000_000, "2025-11-03", "high", ""},
		{"us-west-1", model.OnDemandStandard, "ingest", 0, "GB", 970_000_000, "2025-11-03", "high", ""},
		{"us-west-1", model.OnDemandStandard, "efo-retrieval", 0, "GB", 610_000_000, "2025-11-03", "high", ""},
		{"us-west-1", model.OnDemandAdvantage, "ingest", 0, "GB", 388_000_000, "2025-11-03", "high", ""},
		{"us-west-1", model.OnDemandAdvantage, "efo-retrieval", 0, "GB", 196_000_000, "2025-11-03", "high", ""},
		{"us-west-1", model.OnDemandAdvantage, "retention", 0, "GB-month", 260_000_000, "2025-11-03", "high", ""},
		{"ap-northeast-2", model.Provisioned, "shard-hours", 0, "shard-hour", 185_000_000, "2026-09-03", "high", ""},
		{"af-south-1", model.Provisioned, "put-payload-units", 0, "PUT payload unit", 224, "2025-11-03", "high", ""},
	} {
		tiers, err := Embedded().Find(want.Region, want.Mode, want.Line)
		if err != nil || len(tiers) != 1 {
			t.Errorf("%v: %v, %v", want, tiers, err)
			continue
		}
		want.Source = tiers[0].Source
		if tiers[0] != want || !strings.Contains(want.Source, "https://") {
			t.Errorf("%v, want %v", tiers[0], want)
		}
	}
	const regions, lines, tiers = 36, 19, 4 // all lines but for shard-level metrics, which one Region has
	if n := len(Embedded().Prices()); n != regions*lines+tiers {
		t.Errorf("%d prices, want %d", n, regions*lines+tiers)
	}
	if n := len(Embedded().regions()); n != regions {
		t.Errorf("%d Regions, want %d", n, regions)
	}
}

// Every price of AWS's own table is the one that is built in, found by how AWS names what
// it sells: 720 of 36 Regions. Two of its names are one line, and it prices a million
// payload units.
func TestEmbeddedIsWhatAWSPublishes(t *testing.T) {
	data, err := os.ReadFile("testdata/aws-prices.csv")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := records(data)
	if err != nil || len(rows) != 720 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, r := range rows {
		mode := model.Mode(strings.TrimSuffix(r[1], "-standard"))
		line := slices.IndexFunc(costLines, func(l costLine) bool {
			return l.mode == mode && slices.ContainsFunc(l.products, func(p product) bool {
				return p.operation == r[2] && p.group == r[3]
			})
		})
		if line < 0 {
			t.Errorf("%v: no line", r)
			continue
		}
		want, err := unit.ParseUSD(r[5])
		if strings.HasPrefix(r[4], "1e6") {
			want /= 1_000_000
		}
		got, findErr := Embedded().Find(model.Region(r[0]), mode, costLines[line].id)
		if err != nil || findErr != nil || len(got) != 1 || got[0].USD != want {
			t.Errorf("%v: %v, %v, %v", r, got, err, findErr)
		}
	}
}

// A row that is not right is refused with its number.
func TestEmbeddedRefuses(t *testing.T) {
	const head = "region,mode,line,above,price_usd,source\n"
	for _, row := range []string{"us-east-1,provisioned,shard-hours,0,0.015,nobody", "us-east-1,provisioned,hours,0,0.015,page",
		"us-east-1,provisioned,shard-hours,-1,0.015,page", "us-east-1,provisioned,shard-hours,0,free,page"} {
		if _, err := embeddedCatalogue([]byte(head+row+"\n"), embeddedSources); err == nil || !strings.Contains(err.Error(), "row 2") {
			t.Errorf("%s: %v", row, err)
		}
	}
}

func BenchmarkEmbedded(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := embeddedCatalogue(embeddedPrices, embeddedSources); err != nil {
			b.Fatal(err)
		}
	}
}

// Shard-level metrics have the tiers of CloudWatch's custom metrics: $0.30 for
// each of the first 10,000, $0.10 for the next 240,000, $0.05 for the next
// 750,000, $0.02 beyond.
func TestTiers(t *testing.T) {
	tiers, err := Embedded().Find(virginia, model.Provisioned, "shard-level-metrics")
	if err != nil || len(tiers) != 4 {
		t.Fatalf("%v, %v", tiers, err)
	}
	for i, want := range []struct {
		above float64
		usd   unit.USD
	}{{0, 3_000_000_000}, {10_000, 1_000_000_000}, {250_000, 500_000_000}, {1_000_000, 200_000_000}} {
		if tiers[i].Above != want.above || tiers[i].USD != want.usd || tiers[i].Unit != "metric-month" {
			t.Errorf("tier %d is %v, want %v", i, tiers[i], want)
		}
	}
}

// A price that is not known is an error that names it and says what to do; it is
// neither zero nor another Region's.
func TestMissing(t *testing.T) {
	tiers, err := Embedded().Find("cn-north-1", model.OnDemandStandard, "ingest")
	var missing *MissingError
	if tiers != nil || !errors.As(err, &missing) ||
		*missing != (MissingError{"cn-north-1", model.OnDemandStandard, "ingest"}) {
		t.Fatalf("%v, %v", tiers, err)
	}
	for _, part := range []string{"cn-north-1", "ingest (on-demand)", "{run:prices update --region cn-north-1}", "{option:prices} FILE"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q is not in %q", part, err)
		}
	}
	for _, region := range Embedded().regions() {
		for _, m := range Embedded().Missing(region) {
			if m.Line != "shard-level-metrics" { // CloudWatch's
				t.Errorf("%s lacks %v", region, m)
			}
		}
	}
	if got := Embedded().Missing(virginia); len(got) != 0 {
		t.Errorf("us-east-1 lacks %v", got)
	}
	if got := Embedded().Missing(oregon); len(got) != 1 || got[0].Line != "shard-level-metrics" {
		t.Errorf("us-west-2 lacks %v", got)
	}
}

// What lies over replaces all tiers of a line, adds what was not known, and
// leaves the rest and both catalogues alone.
func TestWith(t *testing.T) {
	over := newCatalogue([]Price{
		{Region: virginia, Mode: model.Provisioned, Line: "shard-level-metrics", USD: 7},
		{Region: oregon, Mode: model.OnDemandStandard, Line: "ingest", USD: 8},
	})
	both := Embedded().With(over)
	for line, want := range map[key]unit.USD{
		{virginia, model.Provisioned, "shard-level-metrics"}: 7,
		{oregon, model.OnDemandStandard, "ingest"}:           8,
		{oregon, model.OnDemandStandard, "stream-hours"}:     400_000_000,
	} {
		tiers, err := both.Find(line.region, line.mode, line.line)
		if err != nil || len(tiers) != 1 || tiers[0].USD != want {
			t.Errorf("%v: %v, %v", line, tiers, err)
		}
	}
	if tiers, _ := Embedded().Find(virginia, model.Provisioned, "shard-level-metrics"); len(tiers) != 4 {
		t.Errorf("the embedded catalogue has changed: %v", tiers)
	}
	if _, err := over.Find(oregon, model.OnDemandStandard, "stream-hours"); err == nil {
		t.Error("what lay over has changed")
	}
}

func TestStale(t *testing.T) {
	day := func(text string) time.Time {
		date, err := time.Parse(time.DateOnly, text)
		if err != nil {
			t.Fatal(err)
		}
		return date
	}
	for _, test := range []struct {
		dates []string
		now   string
		want  string
	}{
		{[]string{"2026-09-23"}, "2027-03-22", ""}, // 180 days
		{[]string{"2026-09-23"}, "2027-03-23", "older than 180 days; the oldest is of 2026-09-23"},
		{[]string{"2026-09"}, "2027-03-29", ""}, // 180 days after the 30th
		{[]string{"2026-09"}, "2027-03-30", "the oldest is of 2026-09."},
		{[]string{"2026"}, "2027-06-29", ""},
		{[]string{"2027-06-01", "2026", "2027"}, "2027-06-30", "the oldest is of 2026."},
		{[]string{"2024-09-05", "2026"}, "2027-09-30", "the oldest is of 2024-09-05"},
		{[]string{"2026-11-01", "undated", "2024-09-05"}, "2026-11-02", "have no date"},
		{[]string{"2030"}, "2026-11-02", ""},
		{[]string{"2026-09", "2025-11-03"}, "2026-05-02", ""}, // 180 days after the 3rd is over
		{[]string{"2026-09", "2025-11-03"}, "2026-05-03", "of us-west-2 were read from AWS's pricing page of 2025-11-03; no later change was seen"},
		{nil, "2026-11-02", ""},
	} {
		w, stale := Aged(oregon, test.dates, day(test.now))
		if stale != (test.want != "") || !strings.Contains(w.Message, test.want) {
			t.Errorf("%v at %s: %v, %v", test.dates, test.now, w, stale)
		}
		if stale && (!strings.Contains(w.Message, "us-west-2") || !strings.Contains(w.Remedy, "{run:prices update "+
			"--region us-west-2")) {
			t.Errorf("%v at %s: %v", test.dates, test.now, w)
		}
	}
	now := day("2026-11-22")
	for region, want := range map[model.Region]bool{virginia: false, oregon: true, "us-east-2": true, "cn-north-1": false} {
		if w, stale := Embedded().Stale(region, now); stale != want {
			t.Errorf("%s: %v, want %t", region, w, want)
		}
	}
}

func BenchmarkFind(b *testing.B) {
	c := Embedded()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Find(virginia, model.OnDemandAdvantage, "shortfall-retrieval"); err != nil {
			b.Fatal(err)
		}
	}
}
