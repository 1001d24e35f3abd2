package report

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/kcalc/kcalc/calc/cost"
	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// costs are answers of every shape: small and large amounts, all lines, prices
// that are missing, what is too much, consumers with long names, sampled shares.
func costs() map[string]*model.Costs {
	limits := model.PublishedLimits()
	small := model.NewWorkload()
	small.Region = "us-east-1"
	small.Producer.RecordSize, small.Producer.Average, small.Producer.Peak = 200, 1, 2

	large := small
	large.Producer.RecordSize, large.Producer.Average, large.Producer.Peak = 20_000, 100_000, 200_000
	large.Retention = 30 * unit.Day
	for i := range 5 {
		c := model.NewConsumer(model.Name(strings.Repeat("long-name.", 4) + string(rune('a'+i))))
		if i%2 == 1 {
			c.Type = model.EnhancedFanOut
		}
		large.Consumers = append(large.Consumers, c)
	}
	large.Consumers[0].Speed = 1000

	sampled := small
	for i := range 13 {
		sampled.Consumers = append(sampled.Consumers, model.NewConsumer(model.Name('a'+rune(i))))
	}
	missing, unpriced := large, large
	missing.Region, unpriced.Region = "eu-west-1", "cn-north-1"

	all := map[string]*model.Costs{}
	for name, w := range map[string]*model.Workload{"small": &small, "large": &large, "sampled": &sampled,
		"missing": &missing, "unpriced": &unpriced} {
		t := cost.Tariff{Catalogue: price.Embedded(), Hours: model.Month.Hours(), Metrics: map[bool]int{true: 7}[name == "large" || name == "missing"]}
		shards := 0
		if name == "missing" {
			shards = 12
		}
		c, _ := cost.Of(context.Background(), &limits, w, &t, &cost.Request{Modes: model.Modes(), Counts: cost.Counts{Fixed: shards}})
		c.Period = model.Month
		all[name] = &c
	}
	t := cost.Tariff{Catalogue: price.Embedded(), Hours: model.Year.Hours()}
	absurd, _ := cost.Of(context.Background(), &limits, &small, &t,
		&cost.Request{Modes: model.Modes(), Counts: cost.Counts{Fixed: 10_000_000}})
	absurd.Period, absurd.Discount = model.Year, 120_000
	all["absurd"] = &absurd
	return all
}

func writeCosts(t *testing.T, c *model.Costs, format Format, terminal Terminal) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteCosts(&b, c, format, terminal); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// People read cents, rounded half away from zero, with thousands parted.
func TestDollars(t *testing.T) {
	const cent = unit.Dollar / 100
	for units, want := range map[unit.USD]string{
		0:                               "$0.00",
		1:                               "$0.00",
		cent/2 - 1:                      "$0.00",
		cent / 2:                        "$0.01",
		cent + cent/2 - 1:               "$0.01",
		cent + cent/2:                   "$0.02",
		99*cent + cent/2:                "$1.00",
		unit.Dollar - 1:                 "$1.00",
		999*unit.Dollar + 99*cent:       "$999.99",
		999*unit.Dollar + 99*cent + 5e7: "$1,000.00",
		1_234_567*unit.Dollar + 5*cent:  "$1,234,567.05",
		-cent:                           "−$0.01",
		-cent / 2:                       "−$0.01",
		-cent/2 + 1:                     "$0.00", // no negative nothing
		-1_234 * unit.Dollar:            "−$1,234.00",
		math.MaxInt64:                   "$922,337,203.69",
	} {
		if got := dollars(units); got != want {
			t.Errorf("%d units are %q, want %q", units, got, want)
		}
	}
}

// The total that people read is the rounded sum, and not the sum of rounded
// lines: three lines of half a cent less a unit are one cent and a half.
func TestTotalIsRoundedOnce(t *testing.T) {
	const line = unit.Dollar/200 - 1
	c := model.Costs{Period: model.Month, Modes: []model.Cost{{Mode: model.Provisioned, Total: model.Known(3 * line),
		Lines: []model.CostLine{{ID: "x", Amount: line}, {ID: "y", Amount: line}, {ID: "z", Amount: line}}}}}
	text := writeCosts(t, &c, Table, Terminal{Width: 100})
	if !strings.Contains(text, "$0.01") || strings.Count(text, "$0.00") < 3 {
		t.Error(text)
	}
}

