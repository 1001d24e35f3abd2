package review

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// DiffSchema names the schema of a [Diff] in machine formats.
const DiffSchema = "kcalc.diff/v1"

// Diff is what changes from one state of some streams to another.
type Diff struct {
	Schema string `json:"schema"`
	Before string `json:"before"` // what is compared, in words
	After  string `json:"after"`

	Monthly   Money           `json:"monthly_usd"` // of all streams, those that do not change among them
	Streams   []StreamDiff    `json:"streams"`     // that change, what matters most first
	Unchanged int             `json:"unchanged_streams"`
	Warnings  []notice.Notice `json:"warnings"`
}

// Money is what is paid before and after, and the difference, which is below 0 where it saves.
// What is not known of one stream is not known of all.
type Money struct {
	Before model.Maybe[unit.USD] `json:"before"`
	After  model.Maybe[unit.USD] `json:"after"`
	Adds   model.Maybe[unit.USD] `json:"adds"`
}

// StreamChange is what becomes of a stream.
type StreamChange string

// What becomes of a stream.
const (
	StreamAdded   StreamChange = "added"
	StreamRemoved StreamChange = "removed"
	StreamChanged StreamChange = "changed"
	StreamSame    StreamChange = "same"
)

// StreamDiff is what changes of a stream.
type StreamDiff struct {
	Name    string             `json:"stream"` // its address where infrastructure as code has one
	Change  StreamChange       `json:"change"`
	Before  model.Maybe[State] `json:"before"`
	After   model.Maybe[State] `json:"after"`
	Monthly Money              `json:"monthly_usd"`
	Inputs  []InputChange      `json:"inputs"` // that moved, what matters most first
}

// State is what a stream is, what it needs, and what it costs.
type State struct {
	Stream model.Name       `json:"stream"`
	Region model.Region     `json:"region"`
	Mode   model.Mode       `json:"mode"`
	Shards model.Maybe[int] `json:"shards"` // it has, or is declared to have

	// What the traffic asks for; unknown where nothing says what is written.
	Needs    model.Maybe[int]  `json:"recommended_shards"`
	Feasible model.Maybe[bool] `json:"feasible"`
	Carries  model.Maybe[bool] `json:"carries"` // the mode, with its shards, the traffic
	Binding  []string          `json:"binding"`

	// Monthly is what the shards cost that it has, or else those that it needs. Without traffic
	// it is what is paid for no data.
	Monthly model.Maybe[unit.USD] `json:"monthly_usd"`
	Missing []string              `json:"missing"` // lines of cost whose price is not known
}

// InputChange is an input that moved, and what that does by itself: against everything after the
// change, but this as it was before.
type InputChange struct {
	Name   string                `json:"name"`
	Unit   string                `json:"unit"`
	Before any                   `json:"before"` // null where there was none
	After  any                   `json:"after"`
	Shards model.Maybe[int]      `json:"adds_shards"` // to those that the traffic asks for
	Adds   model.Maybe[unit.USD] `json:"adds_monthly_usd"`
}

// Side is one state of a stream that is compared.
type Side struct {
	Basis
	Workload model.Workload
	Name     string                  // its address or name
	Mode     model.Maybe[model.Mode] // where it is known
	Shards   model.Maybe[int]        // that it has or is declared to have
	Traffic  bool                    // something says what is written
}

// Pair is a stream before and after; one is nil where it is added or removed.
type Pair struct{ Before, After *Side }

// Compare returns what changes of streams. The error is the context's.
func Compare(ctx context.Context, pairs []Pair) (Diff, error) {
	d := Diff{Schema: DiffSchema, Streams: []StreamDiff{}, Warnings: []notice.Notice{}}
	d.Monthly = Money{Before: model.Known[unit.USD](0), After: model.Known[unit.USD](0)}
	silent := false
	for _, p := range pairs {
		p = p.withTraffic()
		one, err := p.compare(ctx)
		if err != nil {
			return d, err
		}
		d.Monthly.add(&one)
		silent = silent || p.Before != nil && !p.Before.Traffic || p.After != nil && !p.After.Traffic
		if one.Change == StreamSame {
			d.Unchanged++
			continue
		}
		d.Streams = append(d.Streams, one)
	}
	d.Monthly.subtract()
	slices.SortStableFunc(d.Streams, func(a, b StreamDiff) int {
		return cmp.Or(cmp.Compare(size(b.Monthly.Adds), size(a.Monthly.Adds)), cmp.Compare(a.Name, b.Name))
	})
	if silent {
		d.Warnings = append(d.Warnings, notice.CostWithoutData())
	}
	return d, ctx.Err()
}

