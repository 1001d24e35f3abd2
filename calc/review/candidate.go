package review

import (
	"math"
	"slices"

	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// now returns how many shards the stream has, as declared or else as measured. Those of
// an on-demand stream are not a count to compare with.
func (r *replayer) now() model.Maybe[int] {
	switch {
	case r.workload.CurrentShards > 0:
		return model.Known(int(r.workload.CurrentShards))
	case r.Evidence == nil || r.onDemand():
		return model.Maybe[int]{}
	}
	return r.Evidence.Shards
}

// runProvisioned adds the counts that are asked for to a report, that which the stream
// has, and the fewest that hold.
func (r *replayer) runProvisioned(out *ReplayReport) {
	fewest, ok := r.fewest(r.guess())
	out.Fewest = model.Maybe[int]{Value: fewest, Known: ok}
	out.Trade = r.tradeOffs(r.request.Shards, out.Fewest, out.Now)
	for n, c := range r.candidates { // a recovery may be shorter on fewer shards
		if c.Holds && n < fewest {
			fewest, out.Fewest = n, model.Known(n)
		}
	}
	counts := slices.Clone(r.request.Shards)
	if r.request.Auto {
		counts = append(counts, fewest)
	}
	asked := slices.Clone(counts)
	if out.Now.Known {
		counts = append(counts, out.Now.Value)
	}
	slices.Sort(counts)
	for _, n := range slices.Compact(counts) {
		c := r.candidate(n, seriesParts)
		c.Now, c.Asked = model.Known(n) == out.Now, slices.Contains(asked, n)
		out.Candidates = append(out.Candidates, c)
	}
	out.Feasible = slices.ContainsFunc(out.Candidates, func(c Candidate) bool { return c.Asked && c.Holds })
	for i := range out.Trade {
		out.Trade[i].Now = model.Known(out.Trade[i].Shards) == out.Now
	}
}

// seriesParts is how many parts the series of a candidate has: more than a picture
// can show.
const seriesParts = 480

// candidate runs a number of shards, with a series of so many parts. Without a series
// each number is run once.
func (r *replayer) candidate(shards, parts int) Candidate {
	if c, ok := r.candidates[shards]; ok && parts == 0 {
		return c
	}
	c := r.run(r.provisioned(shards), parts)
	c.Mode, c.Shards = model.Provisioned, model.Known(shards)
	c.Monthly = r.monthlyCost(model.Provisioned, shards)
	if parts == 0 {
		r.candidates[shards] = c
	}
	return c
}

// runOnDemand runs the stream with the shards that AWS makes of those it has.
func (r *replayer) runOnDemand() Candidate {
	shards := int(r.workload.CurrentShards)
	if shards == 0 && r.Evidence != nil {
		shards = r.Evidence.Shards.Value
	}
	r.newStream = shards == 0
	c := r.run(replay.Capacity{Shards: float64(shards), OnDemand: true}, seriesParts)
	c.Mode = r.request.Mode
	c.Monthly = r.monthlyCost(r.request.Mode, max(shards, 1))
	return c
}

// run runs a capacity and judges it.
func (r *replayer) run(c replay.Capacity, parts int) Candidate {
	result, err := r.setup.Run(r.ctx, c, parts)
	if err == nil && !c.OnDemand {
		result, err = r.addBacklog(result, c.Shards)
	}
	if err != nil {
		return Candidate{}
	}
	out := Candidate{Result: result}
	out.Breaches = r.setup.Breaches(&out.Result, float64(r.request.MaxThrottled))
	out.Holds = len(out.Breaches) == 0
	return out
}

// monthlyCost returns what a capacity costs a month with the traffic of the workload.
func (r *replayer) monthlyCost(mode model.Mode, shards int) model.Maybe[unit.USD] {
	if r.Tariff == nil {
		return model.Maybe[unit.USD]{}
	}
	bill, err := r.Tariff.Bill(r.Limits, r.workload, mode, shards)
	if err != nil {
		return model.Maybe[unit.USD]{}
	}
	return bill.Total
}

// fewest returns the fewest shards that hold, up to what a stream can have, and
// reports whether there are any.
func (r *replayer) fewest(guess int) (shards int, ok bool) {
	most := r.Limits.StreamShards.Value
	shards, ok = replay.Fewest(guess, most, func(n int) bool { return r.candidate(n, 0).Holds })
	return min(shards, most), ok
}

// guess returns how many shards the highest load needs.
func (r *replayer) guess() int {
	_, most := r.shardsFilled()
	return int(math.Ceil(min(most, float64(r.Limits.StreamShards.Value))))
}

// shardsFilled returns how many shards the traffic fills at their whole write limits,
// in the mean and at most; at most as the hottest shard does.
func (r *replayer) shardsFilled() (mean, most float64) {
	t := r.setup.Traffic
	highest := 1.0
	for step := range t.Steps {
		f := t.Total(step)
		highest = max(highest, r.filled(f.Records, f.Bytes))
	}
	at := min(math.Ceil(highest), float64(r.Limits.StreamShards.Value))
	run := r.candidate(int(at), 0) // which packs records as the producer does
	if seconds := t.Seconds(); seconds > 0 {
		mean = r.filled(run.Offered/seconds, run.Bytes/seconds)
	}
	return max(1, mean), max(1, at*run.WriteUtilization)
}
