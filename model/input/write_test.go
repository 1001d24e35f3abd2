package input

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"pgregory.net/rapid"
)

// returns checks that a workload that a file declares is what the files that are
// written of it declare, the plain one and the commented one.
func returns(t rapid.TB, w model.Workload) {
	t.Helper()
	data, err := Write(&w)
	if err != nil {
		t.Fatal(err)
	}
	inputs := declares(t, w, data)
	commented, err := Template(&w, inputs)
	if err != nil {
		t.Fatal(err)
	}
	declares(t, w, commented)
}

// declares checks that a file declares a workload, and returns its inputs.
func declares(t rapid.TB, w model.Workload, data []byte) []model.Input {
	t.Helper()
	d := Read("written", data)
	again, inputs, err := d.Resolve()
	if err != nil {
		t.Fatalf("%v\nin what was written:\n%s", err, data)
	}
	if diff := cmp.Diff(w, again); diff != "" {
		t.Fatalf("%s\nin what was written:\n%s", diff, data)
	}
	return inputs
}

func TestWriteComplete(t *testing.T) {
	returns(t, complete())
	data, err := Write(&model.Workload{Stream: "a"})
	if err != nil || !strings.HasPrefix(string(data), "stream: a\n") ||
		!strings.Contains(string(data), "partition_key_size: 0B\n") {
		t.Errorf("%s, %v", data, err)
	}
}

// Names that YAML takes for something else, and rates of 0, which are not the
// lack of one.
func TestWriteWhatIsEasilyLost(t *testing.T) {
	for _, text := range []string{
		producer + "consumers: [{name: a}]", // no latency, and so nothing to bound
		producer + `consumers: [{name: "null"}, {name: "Null"}, {name: "true"}, {name: "-"}, {name: "---"}, {name: "1e3"}, {name: "0x10"}, {name: "."}, {name: "2001-01-01"}]`,
		producer + `stream: "null"`,
		"producer: {record_size: 200, average: 0, peak: 5}",
		"producer: {record_size: 200, average: 0}",
		"producer: {average: 1MiB/s, record_sizes: [{size: 100, share: 0.3333333333}, {size: 1.5KiB, share: " +
			"0.6666666666}]}", // divided by a sum that is not 1
		producer + "consumers: [{name: a, type: efo, latency: 1h, poll_interval: 10s}]",
	} {
		d := Read("w", []byte(text))
		w, _, err := d.Resolve()
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		t.Run("", func(t *testing.T) { returns(t, w) })
	}
}

func TestWriteReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := model.NewWorkload()
		w.Stream = optional(t, "stream", anyName)
		w.Region = rapid.SampledFrom([]model.Region{"", "us-east-1", "us-gov-west-1"}).Draw(t, "region")
		w.Producer = producers(t)
		w.Consumers = consumers(t)
		w.Retention = unit.Duration(rapid.Int64Range(int64(unit.Day), 365*int64(unit.Day)).Draw(t, "retention"))
		w.TargetUtilization = unit.Fraction(rapid.Float64Range(0.01, 1).Draw(t, "utilization"))
		w.SizeReadsFor = rapid.SampledFrom([]model.ReadBasis{model.ReadPeak, model.ReadAverage}).Draw(t, "reads")
		w.CurrentShards = unit.Count(rapid.IntRange(0, 1e6).Draw(t, "shards"))
		returns(t, w)
	})
}

