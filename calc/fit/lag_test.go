package fit

import (
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// lagged is a stream of 10 shards over four days in hours, whose records of 500 B are written
// at 1,000/s; with other series beside.
func lagged(others ...model.Series) *model.History {
	h := &model.History{Stream: "orders", From: start, To: start.Add(4 * day)}
	h.Configuration = model.Known(model.Configuration{OpenShards: model.Known(10),
		Mode: model.Known(model.Provisioned), Retention: model.Known(unit.Duration(2 * unit.Day))})
	h.Series = append(h.Series,
		hourly(model.SeriesID{Level: model.StreamLevel, Metric: model.IncomingRecords}, func(int) float64 { return 3600 * 1000 }),
		hourly(model.SeriesID{Level: model.StreamLevel, Metric: model.IncomingBytes}, func(int) float64 { return 3600 * 1000 * 500 }))
	h.Series = append(h.Series, others...)
	return h
}

func hourly(id model.SeriesID, value func(hour int) float64) model.Series {
	run := model.Run{Start: start, Period: unit.Duration(time.Hour)}
	for i := range 4 * 24 {
		run.Values = append(run.Values, value(i))
	}
	return model.Series{SeriesID: id, Runs: []model.Run{run}}
}

func ofStream(metric string, value func(hour int) float64) model.Series {
	return hourly(model.SeriesID{Level: model.StreamLevel, Metric: metric}, value)
}

func constant(v float64) func(int) float64 { return func(int) float64 { return v } }

// climb is an age in milliseconds that rises by so many seconds in each second.
func climb(share float64) func(int) float64 {
	return func(hour int) float64 { return 1000 * 3600 * share * float64(hour) }
}

// named returns the settings of the declared consumers, by name: type, speed, function and
// poll interval.
func declaredConsumers(e *Evidence) map[string]string {
	texts := map[string]string{}
	for _, s := range e.consumers() {
		text := s["type"].Text
		for _, key := range []string{"speed", "lambda.duration", "poll_interval"} {
			if v, ok := s[key]; ok {
				text += " " + v.Text
			}
		}
		texts[s["name"].Text] = text
	}
	return texts
}

// A consumer that lags has the speed at which it read, and is a whole one; one that keeps up
// has none. The speeds follow by hand from what was read of 1,000 records/s in 10 shards.
func TestSpeedOfAConsumerThatLags(t *testing.T) {
	records := func(times float64) model.Series { return ofStream(model.GetRecordsRecords, constant(3600*1000*times)) }
	age := func(v func(int) float64) model.Series { return ofStream(model.IteratorAge, v) }
	half := func(hour int) float64 { // stopped for a day and a half, then at 1,700 records/s
		if hour < 36 {
			return 0
		}
		return 3600 * 1700
	}
	for name, c := range map[string]struct {
		series []model.Series
		want   map[string]string
	}{
		"keeps up":                      {[]model.Series{records(1), age(constant(1000))}, map[string]string{"consumer-1": "standard"}},
		"reads 40%, and falls behind":   {[]model.Series{records(0.4), age(climb(0.6))}, map[string]string{"consumer-1": "standard 40/s"}},
		"beside two that keep up":       {[]model.Series{records(2.4), age(climb(0.6))}, map[string]string{"consumer-1": "standard", "consumer-2": "standard", "consumer-3": "standard 40/s"}},
		"reads 5% beside one":           {[]model.Series{records(1.05), age(climb(0.95))}, map[string]string{"consumer-1": "standard", "consumer-2": "standard 105/s"}},
		"at the retention all the time": {[]model.Series{records(0.7), age(constant(48 * 3600e3))}, map[string]string{"consumer-1": "standard 70/s"}},
		"behind half of it, and steady": {[]model.Series{records(1), age(constant(30 * 3600e3))}, map[string]string{"consumer-1": "standard 100/s"}},
		"20 hours behind on purpose":    {[]model.Series{records(1), age(constant(20 * 3600e3))}, map[string]string{"consumer-1": "standard"}},
		"by bytes":                      {[]model.Series{ofStream(model.GetRecordsBytes, constant(3600*1000*500*0.25)), age(climb(0.75))}, map[string]string{"consumer-1": "standard 25/s"}},
		"catches up after it stopped":   {[]model.Series{ofStream(model.GetRecordsRecords, half), age(func(h int) float64 { return 3600e3 * max(0.0, min(float64(h), 36-0.7*float64(h-36))) })}, map[string]string{"consumer-1": "standard", "consumer-2": "standard 170/s"}},
		"stands still":                  {[]model.Series{records(0.0001), age(climb(1))}, map[string]string{"consumer-1": "standard"}},
		"another reprocesses on a day": {[]model.Series{ofStream(model.GetRecordsRecords, func(h int) float64 {
			return map[bool]float64{true: 3600 * 1700, false: 3600 * 400}[h >= 72]
		}), age(climb(0.6))}, map[string]string{"consumer-1": "standard 40/s"}},
		"catches up all the time": {[]model.Series{records(1.3), age(func(h int) float64 { return 3600e3 * (40 - 0.3*float64(h)) })},
			map[string]string{"consumer-1": "standard", "consumer-2": "standard 130/s"}},
		"no age is known":                 {[]model.Series{records(0.4)}, map[string]string{"consumer-1": "standard"}},
		"what is read is not known":       {[]model.Series{age(climb(0.6))}, map[string]string{"consumer-1": "standard"}},
		"one shard of several is stuck":   {[]model.Series{records(0.9), age(climb(1)), shardAge("a", climb(1)), shardAge("b", constant(900)), shardAge("c", constant(900))}, map[string]string{"consumer-1": "standard"}},
		"behind for less than half a day": {[]model.Series{records(1), age(func(h int) float64 { return map[bool]float64{true: 30 * 3600e3}[h == 20] })}, map[string]string{"consumer-1": "standard"}},
	} {
		e := Fit(lagged(c.series...), &limits)
		got := declaredConsumers(&e)
		if len(got) != len(c.want) {
			t.Errorf("%s: %v, want %v: %+v", name, got, c.want, e.Lags)
		}
		for consumer, want := range c.want {
			if got[consumer] != want {
				t.Errorf("%s: %s %q, want %q: %+v", name, consumer, got[consumer], want, e.Lags)
			}
		}
	}
}

func shardAge(shard string, value func(int) float64) model.Series {
	return hourly(model.SeriesID{Level: model.ShardLevel, Metric: model.ShardIteratorAge, Owner: shard}, value)
}

// Records that fail inside of Kinesis in more than one of a hundred hours are told.
func TestFailedRecords(t *testing.T) {
	for hours, told := range map[int]bool{0: false, 1: true} { // of 96
		e := Fit(lagged(ofStream(model.PutRecordsFailed, func(h int) float64 {
			return map[bool]float64{true: 7}[h < hours]
		})), &limits)
		if has(e.Warnings, "records-failed") != told || e.FailedRecords.Total != 7*float64(hours) {
			t.Errorf("%d hours: %+v, %v", hours, e.FailedRecords, e.Warnings)
		}
	}
}

// A function that lags takes as long for a batch as what it read says, with all that it tried
// again. Its batches of 100 take 200 ms each, 500 records/s and shard, where it keeps up; it
// reads 30 records/s and shard of 100 where it does not: 100 ÷ 30 = 3.333334 s. An enhanced
// fan-out consumer has the bytes that it received, and one that received none is none.
func TestSpeedOfAFunctionThatLags(t *testing.T) {
	function := func(metric string, v func(int) float64) model.Series {
		return hourly(model.SeriesID{Level: model.FunctionLevel, Metric: metric, Owner: "enrich"}, v)
	}
	fanOut := func(name, metric string, v func(int) float64) model.Series {
		return hourly(model.SeriesID{Level: model.ConsumerLevel, Metric: metric, Owner: name}, v)
	}
	read := ofStream(model.GetRecordsRecords, constant(3600*1300)) // one reads all, one 300/s
	for name, c := range map[string]struct {
		age  func(int) float64
		want string
	}{"keeps up": {constant(1000), "standard 200ms"}, "falls behind": {climb(0.7), "standard 3.333334s"}} {
		h := lagged(read, function(model.FunctionDuration, constant(200)), function(model.FunctionIteratorAge, c.age),
			ofStream(model.IteratorAge, c.age),
			fanOut("audit", model.SubscribedBytes, constant(0)), fanOut("search", model.SubscribedBytes, constant(3600*500*600)),
			fanOut("search", model.SubscribedBehind, c.age))
		h.Configuration.Value.Functions = model.Known([]model.Function{{Name: "enrich", State: "Enabled", BatchSize: 100, ParallelizationFactor: 1}})
		h.Configuration.Value.Consumers = model.Known([]model.FanOutConsumer{{Name: "audit"}, {Name: "search"}})
		e := Fit(h, &limits)
		got := declaredConsumers(&e)
		search := map[bool]string{true: "enhanced-fan-out 60/s", false: "enhanced-fan-out"}[name == "falls behind"]
		if got["enrich"] != c.want || got["consumer-1"] != "standard" || got["search"] != search || got["audit"] != "" {
			t.Errorf("%s: %v", name, got)
		}
		if !e.Consumers.EnhancedFanOut[0].Idle || e.Consumers.EnhancedFanOut[1].Idle {
			t.Errorf("%+v", e.Consumers.EnhancedFanOut)
		}
	}
}

// Consumers by records are those by bytes. Seven of them poll every 7/5 s where hardly any
// call was rejected, and as usual where some were or where that is not known.
func TestConsumersByRecords(t *testing.T) {
	read := ofStream(model.GetRecordsRecords, constant(7*3600*1000))
	for name, c := range map[string]struct {
		series []model.Series
		poll   string
	}{
		"none rejected":     {[]model.Series{ofStream(model.ReadThrottled, constant(0))}, "standard 1.4s"},
		"in all hours":      {[]model.Series{ofStream(model.ReadThrottled, constant(7))}, "standard"},
		"is not known":      {nil, "standard"},
		"in one hour of 96": {[]model.Series{ofStream(model.ReadThrottled, func(h int) float64 { return map[bool]float64{true: 9}[h == 50] })}, "standard"},
	} {
		e := Fit(lagged(append(c.series, read)...), &limits)
		if e.Unnamed() != 7 || math.Abs(e.Consumers.UsualFanOut.Value-7) > 1e-9 {
			t.Errorf("%s: %d consumers, %v", name, e.Unnamed(), e.Consumers.UsualFanOut)
		}
		got := declaredConsumers(&e)
		for n := range 7 {
			if consumer := "consumer-" + strconv.Itoa(n+1); got[consumer] != c.poll {
				t.Errorf("%s: %s %q, want %q", name, consumer, got[consumer], c.poll)
			}
		}
		if told := has(e.Warnings, "polls-shared"); told != (c.poll == "standard 1.4s") {
			t.Errorf("%s: %v", name, e.Warnings)
		}
	}
}
