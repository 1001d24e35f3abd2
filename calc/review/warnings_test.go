package review_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
)

// stops has a consumer down.
func stops(name model.Name, at, seconds float64) review.WhatIf {
	return whatIf("stop", replay.Incident{Kind: replay.Stop, Consumer: name, At: at, For: seconds})
}

// rereads has a consumer read again what it has read.
func rereads(name model.Name, at, last float64) review.WhatIf {
	return whatIf("reprocess", replay.Incident{Kind: replay.Reprocess, Consumer: name, At: at, Last: last})
}

// warned holds the message of a warning against what it should be; "" is that there
// is no such warning. Each tells what would remove it.
func warned(t *testing.T, what string, r *review.ReplayReport, id, message string) {
	t.Helper()
	got := ""
	for _, w := range r.Warnings {
		if w.ID == id {
			got = w.Message
			if w.Remedy == "" {
				t.Errorf("%s: %s has no remedy", what, id)
			}
		}
	}
	if diff := cmp.Diff(message, got); diff != "" {
		t.Errorf("%s: %s (-want +got):\n%s", what, id, diff)
	}
}

// even fills half a shard for eight hours.
func even() *model.History { return filling(480, func(int) float64 { return 0.5 }) }

// A history without anything odd has no warnings.
func TestNoWarnings(t *testing.T) {
	r := replayed(t, even(), consumers(consumer("a", "speed", "1000")), askFewest())
	if r.Warnings == nil || len(r.Warnings) > 0 {
		t.Errorf("%+v", r.Warnings)
	}
	q := ask()
	q.Mode = model.OnDemandStandard
	if r = replayed(t, even(), consumers(consumer("a", "speed", "1000")), q); r.Warnings == nil || len(r.Warnings) > 0 {
		t.Errorf("on-demand: %+v", r.Warnings)
	}
}

// A consumer that is still behind when the traffic ends is named where all holds, for
// each count. What waits after 790 s of 500 records a second are 395,000: for the last
// ten seconds they are read at 4,000 on 4 shards, and at 20,000 on-demand.
func TestStillBehind(t *testing.T) {
	a, b := consumer("a", "speed", "1000"), consumer("b", "speed", "1000")
	last, earlier := stops("a", 28_000, 790), stops("a", 3600, 790)
	both := []review.WhatIf{last, stops("b", 28_000, 790)}
	for name, c := range map[string]struct {
		counts []int
		whatIf []review.WhatIf
		want   string
	}{
		"stopped before that": {[]int{1}, []review.WhatIf{last}, "Behind when the traffic ends: a with 1 shard."},
		"stopped long before": {[]int{1}, []review.WhatIf{earlier}, ""},
		"two counts": {[]int{1, 2}, []review.WhatIf{last}, "Behind when the traffic ends: a with 1 shard, a " +
			"with 2 shards."},
		"two consumers": {[]int{1, 2}, both, "Behind when the traffic ends: a with 1 shard, b with 1 shard, a with " +
			"2 shards, b with 2 shards."},
		"more than five": {[]int{1, 2, 3}, both, "Behind when the traffic ends: a with 1 shard, b with 1 shard, a " +
			"with 2 shards, b with 2 shards, a with 3 shards and 1 more."},
		"more than five again": {[]int{1, 2, 3, 4}, both, "Behind when the traffic ends: a with 1 shard, b with 1 shard, " +
			"a with 2 shards, b with 2 shards, a with 3 shards and 3 more."},
	} {
		q := ask(c.counts...)
		q.WhatIf = c.whatIf
		r := replayed(t, even(), consumers(a, b), q)
		warned(t, name, &r, "still-behind", c.want)
	}
	q := ask(1)
	q.Mode, q.WhatIf = model.OnDemandStandard, []review.WhatIf{last}
	r := replayed(t, even(), consumers(a), q)
	warned(t, "on-demand", &r, "still-behind", "Behind when the traffic ends: a on-demand.")
	q = ask(1)
	q.WhatIf = []review.WhatIf{last}
	r = replayed(t, filling(480, func(int) float64 { return 1.5 }), consumers(a), q)
	warned(t, "of a count that does not hold", &r, "still-behind", "")
}

