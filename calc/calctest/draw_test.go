package calctest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/kcalc/kcalc/model/input"
	"pgregory.net/rapid"
)

// What the tests draw is what an input can be: written out as settings and
// resolved, each workload comes back.
func TestDrawnWorkloadsAreValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := DrawWorkload(t, rapid.Bool().Draw(t, "packed"))
		draft := input.Declaration{Settings: settings(&w, input.WorkloadFields())}
		for i := range w.Consumers {
			consumer := settings(&w.Consumers[i], input.ConsumerFields())
			if w.Consumers[i].Latency == 0 {
				delete(consumer, "latency_bound") // of no latency is a fault
			}
			draft.Consumers = append(draft.Consumers, consumer)
		}
		back, _, err := draft.Resolve()
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(w, back, cmpopts.EquateEmpty()); d != "" {
			t.Fatal(d)
		}
	})
}

// settings are the fields of a T that have a value.
func settings[T any](v *T, fields []input.Field[T]) input.Settings {
	s := input.Settings{}
	for i := range fields {
		value := fields[i].At(v)
		if !fields[i].Given(v) {
			continue
		}
		s[fields[i].Key] = input.Setting{Text: value.String()}
	}
	return s
}
