package cost

import (
	"bytes"
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/kcalc/kcalc/calc/calctest"
	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
	"pgregory.net/rapid"
)

// asked is what a workload costs, as it was asked for.
func asked(w *model.Workload, q Request) model.Costs {
	answer, _ := Of(context.Background(), &limits, w, monthly(), &q)
	return answer
}

// failingIn judges that some modes do not carry a workload.
func failingIn(modes ...model.Mode) func(*model.Workload, model.Mode, int) model.Maybe[model.ModeFit] {
	return func(_ *model.Workload, mode model.Mode, _ int) model.Maybe[model.ModeFit] {
		fit := model.ModeFit{Mode: mode, Carries: !slices.Contains(modes, mode)}
		if !fit.Carries {
			fit.Reasons = []notice.Notice{notice.ModeFails(string(mode), "4 shards", "it loses data.")}
		}
		return model.Known(fit)
	}
}

// A mode that does not carry the workload is never the cheapest, stands last with the
// reason, and nothing flips to it; where it would have been the cheapest, its reason
// changes the answer.
func TestWhatDoesNotCarryIsNotTheCheapest(t *testing.T) {
	// 1,000 B of which 5 shards take 4,000 a second: 58.43 provisioned, 49.28 on-demand
	// (the page break-even with one consumer has 59.28 at 100/s, 10.03 of which it reads).
	w := in("us-east-1", workload(1000, 100, 4000))
	w.Producer.PartitionKeySize, w.TargetUtilization = 24, 0.8
	for _, c := range []struct {
		fails []model.Mode
		best  model.Maybe[model.Mode]
		order []model.Mode
		last  notice.Severity // of what is told of the last one
	}{
		{nil, model.Known(model.OnDemandStandard), model.Modes(), ""},
		{[]model.Mode{model.OnDemandStandard}, model.Known(model.Provisioned),
			[]model.Mode{model.Provisioned, model.OnDemandAdvantage, model.OnDemandStandard}, notice.Changes},
		{[]model.Mode{model.OnDemandAdvantage}, model.Known(model.OnDemandStandard), model.Modes(), notice.Note},
		{[]model.Mode{model.Provisioned, model.OnDemandStandard}, model.Known(model.OnDemandAdvantage),
			[]model.Mode{model.OnDemandAdvantage, model.Provisioned, model.OnDemandStandard}, notice.Changes},
		{model.Modes(), model.Maybe[model.Mode]{}, model.Modes(), notice.Changes},
	} {
		got := asked(&w, Request{Modes: model.Modes(), Fit: failingIn(c.fails...)})
		var order []model.Mode
		for _, m := range got.Modes {
			order = append(order, m.Mode)
			fails := slices.Contains(c.fails, m.Mode)
			if m.Carries != model.Known(!fails) || m.WhyNot.Known != fails {
				t.Errorf("%v fail: %s carries %v: %q", c.fails, m.Mode, m.Carries, m.WhyNot.Value)
			}
		}
		if got.Cheapest != c.best || !slices.Equal(order, c.order) {
			t.Errorf("%v fail: cheapest %v of %v", c.fails, got.Cheapest, order)
		}
		for _, b := range got.BreakEven {
			if slices.Contains(c.fails, b.From) || slices.Contains(c.fails, b.To) {
				t.Errorf("%v fail: %+v", c.fails, b)
			}
		}
		last := got.Modes[len(got.Modes)-1]
		severity := notice.Severity("")
		for _, n := range got.Warnings {
			if last.WhyNot.Known && n.Message == last.WhyNot.Value {
				severity = n.Severity
			}
		}
		if severity != c.last {
			t.Errorf("%v fail: what is told of %s is %q, want %q", c.fails, last.Mode, severity, c.last)
		}
	}
	for _, m := range costs(&w, monthly(), model.Modes(), 0).Modes {
		if m.Carries.Known || m.WhyNot.Known {
			t.Errorf("nobody judged %s: %+v", m.Mode, m)
		}
	}
}

