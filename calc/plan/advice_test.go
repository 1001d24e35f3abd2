package plan

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/calctest"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// advised is the advice that a plan has by an id.
func advised(t *testing.T, w *model.Workload, id string) model.Advice {
	t.Helper()
	p := planned(w)
	var ids []string
	for _, a := range p.Advice {
		if a.ID == id {
			return a
		}
		ids = append(ids, a.ID)
	}
	t.Fatalf("no advice to %s: %v", id, ids)
	return model.Advice{}
}

// isAdvised reports whether there is an advice.
func isAdvised(w *model.Workload, id string) bool {
	return slices.ContainsFunc(planned(w).Advice, func(a model.Advice) bool { return a.ID == id })
}

// suggestion is an advice: a workload that gets it, the change by hand, and a
// workload that does not get it. A change that names a value gets its text.
type suggestion struct {
	id     string
	w, not model.Workload
	change func(w *model.Workload, text string)
}

// bandwidthBound is a stream whose readers ask for more than its producers.
func bandwidthBound() model.Workload {
	return workload(2000, 5000, 20_000, with("a"), with("b"), with("c"))
}

// slowest is a stream that a consumer of some speed decides about.
func slowest(settings ...func(*model.Consumer)) model.Workload {
	w := calctest.PublicSurge()
	w.Consumers = []model.Consumer{
		with("c1", append([]func(*model.Consumer){speed(250), latency(30 * second)}, settings...)...),
	}
	return w
}

func TestAdvice(t *testing.T) {
	for _, s := range []suggestion{
		{"aggregate", workload(200, 10_000, 20_000), buffered(workload(200, 10_000, 20_000)),
			func(w *model.Workload, _ string) { w.Producer.Aggregation = model.DefaultAggregation() }},
		{"compress", workload(5000, 5000, 5000), workload(10, 5000, 5000),
			func(w *model.Workload, _ string) { w.Producer.RecordSize = 2500 }},
		{"enhanced-fan-out.b", bandwidthBound(), workload(2000, 5000, 20_000, with("b")),
			func(w *model.Workload, _ string) { fanOut(&w.Consumers[1]) }},
		{"recovery-bound.a", calctest.Delayed(500 * millisecond), calctest.Delayed(second),
			func(w *model.Workload, _ string) { w.Consumers[0].LatencyBound = model.RecoveryBound }},
		{"parallelization-factor.fn", onFn(100, 5000, 100, 2), onFn(100, 5000, 100, 10),
			func(w *model.Workload, text string) {
				w.Consumers[0].Lambda.ParallelizationFactor = countAfter(text, "to ")
			}},
		{"salt-keys", uneven(workload(100, 5000, 5000), 2), workload(100, 5000, 5000),
			func(w *model.Workload, _ string) { w.Producer.Skew = 1 }},
		{"poll-interval", calctest.Polled(250*millisecond, 250*millisecond, 10*second), calctest.Polled(600*millisecond, 600*millisecond, 10*second),
			func(w *model.Workload, _ string) {
				w.Consumers[0].PollInterval, w.Consumers[1].PollInterval = 409*millisecond, 409*millisecond // 2 ÷ (5 − 0.1) s
			}},
		{"relax.surge", calctest.PublicSurge(), calctest.PublicDefaults(),
			func(w *model.Workload, text string) { w.Producer.Surge.Throughput = rateAfter(text, " to ") }},
		{"relax.peak", workload(10, 5000, 20_000), workload(10, 20_000, 20_000),
			func(w *model.Workload, text string) { w.Producer.Peak = rateAfter(text, " to ") }},
		{"relax.consumption-speed.c1", slowest(latency(0)), calctest.PublicSurge(),
			func(w *model.Workload, text string) { w.Consumers[0].Speed = rateAfter(text, "process ") }},
		{"relax.consumption-speed.fn", onFn(100, 5000, 100, 2), onFn(100, 5000, 10_000, 2),
			func(w *model.Workload, text string) {
				w.Consumers[0].Lambda.Duration = durationAfter(text, "take ")
			}},
		{"relax.acceptable-latency.c1", slowest(), calctest.PublicSurge(),
			func(w *model.Workload, text string) {
				w.Consumers[0].Latency = durationAfter(text, "a latency of ")
			}},
		{"relax.acceptable-latency.c1.outage", slowest(func(c *model.Consumer) { c.Outage = hour }), slowest(),
			func(w *model.Workload, text string) { w.Consumers[0].CatchUp = durationAfter(text, "to take ") }},
		{"relax.acceptable-latency.c1.reprocess", slowest(func(c *model.Consumer) { c.Reprocess, c.CatchUp = hour, hour/4 }), slowest(),
			func(w *model.Workload, text string) { w.Consumers[0].CatchUp = durationAfter(text, "to take ") }},
	} {
		t.Run(s.id, s.check)
	}
}

