package plan

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/kcalc/kcalc/calc/calctest"
	"github.com/kcalc/kcalc/calc/cost"
	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
	"pgregory.net/rapid"
)

// The cost of a plan is the bill of the shards that it recommends, with the other
// modes beside it; and it costs the plan nothing else.
func TestPlanIsPriced(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := calctest.DrawBilled(t)
		p := pricedPlan(&w, monthly())
		n := p.Shards.Recommended
		bill, err := monthly().Bill(&limits, &w, model.Provisioned, n)
		if err != nil {
			if p.Cost.Known || !slices.Contains(calctest.NoticeIDs(p.Warnings), "cost-too-large") {
				t.Errorf("%v: %+v, %v", err, p.Cost, calctest.NoticeIDs(p.Warnings))
			}
			return
		}
		want := model.PlanCost{Mode: model.Provisioned, Shards: n, Monthly: bill.Total.Value, Lines: bill.Lines}
		for _, mode := range model.Modes()[1:] {
			want.Others = append(want.Others, model.ModeCost{Mode: mode, Missing: []string{}, Monthly: billed(t, &w, mode, n)})
		}
		if d := cmp.Diff(model.Known(want), p.Cost); d != "" {
			t.Error(d)
		}
		wantPlain(t, &p, &w)
		for i := range p.Advice {
			wantAdvice(t, &p, &w, &p.Advice[i])
		}
		if s := p.Scaling; s.Known && s.Value.Verdict != model.Undecided {
			now := billed(t, &w, model.Provisioned, s.Value.From)
			if d := cmp.Diff(saved(now, bill.Total), s.Value.Saves); d != "" {
				t.Errorf("from %d to %d: %s", s.Value.From, s.Value.To, d)
			}
		}
	})
}

// billed is the total of a month's bill. It is not known where it is more than money
// holds, which a change to a plan can be where the plan itself is not.
func billed(t rapid.TB, w *model.Workload, mode model.Mode, shards int) model.Maybe[unit.USD] {
	t.Helper()
	bill, err := monthly().Bill(&limits, w, mode, shards)
	if err != nil && !cost.TooLarge(err) || err == nil && !bill.Total.Known {
		t.Fatalf("%s with %d shards: %v, missing %v", mode, shards, err, bill.Missing)
	}
	return bill.Total
}

// saved is the difference of two totals, where both are known.
func saved(from, to model.Maybe[unit.USD]) model.Maybe[unit.USD] {
	if !from.Known || !to.Known {
		return model.Maybe[unit.USD]{}
	}
	return model.Known(from.Value - to.Value)
}

// wantPlain checks that a plan is the one without prices, but for these.
func wantPlain(t rapid.TB, priced *model.Plan, w *model.Workload) {
	t.Helper()
	plain := planned(w)
	ignored := cmp.Options{
		cmpopts.IgnoreFields(model.Plan{}, "Cost", "Advice", "Room", "FanOut"), // which count dollars
		cmpopts.IgnoreFields(model.Infeasibility{}, "Remedy"),
		cmpopts.IgnoreFields(model.Scaling{}, "Saves"),
		cmpopts.IgnoreSliceElements(
			func(w notice.Notice) bool { return w.ID == "price-unknown" || w.ID == "cost-too-large" },
		),
	}
	if d := cmp.Diff(&plain, priced, ignored); d != "" {
		t.Errorf("the plan is another one: %s", d)
	}
}

// wantAdvice makes the change of an advice by hand, where it has no number to be
// found, and bills it; and checks what it saves.
func wantAdvice(t rapid.TB, p *model.Plan, w *model.Workload, a *model.Advice) {
	t.Helper()
	v := clone(*w)
	v.Producer.RecordSizes = slices.Clone(w.Producer.RecordSizes)
	id, name, _ := strings.Cut(a.ID, ".")
	switch id {
	case "aggregate":
		v.Producer.Aggregation = model.DefaultAggregation() // a function's speed does not count for a bill
	case "compress":
		v.Producer.RecordSize /= 2
		for i := range v.Producer.RecordSizes {
			v.Producer.RecordSizes[i].Size /= 2
		}
	case "salt-keys":
		v.Producer.Skew = 1
	case "enhanced-fan-out":
		for i := range v.Consumers {
			if string(v.Consumers[i].Name) == name {
				v.Consumers[i].Type = model.EnhancedFanOut
			}
		}
		if name == "" {
			return
		}
	case "recovery-bound":
	default:
		return
	}
	want := billed(t, &v, model.Provisioned, a.Shards)
	if a.Cost != want {
		t.Errorf("%s costs %v, want %v", a.ID, a.Cost, want)
	}
	if saves := saved(model.Known(p.Cost.Value.Monthly), want); a.Saves != saves {
		t.Errorf("%s saves %v, want %v", a.ID, a.Saves, saves)
	}
}

