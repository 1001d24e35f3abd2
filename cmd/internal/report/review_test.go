package report

import (
	"bytes"
	"context"
	"errors"
	"regexp"
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
	"github.com/kcalc/kcalc/cmd/internal/words"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// ended is when the windows of the tests end.
var ended = time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC)

const fortnight = 14 * 24 * time.Hour

// moment is a minute in which records of 512 B were written.
func moment(at time.Time, accepted, demanded unit.RecordsPerSecond) fit.BusyPeriod {
	return fit.BusyPeriod{Start: at, Period: fit.Seconds(time.Minute), Accepted: accepted, Demanded: demanded,
		Bytes: model.Known(unit.BytesPerSecond(512 * accepted)), MostBytes: model.Known(unit.BytesPerSecond(512 * demanded))}
}

// usual is the evidence of a stream whose peak of 10,000 records/s needs 10
// shards, and 13 at 80 % utilization.
func usual() *fit.Evidence {
	peak := fit.Range{Least: 10_000, Most: 10_000}
	return &fit.Evidence{
		Stream: "orders", Region: "us-east-1",
		Window: fit.Window{From: ended.Add(-fortnight), To: ended, Known: fit.Seconds(fortnight), Share: 1,
			Periods: []fit.Part{{From: ended.Add(-fortnight), To: ended, Period: fit.Seconds(time.Minute)}}},
		Coverage:   []fit.Coverage{{Metric: "incoming_records", Points: 20_160, Share: 1}},
		RecordSize: model.Known(unit.Bytes(512)),
		Average:    model.Known(fit.Range{Least: 5000, Most: 5000}),
		Peak:       model.Known(fit.Peak{Range: peak, Weekday: "Monday", TimeOfDay: "14:30", Plan: 10_000}),
		Busiest: model.Known(fit.Busiest{Accepted: moment(ended.Add(-time.Hour), 12_000, 12_000),
			Demanded: moment(ended.Add(-time.Hour), 12_000, 15_000)}),
		Surges: []fit.Surge{{Start: ended.Add(-36 * time.Hour), Length: fit.Seconds(20 * time.Minute), Records: 12_000,
			Plan: 12_000, Times: 3.14}},
		ThrottledRecords: fit.Throttles{Total: 1234, Periods: 2,
			Worst: model.Known(fit.WorstCount{Start: ended.Add(-2 * time.Hour), Period: fit.Seconds(time.Minute), Count: 1000})},
		Growth: model.Known(fit.Growth{Changes: 9, PerWeek: 0.021, Low: -0.01, High: 0.03}),
		Consumers: fit.Consumers{
			UsualFanOut: model.Known(2.0),
			EnhancedFanOut: []fit.EnhancedFanOutConsumer{
				{
					Name:        "audit",
					WorstBehind: model.Known(fit.WorstAge{Start: ended.Add(-time.Hour), Behind: fit.Seconds(90 * time.Second)}),
				},
			},
			Functions: []fit.Function{
				{
					Name:                  "enrich",
					Enabled:               true,
					BatchSize:             500,
					ParallelizationFactor: 2,
					Duration:              model.Known(fit.Seconds(time.Second)),
					Speed:                 model.Known(unit.RecordsPerSecond(1000)),
				},
			},
		},
		IteratorAge: model.Known(
			fit.WorstAge{Start: ended.Add(-3 * time.Hour), Behind: fit.Seconds(2500 * time.Millisecond)},
		),
		Retention: model.Known(fit.Seconds(unit.Day)),
		Shards:    model.Known(20),
		Mode:      model.Known(model.Provisioned),
		Unknown:   []notice.Notice{}, Undecided: []notice.Notice{},
		Warnings: []notice.Notice{{ID: "kinesis-records", Message: "CloudWatch counts Kinesis records.",
			Remedy: "Do not declare aggregation."}},
	}
}

