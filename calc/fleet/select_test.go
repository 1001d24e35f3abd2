package fleet_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/kcalc/kcalc/calc/cost"
	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/calc/fleet"
	"github.com/kcalc/kcalc/calc/fleet/fleettest"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// drawn returns the row of a stream with costs that were drawn: some are on-demand today, some may
// be in one mode alone.
func drawn(random *rand.Rand, i int) fleet.Row {
	amount := func(most float64) model.Maybe[unit.USD] {
		return model.Known(unit.USD(random.Float64()*most*100) * unit.Dollar / 100)
	}
	r := fleet.Row{Region: "us-east-1", Stream: model.Name(fmt.Sprintf("s%02d", i)), Verdict: fleet.Right,
		IngestGB: random.Float64() * 20_000, RetrievalGB: random.Float64() * 40_000}
	mode := model.Provisioned
	if random.IntN(3) == 0 {
		mode = model.OnDemandStandard
	}
	r.Provisioned = fleet.Choice{Shards: model.Known(3), Monthly: amount(1500), Allowed: random.IntN(8) > 0 || mode == model.Provisioned}
	r.Standard = fleet.Choice{Monthly: amount(2000), Allowed: random.IntN(4) > 0 || mode != model.Provisioned}
	r.Advantage = fleet.Choice{Monthly: model.Known(r.Standard.Monthly.Value / 2), Allowed: r.Standard.Allowed}
	r.Now = fleet.State{Mode: model.Known(mode), Shards: model.Known(3), Monthly: r.Provisioned.Monthly}
	if mode != model.Provisioned {
		r.Now.Monthly = r.Standard.Monthly
	}
	return r
}

// cheapest returns the least that the rows cost with or without the commitment, over all 2^n modes,
// in exact arithmetic; a switch counts a hundredth more, as it has to save that.
func cheapest(rows []fleet.Row, f fleet.Floor, advantage bool) *big.Rat {
	dollars := func(d unit.USD) *big.Rat { return big.NewRat(int64(d), 1) }
	var best *big.Rat
	for bits := range 1 << len(rows) {
		sum, in, out, ok := new(big.Rat), 0.0, 0.0, true
		for i := range rows {
			r, onDemand := &rows[i], bits>>i&1 == 1
			c, other := &r.Provisioned, &r.Standard
			if advantage {
				other = &r.Advantage
			}
			if onDemand {
				c, other = other, c
				in, out = in+r.IngestGB, out+r.RetrievalGB
			}
			ok = ok && c.Allowed
			sum.Add(sum, dollars(c.Monthly.Value))
			if onDemand != (r.Now.Mode.Value != model.Provisioned) {
				sum.Add(sum, new(big.Rat).Quo(dollars(other.Monthly.Value), big.NewRat(100, 1)))
			}
		}
		if advantage {
			for floor, gb := range map[unit.USD]float64{f.Ingest: in, f.Retrieval: out} {
				share := new(big.Rat).SetFloat64(max(0, 1-gb/f.CommitGB))
				sum.Add(sum, share.Mul(share, dollars(floor)))
			}
		}
		if ok && (best == nil || sum.Cmp(best) < 0) {
			best = sum
		}
	}
	return best
}

// What a Region costs with the modes that are chosen, by trying all modes of all streams: without
// Advantage it is the least that there is, and with it within a thousandth of that.
func TestCheapestModes(t *testing.T) {
	floor := floors()["us-east-1"]
	worst, committed := 0.0, 0
	const draws = 60
	for seed := range uint64(draws) {
		random := rand.New(rand.NewPCG(7, seed))
		var rows []fleet.Row
		for i := range 10 {
			rows = append(rows, drawn(random, i))
		}
		a := fleet.Of(&limits, rows, floors(), 0)
		checkSums(t, &a)
		advantage := a.Regions[0].Advantage.Proposed
		got := float64(a.Regions[0].Commitment.Proposed)
		for i := range a.Streams {
			r := &a.Streams[i]
			got += float64(r.Proposed.Monthly.Value)
			for _, s := range r.Steps {
				other := r.Provisioned.Monthly
				if s.Mode == model.Provisioned {
					if other = r.Standard.Monthly; advantage {
						other = r.Advantage.Monthly
					}
				}
				if s.ID == fleet.StepMode {
					got += float64(other.Value) / 100
				}
			}
		}
		limit := 1e-6
		if advantage {
			limit, committed = 0.001, committed+1
		}
		least, _ := cheapest(rows, floor, advantage).Float64()
		if over := got/least - 1; over > limit || over < -1e-6 {
			t.Errorf("%d: advantage %v: %v above the least of all", seed, advantage, over)
		} else {
			worst = max(worst, over)
		}
	}
	if committed == 0 || committed == draws {
		t.Errorf("%d of %d commit", committed, draws)
	}
	t.Logf("at worst %v above the least", worst)
}

