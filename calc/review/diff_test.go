package review

import (
	"testing"

	"github.com/kcalc/kcalc/calc/cost"
	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// sideOf returns the side of a workload file in us-east-1.
func sideOf(t *testing.T, file string) *Side {
	t.Helper()
	limits := model.PublishedLimits()
	w, inputs := resolvedFile(t, file)
	return &Side{Name: "orders", Workload: w, Traffic: true, Basis: Basis{Limits: &limits, Inputs: inputs,
		Tariff: &cost.Tariff{Catalogue: price.Embedded(), Hours: model.HoursPerMonth}}}
}

func compared(t *testing.T, before, after *Side) Diff {
	t.Helper()
	d, err := Compare(t.Context(), []Pair{{Before: before, After: after}})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// shardMonth is 730 h × $0.015.
const shardMonth = 1095 * unit.Dollar / 100

// A side without shards of its own costs what its traffic asks for: 13 shards for a peak of 10,000
// records/s at 0.8 of 1,000, 25 for 20,000.
func TestDiffOfWorkloads(t *testing.T) {
	d := compared(t, sideOf(t, peakFile), sideOf(t, "producer: {record_size: 200B, partition_key_size: 36B, average: 5k/s, peak: 20k/s}\n"))
	if len(d.Streams) != 1 || d.Unchanged != 0 || len(d.Warnings) != 0 {
		t.Fatalf("%+v", d)
	}
	s := &d.Streams[0]
	if s.Before.Value.Needs != model.Known(13) || s.After.Value.Needs != model.Known(25) ||
		s.Monthly.Adds != model.Known(12*shardMonth) || d.Monthly.Adds != s.Monthly.Adds {
		t.Errorf("%+v", s)
	}
	if len(s.Inputs) != 1 || s.Inputs[0].Name != "producer.peak" || s.Inputs[0].Shards != model.Known(12) ||
		s.Inputs[0].Before != 10e3 || s.Inputs[0].After != 20e3 || s.Inputs[0].Adds != model.Known(12*shardMonth) {
		t.Errorf("%+v", s.Inputs)
	}
}

// What has shards costs those, whatever the traffic asks for, and the answer says whether they
// carry it. 8 shards carry 8,000 records/s.
func TestDiffOfDeclaredShards(t *testing.T) {
	before, after := sideOf(t, peakFile), sideOf(t, peakFile)
	before.Shards, after.Shards = model.Known(13), model.Known(8)
	d := compared(t, before, after)
	s := &d.Streams[0]
	if s.Monthly.Adds != model.Known(-5*shardMonth) || s.Before.Value.Carries != model.Known(true) ||
		s.After.Value.Carries != model.Known(false) {
		t.Errorf("%+v", s)
	}
	if len(s.Inputs) != 1 || s.Inputs[0].Name != shardsInput || s.Inputs[0].Shards != model.Known(0) ||
		s.Inputs[0].Adds != model.Known(-5*shardMonth) {
		t.Errorf("%+v", s.Inputs)
	}
}

// A consumer that is new is one input, and so is one that is gone. Enhanced fan-out on 13 shards is
// 13 × $10.95 beside its data: 5,000 × 236 B × 2,628,000 s ÷ 2^30 = 2,888.07 GB at $0.013, $37.54.
func TestDiffOfConsumers(t *testing.T) {
	with := sideOf(t, peakFile+"consumers: [{name: a.b, type: enhanced-fan-out}]\n")
	for name, p := range map[string]Pair{"new": {sideOf(t, peakFile), with}, "gone": {with, sideOf(t, peakFile)}} {
		d := compared(t, p.Before, p.After)
		in := d.Streams[0].Inputs
		if len(in) != 1 || in[0].Name != "consumers.a.b" || !in[0].Adds.Known {
			t.Fatalf("%s: %+v", name, in)
		}
		cents := (in[0].Adds.Value + unit.Dollar/200) / (unit.Dollar / 100)
		if want := unit.USD(14235 + 3754); name == "new" && cents != want || name == "gone" && cents != -want && cents != 1-want {
			t.Errorf("%s: adds %v", name, in[0].Adds.Value)
		}
	}
	// A key of a consumer that both have is an input by itself.
	other := sideOf(t, peakFile+"consumers: [{name: a.b, type: standard}]\n")
	if in := compared(t, with, other).Streams[0].Inputs; len(in) != 1 || in[0].Name != "consumers.a.b.type" {
		t.Errorf("%+v", in)
	}
}

// What is on one side alone is added or removed; without traffic the cost is without data.
func TestDiffOfOneSide(t *testing.T) {
	side := sideOf(t, "producer: {record_size: 1KiB, average: 0}\nretention: 2d\n")
	side.Traffic, side.Shards = false, model.Known(4)
	const month = 4*shardMonth + 4*146*unit.Dollar/10 // and 730 h × $0.02
	d := compared(t, nil, side)
	if s := &d.Streams[0]; s.Change != StreamAdded || s.Monthly.Adds != model.Known[unit.USD](month) || s.After.Value.Needs.Known {
		t.Errorf("%+v", s)
	}
	if len(d.Warnings) != 1 || d.Warnings[0].ID != "cost-without-data" {
		t.Errorf("%+v", d.Warnings)
	}
	if s := compared(t, side, nil).Streams[0]; s.Change != StreamRemoved || s.Monthly.Adds != model.Known[unit.USD](-month) {
		t.Errorf("%+v", s)
	}
	if d := compared(t, side, side); d.Unchanged != 1 || len(d.Streams) != 0 || d.Monthly.Before != model.Known[unit.USD](month) {
		t.Errorf("%+v", d)
	}
}

// A side that does not know what is written takes it from the one that does.
func TestDiffTakesTraffic(t *testing.T) {
	for name, shards := range map[string]int{"enough": 13, "too few": 9} {
		with, without := sideOf(t, peakFile), sideOf(t, "producer: {record_size: 1KiB, average: 0}\n")
		with.Shards, without.Shards, without.Traffic = model.Known(13), model.Known(shards), false
		for _, p := range []Pair{{with, without}, {without, with}} {
			d := compared(t, p.Before, p.After)
			if shards == 13 && d.Unchanged == 1 {
				continue
			}
			s := &d.Streams[0]
			state := s.Before.Value
			if p.After == without {
				state = s.After.Value
			}
			if len(s.Inputs) != 1 || s.Inputs[0].Name != shardsInput || state.Needs != model.Known(13) ||
				state.Carries != model.Known(shards == 13) || len(d.Warnings) != 0 {
				t.Errorf("%s: %+v", name, s)
			}
		}
	}
}
