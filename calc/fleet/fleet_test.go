package fleet_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/kcalc/kcalc/calc/cost"
	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/fleet"
	"github.com/kcalc/kcalc/calc/fleet/fleettest"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

var limits = model.PublishedLimits()

func prices() *cost.Tariff {
	return &cost.Tariff{Catalogue: price.Embedded(), Hours: cost.HoursPerMonth}
}

// looked returns the row of a stream that nobody declared anything of.
func looked(t testing.TB, h *model.History, guard string) fleet.Row {
	t.Helper()
	return lookedAt(t, h, guard, prices())
}

// lookedAt is looked with a tariff.
func lookedAt(t testing.TB, h *model.History, guard string, tariff *cost.Tariff) fleet.Row {
	t.Helper()
	e := fit.Fit(h, &limits)
	w, inputs, err := review.Workload(&limits, &e, input.Declaration{})
	if err != nil {
		t.Fatal(err)
	}
	w.Region, w.Stream = h.Region, h.Stream
	b := review.Basis{Limits: &limits, History: h, Evidence: &e, Inputs: inputs, Tariff: tariff, Source: string(h.Stream)}
	row, err := fleet.Look(context.Background(), &fleet.Subject{Basis: &b, Workload: &w, Account: h.Account, Guard: guard})
	if err != nil {
		t.Fatal(err)
	}
	return row
}

// floors returns the floor of us-east-1.
func floors() fleet.Floors {
	return fleet.Floors{"us-east-1": fleet.FloorOf(&limits, prices(), "us-east-1").Value}
}

