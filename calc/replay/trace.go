package replay

import "github.com/kcalc/kcalc/model"

// trace keeps a run over time, in equal parts. A nil trace keeps nothing.
type trace struct {
	seconds float64
	Series
}

// stretch is a time from one moment to another.
type stretch struct{ from, to float64 }

// newTrace returns a trace of so many parts; nil if there are none.
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

// eachPart visits the parts that a stretch lies in, with what of it lies in each.
func (t *trace) eachPart(s stretch, visit func(part int, within stretch)) {
	last := len(t.Offered) - 1
	for k := min(int(s.from/t.seconds), last); k <= last && (float64(k)*t.seconds < s.to || s.from == s.to); k++ {
		end := min(s.to, float64(k+1)*t.seconds)
		if k == last {
			end = s.to
		}
		visit(k, stretch{max(s.from, float64(k)*t.seconds), end})
		if s.from == s.to {
			return
		}
	}
}

// addOffered keeps what is offered from one time to another.
func (t *trace) addOffered(r *run, from, to float64) {
	if t == nil {
		return
	}
	utilization, rate := r.producers.utilization(), r.producers.offered.records
	t.eachPart(stretch{from, to}, func(k int, within stretch) {
		t.Offered[k] += rate * (within.to - within.from)
		t.Write[k] = max(t.Write[k], utilization)
		t.Shards[k] = max(t.Shards[k], r.shards)
	})
}

// addThrottled keeps how many records were in excess from one time to another.
func (t *trace) addThrottled(from, to, records float64) {
	if t == nil {
		return
	}
	t.eachPart(stretch{from, to}, func(k int, within stretch) {
		t.Throttled[k] += records * (within.to - within.from) / (to - from)
	})
}

// addAge keeps the iterator age of a consumer, which goes along a line from its age at
// one time to that at another.
func (t *trace) addAge(consumer int, s stretch, before, after float64) {
	if t == nil {
		return
	}
	ages := t.Ages[consumer].Seconds
	slope := (after - before) / (s.to - s.from)
	t.eachPart(s, func(k int, within stretch) {
		ages[k] = max(ages[k], before+slope*(within.from-s.from), before+slope*(within.to-s.from))
	})
}
