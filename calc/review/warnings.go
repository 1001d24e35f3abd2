package review

import (
	"fmt"
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
func (r *rig) warnings(answer *Replayed, plan *model.Plan) []notice.Notice {
	list := []notice.Notice{}
	add := func(id, message, remedy string) {
		if message != "" {
			list = append(list, notice.Notice{ID: id, Message: message, Remedy: remedy})
		}
	}
	add("still-behind", stillBehind(answer), "Whether they catch up after that is not seen: replay a longer time.")
	add("speed-unknown", r.speedUnknown(), "A consumer without a speed is taken to read as fast as its shards let it; say it with --consumer NAME,speed=….")
	add("replay-cut", r.cut(), "Replay earlier traffic too, or ask for a later time; a longer --retention keeps more.")
	if r.q.Mode != model.Provisioned && r.w.Producer.Skew > 1 {
		add("on-demand-even", "On-demand, all shards are taken to get the same.", "AWS splits shards that get more within about 15 minutes, but never the traffic of one partition key.")
	}
	if r.newborn {
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
	if names := stressed(r.w); names != nil {
		add("stress-not-replayed", "Outages and replays that the workload declares are not in a history, and are not replayed: of "+first(names)+".",
			"Put them where it is busiest: --what-if 'stop NAME at TIME for 2h', --what-if 'replay NAME last 6h at TIME'.")
	}
	if r.together {
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
func (r *rig) quota(answer *Replayed, plan *model.Plan) (list []notice.Notice) {
	if r.q.Mode == model.Provisioned || r.w.Region == "" {
		return nil
	}
	for _, w := range plan.Warnings {
		if w.ID == notice.OnDemandQuotaID || w.ID == notice.OnDemandReadsID {
			list = append(list, w)
		}
	}
	write := r.Limits.OnDemandQuota(r.w.Region).Write.Value
	most := float64(write) / float64(r.Limits.ShardWriteBytes.Value)
	if !slices.ContainsFunc(answer.Candidates, func(c Candidate) bool { return c.Result.Shards.Most >= most }) {
		return list
	}
	if slices.ContainsFunc(list, func(w notice.Notice) bool { return w.ID == notice.OnDemandQuotaID }) {
		return list
	}
	return append(list, notice.Notice{ID: notice.OnDemandQuotaID,
		Message: fmt.Sprintf("AWS scales an on-demand stream in %s to %s of writes by default, which takes %s shards. "+
			"The replay gets there, and more than that is not added.", r.w.Region, write.Prose(), unit.Grouped(most, 0)),
		Remedy: "Ask AWS for a higher quota before you choose on-demand, split the traffic over several streams, " +
			"or stay provisioned."})
}

// uses are the inputs that the replay reads: those of a plan, a time to catch up, which
// what-ifs need, and of a history no traffic that was declared besides.
func (r *rig) uses() plan.Uses {
	u := plan.UsesOf(r.Limits, r.w, true)
	for i := range r.w.Consumers {
		u.Read(input.ConsumerPath(i, string(r.w.Consumers[i].Name)) + "catch_up")
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
func stillBehind(answer *Replayed) string {
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

func (r *rig) speedUnknown() string {
	var names []string
	for i := range r.w.Consumers {
		if c := &r.w.Consumers[i]; c.Speed == 0 && c.Lambda.BatchSize == 0 {
			names = append(names, c.Name.String())
		}
	}
	if names == nil {
		return ""
	}
	return "The speed of " + first(names) + " is not known."
}

// cut says that consumers are to read again what was written before the traffic
// begins, or what the retention does not keep.
func (r *rig) cut() string {
	short := func(seconds float64) string { return unit.Duration(seconds * float64(time.Second)).Prose() }
	var texts []string
	for _, i := range r.setup.Incidents {
		if there := min(i.At, r.w.Retention.Seconds()); i.Kind == replay.Reprocess && i.Last > there {
			texts = append(texts, fmt.Sprintf("%s (%s of %s)", i.Consumer, short(there), short(i.Last)))
		}
	}
	if texts == nil {
		return ""
	}
	return "Replays reach back before the traffic begins, or beyond the retention, and read only a part again: " + first(texts) + "."
}

// unknown says how much of the window nothing is known of.
func (r *rig) unknown() string {
	if missing := 1 - r.Evidence.Window.Share; missing > 0.0005 {
		return fmt.Sprintf("What was written is not known of %s%% of the window: for up to %s the traffic before it is taken to go on, and nothing to be written in longer gaps; what lies before the first point and behind the last is not replayed.",
			unit.Grouped(100*missing, 1), unit.Duration(longestGap))
	}
	return ""
}

// coarse says how long periods are that hide what happens within.
func (r *rig) coarse() string {
	if r.longest <= time.Minute {
		return ""
	}
	return fmt.Sprintf("The history has periods of up to %s, and higher minutes within them are not seen.", unit.Duration(r.longest))
}

// unpriced says what has no price: of provisioned shards as the plan says it.
func (r *rig) unpriced(plan *model.Plan) (list []notice.Notice) {
	if r.Tariff == nil {
		return nil
	}
	if r.q.Mode == model.Provisioned {
		for _, w := range plan.Warnings {
			if w.ID == "price-unknown" || w.ID == "cost-too-large" {
				list = append(list, w)
			}
		}
		return list
	}
	bill, err := r.Tariff.Bill(r.Limits, r.w, r.q.Mode, 1)
	if err != nil || len(bill.Missing) == 0 {
		return nil
	}
	return []notice.Notice{{ID: "price-unknown", Message: fmt.Sprintf("%s: no price of %s for %s.", r.w.Region, r.q.Mode, strings.Join(bill.Missing, ", ")), Remedy: price.Supply(r.w.Region)}}
}
