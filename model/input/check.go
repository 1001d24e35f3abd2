package input

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// check finds what is wrong between inputs that are each right by themselves.
func (r *resolver) check() {
	r.checkSizes()
	r.checkRates()
	r.checkSurge()
	r.checkEvent()
	r.checkKeys()
	seen := map[model.Name]bool{}
	for i := range r.w.Consumers {
		c, settings := &r.w.Consumers[i], r.declared.Consumers[i]
		path := r.path(i)
		if c.Name != "" && seen[c.Name] {
			r.reportAt(settings["name"], Error{Path: path + "name", Problem: "a second consumer of this name",
				Allowed: "each name once"})
		}
		seen[c.Name] = true
		r.checkSpeed(path, settings)
		r.checkFunction(path, c, settings)
		r.checkCatchUp(path, c, settings)
	}
	r.checkIDs()
}

// MostConsumers is more than any stream serves well: so many standard consumers that
// poll every 200 s use up a shard's calls.
const MostConsumers = 1000

// TooManyConsumers returns the fault of so many consumers. Where is the first that is one
// too many.
func TooManyConsumers(n int, where Position) Error {
	return Error{Path: "number of consumers", Where: where, Value: strconv.Itoa(n),
		Problem: "more than a stream can serve", Allowed: "at most " + strconv.Itoa(MostConsumers)}
}

// reportAt adds where a setting was written and what to a fault.
func (r *resolver) reportAt(s Setting, f Error) {
	f.Where, f.Value = s.Where, s.Text
	r.report(f)
}

func (r *resolver) checkSizes() {
	p := &r.w.Producer
	size, single := r.declared.Settings[recordSizeKey]
	several := len(r.declared.Sizes) > 0
	switch {
	case single && several:
		r.reportAt(size, Error{Path: recordSizeKey, Problem: "given besides record_sizes", Allowed: "one of the two"})
	case !single && !several && r.divides:
		r.reportNoSize("a bandwidth is divided by it")
	case !single && !several && p.Aggregation.Producers > 0:
		r.reportNoSize("how many records an aggregate takes depends on it")
	}
	if several {
		r.checkShares()
	}
	r.checkRecord(recordSizeKey, p.RecordSize, size)
	for i, s := range p.RecordSizes {
		r.checkRecord(SizePath(i, "")+"size", s.Size, r.declared.Sizes[i]["size"])
	}
}

// reportNoSize reports that the record size is missing, and what cannot do without it.
func (r *resolver) reportNoSize(why string) {
	r.report(Error{Path: recordSizeKey, Problem: "missing: " + why, Allowed: "1 B to 10 MiB", With: []string{RecordSizesKey}})
}

// checkRecord sees to it that a record fits into a stream with its key.
func (r *resolver) checkRecord(path string, size unit.Bytes, written Setting) {
	most, key := published.RecordSizeMost.Value, r.w.Producer.PartitionKeySize
	if size+key > most {
		r.reportAt(written, Error{Path: path,
			Problem: "with its partition key of " + key.Prose() + " larger than a record can be",
			Allowed: most.Prose() + " together", With: []string{RecordSizesKey, "producer.partition_key_size"}})
	}
}

// shareTolerance is what the sum of decimal shares may miss 1 by.
const shareTolerance = 1e-9

func (r *resolver) checkShares() {
	var sum float64
	for _, s := range r.w.Producer.RecordSizes {
		sum += float64(s.Share)
	}
	if math.Abs(sum-1) > shareTolerance {
		r.report(Error{Path: RecordSizesKey, Where: nearest(r.declared.Sizes[0]), Value: unit.Percent(sum, 6),
			Problem: "the shares do not add up to 100%", Allowed: "shares that add up to 1 or 100%"})
	}
}

func (r *resolver) checkRates() {
	p := &r.w.Producer
	average, hasAverage := r.declared.Settings[averageKey]
	peak, hasPeak := r.declared.Settings[peakKey]
	if !hasAverage && !hasPeak {
		r.report(Error{Path: averageKey, Problem: "missing, as is " + peakKey, Allowed: "one of the two or both",
			With: []string{peakKey}})
	}
	if hasAverage && hasPeak && p.Peak < p.Average {
		r.reportAt(peak, Error{Path: peakKey, Problem: "below the average of " + average.Text,
			Allowed: "the average or more", With: []string{averageKey}})
	}
}

func (r *resolver) checkSurge() {
	p := &r.w.Producer
	surge, hasSurge := r.declared.Settings[surgeKey]
	duration, hasDuration := r.declared.Settings[surgeTimeKey]
	switch {
	case hasSurge && !hasDuration:
		r.reportAt(surge, Error{Path: surgeKey, Problem: "a surge needs its duration", Allowed: "with " + surgeTimeKey})
	case hasDuration && !hasSurge:
		r.reportAt(duration, Error{Path: surgeTimeKey, Problem: "a surge needs its throughput",
			Allowed: "with " + surgeKey})
	case hasSurge && p.Surge.Throughput < p.Peak:
		r.reportAt(surge, Error{Path: surgeKey, Problem: "below the peak of " + p.Peak.Prose(),
			Allowed: "the peak or more", With: []string{averageKey, peakKey}})
	}
}

// checkEvent sees to it that an event is known as a whole.
func (r *resolver) checkEvent() {
	keys := [...]string{"event.factor", "event.from", "event.for"}
	for _, missing := range keys {
		if _, ok := r.declared.Settings[missing]; ok {
			continue
		}
		for _, key := range keys {
			if s, ok := r.declared.Settings[key]; ok {
				r.reportAt(s, Error{Path: key, Problem: "an event needs " + missing, Allowed: "with " + missing})
				return
			}
		}
	}
}

