package review_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// days are how long the histories of these tests are, and perDay their points a day.
const (
	days   = 8
	perDay = 288
)

// evidenced is a stream of 16 shards that is written 1,000 records/s, which one shard
// takes, with other series of five minutes beside.
func evidenced(others ...model.Series) *model.History {
	from := end.Add(-days * 24 * time.Hour)
	h := &model.History{Stream: "orders", Region: "us-east-1", From: from, To: end}
	h.Configuration = model.Known(model.Configuration{
		Mode:       model.Known(model.Provisioned),
		OpenShards: model.Known(16),
		Retention:  model.Known(unit.Duration(7 * unit.Day)),
	})
	h.Series = append(h.Series,
		everyFive(model.SeriesID{Level: model.StreamLevel, Metric: model.IncomingBytes}, func(int) float64 { return 300 * 500 * 1000 }),
		everyFive(model.SeriesID{Level: model.StreamLevel, Metric: model.IncomingRecords}, func(int) float64 { return 300 * 1000 }),
		model.Series{SeriesID: model.SeriesID{Level: model.StreamLevel, Metric: model.GetRecordsBytes}}) // nobody polls
	h.Series = append(h.Series, others...)
	return h
}

// everyFive is a series of five minutes over the window.
func everyFive(id model.SeriesID, value func(i int) float64) model.Series {
	run := model.Run{Start: end.Add(-days * 24 * time.Hour), Period: unit.Duration(5 * time.Minute)}
	for i := range days * perDay {
		run.Values = append(run.Values, value(i))
	}
	return model.Series{SeriesID: id, Runs: []model.Run{run}}
}

// shardAges are the iterator ages of shards, in milliseconds.
func shardAges(ages ...float64) (list []model.Series) {
	for i, age := range ages {
		id := model.SeriesID{Level: model.ShardLevel, Metric: model.ShardIteratorAge, Owner: fmt.Sprintf("shardId-%012d", i)}
		list = append(list, everyFive(id, func(int) float64 { return age }))
	}
	return list
}