// recorded is a fortnight of minutes in which as much is written as 5 shards take,
// and for one minute as much as 12 do.
func recorded() *model.History {
	values := slices.Repeat([]float64{300_000}, int(fortnight/time.Minute))
	values[len(values)-60] = 720_000
	run := model.Run{Start: ended.Add(-fortnight), Period: unit.Duration(time.Minute), Values: values}
	return &model.History{From: ended.Add(-fortnight), To: ended,
		Series: []model.Series{{SeriesID: model.SeriesID{Level: model.StreamLevel, Metric: model.IncomingRecords},
			Runs: []model.Run{run}}}}
}

// flag declares an input.
func flag(key, text string) input.Declaration {
	return input.Declaration{Settings: input.Settings{key: {Text: text, Source: model.Flag}}}
}

func reviewOf(e *fit.Evidence, declared input.Declaration) *review.Review {
	return reviewFrom(recorded(), e, declared)
}

// reviewFrom reviews a history whose counts are to hold a day with even odds, so that the
// formulas decide.
func reviewFrom(h *model.History, e *fit.Evidence, declared input.Declaration) *review.Review {
	limits := model.PublishedLimits()
	even := flag("horizon", "1d")
	even.Merge(flag("confidence", "50%"))
	even.Merge(declared)
	declared = even
	w, inputs, err := review.Workload(&limits, e, declared)
	if err != nil {
		panic(err)
	}
	tariff := cost.Tariff{Catalogue: price.Embedded(), Hours: cost.HoursPerMonth}
	r := must(review.New(context.Background(), &review.Basis{Limits: &limits, History: h, Evidence: e,
		Source: "orders.json", Inputs: inputs, Tariff: &tariff}, &w))
	r.Next = words.Next(&r)
	r.Inputs = inputs
	return &r
}

// reviews are answers of every shape. No test changes one.
var reviews = sync.OnceValue(func() map[string]*review.Review {
	undecided, onDemand, long, bare := usual(), usual(), usual(), &fit.Evidence{Average: model.Known(fit.Range{})}
	undecided.Undecided = []notice.Notice{{ID: "history-short", Message: "It is known for 3 h what was written.",
		Remedy: "Fetch a longer window with --since."}}
	onDemand.Mode = model.Known(model.OnDemandStandard)
	long.Stream = model.Name(strings.Repeat("long-name.", 12))
	long.Consumers.EnhancedFanOut[0].Name = model.Name(strings.Repeat("reader_", 18))
	six := input.Declaration{}
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		six.Consumers = append(six.Consumers, input.Settings{"name": {Text: name, Source: model.Flag}})
	}
	return map[string]*review.Review{
		"usual": reviewOf(usual(), input.Declaration{}), "right": reviewOf(usual(), flag("current_shards", "13")),
		"too few": reviewOf(usual(), flag("current_shards", "3")), "undecided": reviewOf(undecided, input.Declaration{}),
		"on-demand": reviewOf(onDemand, input.Declaration{}), "long names": reviewOf(long, input.Declaration{}),
		"does not fit": reviewOf(usual(), six), "nothing known": reviewFrom(&model.History{From: ended.Add(-fortnight),
			To: ended}, bare, input.Declaration{}),
	}
})

func writeReview(t *testing.T, r *review.Review, format Format, terminal Terminal) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteReview(&b, r, format, terminal); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// table is a review's for a terminal of 100 columns, without line breaks.
func table(t *testing.T, r *review.Review) string {
	t.Helper()
	return strings.Join(strings.Fields(writeReview(t, r, Table, Terminal{Width: 100, All: true})), " ")
}

func TestReviewWidth(t *testing.T) {
	for name, r := range reviews() {
		keepsWidth(t, name, func(terminal Terminal) string { return writeReview(t, r, Table, terminal) })
		keepsWidth(t, name, func(terminal Terminal) string {
			terminal.All = true
			return writeReview(t, r, Table, terminal)
		})
	}
}

// An answer is about a screen long: that of a plain stream, and, with an enhanced
// fan-out consumer, a function and throttles, one that has something of everything.
func TestReviewHeight(t *testing.T) {
	height := func(r *review.Review) int {
		return strings.Count(writeReview(t, r, Table, Terminal{Width: 100, All: true}), "\n")
	}
	plain := usual()
	plain.Consumers, plain.ThrottledRecords = fit.Consumers{UsualFanOut: model.Known(2.0)}, fit.Throttles{}
	if n := height(reviewOf(plain, input.Declaration{})); n > 69 {
		t.Errorf("plain: %d lines", n)
	}
	for name, r := range reviews() {
		if n := height(r); n > 76 && name != "long names" {
			t.Errorf("%s: %d lines", name, n)
		}
	}
}

