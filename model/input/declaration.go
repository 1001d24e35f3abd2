package input

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Setting is an input as it was written.
type Setting struct {
	Text   string
	Source model.Source
	Where  Position

	// Unreadable is a setting that is there, but has a fault of form that the
	// draft holds already: nothing follows from it.
	Unreadable bool
}

// Settings are inputs by the key of their field.
type Settings map[string]Setting

// AggregationKey is the setting that turns aggregation on with its defaults.
// Its text is not looked at.
const AggregationKey = "producer.aggregation"

const (
	recordSizeKey  = "producer.record_size"
	RecordSizesKey = "producer.record_sizes"
	averageKey     = "producer.average"
	peakKey        = "producer.peak"
	surgeKey       = "producer.surge.throughput"
	surgeTimeKey   = "producer.surge.duration"
)

// Declaration is a workload as it was written, layer over layer: text, not yet known
// to make sense.
type Declaration struct {
	Settings  Settings
	Sizes     []Settings // producer.record_sizes
	Consumers []Settings
	Replaced  []ReplacedConsumer
	Placed    *model.Placement // of keys that were counted one by one; nil where they were not
	Errors    Errors           // what could not be read at all; one without a path hides all that follows from it
}

// ReplacedConsumer is a consumer of which a later layer has one of the same name, and what
// was declared of it that so does not count any more, in the order of the fields.
type ReplacedConsumer struct {
	Name string
	Keys []string
}

// Merge lays another layer over d. A setting replaces the one of its key, a
// consumer the one of its name as a whole, aggregation too, and record_size and
// record_sizes each other. A consumer of which nothing but settings of its function are
// given changes those of the function that is there.
func (d *Declaration) Merge(top Declaration) {
	if d.Settings == nil {
		d.Settings = Settings{}
	}
	if _, ok := top.Settings[recordSizeKey]; ok {
		d.Sizes = nil
	}
	if len(top.Sizes) > 0 {
		d.Sizes = top.Sizes
		delete(d.Settings, recordSizeKey)
	}
	if _, ok := top.Settings[AggregationKey]; ok {
		maps.DeleteFunc(d.Settings, func(key string, _ Setting) bool { return strings.HasPrefix(key, AggregationKey) })
	}
	maps.Copy(d.Settings, top.Settings)
	if top.Placed != nil {
		d.Placed = top.Placed
	}
	d.mergeConsumers(top.Consumers)
	d.Replaced = append(d.Replaced, top.Replaced...)
	d.Errors = append(d.Errors, top.Errors...)
}

func (d *Declaration) mergeConsumers(top []Settings) {
	replaced := map[string]bool{}
	for i, c := range top {
		name := c["name"].Text
		below := slices.IndexFunc(d.Consumers, func(b Settings) bool { return b["name"].Text == name })
		if !replaced[name] && below >= 0 && isFunction(d.Consumers[below]) && onlyFunction(c) {
			top = slices.Clone(top)
			top[i] = maps.Clone(d.Consumers[below])
			maps.Copy(top[i], c)
		}
		if !replaced[name] && below >= 0 {
			d.noteReplaced(name, d.Consumers[below], top[i])
		}
		replaced[name] = true
	}
	d.Consumers = slices.DeleteFunc(slices.Clone(d.Consumers),
		func(c Settings) bool { return replaced[c["name"].Text] })
	d.Consumers = append(d.Consumers, top...)
}

// noteReplaced notes what was declared of a consumer, not measured, and is not in what
// replaces it. A speed is meant to replace a function, and a function a speed.
func (d *Declaration) noteReplaced(name string, below, top Settings) {
	gone := ReplacedConsumer{Name: name}
	_, speed := top["speed"]
	for i := range consumerFields {
		key := consumerFields[i].Key
		was, ok := below[key]
		meant := speed && strings.HasPrefix(key, functionPrefix) || isFunction(top) && key == "speed"
		if _, again := top[key]; ok && !again && !meant && was.Source != model.Measured {
			gone.Keys = append(gone.Keys, key)
		}
	}
	if gone.Keys != nil {
		d.Replaced = append(d.Replaced, gone)
	}
}

// onlyFunction reports whether nothing but settings of a function are given of a consumer.
func onlyFunction(c Settings) bool {
	for key := range c {
		if key != "name" && !strings.HasPrefix(key, functionPrefix) {
			return false
		}
	}
	return isFunction(c)
}

