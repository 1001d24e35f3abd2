package input

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// anyText compares workloads whatever the texts of their rates.
var anyText = cmpopts.IgnoreFields(model.Producer{}, "Written")

// fileOf returns the draft of lines "key=value": a file with each in a line of its
// own. "sizes.0.share=5%" and "consumers.1.name=a" are of a list.
func fileOf(lines string) Declaration {
	return draftOf(lines, func(line int, _ string) (model.Source, Position) {
		return model.File,
			Position{"w.yaml", line, 1}
	})
}

// flagsOf returns the same, given by flags.
func flagsOf(lines string) Declaration {
	return draftOf(lines, func(_ int, key string) (model.Source, Position) {
		return model.Flag,
			Position{Name: "--" + key}
	})
}

func draftOf(lines string, origin func(line int, key string) (model.Source, Position)) Declaration {
	d := Declaration{Settings: Settings{}}
	for i, line := range strings.Fields(lines) {
		key, text, _ := strings.Cut(line, "=")
		settings := d.Settings
		if rest, ok := strings.CutPrefix(key, "sizes."); ok {
			settings, key = item(&d.Sizes, rest)
		} else if rest, ok := strings.CutPrefix(key, "consumers."); ok {
			settings, key = item(&d.Consumers, rest)
		}
		source, where := origin(i+1, key)
		settings[key] = Setting{Text: text, Source: source, Where: where}
	}
	return d
}

// item returns the one that a key such as "1.name" is of, and the rest of the key.
func item(list *[]Settings, key string) (Settings, string) {
	number, rest, _ := strings.Cut(key, ".")
	i, err := strconv.Atoi(number)
	if err != nil {
		panic(err)
	}
	for len(*list) <= i {
		*list = append(*list, Settings{})
	}
	return (*list)[i], rest
}

// over lays drafts over each other, the last on top.
func over(layers ...Declaration) Declaration {
	var d Declaration
	for _, l := range layers {
		d.Merge(l)
	}
	return d
}

// resolved returns the workload of a draft that has to have one.
func resolved(t *testing.T, d Declaration) (model.Workload, []model.Input) {
	t.Helper()
	w, inputs, err := d.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	return w, inputs
}

// errorLines returns the lines of what is wrong with a draft.
func errorLines(t *testing.T, d Declaration) []string {
	t.Helper()
	w, inputs, err := d.Resolve()
	if err == nil {
		return nil
	}
	var faults Errors
	if !errors.As(err, &faults) {
		t.Fatalf("%T is not Faults", err)
	}
	if diff := cmp.Diff(model.Workload{}, w); diff != "" || inputs != nil {
		t.Errorf("with faults there is a workload nevertheless: %s %v", diff, inputs)
	}
	return strings.Split(err.Error(), "\n")
}

const least = "producer.record_size=200 producer.average=10k "

func TestDefaults(t *testing.T) {
	w, _ := resolved(t, fileOf(least+"consumers.0.name=a consumers.1.name=b consumers.1.lambda.batch_size=5 "+
		"consumers.1.lambda.duration=1s"))
	want := model.NewWorkload()
	want.Producer.RecordSize, want.Producer.Average, want.Producer.Peak = 200, 10_000, 10_000
	want.Consumers = []model.Consumer{
		{Name: "a", Type: model.Standard, LatencyBound: model.RecoveryBound, PollInterval: 1e9},
		{Name: "b", Type: model.Standard, LatencyBound: model.RecoveryBound, PollInterval: 1e9,
			Lambda: model.Lambda{BatchSize: 5, Duration: 1e9, ParallelizationFactor: 1}},
	}
	if diff := cmp.Diff(want, w, anyText); diff != "" {
		t.Error(diff)
	}
	if w.Retention != unit.Day || w.TargetUtilization != 0.8 || w.SizeReadsFor != model.ReadPeak ||
		w.Producer.Skew != 1 || w.Producer.Burst != 1 || w.Producer.PartitionKeySize != 0 {
		t.Errorf("the defaults are %+v", w)
	}
}

// One of average and peak is enough, the other is the same then.
func TestAverageAndPeakStandInForEachOther(t *testing.T) {
	for lines, want := range map[string][2]unit.RecordsPerSecond{
		"producer.average=5":                 {5, 5},
		"producer.peak=7":                    {7, 7},
		"producer.average=5 producer.peak=7": {5, 7},
		"producer.average=5 producer.peak=5": {5, 5}, // equal is allowed
		"producer.average=0 producer.peak=7": {0, 7}, // 0 that was written is not a missing one
	} {
		w, _ := resolved(t, fileOf("producer.record_size=1 "+lines))
		if got := [2]unit.RecordsPerSecond{w.Producer.Average, w.Producer.Peak}; got != want {
			t.Errorf("%s: %v, want %v", lines, got, want)
		}
	}
}