// A provisioned stream whose number of shards changed, as far as that shows, gets no verdict.
func TestResharded(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*model.History)
		want   fleet.Verdict
	}{
		"as it was":       {func(*model.History) {}, fleet.Right},
		"a closed shard":  {func(h *model.History) { h.Configuration.Value.ClosedShards = model.Known(1) }, fleet.Resharded},
		"not known":       {func(h *model.History) { h.Configuration.Value.ClosedShards.Known = false }, fleet.Right},
		"closed long ago": {kept(30 * unit.Day), fleet.Right},
		"closed within":   {kept(14 * unit.Day), fleet.Resharded},
		"more accepted": {func(h *model.History) { h.Configuration.Value.OpenShards = model.Known(1) },
			fleet.Resharded},
		"on-demand": {func(h *model.History) {
			h.Configuration.Value.Mode = model.Known(model.OnDemandStandard)
			h.Configuration.Value.ClosedShards = model.Known(4)
		}, fleet.OnDemand},
	} {
		_, h := fleettest.Stream(1, 0, time.Hour)
		c.change(h)
		row := looked(t, h, "")
		if row.Verdict != c.want {
			t.Errorf("%s: %s (%s), want %s", name, row.Verdict, row.Why, c.want)
		}
		a := fleet.Of(&limits, []fleet.Row{row}, floors(), 0)
		if c.want == fleet.Resharded && (len(a.Streams[0].Steps) > 0 || a.Totals.Saves != 0) {
			t.Errorf("%s: %+v", name, a.Streams[0].Steps)
		}
	}
}

// kept returns a stream with a closed shard and a retention.
func kept(retention unit.Duration) func(*model.History) {
	return func(h *model.History) {
		h.Configuration.Value.ClosedShards = model.Known(1)
		fleettest.Retention(h, retention)
	}
}

// A stream is idle only where nothing was written or read, nothing may read, and it is older than a
// window that is long enough.
func TestIdleStreams(t *testing.T) {
	first := func(metric string) func(*model.History) {
		return func(h *model.History) {
			h.Find(model.SeriesID{Level: model.StreamLevel, Metric: metric}).Runs[0].Values[3] = 0
		}
	}
	for name, c := range map[string]struct {
		change func(*model.History)
		want   fleet.Verdict
	}{
		"nothing at all": {func(*model.History) {}, fleet.Idle},
		"written zeros":  {first(model.IncomingRecords), fleet.Idle},
		"polled":         {first(model.GetRecordsRecords), fleet.Unwritten},
		"a record": {func(h *model.History) {
			h.Find(model.SeriesID{Level: model.StreamLevel, Metric: model.IncomingRecords}).Runs[0].Values[3] = 1
		}, fleet.Undecided},
		"created within": {func(h *model.History) {
			h.Configuration.Value.Created = model.Known(h.From.Add(time.Second))
		}, fleet.Undecided},
		"age unknown":       {func(h *model.History) { h.Configuration.Value.Created.Known = false }, fleet.Undecided},
		"consumers unknown": {func(h *model.History) { h.Configuration.Value.Consumers.Known = false }, fleet.Undecided},
		"functions unknown": {func(h *model.History) { h.Configuration.Value.Functions.Known = false }, fleet.Undecided},
		"a function": {func(h *model.History) {
			h.Configuration.Value.Functions = model.Known([]model.Function{{Name: "f", State: "Enabled", BatchSize: 100,
				ParallelizationFactor: 1}})
		}, fleet.Unwritten},
		"a disabled one": {func(h *model.History) {
			h.Configuration.Value.Functions = model.Known([]model.Function{{Name: "f", State: "Disabled", BatchSize: 100,
				ParallelizationFactor: 1}})
		}, fleet.Idle},
		"six days": {func(h *model.History) { *h = *h.Between(h.To.Add(-6*24*time.Hour), h.To) }, fleet.Undecided},
	} {
		_, h := fleettest.Stream(1, 8, time.Hour)
		c.change(h)
		if row := looked(t, h, ""); row.Verdict != c.want {
			t.Errorf("%s: %s (%s), want %s", name, row.Verdict, row.Why, c.want)
		}
	}
}

