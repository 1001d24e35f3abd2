package plan

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/calctest"
	"github.com/kcalc/kcalc/calc/cost"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

func warning(w *model.Workload, id string) (message, remedy string, ok bool) {
	if found := warned(w, id); found != nil {
		return found.Message, found.Remedy, true
	}
	return "", "", false
}

func keyed(w model.Workload, key unit.Bytes) model.Workload {
	w.Producer.PartitionKeySize = key
	return w
}

// behind is a consumer that has something to catch up with in a time.
func behind(outage, replay, within unit.Duration) model.Workload {
	c := with("a")
	c.Outage, c.Reprocess, c.CatchUp = outage, replay, within
	return workload(100, 10, 10, c)
}

func kept(w model.Workload, retention unit.Duration) model.Workload {
	w.Retention = retention
	return w
}

// surged is a stream with a surge of twice the peak, which a consumer of known
// speed just drains: it ends with records as old as it lasted.
func surged(lasts unit.Duration) model.Workload {
	w := workload(10, 1000, 1000, with("a", speed(100)))
	w.Producer.Surge = model.Surge{Throughput: 2000, Duration: lasts}
	return w
}

func retain(w *model.Workload, named unit.Duration) { w.Retention = named }

// The numbers are those of model.md's limits: see each.
func TestWarnings(t *testing.T) {
	largest := unit.MiB
	for name, c := range map[string]calctest.Case{
		// 8,000,000 records/s at 80 % of 1,000 are 10,000 shards.
		"recommended": {
			ID: "recommended-above-limit", Has: at(0.8, workload(10, 8e6+1, 8e6+1)), Not: at(0.8, workload(10, 8e6, 8e6)),
			Names:  []string{"10,001 shards", "10,000", "8,001"},
			Remedy: func(w *model.Workload, _ unit.Duration) { w.TargetUtilization = 0.9 },
		},
		"quota": {
			ID: "shard-quota", Has: in("eu-central-1", workload(10, 1e6+1, 1e6+1)), Not: in("eu-central-1", workload(10, 1e6, 1e6)),
			Names: []string{"1,001 shards", "eu-central-1", "1,000"},
		},
		"quota of a large Region": {
			ID: "shard-quota", Has: in("us-east-1", workload(10, 2e7+1, 2e7+1)), Not: in("us-east-1", workload(10, 2e7, 2e7)),
			Names: []string{"20,001 shards", "us-east-1", "20,000"},
		},
		"no Region, no quota": {
			ID: "shard-quota", Has: in("eu-central-1", workload(10, 2e6, 2e6)), Not: workload(10, 2e6, 2e6),
		},
		"keys": {
			ID: "partition-key-size", Has: workload(10, 1, 1), Not: keyed(workload(10, 1, 1), 1),
			Names:  []string{"0 B", "36 B"},
			Remedy: func(w *model.Workload, _ unit.Duration) { w.Producer.PartitionKeySize = 36 },
		},
		"large record": {
			ID: "large-record", Has: keyed(workload(largest-10, 1, 1), 11), Not: keyed(workload(largest-10, 1, 1), 10),
			Names: []string{"1,048,577 B", "1 MiB", "10 MiB"},
		},
		// 51,200 B hold two records of 25,590 B and 20 B.
		"aggregates of one": {
			ID: "aggregation-idle", Has: buffered(workload(25_581, 1, 1)), Not: buffered(workload(25_580, 1, 1)),
			Names:  []string{"50 KiB"},
			Remedy: func(w *model.Workload, _ unit.Duration) { w.Producer.Aggregation.MaxSize = unit.MiB },
		},
		"latency below the poll interval": {
			ID: "latency-floor.a", Has: workload(10, 1, 1, with("a", latency(999*millisecond))), Not: workload(10, 1, 1, with("a", latency(second))),
			Names: []string{"a up to 1s", "999ms"}, Remedy: calctest.PollEvery,
		},
		"latency below that of fan-out": {
			ID: "latency-floor.a", Has: workload(10, 1, 1, with("a", fanOut, latency(69*millisecond))), Not: workload(10, 1, 1, with("a", fanOut, latency(70*millisecond))),
			Names: []string{"70ms", "69ms"}, Remedy: calctest.Allow,
		},
		"outage": {
			ID: "retention-outage.a", Has: behind(12*hour+second, 0, hour), Not: behind(12*hour, 0, hour),
			Names: []string{"12h1s", "half", "1d", "1d1h"}, Remedy: retain,
		},
		"replay": {
			ID: "retention-reprocess.a", Has: kept(behind(0, 85*hour, hour), unit.Week), Not: kept(behind(0, 84*hour, hour), unit.Week),
			Names: []string{"3d13h", "half", "7d", "7d2h"}, Remedy: retain,
		},
		"surge": {
			ID: "retention-surge.a", Has: surged(12*hour + second), Not: surged(12 * hour),
			Names: []string{"12h1s", "1d1h"}, Remedy: retain,
		},
		"factor of aggregates": {
			ID: "parallelization-factor.fn", Has: buffered(onFn(10, 1, 10, 2)), Not: buffered(onFn(10, 1, 10, 1)),
			Names:  []string{"factor of 2 of fn", "taken as 1"},
			Remedy: func(w *model.Workload, _ unit.Duration) { w.Producer.Aggregation = model.Aggregation{} },
		},
		// ⌊6 MiB ÷ (4/3·1,000 B + 300 B)⌋ = 3,851.
		"payload": {
			ID: "lambda-payload.fn", Has: onFn(1000, 1, 3852, 1), Not: onFn(1000, 1, 3851, 1),
			Names: []string{"3,851", "3,852", "6 MiB", "300 B"},
		},
		"concurrency": {
			ID: "lambda-concurrency.fn", Has: onFn(10, 1e6, 10_000, 1), Not: onFn(10, 999e3, 10_000, 1),
			Names: []string{"1,000 times", "1,000 shards × 1", "the account may run 1,000"},
		},
		"concurrency by factor": {
			ID: "lambda-concurrency.fn", Has: onFn(10, 3e5, 10_000, 4), Not: onFn(10, 3e5, 10_000, 3),
			Names: []string{"1,200 times", "300 shards × 4"},
		},
	} {
		t.Run(c.ID+"/"+name, func(t *testing.T) { c.Check(t, warning) })
	}
}

