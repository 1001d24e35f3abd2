package review_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/plan"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// 10,000 records/s need 10 shards, and 13 at 80 % utilization. UpdateShardCount
// at most doubles or halves.
func TestVerdict(t *testing.T) {
	for _, c := range []struct {
		current int
		verdict model.Verdict
		calls   []int
	}{
		{3, model.TooFew, []int{6, 12, 13}},
		{12, model.TooFew, []int{13}},
		{13, model.Right, []int{}},
		{14, model.TooMany, []int{13}},
		{60, model.TooMany, []int{30, 15, 13}},
	} {
		e := orders()
		e.Shards = model.Known(c.current)
		r := reviewed(t, e, input.Declaration{})
		if s := r.Shards; s.Minimum != 10 || s.Recommended != 13 || s.Current != model.Known(c.current) {
			t.Errorf("%d shards: %+v", c.current, s)
		}
		s := r.Scaling.Value
		if r.Verdict != c.verdict || s.Verdict != c.verdict || !slices.Equal(s.Calls, c.calls) || s.From != c.current ||
			s.To != 13 {
			t.Errorf("%d shards are %s: %+v, want %s by %v", c.current, r.Verdict, s, c.verdict, c.calls)
		}
	}
}

// The flag says better than the history how many shards there are.
func TestDeclaredShards(t *testing.T) {
	r := reviewed(t, orders(), flags("current_shards", "13"))
	if r.Verdict != model.Right || r.Today.Shards != model.Known(13) {
		t.Errorf("%s, %+v", r.Verdict, r.Today)
	}
}

// Too little evidence decides nothing: what follows from it is told, and nothing
// is to be done.
func TestUndecided(t *testing.T) {
	for _, current := range []model.Maybe[int]{model.Known(3), model.Known(13), model.Known(60), {}} {
		e := orders()
		e.Shards = current
		e.Undecided = []notice.Notice{{ID: "history-short", Message: "It is known for 3h.", Remedy: "Fetch more."}}
		r := reviewed(t, e, input.Declaration{})
		if r.Verdict != model.Undecided || r.Shards.Recommended != 13 || r.Shards.Minimum != 10 {
			t.Errorf("%v shards: %s, %+v", current, r.Verdict, r.Shards)
		}
		if s := r.Scaling.Value; r.Scaling.Known != current.Known ||
			current.Known &&
				(s.Verdict != model.Undecided || len(s.Calls) > 0 || s.Calls == nil || len(s.Expect) > 0 || s.Saves.Known || s.From != current.Value || s.To != 13) {
			t.Errorf("%v shards: %+v", current, r.Scaling)
		}
		if diff := cmp.Diff(e.Undecided, r.Undecided); diff != "" {
			t.Errorf("%v shards: %s", current, diff)
		}
	}
}

// Where traffic is declared, no history is needed to decide, as the reasons say.
func TestDeclaredTrafficDecides(t *testing.T) {
	e := orders()
	e.Undecided = []notice.Notice{{ID: "coverage-low", Remedy: "Declare average and peak."}}
	if r := reviewed(t, e, flags("producer.average", "5k", "producer.peak", "10k")); r.Verdict != model.TooMany ||
		len(r.Scaling.Value.Calls) == 0 ||
		len(r.Undecided) > 0 {
		t.Errorf("average and peak are declared: %s for %v, %+v", r.Verdict, r.Undecided, r.Scaling)
	}
	file := layer(model.File, "producer.average", "5k")
	file.Merge(flags("producer.peak", "10k"))
	if r := reviewed(t, e, file); r.Verdict != model.TooMany {
		t.Errorf("the average by a file, the peak by a flag: %s", r.Verdict)
	}
	for _, part := range []input.Declaration{flags("producer.average", "5k"), flags("producer.peak", "10k"), flags("producer.record_size", "1KiB")} {
		if r := reviewed(t, e, part); r.Verdict != model.Undecided || len(r.Undecided) != 1 {
			t.Errorf("%v is declared: %s", part.Settings, r.Verdict)
		}
	}
}

// What no shard count carries has no verdict, and no way to it.
func TestDoesNotFit(t *testing.T) {
	e := orders()
	e.Growth = model.Known(fit.Growth{Changes: 9, PerWeek: 0.01, Low: 0.01, High: 0.01})
	var six []input.Settings
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		six = append(six, consumer(name))
	}
	r := reviewed(t, e, consumers(six...))
	if r.Feasible || r.Verdict != model.Undecided || len(r.Scaling.Value.Calls) > 0 || r.RunsOut.Current.Known ||
		r.RunsOut.Recommended.Known {
		t.Errorf("%v, %s, %+v, %+v", r.Feasible, r.Verdict, r.Scaling, r.RunsOut)
	}
	if len(r.Infeasible) != 1 || r.Infeasible[0].ID != "consumer-limit.calls" {
		t.Errorf("%+v", r.Infeasible)
	}
}

