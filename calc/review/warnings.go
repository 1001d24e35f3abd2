package review

import (
	"fmt"
	"slices"
	"time"

	"github.com/kcalc/kcalc/calc/cost"
	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/calc/plan"
	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// warnings returns what a reader should know of a replay before acting on it.
func (r *replayer) warnings(report *ReplayReport, plan *model.Plan) []notice.Notice {
	list := []notice.Notice{}
	if names := stillBehind(report); names != nil {
		list = append(list, notice.StillBehind(names))
	}
	if names := r.withoutSpeed(); names != nil {
		list = append(list, notice.SpeedUnknown(names))
	}
	if cuts := r.reprocessCuts(); cuts != nil {
		list = append(list, notice.ReprocessCut(cuts))
	}
	if r.request.Mode != model.Provisioned && r.workload.Producer.Skew > 1 {
		list = append(list, notice.OnDemandEven())
	}
	if r.newStream {
		list = append(list, notice.OnDemandNew(r.Limits.OnDemandWrite.Value, r.Limits.OnDemandRecords.Value))
	}
	list = append(list, r.quota(report, plan)...)
	list = append(list, r.uses().Unused(r.Inputs)...)
	list = append(list, r.unpriced(plan)...)
	if r.History == nil {
		return list
	}
	return append(append(list, r.historyWarnings()...), r.History.Warnings...)
}

// evidenceAgainst returns what was measured that speaks against the replay of a history, in
// which every consumer without a speed is as fast as its shards allow. That writes were
// throttled is in its traffic: it speaks against the replay only where today's shards hold.
func (r *replayer) evidenceAgainst(report *ReplayReport, written int) []notice.Notice {
	if r.History == nil {
		return nil
	}
	list := r.against(r.workload.Retention)
	if !report.todayHolds() {
		list = slices.DeleteFunc(list, func(n notice.Notice) bool {
			return n.ID == notice.WritesThrottledID || n.ID == notice.PutThrottledID
		})
	}
	if r.readsUnknown() {
		list = append(list, notice.ReadsUnknown(written))
	}
	return list
}

// todayHolds reports whether the shards of today hold, as far as they are known.
func (r *ReplayReport) todayHolds() bool {
	return !slices.ContainsFunc(r.Candidates, func(c Candidate) bool { return c.Now && !c.Holds })
}

// historyWarnings returns what a reader should know of the traffic of a history.
func (r *replayer) historyWarnings() (list []notice.Notice) {
	if len(r.setup.Traffic.Parts) > 1 {
		list = append(list, notice.UnevenKeys())
	}
	list = append(list, r.filteredConsumers()...)
	if names := stressedConsumers(r.workload); names != nil {
		list = append(list, notice.StressNotReplayed(names))
	}
	if r.groupedShards {
		list = append(list, notice.ShardsTogether())
	}
	const least = 0.0005 // what one decimal of a percentage shows
	if missing := 1 - r.Evidence.Window.Share; missing > least {
		list = append(list, notice.TrafficUnknown(missing, unit.Duration(longestGap)))
	}
	if r.Evidence.ThrottledRecords.Total > 0 {
		list = append(list, notice.DemandAtMost())
	}
	if r.longestPeriod > time.Minute {
		list = append(list, notice.CoarseSteps(unit.Duration(r.longestPeriod)))
	}
	return list
}

// quota returns that on-demand mode does not take the workload in its Region, or that in
// the replay the stream grows as far as it can.
func (r *replayer) quota(report *ReplayReport, plan *model.Plan) (list []notice.Notice) {
	if r.request.Mode == model.Provisioned || r.workload.Region == "" {
		return nil
	}
	for _, w := range plan.Warnings {
		if w.ID == notice.OnDemandQuotaID || w.ID == notice.OnDemandReadsID {
			list = append(list, w)
		}
	}
	write := r.Limits.OnDemandQuota(r.workload.Region).Write.Value
	most := float64(write) / float64(r.Limits.ShardWriteBytes.Value)
	if !slices.ContainsFunc(report.Candidates, func(c Candidate) bool { return c.Result.Shards.Most >= most }) {
		return list
	}
	if slices.ContainsFunc(list, func(w notice.Notice) bool { return w.ID == notice.OnDemandQuotaID }) {
		return list
	}
	return append(list, notice.OnDemandQuotaReached(string(r.workload.Region), write, most))
}

// uses returns the inputs that the replay reads: those of a plan; a time to catch up,
// which what-ifs need; and, of a history, no traffic that was declared besides.
func (r *replayer) uses() plan.Uses {
	u := plan.UsesOf(r.Limits, r.workload, true)
	for i := range r.workload.Consumers {
		u.Read(input.ConsumerPath(i, string(r.workload.Consumers[i].Name)) + "catch_up")
	}
	if r.History != nil {
		for _, key := range []string{"producer.peak", "producer.surge.throughput", "producer.surge.duration"} {
			u[key] = false
		}
	}
	return u
}

// stillBehind returns the consumers that are behind when the traffic ends, each with
// the candidate; of candidates that hold.
func stillBehind(report *ReplayReport) (texts []string) {
	for i := range report.Candidates {
		c := &report.Candidates[i]
		for k := range c.Consumers {
			if one := &c.Consumers[k]; one.Behind && c.Holds {
				capacity := string(c.Mode)
				if c.Shards.Known {
					capacity = "with " + unit.Plural(c.Shards.Value, "shard")
				}
				texts = append(texts, fmt.Sprintf("%s %s", one.Name, capacity))
			}
		}
	}
	return texts
}

// withoutSpeed returns the consumers of which no speed is known.
func (r *replayer) withoutSpeed() (names []string) {
	for i := range r.workload.Consumers {
		if c := &r.workload.Consumers[i]; !c.HasSpeed() {
			names = append(names, c.Name.String())
		}
	}
	return names
}

// reprocessCuts returns the consumers that are to reprocess what was written before the
// traffic begins, or what the retention does not keep.
func (r *replayer) reprocessCuts() (cuts []notice.Cut) {
	for _, i := range r.setup.Incidents {
		if there := min(i.At, r.workload.Retention.Seconds()); i.Kind == replay.Reprocess && i.Last > there {
			cuts = append(cuts, notice.Cut{Consumer: i.Consumer.String(), Read: duration(there), Asked: duration(i.Last)})
		}
	}
	return cuts
}

func duration(seconds float64) unit.Duration { return unit.Duration(seconds * float64(time.Second)) }

// unpriced returns that something has no price; of provisioned shards as the plan has
// it.
func (r *replayer) unpriced(plan *model.Plan) (list []notice.Notice) {
	if r.Tariff == nil {
		return nil
	}
	if r.request.Mode == model.Provisioned {
		for _, w := range plan.Warnings {
			if w.ID == "price-unknown" || w.ID == "cost-too-large" {
				list = append(list, w)
			}
		}
		return list
	}
	bill, err := r.Tariff.Bill(r.Limits, r.workload, r.request.Mode, 1)
	if err != nil || len(bill.Missing) == 0 {
		return nil
	}
	region := r.Tariff.PricesOf(r.workload.Region)
	return []notice.Notice{notice.PriceUnknown(string(r.request.Mode), string(region), bill.Missing, cost.AtLeast(&bill),
		price.Supply(region))}
}