// The table keeps to the terminal's width, and what it says does not depend on
// colour.
func TestCostTableWidth(t *testing.T) {
	for name, c := range costs() {
		keepsWidth(t, name, func(terminal Terminal) string { return writeCosts(t, c, Table, terminal) })
	}
}

// Every line, total, missing price and warning is told, in the table and in
// markdown, and there every consumer's costs too, for which a table may have no
// room.
func TestNoCostIsLeftOut(t *testing.T) {
	for name, c := range costs() {
		for _, format := range []Format{Table, Markdown} {
			text := writeCosts(t, c, format, Terminal{Width: 100})
			whole := strings.Join(strings.Fields(text), "")
			var parts []string
			for _, m := range c.Modes {
				parts = append(parts, string(m.Mode))
				parts = append(parts, m.Missing...)
				if m.Total.Known {
					parts = append(parts, dollars(m.Total.Value))
				}
				for _, l := range m.Lines {
					parts = append(parts, l.ID, dollars(l.Amount))
				}
				for _, one := range m.Consumers {
					if format == Table {
						break
					}
					parts = append(parts, dollars(one.PriceTag), dollars(one.FairShare))
				}
			}
			for _, w := range c.Warnings {
				parts = append(parts, w.Message, w.Remedy)
			}
			for _, part := range parts {
				if !strings.Contains(whole, strings.Join(strings.Fields(part), "")) {
					t.Errorf("%s: %q is not in\n%s", name, part, text)
				}
			}
		}
	}
}

// YAML has the keys and the values of JSON; lists are lists where there is
// nothing to list, and money is text.
func TestCostYAMLIsJSON(t *testing.T) {
	for name, c := range costs() {
		text := writeCosts(t, c, JSON, Terminal{})
		fromJSON := sameValue(t, name, text, writeCosts(t, c, YAML, Terminal{}))
		for _, key := range []string{"modes", "missing", "lines", "consumers", "break_even", "warnings"} {
			if strings.Contains(text, `"`+key+`": null`) {
				t.Errorf("%s: %s is null, not a list", name, key)
			}
		}
		wantMoney(t, name, fromJSON)
	}
}

// wantMoney checks that all money is a decimal string or null.
func wantMoney(t *testing.T, name string, value any) {
	t.Helper()
	switch v := value.(type) {
	case []any:
		for _, one := range v {
			wantMoney(t, name, one)
		}
	case map[string]any:
		for key, one := range v {
			if text, ok := one.(string); strings.HasSuffix(key, "_usd") && one != nil && (!ok || !strings.Contains(text, ".")) {
				t.Errorf("%s: %s is %v", name, key, one)
			}
			wantMoney(t, name, one)
		}
	}
}

// CSV has a row for each line, with unrounded numbers; one without an amount for
// what has no price, so that nobody takes the sum of the others for the total.
func TestCostCSV(t *testing.T) {
	for name, c := range costs() {
		rows, err := csv.NewReader(strings.NewReader(writeCosts(t, c, CSV, Terminal{}))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"mode", "line", "quantity", "unit", "unit_price_usd", "amount_usd", "source", "as_of"}
		if !slices.Equal(rows[0][:len(want)], want) {
			t.Errorf("%s: %v", name, rows[0])
		}
		seen, unpriced := map[string]bool{}, map[string]bool{}
		for _, row := range rows[1:] {
			seen[strings.Join(row[:6], " ")] = true
			if row[4] == "" && row[5] == "" {
				unpriced[row[0]+" "+row[1]] = true
			}
		}
		for _, m := range c.Modes {
			for _, l := range m.Lines {
				row := strings.Join([]string{string(m.Mode), l.ID, exactOrEmpty(model.Known(l.Quantity)), l.Unit,
					l.UnitPrice.String(), l.Amount.String()}, " ")
				if !seen[row] {
					t.Errorf("%s: no row is %s", name, row)
				}
			}
			for _, id := range m.Missing {
				if !unpriced[string(m.Mode)+" "+id] {
					t.Errorf("%s: no row says that %s of %s has no price", name, id, m.Mode)
				}
			}
		}
	}
}

// A full disk is an error in every format.
func TestCostWriteErrors(t *testing.T) {
	for _, format := range Formats() {
		if err := WriteCosts(full{}, costs()["small"], format, Terminal{Width: 80}); !errors.Is(err, errFull) {
			t.Errorf("%s: %v", format, err)
		}
	}
}