// YAML has what JSON has, with the keys that were promised; lists without
// anything are lists.
func TestReviewInJSONAndYAML(t *testing.T) {
	for name, r := range reviews() {
		value := sameValue(t, name, writeReview(t, r, JSON, Terminal{}), writeReview(t, r, YAML, Terminal{})).(map[string]any)
		for _, key := range []string{"schema", "stream", "region", "shards", "feasible", "binding", "constraints", "inputs",
			"warnings", "scaling", "cost",
			"source", "verdict", "today", "runs_out", "evidence", "next"} {
			if _, ok := value[key]; !ok {
				t.Errorf("%s: no %s", name, key)
			}
		}
		if value["schema"] != "kcalc.plan/v1" || value["source"] != "orders.json" || value["next"] == nil {
			t.Errorf("%s: %v, %v, %v", name, value["schema"], value["source"], value["next"])
		}
		evidence := value["evidence"].(map[string]any)
		if name != "nothing known" && (evidence["undecided"] == nil || evidence["surges"] == nil ||
			evidence["record_size_bytes"] != 512.0) {
			t.Errorf("%s: %v", name, evidence)
		}
	}
}

// In CSV a plan is the same, whether it rests on a history or not.
func TestReviewInCSV(t *testing.T) {
	for name, r := range reviews() {
		if diff := cmp.Diff(write(t, r.Plan, CSV, Terminal{}), writeReview(t, r, CSV, Terminal{})); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// Markdown has the sentences, the table of constraints and the chart.
func TestReviewInMarkdown(t *testing.T) {
	text := writeReview(t, reviews()["usual"], Markdown, Terminal{})
	for _, want := range []string{"# orders in us-east-1: 20 shards are too many, take 13 (12 at the limit)\n",
		"\n## Evidence\n\n- 2026-11-02 00:00 to ",
		"\n| ", "**producer-limit.records.peak**", "```\n", "\n## What to do\n", "\n- aws kinesis update-shard-count --region us-east-1 --stream-name orders "} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if strings.Contains(text, "\x1b") {
		t.Error("colour in a page")
	}
}

func TestReviewHeadline(t *testing.T) {
	for name, want := range map[string]string{
		"usual":         "orders in us-east-1: 20 shards are too many, take 13 (12 at the limit)",
		"right":         "orders in us-east-1: 13 shards are right",
		"too few":       "orders in us-east-1: 3 shards are too few, take 13 (12 at the limit)",
		"undecided":     "orders in us-east-1: undecided; from what is known, take 13 shards (12 at the limit)",
		"on-demand":     "orders in us-east-1 is on-demand; provisioned, take 13 shards (12 at the limit)",
		"does not fit":  "orders in us-east-1 does not fit: no number of shards carries it",
		"nothing known": "This stream: take 1 shard",
	} {
		if got := reviewHeadline(reviews()[name]); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if got := reviewHeadline(reviewOf(usual(), flag("current_shards", "1"))); !strings.Contains(
		got,
		"1 shard is too few",
	) {
		t.Errorf("%q", got)
	}
}

// Why nothing is decided, and what would decide it, comes before anything else.
func TestReviewSaysWhyItIsUndecided(t *testing.T) {
	lines := strings.Split(writeReview(t, reviews()["undecided"], Table, Terminal{Width: 100, All: true}), "\n")
	if want := "?  It is known for 3 h what was written. Fetch a longer window with --since."; lines[2] != want { // behind the cost
		t.Errorf("%q, want %q", lines[2], want)
	}
	if text, want := table(t, reviews()["does not fit"]), "does not fit: no number of shards carries it ✗ The 7 standard consumers poll each shard 7 times a second"; !strings.Contains(
		text,
		want,
	) {
		t.Errorf("%q is not in\n%s", want, text)
	}
	if text := table(t, reviews()["undecided"]); strings.Contains(text, "UpdateShardCount from") ||
		strings.Contains(text, "update-shard-count") {
		t.Errorf("a step is told:\n%s", text)
	}
}

// Whether the formulas' answer carries the traffic comes first, and so does
// what decides where it does not.
func TestReviewReplay(t *testing.T) {
	broken := []replay.Breach{{Message: "2% of the records were in excess of the write limits; 0.01% may be."}}
	held := review.ReplayCheck{
		Holds:     true,
		Formula:   13,
		Fewest:    model.Known(9),
		Throttled: 0.00002,
		Seconds:   40,
		Delay:     12,
		Consumer:  model.Known(model.Name("fraud")),
	}
	tight, one, bare, single := held, held, held, held
	single.Formula, single.Fewest = 1, model.Known(1)
	tight.Fewest, tight.Throttled = model.Known(13), 0
	one.Fewest = model.Known(1)
	bare.Fewest, bare.Consumer = model.Maybe[int]{}, model.Maybe[model.Name]{}
	failed := review.ReplayCheck{Formula: 12, Fewest: model.Known(14), Breaches: broken}
	hopeless := review.ReplayCheck{Formula: 1, Breaches: broken}
	for name, c := range map[string]struct {
		survival review.ReplayCheck
		binding  []string
		want     string
	}{
		"holds":    {held, nil, "✓ Replay: 13 shards carry the traffic: 0.002% of the records in excess of the write limits, for 40s, the slowest consumer (fraud) 12s behind; 9 would have been enough for it. ▸ producer"},
		"tight":    {tight, nil, "traffic: nothing throttled, the slowest consumer (fraud) 12s behind; fewer do not. ▸"},
		"one":      {one, nil, "behind; 1 would have been enough for it. ▸"},
		"bare":     {bare, nil, "traffic: 0.002% of the records in excess of the write limits, for 40s. ▸"},
		"single":   {single, nil, "✓ Replay: 1 shard carries the traffic: 0.002%"},
		"failed":   {failed, []string{"replay"}, "✗ Replay: the 12 shards of the formulas do not carry the traffic. 2% of the records were in excess of the write limits; 0.01% may be. 14 do, and are recommended. ▸"},
		"declared": {failed, nil, "0.01% may be. 14 do; the plan is for the traffic that was declared. ▸"},
		"hopeless": {hopeless, nil, "✗ Replay: the 1 shard of the formulas does not carry the traffic. 2% of the records were in excess of the write limits; 0.01% may be. No count does. ▸"},
	} {
		r := reviewOf(usual(), input.Declaration{})
		r.Replay, r.Binding = model.Known(c.survival), c.binding
		if text := table(t, r); !strings.Contains(text, c.want) ||
			!regexp.MustCompile(`12 at the limit\) [^✓✗]*provisioned\)? [✓✗] Replay: `).MatchString(text) {
			t.Errorf("%s: %q is not in\n%.600s", name, c.want, text)
		}
		r.Replay = model.Maybe[review.ReplayCheck]{}
		if text := table(t, r); strings.Contains(text, "Replay:") {
			t.Errorf("%s: a replay that was not run:\n%.600s", name, text)
		}
	}
}

// A plan that the replay decides has no constraint that does.
func TestReviewThatTheReplayDecides(t *testing.T) {
	r := reviewOf(usual(), input.Declaration{})
	for i := range r.Constraints {
		r.Constraints[i].Binding = false
	}
	r.Binding, r.Shards.Recommended = []string{review.ReplayID}, 14
	if text, want := table(t, r), "▸ replay decides: the replayed traffic takes 14 shards; the formulas ask for fewer. % Odds"; !strings.Contains(
		text,
		want,
	) {
		t.Errorf("%q is not in\n%.600s", want, text)
	}
}

// Each part of the evidence has its sentence.
func TestReviewEvidence(t *testing.T) {
	text := table(t, reviews()["usual"])
	for _, want := range []string{
		"2026-11-02 00:00 to 2026-11-16 00:00 UTC (14d) in points of 1m, 100% of it known; from orders.json.",
		"Busiest at 2026-11-15 23:00 UTC: 15,000 records/s and 7.32 MiB/s, of which 12,000 records/s were accepted, in the mean of 1m.",
		"Usual peak 10,000 records/s (Monday, 14:30 UTC), average 5,000 records/s, records of 512 B.",
		"1,234 writes were throttled in 2 periods, at worst 1,000 at 2026-11-15 22:00 UTC.",
		"1 surge; the highest at 2026-11-14 12:00 UTC: 12,000 records/s for 20m, 3.1 times the usual.",
		"Standard consumers read it 2 times; audit by enhanced fan-out; function enrich takes 1,000 records/s a shard.",
		"Farthest behind: audit by 1m30s at 2026-11-15 23:00 UTC.",
		"Traffic is about level: the usual week brings 2.1% more than the one before, after 9 such changes; 1d may bring anything from 0.1% less to 0.4% more.",
		"Inputs measured: stream, region, record_size, average, peak, surge.throughput, surge.duration, retention, current_shards, consumer audit, consumer enrich, consumer consumer-1; flag: horizon, confidence.",
		"UpdateShardCount from 20 to 13.",
		"aws kinesis update-shard-count --region us-east-1 --stream-name orders --scaling-type UNIFORM_SCALING --target-shard-count 13",
		"kcalc explain producer-limit.records.peak",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

// What the history does not say is left out or said so, and not made up.
func TestReviewOfNothing(t *testing.T) {
	e := usual()
	e.Busiest, e.Growth, e.IteratorAge = model.Maybe[fit.Busiest]{}, model.Maybe[fit.Growth]{}, model.Maybe[fit.WorstAge]{}
	e.Consumers, e.Surges, e.ThrottledRecords = fit.Consumers{Asked: true}, nil, fit.Throttles{}
	text := table(t, reviewOf(e, input.Declaration{}))
	for _, want := range []string{"No write was throttled.", "No surge stood out."} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	for _, not := range []string{"Busiest", "Grows", "Farthest", "consumers read", "%!"} {
		if strings.Contains(text, not) {
			t.Errorf("%q is in\n%s", not, text)
		}
	}
}

// Growth is told in words, and with when shards run out if it is stated: the ones that
// there are, if others are recommended, and those. A stream that grows keeps its shards.
func TestReviewGrowth(t *testing.T) {
	for name, c := range map[string]struct {
		growth  fit.Growth
		current string
		want    string
	}{
		// The surge of 12,000 records/s needs 12 shards: ln(20/12) ÷ ln 1.02 =
		// 25.796 weeks, ln(20/12) ÷ ln 1.03 = 17.282; of 13 shards 4.042 and 2.708.
		"as many":         {fit.Growth{Changes: 9, PerWeek: 0.02, Low: 0.01, High: 0.03}, "20", "1% to 3%); 20 shards last until about 2027-05-15, 2027-03-16 at the soonest."},
		"as recommended":  {fit.Growth{Changes: 9, PerWeek: 0.02, Low: 0.01, High: 0.03}, "13", "Traffic grows by 2% a week (95% sure: 1% to 3%); 13 shards last until about 2026-12-14, 2026-12-04 at the soonest."},
		"too few already": {fit.Growth{Changes: 9, PerWeek: 0.02, Low: 0.01, High: 0.03}, "3", "; 3 shards last no longer; 13 shards last until"},
		"one shard":       {fit.Growth{Changes: 9, PerWeek: 0.02, Low: 0.01, High: 0.03}, "1", "; 1 shard lasts no longer; 13 shards last until"},
		"shrinking maybe": {fit.Growth{Changes: 9, PerWeek: -0.01, Low: -0.03, High: 0.03}, "20", "Traffic is about level: the usual week brings 1% less than the one before, after 9 such changes; 1d may bring anything from 0.4% less to 0.4% more."},
		"shrinking":       {fit.Growth{Changes: 9, PerWeek: -0.02, Low: -0.03, High: -0.01}, "20", "Traffic falls by 2% a week (95% sure: 1% to 3%)."},
		"one change":      {fit.Growth{Changes: 1, PerWeek: 0.02, Low: 0.01, High: 0.03}, "20", "Traffic is about level: the usual week brings 2% more than the one before, after 1 such change;"},
		"one step":        {fit.Growth{Changes: 1, PerWeek: 2, Low: 1, High: 3}, "20", "Traffic was 200% more in one week than in the one before: one change does not say whether that goes on."},
	} {
		e := usual()
		e.Growth = model.Known(c.growth)
		if text := table(t, reviewOf(e, flag("current_shards", c.current))); !strings.Contains(text, c.want) {
			_, got, _ := strings.Cut(text, "Traffic ")
			t.Errorf("%s: %q is not in %.300q", name, c.want, got)
		}
	}
	for declared, want := range map[string]string{
		"5%/week": "Traffic grows by 5% a week, as declared; 20 shards last until", "0%/week": "Traffic stays about level, as declared.",
	} {
		if text := table(t, reviewOf(usual(), flag("growth", declared))); !strings.Contains(text, want) {
			t.Errorf("%s: %q is not in\n%s", declared, want, text)
		}
	}
}

// Today's cost stands before the plan's, unless they are the same. A shard costs
// $10.95 a month, 5,000 records/s in one unit each $183.96, an enhanced fan-out
// consumer $10.95 a shard and 6,265.64 GB × $0.013 = $81.45.
func TestReviewCost(t *testing.T) {
	for name, want := range map[string]string{
		"usual":     "What it costs a month $ $703.41 now, provisioned with 20 shards. $ $550.11 provisioned with 13 shards: ",
		"right":     "What it costs a month $ $550.11 provisioned with 13 shards: ",
		"on-demand": " now, on-demand. $ $550.11 provisioned with 13 shards: ",
	} {
		if text := table(t, reviews()[name]); !strings.Contains(text, want) {
			t.Errorf("%s: %q is not in\n%s", name, want, text)
		}
	}
	e := usual()
	e.Region = "mars-north-1"
	if text := table(t, reviewOf(e, input.Declaration{})); strings.Contains(text, "now,") || strings.Contains(text, "$0") {
		t.Errorf("a cost is told where no price is known:\n%s", text)
	}
}

// The chart has the load on both counts, and one line where they are the same.
func TestReviewChart(t *testing.T) {
	for name, want := range map[string][2]bool{"usual": {true, true}, "right": {true, false}, "on-demand": {true, false}, "undecided": {true, true}} {
		text := table(t, reviews()[name])
		got := [2]bool{strings.Contains(text, "╭ 13 shards"), strings.Contains(text, ": now: ")}
		if got != want || !strings.Contains(text, "Load of the hottest shard in its busiest second, in % of its limit") {
			t.Errorf("%s: %v, want %v:\n%s", name, got, want, text)
		}
	}
	r := reviewOf(usual(), input.Declaration{})
	r.Traffic = review.Traffic{}
	if text := table(t, r); strings.Contains(text, "Load of") {
		t.Errorf("a chart of nothing:\n%s", text)
	}
}

// Of many warnings the first are told, and what the others are called; of three
// all.
func TestReviewWarnings(t *testing.T) {
	for n, want := range map[int]string{0: "", 1: "", 3: "", 4: "And w, w (-o json).", 9: "And w, w, w, w, w, w, w (-o json)."} {
		e := usual()
		e.Warnings = nil
		for i := range n {
			e.Warnings = append(
				e.Warnings,
				notice.Notice{ID: "w", Message: "Warning " + string(rune('A'+i)) + ".", Remedy: "Mend it."},
			)
		}
		text := table(t, reviewOf(e, input.Declaration{}))
		told := strings.Count(text, "Mend it.")
		if want != "" && (!strings.Contains(text, want) || told != 2) ||
			want == "" && (told != n || strings.Contains(text, "(-o json).")) {
			t.Errorf("of %d warnings %d are told:\n%s", n, told, text)
		}
	}
}

// A full disk is an error in every format.
func TestReviewWriteErrors(t *testing.T) {
	for _, format := range Formats() {
		if err := WriteReview(full{}, reviews()["usual"], format, Terminal{Width: 80}); !errors.Is(err, errFull) {
			t.Errorf("%s: %v", format, err)
		}
	}
}

// must is a value that comes without an error.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
