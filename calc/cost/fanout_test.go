package cost

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/calctest"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"pgregory.net/rapid"
)

// parted is one assignment as the whole plan and the whole bill have it.
type parted struct {
	fanOut []model.Name
	shards int
	cost   unit.USD
	delay  unit.Duration
}

// feasible are all assignments of a workload's consumers that fit, with every
// consumer's latency above the delay that it has anyway: the cheapest first, and
// of equals the fastest.
func feasible(t rapid.TB, w *model.Workload) []parted {
	var list []parted
	for set := range 1 << len(w.Consumers) {
		trial := clone(*w)
		p := parted{fanOut: []model.Name{}}
		buffer := heldBack(&trial.Producer)
		tooLate := false
		for i := range trial.Consumers {
			c := &trial.Consumers[i]
			c.Type = model.Standard
			late := c.PollInterval
			if set>>i&1 == 1 {
				c.Type, late = model.EnhancedFanOut, 70*millisecond
				p.fanOut = append(p.fanOut, c.Name)
			}
			late += c.Lambda.BatchingWindow
			p.delay = max(p.delay, late+buffer)
			tooLate = tooLate || c.Latency > 0 && c.Latency < late+buffer
		}
		s := calc.NewSizing(&limits, &trial)
		needs := s.Solve(nil)
		if tooLate || !s.Fits(needs) {
			continue
		}
		_, p.shards = calc.Counts(needs)
		p.cost = bill(t, monthly(), &trial, model.Provisioned, p.shards).Total.Value
		list = append(list, p)
	}
	slices.SortStableFunc(list, func(a, b parted) int {
		if a.cost != b.cost {
			return int(max(-1, min(1, a.cost-b.cost)))
		}
		return int(max(-1, min(1, a.delay-b.delay)))
	})
	return list
}

// heldBack is how long a producer holds records back: as long as its buffer says,
// where an aggregate has room for two of them, or else for a call to fill.
func heldBack(p *model.Producer) unit.Duration {
	if p.Aggregation.Producers == 0 || 2*(p.RecordSize+p.PartitionKeySize+10)+20 > p.Aggregation.MaxSize {
		return p.PutRecords.Wait
	}
	return p.Aggregation.Buffer
}

// wantPlan checks a choice against the place that it has among all.
func wantPlan(t rapid.TB, what string, got *model.FanOutPlan, all []parted, place int) {
	t.Helper()
	want := all[place]
	if got.Cost != want.cost || got.Delay != want.delay.Seconds() {
		t.Errorf("the %s costs %s with %v s, want %s with %v", what, got.Cost, got.Delay, want.cost, want.delay)
	}
	// Of those that cost the same and are as fast any may be named.
	if !slices.ContainsFunc(all, func(p parted) bool {
		return p.cost == got.Cost && p.delay == want.delay && p.shards == got.Shards && slices.Equal(p.fanOut, got.Consumers)
	}) {
		t.Errorf("the %s is no assignment that fits: %+v", what, got)
	}
}

// The choice and the runner-up are the two cheapest of all assignments that fit.
func TestFanOutIsCheapest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := calctest.DrawBilled(t)
		w.Consumers = w.Consumers[:min(4, len(w.Consumers))]
		all := feasible(t, &w)
		got := choiceOf(&w)
		if got.Known != (len(all) > 0 && len(w.Consumers) > 0) {
			t.Fatalf("known: %v of %d that fit", got.Known, len(all))
		}
		if !got.Known {
			return
		}
		wantPlan(t, "choice", &got.Value.Choice, all, 0)
		// What costs the same and is as fast is the choice with like consumers
		// swapped.
		next := slices.IndexFunc(all, func(p parted) bool { return p.cost != all[0].cost || p.delay != all[0].delay })
		if got.Value.RunnerUp.Known != (next > 0) {
			t.Fatalf("runner-up: %+v, want that at place %d of %+v", got.Value.RunnerUp, next, all)
		}
		if next > 0 {
			wantPlan(t, "runner-up", &got.Value.RunnerUp.Value, all, next)
		}
	})
}

// chosen are the consumers that should use enhanced fan-out.
func chosen(t *testing.T, w *model.Workload) []model.Name {
	t.Helper()
	f := choiceOf(w)
	if !f.Known {
		t.Fatal("there is no answer")
	}
	return f.Value.Choice.Consumers
}

// Readers that need nothing of it stay standard.
func TestFanOutNeedless(t *testing.T) {
	w := in("us-east-1", workload(100, 100, 100, with("a"), with("b", fanOut)))
	if got := chosen(t, &w); len(got) > 0 {
		t.Errorf("%v use enhanced fan-out", got)
	}
	if r := choiceOf(&w).Value.RunnerUp; !r.Known || len(r.Value.Consumers) != 1 {
		t.Errorf("the runner-up is %+v, want one of the two", r)
	}
}

// Eight that poll once a second are three more than a shard answers: three, and
// no more, have to move.
func TestPollingForcesFanOut(t *testing.T) {
	w := in("us-east-1", workload(100, 100, 100, thirteen()[:8]...))
	if got := chosen(t, &w); len(got) != 3 {
		t.Errorf("%v use enhanced fan-out, want three", got)
	}
}

