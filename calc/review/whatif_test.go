package review_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// whatIf is an incident as it was asked for.
func whatIf(text string, i replay.Incident) review.WhatIf {
	return review.WhatIf{Text: text, Incident: i, Where: input.Position{Name: "--what-if"}}
}

// surges is a surge that doubles the traffic for a minute, from some seconds on.
func surges(at float64) review.WhatIf {
	return whatIf("surge", replay.Incident{Kind: replay.Surge, At: at, For: 60, Times: 2})
}

// surgesAt is the same, from a moment on.
func surgesAt(moment time.Time) review.WhatIf {
	w := surges(0)
	w.Moment = model.Known(moment)
	return w
}

// An incident begins within the traffic, which lasts from 16:00 to midnight: at its
// first moment or up to its last. A moment in another zone is the same one.
func TestWhatIfBegins(t *testing.T) {
	begin := end.Add(-8 * time.Hour)
	for name, c := range map[string]struct {
		asked review.WhatIf
		at    float64
	}{
		"at once":             {surges(0), 0},
		"later":               {surges(90.5), 90.5},
		"in the last second":  {surges(28_799.5), 28_799.5},
		"at the first moment": {surgesAt(begin), 0},
		"at a moment":         {surgesAt(begin.Add(90 * time.Minute)), 5400},
		"in another zone":     {surgesAt(begin.Add(time.Minute).In(time.FixedZone("", 5400))), 60},
		"at the last moment":  {surgesAt(end.Add(-time.Millisecond)), 28_799.999},
	} {
		q := ask(9)
		q.WhatIf = []review.WhatIf{c.asked}
		r := replayed(t, steps(), input.Declaration{}, q)
		if len(r.WhatIf) != 1 || r.WhatIf[0].At != c.at || r.WhatIf[0].Moment != c.asked.Moment {
			t.Errorf("%s: %+v, want at %v s", name, r.WhatIf, c.at)
		}
		if q.WhatIf[0] != c.asked {
			t.Errorf("%s: the question became %+v", name, q.WhatIf[0])
		}
	}
}

// What was asked for happens: 9 shards and twice as much for a minute, also at a
// moment.
func TestWhatIfHappens(t *testing.T) {
	for _, asked := range []review.WhatIf{surges(7200), surgesAt(end.Add(-6 * time.Hour))} {
		q := ask(9)
		q.WhatIf = []review.WhatIf{asked}
		c := replayed(t, steps(), input.Declaration{}, q).Candidates[0]
		near(t, "offered in its minute", c.Series.Value.Offered[120], 6*perShard)
		near(t, "and before", c.Series.Value.Offered[119], 3*perShard)
		near(t, "and after", c.Series.Value.Offered[121], 3*perShard)
	}
}

// Incidents come on top of those that a workload declares. As kcalc asks of scenarios,
// no record may be throttled.
func TestWhatIfOfScenario(t *testing.T) {
	q := askFewest()
	q.MaxThrottled = 0
	q.WhatIf = []review.WhatIf{surges(3600)}
	r, err := scenario(t, flags("producer.record_size", "512B", "producer.average", "6000",
		"producer.surge.throughput", "7000", "producer.surge.duration", "1m"), q)
	if err != nil || r.Fewest != model.Known(12) || len(r.WhatIf) != 1 {
		t.Errorf("%v shards, %+v, %v", r.Fewest, r.WhatIf, err)
	}
	q.WhatIf = nil
	if r, err = scenario(t, flags("producer.record_size", "512B", "producer.average", "6000",
		"producer.surge.throughput", "7000", "producer.surge.duration", "1m"), q); err != nil || r.Fewest != model.Known(7) {
		t.Errorf("without it %v shards, %v", r.Fewest, err)
	}
}

// A poisonous record is in one shard, and on-demand nobody knows in which: that is a
// fault of the question. What is wrong with the consumer comes first.
func TestPoisonOnDemand(t *testing.T) {
	poisons := func(name model.Name) review.WhatIf {
		return whatIf("poison "+string(name), replay.Incident{Kind: replay.Poison, Consumer: name, At: 60})
	}
	declared := consumers(consumer("fraud", "speed", "1000"))
	for _, mode := range []model.Mode{model.OnDemandStandard, model.OnDemandAdvantage} {
		q := ask()
		q.Mode, q.WhatIf = mode, []review.WhatIf{poisons("fraud"), stops("fraud", 60, 60), poisons("nobody"), surges(0)}
		_, err := replayOf(t, steps(), orders(), declared, q)
		wantFaults(
			t,
			string(mode),
			err,
			fault(
				"poison fraud",
				"AWS splits the shards of "+string(mode)+", and which one has the record changes",
				"with provisioned shards",
			),
			fault("poison nobody", "there is no consumer nobody", "fraud"),
		)
	}
	q := ask(9)
	q.WhatIf = []review.WhatIf{poisons("fraud")}
	if r := replayed(t, steps(), declared, q); len(r.WhatIf) != 1 {
		t.Errorf("provisioned: %+v", r.WhatIf)
	}
}

