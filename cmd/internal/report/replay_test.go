package report

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/calc/cost"
	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/historyfile"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// Times in seconds.
const (
	hour = 3600.0
	day  = 24 * hour
)

// dayOf is the window of the replays of these tests.
func dayOf() review.ReplayWindow {
	return review.ReplayWindow{From: model.Known(ended.Add(-24 * time.Hour)), To: model.Known(ended), Seconds: day,
		Steps: 1440}
}

// candidateOf is a capacity that 10,000 records/s, written for a day, fill to
// 10 shards: each shard takes 1,000 records/s. From 12:00 to 18:00 it is twice as
// much, so that fewer than 20 shards throttle in 6 of 24 parts.
func candidateOf(shards int, consumers ...replay.ConsumerResult) review.Candidate {
	c := review.Candidate{Mode: model.Provisioned, Shards: model.Known(shards), Holds: shards >= 20,
		Breaches: []replay.Breach{}, Monthly: model.Known(unit.USD(shards) * 1095 * unit.Dollar / 100)}
	c.Consumers = consumers
	c.Offered = 10_000*18*hour + 20_000*6*hour
	s := replay.Series{Seconds: hour, Offered: make([]float64, 24), Throttled: make([]float64, 24),
		Write: make([]float64, 24)}
	for i := range s.Write {
		s.Write[i] = 10 / float64(shards)
		if 12 <= i && i < 18 {
			s.Write[i] *= 2
			s.Throttled[i] = max(0, 20_000-1000*float64(shards)) * hour
		}
		c.Throttled += s.Throttled[i]
	}
	for _, one := range consumers {
		ages := replay.Ages{Consumer: one.Name, Seconds: make([]float64, 24)}
		ages.Seconds[13] = one.Age
		s.Ages = append(s.Ages, ages)
	}
	c.ThrottledShare, c.WriteUtilization, c.Series = c.Throttled/c.Offered, slices.Max(s.Write), model.Known(s)
	if c.Throttled > 0 {
		c.Seconds, c.Waited, c.LongestWait = 6*hour, 6*hour*20_000, 90
		c.Breaches = append(c.Breaches, replay.Breach{ID: "throttled",
			Message: fmt.Sprintf("Too much for %d.", shards)})
	}
	return c
}

// tradeOf is what some numbers of shards come to.
func tradeOf(shards ...int) []review.TradeOff {
	var list []review.TradeOff
	for i, n := range shards {
		t := review.TradeOff{Shards: n, Holds: n >= 20, Latency: 1 + 10*float64(i),
			Monthly: model.Known(unit.USD(n) * 1095 * unit.Dollar / 100)}
		if i > 0 {
			t.Saves, t.Adds = model.Known(list[i-1].Monthly.Value-t.Monthly.Value), model.Known(10.0)
		}
		list = append(list, t)
	}
	return list
}

func replayedOf(candidates ...review.Candidate) *review.ReplayReport {
	return &review.ReplayReport{Schema: review.ReplaySchema, Stream: "orders", Region: "us-east-1", Source: "orders.json",
		Window: dayOf(), Writes: review.Wait,
		MaxThrottled: review.DefaultMaxThrottled, WhatIf: []review.WhatIf{}, Bounds: []review.Bound{}, Feasible: true,
		Infeasible: []model.Infeasibility{}, Candidates: candidates,
		Trade: tradeOf(20, 16, 12), Inputs: []model.Input{}, Warnings: []notice.Notice{}}
}

