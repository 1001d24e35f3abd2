package review

import (
	"time"

	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// ReplaySchema names the schema of a [ReplayReport] in machine formats.
const ReplaySchema = "kcalc.replay/v1"

// ReplayReport is what traffic does to a stream of some capacities, and what each
// costs.
type ReplayReport struct {
	Schema string       `json:"schema"`
	Stream model.Name   `json:"stream"`
	Region model.Region `json:"region"`
	Source string       `json:"source"` // of the traffic
	Window ReplayWindow `json:"window"`

	Writes       Writes        `json:"throttled_writes"`
	SavesUp      bool          `json:"write_bucket"` // shards save up a second of their write limits
	MaxThrottled unit.Fraction `json:"max_throttled"`
	WhatIf       []WhatIf      `json:"what_if"`

	// Reshard is how every candidate changes on the way.
	Reshard model.Maybe[Reshard] `json:"reshard"`

	// BacklogIn is how many shards have what consumers of a declared scenario have not read
	// now. That is replayed by itself: each candidate takes the place of those shards then.
	BacklogIn model.Maybe[int] `json:"backlog_in_shards"`

	Bounds []Bound `json:"bounds"` // of the consumers, in their order

	// Fewest is the fewest shards that hold; it is unknown where none do, and
	// on-demand. Feasible is false where none of the counts that were asked for holds.
	Fewest   model.Maybe[int] `json:"fewest_shards"`
	Feasible bool             `json:"feasible"`

	// Now is how many shards the stream has. They are a candidate, whether they were asked
	// for or not; on-demand they are not known.
	Now model.Maybe[int] `json:"current_shards"`

	// Because is what was measured that refutes the replay of a history, as the end of a
	// sentence: the gravest; "" where nothing does.
	Because string `json:"because,omitzero"`

	// Infeasible is why the plan of the workload does not fit, whatever a replay shows.
	Infeasible []model.Infeasibility `json:"infeasible"`

	Candidates []Candidate     `json:"candidates"`
	Trade      []TradeOff      `json:"trade"` // the most shards first
	Inputs     []model.Input   `json:"inputs"`
	Warnings   []notice.Notice `json:"warnings"`
}

// Writes is what producers do with writes that are throttled: they have them wait, in
// their order, or give them up.
type Writes string

// What producers do with throttled writes.
const (
	Wait Writes = "wait"
	Lose Writes = "lose"
)

// ReplayWindow is the time that the traffic is of; of a declared scenario it has
// no date.
type ReplayWindow struct {
	From    model.Maybe[time.Time] `json:"from"`
	To      model.Maybe[time.Time] `json:"to"`
	Seconds float64                `json:"seconds"`
	Steps   int                    `json:"steps"`
}

// Bound is what a consumer has to keep; 0 is no bound. Source is where its latency is
// from; it is model.Default for what is assumed of a consumer without one.
type Bound struct {
	Consumer model.Name         `json:"consumer"`
	Latency  float64            `json:"latency_seconds"`
	Bounds   model.LatencyBound `json:"latency_bound"`
	Source   model.Source       `json:"source"`
	CatchUp  float64            `json:"catch_up_seconds"` // after an incident of its own
}

// WhatIf is an incident that was asked for.
type WhatIf struct {
	Text string `json:"text"`
	replay.Incident

	// Moment is when it begins, where that was given as a date and not as seconds since
	// the traffic begins.
	Moment model.Maybe[time.Time] `json:"time"`
	Where  input.Position         `json:"-"` // where it was given, for errors
}

// ReplayRequest is what to replay, and which capacities to judge.
type ReplayRequest struct {
	Shards []int // the candidates, if they are named
	Auto   bool  // the fewest that hold are looked for

	// Mode is what is run and priced: on-demand, AWS chooses the shards.
	Mode         model.Mode
	MaxThrottled unit.Fraction
	Writes       Writes
	SavesUp      bool
	WhatIf       []WhatIf
	Reshard      model.Maybe[Reshard]
}

// ReplayCheck says whether the count that the formulas recommend holds what the stream
// really had to carry.
type ReplayCheck struct {
	Holds   bool `json:"holds"`
	Formula int  `json:"formula_shards"`

	// Fewest is the fewest shards that hold. It is unknown where no count does, and
	// where the formulas' count holds and is for outages or reprocessing too, which the
	// history need not have. Where the formulas' count does not hold, the plan takes
	// this one.
	Fewest model.Maybe[int] `json:"fewest_shards"`

	// Fewer is the count below the fewest that hold, if there is one.
	Fewer model.Maybe[Fewer] `json:"one_fewer"`

	Throttled float64                 `json:"throttled_share"` // of the records, in excess of the write limits
	Seconds   float64                 `json:"throttled_seconds"`
	Delay     float64                 `json:"largest_record_delay_seconds"`
	Consumer  model.Maybe[model.Name] `json:"consumer"` // whose that delay is
	Breaches  []replay.Breach         `json:"breaches"`
}

// Fewer is a number of shards that does not hold, and what it would have throttled.
type Fewer struct {
	Shards    int     `json:"shards"`
	Throttled float64 `json:"throttled_share"`
}

// Candidate is one capacity and what the traffic did to it.
type Candidate struct {
	Mode     model.Mode       `json:"mode"`
	Shards   model.Maybe[int] `json:"shards"` // on-demand has none to choose
	Now      bool             `json:"now"`    // the stream has so many
	Asked    bool             `json:"asked"`  // and is not a candidate for that alone
	Holds    bool             `json:"holds"`
	Breaches []replay.Breach  `json:"breaches"`
	replay.Result
	Monthly model.Maybe[unit.USD] `json:"monthly_usd"`

	// Odds are how likely the shards hold the horizon of the workload after the history,
	// which knows of no incident. They are unknown on-demand and of a declared scenario.
	Odds model.Maybe[Chance] `json:"odds"`
}

// TradeOff is a number of shards, what it costs in delay, and what it saves.
type TradeOff struct {
	Shards    int     `json:"shards"`
	Now       bool    `json:"now"` // the stream has so many
	Holds     bool    `json:"holds"`
	Throttled float64 `json:"throttled_share"` // of the records, in excess of the write limits
	Expired   float64 `json:"expired_records"`

	// Latency is the worst there can have been: the longest wait of a throttled write
	// at its producer, and the largest delay of a record until a consumer has read
	// it. Delays by incidents of a consumer's own are left out: what shards do about
	// those is the longest time to catch up.
	Latency  float64                 `json:"worst_latency_seconds"`
	Wait     float64                 `json:"longest_producer_wait_seconds"`
	Delay    float64                 `json:"largest_record_delay_seconds"`
	Consumer model.Maybe[model.Name] `json:"consumer"` // whose that delay is
	CatchUp  float64                 `json:"longest_catch_up_seconds"`

	Monthly model.Maybe[unit.USD] `json:"monthly_usd"`
	Saves   model.Maybe[unit.USD] `json:"saves_monthly_usd"` // against the one before
	Adds    model.Maybe[float64]  `json:"adds_seconds"`      // to the worst latency, likewise
}