// check makes the advised change by hand: it must come to the same plan.
func (s *suggestion) check(t *testing.T) {
	got := advised(t, &s.w, s.id)
	changed := clone(s.w)
	s.change(&changed, got.Change)
	want := planned(&changed)
	if got.Shards != want.Shards.Recommended {
		t.Errorf("%s: %d shards, by hand %d", got.Change, got.Shards, want.Shards.Recommended)
	}
	if d := cmp.Diff(want.Shards, got.Plan.Shards); d != "" {
		t.Error(got.Change, d)
	}
	for i := range want.Constraints {
		want.Constraints[i].Carries = model.Maybe[model.Carries]{} // plans within advice do without
	}
	if d := cmp.Diff(want.Constraints, got.Plan.Constraints); d != "" {
		t.Error(got.Change, d)
	}
	if isAdvised(&s.not, s.id) {
		t.Error("advised where it does not help")
	}
}

func after(text, word string) string {
	_, rest, _ := strings.Cut(text, word)
	return rest
}

func rateAfter(text, word string) unit.RecordsPerSecond {
	figure, _, _ := strings.Cut(after(text, word), " ")
	r, _ := unit.ParseRecordsPerSecond(strings.ReplaceAll(figure, ",", ""))
	return r
}

func durationAfter(text, word string) unit.Duration { return calctest.NamedDuration(after(text, word)) }

var countExpr = regexp.MustCompile(`[0-9][0-9,]*`)

func countAfter(text, word string) unit.Count {
	c, _ := unit.ParseCount(strings.ReplaceAll(countExpr.FindString(after(text, word)), ",", ""))
	return c
}

// The factor that is advised is the least that helps as much as ten: on 5
// shards for the records, a function of 100 records/s needs a factor of 10.
func TestAdvisedFactorIsTheLeast(t *testing.T) {
	for _, c := range []struct {
		batch unit.Count
		want  unit.Count
	}{{100, 10}, {200, 5}, {400, 3}} {
		w := onFn(100, 5000, c.batch, 1)
		if got := countAfter(advised(t, &w, "parallelization-factor.fn").Change, "from 1 to "); got != c.want {
			t.Errorf("batch %d: from 1 to %d, want %d", c.batch, got, c.want)
		}
	}
}

// Aggregation packs less the more producers there are. The advice names the
// largest number that needs no more shards than one does.
func TestAdviceToAggregateNamesItsProducers(t *testing.T) {
	for name, w := range map[string]model.Workload{
		"defaults":       workload(200, 10_000, 20_000),
		"fast consumer":  workload(200, 10_000, 20_000, with("c", speed(5000))),
		"larger records": workload(500, 10_000, 20_000),
		"many":           workload(10, 1e6, 1e6),
		"with headroom":  at(0.8, workload(200, 10_000, 20_000)),
		"skew and burst": burstAndSkew(workload(200, 10_000, 20_000)),
	} {
		got := advised(t, &w, "aggregate")
		holds := countAfter(got.Change, "up to ")
		packed := func(producers unit.Count) int {
			changed := buffered(w)
			changed.Producer.Aggregation.Producers = producers
			_, recommended := calc.Counts(calc.Solve(&limits, &changed, nil))
			return recommended
		}
		if holds == 0 || packed(holds) != got.Shards || packed(holds+1) <= got.Shards {
			t.Errorf(
				"%s: %s %d shards; at %d producers %d, at one more %d",
				name,
				got.Change,
				got.Shards,
				holds,
				packed(holds),
				packed(holds+1),
			)
		}
	}
}

