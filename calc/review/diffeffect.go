package review

import (
	"context"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
)

// consumerKeys are the keys of a consumer, the longest first, so that a name with dots is told
// from them.
var consumerKeys = func() (keys []string) {
	for _, f := range input.ConsumerFields() {
		keys = append(keys, f.Key)
	}
	slices.SortFunc(keys, func(a, b string) int { return len(b) - len(a) })
	return keys
}()

// effect adds to a change what it does by itself: how the state after all changes differs from
// one without this change. It is unknown where there is no such workload.
func (p Pair) effect(ctx context.Context, c *InputChange, after *State) error {
	w, side, ok := p.without(c)
	if !ok {
		return nil
	}
	state, err := side.state(ctx, &w)
	if err != nil {
		return err
	}
	if after.Needs.Known && state.Needs.Known {
		c.Shards = model.Known(after.Needs.Value - state.Needs.Value)
	}
	if after.Monthly.Known && state.Monthly.Known {
		c.Adds = model.Known(after.Monthly.Value - state.Monthly.Value)
	}
	return nil
}

// without returns the state after all changes but one.
func (p Pair) without(c *InputChange) (w model.Workload, side Side, ok bool) {
	w, side = p.After.Workload, *p.After
	w.Consumers = slices.Clone(w.Consumers)
	switch c.Name {
	case modeInput:
		side.Mode = p.Before.Mode
		if !side.Shards.Known {
			side.Shards = p.Before.Shards
		}
		return w, side, true
	case shardsInput:
		side.Shards = p.Before.Shards
		return w, side, true
	case input.SampleKey: // what it says of where keys land goes with it
		was := &p.Before.Workload.Producer
		w.Sample, w.Producer.Placed = p.Before.Workload.Sample, was.Placed
		w.Producer.Keys, w.Producer.LargestKey, w.Producer.Skew = was.Keys, was.LargestKey, was.Skew
		return w, side, true
	}
	if name, found := strings.CutPrefix(c.Name, "consumers."); found {
		if consumer, key := consumerOf(c.Name); consumer != "" {
			return w, side, p.resetConsumer(&w, consumer, key)
		}
		return w, side, p.switchConsumer(&w, name)
	}
	return w, side, reset(&w, &p.Before.Workload, input.WorkloadFields(), c.Name)
}

// switchConsumer takes out a consumer that is new, or puts back one that is gone.
func (p Pair) switchConsumer(w *model.Workload, name string) bool {
	is := func(c model.Consumer) bool { return string(c.Name) == name }
	if i := slices.IndexFunc(w.Consumers, is); i >= 0 {
		w.Consumers = slices.Delete(w.Consumers, i, i+1)
		return true
	}
	i := slices.IndexFunc(p.Before.Workload.Consumers, is)
	if i >= 0 {
		w.Consumers = append(w.Consumers, p.Before.Workload.Consumers[i])
	}
	return i >= 0
}

// resetConsumer gives a consumer the value of a key that it had before.
func (p Pair) resetConsumer(w *model.Workload, name, key string) bool {
	is := func(c model.Consumer) bool { return string(c.Name) == name }
	now, was := slices.IndexFunc(w.Consumers, is), slices.IndexFunc(p.Before.Workload.Consumers, is)
	return now >= 0 && was >= 0 && reset(&w.Consumers[now], &p.Before.Workload.Consumers[was], input.ConsumerFields(), key)
}

// reset gives t the value of a field that another has. It reports false where that cannot be
// written, as a value that was not given.
func reset[T any](t, from *T, fields []input.Field[T], key string) bool {
	for i := range fields {
		if f := &fields[i]; f.Key == key {
			return f.Copy(t, from)
		}
	}
	return false
}