// No polling is as fast as 100 ms: who may wait no longer has to move, and the
// others stay.
func TestDelayForcesFanOut(t *testing.T) {
	for _, bound := range []func(*model.Consumer){delayBound, func(*model.Consumer) {}} {
		w := in(
			"us-east-1",
			workload(100, 100, 100, with("slow"), with("fast", latency(100*millisecond), bound), with("third")),
		)
		if got := chosen(t, &w); !slices.Equal(got, []model.Name{"fast"}) {
			t.Errorf("%v use enhanced fan-out, want the fast one", got)
		}
		f := choiceOf(&w).Value
		if f.Choice.Delay != 1 || !f.RunnerUp.Known || !slices.Contains(f.RunnerUp.Value.Consumers, "fast") {
			t.Errorf("%+v", f)
		}
	}
}

// A surge delays eight standard readers, which share what they read with, four
// times as much as it strains the writers. Where one of them must recover at
// once, its fan-out costs as much as the shards again, and saves three quarters
// of them.
func TestFanOutSavesShards(t *testing.T) {
	w := in("us-east-1", workload(20*unit.KiB, 50, 100, thirteen(poll(2 * second))[:8]...))
	w.Producer.Surge = model.Surge{Throughput: 5000, Duration: 60 * second}
	w.Consumers[2].Latency = 3 * second
	f := choiceOf(&w).Value
	standard := recommended(&w)
	if !slices.Equal(f.Choice.Consumers, []model.Name{"c"}) || f.Choice.Shards != 98 || standard != 373 {
		t.Errorf("%+v, and %d shards without", f.Choice, standard)
	}
}

// There is no answer for no consumers, where nothing
// fits, where a price is not known, and for a number of shards that was given.
func TestNoFanOut(t *testing.T) {
	twelve := in("us-east-1", workload(100, 100, 100, thirteen(poll(10 * second))[:12]...))
	none := in("us-east-1", workload(100, 100, 100))
	tooFast := in("us-east-1", workload(100, 100, 100, with("a", delayBound, latency(69*millisecond))))
	without := in(unpriced, workload(100, 100, 100, with("a")))
	for what, w := range map[string]*model.Workload{"none": &none, "too fast": &tooFast, "unpriced": &without} {
		if f := choiceOf(w); f.Known {
			t.Errorf("%s: %+v", what, f.Value)
		}
	}
	// What can be priced is compared, and what cannot is told, such as enhanced
	// fan-out.
	half := in(partlyPriced, workload(100, 100, 100, with("a")))
	if f, why := monthly().FanOut(context.Background(), &limits, &half, Counts{}); !f.Known || len(f.Value.Choice.Consumers) != 0 ||
		!strings.Contains(why, "efo-") {
		t.Errorf("%+v, %q", f, why)
	}
	if f := choiceOf(&twelve); !f.Known {
		t.Error("twelve are too many")
	}
	if !costs(&twelve, monthly(), model.Modes(), 0).FanOut.Known ||
		costs(&twelve, monthly(), model.Modes(), 5).FanOut.Known {
		t.Error("the answer is for the recommended shards alone")
	}
}

// choiceOf is the choice alone. Where there is none, and consumers to choose
// from, there is a reason.
func choiceOf(w *model.Workload) model.Maybe[model.FanOut] {
	choice, why := monthly().FanOut(context.Background(), &limits, w, Counts{})
	if why == "" && !choice.Known && len(w.Consumers) > 0 {
		panic("choice and reason: " + why)
	}
	return choice
}

// Of more than twelve consumers the ones that poll the most often move, one after the other:
// of 25 that poll once a second 20 must, on one shard, for $301.08 of 10.95 + 3.68 +
// 20 × 10.95 + 20 × 259.44 GB × 0.013. What is late when it polls moves before them.
func TestFanOutOfManyConsumers(t *testing.T) {
	var consumers []model.Consumer
	for i := range 25 {
		consumers = append(consumers, with(model.Name("c"+unit.Count(i).String())))
	}
	w := in("us-east-1", workload(1024, 100, 100, consumers...))
	w.Producer.PartitionKeySize = 36
	f, why := monthly().FanOut(context.Background(), &limits, &w, Counts{})
	if c := f.Value.Choice; !f.Known || len(c.Consumers) != 20 || c.Shards != 1 || (c.Cost+unit.Dollar/200)/(unit.Dollar/100) != 30108 {
		t.Errorf("%+v", c)
	}
	if !strings.Contains(why, "25 consumers") {
		t.Errorf("why: %q", why)
	}
	w.Consumers = append([]model.Consumer(nil), consumers[:13]...)
	for i := range w.Consumers {
		w.Consumers[i].PollInterval = 5 * second
	}
	w.Consumers[7].Latency, w.Consumers[7].LatencyBound = second, model.DelayBound
	if got := chosen(t, &w); !slices.Equal(got, []model.Name{"c7"}) {
		t.Errorf("%v use enhanced fan-out, want the one that polling makes late", got)
	}
}