func TestSpeedUnknown(t *testing.T) {
	list := []input.Settings{
		consumer("a"),
		consumer("b", "speed", "9"),
		consumer("c", "lambda.batch_size", "1", "lambda.duration", "1s"),
		consumer("d", "type", "enhanced-fan-out"),
	}
	r := replayed(t, even(), consumers(list...), ask(1))
	warned(t, "two", &r, "speed-unknown", "The speed of a, d is not known.")
	r = replayed(t, even(), consumers(list[1:3]...), ask(1))
	warned(t, "none", &r, "speed-unknown", "")
	var many []input.Settings
	for _, name := range [...]string{"a", "b", "c", "d", "e"} {
		many = append(many, consumer(name))
	}
	r = replayed(t, even(), consumers(many...), ask(1))
	warned(t, "five", &r, "speed-unknown", "The speed of a, b, c, d, e is not known.")
	r = replayed(t, even(), consumers(append(many, consumer("f"), consumer("g"))...), ask(1))
	warned(t, "seven", &r, "speed-unknown", "The speed of a, b, c, d, e and 2 more is not known.")
}

// A replay that begins before it has all to read again is cut, one that has just so
// much is not; nor is there more to read than a retention of a day keeps.
func TestReplayCut(t *testing.T) {
	const cutTo = "Consumers reprocess only a part, because the traffic begins later or the retention is shorter: "
	for name, c := range map[string]struct {
		whatIf []review.WhatIf
		want   string
	}{
		"too early":    {[]review.WhatIf{rereads("a", 3600, 7200)}, cutTo + "a (1h of 2h)."},
		"just in time": {[]review.WhatIf{rereads("a", 7200, 7200)}, ""},
		"the second":   {[]review.WhatIf{rereads("a", 7200, 7200), rereads("a", 60, 7200)}, cutTo + "a (1m of 2h)."},
		"a stop":       {[]review.WhatIf{stops("a", 0, 7200)}, ""},
	} {
		q := ask(1)
		q.WhatIf = c.whatIf
		r := replayed(t, even(), consumers(consumer("a", "speed", "9000")), q)
		warned(t, name, &r, "reprocess-cut", c.want)
	}
	const hour = 3600
	long := filling(40*60, func(int) float64 { return 0.5 })
	for name, c := range map[string]struct {
		retention string
		whatIf    review.WhatIf
		want      string
	}{
		"as much as is kept":     {"1d", rereads("a", 30*hour, 24*hour), ""},
		"more than is kept":      {"1d", rereads("a", 30*hour, 26*hour), cutTo + "a (1d of 1d2h)."},
		"kept for longer":        {"2d", rereads("a", 30*hour, 26*hour), ""},
		"kept, but not traffic":  {"2d", rereads("a", 25*hour, 26*hour), cutTo + "a (1d1h of 1d2h)."},
		"traffic, and less kept": {"1d", rereads("a", 25*hour, 26*hour), cutTo + "a (1d of 1d2h)."},
	} {
		declared := flags("retention", c.retention)
		declared.Consumers = []input.Settings{consumer("a", "speed", "9000")}
		q := ask(1)
		q.WhatIf = []review.WhatIf{c.whatIf}
		r := replayed(t, long, declared, q)
		warned(t, name, &r, "reprocess-cut", c.want)
	}
	declared := flags("producer.record_size", "512B", "producer.average", "500")
	declared.Consumers = []input.Settings{consumer("a", "speed", "9000", "reprocess", "20h", "catch_up", "1d")}
	r, err := scenario(t, declared, ask(1))
	if err != nil {
		t.Fatal(err)
	}
	warned(t, "declared", &r, "reprocess-cut", "")
}

