package reshard

import (
	"fmt"
	"slices"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/keys"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// Schema names the shape of an Answer in machine formats.
const Schema = "kcalc.reshard/v1"

// Method is by which calls a stream is resharded.
type Method string

// The methods.
const (
	UpdateShardCount Method = "update-shard-count" // AWS splits and merges, to equal ranges
	SplitAndMerge    Method = "split-and-merge"    // SplitShard and MergeShards, one after the other
)

// Answer is how a stream gets from its shards to others.
type Answer struct {
	Schema  string       `json:"schema"`
	Stream  model.Name   `json:"stream"` // "" where it is not known
	Region  model.Region `json:"region"` // "" where it is not known
	Method  Method       `json:"method"`
	From    int          `json:"from"`
	To      int          `json:"to"`
	Assumed bool         `json:"equal_ranges_assumed"` // today's ranges are not known, and taken as equal

	Calls []Call `json:"calls"` // of UpdateShardCount
	Steps []Step `json:"steps"` // of SplitShard and MergeShards

	Splits     int                              `json:"splits"`
	Merges     int                              `json:"merges"`
	Operations int                              `json:"operations"`
	Open       int                              `json:"most_open_shards"` // on the way
	Quota      Quota                            `json:"shard_quota"`
	Duration   model.ReshardTime                `json:"duration"`
	Cheaper    model.Maybe[model.CheaperTarget] `json:"cheaper"` // a larger target that takes at most half of the operations
	Reached    bool                             `json:"reached"` // UpdateShardCount leads to the target
	Fits       bool                             `json:"fits"`    // no shard stays above the target utilization, as far as is known

	Load model.Maybe[Load] `json:"load"` // of the hottest shard, where keys are known

	Before []model.HashRange `json:"ranges_before"`
	After  []model.HashRange `json:"ranges_after"`

	Expect    []string        `json:"expect"`    // what consumers and producers see
	Stop      []string        `json:"stop"`      // how to stop, and how to go back
	Terraform []string        `json:"terraform"` // what infrastructure as code has to be told
	Notices   []notice.Notice `json:"warnings"`
}

// Call is one call of UpdateShardCount.
type Call struct {
	Shards     int `json:"target_shard_count"`
	Splits     int `json:"splits"`
	Merges     int `json:"merges"`
	Operations int `json:"operations"`
	Open       int `json:"most_open_shards"`
}

// Quota is how many shards an account has in a Region, by default.
type Quota struct {
	Shards int    `json:"shards"`
	Source string `json:"source"`
}

// Load is what the hottest shard has before and after.
type Load struct {
	Before Hot `json:"before"`
	After  Hot `json:"after"`
}

// Hot is the hottest shard.
type Hot struct {
	Share       unit.Fraction              `json:"hottest_share"`
	Utilization model.Maybe[unit.Fraction] `json:"hottest_utilization"`
}

// Request is what is asked.
type Request struct {
	Stream model.Name
	Region model.Region
	Today  keys.Ranges
	Equal  bool // Today is not known, and assumed to be equal

	FanOut  model.Maybe[int] // enhanced fan-out consumers
	Notices []notice.Notice  // of how Today was read

	To       int  // shards; 0 for what the keys ask for
	Targeted bool // to ranges that are cut at the keys
	Merge    bool // and neighbours merged that stay below the limit

	Keys    *keys.Set // nil where they are not known
	Limit   float64   // fill that a shard may have; 0 where it is not known
	Seconds float64   // for which the keys' fill is, with the burst; 0 where it is not known
}

// Plan answers a request. The error says what of it cannot be.
func Plan(limits *model.Limits, q *Request) (*Answer, error) {
	a := &Answer{Schema: Schema, Stream: q.Stream, Region: q.Region, From: len(q.Today), Assumed: q.Equal, Calls: []Call{},
		Steps: []Step{}, Reached: true, Fits: true, Before: list(q.Today), Stop: []string{}, Terraform: []string{},
		Expect: []string{}, Notices: []notice.Notice{}}
	to, err := q.target(limits)
	if err != nil {
		return nil, err
	}
	if q.Targeted {
		a.split(q, to)
	} else {
		a.update(limits, q, len(to))
	}
	a.Operations = a.Splits + a.Merges
	quota := limits.ShardQuota(q.Region)
	a.Quota = Quota{quota.Value, quota.Source}
	a.Duration = calc.ReshardTime(limits, a.Operations)
	if q.Keys != nil {
		a.Load = model.Known(Load{q.hot(q.Today), q.hot(to)})
	}
	a.explain(limits, q.FanOut)
	a.Notices = append(a.Notices, a.notices(q)...)
	return a, nil
}

// target returns the ranges that are to be reached.
func (q *Request) target(limits *model.Limits) (keys.Ranges, error) {
	most := limits.StreamShards.Value
	switch {
	case q.Targeted && q.To > 0:
		return q.Keys.Split(q.To), nil
	case q.Targeted:
		r := q.Keys.SplitHot(q.Today, q.Limit)
		if q.Merge {
			r = q.Keys.MergeCold(r, q.Limit)
		}
		return r, nil
	case q.To > 0:
		return keys.Uniform(q.To), nil
	}
	n, ok := q.Keys.FewestUniform(q.Limit, most)
	if !ok {
		return nil, fmt.Errorf("no number of equal shards, up to %s, keeps each below the target utilization: see {run:keys}, "+
			"and cut at the keys ({option:targeted})", unit.Grouped(float64(most), 0))
	}
	return keys.Uniform(n), nil
}

// split plans the steps of SplitShard and MergeShards.
func (a *Answer) split(q *Request, to keys.Ranges) {
	a.Method, a.To = SplitAndMerge, len(to)
	a.Steps = Sweep(q.Today, to)
	a.Splits, a.Merges, a.Open = Count(a.Steps, a.From)
	a.After = list(to)
}

// update plans the calls of UpdateShardCount. The first begins with today's ranges.
func (a *Answer) update(limits *model.Limits, q *Request, to int) {
	a.Method, a.To, a.Open = UpdateShardCount, to, a.From
	from := q.Today
	for _, n := range calc.ReshardCalls(limits, a.From, to) {
		steps := Sweep(from, keys.Uniform(n))
		c := Call{Shards: n}
		c.Splits, c.Merges, c.Open = Count(steps, len(from))
		c.Operations = c.Splits + c.Merges
		a.Calls = append(a.Calls, c)
		a.Splits, a.Merges, a.Open = a.Splits+c.Splits, a.Merges+c.Merges, max(a.Open, c.Open)
		from = keys.Uniform(n)
	}
	a.Reached = len(from) == to
	a.After = list(from)
	if n, operations, ok := calc.CheaperTarget(limits, a.From, to); ok && q.Equal || ok && slices.Equal(q.Today, keys.Uniform(a.From)) {
		a.Cheaper = model.Known(model.CheaperTarget{Shards: n, Operations: operations})
	}
}

func list(r keys.Ranges) []model.HashRange {
	ranges := make([]model.HashRange, len(r))
	for i := range r {
		ranges[i] = r.Range(i)
	}
	return ranges
}

// hot returns the hottest shard of some ranges.
func (q *Request) hot(r keys.Ranges) (h Hot) {
	_, fill := q.Keys.Hottest(q.Keys.Place(r))
	h.Share = unit.Fraction(fill / q.Keys.Fill(q.Keys.Total()))
	if q.Seconds > 0 {
		h.Utilization = model.Known(unit.Fraction(fill / q.Seconds))
	}
	return h
}

// explain says what to expect, how to stop and go back, and what to tell others.
func (a *Answer) explain(limits *model.Limits, fanOut model.Maybe[int]) {
	if a.Operations == 0 {
		return
	}
	a.Expect = append(a.Expect,
		"Consumers read each parent shard to its end before its children: one that is behind stays behind on the parents.",
		"The KCL makes leases for the children and drops those of the parents when they are read; until then its workers "+
			"have both. Lambda reads parents first as well.",
		a.fanOutText(fanOut),
		"Parents take no more records, and stay readable until their data expires. Producers write on: the service "+
			"places each record.")
	if a.Method == UpdateShardCount {
		a.Stop = append(a.Stop, fmt.Sprintf("A call that was made runs to its end; stop between calls. To go back, ask for %s "+
			"again: %s, of the %d in 24 hours.", unit.Plural(a.From, "shard"),
			unit.Plural(len(calc.ReshardCalls(limits, a.To, a.From)), "call"), limits.ReshardsPerDay.Value))
		a.Terraform = append(a.Terraform, fmt.Sprintf("Set shard_count = %d before the next apply, which would go back otherwise.", a.To))
		return
	}
	a.Stop = append(a.Stop, "Between two steps the stream is whole: stop at any, and go on later, or never.",
		fmt.Sprintf("To go back, take the steps in reverse: merge what was split, and split what was merged at the same hash "+
			"keys; %s.", unit.Plural(a.Operations, "operation")))
	a.Terraform = append(a.Terraform, fmt.Sprintf("SplitShard and MergeShards change the count that Terraform sees: set "+
		"shard_count = %d before the next apply. With another count it calls UpdateShardCount, which makes all ranges equal; "+
		"lifecycle { ignore_changes = [shard_count] } keeps it from that.", a.To))
}

// fanOutText says what the enhanced fan-out consumers cost.
func (a *Answer) fanOutText(consumers model.Maybe[int]) string {
	shards := fmt.Sprintf("billed for the hours of %s instead of %s.", unit.Plural(a.To, "shard"), unit.Grouped(float64(a.From), 0))
	switch n := consumers.Value; {
	case !consumers.Known:
		return "Each enhanced fan-out consumer is " + shards
	case n == 0:
		return "No consumer uses enhanced fan-out, which is billed by the shard."
	case n == 1:
		return "The enhanced fan-out consumer is " + shards
	default:
		return "Each of the " + unit.Grouped(float64(n), 0) + " enhanced fan-out consumers is " + shards
	}
}

func (a *Answer) notices(q *Request) []notice.Notice {
	list := slices.Clone(q.Notices)
	if a.Method == SplitAndMerge && a.Operations > 0 {
		list = append(list, notice.SplitsEvened())
	}
	if q.Equal {
		list = append(list, notice.RangesAssumed(a.From))
	}
	if a.Open > a.Quota.Shards {
		list = append(list, notice.ReshardQuota(a.Open, a.Quota.Shards))
	}
	if !a.Reached {
		list = append(list, notice.ReshardShort(a.To))
	}
	if h := a.Load.Value.After; a.Load.Known && q.Limit > 0 && float64(h.Share)*q.Keys.Fill(q.Keys.Total()) > q.Limit*(1+1e-9) {
		a.Fits = false
		list = append(list, notice.StillHot(h.Share))
	}
	return list
}
