package fleet_test

import (
	"testing"
	"time"

	"github.com/kcalc/kcalc/calc/fleet"
	"github.com/kcalc/kcalc/calc/fleet/fleettest"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/billfile"
	"github.com/kcalc/kcalc/model/unit"
)

var (
	october  = time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	november = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	later    = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
)

// lineOf returns a line of a bill of October.
func lineOf(t *testing.T, stream, usage string, quantity float64, cost string) billfile.Line {
	t.Helper()
	return billfile.Line{Account: "123456789012", Region: "us-east-1", Usage: usage, Quantity: quantity,
		Cost: dollars(t, cost), Resource: "arn:aws:kinesis:us-east-1:123456789012:stream/" + stream, From: october, To: november}
}

func against(t *testing.T, asOf time.Time, discount unit.Discount, rows []fleet.Row, lines ...billfile.Line) fleet.Bill {
	t.Helper()
	g := fleet.NewLedger(asOf, discount)
	for i := range lines {
		if err := g.Add(&lines[i]); err != nil {
			t.Fatal(err)
		}
	}
	return g.Against(rows, prices())
}

// A line of an invoice, of 9,515.972 shard-hours that were prorated: × $0.015 = $142.74, to the cent,
// and nothing is left (aws-samples/visualization-sample#5).
func TestInvoice(t *testing.T) {
	b := against(t, later, 0, nil, lineOf(t, "a", "Storage-ShardHour", 9515.972, "142.74"))
	u := b.Usage[0]
	if u.Line != "shard-hours" || u.Listed != model.Known(dollars(t, "142.73958")) || u.Residual != model.Known(unit.USD(0)) ||
		u.Discount != model.Known(0.0) || b.Residual != model.Known(unit.USD(0)) {
		t.Errorf("%+v", b)
	}
	if len(b.Missing) != 1 || b.Missing[0].Stream != "a" || b.Missing[0].Hours != 744 {
		t.Errorf("%+v", b.Missing)
	}
}

// A tenth off is a discount of 10 %; what is not explained by a known discount is the residual.
func TestImpliedDiscount(t *testing.T) {
	ten, err := unit.ParseDiscount("10%")
	if err != nil {
		t.Fatal(err)
	}
	line := lineOf(t, "a", "USE1-Storage-ShardHour", 1000, "13.50") // of $15
	for _, c := range []struct {
		known unit.Discount
		rest  unit.USD
	}{{0, -3 * unit.Dollar / 2}, {ten, 0}} {
		b := against(t, later, c.known, nil, line)
		if got := b.Discount.Value; got < 0.0999 || got > 0.1001 || b.Residual != model.Known(c.rest) {
			t.Errorf("%v: %v, %v", c.known, b.Discount, b.Residual)
		}
	}
}

// A month that is not over is as long as it has been: of 50 shards from 1 October to 11 October
// 12:00, 252 h, 12,600 shard-hours. The model of a month, 730 h, is taken for as many hours.
func TestIncompleteMonth(t *testing.T) {
	h := withConsumer(50, fleettest.Begin.Add(-time.Hour))
	row := looked(t, h, "")
	asOf := october.Add(252 * time.Hour)
	b := against(t, asOf, 0, []fleet.Row{row}, lineOf(t, string(h.Stream), "Storage-ShardHour", 12_600, "189"),
		lineOf(t, string(h.Stream)+"/consumer/audit:1", "EnhancedFanoutHour", 12_600, "189"))
	if !b.Incomplete || b.Hours != 252 || len(b.Streams) != 1 || b.Streams[0].Shards != 50 {
		t.Fatalf("%+v", b)
	}
	for _, u := range b.Usage {
		if u.Modelled != dollars(t, "189") || u.Residual != model.Known(unit.USD(0)) {
			t.Errorf("%s: %+v", u.Line, u)
		}
	}
	// What was not billed is the records: the model's rest of the month, for 252 of 730 hours.
	want := float64(row.Now.Monthly.Value)*252/730 - 378*float64(unit.Dollar)
	if got := -float64(b.Streams[0].Rest.Value); got < want-1e6 || got > want+1e6 {
		t.Errorf("difference %v, want %v", got, want)
	}
}

// Streams that are billed and not found, and found and not billed, are named; so is a usage type that
// nobody knows, and what is of no stream. An account that a row does not have is that of the bill.
func TestBillAndFleet(t *testing.T) {
	rows := []fleet.Row{{Stream: "a", Region: "us-east-1"}, {Stream: "b", Region: "us-east-1"},
		{Stream: "c", Region: "eu-west-1", Account: "123456789012"}}
	nameless := lineOf(t, "x", "Storage-ShardHour", 1, "0.015")
	nameless.Resource = ""
	b := against(t, later, 0, rows, lineOf(t, "a", "Storage-ShardHour", 1, "0.015"),
		lineOf(t, "c", "OnDemand-StreamHour", 1, "0.04"), lineOf(t, "a", "Storage-Fairy", 1, "5"), nameless)
	if len(b.Streams) != 1 || b.Streams[0].Stream != "a" || len(b.Missing) != 1 || b.Missing[0].Stream != "c" ||
		len(b.NotBilled) != 2 || len(b.Unknown) != 1 || b.Nameless != dollars(t, "0.015") || b.Billed != dollars(t, "5.07") {
		t.Errorf("%+v", b)
	}
}

// Usage types have a Region's prefix or none; of two that end alike the longer one is meant.
func TestUsageTypes(t *testing.T) {
	for usage, want := range map[string]string{"Extended-ShardHour": "extended-retention", "EU-Storage-ShardHour": "shard-hours",
		"USW2-ReadBytes": "efo-data", "USW2-LongTermRetention-ReadBytes": "long-term-retrieval",
		"APN1-OnDemand-BilledOutgoingEFOBytes": "efo-retrieval"} {
		b := against(t, later, 0, nil, lineOf(t, "a", usage, 1, "1"))
		if len(b.Usage) != 1 || b.Usage[0].Line != want {
			t.Errorf("%s: %+v, %+v", usage, b.Usage, b.Unknown)
		}
	}
	line := lineOf(t, "a", "USE1-Advantage-Whatever", 1, "1")
	line.Operation = "AdvantageDataIngested"
	if b := against(t, later, 0, nil, line); len(b.Usage) != 1 || b.Usage[0].Mode != model.OnDemandAdvantage {
		t.Errorf("%+v", b)
	}
}

// What was billed of a row is that of its account; of a row without one that of the only stream of its name.
func TestBilledOfARow(t *testing.T) {
	other := lineOf(t, "b", "Storage-ShardHour", 1, "0.02")
	other.Account = "210987654321"
	row := func(account, stream string) fleet.Row {
		return fleet.Row{Account: account, Region: "us-east-1", Stream: model.Name(stream)}
	}
	rows := []fleet.Row{row("123456789012", "a"), row("", "a"), row("123456789012", "b"), row("210987654321", "b"), row("", "b"),
		row("123456789012", "c"), row("210987654321", "a")}
	b := against(t, later, 0, rows[2:], lineOf(t, "a", "Storage-ShardHour", 1, "0.03"),
		lineOf(t, "b", "Storage-ShardHour", 1, "0.04"), other)
	for i, want := range []string{"0.03", "0.03", "0.04", "0.02", "", "", ""} {
		got := b.Of(&rows[i])
		if got.Known != (want != "") || got.Known && got.Value.Billed != dollars(t, want) {
			t.Errorf("%s of %q: %+v, not %q", rows[i].Stream, rows[i].Account, got, want)
		}
	}
}