// replays are answers of every shape.
func replays() map[string]*review.ReplayReport {
	fraud := replay.ConsumerResult{Name: "fraud", Delay: 42, Age: 40, Recovery: 300, CatchUp: 200}
	audit := replay.ConsumerResult{Name: "audit", Delay: 1, Age: 0, Recovery: 0}
	named := replayedOf(candidateOf(12, fraud, audit), candidateOf(20, fraud, audit))
	named.Bounds = []review.Bound{{Consumer: "fraud", Latency: 600, Bounds: model.RecoveryBound, CatchUp: 3600},
		{Consumer: "audit"}}
	named.WhatIf = []review.WhatIf{{Text: "stop,consumer=fraud,at=6h,for=1h",
		Incident: replay.Incident{Kind: replay.Stop, Consumer: "fraud", At: 6 * hour, For: hour}}}
	named.Trade[2].CatchUp = 60
	named.Warnings = []notice.Notice{{ID: "w", Message: "Warned.", Remedy: "Mend it."}}

	auto := replayedOf(candidateOf(20))
	auto.Fewest = model.Known(20)

	none := replayedOf(candidateOf(10))
	none.Feasible = false

	onDemand := replayedOf(candidateOf(16, fraud))
	c := &onDemand.Candidates[0]
	c.Mode, c.Shards, c.Result.Shards = model.OnDemandStandard, model.Maybe[int]{}, replay.Range{Least: 10, Most: 40}
	c.Series.Value.Shards = append(slices.Repeat([]float64{10}, 12), slices.Repeat([]float64{40}, 12)...)
	onDemand.Trade = []review.TradeOff{}

	lost := replayedOf(candidateOf(12))
	lost.Fewest = model.Known(20)
	lost.Writes, lost.SavesUp, lost.Candidates[0].Lost = review.Lose, true, lost.Candidates[0].Throttled

	declared := replayedOf(candidateOf(20, audit))
	declared.Window.From, declared.Window.To, declared.Source = model.Maybe[time.Time]{}, model.Maybe[time.Time]{}, ""

	return map[string]*review.ReplayReport{"named": named, "auto": auto, "none": none, "on-demand": onDemand, "lost": lost,
		"declared": declared, "many": many(), "long names": longNames()}
}

// many are as many candidates as may be asked for, of as many consumers as are
// likely. Of each the one numbered as its shards breaks its bound. No test changes them.
var many = sync.OnceValue(func() *review.ReplayReport {
	r := replayedOf()
	for shards := 1; shards <= 200; shards++ {
		var consumers []replay.ConsumerResult
		for i := range 100 {
			consumers = append(consumers, replay.ConsumerResult{Name: model.Name(fmt.Sprint("reader-", i)), Delay: float64(i),
				Age: float64(i)})
		}
		c := candidateOf(shards, consumers...)
		c.Breaches = append(c.Breaches, replay.Breach{ID: "latency",
			Consumer: model.Known(consumers[shards%100].Name), Message: "Late."})
		c.Holds = shards > 150
		r.Candidates = append(r.Candidates, c)
	}
	r.Fewest = model.Known(151)
	return r
})

func longNames() *review.ReplayReport {
	name := model.Name(strings.Repeat("reader_", 18))
	r := replayedOf(
		candidateOf(12, replay.ConsumerResult{Name: name, Delay: 1e6, Recovery: 2e9, Expired: 1e9, Behind: true}),
	)
	r.Stream, r.Source = model.Name(strings.Repeat("long-name.", 12)), "/var/"+strings.Repeat("deeper-", 30)+"history.json"
	r.Bounds = []review.Bound{{Consumer: name, Latency: 100_000, Bounds: model.DelayBound, CatchUp: 200_000}}
	r.WhatIf = []review.WhatIf{{Text: "stop,consumer=" + string(name) + ",at=1h,for=2h"}}
	return r
}

func writeReplay(t *testing.T, r *review.ReplayReport, format Format, terminal Terminal) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteReplay(&b, r, format, terminal); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// told is a replay's table for a terminal of 100 columns, without line breaks.
func told(t *testing.T, r *review.ReplayReport) string {
	t.Helper()
	return strings.Join(strings.Fields(writeReplay(t, r, Table, Terminal{Width: 100})), " ")
}

func TestReplayWidth(t *testing.T) {
	for name, r := range replays() {
		keepsWidth(t, name, func(terminal Terminal) string { return writeReplay(t, r, Table, terminal) })
	}
}