// withTraffic returns a pair of which each side has the traffic of the other one, where that alone
// knows it, as a running stream does of a plan.
func (p Pair) withTraffic() Pair {
	if p.Before == nil || p.After == nil || p.Before.Traffic == p.After.Traffic {
		return p
	}
	if p.Before.Traffic {
		p.After = p.After.written(p.Before)
	} else {
		p.Before = p.Before.written(p.After)
	}
	return p
}

// written returns the side with the traffic of another.
func (s *Side) written(by *Side) *Side {
	side := *s
	side.Traffic, side.History, side.Evidence = true, by.History, by.Evidence
	side.Workload.Producer, side.Workload.CurrentShards = by.Workload.Producer, by.Workload.CurrentShards
	isWritten := func(in model.Input) bool { return strings.HasPrefix(in.Name, "producer.") }
	side.Inputs = slices.DeleteFunc(slices.Clone(s.Inputs), isWritten)
	for _, in := range by.Inputs {
		if isWritten(in) {
			side.Inputs = append(side.Inputs, in)
		}
	}
	return &side
}

// size orders differences: what is not known first, then the largest.
func size(adds model.Maybe[unit.USD]) unit.USD {
	if !adds.Known {
		return math.MaxInt64
	}
	return max(adds.Value, -adds.Value)
}

// add adds the money of a stream.
func (m *Money) add(s *StreamDiff) {
	sum := func(total *model.Maybe[unit.USD], state model.Maybe[State], one model.Maybe[unit.USD]) {
		if !state.Known {
			return
		}
		value, err := total.Value.Plus(one.Value)
		*total = model.Maybe[unit.USD]{Value: value, Known: total.Known && one.Known && err == nil}
	}
	sum(&m.Before, s.Before, s.Monthly.Before)
	sum(&m.After, s.After, s.Monthly.After)
}

func (m *Money) subtract() {
	if m.Before.Known && m.After.Known {
		m.Adds = model.Known(m.After.Value - m.Before.Value)
	}
}

// States returns both states of a stream, whether they differ or not, and what each costs, without
// the inputs that moved. What one side alone knows of traffic is that of both. The error is the
// context's.
func (p Pair) States(ctx context.Context) (StreamDiff, error) {
	p = p.withTraffic()
	return p.states(ctx)
}

func (p Pair) states(ctx context.Context) (StreamDiff, error) {
	out := StreamDiff{Inputs: []InputChange{}, Change: StreamChanged}
	none := model.Known[unit.USD](0)
	out.Monthly = Money{Before: none, After: none}
	for _, s := range []struct {
		side  *Side
		into  *model.Maybe[State]
		costs *model.Maybe[unit.USD]
	}{{p.Before, &out.Before, &out.Monthly.Before}, {p.After, &out.After, &out.Monthly.After}} {
		if s.side == nil {
			continue
		}
		state, err := s.side.state(ctx, &s.side.Workload)
		if err != nil {
			return out, err
		}
		out.Name, *s.into, *s.costs = s.side.Name, model.Known(state), state.Monthly
	}
	out.Monthly.subtract()
	switch {
	case p.Before == nil:
		out.Change = StreamAdded
	case p.After == nil:
		out.Change = StreamRemoved
	}
	return out, nil
}

// compare returns what changes of a stream.
func (p Pair) compare(ctx context.Context) (StreamDiff, error) {
	out, err := p.states(ctx)
	if err != nil || out.Change != StreamChanged {
		return out, err
	}
	if out.Inputs, err = p.inputs(ctx, &out); err != nil {
		return out, err
	}
	if len(out.Inputs) == 0 && out.Monthly.Adds.Value == 0 && out.Before.Value.Needs == out.After.Value.Needs {
		out.Change = StreamSame
	}
	return out, nil
}

