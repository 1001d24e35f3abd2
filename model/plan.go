package model

import (
	"encoding/json"

	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// Maybe is a part of an answer that can be lacking. Machine formats write null
// for what is.
type Maybe[T any] struct {
	Value T
	Known bool
}

// Known returns a part of an answer whose value is known.
func Known[T any](value T) Maybe[T] { return Maybe[T]{value, true} }

// MarshalJSON returns the JSON of the value, or null.
func (m Maybe[T]) MarshalJSON() ([]byte, error) {
	if !m.Known {
		return []byte("null"), nil
	}
	return json.Marshal(m.Value)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (m *Maybe[T]) UnmarshalJSON(text []byte) error {
	*m = Maybe[T]{}
	if string(text) == "null" {
		return nil
	}
	m.Known = true
	return json.Unmarshal(text, &m.Value)
}

// Input is one input of a plan and the layer that it came from.
type Input struct {
	Name   string `json:"name"`
	Value  any    `json:"value"` // a number in Unit, or a word
	Unit   string `json:"unit"`
	Source Source `json:"source"`

	// Text is a rate as it was written, where that is not plainly in records a second.
	Text string `json:"text,omitempty"`
}

// PlanSchema names the shape of a Plan in machine formats.
const PlanSchema = "kcalc.plan/v1"

// Plan is how many shards a stream needs and why. Renderers show it and compute nothing.
type Plan struct {
	Schema      string          `json:"schema"`
	Stream      Name            `json:"stream"`
	Region      Region          `json:"region"`
	Shards      Shards          `json:"shards"`
	Target      unit.Fraction   `json:"target_utilization"`
	Feasible    bool            `json:"feasible"`
	Infeasible  []Infeasibility `json:"infeasible"`
	Binding     []string        `json:"binding"`
	Constraints []Constraint    `json:"constraints"`
	OnDemand    OnDemand        `json:"on_demand"`
	Consumers   []ConsumerUse   `json:"consumers"`
	PutRecords  Maybe[PutUse]   `json:"put_records"` // where something is declared of it
	Inputs      []Input         `json:"inputs,omitzero"`
	Warnings    []notice.Notice `json:"warnings"`
	Advice      []Advice        `json:"advice,omitzero"`
	Room        []Room          `json:"room,omitzero"`
	Scaling     Maybe[Scaling]  `json:"scaling"`
	Cost        Maybe[PlanCost] `json:"cost"`

	// FanOut is known where a consumer of a plan that fits and has a price has enhanced
	// fan-out, or must or should have it.
	FanOut Maybe[FanOutAtHand] `json:"enhanced_fan_out_at_hand,omitzero"`
}

// Shards are the counts that a plan is about.
type Shards struct {
	Minimum     int        `json:"minimum"`     // every constraint at its whole limit
	Recommended int        `json:"recommended"` // peaks at the target utilization
	Current     Maybe[int] `json:"current"`
}

// Constraint is what one of a shard's limits, or one consumer, asks for.
type Constraint struct {
	ID       string      `json:"id"`
	Family   string      `json:"family"`
	Consumer Maybe[Name] `json:"consumer"`

	// Need is the exact number of shards at full utilization, or, where there is a
	// Limit, what is held against that at the recommended count. It is lacking
	// where no shard count would do.
	Need  Maybe[float64] `json:"need"`
	Limit Maybe[float64] `json:"limit,omitzero"`
	Unit  string         `json:"unit,omitempty"` // of Need and Limit, where there is a Limit

	Minimum     Maybe[int]     `json:"minimum"`
	Recommended Maybe[int]     `json:"recommended"`
	Utilization Maybe[float64] `json:"utilization"` // at the recommended count
	Headroom    bool           `json:"headroom"`    // Recommended leaves free what the target utilization says
	Binding     bool           `json:"binding"`

	// Carries is the largest rate of a kind, to nine digits, that the recommended
	// count could carry before this constraint asks for one shard more. Plans
	// within advice do without.
	Carries Maybe[Carries] `json:"carries,omitzero"`

	Formula string `json:"formula"`
}

// Carries is the largest rate that a shard count could carry as far as one
// constraint goes, all else being equal.
type Carries struct {
	Rate    string  `json:"rate"` // "peak", "average" or "surge"
	Largest float64 `json:"records_per_second"`
}

// Infeasibility is why no shard count makes the workload fit.
type Infeasibility struct {
	ID      string `json:"id"`
	Message string `json:"message"`
	Remedy  string `json:"remedy"`
	Source  string `json:"source"`
}

// Advice is a plan that was computed with one thing changed. The plan carries the workload.
type Advice struct {
	ID        string          `json:"id"`
	Change    string          `json:"change"`    // what is changed, as a sentence
	Condition string          `json:"condition"` // what has to be so, or comes with it, in sentences
	Mode      Mode            `json:"mode"`
	Streams   int             `json:"streams"` // that carry the workload together; mostly 1
	Shards    int             `json:"shards"`  // recommended then, of all streams
	Cost      Maybe[unit.USD] `json:"monthly_usd"`
	Saves     Maybe[unit.USD] `json:"saves_monthly_usd"` // below 0 where it costs more
	Plan      *Plan           `json:"plan"`              // of the first stream, without inputs and advice

	// Carried are the workloads of the streams then, and the shards of each.
	Carried []Carried `json:"-"`
}

// Carried is what a stream carries, with a number of shards.
type Carried struct {
	Workload *Workload
	Shards   int
}

// Room is what a number of shards has left.
type Room struct {
	Shards int    `json:"shards"`
	Of     string `json:"of"` // "recommended", "now" or "asked"

	// Holds reports whether the formulas ask for no more shards than these.
	Holds bool `json:"holds"`

	// Peak is the largest peak that all constraints let the shards carry, and Limit the
	// constraint that asks for more beyond it.
	Peak  Maybe[float64] `json:"largest_peak_records_per_second"`
	Limit string         `json:"limit"`

	// Standard is how many more standard consumers fit that poll once a second and do not
	// limit themselves; NextLimit is the constraint that keeps another one out.
	Standard  int    `json:"more_standard_consumers"`
	NextLimit string `json:"next_consumer_limit"`

	// What the next consumer costs a month, with the shards that it adds. It is lacking where
	// the stream has no place for one, the shards are too few already, or a price is not known.
	NextStandard Maybe[unit.USD] `json:"next_standard_consumer_usd"`
	NextFanOut   Maybe[unit.USD] `json:"next_enhanced_fan_out_consumer_usd"`
}

// Verdict is what the current shard count is, held against the recommended one.
type Verdict string

// The verdicts on a current shard count.
const (
	TooFew  Verdict = "too-few"
	Right   Verdict = "right"
	TooMany Verdict = "too-many"

	// Undecided is the verdict where no count would do.
	Undecided Verdict = "undecided"
)

// Scaling is the way from the current shard count to the recommended one.
type Scaling struct {
	From    int     `json:"from"`
	To      int     `json:"to"`
	Verdict Verdict `json:"verdict"`
	Calls   []int   `json:"calls"` // targets of UpdateShardCount, in order
	PerDay  int     `json:"calls_allowed_in_24h"`

	// Splits and Merges are those of all calls, if today's hash ranges are equal.
	Splits     int `json:"splits"`
	Merges     int `json:"merges"`
	Operations int `json:"operations"` // both

	Duration ReshardTime `json:"duration"` // of all

	Cheaper Maybe[CheaperTarget] `json:"cheaper"`
	Expect  []string             `json:"expect"` // what to expect of them, in sentences
	Saves   Maybe[unit.USD]      `json:"saves_monthly_usd"`
}

// ReshardTime is how long splits and merges take: a range, with where it is from.
type ReshardTime struct {
	Least  float64 `json:"least_seconds"`
	Most   float64 `json:"most_seconds"`
	Source string  `json:"source"`
}

// CheaperTarget is a larger number of shards, up to a quarter more, that takes at most half of
// the operations.
type CheaperTarget struct {
	Shards     int `json:"shards"`
	Operations int `json:"operations"`
}

// Throughput is what a stream takes, in both of its dimensions.
type Throughput struct {
	Bytes   float64 `json:"bytes_per_second"`
	Records float64 `json:"records_per_second"` // Kinesis records
}

// OnDemand is what the stream could take in on-demand mode, whose shards AWS
// scales by itself.
type OnDemand struct {
	NewStream    Throughput `json:"new_stream"`
	AfterPeak    Throughput `json:"after_peak"` // once it has seen the declared peak
	CarriesSurge bool       `json:"carries_surge"`
}