// Resolve returns the workload that the draft declares, and every input with
// its source. The error is Faults, and all of them.
func (d *Declaration) Resolve() (model.Workload, []model.Input, error) {
	r := resolver{declared: d, w: model.NewWorkload(), errs: slices.Clone(d.Errors), failed: map[string]bool{}}
	for _, f := range d.Errors {
		if f.Path == "" {
			return model.Workload{}, nil, d.Errors
		}
		r.failed[f.Path] = r.failed[f.Path] || !f.Beside
	}
	r.sizes()
	if _, ok := d.Settings[AggregationKey]; ok {
		r.w.Producer.Aggregation = model.DefaultAggregation()
	}
	apply(&r, &r.w, workloadFields, d.Settings, "")
	r.rates()
	r.skew()
	r.consumers()
	r.check()
	if len(r.errs) > 0 {
		r.errs.Sort()
		return model.Workload{}, nil, r.errs
	}
	return r.w, r.inputs(), nil
}

// resolver turns a draft into a workload.
type resolver struct {
	declared *Declaration
	w        model.Workload
	errs     Errors
	failed   map[string]bool // paths that have a fault of their own
	paths    []string        // what those of the consumers' inputs begin with
	divides  bool            // there is a bandwidth, and no record size to divide it by
}

// apply sets the fields of t to the settings that it has.
func apply[T any](r *resolver, t *T, fields []Field[T], settings Settings, prefix string) {
	for i := range fields {
		f := &fields[i]
		s, ok := settings[f.Key]
		switch {
		case ok && s.Unreadable:
			r.failed[prefix+f.Key] = true
		case ok:
			err := f.set(t, s.Text)
			if err == nil {
				continue
			}
			if err == errNoRecordSize {
				r.divides = true
			} else {
				r.report(Error{Path: prefix + f.Key, Where: s.Where, Value: s.Text, Problem: err.Error(),
					Allowed: f.Allowed, Choices: f.choices(t)})
			}
			r.failed[prefix+f.Key] = true
		case f.Required:
			r.report(Error{Path: prefix + f.Key, Where: nearest(settings), Problem: "missing", Allowed: f.Allowed})
			r.failed[prefix+f.Key] = true
		}
	}
}

// nearest returns where the first of a group of settings was written.
func nearest(settings Settings) Position {
	var first Position
	for _, s := range settings {
		if first == (Position{}) || s.Where.Line < first.Line || s.Where.Line == first.Line &&
			s.Where.Column < first.Column {
			first = s.Where
		}
	}
	return first
}

// report reports f, unless it follows from one that was reported.
func (r *resolver) report(f Error) {
	if r.hasFailed(f.Path) || slices.ContainsFunc(f.With, r.hasFailed) {
		return
	}
	r.errs = append(r.errs, f)
}

// hasFailed reports whether a path, or a group that it belongs to, has a fault of
// its own.
func (r *resolver) hasFailed(path string) bool {
	for end := len(path); end > 0; end = strings.LastIndexByte(path[:end], '.') {
		if r.failed[path[:end]] {
			return true
		}
	}
	return false
}

// sizes reads record_sizes and makes their mean the record size.
func (r *resolver) sizes() {
	var mean, total float64
	for i, settings := range r.declared.Sizes {
		var s model.SizeShare
		path := SizePath(i, "")
		apply(r, &s, sizeFields, settings, path)
		if r.hasFailed(path+"size") || r.hasFailed(path+"share") {
			r.failed[RecordSizesKey] = true
		}
		r.w.Producer.RecordSizes = append(r.w.Producer.RecordSizes, s)
		mean += float64(s.Size) * float64(s.Share)
		total += float64(s.Share)
	}
	if total > 0 {
		r.w.Producer.RecordSize = unit.Bytes(mean / total)
	}
}

// SizePath returns what the paths of one of several record sizes begin with. It has
// no name.
func SizePath(i int, _ string) string { return fmt.Sprintf("%s[%d].", RecordSizesKey, i) }

// rates fills the one of average and peak that was not declared.
func (r *resolver) rates() {
	p := &r.w.Producer
	_, average := r.declared.Settings[averageKey]
	_, peak := r.declared.Settings[peakKey]
	switch {
	case !average:
		p.Average = p.Peak
	case !peak:
		p.Peak = p.Average
	}
}

// consumers reads as many consumers as a stream can serve. Of more than that no
// more is reported than that they are too many.
func (r *resolver) consumers() {
	list := r.declared.Consumers
	if n := len(list); n > MostConsumers {
		r.report(TooManyConsumers(n, nearest(list[MostConsumers])))
		list = list[:MostConsumers]
	}
	r.paths = consumerPaths(list)
	for i, c := range list {
		r.consumer(i, c)
	}
}

