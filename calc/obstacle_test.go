package calc

import (
	"regexp"
	"strings"
	"testing"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// finding is an obstacle or a warning: a workload that has it, what its text
// must name, and the nearest workload that does not have it.
type finding struct {
	id       string
	has, not model.Workload
	names    []string
	// remedy does what the remedy says; named is the duration that it names.
	remedy func(w *model.Workload, named unit.Duration)
}

// check holds one against what a plan says. The obstacle or warning is looked
// up by its id, as it must not depend on others.
func (f *finding) check(t *testing.T, find func(*model.Workload, string) (message, remedy string, ok bool)) {
	message, remedy, ok := find(&f.has, f.id)
	if !ok {
		t.Fatal("it is not there")
	}
	if message == "" || remedy == "" {
		t.Errorf("message %q, remedy %q", message, remedy)
	}
	for _, name := range f.names {
		if !strings.Contains(message+" "+remedy, name) {
			t.Errorf("%q is not in: %s %s", name, message, remedy)
		}
	}
	if _, _, ok := find(&f.not, f.id); ok {
		t.Error("it is there for the nearest workload that should not have it")
	}
	if f.remedy != nil {
		mended := clone(f.has)
		f.remedy(&mended, namedDuration(remedy))
		if message, _, ok := find(&mended, f.id); ok {
			t.Errorf("%s: then still: %s", remedy, message)
		}
	}
}

var durationExpr = regexp.MustCompile(`\b([0-9.]+(d|h|ms|m|s))+\b`)

// namedDuration is the first duration that a text names.
func namedDuration(text string) unit.Duration {
	d, _ := unit.ParseDuration(durationExpr.FindString(text))
	return d
}

func obstacle(w *model.Workload, id string) (message, remedy string, ok bool) {
	p := Recommend(&limits, w, nil)
	for _, o := range p.Infeasible {
		if o.ID == id {
			return o.Message, o.Remedy, !p.Feasible && strings.HasPrefix(o.Source, "https://")
		}
	}
	return "", "", false
}

// onFn is a stream that a function reads.
func onFn(size unit.Bytes, rate unit.RecordsPerSecond, batch, factor unit.Count) model.Workload {
	return workload(size, rate, rate, with("fn", lambda(batch, factor, second)))
}

// polled is a stream whose consumers poll so often.
func polled(every ...unit.Duration) model.Workload {
	w := workload(100, 10, 10)
	for i, interval := range every {
		w.Consumers = append(w.Consumers, with(model.Name(rune('a'+i)), poll(interval)))
	}
	return w
}

// delayed is a stream whose first consumer bounds the delay.
func delayed(bound unit.Duration, settings ...func(*model.Consumer)) model.Workload {
	return workload(100, 10, 10, with("a", append(settings, delayBound, latency(bound))...))
}

// buffered packs records.
func buffered(w model.Workload) model.Workload {
	w.Producer.Aggregation = model.DefaultAggregation()
	return w
}

func withReaders(w model.Workload, n int) model.Workload {
	for i := range n {
		w.Consumers = append(w.Consumers, with(model.Name(rune('p'+i)), poll(10*second)))
	}
	return w
}

func pollEvery(w *model.Workload, named unit.Duration) { w.Consumers[0].PollInterval = named }

func pollAllEvery(w *model.Workload, named unit.Duration) {
	for i := range w.Consumers {
		w.Consumers[i].PollInterval = named
	}
}

func allow(w *model.Workload, named unit.Duration) { w.Consumers[0].Latency = named }

func toFanOut(w *model.Workload, _ unit.Duration) { fanOut(&w.Consumers[0]) }

// Limits: 10,000 shards of 1,000 records/s; 5 calls/s; 20 consumers; 70 ms for
// enhanced fan-out; a payload of 6 MiB ≥ 4/3·4,718,367 B + 300 B.
func TestObstacles(t *testing.T) {
	for name, f := range map[string]finding{
		"more shards than a stream has": {
			id: "stream-shards", has: workload(10, 1e7+1, 1e7+1), not: workload(10, 1e7, 1e7),
			names: []string{"10,001 shards", "10,000", "2 streams"},
		},
		"four times the shards": {
			id: "stream-shards", has: workload(10, 4e7, 4e7), not: workload(10, 1e7, 1e7),
			names: []string{"40,000 shards", "4 streams"},
		},
		"polls too often": {
			id: "consumer-limit.calls", has: polled(250*millisecond, 250*millisecond), not: polled(400*millisecond, 400*millisecond),
			names:  []string{"2 standard consumers", "8 times", "5 GetRecords calls", "400ms"},
			remedy: pollAllEvery,
		},
		"polls a little too often": {
			id: "consumer-limit.calls", has: polled(400*millisecond, 399*millisecond), not: polled(400*millisecond, 400*millisecond),
			names: []string{"5.01 times", "400ms"},
		},
		"too many consumers of fan-out": {
			id: "fan-out-consumers", has: workload(10, 10, 10, manyFanOut(21)...), not: workload(10, 10, 10, manyFanOut(20)...),
			names:  []string{"21 consumers", "at most 20", "50"},
			remedy: func(w *model.Workload, _ unit.Duration) { w.Consumers[0].Type = model.Standard },
		},
		"a record larger than a payload": {
			id: "consumption-speed.fn", has: onFn(4_718_368, 1, 10, 1), not: onFn(4_718_367, 1, 10, 1),
			names:  []string{"4,718,368 B", "6 MiB", "fn", "300 B"},
			remedy: func(w *model.Workload, _ unit.Duration) { w.Producer.RecordSize /= 2 },
		},
		"a delay below the poll interval": {
			id: "acceptable-latency.a", has: delayed(999 * millisecond), not: delayed(second),
			names: []string{"up to 1s", "999ms", "70ms"}, remedy: pollEvery,
		},
		"a delay of the fastest poll": {
			id: "acceptable-latency.a", has: delayed(200 * millisecond), not: delayed(200*millisecond, poll(200*millisecond)),
			names: []string{"every 200ms"}, remedy: pollEvery,
		},
		"a delay below the fastest poll": {
			id: "acceptable-latency.a", has: delayed(199*millisecond, poll(200*millisecond)), not: delayed(200*millisecond, poll(200*millisecond)),
			names: []string{"200ms", "199ms", "70ms"}, remedy: toFanOut,
		},
		"a delay below that of two readers": {
			id: "acceptable-latency.a", has: withReaders(delayed(399*millisecond, poll(400*millisecond)), 1), not: withReaders(delayed(400*millisecond, poll(400*millisecond)), 1),
			names: []string{"400ms", "399ms"}, remedy: pollEvery,
		},
		"a delay below that of fan-out": {
			id: "acceptable-latency.a", has: delayed(69*millisecond, fanOut), not: delayed(70*millisecond, fanOut),
			names: []string{"69ms", "Allow 70ms or more"}, remedy: allow,
		},
		"a delay below that of fan-out and buffer": {
			id: "acceptable-latency.a", has: buffered(delayed(169*millisecond, fanOut)), not: buffered(delayed(170*millisecond, fanOut)),
			names:  []string{"170ms", "169ms", "aggregation buffer of 100ms"},
			remedy: func(w *model.Workload, named unit.Duration) { w.Producer.Aggregation.Buffer = named },
		},
		"a delay below poll and buffer": {
			id: "acceptable-latency.a", has: buffered(delayed(1099 * millisecond)), not: buffered(delayed(1100 * millisecond)),
			names: []string{"up to 1.1s", "every 999ms"}, remedy: pollEvery,
		},
	} {
		t.Run(name, func(t *testing.T) { f.check(t, obstacle) })
	}
}

// A remedy speaks of no buffer where none is, and names nothing that another
// obstacle forbids.
func TestRemediesCanBeFollowed(t *testing.T) {
	w := delayed(50 * millisecond)
	if _, remedy, _ := obstacle(&w, "acceptable-latency.a"); strings.Contains(remedy, "buffer") {
		t.Errorf("no aggregation: %s", remedy)
	}
	w = withReaders(delayed(400*millisecond), 1)
	w.Consumers[1].PollInterval = 250 * millisecond
	_, remedy, _ := obstacle(&w, "acceptable-latency.a")
	if strings.HasPrefix(remedy, "Let it poll") {
		pollEvery(&w, namedDuration(remedy))
		if p := Recommend(&limits, &w, nil); !p.Feasible {
			t.Errorf("%s: then %s", remedy, p.Infeasible[0].Message)
		}
	} else if !strings.HasSuffix(remedy, "move it to enhanced fan-out, which takes about 70ms.") {
		t.Error(remedy)
	}
}

// A plan has all its obstacles, and no others.
func TestObstaclesTogether(t *testing.T) {
	w := polled(200*millisecond, 200*millisecond)
	w.Producer.Peak = 2e7
	delayBound(&w.Consumers[0])
	w.Consumers[0].Latency = millisecond
	p := Recommend(&limits, &w, nil)
	var ids []string
	for _, o := range p.Infeasible {
		ids = append(ids, o.ID)
	}
	if got := strings.Join(ids, " "); got != "stream-shards consumer-limit.calls acceptable-latency.a" {
		t.Error(got)
	}
}