// state returns what a stream is with a workload.
func (s *Side) state(ctx context.Context, w *model.Workload) (State, error) {
	out := State{Stream: w.Stream, Region: w.Region, Mode: cmp.Or(s.Mode.Value, model.Provisioned), Shards: s.Shards,
		Binding: []string{}, Missing: []string{}}
	shards := s.Shards
	if s.Traffic {
		p, err := s.quickPlan(ctx, w)
		if err != nil {
			return out, err
		}
		out.Needs, out.Feasible, out.Binding = model.Known(p.Shards.Recommended), model.Known(p.Feasible), p.Binding
		if !shards.Known {
			shards = out.Needs
		}
		fit, err := CarriesMode(ctx, &s.Basis, w, out.Mode, shards.Value)
		if err != nil {
			return out, ctx.Err()
		}
		out.Carries = model.Known(fit.Carries)
	}
	s.price(w, shards, &out)
	return out, nil
}

// price adds what a state costs a month, where its mode and its shards are known.
func (s *Side) price(w *model.Workload, shards model.Maybe[int], out *State) {
	if s.Tariff == nil || out.Mode == model.Provisioned && !shards.Known {
		return
	}
	bill, err := s.Tariff.Bill(s.Limits, w, out.Mode, max(1, shards.Value))
	if out.Missing = append(out.Missing, bill.Missing...); err == nil {
		out.Monthly = bill.Total
	}
}

// Names of changes that are no inputs of a workload.
const (
	modeInput   = "mode"
	shardsInput = "shards"
)

// mostMoved is how many inputs are looked at by themselves.
const mostMoved = 60

// inputs returns the inputs that moved between two sides, what matters most first.
func (p Pair) inputs(ctx context.Context, d *StreamDiff) ([]InputChange, error) {
	list := []InputChange{}
	before, after := &d.Before.Value, &d.After.Value
	if before.Mode != after.Mode {
		list = append(list, InputChange{Name: modeInput, Before: string(before.Mode), After: string(after.Mode)})
	}
	if before.Shards.Known && after.Shards.Known && before.Shards != after.Shards {
		list = append(list, InputChange{Name: shardsInput, Before: before.Shards.Value, After: after.Shards.Value})
	}
	list = append(list, p.moved()...)
	for i := range list {
		if i == mostMoved {
			break
		}
		if err := p.effect(ctx, &list[i], after); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(list, func(a, b InputChange) int {
		return cmp.Or(cmp.Compare(size(b.Adds), size(a.Adds)), cmp.Compare(magnitude(b.Shards), magnitude(a.Shards)))
	})
	return list, nil
}

func magnitude(n model.Maybe[int]) int { return max(n.Value, -n.Value) }

// moved returns the inputs that are not the same on both sides. A consumer that is on one side
// alone is one input.
func (p Pair) moved() (list []InputChange) {
	find := func(inputs []model.Input, name string) (model.Input, bool) {
		i := slices.IndexFunc(inputs, func(in model.Input) bool { return in.Name == name })
		if i < 0 {
			return model.Input{}, false
		}
		return inputs[i], true
	}
	add := func(of model.Input, before, after any) {
		name := of.Name
		if consumer, key := consumerOf(name); consumer != "" {
			if p.hasConsumer(consumer, p.Before) != p.hasConsumer(consumer, p.After) {
				if key != "type" {
					return
				}
				name = strings.TrimSuffix(name, ".type")
			}
		}
		list = append(list, InputChange{Name: name, Unit: of.Unit, Before: before, After: after})
	}
	for _, in := range p.After.Inputs {
		was, there := find(p.Before.Inputs, in.Name)
		switch {
		case notCompared(in.Name) || there && was.Value == in.Value:
		case there:
			add(in, was.Value, in.Value)
		default:
			add(in, nil, in.Value)
		}
	}
	for _, in := range p.Before.Inputs {
		if _, there := find(p.After.Inputs, in.Name); !there && !notCompared(in.Name) {
			add(in, in.Value, nil)
		}
	}
	return list
}

// notCompared reports whether an input is a name, or is compared as what the stream has.
func notCompared(name string) bool {
	return name == "stream" || name == "resource" || name == "current_shards" || name == modeInput || strings.HasSuffix(name, ".name")
}

// consumerOf returns the consumer that an input is of, and the key; "" of the stream's.
func consumerOf(name string) (consumer, key string) {
	rest, ok := strings.CutPrefix(name, "consumers.")
	if !ok {
		return "", ""
	}
	for _, f := range consumerKeys {
		if consumer, ok := strings.CutSuffix(rest, "."+f); ok {
			return consumer, f
		}
	}
	return "", ""
}

func (p Pair) hasConsumer(name string, side *Side) bool {
	return slices.ContainsFunc(side.Workload.Consumers, func(c model.Consumer) bool { return string(c.Name) == name })
}
