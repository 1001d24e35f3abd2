package price

import (
	"errors"
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

// Prices by hand, each as its source has it: the price list of 2026-09 as a page
// repeats it, a download of it of 2026-09-23, a bill, cost notes.
func TestEmbedded(t *testing.T) {
	for _, want := range []Price{
		{virginia, model.Provisioned, "shard-hours", 0, "shard-hour", 150_000_000, "2026-09", "high", ""},
		{virginia, model.Provisioned, "put-payload-units", 0, "PUT payload unit", 140, "2026-09", "high", ""},
		{virginia, model.Provisioned, "extended-retention", 0, "shard-hour", 200_000_000, "2026-09", "high", ""},
		{virginia, model.Provisioned, "long-term-retention", 0, "GB-month", 230_000_000, "2026-09", "high", ""},
		{virginia, model.Provisioned, "long-term-retrieval", 0, "GB", 210_000_000, "2026-09", "high", ""},
		{virginia, model.OnDemandStandard, "retention", 0, "GB-month", 1_000_000_000, "2026-09", "high", ""},
		{virginia, model.OnDemandAdvantage, "ingest", 0, "GB", 320_000_000, "2026-09", "high", ""},
		{virginia, model.OnDemandAdvantage, "shortfall-retrieval", 0, "GB", 160_000_000, "2026-09", "high", ""},
		{"us-east-2", model.Provisioned, "efo-data", 0, "GB", 130_000_000, "2026", "high", ""},
		{"us-east-2", model.Provisioned, "efo-consumer-shard-hours", 0, "consumer-shard-hour", 150_000_000, "2026", "high", ""},
		{oregon, model.OnDemandStandard, "stream-hours", 0, "stream-hour", 400_000_000, "2026-08", "high", ""},
		{oregon, model.Provisioned, "shard-hours", 0, "shard-hour", 150_000_000, "undated", "medium", ""},
		{tokyo, model.Provisioned, "put-payload-units", 0, "PUT payload unit", 215, "2026-09-23", "high", ""},
		{tokyo, model.OnDemandStandard, "ingest", 0, "GB", 1_040_000_000, "2026", "medium", ""},
		{"ap-south-1", model.OnDemandStandard, "ingest", 0, "GB", 1_023_000_000, "2026-10-02", "medium", ""},
		{"eu-central-1", model.Provisioned, "extended-retention", 0, "shard-hour", 240_000_000, "2024-09-05", "medium", ""},
		{"af-south-1", model.Provisioned, "put-payload-units", 0, "PUT payload unit", 224, "undated", "medium", ""},
	} {
		tiers, err := Embedded().Find(want.Region, want.Mode, want.Line)
		if err != nil || len(tiers) != 1 {
			t.Errorf("%v: %v, %v", want, tiers, err)
			continue
		}
		want.Source = tiers[0].Source
		if tiers[0] != want || want.Source == "" {
			t.Errorf("%v, want %v", tiers[0], want)
		}
	}
	const known = 61 // rows of the research that are cost lines
	if n := len(Embedded().Prices()); n != known {
		t.Errorf("%d prices, want %d", n, known)
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
	tiers, err := Embedded().Find("sa-east-1", model.OnDemandStandard, "ingest")
	var missing *MissingError
	if tiers != nil || !errors.As(err, &missing) ||
		*missing != (MissingError{"sa-east-1", model.OnDemandStandard, "ingest"}) {
		t.Fatalf("%v, %v", tiers, err)
	}
	for _, part := range []string{"sa-east-1", "ingest (on-demand)", "{run:prices update --region sa-east-1}", "{option:prices} FILE"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q is not in %q", part, err)
		}
	}
	if got := Embedded().Missing(virginia); len(got) != 0 {
		t.Errorf("us-east-1 lacks %v", got)
	}
	if got := Embedded().Missing(oregon); len(got) != len(costLines)-3 || got[0].Line != "extended-retention" {
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
	for region, want := range map[model.Region]bool{virginia: false, oregon: true, "us-east-2": false, "eu-central-1": true, "sa-east-1": false} {
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