// dollars returns an amount.
func dollars(t testing.TB, text string) unit.USD {
	t.Helper()
	d, err := unit.ParseUSD(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// A made fleet of 300 streams, in which is known what was planted: how many of each kind are
// found, missed, and found where they are not. Nothing that is used is called idle.
func TestMadeFleet(t *testing.T) {
	streams := 300
	if testing.Short() {
		streams = 78
	}
	verdicts := map[fleettest.Kind]fleet.Verdict{
		fleettest.Steady: fleet.Right, fleettest.Throttled: fleet.TooFew, fleettest.Oversized: fleet.TooMany,
		fleettest.Growing: fleet.TooFew, fleettest.OnDemand: fleet.OnDemand, fleettest.IdleConsumer: fleet.Right,
		fleettest.NewConsumer: fleet.Right, fleettest.Subscriber: fleet.Unwritten, fleettest.Idle: fleet.Idle,
		fleettest.NewStream: fleet.Undecided, fleettest.Polled: fleet.Unwritten, fleettest.Resharded: fleet.Resharded,
		fleettest.Guarded: fleet.TooMany,
	}
	table := map[string]*[3]int{}
	count := func(what string, planted, found bool) {
		if table[what] == nil {
			table[what] = &[3]int{}
		}
		switch {
		case planted && found:
			table[what][0]++
		case planted:
			table[what][1]++
		case found:
			table[what][2]++
		}
	}
	var rows []fleet.Row
	for i := range streams {
		kind, h := fleettest.Stream(1, i, 5*time.Minute)
		guard := ""
		if kind == fleettest.Guarded {
			guard = "a launch comes"
		}
		row := looked(t, h, guard)
		rows = append(rows, row)
		for _, v := range []fleet.Verdict{fleet.TooFew, fleet.TooMany, fleet.Right, fleet.Idle, fleet.Unwritten, fleet.Resharded,
			fleet.Undecided, fleet.OnDemand} {
			count(string(v), verdicts[kind] == v, row.Verdict == v)
		}
		if row.Verdict != verdicts[kind] {
			t.Logf("%s %s: %s (%s), %d shards of %d", row.Stream, kind, row.Verdict, row.Why, row.Now.Shards.Value,
				row.Provisioned.Shards.Value)
		}
		idle := false
		for _, f := range row.FanOut {
			idle = idle || f.Verdict == fleet.UseIdle
		}
		count("idle consumer", kind == fleettest.IdleConsumer, idle)
	}
	for what, n := range table {
		t.Logf("%-14s found %3d, missed %3d, false alarms %3d", what, n[0], n[1], n[2])
		if n[0] == 0 || n[1] > 0 || n[2] > 0 {
			t.Errorf("%s: found, missed, false alarms: %v", what, *n)
		}
	}
	a := fleet.Of(&limits, rows, floors(), 0)
	checkSums(t, &a)
	for i := range a.Streams {
		r := &a.Streams[i]
		if r.Guard != "" && (len(r.Steps) > 0 || r.Saves.Value != 0 || r.Withheld.Value <= 0) {
			t.Errorf("guarded: %+v", r)
		}
		if r.Verdict == fleet.Undecided && len(r.Steps) > 0 {
			t.Errorf("undecided: %+v", r)
		}
	}
}

// checkSums holds that the savings of a fleet are those of its streams and its Regions, and that
// those of a stream are those of its steps.
func checkSums(t *testing.T, a *fleet.Answer) {
	t.Helper()
	var now, then, saves unit.USD
	for i := range a.Streams {
		r := &a.Streams[i]
		var steps unit.USD
		for _, s := range r.Steps {
			steps += s.Saves.Value
		}
		now, then, saves = now+r.Now.Monthly.Value, then+r.Proposed.Monthly.Value, saves+r.Saves.Value
		if r.Saves.Value != r.Now.Monthly.Value-r.Proposed.Monthly.Value {
			t.Errorf("%s saves %v of %v → %v", r.Stream, r.Saves.Value, r.Now.Monthly.Value, r.Proposed.Monthly.Value)
		}
		if len(r.Steps) > 0 && steps != r.Saves.Value {
			t.Errorf("%s saves %v, its steps %v: %+v", r.Stream, r.Saves.Value, steps, r.Steps)
		}
	}
	for _, r := range a.Regions {
		now, then = now+r.Commitment.Now, then+r.Commitment.Proposed
		saves += r.Commitment.Now - r.Commitment.Proposed
	}
	if a.Totals.Now != now || a.Totals.Proposed != then || a.Totals.Saves != saves {
		t.Errorf("totals %+v, want %v, %v, %v", a.Totals, now, then, saves)
	}
}

// An idle consumer on 50 shards in us-east-1 costs 50 × 730 h × $0.015 = $547.50 a month, and its
// going saves that.
func TestIdleConsumerCosts(t *testing.T) {
	h := withConsumer(50, fleettest.Begin.Add(-time.Hour))
	row := looked(t, h, "")
	if len(row.FanOut) != 1 || row.FanOut[0].Verdict != fleet.UseIdle ||
		row.FanOut[0].Monthly != model.Known(dollars(t, "547.5")) {
		t.Fatalf("%+v", row.FanOut)
	}
	a := fleet.Of(&limits, []fleet.Row{row}, floors(), 0)
	step := a.Streams[0].Steps[0]
	if step.ID != fleet.StepDeregister || step.Saves != model.Known(dollars(t, "547.5")) || a.Totals.IdleConsumers != 1 ||
		a.Totals.IdleCost != dollars(t, "547.5") {
		t.Errorf("%+v, %+v", step, a.Totals)
	}
	checkSums(t, &a)
	// One on a shard costs $10.95 a month, so that $205,000 a month are 18,721 of them.
	each := looked(t, withConsumer(1, fleettest.Begin.Add(-time.Hour)), "").FanOut[0].Monthly.Value
	if each != dollars(t, "10.95") || 205_000*unit.Dollar/each != 18_721 {
		t.Errorf("%v a shard, %d", each, 205_000*unit.Dollar/each)
	}
}

// withConsumer returns the history of a stream with so many shards and a consumer that nobody reads
// as, which was registered at a time.
func withConsumer(shards int, registered time.Time) *model.History {
	_, h := fleettest.Stream(1, 5, time.Hour)
	c := &h.Configuration.Value
	c.OpenShards, c.Shards = model.Known(shards), model.Maybe[[]model.Shard]{}
	c.Consumers.Value[0].Created = model.Known(registered)
	return h
}

// A consumer is idle by four signals; where one speaks against it, or is not known, it is not.
func TestSignalsOfIdleConsumers(t *testing.T) {
	point := func(metric string) func(*model.History) {
		return func(h *model.History) {
			s := h.Find(model.SeriesID{Level: model.ConsumerLevel, Metric: metric, Owner: "audit"})
			s.Runs[0].Values[7] = 0 // an event without bytes is one
		}
	}
	without := func(metric string) func(*model.History) {
		return func(h *model.History) {
			h.Find(model.SeriesID{Level: model.ConsumerLevel, Metric: metric, Owner: "audit"}).Owner = "other"
		}
	}
	mapping := func(state string) func(*model.History) {
		return func(h *model.History) {
			h.Configuration.Value.Functions = model.Known([]model.Function{{Name: "f", State: state, BatchSize: 100,
				ParallelizationFactor: 1, FanOut: model.Known(model.Name("audit"))}})
		}
	}
	created := func(at model.Maybe[time.Time]) func(*model.History) {
		return func(h *model.History) { h.Configuration.Value.Consumers.Value[0].Created = at }
	}
	for name, c := range map[string]struct {
		change func(*model.History)
		want   fleet.Use
	}{
		"all four":               {func(*model.History) {}, fleet.UseIdle},
		"an event":               {point(model.SubscribedEvents), fleet.UseUsed},
		"no bytes":               {point(model.SubscribedBytes), fleet.UseUsed},
		"not behind":             {point(model.SubscribedBehind), fleet.UseUsed},
		"subscribed":             {point(model.Subscriptions), fleet.UseUsed},
		"a function":             {mapping("Enabled"), fleet.UseUsed},
		"a disabled one":         {mapping("Disabled"), fleet.UseIdle},
		"at the beginning":       {created(model.Known(fleettest.Begin)), fleet.UseIdle},
		"a second later":         {created(model.Known(fleettest.Begin.Add(time.Second))), fleet.UseUndecided},
		"3 d old":                {created(model.Known(fleettest.Begin.Add(11 * 24 * time.Hour))), fleet.UseUndecided},
		"age unknown":            {created(model.Maybe[time.Time]{}), fleet.UseUndecided},
		"no subscriptions asked": {without(model.Subscriptions), fleet.UseUndecided},
		"no events asked":        {without(model.SubscribedEvents), fleet.UseUndecided},
		"no functions asked": {func(h *model.History) { h.Configuration.Value.Functions.Known = false },
			fleet.UseUndecided},
		"seven days":      {func(h *model.History) { *h = *h.Between(h.To.Add(-7*24*time.Hour), h.To) }, fleet.UseIdle},
		"an hour fewer":   {func(h *model.History) { *h = *h.Between(h.To.Add(-167*time.Hour), h.To) }, fleet.UseUndecided},
		"nobody is there": {func(h *model.History) { h.Configuration.Value.Consumers.Value = nil }, ""},
	} {
		h := withConsumer(3, fleettest.Begin.Add(-time.Hour))
		c.change(h)
		row, got := looked(t, h, ""), fleet.Use("")
		if len(row.FanOut) > 0 {
			got = row.FanOut[0].Verdict
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q: %+v", name, got, c.want, row.FanOut)
		}
	}
}

// 120 on-demand streams of 0.05 MiB/s with one consumer each take $3,504 of stream-hours in
// Standard alone (120 × 730 h × $0.04), and in Advantage no more than the floor of 25 MiB/s each
// way, $3,079.69: together they write and read 6 MiB/s. Of streams that carry nothing, 106 take
// more than the floor: 3,079.69 ÷ 29.20 = 105.5.
func TestAdvantageOfManyStreams(t *testing.T) {
	a := fleet.Of(&limits, onDemand(t, 120, 0.05), floors(), 0)
	r := a.Regions[0]
	// Each stream writes 51.2 records of 1 KiB a second.
	gb := 0.05 / 1024 * 730 * 3600
	per := 29.20 + gb*0.08 + gb*0.04
	if !r.Advantage.Proposed || r.OnDemand != 120 || r.IdleBreakEven != model.Known(106) {
		t.Errorf("%+v", r)
	}
	floor := r.Floor.Value.Total()
	if got := float64(floor) / float64(unit.Dollar); got < 3079.68 || got > 3079.70 || r.Committed != model.Known(floor) {
		t.Errorf("the floor is %v, the streams take %v", got, r.Committed)
	}
	if got := float64(r.Standard.Value) / float64(unit.Dollar); got < 120*per-0.01 || got > 120*per+0.01 {
		t.Errorf("Standard takes %v, want %v", got, 120*per)
	}
	// n streams pay from n × per > floor on, as long as they carry less than 25 MiB/s.
	if want := int(3079.6875/per) + 1; r.BreakEven != model.Known(want) {
		t.Errorf("break-even at %v, want %d", r.BreakEven, want)
	}
	if a.Totals.Proposed != floor || a.Totals.Saves != r.Standard.Value-floor {
		t.Errorf("%+v", a.Totals)
	}
	checkSums(t, &a)
	few := fleet.Of(&limits, onDemand(t, r.BreakEven.Value-1, 0.05), floors(), 0)
	if few.Regions[0].Advantage.Proposed || few.Totals.Saves != 0 {
		t.Errorf("one fewer: %+v", few.Regions[0])
	}
	checkSums(t, &few)
}

// onDemand returns rows of on-demand streams that each write so many MiB/s and have one consumer.
func onDemand(t *testing.T, n int, bandwidth float64) []fleet.Row {
	t.Helper()
	w := model.NewWorkload()
	w.Region, w.Producer.RecordSize = "us-east-1", unit.KiB
	w.Producer.Average = unit.RecordsPerSecond(bandwidth * 1024)
	w.Producer.Peak = w.Producer.Average
	w.Consumers = []model.Consumer{model.NewConsumer("a")}
	_, h := fleettest.Stream(1, 4, time.Hour)
	e := fit.Fit(h, &limits)
	var rows []fleet.Row
	for i := range n {
		w.Stream = model.Name(fmt.Sprintf("s%03d", i))
		inputs := []model.Input{{Name: "producer.average", Source: model.Flag}}
		b := review.Basis{Limits: &limits, History: h, Evidence: &e, Tariff: prices(), Inputs: inputs}
		row, err := fleet.Look(t.Context(), &fleet.Subject{Basis: &b, Workload: &w})
		if err != nil {
			t.Fatal(err)
		}
		row.Provisioned.Allowed = false // it is about the on-demand modes
		rows = append(rows, row)
	}
	return rows
}

// Functions run as many invocations at once as shards × factor, and no more than they have reserved: of 8 shards with
// a factor of 10 and nothing reserved, and with a factor of 2 of which 7 are reserved, 80 + 7 = 87. With the 2
// shards that the stream takes it is 20 + 4 = 24, and 0 once it is deleted.
func TestLambdaConcurrency(t *testing.T) {
	_, h := fleettest.Stream(1, 2, time.Hour) // oversized
	e := fit.Fit(h, &limits)
	w, inputs, err := review.Workload(&limits, &e, input.Declaration{})
	if err != nil {
		t.Fatal(err)
	}
	w.Region, w.Stream = h.Region, h.Stream
	for _, c := range []model.Lambda{{BatchSize: 100, ParallelizationFactor: 10},
		{BatchSize: 100, ParallelizationFactor: 2, ReservedConcurrency: 7}} {
		f := model.NewConsumer("f")
		f.Lambda = c
		w.Consumers = append(w.Consumers, f)
	}
	b := review.Basis{Limits: &limits, History: h, Evidence: &e, Inputs: inputs, Tariff: prices()}
	row, err := fleet.Look(t.Context(), &fleet.Subject{Basis: &b, Workload: &w})
	if err != nil || row.Now.Shards.Value != 8 {
		t.Fatal(row.Now, err)
	}
	a := fleet.Of(&limits, []fleet.Row{row}, floors(), 0)
	if got := a.Regions[0].Lambda; got != (fleet.Count{Now: 87, Proposed: 24}) || a.Streams[0].Proposed.Shards.Value != 2 {
		t.Errorf("%+v with %d shards", got, a.Streams[0].Proposed.Shards.Value)
	}
	row.Verdict = fleet.Idle
	if got := fleet.Of(&limits, []fleet.Row{row}, floors(), 0).Regions[0].Lambda; got != (fleet.Count{Now: 87}) {
		t.Errorf("deleted: %+v", got)
	}
}
