package price

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

func TestCompare(t *testing.T) {
	price := func(region model.Region, line string, above float64, usd unit.USD, asOf string) Price {
		return Price{Region: region, Mode: model.Provisioned, Line: line, Above: above, USD: usd, AsOf: asOf}
	}
	from := newCatalogue([]Price{
		price(tokyo, "shard-hours", 0, 195, "2026"),
		price(virginia, "shard-hours", 0, 150, "2026"),
		price(virginia, "efo-data", 0, 130, "2025"),
		price(virginia, "shard-level-metrics", 0, 300, "2026"),
		price(virginia, "shard-level-metrics", 10_000, 100, "2026"),
	})
	to := newCatalogue([]Price{
		price(virginia, "shard-hours", 0, 165, "2027"),
		price(virginia, "efo-data", 0, 130, "2027"),
		price(virginia, "shard-level-metrics", 0, 240, "2027"),
		price(virginia, "shard-level-metrics", 5_000, 90, "2027"),
		price(oregon, "shard-hours", 0, 150, "2027"),
	})
	var got []string
	for _, c := range Compare(from, to) {
		got = append(
			got,
			fmt.Sprintf(
				"%s %s %s %v %v→%v %v%%",
				c.Kind,
				c.Region,
				c.Line,
				c.Above,
				int(c.Old.Value.USD),
				int(c.New.Value.USD),
				c.Percent.Value,
			),
		)
	}
	want := []string{
		"removed ap-northeast-1 shard-hours 0 195→0 0%",
		"changed us-east-1 shard-hours 0 150→165 10%",
		"changed us-east-1 shard-level-metrics 0 300→240 -20%",
		"added us-east-1 shard-level-metrics 5000 0→90 0%",
		"removed us-east-1 shard-level-metrics 10000 100→0 0%",
		"added us-west-2 shard-hours 0 0→150 0%",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if same := Compare(from, from); same == nil || len(same) != 0 {
		t.Errorf("%v", same)
	}
}

func TestList(t *testing.T) {
	l := Embedded().List(time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC))
	var warned []string
	for _, w := range l.Warnings {
		warned = append(warned, w.Message)
	}
	want := []string{"Prices of 35 Regions were read from AWS's pricing page of 2025-11-03; no later change was seen in the " +
		"six Regions with sources of 2026."}
	if diff := cmp.Diff(want, warned); diff != "" {
		t.Error(diff)
	}
	if l.Schema != "kcalc.prices/v1" || len(l.Prices) != len(Embedded().Prices()) {
		t.Errorf("%s, %d prices", l.Schema, len(l.Prices))
	}
}