func burstAndSkew(w model.Workload) model.Workload {
	w.Producer.Burst, w.Producer.Skew = 1.6, 1.2
	return w
}

// A relaxation goes just so far that what binds next does: a hundredth less
// does not do.
func TestRelaxationsAreTheLeast(t *testing.T) {
	w := calctest.PublicSurge()
	got := advised(t, &w, "relax.surge")
	if got.Shards != 28 { // the acceptable latency's, of a surge of 50,000/s
		t.Errorf("%s: %d shards", got.Change, got.Shards)
	}
	less := w
	less.Producer.Surge.Throughput = rateAfter(got.Change, " to ") * 1.01
	if p := planned(&less); p.Shards.Recommended <= got.Shards {
		t.Errorf("%s: %v would do", got.Change, less.Producer.Surge.Throughput)
	}

	w = slowest(latency(0))
	got = advised(t, &w, "relax.consumption-speed.c1")
	less = clone(w)
	less.Consumers[0].Speed = rateAfter(got.Change, "process ") / 1.01
	if p := planned(&less); p.Shards.Recommended <= got.Shards {
		t.Errorf("%s: %v would do", got.Change, less.Consumers[0].Speed)
	}
}

// The best comes first: what fits, and of that the fewest shards.
func TestAdviceIsSorted(t *testing.T) {
	w := calctest.Benchmarked(false)
	list := planned(&w).Advice
	if len(list) < 2 || !slices.IsSortedFunc(list, func(a, b model.Advice) int { return a.Shards - b.Shards }) {
		t.Errorf("%d of them", len(list))
	}
}

// Compression halves each of the declared sizes, and their mean: the largest
// then fits into a record of 1 MiB.
func TestCompressHalvesEachSize(t *testing.T) {
	w := workload(1034*unit.KiB, 20, 20)
	w.Producer.RecordSizes = []model.SizeShare{{Size: 20 * unit.KiB, Share: 0.5}, {Size: 2 * unit.MiB, Share: 0.5}}
	got := advised(t, &w, "compress")
	if got.Shards != 11 { // 20 × 517 KiB
		t.Errorf("%s: %d shards", got.Change, got.Shards)
	}
	isLarge := func(w notice.Notice) bool { return w.ID == "large-record" }
	if p := planned(&w); !slices.ContainsFunc(p.Warnings, isLarge) || slices.ContainsFunc(got.Plan.Warnings, isLarge) {
		t.Errorf("large records before and after: %v, %v", p.Warnings, got.Plan.Warnings)
	}
	if w.Producer.RecordSizes[0].Size != 20*unit.KiB {
		t.Error("the workload's own sizes were changed")
	}
}

// What lowers the shards of a plan that fits is no advice if it does not fit
// itself: the aggregation buffer of 100 ms comes on top of the poll interval.
func TestNoAdviceThatDoesNotFit(t *testing.T) {
	for bound, want := range map[unit.Duration]bool{second: false, second + 100*millisecond: true} {
		w := workload(100, 20_000, 20_000, with("a", delayBound, latency(bound)))
		if got := isAdvised(&w, "aggregate"); got != want {
			t.Errorf("delay of %v: to aggregate is advised: %v", bound, got)
		}
	}
}

// What would change it is a shorter interval, as far as a shard answers; that of an
// event source mapping cannot be changed.
func TestPollingMoreOftenIsAdvised(t *testing.T) {
	c := with("a", poll(10*second), speed(5000))
	c.Outage, c.CatchUp = hour, hour
	w := workload(100, 20_000, 20_000, c)
	p := planned(&w)
	found := ""
	for _, a := range p.Advice {
		if a.ID == "relax.acceptable-latency.a.outage" {
			found = a.Change
		}
	}
	if !strings.HasPrefix(found, "Let a poll every 5s instead of 10s") {
		t.Errorf("advice %q", found)
	}
	w.Consumers[0].Speed, w.Consumers[0].Lambda = 0, model.Lambda{
		BatchSize:             10_000,
		Duration:              second,
		ParallelizationFactor: 10,
	}
	for _, a := range planned(&w).Advice {
		if strings.Contains(a.Change, "poll every") {
			t.Errorf("a function polls as Lambda has it poll: %s", a.Change)
		}
	}
}