// Rows are shown that match all filters, in the order that is asked for; totals stay.
func TestQuery(t *testing.T) {
	rows := []fleet.Row{
		{Stream: "a", Region: "us-east-1", Verdict: fleet.Right, Tags: []fleet.Tag{{Key: "team", Value: "x"}},
			Now: fleet.State{Monthly: model.Known(9 * unit.Dollar)}},
		{Stream: "b", Region: "eu-west-1", Verdict: fleet.TooFew, Odds: model.Known(fleet.Odds{Holds: 0.5})},
		{Stream: "c", Region: "us-east-1", Verdict: fleet.TooFew, Odds: model.Known(fleet.Odds{Holds: 0.1})},
		{Stream: "d", Region: "us-east-1", Verdict: fleet.TooMany, Saves: model.Known(5 * unit.Dollar), Owner: "y"},
		{Stream: "e", Region: "us-east-1", Verdict: fleet.Undecided},
	}
	for _, c := range []struct {
		filters []string
		query   fleet.Query
		want    string
	}{
		{nil, fleet.Query{}, "cbdea"},
		{nil, fleet.Query{Order: fleet.ByStream}, "abcde"},
		{nil, fleet.Query{Order: fleet.ByCost, Top: 1}, "a"},
		{nil, fleet.Query{Order: fleet.BySavings, Top: 2}, "da"},
		{nil, fleet.Query{Saves: 5 * unit.Dollar}, "cbd"},
		{nil, fleet.Query{Saves: 5*unit.Dollar + 1}, "cb"},
		{[]string{"tag=team"}, fleet.Query{}, "a"},
		{[]string{"tag=team=[xy]"}, fleet.Query{}, "a"},
		{[]string{"tag=team=y"}, fleet.Query{}, ""},
		{[]string{"region=us-*", "verdict=too-*"}, fleet.Query{}, "cd"},
		{[]string{"owner=y"}, fleet.Query{}, "d"},
		{[]string{"name=?"}, fleet.Query{Top: 9}, "cbdea"},
	} {
		for _, text := range c.filters {
			f, err := fleet.ParseFilter(text)
			if err != nil {
				t.Fatal(err)
			}
			c.query.Filters = append(c.query.Filters, f)
		}
		a, got := fleet.Answer{Streams: rows}, ""
		a.Select(&c.query)
		for i := range a.Streams {
			got += string(a.Streams[i].Stream)
		}
		if got != c.want || a.Hidden != len(rows)-len(got) {
			t.Errorf("%v %+v: %q, want %q; %d hidden", c.filters, c.query, got, c.want, a.Hidden)
		}
	}
	for _, text := range []string{"", "tag", "tag=", "colour=red", "name=[", "tag=a=["} {
		if f, err := fleet.ParseFilter(text); err == nil {
			t.Errorf("%q: %+v", text, f)
		}
	}
}

// Where prices are not known, what is too small is told and scaled all the same; nothing of it is in a
// total, and no mode and no commitment is chosen for money.
func TestWithoutPrices(t *testing.T) {
	var rows []fleet.Row
	for _, i := range []int{0, 1, 2, 4, 5, 8} { // steady, throttled, oversized, on-demand, with an idle consumer, idle
		_, h := fleettest.Stream(1, i, time.Hour)
		h.Region = "mx-central-1"
		rows = append(rows, lookedAt(t, h, "", &cost.Tariff{Catalogue: new(price.Catalogue), Hours: cost.HoursPerMonth}))
	}
	a := fleet.Of(&limits, rows, nil, 0)
	if a.Totals.Unpriced != 6 || a.Totals.Now != 0 || a.Totals.Saves != 0 || a.Regions[0].Advantage.Proposed {
		t.Errorf("%+v", a.Totals)
	}
	want := []fleet.StepID{"", fleet.StepShards, fleet.StepShards, "", fleet.StepDeregister, fleet.StepDelete}
	for i := range a.Streams {
		r, got := &a.Streams[i], fleet.StepID("")
		if len(r.Steps) > 0 {
			got = r.Steps[0].ID
		}
		if got != want[i] || r.Saves.Known {
			t.Errorf("%s %s: %q, want %q; %v", r.Stream, r.Verdict, got, want[i], r.Saves)
		}
	}
}

// A mode is changed where that saves a hundredth of what the stream costs as it is, and not for less.
func TestSwitchSavesAHundredth(t *testing.T) {
	for _, c := range []struct {
		onDemand string
		switches bool
	}{{"98.99", true}, {"99.01", false}, {"100", false}} {
		r := fleet.Row{Region: "us-east-1", Stream: "a", Verdict: fleet.Right}
		r.Provisioned = fleet.Choice{Shards: model.Known(3), Monthly: model.Known(dollars(t, "100")), Allowed: true}
		r.Standard = fleet.Choice{Monthly: model.Known(dollars(t, c.onDemand)), Allowed: true}
		r.Now = fleet.State{Mode: model.Known(model.Provisioned), Shards: model.Known(3), Monthly: r.Provisioned.Monthly}
		a := fleet.Of(&limits, []fleet.Row{r}, nil, 0)
		if got := len(a.Streams[0].Steps) > 0; got != c.switches {
			t.Errorf("%s on-demand: %+v", c.onDemand, a.Streams[0].Steps)
		}
	}
}