// A stream that one shard of its 16 would carry by its writes is told so only where
// nothing measured speaks against it. A consumer whose iterator age climbs to the
// retention of 7 d and stays loses data; reads that are rejected 15 times a second all
// day ask for more than the shards give; a function 24 h behind with 30 errors a minute
// does not keep up, whatever its speed.
func TestEvidenceAgainstFewerShards(t *testing.T) {
	const week = 7 * 24 * 3600 * 1000.0 // ms
	age := model.SeriesID{Level: model.StreamLevel, Metric: model.IteratorAge}
	function := func(metric string) model.SeriesID {
		return model.SeriesID{Level: model.FunctionLevel, Metric: metric, Owner: "enrich"}
	}
	throttled := model.SeriesID{Level: model.StreamLevel, Metric: model.ReadThrottled}
	written := model.SeriesID{Level: model.StreamLevel, Metric: model.WriteThrottled}
	total := float64(days * perDay)
	for name, c := range map[string]struct {
		series []model.Series
		want   []string
	}{
		"nothing against it": {nil, nil},
		"behind by a second": {[]model.Series{everyFive(age, func(int) float64 { return 1000 })}, nil},
		"climbs to the retention and stays": {[]model.Series{everyFive(age, func(i int) float64 {
			return min(week, 2*week*float64(i)/total)
		})}, []string{"data-lost"}},
		"half of the retention, once": {[]model.Series{everyFive(age, func(i int) float64 {
			return map[bool]float64{true: week/2 + 1e6}[i == 700]
		})}, []string{"iterator-age"}},
		"below half of the retention, once": {[]model.Series{everyFive(age, func(i int) float64 {
			return map[bool]float64{true: week/2 - 1e6}[i == 700]
		})}, nil},
		"rises to an hour": {[]model.Series{everyFive(age, func(i int) float64 {
			return 3600e3 * float64(i) / total
		})}, []string{"iterator-age-rises"}},
		"rises to four minutes": {[]model.Series{everyFive(age, func(i int) float64 {
			return 240e3 * float64(i) / total
		})}, nil},
		"reads throttled 900 times a minute": {[]model.Series{everyFive(throttled, func(int) float64 {
			return 4500
		})}, []string{"reads-throttled"}},
		"reads throttled at one restart": {[]model.Series{everyFive(throttled, func(i int) float64 {
			return map[bool]float64{true: 4500}[i == 2000]
		})}, nil},
		"reads throttled before the last reshard": {[]model.Series{everyFive(throttled, func(i int) float64 {
			return map[bool]float64{true: 4500}[i < perDay]
		})}, nil},
		"writes throttled day after day": {[]model.Series{everyFive(written, func(i int) float64 {
			return map[bool]float64{true: 300}[i%10 == 0]
		})}, []string{"writes-throttled"}},
		"a function with errors, 24h behind": {[]model.Series{
			everyFive(function(model.FunctionErrors), func(int) float64 { return 150 }),
			everyFive(function(model.FunctionIteratorAge), func(i int) float64 { return 24 * 3600e3 * float64(i) / total }),
		}, []string{"function-errors.enrich", "iterator-age-rises"}},
		"a standard consumer far behind, and a function at the retention": {[]model.Series{
			everyFive(age, func(int) float64 { return 0.6 * week }),
			everyFive(function(model.FunctionErrors), func(int) float64 { return 150 }),
			everyFive(function(model.FunctionIteratorAge), func(int) float64 { return week }),
		}, []string{"data-lost", "function-errors.enrich", "iterator-age"}},
		"PutRecords throttled, and the metric of all writes lacks": {[]model.Series{
			everyFive(model.SeriesID{Level: model.StreamLevel, Metric: model.PutRecordsThrottled}, func(i int) float64 {
				return map[bool]float64{true: 300}[i%10 == 0]
			})}, []string{"put-records-throttled"}},
		"PutRecords throttled, as the metric of all writes has it": {[]model.Series{
			everyFive(written, func(i int) float64 { return map[bool]float64{true: 300}[i%10 == 0] }),
			everyFive(model.SeriesID{Level: model.StreamLevel, Metric: model.PutRecordsThrottled}, func(i int) float64 {
				return map[bool]float64{true: 300}[i%10 == 0]
			})}, []string{"writes-throttled"}},
		"one shard at the retention, the rest current": {shardAges(7*24*3600e3, 900, 800, 1000),
			[]string{"stuck-shard.shardId-000000000000"}},
		"every shard at the retention":  {shardAges(week, week, week, week), nil}, // the stream's own age says that
		"one shard a minute behind":     {shardAges(60e3, 900, 800, 1000), nil},
		"one shard at half of the week": {shardAges(week/2, 900, 800, 1000), nil},
		"all at once": {[]model.Series{
			everyFive(throttled, func(int) float64 { return 4500 }),
			everyFive(age, func(i int) float64 { return week }),
		}, []string{"data-lost", "reads-throttled"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := reviewedHistory(t, evidenced(c.series...))
			want := 2 // 1,000 records/s at 80 %
			if c.want != nil {
				want = 16
			}
			if r.Shards.Recommended != want || (r.Because != "") != (c.want != nil) {
				t.Errorf("%d shards recommended because %q, want %d", r.Shards.Recommended, r.Because, want)
			}
			if c.want != nil && (r.Replay.Known || len(r.Advice) > 0 || !strings.HasPrefix(r.Binding[0], "evidence.")) {
				t.Errorf("replay %+v, advice %v, %v decides", r.Replay, r.Advice, r.Binding)
			}
			got := slices.DeleteFunc(ids(r.Undecided), func(id string) bool { return !slices.Contains(c.want, id) })
			if !slices.Equal(got, c.want) {
				t.Errorf("%v, want %v", ids(r.Undecided), c.want)
			}
			if c.want == nil && r.Verdict != model.TooMany {
				t.Errorf("%s, want too many: %v", r.Verdict, r.Undecided)
			}
			if c.want != nil && (r.Verdict != model.Undecided || len(r.Scaling.Value.Calls) > 0 || r.Scaling.Value.Verdict != model.Undecided) {
				t.Errorf("%s, %+v", r.Verdict, r.Scaling.Value)
			}
			if c.want != nil && r.Undecided[0].ID != c.want[0] {
				t.Errorf("%v: %s is not first", ids(r.Undecided), c.want[0])
			}
		})
	}
}

// Beside another verdict than too many the evidence is a warning, the first of all.
func TestEvidenceBesideOtherVerdicts(t *testing.T) {
	h := evidenced(everyFive(model.SeriesID{Level: model.StreamLevel, Metric: model.IteratorAge},
		func(int) float64 { return 7 * 24 * 3600 * 1000 }))
	h.Configuration.Value.OpenShards = model.Known(1)
	r := reviewedHistory(t, h)
	if r.Verdict != model.TooFew || r.Warnings[0].ID != "data-lost" || !strings.Contains(r.Warnings[0].Message, "7d") {
		t.Errorf("%s, %+v", r.Verdict, r.Warnings)
	}
}