// A mode of which a part is not known may cost less than the cheapest of the others: then
// none is. Where it costs more even so, or does not carry the workload, it does not matter.
func TestCheapestOfPartsThatAreKnown(t *testing.T) {
	w := in("us-east-1", workload(1000, 1000, 1000))
	tariff := monthly()
	without := slices.DeleteFunc(tariff.Catalogue.Prices(), func(p price.Price) bool { return p.Line == "put-payload-units" })
	var text bytes.Buffer
	if err := price.Write(&text, without); err != nil {
		t.Fatal(err)
	}
	catalogue, err := price.Read("without.csv", text.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	tariff.Catalogue = catalogue
	for _, c := range []struct {
		q    Request
		want model.Maybe[model.Mode]
	}{
		{Request{Modes: model.Modes()}, model.Maybe[model.Mode]{}},
		{Request{Modes: model.Modes(), Counts: Counts{Fixed: 50}}, model.Known(model.OnDemandStandard)}, // 547.50 at least
		{Request{Modes: model.Modes(), Fit: failingIn(model.Provisioned)}, model.Known(model.OnDemandStandard)},
	} {
		got, _ := Of(context.Background(), &limits, &w, tariff, &c.q)
		if got.Cheapest != c.want || !got.Modes[0].AtLeast.Known && !got.Modes[2].AtLeast.Known {
			t.Errorf("%+v: %v, %+v", c.q.Counts, got.Cheapest, got.Modes[0].AtLeast)
		}
		if !got.Cheapest.Known && len(got.BreakEven) > 0 {
			t.Errorf("%+v", got.BreakEven)
		}
	}
}

// Another Region's prices are taken by choice, and the answer says whose they are.
func TestPricesOfAnotherRegion(t *testing.T) {
	w, tariff := in(unpriced, workload(1000, 1000, 1000)), monthly()
	tariff.Region = "us-east-1"
	here := in("us-east-1", workload(1000, 1000, 1000))
	got, want := costs(&w, tariff, model.Modes(), 0), costs(&here, monthly(), model.Modes(), 0)
	for i := range want.Modes {
		if got.Modes[i].Total != want.Modes[i].Total || !want.Modes[i].Total.Known {
			t.Errorf("%s: %v, want %v", want.Modes[i].Mode, got.Modes[i].Total, want.Modes[i].Total)
		}
	}
	if got.Prices != "us-east-1" || got.Region != unpriced || want.Prices != "" {
		t.Errorf("%s by the prices of %q", got.Region, got.Prices)
	}
}

// Today is a bill of its own, but where a mode of the answer is that already.
func TestCostOfToday(t *testing.T) {
	w := in("us-east-1", workload(1000, 100, 4000, with("a")))
	now := func(mode model.Mode, shards int) Request {
		return Request{Modes: model.Modes()[:1], Today: model.Known(Today{mode, shards})}
	}
	for _, c := range []struct {
		q    Request
		want model.Cost
	}{
		{now(model.Provisioned, 12), bill(t, monthly(), &w, model.Provisioned, 12)},
		{now(model.Provisioned, 4), bill(t, monthly(), &w, model.Provisioned, 4)},
		{now(model.OnDemandStandard, 4), bill(t, monthly(), &w, model.OnDemandStandard, 4)},
	} {
		got := asked(&w, c.q)
		if today := got.Today.Value; !got.Today.Known || today.Mode != c.want.Mode || today.Total != c.want.Total ||
			today.Shards != c.want.Shards || len(today.Consumers) != 1 {
			t.Errorf("%+v: %+v", c.q.Today, got.Today)
		}
		if len(got.Modes) != 1 || got.Modes[0].Shards.Value != 4 {
			t.Errorf("the recommended count beside it: %+v", got.Modes)
		}
	}
	if got := asked(&w, Request{Modes: model.Modes()}); got.Today.Known {
		t.Errorf("nobody said what it is: %+v", got.Today)
	}
}

// What something else asks for is a floor of the recommended shards, not of a number that
// was given: at 12 the stream costs 12 × 10.95, and its only consumer nothing.
func TestLeastShards(t *testing.T) {
	w := in("us-east-1", workload(1000, 100, 4000, with("a", speed(1000))))
	for _, c := range []struct {
		counts Counts
		want   int
	}{{Counts{}, 4}, {Counts{Least: 12}, 12}, {Counts{Least: 3}, 4}, {Counts{Fixed: 2, Least: 12}, 2}} {
		got := asked(&w, Request{Modes: model.Modes()[:1], Counts: c.counts}).Modes[0]
		if got.Shards != model.Known(c.want) || got.Total != bill(t, monthly(), &w, model.Provisioned, c.want).Total {
			t.Errorf("%+v: %v shards, %v", c.counts, got.Shards, got.Total)
		}
		if c.counts.Least == 12 && got.Consumers[0].FairShare != 0 {
			t.Errorf("%+v: %+v", c.counts, got.Consumers)
		}
	}
}

// Parts of the producer's add up to it to the last unit, however it is split. On paper: a
// consumer that reads 24 h of a month again reads 31.4 days of data where the other reads
// 30.4, so of 30.42 + 31.42 = 61.83 days it has 50.81%.
func TestProducerIsSplit(t *testing.T) {
	w := in("us-east-1", workload(1000, 100, 4000, with("a"), with("b", func(c *model.Consumer) {
		c.Reprocess, c.CatchUp = 24*hour, hour
	})))
	const days = 2_628_000.0 / 86_400
	for split, share := range map[model.ProducerSplit]float64{
		model.SplitEqually: 0.5, model.SplitByBytes: (days + 1) / (2*days + 1),
	} {
		for _, m := range asked(&w, Request{Modes: model.Modes(), Split: split}).Modes {
			a, b := m.Consumers[0].ProducerPart.Value, m.Consumers[1].ProducerPart.Value
			if want := share * float64(m.Producer.Value); math.Abs(float64(b)-want) > 1 || a+b != m.Producer.Value {
				t.Errorf("%s, %s: %d and %d of %d, want %f", split, m.Mode, a, b, m.Producer.Value, want)
			}
			sum := a + b
			for _, c := range m.Consumers {
				sum += c.FairShare
			}
			if sum != m.Total.Value {
				t.Errorf("%s, %s: %d in all, not %d", split, m.Mode, sum, m.Total.Value)
			}
		}
	}
	for _, m := range asked(&w, Request{Modes: model.Modes()}).Modes {
		if m.Consumers[0].ProducerPart.Known {
			t.Errorf("not split: %+v", m.Consumers)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		w := calctest.DrawBilled(t)
		split := rapid.SampledFrom(model.ProducerSplits()[1:]).Draw(t, "split")
		for _, m := range asked(&w, Request{Modes: model.Modes(), Split: split}).Modes {
			var sum unit.USD
			for _, c := range m.Consumers {
				sum += c.ProducerPart.Value
			}
			if len(m.Consumers) > 0 && sum != m.Producer.Value {
				t.Errorf("%s: parts of %d add up to %d", m.Mode, m.Producer.Value, sum)
			}
		}
	})
}

// Mean utilization as the public calculator shows it, on its own defaults: 10,000 records/s
// of 200 B on 20 shards are 9.54% of what they take in, and with one standard consumer
// 4.77% of what they give out.
func TestMeanUtilization(t *testing.T) {
	w := in("us-east-1", workload(200, 10_000, 20_000, with("a"), with("b", fanOut)))
	for _, m := range costs(&w, monthly(), model.Modes(), 20).Modes {
		u := m.Utilization
		if m.Mode != model.Provisioned {
			if u.Known {
				t.Errorf("%s has no shards to use: %+v", m.Mode, u)
			}
			continue
		}
		want := model.MeanUtilization{WriteBytes: 2e6 / (20 << 20), WriteRecords: 0.5, ReadBytes: 2e6 / (40 << 20)}
		if !u.Known || math.Abs(u.Value.WriteBytes-want.WriteBytes) > 1e-12 ||
			math.Abs(u.Value.ReadBytes-want.ReadBytes) > 1e-12 || u.Value.WriteRecords != want.WriteRecords {
			t.Errorf("%+v, want %+v", u, want)
		}
	}
}

// What a bill has besides is named where it matters. On paper: 1,000 records/s in batches
// of 100 are 26,280,000 invocations a month, of a second each 7,300 h.
func TestLeftOut(t *testing.T) {
	function := workload(1000, 1000, 1000, with("fn", lambda(100, 1, second)))
	packed := workload(1000, 1000, 1000, with("fn", lambda(100, 1, second)))
	packed.Producer.Aggregation = model.Aggregation{Producers: 1, Buffer: 100 * millisecond, MaxSize: 50 * unit.KiB}
	packed.Consumers[0].Lambda.PerUserRecord = true // 100 user records take a second, however they are packed
	kcl := workload(1000, 1000, 8000, with("app"), with("fan", fanOut))
	thin := workload(10, 1, 1)
	for name, c := range map[string]struct {
		w     model.Workload
		ids   []string
		words []string
	}{
		"function": {function, []string{"cost-left-out.lambda", "cost-left-out.network"},
			[]string{"invokes fn 26,280,000 times a month at least, for 7,300 hours"}},
		"function that unpacks": {packed, []string{"cost-left-out.lambda", "cost-left-out.network"}, []string{"for 7,300 hours"}},
		"KCL, 6 TB for 200 dollars": {kcl, []string{"cost-left-out.kcl", "cost-left-out.network"},
			[]string{"what runs app, fan,", "7,343 GB a month"}}, // 3 × 1e6 × 2,628,000 ÷ 2^30
		"next to nothing": {thin, []string{"cost-left-out.small"}, []string{"KMS"}},
	} {
		c.w.Region = "us-east-1"
		var ids []string
		text := ""
		for _, n := range costs(&c.w, monthly(), model.Modes(), 0).Warnings {
			if strings.HasPrefix(n.ID, "cost-left-out") {
				ids = append(ids, n.ID)
				text += n.Message
			}
		}
		if !slices.Equal(ids, c.ids) {
			t.Errorf("%s: %v, want %v", name, ids, c.ids)
		}
		for _, word := range c.words {
			if !strings.Contains(text, word) {
				t.Errorf("%s: %q is not in %s", name, word, text)
			}
		}
	}
}

// Nothing flips to a mode that does not carry the workload there. On the page break-even
// on-demand is the cheapest below 96.8 records/s, and from 3 consumers on.
func TestNothingFlipsToWhatDoesNotCarry(t *testing.T) {
	w := in("us-east-1", workload(1000, 100, 4000, with("a")))
	w.Producer.PartitionKeySize, w.TargetUtilization = 24, 0.8
	fits := func(judge func(w *model.Workload) bool) []string {
		var by []string
		got := asked(&w, Request{Modes: model.Modes(),
			Fit: func(w *model.Workload, mode model.Mode, _ int) model.Maybe[model.ModeFit] {
				return model.Known(model.ModeFit{Mode: mode, Carries: mode == model.Provisioned || judge(w)})
			}})
		for _, b := range got.BreakEven {
			by = append(by, b.By)
		}
		return by
	}
	for _, c := range []struct {
		judge func(w *model.Workload) bool
		want  []string
	}{
		{func(*model.Workload) bool { return true }, []string{byAverage, byReaders}},
		{func(w *model.Workload) bool { return len(w.Consumers) < 3 }, []string{byAverage}},
		{func(w *model.Workload) bool { return w.Producer.Average > 97 }, []string{byReaders}},
		{func(w *model.Workload) bool { return len(w.Consumers) == 1 && w.Producer.Average == 100 }, nil},
	} {
		if got := fits(c.judge); !slices.Equal(got, c.want) {
			t.Errorf("%v, want %v", got, c.want)
		}
	}
}
