package input

import (
	"testing"

	"github.com/kcalc/kcalc/model"
)

// Every amount of the tables can be made larger or smaller, or says that it cannot; a word never.
func TestScale(t *testing.T) {
	for _, f := range WorkloadFields() {
		var w model.Workload
		w.Producer.RecordSize = 100
		if err := f.set(&w, f.Example); err != nil {
			t.Fatal(err)
		}
		wantScaled(t, &f, &w)
	}
	for _, f := range ConsumerFields() {
		var c model.Consumer
		if err := f.set(&c, f.Example); err != nil {
			t.Fatal(err)
		}
		wantScaled(t, &f, &c)
	}
}

func wantScaled[T any](t *testing.T, f *Field[T], v *T) {
	t.Helper()
	before, _ := f.At(v).Measure()
	_, word := before.(string)
	if _, yes := before.(bool); yes {
		word = true
	}
	less, more := *v, *v
	is, isMore := f.Scale(&less, 0.8), f.Scale(&more, 1.2)
	if word && (is || isMore) {
		t.Errorf("%s: a word has been scaled", f.Key)
	}
	if !word && before != 0.0 && before != 0 && !is && !isMore && f.Key != "lambda.retries" {
		t.Errorf("%s: %v cannot be scaled", f.Key, before)
	}
	for times, scaled := range map[float64]*T{0.8: &less, 1.2: &more} {
		after, _ := f.At(scaled).Measure()
		x, ok := before.(float64)
		y, _ := after.(float64)
		if changed := after != before; changed != map[float64]bool{0.8: is, 1.2: isMore}[times] {
			t.Errorf("%s: %v is %v", f.Key, before, after)
		} else if ok && changed && (y < x*times*(1-1e-9) || y > x*times*(1+1e-9)) {
			t.Errorf("%s: %v times %v is %v", f.Key, times, x, y)
		}
	}
}

// Whole numbers are rounded away from what they were: 3 becomes 2 and 4, and 1 only 2.
func TestScaleCounts(t *testing.T) {
	for _, f := range WorkloadFields() {
		if f.Key != "current_shards" {
			continue
		}
		for _, c := range []struct {
			from, to int
			times    float64
			ok       bool
		}{{3, 2, 0.8, true}, {3, 4, 1.2, true}, {1, 2, 1.2, true}, {1, 1, 0.8, false}, {10, 8, 0.8, true}} {
			var w model.Workload
			w.CurrentShards = 0
			if err := f.set(&w, string(rune('0'+c.from%10))); err != nil && c.from < 10 {
				t.Fatal(err)
			}
			if c.from == 10 {
				w.CurrentShards = 10
			}
			if ok := f.Scale(&w, c.times); ok != c.ok || int(w.CurrentShards) != c.to {
				t.Errorf("%d times %v: %d, %v", c.from, c.times, w.CurrentShards, ok)
			}
		}
	}
}