func (r *resolver) consumer(i int, settings Settings) {
	c := model.NewConsumer("")
	if isFunction(settings) {
		c.Lambda.BatchSize, c.Lambda.ParallelizationFactor = model.DefaultBatch, 1
	}
	apply(r, &c, consumerFields, r.inRecords(settings, r.path(i)), r.path(i))
	r.w.Consumers = append(r.w.Consumers, c)
}

// inRecords returns the settings of a consumer with its speeds in records a second, where
// they are bandwidths.
func (r *resolver) inRecords(settings Settings, path string) Settings {
	converted := settings
	for _, key := range [...]string{"speed", "total_speed"} {
		s, ok := settings[key]
		if !ok || s.Unreadable {
			continue
		}
		parsed, err := unit.ParseRate(s.Text)
		size := r.w.Producer.RecordSize
		switch {
		case err != nil || !parsed.IsBandwidth():
			continue // with its own fault, if it has one
		case size <= 0:
			s.Unreadable, r.divides = true, true
		default:
			s.Text = parsed.Records(size).String()
		}
		converted = maps.Clone(converted)
		converted[key] = s
	}
	return converted
}

// path returns what the paths of a consumer's inputs begin with.
func (r *resolver) path(i int) string { return r.paths[i] }

// consumerPaths returns what the paths of each consumer's inputs begin with. A second
// consumer of a name goes by its place, so that its errors are reported as well.
func consumerPaths(list []Settings) []string {
	paths := make([]string, len(list))
	seen := map[string]bool{}
	for i, c := range list {
		name := c["name"].Text
		if seen[name] {
			name = ""
		}
		seen[c["name"].Text] = true
		paths[i] = ConsumerPath(i, name)
	}
	return paths
}

// ConsumerPath returns what the paths of a consumer's inputs begin with.
func ConsumerPath(i int, name string) string {
	if model.NameExpr.MatchString(name) {
		return "consumers." + name + "."
	}
	return fmt.Sprintf("consumers[%d].", i)
}

// inputs lists what the workload rests on. What was not declared and has no
// default is not listed.
func (r *resolver) inputs() []model.Input {
	list := inputs(nil, &r.w, workloadFields, r.declared.Settings, "")
	if r.w.Producer.Placed != nil { // which says the skew of each number of shards
		list = slices.DeleteFunc(list, func(in model.Input) bool { return in.Name == skewKey })
	}
	for i := range r.w.Producer.RecordSizes {
		list = inputs(list, &r.w.Producer.RecordSizes[i], sizeFields, r.declared.Sizes[i], SizePath(i, ""))
	}
	for i := range list {
		if list[i].Name == recordSizeKey && len(r.declared.Sizes) > 0 {
			list[i].Source = r.declared.Sizes[0]["size"].Source
		}
	}
	for i := range r.w.Consumers {
		list = inputs(list, &r.w.Consumers[i], consumerFields, r.declared.Consumers[i], r.path(i))
	}
	return list
}

func inputs[T any](list []model.Input, t *T, fields []Field[T], settings Settings, prefix string) []model.Input {
	for i := range fields {
		f := &fields[i]
		setting, declared := settings[f.Key]
		if !declared {
			if !f.Given(t) {
				continue
			}
			setting.Source = model.Default
		}
		at := f.at(t)
		in := model.Input{Name: prefix + f.Key, Source: setting.Source}
		in.Value, in.Unit = at.Measure()
		if r, ok := at.(interface{ text() string }); ok && declared {
			in.Text = r.text()
		}
		list = append(list, in)
	}
	return list
}

// JoinConsumer returns a measured consumer with what was declared of it. A declared speed
// replaces that of a function, and a function a speed that was measured. With a declared
// batch size the measured duration is not used: it was that of another batch.
func JoinConsumer(measured, declared Settings) Settings {
	both := Settings{}
	_, speed := declared["speed"]
	_, batch := declared["lambda.batch_size"]
	function := false
	for key := range declared {
		function = function || strings.HasPrefix(key, "lambda.")
	}
	for key, s := range measured {
		switch {
		case speed && strings.HasPrefix(key, "lambda."):
		case function && key == "speed":
		case batch && key == "lambda.duration":
		default:
			both[key] = s
		}
	}
	for key, s := range declared {
		both[key] = s
	}
	return both
}
