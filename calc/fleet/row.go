package fleet

import (
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// Verdict is what a stream is.
type Verdict string

// The verdicts, those that need somebody first.
const (
	DoesNotFit Verdict = "does-not-fit" // no number of shards carries what it does
	TooFew     Verdict = "too-few"
	Undecided  Verdict = "undecided"
	Resharded  Verdict = "resharded" // within the window: what it shows is of several numbers of shards
	TooMany    Verdict = "too-many"
	Idle       Verdict = "idle"      // nothing was written and nothing read
	Unwritten  Verdict = "unwritten" // nothing was written, though something reads
	OnDemand   Verdict = "on-demand" // which AWS scales
	Right      Verdict = "right"
)

// Row is what is known and proposed of one stream.
type Row struct {
	Account  string       `json:"account"` // "" where it is not known
	Region   model.Region `json:"region"`
	Stream   model.Name   `json:"stream"`
	Source   string       `json:"source"`   // where it is from: the file of its history, and of its workload
	File     string       `json:"file"`     // the first of these
	Measured bool         `json:"measured"` // it has a history
	Owner    string       `json:"owner"`
	Tags     []Tag        `json:"tags"`
	Guard    string       `json:"guard"` // why the stream stays as it is; "" where it need not

	Verdict  Verdict               `json:"verdict"`
	Why      string                `json:"why"`
	Now      State                 `json:"now"`
	Proposed State                 `json:"proposed"`
	Saves    model.Maybe[unit.USD] `json:"saves_monthly_usd"` // below 0 where it costs more
	Withheld model.Maybe[unit.USD] `json:"withheld_monthly_usd"`

	// Odds are how likely the shards of today, and the proposed ones, hold the time to come.
	Odds     model.Maybe[Odds]    `json:"odds_now"`
	OddsThen model.Maybe[Odds]    `json:"odds_proposed"`
	Shown    model.Maybe[float64] `json:"shown_utilization"` // the highest mean of a period, of the limits of today

	Confidence Confidence      `json:"confidence"`
	Because    string          `json:"confidence_because"`
	Steps      []Step          `json:"steps"`   // of the plan; their savings add up to those of the stream
	Options    []Option        `json:"options"` // besides; each by itself, not in any total
	FanOut     []FanOut        `json:"fan_out"`
	Notices    []notice.Notice `json:"notices"`
	Lambda     Concurrency     `json:"lambda"`

	// What a Region chooses from.
	Provisioned Choice   `json:"provisioned"`
	Standard    Choice   `json:"on_demand"`
	Advantage   Choice   `json:"on_demand_advantage"` // without what the Region commits to
	IngestGB    float64  `json:"ingest_gb_per_month"`
	RetrievalGB float64  `json:"retrieval_gb_per_month"`
	Calls       []int    `json:"update_shard_count"`       // the way to the provisioned shards
	Lines       []Part   `json:"lines"`                    // of the cost of today
	IdleCost    unit.USD `json:"idle_fan_out_monthly_usd"` // of the consumers that go, in the shards of today
}

// Part is a line of a month's cost.
type Part struct {
	ID       string   `json:"id"`
	Quantity float64  `json:"quantity"`
	Amount   unit.USD `json:"amount_usd"`
}

// Tag is one that a stream has.
type Tag struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// State is what a stream is, and what that costs a month; in an on-demand mode without what a
// commitment of the Region adds.
type State struct {
	Mode      model.Maybe[model.Mode] `json:"mode"`
	Shards    model.Maybe[int]        `json:"shards"`
	Retention float64                 `json:"retention_seconds"`
	FanOut    int                     `json:"enhanced_fan_out_consumers"`
	Monthly   model.Maybe[unit.USD]   `json:"monthly_usd"`
}

// Odds are how likely something holds.
type Odds struct {
	Holds   float64 `json:"holds"`
	AtLeast bool    `json:"at_least"` // it may be higher
}

// Choice is what a stream would cost in a mode, and whether it may be chosen: what was measured
// allows it, and it carries the stream.
type Choice struct {
	Shards  model.Maybe[int]      `json:"shards"`
	Monthly model.Maybe[unit.USD] `json:"monthly_usd"`
	Allowed bool                  `json:"allowed"`
	WhyNot  string                `json:"why_not"`
}

// StepID names what a step does.
type StepID string

// The steps.
const (
	StepDeregister StepID = "deregister" // a consumer that is idle
	StepShards     StepID = "shards"
	StepMode       StepID = "mode"
	StepDelete     StepID = "delete" // a stream that is idle
)

// Step is one thing to do.
type Step struct {
	ID       StepID                `json:"id"`
	Consumer model.Name            `json:"consumer,omitzero"`
	Mode     model.Mode            `json:"mode,omitzero"`
	Shards   int                   `json:"shards,omitzero"`
	Calls    []int                 `json:"calls,omitempty"` // of UpdateShardCount, where one does not lead there
	Saves    model.Maybe[unit.USD] `json:"saves_monthly_usd"`
}

// Option is a change that the plan does not have, because it is another one's decision, or
// because something else is better; with what it would save beside the plan.
type Option struct {
	ID      string                `json:"id"` // "retention", "mode" or "delete"
	Change  string                `json:"change"`
	Instead bool                  `json:"instead"` // of what is proposed, and held against today; else beside it
	Saves   model.Maybe[unit.USD] `json:"saves_monthly_usd"`
}

// FanOut is an enhanced fan-out consumer and whether it is idle.
type FanOut struct {
	Consumer   model.Name             `json:"consumer"`
	Verdict    Use                    `json:"verdict"`
	Because    string                 `json:"because"`
	Registered model.Maybe[time.Time] `json:"registered"`
	Monthly    model.Maybe[unit.USD]  `json:"monthly_usd"` // its shard-hours in the shards of today

	// What was seen of it; each is unknown where the history does not have it.
	Older      model.Maybe[bool] `json:"registered_before_the_window"`
	Subscribed model.Maybe[bool] `json:"subscribed"`
	Received   model.Maybe[bool] `json:"received_events"`
	Mapped     model.Maybe[bool] `json:"read_by_a_function"`
}

// Use is whether something is used.
type Use string

// The uses.
const (
	UseIdle      Use = "idle"
	UseUsed      Use = "used"
	UseUndecided Use = "undecided"
)

// Concurrency is how many invocations of functions run at once at most, with the shards of
// today and with the proposed ones.
type Concurrency struct {
	Now       int `json:"now"`
	Proposed  int `json:"proposed"`
	PerShard  int `json:"per_shard"` // without what functions have reserved, which bounds them
	Functions int `json:"functions"`

	Provisioned int `json:"provisioned"` // with the shards that the stream takes where it is provisioned
}

// Confidence is how sure a proposal is.
type Confidence string

// The degrees of confidence.
const (
	High   Confidence = "high"
	Medium Confidence = "medium"
	Low    Confidence = "low"
)