// A bandwidth is one of payload: the record size divides it, and neither the
// partition key nor aggregation does.
func TestBandwidthsAreDividedByTheRecordSize(t *testing.T) {
	const rates = " producer.average=1MiB/s producer.peak=2MiB/s producer.surge.throughput=4MiB/s " +
		"producer.surge.duration=10s"
	for _, lines := range []string{
		"producer.record_size=1KiB",
		"producer.record_size=1KiB producer.partition_key_size=1KiB producer.aggregation= ",
		"sizes.0.size=512 sizes.0.share=50% sizes.1.size=1536 sizes.1.share=0.5", // a mean of 1 KiB
	} {
		w, _ := resolved(t, fileOf(lines+rates))
		p := w.Producer
		if got := [3]unit.RecordsPerSecond{p.Average, p.Peak, p.Surge.Throughput}; got != [3]unit.RecordsPerSecond{1024,
			2048, 4096} {
			t.Errorf("%s: %v", lines, got)
		}
	}
}

// The size that divides is that of the top layer, even under a rate of a lower
// one.
func TestBandwidthOfTheFileWithSizeOfTheFlag(t *testing.T) {
	w, _ := resolved(t, over(fileOf("producer.record_size=1KiB producer.average=1MiB/s"),
		flagsOf("producer.record_size=2KiB")))
	if w.Producer.Average != 512 {
		t.Errorf("%v", w.Producer.Average)
	}
}

func TestRecordSizesHaveAMean(t *testing.T) {
	w, _ := resolved(t, fileOf("sizes.0.size=1KiB sizes.0.share=75% sizes.1.size=5KiB sizes.1.share=25% "+
		"producer.average=1"))
	if w.Producer.RecordSize != 2*unit.KiB || w.Producer.LargestRecord() != 5*unit.KiB {
		t.Errorf("mean %v, largest %v", w.Producer.RecordSize, w.Producer.LargestRecord())
	}
	// Thirds do not add up to 1 in decimals that end. Their mean is that of what
	// they add up to: records of one size have that size.
	w, _ = resolved(t, fileOf("sizes.0.size=1500 sizes.0.share=0.3333333333 sizes.1.size=1500 "+
		"sizes.1.share=0.6666666666 producer.average=1"))
	if got := float64(w.Producer.RecordSize); math.Abs(got-1500) > 1e-9 {
		t.Errorf("the mean of 1,500 B and 1,500 B is %v", got)
	}
}

func TestLayers(t *testing.T) {
	file := fileOf("producer.record_size=100 producer.average=1k retention=7d producer.aggregation= " +
		"producer.aggregation.producers=4 producer.aggregation.buffer=200ms " +
		"consumers.0.name=a consumers.0.speed=1k consumers.0.latency=30s consumers.1.name=b consumers.1.speed=2k")
	flags := flagsOf("producer.average=2k producer.aggregation= producer.aggregation.buffer=50ms " +
		"consumers.0.name=a consumers.0.type=efo consumers.1.name=c")
	w, _ := resolved(t, over(file, flags))

	want := model.NewWorkload() // what no layer says
	want.Retention = unit.Week  // the file
	want.Producer.RecordSize = 100
	want.Producer.Average, want.Producer.Peak = 2000, 2000 // the flag, and what follows from it
	want.Producer.Aggregation = model.Aggregation{Producers: 1, Buffer: 50e6,
		MaxSize: 51_200} // the flag as a whole, nothing of the file
	b := model.NewConsumer("b")
	b.Speed = 2000
	a := model.NewConsumer("a") // the flag's replaces the file's: nothing of its speed and latency is left
	a.Type = model.EnhancedFanOut
	want.Consumers = []model.Consumer{b, a, model.NewConsumer("c")}
	if diff := cmp.Diff(want, w, anyText); diff != "" {
		t.Error(diff)
	}
}

// Between layers the upper of record_size and record_sizes holds.
func TestRecordSizeAndRecordSizesReplaceEachOther(t *testing.T) {
	one, several := "producer.record_size=100 ", "sizes.0.size=1KiB sizes.0.share=1 "
	w, _ := resolved(t, over(fileOf(one+"producer.average=1"), flagsOf(several)))
	if w.Producer.RecordSize != unit.KiB || len(w.Producer.RecordSizes) != 1 {
		t.Errorf("sizes over size: %+v", w.Producer)
	}
	w, _ = resolved(t, over(fileOf(several+"producer.average=1"), flagsOf(one)))
	if w.Producer.RecordSize != 100 || w.Producer.RecordSizes != nil {
		t.Errorf("size over sizes: %+v", w.Producer)
	}
}

// The layers below are not changed by what is laid over a draft that has them.
func TestMergeOfNothing(t *testing.T) {
	file := fileOf(least + "consumers.0.name=a")
	if diff := cmp.Diff(file, over(file, Declaration{})); diff != "" {
		t.Error(diff)
	}
}

