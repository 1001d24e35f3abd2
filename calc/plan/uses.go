package plan

import (
	"strings"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
)

// priced are the inputs that a cost rests on besides.
var priced = []string{"retention", "producer.average"}

// Uses says of inputs, by their names, whether something reads them. One that is not
// in it is read by every answer.
type Uses map[string]bool

// UsesOf returns what the constraints of a workload read, and with a cost what that
// does.
func UsesOf(l *model.Limits, w *model.Workload, cost bool) Uses {
	u := Uses{}
	s := calc.NewSizing(l, w)
	for _, c := range calc.Constraints() {
		u.mark(w, c, -1, false)
	}
	for _, n := range s.Solve(nil) {
		if n.Constraint.Topic == "consumer-limit.bytes" && s.Standard == 0 {
			continue // it reads nothing of what nobody reads
		}
		u.mark(w, n.Constraint, n.Consumer, true)
	}
	if s.Standard > 0 && w.SizeReadsFor == model.ReadAverage {
		u.Read("producer.average")
	}
	u[compression] = false
	if cost {
		u.Read(priced...)
	}
	u.Read("growth", "event.factor", "event.from", "event.for")
	u["horizon"], u["confidence"] = w.Growth > 0, false
	return u
}

// OfPast are the inputs that an answer reads with a history.
var OfPast = []string{"horizon", "confidence"}

// compression is what advice alone reads.
const compression = "producer.compression"

// WithAdvice adds what advice reads besides.
func (u Uses) WithAdvice() Uses {
	u.Read(compression)
	return u
}

// Read adds inputs that are read.
func (u Uses) Read(names ...string) {
	for _, name := range names {
		u[name] = true
	}
}

// mark notes what a constraint reads of the workload and of a consumer: of all that
// it is about, for -1.
func (u Uses) mark(w *model.Workload, constraint *calc.Constraint, consumer int, read bool) {
	for _, key := range constraint.Reads.Workload {
		u[key] = read
	}
	for i := range w.Consumers {
		c := &w.Consumers[i]
		about := !constraint.OfStandard || c.Type == model.Standard
		if consumer == i || consumer < 0 && (about || !read) {
			for _, key := range constraint.Reads.Consumer {
				u[input.ConsumerPath(i, string(c.Name))+key] = read
			}
		}
	}
}

// defaultValues returns those of the inputs of a workload and of a consumer, by the
// last part of their names.
func defaultValues() map[string]any {
	values := map[string]any{}
	w, c := model.NewWorkload(), model.NewConsumer("")
	for _, f := range input.WorkloadFields() {
		values[lastPart(f.Key)], _ = f.At(&w).Measure()
	}
	for _, f := range input.ConsumerFields() {
		values[lastPart(f.Key)], _ = f.At(&c).Measure()
	}
	return values
}

func lastPart(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// Unused warns of inputs that were declared and that nothing reads. What says no more
// than the default does is no such input: a workload that was written down has it.
func (u Uses) Unused(inputs []model.Input) []notice.Notice {
	var list []notice.Notice
	defaults := defaultValues()
	for _, in := range inputs {
		declared := in.Source == model.File || in.Source == model.Flag
		if lastPart(in.Name) == "latency" && in.Value == input.AnyLatency {
			continue // it is one for a replay
		}
		if read, known := u[in.Name]; declared && known && !read && in.Value != defaults[lastPart(in.Name)] {
			list = append(list, notice.InputUnused(in.Name))
		}
	}
	return list
}