// On paper: 50 shards for a surge, 30 of them more than the peak's, in us-east-1.
func TestPlanIsPricedOnPaper(t *testing.T) {
	w := in("us-east-1", calctest.PublicSurge())
	w.CurrentShards = 60
	p := pricedPlan(&w, monthly())
	// 50 × 730 h × 0.015 + 10,000 × 2,628,000 × 0.000000014
	if got := p.Cost.Value.Monthly; got != calctest.Dollars(t, "915.42") {
		t.Errorf("%s, want 547.50 + 367.92", got)
	}
	if got := p.Scaling.Value.Saves; !got.Known || got.Value != calctest.Dollars(t, "109.50") {
		t.Errorf("ten shards fewer save %v, want 109.50", got)
	}
	for _, a := range p.Advice {
		if a.ID == "relax.surge" &&
			(a.Shards != 28 || a.Saves.Value != calctest.Dollars(t, "240.90") || a.Cost.Value != calctest.Dollars(t, "674.52")) {
			t.Errorf("%s: %d shards for %s save %s, want 22 shards × 10.95", a.ID, a.Shards, a.Cost.Value, a.Saves.Value)
		}
	}
	w.CurrentShards = 40
	if got := pricedPlan(&w, monthly()).Scaling.Value.Saves; got.Value != -calctest.Dollars(t, "109.50") {
		t.Errorf("ten shards more save %v, want −109.50", got)
	}
}

// Where a price is not known the shards are answered, the cost is not, and a
// warning names the Region and the lines.
func TestPlanWithoutPrices(t *testing.T) {
	w := in("cn-north-1", calctest.PublicSurge())
	w.CurrentShards = 60
	p := pricedPlan(&w, monthly())
	if p.Shards.Recommended != 50 || p.Cost.Known || p.Scaling.Value.Saves.Known {
		t.Errorf("%+v, %+v, %+v", p.Shards, p.Cost, p.Scaling)
	}
	wantPlain(t, &p, &w)
	for _, a := range p.Advice {
		if a.Cost.Known || a.Saves.Known {
			t.Errorf("%s costs %v", a.ID, a.Cost)
		}
	}
	last := p.Warnings[len(p.Warnings)-1]
	if last.ID != "price-unknown" || !strings.Contains(last.Message, "cn-north-1") ||
		!strings.Contains(last.Message, "shard-hours, put-payload-units") ||
		!strings.Contains(last.Remedy, "{option:prices}") {
		t.Errorf("%+v", last)
	}
}

// What costs more than money holds has no cost, and says why.
func TestAbsurdPlan(t *testing.T) {
	w := in("us-east-1", workload(1, 1e12, 1e12, with("a")))
	p := pricedPlan(&w, monthly())
	if ids := calctest.NoticeIDs(p.Warnings); p.Cost.Known || !slices.Contains(ids, "cost-too-large") ||
		slices.Contains(ids, "price-unknown") {
		t.Errorf("%+v, %v", p.Cost, ids)
	}
}

// Where what a change adds has no price, its shards are told all the same, without a cost and
// behind what has one: four consumers read 4 × 5,000 × 1,000 B, 9.5 shards of 2 MiB/s, and one
// fewer 7.2, in a Region of which enhanced fan-out has no price.
func TestAdviceWithoutAPrice(t *testing.T) {
	text := "region,mode,line,above,unit,price_usd,as_of,confidence,source\n" +
		"made-up-1,provisioned,shard-hours,0,shard-hour,0.018,2026,medium,made up\n" +
		"made-up-1,provisioned,put-payload-units,0,PUT payload unit,0.0000000175,2026,medium,made up\n"
	some, err := price.Read("made-up.csv", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	w := in("made-up-1", workload(1000, 5000, 5000, with("a"), with("b"), with("c"), with("d")))
	p := pricedPlan(&w, &cost.Tariff{Catalogue: some, Hours: cost.HoursPerMonth})
	i := slices.IndexFunc(p.Advice, func(a model.Advice) bool { return a.ID == "enhanced-fan-out.a" })
	if !p.Cost.Known || i < 0 {
		t.Fatalf("cost %v, %d advices", p.Cost.Known, len(p.Advice))
	}
	if a := p.Advice[i]; a.Cost.Known || a.Saves.Known || p.Shards.Recommended != 10 || a.Shards != 8 {
		t.Errorf("%d shards instead of %d, for %v", a.Shards, p.Shards.Recommended, a.Cost)
	}
	if unpriced := func(a model.Advice) bool { return !a.Cost.Known }; slices.ContainsFunc(p.Advice[i:],
		func(a model.Advice) bool { return !unpriced(a) && !notice.IsBatchSize(a.ID) }) {
		t.Error("what has no price comes before what has")
	}
}