// Where skew does not count, spreading the keys saves nothing.
func TestNoAdviceWhereSkewDoesNotCount(t *testing.T) {
	w := at(0.8, uneven(workload(100, 500, 500), 10_000))
	for _, a := range planned(&w).Advice {
		t.Errorf("advice %s: %s", a.ID, a.Change)
	}
}

// A function whose work is on user records keeps what bounds it when records are packed: what
// it reserves, its batching window, its filter. 1,000 records/s in 10 × 100 ÷ 1 s take all that
// it reserves; with 9 there is nothing that aggregation could help.
func TestAggregationKeepsTheFunction(t *testing.T) {
	w := in("us-east-1", workload(500, 1000, 1000, with("fn", lambda(100, 1, second))))
	fn := &w.Consumers[0]
	for reserved, want := range map[unit.Count]int{9: 0, 10: 10, 0: 10} {
		fn.Lambda.ReservedConcurrency = reserved
		shards := 0
		for _, a := range pricedPlan(&w, monthly()).Advice {
			if a.ID == "aggregate" {
				shards = a.Shards
			}
		}
		if shards != want {
			t.Errorf("reserved %d: aggregation is advised with %d shards, want %d", reserved, shards, want)
		}
	}
	packed := func() model.Consumer {
		a := assess(&limits, &w, nil)
		return a.aggregate().w.Consumers[0]
	}
	fn.Lambda.ReservedConcurrency, fn.Lambda.BatchingWindow, fn.Filter = 20, 5*second, 0.5
	fn.Lambda.ManagedInstances = true
	got, want := packed(), *fn
	want.Lambda.PerUserRecord = true
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	// Its delay bound of 5 s leaves nothing for a window of 5 s and a poll of 1 s.
	fn.LatencyBound, fn.Latency = model.DelayBound, 5*second
	if a := assess(&limits, &w, nil); a.Fits(a.needs) || isAdvised(&w, "aggregate") {
		t.Error("aggregation is advised though the batching window breaks the bound")
	}
}

// A function takes 0.85 s for a record, and so 5,000 × 0.85 = 4,250 shards. An aggregate has
// 1 + 5,000 ÷ 4,250 × 0.1 = 1.118 records then, and a batch of 1,000 takes 950 s, where an
// invocation may take 900 s: 947 fit.
func TestAggregatesMakeInvocationsLong(t *testing.T) {
	w := workload(200, 5000, 5000, with("fn", lambda(1000, 1, 850*second)))
	a := assess(&limits, &w, nil)
	v := a.aggregate()
	if !strings.Contains(v.advice.Remedy, "takes 15m50s for 1,000 aggregates, and may take 15m: its batch size has to be 947") {
		t.Errorf("%q", v.advice.Remedy)
	}
	w.Consumers[0].Lambda.BatchSize, w.Consumers[0].Lambda.Duration = 10, second/100
	a = assess(&limits, &w, nil)
	if v := a.aggregate(); strings.Contains(v.advice.Remedy, "may take") {
		t.Errorf("%q", v.advice.Remedy)
	}
}

// Records are kept as long as something needs them. What a consumer has not read now counts: it
// is behind by 40 h, or by 144 M records, which at 1,000 records/s on average are 40 h.
func TestRetentionKeepsABacklog(t *testing.T) {
	for name, c := range map[string]struct {
		consumer model.Consumer
		want     string
	}{
		"nothing":  {with("a"), "instead of 7d"},
		"behind":   {with("a", func(c *model.Consumer) { c.Behind, c.CatchUp = 40*hour, hour }), "for 3d8h"},
		"backlog":  {with("a", func(c *model.Consumer) { c.Backlog, c.CatchUp = 144e6, hour }), "for 3d8h"},
		"too much": {with("a", func(c *model.Consumer) { c.Behind, c.CatchUp = 100*hour, hour }), ""},
	} {
		w := workload(100, 1000, 5000, c.consumer)
		w.Retention = unit.Week
		a := assess(&limits, &w, nil)
		list := a.retentionVariants()
		if (len(list) > 0) != (c.want != "") || len(list) > 0 && !strings.Contains(list[0].advice.Message, c.want) {
			t.Errorf("%s: %+v", name, list)
		}
	}
}
