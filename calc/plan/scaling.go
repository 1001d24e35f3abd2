package plan

import (
	"fmt"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// scale plans the way from the current shard count to another. UpdateShardCount
// goes to at most twice and at least half of the current count, to at most
// 10,000 shards; above that it only goes below.
// Source: the API reference of UpdateShardCount.
func scale(l *model.Limits, from, to int, feasible bool) model.Scaling {
	s := model.Scaling{From: from, To: to, Calls: []int{}, PerDay: l.ReshardsPerDay.Value, Expect: []string{}}
	switch {
	case !feasible:
		s.Verdict = model.Undecided
		return s
	case from < to:
		s.Verdict = model.TooFew
	case from > to:
		s.Verdict = model.TooMany
	default:
		s.Verdict = model.Right
		return s
	}
	s.Calls = calc.ReshardCalls(l, from, to)
	s.Splits, s.Merges = calc.CallOperations(from, s.Calls)
	s.Operations = s.Splits + s.Merges
	s.Duration = calc.ReshardTime(l, s.Operations)
	if n, operations, ok := calc.CheaperTarget(l, from, to); ok {
		s.Cheaper = model.Known(model.CheaperTarget{Shards: n, Operations: operations})
	}
	s.Expect = expectations(l, &s)
	return s
}

// Calls returns the counts to ask UpdateShardCount for, one after the other, to get from a number of
// shards to another. They end where it does, which may be short of the goal.
func Calls(l *model.Limits, from, to int) []int { return calc.ReshardCalls(l, from, to) }

func expectations(l *model.Limits, s *model.Scaling) []string {
	var list []string
	if len(s.Calls) == 0 || s.Calls[len(s.Calls)-1] != s.To {
		list = append(list, fmt.Sprintf("UpdateShardCount does not lead to %s: it scales to at most %s, and a larger "+
			"stream only to below that, by half at most.", unit.Plural(s.To, "shard"), count(l.StreamShards.Value)))
	}
	if len(s.Calls) == 0 {
		return list
	}
	list = append(list, callsSentence(l, len(s.Calls)), operationsSentence(s))
	return append(list,
		"Steps of 25%, 50%, 75% or 100% are the fastest; each takes minutes, on large streams longer.",
		"Splits and merges make short-lived shards, which count towards the account's quota.",
		"Parent shards stay readable until their data expires.")
}

// operationsSentence says how many splits and merges a path takes, and where fewer lead.
func operationsSentence(s *model.Scaling) string {
	text := fmt.Sprintf("%s: %s and %s.", unit.Plural(s.Operations, "operation"), unit.Plural(s.Splits, "split"),
		unit.Plural(s.Merges, "merge"))
	if c := s.Cheaper; c.Known {
		text += fmt.Sprintf(" To %s it takes %s.", unit.Plural(c.Value.Shards, "shard"), count(c.Value.Operations))
	}
	return text
}

// callsSentence says how many of a day's calls a path takes.
func callsSentence(l *model.Limits, n int) string {
	day := l.ReshardsPerDay.Value
	if n <= day {
		return fmt.Sprintf("%s of UpdateShardCount, of the %d that a stream has in 24 hours.", times(n), day)
	}
	return fmt.Sprintf(
		"%s of UpdateShardCount; a stream has %d in 24 hours, so this takes %d days.",
		times(n),
		day,
		(n+day-1)/day,
	)
}

// count writes a whole number with its thousands apart.
func count(n int) string { return unit.Grouped(float64(n), 0) }

func times(n int) string {
	if n == 1 {
		return "One call"
	}
	return fmt.Sprintf("%d calls", n)
}

// onDemand returns what the stream could take in on-demand mode, where AWS
// scales it. Sizes are those that the recommended count gives.
func onDemand(s *calc.Sizing, shards int) model.OnDemand {
	p := &s.Workload.Producer
	peak, surge := s.Written(p.Peak, shards), s.Written(p.Surge.Throughput, shards)
	takes := calc.OnDemandCapacity(s.Limits, s.Workload.Region, peak)
	return model.OnDemand{
		NewStream:    calc.OnDemandCapacity(s.Limits, s.Workload.Region, model.Throughput{}),
		AfterPeak:    takes,
		CarriesSurge: surge.Bytes <= takes.Bytes && surge.Records <= takes.Records,
	}
}