func TestInputs(t *testing.T) {
	measured := Declaration{Settings: Settings{"producer.burst": {Text: "1.5", Source: model.Measured}}}
	file := fileOf("sizes.0.size=1KiB sizes.0.share=1 retention=7d producer.aggregation= " +
		"producer.aggregation.producers=4 consumers.0.name=a consumers.0.latency=30s")
	flags := flagsOf("producer.peak=1MiB/s stream=clicks")
	_, got := resolved(t, over(measured, file, flags))
	want := []model.Input{
		{Name: "stream", Value: "clicks", Unit: "", Source: model.Flag},
		{Name: "producer.record_size", Value: 1024.0, Unit: "B", Source: model.File}, // the mean of what the file has
		{Name: "producer.partition_key_size", Value: 0.0, Unit: "B", Source: model.Default},
		{Name: "producer.average", Value: 1024.0, Unit: "records/s", Source: model.Default}, // follows from the peak
		{Name: "producer.peak", Value: 1024.0, Unit: "records/s", Source: model.Flag, Text: "1MiB/s"},
		{Name: "producer.aggregation.producers", Value: 4, Unit: "", Source: model.File},
		{Name: "producer.aggregation.buffer", Value: 0.1, Unit: "s", Source: model.Default},
		{Name: "producer.aggregation.max_size", Value: 51_200.0, Unit: "B", Source: model.Default},
		{Name: "producer.skew", Value: 1.0, Unit: "", Source: model.Default},
		{Name: "producer.burst", Value: 1.5, Unit: "", Source: model.Measured},
		{Name: "retention", Value: 604_800.0, Unit: "s", Source: model.File},
		{Name: "target_utilization", Value: 0.8, Unit: "", Source: model.Default},
		{Name: "size_reads_for", Value: "peak", Unit: "", Source: model.Default},
		{Name: "horizon", Value: 2_419_200.0, Unit: "s", Source: model.Default},
		{Name: "confidence", Value: 0.8, Unit: "", Source: model.Default},
		{Name: "producer.record_sizes[0].size", Value: 1024.0, Unit: "B", Source: model.File},
		{Name: "producer.record_sizes[0].share", Value: 1.0, Unit: "", Source: model.File},
		{Name: "consumers.a.name", Value: "a", Unit: "", Source: model.File},
		{Name: "consumers.a.type", Value: "standard", Unit: "", Source: model.Default},
		{Name: "consumers.a.latency", Value: 30.0, Unit: "s", Source: model.File},
		{Name: "consumers.a.latency_bound", Value: "recovery", Unit: "", Source: model.Default},
		{Name: "consumers.a.poll_interval", Value: 1.0, Unit: "s", Source: model.Default},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// However many consumers there are, those beyond what a stream can serve are not
// read.
func TestTooManyConsumersAreNotRead(t *testing.T) {
	for _, name := range []func(int) string{strconv.Itoa, func(int) string { return "same" },
		func(int) string { return "" }, func(int) string { return "no name" }} {
		d := Declaration{Settings: Settings{"producer.record_size": {Text: "1"}, "producer.average": {Text: "1"}}}
		for i := range 200_000 {
			d.Consumers = append(d.Consumers, Settings{"name": {Text: name(i)}})
		}
		var err error
		const most = 30_000 // a hundred for each that is read, and its faults
		if n := testing.AllocsPerRun(1, func() { _, _, err = d.Resolve() }); n > most {
			t.Errorf("%v allocations", n)
		}
		if err == nil || !strings.Contains(err.Error(),
			`number of consumers: "200000": more than a stream can serve (allowed: at most `) {
			t.Errorf("%.200v", err)
		}
	}
}

// A rate keeps its text, through a file as well, and the answer shows both. A plain number
// needs no second text.
func TestRatesKeepTheirText(t *testing.T) {
	for text, want := range map[string]unit.RecordsPerSecond{
		"1B/day": 1e9 / 86_400.0, "80Mbit/s": 10_000_000.0 / 300, "800/5min": 800.0 / 300, "10k": 10_000,
		"10GiB/30m": 10 << 30 / (1800.0 * 300), "2M/week": 2_000_000 / 604_800.0,
	} {
		d := fileOf("producer.record_size=300 producer.average=" + text)
		w, inputs := resolved(t, d)
		if w.Producer.Average != want || w.Producer.Peak != want {
			t.Errorf("%s: %v, %v; want %v", text, w.Producer.Average, w.Producer.Peak, want)
		}
		for _, in := range inputs {
			if in.Name == averageKey && (in.Text != text || in.Value != float64(want) || in.Unit != "records/s") ||
				in.Name != averageKey && in.Text != "" {
				t.Errorf("%s: %+v", text, in)
			}
		}
		data, err := Write(&w)
		if err != nil || !strings.Contains(string(data), "average: "+text+"\n") {
			t.Errorf("%s: %v\n%s", text, err, data)
		}
		returns(t, w)
		w.Producer.Average /= 2 // another rate, of which the text says nothing
		if data, err := Write(&w); err != nil || strings.Contains(string(data), text) {
			t.Errorf("%s: %v\n%s", text, err, data)
		}
	}
	for _, text := range []string{"10000", "10000/s"} {
		w, inputs := resolved(t, fileOf("producer.record_size=300 producer.average="+text))
		if w.Producer.Written != (model.WrittenRates{}) || slices.ContainsFunc(inputs,
			func(in model.Input) bool { return in.Text != "" }) {
			t.Errorf("%s: %+v", text, inputs)
		}
	}
}