// Older than the retention, data is lost; the retention that the remedy names
// keeps it, though not twice as much of it.
func TestLostData(t *testing.T) {
	w := behind(0, 30*hour, hour)
	message, remedy, _ := warning(&w, "retention-reprocess.a")
	if !strings.HasPrefix(message, "Data is lost") || calctest.NamedDuration(remedy) != 30*hour {
		t.Fatalf("%s %s", message, remedy)
	}
	retain(&w, calctest.NamedDuration(remedy))
	if message, _, _ := warning(&w, "retention-reprocess.a"); strings.HasPrefix(message, "Data is lost") {
		t.Error(message)
	}
}

// 365 days are the longest retention: beyond, no remedy names one, and half of
// it is not said to be twice what is needed.
func TestLongestRetention(t *testing.T) {
	w := behind(0, 366*unit.Day, hour)
	if _, remedy, _ := warning(&w, "retention-reprocess.a"); !strings.HasPrefix(remedy, "No retention keeps them: 365d "+
		"is the longest") {
		t.Error(remedy)
	}
	w = kept(behind(0, 190*unit.Day, hour), 200*unit.Day)
	if _, remedy, _ := warning(&w, "retention-reprocess.a"); strings.Contains(remedy, "twice") {
		t.Errorf("of 190 days: %s", remedy)
	}
	w = behind(unit.Duration(math.MaxInt64/3*2), 0, hour)
	if _, _, ok := warning(&w, "retention-outage.a"); !ok {
		t.Errorf("no warning of an outage of %v", w.Consumers[0].Outage)
	}
}

// An unremarkable workload has no warning.
func TestNoWarnings(t *testing.T) {
	w := keyed(calctest.PublicSurge(), 36)
	w.Region = "eu-central-1"
	if got := planned(&w).Warnings; len(got) > 0 {
		t.Errorf("%+v", got)
	}
}

// A plan says what on-demand mode would not take of it.
func TestPlanTellsOfQuotas(t *testing.T) {
	w := workload(unit.MiB, 300, 300, with("a"), with("b"))
	for _, region := range []model.Region{"us-east-2", "us-east-1", ""} {
		w.Region = region
		p, s := planned(&w), calc.NewSizing(&limits, &w)
		told := slices.DeleteFunc(p.Warnings, func(n notice.Notice) bool { return !strings.HasPrefix(n.ID, "on-demand-") })
		want := cost.QuotaNotices(&s, p.Shards.Recommended)
		if !slices.Equal(told, want) || len(want) > 0 != (region == "us-east-2") {
			t.Errorf("%q: %v, want %v", region, told, want)
		}
	}
}
