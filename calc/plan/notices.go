package plan

import (
	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/cost"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// notices are what a reader should know before acting on the plan.
func (a *assessment) notices() []notice.Notice {
	list := []notice.Notice{}
	list = a.ofSize(list)
	list = a.ofRates(list)
	list = a.ofShards(list)
	list = append(list, cost.QuotaNotices(&a.Sizing, a.recommended)...)
	list = append(list, a.RecordNotices()...)
	list = a.ofSkew(list)
	list = a.ofKeys(list)
	list = a.ofAverage(list)
	for i := range a.Workload.Consumers {
		list = a.ofConsumer(list, &a.Workload.Consumers[i])
	}
	return a.ofAhead(a.ofConcurrency(list))
}

// ofAhead says that the workload as it will be fits on no number of shards, though it does as
// it is.
func (a *assessment) ofAhead(list []notice.Notice) []notice.Notice {
	later, known := Ahead(a.Workload)
	if !known || !a.Fits(a.needs) {
		return list
	}
	s := calc.NewSizing(a.Limits, &later)
	for _, obstacle := range s.Infeasible(s.Solve(nil)) {
		list = append(list, notice.AheadDoesNotFit(obstacle.Message))
	}
	return list
}

// ofShards says what of the recommended count is above a limit.
func (a *assessment) ofShards(list []notice.Notice) []notice.Notice {
	if most := a.Limits.StreamShards.Value; a.recommended > most && a.minimum <= most {
		list = append(list, notice.RecommendedAboveLimit(a.recommended, most, a.minimum))
	}
	quota := a.Limits.ShardQuota(a.Workload.Region)
	if a.recommended > quota.Value && a.Workload.Region != "" {
		list = append(list, notice.ShardQuota(a.recommended, quota.Value, quota.What, string(a.Workload.Region)))
	}
	return list
}

// formulas returns the shards that the formulas alone recommend.
func (a *assessment) formulas() int {
	_, recommended := calc.Counts(a.needs)
	return recommended
}

// ofSkew speaks up where one shard would do but for its headroom.
func (a *assessment) ofSkew(list []notice.Notice) []notice.Notice {
	recommended := a.formulas()
	if factor := a.Workload.Producer.Skew; a.minimum > 1 || float64(recommended) <= float64(factor) || factor == 1 {
		return list
	}
	return append(list, notice.SkewHeadroom(a.Workload.TargetUtilization, a.Workload.Producer.Skew, recommended))
}

// ofKeys says what of the shards the partition keys do not use, and what headroom they do
// not leave.
func (a *assessment) ofKeys(list []notice.Notice) []notice.Notice {
	if n := int(a.Workload.Producer.Keys); n > 0 && a.recommended > n {
		list = append(list, notice.KeysIdle(n, a.recommended, a.Workload.Producer.Placed != nil))
	}
	if today := int(a.Workload.CurrentShards); today > a.recommended && a.Fits(a.needs) && !a.Holds(a.needs, today) {
		list = append(list, notice.FewerCooler(today, a.recommended))
	}
	if used, above := a.KeyTakesHeadroom(); above {
		list = append(list, notice.KeyHeadroom(used, a.Workload.TargetUtilization))
	}
	return list
}

// ofAverage speaks up where reads are to be sized for the average, and a latency asks
// for those of the peak though there is no surge.
func (a *assessment) ofAverage(list []notice.Notice) []notice.Notice {
	if a.Workload.SizeReadsFor != model.ReadAverage || a.SurgeSeconds > 0 {
		return list
	}
	var average float64
	for i := range a.needs {
		switch n := &a.needs[i]; {
		case n.Constraint.Topic == "consumer-limit.bytes":
			average = n.Target
		case n.Constraint.Topic == "acceptable-latency" && a.Average < a.Peak && n.Full > average &&
			a.Workload.Consumers[n.Consumer].Type == model.Standard:
			list = append(list, notice.ReadsForAverage(string(n.ConsumerName(a.Workload))))
		}
	}
	return list
}

// ofConsumer says what is to be known of one consumer.
func (a *assessment) ofConsumer(list []notice.Notice, c *model.Consumer) []notice.Notice {
	if c.LatencyBound == model.RecoveryBound && a.BelowFloor(c) {
		list = append(list, notice.LatencyFloor(string(c.Name), a.Floor(c), a.FloorText(c), c.Latency, a.FloorRemedy(c)))
	}
	list = a.ofRetention(list, c)
	list = a.ofTotal(list, c)
	list = a.ofParents(list, c)
	if workers := int(c.Workers); workers > a.recommended {
		list = append(list, notice.IdleWorkers(string(c.Name), workers, a.recommended))
	}
	if c.IsFunction() {
		list = a.ofLambda(list, c)
	}
	return list
}

// ofRetention compares how old a consumer's records get with how long the stream
// keeps them. AWS advises to act when they get older than half of that.
func (a *assessment) ofRetention(list []notice.Notice, c *model.Consumer) []notice.Notice {
	kept := a.Workload.Retention
	for _, b := range [...]struct {
		by  notice.Aging
		age unit.Duration
	}{
		{notice.ByOutage, c.Outage},
		{notice.ByReprocess, c.Reprocess},
		{notice.ByBacklog, a.behind(c)},
		{notice.BySurge, a.SurgeAge(c, float64(a.recommended))},
	} {
		if b.age > kept/2 {
			list = append(list, notice.Retention(b.by, string(c.Name), b.age, kept, a.Limits.RetentionMost.Value))
		}
	}
	return list
}

// behind returns how old the oldest record is that a consumer has not read now. How fast its
// backlog came is not known; at the average it is older than at the peak.
func (a *assessment) behind(c *model.Consumer) unit.Duration {
	if rate := min(a.BacklogRate(), a.Average); c.Backlog > 0 && rate > 0 {
		return calc.DurationOf(float64(c.Backlog) / rate)
	}
	return c.Behind
}

// ofTotal says whether the peak leaves what it should of a speed that no shards add to.
func (a *assessment) ofTotal(list []notice.Notice, c *model.Consumer) []notice.Notice {
	total, target := a.TotalSpeed(c), a.Workload.TargetUtilization
	if total == 0 {
		return list
	}
	used := a.Peak * c.Processed() / float64(total)
	if used > 1+calc.Tolerance || used <= float64(target)*(1+calc.Tolerance) {
		return list
	}
	return append(list, notice.TotalSpeedTight(string(c.Name), total, used, target))
}

// ofParents says how long a consumer takes to catch up if the backlog that it is to be ready
// for is there now: it is then in today's shards, and not in those that are added.
func (a *assessment) ofParents(list []notice.Notice, c *model.Consumer) []notice.Notice {
	now, to := int(a.Workload.CurrentShards), a.recommended
	if now == 0 || now >= to {
		return list
	}
	for _, b := range a.PastBacklogs(c) {
		within := c.TimeToCatchUp().Seconds()
		after := a.CaughtUp(c, b.Records, float64(to))
		if after <= within*(1+calc.Tolerance) {
			continue
		}
		list = append(list, notice.ParentFirst(string(c.Name), b.Of, unit.Records(b.Records), now, to,
			calc.DurationOf(after), c.TimeToCatchUp(), calc.DurationOf(a.CaughtUp(c, b.Records, float64(now)))))
	}
	return list
}
