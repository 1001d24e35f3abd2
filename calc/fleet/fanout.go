package fleet

import (
	"slices"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// leastWindow is how long nobody must have been seen for something to be called idle. What runs
// once a week would be deregistered before.
const leastWindow = unit.Week

// fanOut judges each enhanced fan-out consumer, and notes what the stream costs without those
// that are idle.
func (l *look) fanOut() {
	for _, c := range l.registered() {
		f := l.judge(&c)
		if f.Verdict == UseIdle {
			l.idle = append(l.idle, c.Name)
		}
		l.row.FanOut = append(l.row.FanOut, f)
	}
	l.row.Now.FanOut = len(l.row.FanOut)
	if l.History == nil {
		for i := range l.Workload.Consumers {
			if l.Workload.Consumers[i].Type == model.EnhancedFanOut {
				l.row.Now.FanOut++
			}
		}
	}
	l.used.Consumers = slices.DeleteFunc(slices.Clone(l.used.Consumers), func(c model.Consumer) bool {
		return c.Type == model.EnhancedFanOut && slices.Contains(l.idle, c.Name)
	})
	l.price()
}

// registered returns the consumers that are registered with the stream, as far as that is known.
func (l *look) registered() []model.FanOutConsumer {
	if l.History == nil {
		return nil
	}
	return l.History.Configuration.Value.Consumers.Value
}

// judge returns whether a consumer is idle. It is where it was registered before the window,
// nobody subscribed as it within the window, no event reached it, though CloudWatch counts even
// empty ones while there is a subscription, and no function reads as it. Where one of these is
// not known, or the window is short, nothing is decided.
//
// Source: https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html
// (SubscribeToShard.Success, "emitted at least once every 5 minutes"; SubscribeToShardEvent.*,
// "only emitted when there is an active subscription").
func (l *look) judge(c *model.FanOutConsumer) FanOut {
	f := FanOut{Consumer: c.Name, Registered: c.Created, Older: model.Maybe[bool]{
		Value: !c.Created.Value.After(l.History.From), Known: c.Created.Known}}
	f.Subscribed = l.hasPoint(c.Name, model.Subscriptions)
	f.Received = either(l.hasPoint(c.Name, model.SubscribedEvents), l.hasPoint(c.Name, model.SubscribedBytes),
		l.hasPoint(c.Name, model.SubscribedBehind))
	f.Mapped = l.mapped(c.Name)
	f.Verdict, f.Because = l.use(&f)
	return f
}

// use returns whether a consumer is used, and why that is said.
func (l *look) use(f *FanOut) (Use, string) {
	is := func(m model.Maybe[bool]) bool { return m.Known && m.Value }
	window := unit.Duration(l.History.To.Sub(l.History.From))
	switch {
	case is(f.Received):
		return UseUsed, "events reached it"
	case is(f.Subscribed):
		return UseUsed, "it subscribed"
	case is(f.Mapped):
		return UseUsed, "a function reads as it"
	case !f.Older.Known:
		return UseUndecided, "it is not known when it was registered"
	case !f.Older.Value:
		return UseUndecided, "it was registered within the window"
	case window < leastWindow:
		return UseUndecided, "the window of " + window.Prose() + " is too short to call it idle"
	case !f.Subscribed.Known || !f.Received.Known:
		return UseUndecided, "its subscriptions and events are not in the history"
	case !f.Mapped.Known:
		return UseUndecided, "it is not known which functions read the stream"
	}
	return UseIdle, "nobody subscribed in " + window.Prose() + ", no event reached it, no function reads as it"
}

// hasPoint reports whether a metric of a consumer has a point in the window; unknown where the
// history does not have the metric.
func (l *look) hasPoint(consumer model.Name, metric string) model.Maybe[bool] {
	s := l.History.Find(model.SeriesID{Level: model.ConsumerLevel, Metric: metric, Owner: string(consumer)})
	if s == nil {
		return model.Maybe[bool]{}
	}
	for range s.Points() {
		return model.Known(true)
	}
	return model.Known(false)
}

// either reports whether one of some is so; unknown where none is and one is not known.
func either(list ...model.Maybe[bool]) model.Maybe[bool] {
	all := true
	for _, m := range list {
		if m.Known && m.Value {
			return m
		}
		all = all && m.Known
	}
	return model.Maybe[bool]{Known: all}
}

// mapped reports whether an enabled event source mapping reads as a consumer.
func (l *look) mapped(consumer model.Name) model.Maybe[bool] {
	functions := l.History.Configuration.Value.Functions
	reads := slices.ContainsFunc(functions.Value, func(f model.Function) bool {
		return f.FanOut == model.Known(consumer) && f.Reads()
	})
	return model.Maybe[bool]{Value: reads, Known: functions.Known}
}

// consumerHours returns what an enhanced fan-out consumer that receives nothing costs a month:
// its shard-hours.
func (l *look) consumerHours(shards int) model.Maybe[unit.USD] {
	if l.Tariff == nil {
		return model.Maybe[unit.USD]{}
	}
	alone := *l.Workload
	alone.Consumers = []model.Consumer{model.NewConsumer("idle")}
	alone.Consumers[0].Type = model.EnhancedFanOut
	bill, err := l.Tariff.Bill(l.Limits, &alone, model.Provisioned, shards)
	if err != nil {
		return model.Maybe[unit.USD]{}
	}
	line := lineOf(&bill, consumerShardHours)
	return model.Maybe[unit.USD]{Value: line.Value.Amount, Known: line.Known}
}
