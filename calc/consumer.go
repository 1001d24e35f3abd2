package calc

import (
	"fmt"
	"strings"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// consumerLimit are the constraints of what all standard consumers read of a shard
// together: m·B·w/Rb bytes, GetRecords calls, and what one call returns.
var consumerLimit = []*Constraint{
	{
		Topic: "consumer-limit.bytes", Family: "consumer-limit", Headroom: true,
		Reads:   Reads{Workload: []string{"size_reads_for"}},
		applies: hasSize,
		terms: func(s Sizing, _ *model.Consumer) terms {
			read := s.readRate()
			return terms{
				{counts: bytesWritten, moved: s.Standard * read, packed: read, limit: float64(s.Limits.ShardReadBytes.Value)},
			}
		},
		moved: readText,
		lever: peakLever,
		rate:  readRate,
	},
	{
		Topic: "consumer-limit.calls", Family: "consumer-limit", OfStandard: true,
		Reads:   Reads{Consumer: []string{"poll_interval"}},
		applies: always,
		measure: &measure{
			unit:    "calls/s",
			of:      func(s Sizing, _ float64) float64 { return s.Calls },
			limit:   func(s Sizing) float64 { return s.Limits.ShardReadCalls.Value },
			formula: callsFormula,
		},
	},
	{
		Topic: "consumer-limit.concurrency", Family: "consumer-limit",
		Reads: Reads{
			Workload: []string{"account.lambda_concurrency", "account.lambda_used"},
			Consumer: []string{"lambda.batch_size", "lambda.parallelization_factor", "lambda.reserved_concurrency"},
		},
		applies: func(s Sizing, _ *model.Consumer) bool { return s.functions > 0 },
		measure: &measure{
			unit:    "at once",
			of:      func(s Sizing, shards float64) float64 { return s.Concurrency(shards) },
			limit:   func(s Sizing) float64 { return s.MostConcurrency() },
			formula: concurrencyFormula,
		},
	},
	{
		Topic: "consumer-limit.get-records", Family: "consumer-limit", Headroom: true, OfStandard: true,
		Reads:   Reads{Workload: []string{"size_reads_for"}, Consumer: []string{"poll_interval"}},
		applies: func(s Sizing, _ *model.Consumer) bool { return s.Standard > 0 },
		terms: func(s Sizing, _ *model.Consumer) (t terms) {
			s.callTerms(t[:], s.longestPoll, s.readRate(), s.readRate())
			return t
		},
		moved: readText,
		lever: peakLever,
		rate:  readRate,
	},
}

// readRate returns B, the rate that standard consumers are sized for.
func (s *Sizing) readRate() float64 {
	if s.Workload.SizeReadsFor == model.ReadAverage {
		return s.Average
	}
	return s.Peak
}

// readRate is which rate reverse mode looks for of what standard consumers read.
func readRate(w *model.Workload) (rate string, declared float64) {
	if w.SizeReadsFor == model.ReadAverage {
		return "average", float64(w.Producer.Average)
	}
	return "peak", float64(w.Producer.Peak)
}

// callTerms sets the terms of what GetRecords returns to one consumer, which asks
// each shard once in a poll interval: X·w/10 MiB and X·q/10,000, times the interval.
func (s *Sizing) callTerms(into []term, every unit.Duration, moved, packed float64) {
	limits := [...]float64{float64(s.Limits.PollBytes.Value), float64(s.Limits.PollRecords.Value)}
	for i, counts := range [...]quantity{bytesWritten, kinesisRecords} {
		into[i] = term{counts: counts, moved: moved, packed: packed, limit: limits[i] / every.Seconds(), every: every}
	}
}

// readText writes what standard consumers read.
func readText(s *Sizing, _ *model.Consumer, t *term) string {
	if s.Workload.SizeReadsFor == model.ReadAverage {
		return s.consumersText(t) + s.Workload.Producer.Average.Prose()
	}
	return s.consumersText(t) + s.Workload.Producer.Peak.Prose()
}

// consumersText writes m, where it counts and is not 1.
func (s *Sizing) consumersText(t *term) string {
	if t.counts != bytesWritten || t.every > 0 || s.Standard == 1 {
		return ""
	}
	return unit.Grouped(s.Standard, 0) + " consumers × "
}

// noStandard is the formula of what standard consumers share, where there are none.
const noStandard = "no standard consumers"

// callsFormula writes Σ 1/poll interval.
func callsFormula(s *Sizing, _ float64) string {
	if s.Standard == 0 {
		return noStandard
	}
	var intervals []unit.Duration
	count := map[unit.Duration]int{}
	for i := range s.Workload.Consumers {
		if c := &s.Workload.Consumers[i]; c.Type == model.Standard {
			if count[c.PollInterval] == 0 {
				intervals = append(intervals, c.PollInterval)
			}
			count[c.PollInterval]++
		}
	}
	parts := make([]string, len(intervals))
	for i, interval := range intervals {
		parts[i] = fmt.Sprintf("%d ÷ %s", count[interval], interval)
	}
	return strings.Join(parts, " + ") + ", of " + unit.Grouped(s.Limits.ShardReadCalls.Value, 0) + " calls/s"
}
