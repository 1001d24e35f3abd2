package main

import (
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/modeltest"
	"github.com/kcalc/kcalc/model/unit"
)

// consumerDraft is a workload that is right but for its consumers.
func consumerDraft(flags ...string) input.Declaration {
	d := input.Declaration{Settings: input.Settings{
		"producer.record_size": flagSetting("--record-size", "200"),
		"producer.average":     flagSetting("--average", "10k"),
	}}
	for _, text := range flags {
		addConsumer(&d, text)
	}
	return d
}

// Every key of the file has its flag, but for the groups and the underscores.
func TestConsumerFlag(t *testing.T) {
	d := consumerDraft(
		"fraud,type=standard,speed=1k,latency=30s,latency-bound=delay,outage=2h,reprocess=1d12h,catch-up=1h,poll-interval=500ms",
		"archive,type=efo,parallelization-factor=2,duration=800ms,batch-size=500", // in any order
		"audit",
	)
	w, _, err := d.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	const second, hour = unit.Duration(1e9), unit.Duration(3600e9)
	want := []model.Consumer{
		{Name: "fraud", Type: model.Standard, Speed: 1000, Latency: 30 * second, LatencyBound: model.DelayBound,
			Outage: 2 * hour, Reprocess: 36 * hour, CatchUp: hour, PollInterval: second / 2},
		{Name: "archive", Type: model.EnhancedFanOut, LatencyBound: model.RecoveryBound, PollInterval: second,
			Lambda: model.Lambda{BatchSize: 500, Duration: 800e6, ParallelizationFactor: 2}},
		model.NewConsumer("audit"),
	}
	if diff := cmp.Diff(want, w.Consumers); diff != "" {
		t.Error(diff)
	}
}

// No two keys of the file are one key of the flag, and the text has them all.
func TestConsumerFlagHasEveryKey(t *testing.T) {
	settings := input.Settings{}
	for _, f := range input.ConsumerFields() {
		settings[f.Key] = input.Setting{Text: f.Example}
	}
	text := consumerText(settings)
	var d input.Declaration
	addConsumer(&d, text)
	if d.Errors != nil || len(d.Consumers[0]) != len(input.ConsumerFields()) {
		t.Errorf("%s: %v, %v", text, d.Consumers[0], d.Errors)
	}
	if again := consumerText(d.Consumers[0]); again != text {
		t.Errorf("%s is written %s", text, again)
	}
}

func TestConsumerFlagFaults(t *testing.T) {
	const keys = " (allowed: key=value with the keys backlog, batch-size, batching-window, behind, bisect, catch-up, " +
		"duration, filter, latency, latency-bound, managed-instances, max-record-age, on-failure, outage, " +
		"parallelization-factor, partial-responses, per-record, poll-interval, reprocess, reserved-concurrency, retries, " +
		"speed, threads, timeout, total-speed, type, workers)"
	const name = " (allowed: 1 to 128 of A-Z a-z 0-9 _ . -, each name once)"
	for text, want := range map[string][]string{
		"":                     {"--consumer: consumers[0].name: empty" + name},
		"speed=5":              {`--consumer: consumers[0].name: "speed=5": not a name` + name},
		"a b":                  {`--consumer: consumers[0].name: "a b": not a name` + name},
		"a,speed":              {`--consumer a: consumers.a.speed: "speed": not a key=value` + keys},
		"a,sped=5":             {`--consumer a: consumers.a.sped: "sped=5": unknown key, did you mean speed?` + keys},
		"a,name=b":             {`--consumer a: consumers.a.name: "name=b": unknown key` + keys},
		"a,Speed=5":            {`--consumer a: consumers.a.Speed: "Speed=5": unknown key, did you mean speed?` + keys},
		"a, speed=5":           {`--consumer a: consumers.a. speed: " speed=5": unknown key, did you mean speed?` + keys},
		"a,speed=5,speed=6":    {`--consumer a: consumers.a.speed: "speed=6": given twice` + keys},
		"a,speed=":             {`--consumer a: consumers.a.speed: empty (allowed: records/s such as 1000 or 10k, or a bandwidth such as 400KB/s; from 0.000001 to 1e12 records/s)`},
		"a,poll-interval=2h":   {`--consumer a: consumers.a.poll_interval: "2h": out of range (allowed: 10ms to 1h)`},
		"a,outage=1h,catch-up": {`--consumer a: consumers.a.catch_up: "catch-up": not a key=value` + keys},
		// and not: no time is given
		"a,sped=5,latency=10": { // both at once
			`--consumer a: consumers.a.sped: "sped=5": unknown key, did you mean speed?` + keys,
			`--consumer a: consumers.a.latency: "10": a duration needs a unit: ms, s, m, h, d or w (allowed: any, or a duration above 0 with a unit, such as 10s, 1h30m, 7d or 2w; at most 3650d)`,
		},
	} {
		d := consumerDraft(text)
		_, _, err := d.Resolve()
		if err == nil {
			t.Errorf("%s is taken", text)
			continue
		}
		if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}

// A comma at the end is a setting that is missing, not one too many.
func TestConsumerFlagWithCommaAtTheEnd(t *testing.T) {
	d := consumerDraft("a,")
	if _, _, err := d.Resolve(); err == nil || !strings.Contains(err.Error(), "not a key=value") {
		t.Errorf("%v", err)
	}
}

// FuzzConsumerFlag checks of any text that what is read of it is printed as a
// text that reads the same, and that resolving it never panics.
func FuzzConsumerFlag(f *testing.F) {
	for _, seed := range []string{
		"", ",", "a", "a,", ",,", "a,speed=1k,latency=30s", "a,type=efo,batch-size=5,duration=1s,parallelization-factor=2",
		"a,outage=1h,reprocess=1h,catch-up=1m", "a,speed=5,speed=6", "a,=,==", "a,speed=a=b", "a,speed=Inf", "a,speed=NaN",
		"a,latency=1e400s",
		"a,speed=0x1p", "a,speed=１２", "a.outage,latency=1s", "a,latency-bound=delay", "\x00,\x1b[2J=\n", "a\nb", "a,name=b",
		"-", strings.Repeat("a", 129),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		modeltest.Deadline(t, text)
		d := consumerDraft(text, "a,outage=1h,latency=1m")
		_, _, err := d.Resolve()
		if err != nil && strings.ContainsFunc(strings.ReplaceAll(err.Error(), "\n", ""),
			func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Fatalf("%q is refused with %q", text, err)
		}
		if d.Errors != nil {
			return
		}
		var again input.Declaration
		addConsumer(&again, consumerText(d.Consumers[0]))
		if diff := cmp.Diff(d.Consumers[0], again.Consumers[0]); diff != "" || again.Errors != nil {
			t.Fatalf("%q is written %q: %s %v", text, consumerText(d.Consumers[0]), diff, again.Errors)
		}
	})
}