// On-demand a skew says nothing, and otherwise it does.
func TestOnDemandEven(t *testing.T) {
	const alike = "On-demand, all shards are assumed to get the same traffic."
	for _, c := range []struct {
		mode model.Mode
		skew string
		want string
	}{
		{model.OnDemandStandard, "1.01", alike}, {model.OnDemandAdvantage, "3", alike}, {model.OnDemandStandard, "1", ""}, {model.Provisioned, "3", ""},
	} {
		q := ask(1)
		q.Mode = c.mode
		r := replayed(t, even(), flags("producer.skew", c.skew), q)
		warned(t, string(c.mode)+" "+c.skew, &r, "on-demand-even", c.want)
	}
}

// What is missing of the window is told above five parts in ten thousand.
func TestTrafficUnknown(t *testing.T) {
	const within = " of the window. In a gap of up to 1h the traffic before it goes on, a longer gap counts as idle, " +
		"and the time before the first and after the last point is not replayed."
	for share, want := range map[float64]string{
		1: "", 0.9996: "",
		0.9994: "Nothing is known of the writes in 0.1%" + within,
		0.75:   "Nothing is known of the writes in 25%" + within,
	} {
		e := orders()
		e.Window.Share = share
		r, err := replayOf(t, even(), e, input.Declaration{}, ask(1))
		if err != nil {
			t.Fatal(err)
		}
		warned(t, "unknown", &r, "traffic-unknown", want)
	}
}

func TestDemandAtMost(t *testing.T) {
	e := orders()
	e.ThrottledRecords = fit.Throttles{Total: 1, Periods: 1}
	r, err := replayOf(t, even(), e, input.Declaration{}, ask(1))
	if err != nil {
		t.Fatal(err)
	}
	warned(t, "throttled", &r, "demand-at-most",
		"Writes were throttled in the history, and a record that was sent again counts again: what is replayed is the "+
			"most that producers can have wanted to write.")
	r = replayed(t, even(), input.Declaration{}, ask(1))
	warned(t, "not throttled", &r, "demand-at-most", "")
}

// Steps longer than a minute hide higher ones; the longest is told.
func TestCoarseSteps(t *testing.T) {
	of := func(runs func(begin time.Time) []model.Run) *model.History {
		return in(120, func(begin time.Time) []model.Series {
			return []model.Series{
				{SeriesID: model.SeriesID{Level: model.StreamLevel, Metric: model.IncomingRecords}, Runs: runs(begin)},
			}
		})
	}
	values := slices.Repeat([]float64{600}, 60)
	for name, c := range map[string]struct {
		history *model.History
		want    string
	}{
		"minutes": {even(), ""},
		"five minutes, and minutes": {of(func(begin time.Time) []model.Run {
			return []model.Run{run(begin, 0, 5, values[:12]...), run(begin, 60, 1, values...)}
		}),
			"The history has periods of up to 5m, which hide the higher minutes within them."},
		"hours": {of(func(begin time.Time) []model.Run {
			return []model.Run{run(begin, 0, 60, values[:1]...), run(begin, 60, 5, values[:12]...)}
		}),
			"The history has periods of up to 1h, which hide the higher minutes within them."},
	} {
		r := replayed(t, c.history, input.Declaration{}, ask(1))
		warned(t, name, &r, "coarse-steps", c.want)
	}
}

// The history's own warnings come last.
func TestWarningsOfHistory(t *testing.T) {
	h := even()
	h.Warnings = []notice.Notice{{ID: "one", Message: "One.", Remedy: "1."}, {ID: "two", Message: "Two.", Remedy: "2."}}
	r := replayed(t, h, consumers(consumer("a")), ask(1))
	if got := ids(r.Warnings); !slices.Equal(got, []string{"speed-unknown", "one", "two"}) ||
		r.Warnings[2] != h.Warnings[1] {
		t.Errorf("%+v", r.Warnings)
	}
}

// A declared scenario is all known, in steps that are as long as they are.
func TestWarningsOfScenario(t *testing.T) {
	r, err := scenario(t, flags("region", "us-east-1", "producer.record_size", "512B", "producer.average", "500"), ask(1))
	if err != nil || r.Warnings == nil || len(r.Warnings) > 0 {
		t.Errorf("%+v, %v", r.Warnings, err)
	}
}

