package calc

import (
	"fmt"
	"strings"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
)

// reads are the inputs that a kind of constraint rests on besides those that every
// plan does: keys of the workload, and of the consumer that it is about.
var reads = [...]struct{ workload, consumer []string }{
	ProducerBytesSurge:   {workload: []string{"producer.surge.throughput", "producer.surge.duration"}},
	ProducerRecordsSurge: {workload: []string{"producer.surge.throughput", "producer.surge.duration"}},
	ConsumerBytes:        {workload: []string{"size_reads_for"}},
	ConsumerCalls:        {consumer: []string{"poll_interval"}},
	ConsumerGetRecords:   {workload: []string{"size_reads_for"}, consumer: []string{"poll_interval"}},
	ConsumptionSpeed:     {consumer: []string{"speed", "lambda.batch_size", "lambda.duration", "lambda.parallelization_factor"}},
	Latency:              {consumer: []string{"latency", "latency_bound"}},
	Outage:               {workload: []string{"retention"}, consumer: []string{"outage", "catch_up"}},
	Reprocess:            {workload: []string{"retention", "producer.average"}, consumer: []string{"reprocess", "catch_up"}},
}

// priced are the inputs that a cost rests on besides.
var priced = []string{"retention", "producer.average"}

// Uses says of inputs, by their names, whether something reads them. One that is not
// in it is read by every answer.
type Uses map[string]bool

// UsesOf returns what the constraints of a workload read, and with a cost what that
// does.
func UsesOf(l *model.Limits, w *model.Workload, cost bool) Uses {
	u := Uses{}
	s := newSituation(l, w)
	for k := range reads {
		u.mark(w, Kind(k), -1, false)
	}
	for _, n := range s.solve(nil) {
		if n.Kind == ConsumerBytes && s.standard == 0 {
			continue // it reads nothing of what nobody reads
		}
		u.mark(w, n.Kind, n.Consumer, true)
	}
	if s.standard > 0 && w.SizeReadsFor == model.ReadAverage {
		u.Read("producer.average")
	}
	if cost {
		u.Read(priced...)
	}
	return u
}

// Read adds inputs that are read.
func (u Uses) Read(names ...string) {
	for _, name := range names {
		u[name] = true
	}
}

// mark notes what a kind reads of the workload and of a consumer: of all that it is
// about, for -1.
func (u Uses) mark(w *model.Workload, k Kind, consumer int, read bool) {
	for _, key := range reads[k].workload {
		u[key] = read
	}
	for i := range w.Consumers {
		c := &w.Consumers[i]
		polls := c.Type == model.Standard || kinds[k].perConsumer
		if consumer == i || consumer < 0 && (polls || !read) {
			for _, key := range reads[k].consumer {
				u[input.ConsumerPath(i, string(c.Name))+key] = read
			}
		}
	}
}

// defaultValues are those of the inputs of a workload and of a consumer, by the last
// part of their names.
func defaultValues() map[string]any {
	values := map[string]any{}
	w, c := model.NewWorkload(), model.NewConsumer("")
	for _, f := range input.WorkloadFields() {
		values[f.Key[strings.LastIndexByte(f.Key, '.')+1:]], _ = f.At(&w).Measure()
	}
	for _, f := range input.ConsumerFields() {
		values[f.Key[strings.LastIndexByte(f.Key, '.')+1:]], _ = f.At(&c).Measure()
	}
	return values
}

// Unused warns of inputs that were declared and that nothing reads. What says no more
// than the default does is no such input: a workload that was written down has it.
func (u Uses) Unused(inputs []model.Input) []notice.Notice {
	var list []notice.Notice
	defaults := defaultValues()
	for _, in := range inputs {
		declared := in.Source == model.File || in.Source == model.Flag
		key := in.Name[strings.LastIndexByte(in.Name, '.')+1:]
		if read, known := u[in.Name]; declared && known && !read && in.Value != defaults[key] {
			list = append(list, notice.Notice{ID: idInputUnused + "." + in.Name,
				Message: fmt.Sprintf("%s is declared, and changes nothing: nothing in this answer rests on it.", in.Name),
				Remedy:  "Leave it out, or declare what it is for: 'kcalc explain ceilings' says what reads it."})
		}
	}
	return list
}