func TestReplayHeadline(t *testing.T) {
	hold := func(holds bool, shards ...int) *review.ReplayReport {
		r := replayedOf()
		for _, n := range shards {
			c := candidateOf(n)
			c.Holds = holds
			r.Candidates = append(r.Candidates, c)
		}
		return r
	}
	single := replayedOf()
	single.Fewest = model.Known(1)
	beside, among, below := hold(true, 12), hold(true, 9, 12), hold(false, 4, 8)
	beside.Candidates = append(hold(false, 8).Candidates, beside.Candidates...)
	beside.Fewest, among.Fewest, below.Fewest = model.Known(9), model.Known(9), model.Known(9)
	hopeful := hold(false, 1, 2, 3, 4, 2000)
	hopeful.Fewest = model.Known(3000)
	one := hold(true, 2)
	one.Fewest = model.Known(1)
	all := replays()
	mixed := hold(true, 30, 40, 50, 60, 70)
	mixed.Candidates = append(hold(false, 4, 8).Candidates, mixed.Candidates...)
	lone, ranges := hold(true, 2), hold(true, 20)
	lone.Candidates = append(hold(false, 1).Candidates, lone.Candidates...)
	ranges.Candidates = append(hold(false, 4, 5, 6, 7, 8).Candidates, ranges.Candidates...)
	for want, r := range map[string]*review.ReplayReport{
		"20 shards hold, 12 do not":                                                all["named"],
		"20 shards are the fewest that hold":                                       all["auto"],
		"151 shards are the fewest that hold":                                      all["many"],
		"12 shards hold, 8 do not; 9 are the fewest that hold":                     beside,
		"9 shards are the fewest that hold":                                        among,
		"4 and 8 shards do not hold; 9 are the fewest that hold":                   below,
		"2 shards hold; 1 is the fewest that holds":                                one,
		"1 shard is the fewest that holds":                                         single,
		"no number of shards holds":                                                all["none"],
		"on-demand does not hold":                                                  all["on-demand"],
		"12 shards do not hold; 20 are the fewest that hold":                       all["lost"],
		"20 shards hold":                                                           all["declared"],
		"1 shard holds":                                                            hold(true, 1),
		"8, 12 and 16 shards hold":                                                 hold(true, 8, 12, 16),
		"1 to 2,000 shards (5 counts) do not hold; 3,000 are the fewest that hold": hopeful,
		"30 to 70 shards (5 counts) hold, 4 and 8 do not":                          mixed,
		"2 shards hold, 1 does not":                                                lone,
		"20 shards hold, 4 to 8 (5 counts) do not":                                 ranges,
		"4, 5, 6 and 7 shards hold":                                                hold(true, 4, 5, 6, 7),
		"4 to 8 shards (5 counts) hold":                                            hold(true, 4, 5, 6, 7, 8),
	} {
		if got := outcomeOf(r); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// A capacity is judged in the number that its shards have.
func TestVerdict(t *testing.T) {
	one, several := candidateOf(1), candidateOf(20)
	onDemand := several
	onDemand.Mode, onDemand.Shards = model.OnDemandAdvantage, model.Maybe[int]{}
	for want, c := range map[string]review.Candidate{"1 shard does not hold": one, "20 shards hold": several,
		"on-demand-advantage holds": onDemand} {
		if got := verdictOf(&c); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// What was replayed, and what is to be held, is said first.
func TestReplaySetting(t *testing.T) {
	all := replays()
	all["strict"] = replayedOf(candidateOf(20))
	all["strict"].MaxThrottled = 0
	for name, want := range map[string]string{
		"named": "orders in us-east-1: 20 shards hold, 12 do not " +
			"· 2026-11-15 00:00 to 2026-11-16 00:00 UTC (1d) in 1,440 steps; from orders.json. " +
			"· A shard count holds when no more than 0.01% of the records are in excess of the write limits, none expires " +
			"unread, what waits drains, and every consumer keeps its bound. What is in excess waits at its producers, and what comes behind it too. " +
			"· What if: stop,consumer=fraud,at=6h,for=1h (2026-11-15 06:00 UTC). What the stream would have done",
		"declared": "· A declared scenario of 1d in 1,440 steps. ·",
		"lost": "· A shard count holds when no record is lost or expires unread, and every consumer keeps its bound. " +
			"What is in excess is lost. A shard saves up a second of its write limits. What",
		"on-demand": "· On-demand holds when no more than 0.01% of the records",
		"strict": "· A shard count holds when no record is in excess of the write limits or expires unread, what waits drains, and every " +
			"consumer keeps its bound. What is in excess waits",
	} {
		if text := told(t, all[name]); !strings.Contains(text, want) {
			t.Errorf("%s: %q is not in\n%s", name, want, text)
		}
	}
	dated := all["named"]
	dated.WhatIf[0].Text, dated.WhatIf[0].Moment = "stop,consumer=fraud,at=2026-11-15T06:00Z,for=1h",
		model.Known(ended.Add(-18*time.Hour))
	if text, want := told(t, dated), "What if: stop,consumer=fraud,at=2026-11-15T06:00Z,for=1h. What"; !strings.Contains(
		text,
		want,
	) {
		t.Errorf("%q is not in\n%s", want, text)
	}
}

// Of 12 shards 8,000 of 20,000 records/s are in excess for 6 h, 172,800,000 of the
// 1,080,000,000 that are offered, and 432,000,000 wait; they are filled to 20/12. A shard costs $10.95.
func TestReplayTables(t *testing.T) {
	all := replays()
	for name, rows := range map[string][]string{
		"named": {
			"shards holds a month in excess for waited longest expired write peak",
			" 12 no $131.40 172,800,000 (16%) 6h 432,000,000 1m30s 0 166.7% ▸ 20 yes $219.00 0 0s 0 0s 0 100% ",
			"consumer shards holds record delay recovery bound expired records",
			" fraud 12 yes 42s 5m recovery 10m, catch-up 1h 0", " audit 20 yes 1s 0s – 0 ",
			"Why not ✗ 12 shards: Too much for 12. The trade",
			"shards holds worst latency a month saves adds in excess expired records catch-up",
			" 20 yes 1s $219.00 – – 0% 0 0s 16 no 11s $175.20 $43.80 +10s 0% 0 0s 12 no 21s $131.40 $43.80 +10s 0% 0 1m",
			"Warnings ! Warned. Mend it.",
		},
		"lost":      {"in excess for lost expired write peak", " 12 no $131.40 172,800,000 (16%) 6h 172,800,000 0 166.7%"},
		"on-demand": {"▸ 10–40 no ", " fraud 10–40 yes 42s"},
		"auto":      {"▸ 20 yes $219.00 0 0s 0 0s 0 100%", "▸ 20 yes 1s $219.00 – – 0% 0 0s "},
	} {
		text := told(t, all[name])
		for _, want := range rows {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is not in\n%s", name, want, text)
			}
		}
	}
	for name, not := range map[string]string{"auto": "What its consumers", "on-demand": "The trade", "declared": "Why not",
		"none": "Warnings"} {
		if text := told(t, all[name]); strings.Contains(text, not) {
			t.Errorf("%s: %q is in\n%s", name, not, text)
		}
	}
}

// Where AWS keeps to a number of shards, that is all there is to tell.
func TestReplayOfSteadyShards(t *testing.T) {
	r := replays()["on-demand"]
	r.Candidates[0].Result.Shards = replay.Range{Least: 3.5, Most: 4}
	if text, want := told(t, r), "▸ 4 no "; !strings.Contains(text, want) {
		t.Errorf("%q is not in\n%s", want, text)
	}
}

// Where nothing holds, what is the nearest to holding is marked, drawn, and the
// first to be explained.
func TestReplayOfWhatDoesNotHold(t *testing.T) {
	fraud := replay.ConsumerResult{Name: "fraud"}
	r := replayedOf(candidateOf(8, fraud), candidateOf(10, fraud), candidateOf(12, fraud))
	text := told(t, r)
	for _, want := range []string{"▸ 12 no $131.40", "╭ 12 shards, = limit, x throttled on 12", "▸ fraud 12 yes",
		"Why not ✗ 12 shards: Too much for 12. ✗ 10 shards: "} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if got := texts(t, r); !strings.HasPrefix(got, "orders: 12 shards do not hold|") ||
		!strings.Contains(got, "|12 shards|") {
		t.Error(got)
	}
}

// Why a workload does not fit comes right after the headline, which is red even
// where shards hold what was replayed.
func TestReplayOfWhatDoesNotFit(t *testing.T) {
	r := replays()["auto"]
	green := writeReplay(t, r, Table, Terminal{Width: 100, Color: true})
	r.Infeasible = []model.Infeasibility{{ID: "x", Message: "Too many calls.", Remedy: "Poll less."},
		{ID: "y", Message: "Too large.", Remedy: "Split it."}}
	if text, want := told(t, r), "no number of shards carries it; of what a replay runs, 20 shards are the fewest that hold ✗ Too "+
		"many calls. Poll less. ✗ Too large. Split it. · 2026"; !strings.Contains(text, want) {
		t.Errorf("%q is not in\n%s", want, text)
	}
	red := writeReplay(t, r, Table, Terminal{Width: 100, Color: true})
	if !strings.HasPrefix(green, "\x1b[1;32m") || !strings.HasPrefix(red, "\x1b[1;31m") {
		t.Errorf("%.20q, with obstacles %.20q", green, red)
	}
}

// Columns go from the right where there is no room for them, but those of iterator
// ages and of what a step adds stay.
func TestReplayOnNarrowTerminals(t *testing.T) {
	r := replays()["named"]
	r.Bounds[0].CatchUp = 0
	for width, want := range map[int][2]string{
		100: {"iterator age  recovery  bound         expired records\n", "adds  in excess  expired records  catch-up\n"},
		90:  {"record delay  recovery  bound         expired records\n", "adds  in excess  expired records\n"},
		64:  {"holds  recovery  expired records\n", "holds   saves  adds  in excess  expired records\n"},
	} {
		text := writeReplay(t, r, Table, Terminal{Width: width})
		for _, header := range want {
			if !strings.Contains(text, header) {
				t.Errorf("%d columns: %q is not in\n%s", width, header, text)
			}
		}
	}
	if text, want := writeReplay(t, longNames(), Table, Terminal{Width: 64}),
		"holds   recovery  expired records\n"; !strings.Contains(text, want) {
		t.Errorf("%q is not in\n%s", want, text)
	}
}

// What is lost for a consumer is told, and that it was still behind in the end.
func TestReplayConsumers(t *testing.T) {
	r := replays()["named"]
	c := &r.Candidates[0]
	c.Consumers[0].Behind, c.Consumers[0].Expired = true, 0.5
	c.Consumers[1].Expired = 2000
	c.Breaches = append(c.Breaches, replay.Breach{ID: "expired",
		Consumer: model.Known(model.Name("fraud")), Message: "Gone."})
	text := told(t, r)
	for _, want := range []string{"fraud 12 no 42s >5m recovery 10m, catch-up 1h 1 ",
		"12 no $131.40 172,800,000 (16%) 6h 432,000,000 1m30s 2,001 166.7%", "12 shards: Too much for 12. Gone.",
		" audit 12 yes"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

// A step that makes things worse for nothing is seen as one.
func TestReplayTradeSigns(t *testing.T) {
	r := replays()["auto"]
	r.Trade[1].Adds, r.Trade[2].Adds, r.Trade[2].Saves = model.Known(-5.5), model.Known(0.0), model.Maybe[unit.USD]{}
	if text, want := told(t, r), " 16 no 11s $175.20 $43.80 −5.5s 0% 0 0s 12 no 21s $131.40 – 0s 0% 0 0s"; !strings.Contains(
		text,
		want,
	) {
		t.Errorf("%q is not in\n%s", want, text)
	}
}

// Of 200 capacities with 100 consumers each the screen has those around the
// fewest that hold, and says where the others are. What it has of consumers is
// what breaks a bound: of 151 shards reader-51.
func TestReplayOfMany(t *testing.T) {
	text := writeReplay(t, many(), Table, Terminal{Width: 100})
	if n := strings.Count(text, "\n"); n > 80 {
		t.Errorf("%d lines", n)
	}
	plain := strings.Join(strings.Fields(text), " ")
	for _, want := range []string{
		" 145 no $1,587.75 0 0s 0 0s 0 13.8% ", "▸ 151 yes $1,653.45 0 0s 0 0s 0 13.2% ", " 156 yes ",
		"Of 200 capacities the table has 12: those around the marked one. All are in the other formats (-o csv).",
		"▸ reader-51 151 no 51s ", "▸ reader-99 151 yes 1m39s ",
		"Of 1,200 rows the table has 16: the consumers of the marked capacity, and those that break a bound near it.",
		"✗ 150 shards: Late. ✗ 149 shards: Late. ✗ 148 shards: Late. ✗ 147 shards: Late. The trade",
	} {
		if !strings.Contains(plain, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	for _, not := range []string{" 144 no $", " 157 yes $", "reader-80 151"} {
		if strings.Contains(plain, not) {
			t.Errorf("%q is in\n%s", not, text)
		}
	}
}

// A table has what is around a row, as much as there is room for.
func TestNear(t *testing.T) {
	for _, c := range []struct {
		n, at, most, first, last int
	}{{3, 0, 12, 0, 2}, {12, 11, 12, 0, 11}, {13, 0, 12, 0, 11}, {13, 12, 12, 1, 12}, {200, 100, 12, 94, 105}} {
		list := indicesAround(c.n, c.at, c.most)
		if list[0] != c.first || list[len(list)-1] != c.last || len(list) != c.last-c.first+1 {
			t.Errorf("%v: %v", c, list)
		}
	}
	if indicesAround(0, 0, 12) != nil {
		t.Error("rows of nothing")
	}
}

// Of many consumers the capacity that matters most keeps all that there is room for,
// and the others those that fail, the nearest first.
func TestWorstReaders(t *testing.T) {
	var all []consumerRow
	for consumer := range 10 {
		for candidate := range 4 {
			all = append(all, consumerRow{candidate: candidate, consumer: consumer, fails: consumer < 4,
				delay: float64(consumer)})
		}
	}
	var got [4][]int
	for _, one := range worstConsumerRows(all, 2) {
		got[one.candidate] = append(got[one.candidate], one.consumer)
	}
	// Ten rows of the third, and of the two beside it the three slowest that fail.
	for candidate, want := range [][]int{nil, {1, 2, 3}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 2, 3}} {
		if !slices.Equal(got[candidate], want) {
			t.Errorf("candidate %d: %v, want %v", candidate, got[candidate], want)
		}
	}
	if few := all[:16]; len(worstConsumerRows(few, 0)) != 16 {
		t.Error("rows are left out that there is room for")
	}
}

func TestReplayReasons(t *testing.T) {
	for n, want := range map[int]string{1: "M1.", 3: "M1. M2. M3.", 5: "M1. M2. M3. And 2 more (-o json)."} {
		var broken []replay.Breach
		for i := range n {
			broken = append(broken, replay.Breach{Message: fmt.Sprintf("M%d.", i+1)})
		}
		if got := messages(broken); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestPortion(t *testing.T) {
	for share, want := range map[float64]string{0: "0%", 1: "100%", 0.5: "50%", 1.667: "166.7%", 0.01: "1%",
		0.0001: "0.01%", 0.00002: "0.002%", 0.0000123: "0.0012%", 1e-13: "0%"} {
		if got := portion(share); got != want {
			t.Errorf("%g: %s, want %s", share, got, want)
		}
	}
}

// The chart has the candidate that matters most: 20 shards are filled to 100 %,
// 12 to 167 %. Without dates it counts from the beginning.
func TestReplayChart(t *testing.T) {
	all := replays()
	for name, want := range map[string][]string{
		"named": {"\nLoad of the hottest shard in its busiest second, in % of its limit\n", " 100% ┼===", "11-15 00:00",
			"╭ 20 shards, = limit\n"},
		"lost":      {" 167% ┤", "┬───────────xxxxxx─", "╭ 12 shards, = limit, x throttled on 12\n"},
		"declared":  {" 0s ", " 12h ", " 1d "},
		"on-demand": {"╭ on-demand, = limit, x throttled\n"},
	} {
		text := writeReplay(t, all[name], Table, Terminal{Width: 100})
		for _, part := range want {
			if !strings.Contains(text, part) {
				t.Errorf("%s: %q is not in\n%s", name, part, text)
			}
		}
	}
	r := all["named"]
	if text := writeReplay(t, r, Table, Terminal{Width: 100}); strings.Contains(text, "cut at") {
		t.Errorf("cut:\n%s", text)
	}
	r.Candidates[0].Now = true // which is filled to 167 % from 12:00 to 18:00, and throttles then
	if text := writeReplay(t, r, Table, Terminal{Width: 100}); !strings.Contains(text, " 167% ┤           :::::::\n") ||
		!strings.Contains(text, "╭ 20 shards, : now: 12 shards, = limit, x throttled on 12\n") {
		t.Errorf("the shards of today:\n%s", text)
	}
	r.Candidates[1].Series = model.Maybe[replay.Series]{}
	if text := told(t, r); strings.Contains(text, "Load of") {
		t.Errorf("a chart of nothing:\n%s", text)
	}
}

// Two shards are filled to 500 %, and from 12:00 to 18:00 to 1,000 %, which is cut:
// the limit keeps its row, and its value is no more than 0 in the last one.
func TestReplayChartIsCut(t *testing.T) {
	text := writeReplay(t, replayedOf(candidateOf(2)), Table, Terminal{Width: 100})
	for _, want := range []string{" 600% ┤           ╭─────╮\n", " 500% ┼───────────╯     ╰─────\n",
		" 100% ┼=======================\n   0% ┤\n", "╭ 2 shards, cut at 600%, = limit, x throttled on 2\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

func TestReplayInMarkdown(t *testing.T) {
	text := writeReplay(t, replays()["named"], Markdown, Terminal{})
	for _, want := range []string{"# orders in us-east-1: 20 shards hold, 12 do not\n", "\n## What the stream would have done\n\n| ", "**20**", "\n```\n", "\n## Why not\n\n- 12 shards: Too much", "\n## The trade"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

func TestReplayInJSONAndYAML(t *testing.T) {
	for name, r := range replays() {
		if name == "many" {
			continue // the same, but long
		}
		value := sameValue(t, name, writeReplay(t, r, JSON, Terminal{}), writeReplay(t, r, YAML, Terminal{})).(map[string]any)
		for _, key := range []string{"window", "throttled_writes", "write_bucket", "max_throttled", "what_if", "bounds", "feasible", "infeasible", "candidates", "trade", "inputs", "warnings"} {
			if value[key] == nil {
				t.Errorf("%s: no %s", name, key)
			}
		}
		if value["schema"] != "kcalc.replay/v1" || value["stream"] != string(r.Stream) {
			t.Errorf("%s: %v of %v", name, value["schema"], value["stream"])
		}
	}
}

// The columns are promised to other programs. The numbers are those of
// TestReplayTables.
func TestReplayInCSV(t *testing.T) {
	named := replays()["named"]
	named.Candidates[0].Consumers[0].Behind = true
	rows, err := csv.NewReader(strings.NewReader(writeReplay(t, named, CSV, Terminal{}))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		strings.Split(
			"mode,shards,holds,offered_records,throttled_records,throttled_share,throttled_seconds,waited_records,longest_producer_wait_seconds,lost_records,highest_write_utilization,consumer,largest_record_delay_seconds,largest_iterator_age_seconds,longest_recovery_seconds,longest_catch_up_seconds,behind_at_the_end,expired_records,monthly_usd,odds",
			",",
		),
		strings.Split(
			"provisioned,12,false,1080000000,172800000,0.16,21600,432000000,90,0,1.6666666666666667,fraud,42,40,300,200,true,0,131.40,",
			",",
		),
		strings.Split(
			"provisioned,12,false,1080000000,172800000,0.16,21600,432000000,90,0,1.6666666666666667,audit,1,0,0,0,false,0,131.40,",
			",",
		),
		strings.Split("provisioned,20,true,1080000000,0,0,0,0,0,0,1,fraud,42,40,300,200,false,0,219.00,", ","),
		strings.Split("provisioned,20,true,1080000000,0,0,0,0,0,0,1,audit,1,0,0,0,false,0,219.00,", ","),
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	r := replays()["on-demand"]
	r.Candidates[0].Consumers, r.Candidates[0].Monthly = nil, model.Maybe[unit.USD]{}
	lines := strings.Split(writeReplay(t, r, CSV, Terminal{}), "\n")
	// 16 shards throttle 4,000 records/s for 6 h, 8 % of what was offered.
	if want := "on-demand,,false,1080000000,86400000,0.08,21600,432000000,90,0,1.25,,,,,,,,,"; lines[1] != want ||
		len(lines) != 3 {
		t.Errorf("%q, want %q", lines, want)
	}
}

// A full disk is an error in every format.
func TestReplayWriteErrors(t *testing.T) {
	for _, format := range Formats() {
		if err := WriteReplay(full{}, replays()["named"], format, Terminal{Width: 80}); !errors.Is(err, errFull) {
			t.Errorf("%s: %v", format, err)
		}
	}
}

// measured is a replay of an example, as the command runs it.
func measured(t *testing.T, name string, q review.ReplayRequest) *review.ReplayReport {
	t.Helper()
	data, err := os.ReadFile("../../../docs/examples/" + name)
	if err != nil {
		t.Fatal(err)
	}
	h, _, err := historyfile.Read(name, bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	limits, tariff := model.PublishedLimits(), cost.Tariff{Catalogue: price.Embedded(), Hours: cost.HoursPerMonth}
	evidence := fit.Fit(h, &limits)
	w, inputs, err := review.Workload(&limits, &evidence, input.Declaration{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := review.Replay(
		context.Background(),
		&review.Basis{Limits: &limits, History: h, Evidence: &evidence, Source: name, Inputs: inputs, Tariff: &tariff},
		&w,
		&q,
	)
	if err != nil {
		t.Fatal(err)
	}
	return &r
}

// Real answers are drawn as those of the other tests: in all formats, and within
// the width.
func TestReplayOfExamples(t *testing.T) {
	for _, name := range []string{"clicks.json.gz", "payments.json.gz"} {
		r := measured(
			t,
			name,
			review.ReplayRequest{
				Shards:       []int{4},
				Auto:         true,
				Mode:         model.Provisioned,
				MaxThrottled: review.DefaultMaxThrottled,
				Writes:       review.Wait,
			},
		)
		keepsWidth(t, name, func(terminal Terminal) string { return writeReplay(t, r, Table, terminal) })
		if text, want := told(t, r), fmt.Sprintf("%d shards are the fewest that hold", r.Fewest.Value); !strings.Contains(
			text,
			want,
		) {
			t.Errorf("%s: %q is not in\n%s", name, want, text)
		}
		sameValue(t, name, writeReplay(t, r, JSON, Terminal{}), writeReplay(t, r, YAML, Terminal{}))
	}
}
