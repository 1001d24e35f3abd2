package calc

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"pgregory.net/rapid"
)

// The cost of a plan is the bill of the shards that it recommends, with the other
// modes beside it; and it costs the plan nothing else.
func TestPlanIsPriced(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawBilled(t)
		p := Recommend(&limits, &w, monthly())
		n := p.Shards.Recommended
		cost, err := monthly().Bill(&limits, &w, model.Provisioned, n)
		if err != nil {
			if p.Cost.Known || !slices.Contains(warningIDs(p.Warnings), "cost-too-large") {
				t.Errorf("%v: %+v, %v", err, p.Cost, warningIDs(p.Warnings))
			}
			return
		}
		want := model.PlanCost{Mode: model.Provisioned, Shards: n, Monthly: cost.Total.Value, Lines: cost.Lines}
		for _, mode := range model.Modes()[1:] {
			want.Others = append(want.Others, model.ModeCost{Mode: mode, Missing: []string{}, Monthly: bill(t, monthly(), &w, mode, n).Total})
		}
		if d := cmp.Diff(model.Known(want), p.Cost); d != "" {
			t.Error(d)
		}
		wantPlain(t, &p, &w)
		for i := range p.Advice {
			wantAdvice(t, &p, &w, &p.Advice[i])
		}
		if s := p.Scaling; s.Known && s.Value.Verdict != model.Undecided {
			now := bill(t, monthly(), &w, model.Provisioned, s.Value.From).Total.Value
			if d := cmp.Diff(model.Known(now-cost.Total.Value), s.Value.Saves); d != "" {
				t.Errorf("from %d to %d: %s", s.Value.From, s.Value.To, d)
			}
		}
	})
}

// wantPlain checks that a plan is the one without prices, but for these.
func wantPlain(t rapid.TB, priced *model.Plan, w *model.Workload) {
	t.Helper()
	plain := Recommend(&limits, w, nil)
	ignored := cmp.Options{
		cmpopts.IgnoreFields(model.Plan{}, "Cost"),
		cmpopts.IgnoreFields(model.Advice{}, "Cost", "Saves"),
		cmpopts.IgnoreFields(model.Scaling{}, "Saves"),
		cmpopts.IgnoreSliceElements(func(w notice.Notice) bool { return w.ID == "price-unknown" || w.ID == "cost-too-large" }),
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
		v.Producer.Aggregation = model.DefaultAggregation()
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
	case "recovery-bound":
	default:
		return
	}
	want := bill(t, monthly(), &v, model.Provisioned, a.Shards).Total
	if a.Cost != want {
		t.Errorf("%s costs %v, want %v", a.ID, a.Cost, want)
	}
	if saves := p.Cost.Value.Monthly - want.Value; !a.Saves.Known || a.Saves.Value != saves {
		t.Errorf("%s saves %v, want %s", a.ID, a.Saves, saves)
	}
}

// On paper: 50 shards for a surge, 30 of them more than the peak's, in us-east-1.
func TestPlanIsPricedOnPaper(t *testing.T) {
	w := inRegion("us-east-1", publicSurge())
	w.CurrentShards = 60
	p := Recommend(&limits, &w, monthly())
	// 50 × 730 h × 0.015 + 10,000 × 2,628,000 × 0.000000014
	if got := p.Cost.Value.Monthly; got != dollar(t, "915.42") {
		t.Errorf("%s, want 547.50 + 367.92", got)
	}
	if got := p.Scaling.Value.Saves; !got.Known || got.Value != dollar(t, "109.50") {
		t.Errorf("ten shards fewer save %v, want 109.50", got)
	}
	for _, a := range p.Advice {
		if a.ID == "relax.surge" && (a.Shards != 28 || a.Saves.Value != dollar(t, "240.90") || a.Cost.Value != dollar(t, "674.52")) {
			t.Errorf("%s: %d shards for %s save %s, want 22 shards × 10.95", a.ID, a.Shards, a.Cost.Value, a.Saves.Value)
		}
	}
	w.CurrentShards = 40
	if got := Recommend(&limits, &w, monthly()).Scaling.Value.Saves; got.Value != -dollar(t, "109.50") {
		t.Errorf("ten shards more save %v, want −109.50", got)
	}
}

// Where a price is not known the shards are answered, the cost is not, and a
// warning names the Region and the lines.
func TestPlanWithoutPrices(t *testing.T) {
	w := inRegion("eu-west-3", publicSurge())
	w.CurrentShards = 60
	p := Recommend(&limits, &w, monthly())
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
	if last.ID != "price-unknown" || !strings.Contains(last.Message, "eu-west-3") || !strings.Contains(last.Message, "shard-hours, put-payload-units") || !strings.Contains(last.Remedy, "--prices") {
		t.Errorf("%+v", last)
	}
}

// What costs more than money holds has no cost, and says why.
func TestAbsurdPlan(t *testing.T) {
	w := inRegion("us-east-1", workload(1, 1e12, 1e12, with("a")))
	p := Recommend(&limits, &w, monthly())
	if ids := warningIDs(p.Warnings); p.Cost.Known || !slices.Contains(ids, "cost-too-large") || slices.Contains(ids, "price-unknown") {
		t.Errorf("%+v, %v", p.Cost, ids)
	}
}
