package input

import (
	"fmt"
	"math"
	"strconv"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// check finds what is wrong between inputs that are each right by themselves.
func (r *resolver) check() {
	r.checkSizes()
	r.checkRates()
	r.checkSurge()
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
		r.checkCatchUp(path, c, settings)
	}
	r.checkIDs()
}

// MostConsumers is more than any stream serves: at the slowest polling of 10 s
// fifty standard consumers use up a shard's calls, and fifty is the most that
// enhanced fan-out takes.
const MostConsumers = 100

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

// checkSpeed sees to it that a consumer has one speed: its own, or that of its
// Lambda function, which needs both batch size and duration.
func (r *resolver) checkSpeed(path string, settings Settings) {
	_, speed := settings["speed"]
	batch, hasBatch := settings["lambda.batch_size"]
	duration, hasDuration := settings["lambda.duration"]
	factor, hasFactor := settings["lambda.parallelization_factor"]
	const rule = "lambda.batch_size with lambda.duration, parallelization_factor if wanted"
	switch {
	case hasBatch && !hasDuration:
		r.reportAt(batch, Error{Path: path + "lambda.batch_size", Problem: "the function's duration is missing",
			Allowed: rule})
	case hasDuration && !hasBatch:
		r.reportAt(duration, Error{Path: path + "lambda.duration", Problem: "the function's batch size is missing",
			Allowed: rule})
	case hasFactor && !hasBatch:
		r.reportAt(factor, Error{Path: path + "lambda.parallelization_factor",
			Problem: "the function's batch size and duration are missing", Allowed: rule})
	case speed && hasBatch:
		r.reportAt(settings["speed"], Error{Path: path + "speed",
			Problem: "given besides a Lambda function, whose batch size and duration make the speed", Allowed: "one of the two"})
	}
}

// checkCatchUp sees to it that a time to catch up is known where there is
// something to catch up with. One may be known besides: a replay has incidents that
// the workload does not.
func (r *resolver) checkCatchUp(path string, c *model.Consumer, settings Settings) {
	_, hasLatency := settings["latency"]
	for _, key := range [...]string{"outage", "reprocess"} {
		if s, ok := settings[key]; ok && c.TimeToCatchUp() == 0 {
			r.reportAt(s, Error{Path: path + key, Problem: "no time is given to catch up in",
				Allowed: "with catch_up or latency",
				With:    []string{path + "catch_up", path + "latency"}})
		}
	}
	if bound, ok := settings["latency_bound"]; ok && !hasLatency && c.LatencyBound == model.DelayBound {
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
		}{{"outage", c.Outage > 0}, {"reprocess", c.Reprocess > 0}} {
			if other, taken := owner[string(c.Name)+"."+needs.key]; needs.declared && taken {
				r.reportAt(r.declared.Consumers[i]["name"], Error{Path: r.path(i) + "name",
					Problem: fmt.Sprintf("its %s and the latency of %s would both be called acceptable-latency.%s",
						needs.key, other, other), Allowed: "another name for one of the two"})
			}
		}
	}
}
