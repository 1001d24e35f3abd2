package replay

import "github.com/kcalc/kcalc/model"

// trace keeps a run over time, in equal parts. No trace keeps nothing.
type trace struct {
	seconds float64
	Series
}

// newTrace makes a trace of so many parts; nil if there are none.
func newTrace(seconds float64, parts int, consumers []model.Consumer) *trace {
	if parts <= 0 || seconds <= 0 {
		return nil
	}
	t := &trace{seconds: seconds / float64(parts)}
	t.Series = Series{Seconds: t.seconds, Offered: make([]float64, parts), Throttled: make([]float64, parts),
		Write: make([]float64, parts), Shards: make([]float64, parts), Ages: []Ages{}}
	for i := range consumers {
		t.Ages = append(t.Ages, Ages{consumers[i].Name, make([]float64, parts)})
	}
	return t
}

// parts visits the parts that a stretch of time lies in, with how much of it lies
// in each.
func (t *trace) parts(from, to float64, visit func(part int, from, to float64)) {
	last := len(t.Offered) - 1
	for k := min(int(from/t.seconds), last); k <= last && (float64(k)*t.seconds < to || from == to); k++ {
		end := min(to, float64(k+1)*t.seconds)
		if k == last {
			end = to
		}
		visit(k, max(from, float64(k)*t.seconds), end)
		if from == to {
			return
		}
	}
}

// write keeps what is offered.
func (t *trace) write(r *run, from, to float64) {
	if t == nil {
		return
	}
	load, rate := r.producers.load(), r.producers.offered.records
	t.parts(from, to, func(k int, from, to float64) {
		t.Offered[k] += rate * (to - from)
		t.Write[k] = max(t.Write[k], load)
		t.Shards[k] = max(t.Shards[k], r.shards)
	})
}

// throttle keeps what is throttled.
func (t *trace) throttle(from, to, records float64) {
	if t == nil {
		return
	}
	t.parts(from, to, func(k int, begins, ends float64) {
		t.Throttled[k] += records * (ends - begins) / (to - from)
	})
}

// age keeps the iterator age of a reader, which goes along a line.
func (t *trace) age(r *consumerState, from, to, was, is float64) {
	if t == nil {
		return
	}
	ages := t.Ages[r.index].Seconds
	slope := (is - was) / (to - from)
	t.parts(from, to, func(k int, begins, ends float64) {
		ages[k] = max(ages[k], was+slope*(begins-from), was+slope*(ends-from))
	})
}
