package plan

import (
	"fmt"
	"math"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// ofLambda says what of a function's settings has no effect, and what they do to a record
// that fails.
func (a *assessment) ofLambda(list []notice.Notice, c *model.Consumer) []notice.Notice {
	name, l := string(c.Name), a.Limits
	size := a.Packing.Bare
	if a.Packing.On() {
		if factor := int(c.Lambda.ParallelizationFactor); factor > 1 {
			list = append(list, notice.FactorIdle(name, factor))
		}
		size = a.Packing.Size(a.Peak, a.Skew.Even(float64(a.recommended)))
		list = a.ofAggregatedDuration(list, c)
	}
	fn := calc.NewFunction(l, &c.Lambda)
	if batch, most := fn.Batch(size), float64(c.Lambda.BatchSize); batch < most && batch > 0 {
		list = append(list, notice.LambdaPayload(name, batch, most, l.LambdaPayload.Value, l.LambdaEnvelope.Value))
	}
	if every := l.LambdaPoll.Value; c.Type == model.Standard && c.PollInterval != every {
		list = append(list, notice.LambdaPoll(name, every, c.PollInterval))
	}
	list = a.ofManaged(list, c)
	return a.ofFailures(list, c)
}

// ofManaged holds what a mapping brings to Managed Instances against what it may.
func (a *assessment) ofManaged(list []notice.Notice, c *model.Consumer) []notice.Notice {
	most := a.Limits.ManagedBytes.Value
	brings := unit.BytesPerSecond(a.Peak * c.Processed() * a.Packing.Wire(a.Peak, float64(a.recommended)))
	if !bool(c.Lambda.ManagedInstances) || float64(brings) <= float64(most)*(1+calc.Tolerance) {
		return list
	}
	return append(list, notice.ManagedBandwidth(string(c.Name),
		unit.Grouped(float64(brings)/float64(unit.MiB), 1)+" MiB/s", most))
}

// ofConcurrency speaks up where functions run as often at once as their account may: about
// the one that runs the most often.
func (a *assessment) ofConcurrency(list []notice.Notice) []notice.Notice {
	shards := float64(a.recommended)
	total, most, busy := a.Concurrency(shards), a.MostConcurrency(), a.BusyConcurrency(shards)
	if total < most*(1-calc.Tolerance) && busy < most*(1-calc.Tolerance) {
		return list
	}
	var largest *model.Consumer
	for i := range a.Workload.Consumers {
		c := &a.Workload.Consumers[i]
		if c.IsFunction() && (largest == nil || a.ConcurrencyOf(c, shards) > a.ConcurrencyOf(largest, shards)) {
			largest = c
		}
	}
	if largest == nil {
		return list
	}
	of := fmt.Sprintf("%s × %d", unit.Plural(a.recommended, "shard"), a.Factor(largest))
	if z := largest.Lambda.ReservedConcurrency; z > 0 {
		of += ", of which it reserves " + unit.Grouped(float64(z), 0)
	}
	return append(list, notice.LambdaConcurrency(string(largest.Name), int(a.ConcurrencyOf(largest, shards)), of, total,
		most, busy))
}

// ofFailures says what becomes of a poison-pill record and its batch, where the mapping's
// settings for failures are declared, and of records that are older than it keeps.
func (a *assessment) ofFailures(list []notice.Notice, c *model.Consumer) []notice.Notice {
	fn := &c.Lambda
	_, bounded := fn.Retries.Most()
	if !bounded && fn.MaxRecordAge == 0 && fn.Timeout == 0 && !bool(fn.Bisect) && !bool(fn.PartialResponses) &&
		fn.OnFailure == "" {
		return list
	}
	blocked, why := a.blocked(c)
	list = append(list, notice.PoisonPill(string(c.Name), blocked, why, a.given(c)))
	for _, b := range [...]struct {
		of  string
		age unit.Duration
	}{{"an outage", c.Outage}, {"reprocessing", c.Reprocess}, {"its backlog", a.behind(c)}} {
		if fn.MaxRecordAge > 0 && min(b.age, a.Workload.Retention) > fn.MaxRecordAge {
			list = append(list, notice.RecordAge(string(c.Name), fn.MaxRecordAge, b.age, b.of))
		}
	}
	return list
}

// blocked returns for how long a poison-pill record blocks its shard, and why so long: until
// it was tried as often as it may be, or is as old as the mapping or the stream lets it get.
func (a *assessment) blocked(c *model.Consumer) (time, why string) {
	fn := &c.Lambda
	longest, why := a.Workload.Retention, "it is tried until it expires"
	if fn.MaxRecordAge > 0 && fn.MaxRecordAge < longest {
		longest, why = fn.MaxRecordAge, "its maximum record age"
	}
	n, bounded := fn.Retries.Most()
	if !bounded {
		return longest.String(), why
	}
	attempts := 1 + n
	if fn.Bisect {
		attempts += halvings(fn.BatchSize) // which are not counted as retries
	}
	each, long := fn.Duration, "the duration"
	if fn.Timeout > 0 {
		each, long = fn.Timeout, "the timeout"
	}
	tries := unit.Plural(attempts, "attempt")
	if each == 0 {
		return tries, "the duration of which is not known"
	}
	if took := unit.Duration(attempts) * each; took < longest {
		return took.String(), fmt.Sprintf("%s of up to %s, %s", tries, each, long)
	}
	return longest.String(), why
}

// halvings returns how often a batch is halved until a record is alone: ⌈log₂ batch⌉.
func halvings(batch unit.Count) int { return int(math.Ceil(math.Log2(float64(batch)))) }

// given returns what becomes of what is given up.
func (a *assessment) given(c *model.Consumer) string {
	fn := &c.Lambda
	what := fmt.Sprintf("Its whole batch, of up to %s, is then", unit.Plural(int(fn.BatchSize), "record"))
	if fn.BatchSize == 1 || bool(fn.Bisect) || bool(fn.PartialResponses) {
		what = "It alone is then"
	}
	switch fn.OnFailure {
	case "":
		return what + " lost without a trace, unless a destination is named ({consumer.lambda.on_failure})."
	case model.ToS3:
		return what + " written to S3."
	}
	return fmt.Sprintf("%s given up, and %s gets where in the stream it was: fetch it within the retention of %s.", what,
		fn.OnFailure, a.Workload.Retention)
}
