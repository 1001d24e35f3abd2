package review

import (
	"cmp"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// against returns what was measured that speaks against fewer shards than the stream
// has, the gravest first. It is looked for before the verdict is given: whoever takes
// shards from a consumer that is behind loses data.
func (b *Basis) against(kept unit.Duration) []notice.Notice {
	var list []notice.Notice
	for i := range b.Evidence.Lags {
		l := &b.Evidence.Lags[i]
		list = append(list, behind(l, kept, b.lagCause(l, kept))...)
	}
	for _, s := range b.Evidence.Stuck(kept) {
		list = append(list, notice.StuckShard(s.Shard, unit.Duration(s.Behind), kept, unit.Duration(s.Others)))
	}
	for i := range b.History.Series {
		list = append(list, b.rejected(&b.History.Series[i])...)
	}
	// Lost data is said first, then what keeps a consumer from getting on, then that it does
	// not; what else there is keeps its order.
	slices.SortStableFunc(list, func(x, y notice.Notice) int { return cmp.Compare(rank(x), rank(y)) })
	return list
}

func rank(n notice.Notice) int {
	kind, _ := notice.Find(n.ID)
	switch kind.ID {
	case notice.DataLostID:
		return 0
	case notice.StuckShardID, notice.FunctionErrorsID:
		return 1
	}
	return 2
}

// fails reports whether a function fails again and again that alone decides a plan: then its
// speed is that of its errors, and mending it goes before shards.
func (b *Basis) fails(against []notice.Notice, binding []string) bool {
	failing := map[string]bool{}
	for _, f := range b.Evidence.Consumers.Functions {
		is := func(n notice.Notice) bool { return n.ID == notice.FunctionErrorsID+"."+f.Name }
		if name := cmp.Or(string(f.Consumer.Value), f.Name); slices.ContainsFunc(against, is) {
			failing["consumption-speed."+name] = true
		}
	}
	return len(binding) > 0 && !slices.ContainsFunc(binding, func(id string) bool { return !failing[id] })
}

// behind returns what a lag says of its consumer.
func behind(l *fit.Lag, kept unit.Duration, cause notice.LagCause) []notice.Notice {
	name, worst := cmp.Or(l.Consumer, "a standard consumer"), unit.Duration(l.Worst.Behind)
	switch {
	case l.AtRetention(kept):
		return []notice.Notice{notice.DataLost(name, worst, kept, cause)}
	case l.High(kept):
		return []notice.Notice{notice.IteratorAge(name, worst, kept)}
	case l.Rises:
		return []notice.Notice{notice.IteratorAgeRises(name, unit.Duration(l.First), unit.Duration(l.Last))}
	}
	return nil
}

// lagCause returns what keeps a consumer from getting on: an age is that of its oldest shard, so
// that one shard which is stuck makes all of it, as do the errors of its function; of the
// standard consumers together, those of any function that polls.
func (b *Basis) lagCause(l *fit.Lag, kept unit.Duration) notice.LagCause {
	if len(b.Evidence.Stuck(kept)) > 0 {
		return notice.StuckAtShard
	}
	for _, f := range b.Evidence.Consumers.Functions {
		errors := b.History.Find(model.SeriesID{Level: model.FunctionLevel, Metric: model.FunctionErrors, Owner: f.Name})
		reads := l.Consumer == f.Name || l.Consumer == string(f.Consumer.Value) && f.Enabled
		if errors == nil || !reads {
			continue
		}
		if _, share := b.counted(errors); share > fit.OftenShare {
			return notice.Failing
		}
	}
	return notice.SlowConsumer
}

// rejected returns what a series of rejected calls or records, or of errors, says if that was
// no chance. Records that PutRecords counts too are told once.
func (b *Basis) rejected(s *model.Series) []notice.Notice {
	total, share := b.counted(s)
	stream := s.Level == model.StreamLevel
	switch often := share > fit.OftenShare; {
	case !often:
	case stream && s.Metric == model.ReadThrottled:
		return []notice.Notice{notice.ReadsThrottled(total, share)}
	case stream && s.Metric == model.WriteThrottled:
		return []notice.Notice{notice.WritesThrottled(total, share, b.hotOrBursty())}
	case stream && s.Metric == model.PutRecordsThrottled && !b.writesThrottled():
		return []notice.Notice{notice.PutRecordsThrottled(total, share, b.hotOrBursty())}
	case s.Metric == model.FunctionErrors:
		return []notice.Notice{notice.FunctionErrors(s.Owner, total, share)}
	}
	return nil
}

// hotOrBursty reports whether a hot shard or bursts within the minute were measured.
func (b *Basis) hotOrBursty() bool {
	return b.Evidence.Skew.Value.Factor > 1 || b.Evidence.Burst.Value.Factor > 1
}

// writesThrottled reports whether rejected records show in the metric of all writes.
func (b *Basis) writesThrottled() bool {
	s := b.History.Find(model.SeriesID{Level: model.StreamLevel, Metric: model.WriteThrottled})
	if s == nil {
		return false
	}
	_, share := b.counted(s)
	return share > fit.OftenShare
}

// counted returns the sum of a series of counts in the last quarter of the window, and
// the share of that time in whose periods anything was counted. What was before may
// have been on other shards.
func (b *Basis) counted(s *model.Series) (total float64, share unit.Fraction) {
	quarter := b.History.To.Sub(b.History.From) / 4
	begins := b.History.To.Add(-quarter)
	var some float64
	for _, r := range s.Runs {
		for i, v := range r.Values {
			if v > 0 && !r.Time(i).Before(begins) {
				total += v
				some += r.Period.Seconds()
			}
		}
	}
	if quarter <= 0 {
		return 0, 0
	}
	return total, unit.Fraction(min(1, some/quarter.Seconds()))
}

// readsUnknown reports whether nothing says how many consumers the stream has: neither
// what was read, nor a declaration.
func (b *Basis) readsUnknown() bool {
	c := &b.Evidence.Consumers
	return !c.Asked && !c.UsualFanOut.Known && !slices.ContainsFunc(b.Inputs, func(in model.Input) bool {
		return strings.HasPrefix(in.Name, "consumers.") && (in.Source == model.File || in.Source == model.Flag)
	})
}

// idleConsumers returns the enhanced fan-out consumers that received nothing, each with what
// it costs a month for nothing.
func (b *Basis) idleConsumers(w *model.Workload) (list []notice.Notice) {
	for i := range b.Evidence.Consumers.EnhancedFanOut {
		c := &b.Evidence.Consumers.EnhancedFanOut[i]
		declared := slices.ContainsFunc(w.Consumers, func(other model.Consumer) bool { return other.Name == c.Name })
		if c.Idle && !declared {
			list = append(list, notice.ConsumerIdle(string(c.Name), b.idleCost(w)))
		}
	}
	return list
}

// filteredConsumers returns the functions whose mappings have filters, unless it was declared
// which share of the records passes them.
func (b *Basis) filteredConsumers() (list []notice.Notice) {
	for i := range b.Evidence.Consumers.Functions {
		f := &b.Evidence.Consumers.Functions[i]
		name := cmp.Or(string(f.Consumer.Value), f.Name)
		declared := slices.ContainsFunc(b.Inputs, func(in model.Input) bool {
			return in.Name == "consumers."+name+".filter" && (in.Source == model.File || in.Source == model.Flag)
		})
		if f.Filters > 0 && f.Enabled && !declared {
			list = append(list, notice.FilterShareUnknown(name))
		}
	}
	return list
}

// consumerShardHours is the line of what an enhanced fan-out consumer costs by itself.
const consumerShardHours = "efo-consumer-shard-hours"

// idleCost returns what an enhanced fan-out consumer costs a month that receives nothing: its
// shard-hours with the shards of today, "" where that is not known or nothing.
func (b *Basis) idleCost(w *model.Workload) string {
	if b.Tariff == nil || b.onDemand() || w.CurrentShards == 0 {
		return ""
	}
	alone := *w
	alone.Consumers = []model.Consumer{model.NewConsumer("idle")}
	alone.Consumers[0].Type = model.EnhancedFanOut
	bill, err := b.Tariff.Bill(b.Limits, &alone, model.Provisioned, int(w.CurrentShards))
	if err != nil {
		return ""
	}
	for _, line := range bill.Lines {
		if line.ID == consumerShardHours && line.Amount > 0 {
			return line.Amount.Prose()
		}
	}
	return ""
}
