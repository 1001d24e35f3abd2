package review

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/kcalc/kcalc/calc/cost"
	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// documented returns the document on a workload file in us-east-1.
func documented(t *testing.T, file string) Document {
	t.Helper()
	limits := model.PublishedLimits()
	w, inputs := resolvedFile(t, file)
	tariff := &cost.Tariff{Catalogue: price.Embedded(), Hours: model.HoursPerMonth}
	b := &Basis{Limits: &limits, Source: "a file", Inputs: inputs, Tariff: tariff}
	d, err := NewDocument(t.Context(), b, &w, &DocumentRequest{Program: "v1"})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func resolvedFile(t *testing.T, file string) (model.Workload, []model.Input) {
	t.Helper()
	d := input.Read("file", []byte("region: us-east-1\nstream: orders\n"+file))
	w, inputs, err := d.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	return w, inputs
}

func assumption(t *testing.T, d *Document, name string) *Assumption {
	t.Helper()
	for i := range d.Assumptions {
		if d.Assumptions[i].Name == name {
			return &d.Assumptions[i]
		}
	}
	t.Fatalf("no assumption %s", name)
	return nil
}

// peakFile needs 10,000 ÷ (0.8 × 1,000) = 12.5, so 13 shards for its records; a fifth less 10, a
// fifth more 15. At 0.64 of the limits it needs 15.6, so 16; at 0.96 10.4, so 11.
const peakFile = "producer: {record_size: 200B, partition_key_size: 36B, average: 5k/s, peak: 10k/s}\n"

func TestAssumptions(t *testing.T) {
	d := documented(t, peakFile)
	for name, want := range map[string]struct {
		less, more any // shards, nil where there is no such value
		moves      bool
	}{
		"producer.peak":        {10, 15, true},
		"target_utilization":   {16, 11, true},
		"producer.average":     {13, 13, false},
		"producer.skew":        {nil, 15, true}, // below 1 there is none
		"producer.record_size": {13, 13, false},
		"size_reads_for":       {nil, nil, false},
		"stream":               {nil, nil, false},
		"retention":            {nil, 13, false}, // a day is the least
	} {
		a := assumption(t, &d, name)
		for at, got := range map[any]model.Maybe[Outcome]{want.less: a.Less, want.more: a.More} {
			if got.Known != (at != nil) || got.Known && got.Value.Shards != at {
				t.Errorf("%s: %+v, want %v", name, got, at)
			}
		}
		if a.Moves != want.moves {
			t.Errorf("%s: moves %v", name, a.Moves)
		}
	}
	// A fifth of 5,000 × 2,628,000 records at $0.014 a million is $36.792.
	more := assumption(t, &d, "producer.average").More.Value
	if got := more.Monthly.Value - d.Decision.Monthly.Value; got != 36_792*unit.Dollar/1000 {
		t.Errorf("a fifth more of the average adds %v", got)
	}
	if d.Traffic.Less.Value.Shards != 10 || d.Traffic.More.Value.Shards != 15 || !d.Traffic.Moves {
		t.Errorf("all traffic: %+v", d.Traffic)
	}
}

// A peak that nobody gave follows the average that it is taken from.
func TestPeakFollowsAverage(t *testing.T) {
	d := documented(t, "producer: {record_size: 200B, average: 10k/s}\n")
	if a := assumption(t, &d, "producer.average"); a.Less.Value.Shards != 10 || a.More.Value.Shards != 15 {
		t.Errorf("%+v", a)
	}
	d = documented(t, "producer: {record_size: 200B, average: 9k/s, peak: 10k/s}\n")
	if a := assumption(t, &d, "producer.average"); !a.Less.Known || a.More.Known {
		t.Errorf("an average above the peak: %+v", a)
	}
}

// Each alternative that is not proposed has what rejects it.
func TestRejected(t *testing.T) {
	for name, c := range map[string]struct {
		file string
		want map[string]string // by what it is
	}{
		"too few": {peakFile + "current_shards: 11\n", map[string]string{"now 11": "producer-limit.records.peak",
			"one-fewer 12": "producer-limit.records.peak", "minimum 10": "producer-limit.records.peak",
			"mode on-demand": RejectCost, "mode on-demand-advantage": RejectCost}},
		"too many": {peakFile + "current_shards: 20\n", map[string]string{"now 20": RejectCost,
			"one-fewer 12": "producer-limit.records.peak", "minimum 10": "producer-limit.records.peak",
			"mode on-demand": RejectCost, "mode on-demand-advantage": RejectCost}},
		"on-demand throttles": {peakFile[:len(peakFile)-2] + ", surge: {throughput: 50k/s, duration: 1m}}\n",
			map[string]string{"one-fewer 49": "producer-limit.records.surge", "mode on-demand": "mode-does-not-carry",
				"mode on-demand-advantage": "mode-does-not-carry"}},
	} {
		d := documented(t, c.file)
		got := map[string]string{}
		for _, r := range d.Rejected {
			key := r.Of + " " + string(r.Mode)
			if r.Of != ofMode {
				key = r.Of + " " + unit.Grouped(float64(r.Shards.Value), 0)
			}
			if got[key] = r.By; r.Why == "" || !r.Monthly.Known {
				t.Errorf("%s: %+v", name, r)
			}
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// Every step can be taken back, in a call that UpdateShardCount allows: at most double, at
// least half.
func TestSteps(t *testing.T) {
	for now, want := range map[string][]int{"4": {4, 8, 13}, "26": {26, 13}, "13": nil, "100": {100, 50, 25, 13}} {
		d := documented(t, peakFile+"current_shards: "+now+"\n")
		var got []int
		for i, s := range d.Steps {
			if i == 0 {
				got = append(got, s.From)
			}
			got = append(got, s.To)
			if s.To > 2*s.From || 2*s.To < s.From || s.From > 2*s.To || s.Do == "" || s.Undo == "" {
				t.Errorf("%s: %+v", now, s)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("from %s: %v, want %v", now, got, want)
		}
	}
	if d := documented(t, peakFile); len(d.Steps) != 1 || d.Steps[0].From != 0 || d.Steps[0].To != 13 {
		t.Errorf("a new stream: %+v", d.Steps)
	}
}

// The defaults that move the answer are open questions; those that do not are none.
func TestOpenQuestions(t *testing.T) {
	asked := func(d *Document, id string) bool {
		for _, q := range d.Questions {
			if q.ID == id {
				return true
			}
		}
		return false
	}
	d := documented(t, peakFile)
	if !asked(&d, "default-moves-answer.producer.skew") || asked(&d, "default-moves-answer.horizon") {
		t.Errorf("%+v", d.Questions)
	}
	d = documented(t, peakFile[:len(peakFile)-2]+", skew: 1}\n")
	if asked(&d, "default-moves-answer.producer.skew") {
		t.Error("what was declared is no question")
	}
}

// A document is the same for the same inputs, and its hash another one for another input.
func TestDocumentIsDeterministic(t *testing.T) {
	text := func(d Document) string {
		out, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	one, same, other := documented(t, peakFile), documented(t, peakFile), documented(t, peakFile+"retention: 2d\n")
	if text(one) != text(same) {
		t.Error("not the same")
	}
	if one.Versions.Inputs == other.Versions.Inputs || len(one.Versions.Inputs) != 64 {
		t.Errorf("hashes %s, %s", one.Versions.Inputs, other.Versions.Inputs)
	}
}

// flatHistory returns a history of orders of some days, on each of which so many records of 100 B a
// second are written.
func flatHistory(rates ...float64) *model.History {
	from := time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	const perDay = 24 * 60
	series := func(metric string, times float64) model.Series {
		values := make([]float64, len(rates)*perDay)
		for i := range values {
			values[i] = 60 * rates[i/perDay] * times
		}
		return model.Series{SeriesID: model.SeriesID{Level: model.StreamLevel, Metric: metric},
			Runs: []model.Run{{Start: from, Period: unit.Duration(time.Minute), Values: values}}}
	}
	return &model.History{Stream: "orders", Region: "us-east-1", From: from, To: from.AddDate(0, 0, len(rates)),
		Series: []model.Series{series(model.IncomingRecords, 1), series(model.IncomingBytes, 100)}}
}

// documentedHistory returns the document on a history.
func documentedHistory(t *testing.T, h *model.History) Document {
	t.Helper()
	limits := model.PublishedLimits()
	e, err := fit.FitContext(t.Context(), h, &limits)
	if err != nil {
		t.Fatal(err)
	}
	w, inputs, err := Workload(&limits, &e, input.Declaration{Settings: input.Settings{}})
	if err != nil {
		t.Fatal(err)
	}
	b := &Basis{Limits: &limits, History: h, Evidence: &e, Inputs: inputs}
	d, err := NewDocument(t.Context(), b, &w, &DocumentRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// With a history, all traffic is its traffic: 5,900 records/s ÷ 0.8 of 1,000 are 7.4, so 8 shards; a fifth
// less 5.9, so 6; a fifth more 8.85, so 9.
func TestTrafficOfAHistory(t *testing.T) {
	h := flatHistory(5900, 5900, 5900)
	more := scaledHistory(h, aFifthMore)
	if got := more.Series[0].Runs[0].Values[7]; got != 60*5900*1.2 || h.Series[0].Runs[0].Values[7] != 60*5900 {
		t.Errorf("%v, and the original %v", got, h.Series[0].Runs[0].Values[7])
	}
	d := documentedHistory(t, h)
	if got := d.Traffic; d.Decision.Shards != 8 || got.Less.Value.Shards != 6 || got.More.Value.Shards != 9 {
		t.Errorf("%d shards; a fifth less and more %+v", d.Decision.Shards, got)
	}
}

// Where the odds decide, a fifth more of the traffic is what a history with a fifth more asks for.
func TestTrafficOfDaysThatDiffer(t *testing.T) {
	rates := []float64{2100, 3900, 2500, 5200, 1900, 4600, 2200, 3100, 6100, 2400, 2900, 1800, 4200, 2600}
	d := documentedHistory(t, flatHistory(rates...))
	for i := range rates {
		rates[i] *= aFifthMore
	}
	want := documentedHistory(t, flatHistory(rates...))
	if !slices.Contains(d.Answer.Binding, OddsID) || want.Decision.Shards == d.Decision.Shards {
		t.Fatalf("%v decides, %d and %d shards", d.Answer.Binding, d.Decision.Shards, want.Decision.Shards)
	}
	if got := d.Traffic.More.Value.Shards; got != want.Decision.Shards {
		t.Errorf("a fifth more: %d shards, want %d", got, want.Decision.Shards)
	}
}