// AWS's prices in us-east-1: a shard-hour $0.015, a million PUT payload units
// $0.014, an on-demand stream-hour $0.04 and a GB that is written $0.08. A month
// has 730 h and 2,628,000 s: 5,000 records/s are 13,140 million units, $183.96;
// each counts as 1 KiB on-demand, 12,531.2805 GB, $1,002.5024.
const (
	units   = 183.96
	ingest  = 5000 * 1024 * 2_628_000.0 / (1 << 30) * 0.08
	perHour = 730.0
)

func TestToday(t *testing.T) {
	for name, c := range map[string]struct {
		mode     model.Maybe[model.Mode]
		shards   model.Maybe[int]
		declared input.Declaration
		want     review.Today
	}{
		"provisioned": {model.Known(model.Provisioned), model.Known(20), input.Declaration{},
			today(model.Known(model.Provisioned), model.Known(20), units+20*perHour*0.015)},
		"shards by a flag": {model.Known(model.Provisioned), model.Known(20), flags("current_shards", "7"),
			today(model.Known(model.Provisioned), model.Known(7), units+7*perHour*0.015)},
		"another average": {model.Known(model.Provisioned), model.Known(20), flags("producer.average", "10k"),
			today(model.Known(model.Provisioned), model.Known(20), 2*units+20*perHour*0.015)},
		"on-demand": {model.Known(model.OnDemandStandard), model.Known(20), input.Declaration{},
			today(model.Known(model.OnDemandStandard), model.Known(20), perHour*0.04+ingest)},
		"no mode, shards by a flag": {model.Maybe[model.Mode]{}, model.Maybe[int]{}, flags("current_shards", "7"),
			today(model.Known(model.Provisioned), model.Known(7), units+7*perHour*0.015)},
		"no shards":   {model.Known(model.Provisioned), model.Maybe[int]{}, input.Declaration{}, review.Today{Mode: model.Known(model.Provisioned)}},
		"nothing":     {model.Maybe[model.Mode]{}, model.Maybe[int]{}, input.Declaration{}, review.Today{}},
		"no price":    {model.Known(model.Provisioned), model.Known(20), flags("region", "cn-north-1"), review.Today{Mode: model.Known(model.Provisioned), Shards: model.Known(20)}},
		"beyond cost": {model.Known(model.Provisioned), model.Known(20), flags("producer.average", "1e12", "producer.peak", "1e12"), review.Today{Mode: model.Known(model.Provisioned), Shards: model.Known(20)}},
	} {
		e := orders()
		e.Mode, e.Shards = c.mode, c.shards
		if diff := cmp.Diff(c.want, reviewed(t, e, c.declared).Today, cents); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func today(mode model.Maybe[model.Mode], shards model.Maybe[int], dollars float64) review.Today {
	return review.Today{Mode: mode, Shards: shards, Monthly: model.Known(unit.USD(dollars * float64(unit.Dollar)))}
}

// cents lets amounts differ by less than a hundredth of a cent.
var cents = cmp.Comparer(func(a, b unit.USD) bool { return max(a, b)-min(a, b) < unit.Dollar/10_000 })

// The recommended cost is the plan's, and what it saves is today's without it.
func TestSavings(t *testing.T) {
	r := reviewed(t, orders(), input.Declaration{})
	recommended := units + 13*perHour*0.015
	if got := float64(r.Cost.Value.Monthly) / float64(unit.Dollar); got < recommended-1e-4 || got > recommended+1e-4 {
		t.Errorf("%v, want %v", got, recommended)
	}
	if saves := r.Today.Monthly.Value - r.Cost.Value.Monthly; saves != unit.Dollar*7665/100 ||
		r.Scaling.Value.Saves != model.Known(saves) { // 7 shards × 730 h × $0.015
		t.Errorf("%v, %+v", saves, r.Scaling.Value.Saves)
	}
}

// Without prices nothing costs nothing.
func TestWithoutTariff(t *testing.T) {
	e := orders()
	w, _ := workload(t, e, input.Declaration{})
	r := must(review.New(context.Background(), &review.Basis{Limits: &limits, History: &model.History{}, Evidence: e}, &w))
	if r.Today.Monthly.Known || r.Cost.Known || r.Scaling.Value.Saves.Known || r.Verdict != model.TooMany {
		t.Errorf("%+v, %+v, %+v", r.Today, r.Cost, r.Scaling)
	}
}

// AWS chooses the shards of an on-demand stream: none of them is too few or too
// many, and no call changes them.
func TestOnDemand(t *testing.T) {
	e := orders()
	e.Mode = model.Known(model.OnDemandStandard)
	for name, declared := range map[string]input.Declaration{"measured": {}, "declared shards": flags("current_shards", "20")} {
		r := reviewed(t, e, declared)
		if r.Today.Mode.Value != model.OnDemandStandard || r.Today.Shards.Value != 20 || r.Shards.Recommended != 13 ||
			r.Shards.Current.Known != (declared.Settings != nil) {
			t.Errorf("%s: %+v, %+v", name, r.Today, r.Shards)
		}
		if len(r.Scaling.Value.Calls) > 0 {
			t.Errorf("%s: %+v", name, r.Scaling)
		}
	}
}

// A review has the plan that the same workload has without a history, and the
// evidence's warnings behind the plan's own; but for the one of partition keys.
func TestReviewHasThePlan(t *testing.T) {
	e := orders()
	e.Warnings = []notice.Notice{
		{ID: "kinesis-records", Message: "m", Remedy: "r"},
		{ID: "one-week", Message: "n", Remedy: "s"},
	}
	w, inputs := workload(t, e, input.Declaration{})
	p, err := plan.AtLeast(t.Context(), &limits, &w, prices(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if p.Warnings[0].ID != "partition-key-size" {
		t.Fatalf("%v", ids(p.Warnings))
	}
	p.Warnings = append(p.Warnings[1:], e.Warnings...) // CloudWatch's bytes have the keys in them
	p.Inputs = inputs
	r := reviewed(t, e, input.Declaration{})
	advised := cmp.Options{cmpopts.IgnoreFields(model.Plan{}, "Advice"), cmpopts.IgnoreFields(model.ModeCost{}, "Fit")}
	if diff := cmp.Diff(&p, r.Plan, advised); diff != "" {
		t.Error(diff)
	}
	if r.Source != "orders.json" || r.Evidence != e {
		t.Errorf("%s, %v", r.Source, r.Evidence)
	}
}

// In JSON a review is a plan with more.
func TestReviewInJSON(t *testing.T) {
	e := orders()
	e.Growth = model.Known(fit.Growth{Changes: 9, PerWeek: 0.02, Low: 0.01, High: 0.03})
	text, err := json.Marshal(reviewed(t, e, input.Declaration{}))
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Schema, Stream, Region, Source, Verdict string
		Shards                                  struct{ Minimum, Recommended, Current int }
		Today                                   struct {
			Mode    string
			Shards  int
			Monthly string `json:"monthly_usd"`
		}
		RunsOut struct {
			Current, Recommended struct{ Expected, Earliest, Latest time.Time }
		} `json:"runs_out"`
		Evidence struct {
			Growth struct {
				PerWeek float64 `json:"per_week"`
			}
		}
		Next []string
	}
	d := json.NewDecoder(strings.NewReader(string(text)))
	if err := d.Decode(&got); err != nil {
		t.Fatal(err)
	}
	if got.Schema != "kcalc.plan/v1" || got.Stream != "orders" || got.Region != "us-east-1" || got.Source != "orders.json" || got.Verdict != "right" ||
		got.Shards.Current != 20 || got.Today.Mode != "provisioned" || got.Today.Shards != 20 || got.Today.Monthly != "402.96" ||
		got.Evidence.Growth.PerWeek != 0.02 ||
		got.Next == nil ||
		!got.RunsOut.Current.Expected.Equal(got.RunsOut.Recommended.Expected) ||
		!got.RunsOut.Recommended.Earliest.After(end) {
		t.Errorf("%+v\n%s", got, text)
	}
	// What is not known is null, and not 0.
	text, err = json.Marshal(
		reviewed(
			t,
			&fit.Evidence{Region: "us-east-1", Average: e.Average, Peak: e.Peak, RecordSize: e.RecordSize},
			input.Declaration{},
		),
	)
	for _, want := range []string{`"today":{"mode":null,"shards":null,"monthly_usd":null,"shown_utilization":null}`, `"runs_out":{"current":null,"recommended":null}`, `"scaling":null`, `"verdict":"undecided"`} {
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%v: %s is not in %s", err, want, text)
		}
	}
}