// What a workload declares its consumers to get through is not in a history; a
// scenario has it.
func TestStressNotReplayed(t *testing.T) {
	const not = "Outages and reprocessing that the workload declares are not in a history, and are not replayed: of "
	down, again := consumer(
		"a",
		"speed",
		"9000",
		"outage",
		"1h",
		"catch_up",
		"4h",
	), consumer(
		"b",
		"speed",
		"9000",
		"reprocess",
		"2h",
		"catch_up",
		"4h",
	)
	neither := consumer("c", "speed", "9000", "latency", "1h", "catch_up", "4h")
	many := []input.Settings{down}
	for _, name := range [...]string{"d", "e", "f", "g", "h", "i"} {
		many = append(many, consumer(name, "type", "enhanced-fan-out", "speed", "9000", "outage", "1h", "catch_up", "4h"))
	}
	for name, c := range map[string]struct {
		consumers []input.Settings
		want      string
	}{
		"none":    {nil, ""},
		"neither": {[]input.Settings{neither}, ""},
		"outage":  {[]input.Settings{down, neither}, not + "a."},
		"replay":  {[]input.Settings{neither, again}, not + "b."},
		"both":    {[]input.Settings{down, neither, again}, not + "a, b."},
		"seven":   {many, not + "a, d, e, f, g and 2 more."},
	} {
		r := replayed(t, even(), consumers(c.consumers...), ask(1))
		warned(t, name, &r, "stress-not-replayed", c.want)
	}
	declared := flags("producer.record_size", "512B", "producer.average", "500")
	declared.Consumers = []input.Settings{down, again}
	r, err := scenario(t, declared, ask(1))
	if err != nil {
		t.Fatal(err)
	}
	warned(t, "declared", &r, "stress-not-replayed", "")
}

// The price of what is priced may not be known.
func TestPriceUnknown(t *testing.T) {
	r := replayed(t, even(), flags("region", "eu-nowhere-1"), ask(1))
	warned(t, "a Region without prices", &r, "price-unknown",
		"The prices of provisioned in eu-nowhere-1 are not known for: shard-hours, put-payload-units. There is no total "+
			"without them.")
}

// A replay in on-demand mode says where the workload is above the quota of its Region,
// or where the traffic takes the stream there: 100 shards full, of a peak that fills 10,
// in us-east-2, where 200 is the end.
func TestOnDemandQuota(t *testing.T) {
	const grown = "AWS scales an on-demand stream in us-east-2 to 200 MiB/s of writes by default, which takes 200 " +
		"shards. The replay gets there and does not add more."
	for _, c := range []struct {
		name   string
		region model.Region
		mode   model.Mode
		fills  float64
		peak   string
		want   string
	}{
		{"grown", "us-east-2", model.OnDemandStandard, 100, "", grown},
		{"declared", "us-east-2", model.OnDemandAdvantage, 100, "300k",
			"On-demand, a stream in us-east-2 takes up to 200 MiB/s and 200,000 records/s of writes by default; the peak " +
				"brings 146.5 MiB/s and 300,000 records/s."},
		{"below", "us-east-2", model.OnDemandStandard, 99, "", ""},
		{"a large Region", "us-east-1", model.OnDemandStandard, 100, "", ""},
		{"provisioned", "us-east-2", model.Provisioned, 100, "300k", ""},
	} {
		e := orders()
		e.Region, e.Shards = c.region, model.Known(150)
		draft := input.Declaration{}
		if c.peak != "" {
			draft = flags("producer.peak", c.peak)
		}
		q := ask(150)
		q.Mode = c.mode
		r, err := replayOf(t, filling(60, func(int) float64 { return c.fills }), e, draft, q)
		if err != nil {
			t.Fatal(err)
		}
		warned(t, c.name, &r, "on-demand-quota", c.want)
	}
}
