package plan

import (
	"slices"
	"strings"
	"testing"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
)

// declared is a workload as its file has it.
func declared(t *testing.T, top, consumer string) (model.Workload, []model.Input) {
	t.Helper()
	draft := input.Declaration{
		Settings: fileSettings("producer.record_size=100 producer.average=10 producer.peak=20 " + top),
	}
	if consumer != "" {
		draft.Consumers = []input.Settings{fileSettings("name=a " + consumer)}
	}
	w, inputs, err := draft.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	return w, inputs
}

func fileSettings(text string) input.Settings {
	s := input.Settings{}
	for _, field := range strings.Fields(text) {
		key, value, _ := strings.Cut(field, "=")
		s[key] = input.Setting{Text: value, Source: model.File}
	}
	return s
}

// What is declared and read by nothing is told, and what is read is not.
func TestUnusedInputs(t *testing.T) {
	const a = "consumers.a."
	for _, c := range []struct {
		top, consumer string
		cost          bool
		unused        []string
	}{
		{"", "", true, nil},
		{"", "", false, []string{"producer.average"}},
		{"retention=7d", "reprocess=1h catch_up=1h", false, nil},
		{"retention=7d", "outage=1h catch_up=1h", false, []string{"producer.average"}},
		{"retention=7d", "speed=10", false, []string{"producer.average", "retention"}},
		{"size_reads_for=average", "", true, []string{"size_reads_for"}},
		{"size_reads_for=average", "type=efo", true, []string{"size_reads_for"}},
		{"size_reads_for=average", "type=standard", false, nil},
		{"", "type=efo poll_interval=5s", true, []string{a + "poll_interval"}},
		{"", "type=efo poll_interval=1s", true, nil}, // the default
		{"", "poll_interval=5s", true, nil},
		{"", "catch_up=1h", true, []string{a + "catch_up"}},
		{"", "latency=1h catch_up=1h", true, []string{a + "catch_up"}},
		{"", "outage=1h catch_up=1h", true, nil},
		{"", "latency=5s latency_bound=delay", true, nil},
		{"", "lambda.batch_size=5 lambda.duration=1s lambda.parallelization_factor=2", true, nil},
		{"producer.surge.throughput=50 producer.surge.duration=1s producer.skew=2 producer.burst=2", "", true, nil},
		{"current_shards=5 target_utilization=50% stream=s region=us-east-1", "", true, nil},
	} {
		w, inputs := declared(t, c.top, c.consumer)
		var got []string
		for _, warning := range UsesOf(&limits, &w, c.cost).Unused(inputs) {
			got = append(got, strings.TrimPrefix(warning.ID, "input-unused."))
		}
		slices.Sort(got)
		if !slices.Equal(got, c.unused) {
			t.Errorf("%s, %s, cost %v: %v, want %v", c.top, c.consumer, c.cost, got, c.unused)
		}
	}
}

// Every input is read by a constraint or by a cost, or is one that every answer reads.
func TestEveryInputIsRead(t *testing.T) {
	always := []string{
		"stream",
		"resource",
		"sample", // as far as it gives other inputs
		"region",
		"producer.record_size",
		"producer.partition_key_size",
		"producer.peak",
		"producer.skew",
		"producer.burst",
		"producer.aggregation.producers",
		"producer.aggregation.buffer",
		"producer.aggregation.max_size",
		"target_utilization",
		"current_shards",
		"producer.aggregation.max_count",
		"producer.put_records.batch",
		"producer.put_records.wait",
		"producer.put_records.producers",
		"producer.put_records.give_up", // by the replay
		"producer.put_records.buffer",
		"workers",
		"filter",
		"lambda.batching_window",
		"lambda.managed_instances",
		"lambda.timeout",
		"lambda.retries",
		"lambda.max_record_age",
		"lambda.bisect",
		"lambda.partial_responses",
		"lambda.on_failure",
		"name",
		"type",
	}
	w := workload(100, 10, 20, with("a"))
	u := UsesOf(&limits, &w, true)
	for _, f := range input.WorkloadFields() {
		if _, known := u[f.Key]; known == slices.Contains(always, f.Key) {
			t.Errorf("%s: in the tables of what is read %v", f.Key, known)
		}
	}
	for _, f := range input.ConsumerFields() {
		if _, known := u["consumers.a."+f.Key]; known == slices.Contains(always, f.Key) {
			t.Errorf("%s: in the tables of what is read %v", f.Key, known)
		}
	}
}

// A latency without a surge, and reads that are to lag through the peak: both are
// heard, and that they contradict each other is told.
func TestLatencyAgainstReadsForAverage(t *testing.T) {
	w := workload(20_000, 50, 500, with("a", latency(5*second), delayBound), with("b"), with("c"))
	w.SizeReadsFor, w.Producer.PartitionKeySize = model.ReadAverage, 36
	p := planned(&w)
	if p.Shards.Recommended != 15 {
		t.Errorf("%+v, want 15", p.Shards)
	}
	if _, _, ok := warning(&w, "reads-for-average.a"); !ok {
		t.Errorf("not told: %+v", p.Warnings)
	}
	w.Consumers[0].Latency = 0
	if _, _, ok := warning(&w, "reads-for-average.a"); ok {
		t.Error("told without a latency")
	}
}

// Where headroom alone asks for more than one shard, skew makes that more than κ.
func TestSkewHeadroom(t *testing.T) {
	w := at(0.8, uneven(workload(100, 900, 900), 10_000))
	if message, _, ok := warning(&w, "skew-headroom"); !ok || !strings.Contains(message, "11,250") {
		t.Errorf("%q", message)
	}
	w = at(0.8, uneven(workload(100, 800, 800), 10_000))
	if _, _, ok := warning(&w, "skew-headroom"); ok {
		t.Error("told of one shard")
	}
}

// An event source mapping polls once a second.
func TestPollOfAMapping(t *testing.T) {
	w := workload(100, 10, 10, with("fn", lambda(10, 1, second), poll(5*second)))
	if _, _, ok := warning(&w, "lambda-poll.fn"); !ok {
		t.Error("not told")
	}
	w.Consumers[0].Type = model.EnhancedFanOut
	if _, _, ok := warning(&w, "lambda-poll.fn"); ok {
		t.Error("told of one that is pushed to")
	}
}
