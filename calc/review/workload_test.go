package review_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/plan"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// Every input says where it is from: a flag goes before a file, a file before
// what was measured, and that before a default.
func TestInputsSayWhereTheyAreFrom(t *testing.T) {
	e := orders()
	e.Surges = []fit.Surge{surge(30_000, 10*time.Minute)}
	e.Skew, e.Burst = model.Known(fit.Skew{Factor: 1.2}), model.Known(fit.Burst{Factor: 1.5})
	e.Consumers.EnhancedFanOut = []fit.EnhancedFanOutConsumer{{Name: "audit"}}
	declared := layer(
		model.File,
		"producer.peak",
		"11k",
		"producer.average",
		"6k",
		"producer.skew",
		"1.3",
		"stream",
		"orders-eu",
		"current_shards",
		"18",
	)
	declared.Merge(flags("producer.peak", "12k", "producer.skew", "1.4", "target_utilization", "70%"))
	w, inputs := workload(t, e, declared)

	got := map[string]string{}
	for _, in := range inputs {
		if _, twice := got[in.Name]; twice {
			t.Errorf("%s is there twice", in.Name)
		}
		got[in.Name] = fmt.Sprintf("%v %s", in.Value, in.Source)
	}
	want := map[string]string{
		"stream": "orders-eu file", "region": "us-east-1 measured",
		"producer.record_size": "512 measured", "producer.partition_key_size": "0 default",
		"producer.average": "6000 file", "producer.peak": "12000 flag",
		"producer.surge.throughput": "30000 measured", "producer.surge.duration": "600 measured",
		"producer.skew": "1.4 flag", "producer.burst": "1.5 measured",
		"retention": "86400 measured", "target_utilization": "0.7 flag", "size_reads_for": "peak default", "current_shards": "18 file",
		"horizon": "2.4192e+06 default", "confidence": "0.8 default",
		"consumers.audit.name": "audit measured", "consumers.audit.type": "enhanced-fan-out measured",
		"consumers.audit.latency_bound": "recovery default", "consumers.audit.poll_interval": "1 default",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if w.Producer.Peak != 12_000 || w.Producer.Skew != 1.4 || w.CurrentShards != 18 {
		t.Errorf("the workload has not the inputs: %+v", w)
	}
}

// A declared size, and declared sizes, take the place of the measured one.
func TestDeclaredSizes(t *testing.T) {
	w, _ := workload(t, orders(), flags("producer.record_size", "2KiB"))
	if w.Producer.RecordSize != 2048 {
		t.Errorf("%v", w.Producer.RecordSize)
	}
	declared := input.Declaration{
		Sizes: []input.Settings{
			settings(model.File, "size", "100", "share", "0.5"),
			settings(model.File, "size", "300", "share", "0.5"),
		},
	}
	w, inputs := workload(t, orders(), declared)
	if w.Producer.RecordSize != 200 || source(inputs, "producer.record_size") != model.File {
		t.Errorf("%v, %s", w.Producer.RecordSize, source(inputs, "producer.record_size"))
	}
}

// source is where an input is from, "" if there is none of that name.
func source(inputs []model.Input, name string) model.Source {
	for _, in := range inputs {
		if in.Name == name {
			return in.Source
		}
	}
	return ""
}

// readers are what reads a stream in the tests: a function, an enhanced fan-out
// consumer, and one that is known by what it reads alone.
func readers() fit.Consumers {
	return fit.Consumers{
		UsualFanOut:    model.Known(2.0),
		EnhancedFanOut: []fit.EnhancedFanOutConsumer{{Name: "audit"}},
		Functions:      []fit.Function{function("enrich")},
	}
}

// Declared consumers are joined with the measured ones.
func TestDeclaredConsumers(t *testing.T) {
	const audit, enrich, nameless = "audit enhanced-fan-out", "enrich standard 500×2/100ms", "consumer-1 standard"
	for name, c := range map[string]struct {
		declared []input.Settings
		want     []string
	}{
		"none":                                    {nil, []string{audit, enrich, nameless}},
		"latency of a measured one":               {[]input.Settings{consumer("enrich", "latency", "30s")}, []string{audit, nameless, enrich + " within 30s"}},
		"speed instead of a function's":           {[]input.Settings{consumer("enrich", "speed", "700")}, []string{audit, nameless, "enrich standard 700/s"}},
		"speed and latency":                       {[]input.Settings{consumer("enrich", "speed", "700", "latency", "5s")}, []string{audit, nameless, "enrich standard 700/s within 5s"}},
		"another batch of the same function":      {[]input.Settings{consumer("enrich", "lambda.batch_size", "900", "lambda.duration", "150ms")}, []string{audit, nameless, "enrich standard 900×2/150ms"}},
		"another type of a measured one":          {[]input.Settings{consumer("enrich", "type", "enhanced-fan-out")}, []string{audit, nameless, "enrich enhanced-fan-out 500×2/100ms"}},
		"a measured fan-out consumer that polls":  {[]input.Settings{consumer("audit", "type", "standard")}, []string{enrich, nameless, "audit standard"}},
		"one that was measured without a name":    {[]input.Settings{consumer("consumer-1", "latency", "10s")}, []string{audit, enrich, nameless + " within 10s"}},
		"a new name for the nameless":             {[]input.Settings{consumer("fraud", "speed", "1k")}, []string{audit, enrich, "fraud standard 1000/s"}},
		"a new name and its type":                 {[]input.Settings{consumer("fraud", "type", "standard")}, []string{audit, enrich, "fraud standard"}},
		"a function for the nameless":             {[]input.Settings{consumer("fraud", "lambda.batch_size", "100", "lambda.duration", "1s")}, []string{audit, enrich, "fraud standard 100×1/1s"}},
		"two new names for one nameless":          {[]input.Settings{consumer("fraud"), consumer("search")}, []string{audit, enrich, "fraud standard", "search standard"}},
		"a new fan-out consumer takes none's":     {[]input.Settings{consumer("fraud", "type", "enhanced-fan-out")}, []string{audit, enrich, nameless, "fraud enhanced-fan-out"}},
		"a measured name takes no nameless place": {[]input.Settings{consumer("enrich"), consumer("audit")}, []string{nameless, enrich, audit}},
	} {
		e := orders()
		e.Consumers = readers()
		w, _ := workload(t, e, consumers(c.declared...))
		if diff := cmp.Diff(c.want, described(w.Consumers)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// described are consumers in a line each: name, type, speed or function, latency.
func described(list []model.Consumer) []string {
	var lines []string
	for _, c := range list {
		line := fmt.Sprintf("%s %s", c.Name, c.Type)
		if c.Speed > 0 {
			line += " " + c.Speed.String()
		}
		if l := c.Lambda; l.BatchSize > 0 {
			line += fmt.Sprintf(" %d×%d/%s", l.BatchSize, l.ParallelizationFactor, l.Duration)
		}
		if c.Latency > 0 {
			line += " within " + c.Latency.String()
		}
		lines = append(lines, line)
	}
	return lines
}

// Of a consumer that was declared and measured each input has its own source.
func TestSourcesOfAJoinedConsumer(t *testing.T) {
	e := orders()
	e.Consumers = readers()
	_, inputs := workload(t, e, consumers(consumer("enrich", "latency", "30s")))
	for key, want := range map[string]model.Source{"name": model.Flag, "latency": model.Flag, "type": model.Measured, "lambda.batch_size": model.Measured,
		"lambda.duration": model.Measured, "lambda.parallelization_factor": model.Measured, "latency_bound": model.Default, "speed": ""} {
		if got := source(inputs, "consumers.enrich."+key); got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
}

// Of several readers without a name, each new one that is declared takes the
// place of one, and those that are left keep their names.
func TestNamelessReaders(t *testing.T) {
	e := orders()
	e.Consumers = fit.Consumers{UsualFanOut: model.Known(3.0)}
	w, _ := workload(t, e, consumers(consumer("fraud", "speed", "1k"), consumer("search")))
	if diff := cmp.Diff([]string{"consumer-3 standard", "fraud standard 1000/s", "search standard"}, described(w.Consumers)); diff != "" {
		t.Error(diff)
	}
}

// Functions and enhanced fan-out consumers have names, even such as kcalc makes
// up: nobody takes their places.
func TestFunctionWithANamelessName(t *testing.T) {
	for _, name := range []string{"consumer-billing", "consumer-2"} {
		e := orders()
		e.Consumers = fit.Consumers{UsualFanOut: model.Known(1.0), Functions: []fit.Function{function(name)}}
		w, _ := workload(t, e, consumers(consumer("fraud")))
		if diff := cmp.Diff([]string{name + " standard 500×2/100ms", "fraud standard"}, described(w.Consumers)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	idle := function("consumer-billing") // of which no duration is known
	idle.Duration, idle.Speed = model.Maybe[fit.Seconds]{}, model.Maybe[unit.RecordsPerSecond]{}
	e := orders()
	e.Consumers = fit.Consumers{UsualFanOut: model.Known(1.0), Functions: []fit.Function{idle}}
	w, _ := workload(t, e, consumers(consumer("fraud")))
	if diff := cmp.Diff([]string{"consumer-billing standard 500×2/0s", "fraud standard"}, described(w.Consumers)); diff != "" {
		t.Error(diff)
	}
}

func TestFanOutConsumerWithANamelessName(t *testing.T) {
	e := orders()
	e.Consumers.EnhancedFanOut = []fit.EnhancedFanOutConsumer{{Name: "consumer-1"}}
	w, _ := workload(t, e, consumers(consumer("fraud")))
	if diff := cmp.Diff([]string{"consumer-1 enhanced-fan-out", "fraud standard"}, described(w.Consumers)); diff != "" {
		t.Error(diff)
	}
}

// Of a stream to which nothing was written the traffic is what was declared, and
// the average is the peak where only that is, as without a history.
func TestStreamAtRest(t *testing.T) {
	rest := &fit.Evidence{
		Stream:  "orders",
		Region:  "us-east-1",
		Average: model.Known(fit.Range{}),
		Shards:  model.Known(3),
		Mode:    model.Known(model.Provisioned),
	}
	for name, c := range map[string]struct {
		declared            input.Declaration
		size, average, peak float64
	}{
		"nothing":          {input.Declaration{}, 1024, 0, 0},
		"average and peak": {flags("producer.average", "1k", "producer.peak", "2k"), 1024, 1000, 2000},
		"average":          {flags("producer.average", "1k", "producer.record_size", "300"), 300, 1000, 1000},
		"peak":             {flags("producer.peak", "2k", "producer.record_size", "300"), 300, 2000, 2000},
	} {
		w, _ := workload(t, rest, c.declared)
		p := w.Producer
		if got := [...]float64{float64(p.RecordSize), float64(p.Average), float64(p.Peak)}; got != [...]float64{
			c.size,
			c.average,
			c.peak,
		} {
			t.Errorf("%s: size, average and peak are %v, want %v", name, got, [...]float64{c.size, c.average, c.peak})
		}
	}
	rest.RecordSize = model.Known(unit.Bytes(300))
	if w, _ := workload(t, rest, input.Declaration{}); w.Producer.RecordSize != 300 {
		t.Errorf("the size that was measured is %v", w.Producer.RecordSize)
	}
}

// What is neither measured nor declared, and what does not fit together, is told.
func TestWorkloadFaults(t *testing.T) {
	sizeless := orders()
	sizeless.RecordSize = model.Maybe[unit.Bytes]{}
	for name, c := range map[string]struct {
		e        *fit.Evidence
		declared input.Declaration
		want     string
	}{
		"no size to divide by":          {sizeless, flags("producer.peak", "9MiB/s"), "producer.record_size: missing"},
		"a peak below the average":      {orders(), flags("producer.peak", "4k"), `producer.peak: "4k": below the average of 5000/s`},
		"a surge below the peak":        {orders(), flags("producer.surge.throughput", "9k", "producer.surge.duration", "10s"), `producer.surge.throughput: "9k": below the peak`},
		"a surge without duration":      {orders(), flags("producer.surge.throughput", "90k"), "a surge needs its duration"},
		"the same consumer twice":       {orders(), consumers(consumer("a"), consumer("a")), "a second consumer of this name"},
		"more than one, all of them":    {sizeless, flags("producer.skew", "0.5", "producer.peak", "9MiB/s"), "producer.record_size: missing"},
		"more than one, all of them, 2": {sizeless, flags("producer.skew", "0.5", "producer.peak", "9MiB/s"), `producer.skew: "0.5"`},
	} {
		if _, _, err := review.Workload(&limits, c.e, c.declared); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// A history does not change what was declared: the same draft serves again.
func TestDeclaredStays(t *testing.T) {
	e := orders()
	e.Consumers = readers()
	e.Surges = []fit.Surge{surge(30_000, 10*time.Minute)}
	declared := flags("producer.peak", "12k")
	declared.Consumers = []input.Settings{consumer("enrich", "latency", "30s")}
	first, _ := workload(t, e, declared)
	if n := len(declared.Consumers[0]); n != 2 || len(declared.Settings) != 1 || len(e.Surges) != 1 {
		t.Errorf("%v, %d surges", declared, len(e.Surges))
	}
	again, _ := workload(t, e, declared)
	if diff := cmp.Diff(first, again); diff != "" {
		t.Error(diff)
	}
}

// How long a function takes with another batch than the measured one, nobody
// knows: its speed is unknown.
func TestAnotherBatchNeedsItsDuration(t *testing.T) {
	e := orders()
	e.Consumers = readers()
	w, _, err := review.Workload(&limits, e, consumers(consumer("enrich", "lambda.batch_size", "900")))
	if err != nil {
		t.Fatal(err)
	}
	for i := range w.Consumers {
		if c := &w.Consumers[i]; c.Name == "enrich" && (c.HasSpeed() || c.Lambda.BatchSize != 900) {
			t.Errorf("%+v", c)
		}
	}
}

// Throttled minutes prove skew times burst: a declared skew is divided out of a
// burst that was measured without one. Of a surge one input can be declared.
func TestLayersOfFactorsAndSurges(t *testing.T) {
	e := orders()
	e.Skew = model.Maybe[fit.Skew]{}
	e.Burst = model.Known(fit.Burst{Factor: 2, Minutes: 9, Shards: 4})
	for skew, want := range map[string]unit.Factor{"1.25": 1.6, "2": 1, "4": 1} {
		if w, _ := workload(t, e, flags("producer.skew", skew)); w.Producer.Burst != want {
			t.Errorf("skew %s: burst %v, want %v", skew, w.Producer.Burst, want)
		}
	}
	if w, _ := workload(t, e, flags("producer.skew", "2", "producer.burst", "3")); w.Producer.Burst != 3 {
		t.Errorf("a declared burst is %v", w.Producer.Burst)
	}
	e.Skew = model.Known(fit.Skew{Factor: 1.5, Shard: "shardId-0", Shards: 4})
	if w, _ := workload(t, e, flags("producer.skew", "1.25")); w.Producer.Burst != 2 {
		t.Errorf("beside a measured skew the burst is %v", w.Producer.Burst)
	}
	e.Surges = []fit.Surge{{Length: fit.Seconds(20 * time.Minute), Records: 12_000, Plan: 12_000}}
	if w, _ := workload(t, e, flags("producer.surge.throughput", "15k")); w.Producer.Surge != (model.Surge{Throughput: 15_000, Duration: unit.Duration(20 * time.Minute)}) {
		t.Errorf("%+v", w.Producer.Surge)
	}
	if w, _ := workload(t, e, flags("producer.surge.duration", "5m")); w.Producer.Surge != (model.Surge{Throughput: 12_000, Duration: unit.Duration(5 * time.Minute)}) {
		t.Errorf("%+v", w.Producer.Surge)
	}
}

// Without a record size the plan is that of the records alone, and says so.
func TestHistoryWithoutRecordSize(t *testing.T) {
	sizeless := orders()
	sizeless.RecordSize = model.Maybe[unit.Bytes]{}
	w, _ := workload(t, sizeless, input.Declaration{})
	p, err := plan.AtLeast(t.Context(), &limits, &w, nil, 0)
	if err != nil || p.Warnings[0].ID != "record-size-missing" || len(p.Binding) != 1 ||
		!strings.HasPrefix(p.Binding[0], "producer-limit.records.") {
		t.Errorf("%v, %v, %v", p.Warnings, p.Binding, err)
	}
}