func wantFaults(t *testing.T, what string, err error, want ...input.Error) {
	t.Helper()
	var faults input.Errors
	if !errors.As(err, &faults) {
		t.Fatalf("%s: %v", what, err)
	}
	if diff := cmp.Diff(input.Errors(want), faults); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// fault is one of a what-if.
func fault(text, problem, allowed string) input.Error {
	return input.Error{Where: input.Position{Name: "--what-if"}, Value: text, Problem: problem, Allowed: allowed}
}

// Before the traffic begins, and from its end on, nothing can happen.
func TestWhatIfNotWithin(t *testing.T) {
	want := fault("surge", "not within the traffic", "2026-11-15T16:00:00Z to 2026-11-16T00:00:00Z, or a time since "+
		"the traffic begins, below 8h")
	begin := end.Add(-8 * time.Hour)
	for name, asked := range map[string]review.WhatIf{
		"when it ends":           surges(28_800),
		"after that":             surges(1e6),
		"before it begins":       surges(-1),
		"the moment it ends":     surgesAt(end),
		"a moment after that":    surgesAt(end.Add(time.Hour)),
		"just before it begins":  surgesAt(begin.Add(-time.Nanosecond)),
		"long before it begins":  surgesAt(begin.Add(-1000 * day)),
		"the traffic's last day": surgesAt(end.Add(24 * time.Hour)),
	} {
		q := ask(9)
		q.WhatIf = []review.WhatIf{asked}
		_, err := replayOf(t, steps(), orders(), input.Declaration{}, q)
		wantFaults(t, name, err, want)
	}
}

// A declared scenario has no date.
func TestWhatIfOfNoDate(t *testing.T) {
	declared := flags("producer.record_size", "512B", "producer.average", "6000")
	q := ask(9)
	q.WhatIf = []review.WhatIf{surgesAt(end), surges(129_600)}
	_, err := scenario(t, declared, q)
	wantFaults(t, "moment", err,
		fault("surge", "a declared scenario has no date", "a time since it begins, below 1d12h"),
		fault("surge", "not within the traffic", "a time since the traffic begins, below 1d12h"))
}

// Whom an incident is about must be there, and be slower than something. All that is
// wrong is told at once; of one incident, when it begins comes first.
func TestWhatIfOfWhom(t *testing.T) {
	of := func(kind replay.IncidentKind, name model.Name) review.WhatIf {
		return whatIf(
			string(kind)+" "+string(name),
			replay.Incident{Kind: kind, Consumer: name, For: 60, Last: 60, Times: 0.5},
		)
	}
	late := of(replay.Stop, "nobody")
	late.At = -1
	toRate := of(replay.Slow, "unknown")
	toRate.Times, toRate.Rate = 0, 300
	declared := consumers(consumer("known", "speed", "1000"), consumer("unknown"),
		consumer("function", "lambda.batch_size", "100", "lambda.duration", "100ms"))
	q := ask(9)
	q.WhatIf = []review.WhatIf{
		of(
			replay.Stop,
			"nobody",
		), of(replay.Stop, "known"), of(replay.Slow, "unknown"), toRate, of(replay.Slow, "known"), of(replay.Slow, "function"),
		late, of(replay.Reprocess, "nobody"), of(replay.Poison, "Known"), of(replay.Stop, "unknown"), surges(0),
	}
	_, err := replayOf(t, steps(), orders(), declared, q)
	const names = "known, unknown, function"
	wantFaults(t, "three consumers", err,
		fault("stop nobody", "there is no consumer nobody", names),
		fault("slow unknown", "the speed of unknown is not known, so it has no share", "a speed, such as 300/s"),
		fault("stop nobody", "not within the traffic", "2026-11-15T16:00:00Z to 2026-11-16T00:00:00Z, or a time since the "+
			"traffic begins, below 8h"),
		fault("reprocess nobody", "there is no consumer nobody", names),
		fault("poison Known", "there is no consumer Known", names))
	q.WhatIf = slices.DeleteFunc(q.WhatIf, func(w review.WhatIf) bool {
		return w.Consumer == "nobody" || w.Consumer == "Known" || w.Text == "slow unknown" && w.Rate == 0
	})
	if r := replayed(t, steps(), declared, q); len(r.WhatIf) != 6 {
		t.Errorf("%d incidents are left", len(r.WhatIf))
	}
}

func TestWhatIfOfNobody(t *testing.T) {
	q := ask(9)
	q.WhatIf = []review.WhatIf{whatIf("stop fraud", replay.Incident{Kind: replay.Stop, Consumer: "fraud", For: 60})}
	_, err := replayOf(t, steps(), orders(), input.Declaration{}, q)
	wantFaults(t, "no consumers", err, fault("stop fraud", "there are no consumers", "a workload that has the consumer"))
	q.WhatIf = []review.WhatIf{surges(0)}
	if r := replayed(t, steps(), input.Declaration{}, q); len(r.WhatIf) != 1 {
		t.Errorf("%+v", r.WhatIf)
	}
}

// A function gives a poisonous record up after the tries and the age that its event
// source mapping allows: three tries of 20 s are 60 s. What was said goes before.
func TestPoisonUntilGivenUp(t *testing.T) {
	retries := func(n int) model.Maybe[int] { return model.Known(n) }
	age := func(seconds float64) model.Maybe[unit.Duration] { return model.Known(unit.Duration(seconds * 1e9)) }
	for name, c := range map[string]struct {
		function model.Function
		said     float64
		want     float64
	}{
		"tries":                   {model.Function{Name: "fn", MaximumRetries: retries(2)}, 0, 60},
		"age":                     {model.Function{Name: "fn", MaximumRecordAge: age(45)}, 0, 45},
		"tries, before it is old": {model.Function{Name: "fn", MaximumRetries: retries(2), MaximumRecordAge: age(90)}, 0, 60},
		"said":                    {model.Function{Name: "fn", MaximumRetries: retries(2)}, 7, 7},
		"until it expires":        {model.Function{Name: "fn"}, 0, 0},
		"another function":        {model.Function{Name: "other", MaximumRetries: retries(2)}, 0, 0},
		"by enhanced fan-out":     {model.Function{Name: "arn", FanOut: model.Known(model.Name("fn")), MaximumRetries: retries(0)}, 0, 20},
	} {
		h := even()
		h.Configuration = model.Known(model.Configuration{Functions: model.Known([]model.Function{c.function})})
		consumer := consumer("fn", "lambda.batch_size", "100", "lambda.duration", "20s")
		q := ask(1)
		q.WhatIf = []review.WhatIf{
			{Text: "poison", Incident: replay.Incident{Kind: replay.Poison, Consumer: "fn", At: 3600, For: c.said}},
		}
		r := replayed(t, h, consumers(consumer), q)
		if got := r.WhatIf[0].For; got != c.want {
			t.Errorf("%s: %v s, want %v", name, got, c.want)
		}
	}
}

// Of a consumer that is down until the traffic ends nothing is seen of how it recovers.
func TestIncidentUntilTheEnd(t *testing.T) {
	for name, c := range map[string]struct {
		incident review.WhatIf
		refused  bool
	}{
		"a stop until the end":   {stops("a", 28_000, 800), true},
		"a stop beyond it":       {stops("a", 28_000, 8000), true},
		"a stop until before it": {stops("a", 28_000, 799), false},
		"a slow one":             {whatIf("slow", replay.Incident{Kind: replay.Slow, Consumer: "a", At: 28_000, For: 800, Rate: 200}), true},
		"a surge":                {whatIf("surge", replay.Incident{Kind: replay.Surge, At: 28_000, For: 8000, Times: 2}), false},
	} {
		q := ask(1)
		q.WhatIf = []review.WhatIf{c.incident}
		_, err := replayOf(t, even(), orders(), consumers(consumer("a", "speed", "1000")), q)
		if (err != nil) != c.refused {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A record that is tried until it expires is told, and no count holds with it: neither
// that of a history, however long that is after it, nor that of a declared scenario.
func TestPoisonUntilItExpires(t *testing.T) {
	long := filling(3000, func(int) float64 { return 0.5 })
	poison := review.WhatIf{Text: "poison", Incident: replay.Incident{Kind: replay.Poison, Consumer: "a", At: 3600}}
	for name, h := range map[string]*model.History{"history": long, "scenario": nil} {
		q := ask(1, 12)
		q.WhatIf = []review.WhatIf{poison}
		e := orders()
		if h == nil {
			q.WhatIf[0].At = 600
		}
		r, err := replayOf(t, h, e, consumers(consumer("a", "speed", "100k")), q)
		if err != nil {
			t.Fatal(err)
		}
		if r.Fewest.Known {
			t.Errorf("%s: %d shards hold", name, r.Fewest.Value)
		}
		for _, c := range r.Candidates {
			told := slices.ContainsFunc(c.Breaches, func(b replay.Breach) bool {
				return b.ID == "expired" && b.Message == "1 record expired before a read it."
			})
			if c.Consumers[0].Expired != 1 || c.Holds || !told {
				t.Errorf(
					"%s, %d shards: %v expired, holds %v: %+v",
					name,
					c.Shards.Value,
					c.Consumers[0].Expired,
					c.Holds,
					c.Breaches,
				)
			}
		}
	}
}
