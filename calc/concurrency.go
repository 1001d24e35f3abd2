package calc

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Lambda runs at most F invocations of a function for each shard at once, the
// parallelization factor, and no more of all shards than it has reserved, Z: min(N·F, Z).
// All functions of an account share its concurrency. So this is a limit that more shards
// come closer to.
//
// Source: Lambda Developer Guide, "Using Lambda with Kinesis", and the page of quotas.

// Concurrency returns how many invocations of all functions may run at once on so many
// shards, those of the account's other functions included.
func (s *Sizing) Concurrency(shards float64) float64 {
	total := float64(s.Workload.Account.LambdaUsed)
	for i := range s.Workload.Consumers {
		total += s.ConcurrencyOf(&s.Workload.Consumers[i], shards)
	}
	return total
}

// ConcurrencyOf returns how many invocations of a consumer's function may run at once on
// so many shards: min(N·F, Z). It is 0 of a consumer that is no function.
func (s *Sizing) ConcurrencyOf(c *model.Consumer, shards float64) float64 {
	if !c.IsFunction() {
		return 0
	}
	fn := NewFunction(s.Limits, &c.Lambda)
	return fn.atOnce(shards * s.factor(c))
}

// Factor returns F: the parallelization factor, which has no effect on aggregates.
func (s *Sizing) Factor(c *model.Consumer) int {
	if s.Packing.On() {
		return 1
	}
	return int(c.Lambda.ParallelizationFactor)
}

func (s *Sizing) factor(c *model.Consumer) float64 { return float64(s.Factor(c)) }

// MostConcurrency returns how many invocations an account may run at once.
func (s *Sizing) MostConcurrency() float64 {
	if n := s.Workload.Account.LambdaConcurrency; n > 0 {
		return float64(n)
	}
	return float64(s.Limits.LambdaConcurrency.Value)
}

// BusyConcurrency returns how many invocations run at once on average at the peak, in full
// batches: f·P × duration ÷ batch. What is not known of it counts as nothing.
func (s *Sizing) BusyConcurrency(shards float64) float64 {
	total := float64(s.Workload.Account.LambdaUsed)
	for i := range s.Workload.Consumers {
		c := &s.Workload.Consumers[i]
		if t := s.speedTerm(c, s.Peak, s.Peak); c.Lambda.Duration > 0 {
			fn := NewFunction(s.Limits, &c.Lambda)
			total += t.moved / fn.PackedSpeed(&s.Packing, s.Peak, s.Skew.Even(shards))
		}
	}
	return total
}

// concurrencyFormula writes Σ min(N·F, Z), and what others use.
func concurrencyFormula(s *Sizing, shards float64) string {
	var parts []string
	for i := range s.Workload.Consumers {
		c := &s.Workload.Consumers[i]
		if !c.IsFunction() {
			continue
		}
		text := fmt.Sprintf("%s × %s", unit.Plural(int(math.Ceil(shards)), "shard"), unit.Grouped(s.factor(c), 0))
		if z := c.Lambda.ReservedConcurrency; z > 0 {
			text = "min(" + text + ", " + unit.Grouped(float64(z), 0) + ")"
		}
		parts = append(parts, text)
	}
	slices.SortFunc(parts, func(a, b string) int { return strings.Compare(b, a) }) // whatever the order of consumers
	if used := s.Workload.Account.LambdaUsed; used > 0 {
		parts = append(parts, unit.Grouped(float64(used), 0)+" of other functions")
	}
	const most = 4
	if rest := len(parts) - most; rest > 1 {
		parts = append(parts[:most], fmt.Sprintf("%d more", rest))
	}
	return strings.Join(parts, " + ") + ", of " + unit.Grouped(s.MostConcurrency(), 0) + " at once"
}

// Invocations returns about how many invocations of a consumer's function begin a second
// when user records come at a rate to so many shards, and how many Kinesis records each
// has. What comes within a poll, or within the batching window, is one batch for each of
// the F invocations of a shard; it is more where they are busy all the time, and at most
// what an invocation takes:
//
//	records = min(batch, max(1, r·τ/F, r·duration/min(F, Z/N))), invocations = N·r/records
//
// with r the Kinesis records a second of a shard that pass the filter, and τ the longer of
// the window and the time between two reads.
func (s *Sizing) Invocations(c *model.Consumer, rate, shards float64) (perSecond, records float64) {
	fn := NewFunction(s.Limits, &c.Lambda)
	r := rate * c.Processed() / s.Packing.PerRecord(rate, shards) / shards
	if r == 0 {
		return 0, 0
	}
	every := c.PollInterval
	if c.Type == model.EnhancedFanOut {
		every = s.Limits.FanOutDelay.Value
	}
	every = max(every, c.Lambda.BatchingWindow)
	lanes := fn.atOnce(shards*s.factor(c)) / shards
	took, full := fn.Takes(&s.Packing, rate, shards)
	records = math.Max(1, r*every.Seconds()/s.factor(c))
	if !fn.perUser {
		records = math.Max(records, r*took/lanes)
	}
	records = math.Min(records, math.Max(1, full))
	perSecond = shards * r / records
	if fn.perUser {
		took *= records / full // as long as its records take
	}
	if took > 0 {
		perSecond = math.Min(perSecond, shards*lanes/took) // where it cannot keep up
	}
	return perSecond, records
}

// ReadShare returns the bytes a second that a consumer gets of a shard: an even share of
// what standard consumers read together, or what enhanced fan-out has for each.
func (s *Sizing) ReadShare(c *model.Consumer) unit.BytesPerSecond {
	if c.Type == model.EnhancedFanOut {
		return s.Limits.FanOutBytes.Value
	}
	return s.Limits.ShardReadBytes.Value / unit.BytesPerSecond(s.Standard)
}

// ShardSpeed returns the user records a second that a consumer gets through of what each of
// so many shards brings, 0 where that is not known.
func (s *Sizing) ShardSpeed(c *model.Consumer, shards float64) float64 {
	return s.processed(c, s.Skew.Even(shards))
}
