package fit

import (
	"testing"
	"time"

	"github.com/kcalc/kcalc/calc/fit/fittest"
	"github.com/kcalc/kcalc/model"
)

// read is a stream of a day with some consumers.
func read(r fittest.Consumers) *fittest.Stream {
	s := plants[1].stream(1)
	s.Parts[0].Length = day
	s.Consumers = r
	return s
}

func TestReadersComeBack(t *testing.T) {
	s := read(fittest.Consumers{
		Standard:       3,
		EnhancedFanOut: []model.FanOutConsumer{{Name: "audit", Status: "ACTIVE"}},
		Functions: []model.Function{
			{Name: "enrich", State: "Enabled", BatchSize: 500, ParallelizationFactor: 2},
			{Name: "index", State: "Enabled", BatchSize: 100, FanOut: model.Known(model.Name("audit"))},
			{Name: "old", State: "Disabled", BatchSize: 10},
		},
		Duration: 250 * time.Millisecond,
	})
	h := s.History()
	age := h.Find(model.SeriesID{Level: model.StreamLevel, Metric: model.IteratorAge})
	age.Runs[0].Values[77] = 90_000
	e := Fit(h, &limits)
	r := e.Consumers
	if differ(r.StandardFanOut.Value, 3) || differ(r.UsualFanOut.Value, 3) {
		t.Errorf("fan-out %v, usually %v, want 3", r.StandardFanOut, r.UsualFanOut)
	}
	if a := e.IteratorAge.Value; a.Behind != Seconds(90*time.Second) || !a.Start.Equal(start.Add(77*time.Minute)) ||
		a.Period != Seconds(minute) {
		t.Errorf("iterator age %+v", a)
	}
	mean := float64(e.Average.Value.Least) * float64(e.RecordSize.Value)
	if f := r.EnhancedFanOut[0]; f.Name != "audit" || differ(float64(f.Read.Value), mean) || differ(f.FanOut.Value, 1) ||
		f.WorstBehind.Value.Behind != Seconds(70*time.Millisecond) {
		t.Errorf("%+v, want %v B/s", f, mean)
	}
	if f := r.Functions[0]; differ(float64(f.Speed.Value), 2*500/0.25) ||
		f.Duration.Value != Seconds(250*time.Millisecond) {
		t.Errorf("%+v, want 4,000 records/s", f)
	}
	if f := r.Functions[1]; differ(float64(f.Speed.Value), 100/0.25) || f.Consumer.Value != "audit" {
		t.Errorf("%+v, want 400 records/s", f)
	}
	// One polls by name, so two others do; the one that is disabled reads nothing.
	var names []string
	for _, c := range e.consumers() {
		names = append(
			names,
			c["name"].Text+" "+c["type"].Text+" "+c["lambda.batch_size"].Text+" "+c["lambda.duration"].Text+" "+c["lambda.parallelization_factor"].Text,
		)
	}
	want := []string{
		"audit enhanced-fan-out 100 250ms 1",
		"enrich standard 500 250ms 2",
		"consumer-1 standard   ",
		"consumer-2 standard   ",
	}
	if len(names) != len(want) {
		t.Fatalf("%q, want %q", names, want)
	}
	for i := range want {
		if names[i] != want[i] {
			t.Errorf("%q, want %q", names[i], want[i])
		}
	}
}

// A replay of some hours raises the fan-out of the whole window, and not the
// usual one.
func TestUsualFanOut(t *testing.T) {
	h := read(fittest.Consumers{Standard: 2}).History()
	values := h.Find(model.SeriesID{Level: model.StreamLevel, Metric: model.GetRecordsBytes}).Runs[0].Values
	for i := range 6 * 60 {
		values[i] *= 3
	}
	e := Fit(h, &limits)
	r := &e.Consumers
	if r.StandardFanOut.Value < 2.5 || differ(r.UsualFanOut.Value, 2) {
		t.Errorf("fan-out %v, usually %v", r.StandardFanOut, r.UsualFanOut)
	}
	for known, want := range []int{2, 1, 0, 0} { // functions that poll are among those that read
		if got := e.Unnamed(); got != want {
			t.Errorf("%d unnamed consumers besides %d functions", got, known)
		}
		r.Functions = append(
			r.Functions,
			Function{Name: "off"},
			Function{Name: "fan", Enabled: true, Consumer: model.Known(model.Name("audit"))},
			Function{Name: "polls", Enabled: true},
		)
	}
	none := Fit(read(fittest.Consumers{}).History(), &limits)
	if r := none.Consumers; r.StandardFanOut.Known || r.UsualFanOut.Known || none.Unnamed() != 0 {
		t.Errorf("without consumers: %+v", r)
	}
}

// The duration is that of busy periods, when batches are the fullest.
// A function's batch is as large as the payload of an invocation takes: of 100 kB,
// ⌊6 MiB ÷ (4/3 · 100,000 B + 300 B)⌋ = 47 records.
func TestSpeedOfLargeRecords(t *testing.T) {
	s := read(fittest.Consumers{
		Functions: []model.Function{{Name: "fn", State: "Enabled", BatchSize: 500, ParallelizationFactor: 2}},
		Duration:  250 * time.Millisecond,
	})
	s.Size = 100_000
	if f := Fit(s.History(), &limits).Consumers.Functions[0]; differ(float64(f.Speed.Value), 2*47/0.25) {
		t.Errorf("%v, want 376 records/s", f.Speed)
	}
}

func TestDurationWhenBusy(t *testing.T) {
	s := read(
		fittest.Consumers{
			Functions: []model.Function{{Name: "fn", State: "Enabled", BatchSize: 100}},
			Duration:  100 * time.Millisecond,
		},
	)
	s.Waves, s.Noise = nil, 0
	s.Surges = []fittest.Surge{{Start: start.Add(12 * time.Hour), Length: 3 * time.Hour, Times: 2}}
	h := s.History()
	values := h.Find(model.SeriesID{Level: model.FunctionLevel, Metric: model.FunctionDuration, Owner: "fn"}).Runs[0].Values
	for i := 12 * 60; i < 15*60; i++ {
		values[i] = 800
	}
	if f := Fit(h, &limits).Consumers.Functions[0]; f.Duration.Value != Seconds(800*time.Millisecond) ||
		differ(float64(f.Speed.Value), 125) {
		t.Errorf("%+v, want 800 ms", f)
	}
}
