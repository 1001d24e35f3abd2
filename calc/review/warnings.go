package review

import (
	"slices"
	"strings"
	"time"

	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/calc/plan"
	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// warnings are what a reader should know of a replay before acting on it.
func (r *replayer) warnings(answer *ReplayReport, plan *model.Plan) []notice.Notice {
	list := []notice.Notice{}
	add := func(id, message, remedy string) {
		if message != "" {
			list = append(list, notice.Notice{ID: id, Message: message, Remedy: remedy})
		}
	}
	add("still-behind", stillBehind(answer), "Whether they catch up after that is not seen: replay a longer time.")
	add("speed-unknown", r.speedUnknown(), "A consumer without a speed is taken to read as fast as its shards let it; say it with --consumer NAME,speed=….")
	add("replay-cut", r.reprocessCut(), "Replay earlier traffic too, or ask for a later time; a longer --retention keeps more.")
	if r.request.Mode != model.Provisioned && r.workload.Producer.Skew > 1 {
		add("on-demand-even", "On-demand, all shards are taken to get the same.", "AWS splits shards that get more within about 15 minutes, but never the traffic of one partition key.")
	}
	if r.newStream {
		add("on-demand-new", "The stream begins as a new one, with "+r.Limits.OnDemandWrite.Value.Prose()+" and "+r.Limits.OnDemandRecords.Value.Prose()+".",
			"If it has grown before, say so with --current-shards.")
	}
	list = append(list, r.quota(answer, plan)...)
	list = append(list, r.uses().Unused(r.Inputs)...)
	list = append(list, r.unpriced(plan)...)
	if r.History == nil {
		return list
	}
	if len(r.setup.Traffic.Parts) > 1 {
		add("uneven-keys", "Each shard is replayed with what its hash keys got. Where a hot part of the keys falls depends on the count: fewer shards may hold where more do not.",
			"See the counts around it, with --shards.")
	}
	if names := stressedConsumers(r.workload); names != nil {
		add("stress-not-replayed", "Outages and replays that the workload declares are not in a history, and are not replayed: of "+first(names)+".",
			"Put them where it is busiest: --what-if 'stop NAME at TIME for 2h', --what-if 'replay NAME last 6h at TIME'.")
	}
	if r.groupedShards {
		add("shards-together", "The shards have too many points to replay each: the hottest gets as many times the mean as it did, and the others share the rest, on any count.",
			"Replay a shorter time with --since.")
	}
	add("traffic-unknown", r.unknown(), "Fetch a window without gaps.")
	if r.Evidence.ThrottledRecords.Total > 0 {
		add("demand-at-most", "Writes were throttled in the history, and a record that was sent again counts again: what is replayed is the most that producers can have wanted to write.",
			"A window without throttles tells what was wanted.")
	}
	add("coarse-steps", r.coarse(), "CloudWatch keeps minutes for 15 days: replay those.")
	return append(list, r.History.Warnings...)
}

// quota says that on-demand mode does not take the workload in its Region, or that in
// the replay the stream grows as far as it can.
func (r *replayer) quota(answer *ReplayReport, plan *model.Plan) (list []notice.Notice) {
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
	if !slices.ContainsFunc(answer.Candidates, func(c Candidate) bool { return c.Result.Shards.Most >= most }) {
		return list
	}
	if slices.ContainsFunc(list, func(w notice.Notice) bool { return w.ID == notice.OnDemandQuotaID }) {
		return list
	}
	return append(list, notice.OnDemandQuotaReached(string(r.workload.Region), write, most))
}

// uses are the inputs that the replay reads: those of a plan, a time to catch up, which
// what-ifs need, and of a history no traffic that was declared besides.
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

// stillBehind names the consumers that are behind when the traffic ends, of the
// candidates that hold.
func stillBehind(answer *ReplayReport) string {
	var texts []string
	for i := range answer.Candidates {
		c := &answer.Candidates[i]
		for k := range c.Consumers {
			if one := &c.Consumers[k]; one.Behind && c.Holds {
				what := string(c.Mode)
				if c.Shards.Known {
					what = "with " + unit.Plural(c.Shards.Value, "shard")
				}
				texts = append(texts, fmt.Sprintf("%s %s", one.Name, what))
			}
		}
	}
	if texts == nil {
		return ""
	}
	return "Behind when the traffic ends: " + first(texts) + "."
}

// first are the first of some texts, and how many more there are.
func first(texts []string) string {
	const most = 5
	if len(texts) <= most {
		return strings.Join(texts, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(texts[:most], ", "), len(texts)-most)
}

func (r *replayer) speedUnknown() string {
	var names []string
	for i := range r.workload.Consumers {
		if c := &r.workload.Consumers[i]; c.Speed == 0 && c.Lambda.BatchSize == 0 {
			names = append(names, c.Name.String())
		}
	}
	if names == nil {
		return ""
	}
	return "The speed of " + first(names) + " is not known."
}

// reprocessCut says that consumers are to read again what was written before the traffic
// begins, or what the retention does not keep.
func (r *replayer) reprocessCut() string {
	short := func(seconds float64) string { return unit.Duration(seconds * float64(time.Second)).Prose() }
	var texts []string
	for _, i := range r.setup.Incidents {
		if there := min(i.At, r.workload.Retention.Seconds()); i.Kind == replay.Reprocess && i.Last > there {
			texts = append(texts, fmt.Sprintf("%s (%s of %s)", i.Consumer, short(there), short(i.Last)))
		}
	}
	if texts == nil {
		return ""
	}
	return "Replays reach back before the traffic begins, or beyond the retention, and read only a part again: " + first(texts) + "."
}

// unknown says how much of the window nothing is known of.
func (r *replayer) unknown() string {
	if missing := 1 - r.Evidence.Window.Share; missing > 0.0005 {
		return fmt.Sprintf("What was written is not known of %s%% of the window: for up to %s the traffic before it is taken to go on, and nothing to be written in longer gaps; what lies before the first point and behind the last is not replayed.",
			unit.Grouped(100*missing, 1), unit.Duration(longestGap))
	}
	return ""
}

// coarse says how long periods are that hide what happens within.
func (r *replayer) coarse() string {
	if r.longestPeriod <= time.Minute {
		return ""
	}
	return fmt.Sprintf("The history has periods of up to %s, and higher minutes within them are not seen.", unit.Duration(r.longestPeriod))
}

// unpriced says what has no price: of provisioned shards as the plan says it.
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
	return []notice.Notice{notice.PriceUnknown(string(r.request.Mode), string(r.workload.Region), bill.Missing, price.Supply(r.workload.Region))}
}