func producers(t *rapid.T) model.Producer {
	p := model.Producer{
		RecordSize:       unit.Bytes(rapid.Float64Range(1, 10<<20-1<<10).Draw(t, "size")),
		PartitionKeySize: unit.Bytes(rapid.Float64Range(0, 1<<10).Draw(t, "key")),
		Average:          unit.RecordsPerSecond(rapid.Float64Range(0, 1e12).Draw(t, "average")),
		Skew:             unit.Factor(rapid.Float64Range(1, 1e4).Draw(t, "skew")),
		Burst:            unit.Factor(rapid.Float64Range(1, 60).Draw(t, "burst")),
		Compression:      unit.Factor(rapid.Float64Range(1.01, 100).Draw(t, "compression")),
		Keys:             unit.Count(rapid.IntRange(0, 1000).Draw(t, "keys")),
	}
	p.Peak = unit.RecordsPerSecond(rapid.Float64Range(float64(p.Average), 1e12).Draw(t, "peak"))
	if p.Peak > 0 && rapid.Bool().Draw(t, "has surge") {
		p.Surge = model.Surge{Throughput: unit.RecordsPerSecond(rapid.Float64Range(float64(p.Peak), 1e12).Draw(t,
			"surge")), Duration: duration(longest).Draw(t, "surge duration")}
	}
	if rapid.Bool().Draw(t, "aggregates") {
		p.Aggregation = model.Aggregation{
			Producers: unit.Count(rapid.IntRange(1, 1e6).Draw(t, "producers")),
			Buffer:    duration(longest).Draw(t, "buffer"),
			MaxSize:   unit.Bytes(rapid.Float64Range(64, 10<<20).Draw(t, "max size")),
		}
	}
	return p
}

func consumers(t *rapid.T) []model.Consumer {
	names := rapid.SliceOfNDistinct(anyName, 0, 4, func(n model.Name) model.Name { return n }).Draw(t, "names")
	var list []model.Consumer
	for _, n := range names {
		if !strings.HasSuffix(string(n), ".outage") &&
			!strings.HasSuffix(string(n), ".reprocess") { // which may collide
			list = append(list, consumer(t, n))
		}
	}
	return list
}

func consumer(t *rapid.T, n model.Name) model.Consumer {
	c := model.NewConsumer(n)
	c.Type = rapid.SampledFrom([]model.ConsumerType{model.Standard, model.EnhancedFanOut}).Draw(t, "type")
	c.PollInterval = unit.Duration(rapid.Int64Range(200e6, 10e9).Draw(t, "poll"))
	switch rapid.IntRange(0, 2).Draw(t, "processes") {
	case 1:
		c.Speed = unit.RecordsPerSecond(rapid.Float64Range(1e-6, 1e12).Draw(t, "speed"))
	case 2:
		c.Lambda = model.Lambda{BatchSize: unit.Count(rapid.IntRange(1, 10_000).Draw(t, "batch")),
			Duration:              duration(900e9).Draw(t, "invocation"),
			ParallelizationFactor: unit.Count(rapid.IntRange(1, 10).Draw(t, "factor"))}
	}
	if rapid.Bool().Draw(t, "has latency") {
		c.Latency = duration(longest).Draw(t, "latency")
		c.LatencyBound = rapid.SampledFrom([]model.LatencyBound{model.RecoveryBound, model.DelayBound}).Draw(t, "bound")
	}
	if rapid.Bool().Draw(t, "was down") {
		c.Outage, c.CatchUp = duration(longest).Draw(t, "outage"), duration(longest).Draw(t, "catch up")
	}
	if c.TimeToCatchUp() > 0 && rapid.Bool().Draw(t, "replays") {
		c.Reprocess = duration(longest).Draw(t, "replay")
	}
	return c
}

var anyName = rapid.Map(rapid.StringMatching(`[A-Za-z0-9_.-]{1,12}|null|true|0x1|\.\.\.`),
	func(s string) model.Name { return model.Name(s) })

// optional draws from a generator, or nothing.
func optional[T any](t *rapid.T, label string, g *rapid.Generator[T]) (none T) {
	if rapid.Bool().Draw(t, "has "+label) {
		return g.Draw(t, label)
	}
	return none
}

// longest is the longest duration of an input.
const longest = int64(3650 * unit.Day)

// duration draws from those above 0.
func duration(most int64) *rapid.Generator[unit.Duration] {
	return rapid.Map(rapid.Int64Range(1, most), func(n int64) unit.Duration { return unit.Duration(n) })
}