// checkSpeed sees to it that a consumer has one speed: its own, that of its threads, or
// that of its Lambda function.
func (r *resolver) checkSpeed(path string, settings Settings) {
	fn := isFunction(settings)
	_, perRecord := settings["per_record"]
	threads, hasThreads := settings["threads"]
	if hasThreads && !perRecord {
		r.reportAt(threads, Error{Path: path + "threads", Problem: "how long a thread takes for a record is missing",
			Allowed: "with per_record", With: []string{path + "per_record"}})
	}
	for _, key := range [...]string{"speed", "per_record", "workers"} {
		if s, ok := settings[key]; ok && fn {
			r.reportAt(s, Error{Path: path + key,
				Problem: "given besides a Lambda function, whose batch size and duration make the speed", Allowed: "one of the two"})
		}
	}
	if s, ok := settings["speed"]; ok && perRecord {
		r.reportAt(s, Error{Path: path + "speed", Problem: "given besides per_record, which makes the speed",
			Allowed: "one of the two"})
	}
}

// functionPrefix is what the keys of a function's settings begin with.
const functionPrefix = "lambda."

// isFunction reports whether something is set of a consumer's Lambda function.
func isFunction(settings Settings) bool {
	for key := range settings {
		if strings.HasPrefix(key, functionPrefix) {
			return true
		}
	}
	return false
}

// checkFunction sees to it that an invocation is as short as Lambda ends it: after the
// timeout, which Lambda bounds.
func (r *resolver) checkFunction(path string, c *model.Consumer, settings Settings) {
	most := published.LambdaTimeout.Value
	for _, run := range [...]struct {
		key  string
		took unit.Duration
	}{{"lambda.duration", c.Lambda.Duration}, {"lambda.timeout", c.Lambda.Timeout}} {
		if run.took > most && !bool(c.Lambda.ManagedInstances) {
			r.reportAt(settings[run.key], Error{Path: path + run.key, Problem: "longer than Lambda lets a function run",
				Allowed: "at most " + most.String() + "; " + published.ManagedTimeout.Value.String() +
					" with lambda.managed_instances: true", With: []string{path + "lambda.managed_instances"}})
		}
	}
	if t, ok := settings["lambda.timeout"]; ok && c.Lambda.Timeout < c.Lambda.Duration {
		r.reportAt(t, Error{Path: path + "lambda.timeout",
			Problem: "shorter than the duration of " + c.Lambda.Duration.String() + ": each invocation would be ended and fail",
			Allowed: "the duration or more", With: []string{path + "lambda.duration"}})
	}
	r.checkBatchingWindow(path, c, settings)
}

// checkBatchingWindow sees to it that a batching window is whole seconds, which the API
// takes.
func (r *resolver) checkBatchingWindow(path string, c *model.Consumer, settings Settings) {
	const second unit.Duration = 1e9
	if s, ok := settings["lambda.batching_window"]; ok && c.Lambda.BatchingWindow%second != 0 {
		r.reportAt(s, Error{Path: path + "lambda.batching_window", Problem: "not whole seconds, which Lambda counts",
			Allowed: "1s to 5m"})
	}
}

// checkCatchUp sees to it that a time to catch up is known where there is
// something to catch up with. One may be known besides: a replay has incidents that
// the workload does not.
func (r *resolver) checkCatchUp(path string, c *model.Consumer, settings Settings) {
	_, hasLatency := settings["latency"]
	for _, key := range [...]string{"outage", "reprocess", "backlog", "behind"} {
		if s, ok := settings[key]; ok && c.TimeToCatchUp() == 0 {
			r.reportAt(s, Error{Path: path + key, Problem: "no time is given to catch up in",
				Allowed: "with catch_up or latency",
				With:    []string{path + "catch_up", path + "latency"}})
		}
	}
	if s, ok := settings["behind"]; ok && c.Backlog > 0 {
		r.reportAt(s, Error{Path: path + "behind", Problem: "given besides backlog", Allowed: "one of the two"})
	}
	if bound, ok := settings["latency_bound"]; ok && (!hasLatency || c.AnyLatency) && c.LatencyBound == model.DelayBound {
		r.reportAt(bound, Error{Path: path + "latency_bound", Problem: "there is no latency to bound",
			Allowed: "with latency"})
	}
}

// checkIDs refuses names that give two constraints one id: the latency of a
// consumer "a.outage" and the outage of "a".
func (r *resolver) checkIDs() {
	owner := map[string]model.Name{}
	for _, c := range r.w.Consumers {
		if c.Latency > 0 {
			owner[string(c.Name)] = c.Name
		}
	}
	for i, c := range r.w.Consumers {
		for _, needs := range [...]struct {
			key      string
			declared bool
		}{{"outage", c.Outage > 0}, {"reprocess", c.Reprocess > 0}, {"backlog", c.Backlog > 0 || c.Behind > 0}} {
			if other, taken := owner[string(c.Name)+"."+needs.key]; needs.declared && taken {
				r.reportAt(r.declared.Consumers[i]["name"], Error{Path: r.path(i) + "name",
					Problem: fmt.Sprintf("its %s and the latency of %s would both be called acceptable-latency.%s",
						needs.key, other, other), Allowed: "another name for one of the two"})
			}
		}
	}
}
