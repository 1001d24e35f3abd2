package calc

import (
	"math"
	"strings"
	"testing"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

func warning(w *model.Workload, id string) (message, remedy string, ok bool) {
	if found := warned(w, id); found != nil {
		return found.Message, found.Remedy, true
	}
	return "", "", false
}

// at sizes a workload for a target.
func at(target unit.Fraction, w model.Workload) model.Workload {
	w.TargetUtilization = target
	return w
}

func in(region model.Region, w model.Workload) model.Workload {
	w.Region = region
	return w
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
	for name, f := range map[string]finding{
		// 8,000,000 records/s at 80 % of 1,000 are 10,000 shards.
		"recommended": {
			id: "recommended-above-limit", has: at(0.8, workload(10, 8e6+1, 8e6+1)), not: at(0.8, workload(10, 8e6, 8e6)),
			names:  []string{"10,001 shards", "10,000", "8,001"},
			remedy: func(w *model.Workload, _ unit.Duration) { w.TargetUtilization = 0.9 },
		},
		"quota": {
			id: "shard-quota", has: in("eu-central-1", workload(10, 1e6+1, 1e6+1)), not: in("eu-central-1", workload(10, 1e6, 1e6)),
			names: []string{"1,001 shards", "eu-central-1", "1,000"},
		},
		"quota of a large Region": {
			id: "shard-quota", has: in("us-east-1", workload(10, 2e7+1, 2e7+1)), not: in("us-east-1", workload(10, 2e7, 2e7)),
			names: []string{"20,001 shards", "us-east-1", "20,000"},
		},
		"no Region, no quota": {
			id: "shard-quota", has: in("eu-central-1", workload(10, 2e6, 2e6)), not: workload(10, 2e6, 2e6),
		},
		"keys": {
			id: "partition-key-size", has: workload(10, 1, 1), not: keyed(workload(10, 1, 1), 1),
			names:  []string{"0 B", "36 B"},
			remedy: func(w *model.Workload, _ unit.Duration) { w.Producer.PartitionKeySize = 36 },
		},
		"large record": {
			id: "large-record", has: keyed(workload(largest-10, 1, 1), 11), not: keyed(workload(largest-10, 1, 1), 10),
			names: []string{"1,048,577 B", "1 MiB", "10 MiB"},
		},
		// 51,200 B hold two records of 25,590 B and 20 B.
		"aggregates of one": {
			id: "aggregation-idle", has: buffered(workload(25_581, 1, 1)), not: buffered(workload(25_580, 1, 1)),
			names:  []string{"50 KiB"},
			remedy: func(w *model.Workload, _ unit.Duration) { w.Producer.Aggregation.MaxSize = unit.MiB },
		},
		"latency below the poll interval": {
			id: "latency-floor.a", has: workload(10, 1, 1, with("a", latency(999*millisecond))), not: workload(10, 1, 1, with("a", latency(second))),
			names: []string{"a up to 1s", "999ms"}, remedy: pollEvery,
		},
		"latency below that of fan-out": {
			id: "latency-floor.a", has: workload(10, 1, 1, with("a", fanOut, latency(69*millisecond))), not: workload(10, 1, 1, with("a", fanOut, latency(70*millisecond))),
			names: []string{"70ms", "69ms"}, remedy: allow,
		},
		"outage": {
			id: "retention-outage.a", has: behind(12*hour+second, 0, hour), not: behind(12*hour, 0, hour),
			names: []string{"12h1s", "half", "1d", "1d1h"}, remedy: retain,
		},
		"replay": {
			id: "retention-reprocess.a", has: kept(behind(0, 85*hour, hour), unit.Week), not: kept(behind(0, 84*hour, hour), unit.Week),
			names: []string{"3d13h", "half", "7d", "7d2h"}, remedy: retain,
		},
		"surge": {
			id: "retention-surge.a", has: surged(12*hour + second), not: surged(12 * hour),
			names: []string{"12h1s", "1d1h"}, remedy: retain,
		},
		"factor of aggregates": {
			id: "parallelization-factor.fn", has: buffered(onFn(10, 1, 10, 2)), not: buffered(onFn(10, 1, 10, 1)),
			names:  []string{"factor of 2 of fn", "taken as 1"},
			remedy: func(w *model.Workload, _ unit.Duration) { w.Producer.Aggregation = model.Aggregation{} },
		},
		// ⌊6 MiB ÷ (4/3·1,000 B + 300 B)⌋ = 3,851.
		"payload": {
			id: "lambda-payload.fn", has: onFn(1000, 1, 3852, 1), not: onFn(1000, 1, 3851, 1),
			names: []string{"3,851", "3,852", "6 MiB", "300 B"},
		},
		"concurrency": {
			id: "lambda-concurrency.fn", has: onFn(10, 1e6+1, 10_000, 1), not: onFn(10, 1e6, 10_000, 1),
			names: []string{"1,001 times", "1,001 shards × 1", "1,000"},
		},
		"concurrency by factor": {
			id: "lambda-concurrency.fn", has: onFn(10, 3e5, 10_000, 4), not: onFn(10, 3e5, 10_000, 3),
			names: []string{"1,200 times", "300 shards × 4"},
		},
	} {
		t.Run(name, func(t *testing.T) { f.check(t, warning) })
	}
}

// Older than the retention, data is lost; the retention that the remedy names
// keeps it, though not twice as much of it.
func TestLostData(t *testing.T) {
	w := behind(0, 30*hour, hour)
	message, remedy, _ := warning(&w, "retention-reprocess.a")
	if !strings.HasPrefix(message, "Data is lost") || namedDuration(remedy) != 30*hour {
		t.Fatalf("%s %s", message, remedy)
	}
	retain(&w, namedDuration(remedy))
	if message, _, _ := warning(&w, "retention-reprocess.a"); strings.HasPrefix(message, "Data is lost") {
		t.Error(message)
	}
}

// 365 days are the longest retention: beyond, no remedy names one, and half of
// it is not said to be twice what is needed.
func TestLongestRetention(t *testing.T) {
	w := behind(0, 366*unit.Day, hour)
	if _, remedy, _ := warning(&w, "retention-reprocess.a"); !strings.HasPrefix(remedy, "No retention keeps them: 365d is the longest") {
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
	w := keyed(publicSurge(), 36)
	w.Region = "eu-central-1"
	if got := Recommend(&limits, &w, nil).Warnings; len(got) > 0 {
		t.Errorf("%+v", got)
	}
}
